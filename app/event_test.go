package app

import (
	"context"
	"encoding/base64"
	"fmt"
	"math/rand"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
)

// TestF14_MutatedEvents posts events of other pages, other people, other drawings and made-up ones: none acts. 100,000 of them with USHER_LONG=1.
func TestF14_MutatedEvents(t *testing.T) {
	w := newWorld(t, extra)
	c := w.browser()
	c.logIn("ada")
	home, profile, counter := c.get("/home"), c.get("/profile"), c.get("/counter")
	_, hf := home.form(t, "Log out", nil)
	_, pf := profile.form(t, "Update from the backend", nil)
	_, cf := counter.form(t, "Add", nil)
	_, cf2 := c.get("/counter").form(t, "Add", nil)
	guest := w.browser()
	_, gf := guest.get("/counter").form(t, "Add", nil)
	pages := map[string]url.Values{"/home": hf, "/profile": pf, "/counter": cf}
	rng := rand.New(rand.NewSource(1))
	var events, states []string
	for _, f := range []url.Values{hf, pf, cf, cf2, gf} {
		events, states = append(events, f.Get("_event")), append(states, f.Get("_state"))
	}
	events = append(events, "", "x", "logOut", "/pages/home/body", `{"t":"x"}`, base64.RawURLEncoding.EncodeToString([]byte(`{"t":"x"}`)), states[0], strings.Repeat("A", 5000))
	states = append(states, "", "x", events[0])
	for _, mixed := range []url.Values{{"_event": cf["_event"], "_state": cf2["_state"]}, {"_event": cf2["_event"], "_state": cf["_state"]}} {
		c.roundTrip(c.request("POST", "/counter", mixed)).want(t, 409, "Count 0")
	}
	for i := range volume(1200, 100_000) {
		path := []string{"/home", "/profile", "/counter", "/login", "/posts/1"}[rng.Intn(5)]
		ev, st := events[rng.Intn(len(events))], states[rng.Intn(len(states))]
		if i%3 == 0 {
			ev = mutate(rng, ev)
		} else if i%3 == 1 {
			st = mutate(rng, st)
		}
		own := pages[path]
		if own != nil && ev == own.Get("_event") && st == own.Get("_state") || path == "/counter" && ev == cf2.Get("_event") && st == cf2.Get("_state") {
			continue // the one combination that is offered
		}
		p := c.roundTrip(c.request("POST", path, url.Values{"_event": {ev}, "_state": {st}}))
		if p.StatusCode == 500 || strings.Contains(p.text(), "Count 1") || c.cookies[sessionName()] == "" || w.backend.count("GET /auth/me") != 0 {
			t.Fatalf("event %.40q state %.40q on %s acted: %d\n%s", ev, st, path, p.StatusCode, p.text())
		}
	}
	c.press(profile, "Update from the backend", nil).want(t, 200, "Your profile is up to date.") // the guard can fail
}

func mutate(rng *rand.Rand, s string) string {
	b := []byte(s)
	if len(b) == 0 {
		return "A"
	}
	switch i := rng.Intn(len(b)); rng.Intn(4) {
	case 0:
		b[i] ^= byte(1 << rng.Intn(7))
	case 1:
		b = b[:i]
	case 2:
		b = append(b[:i:i], append([]byte("A"), b[i:]...)...)
	default:
		b = append(b, '=')
	}
	return string(b)
}

func TestF14_HiddenWidget(t *testing.T) {
	w := newWorld(t, map[string]string{"pages/peek.yaml": `
path: /peek
title: Peek
access: any
body:
  - button: {text: Secret door, visible: "${auth.loggedIn}", onTap: [{snackBar: Opened}]}
  - button: {text: Front door, onTap: [{snackBar: Hello}]}
`})
	in, out := w.browser(), w.browser()
	in.logIn("ada")
	_, f := in.get("/peek").form(t, "Secret door", nil)
	p := out.get("/peek")
	if p.button("Secret door") != nil {
		t.Fatal("it is drawn")
	}
	_, own := p.form(t, "Front door", nil)
	own.Set("_event", f.Get("_event"))
	if p := out.roundTrip(out.request("POST", "/peek", own)); p.StatusCode != 409 || strings.Contains(p.text(), "Opened") {
		t.Errorf("%d %s", p.StatusCode, p.text())
	}
}

// TestDoubleSubmitActsOnce sends the same event twice: at once, and again later.
func TestDoubleSubmitActsOnce(t *testing.T) {
	w := newWorld(t, nil)
	for _, loggedIn := range []bool{false, true} {
		t.Run(fmt.Sprint("logged in ", loggedIn), func(t *testing.T) {
			c := w.browser()
			path, button, call, fields := "/login", "Sign in", "POST /auth/login", map[string]string{"username": "ada", "password": "good-password"}
			if loggedIn {
				c.logIn("ada")
				path, button, call, fields = "/profile", "Update from the backend", "GET /auth/me", nil
			}
			before := w.backend.count(call)
			var jars [2][]string
			action, form := c.get(path).form(t, button, fields)
			var both sync.WaitGroup
			for i := range jars {
				twin := &client{w: w, cookies: map[string]string{}, origin: c.origin, host: c.host}
				for k, v := range c.cookies {
					twin.cookies[k] = v
				}
				both.Go(func() {
					twin.roundTrip(twin.request("POST", action, form))
					jars[i] = twin.set
				})
			}
			both.Wait()
			c.roundTrip(c.request("POST", action, form)).want(t, 200)
			if n := w.backend.count(call) - before; n != 1 {
				t.Errorf("the backend was called %d times", n)
			}
		})
	}
}

func TestTwinsShareTheAnswer(t *testing.T) {
	w := newWorld(t, nil)
	arrived, release := make(chan struct{}), make(chan struct{})
	w.backend.on("POST /auth/login", func(rw http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-release
		w.backend.logIn(rw, map[string]any{"username": "ada", "password": "good-password"})
	})
	c := w.browser()
	action, form := c.get("/login").form(t, "Sign in", map[string]string{"username": "ada", "password": "good-password"})
	ctx, cancel := context.WithCancel(t.Context())
	first := make(chan struct{})
	go func() {
		defer close(first)
		x := &client{w: w, cookies: c.cookies, origin: c.origin, host: c.host}
		r := x.request("POST", action, form)
		x.cookies = map[string]string{}
		x.roundTrip(r.WithContext(ctx))
	}()
	<-arrived
	cancel() // the browser drops the first answer of a double click
	second := make(chan *page)
	d := &client{w: w, cookies: map[string]string{}, origin: c.origin, host: c.host}
	r := c.request("POST", action, form)
	go func() { second <- d.roundTrip(r) }()
	for w.app.twins.waiting() == 0 {
		if t.Context().Err() != nil {
			t.Fatal("the second never waited")
		}
	}
	close(release)
	p := <-second
	<-first
	if p.StatusCode != 303 || d.cookies[sessionName()] == "" {
		t.Errorf("the second click got %d and %v", p.StatusCode, d.cookies)
	}
}

func TestStateAcrossEvents(t *testing.T) {
	w := newWorld(t, extra)
	c := w.browser()
	p := c.get("/counter")
	for i := 1; i <= 3; i++ {
		p = c.press(p, "Add", map[string]string{"note": "typed text", "secretword": "hidden-word"})
		p.want(t, 200, fmt.Sprint("Count ", i))
		if !p.has(`input[name=note][value="typed text"]`) {
			t.Error("what was typed is gone")
		}
		if strings.Contains(p.body, "hidden-word") {
			t.Error("the password is echoed")
		}
	}
	p = c.press(p, "Fill", map[string]string{"note": "typed text"})
	if !p.has(`input[name=note][value="filled in"]`) || p.Header.Get("X-Usher-Set") != "note" {
		t.Errorf("not filled in: %s", p.Header.Get("X-Usher-Set"))
	}
}

func TestStateTooLarge(t *testing.T) {
	w := newWorld(t, extra)
	c := w.browser()
	p := c.get("/counter")
	for range 20 {
		if p = c.press(p, "Swell", nil); p.StatusCode != 200 {
			break
		}
	}
	p.want(t, 500, "Something went wrong")
	if !strings.Contains(w.log.String(), "variable big alone holds") {
		t.Error("the log does not name the variable")
	}
}

// TestForgedAndOldState: state that is not ours, not of this session or not of this revision is never acted on; what was typed stays.
func TestForgedAndOldState(t *testing.T) {
	w := newWorld(t, extra)
	c := w.browser()
	action, form := c.get("/counter").form(t, "Add", map[string]string{"note": "kept", "secretword": "hidden-word"})
	post := func(change func(url.Values)) *page {
		f := url.Values{}
		for k, v := range form {
			f[k] = slices.Clone(v)
		}
		change(f)
		return c.roundTrip(c.request("POST", action, f))
	}
	check := func(what string, p *page, sentence string) {
		t.Helper()
		p.want(t, 409, sentence, "Count 0")
		if !p.has(`input[name=note][value=kept]`) || strings.Contains(p.body, "hidden-word") {
			t.Errorf("%s: typed text kept %t", what, p.has(`input[name=note][value=kept]`))
		}
	}
	check("forged", post(func(f url.Values) { f.Set("_state", "AAAA") }), "could not be used any more")
	check("none", post(func(f url.Values) { f.Del("_state") }), "could not be used any more")
	if p := post(func(f url.Values) { f.Add("_state", "x") }); p.StatusCode != 400 {
		t.Errorf("two states: %d", p.StatusCode)
	}
	saved := c.cookies
	c.cookies = map[string]string{}
	check("no cookie", post(func(url.Values) {}), "does not send our cookie back")
	c.cookies = saved
	// A new revision.
	files := map[string]string{"pages/more.yaml": "path: /more\ntitle: More\naccess: any\nbody:\n  - text: More\n"}
	for k, v := range extra {
		files[k] = v
	}
	next := load(t, tourist(t, files))
	if err := w.app.Swap(next, w.newCalls(next)); err != nil {
		t.Fatal(err)
	}
	check("old revision", post(func(url.Values) {}), "has been updated")
	c.get("/more").want(t, 200, "More")
	c.press(c.get("/counter"), "Add", nil).want(t, 200, "Count 1")
}

func TestSwapRefuses(t *testing.T) {
	w := newWorld(t, nil)
	other := *w.cfg.Project
	other.App.ID = "other"
	if err := w.app.Swap(&other, w.calls); err == nil {
		t.Error("another app took the place of this one")
	}
	if err := w.app.Swap(nil, nil); err == nil {
		t.Error("nothing took the place of the app")
	}
	if w.app.Revision() != w.cfg.Project.Revision {
		t.Error("the old revision is gone")
	}
}

func TestValidationAndFieldErrors(t *testing.T) {
	w := newWorld(t, nil)
	c := w.browser()
	p := c.press(c.get("/login"), "Sign in", map[string]string{"username": "ada"})
	p.want(t, 422, "Password is required.")
	if !p.has(`input[name=username][value=ada]`) || !p.has(`input[name=password][aria-invalid=true]`) || w.backend.count("POST /auth/login") != 0 {
		t.Errorf("not as expected: %s", p.text())
	}
	p = c.press(p, "Sign in", map[string]string{"username": "ada", "password": "good-password"})
	if p.url != "/home" {
		t.Errorf("at %s", p.url)
	}
}

func TestTabsKeepWhatWasTyped(t *testing.T) {
	w := newWorld(t, nil)
	c := w.browser()
	c.script = true
	p := c.get("/login")
	tab := func(p *page, name string, typed map[string]string) *page {
		action, form := p.form(t, name, typed)
		return c.roundTrip(c.request("POST", action, form))
	}
	p = tab(p, "Sign Up", map[string]string{"username": "half typed"})
	p.want(t, 200, "Create account")
	p = tab(p, "Sign In", nil)
	if !p.has(`input[name=username][value="half typed"]`) {
		t.Error("what was typed in the other tab is gone")
	}
	for _, v := range []string{"-1", "99999999999", "x", ""} {
		_, form := p.form(t, "Sign Up", nil)
		for k := range form {
			if strings.HasPrefix(k, "_tab.") {
				form.Set(k, v)
			}
		}
		c.roundTrip(c.request("POST", "/login", form)).want(t, 200)
	}
}

func TestQueriesAreRemembered(t *testing.T) {
	w := newWorld(t, map[string]string{
		"pages/feed.yaml": `
path: /feed
title: Feed
access: loggedIn
state: {n: {type: int, default: 0}}
queries:
  posts: {call: trail.posts}
body:
  - text: "N ${state.n}: ${queries.posts.body.posts[0].title}"
  - button: {text: More, onTap: [{setState: {n: "${state.n + 1}"}}]}
  - button: {text: Reload, onTap: [{refresh: posts}]}
  - button: {text: Write, onTap: [{call: auth.logOut, with: {refreshToken: x}}]}
`})
	c := w.browser()
	c.logIn("ada")
	calls := func() int { return w.backend.count("GET /posts") }
	start := calls()
	p := c.get("/feed")
	p.want(t, 200, "N 0: Story of ada")
	p = c.press(p, "More", nil)
	p = c.press(p, "More", nil)
	p.want(t, 200, "N 2: Story of ada")
	if n := calls() - start; n != 1 {
		t.Errorf("asked %d times in one visit", n)
	}
	p = c.press(p, "Reload", nil)
	if n := calls() - start; n != 2 {
		t.Errorf("a refresh asked %d times in all", n)
	}
	c.press(p, "Write", nil)
	if n := calls() - start; n != 3 {
		t.Errorf("after a change asked %d times in all", n)
	}
	c.get("/feed")
	if n := calls() - start; n != 4 {
		t.Errorf("a new visit asked %d times in all", n)
	}
	if w.app.memory.used.Len() == 0 {
		t.Error("nothing is remembered")
	}
	c.press(c.get("/profile"), "Log out", nil)
	if w.app.memory.used.Len() != 0 {
		t.Error("a log-out leaves results behind")
	}
}

func TestAppState(t *testing.T) {
	tree := tourist(t, nil)
	files := map[string]string{
		"app.yaml": string(tree.Bytes("app.yaml")) + "\nstate:\n  seen: {type: int, default: 0}\n  theme: {type: text, default: light, keep: true}\n",
		"pages/box.yaml": `
path: /box
title: Box
access: any
body:
  - text: "Seen ${app.seen} theme ${app.theme}"
  - button: {text: See, onTap: [{setAppState: {seen: "${app.seen + 1}", theme: dark}}]}
  - button: {text: Go, onTap: [{setAppState: {seen: "${app.seen + 1}"}}, {navigate: box}]}
  - button: {text: Leave, onTap: [{logOut: {navigate: false}}]}
`}
	w := newWorld(t, files)
	c := w.browser()
	p := c.press(c.get("/box"), "See", nil)
	p.want(t, 200, "Seen 1 theme dark")
	c.press(p, "Go", nil).want(t, 200, "Seen 2 theme dark")
	c.get("/box").want(t, 200, "Seen 2 theme dark") // a guest's, by a plain link
	c.logIn("ada")
	p = c.get("/box")
	p.want(t, 200, "theme dark")
	p = c.press(p, "See", nil)
	seen := p.text()
	if q := c.get("/box"); q.text() != strings.ReplaceAll(seen, "  ", " ") {
		t.Errorf("%q then %q", seen, q.text())
	}
	p = c.press(c.get("/box"), "Leave", nil)
	p.want(t, 200, "Seen 0 theme dark")
	if c.cookies[sessionName()] != "" {
		t.Error("still logged in")
	}
	c.get("/box").want(t, 200, "Seen 0 theme dark")
}

// waiting returns how many events have a twin under way.
func (t *twins) waiting() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := 0
	for _, w := range t.all {
		n += w.more
	}
	return n
}
