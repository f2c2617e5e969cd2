package flow

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

// app is an app with a page "start" whose button does what a test wants to run, on a real session.Manager and a
// real call.Client.
type app struct {
	t        *testing.T
	project  *project.Project
	sessions *session.Manager
	runner   *Runner
}

const appHead = `usher: 1
name: Test
authentication:
  enabled: true
  type: custom
  entryPage: start
  loggedInPage: home
  userDataType: User
  roleField: role
  token: {header: Authorization, format: "Bearer {token}"}
`

const appState = `
state:
  theme: {type: text, default: light, keep: true}
  cart: {type: int, default: 0}
env:
  API: http://127.0.0.1:1
`

const backendCalls = `url: ${env.API}
calls:
  login: {method: POST, path: /login, params: {username: text, password: secret}, json: {username: "${params.username}", password: "${params.password}"}}
  posts: {method: GET, path: /posts, auth: required}
  save: {method: POST, path: /save, auth: optional}
  renew: {method: POST, path: /renew, params: {refreshToken: secret}, json: {refreshToken: "${params.refreshToken}"}}
`

// files is a project; more adds to or replaces its files, and flow is what the button of its page "start" does.
func files(flow string, more map[string]string) map[string][]byte {
	out := map[string]string{
		"app.yaml":            appHead + appState,
		"types/User.yaml":     "fields: {id: int, name: text, city: text, role: text}\n",
		"calls/backend.yaml":  backendCalls,
		"pages/start.yaml":    "path: /start\ntitle: Start\naccess: any\nstate: {count: {type: int, default: 0}, note: text}\nbody:\n  - textField: {id: name, label: Name}\n  - button:\n      text: Go\n      onTap:\n" + strings.ReplaceAll(flow, "\n", "\n      "),
		"pages/home.yaml":     "path: /home\ntitle: Home\naccess: loggedIn\nbody:\n  - text: Hello\n",
		"pages/post.yaml":     "path: /posts/{id}\ntitle: Post\naccess: any\nparams: {id: text, tab: text}\nbody:\n  - text: Hello\n",
		"flows/greeting.yaml": "params: {who: text}\nactions:\n  - snackBar: \"Hello ${params.who}\"\nresult: \"greeted ${params.who}\"\n",
	}
	for k, v := range more {
		out[k] = v
	}
	tree := map[string][]byte{}
	for k, v := range out {
		tree[k] = []byte(v)
	}
	return tree
}

// newApp loads the project and points its calls to api.
func newApp(t *testing.T, api, flow string, more map[string]string) *app {
	t.Helper()
	return newAppOf(t, api, files(flow, more))
}

// newAppOf is newApp for a whole project.
func newAppOf(t *testing.T, api string, files map[string][]byte) *app {
	t.Helper()
	p, problems := project.NewTree(files).Project()
	if problems.Errors() {
		t.Fatalf("the project has problems:\n%v", problems)
	}
	calls, err := call.New(call.Config{Project: p, Env: map[string]string{"API": api}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(calls.Close)
	m, err := session.New(session.Config{
		App: "test", Store: session.NewMemory(), Keys: session.NewKeys([32]byte{1}), Refresh: calls.Refresher(), Revoke: calls.Revoker(),
		Tuning: session.Tuning{NotSentDelays: []time.Duration{time.Millisecond}, AmbiguousDelays: []time.Duration{time.Millisecond}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Close(context.Background()) })
	r, err := New(Config{Project: p, Calls: calls, Sessions: m})
	if err != nil {
		t.Fatal(err)
	}
	return &app{t: t, project: p, sessions: m, runner: r}
}

// actions is the flow of the button.
func (a *app) actions() []*project.Action {
	for _, t := range a.project.Page("start").Actions {
		return t.Actions
	}
	a.t.Fatal("the page has no flow")
	return nil
}

// run runs the flow of the button with session id.
func (a *app) run(id string, scope value.Scope) (Result, error) {
	page := a.project.Page("start")
	return a.runner.Run(a.t.Context(), Input{
		Actions: a.actions(), Page: page, SessionID: id, Scope: scope,
		State: map[string]any{"count": 1}, AppState: map[string]any{"theme": "dark", "cart": 3}, Form: map[string]any{"name": "typed"},
	})
}

func (a *app) mustRun(id string) Result {
	a.t.Helper()
	res, err := a.run(id, nil)
	if err != nil {
		a.t.Fatal(err)
	}
	return res
}

// logIn makes a session without a flow.
func (a *app) logIn() session.Session {
	a.t.Helper()
	s, err := a.sessions.LogIn(a.t.Context(), "", session.AuthData{
		Token: session.NewSecret("a1"), RefreshToken: session.NewSecret("r1"), Expiry: time.Now().Add(time.Hour), UID: "7",
		User: []byte(`{"id":7,"name":"Ada","city":"Bonn","role":"user"}`),
	}, true)
	if err != nil {
		a.t.Fatal(err)
	}
	return s
}

func (a *app) current(id string) session.Session {
	a.t.Helper()
	s, _, err := a.sessions.Current(a.t.Context(), id)
	if err != nil {
		a.t.Fatal(err)
	}
	return s
}

// serve answers by path: "POST /login" → "200 {…}".
func serve(t *testing.T, answers map[string]string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, ok := answers[r.Method+" "+r.URL.Path]
		if !ok {
			answer = "404 {}"
		}
		if r.URL.Path == "/posts" && r.Header.Get("Authorization") == "Bearer a1" && answers["expired"] != "" {
			answer = answers["expired"]
		}
		var status int
		code, body, _ := strings.Cut(answer, " ")
		_, _ = fmt.Sscan(code, &status)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// notes is the texts of a result's messages, in order.
func notes(res Result) string {
	var out []string
	for _, e := range res.Effects {
		if n, ok := e.(Notify); ok {
			out = append(out, n.Text)
		}
	}
	return strings.Join(out, "|")
}

// target is where a result navigates, nil nowhere.
func target(res Result) *Navigate {
	for _, e := range res.Effects {
		if n, ok := e.(Navigate); ok {
			return &n
		}
	}
	return nil
}
