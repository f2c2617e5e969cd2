package app

import (
	"net/http"
	"strings"
	"testing"
)

// TestF027_RenamedOvernight: the backend calls its refresh token by another name. People read a sentence, the log names field and
// place, nothing is stored, and the token that did come is nowhere.
func TestF027_RenamedOvernight(t *testing.T) {
	w := newWorld(t, nil)
	access, refresh := w.backend.pair("ada")
	w.backend.on("POST /auth/login", func(rw http.ResponseWriter, _ *http.Request) {
		reply(rw, 200, map[string]any{"id": 1, "accessToken": access, "refresh": refresh})
	})
	c := w.browser()
	p := c.press(c.get("/login"), "Sign in", map[string]string{"username": "ada", "password": "good-password"})
	p.want(t, 502, "answered in a way that this app does not understand")
	if c.cookies[sessionName()] != "" || strings.Contains(p.body, "refreshToken") {
		t.Errorf("cookie %q, %s", c.cookies[sessionName()], p.text())
	}
	if log := w.log.String(); !strings.Contains(log, "the reply has no refreshToken (refreshToken: login.body.refreshToken)") {
		t.Errorf("the log does not name what is missing: %s", log)
	}
	if d := w.calls.Drifts(); len(d) != 1 || d[0].Field != "refreshToken" || d[0].Kept || !strings.HasPrefix(string(d[0].At), "/pages/login/") {
		t.Errorf("drifts %+v", d)
	}
}
