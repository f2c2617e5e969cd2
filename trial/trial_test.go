package trial_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/trial"
	"github.com/usherdev/usher/value"
)

const appYAML = `usher: 1
name: Tried
env: {API: http://127.0.0.1:1, KEY: {secret: true}}
`

const callsYAML = `url: ${env.API}
headers: {X-Key: "${env.KEY}"}
calls:
  any: {path: /any}
  feed: {path: /feed, replyAs: events}
  thing: {path: /thing, reply: Thing, unwrap: data}
  enter: {method: POST, path: /enter, params: {name: text, pin: secret}, json: {name: "${params.name}", pin: "${params.pin}"}}
  bare: {path: /bare, reply: secret}
  sort:
    path: "/sort/${params.id}"
    params: {id: int, tags: {type: list of text, required: false}, on: {type: bool, required: false}, more: {type: json, required: false}, doc: {type: file, required: false}}
    query: {tag: "${params.tags}", on: "${params.on}"}
`

const thingYAML = `fields: {id: int, label: {type: text, key: full-label}, key: secret, parts: list of Part}
`

const partYAML = `fields: {size: number}
`

func tree() *project.Tree {
	return project.NewTree(map[string][]byte{"app.yaml": []byte(appYAML), "calls/api.yaml": []byte(callsYAML), "types/Thing.yaml": []byte(thingYAML), "types/Part.yaml": []byte(partYAML),
		"pages/home.yaml": []byte("path: /\ntitle: Home\nbody:\n  - text: Hello\n")})
}

// bench is the app above with a backend that answers each path with the text given.
func bench(t *testing.T, answers map[string]string) (*trial.Bench, *project.Project, *[]*http.Request) {
	t.Helper()
	var seen []*http.Request
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r)
		text := answers[r.URL.Path]
		if strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
			w.Header().Set("Content-Type", "application/json")
		}
		if strings.HasPrefix(text, "data:") {
			w.Header().Set("Content-Type", "text/event-stream")
		}
		w.Header().Set("X-Echo", "key "+r.Header.Get("X-Key"))
		w.Header().Set("Set-Cookie", "sid=cookie-canary-1234567890")
		if strings.HasPrefix(text, `{"message"`) {
			w.WriteHeader(http.StatusBadRequest)
		}
		fmt.Fprint(w, text)
	}))
	t.Cleanup(backend.Close)
	p, problems := tree().Project()
	if problems.Errors() {
		t.Fatal(problems)
	}
	b, err := trial.New(call.Config{Project: p, Env: map[string]string{"API": backend.URL, "KEY": "canary-canary-of-the-env"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b, p, &seen
}

func try(t *testing.T, b *trial.Bench, ask trial.Ask) *trial.Result {
	t.Helper()
	r, err := b.Try(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// everything is all that a Result can show.
func everything(t *testing.T, r *trial.Result) string {
	t.Helper()
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%s\n%s\n%+v", b, r.Raw, r.Find(""))
}

func line(t *testing.T, lines []trial.Line, path string) trial.Line {
	t.Helper()
	i := slices.IndexFunc(lines, func(l trial.Line) bool { return l.Path == path })
	if i < 0 {
		t.Fatalf("no %s in %+v", path, lines)
	}
	return lines[i]
}

const odd = `{"posts":[{"title":"One <b>&</b>","n":1,"x-y":true},{"title":"Two","n":2.5}],"in":{"let":null,"a b":[[1],[2]],"$id":"q","\"":"quote","${x}":1,"ünï":"u","0":"zero",
	"\n":"line","true":false,"big":12345678901234567890123},"none":[]}`

// TestF092_EveryPathReadsItsValue: each expression that is shown gives, when an app evaluates it, the value beside it; also under odd keys.
func TestF092_EveryPathReadsItsValue(t *testing.T) {
	b, p, _ := bench(t, map[string]string{"/any": odd})
	r := try(t, b, trial.Ask{Call: p.Call("api.any"), As: "out"})
	body, err := value.DecodeJSON([]byte(odd))
	if err != nil || len(r.Tree) < 20 {
		t.Fatalf("%v, %d lines", err, len(r.Tree))
	}
	env := value.NewEnv().With("out", nil)
	found := r.Find("")
	for _, l := range append(slices.Clone(r.Tree), found...) {
		tmpl, faults := env.Parse("${"+l.Path+"}", nil)
		if len(faults) > 0 {
			t.Errorf("%s: %v", l.Path, faults)
			continue
		}
		v, err := tmpl.Eval(value.Scope{"out": map[string]any{"body": body}})
		if err != nil {
			t.Errorf("%s: %v", l.Path, err)
		}
		_, list := v.([]any)
		if list != l.List {
			t.Errorf("%s gives %T, and is said to be a list: %v", l.Path, v, l.List)
		}
		if s, ok := v.(string); ok && l.Value != fmt.Sprintf("%q", s) || v == nil && l.Kind != "null" {
			t.Errorf("%s gives %v, and %q is shown as %s", l.Path, v, l.Value, l.Kind)
		}
	}
	if l := line(t, found, "map(out.body.posts, .title)"); !l.List || l.Value != `2 items: "One <b>&</b>", "Two"` {
		t.Errorf("%+v", l)
	}
	if got := r.Find("TITLE"); len(got) != 2 || got[1].Path != "out.body.posts[0].title" {
		t.Errorf("%+v", got)
	}
	if got := r.Find("nothing like it"); got == nil || len(got) != 0 {
		t.Errorf("%+v", got)
	}
}

// TestF091_NoSecretIsShown: what was sent as one, what the app types as one (whatever stands there), what is named like one, JWTs and cookies
// are in no part of a result; all else is.
func TestF091_NoSecretIsShown(t *testing.T) {
	const jwt = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJjYW5hcnkifQ.c2ln"
	answers := map[string]string{
		"/enter": `{"message":"no: pin-canary is wrong for canary-canary-of-the-env","pin-canary":1,"you":"pin-canary","token":"tok-canary","nested":[{"access_token":{"value":"deep-canary"}}],"id":"` + jwt + `","at":"see ` + jwt + `!"}`,
		"/thing": `{"data":{"id":"x","full-label":"L","key":{"inner":"typed-canary"},"parts":[{"size":"many"},{"size":2}]},"meta":{"secret":"meta-canary"}}`,
		"/bare":  "bare-canary-text",
		"/any":   "a text with " + jwt + " and canary-canary-of-the-env and cookie-canary-1234567890",
	}
	b, p, seen := bench(t, answers)
	for id, args := range map[string]map[string]string{"api.enter": {"name": "Ada", "pin": "pin-canary"}, "api.thing": nil, "api.bare": nil, "api.any": nil} {
		typed, err := trial.Args(p.Call(id), args, nil)
		if err != nil {
			t.Fatal(err)
		}
		r := try(t, b, trial.Ask{Call: p.Call(id), Args: typed})
		if all := everything(t, r); strings.Contains(all, "canary") || strings.Contains(all, "eyJ") {
			t.Errorf("%s shows a secret:\n%s", id, all)
		}
		if !r.Rewritten || !strings.Contains(r.Raw, "[redacted]") || !slices.Contains(r.Sent, "X-Key") || !strings.HasSuffix(r.Address, p.Call(id).Path.Src()) {
			t.Errorf("%s: %+v", id, r)
		}
		if id == "api.enter" && (r.OK || r.Status != 400 || r.Sentence != "no: [redacted] is wrong for [redacted]") {
			t.Errorf("%d %q", r.Status, r.Sentence)
		}
		if id == "api.thing" && line(t, r.Tree, "thing.body.label").Value != `"L"` {
			t.Errorf("%+v", r.Tree)
		}
	}
	if len(*seen) != 4 || (*seen)[0].Header.Get("X-Key") != "canary-canary-of-the-env" {
		t.Error("the requests were not made as the app makes them")
	}
}

// TestF093_MismatchesNameTheirExpressions: what does not fit the reply type is told by expression, wanted and got.
func TestF093_MismatchesNameTheirExpressions(t *testing.T) {
	b, p, _ := bench(t, map[string]string{"/thing": `{"data":{"id":"x","full-label":"L","key":"k","parts":[{"size":1},{"size":"many"}]}}`})
	r := try(t, b, trial.Ask{Call: p.Call("api.thing")})
	want := []trial.Mismatch{{Path: "thing.body.id", Want: "int", Got: "text"}, {Path: "thing.body.parts[1].size", Want: "number", Got: "text"}}
	if !r.OK || !slices.Equal(r.Mismatches, want) {
		t.Errorf("%v %+v", r.OK, r.Mismatches)
	}
}

// TestF091_OutputIsBounded: a large reply is cut in lines, items and length of a preview, and says by how much.
func TestF091_OutputIsBounded(t *testing.T) {
	long := strings.Repeat("é", 5000)
	big, err := json.Marshal(map[string]any{"list": make([]int, 5000), "long": long, "wide": make([][3]int, 1000)})
	if err != nil {
		t.Fatal(err)
	}
	b, p, _ := bench(t, map[string]string{"/any": string(big)})
	r := try(t, b, trial.Ask{Call: p.Call("api.any")})
	if n := len(r.Tree); n > 300 || r.More < 5000-20+1000-20 {
		t.Errorf("%d lines, %d more", n, r.More)
	}
	if l := line(t, r.Tree, "any.body.long"); len([]rune(l.Value)) > 90 || !strings.Contains(l.Value, "…") {
		t.Errorf("%q", l.Value)
	}
	if r = try(t, b, trial.Ask{Call: p.Call("api.any"), Lines: 5, Items: 2}); len(r.Tree) != 5 {
		t.Errorf("%d lines", len(r.Tree))
	}
}

// TestF091_ArgumentsAreTyped: by the call's parameters, with all faults at once, each with its parameter and none with a value.
func TestF091_ArgumentsAreTyped(t *testing.T) {
	b, p, seen := bench(t, map[string]string{"/sort/7": "[]"})
	sort := p.Call("api.sort")
	args, err := trial.Args(sort, map[string]string{"id": "7", "tags": `["a","b"]`, "on": "true", "more": "not JSON"}, nil)
	if err != nil || args["id"] != 7 || args["on"] != true || args["more"] != "not JSON" {
		t.Fatalf("%v %v", args, err)
	}
	if r := try(t, b, trial.Ask{Call: sort, Args: args}); !r.OK || (*seen)[0].URL.RequestURI() != "/sort/7?tag=a&tag=b&on=true" {
		t.Errorf("%+v %s", r, (*seen)[0].URL)
	}
	_, err = trial.Args(sort, map[string]string{"id": "canary", "tags": "canary", "doc": "canary", "tgas": "canary", "zzz": "canary"}, nil)
	for _, want := range []string{"parameter id should be int, not text", "parameter tags is list of text, to be written as JSON", "parameter doc is a file",
		"api.sort has no parameter tgas: did you mean tags?", "api.sort has no parameter zzz: it has id, tags, on, more, doc"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
	if strings.Contains(fmt.Sprint(err), "canary") {
		t.Errorf("a value in %v", err)
	}
	if _, err = trial.Args(sort, map[string]string{"tags": `[1,{"a":2}]`}, nil); err == nil || !strings.Contains(err.Error(), "parameter id (int) has no value") ||
		!strings.Contains(err.Error(), "parameter tags[1] should be text") {
		t.Errorf("%v", err)
	}
}

// TestF094_TokensBecomeSecret: of a list, behind a wrapper and with a token that nothing but its form or name gives away.
func TestF094_TokensBecomeSecret(t *testing.T) {
	b, p, _ := bench(t, map[string]string{"/any": `[{"id":1,"badge":"eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.c2ln","api_key":"k"},{"id":2,"badge":null,"echo":"canary-canary-of-the-env","sub":{"n":1.5,"at":"2030-01-01T00:00:00Z"}}]`,
		"/enter": `{"message":"no"}`, "/thing": `{"data":{"id":1}}`, "/bare": "text"})
	r := try(t, b, trial.Ask{Call: p.Call("api.any")})
	plan, err := r.MakeType(tree(), "Item")
	if err != nil {
		t.Fatal(err)
	}
	next, err := plan.Apply()
	if err != nil {
		t.Fatal(err)
	}
	made := string(next.Bytes("types/Item.yaml"))
	for _, want := range []string{"id: int", "badge: secret", "api_key: secret", "echo: secret", "sub: ItemSub"} {
		if !strings.Contains(made, want) {
			t.Errorf("no %q in\n%s", want, made)
		}
	}
	if got := string(next.Bytes("calls/api.yaml")); !strings.Contains(got, "reply: list of Item") {
		t.Errorf("%s", got)
	}
	if again, err := r.MakeType(next, "Item"); err != nil {
		t.Error(err)
	} else if edits, err := again.Edits(); err != nil || len(edits) != 0 {
		t.Errorf("a second time: %v %v", edits, err)
	}
	for id, want := range map[string]string{"api.enter": "the call failed", "api.thing": "api.thing says reply: Thing already", "api.bare": "the reply is not JSON"} {
		args := map[string]any{"name": "Ada", "pin": value.NewSecret("1")}
		if _, err := try(t, b, trial.Ask{Call: p.Call(id), Args: args}).MakeType(tree(), "Item"); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v", id, err)
		}
	}
	for _, name := range []string{"item", "", "a b"} {
		if _, err := r.MakeType(tree(), name); err == nil {
			t.Errorf("a data type may be named %q", name)
		}
	}
}

// TestNoReply: a backend that is not there is a Result with a sentence.
func TestNoReply(t *testing.T) {
	p, _ := tree().Project()
	b, err := trial.New(call.Config{Project: p, Env: map[string]string{"KEY": "k"}})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	r := try(t, b, trial.Ask{Call: p.Call("api.any"), As: "user"})
	if r.OK || r.Status != 0 || r.Trouble != "nothing listens there" || r.Sentence == "" || r.Tree[0].Path != "any.body" {
		t.Errorf("%+v", r)
	}
	if _, err := b.Try(t.Context(), trial.Ask{}); err == nil {
		t.Error("no call was tried")
	}
	if _, err := trial.New(call.Config{Project: p}); err == nil {
		t.Error("the missing env.KEY was not noticed")
	}
}

// TestF103_AStreamIsTried: the messages of a stream are a list, each of its expressions in it, and a token within one is not shown, neither as
// data nor in the text of the message.
func TestF103_AStreamIsTried(t *testing.T) {
	stream := "data: {\"word\":\"one\"}\n\nevent: key\nid: 7\ndata: {\"accessToken\":\"cnr\\u0079-4711-of-a-message\",\"pin\":5}\n\n" + strings.Repeat("data: more\n\n", 30)
	b, p, _ := bench(t, map[string]string{"/feed": stream})
	r := try(t, b, trial.Ask{Call: p.Call("api.feed"), Items: 30})
	if !r.OK || r.Status != 200 {
		t.Fatalf("%+v", r)
	}
	if got := line(t, r.Tree, "feed.body"); got.Count != 20 || !got.List {
		t.Errorf("the list: %+v", got)
	}
	for path, want := range map[string]string{"feed.body[0].data.word": "one", "feed.body[1].event": "key", "feed.body[1].id": "7", "feed.body[19].text": "more"} {
		if got := line(t, r.Tree, path).Value; !strings.Contains(got, want) {
			t.Errorf("%s: %q", path, got)
		}
	}
	if all := everything(t, r); strings.Contains(all, "4711") {
		t.Errorf("a token is shown: %s", all)
	}
}

// TestF091_ATextThatIsMappedToATokenIsNotShown: a log-in whose reply is the token and nothing else, with no type that says so: that the app
// maps the text to a token is enough. The same reply to a call that nothing maps is shown.
func TestF091_ATextThatIsMappedToATokenIsNotShown(t *testing.T) {
	const page = "path: /in\ntitle: In\naccess: loggedOut\nbody:\n  - button: {text: In, onTap: [{call: api.any, as: login, then: [{logIn: {token: \"${login.text}\"}}]}]}\n"
	app := appYAML + "authentication: {enabled: true, type: custom, entryPage: in, loggedInPage: home}\n"
	for name, tc := range map[string]struct {
		app, page string
		shown     bool
	}{"mapped": {app, page, false}, "not mapped": {app, "path: /in\ntitle: In\naccess: loggedOut\nbody:\n  - text: In\n", true}} {
		p, problems := project.NewTree(map[string][]byte{"app.yaml": []byte(tc.app), "calls/api.yaml": []byte(callsYAML), "types/Thing.yaml": []byte(thingYAML), "types/Part.yaml": []byte(partYAML),
			"pages/home.yaml": []byte("path: /home\ntitle: Home\nbody:\n  - text: Hello\n"), "pages/in.yaml": []byte(tc.page)}).Project()
		if problems.Errors() {
			t.Fatal(problems)
		}
		backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "17|canary-of-a-bare-token") }))
		b, err := trial.New(call.Config{Project: p, Env: map[string]string{"API": backend.URL, "KEY": "canary-canary-of-the-env"}})
		if err != nil {
			t.Fatal(err)
		}
		r := try(t, b, trial.Ask{Call: p.Call("api.any")})
		if shown := strings.Contains(everything(t, r), "bare-token"); !r.OK || shown != tc.shown || r.Rewritten == tc.shown {
			t.Errorf("%s: ok %v, the text is shown: %v (%q)", name, r.OK, shown, r.Raw)
		}
		b.Close()
		backend.Close()
	}
}
