package flow

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
)

// each is one action of every kind that the catalogue has. A new kind needs a line here, and in refusedAt where it cannot stand.
var each = map[string]string{
	"call":                    `{call: backend.save}`,
	"stream":                  `{stream: backend.feed, onMessage: [{call: backend.save}]}`,
	"if":                      `{if: "${true}", then: [{call: backend.save}]}`,
	"forEach":                 `{forEach: "${[1, 2]}", do: [{call: backend.save}]}`,
	"while":                   `{while: "${false}", do: [{call: backend.save}]}`,
	"parallel":                `{parallel: , one: [{call: backend.save}], two: [{call: backend.save}]}`,
	"break":                   `{forEach: "${[1, 2]}", do: [break]}`,
	"continue":                `{forEach: "${[1, 2]}", do: [continue]}`,
	"logIn":                   `{logIn: {token: t, uid: u}}`,
	"logInWith":               `{logInWith: house}`,
	"updateAuthenticatedUser": `{updateAuthenticatedUser: {uid: u}}`,
	"logOut":                  `{logOut: {}}`,
	"listSessions":            `{listSessions: {}, as: mine}`,
	"navigate":                `{navigate: post, with: {id: a}}`,
	"back":                    `back`,
	"open":                    `{open: box}`,
	"close":                   `close`,
	"snackBar":                `{snackBar: a}`,
	"confirm":                 `{confirm: Sure?}`,
	"dialog":                  `{dialog: Hello}`,
	"wait":                    `{wait: 1s}`,
	"setLanguage":             `{setLanguage: en}`,
	"setTheme":                `{setTheme: dark}`,
	"copy":                    `{copy: a}`,
	"openUrl":                 `{openUrl: "https://example.com"}`,
	"download":                `{download: backend.posts}`,
	"setState":                `{setState: {count: 2}}`,
	"setAppState":             `{setAppState: {cart: 2}}`,
	"change":                  `{change: app.cart, increment: 1}`,
	"setField":                `{setField: {name: x}}`,
	"resetForm":               `resetForm`,
	"clearFields":             `clearFields`,
	"validate":                `validate`,
	"fieldError":              `{fieldError: {name: no}}`,
	"refresh":                 `refresh`,
	"loadMore":                `{loadMore: list}`,
	"clearCache":              `clearCache`,
	"setRequest":              `{setRequest: {headers: {X-A: b}}}`,
	"fail":                    `{fail: no}`,
	"block":                   `{block: greeting, with: {who: a}}`,
	"emit":                    `{emit: done}`,
	"stop":                    `stop`,
}

// spot is a place where a flow can be written: the files that hold the action, and the flow that is run to come to it.
type spot struct {
	tap  string // what the button of the page does; "": nothing
	page string // more of the page
	app  string // more of app.yaml
	more map[string]string
	flow func(p *project.Project) []*project.Action // nil: that of the button
}

const callsBackend = `{call: backend.save, else: [{snackBar: refused}]}`

func spots(action string) map[string]spot {
	event := func(name string) spot {
		return spot{app: name + ": [" + action + "]\n", flow: func(p *project.Project) []*project.Action { return p.App.Events[name] }}
	}
	own := func(name string) spot {
		return spot{page: name + ": [" + action + "]\n", flow: func(p *project.Project) []*project.Action { return p.Page("start").Actions[name].Actions }}
	}
	around := func(when string) spot {
		calls := strings.Replace(backendCalls, "auth: optional}", "auth: optional, "+when+": ["+action+"]}", 1)
		return spot{tap: callsBackend, more: map[string]string{"calls/backend.yaml": calls}}
	}
	named := func(event string) func(*project.Project) []*project.Action {
		return func(p *project.Project) []*project.Action {
			for id, t := range p.Page("start").Actions {
				if strings.HasSuffix(id, event) && t.Widget.Use != nil {
					return t.Actions
				}
			}
			return nil
		}
	}
	part := func(inside string) map[string]string {
		return map[string]string{"components/Part.yaml": "events: [done]\nbody:\n  - button: {text: Part, onTap: [" + inside + "]}\n"}
	}
	return map[string]spot{
		"tap":    {tap: action},
		"load":   {page: "onLoad: [" + action + "]\n", flow: func(p *project.Project) []*project.Action { return p.Page("start").OnLoad }},
		"leave":  own("onLeave"),
		"timer":  {page: "timers: [{every: 5s, do: [" + action + "]}]\n", flow: func(p *project.Project) []*project.Action { return p.Page("start").Timers[0].Trigger.Actions }},
		"start":  event("onAppStart"),
		"resume": event("onResume"),
		"ended":  event("onSessionExpired"),
		"logIn":  {app: "onLogIn: [" + action + "]\n", tap: each["logIn"]},
		"logOut": {app: "onLogOut: [" + action + "]\n", tap: each["logOut"]},

		"request":  around("onRequest"),
		"response": around("onResponse"),

		"component": {more: part(action), flow: named(".onTap"), tap: "PART"},
		"callback":  {more: part("{emit: done}"), flow: named(".onTap"), tap: "PART onDone: [" + action + "]"},
		"parallel":  {tap: `{parallel: , one: [` + action + `], two: [` + callsBackend + `]}`},
		"loop":      {tap: `{forEach: "${[1, 2]}", do: [` + action + `]}`},
		"error":     {tap: `{call: backend.lost, onError: [` + action + `]}`},
		"message":   {tap: `{stream: backend.feed, onMessage: [` + action + `]}`},
		"block":     {tap: `{block: holds}`, more: map[string]string{"flows/holds.yaml": "actions: [" + action + "]\n"}},
	}
}

// files is the app with an action at a spot.
func (s spot) files() map[string][]byte {
	body := "  - textField: {id: name, label: Name}\n  - dialog: {id: box, label: Box, children: [{text: Box}]}\n"
	if use, is := strings.CutPrefix(s.tap, "PART"); is {
		body += "  - Part: {" + strings.TrimSpace(use) + "}\n"
	} else if s.tap != "" {
		body += "  - button: {text: Go, onTap: [" + s.tap + "]}\n"
	}
	more := map[string]string{
		"pages/start.yaml": "path: /start\ntitle: Start\naccess: any\nstate: {count: {type: int, default: 0}, note: text}\n" +
			"queries: {list: {call: backend.list, with: {page: \"${page.index}\"}, pages: {items: \"${reply.body}\"}}}\n" + s.page + "body:\n" + body,
		"app.yaml": strings.Replace(appHead, "  token:", "  providers: {house: {issuer: \"https://id.example.com\", clientId: app}}\n  token:", 1) + appState + s.app,
	}
	more["locales/en.yaml"] = "{}\n"
	maps.Copy(more, s.more)
	calls := more["calls/backend.yaml"]
	if calls == "" {
		calls = backendCalls
	}
	more["calls/backend.yaml"] = calls + "  lost: {path: /lost}\n  feed: {path: /feed, replyAs: events}\n  list: {path: /list, params: {page: int}, query: {page: \"${params.page}\"}}\n"
	return files("", more)
}

// refusal says of kinds why usher check refuses them at places.
type refusal struct{ kinds, places, why string }

const (
	noPage  = "block ended logIn logOut request response resume start"
	unasked = "ended logIn logOut request response resume start"
)

func refusals() []refusal {
	return []refusal{
		{"setRequest", "block callback component ended error leave load logIn logOut loop message parallel response resume start tap timer", "setRequest works in onRequest alone"},
		{"fail", "block callback component ended error leave load logIn logOut loop message parallel resume start tap timer", "fail works in onRequest and onResponse alone"},
		{"emit", "block callback ended error leave load logIn logOut loop message parallel request response resume start tap timer", "emit belongs into a component"},
		{"confirm dialog wait", unasked, "this flow belongs to none"},
		{"confirm dialog wait", "error loop message", "cannot be in a loop, an error branch or a message"},
		{"open close", noPage, "belongs to a page"},
		{"setState setField fieldError", noPage, "works on pages only"},
		{"loadMore", noPage, "queries belong to pages"},
		{"loadMore setState", "component", "belongs to the page, not to a component"},
		{"setField fieldError", "component", "there is no input"},
		{"open", "component", "there is no dialog"},
		{"stream", "message", "cannot be opened within a message"},
		{"logIn logInWith", "logIn", "would run itself again"},
		{"logOut", "logOut", "would run itself again"},
		{"updateAuthenticatedUser listSessions", "logOut ended", "nobody is logged in any more"},
		{"parallel stream stop validate logIn logInWith logOut updateAuthenticatedUser navigate back confirm dialog wait", "parallel", "cannot run beside other actions"},
		{"stream logIn logInWith updateAuthenticatedUser logOut listSessions navigate back open close snackBar confirm dialog wait setLanguage setTheme copy openUrl download " +
			"setState setAppState change setField resetForm clearFields validate fieldError refresh loadMore block", "leave", "cannot run while the page is left"},
	}
}

// why says why an action is refused at a place, "" where it is not.
func why(kind, place string) string {
	for _, r := range refusals() {
		if slices.Contains(strings.Fields(r.kinds), kind) && slices.Contains(strings.Fields(r.places), place) {
			return r.why
		}
	}
	return ""
}

// TestF140_EveryActionEverywhere: at each place where a flow can be written, each action of the catalogue either runs or is refused when the
// project is checked, with a reason and, but for a name that is not there, a way out.
func TestF140_F145_F156_EveryActionEverywhere(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch r.URL.Path {
		case "/feed":
			w.Header().Set("Content-Type", "text/event-stream")
			_, _ = io.WriteString(w, "data: {\"n\": 2}\n\n")
			return
		case "/lost":
			w.WriteHeader(http.StatusBadGateway)
		}
		_, _ = io.WriteString(w, "{}")
	}))
	t.Cleanup(srv.Close)
	for _, spec := range project.Actions() {
		action, ok := each[spec.Kind]
		if !ok {
			t.Errorf("there is no example of %s", spec.Kind)
		}
		for place, s := range spots(action) {
			if reason := why(spec.Kind, place); reason != "" {
				refused(t, spec.Kind+" at "+place, s, reason)
				continue
			}
			runs(t, spec.Kind, place, s, srv.URL)
		}
	}
}

func refused(t *testing.T, what string, s spot, reason string) {
	t.Helper()
	_, problems := project.NewTree(s.files()).Project()
	for _, p := range problems {
		if !p.Warning && strings.Contains(p.Msg, reason) && (p.Hint != "" || strings.HasPrefix(reason, "there is no")) {
			return
		}
	}
	t.Errorf("%s is not refused with %q and a hint: %v", what, reason, problems)
}

func runs(t *testing.T, kind, place string, s spot, api string) {
	t.Helper()
	a := newAppOf(t, api, s.files())
	actions := a.actions
	if s.flow != nil {
		actions = func() []*project.Action { return s.flow(a.project) }
	}
	id := a.logIn().ID
	if place == "ended" {
		id = ""
	}
	res, err := a.runner.Run(t.Context(), Input{
		Actions: actions(), Page: a.project.Page("start"), SessionID: id,
		State: map[string]any{"count": 1}, AppState: map[string]any{"theme": "dark", "cart": 3}, Form: map[string]any{"name": "typed"},
	})
	if err != nil || !slices.ContainsFunc(res.Trace, func(s Step) bool { return s.Kind == kind }) {
		t.Errorf("%s at %s: %v, %d actions ran", kind, place, err, len(res.Trace))
	}
}
