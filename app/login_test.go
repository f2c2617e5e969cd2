package app

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
)

// newWorldOver is newWorld with its sessions in st.
func newWorldOver(t testing.TB, st session.Store, changed map[string]string) *world {
	t.Helper()
	w := newWorld(t, changed)
	w.restart(st, w.cfg.Project)
	return w
}

// restart puts a new app and a new session Manager, as a server makes them at its start, over the sessions in st.
func (w *world) restart(st session.Store, p *project.Project) {
	w.t.Helper()
	w.calls = w.newCalls(p)
	m, err := session.New(session.Config{App: p.App.ID, Store: st, Keys: w.cfg.Keys, Refresh: w.calls.Refresher(), Revoke: w.calls.Revoker()})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = m.Close(ctx)
	})
	w.sessions, w.cfg.Sessions, w.cfg.Calls, w.cfg.Project = m, m, w.calls, p
	if w.app, err = New(w.cfg); err != nil {
		w.t.Fatal(err)
	}
}

func (c *client) id() string { return strings.TrimPrefix(c.cookies[sessionName()], "v1.") }

func (c *client) session() session.Session {
	c.w.t.Helper()
	s, ok, err := c.w.sessions.Current(c.w.t.Context(), c.id())
	if err != nil || !ok {
		c.w.t.Fatalf("no session: %v %v", ok, err)
	}
	return s
}

func (c *client) expire() {
	c.w.t.Helper()
	if _, err := c.w.sessions.ExpireNow(c.w.t.Context(), c.id()); err != nil {
		c.w.t.Fatal(err)
	}
}

// TestF008_SessionFields: a Log In of the tutorial fills all five fields, and they outlive a restart of the server.
func TestF008_SessionFields(t *testing.T) {
	st := session.NewMemory()
	w := newWorldOver(t, st, nil)
	c := w.browser()
	before := time.Now().Add(w.backend.life).Truncate(time.Second)
	c.logIn("ada")
	check := func() {
		t.Helper()
		a := c.session().Auth
		w.backend.mu.Lock()
		user, known := w.backend.valid[a.Token.Reveal()], w.backend.refresh[a.RefreshToken.Reveal()]
		w.backend.mu.Unlock()
		if user != "ada" || known != "ada" {
			t.Errorf("token of %q, refresh token of %q", user, known)
		}
		if a.UID != "7" || a.Expiry.Before(before) || a.Expiry.After(time.Now().Add(w.backend.life)) {
			t.Errorf("uid %q, expiry %v", a.UID, a.Expiry)
		}
		if !strings.Contains(string(a.User), `"firstName":"Ada"`) || strings.Contains(string(a.User), canary) {
			t.Errorf("user data %s", a.User)
		}
	}
	check()
	w.restart(st, w.cfg.Project)
	check()
}

// TestF013_SourcesBindEverywhere binds each Auth Property and each User Data Field, in every kind of place.
func TestF013_SourcesBindEverywhere(t *testing.T) {
	w := newWorld(t, map[string]string{"pages/who.yaml": `
path: /who
title: "Page of ${user.firstName}"
access: loggedIn
state: {city: {type: text, default: ""}}
queries:
  mine: {call: trail.post, with: {id: "${auth.uid}"}, when: "${auth.loggedIn}"}
body:
  - text: "uid ${auth.uid}, token ${masked(auth.token)}, refresh ${masked(auth.refreshToken)}, until ${formatTime(auth.expiry, 'yyyy-MM-dd HH:mm')}"
  - text: "data ${user.id} ${user.username} ${user.email} ${user.firstName} ${user.lastName} ${user.role} ${isSet(user.image)}"
  - text: {text: For travellers, visible: "${user.role == 'traveller'}"}
  - text: {text: For admins, visible: "${user.role == 'admin'}"}
  - text: "Query ${queries.mine.body.title}"
  - link: {text: "Link of ${user.username}", page: post, with: {id: "${auth.uid}"}}
  - textField: {id: name, label: "Name of ${auth.uid}", initial: "${user.username}"}
  - dropdown: {id: pick, label: Pick, options: ["${user.email}", other]}
  - button: {text: Say, onTap: [{setState: {city: "${user.lastName}"}}, {snackBar: "I am ${user.email}, ${auth.uid}, ${state.city}"}]}
  - button: {text: Go, onTap: [{navigate: post, with: {id: "${auth.uid}"}}]}
`})
	c := w.browser()
	c.logIn("ada")
	p := c.get("/who")
	p.want(t, 200, "uid 7, token ", "until "+c.session().Auth.Expiry.UTC().Format("2006-01-02 15:04"), "data 7 ada ada@example.com Ada Walker traveller",
		"For travellers", "Query Story 7 of ada", "Link of ada", "Name of 7")
	for _, selector := range []string{`a[href="/posts/7"]`, `input[name=name][value=ada]`, `option[value="ada@example.com"]`} {
		if !p.has(selector) {
			t.Errorf("%s is not on the page", selector)
		}
	}
	if !strings.Contains(p.body, "<title>Page of Ada") || strings.Contains(p.text(), "For admins") {
		t.Errorf("title or visibility: %s", p.text())
	}
	c.press(p, "Say", nil).want(t, 200, "I am ada@example.com, 7, Walker")
	if p = c.press(c.get("/who"), "Go", nil); p.url != "/posts/7" {
		t.Errorf("at %s", p.url)
	}
}

// TestF014_IsUserLoggedIn follows the boolean through a log-in and a log-out that stay on the page.
func TestF014_IsUserLoggedIn(t *testing.T) {
	w := newWorld(t, map[string]string{"pages/status.yaml": `
path: /status
title: Status
access: any
body:
  - text: "In: ${auth.loggedIn}"
  - text: {text: Members, visible: "${auth.loggedIn}"}
  - button: {text: Ask, onTap: [{if: "${auth.loggedIn}", then: [{snackBar: You are in}], else: [{snackBar: You are out}]}]}
  - button: {text: Leave, onTap: [{logOut: {navigate: false}}, {snackBar: "Then ${auth.loggedIn}"}]}
  - button:
      text: Enter
      onTap:
        - call: auth.login
          with: {username: ada, password: good-password}
          as: login
          then:
            - logIn: {token: "${login.body.accessToken}", navigate: false}
            - snackBar: "Then ${auth.loggedIn}"
`})
	c := w.browser()
	p := c.get("/status")
	p.want(t, 200, "In: false")
	if strings.Contains(p.text(), "Members") {
		t.Error("a guest sees what is for members")
	}
	p = c.press(p, "Ask", nil)
	p.want(t, 200, "You are out")
	p = c.press(p, "Enter", nil)
	p.want(t, 200, "In: true", "Members", "Then true")
	p = c.press(p, "Ask", nil)
	p.want(t, 200, "You are in")
	c.press(p, "Leave", nil).want(t, 200, "In: false", "Then false")
}

// heldStore answers no Read until it is let go.
type heldStore struct {
	session.Store
	hold    atomic.Bool
	asked   chan struct{}
	release chan struct{}
}

func (s *heldStore) Read(ctx context.Context, key string) (session.Row, bool, error) {
	if s.hold.Load() {
		s.asked <- struct{}{}
		<-s.release
	}
	return s.Store.Read(ctx, key)
}

// watched counts what has been written of a response.
type watched struct {
	*httptest.ResponseRecorder
	writes atomic.Int32
}

func (w *watched) WriteHeader(status int) {
	w.writes.Add(1)
	w.ResponseRecorder.WriteHeader(status)
}

func (w *watched) Write(b []byte) (int, error) {
	w.writes.Add(1)
	return w.ResponseRecorder.Write(b)
}

// TestF016_KnownBeforeTheFirstByte holds the session back: nothing of a page goes out before it is known who asks.
func TestF016_KnownBeforeTheFirstByte(t *testing.T) {
	st := &heldStore{Store: session.NewMemory(), asked: make(chan struct{}), release: make(chan struct{})}
	w := newWorldOver(t, st, nil)
	c := w.browser()
	c.logIn("ada")
	for _, path := range []string{"/profile", "/login", "/", "/nowhere"} {
		rec := &watched{ResponseRecorder: httptest.NewRecorder()}
		st.hold.Store(true)
		done := make(chan struct{})
		go func() {
			defer close(done)
			w.app.ServeHTTP(rec, c.request("GET", path, nil))
		}()
		<-st.asked
		st.hold.Store(false)
		if n := rec.writes.Load(); n != 0 {
			t.Errorf("%s: %d writes before the session was known", path, n)
		}
		st.release <- struct{}{}
		<-done
		if rec.writes.Load() == 0 {
			t.Errorf("%s: nothing was answered", path) // the guard sees writes
		}
	}
	c.get("/profile").want(t, 200, "Ada Walker") // the very first page is drawn for her
}

// TestF017_ExpiredAtStart: with a declared refresh the first page renews; a refused one ends the login with a reason; without a
// declared refresh expiry alone ends nothing.
func TestF017_ExpiredAtStart(t *testing.T) {
	st := session.NewMemory()
	w := newWorldOver(t, st, nil)
	c := w.browser()
	c.logIn("ada")
	c.expire()
	w.backend.mu.Lock()
	clear(w.backend.valid)
	w.backend.mu.Unlock()
	w.restart(st, w.cfg.Project)
	before := w.backend.count("GET /posts")
	c.get("/home").want(t, 200, "Story of ada")
	if n, calls := w.backend.count("POST /auth/refresh"), w.backend.count("GET /posts")-before; n != 1 || calls != 1 {
		t.Errorf("%d refreshes, %d calls; the dead token was sent", n, calls)
	}
	c.expire()
	w.backend.revokeAll()
	w.restart(st, w.cfg.Project)
	p := c.get("/home")
	p.want(t, 200, "your session ended")
	if p.url != "/login" || c.cookies[sessionName()] == "" && c.id() != "" {
		t.Errorf("at %s", p.url)
	}
	c.get("/login").want(t, 200, "Sign in")
}

func TestF017_WithoutDeclaredRefresh(t *testing.T) {
	tree, err := project.LoadTree(os.DirFS("../examples/manual-refresh"))
	if err != nil {
		t.Fatal(err)
	}
	p := load(t, tree)
	w := newWorldOf(t, p)
	st := session.NewMemory()
	w.restart(st, p)
	c := w.browser()
	home := c.press(c.get("/"), "Sign in", map[string]string{"username": "ada", "password": "good-password"})
	id := strings.TrimPrefix(c.cookies[session.SessionCookie(p.App.ID, false).Name()], "v1.")
	if _, err := w.sessions.ExpireNow(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	w.restart(st, p)
	c.get(home.url).want(t, 200, "Welcome Ada")
}

// TestF018_CheckedBeforeEachCall: the token expires while a page is open; the next call finds out before it is sent.
func TestF018_CheckedBeforeEachCall(t *testing.T) {
	w := newWorld(t, nil)
	c := w.browser()
	c.logIn("ada")
	p := c.get("/profile")
	var seen []string
	var mu sync.Mutex
	w.backend.on("GET /auth/me", func(rw http.ResponseWriter, r *http.Request) {
		mu.Lock()
		seen = append(seen, r.Header.Get("Authorization"))
		mu.Unlock()
		reply(rw, 200, map[string]any{"username": "ada", "firstName": "Ada"})
	})
	old := c.session().Auth.Token.Reveal()
	for i := range 3 {
		c.expire()
		p = c.press(p, "Update from the backend", nil)
		p.want(t, 200, "Your profile is up to date.")
		if n := w.backend.count("POST /auth/refresh"); n != i+1 {
			t.Errorf("%d refreshes after %d expiries", n, i+1)
		}
	}
	if len(seen) != 3 || strings.Contains(strings.Join(seen, " "), old) {
		t.Errorf("%d calls; the expired token was sent: %t", len(seen), strings.Contains(strings.Join(seen, " "), old))
	}
}

// endlessStore refuses to write the end of a session.
type endlessStore struct {
	session.Store
	broken atomic.Bool
}

func (s *endlessStore) Update(ctx context.Context, key string, fn func(session.Row) (session.Row, error)) (session.Row, error) {
	return s.Store.Update(ctx, key, func(r session.Row) (session.Row, error) {
		next, err := fn(r)
		if err == nil && next.Ended != "" && s.broken.Load() {
			return r, errDown
		}
		return next, err
	})
}

// TestF020_LogOutThatIsNotWritten is reported as such and changes nothing; one that is written stays, whatever fails after it.
func TestF020_LogOutThatIsNotWritten(t *testing.T) {
	st := &endlessStore{Store: session.NewMemory()}
	w := newWorldOver(t, st, nil)
	c := w.browser()
	c.logIn("ada")
	cookie, guest := c.cookies[sessionName()], w.browser()
	st.broken.Store(true)
	p := c.press(c.get("/profile"), "Log out", nil)
	p.want(t, 503, "You are still logged in")
	if c.cookies[sessionName()] != cookie {
		t.Error("the cookie is gone, and the session lives")
	}
	c.get("/profile").want(t, 200, "Ada Walker")
	st.broken.Store(false)
	if p = c.press(c.get("/profile"), "Log out", nil); p.url != "/login" || c.cookies[sessionName()] != "" {
		t.Errorf("at %s", p.url)
	}
	st.broken.Store(true) // what fails from now on undoes nothing, on this server or the next
	guest.cookies[sessionName()] = cookie
	for range 2 {
		if p := guest.get("/profile"); p.url != "/login" {
			t.Errorf("the old cookie opens %s", p.url)
		}
		w.restart(st, w.cfg.Project)
		guest.cookies[sessionName()] = cookie
	}
}

// seenStore keeps the text of every row that was written.
type seenStore struct {
	session.Store
	mu   sync.Mutex
	rows strings.Builder
}

func (s *seenStore) note(r session.Row) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintf(&s.rows, "%+v %s %s\n", r, r.Sealed, r.State)
}

func (s *seenStore) Create(ctx context.Context, key string, r session.Row) error {
	s.note(r)
	return s.Store.Create(ctx, key, r)
}

func (s *seenStore) Update(ctx context.Context, key string, fn func(session.Row) (session.Row, error)) (session.Row, error) {
	r, err := s.Store.Update(ctx, key, fn)
	s.note(r)
	return r, err
}

// TestF022_TokensStayOnTheServerSealed: no row holds a token in the open, and no response at all (the harness searches each).
func TestF022_TokensStayOnTheServerSealed(t *testing.T) {
	st := &seenStore{Store: session.NewMemory()}
	w := newWorldOver(t, st, nil)
	c := w.browser()
	c.logIn("ada")
	c.expire()
	c.get("/home").want(t, 200, "Story of ada")
	c.press(c.get("/profile"), "Log out", nil)
	st.mu.Lock()
	rows := st.rows.String()
	st.mu.Unlock()
	if strings.Count(rows, "\n") < 3 || !strings.Contains(rows, "LoggedOut") && !strings.Contains(rows, "logged_out") {
		t.Fatalf("the store was not watched:\n%s", rows)
	}
	w.searchText("a stored row", rows)
	if !c.w.holds(fmt.Sprintf("%s in the open", canary)) {
		t.Error("the search finds nothing")
	}
	if strings.Contains(rows, "Walker") {
		t.Error("user data is stored in the open")
	}
}

// holds reports whether the search of this suite would find a token in text.
func (w *world) holds(text string) bool {
	probe := &world{t: &quiet{TB: w.t}}
	probe.searchText("a probe", text)
	return probe.t.(*quiet).failed
}

type quiet struct {
	testing.TB
	failed bool
}

func (q *quiet) Errorf(string, ...any) { q.failed = true }

// TestF023_UserDataThatNoLongerFits: the user data type has changed since the log-in. The login and its token stay, what does not
// fit reads as unset, and the log says so once, without the value.
func TestF023_UserDataThatNoLongerFits(t *testing.T) {
	st := session.NewMemory()
	w := newWorldOver(t, st, map[string]string{"pages/who.yaml": "path: /who\ntitle: Who\naccess: loggedIn\nbody:\n  - text: \"${user.firstName} is ${user.role ?? 'nothing'}\"\n"})
	c := w.browser()
	c.logIn("ada")
	c.get("/who").want(t, 200, "Ada is traveller")
	const warning = "stored user data is left out"
	if strings.Contains(w.log.String(), warning) {
		t.Fatal("sound user data is warned of")
	}
	next := load(t, tourist(t, map[string]string{
		"pages/who.yaml":        "path: /who\ntitle: Who\naccess: loggedIn\nbody:\n  - text: \"${user.firstName} is ${user.role ?? 'nothing'}\"\n",
		"types/User.yaml":       "fields: {id: int, username: text, email: text, firstName: text, lastName: text, image: image, role: time}\n",
		"types/LoginReply.yaml": "fields: {id: int, username: text, email: text, firstName: text, lastName: text, image: image, role: time, accessToken: secret, refreshToken: secret}\n",
	}))
	w.restart(st, next)
	c.get("/who").want(t, 200, "Ada is nothing")
	c.get("/home").want(t, 200, "Story of ada") // the token is good
	log := w.log.String()
	if n := strings.Count(log, warning); n != 1 || !strings.Contains(log, "role should be time, but is text") || strings.Contains(log, "traveller") {
		t.Errorf("%d warnings in\n%s", n, log)
	}
}

// TestF026_AnotherUserDataType: the user data type has changed since people logged in. What is stored is read by the names of the
// fields: those that are still there keep their values, whatever their order; a new one is unset or has its default; one that is gone
// is not to be seen, is not lost when other fields are set, and is there again when the type names it again.
func TestF026_AnotherUserDataType(t *testing.T) {
	who := func(text string) string {
		return "path: /who\ntitle: Who\naccess: loggedIn\nbody:\n  - text: \"" + text + "\"\n  - button: {text: Rename, onTap: [{updateAuthenticatedUser: {user: {firstName: Grace}}}]}\n"
	}
	version := func(text, user, reply string) *project.Project {
		return load(t, tourist(t, map[string]string{"pages/who.yaml": who(text), "types/User.yaml": "fields: " + user + "\n", "types/LoginReply.yaml": "fields: " + reply + "\n"}))
	}
	const tokens = "accessToken: secret, refreshToken: secret}"
	const first = "{id: int, username: text, email: text, firstName: text, lastName: text, image: image, role: text"
	const second = "{lastName: text, image: image, firstName: text, username: text, email: text, nickname: text, level: {type: int, default: 3}, id: text"
	old := version("${user.firstName} ${user.lastName}, ${user.role ?? 'no role'}", first+"}", first+", "+tokens)
	next := version("${user.firstName} ${user.lastName}, ${user.nickname ?? 'no nickname'}, level ${user.level}", second+", role: text}", second+", role: text, "+tokens)
	next.App.Auth.UserType = load(t, tourist(t, map[string]string{"types/User.yaml": "fields: " + second + "}\n", "pages/profile.yaml": who("x"), "types/LoginReply.yaml": "fields: " + second + ", " + tokens + "\n"})).App.Auth.UserType
	st := session.NewMemory()
	w := newWorldOver(t, st, nil)
	w.restart(st, old)
	c := w.browser()
	c.logIn("ada")
	c.get("/who").want(t, 200, "Ada Walker, traveller")
	w.restart(st, next)
	p := c.get("/who")
	p.want(t, 200, "Ada Walker, no nickname, level 3")
	c.press(p, "Rename", nil).want(t, 200, "Grace Walker, no nickname, level 3")
	c.get("/home").want(t, 200, "Story of ada") // the tokens are good
	w.restart(st, old)
	c.get("/who").want(t, 200, "Grace Walker, traveller")
	if log := w.log.String(); strings.Contains(log, "traveller") || strings.Contains(log, "Walker") {
		t.Errorf("a value is in the log:\n%s", log)
	}
}

// TestF024_WithoutNetwork: the backend cannot be reached when the server starts; who was logged in still is.
func TestF024_WithoutNetwork(t *testing.T) {
	st := session.NewMemory()
	w := newWorldOver(t, st, nil)
	c := w.browser()
	c.logIn("ada")
	w.backend.Close()
	w.restart(st, w.cfg.Project)
	c.get("/profile").want(t, 200, "Ada Walker")
	c.get("/home").want(t, 200, "Welcome Ada", "The stories could not be loaded.")
	if p := c.get("/"); p.url != "/home" || c.cookies[sessionName()] == "" {
		t.Errorf("at %s", p.url)
	}
	if p := w.browser().get("/profile"); p.url != "/login" {
		t.Errorf("a guest is at %s", p.url)
	}
}

// TestF029_ExpiryVariables shows auth.expired and auth.secondsLeft by a clock that the test sets.
func TestF029_ExpiryVariables(t *testing.T) {
	var ahead atomic.Int64
	begin := time.Now()
	w := newWorld(t, map[string]string{"pages/clock.yaml": `
path: /clock
title: Clock
access: any
body:
  - text: "Expired: ${auth.expired ?? 'unknown'}, left: ${auth.secondsLeft ?? 'unknown'}"
  - text: {text: Hurry, visible: "${auth.secondsLeft < 60}"}
`}, func(c *Config) { c.Now = func() time.Time { return begin.Add(time.Duration(ahead.Load())) } })
	c := w.browser()
	c.get("/clock").want(t, 200, "Expired: unknown, left: unknown")
	c.logIn("ada")
	left := c.session().Auth.Expiry.Sub(begin)
	for _, step := range []struct {
		at      time.Duration
		want    string
		hurries bool
	}{
		{left - 90*time.Second, "Expired: false, left: 90", false},
		{left - time.Second, "Expired: false, left: 1", true},
		{left, "Expired: true, left: 0", true},
		{left + 30*time.Second, "Expired: true, left: -30", true},
	} {
		ahead.Store(int64(step.at))
		p := c.get("/clock")
		p.want(t, 200, step.want)
		if strings.Contains(p.text(), "Hurry") != step.hurries {
			t.Errorf("at %v: %s", step.at, p.text())
		}
	}
}

// TestF047_OneRetry: where every token is called expired, a call goes out twice with one refresh between, each time it is asked for,
// and nobody is logged out. A refresh that is answered 401 itself is not refreshed: it ends the login.
func TestF047_OneRetry(t *testing.T) {
	w := newWorld(t, nil)
	c := w.browser()
	c.logIn("ada")
	never := func(rw http.ResponseWriter, _ *http.Request) {
		reply(rw, 401, map[string]any{"message": "Not with this token"})
	}
	w.backend.on("GET /auth/me", never)
	p := c.get("/profile")
	for i := 1; i <= 3; i++ {
		p = c.press(p, "Update from the backend", nil)
		p.want(t, 200, "Not with this token")
		calls, refreshes := w.backend.count("GET /auth/me"), w.backend.count("POST /auth/refresh")
		if calls != 2*i || refreshes != i {
			t.Errorf("asked %d times: %d calls, %d refreshes", i, calls, refreshes)
		}
	}
	if !c.session().Active() {
		t.Error("logged out")
	}
	w.backend.on("POST /auth/refresh", never)
	before := w.backend.count("POST /auth/refresh")
	if p = c.press(p, "Update from the backend", nil); p.url != "/login" || w.backend.count("POST /auth/refresh") != before+1 {
		t.Errorf("at %s after %d refreshes", p.url, w.backend.count("POST /auth/refresh")-before)
	}
}

// TestF072_LoggedInPageByRules: the first rule that holds says where a person starts, after a log-in, at / and from pages for guests.
func TestF072_LoggedInPageByRules(t *testing.T) {
	app := strings.Replace(string(tourist(t, nil).Bytes("app.yaml")), "loggedInPage: home", `loggedInPage:
    - {when: "${user.role == 'admin'}", page: desk}
    - {when: "${user.username == 'bob'}", page: profile}
    - {when: "${user.role == 'admin' || user.role == 'guide'}", page: tours}
    - {page: home}`, 1)
	w := newWorld(t, map[string]string{
		"app.yaml":         app,
		"pages/desk.yaml":  "path: /desk\ntitle: Desk\nbody:\n  - text: Desk\n",
		"pages/tours.yaml": "path: /tours\ntitle: Tours\nbody:\n  - text: Tours\n",
	})
	for _, person := range []struct{ name, role, page string }{
		{"ada", "traveller", "/home"}, {"bob", "traveller", "/profile"}, {"cleo", "guide", "/tours"}, {"bob", "admin", "/desk"}, {"dan", "admin", "/desk"},
	} {
		w.backend.role = person.role
		c := w.browser()
		if p := c.logIn(person.name); p.url != person.page {
			t.Errorf("%v lands at %s", person, p.url)
		}
		for _, from := range []string{"/", "/login"} {
			if p := c.get(from); p.url != person.page {
				t.Errorf("%v is sent from %s to %s", person, from, p.url)
			}
		}
	}
	if p := w.browser().get("/desk"); p.url != "/login" { // every one of them is guarded by itself (F004)
		t.Errorf("a guest is at %s", p.url)
	}
}
