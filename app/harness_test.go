package app

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
)

const origin = "http://touristtrail.localhost:7070"

// canary marks every token of the suite. Each response is searched for it in all the shapes that text takes on its way.
const canary = "CaNaRyToKeN7"

// backend is the app's backend: what the issuer answers, small, and scriptable.
type backend struct {
	*httptest.Server
	mu      sync.Mutex
	calls   map[string]int
	handle  map[string]http.HandlerFunc // by "METHOD path", wins
	valid   map[string]string           // access token → user
	refresh map[string]string
	n       int
	life    time.Duration
	role    string
}

func newBackend(t testing.TB) *backend {
	t.Helper()
	b := &backend{calls: map[string]int{}, handle: map[string]http.HandlerFunc{}, valid: map[string]string{}, refresh: map[string]string{}, life: time.Hour, role: "traveller"}
	b.Server = httptest.NewServer(b)
	t.Cleanup(b.Close)
	return b
}

func (b *backend) count(key string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.calls[key]
}

func (b *backend) on(key string, h http.HandlerFunc) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.handle[key] = h
}

func (b *backend) pair(user string) (string, string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.n++
	claims := fmt.Sprintf(`{"sub":%q,"exp":%d,"n":%d,"c":%q}`, user, time.Now().Add(b.life).Unix(), b.n, canary)
	access := "eyJhbGciOiJub25lIn0." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + "." + canary + "A" + strconv.Itoa(b.n) // gitleaks:allow, an unsigned token made up here
	refresh := canary + "R" + strconv.Itoa(b.n)
	b.valid[access], b.refresh[refresh] = user, user
	return access, refresh
}

func (b *backend) expireAll() {
	b.mu.Lock()
	defer b.mu.Unlock()
	clear(b.valid)
}

func (b *backend) revokeAll() {
	b.mu.Lock()
	defer b.mu.Unlock()
	clear(b.valid)
	clear(b.refresh)
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func (b *backend) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	key := r.Method + " " + r.URL.Path
	b.mu.Lock()
	b.calls[key]++
	h := b.handle[key]
	b.mu.Unlock()
	if h != nil {
		h(w, r)
		return
	}
	var in map[string]any
	if r.Body != nil {
		_ = json.NewDecoder(r.Body).Decode(&in)
	}
	switch key {
	case "POST /auth/login", "POST /auth/signup":
		b.logIn(w, in)
		return
	case "POST /auth/refresh":
		b.renew(w, in)
		return
	case "POST /auth/logout":
		reply(w, 200, map[string]any{})
		return
	}
	b.mu.Lock()
	user := b.valid[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
	b.mu.Unlock()
	if user == "" {
		reply(w, 401, map[string]any{"error": "invalid_token", "message": "The token has expired " + r.Header.Get("Authorization")})
		return
	}
	b.data(w, r, user)
}

func (b *backend) logIn(w http.ResponseWriter, in map[string]any) {
	user, _ := in["username"].(string)
	if in["password"] == "wrong-password" || in["password"] == nil {
		reply(w, 400, map[string]any{"error": "invalid_credentials", "message": "The name or the password is wrong."})
		return
	}
	access, refresh := b.pair(user)
	reply(w, 200, map[string]any{"id": 7, "username": user, "email": user + "@example.com", "firstName": strings.ToUpper(user[:1]) + user[1:], "lastName": "Walker",
		"image": "", "role": b.role, "accessToken": access, "refreshToken": refresh})
}

func (b *backend) renew(w http.ResponseWriter, in map[string]any) {
	old, _ := in["refreshToken"].(string)
	b.mu.Lock()
	user := b.refresh[old]
	delete(b.refresh, old)
	b.mu.Unlock()
	if user == "" {
		reply(w, 400, map[string]any{"error": "invalid_grant", "message": "The refresh token is not valid."})
		return
	}
	access, refresh := b.pair(user)
	reply(w, 200, map[string]any{"accessToken": access, "refreshToken": refresh})
}

func (b *backend) data(w http.ResponseWriter, r *http.Request, user string) {
	post := map[string]any{"id": 1, "title": "Story of " + user, "place": "Zermatt", "country": "CH", "body": "Up and *up*.", "tags": []string{}, "likes": 3, "author": "Ann", "readMinutes": 4, "image": ""}
	switch {
	case r.URL.Path == "/posts":
		reply(w, 200, map[string]any{"posts": []any{post}, "total": 1})
	case strings.HasPrefix(r.URL.Path, "/posts/"):
		post["id"] = 1
		post["title"] = "Story " + strings.TrimPrefix(r.URL.Path, "/posts/") + " of " + user
		reply(w, 200, post)
	case r.URL.Path == "/activity":
		reply(w, 200, map[string]any{"days": []any{map[string]any{"day": "mon", "label": "Mon", "distance": 4.5, "visits": 1}}, "totalDistance": 4.5, "totalVisits": 1})
	case r.URL.Path == "/auth/me":
		reply(w, 200, map[string]any{"id": 7, "username": user, "firstName": "Renamed", "lastName": "Walker", "role": b.role})
	default:
		reply(w, 404, map[string]any{"message": "not found", "asked": r.Header.Get("Authorization")})
	}
}

// world is an app on real parts: a session Manager over memory, a call Client, and a backend.
type world struct {
	t        testing.TB
	app      *App
	backend  *backend
	sessions *session.Manager
	calls    *call.Client
	log      *lockedBuffer
	cfg      Config
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// tourist reads the tutorial's app, with files changed or added.
func tourist(t testing.TB, changed map[string]string) *project.Tree {
	t.Helper()
	tree, err := project.LoadTree(os.DirFS("../examples/touristtrail"))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, name := range tree.Files() {
		files[name] = tree.Bytes(name)
	}
	for name, text := range changed {
		files[name] = []byte(text)
	}
	return project.NewTree(files)
}

func load(t testing.TB, tree *project.Tree) *project.Project {
	t.Helper()
	p, problems := tree.Project()
	if problems.Errors() {
		t.Fatalf("project: %v", problems)
	}
	return p
}

func newWorld(t testing.TB, changed map[string]string, with ...func(*Config)) *world {
	t.Helper()
	return newWorldOf(t, load(t, tourist(t, changed)), with...)
}

func newWorldOf(t testing.TB, p *project.Project, with ...func(*Config)) *world {
	t.Helper()
	w := &world{t: t, backend: newBackend(t), log: &lockedBuffer{}}
	w.calls = w.newCalls(p)
	keys := session.NewKeys([32]byte{1, 2, 3})
	var err error
	w.sessions, err = session.New(session.Config{
		App: p.App.ID, Store: session.NewMemory(), Keys: keys, Refresh: w.calls.Refresher(), Revoke: w.calls.Revoker(),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = w.sessions.Close(ctx)
	})
	public, _ := url.Parse(origin)
	w.cfg = Config{
		Project: p, Sessions: w.sessions, Calls: w.calls, Keys: keys, URL: public,
		Log: slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, f := range with {
		f(&w.cfg)
	}
	if w.app, err = New(w.cfg); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.searchText("the log", w.log.String()) })
	return w
}

func (w *world) newCalls(p *project.Project) *call.Client {
	w.t.Helper()
	c, err := call.New(call.Config{Project: p, Env: map[string]string{"API_URL": w.backend.URL}})
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// searchText fails when text holds a canary in any shape.
func (w *world) searchText(where, text string) {
	w.t.Helper()
	for _, form := range []string{canary, url.QueryEscape(canary), hex.EncodeToString([]byte(canary))} {
		if strings.Contains(text, form) {
			i := strings.Index(text, form)
			w.t.Errorf("%s holds a token: …%s", where, text[max(0, i-80):min(len(text), i+40)])
		}
	}
	for shift := range 3 { // base64 of it, at each offset within a group of three
		enc := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", shift) + canary))
		if inner := enc[4 : len(enc)-4]; strings.Contains(text, inner) {
			w.t.Errorf("%s holds a token in base64", where)
		}
	}
}

// client is a browser without script: it keeps cookies, sends what browsers send, and reads pages.
type client struct {
	w       *world
	cookies map[string]string
	origin  string
	host    string
	set     []string // every Set-Cookie line seen
	script  bool     // as app.js: X-Usher
	heads   func(http.Header)
}

func (w *world) browser() *client {
	return &client{w: w, cookies: map[string]string{}, origin: origin, host: strings.TrimPrefix(origin, "http://")}
}

// page is a response as a person sees it.
type page struct {
	*http.Response
	body string
	doc  *html.Node
	url  string
}

// RoundTrip sends one request to the app and searches the whole of its answer.
func (c *client) roundTrip(r *http.Request) *page {
	c.w.t.Helper()
	rec := httptest.NewRecorder()
	c.w.app.ServeHTTP(rec, r)
	res := rec.Result()
	body, _ := io.ReadAll(res.Body)
	if res.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			c.w.t.Fatal(err)
		}
		if body, err = io.ReadAll(z); err != nil {
			c.w.t.Fatal(err)
		}
	}
	if c.heads != nil {
		c.heads(res.Header)
	}
	var head bytes.Buffer
	_ = res.Header.Write(&head)
	c.w.searchText(r.Method+" "+r.URL.Path, head.String()+string(body))
	for _, line := range res.Header.Values("Set-Cookie") {
		c.set = append(c.set, line)
		pair, rest, _ := strings.Cut(line, ";")
		name, v, _ := strings.Cut(pair, "=")
		if strings.Contains(rest, "Max-Age=0") {
			delete(c.cookies, name)
		} else {
			c.cookies[name] = v
		}
	}
	doc, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		c.w.t.Fatal(err)
	}
	return &page{Response: res, body: string(body), doc: doc, url: r.URL.RequestURI()}
}

func (c *client) request(method, path string, form url.Values) *http.Request {
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r := httptest.NewRequest(method, c.origin+path, body)
	r.RequestURI = path
	r.Host = c.host
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Sec-Fetch-Mode", "navigate")
	r.Header.Set("Sec-Fetch-Dest", "document")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", c.origin)
	}
	if c.script {
		r.Header.Set("X-Usher", "1")
	}
	for name, v := range c.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: v})
	}
	return r
}

// get opens a path and follows redirects, as a browser does.
func (c *client) get(path string) *page {
	c.w.t.Helper()
	return c.follow(c.roundTrip(c.request("GET", path, nil)))
}

func (c *client) follow(p *page) *page {
	c.w.t.Helper()
	for range 10 {
		if p.StatusCode != http.StatusSeeOther {
			return p
		}
		r := c.request("GET", p.Header.Get("Location"), nil)
		r.Header.Set("Referer", c.origin+p.url)
		p = c.roundTrip(r)
	}
	c.w.t.Fatal("more than 10 redirects")
	return nil
}

// form returns what the form around (or belonging to) a button would send.
func (p *page) form(t testing.TB, button string, fields map[string]string) (string, url.Values) {
	t.Helper()
	b := p.button(button)
	if b == nil {
		t.Fatalf("no button %q on %s:\n%s", button, p.url, p.text())
	}
	f := p.formOf(b)
	if f == nil {
		t.Fatalf("button %q is in no form", button)
	}
	out := url.Values{}
	for _, in := range cascadia.QueryAll(p.doc, cascadia.MustCompile("input[name], textarea[name], select[name]")) {
		if p.formOf(in) != f || attr(in, "type") == "checkbox" {
			continue
		}
		out.Set(attr(in, "name"), attr(in, "value"))
	}
	for k, v := range fields {
		out.Set(k, v)
	}
	if n := attr(b, "name"); n != "" {
		out.Set(n, attr(b, "value"))
	}
	return attr(f, "action"), out
}

func (p *page) formOf(n *html.Node) *html.Node {
	if id := attr(n, "form"); id != "" {
		return cascadia.Query(p.doc, cascadia.MustCompile(`form[id="`+id+`"]`))
	}
	for ; n != nil; n = n.Parent {
		if n.Data == "form" {
			return n
		}
	}
	return nil
}

// button finds a button by its text or label.
func (p *page) button(text string) *html.Node {
	for _, b := range cascadia.QueryAll(p.doc, cascadia.MustCompile("button")) {
		if strings.TrimSpace(textOf(b)) == text || attr(b, "aria-label") == text {
			return b
		}
	}
	return nil
}

func (p *page) has(selector string) bool {
	return cascadia.Query(p.doc, cascadia.MustCompile(selector)) != nil
}

func (p *page) text() string { return strings.Join(strings.Fields(textOf(p.doc)), " ") }

func textOf(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.WriteString(textOf(c))
		b.WriteByte(' ')
	}
	return b.String()
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// press sends a button's form and follows where the answer leads.
func (c *client) press(p *page, button string, fields map[string]string) *page {
	c.w.t.Helper()
	return c.follow(c.pressOnce(p, button, fields))
}

func (c *client) pressOnce(p *page, button string, fields map[string]string) *page {
	c.w.t.Helper()
	action, form := p.form(c.w.t, button, fields)
	r := c.request("POST", action, form)
	r.Header.Set("Referer", c.origin+p.url)
	return c.roundTrip(r)
}

// logIn goes through the log-in page.
func (c *client) logIn(user string) *page {
	c.w.t.Helper()
	p := c.press(c.get("/login"), "Sign in", map[string]string{"username": user, "password": "good-password"})
	if c.cookies[sessionName()] == "" {
		c.w.t.Fatalf("not logged in: %d %s\n%s\n%s", p.StatusCode, p.url, p.text(), c.w.log.String())
	}
	return p
}

func sessionName() string { return session.SessionCookie("touristtrail", false).Name() }

func (p *page) want(t testing.TB, status int, texts ...string) {
	t.Helper()
	if p.StatusCode != status {
		t.Errorf("%s: status %d, want %d\n%s", p.url, p.StatusCode, status, p.text())
	}
	for _, s := range texts {
		if !strings.Contains(p.text(), s) {
			t.Errorf("%s: %q is not on the page:\n%s", p.url, s, p.text())
		}
	}
}
