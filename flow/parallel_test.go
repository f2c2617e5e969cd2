package flow

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// meeting is a backend that answers posts and save only once both have been asked for, fails to log in once it is asked to renew, and
// never answers that.
func meeting(t *testing.T) (url string, gone <-chan struct{}) {
	t.Helper()
	var both sync.WaitGroup
	both.Add(2)
	left := make(chan struct{}, 4)
	renewing := make(chan struct{}, 4)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch r.URL.Path {
		case "/login":
			<-renewing
			w.WriteHeader(500)
			_, _ = w.Write([]byte("{}"))
		case "/renew":
			renewing <- struct{}{}
			_, _ = io.Copy(io.Discard, r.Body) // else the server does not see that the caller has gone
			<-r.Context().Done()
			left <- struct{}{}
		default:
			both.Done()
			both.Wait()
			_, _ = w.Write([]byte(`{"from":"` + r.URL.Path + `"}`))
		}
	}))
	t.Cleanup(s.Close)
	return s.URL, left
}

// TestF145_Parallel: branches run at once, each with what was there before and what the others have put into state; behind them all is there.
func TestF145_Parallel(t *testing.T) {
	url, _ := meeting(t)
	a := newApp(t, url, `        - setState: {count: 1}
  - parallel:
    one:
      - call: backend.posts
        as: posts
      - {change: state.count, increment: 10}
    two:
      - block: saved
        as: saved
      - {change: state.count, increment: 100}
    three:
      - forEach: [x, y]
        do: [{snackBar: "${each}"}, break]
  - snackBar: "${posts.body.from} ${saved} ${state.count}"`, map[string]string{
		"flows/saved.yaml": "actions:\n  - {call: backend.save, as: it}\nresult: ${it.body.from}\n",
	})
	res := a.mustRun(a.logIn().ID)
	if got := notes(res); got != "x|/posts /save 111" {
		t.Errorf("%q", got)
	}
}

// TestF145_ParallelFails: the first fault ends the other branches and is caught as one; what was given up reads as a call that did not succeed.
func TestF145_ParallelFails(t *testing.T) {
	url, gone := meeting(t)
	a := newApp(t, url, "", map[string]string{"pages/start.yaml": `path: /start
title: Start
access: any
state: {tags: list of text}
body:
  - button:
      text: Go
      onTap:
        - parallel:
          one:
            - call: backend.renew
              with: {refreshToken: r}
              as: slow
            - snackBar: never
          two:
            - call: backend.login
              with: {username: a, password: b}
              as: wrong
              onError: [{change: state.tags, removeAt: 0}]
          onError: [{snackBar: "caught ${error.action} ${error.kind}"}]
        - snackBar: "${slow.ok} ${wrong.status}"
`})
	res := a.mustRun("")
	if got := notes(res); got != "caught change value|false 500" {
		t.Errorf("%q", got)
	}
	select {
	case <-gone:
	case <-time.After(10 * time.Second):
		t.Error("the other call was not given up")
	}
}

// TestF145_ParallelEnds: when the time of a flow is over, all branches are, and nothing of them is left.
func TestF145_ParallelEnds(t *testing.T) {
	url, _ := meeting(t)
	a := newApp(t, url, `        - parallel:
    one: [{call: backend.renew, with: {refreshToken: r}}]
    two: [{call: backend.renew, with: {refreshToken: r}}]
    onError: [{snackBar: caught}]`, nil)
	idle := goleak.IgnoreCurrent()
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancel)
	res, err := a.runner.Run(ctx, Input{Actions: a.actions(), Page: a.project.Page("start")})
	if err == nil || strings.Contains(notes(res), "caught") {
		t.Errorf("%v, %q", err, notes(res))
	}
	a.runner.calls.(interface{ Close() }).Close()
	goleak.VerifyNone(t, idle)
}

// TestF145_ParallelIsBounded: the actions of all branches together are those of one flow.
func TestF145_ParallelIsBounded(t *testing.T) {
	round := "[{forEach: \"${1..100}\", do: [{forEach: \"${1..10}\", as: b, do: [{setState: {note: x}}]}]}]"
	a := newApp(t, "http://127.0.0.1:1", "        - parallel:\n    one: "+round+"\n    two: "+strings.ReplaceAll(round, "as: b", "as: c"), nil)
	if _, err := a.run("", nil); err == nil || !strings.Contains(err.Error(), "more actions than one flow may") {
		t.Errorf("%v", err)
	}
}

// TestF145_ParallelAroundACall: a branch whose call has interceptors that do several things at once keeps its turn among the others.
func TestF145_ParallelAroundACall(t *testing.T) {
	api := serve(t, map[string]string{"GET /around": "200 {}", "POST /renew": "200 {}", "POST /save": "200 {}"})
	calls := strings.Replace(backendCalls, "calls:", `calls:
  around:
    path: /around
    auth: none
    onRequest:
      - parallel:
        one: [{call: backend.renew, with: {refreshToken: a}}]
        two: [{call: backend.renew, with: {refreshToken: b}}]`, 1)
	a := newApp(t, api, `
- parallel:
  one: [{call: backend.around, as: around}]
  two: [{call: backend.save, as: x}, {call: backend.save, as: y}, {call: backend.save, as: z}]
- snackBar: "${string(around.ok)} ${string(z.ok)}"
`, map[string]string{"calls/backend.yaml": calls})
	if res := a.mustRun(a.logIn().ID); !strings.Contains(notes(res), "true true") {
		t.Errorf("%s", notes(res))
	}
}
