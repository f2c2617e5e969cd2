package app

import (
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/usherdev/usher/session"
)

// extra are pages that the tutorial's app does not have.
var extra = map[string]string{
	"pages/counter.yaml": `
path: /counter
title: Counter
access: any
state: {count: {type: int, default: 0}, big: {type: text, default: ""}}
body:
  - text: "Count ${state.count}"
  - textField: {id: note, label: Note}
  - textField: {id: secretword, label: Word, type: password}
  - button:
      text: Add
      onTap:
        - setState: {count: "${state.count + 1}"}
  - button:
      text: Fill
      onTap:
        - setField: {note: filled in}
  - button:
      text: Swell
      onTap:
        - setState: {big: "${state.big + state.big + 'xxxxxxxxxxxxxxxx'}"}
  - button:
      text: Back
      onTap:
        - back
`,
	"pages/admin.yaml": `
path: /admin
title: Admin
access: ${user.role == "admin"}
otherwise: profile
onLoad:
  - call: trail.activity
body:
  - text: Only for admins
`,
	"pages/vault.yaml": `
path: /vault
title: Vault
access: ${user.role == "admin"}
body:
  - text: Vault
`,
	"pages/ticket.yaml": `
path: /ticket/{number}
title: Ticket
access: any
params: {number: int, code: {type: text, sensitive: true}, page: {type: int, default: 1}}
body:
  - text: "Ticket ${params.number} code ${params.code ?? 'none'} page ${params.page}"
  - button:
      text: Again
      onTap:
        - snackBar: "Code ${params.code}"
`,
	"pages/desk.yaml": `
path: /desk
title: Desk
access: any
body:
  - text: Desk
  - button:
      text: Open ticket
      onTap:
        - navigate: ticket
          with: {number: 42, code: hush-hush, page: 2}
`,
}

func TestF060_Routes(t *testing.T) {
	w := newWorld(t, extra)
	c := w.browser()
	c.get("/ticket/7").want(t, 200, "Ticket 7 code none page 1")
	c.get("/ticket/7?page=3").want(t, 200, "page 3")
	for _, path := range []string{"/ticket/x", "/ticket/", "/ticket", "/ticket/7/", "/ticket/7?page=x", "/ticket/7?page=1&page=2", "//counter", "/counter/", "/Counter", "/./counter", "/counter;x", "/%63ounter/x", "/ticket/7?%zz", "/nowhere?%zz", "/ticket/..", "/ticket/%2e%2e"} {
		if p := c.get(path); p.StatusCode != 404 {
			t.Errorf("%s: %d", path, p.StatusCode)
		}
	}
}

func TestF061_RequiresAuthentication(t *testing.T) {
	w := newWorld(t, extra)
	c := w.browser()
	for _, path := range []string{"/home", "/profile", "/posts/1", "/admin", "/vault"} {
		p := c.roundTrip(c.request("GET", path, nil))
		if p.StatusCode != 303 || p.Header.Get("Location") != "/login" || len(p.body) != 0 {
			t.Errorf("%s: %d to %q with %d bytes", path, p.StatusCode, p.Header.Get("Location"), len(p.body))
		}
	}
	c.logIn("ada")
	c.get("/home").want(t, 200, "Welcome Ada")
}

func TestF063_ReturnTo(t *testing.T) {
	w := newWorld(t, nil)
	c := w.browser()
	p := c.get("/posts/5?junk=http://evil.example")
	if p.url != "/login" {
		t.Fatalf("at %s", p.url)
	}
	p = c.press(p, "Sign in", map[string]string{"username": "ada", "password": "wrong-password"})
	p.want(t, 200, "The name or the password is wrong.")
	p = c.press(p, "Sign in", map[string]string{"username": "ada", "password": "good-password"})
	if p.url != "/posts/5" {
		t.Errorf("after the log-in: %s, want the page asked for", p.url)
	}
	p = c.press(c.get("/profile"), "Log out", nil)
	if p.url != "/login" {
		t.Errorf("after the log-out: %s", p.url)
	}
	p = c.press(p, "Sign in", map[string]string{"username": "ada", "password": "good-password"})
	if p.url != "/home" {
		t.Errorf("the page asked for was used twice: %s", p.url)
	}
}

func TestF063_LogOutForgets(t *testing.T) {
	w := newWorld(t, nil)
	c := w.browser()
	c.logIn("ada")
	saved := c.cookies[sessionName()]
	delete(c.cookies, sessionName())
	c.get("/posts/5") // remembered for the guest
	c.cookies[sessionName()] = saved
	p := c.press(c.get("/profile"), "Log out", nil)
	if p = c.press(p, "Sign in", map[string]string{"username": "ada", "password": "good-password"}); p.url != "/home" {
		t.Errorf("after the log-in: %s", p.url)
	}
}

func TestF064_Start(t *testing.T) {
	w := newWorld(t, nil)
	c := w.browser()
	if p := c.get("/"); p.url != "/login" {
		t.Errorf("a guest begins at %s", p.url)
	}
	c.logIn("ada")
	if p := c.get("/"); p.url != "/home" {
		t.Errorf("somebody who is logged in begins at %s", p.url)
	}
}

func TestF065_UnknownURL(t *testing.T) {
	w := newWorld(t, nil)
	p := w.browser().get("/no/such/page")
	p.want(t, 404, "Off the trail")
	w = newWorld(t, map[string]string{"app.yaml": strings.Replace(string(tourist(t, nil).Bytes("app.yaml")), "notFound: missing", "", 1)})
	w.browser().get("/no/such/page").want(t, 404, "There is no page at this address.")
}

func TestF066_NothingRunsBeforeTheGate(t *testing.T) {
	w := newWorld(t, extra)
	c := w.browser()
	c.get("/home")
	c.get("/admin")
	c.logIn("ada")
	before := w.backend.count("GET /activity")
	if p := c.get("/admin"); p.url != "/profile" {
		t.Errorf("at %s", p.url)
	}
	if n := w.backend.count("GET /activity") - before; n != 0 {
		t.Errorf("the load flow of a refused page made %d calls", n)
	}
}

// TestF066_F071_AnEventPassesTheGateToo: a page that was open when its person lost the role acts no more.
func TestF066_F071_AnEventPassesTheGateToo(t *testing.T) {
	desk := "path: /desk\ntitle: Desk\naccess: ${user.role == \"admin\"}\nbody:\n  - button: {text: Act, onTap: [{call: trail.activity}]}\n"
	w := newWorld(t, map[string]string{"pages/desk.yaml": desk})
	w.backend.role = "admin"
	c := w.browser()
	c.logIn("ada")
	before := w.backend.count("GET /activity")
	p := c.get("/desk")
	c.press(p, "Act", nil).want(t, 200)
	if n := w.backend.count("GET /activity") - before; n != 1 {
		t.Fatalf("%d calls of an admin", n)
	}
	p = c.get("/desk")
	id := strings.TrimPrefix(c.cookies[sessionName()], "v1.")
	if _, err := w.sessions.Update(t.Context(), id, session.Update{MergeUser: []byte(`{"role":"traveller"}`)}, session.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	c.press(p, "Act", nil).want(t, 403, "You may not open this page.")
	if n := w.backend.count("GET /activity") - before; n != 1 {
		t.Errorf("an event of a page that is closed to its person made %d calls", n-1)
	}
}

func TestF067_LoginFlowCompletes(t *testing.T) {
	w := newWorld(t, nil)
	c := w.browser()
	c.get("/posts/3")
	p := c.get("/login")
	p = c.roundTrip(func() *http.Request {
		tab := p.button("Sign Up")
		action, form := p.form(t, "Sign Up", nil)
		form.Set(attr(tab, "name"), attr(tab, "value"))
		return c.request("POST", action, form)
	}())
	p.want(t, 200, "Repeat the password")
	p = c.press(p, "Create account", map[string]string{"firstName": "Bob", "email": "bob@example.com", "newUsername": "bob", "newPassword": "a long password", "repeat": "a long password"})
	p.want(t, 200, "Welcome, Bob. Your account is ready.") // the action after Log In ran
	if p.url != "/posts/3" {
		t.Errorf("at %s", p.url)
	}
	if q := c.get("/posts/3"); strings.Contains(q.text(), "Your account is ready") {
		t.Error("the message was shown twice")
	}
}

func TestF070_LoadFlowOncePerVisit(t *testing.T) {
	files := map[string]string{"pages/loading.yaml": `
path: /loading
title: Loading
access: loggedIn
state: {n: {type: int, default: 0}}
onLoad:
  - call: trail.activity
    then:
      - setState: {n: 5}
body:
  - text: "N ${state.n}"
  - button: {text: More, onTap: [{setState: {n: "${state.n + 1}"}}]}
`}
	w := newWorld(t, files)
	c := w.browser()
	c.logIn("ada")
	before := w.backend.count("GET /activity")
	p := c.get("/loading")
	p.want(t, 200, "N 5")
	c.press(p, "More", nil).want(t, 200, "N 6")
	if n := w.backend.count("GET /activity") - before; n != 1 {
		t.Errorf("the load flow ran %d times", n)
	}
}

func TestF071_RoleGuard(t *testing.T) {
	w := newWorld(t, extra)
	c := w.browser()
	c.logIn("ada")
	if p := c.get("/admin"); p.url != "/profile" {
		t.Errorf("otherwise: at %s", p.url)
	}
	c.get("/vault").want(t, 403, "You may not open this page.")
	w.backend.role = "admin"
	d := w.browser()
	d.logIn("root")
	d.get("/admin").want(t, 200, "Only for admins")
	d.get("/vault").want(t, 200, "Vault")
}

func TestF073_SignedOutOnly(t *testing.T) {
	w := newWorld(t, nil)
	c := w.browser()
	c.logIn("ada")
	if p := c.get("/login"); p.url != "/home" {
		t.Errorf("the log-in page is shown to somebody who is logged in: %s", p.url)
	}
}

func TestF074_ReplaceRoute(t *testing.T) {
	w := newWorld(t, nil)
	c := w.browser()
	c.script = true
	p := c.press(c.get("/login"), "Sign in", map[string]string{"username": "ada", "password": "good-password"})
	if p.Header.Get("X-Usher-History") != "replace" {
		t.Error("the log-in page stays in the history")
	}
	if p = c.get("/profile"); p.Header.Get("X-Usher-History") != "" {
		t.Error("an ordinary page replaces the one before")
	}
}

func TestF075_SensitiveParams(t *testing.T) {
	w := newWorld(t, extra)
	c := w.browser()
	p := c.press(c.get("/desk"), "Open ticket", nil)
	p.want(t, 200, "Ticket 42 code hush-hush page 2")
	if p.url != "/ticket/42?page=2" {
		t.Errorf("at %s", p.url)
	}
	for _, line := range c.set {
		if strings.Contains(line, "hush") {
			t.Errorf("the parameter is readable in %s", line)
		}
	}
	c.press(p, "Again", nil).want(t, 200, "Code hush-hush") // it lives on in the page's state
	c.get("/ticket/42?code=guessed").want(t, 200, "code none")
	if strings.Contains(w.log.String(), "hush") {
		t.Error("the parameter is in the log")
	}
}

// TestF148_NavigateTransition: the motion that a flow names comes with the next page, once, also after a question.
func TestF148_NavigateTransition(t *testing.T) {
	w := newWorld(t, map[string]string{"pages/go.yaml": `
path: /go
title: Go
access: any
body:
  - button: {text: Plain, onTap: [{navigate: login}]}
  - button: {text: Grow, onTap: [{navigate: login, transition: scale}]}
  - button: {text: Ask, onTap: [{navigate: login, transition: none}, {confirm: "Sure?"}]}
`})
	c := w.browser()
	c.script = true
	for button, want := range map[string]string{"Plain": "", "Grow": "scale"} {
		if p := c.press(c.get("/go"), button, nil); p.Header.Get("X-Usher-Move") != want {
			t.Errorf("%s: %q", button, p.Header.Get("X-Usher-Move"))
		}
	}
	if p := c.get("/login"); p.Header.Get("X-Usher-Move") != "" {
		t.Error("the motion stays")
	}
	if p := c.press(c.press(c.get("/go"), "Ask", nil), "OK", nil); p.url != "/login" || p.Header.Get("X-Usher-Move") != "none" {
		t.Errorf("at %s by %q", p.url, p.Header.Get("X-Usher-Move"))
	}
}

// TestF069_IgnoreRedirects: a Navigate behind a Log In leads where it says, whatever page was asked for before.
func TestF069_IgnoreRedirects(t *testing.T) {
	w := newWorld(t, map[string]string{"pages/own.yaml": `
path: /own
title: Own
access: any
body:
  - button: {text: Enter, onTap: [{logIn: {token: t, uid: u}}, {navigate: own}]}
`})
	c := w.browser()
	c.get("/profile")
	if p := c.press(c.get("/own"), "Enter", nil); p.url != "/own" {
		t.Errorf("at %s", p.url)
	}
}

func TestF148_Back(t *testing.T) {
	w := newWorld(t, extra)
	c := w.browser()
	r := c.request("GET", "/counter", nil)
	r.Header.Set("Referer", origin+"/desk")
	if p := c.press(c.roundTrip(r), "Back", nil); p.url != "/desk" {
		t.Errorf("back led to %s", p.url)
	}
	for _, ref := range []string{"", "http://evil.example/desk", origin + "/nowhere", "http://touristtrail.localhost:7071/desk"} {
		r := c.request("GET", "/counter", nil)
		r.Header.Set("Referer", ref)
		if p := c.press(c.roundTrip(r), "Back", nil); p.url != "/login" {
			t.Errorf("from %q back led to %s, want the start", ref, p.url)
		}
	}
}

// TestF148_BackOtherwise: the page that Navigate Back names counts only when no page is before this one, and gets its parameters.
func TestF148_BackOtherwise(t *testing.T) {
	c := newWorld(t, map[string]string{
		"pages/leaf.yaml": "path: /leaf\ntitle: Leaf\naccess: any\nbody:\n  - button: {text: Up, onTap: [{back: {otherwise: tree, with: {n: \"${'seven ' + page.name}\"}}}]}\n" +
			"  - button: {text: Ask, onTap: [{back: other}, {dialog: Off?}]}\n",
		"pages/tree.yaml":  "path: /tree/{n}\ntitle: Tree\naccess: any\nbody:\n  - text: \"Tree ${params.n}\"\n",
		"pages/other.yaml": "path: /other\ntitle: Other\naccess: any\nbody:\n  - text: Elsewhere\n",
	}).browser()
	c.press(c.get("/leaf"), "Up", nil).want(t, 200, "Tree seven leaf")
	c.press(c.press(c.get("/leaf"), "Ask", nil), "OK", nil).want(t, 200, "Elsewhere")
	r := c.request("GET", "/leaf", nil)
	r.Header.Set("Referer", origin+"/other")
	c.press(c.roundTrip(r), "Up", nil).want(t, 200, "Elsewhere")
}

// TestF15_AnonymousCrawl knows every route, id and asset and sees nothing of what needs a login.
func TestF15_AnonymousCrawl(t *testing.T) {
	w := newWorld(t, extra)
	in := w.browser()
	home := in.logIn("ada")
	_, form := home.form(t, "Log out", nil)
	anon := w.browser()
	for _, path := range []string{"/", "/home", "/profile", "/posts/1", "/admin", "/vault", "/home?user=7", "/_usher/session", "/login", "/nowhere", "/home.css", "/profile/x.js"} {
		for _, method := range []string{"GET", "HEAD", "POST"} {
			var body url.Values
			if method == "POST" {
				body = form
			}
			p := anon.roundTrip(anon.request(method, path, body))
			for _, s := range []string{"ada", "Ada", "Walker", "Zermatt", "Story of"} {
				if strings.Contains(p.text(), s) { // sealed text is random letters
					t.Errorf("%s %s shows %q", method, path, s)
				}
			}
		}
	}
}

// TestF16_OtherPersons replays A's page with B's login: nothing of A is shown and nothing is done.
func TestF16_OtherPersons(t *testing.T) {
	w := newWorld(t, extra)
	a, b := w.browser(), w.browser()
	a.logIn("ada")
	b.logIn("bob")
	for _, path := range []string{"/home", "/profile", "/posts/1", "/counter"} {
		pa := a.get(path)
		for _, name := range []string{"Log out", "Update from the backend", "Add", "Back to the stories"} {
			if pa.button(name) == nil {
				continue
			}
			calls := w.backend.count("GET /auth/me")
			action, form := pa.form(t, name, nil)
			p := b.roundTrip(b.request("POST", action, form))
			if p.StatusCode != http.StatusConflict || strings.Contains(p.text(), "Ada") || strings.Contains(p.text(), "Story of ada") {
				t.Errorf("%s %s: %d\n%s", path, name, p.StatusCode, p.text())
			}
			if b.get("/home").url != "/home" || w.backend.count("GET /auth/me") != calls {
				t.Errorf("%s %s acted for B", path, name)
			}
		}
		if h := a.get(path).Header; !strings.Contains(h.Get("Vary"), "Cookie") || h.Get("Cache-Control") != "no-store" {
			t.Errorf("%s can be cached: %v", path, h)
		}
	}
	// A's next cookie in B's browser says nothing to B.
	c, d := w.browser(), w.browser()
	c.get("/posts/9")
	d.get("/login")
	next := "__Host-Http-touristtrail-next"
	d.cookies[next] = c.cookies[next]
	if p := d.press(d.get("/login"), "Sign in", map[string]string{"username": "bob", "password": "good-password"}); p.url != "/home" {
		t.Errorf("B was sent to A's page: %s", p.url)
	}
}

func TestCrossSiteClick(t *testing.T) {
	w := newWorld(t, nil)
	c := w.browser()
	c.logIn("ada")
	r := c.request("GET", "/posts/4?x=<y>", nil)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	r.Header.Del("Cookie") // Strict cookies are held back
	p := c.roundTrip(r)
	if p.StatusCode != 200 || p.Header.Get("Refresh") == "" || len(p.Header.Values("Set-Cookie")) > 0 {
		t.Fatalf("%d, Refresh %q, cookies %q", p.StatusCode, p.Header.Get("Refresh"), p.Header.Values("Set-Cookie"))
	}
	if !strings.HasPrefix(p.Header.Get("Refresh"), "0;url="+origin+"/posts/4?") {
		t.Errorf("Refresh: %s", p.Header.Get("Refresh"))
	}
	c.get("/posts/4").want(t, 200, "Story 4 of ada") // what the page does by itself
	r = c.request("GET", "//evil.example/x", nil)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	r.Header.Del("Cookie")
	if p := c.roundTrip(r); !strings.HasPrefix(p.Header.Get("Refresh"), "0;url="+origin+"/") {
		t.Errorf("Refresh leads away: %s", p.Header.Get("Refresh"))
	}
	r = w.browser().request("GET", "/home", nil)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	r.Header.Set("Referer", origin+"/home")
	if p := c.roundTrip(r); p.StatusCode != 303 || len(p.Header.Values("Set-Cookie")) > 0 {
		t.Errorf("a browser that still calls it cross-site: %d %q", p.StatusCode, p.Header.Values("Set-Cookie"))
	}
}

func TestAssets(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(dir+"/assets/img", 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"img/a.svg": "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "page.html": "<script>alert(1)</script>"} {
		if err := os.WriteFile(dir+"/assets/"+name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	files := map[string]string{"assets/img/a.svg": "", "assets/page.html": ""}
	w := newWorld(t, files, func(c *Config) { c.Assets = os.DirFS(dir + "/assets") })
	c := w.browser()
	as := w.app.rt.Load().assets
	p := c.get(as.fileURL("img/a.svg"))
	if p.StatusCode != 200 || p.Header.Get("Content-Type") != "image/svg+xml" || !strings.Contains(p.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("svg: %d %v", p.StatusCode, p.Header)
	}
	if p := c.get(as.fileURL("page.html")); p.Header.Get("Content-Type") != "application/octet-stream" {
		t.Errorf("html: %v", p.Header)
	}
	r := c.request("GET", as.url("app.js"), nil)
	r.Header.Set("Accept-Encoding", "br, gzip;q=0.8")
	if p := c.roundTrip(r); p.Header.Get("Content-Encoding") != "gzip" || !strings.Contains(p.Header.Get("Cache-Control"), "immutable") || !strings.Contains(p.body, "X-Usher") {
		t.Errorf("app.js: %v", p.Header)
	}
	for _, path := range []string{"/_usher/files/" + as.files["page.html"] + "/../page.html", "/_usher/files/x/page.html", "/_usher/files//page.html", "/_usher/assets/app.js", "/_usher/files/" + as.files["page.html"] + "/%2e%2e/x"} {
		if p := c.get(path); p.StatusCode != 404 {
			t.Errorf("%s: %d", path, p.StatusCode)
		}
	}
}

// TestPartsUseUpNothing: a browser's own request for an icon between two pages does not eat the message that crosses the redirect.
func TestPartsUseUpNothing(t *testing.T) {
	w := newWorld(t, nil)
	c := w.browser()
	c.logIn("ada")
	w.backend.revokeAll()
	p := c.roundTrip(c.request("GET", "/home", nil))
	if p.StatusCode != 303 {
		t.Fatal(p.StatusCode)
	}
	for _, path := range []string{"/favicon.ico", "/apple-touch-icon.png", "/home"} {
		r := c.request("GET", path, nil)
		r.Header.Set("Sec-Fetch-Dest", "image")
		r.Header.Set("Sec-Fetch-Mode", "no-cors")
		if p := c.roundTrip(r); p.StatusCode != 404 || len(p.Header.Values("Set-Cookie")) > 0 {
			t.Errorf("%s: %d %q", path, p.StatusCode, p.Header.Values("Set-Cookie"))
		}
	}
	c.follow(p).want(t, 200, "You were logged out")
}

func TestF156_AppEvents(t *testing.T) {
	app := string(tourist(t, nil).Bytes("app.yaml")) + "\nonAppStart:\n  - snackBar: Good morning\nonLogIn:\n  - snackBar: \"Hello ${user.firstName}\"\nonLogOut:\n  - snackBar: Good night\n"
	w := newWorld(t, map[string]string{"app.yaml": app})
	c := w.browser()
	p := c.get("/")
	p.want(t, 200, "Good morning")
	p = c.press(p, "Sign in", map[string]string{"username": "ada", "password": "good-password"})
	p.want(t, 200, "Hello Ada")
	if strings.Contains(p.text(), "Good morning") {
		t.Error("the start came twice")
	}
	p = c.press(c.get("/profile"), "Log out", nil)
	p.want(t, 200, "Good night")
	if strings.Contains(p.text(), "Good morning") {
		t.Error("a log-out is no start")
	}
	w.browser().get("/login").want(t, 200, "Good morning")
}
