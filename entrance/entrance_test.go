package entrance_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/entrance"
	"github.com/usherdev/usher/project"
)

var files = map[string]string{
	"app.yaml": "usher: 1\nname: Entered\nenv: {API: http://127.0.0.1:1}\nauthentication:\n  entryPage: login\n  loggedInPage: home\n  refresh: {call: api.renew, with: {r: \"${auth.refreshToken}\"}, update: {token: \"${reply.body.token}\"}}\n  logOut: {call: api.logOut}\n",
	"calls/api.yaml": `url: ${env.API}
calls:
  login: {method: POST, path: /login, params: {name: text, password: secret}, json: {name: "${params.name}", password: "${params.password}"}}
  renew: {method: POST, path: /renew, params: {r: secret}, json: {r: "${params.r}"}}
  me: {path: /me, auth: required}
  logOut: {method: POST, path: /logout, auth: required}
`,
	"pages/login.yaml": `path: /login
title: Log in
access: loggedOut
body:
  - form:
      onSubmit:
        - call: api.login
          with: {name: "${form.who}", password: "${form.password}"}
          as: login
          then: [{logIn: {token: "${login.body.token}", refreshToken: "${login.body.refresh}"}}]
          else: [{snackBar: "${login.error}"}]
      children:
        - textField: {id: who, label: Name}
        - textField: {id: password, label: Password, type: password}
        - button: {text: Log in, submit: true}
`,
	"pages/home.yaml": "path: /home\ntitle: Home\naccess: loggedIn\nbody:\n  - text: Hello\n",
}

// begin is the app above with a backend of which the first token is dead at once, and a list of what that was asked.
func begin(t *testing.T, cfg entrance.Config) (*entrance.Entrance, *call.Client, *project.Project, func() string) {
	t.Helper()
	asked := make(chan string, 100)
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- strings.TrimSpace(r.URL.Path + " " + r.Header.Get("Authorization"))
		body := make([]byte, 200)
		n, _ := r.Body.Read(body)
		w.Header().Set("Content-Type", "application/json")
		switch {
		case r.URL.Path == "/login" && !strings.Contains(string(body[:n]), "right-word"):
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"message":"Wrong password"}`)
		case r.URL.Path == "/login":
			fmt.Fprint(w, `{"token":"old","refresh":"spend-me"}`)
		case r.URL.Path == "/renew":
			fmt.Fprint(w, `{"token":"new"}`)
		case r.Header.Get("Authorization") != "Bearer new":
			w.WriteHeader(http.StatusUnauthorized)
		default:
			fmt.Fprint(w, `{}`)
		}
	}))
	t.Cleanup(backend.Close)
	src := map[string][]byte{}
	for name, text := range files {
		src[name] = []byte(text)
	}
	p, problems := project.NewTree(src).Project()
	if problems.Errors() {
		t.Fatal(problems)
	}
	calls, err := call.New(call.Config{Project: p, Env: map[string]string{"API": backend.URL}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(calls.Close)
	cfg.Project, cfg.Calls, cfg.Username = p, calls, "ann"
	e, err := entrance.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close(t.Context()) })
	return e, calls, p, func() string {
		var out []string
		for len(asked) > 0 {
			out = append(out, <-asked)
		}
		return strings.Join(out, ", ")
	}
}

// TestInAndOut: the login renews itself where that was asked for, and is ended with the newest token.
func TestInAndOut(t *testing.T) {
	e, calls, p, asked := begin(t, entrance.Config{Password: "right-word", Renew: true})
	out, err := e.LogIn(t.Context())
	if err != nil || !out.In() || out.Why() != "" || len(out.Calls) != 1 || out.Calls[0].Call.ID != "api.login" || e.Action().Kind != "logIn" {
		t.Fatalf("%+v %v", out, err)
	}
	r, err := calls.Do(t.Context(), call.Request{Call: p.Call("api.me")}, e.Login(out.Session))
	if err != nil || !r.OK || !r.Replayed {
		t.Fatalf("%+v %v", r, err)
	}
	if told, failed, err := e.End(t.Context()); !told || failed != 0 || err != nil {
		t.Errorf("%v %d %v", told, failed, err)
	}
	if got := asked(); got != "/login, /me Bearer old, /renew, /me Bearer new, /logout Bearer new" {
		t.Error(got)
	}
	if told, _, _ := e.End(t.Context()); !told || asked() != "" {
		t.Error("the logins were ended twice")
	}
}

// TestWithoutRenewal: nothing is renewed that was not asked for.
func TestWithoutRenewal(t *testing.T) {
	e, calls, p, asked := begin(t, entrance.Config{Password: "right-word"})
	out, err := e.LogIn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if r, err := calls.Do(t.Context(), call.Request{Call: p.Call("api.me")}, e.Login(out.Session)); err != nil || r.OK || r.Status != 401 {
		t.Errorf("%+v %v", r, err)
	}
	if got := asked(); got != "/login, /me Bearer old" {
		t.Error(got)
	}
}

// TestWhatStandsInTheWay: a refusal is an Outcome with the app's own notice; no form and no password are errors.
func TestWhatStandsInTheWay(t *testing.T) {
	e, _, p, _ := begin(t, entrance.Config{Password: "canary-word"})
	out, err := e.LogIn(t.Context())
	if err != nil || out.In() || out.Why() != `api.login answered with status 400 and nobody was logged in; the app says: "Wrong password"` {
		t.Errorf("%v %q", err, out.Why())
	}
	if _, err := entrance.New(entrance.Config{Project: p}); err == nil {
		t.Error("nothing is required")
	}
	bare, _ := project.NewTree(map[string][]byte{"app.yaml": []byte("usher: 1\nname: Bare\n"), "pages/home.yaml": []byte(files["pages/home.yaml"])}).Project()
	calls, err := call.New(call.Config{Project: bare})
	if err != nil {
		t.Fatal(err)
	}
	defer calls.Close()
	if _, err := entrance.New(entrance.Config{Project: bare, Calls: calls, Username: "a", Password: "b"}); !errors.Is(err, entrance.ErrNoLogIn) {
		t.Error(err)
	}
}
