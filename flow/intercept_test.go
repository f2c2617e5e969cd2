package flow

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/project"
)

// recorder is a backend that notes each request and answers by path.
type recorder struct {
	mu   sync.Mutex
	seen []string
	*httptest.Server
}

func record(t *testing.T, answers map[string]int) *recorder {
	t.Helper()
	r := &recorder{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, in *http.Request) {
		r.mu.Lock()
		r.seen = append(r.seen, strings.TrimSpace(in.Method+" "+in.URL.RequestURI()+" "+in.Header.Get("X-Log")+" "+in.Header.Get("Authorization")))
		r.mu.Unlock()
		if code := answers[in.URL.Path]; code != 0 {
			w.WriteHeader(code)
		}
		_, _ = w.Write([]byte(`{"name":"Grace","message":"from the backend"}`))
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *recorder) want(t *testing.T, want ...string) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if got := strings.Join(r.seen, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("the backend saw\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
	r.seen = nil
}

func intercepting(group, calls string) map[string]string {
	return map[string]string{"calls/shop.yaml": "url: ${env.API}\n" + group + "calls:\n" + calls}
}

// TestF101_Order: onRequest of the group, then of the call; onResponse of the call, then of the group; stop ends one of them alone, a call
// can do without the group's, and calls of interceptors have none.
func TestF101_Order(t *testing.T) {
	b := record(t, nil)
	group := `
onRequest:
  - snackBar: "group before ${request.method} ${request.call}"
  - setAppState: {cart: "${app.cart + 1}"}
  - stop
  - snackBar: never
onResponse:
  - call: shop.log
  - snackBar: "group after ${reply.status}"
`
	calls := `
  a:
    path: /a
    onRequest: [{snackBar: call before}, {if: "${app.cart > 0}", then: [{snackBar: counted}]}]
    onResponse: [{snackBar: "call after ${reply.body.name}"}, stop, {snackBar: never}]
  bare: {path: /bare, interceptors: none, onRequest: [{snackBar: own}]}
  log: {method: POST, path: /log}
`
	a := newApp(t, b.URL, "\n- call: shop.a\n- snackBar: between\n- call: shop.bare\n", intercepting(group, calls))
	res := a.mustRun("")
	if got, want := notes(res), "group before GET shop.a|call before|counted|call after Grace|group after 200|between|own"; got != want {
		t.Errorf("ran %s\nwant %s", got, want)
	}
	if res.Stopped || res.AppState["cart"] != 4 {
		t.Errorf("stopped %v, state %v", res.Stopped, res.AppState)
	}
	b.want(t, "GET /a", "POST /log", "GET /bare")
}

// TestF101_SetRequest: headers and parameters of one call, typed, over the declared ones; nil takes a header away; the next call has its own, and
// the login goes where it always does.
func TestF101_SetRequest(t *testing.T) {
	b := record(t, nil)
	group := `
headers: {X-Log: declared}
params: {lang: {type: text, default: en}}
onRequest:
  - if: ${params.lang == "de"}
    then: [{setRequest: {headers: {x-log: "${request.call} ${params.lang}"}, params: {lang: fr}}}]
  - if: ${params.lang == "none"}
    then: [{setRequest: {headers: {X-Log: null}}}]
`
	calls := `
  a: {path: /a, auth: required, query: {lang: "${params.lang}", n: "${params.n}"}, params: {n: {type: int, default: 1}}, onRequest: [{setRequest: {params: {n: "${params.n + len(params.lang)}"}}}]}
`
	a := newApp(t, b.URL, "\n- {call: shop.a, with: {lang: de, n: 5}}\n- {call: shop.a}\n- {call: shop.a, with: {lang: none}}\n", intercepting(group, calls))
	a.mustRun(a.logIn().ID)
	b.want(t, "GET /a?lang=fr&n=7 shop.a de Bearer a1", "GET /a?lang=en&n=3 declared Bearer a1", "GET /a?lang=none&n=5  Bearer a1")
}

// TestF101_Fail: before a call it is not sent, after it it counts as failed, with the sentence; those that would come later do not run, and what
// changed at the backend has changed.
func TestF101_Fail(t *testing.T) {
	b := record(t, nil)
	group := "\nonResponse: [{snackBar: late}]\n"
	calls := `
  before: {path: /before, onRequest: [{fail: "Not ${request.call}."}]}
  after: {method: POST, path: /after, retry: 3, idempotent: true, onResponse: [{fail: "Not ${reply.body.name}."}, {snackBar: never}]}
`
	a := newApp(t, b.URL, `
- call: shop.before
  as: one
  then: [{snackBar: sent}]
  else: [{snackBar: "${one.status} ${one.error}"}]
- call: shop.after
  as: two
  then: [{snackBar: worked}]
  else: [{snackBar: "${two.status} ${two.error}"}]
`, intercepting(group, calls))
	res := a.mustRun("")
	if got := notes(res); got != "0 Not shop.before.|200 Not Grace." {
		t.Errorf("said %s", got)
	}
	if !res.DataChanged {
		t.Error("the backend's data has changed, and nobody is told")
	}
	b.want(t, "POST /after")
}

// TestF101_F030_AuthActions: an interceptor updates the Authenticated User and logs out, and the flow goes on as whoever is logged in then.
func TestF101_F030_AuthActions(t *testing.T) {
	b := record(t, map[string]int{"/closed": 403})
	group := `
auth: optional
onResponse:
  - if: ${reply.status == 403}
    then: [{snackBar: "Bye ${user.name}"}, {logOut: {navigate: false}}]
    else: [{updateAuthenticatedUser: {user: {name: "${reply.body.name}"}}}]
`
	a := newApp(t, b.URL, "\n- call: shop.open\n- call: shop.closed\n- call: shop.open\n", intercepting(strings.Replace(group, "    else", "  - if: ${reply.status == 200 && auth.loggedIn}\n    then", 1),
		"  open: {path: /open}\n  closed: {path: /closed}\n"))
	s := a.logIn()
	res := a.mustRun(s.ID)
	if notes(res) != "Bye Grace" || !res.LoggedOut || res.SessionID != "" || a.current(s.ID).Active() {
		t.Errorf("%s %+v", notes(res), res)
	}
	b.want(t, "GET /open  Bearer a1", "GET /closed  Bearer a1", "GET /open")
}

// TestF101_NothingSecretLeaks: what onResponse takes as a token is a secret in each call of the group, and may not be shown.
func TestF101_NothingSecretLeaks(t *testing.T) {
	b := record(t, nil)
	group := `
onResponse:
  - if: ${auth.loggedIn}
    then: [{updateAuthenticatedUser: {token: "${reply.body.name}"}}]
`
	more := intercepting(group, "  a: {path: /a}\n")
	a := newApp(t, b.URL, "\n- call: shop.a\n  as: r\n- setAppState: {theme: \"${string(isSet(r.body))}\"}\n", more)
	s := a.logIn()
	a.mustRun(s.ID)
	if got := a.current(s.ID).Auth.Token.Reveal(); got != "Grace" {
		t.Errorf("token %q", got)
	}
	tree := project.NewTree(files("\n- call: shop.a\n  as: r\n- snackBar: ${r.body.name}\n", more))
	if _, problems := tree.Project(); !problems.Errors() || !strings.Contains(problems[0].String(), "secret") {
		t.Errorf("a token may be shown: %v", problems)
	}
}

// TestF101_Asking: queries that run at once share one run: their interceptors take turns, each sees what those before it did, and one log-out is
// the log-out of all.
func TestF101_Asking(t *testing.T) {
	b := record(t, nil)
	a := newApp(t, b.URL, "\n- stop\n", intercepting("\nonRequest: [{setAppState: {cart: \"${app.cart + 1}\"}}]\n", "  a: {path: /a, auth: optional}\n  out: {path: /out, onResponse: [logOut]}\n"))
	s := a.logIn()
	ask := func() *Asking {
		k, err := a.runner.Ask(t.Context(), Input{SessionID: s.ID, AppState: map[string]any{"cart": 0, "theme": "dark"}})
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	k := ask()
	var wg sync.WaitGroup
	for range 40 {
		wg.Go(func() {
			if r, err := k.Do(t.Context(), call.Request{Call: a.project.Call("shop.a")}); err != nil || !r.OK {
				t.Errorf("%+v, %v", r, err)
			}
		})
	}
	wg.Wait()
	if res := k.Finish(); res.AppState["cart"] != 40 || res.LoggedOut || res.SessionID != s.ID {
		t.Errorf("%+v", res)
	}
	k = ask()
	if _, err := k.Do(t.Context(), call.Request{Call: a.project.Call("shop.out")}); err != nil {
		t.Fatal(err)
	}
	res := k.Finish()
	if !res.LoggedOut || target(res) == nil || res.SessionID != "" || a.current(s.ID).Active() {
		t.Errorf("%+v", res)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if n := len(b.seen); n != 41 {
		t.Errorf("%d calls", n)
	}
}
