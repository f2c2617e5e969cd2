package studio

import (
	"encoding/json"
	"net/http"
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
  tries: int
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
