package app

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
)

// TestA13_MatrixOfProofs sends a whole, valid log-in with every combination of what browsers and attackers say of themselves. Only
// what shows that our own page sent it logs anybody in.
func TestA13_MatrixOfProofs(t *testing.T) {
	w := newWorld(t, nil)
	other := "http://evil.example"
	sites := []string{"", "same-origin", "same-site", "cross-site", "none"}
	origins := []string{"", origin, other, "null", "https://touristtrail.localhost:7070", "http://touristtrail.localhost:7071", "http://touristtrail.localhost", "http://studio.localhost:7070"}
	kinds := []string{"application/x-www-form-urlencoded", "text/plain", "application/json", "multipart/form-data; boundary=x"}
	passed := 0
	for _, site := range sites {
		for _, from := range origins {
			for _, header := range []bool{false, true} {
				for _, kind := range kinds {
					for _, cookie := range []bool{false, true} {
						acted := w.tryLogIn(site, from, header, kind, cookie)
						proof := (site == "same-origin" && (from == "" || from == origin)) || (site == "" && from == origin)
						want := proof && kind == kinds[0] && cookie
						if acted != want {
							t.Errorf("Sec-Fetch-Site %q Origin %q X-Usher %t %s cookie %t: acted %t, want %t", site, from, header, kind, cookie, acted, want)
						}
						if acted {
							passed++
						}
					}
				}
			}
		}
	}
	if passed != 6 {
		t.Errorf("%d combinations acted, want 6", passed)
	}
}

// tryLogIn posts the log-in form of a fresh page and reports whether anything happened.
func (w *world) tryLogIn(site, from string, header bool, kind string, cookie bool) bool {
	w.t.Helper()
	c := w.browser()
	action, form := c.get("/login").form(w.t, "Sign in", map[string]string{"username": "ada", "password": "good-password"})
	r := c.request("POST", action, form)
	r.Header.Del("Sec-Fetch-Site")
	r.Header.Del("Origin")
	for name, v := range map[string]string{"Sec-Fetch-Site": site, "Origin": from} {
		if v != "" {
			r.Header.Set(name, v)
		}
	}
	r.Header.Set("Content-Type", kind)
	if header {
		r.Header.Set("X-Usher", "1")
	}
	if !cookie {
		r.Header.Del("Cookie")
	}
	before := w.backend.count("POST /auth/login")
	p := c.roundTrip(r)
	called := w.backend.count("POST /auth/login") > before
	loggedIn := c.cookies[sessionName()] != ""
	if called != loggedIn {
		w.t.Errorf("the backend was called %t, logged in %t (status %d)", called, loggedIn, p.StatusCode)
	}
	return called || loggedIn
}

// TestA13_HostList refuses every Host but our own before anything else, on every route. (N3)
func TestA13_HostList(t *testing.T) {
	w := newWorld(t, nil, func(c *Config) { c.Hosts = []string{"trail.example", "other.example:81"} })
	good := []string{"touristtrail.localhost:7070", "TouristTrail.localhost:7070", "trail.example:7070", "other.example:81"}
	bad := []string{"evil.example", "touristtrail.localhost", "touristtrail.localhost:7071", "touristtrail.localhost.:7070", "touristtrail.localhost.evil.example:7070",
		"user@touristtrail.localhost:7070", "trail.example", "other.example", "other.example:7070", "touristtrail.localhost:7070,evil", "[::]:7070", "0x7f000001:7070", "2130706433:7070", "", " touristtrail.localhost:7070", "touristtrail.localhost:07070"}
	for _, path := range []string{"/login", "/home", "/", "/nowhere", "/_usher/session", "/_usher/assets/x/app.js", "/healthz"} {
		for _, host := range good {
			r := httptest.NewRequest("GET", "http://x"+path, nil)
			r.Host = host
			if p := w.browser().roundTrip(r); p.StatusCode == http.StatusMisdirectedRequest {
				t.Errorf("Host %q refused at %s", host, path)
			}
		}
		for _, host := range bad {
			r := httptest.NewRequest("GET", "http://x"+path, nil)
			r.Host = host
			r.Header.Set("X-Forwarded-Host", "touristtrail.localhost:7070")
			if p := w.browser().roundTrip(r); p.StatusCode != http.StatusMisdirectedRequest || len(p.Header.Values("Set-Cookie")) > 0 {
				t.Errorf("Host %q at %s: %d", host, path, p.StatusCode)
			}
		}
	}
}

// TestA13_OwnName moves a newcomer from plain localhost to the app's own name, before any cookie is set: a port is no boundary. (N2)
func TestA13_OwnName(t *testing.T) {
	w := newWorld(t, nil)
	for _, host := range []string{"localhost:7070", "127.0.0.1:7070", "[::1]:7070"} {
		r := httptest.NewRequest("GET", "/posts/1?x=2", nil)
		r.Host = host
		p := w.browser().roundTrip(r)
		if p.StatusCode != 307 || p.Header.Get("Location") != origin+"/posts/1?x=2" || len(p.Header.Values("Set-Cookie")) > 0 {
			t.Errorf("%s: %d to %q", host, p.StatusCode, p.Header.Get("Location"))
		}
	}
	r := httptest.NewRequest("POST", "/login", nil)
	r.Host = "localhost:7070"
	if p := w.browser().roundTrip(r); p.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("POST: %d", p.StatusCode)
	}
}

// TestA13_Reading refuses whoever fetches or frames a page, or asks for the login, from elsewhere.
func TestA13_Reading(t *testing.T) {
	w := newWorld(t, nil)
	c := w.browser()
	c.logIn("ada")
	ask := func(path string, head map[string]string) int {
		r := c.request("GET", path, nil)
		for _, k := range []string{"Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Fetch-Dest"} {
			r.Header.Del(k)
		}
		for k, v := range head {
			r.Header.Set(k, v)
		}
		return c.roundTrip(r).StatusCode
	}
	for i, tc := range []struct {
		path string
		head map[string]string
		want int
	}{
		{"/home", map[string]string{"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}, 403},
		{"/home", map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}, 403},
		{"/home", map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}, 403},
		{"/home", map[string]string{"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, 200},
		{"/home", map[string]string{"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, 200},
		{"/home", map[string]string{"Origin": "http://evil.example"}, 403},
		{"/home", nil, 200}, // browsers that send none of it
		{"/_usher/session", nil, 403},
		{"/_usher/session", map[string]string{"Sec-Fetch-Site": "none"}, 403},
		{"/_usher/session", map[string]string{"Sec-Fetch-Site": "same-site"}, 403},
		{"/_usher/session", map[string]string{"Sec-Fetch-Site": "same-origin"}, 200},
		{"/_usher/session", map[string]string{"X-Usher": "1"}, 200},
		{"/_usher/session", map[string]string{"X-Usher": "1", "Origin": "http://evil.example"}, 403},
	} {
		if got := ask(tc.path, tc.head); got != tc.want {
			t.Errorf("%d: %s %v: %d, want %d", i, tc.path, tc.head, got, tc.want)
		}
	}
	r := c.request("GET", "/home", nil)
	r.Header["Sec-Fetch-Site"] = []string{"same-origin", "cross-site"}
	if p := c.roundTrip(r); p.StatusCode != 403 {
		t.Errorf("two Sec-Fetch-Site headers: %d", p.StatusCode)
	}
}

// TestA13_Methods allows three methods.
func TestA13_Methods(t *testing.T) {
	w := newWorld(t, nil)
	for _, m := range []string{"PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "QUERY"} {
		p := w.browser().roundTrip(w.browser().request(m, "/login", nil))
		if p.StatusCode != 405 || p.Header.Get("Allow") != "GET, HEAD, POST" || p.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: %d", m, p.StatusCode)
		}
	}
}

// TestA14_ForeignLogIn posts an attacker's own state and cookie-less forms: nobody is logged in by them.
func TestA14_ForeignLogIn(t *testing.T) {
	w := newWorld(t, nil)
	attacker, victim := w.browser(), w.browser()
	victim.get("/login")
	action, form := attacker.get("/login").form(t, "Sign in", map[string]string{"username": "mallory", "password": "good-password"})
	for name, change := range map[string]func(*http.Request){
		"cross-site form": func(r *http.Request) {
			r.Header.Set("Sec-Fetch-Site", "cross-site")
			r.Header.Set("Origin", "http://evil.example")
		},
		"sibling app": func(r *http.Request) {
			r.Header.Set("Sec-Fetch-Site", "same-site")
			r.Header.Set("Origin", "http://studio.localhost:7070")
		},
		"no proof at all": func(r *http.Request) { r.Header.Del("Sec-Fetch-Site"); r.Header.Del("Origin") },
		"the attacker's state in the victim's browser": func(*http.Request) {},
	} {
		r := victim.request("POST", action, form)
		change(r)
		p := victim.roundTrip(r)
		if victim.cookies[sessionName()] != "" || w.backend.count("POST /auth/login") != 0 {
			t.Errorf("%s: %d: somebody was logged in", name, p.StatusCode)
		}
	}
	// The guard can fail: the same form in the attacker's own browser logs in.
	if p := attacker.roundTrip(attacker.request("POST", action, form)); p.StatusCode != 303 || attacker.cookies[sessionName()] == "" {
		t.Errorf("the form itself is broken: %d", p.StatusCode)
	}
}

// TestA5_PlainHTTP refuses pages over plain http to a name that is not this machine's, with a reason and without a cookie.
func TestA5_PlainHTTP(t *testing.T) {
	public := func(c *Config) { c.URL, _ = url.Parse("http://trail.example") }
	w := newWorld(t, nil, public)
	c := w.browser()
	c.origin, c.host = "http://trail.example", "trail.example"
	for _, path := range []string{"/", "/login", "/home", "/nowhere"} {
		p := c.roundTrip(c.request("GET", path, nil))
		p.want(t, 403, "not reached by https")
	}
	r := c.request("POST", "/login", url.Values{"username": {"ada"}, "password": {"good-password"}})
	c.roundTrip(r).want(t, 403, "not reached by https")
	if len(c.set) > 0 {
		t.Errorf("cookies were set: %q", c.set)
	}
	t.Run("insecure", func(t *testing.T) {
		w := newWorld(t, nil, public, func(c *Config) { c.Insecure = true })
		c := w.browser()
		c.origin, c.host = "http://trail.example", "trail.example"
		p := c.get("/login")
		if !p.has(".u-insecure") {
			t.Error("no red bar")
		}
		p = c.press(p, "Sign in", map[string]string{"username": "ada", "password": "good-password"})
		p.want(t, 200, "Welcome Ada")
		if !p.has(".u-insecure") || !strings.HasPrefix(c.cookies["touristtrail"], "v1.") {
			t.Errorf("bar %t, cookies %v", p.has(".u-insecure"), c.cookies)
		}
	})
	t.Run("proxy", func(t *testing.T) {
		w := newWorld(t, nil, func(c *Config) { c.URL, _ = url.Parse("https://trail.example"); c.TrustedProxy = true })
		for proto, want := range map[string]int{"https": 200, "http": 403, "": 403, "https,http": 403} {
			c := w.browser()
			c.origin, c.host = "https://trail.example", "trail.example"
			r := c.request("GET", "/login", nil)
			r.TLS = nil
			r.Header.Set("X-Forwarded-Proto", proto)
			if p := c.roundTrip(r); p.StatusCode != want {
				t.Errorf("X-Forwarded-Proto %q: %d, want %d", proto, p.StatusCode, want)
			}
		}
	})
}

// TestA4_SetCookie compares every Set-Cookie line of a walk over all routes and statuses with what it must be.
func TestA4_SetCookie(t *testing.T) {
	w := newWorld(t, nil)
	c := w.browser()
	c.get("/nowhere")
	c.get("/profile") // remembers it
	c.press(c.get("/login"), "Sign in", map[string]string{"username": "ada", "password": "wrong-password"})
	p := c.logIn("ada")
	c.get("/posts/1")
	c.get("/nowhere")
	c.get("/_usher/session")
	c.press(c.get("/profile"), "Log out", nil)
	c.roundTrip(c.request("POST", "/login", url.Values{"_state": {"x"}}))
	_ = p
	if len(c.set) < 8 {
		t.Fatalf("only %d cookies in the walk: %q", len(c.set), c.set)
	}
	for _, line := range c.set {
		if !goldenCookie(line) {
			t.Errorf("Set-Cookie: %s", line)
		}
	}
}

func goldenCookie(line string) bool {
	pair, rest, _ := strings.Cut(line, "; ")
	name, v, _ := strings.Cut(pair, "=")
	const fixed = "Path=/; Secure; HttpOnly; SameSite=Strict"
	switch name {
	case "__Host-Http-touristtrail":
		return len(v) == 46 && rest == fixed+"; Max-Age=34560000" || v == "" && rest == fixed+"; Max-Age=0"
	case "__Host-Http-touristtrail-guest":
		return len(v) == 46 && rest == fixed || v == "" && rest == fixed+"; Max-Age=0"
	case "__Host-Http-touristtrail-next":
		return v != "" && len(v) <= 3<<10+3 && rest == fixed || v == "" && rest == fixed+"; Max-Age=0"
	}
	return false
}

// TestA4_PersistOff gives a cookie that ends with the browser.
func TestA4_PersistOff(t *testing.T) {
	tree := tourist(t, nil)
	app := strings.Replace(string(tree.Bytes("app.yaml")), "persistSessions: true", "persistSessions: false", 1)
	w := newWorld(t, map[string]string{"app.yaml": app})
	c := w.browser()
	c.logIn("ada")
	found := false
	for _, line := range c.set {
		if strings.HasPrefix(line, sessionName()+"=v1.") {
			found = true
			if strings.Contains(line, "Max-Age") || strings.Contains(line, "Expires") {
				t.Errorf("Set-Cookie: %s", line)
			}
		}
	}
	if !found {
		t.Error("no session cookie")
	}
}

// TestA6_AmbiguousCookies sends a live session in forms that can be read in more than one way.
func TestA6_AmbiguousCookies(t *testing.T) {
	w := newWorld(t, nil)
	c := w.browser()
	c.logIn("ada")
	name, live := sessionName(), c.cookies[sessionName()]
	planted := "v1." + session.NewID()
	forms := map[string]string{
		"two, ours first": name + "=" + live + "; " + name + "=" + planted, "two, ours last": name + "=" + planted + "; " + name + "=" + live,
		"the same twice": name + "=" + live + "; " + name + "=" + live, "$Version": "$Version=1; " + name + "=" + live,
		"quotes across": `a="x; ` + name + "=" + live + `; b="`, "nameless": "=" + name + "=" + live, "quoted": name + `="` + live + `"`,
		"trailing bytes": name + "=" + live + "x", "cut": name + "=" + live[:len(live)-1], "padded": name + "=" + live + "=", "no version": name + "=" + strings.TrimPrefix(live, "v1."),
		"other version": name + "=v2." + strings.TrimPrefix(live, "v1."), "spaces": name + " = " + live, "jar of 50 KiB": "a=" + strings.Repeat("x", 50<<10) + "; " + name + "=" + live,
		"percent": name + "=" + strings.Replace(live, ".", "%2E", 1), "empty": name + "=", "lower case name": strings.ToLower(name) + "=" + live,
		"inside another": "a=" + name + "=" + live, "wrong alphabet": name + "=v1." + strings.Repeat("+", 43), "comma": name + "=" + live + ", b=c", "tab": name + "=\t" + live,
	}
	for what, jar := range forms {
		r := c.request("GET", "/home", nil)
		r.Header["Cookie"] = []string{jar}
		if p := c.roundTrip(r); p.StatusCode != 303 {
			t.Errorf("%s: %d, want a redirect to the log-in", what, p.StatusCode)
		}
	}
	r := c.request("GET", "/home", nil)
	r.Header["Cookie"] = []string{"a=b; " + name + "=" + live}
	if p := c.roundTrip(r); p.StatusCode != 200 {
		t.Errorf("the plain form: %d", p.StatusCode)
	}
}

// TestA12_Headers crawls routes and statuses and looks at every header of the set.
func TestA12_Headers(t *testing.T) {
	w := newWorld(t, nil, func(c *Config) { c.URL, _ = url.Parse("https://trail.example"); c.Assets = nil })
	c := w.browser()
	c.origin, c.host = "https://trail.example", "trail.example"
	c.logIn("ada")
	seen := map[int]bool{}
	check := func(p *page) {
		t.Helper()
		seen[p.StatusCode] = true
		h := p.Header
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
			"Referrer-Policy": "same-origin", "Strict-Transport-Security": "max-age=31536000",
		} {
			if h.Get(name) != want {
				t.Errorf("%s (%d): %s: %q", p.url, p.StatusCode, name, h.Get(name))
			}
		}
		csp := h.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"} {
			if !strings.Contains(csp, part) {
				t.Errorf("%s (%d): the policy lacks %s: %s", p.url, p.StatusCode, part, csp)
			}
		}
		if strings.Contains(csp, "unsafe") {
			t.Errorf("%s: %s", p.url, csp)
		}
		if asset := strings.HasPrefix(p.url, "/_usher/assets/") && p.StatusCode == 200; asset == strings.Contains(h.Get("Cache-Control"), "no-store") {
			t.Errorf("%s (%d): Cache-Control %q", p.url, p.StatusCode, h.Get("Cache-Control"))
		}
	}
	paths := []string{"/", "/home", "/login", "/profile", "/posts/1", "/nowhere", "/healthz", "/_usher/session", "/_usher/nothing", "/_usher/files/x/y", w.app.rt.Load().assets.url("app.js"), w.app.rt.Load().assets.url("theme.css")}
	for _, path := range paths {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT"} {
			check(c.roundTrip(c.request(method, path, nil)))
		}
		r := c.request("GET", path, nil)
		r.Host = "evil.example"
		check(c.roundTrip(r))
	}
	check(c.roundTrip(c.request("POST", "/login", url.Values{"x": {strings.Repeat("y", maxForm)}})))
	check(c.roundTrip(c.request("POST", "/home", url.Values{"_state": {"forged"}})))
	foreign := c.request("POST", "/login", url.Values{})
	foreign.Header.Set("Sec-Fetch-Site", "cross-site")
	check(c.roundTrip(foreign))
	w.app.rt.Load().plans["home"] = nil // a panic while drawing
	check(c.roundTrip(c.request("GET", "/home", nil)))
	for _, status := range []int{200, 303, 403, 404, 405, 409, 413, 415, 421, 500} {
		if !seen[status] {
			t.Errorf("no answer of the crawl had status %d: %v", status, seen)
		}
	}
}

func ExampleNew_policy() {
	fmt.Println(policy([]string{"http://127.0.0.1:7071"}, project.App{}, nil, ""))
	// Output: default-src 'self'; img-src 'self' data: https: http://127.0.0.1:7071; media-src 'self'; frame-src 'none'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'
}
