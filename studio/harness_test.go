package studio

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/usherdev/usher/project"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	testURL = "http://studio.localhost:7070"
	appYAML = `# the app
usher: 1
name: Trail # shown to people
authentication:
  enabled: true
  entryPage: login # where it begins
  loggedInPage: home
  persistSessions: true # until log-out
  userDataType: User
`
	homeYAML = `# home
path: /home
title: Home
access: loggedIn

body:
  # the greeting
  - text: {text: "Welcome ${user.firstName}", style: headline} # big
  - divider # bare
  - column: # short form
      # first
      - text: Hello
      - text: World # second
  - tabBar:
      tabs:
        - label: One
          children: [divider]
  - list:
      data: ${["a", "b"]}
      item:
        - text: ${item}
`
)

func testFiles() map[string][]byte {
	return map[string][]byte{
		"app.yaml":         []byte(appYAML),
		"pages/home.yaml":  []byte(homeYAML),
		"pages/login.yaml": []byte("path: /login\ntitle: Log in\naccess: loggedOut\nbody:\n  - text: Log in\n"),
		"types/Place.yaml": []byte("fields:\n  city: text\n"),
		"types/User.yaml":  []byte("fields:\n  firstName: text\n  age: int\n  home: Place\n"),
	}
}

// memory is Files in memory; it refuses like the folder does.
type memory struct {
	mu   sync.Mutex
	tree *project.Tree
	fail error

	journeys map[string]string
}

func (m *memory) Tree() *project.Tree {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.tree
}

func (m *memory) Save(_ context.Context, base, next *project.Tree) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return m.fail
	}
	now, wrong := withoutJourneys(base)
	if now.Revision() != m.tree.Revision() {
		return errors.New("changed by somebody else")
	}
	for name, src := range wrong {
		if m.journeys[name] != src {
			return errors.New(name + " was changed by somebody else")
		}
	}
	tree, right := withoutJourneys(next)
	left := map[string]string{}
	for name, src := range m.journeys {
		if _, named := wrong[name]; !named {
			left[name] = src
		}
	}
	maps.Copy(left, right)
	m.tree, m.journeys = tree, left
	return nil
}

// withoutJourneys takes a tree and what of it is in tests/ apart, which the folder keeps beside the tree.
func withoutJourneys(t *project.Tree) (*project.Tree, map[string]string) {
	files, journeys := map[string][]byte{}, map[string]string{}
	for _, name := range t.Files() {
		if strings.HasPrefix(name, "tests/") {
			journeys[name] = string(t.Bytes(name))
			continue
		}
		files[name] = t.Bytes(name)
	}
	return project.NewTree(files), journeys
}

func (m *memory) Contents() (map[string][]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	files := map[string][]byte{}
	for _, name := range m.tree.Files() {
		files[name] = m.tree.Bytes(name)
	}
	return files, m.fail
}

func (m *memory) Fill(_ context.Context, files map[string][]byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return m.fail
	}
	if len(m.tree.Files()) > 0 {
		return errors.New("the folder is not empty")
	}
	m.tree = project.NewTree(files)
	return nil
}

// edit changes a file as an editor would.
func (m *memory) edit(t *testing.T, file, from, to string) {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	files := map[string][]byte{}
	for _, name := range m.tree.Files() {
		files[name] = m.tree.Bytes(name)
	}
	if !bytes.Contains(files[file], []byte(from)) {
		t.Fatalf("%s does not hold %q", file, from)
	}
	files[file] = bytes.Replace(files[file], []byte(from), []byte(to), 1)
	m.tree = project.NewTree(files)
}

type canvas struct {
	mu    sync.Mutex
	shown []string
	fail  error
}

func (c *canvas) Page(page string) string {
	return "http://preview.localhost:7070/page/" + page + "?key=nonce-of-this-launch"
}
func (c *canvas) Component(name string) string {
	return "http://preview.localhost:7070/component/" + name + "?key=nonce-of-this-launch"
}
func (c *canvas) Bars() string { return "http://preview.localhost:7070/bars?key=nonce-of-this-launch" }
func (c *canvas) Plan(_ *project.Tree, page string) (string, error) {
	return "http://preview.localhost:7070/plan/" + page + "?key=nonce-of-this-launch", nil
}
func (c *canvas) Origin() string { return "http://preview.localhost:7070" }
func (c *canvas) Show(t *project.Tree) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.shown = append(c.shown, t.Revision())
	return c.fail
}

type world struct {
	*Studio
	t      *testing.T
	files  *memory
	canvas *canvas
	log    *bytes.Buffer
	cookie string
}

// start makes a studio; nobody has opened it.
func start(t *testing.T, more ...func(*Config)) *world {
	t.Helper()
	w := &world{t: t, files: &memory{tree: project.NewTree(testFiles())}, canvas: &canvas{}, log: &bytes.Buffer{}}
	own, err := url.Parse(testURL)
	if err != nil {
		t.Fatal(err)
	}
	cfg := Config{Files: w.files, Preview: w.canvas, URL: own, AppURL: "http://trail.localhost:7070/", Sample: testSample, Log: slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	for _, change := range more {
		change(&cfg)
	}
	w.Studio, err = New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	return w
}

// opened makes a studio whose link was used; requests made by ask bear the cookie.
func opened(t *testing.T, more ...func(*Config)) *world {
	t.Helper()
	w := start(t, more...)
	link, err := url.Parse(w.LaunchURL())
	if err != nil {
		t.Fatal(err)
	}
	answer := w.send("GET", link.RequestURI(), nil, map[string]string{"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"})
	if answer.Code != http.StatusSeeOther {
		t.Fatalf("the link: %d %s", answer.Code, answer.Body)
	}
	w.cookie, _, _ = strings.Cut(answer.Header().Get("Set-Cookie"), ";")
	return w
}

// send sends a request to the studio's host with these headers and, if it was opened, the cookie.
func (w *world) send(method, path string, body io.Reader, headers map[string]string) *httptest.ResponseRecorder {
	w.t.Helper()
	r := httptest.NewRequest(method, testURL+path, body)
	if w.cookie != "" {
		r.Header.Set("Cookie", w.cookie)
	}
	for k, v := range headers {
		if v == "" {
			r.Header.Del(k)
			continue
		}
		r.Header.Set(k, v)
	}
	if h := headers["Host"]; h != "" {
		r.Host = h
	}
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, r)
	return rec
}

var ours = map[string]string{"Sec-Fetch-Site": "same-origin", "X-Usher": "1", "Content-Type": "application/json"}

// ask sends what the studio's own page would.
func (w *world) ask(method, path string, in any) *httptest.ResponseRecorder {
	w.t.Helper()
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			w.t.Fatal(err)
		}
		body = bytes.NewReader(b)
	}
	return w.send(method, path, body, ours)
}

func decode[T any](t *testing.T, answer *httptest.ResponseRecorder) T {
	t.Helper()
	var out T
	if answer.Code != http.StatusOK {
		t.Fatalf("%d %s", answer.Code, answer.Body)
	}
	if err := json.Unmarshal(answer.Body.Bytes(), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// edit sends edits for the current revision.
func (w *world) edit(edits ...WireEdit) *httptest.ResponseRecorder {
	w.t.Helper()
	return w.ask("POST", "/api/edit", EditRequest{Revision: w.files.Tree().Revision(), Edits: edits, Label: "a change"})
}

func (w *world) text(file string) string { return string(w.files.Tree().Bytes(file)) }
