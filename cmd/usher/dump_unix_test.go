//go:build unix

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"github.com/usherdev/usher/internal/hostile"
)

// marked is a backend whose every token is marked. While it hangs, calls and refreshes stay where they are.
type marked struct {
	*httptest.Server
	mu      sync.Mutex
	secrets []string
	user    map[string]string // by refresh token
	n       int
	hangs   atomic.Bool
	hanging atomic.Int32
	refused atomic.Int32
	release chan struct{}
}

const password = "canary-password-5d1c"

func newMarked(t *testing.T) *marked {
	t.Helper()
	b := &marked{user: map[string]string{}, release: make(chan struct{})}
	b.Server = httptest.NewServer(b)
	t.Cleanup(func() { close(b.release); b.Close() })
	return b
}

// pair makes tokens whose age nothing tells.
func (b *marked) pair(user string) map[string]any {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.n++
	access, refresh := fmt.Sprintf("canary-access-%d-9b2e", b.n), fmt.Sprintf("canary-refresh-%d-7c44", b.n)
	b.secrets = append(b.secrets, access, refresh)
	b.user[refresh] = user
	return map[string]any{"id": b.n, "username": user, "firstName": "Ada", "accessToken": access, "refreshToken": refresh}
}

func (b *marked) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in map[string]string
	_ = json.NewDecoder(r.Body).Decode(&in) // not every request has one
	if b.hangs.Load() {
		b.hanging.Add(1)
		<-b.release
	}
	w.Header().Set("Content-Type", "application/json")
	var out any = map[string]any{"posts": []any{}, "total": 0}
	switch {
	case r.URL.Path == "/auth/login":
		out = b.pair(in["username"])
	case r.URL.Path == "/auth/refresh":
		b.mu.Lock()
		user := b.user[in["refreshToken"]]
		b.mu.Unlock()
		out = b.pair(user)
	case r.URL.Path == "/activity": // a backend that tells the token in its own error
		w.WriteHeader(http.StatusInternalServerError)
		out = map[string]any{"message": "cannot use " + r.Header.Get("Authorization")}
	case r.URL.Path == "/posts" && b.refused.Add(1) <= 8: // each person's token is called expired once
		w.WriteHeader(http.StatusUnauthorized)
		out = map[string]any{"message": "expired: " + r.Header.Get("Authorization")}
	}
	_ = json.NewEncoder(w).Encode(out)
}

// visitor is a browser without script at the child's address.
type visitor struct {
	t       *testing.T
	addr    string
	host    string
	cookies map[string]string
}

func (v *visitor) send(ctx context.Context, method, path string, form url.Values) (*http.Response, string, error) {
	r, err := http.NewRequestWithContext(ctx, method, "http://"+v.addr+path, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, "", err
	}
	r.Host = v.host
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "http://"+v.host)
	}
	for name, value := range v.cookies {
		r.Header.Add("Cookie", name+"="+value)
	}
	resp, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r)
	if err != nil {
		return nil, "", err
	}
	defer resp.Body.Close()
	for _, c := range resp.Cookies() {
		v.cookies[c.Name] = c.Value
	}
	body, err := io.ReadAll(resp.Body)
	return resp, string(body), err
}

// logIn fills the log-in page and presses its button. It returns the id of the session.
func (v *visitor) logIn(name string) string {
	v.t.Helper()
	_, page, err := v.send(v.t.Context(), http.MethodGet, "/login", nil)
	if err != nil {
		v.t.Fatal(err)
	}
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		v.t.Fatal(err)
	}
	form := url.Values{"username": {name}, "password": {password}}
	attr := func(n *html.Node, key string) string {
		for _, a := range n.Attr {
			if a.Key == key {
				return a.Val
			}
		}
		return ""
	}
	login := cascadia.Query(doc, cascadia.MustCompile("form:has(#w-username)"))
	for _, in := range cascadia.QueryAll(login, cascadia.MustCompile("input[type=hidden], button[type=submit][name]")) {
		form.Set(attr(in, "name"), attr(in, "value"))
	}
	resp, body, err := v.send(v.t.Context(), http.MethodPost, "/login", form)
	if err != nil || resp.StatusCode != http.StatusSeeOther {
		v.t.Fatalf("log-in: %v %v\n%.2000s", resp, err, body)
	}
	for name, value := range v.cookies {
		if strings.HasSuffix(name, "touristtrail") {
			return strings.TrimPrefix(value, "v1.")
		}
	}
	v.t.Fatal("no session's cookie")
	return ""
}

// hang has each visitor ask for pages and a stream while the backend answers nothing, until that is under way. The returned
// function gives up on the answers.
func (b *marked) hang(t *testing.T, all []*visitor) (stop func()) {
	t.Helper()
	b.hangs.Store(true)
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for _, v := range all {
		for _, path := range []string{"/home", "/posts/2", "/_usher/live"} {
			other := &visitor{t: t, addr: v.addr, host: v.host, cookies: map[string]string{}}
			for name, value := range v.cookies {
				other.cookies[name] = value
			}
			wg.Go(func() { _, _, _ = other.send(ctx, http.MethodGet, path, nil) }) // the server ends under it
		}
	}
	for deadline := time.Now().Add(20 * time.Second); b.hanging.Load() < 8; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Errorf("only %d calls hang", b.hanging.Load())
			break
		}
	}
	return func() {
		cancel()
		wg.Wait()
	}
}

// TestH1_A10_DumpUnderTraffic: the real command serves at the level debug while people log in, refreshes run and calls hang, then it
// is told to dump every goroutine (SIGQUIT). Neither its log, its metrics, the dump nor the files that it leaves hold a token, a password
// or a session's id.
func TestH1_A10_DumpUnderTraffic(t *testing.T) {
	b, data := newMarked(t), t.TempDir()
	addr, private := free(t), free(t)
	_, port, _ := net.SplitHostPort(addr)
	log := &lockedLog{}
	cmd := exec.CommandContext(t.Context(), "usher", "serve", filepath.Join(repoExamples(t), "touristtrail"), "--listen", addr, "--data", data, "--log-level", "debug", "--metrics", private) // TestMain puts it there
	cmd.Env = append(os.Environ(), "API_URL="+b.URL, "GOTRACEBACK=system")
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	answers(t, addr, addr, "/healthz")
	secrets := []string{password}
	var all []*visitor
	for i := range 8 {
		v := &visitor{t: t, addr: addr, host: "touristtrail.localhost:" + port, cookies: map[string]string{}}
		secrets = append(secrets, v.logIn(fmt.Sprint("ada", i)))
		all = append(all, v)
		for _, path := range []string{"/home", "/profile", "/posts/1", "/nowhere", "/login"} {
			if _, _, err := v.send(t.Context(), http.MethodGet, path, nil); err != nil {
				t.Error(err)
			}
		}
	}
	stop := b.hang(t, all)
	defer stop()
	artefacts := map[string][]byte{"metrics": []byte(answers(t, private, private, "/metrics"))}
	if err := cmd.Process.Signal(syscall.SIGQUIT); err != nil {
		t.Fatal(err)
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) {
		t.Errorf("it ended with %v", err)
	}
	stop()
	b.mu.Lock()
	secrets = append(secrets, b.secrets...)
	b.mu.Unlock()
	text := log.String()
	if strings.Count(text, "level=DEBUG") == 0 || strings.Count(text, "goroutine ") < 20 || !strings.Contains(text, "session.(*Manager)") {
		t.Fatalf("%d lines at debug, %d goroutines dumped:\n%.3000s", strings.Count(text, "level=DEBUG"), strings.Count(text, "goroutine "), text)
	}
	artefacts["log and dump"] = []byte(text)
	left, err := filepath.Glob(filepath.Join(data, "*"))
	if err != nil || len(left) < 3 {
		t.Fatal(left, err)
	}
	for _, name := range left {
		if b, err := os.ReadFile(name); err == nil { // the socket is no file
			artefacts[filepath.Base(name)] = b
		}
	}
	searched(t, artefacts, secrets)
	t.Logf("%d goroutines, %d secrets looked for, 0 found", strings.Count(text, "\ngoroutine "), len(secrets))
	if found := hostile.Find([]byte(text+secrets[len(secrets)-1]), secrets...); len(found) == 0 {
		t.Error("the search finds nothing at all")
	}
}

func searched(t *testing.T, artefacts map[string][]byte, secrets []string) {
	t.Helper()
	for name, b := range artefacts {
		if found := hostile.Find(b, secrets...); len(found) > 0 {
			t.Errorf("%s: %v", name, found)
		}
		t.Logf("%s: %d bytes searched", name, len(b))
	}
}
