package app

import (
	"bufio"
	"context"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/andybalholm/cascadia"
	"go.uber.org/goleak"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
)

// liveWorld is a world behind a real server whose limits are far shorter than a stream lasts.
type liveWorld struct {
	*world
	server *httptest.Server
	http   *http.Client
}

// newLiveWorld gives the app's sessions the limits l; share, if not nil, is the store to use.
func newLiveWorld(t *testing.T, l session.Limits, share session.Store) *liveWorld {
	t.Helper()
	if share == nil {
		share = session.NewMemory()
	}
	keys := session.NewKeys([32]byte{1, 2, 3})
	var own *session.Manager
	w := newWorld(t, nil, func(c *Config) {
		var err error
		own, err = session.New(session.Config{
			App: "touristtrail", Store: share, Volatile: share, Keys: keys, PersistOn: l, PersistOff: l,
			Refresh: c.Calls.Refresher(), Revoke: c.Calls.Revoker(),
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { closeManager(own) })
		c.Sessions, c.Keys = own, keys
	})
	closeManager(w.sessions)
	w.sessions = own
	lw := &liveWorld{world: w, http: &http.Client{Transport: &http.Transport{}}}
	lw.server = httptest.NewUnstartedServer(w.app)
	lw.server.Config.ReadTimeout, lw.server.Config.WriteTimeout = 200*time.Millisecond, 200*time.Millisecond
	lw.server.Start()
	t.Cleanup(func() {
		if err := w.app.Close(); err != nil {
			t.Error(err)
		}
		lw.http.CloseIdleConnections()
		lw.server.Close()
	})
	return lw
}

func closeManager(m *session.Manager) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_ = m.Close(ctx)
}

// ear listens to one stream.
type ear struct {
	res  *http.Response
	text *bufio.Scanner
}

// said is one event.
type said struct{ event, data string }

// ask sends a request for the stream with the cookies of c.
func (w *liveWorld) ask(ctx context.Context, c *client, header http.Header) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, "GET", w.server.URL+"/_usher/live", nil)
	if err != nil {
		return nil, err
	}
	r.Host = c.host
	r.Header = header
	for name, v := range c.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: v})
	}
	return w.http.Do(r)
}

// listen opens a stream as a page of ours does. Whatever it waits for must come within five seconds.
func (w *liveWorld) listen(c *client) *ear {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	w.t.Cleanup(cancel)
	res, err := w.ask(ctx, c, http.Header{"Sec-Fetch-Site": {"same-origin"}, "Accept": {"text/event-stream"}})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { res.Body.Close() })
	return &ear{res: res, text: bufio.NewScanner(res.Body)}
}

// next returns the next event; io.EOF is the proper end of the stream.
func (e *ear) next() (said, error) {
	var s said
	for e.text.Scan() {
		line := e.text.Text()
		name, v, _ := strings.Cut(line, ":")
		switch name {
		case "event":
			s.event = strings.TrimSpace(v)
		case "data":
			s.data = strings.TrimSpace(v)
		}
		if line == "" && s.event != "" {
			return s, nil
		}
	}
	if err := e.text.Err(); err != nil {
		return s, err
	}
	return s, io.EOF
}

// rest returns all that is said until the stream ends.
func (e *ear) rest() ([]said, error) {
	var all []said
	for {
		s, err := e.next()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		all = append(all, s)
	}
}

// within fails when fn takes longer than the promise allows.
func within(t *testing.T, limit time.Duration, what string, fn func()) {
	t.Helper()
	done := make(chan struct{})
	go func() { fn(); close(done) }()
	select {
	case <-done:
	case <-time.After(limit):
		t.Errorf("%s: not within %v", what, limit)
		<-done
	}
}

// TestA18_TheStreamIsForOurOwnPages asks for it as other sites, old browsers and tools would.
func TestA18_TheStreamIsForOurOwnPages(t *testing.T) {
	w := newLiveWorld(t, session.Limits{}, nil)
	c := w.browser()
	c.logIn("ada")
	for name, tc := range map[string]struct {
		header http.Header
		status int
	}{
		"a page of ours":                 {http.Header{"Sec-Fetch-Site": {"same-origin"}}, 200},
		"a page of ours, older browser":  {http.Header{"Origin": {origin}}, 200},
		"another site":                   {http.Header{"Sec-Fetch-Site": {"cross-site"}, "Origin": {"https://evil.example"}}, 403},
		"another site, no origin":        {http.Header{"Sec-Fetch-Site": {"cross-site"}}, 403},
		"a sibling":                      {http.Header{"Sec-Fetch-Site": {"same-site"}, "Origin": {"http://evil.localhost:7070"}}, 403},
		"our name on another port":       {http.Header{"Origin": {"http://touristtrail.localhost:7071"}}, 403},
		"our name by another scheme":     {http.Header{"Origin": {"https://touristtrail.localhost:7070"}}, 403},
		"a sandbox":                      {http.Header{"Origin": {"null"}}, 403},
		"typed into the address bar":     {http.Header{"Sec-Fetch-Site": {"none"}}, 403},
		"nothing at all":                 {http.Header{}, 403},
		"two claims":                     {http.Header{"Sec-Fetch-Site": {"same-origin", "cross-site"}}, 403},
		"a foreign origin says it's us":  {http.Header{"Sec-Fetch-Site": {"same-origin"}, "Origin": {"https://evil.example"}}, 403},
		"a link somebody was sent":       {http.Header{"Sec-Fetch-Site": {"cross-site"}, "Sec-Fetch-Mode": {"navigate"}, "Sec-Fetch-Dest": {"document"}}, 403},
		"a picture on a page of another": {http.Header{"Sec-Fetch-Site": {"cross-site"}, "Sec-Fetch-Dest": {"image"}}, 403},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			res, err := w.ask(ctx, c, tc.header)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			if res.StatusCode != tc.status {
				t.Fatalf("status %d, want %d", res.StatusCode, tc.status)
			}
			stream := res.Header.Get("Content-Type") == "text/event-stream"
			keep := map[bool]string{true: "private, no-cache", false: "no-store"}[stream]
			if stream != (tc.status == 200) || res.Header.Get("Cache-Control") != keep || res.Header.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("header %v", res.Header)
			}
		})
	}
	for _, method := range []string{"HEAD", "POST", "PUT"} {
		if p := c.roundTrip(c.request(method, "/_usher/live", nil)); p.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("%s: %d", method, p.StatusCode)
		}
	}
}

// TestA18_StreamsEndWithTheSession holds fifty open while sessions end in each way, and looks for goroutines left behind.
func TestA18_StreamsEndWithTheSession(t *testing.T) {
	const sessions, each = 5, 10
	every := func(w *liveWorld, all []*client, fn func(*client)) {
		var wg sync.WaitGroup
		for _, c := range all {
			wg.Go(func() { fn(c) })
		}
		wg.Wait()
	}
	for name, tc := range map[string]struct {
		limits session.Limits
		end    func(t *testing.T, w *liveWorld, all []*client)
		reason session.Reason // "": the streams end without a word
	}{
		"log-out": {reason: session.LoggedOut, end: func(_ *testing.T, w *liveWorld, all []*client) {
			every(w, all, func(c *client) { c.press(c.get("/profile"), "Log out", nil) })
		}},
		"kill": {reason: session.LoggedOutAway, end: func(t *testing.T, w *liveWorld, all []*client) {
			for _, c := range all {
				if err := w.sessions.Kill(t.Context(), c.session().Key); err != nil {
					t.Error(err)
				}
			}
		}},
		"expiry": {reason: session.TimeoutAbsolute, limits: session.Limits{Absolute: 2 * time.Second}, end: func(*testing.T, *liveWorld, []*client) {}},
		"idle":   {reason: session.TimeoutIdle, limits: session.Limits{Idle: 2 * time.Second}, end: func(*testing.T, *liveWorld, []*client) {}},
		"the backend refuses": {reason: session.Revoked, end: func(_ *testing.T, w *liveWorld, all []*client) {
			w.backend.revokeAll()
			every(w, all, func(c *client) { c.press(c.get("/profile"), "Update from the backend", nil) })
		}},
		"shutdown": {end: func(t *testing.T, w *liveWorld, _ []*client) {
			if err := w.app.Close(); err != nil {
				t.Error(err)
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			idle := goleak.IgnoreCurrent()
			t.Cleanup(func() { goleak.VerifyNone(t, idle) })
			w := newLiveWorld(t, tc.limits, nil)
			var all []*client
			var ears []*ear
			for n := range sessions {
				c := w.browser()
				c.logIn("ada" + strconv.Itoa(n))
				all = append(all, c)
				for range each {
					ears = append(ears, w.listen(c))
				}
			}
			for _, e := range ears {
				if s, err := e.next(); err != nil || s.event != "hello" || s.data == "" {
					t.Fatalf("%v %v", s, err)
				}
			}
			w.wantRooms(t, sessions, sessions*each)
			tc.end(t, w, all)
			within(t, 5*time.Second, "all streams closed", func() {
				for _, e := range ears {
					rest, err := e.rest()
					if err != nil {
						t.Errorf("a stream broke off: %v", err)
					}
					if tc.reason == "" && len(rest) == 0 {
						continue
					}
					if len(rest) == 0 || rest[len(rest)-1] != (said{"ended", string(tc.reason)}) {
						t.Errorf("said %v, want the end by %q", rest, tc.reason)
					}
				}
			})
			w.wantRooms(t, 0, 0)
		})
	}
}

// wantRooms waits until so many sessions and streams are listened to.
func (w *liveWorld) wantRooms(t *testing.T, rooms, open int) {
	t.Helper()
	within(t, 5*time.Second, "streams given back", func() {
		for {
			w.app.live.mu.Lock()
			r, o := len(w.app.live.rooms), w.app.live.open
			w.app.live.mu.Unlock()
			if r == rooms && o == open || t.Failed() {
				return
			}
			time.Sleep(time.Millisecond)
		}
	})
}

// brittle is a store that panics when it is read, once it is told to.
type brittle struct {
	session.Store
	broken atomic.Bool
}

func (b *brittle) Read(ctx context.Context, key string) (session.Row, bool, error) {
	if b.broken.Load() {
		panic("a bug: " + canary)
	}
	return b.Store.Read(ctx, key)
}

// TestB24_PanicInAStream: a bug strikes where streams are watched. They end without a word, everything else goes on, and pages that ask
// again are served again.
func TestB24_PanicInAStream(t *testing.T) {
	st := &brittle{Store: session.NewMemory()}
	w := newLiveWorld(t, session.Limits{}, st)
	c := w.browser()
	c.logIn("ada")
	ears := []*ear{w.listen(c), w.listen(c)}
	for _, e := range ears {
		if s, err := e.next(); err != nil || s.event != "hello" {
			t.Fatalf("%v %v", s, err)
		}
	}
	st.broken.Store(true)
	within(t, 5*time.Second, "the streams end", func() {
		for _, e := range ears {
			if rest, err := e.rest(); err != nil || len(rest) != 0 {
				t.Errorf("said %v, %v", rest, err)
			}
		}
	})
	st.broken.Store(false)
	c.get("/home").want(t, 200, "Story of ada")
	if s, err := w.listen(c).next(); err != nil || s.event != "hello" {
		t.Errorf("asked again: %v %v", s, err)
	}
	if log := w.log.String(); strings.Count(log, "a stream broke down") != 1 || !strings.Contains(log, "panic: string") {
		t.Errorf("the log:\n%s", log)
	}
}

// TestA18_ALogOutOnAnotherNodeEndsStreamsHere has two servers on one store. (F025: within two seconds)
func TestA18_ALogOutOnAnotherNodeEndsStreamsHere(t *testing.T) {
	store := session.NewMemory()
	here, there := newLiveWorld(t, session.Limits{}, store), newLiveWorld(t, session.Limits{}, store)
	c := here.browser()
	c.logIn("ada")
	e := here.listen(c)
	if s, err := e.next(); err != nil || s.event != "hello" {
		t.Fatalf("%v %v", s, err)
	}
	within(t, 2*time.Second, "the end is heard of", func() {
		if err := there.sessions.LogOut(t.Context(), c.id()); err != nil {
			t.Error(err)
		}
		if rest, err := e.rest(); err != nil || len(rest) != 1 || rest[0] != (said{"ended", "logged_out"}) {
			t.Errorf("%v %v", rest, err)
		}
	})
}

// TestA18_StreamsAreBounded: one session cannot take them all, and what is given back can be had again.
func TestA18_StreamsAreBounded(t *testing.T) {
	w := newLiveWorld(t, session.Limits{}, nil)
	c, other := w.browser(), w.browser()
	c.logIn("ada")
	other.logIn("bob")
	var ears []*ear
	for range maxOfOne {
		ears = append(ears, w.listen(c))
	}
	if e := w.listen(c); e.res.StatusCode != http.StatusServiceUnavailable || e.res.Header.Get("Retry-After") == "" {
		t.Errorf("one too many: %d", e.res.StatusCode)
	}
	if e := w.listen(other); e.res.StatusCode != 200 {
		t.Errorf("somebody else: %d", e.res.StatusCode)
	}
	ears[0].res.Body.Close()
	w.wantRooms(t, 2, maxOfOne)
	if e := w.listen(c); e.res.StatusCode != 200 {
		t.Errorf("after one has gone: %d", e.res.StatusCode)
	}
	if err := w.app.Close(); err != nil {
		t.Fatal(err)
	}
	w.wantRooms(t, 0, 0)
	if e := w.listen(c); e.res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("after Close: %d", e.res.StatusCode)
	}
}

// TestF025_PagesLearnOfTheirLogin: the tag that a page was drawn with, the stream's first word, a change of user data, a new id.
func TestF025_PagesLearnOfTheirLogin(t *testing.T) {
	w := newLiveWorld(t, session.Limits{}, nil)
	c := w.browser()
	if c.get("/login").has("body[data-live]") {
		t.Error("a guest's page names a login")
	}
	tag := func(p *page) string { return attr(cascadia.Query(p.doc, cascadia.MustCompile("body")), "data-live") }
	drawn := tag(c.logIn("ada"))
	if drawn == "" || strings.Contains(drawn, c.id()) || strings.Contains(drawn, c.session().Key) {
		t.Fatalf("tag %q", drawn)
	}
	e := w.listen(c)
	if s, err := e.next(); err != nil || s != (said{"hello", drawn}) {
		t.Fatalf("%v %v, want hello %s", s, err, drawn)
	}
	// Another tab changes user data.
	p := c.press(c.get("/profile"), "Update from the backend", nil)
	if s, err := e.next(); err != nil || s != (said{"user", tag(p)}) || tag(p) == drawn {
		t.Fatalf("%v %v, want user %s", s, err, tag(p))
	}
	// A renewal changes nothing that pages show, and is not told; a new id is.
	token := session.NewSecret("another")
	if _, err := w.sessions.Update(t.Context(), c.id(), session.Update{Token: &token}, session.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	moved, err := w.sessions.Update(t.Context(), c.id(), session.Update{}, session.UpdateOptions{Rotate: true})
	if err != nil {
		t.Fatal(err)
	}
	if rest, err := e.rest(); err != nil || len(rest) != 1 || rest[0] != (said{event: "user"}) {
		t.Fatalf("%v %v, want user without a tag", rest, err)
	}
	was := c.cookies[sessionName()]
	if rest, err := w.listen(c).rest(); err != nil || len(rest) != 1 || rest[0] != (said{event: "user"}) {
		t.Errorf("with the cookie before: %v %v", rest, err)
	}
	c.cookies[sessionName()] = strings.Replace(was, c.id(), moved.ID, 1)
	if s, err := w.listen(c).next(); err != nil || s.event != "hello" {
		t.Errorf("with the new cookie: %v %v", s, err)
	}
	guest := w.browser()
	if rest, err := w.listen(guest).rest(); err != nil || len(rest) != 1 || rest[0] != (said{"ended", string(gone)}) {
		t.Errorf("a guest: %v %v", rest, err)
	}
}

// TestF025_APageDrawnAnewByItselfKeepsItsState: the request that app.js sends for it is an event that names none.
func TestF025_APageDrawnAnewByItselfKeepsItsState(t *testing.T) {
	w := newWorld(t, map[string]string{"pages/note.yaml": "path: /note\ntitle: Note\naccess: loggedIn\nstate: {n: {type: int, default: 0}}\nbody:\n" +
		"  - textField: {id: note, label: Note}\n  - text: \"${user.firstName} at ${state.n}\"\n  - button: {text: Count, onTap: [{setState: {n: \"${state.n + 1}\"}}]}\n"})
	c := w.browser()
	c.script = true
	c.logIn("ada")
	p := c.press(c.get("/note"), "Count", nil)
	p.want(t, 200, "Ada at 1")
	if _, err := w.sessions.Update(t.Context(), c.id(), session.Update{MergeUser: []byte(`{"firstName":"Adele"}`)}, session.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	action, form := p.form(t, "Count", map[string]string{"note": "half a sent"})
	form.Del("_event")
	r := c.request("POST", action, form)
	r.Header.Set("X-Usher-Live", "1")
	again := c.roundTrip(r)
	again.want(t, 200, "Adele at 1")
	if v := attr(cascadia.Query(again.doc, cascadia.MustCompile("input[name=note]")), "value"); v != "half a sent" {
		t.Errorf("the note reads %q", v)
	}
	c.press(p, "Count", nil).want(t, 200, "Adele at 2") // the page before has not been used up by it
}

// TestF025_EachEndHasItsSentence reads the reasons from the source, so that a new one cannot be forgotten.
func TestF025_EachEndHasItsSentence(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "../session/session.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var reasons []session.Reason
	ast.Inspect(file, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if kind, ok := v.Type.(*ast.Ident); ok && kind.Name == "Reason" {
			text, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			reasons = append(reasons, session.Reason(text))
		}
		return true
	})
	if len(reasons) < 13 || !slices.Contains(reasons, session.LoggedOutAway) {
		t.Fatalf("reasons %v", reasons)
	}
	seen := map[string]session.Reason{}
	for _, r := range reasons {
		text, _ := project.Speak("en").Text("usher.ended."+string(r), nil)
		if told(r) != (text != "") {
			t.Errorf("%s: told %v, sentence %q", r, told(r), text)
		}
		if other, twice := seen[text]; twice && text != "" {
			t.Errorf("%s and %s read the same", r, other)
		}
		seen[text] = r
	}
}

// TestF025_TheReasonIsShownOnce: two tabs leave at once, one of them says why.
func TestF025_TheReasonIsShownOnce(t *testing.T) {
	w := newWorld(t, map[string]string{"app.yaml": withoutExpiryFlow(t)})
	c := w.browser()
	c.logIn("ada")
	if err := w.sessions.Kill(t.Context(), c.session().Key); err != nil {
		t.Fatal(err)
	}
	first, second := c.get("/profile"), c.get("/home")
	first.want(t, 200, "You were logged out from another place")
	second.want(t, 200)
	if second.url != "/login" || strings.Contains(second.text(), "logged out") {
		t.Errorf("the second tab is at %s: %s", second.url, second.text())
	}
}

// withoutExpiryFlow is the tutorial's app.yaml without its own word for an end.
func withoutExpiryFlow(t *testing.T) string {
	t.Helper()
	text := string(tourist(t, nil).Bytes("app.yaml"))
	before, rest, found := strings.Cut(text, "\nonSessionExpired:")
	if !found {
		t.Fatal("app.yaml has no onSessionExpired")
	}
	for line := range strings.SplitAfterSeq(rest, "\n") {
		if rest = rest[len(line):]; !strings.HasPrefix(rest, " ") {
			break
		}
	}
	return before + "\n" + rest
}

// TestA15_ALogOutLeavesNothingToGoBackTo: no page may be stored, and the log-out empties what was.
func TestA15_ALogOutLeavesNothingToGoBackTo(t *testing.T) {
	for _, script := range []bool{false, true} {
		w := newWorld(t, nil)
		c := w.browser()
		c.script = script
		c.logIn("ada")
		old := c.cookies[sessionName()]
		pages := []string{"/home", "/profile", "/posts/1"}
		for _, path := range pages {
			if p := c.get(path); p.Header.Get("Cache-Control") != "no-store" || !strings.Contains(p.Header.Get("Vary"), "Cookie") {
				t.Errorf("%s: %v", path, p.Header)
			}
		}
		out := c.pressOnce(c.get("/profile"), "Log out", nil)
		if out.Header.Get("Clear-Site-Data") != `"cache"` || out.Header.Get("Cache-Control") != "no-store" || c.cookies[sessionName()] != "" {
			t.Errorf("the log-out: %v", out.Header)
		}
		c.follow(out)
		for _, cookie := range []string{"", old} { // Back, and Back in a browser that kept the cookie
			if cookie != "" {
				c.cookies[sessionName()] = cookie
			}
			for _, path := range pages {
				if p := c.get(path); p.url != "/login" || strings.Contains(p.text(), "Ada") || strings.Contains(p.text(), "Story of") {
					t.Errorf("back at %s: %s", path, p.url)
				}
			}
		}
	}
}

// pipe is a ResponseWriter of a browser that listens until it goes.
type pipe struct {
	header http.Header
	status atomic.Int32
	mu     sync.Mutex
	text   strings.Builder
}

func (p *pipe) Header() http.Header                { return p.header }
func (p *pipe) WriteHeader(status int)             { p.status.Store(int32(status)) }
func (p *pipe) Flush()                             {}
func (p *pipe) SetWriteDeadline(_ time.Time) error { return nil }

func (p *pipe) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(b)
}

// stay is an app whose clock is the test's, with one login.
type stay struct {
	app     *App
	m       *session.Manager
	s       session.Session
	revoked atomic.Int32
}

func newStay(t *testing.T, persist bool) *stay {
	t.Helper()
	y := &stay{}
	p := load(t, tourist(t, nil))
	keys := session.NewKeys([32]byte{1, 2, 3})
	var err error
	y.m, err = session.New(session.Config{App: p.App.ID, Store: session.NewMemory(), Keys: keys, Revoke: func(context.Context, session.AuthData) error {
		y.revoked.Add(1)
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	calls, err := call.New(call.Config{Project: p, Env: map[string]string{"API_URL": "http://backend.invalid"}})
	if err != nil {
		t.Fatal(err)
	}
	public, _ := url.Parse(origin)
	if y.app, err = New(Config{Project: p, Sessions: y.m, Calls: calls, Keys: keys, URL: public}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = y.app.Close()
		closeManager(y.m)
		calls.Close()
	})
	y.s, err = y.m.LogIn(t.Context(), "", session.AuthData{Token: session.NewSecret("t"), UID: "7", User: []byte(`{"firstName":"Ada"}`)}, persist)
	if err != nil {
		t.Fatal(err)
	}
	return y
}

func (y *stay) request(ctx context.Context, path string) *http.Request {
	r := httptest.NewRequestWithContext(ctx, "GET", origin+path, nil)
	r.Host = strings.TrimPrefix(origin, "http://")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.AddCookie(&http.Cookie{Name: sessionName(), Value: strings.TrimPrefix(strings.SplitN(y.app.cookies.session.Write(y.s.ID, 0), ";", 2)[0], sessionName()+"=")})
	return r
}

// open opens a stream; the returned function is the browser being closed.
func (y *stay) open(t *testing.T) func() {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	p := &pipe{header: http.Header{}}
	done := make(chan struct{})
	go func() { y.app.ServeHTTP(p, y.request(ctx, "/_usher/live")); close(done) }()
	synctest.Wait()
	if p.status.Load() != 200 {
		t.Fatalf("status %d", p.status.Load())
	}
	return func() { cancel(); <-done }
}

// state is why the login is over; "" while it lasts.
func (y *stay) state(t *testing.T) session.Reason {
	t.Helper()
	s, found, err := y.m.Current(t.Context(), y.s.ID)
	if err != nil || !found {
		t.Fatalf("%v %v", found, err)
	}
	return s.Ended
}

// TestC6_PersistOffEndsWhenTheBrowserIsClosed runs on the test's clock: the limits are the real ones, 5 minutes of presence and 30 of
// idleness.
func TestC6_PersistOffEndsWhenTheBrowserIsClosed(t *testing.T) {
	t.Run("a stream keeps it, its end starts the clock", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			y := newStay(t, false)
			closed := y.open(t)
			time.Sleep(20 * time.Minute)
			if why := y.state(t); why != "" {
				t.Fatalf("ended by %s while the browser was open", why)
			}
			closed()
			time.Sleep(4 * time.Minute)
			if why := y.state(t); why != "" {
				t.Fatalf("ended by %s before the window was over", why)
			}
			time.Sleep(90 * time.Second) // no request asks: the sweeper ends it
			synctest.Wait()
			if n := y.revoked.Load(); n != 1 {
				t.Errorf("the backend was told %d times", n)
			}
			if why := y.state(t); why != session.TimeoutAway {
				t.Errorf("ended by %q, want %s", why, session.TimeoutAway)
			}
		})
	})
	t.Run("a reload or another tab within the window goes on", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			y := newStay(t, false)
			y.open(t)()
			time.Sleep(4 * time.Minute)
			defer y.open(t)()
			time.Sleep(10 * time.Minute)
			if why := y.state(t); why != "" {
				t.Errorf("ended by %s", why)
			}
		})
	})
	t.Run("requests count where streams do not get through", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			y := newStay(t, false)
			y.open(t)()
			for range 10 {
				time.Sleep(3 * time.Minute)
				if _, err := y.m.Touch(t.Context(), y.s.ID); err != nil {
					t.Fatal(err)
				}
			}
			if why := y.state(t); why != "" {
				t.Errorf("ended by %s", why)
			}
		})
	})
	t.Run("without script idleness alone counts", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			y := newStay(t, false)
			time.Sleep(25 * time.Minute)
			if why := y.state(t); why != "" {
				t.Errorf("ended by %s", why)
			}
			time.Sleep(10 * time.Minute)
			if why := y.state(t); why != session.TimeoutIdle {
				t.Errorf("ended by %q, want %s", why, session.TimeoutIdle)
			}
		})
	})
	t.Run("with persist on a closed browser ends nothing", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			y := newStay(t, true)
			y.open(t)()
			time.Sleep(30 * 24 * time.Hour)
			if why := y.state(t); why != "" {
				t.Errorf("ended by %s", why)
			}
		})
	})
}

// TestC7_WhatPagesDoByThemselvesIsNoAction: neither a stream nor a page drawn anew by app.js puts the idle limit off.
func TestC7_WhatPagesDoByThemselvesIsNoAction(t *testing.T) {
	for name, live := range map[string]bool{"drawn anew by itself": true, "opened by somebody": false} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				y := newStay(t, false)
				defer y.open(t)()
				for range 4 {
					time.Sleep(10 * time.Minute)
					r := y.request(t.Context(), "/profile")
					r.Header.Set("X-Usher", "1")
					if live {
						r.Header.Set("X-Usher-Live", "1")
					}
					rec := httptest.NewRecorder()
					y.app.ServeHTTP(rec, r)
				}
				want := session.Reason("")
				if live {
					want = session.TimeoutIdle
				}
				if s, found, err := y.m.Current(t.Context(), y.s.ID); err != nil || found && s.Ended != want || !found && !live {
					t.Errorf("ended by %q (found %v, %v), want %q", s.Ended, found, err, want)
				}
			})
		})
	}
}
