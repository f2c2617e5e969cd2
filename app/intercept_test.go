package app

import (
	"net/http"
	"strings"
	"testing"
)

const closingCalls = `
url: ${env.API_URL}
auth: required
params: {from: {type: text, default: nobody}}
onRequest:
  - setRequest: {headers: {X-Call: "${request.call}"}, params: {from: "${user.username}"}}
onResponse:
  - if: ${reply.status == 403}
    then:
      - snackBar: Your account is closed.
      - logOut
  - if: ${reply.status == 402}
    then: [{fail: Please pay first.}]
calls:
  mine: {path: /mine, query: {from: "${params.from}"}}
`

const closingPage = `
path: /mine
title: Mine
access: loggedIn
queries: {mine: {call: closing.mine}}
body:
  - text: "${queries.mine.ok ? queries.mine.body.text : queries.mine.error}"
`

// TestF101_Queries: a query goes the way of an action: interceptors set its request, can make it fail, and a log-out in one takes the browser to
// the Entry Page with the message, and shows nothing of the page.
func TestF101_Queries(t *testing.T) {
	w := newWorld(t, map[string]string{"calls/closing.yaml": closingCalls, "pages/mine.yaml": closingPage})
	status := http.StatusOK
	w.backend.on("GET /mine", func(rw http.ResponseWriter, r *http.Request) {
		reply(rw, status, map[string]any{"text": r.Header.Get("X-Call") + " from " + r.URL.Query().Get("from")})
	})
	c := w.browser()
	c.logIn("emily")
	c.get("/mine").want(t, 200, "closing.mine from emily")
	status = http.StatusPaymentRequired
	c.get("/mine").want(t, 200, "Please pay first.")
	status = http.StatusForbidden
	p := c.get("/mine")
	if p = c.follow(p); !strings.Contains(p.text(), "Your account is closed.") || strings.Contains(p.text(), "emily") {
		t.Errorf("after the log-out: %s", p.text())
	}
	p.want(t, 200, "Sign in")
	c.follow(c.get("/mine")).want(t, 200, "Sign in")
}

// TestF101_LogInIsSlowedAroundCallsToo: a flow whose call logs people in by an interceptor counts as one that logs in.
func TestF101_LogInIsSlowedAroundCallsToo(t *testing.T) {
	calls := "url: ${env.API_URL}\ncalls:\n  enter: {method: POST, path: /in, onResponse: [{if: \"${reply.ok}\", then: [{logIn: {token: \"${reply.body.token}\"}}]}]}\n  out: {path: /out}\n"
	page := "path: /x\ntitle: X\naccess: any\nbody:\n  - button: {text: In, onTap: [{call: way.enter}]}\n  - button: {text: Out, onTap: [{call: way.out}]}\n"
	p := load(t, tourist(t, map[string]string{"calls/way.yaml": calls, "pages/x.yaml": page}))
	for _, trigger := range p.Page("x").Actions {
		if call := trigger.Actions[0].Call.Name; logsIn(trigger.Actions) != (call == "enter") {
			t.Errorf("%s: %v", call, logsIn(trigger.Actions))
		}
	}
}
