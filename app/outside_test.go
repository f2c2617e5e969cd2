package app

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/usherdev/usher/internal/naughty"
)

// TestA16_TokensAreOpaque: a token need not be a JWT; and what a JWT says of itself, its expiry above all, opens nothing: the backend
// alone decides.
func TestA16_TokensAreOpaque(t *testing.T) {
	w := newWorld(t, nil)
	opaque := func(token string) {
		w.backend.on("POST /auth/login", func(rw http.ResponseWriter, _ *http.Request) {
			reply(rw, 200, map[string]any{"id": 7, "username": "ada", "firstName": "Ada", "accessToken": token, "refreshToken": canary + "R"})
		})
		w.backend.mu.Lock()
		w.backend.valid[token], w.backend.refresh[canary+"R"] = "ada", "ada"
		w.backend.mu.Unlock()
	}
	for i, token := range []string{canary, canary + ".a.b", "eyJhbGciOiJub25lIn0" + ".bm8." + canary, canary + strings.Repeat("x", 4000)} {
		opaque(token)
		c := w.browser()
		c.logIn("ada").want(t, 200, "Story of ada")
		if s := c.session(); !s.Auth.Expiry.IsZero() || s.Auth.Token.Reveal() != token {
			t.Errorf("%d: expiry %v", i, s.Auth.Expiry)
		}
	}
	w.backend.on("POST /auth/login", nil)
	w.backend.life = 100 * 365 * 24 * 3600e9 // "valid for a hundred years", it says
	c := w.browser()
	c.logIn("ada")
	w.backend.revokeAll()
	if p := c.get("/home"); p.url != "/login" {
		t.Errorf("a token that the backend refuses opens %s", p.url)
	}
}

// TestF6_RedirectStaysHere asks for guarded pages by hostile addresses, logs in, and looks where the browser is sent.
func TestF6_RedirectStaysHere(t *testing.T) {
	w := newWorld(t, map[string]string{"pages/any.yaml": "path: /a/{x}\ntitle: A\naccess: loggedIn\nparams: {x: text, q: text}\nbody:\n  - text: \"At ${params.x} ${params.q ?? ''}\"\n"})
	evil := []string{"evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example", "https:evil.example", "javascript:alert(1)", "data:text/html,x", "@evil.example", "evil.example%2f..",
		"%2f%2fevil.example", "%5cevil.example", "%09//evil.example", "\t//evil.example", "\r\nLocation: https://evil.example", "%0d%0aLocation:%20https://evil.example", "..//evil.example", "%2e%2e/%2f/evil.example", "?//evil.example", "#@evil.example"}
	n := 0
	for _, e := range append(evil, some(13, naughty.Redirects())...) {
		for _, path := range []string{"/a/" + url.PathEscape(e), "/a/x?q=" + url.QueryEscape(e), "/a/x?next=" + url.QueryEscape(e), "/login?return=" + url.QueryEscape(e), "/posts/" + url.PathEscape(e)} {
			c := w.browser()
			p := c.follow(c.roundTrip(c.request("GET", path, nil)))
			if p.url != "/login" && !strings.HasPrefix(p.url, "/login?") {
				if p.StatusCode != 404 {
					t.Errorf("%s leads to %s", path, p.url)
				}
				continue
			}
			n++
			action, form := p.form(t, "Sign in", map[string]string{"username": fmt.Sprint("ada", n), "password": "good-password"})
			r := c.request("POST", action, form)
			r.RemoteAddr = fmt.Sprintf("198.%d.%d.1:9", n/250, n%250) // log-ins from one address are slowed
			p = c.roundTrip(r)
			to := p.Header.Get("Location")
			u, err := url.Parse(to)
			if err != nil || p.StatusCode != 303 || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t") {
				t.Errorf("%s: after the log-in to %q", path, to)
			}
			if len(p.Header.Values("Location")) != 1 {
				t.Errorf("%s: %d Locations", path, len(p.Header.Values("Location")))
			}
		}
	}
	if n < 80 {
		t.Errorf("only %d of the addresses led to a log-in", n)
	}
}

// TestH3_NoForgedLogLines sends line breaks and log syntax wherever a browser can put text: each line of the log is one of ours.
func TestH3_NoForgedLogLines(t *testing.T) {
	w := newWorld(t, nil)
	c := w.browser()
	c.logIn("ada")
	all := append(naughty.LogLines(), "\ntime=2030-01-01T00:00:00Z level=ERROR msg=forged \x1b[31m\u2028msg=forged")
	for i, forged := range all {
		for _, change := range []func(*http.Request){
			func(r *http.Request) { r.Method = "GE" + forged },
			func(r *http.Request) { r.Host = "touristtrail.localhost" + forged },
			func(r *http.Request) { r.URL.Path = "/home" + forged },
			func(r *http.Request) { r.URL.Path = "/posts/" + forged },
			func(r *http.Request) { r.URL.Path = "/_usher/call/" + forged },
			func(r *http.Request) { r.URL.RawQuery = forged },
			func(r *http.Request) { r.Header.Set("Referer", origin+forged) },
			func(r *http.Request) { r.Header.Set("Cookie", sessionName()+"="+forged) },
			func(r *http.Request) { r.Header.Set("User-Agent", forged) },
			func(r *http.Request) { r.Header.Set("Accept-Language", forged) },
			func(r *http.Request) { r.Header.Set("X-Request-Id", forged) },
			func(r *http.Request) { r.Header.Set("X-Forwarded-For", forged) },
			func(r *http.Request) { r.RemoteAddr = forged },
		} {
			r := c.request("GET", "/home", nil)
			change(r)
			c.roundTrip(r)
		}
		w.app.guesses = newGuesses() // who fails so often is slowed down
		guest := w.browser()
		guest.press(guest.get("/login"), "Sign in", map[string]string{"username": forged, "password": "wrong-password"})
		_, form := guest.get("/login").form(t, "Sign in", nil)
		for _, field := range []string{"_state", "_event", "_ask", "_tab." + forged} {
			form.Set(field, forged)
		}
		guest.roundTrip(guest.request("POST", "/login", form))
		if i%5 == 0 {
			w.backend.on("GET /posts", func(rw http.ResponseWriter, _ *http.Request) {
				reply(rw, 500, map[string]any{"message": forged, forged: forged})
			})
			c.get("/home")
		}
	}
	log := w.log.String()
	lines := strings.Split(strings.TrimSuffix(log, "\n"), "\n")
	for _, line := range lines {
		if !strings.HasPrefix(line, "time=") || strings.HasPrefix(line, "time=2030") || strings.Count(line, " msg=") != 1 || strings.ContainsAny(line, "\x1b\r\u2028") {
			t.Errorf("a line that is not ours: %q", line)
		}
	}
	if len(lines) < 12*len(all) {
		t.Errorf("%d lines; the log was not watched", len(lines))
	}
}
