package app

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/usherdev/usher/internal/hostile"
	"github.com/usherdev/usher/session"
)

// TestA17_NoLogInWithATokenThatNoHeaderCarries has forty of them in the answer to a log-in, as the authentication token and as the
// refresh token: nobody is logged in, and no row is written.
func TestA17_NoLogInWithATokenThatNoHeaderCarries(t *testing.T) {
	st := &seenStore{Store: session.NewMemory()}
	w := newWorldOver(t, st, nil)
	written := func() string {
		st.mu.Lock()
		defer st.mu.Unlock()
		return st.rows.String()
	}
	all := hostile.Uncarriable(canary)
	if len(all) != 40 {
		t.Fatalf("%d payloads", len(all))
	}
	answer := func(key, field, bad string) {
		out := map[string]any{"id": 7, "username": "ada", "firstName": "Ada", "accessToken": canary + "A", "refreshToken": canary + "R"}
		out[field] = bad
		body, err := json.Marshal(out)
		if err != nil {
			t.Fatal(err)
		}
		w.backend.on(key, func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Content-Type", "application/json")
			_, _ = rw.Write(body)
		})
	}
	for _, bad := range all {
		for _, field := range []string{"accessToken", "refreshToken"} {
			answer("POST /auth/login", field, bad)
			w.app.guesses = newGuesses() // who fails so often is slowed down
			c := w.browser()
			p := c.press(c.get("/login"), "Sign in", map[string]string{"username": "ada", "password": "good-password"})
			if c.cookies[sessionName()] != "" || p.StatusCode < 400 || written() != "" {
				t.Errorf("log-in with %s %.30q: status %d, cookie %v, written %q", field, bad, p.StatusCode, c.cookies[sessionName()] != "", written())
			}
		}
	}
	if n := w.backend.count("POST /auth/login"); n != 2*len(all) {
		t.Fatalf("%d of %d log-ins reached the backend", n, 2*len(all))
	}
	t.Logf("%d log-ins refused, 0 rows written", 2*len(all))
}
