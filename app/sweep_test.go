package app

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"

	"github.com/usherdev/usher/fitting"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/templates"
)

// everyTemplate is the tutorial's app with a page of each template.
func everyTemplate(t *testing.T) *project.Project {
	t.Helper()
	all, err := templates.All()
	if err != nil {
		t.Fatal(err)
	}
	tree := tourist(t, extra)
	for _, one := range all {
		plan, err := fitting.New(fitting.App{Tree: tree}, fitting.Wish{Template: one, As: "t-" + one.Name, Path: "/t/" + one.Name})
		if err != nil {
			t.Fatalf("%s: %v", one.Name, err)
		}
		tree = plan.Next
	}
	return load(t, tree)
}

var hole = regexp.MustCompile(`\{[^}]*\}`)

// addressesOf are the addresses of all pages, with 1 for each parameter.
func addressesOf(p *project.Project) (all, guarded []string) {
	for _, page := range p.Pages {
		at := hole.ReplaceAllString(page.Path, "1")
		all = append(all, at)
		if page.Access == project.AccessLoggedIn {
			guarded = append(guarded, at)
		}
	}
	return all, guarded
}

// private are words of somebody's data; the name is one that nothing else holds.
var private = []string{"qzada", "Qzada", "Walker", "Zermatt", "Story 1"}

func seen(p *page) []string {
	return slices.DeleteFunc(slices.Clone(private), func(s string) bool { return !strings.Contains(p.text(), s) })
}

// TestA1_A15_NoPageOfAnyTemplateShowsATokenOrOutlivesALogOut opens every page of the tutorial's app and of every template with a login whose
// tokens can be recognised, and presses every button. No answer holds a token in any shape, and none may be kept; after the log-out no page
// shows anything of before, with the old cookie or without one.
func TestA1_A15_NoPageOfAnyTemplateShowsATokenOrOutlivesALogOut(t *testing.T) {
	w := newWorldOf(t, everyTemplate(t))
	all, guarded := addressesOf(w.cfg.Project)
	c := w.browser()
	c.heads = func(h http.Header) {
		if h.Get("Content-Type") != "" && strings.HasPrefix(h.Get("Content-Type"), "text/html") && h.Get("Cache-Control") != "no-store" {
			t.Errorf("a page may be kept: %v", h)
		}
	}
	c.logIn("qzada")
	with, pressed := 0, 0
	for _, script := range []bool{false, true} {
		c.script = script
		for _, at := range all {
			p := c.get(at)
			if len(seen(p)) > 0 {
				with++
			}
			for _, b := range cascadia.QueryAll(p.doc, cascadia.MustCompile("button[name=_event]")) {
				name := strings.TrimSpace(textOf(b))
				if name == "" || strings.Contains(strings.ToLower(name), "log out") || p.formOf(b) == nil {
					continue
				}
				fields := map[string]string{}
				for _, in := range cascadia.QueryAll(p.formOf(b), cascadia.MustCompile("input[type=text], input[type=email], textarea")) {
					fields[attr(in, "name")] = "something"
				}
				if c.press(p, name, fields); c.cookies[sessionName()] == "" {
					c.script = false
					c.logIn("qzada")
					c.script = script
				}
				pressed++
			}
		}
	}
	if c.script = false; len(all) < 20 || with < 20 || pressed < 30 {
		t.Errorf("%d pages, %d with something private, %d buttons", len(all), with, pressed)
	}
	t.Logf("%d pages, %d of them private to whoever is logged in, %d buttons", len(all), len(guarded), pressed)
	old := c.cookies[sessionName()]
	c.press(c.get("/profile"), "Log out", nil)
	for _, cookie := range []string{"", old} {
		if cookie != "" {
			c.cookies[sessionName()] = cookie
		}
		for _, at := range all {
			if p := c.get(at); len(seen(p)) > 0 {
				t.Errorf("after the log-out %s shows %q", at, seen(p))
			}
		}
	}
}

// TestF15_NoRouteFromOutside asks for every page of all templates, and for what goes with them, without a login, in every way that clients ask.
func TestF15_NoRouteFromOutside(t *testing.T) {
	w := newWorldOf(t, everyTemplate(t))
	all, guarded := addressesOf(w.cfg.Project)
	in := w.browser()
	in.logIn("qzada")
	var form url.Values
	for _, at := range all { // files, pictures and links that were drawn for somebody
		p := in.get(at)
		for _, n := range cascadia.QueryAll(p.doc, cascadia.MustCompile("[href], [src]")) {
			for _, name := range []string{"href", "src"} {
				if to := attr(n, name); strings.HasPrefix(to, "/") && !slices.Contains(all, to) {
					all = append(all, to)
				}
			}
		}
		if at == "/profile" {
			_, form = p.form(t, "Update from the backend", nil)
		}
	}
	all = append(all, "/_usher/session", "/_usher/live", "/_usher/call/x", "/home.css", "/home/x.js", "/home;x.css", "/home%2fx.css", "/HOME", "//home", "/./home", "/home/")
	calls := w.backend.count("GET /posts") + w.backend.count("GET /auth/me")
	tampered := in.cookies[sessionName()]
	n := 0
	for name, change := range map[string]func(*http.Request){
		"plain":     func(*http.Request) {},
		"by script": func(r *http.Request) { r.Header.Set("X-Usher", "1") },
		"ahead of time": func(r *http.Request) {
			r.Header.Set("Sec-Purpose", "prefetch;prerender")
			r.Header.Set("Purpose", "prefetch")
		},
		"in part":       func(r *http.Request) { r.Header.Set("Range", "bytes=0-99999") },
		"as JSON":       func(r *http.Request) { r.Header.Set("Accept", "application/json") },
		"as a stream":   func(r *http.Request) { r.Header.Set("Accept", "text/event-stream") },
		"if it changed": func(r *http.Request) { r.Header.Set("If-None-Match", "*") },
		"a forged cookie": func(r *http.Request) {
			r.AddCookie(&http.Cookie{Name: sessionName(), Value: tampered[:len(tampered)-2] + "AA"})
		},
		"another name": func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "touristtrail", Value: tampered}) },
		"a method to fake": func(r *http.Request) {
			r.Header.Set("X-HTTP-Method-Override", "GET")
			r.Header.Set("X-Original-URL", "/home")
		},
	} {
		anon := w.browser()
		for _, at := range all {
			for _, method := range []string{"GET", "HEAD", "POST"} {
				var body url.Values
				if method == "POST" {
					body = form
				}
				r := anon.request(method, "/", body)
				u, err := url.Parse(at)
				if err != nil {
					t.Fatal(err)
				}
				r.URL.Path, r.URL.RawPath, r.URL.RawQuery, r.RequestURI = u.Path, u.RawPath, u.RawQuery, at
				if change(r); at == "/_usher/live" && method == "GET" || name != "plain" && method == "HEAD" {
					continue // the stream stays open, and TestA18 looks at it
				}
				n++
				if p := anon.roundTrip(r); len(seen(p)) > 0 || p.StatusCode >= 500 {
					t.Errorf("%s %s, %s: %d shows %q", method, at, name, p.StatusCode, seen(p))
				}
			}
		}
	}
	if now := w.backend.count("GET /posts") + w.backend.count("GET /auth/me"); now != calls || len(guarded) < 8 {
		t.Errorf("the backend was asked %d times for nobody; %d guarded pages", now-calls, len(guarded))
	}
	t.Logf("%d requests for %d addresses", n, len(all))
}

// TestF16_EveryButtonOfSomebodyElse posts, with another person's login, each form of each page as it was drawn for the first: nothing acts and
// nothing is shown. What only looks like a file of a page is no page that a cache could keep.
func TestF16_EveryButtonOfSomebodyElse(t *testing.T) {
	w := newWorldOf(t, everyTemplate(t))
	all, _ := addressesOf(w.cfg.Project)
	a, b := w.browser(), w.browser()
	a.logIn("qzada")
	b.logIn("bob")
	mine := b.get("/home").text()
	buttons := 0
	for _, at := range all {
		p := a.get(at)
		for _, n := range cascadia.QueryAll(p.doc, cascadia.MustCompile("button[name=_event]")) {
			name := strings.TrimSpace(textOf(n))
			if name == "" || p.formOf(n) == nil {
				continue
			}
			buttons++
			action, form := p.form(t, name, nil)
			got := b.follow(b.roundTrip(b.request("POST", action, form)))
			if len(slices.DeleteFunc(seen(got), func(s string) bool { return !strings.HasSuffix(s, "zada") })) > 0 || b.cookies[sessionName()] == "" {
				t.Errorf("%s, %s: %d, still logged in %t, shows %q", at, name, got.StatusCode, b.cookies[sessionName()] != "", seen(got))
			}
		}
		for _, tail := range []string{"/x.css", ".css", ";.js", "%3b.css", "%00.png", "%2fx.css", "?x.css"} {
			r := a.request("GET", "/", nil)
			u, err := url.Parse(at + tail)
			if err != nil {
				t.Fatal(err)
			}
			r.URL.Path, r.URL.RawPath, r.URL.RawQuery, r.RequestURI = u.Path, u.RawPath, u.RawQuery, at+tail
			if p := a.roundTrip(r); p.Header.Get("Cache-Control") != "no-store" || !strings.Contains(p.Header.Get("Vary"), "Cookie") {
				t.Errorf("%s%s may be kept: %d %v", at, tail, p.StatusCode, p.Header)
			}
		}
	}
	if p := b.get("/home"); p.text() != mine || buttons < 20 {
		t.Errorf("%d buttons; the other person's page is now\n%s\nand was\n%s", buttons, p.text(), mine)
	}
	t.Logf("%d buttons", buttons)
}
