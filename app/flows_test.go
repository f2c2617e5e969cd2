package app

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/andybalholm/cascadia"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/project"
)

// change posts what a script sends when an input changes: its sealed event, with the fields of its form.
func (c *client) change(p *page, button, input, typed string) *page {
	c.w.t.Helper()
	n := cascadia.Query(p.doc, cascadia.MustCompile("[name="+input+"]"))
	if n == nil || attr(n, "data-change") == "" {
		c.w.t.Fatalf("no input %s with a change event", input)
	}
	action, form := p.form(c.w.t, button, map[string]string{input: typed})
	form.Set("_event", attr(n, "data-change"))
	c.script = true
	defer func() { c.script = false }()
	return c.roundTrip(c.request("POST", action, form))
}

const tracePage = `
path: /trace
title: Trace
access: any
state: {log: {type: text, default: ""}}
onLoad:
  - setState: {log: "${state.log}load,"}
body:
  - text: "Trace ${state.log}"
  - button: {text: Tap, onTap: [{setState: {log: "${state.log}tap,"}}]}
  - iconButton: {icon: star, label: Star, onTap: [{setState: {log: "${state.log}star,"}}]}
  - card: {onTap: [{setState: {log: "${state.log}card,"}}], children: [{text: {text: Box, style: title}}]}
  - textField: {id: typed, label: Typed, onChange: [{setState: {log: "${state.log}${form.typed},"}}]}
  - checkbox: {id: tick, label: Tick, onChange: [{setState: {log: "${state.log}${form.tick},"}}]}
  - dropdown: {id: pick, label: Pick, options: [one, two], onChange: [{setState: {log: "${state.log}${form.pick},"}}]}
  - form:
      onSubmit: [{setState: {log: "${state.log}submit ${form.word},"}}]
      children:
        - textField: {id: word, label: Word}
        - button: {text: Send, submit: true}
`

// TestF140_Triggers pulls every trigger once; each runs its own flow and no other.
func TestF140_Triggers(t *testing.T) {
	w := newWorld(t, map[string]string{"pages/trace.yaml": tracePage})
	c := w.browser()
	p := c.get("/trace")
	p.want(t, 200, "Trace load,")
	p = c.press(p, "Tap", nil)
	p = c.press(p, "Star", nil)
	card := cascadia.Query(p.doc, cascadia.MustCompile("button.u-card-tap"))
	if card == nil {
		t.Fatal("the card is no button")
	}
	action, form := p.form(t, "Tap", nil)
	form.Set("_event", attr(card, "value"))
	p = c.roundTrip(c.request("POST", action, form))
	p = c.change(p, "Tap", "typed", "abc")
	p = c.change(p, "Tap", "tick", "on")
	p = c.change(p, "Tap", "pick", "two")
	p = c.press(p, "Send", map[string]string{"word": "xyz"})
	p.want(t, 200, "Trace load,tap,star,card,abc,true,two,submit xyz,")
}

// TestF141_InOrderWithOutputs: what an action wrote, and what a call answered, is there for all that follow, and not before.
func TestF141_InOrderWithOutputs(t *testing.T) {
	w := newWorld(t, map[string]string{"pages/chain.yaml": `
path: /chain
title: Chain
access: loggedIn
state: {log: {type: text, default: ""}}
body:
  - text: "Log ${state.log}"
  - button:
      text: Run
      onTap:
        - setState: {log: "first"}
        - call: trail.post
          with: {id: "${state.log}"}
          as: one
        - setState: {log: "${state.log} ${one.status} ${one.body.title}"}
        - call: trail.post
          with: {id: "${one.body.id}"}
          as: two
          then:
            - setState: {log: "${state.log}; ${two.body.title} after ${one.body.title}"}
        - setState: {log: "${state.log}; ${two.ok}"}
`})
	var order []string
	var mu sync.Mutex
	for _, id := range []string{"first", "1"} {
		w.backend.on("GET /posts/"+id, func(rw http.ResponseWriter, r *http.Request) {
			mu.Lock()
			order = append(order, r.URL.Path)
			mu.Unlock()
			reply(rw, 200, map[string]any{"id": 1, "title": "Title of " + strings.TrimPrefix(r.URL.Path, "/posts/")})
		})
	}
	c := w.browser()
	c.logIn("ada")
	c.press(c.get("/chain"), "Run", nil).want(t, 200, "Log first 200 Title of first; Title of 1 after Title of first; true")
	if !slices.Equal(order, []string{"/posts/first", "/posts/1"}) {
		t.Errorf("called %v", order)
	}
}

// TestF142_Conditional: if, else-if and else over typed fields, with and, or, not and the comparisons.
func TestF142_Conditional(t *testing.T) {
	w := newWorld(t, map[string]string{"pages/grade.yaml": `
path: /grade
title: Grade
access: any
body:
  - textField: {id: points, label: Points, type: number}
  - textField: {id: name, label: Name}
  - checkbox: {id: late, label: Late}
  - button:
      text: Grade
      onTap:
        - if: ${!isSet(form.points) || form.name == ""}
          then:
            - snackBar: Incomplete
          else:
            - if: ${form.points >= 90 && !form.late && form.name != "Mallory"}
              then:
                - snackBar: Excellent
              else:
                - if: ${form.points > 50 || form.name contains "Star"}
                  then: [{snackBar: Passed}]
                  else: [{snackBar: Failed}]
        - snackBar: "Done with ${form.name}"
`})
	c := w.browser()
	for _, row := range []struct{ points, name, late, want string }{
		{"", "Ada", "", "Incomplete"}, {"91", "", "", "Incomplete"}, {"90", "Ada", "", "Excellent"}, {"95", "Ada", "on", "Passed"}, {"95", "Mallory", "", "Passed"},
		{"50", "Ada", "", "Failed"}, {"50.5", "Ada", "", "Passed"}, {"-1", "Starling", "", "Passed"}, {"0", "Bob", "on", "Failed"},
	} {
		fields := map[string]string{"points": row.points, "name": row.name}
		if row.late != "" {
			fields["late"] = row.late
		}
		p := c.press(c.get("/grade"), "Grade", fields)
		p.want(t, 200, row.want, strings.TrimSpace("Done with "+row.name))
		n := 0
		for _, word := range []string{"Incomplete", "Excellent", "Passed", "Failed"} {
			n += strings.Count(p.text(), word)
		}
		if n != 1 {
			t.Errorf("%+v: %d branches ran: %s", row, n, p.text())
		}
	}
}

const branchPage = `
path: /branch
title: Branch
access: any
body:
  - button:
      text: Call
      onTap:
        - call: auth.me
          as: me
          then: [{snackBar: "TRUE ${me.status} ${me.body.firstName}"}]
          else: [{snackBar: "FALSE ${me.status} ${me.error}"}]
        - snackBar: "After ${me.ok}"
`

// TestF143_TrueAndFalse: 2xx takes the TRUE branch; every other answer, none at all and no login take FALSE.
func TestF143_TrueAndFalse(t *testing.T) {
	w := newWorld(t, map[string]string{"pages/branch.yaml": branchPage})
	guest := w.browser()
	guest.press(guest.get("/branch"), "Call", nil).want(t, 200, "FALSE 0 not logged in", "After false")
	if n := w.backend.count("GET /auth/me"); n != 0 {
		t.Errorf("sent %d times for nobody", n)
	}
	c := w.browser()
	c.logIn("ada")
	for status, want := range map[int]string{200: "TRUE 200", 201: "TRUE 201", 299: "TRUE 299", 300: "FALSE 300", 400: "FALSE 400", 403: "FALSE 403", 404: "FALSE 404", 500: "FALSE 500", 503: "FALSE 503"} {
		w.backend.on("GET /auth/me", func(rw http.ResponseWriter, _ *http.Request) { reply(rw, status, map[string]any{"firstName": "Ada"}) })
		p := c.press(c.get("/branch"), "Call", nil)
		p.want(t, 200, want)
		if strings.Contains(p.text(), "TRUE") == strings.Contains(p.text(), "FALSE") {
			t.Errorf("%d: %s", status, p.text())
		}
	}
	w.backend.Close()
	c.press(c.get("/branch"), "Call", nil).want(t, 200, "FALSE 0", "After false")
}

// TestF146_Terminate ends the flow where it stands: nothing after it runs, what ran before it stays, blocks around it end as well.
func TestF146_Terminate(t *testing.T) {
	w := newWorld(t, map[string]string{
		"flows/maybe.yaml": "params: {end: bool}\nactions:\n  - if: ${params.end}\n    then: [stop]\n  - snackBar: Block went on\n",
		"pages/halt.yaml": `
path: /halt
title: Halt
access: any
state: {n: {type: int, default: 0}}
body:
  - text: "N ${state.n}"
  - checkbox: {id: end, label: End}
  - button: {text: Run, onTap: [{setState: {n: 1}}, {block: maybe, with: {end: "${form.end}"}}, {setState: {n: 2}}, {navigate: login}]}
`})
	c := w.browser()
	p := c.press(c.get("/halt"), "Run", map[string]string{"end": "on"})
	p.want(t, 200, "N 1")
	if p.url != "/halt" || strings.Contains(p.text(), "went on") {
		t.Errorf("it went on: %s %s", p.url, p.text())
	}
	if p = c.press(p, "Run", nil); p.url != "/login" { // without it the same flow goes on
		t.Errorf("at %s", p.url)
	}
	p.want(t, 200, "Block went on")
}

// TestF200_SetTheme: the colours that somebody chose are drawn at once, by the server and so without a flash, remembered in this browser alone, and
// told by page.theme.
func TestF200_SetTheme(t *testing.T) {
	w := newWorld(t, map[string]string{"pages/look.yaml": `
path: /look
title: Look
access: any
body:
  - text: "in ${page.theme}"
  - button: {text: Turn, onTap: [{setTheme: "${page.theme == 'dark' ? 'light' : 'dark'}"}, {block: said}]}
  - button: {text: Device, onTap: [{setTheme: system}]}
`, "flows/said.yaml": "actions: [{snackBar: \"now ${page.theme}\"}]\n"})
	c := w.browser()
	p := c.get("/look")
	p.want(t, 200, "in system")
	if p.has("html[data-mode]") {
		t.Error("a mode that nobody chose")
	}
	p = c.press(p, "Turn", nil)
	p.want(t, 200, "in dark", "now dark")
	again := c.get("/look")
	for _, p := range []*page{p, again, c.get("/nowhere")} {
		if !p.has("html[data-mode=dark]") || !p.has("meta[name=color-scheme][content=dark]") {
			t.Errorf("%s is not dark", p.url)
		}
	}
	c.press(again, "Turn", nil).want(t, 200, "in light", "now light")
	p = c.press(c.get("/look"), "Device", nil)
	if p.want(t, 200, "in system"); p.has("html[data-mode]") {
		t.Error("not as the device is set")
	}
	w.browser().get("/look").want(t, 200, "in system")
}

// TestF191_TemplatesAreWired: the apps that newcomers begin with are not drawings: every page's forms and buttons reach calls, state
// and pages, and a new person gets from sign-up to log-out by them alone.
func TestF191_TemplatesAreWired(t *testing.T) {
	for _, name := range []string{"touristtrail", "starter", "manual-refresh"} {
		tree, err := project.LoadTree(os.DirFS("../examples/" + name))
		if err != nil {
			t.Fatal(err)
		}
		p := load(t, tree)
		for _, page := range p.Pages {
			for _, loose := range unwired(page.Body) {
				t.Errorf("%s: %s on page %s does nothing", name, loose, page.Name)
			}
		}
	}
	if got := unwired([]*project.Widget{{Kind: "form"}, {Kind: "column", Slots: map[string][]*project.Widget{"children": {{Kind: "button"}}}}}); len(got) != 2 {
		t.Errorf("the search finds %v", got) // it can fail
	}
	w := newWorld(t, nil)
	c := w.browser()
	p := c.get("/")
	action, form := p.form(t, "Sign Up", nil)
	p = c.roundTrip(c.request("POST", action, form))
	p = c.press(p, "Create account", map[string]string{"firstName": "Bob", "email": "bob@example.com", "newUsername": "bob", "newPassword": "a long password", "repeat": "a long password"})
	p.want(t, 200, "Welcome Bob", "Story of bob")
	p = c.press(p, "Your profile", nil)
	p.want(t, 200, "bob@example.com")
	p = c.press(p, "Update from the backend", nil)
	p.want(t, 200, "Renamed Walker")
	p = c.press(p, "Back home", nil)
	if p = c.press(p, "Log out", nil); p.url != "/login" {
		t.Errorf("at %s", p.url)
	}
	for _, key := range []string{"POST /auth/signup", "GET /auth/me", "GET /posts", "GET /activity"} {
		if w.backend.count(key) == 0 {
			t.Errorf("%s was never called", key)
		}
	}
}

// unwired lists forms and buttons without a flow.
func unwired(widgets []*project.Widget) []string {
	var out []string
	for _, w := range widgets {
		submit, _ := w.Props["submit"].Constant()
		switch {
		case w.Kind == "form" && (w.Triggers["onSubmit"] == nil || len(w.Triggers["onSubmit"].Actions) == 0),
			(w.Kind == "button" || w.Kind == "iconButton") && submit != true && (w.Triggers["onTap"] == nil || len(w.Triggers["onTap"].Actions) == 0):
			out = append(out, w.Kind)
		}
		for _, children := range w.Slots {
			out = append(out, unwired(children)...)
		}
	}
	return out
}

// TestF090_BaseURLFromTheEnvironment: the same project calls the backend that the environment names; without a value the default's.
func TestF090_BaseURLFromTheEnvironment(t *testing.T) {
	w := newWorld(t, nil)
	staging := newBackend(t)
	staging.on("GET /posts", func(rw http.ResponseWriter, _ *http.Request) {
		reply(rw, 200, map[string]any{"posts": []any{map[string]any{"id": 1, "title": "From staging"}}})
	})
	c := w.browser()
	c.logIn("ada").want(t, 200, "Story of ada")
	next, err := call.New(call.Config{Project: w.cfg.Project, Env: map[string]string{"API_URL": staging.URL}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(next.Close)
	if err := w.app.Swap(w.cfg.Project, next); err != nil {
		t.Fatal(err)
	}
	before := w.backend.count("GET /posts")
	c.get("/home").want(t, 200, "From staging")
	if w.backend.count("GET /posts") != before || staging.count("GET /posts") != 1 {
		t.Error("both backends were called")
	}
	usual, err := call.New(call.Config{Project: w.cfg.Project})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(usual.Close)
	if got := usual.Origins(); !slices.Contains(got, "http://127.0.0.1:7071") {
		t.Errorf("by default it calls %v", got)
	}
}

// TestF158_CaughtIsLogged: a fault that an error branch has dealt with is in the log all the same, and the page goes on.
func TestF158_CaughtIsLogged(t *testing.T) {
	w := newWorld(t, map[string]string{"pages/caught.yaml": `
path: /caught
title: Caught
state: {note: {type: text, default: none}}
body:
  - text: "Note ${state.note}"
  - button:
      text: Run
      onTap:
        - forEach: [1, 2]
          onError: [{setState: {note: "${error.message}"}}]
          do: [{updateAuthenticatedUser: {uid: x}}]
`})
	c := w.browser()
	c.press(c.get("/caught"), "Run", nil).want(t, 200, "Note Nobody is logged in.")
	if log := w.log.String(); !strings.Contains(log, "caught=") || !strings.Contains(log, "updateAuthenticatedUser: nobody is logged in") {
		t.Error("what was caught is not in the log")
	}
}
