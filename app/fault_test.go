package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/session"
)

// TestH9_GenericErrors makes every kind of 5xx: people see a sentence and an id, the log has the cause under it.
func TestH9_GenericErrors(t *testing.T) {
	files := map[string]string{"pages/broken.yaml": `
path: /broken
title: Broken
access: any
state: {n: {type: int, default: 1}}
body:
  - button: {text: Update nobody, onTap: [{updateAuthenticatedUser: {uid: x}}]}
  - button: {text: Wait, onTap: [{setState: {n: 2}}]}
`}
	w := newWorld(t, files)
	c := w.browser()
	check := func(what string, p *page, status int, cause string) {
		t.Helper()
		p.want(t, status)
		id := p.Header.Get("X-Request-Id")
		if id == "" || !strings.Contains(p.text(), id) {
			t.Errorf("%s: no id on the page: %s", what, p.text())
		}
		if cause != "" && (strings.Contains(p.body, cause) || !strings.Contains(w.log.String(), cause)) {
			t.Errorf("%s: the cause is on the page (%t), or not in the log", what, strings.Contains(p.body, cause))
		}
		if !strings.Contains(w.log.String(), "id="+id) {
			t.Errorf("%s: the id is not in the log", what)
		}
	}
	check("a fault of a flow", c.press(c.get("/broken"), "Update nobody", nil), 500, "nobody is logged in")
	w.app.rt.Load().plans["broken"] = nil
	check("a panic while drawing", c.get("/broken"), 500, "nil pointer")
	check("an unknown page", func() *page {
		w.app.rt.Load().project.App.NotFound = ""
		return c.get("/nowhere")
	}(), 404, "")
}

// TestH9_ABackendThatAnswersWrongly: a reply that lacks what the app is promised, is no JSON, breaks off or never comes is a sentence, with a
// number where the flow could not go on; what the backend said is not on the page.
func TestH9_ABackendThatAnswersWrongly(t *testing.T) {
	const cause = "panic: no such column\n\tat /srv/backend/auth.go:12 (password=hunter2)" // a single line of text would be the backend's own sentence for people
	for what, h := range map[string]http.HandlerFunc{
		"no token": func(rw http.ResponseWriter, _ *http.Request) { reply(rw, 200, map[string]any{"id": 7, "trace": cause}) },
		"no JSON":  func(rw http.ResponseWriter, _ *http.Request) { fmt.Fprint(rw, "<pre>"+cause+"</pre>") },
		"a 500":    func(rw http.ResponseWriter, _ *http.Request) { http.Error(rw, cause, 500) },
		"a 503":    func(rw http.ResponseWriter, _ *http.Request) { reply(rw, 503, map[string]any{"trace": cause}) },
		"half a body": func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Content-Length", "900")
			fmt.Fprint(rw, cause)
		},
		"nothing": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		w := newWorld(t, nil)
		w.backend.on("POST /auth/login", h)
		c := w.browser()
		p := c.press(c.get("/login"), "Sign in", map[string]string{"username": "ada", "password": "good-password"})
		id := p.Header.Get("X-Request-Id")
		if strings.Contains(p.body, "hunter2") || strings.Contains(p.body, "auth.go") || c.cookies[sessionName()] != "" || id == "" {
			t.Errorf("%s: %d, id %q\n%s", what, p.StatusCode, id, p.text())
		}
		if p.StatusCode >= 500 && !strings.Contains(p.text(), id) {
			t.Errorf("%s: %d without its number\n%s", what, p.StatusCode, p.text())
		}
		if p.StatusCode < 500 && !p.has(".u-snack") {
			t.Errorf("%s: %d, and nobody is told\n%s", what, p.StatusCode, p.text())
		}
	}
}

// TestH9_TheAppsOwnPageForFaults: it has the status of the fault and names its id, says nothing of the cause, and gives no cookie; where it cannot be
// drawn either, the built-in page says as much.
func TestH9_TheAppsOwnPageForFaults(t *testing.T) {
	w := newWorld(t, map[string]string{
		"app.yaml": string(tourist(t, nil).Bytes("app.yaml")) + "\nerrorPage: oops\n",
		"pages/oops.yaml": `
path: /oops
title: Oops
access: any
params: {id: {type: text, required: false}}
body:
  - text: {text: "Something broke, look for ${params.id ?? 'nothing'}"}
`,
		"pages/broken.yaml": `
path: /broken
title: Broken
access: any
body:
  - button: {text: Update nobody, onTap: [{updateAuthenticatedUser: {uid: x}}]}
`})
	c := w.browser()
	for what, p := range map[string]*page{
		"a fault of a flow": c.press(c.get("/broken"), "Update nobody", nil),
		"a panic": func() *page {
			w.app.rt.Load().plans["broken"] = nil
			return c.get("/broken")
		}(),
	} {
		id := p.Header.Get("X-Request-Id")
		p.want(t, 500, "Something broke, look for "+id)
		if strings.Contains(p.body, "nobody is logged in") || strings.Contains(p.body, "nil pointer") || !strings.Contains(w.log.String(), "id="+id) {
			t.Errorf("%s: the cause is on the page, or the id not in the log", what)
		}
	}
	c.get("/oops").want(t, 200, "look for nothing")
	w.app.rt.Load().plans["oops"] = nil
	p := c.get("/broken")
	p.want(t, 500, p.Header.Get("X-Request-Id"))
	if strings.Contains(p.text(), "Something broke") || !strings.Contains(w.log.String(), "the page for faults") {
		t.Error("the built-in page does not stand in, or the log does not say why")
	}
}

// downStore is a store that can be switched off.
type downStore struct {
	session.Store
	down bool
}

var errDown = errors.New("the disk is on fire")

func (s *downStore) Read(ctx context.Context, key string) (session.Row, bool, error) {
	if s.down {
		return session.Row{}, false, errDown
	}
	return s.Store.Read(ctx, key)
}

// TestC11_H9_StoreDown: every way in is answered 503, with the moment to try again, and no cookie is cleared.
func TestC11_H9_StoreDown(t *testing.T) {
	st := &downStore{Store: session.NewMemory()}
	w := newWorld(t, nil, func(c *Config) {
		m, err := session.New(session.Config{App: "touristtrail", Store: st, Keys: c.Keys})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = m.Close(context.Background()) })
		c.Sessions = m
	})
	c := w.browser()
	c.logIn("ada")
	cookie := c.cookies[sessionName()]
	st.down = true
	for _, path := range []string{"/home", "/login", "/", "/_usher/session", "/_usher/live"} {
		p := c.get(path)
		p.want(t, 503)
		if p.Header.Get("Retry-After") == "" || c.cookies[sessionName()] != cookie {
			t.Errorf("%s: Retry-After %q, cookie kept %t", path, p.Header.Get("Retry-After"), c.cookies[sessionName()] == cookie)
		}
		if strings.Contains(p.body, "fire") {
			t.Errorf("%s shows the cause", path)
		}
	}
	st.down = false
	c.get("/home").want(t, 200, "Welcome Ada")
}

// TestRefreshServiceDown: the token is dead and cannot be renewed: 503, nobody is logged out.
func TestRefreshServiceDown(t *testing.T) {
	w := newWorld(t, nil)
	w.backend.life = time.Second
	c := w.browser()
	c.logIn("ada")
	w.backend.on("POST /auth/refresh", func(rw http.ResponseWriter, _ *http.Request) {
		reply(rw, 404, map[string]any{"message": "no such route"})
	})
	id := strings.TrimPrefix(c.cookies[sessionName()], "v1.")
	if _, err := w.sessions.ExpireNow(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	w.backend.expireAll()
	p := c.get("/home")
	p.want(t, 503, "You are still logged in")
	if p.Header.Get("Retry-After") == "" || c.cookies[sessionName()] == "" {
		t.Errorf("Retry-After %q, cookies %v", p.Header.Get("Retry-After"), c.cookies)
	}
	c.get("/profile").want(t, 200, "Ada Walker") // a page without calls is drawn all the same
}

// TestF041_RefreshIsInvisible: an expired token is renewed once, the page shows the data, and no token is on it.
func TestF041_RefreshIsInvisible(t *testing.T) {
	w := newWorld(t, nil)
	c := w.browser()
	c.logIn("ada")
	w.backend.expireAll()
	c.get("/home").want(t, 200, "Story of ada")
	if n := w.backend.count("POST /auth/refresh"); n != 1 {
		t.Errorf("%d refreshes", n)
	}
}

// TestF044_SessionExpired: the refresh is refused: the app's own flow tells why, once; after the log-in the page asked for opens.
func TestF044_SessionExpired(t *testing.T) {
	w := newWorld(t, nil)
	c := w.browser()
	c.logIn("ada")
	w.backend.revokeAll()
	p := c.get("/posts/6")
	p.want(t, 200, "You were logged out because your session ended. Please sign in again.")
	if p.url != "/login" {
		t.Fatalf("at %s", p.url)
	}
	if q := c.get("/login"); strings.Contains(q.text(), "You were logged out") {
		t.Error("told twice")
	}
	if p = c.press(p, "Sign in", map[string]string{"username": "ada", "password": "good-password"}); p.url != "/posts/6" {
		t.Errorf("after the log-in at %s", p.url)
	}
}

func TestF044_ExpiredDuringEvent(t *testing.T) {
	w := newWorld(t, nil)
	c := w.browser()
	c.logIn("ada")
	p := c.get("/profile")
	w.backend.revokeAll()
	p = c.press(p, "Update from the backend", nil)
	p.want(t, 200, "You were logged out because your session ended")
	if p.url != "/login" || strings.Contains(p.text(), "expired Bearer") {
		t.Errorf("at %s: %s", p.url, p.text())
	}
}

func TestF044_ReasonAndBuiltInSentence(t *testing.T) {
	app := string(tourist(t, nil).Bytes("app.yaml"))
	cut := app[:strings.Index(app, "onSessionExpired:")]
	for what, tc := range map[string]struct{ tail, want string }{
		"built in": {"", "You were logged out from another place."},
		"own":      {"onSessionExpired:\n  - snackBar: \"Bye ${session.uid}: ${session.reason}\"\n", "Bye 7: logged_out_elsewhere"},
		"page":     {"onSessionExpired:\n  - navigate: missing\n", "Off the trail"},
	} {
		t.Run(what, func(t *testing.T) {
			w := newWorld(t, map[string]string{"app.yaml": cut + tc.tail})
			c := w.browser()
			c.logIn("ada")
			s, _, err := w.sessions.Current(t.Context(), strings.TrimPrefix(c.cookies[sessionName()], "v1."))
			if err != nil {
				t.Fatal(err)
			}
			if err := w.sessions.Kill(t.Context(), s.Key); err != nil {
				t.Fatal(err)
			}
			if p := c.get("/_usher/session"); !strings.Contains(p.body, `"state":"ended"`) {
				t.Errorf("session state: %s", p.body)
			}
			c.get("/home").want(t, 200, tc.want)
			if p := c.get("/home"); strings.Contains(p.text(), tc.want) {
				t.Error("told twice")
			}
			if p := c.get("/_usher/session"); strings.TrimSpace(p.body) != `{"state":"guest"}` {
				t.Errorf("session state: %s", p.body)
			}
		})
	}
}

// TestBackendMisbehaves: HTML where JSON belongs, JSON cut off, silence, nobody at home. Each is a sentence at its place; nothing is lost.
func TestBackendMisbehaves(t *testing.T) {
	for what, h := range map[string]http.HandlerFunc{
		"HTML": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, "<html><script>alert(1)</script></html>")
		},
		"truncated": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "400")
			fmt.Fprint(w, `{"posts":[{"id":1,"ti`)
		},
		"cut JSON": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, `{"posts":[{"id":1`)
		},
		"hangs up": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"silent":   func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"500":      func(w http.ResponseWriter, _ *http.Request) { reply(w, 500, map[string]any{"message": "boom"}) },
	} {
		t.Run(what, func(t *testing.T) {
			files := map[string]string{"calls/trail.yaml": strings.Replace(string(tourist(t, nil).Bytes("calls/trail.yaml")), "auth: required", "timeout: 300ms\nauth: required", 1)}
			w := newWorld(t, files)
			c := w.browser()
			c.logIn("ada")
			w.backend.on("GET /posts", h)
			p := c.get("/home")
			p.want(t, 200, "Welcome Ada", "The stories could not be loaded", "4.5")
			if strings.Contains(p.body, "alert(1)") {
				t.Error("the backend's HTML is on the page")
			}
			w.backend.on("GET /posts", nil)
			c.get("/home").want(t, 200, "Story of ada")
		})
	}
}

func TestLogInAgainstBrokenBackend(t *testing.T) {
	w := newWorld(t, nil)
	c := w.browser()
	w.backend.on("POST /auth/login", func(rw http.ResponseWriter, _ *http.Request) { fmt.Fprint(rw, "<html>maintenance</html>") })
	p := c.press(c.get("/login"), "Sign in", map[string]string{"username": "ada", "password": "good-password"})
	if p.url != "/login" || c.cookies[sessionName()] != "" || !p.has(".u-snack.u-error") {
		t.Errorf("at %s: %s", p.url, p.text())
	}
	if !p.has(`input[name=username][value=ada]`) {
		t.Error("what was typed is gone")
	}
}

func TestF10_OversizedForm(t *testing.T) {
	w := newWorld(t, nil)
	c := w.browser()
	_, form := c.get("/login").form(t, "Sign in", nil)
	form.Set("username", strings.Repeat("x", maxForm))
	c.roundTrip(c.request("POST", "/login", form)).want(t, 413, "too large")
	form.Set("username", strings.Repeat("x", maxForm-4096))
	form.Set("password", "wrong-password")
	c.roundTrip(c.request("POST", "/login", form)).want(t, 200)
}

// FuzzF18_FormPosts posts anything to any page. No input makes a 5xx or a panic.
func FuzzF18_FormPosts(f *testing.F) {
	w := newWorld(f, extra)
	c := w.browser()
	c.logIn("ada")
	_, form := c.get("/counter").form(f, "Add", map[string]string{"note": "x"})
	f.Add("/counter", form.Encode(), "application/x-www-form-urlencoded", "")
	f.Add("/login", "_state=x&_event=y&username=z", "application/x-www-form-urlencoded", "x=1")
	f.Add("/posts/%00", "_tab.a=1&_tab.a.b=2", "application/x-www-form-urlencoded; charset=utf-8", "%zz")
	f.Add("//", "&&==&%", "text/plain", "page=1&page=2")
	f.Add("/ticket/9999999999999999999999", "_state="+url.QueryEscape(form.Get("_state")), "application/x-www-form-urlencoded", "")
	f.Fuzz(func(t *testing.T, path, body, kind, query string) {
		w.t = t
		defer func() { w.t = f }()
		u, err := url.Parse(origin)
		if err != nil {
			t.Fatal(err)
		}
		u.Path, u.RawQuery = "/"+path, query
		r, err := http.NewRequest("POST", u.String(), strings.NewReader(body))
		if err != nil {
			return // no client can send it
		}
		r.RequestURI = u.RequestURI()
		r.Host = c.host
		r.Header = c.request("POST", "/", nil).Header
		r.Header.Set("Content-Type", kind)
		for _, method := range []string{"POST", "GET"} {
			r.Method = method
			if p := c.roundTrip(r); p.StatusCode >= 500 {
				t.Fatalf("%s %q?%q: %d\n%s", method, path, query, p.StatusCode, w.log.String())
			}
		}
	})
}

// TestLogsHoldNothingPrivate looks at what the log says of requests.
func TestLogsHoldNothingPrivate(t *testing.T) {
	w := newWorld(t, extra)
	c := w.browser()
	p := c.get("/login?utm=query-value")
	c.press(p, "Sign in", map[string]string{"username": "typed-name", "password": "typed-password-x"})
	c.get("/posts/path-value")
	c.get("/unknown-path-value")
	text := w.log.String()
	for _, s := range []string{"query-value", "typed-name", "typed-password", "path-value", strings.TrimPrefix(c.cookies[sessionName()], "v1.")} {
		if strings.Contains(text, s) {
			t.Errorf("the log holds %q", s)
		}
	}
	for _, s := range []string{"route=/posts/{id}", "route=unknown", "status=404", "took="} {
		if !strings.Contains(text, s) {
			t.Errorf("the log lacks %q", s)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	w := newWorld(t, nil)
	for what, change := range map[string]func(*Config){
		"no project": func(c *Config) { c.Project = nil },
		"no URL":     func(c *Config) { c.URL = nil },
		"a path":     func(c *Config) { c.URL, _ = url.Parse("http://a.example/app") },
		"a scheme":   func(c *Config) { c.URL, _ = url.Parse("ftp://a.example") },
		"no asset": func(c *Config) {
			c.Assets = os.DirFS(t.TempDir())
			c.Project = load(t, tourist(t, map[string]string{"assets/x.png": ""}))
			c.Calls = w.newCalls(c.Project)
		},
	} {
		cfg := w.cfg
		change(&cfg)
		if _, err := New(cfg); err == nil {
			t.Errorf("%s is taken", what)
		}
	}
	if _, err := call.New(call.Config{}); err == nil {
		t.Error("a client of nothing")
	}
}
