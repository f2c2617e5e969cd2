package app

import (
	"net/http"
	"strings"
	"testing"
)

// TestH4_RefusalsAreLoggedOnce: each refusal is one line with a fixed word for it, the request's id and, where somebody is logged in, the keyed
// hash of the session.
func TestH4_RefusalsAreLoggedOnce(t *testing.T) {
	const staff = "title: Staff\npath: /staff\naccess: ${user.role == \"admin\"}\nbody:\n  - text: Staff\n"
	scenes := []struct {
		event string
		in    bool // somebody is logged in: the line names the session
		act   func(c *client) *page
	}{
		{event: "refused_host", act: func(c *client) *page {
			c.host = "evil.example.com"
			return c.roundTrip(c.request("GET", "/login", nil))
		}},
		{event: "refused_method", act: func(c *client) *page { return c.roundTrip(c.request("DELETE", "/login", nil)) }},
		{event: "refused_origin", act: func(c *client) *page {
			action, form := c.get("/login").form(c.w.t, "Sign in", nil)
			r := c.request("POST", action, form)
			r.Header.Set("Sec-Fetch-Site", "cross-site")
			r.Header.Set("Origin", "https://evil.example.com")
			return c.roundTrip(r)
		}},
		{event: "refused_logged_out", act: func(c *client) *page { return c.roundTrip(c.request("GET", "/home", nil)) }},
		{event: "refused_access", in: true, act: func(c *client) *page { c.logIn("ada"); return c.get("/staff") }},
		{event: "refused_forged", act: func(c *client) *page {
			p := c.get("/login")
			return c.pressOnce(p, "Sign in", map[string]string{"_state": "forged", "username": "ada", "password": "good-password"})
		}},
		{event: "refused_handover", act: func(c *client) *page { return c.roundTrip(c.request("GET", "/_usher/back?state=x&code=y", nil)) }},
		{event: "log_in_failed", act: func(c *client) *page {
			return c.pressOnce(c.get("/login"), "Sign in", map[string]string{"username": "ada", "password": "wrong-password"})
		}},
		{event: "throttled", act: func(c *client) *page {
			var p *page
			for range accountBurst + 1 {
				p = c.pressOnce(c.get("/login"), "Sign in", map[string]string{"username": "ada", "password": "wrong-password"})
			}
			return p
		}},
	}
	for _, s := range scenes {
		t.Run(s.event, func(t *testing.T) {
			var seen []Served
			w := newWorld(t, map[string]string{"pages/staff.yaml": staff}, func(c *Config) { c.Observe = func(e Served) { seen = append(seen, e) } })
			p := s.act(w.browser())
			var lines []string
			for _, line := range strings.Split(w.log.String(), "\n") {
				if strings.Contains(line, "event="+s.event+" ") || strings.HasSuffix(line, "event="+s.event) {
					lines = append(lines, line)
				}
			}
			if len(lines) != 1 {
				t.Fatalf("%d lines, want 1 (answer %d):\n%s", len(lines), p.StatusCode, w.log.String())
			}
			if id := p.Header.Get("X-Request-Id"); id == "" || !strings.Contains(lines[0], "id="+id) {
				t.Errorf("no id %q in %s", id, lines[0])
			}
			if s.in != strings.Contains(lines[0], "session=") {
				t.Errorf("the session's hash: %s", lines[0])
			}
			if last := seen[len(seen)-1]; last.Event != s.event || last.Status != p.StatusCode {
				t.Errorf("counted as %+v", last)
			}
		})
	}
}

// TestH4_ALogInIsNoFailure: one that succeeds, and what other buttons do, is not called a failed log-in.
func TestH4_ALogInIsNoFailure(t *testing.T) {
	w := newWorld(t, nil)
	c := w.browser()
	c.logIn("ada")
	c.press(c.get("/profile"), "Log out", nil)
	if log := w.log.String(); strings.Contains(log, "log_in_failed") {
		t.Error(log)
	}
}

// TestH4_PlainHTTPIsLogged: a log-in over a way that others can read is refused, and said.
func TestH4_PlainHTTPIsLogged(t *testing.T) {
	w := newWorld(t, nil, func(c *Config) { c.Hosts = []string{"app.example.com:7070"} })
	c := w.browser()
	c.host = "app.example.com:7070"
	if p := c.roundTrip(c.request("GET", "/login", nil)); p.StatusCode != http.StatusForbidden {
		t.Fatalf("answered %d", p.StatusCode)
	}
	if n := strings.Count(w.log.String(), "event=refused_plain_http"); n != 1 {
		t.Errorf("%d lines", n)
	}
}
