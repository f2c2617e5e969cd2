package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/usherdev/usher/project"
)

// bench is a workbench over files, and how it is asked.
type bench struct {
	*workbench
	t *testing.T
}

// develops opens the files of an app as usher dev does.
func develops(t *testing.T, files map[string]string, change ...func(*benchConfig)) *bench {
	t.Helper()
	dir, data := filepath.Join(t.TempDir(), "shop"), t.TempDir()
	for name, text := range files {
		writeFile(t, filepath.Join(dir, name), text)
	}
	cfg := benchConfig{dir: dir, data: data, listen: "127.0.0.1:0", trusted: trustedOf(data)}
	for _, f := range change {
		f(&cfg)
	}
	con := &console{Out: io.Discard, Err: io.Discard, Env: func(string) (string, bool) { return "", false }, Log: newLogger(io.Discard, "error", "text")}
	b, err := openWorkbench(t.Context(), con, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, end := range []func() error{b.site.ln.Close, b.stop, b.close} {
			if err := end(); err != nil {
				t.Error(err)
			}
		}
	})
	return &bench{b, t}
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// get asks as host, "" for the app's own.
func (b *bench) get(host, path string, cookies ...*http.Cookie) *http.Response {
	b.t.Helper()
	r := httptest.NewRequest("GET", path, nil)
	if r.Host = host; host == "" {
		r.Host = b.where.public.Host
	}
	for _, c := range cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	b.site.handler.ServeHTTP(w, r)
	return w.Result()
}

func (b *bench) text(host, path string) string {
	b.t.Helper()
	res := b.get(host, path)
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return res.Status + " " + string(body)
}

// show has the workbench take up files, as the studio does after an edit.
func (b *bench) show(edits ...project.Edit) error {
	b.t.Helper()
	tree, err := b.folder.Tree()
	if err != nil {
		b.t.Fatal(err)
	}
	next, _, err := tree.Apply(edits...)
	if err != nil {
		b.t.Fatal(err)
	}
	if err := b.folder.Save(b.t.Context(), tree, next); err != nil {
		b.t.Fatal(err)
	}
	return (&preview{b.workbench}).Show(next)
}

func edit(at, value string) project.Edit {
	return project.Edit{Op: project.OpSet, At: project.Path(at), Value: []byte(value)}
}

// shopFiles are an app that calls its backend as soon as a page is asked for.
func shopFiles(backend string) map[string]string {
	return map[string]string{
		"app.yaml":        "usher: 1\nname: Shop\nenv:\n  API_URL: " + backend + "\n",
		"calls/api.yaml":  "url: ${env.API_URL}\ncalls:\n  hello: {path: /hello, reply: json}\n",
		"pages/home.yaml": "path: /\ntitle: Home\nqueries:\n  hello: {call: api.hello}\nbody:\n  - text: Hello ${queries.hello.body.name}\n",
	}
}

// TestE6_DevCallsNobodyBeforeTrust: the app of a folder that its builder did not make calls its backend from the moment of trust on, and the
// trust is remembered outside of the project.
func TestE6_DevCallsNobodyBeforeTrust(t *testing.T) {
	var calls atomic.Int64
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls.Add(1)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"name":"Emily"}`)
	}))
	defer backend.Close()
	b := develops(t, shopFiles(backend.URL))
	if got := b.text("", "/"); !strings.HasPrefix(got, "503") || !strings.Contains(got, "not trusted yet") || b.Trusted() {
		t.Errorf("before: %.300s", got)
	}
	if err := b.show(edit("/app/name", `"My Shop"`)); err != nil || calls.Load() > 0 {
		t.Errorf("an edit: %v, %d calls", err, calls.Load())
	}
	if got := b.text("", "/"); !strings.HasPrefix(got, "503") || calls.Load() > 0 {
		t.Errorf("after an edit: %.300s, %d calls", got, calls.Load())
	}
	if err := b.Trust(context.Background()); err != nil || !b.Trusted() {
		t.Fatal(err)
	}
	if got := b.text("", "/"); !strings.Contains(got, "Hello Emily") || calls.Load() != 1 {
		t.Errorf("with trust: %.300s, %d calls", got, calls.Load())
	}
	if err := b.Distrust(context.Background()); err != nil || b.Trusted() {
		t.Errorf("a trust that was taken back: %v", err)
	}
	if in, err := os.ReadDir(b.folder.Dir()); err != nil || len(in) != 3 {
		t.Errorf("the project holds %v (%v)", in, err)
	}
}

// TestE2_DevAnswersItsNamesAlone: app, studio and canvas under their own names, everything else 421, whether the app runs or not.
func TestE2_DevAnswersItsNamesAlone(t *testing.T) {
	for name, files := range map[string]map[string]string{"running": {"app.yaml": "usher: 1\nname: Shop\n", "pages/home.yaml": "path: /\ntitle: Home\nbody: [{text: Hello}]\n"}, "broken": {"app.yaml": "usher: 1\n"}, "empty": {".keep": ""}} {
		b := develops(t, files, func(c *benchConfig) { c.trusted = nil })
		for host, want := range map[string]string{
			"studio-shop.localhost:0": "401", "evil.example.com": "421", "shop.localhost:0.evil.example.com": "421", "studio.localhost:0": "421", "shop.localhost:1": "421",
			"studio-shop.localhost:1": "421", "preview-shop.localhost:1": "421", "preview-other.localhost:0": "421", "169.254.1.1:0": "421",
		} {
			if got := b.text(host, "/"); !strings.HasPrefix(got, want) {
				t.Errorf("%s: %s: %.80s, want %s", name, host, got, want)
			}
		}
		if got := b.text("127.0.0.1:0", "/"); !strings.HasPrefix(got, "307") {
			t.Errorf("%s: by its number: %.80s", name, got)
		}
	}
}

// TestE3_DevOpensByALinkThatWorksOnce through the listener that all three share.
func TestE3_DevOpensByALinkThatWorksOnce(t *testing.T) {
	b := develops(t, map[string]string{"app.yaml": "usher: 1\nname: Shop\n"})
	link, err := url.Parse(b.launch())
	if err != nil {
		t.Fatal(err)
	}
	first := b.get(link.Host, link.RequestURI())
	if first.StatusCode != http.StatusSeeOther || len(first.Cookies()) != 1 {
		t.Fatalf("the link: %s", first.Status)
	}
	if got := b.get(link.Host, "/", first.Cookies()...); got.StatusCode != http.StatusOK {
		t.Errorf("with its cookie: %s", got.Status)
	}
	if got := b.get(link.Host, link.RequestURI()); got.StatusCode != http.StatusForbidden {
		t.Errorf("once more, elsewhere: %s", got.Status)
	}
	if got := b.get(link.Host, "/"); got.StatusCode != http.StatusUnauthorized {
		t.Errorf("without a cookie: %s", got.Status)
	}
}

// TestDevGoesOnWithEachRevision: an app says what keeps it from running; once it ran, it goes on as it was while there are errors, also where
// its sessions become others.
func TestDevGoesOnWithEachRevision(t *testing.T) {
	b := develops(t, map[string]string{"app.yaml": "usher: 1\nname: Shop\n", "pages/home.yaml": "path: /\ntitle: Home\nbody:\n  - text: {txt: One}\n"}, func(c *benchConfig) { c.trusted = nil })
	if got := b.text("", "/"); !strings.HasPrefix(got, "503") || !strings.Contains(got, "<code>pages/home.yaml:4:12</code>") || !strings.Contains(got, "2 things have to be mended") {
		t.Errorf("with an error: %s", got)
	}
	step := func(want string, edits ...project.Edit) {
		t.Helper()
		if err := b.show(edits...); err != nil {
			t.Error(err)
		}
		if got := b.text("", "/"); !strings.HasPrefix(got, "200") || !strings.Contains(got, want) {
			t.Errorf("%.600s", got)
		}
	}
	step("One", edit("/pages/home/body/0", `{"text":"One"}`))
	ran := b.rt.Load()
	step("Two", edit("/pages/home/body/0", `{"text":"Two"}`))
	step("Two", edit("/pages/home/body/0", `{"txt":"Three"}`))
	if b.rt.Load() != ran {
		t.Error("it was opened anew")
	}
	step("Four", edit("/pages/home/body/0", `{"text":"Four"}`), edit("/app/name", `"Other"`))
	if b.rt.Load() == ran {
		t.Error("the old sessions go on")
	}
}
