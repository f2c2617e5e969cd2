package studio

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
)

// TestF157_ActionsAreAdded: where nothing ran before as well, among others, in branches that are not written yet, in blocks and events of the app.
func TestF157_ActionsAreAdded(t *testing.T) {
	for _, c := range []struct {
		edit WireEdit
		file string
		want string
	}{
		{WireEdit{Op: "prop", At: "/pages/login/body/0", Name: "onTap", Value: json.RawMessage(`[{"navigate":"home"}]`)}, "pages/login.yaml", "onTap:\n        - navigate: home\n"},
		{WireEdit{Op: "actions", At: "/pages/login/onLoad/0", Value: json.RawMessage(`["logOut",{"snackBar":"Hello"}]`)}, "pages/login.yaml", "onLoad:\n  - logOut\n  - snackBar: Hello\n"},
		{WireEdit{Op: "actions", At: "/app/onAppStart/0", Value: json.RawMessage(`[{"snackBar":"Hello"}]`)}, "app.yaml", "onAppStart:\n  - snackBar: Hello\n"},
		{WireEdit{Op: "actions", At: "/flows/greet/actions/1", Value: json.RawMessage(`["stop"]`)}, "flows/greet.yaml", "  - snackBar: Hello # said\n  - stop\n"},
		{WireEdit{Op: "actions", At: "/flows/greet/actions/0/onError/0", Value: json.RawMessage(`["stop"]`)}, "flows/greet.yaml", "    onError:\n      - stop\n"},
	} {
		w := opened(t)
		w.files.edit(t, "pages/login.yaml", "  - text: Log in\n", "  - button: Log in\n")
		w.files.edit(t, "flows/greet.yaml", "", "actions:\n  - snackBar: Hello # said\n")
		w.Changed(nil)
		if got := w.edit(c.edit); got.Code != http.StatusOK || !strings.Contains(w.text(c.file), c.want) {
			t.Errorf("%s: %d\n%s", c.edit.At, got.Code, w.text(c.file))
		}
	}
}

// TestF147_OutputsArePastedUnderFreshNames: an output name is there once in a flow, and what was copied with it reads the new one.
func TestF147_OutputsArePastedUnderFreshNames(t *testing.T) {
	w := opened(t)
	w.files.edit(t, "flows/greet.yaml", "", "actions:\n  - call: auth.login\n    as: login\n    else:\n      - call: auth.login\n        as: login2\n")
	w.Changed(nil)
	copied := json.RawMessage(`[{"call":"auth.login","as":"login","then":[{"logIn":{"token":"${login.body.token}"}}],"else":[{"snackBar":"${login2.error} of login"}]},{"call":"auth.user","as":"user"}]`)
	if got := w.edit(WireEdit{Op: "actions", At: "/flows/greet/actions/1", Value: copied}); got.Code != http.StatusOK {
		t.Fatal(got.Body)
	}
	for _, want := range []string{"as: login3\n", "{token: \"${login3.body.token}\"}", "${login2.error} of login", "as: userReply\n"} {
		if !strings.Contains(w.text("flows/greet.yaml"), want) {
			t.Errorf("no %q in\n%s", want, w.text("flows/greet.yaml"))
		}
	}
	for _, bad := range []WireEdit{
		{At: "/pages/login/body/0", Value: json.RawMessage(`["stop"]`)}, {At: "/flows/greet/actions/1/x", Value: json.RawMessage(`["stop"]`)}, {At: "/flows/greet/actions/-1", Value: json.RawMessage(`["stop"]`)},
		{At: "/flows/greet/actions/0", Value: json.RawMessage(`[]`)}, {At: "/flows/greet/actions/0", Value: json.RawMessage(`"stop"`)}, {At: "/flows/greet/actions/0"}, {At: "x", Value: json.RawMessage(`["stop"]`)},
		{At: "/flows/greet/actions/9", Value: json.RawMessage(`["stop"]`)},
	} {
		bad.Op = "actions"
		if got := w.edit(bad); got.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", bad.At, got.Code)
		}
	}
}

// TestFlowOf tells the list that an event runs from the branches in it.
func TestFlowOf(t *testing.T) {
	for at, want := range map[project.Path]project.Path{
		"/pages/home/body/0/button/onTap/0/then/1": "/pages/home/body/0/button/onTap", "/pages/home/timers/0/do/2": "/pages/home/timers/0/do",
		"/flows/greet/actions/0/do/1": "/flows/greet/actions", "/app/onLogIn/0": "/app/onLogIn", "/calls/auth/onRequest/0": "/calls/auth/onRequest", "/pages/home/body/0": "", "": "", "/": "",
	} {
		if got := flowOf(at); got != want {
			t.Errorf("%s: %s, not %s", at, got, want)
		}
	}
}

// TestF154_AnActionBecomesABlock: what it reads is handed over with its type, what it brings comes back, comments go along, and undo takes all of it back.
func TestF154_AnActionBecomesABlock(t *testing.T) {
	const flow = `path: /login
title: Log in
access: loggedOut
state: {tries: int}
body:
  - form:
      onSubmit:
        - call: auth.login # sent
          with: {name: "${form.name}", password: "${form.password}"}
          as: login
          then:
            - logIn: {token: "${login.body.token}"}
          else:
            - snackBar: "${form.name}: ${string(state.tries)} tries, ${login.error ?? 'no'}"
        - if: ${login.ok}
          then: [stop]
        - setState: {tries: 1}
      children:
        - textField: {id: name, label: Name}
        - textField: {id: password, label: Password, type: password}
`
	w := opened(t)
	w.files.edit(t, "calls/auth.yaml", "", "url: https://api.test\ncalls:\n  login: {method: POST, path: /login, params: {name: text, password: secret}, reply: Session}\n")
	w.files.edit(t, "types/Session.yaml", "", "fields:\n  token: secret\n")
	w.files.edit(t, "pages/login.yaml", w.text("pages/login.yaml"), flow)
	w.Changed(nil)
	before := w.files.Tree().Revision()
	at := project.Path("/pages/login/body/0/form/onSubmit")
	if got := w.edit(WireEdit{Op: "block", At: at + "/0", Name: "enter"}); got.Code != http.StatusOK {
		t.Fatal(got.Body)
	}
	wantBlock := `params:
  name: text
  password: secret
  tries: {type: int, required: false}
actions:
  - call: auth.login # sent
    with: {name: "${params.name}", password: "${params.password}"}
    as: login
    then:
      - logIn: {token: "${login.body.token}"}
    else:
      - snackBar: "${params.name}: ${string(params.tries)} tries, ${login.error ?? 'no'}"
result: ${login}
`
	if got := w.text("flows/enter.yaml"); got != wantBlock {
		t.Errorf("%s", got)
	}
	wantRun := `      onSubmit:
        - block: enter
          with: {name: "${form.name}", password: "${form.password}", tries: "${state.tries}"}
          as: login
        - if: ${login.ok}
`
	if got := w.text("pages/login.yaml"); !strings.Contains(got, wantRun) {
		t.Errorf("%s", got)
	}
	view := decode[ProjectView](t, w.ask("GET", "/api/project", nil))
	if view.Problems.Errors() {
		t.Errorf("%v", view.Problems)
	}
	if view = decode[ProjectView](t, w.ask("POST", "/api/undo", RevisionRequest{view.Revision})); view.Revision != before {
		t.Error("undo does not give the bytes back")
	}
	for _, bad := range []WireEdit{{At: at + "/2", Name: "enter"}, {At: at, Name: "enter"}, {At: at + "/9", Name: "enter"}, {At: "/pages/login/body/0", Name: "enter"}, {At: at + "/1", Name: "a/b"}, {At: at + "/1"}} {
		bad.Op = "block"
		if got := w.edit(bad); got.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s %s: %d", bad.At, bad.Name, got.Code)
		}
	}
}

// TestF154_SeveralActionsBecomeABlock: with their comments, what they read and what is read behind of them; and where a block could not do the same,
// a sentence says why.
func TestF154_SeveralActionsBecomeABlock(t *testing.T) {
	const head = "path: /login\ntitle: Log in\naccess: any\nstate: {tries: int}\nbody:\n  - form:\n      onSubmit:\n"
	const foot = "      children:\n        - textField: {id: name, label: Name}\n        - numberField: {id: age, label: Age}\n"
	at := project.Path("/pages/login/body/0/form/onSubmit")
	for _, c := range []struct {
		name, flow  string
		from        project.Path
		n           int
		block, page string // as they are then; block "" for a refusal, which says page
	}{
		{"two", `
# before
- if: ${form.age > 3}
  then: [stop]
# first the one
- call: auth.login
  with: {name: "${form.name}"}
  as: login
# then its list
- call: auth.list # all
  as: all
  with: {token: "${login.body.token}", age: "${form.age}"}
# behind
- snackBar: "${login.ok} ${all.body} ${form.name}"
- navigate: login
`, "/1", 2, `
params:
  age: {type: number, required: false}
  name: text
actions:
  # first the one
  - call: auth.login
    with: {name: "${params.name}"}
    as: login
  # then its list
  - call: auth.list # all
    as: all
    with: {token: "${login.body.token}", age: "${params.age}"}
result: "${{login: login, all: all}}"
`, `
# before
- if: ${form.age > 3}
  then: [stop]
- block: steps
  with: {age: "${form.age}", name: "${form.name}"}
  as: steps
# behind
- snackBar: "${steps.login.ok} ${steps.all.body} ${form.name}"
- navigate: login
`},
		{"one output", `
- call: auth.login
  with: {name: x}
  as: login
- clearCache
- if: ${login.ok}
  then: [{setState: {tries: "${login.status}"}}]
`, "/0", 2, `
actions:
  - call: auth.login
    with: {name: x}
    as: login
  - clearCache
result: ${login}
`, `
- block: steps
  as: login
- if: ${login.ok}
  then: [{setState: {tries: "${login.status}"}}]
`},
		{"in a loop", `
- forEach: ${["a"]}
  do:
    - forEach: ${["b"]}
      do:
        - snackBar: ${each}
    - snackBar: ${each}
    - clearCache
`, "/0/do/0", 2, `
params:
  each: {type: text, required: false}
actions:
  - forEach: ${["b"]}
    do:
      - snackBar: ${each}
  - snackBar: ${params.each}
`, `
- forEach: ${["a"]}
  do:
    - block: steps
      with: {each: "${each}"}
    - clearCache
`},
		{"all of a branch that fails", `
- call: auth.login
  with: {name: x}
  onError:
    - snackBar: ${error.message}
    - call: auth.login
      with: {name: "${error.kind}"}
      onError: [{snackBar: "${error.message}"}]
`, "/0/onError/0", 2, `
params:
  kind: text
  message: text
actions:
  - snackBar: ${params.message}
  - call: auth.login
    with: {name: "${params.kind}"}
    onError: [{snackBar: "${error.message}"}]
`, `
- call: auth.login
  with: {name: x}
  onError:
    - block: steps
      with: {kind: "${error.kind}", message: "${error.message}"}
`},
		{"of parallel", `
- parallel:
  one:
    - call: auth.login
      with: {name: x}
      as: login
    - clearCache
  two: [clearCache]
- snackBar: ${login.ok}
`, "/0/one/0", 2, `
actions:
  - call: auth.login
    with: {name: x}
    as: login
  - clearCache
result: ${login}
`, `
- parallel:
  one:
    - block: steps
      as: login
  two: [clearCache]
- snackBar: ${login.ok}
`},
		{"what at once brought", `
- parallel:
  one: [{call: auth.login, with: {name: x}, as: login}]
  two: [{call: auth.list, as: all}]
- clearCache
- snackBar: ${login.ok} ${all.ok}
`, "/0", 2, `
actions:
  - parallel:
    one: [{call: auth.login, with: {name: x}, as: login}]
    two: [{call: auth.list, as: all}]
  - clearCache
result: "${{login: login, all: all}}"
`, `
- block: steps
  as: steps
- snackBar: ${steps.login.ok} ${steps.all.ok}
`},
		{"the form, and then emptied", `
- call: auth.login
  with: {name: "${form.name}"}
  then: [clearFields]
- stop
`, "/0", 2, `
params:
  name: text
actions:
  - call: auth.login
    with: {name: "${params.name}"}
    then: [clearFields]
  - stop
`, `
- block: steps
  with: {name: "${form.name}"}
`},
		{"a loop left", "\n- forEach: ${[1]}\n  do:\n    - clearCache\n    - if: ${each > 1}\n      then: [break]\n", "/0/do/0", 2, "", "Leave the Loop ends a loop that stays outside"},
		{"the form emptied, and then read", "\n- clearFields\n- snackBar: ${form.name}\n", "/0", 2, "", "leave Clear Fields outside"},
		{"checked, and then read", "\n- validate\n- call: auth.login\n  with: {name: \"${form.name}\"}\n", "/0", 2, "", "leave Validate Form outside"},
		{"emptied by another block", "\n- block: empty\n- snackBar: ${form.name}\n", "/0", 2, "", "leave Action Block outside"},
		{"emptied in a round before", "\n- while: ${form.name != \"\"}\n  do:\n    - snackBar: ${form.name}\n    - clearFields\n- stop\n", "/0", 2, "", "leave Clear Fields outside"},
		{"state of the page", "\n- clearCache\n- setState: {tries: 1}\n", "/0", 2, "", "setState works on pages only"},
		{"too many", "\n- clearCache\n- stop\n", "/1", 2, "", "there is no action at"},
	} {
		w := opened(t)
		w.files.edit(t, "calls/auth.yaml", "", "url: https://api.test\ncalls:\n  login: {method: POST, path: /login, params: {name: text}}\n  list:\n    path: /list\n    params: {token: {type: text, required: false}, age: {type: number, required: false}}\n")
		w.files.edit(t, "flows/empty.yaml", "", "actions: [resetForm]\n")
		indented := func(flow string) string {
			lines := strings.Split(strings.TrimPrefix(flow, "\n"), "\n")
			for i, line := range lines[:len(lines)-1] {
				lines[i] = "        " + line
			}
			return head + strings.Join(lines[:len(lines)-1], "\n") + "\n" + foot
		}
		w.files.edit(t, "pages/login.yaml", w.text("pages/login.yaml"), indented(c.flow))
		w.Changed(nil)
		view := decode[ProjectView](t, w.ask("GET", "/api/project", nil))
		if view.Problems.Errors() {
			t.Errorf("%s: %v", c.name, view.Problems)
			continue
		}
		got := w.edit(WireEdit{Op: "block", At: at + c.from, Name: "steps", Value: json.RawMessage(strconv.Itoa(c.n))})
		if c.block == "" {
			if got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body.String(), c.page) {
				t.Errorf("%s: %d %s", c.name, got.Code, got.Body)
			}
			continue
		}
		if got.Code != http.StatusOK {
			t.Errorf("%s: %s", c.name, got.Body)
			continue
		}
		if block := w.text("flows/steps.yaml"); "\n"+block != c.block {
			t.Errorf("%s: the block is\n%s", c.name, block)
		}
		if now := w.text("pages/login.yaml"); now != indented(c.page) {
			t.Errorf("%s: the page is\n%s", c.name, now)
		}
		if now := decode[ProjectView](t, w.ask("GET", "/api/project", nil)); now.Problems.Errors() {
			t.Errorf("%s: %v", c.name, now.Problems)
		} else if now = decode[ProjectView](t, w.ask("POST", "/api/undo", RevisionRequest{now.Revision})); now.Revision != view.Revision {
			t.Errorf("%s: undo does not give the bytes back", c.name)
		}
	}
}

// TestF157_APlaceSaysWhichActionsItRefuses: in lists that are written and that are not yet, as the checker would say of the action itself.
func TestF157_APlaceSaysWhichActionsItRefuses(t *testing.T) {
	w := opened(t)
	w.files.edit(t, "pages/login.yaml", "  - text: Log in\n", "  - button: Log in\n  - button:\n      text: Go\n      onTap:\n        - parallel:\n          one: [stop]\n          two: []\n        - forEach: ${[1]}\n          do: []\n        - stop\n")
	w.files.edit(t, "flows/greet.yaml", "", "actions: []\n")
	w.files.edit(t, "components/Chip.yaml", "", "events: [choose]\nstate: {open: bool}\nbody:\n  - button: {text: Go, onTap: [stop]}\n")
	w.Changed(nil)
	tap := "/pages/login/body/1/button/onTap"
	for _, c := range []struct{ at, refused, allowed string }{
		{"/pages/login/body/0/button/onTap", "emit break continue setRequest fail", "logIn navigate setState confirm stop"},
		{tap, "emit break", "wait"},
		{tap + "/0/one", "stop navigate logIn wait parallel", "call setState if"},
		{tap + "/0/three", "navigate", "call"},
		{tap + "/1/do", "wait confirm", "break continue navigate"},
		{tap + "/0/onError", "emit confirm", "snackBar"},
		{"/pages/login/onLeave", "snackBar navigate setState", "call if stop"},
		{"/flows/greet/actions", "open close setState setField loadMore emit", "navigate confirm stop"},
		{"/app/onLogIn", "logIn close confirm", "navigate snackBar"},
		{"/app/onLogOut", "logOut updateAuthenticatedUser", "navigate"},
		{"/components/Chip/body/0/button/onTap", "loadMore break", "emit setState close setField"},
	} {
		refused := map[string]bool{}
		for _, no := range decode[FitsView](t, w.ask("GET", "/api/fits?at="+c.at, nil)).Refused {
			refused[no.Kind] = true
			if no.Why == "" {
				t.Errorf("%s: %s has no reason", c.at, no.Kind)
			}
		}
		for _, kind := range strings.Fields(c.refused) {
			if !refused[kind] {
				t.Errorf("%s allows %s", c.at, kind)
			}
		}
		for _, kind := range strings.Fields(c.allowed) {
			if refused[kind] {
				t.Errorf("%s refuses %s", c.at, kind)
			}
		}
	}
	if got := w.ask("GET", "/api/fits?at=/flows/nobody/actions", nil); got.Code != http.StatusNotFound {
		t.Error(got.Code)
	}
}
