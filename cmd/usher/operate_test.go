package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	goruntime "runtime"
	"strings"
	"testing"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/session/sqlstore"
)

// openTourist opens the tutorial's app over a backend that is not there, with counters.
func openTourist(t *testing.T, m *metrics) *runtime {
	t.Helper()
	f, err := openFolder(filepath.Join(repoExamples(t), "touristtrail"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	tree, err := f.Tree()
	if err != nil {
		t.Fatal(err)
	}
	log := &lockedLog{}
	con := &console{Out: log, Err: log, Log: newLogger(log, "warn", "text")}
	p, err := loadProject(con, tree)
	if err != nil {
		t.Fatal(err)
	}
	where, err := serveCmd{Listen: "127.0.0.1:7070"}.address(p.App.ID)
	if err != nil {
		t.Fatal(err)
	}
	rt, err := openRuntime(t.Context(), con, runtimeConfig{
		project: p, assets: f.FS(), env: map[string]string{"API_URL": "http://127.0.0.1:1"}, store: "memory",
		keyFile: filepath.Join(t.TempDir(), "usher.key"), address: where, metrics: m,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := rt.Close(); err != nil {
			t.Error(err)
		}
	})
	return rt
}

func seriesOf(t *testing.T, m *metrics) (n int, text string) {
	t.Helper()
	w := httptest.NewRecorder()
	m.handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	for _, line := range strings.Split(w.Body.String(), "\n") {
		if line != "" && !strings.HasPrefix(line, "#") {
			n++
		}
	}
	return n, w.Body.String()
}

// TestH5_SeriesAreBounded: ten thousand people and ten thousand addresses make no more series than a few.
func TestH5_SeriesAreBounded(t *testing.T) {
	m := newMetrics()
	rt := openTourist(t, m)
	for i := range 10_000 {
		r := httptest.NewRequest(http.MethodGet, fmt.Sprintf("http://touristtrail.localhost:7070/_usher/files/made-up/%d?q=%d", i, i), nil)
		if i%20 == 0 { // drawing whole pages takes longer, and is the same to the counters
			r = httptest.NewRequest(http.MethodGet, fmt.Sprintf("http://touristtrail.localhost:7070/made-up/%d", i), nil)
		}
		rt.app.ServeHTTP(httptest.NewRecorder(), r)
		hash := fmt.Sprintf("%012x", i)
		for _, kind := range []session.EventKind{session.EventLogIn, session.EventRenewed, session.EventEnd} {
			m.session(session.Event{Kind: kind, Hash: hash, UID: fmt.Sprint(i), Reason: session.Revoked, Detail: hash})
		}
		m.call(call.Event{Call: "posts.list", URL: "http://127.0.0.1:1/" + hash, Status: 200 + i%300})
	}
	n, text := seriesOf(t, m)
	if n > 500 {
		t.Errorf("%d series:\n%s", n, text)
	}
	for _, want := range []string{`usher_logins_total 10000`, `usher_session_ends_total{reason="revoked"} 10000`, `usher_refreshes_total{outcome="success"} 10000`,
		`usher_request_seconds_count{route="/_usher/files/"} 9500`, `usher_calls_total{call="posts.list",status="4xx"}`, `usher_flights 0`, `usher_waiters 0`} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in:\n%s", want, text)
		}
	}
	if strings.Contains(text, "made-up") || strings.Contains(text, "00000000270f") {
		t.Error("an address or a session made a series")
	}
}

// TestH5_GuardCanFail: a label with a value of its own for each person is seen.
func TestH5_GuardCanFail(t *testing.T) {
	m := newMetrics()
	for i := range 600 {
		m.call(call.Event{Call: fmt.Sprint("user.", i), Status: 200})
	}
	if n, _ := seriesOf(t, m); n <= 500 {
		t.Errorf("%d series", n)
	}
}

// TestH6_OperatorsAddressIsApart: what is for operators is not on the app's address, health tells no version, and the private address
// opens to others only when that is said.
func TestH6_OperatorsAddressIsApart(t *testing.T) {
	public, private, pprofless := free(t), free(t), free(t)
	tourist := filepath.Join(repoExamples(t), "touristtrail")
	begin(t, "serve", tourist, "--listen", public, "--data", t.TempDir(), "--store", "memory", "--metrics", private, "--pprof")
	begin(t, "serve", tourist, "--listen", free(t), "--data", t.TempDir(), "--store", "memory", "--metrics", pprofless)
	_, port, _ := net.SplitHostPort(public)
	if got := answers(t, public, public, "/healthz"); !strings.HasPrefix(got, "200 OK\n\nok\n") || len(got) != len("200 OK\n\nok\n") {
		t.Errorf("public health says more than it must: %q", got)
	}
	for _, path := range []string{"/metrics", "/readyz", "/debug/pprof/", "/debug/pprof/heap", "/debug/vars", "/debug", "/_usher/metrics", "/_metrics", "/version", "/status"} {
		for _, host := range []string{"touristtrail.localhost:" + port, public} {
			if got := answers(t, public, host, path); strings.HasPrefix(got, "200") {
				t.Errorf("the app answers %s as %s: %.80s", path, host, got)
			}
		}
	}
	for path, want := range map[string]string{"/healthz": "^200 OK\n\nok\n$", "/readyz": "^200 OK\n\nok\n$", "/metrics": "usher_logins_total 0", "/debug/pprof/goroutine?debug=1": "goroutine profile", "/debug/pprof/none": "^404", "/": "^404"} {
		if got := answers(t, private, private, path); !regexp.MustCompile(want).MatchString(got) {
			t.Errorf("private %s: %.200s", path, got)
		}
	}
	if got := answers(t, private, "rebound.example.com:9090", "/metrics"); !strings.HasPrefix(got, "421") {
		t.Errorf("a stranger's name reaches the metrics: %.80s", got)
	}
	if got := answers(t, pprofless, pprofless, "/debug/pprof/heap"); !strings.HasPrefix(got, "404") {
		t.Errorf("profiles without --pprof: %.80s", got)
	}
}

// TestH6_APublicScanFindsNothing asks the app's address for what such servers often leave open, by each name and method: nothing is
// answered but pages of the app, and no answer names a version or a program.
func TestH6_APublicScanFindsNothing(t *testing.T) {
	public := free(t)
	begin(t, "serve", filepath.Join(repoExamples(t), "touristtrail"), "--listen", public, "--data", t.TempDir(), "--store", "memory", "--metrics", free(t), "--pprof")
	_, port, _ := net.SplitHostPort(public)
	answers(t, public, public, "/healthz")
	scanned := 0
	for _, dir := range []string{"", "/_usher", "/debug", "/debug/pprof", "/admin", "/api", "/internal", "/-", "/.well-known", "/studio", "/_studio"} {
		for _, name := range []string{"", "/", "/metrics", "/readyz", "/livez", "/health", "/status", "/version", "/vars", "/requests", "/events", "/pprof", "/pprof/", "/cmdline", "/profile?seconds=1", "/heap",
			"/goroutine?debug=2", "/symbol", "/trace", "/env", "/config", "/info", "/sessions", "/keys", "/keys/rotate", "/backup", "/sessions/end", "/.git/config", "/.env", "/usher.key", "/sessions.db", "/app.yaml"} {
			for _, host := range []string{"touristtrail.localhost:" + port, public, "studio.localhost:" + port} {
				for _, method := range []string{http.MethodGet, http.MethodPost} {
					path := dir + name
					if path == "" || dir == "" && (name == "/" || name == "/profile?seconds=1") { // the app's own pages
						continue
					}
					scanned++
					r, err := http.NewRequestWithContext(t.Context(), method, "http://"+public+path, nil)
					if err != nil {
						t.Fatal(err)
					}
					r.Host = host
					resp, err := http.DefaultTransport.RoundTrip(r)
					if err != nil {
						t.Fatal(err)
					}
					body, err := io.ReadAll(resp.Body)
					resp.Body.Close()
					if err != nil || resp.StatusCode < 300 || resp.StatusCode >= 500 {
						t.Errorf("%s %s as %s: %d, %v\n%.200s", method, path, host, resp.StatusCode, err, body)
					}
					if resp.Header.Get("Server") != "" || resp.Header.Get("X-Powered-By") != "" || strings.Contains(string(body), goruntime.Version()) {
						t.Errorf("%s as %s names a version: %v", path, host, resp.Header)
					}
				}
			}
		}
	}
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	t.Logf("%d requests, none answered", scanned)
}

// TestH6_ReadyAsksTheStore: a store that does not answer takes a node out of the row, and the cause stays inside.
func TestH6_ReadyAsksTheStore(t *testing.T) {
	store, err := sqlstore.Open(t.Context(), filepath.Join(t.TempDir(), "s.db"))
	if err != nil {
		t.Fatal(err)
	}
	rt := &runtime{store: store}
	h := privateFlags{Metrics: "127.0.0.1:9090"}.handler(newMetrics(), rt.ready)
	ask := func(path string) string {
		w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, path, nil)
		r.Host = "127.0.0.1:9090"
		h.ServeHTTP(w, r)
		return fmt.Sprint(w.Code, " ", w.Body)
	}
	if got := ask("/readyz"); got != "200 ok\n" {
		t.Errorf("open: %q", got)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	if got := ask("/readyz"); got != "503 the session store does not answer\n" {
		t.Errorf("closed: %q", got)
	}
	if got := ask("/healthz"); got != "200 ok\n" {
		t.Errorf("the process still lives: %q", got)
	}
}
