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
