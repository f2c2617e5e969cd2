package flow

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestF13_LogInAdoptsTheCookie: what the log-in call was given is there for the calls after Log In, and only then.
func TestF13_LogInAdoptsTheCookie(t *testing.T) {
	var seen []string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.URL.Path+" "+r.Header.Get("Cookie"))
		if r.URL.Path == "/login" {
			http.SetCookie(w, &http.Cookie{Name: "sid", Value: "cookie-canary", Path: "/", HttpOnly: true})
		}
		_, _ = w.Write([]byte(`{"id":7}`))
	}))
	t.Cleanup(srv.Close)
	a := newApp(t, srv.URL, `
- {call: backend.login, with: {username: a, password: b}, as: login, then: [{logIn: {uid: "${string(login.body.id)}", navigate: false}}]}
- {call: backend.posts}
- {call: backend.save}
`, map[string]string{"calls/backend.yaml": strings.Replace(backendCalls, "calls:", "cookies: keep\ncalls:", 1)})
	res := a.mustRun("")
	if !res.LoggedIn {
		t.Fatalf("%+v", res)
	}
	if got := strings.Join(seen, "|"); got != "/login |/posts sid=cookie-canary|/save sid=cookie-canary" {
		t.Errorf("the backend saw %s", got)
	}
	if s, _, _ := a.sessions.Current(t.Context(), res.SessionID); !strings.Contains(string(s.Auth.Jar), "cookie-canary") {
		t.Error("the login does not hold the cookie")
	}
}

// TestF13_ACookieOutlastsAQuestion: what the log-in call was given before a flow asked is still there for the Log In after the answer.
func TestF13_ACookieOutlastsAQuestion(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "sid", Value: "cookie-canary", Path: "/", HttpOnly: true})
		_, _ = w.Write([]byte(`{"id":7}`))
	}))
	t.Cleanup(srv.Close)
	a := newApp(t, srv.URL, `
- {call: backend.login, with: {username: a, password: b}, as: login}
- confirm: Stay logged in?
- {logIn: {uid: "${string(login.body.id)}", navigate: false}}
`, map[string]string{"calls/backend.yaml": strings.Replace(backendCalls, "calls:", "cookies: keep\ncalls:", 1)})
	asked := a.mustRun("")
	if asked.Pending == nil || asked.LoggedIn {
		t.Fatalf("nothing is asked: %+v", asked)
	}
	p := asked.Pending
	res, err := a.runner.Run(t.Context(), Input{
		Actions: a.actions(), Page: a.project.Page("start"), Form: p.Form,
		Resume: &Resume{Points: p.Points, Yes: true, Skews: p.Skews, Jar: p.Jar},
	})
	if err != nil || !res.LoggedIn {
		t.Fatalf("%+v, %v", res, err)
	}
	if s, _, _ := a.sessions.Current(t.Context(), res.SessionID); !strings.Contains(string(s.Auth.Jar), "cookie-canary") {
		t.Error("the login does not hold the cookie")
	}
}
