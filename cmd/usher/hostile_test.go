package main

import (
	"bytes"
	"context"
	"debug/elf"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/usherdev/usher/app"
	"github.com/usherdev/usher/internal/folder"
)

// hostileProjects are apps that want somebody to be called or something to be run as soon as they are opened. at is the address that they name.
func hostileProjects(at, touch string) []map[string]string {
	var out []map[string]string
	add := func(files map[string]string) {
		all := map[string]string{
			"app.yaml": "usher: 1\nname: X\nenv:\n  API_URL: " + at + "\n", "pages/home.yaml": "path: /\ntitle: Home\nbody:\n  - text: Hello\n", "calls/a.yaml": "url: ${env.API_URL}\ncalls:\n  get: {path: /get, reply: json}\n",
			"package.json": `{"scripts":{"preinstall":"touch ` + touch + `","postinstall":"touch ` + touch + `","test":"touch ` + touch + `"}}`, "Makefile": "all:\n\ttouch " + touch + "\n", ".env": "API_URL=" + at + "\n", ".envrc": "touch " + touch + "\n",
			".git/config": "[core]\n\tfsmonitor = touch " + touch + "\n\tpager = touch " + touch + "\n\thooksPath = .git/hooks\n[gpg]\n\tprogram = touch " + touch + "\n", ".git/hooks/post-checkout": "#!/bin/sh\ntouch " + touch + "\n", ".git/hooks/fsmonitor-watchman": "#!/bin/sh\ntouch " + touch + "\n",
		}
		for name, text := range files {
			all[name] = text
		}
		out = append(out, all)
	}
	page := func(head, body string) map[string]string {
		return map[string]string{"pages/home.yaml": "path: /\ntitle: Home\n" + head + "body:\n" + body}
	}
	for _, kind := range []string{"image: {src: \"%s/x.png\", alt: x}", "avatar: {src: \"%s/x.png\", name: x}", "link: {text: x, url: \"%s/x\"}", "markdown: \"![x](%s/x.png) <img src=%s/y> <script src=%s/z></script>\"", "html: \"<img src=%s/x>\"", "iframe: {src: \"%s/x\"}", "video: {src: \"%s/x\"}", "text: \"${fetch('%s/x')}\"", "text: \"${exec('touch')}\"", "image: {call: a.get, alt: x}", "icon: \"%s/x.svg\"", "text: \"${env.API_URL}\"", "list: {data: \"${queries.q.body}\", item: [text: x]}"} {
		add(page("", "  - "+strings.ReplaceAll(kind, "%s", at)+"\n"))
	}
	for _, head := range []string{"queries:\n  q: {call: a.get}\n", "onLoad:\n  - call: a.get\n", "load:\n  - call: a.get\n", "onLoad:\n  - navigate: home\n", "onLoad:\n  - openUrl: \"%s/x\"\n", "access: ${env.API_URL}\n", "title: ${fetch('%s')}\n"} {
		add(page(strings.ReplaceAll(head, "%s", at), "  - text: Hello\n"))
	}
	for _, more := range []string{"notFound: home\nonStart:\n  - call: a.get\n", "onSessionExpired:\n  - call: a.get\n", "authentication: {enabled: true, type: custom, entryPage: home, loggedInPage: home, refresh: {call: a.get, update: {token: \"${reply.body.t}\"}}}\n", "icon: \"%s/i.png\"\n", "theme: {font: \"%s/f.woff2\"}\n", "theme: {accent: \"url(%s)\"}\n",
		"authentication: {enabled: true, providers: {x: {issuer: \"%s\", clientId: a}}}\n", "environments:\n  evil: {API_URL: \"%s\"}\n", "extends: \"%s/base.yaml\"\n", "include: \"%s/more.yaml\"\n", "$schema: \"%s/schema.json\"\n", "plugins: [\"%s/p.wasm\"]\n"} {
		add(map[string]string{"app.yaml": "usher: 1\nname: X\nenv:\n  API_URL: " + at + "\n" + strings.ReplaceAll(more, "%s", at)})
	}
	for _, call := range []string{"url: %s\ncalls:\n  get: {path: /x, onRequest: [{call: a.get}]}\n", "url: \"%s/${exec('x')}\"\ncalls:\n  get: {path: /}\n", "url: %s\nsecrets: {KEY: {origin: \"%s\"}}\ncalls:\n  get: {path: /, headers: {X: \"${secrets.KEY}\"}}\n", "url: %s\nclientAddress: {header: X-Forwarded-For}\ncalls:\n  get: {path: /}\n", "$ref: \"%s/openapi.json\"\nurl: %s\ncalls: {}\n", "url: file:///etc/passwd\ncalls:\n  get: {path: /}\n", "url: %s\ncalls:\n  get: {path: /, stream: true}\n"} {
		add(map[string]string{"calls/a.yaml": strings.ReplaceAll(call, "%s", at)})
	}
	for name, text := range map[string]string{"tests/login.txt": "open /\nget " + at + "\n", "tests/backend.yaml": "standin: 1\nproxy: " + at + "\n", "flows/f.yaml": "actions:\n  - call: a.get\n", "components/C.yaml": "body:\n  - image: {src: \"" + at + "/c.png\", alt: x}\n", "locales/en.yaml": "a: \"" + at + "\"\n", "assets/x.svg": `<svg xmlns="http://www.w3.org/2000/svg"><image href="` + at + `/x"/><script>fetch("` + at + `")</script></svg>`,
		"types/T.yaml": "fields:\n  a: {type: text, default: \"${fetch('" + at + "')}\"}\n", "pages/x.yaml": "path: /x\n<<: " + at + "\n", "pages/y.yaml": "!!python/object/apply:os.system [touch " + touch + "]\n", "pages/z.yaml": "a: !include " + at + "\n", "assets/evil.js": "fetch('" + at + "')", "calls/b.yaml": "url: " + at + "\ncalls:\n  ping: {path: /, auth: required}\n"} {
		add(map[string]string{name: text})
	}
	return out
}

// TestE6_OpeningCallsNobodyAndRunsNothing: whatever an app says, looking at it (check, fmt, schema, archive), drawing its pages on the canvas and
// opening it to develop it call nobody and run nothing.
func TestE6_OpeningCallsNobodyAndRunsNothing(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var called atomic.Int64
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			called.Add(1)
			_ = conn.Close()
		}
	}()
	touch := filepath.Join(t.TempDir(), "touched")
	all := hostileProjects("http://"+ln.Addr().String(), touch)
	if len(all) < 50 {
		t.Errorf("only %d projects", len(all))
	}
	drawn := 0
	for i, files := range all {
		dir := filepath.Join(t.TempDir(), "app")
		for name, text := range files {
			full := filepath.Join(dir, filepath.FromSlash(name))
			if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(full, []byte(text), 0o700); err != nil {
				t.Fatal(err)
			}
		}
		for _, args := range [][]string{{"check", dir}, {"check", "--strict", "--json", dir}, {"fmt", dir}, {"export", "archive", dir, "-o", dir + ".zip"}, {"import", "archive", dir + ".zip", dir + "-copy"}, {"check", dir + "-copy"}} {
			var out bytes.Buffer
			run(context.Background(), args, &out, &out, func(string) (string, bool) { return "", false })
			if strings.Contains(out.String(), "panic") {
				t.Errorf("%d: %v: %s", i, args, &out)
			}
		}
		drawn += draw(t, dir)
		develop(t, dir)
	}
	conn, err := net.Dial("tcp", ln.Addr().String()) // the listener does see who calls
	if err != nil {
		t.Fatal(err)
	}
	_, _ = conn.Read(make([]byte, 1)) // it is closed once it was counted
	_ = conn.Close()
	_ = ln.Close()
	<-done
	if n := called.Load() - 1; n > 0 {
		t.Errorf("%d calls", n)
	}
	if _, err := os.Stat(touch); err == nil {
		t.Error("something was run")
	}
	if drawn < 20 {
		t.Errorf("only %d pages were drawn", drawn)
	}
}

// develop opens a project with the studio, and its builder does not trust it. The app is asked for all the same.
func develop(t *testing.T, dir string) {
	t.Helper()
	data := t.TempDir()
	con := &console{Out: io.Discard, Err: io.Discard, Env: func(string) (string, bool) { return "", false }, Log: newLogger(io.Discard, "error", "text")}
	b, err := openWorkbench(t.Context(), con, benchConfig{dir: dir, data: data, listen: "127.0.0.1:0", trusted: trustedOf(data)})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/", "/x", "/healthz"} {
		r := httptest.NewRequest("GET", path, nil)
		r.Host = b.where.public.Host
		w := httptest.NewRecorder()
		b.site.handler.ServeHTTP(w, r)
		if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "not trusted yet") {
			t.Errorf("%s: %d %.200s", path, w.Code, w.Body)
		}
	}
	if err := errors.Join(b.site.ln.Close(), b.stop(), b.close()); err != nil {
		t.Error(err)
	}
}

// draw shows a project on the canvas and asks for its page; it returns how many pages came.
func draw(t *testing.T, dir string) int {
	t.Helper()
	f, err := folder.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	tree, err := f.Tree()
	if err != nil {
		t.Fatal(err)
	}
	prj, _ := tree.Project()
	if prj == nil {
		return 0
	}
	at := &url.URL{Scheme: "http", Host: "preview-x.localhost:7070"}
	canvas, err := app.NewCanvas(app.CanvasConfig{URL: at, Studio: "http://studio.localhost:7070", Nonce: strings.Repeat("n", 26), Assets: f.FS()})
	if err != nil {
		t.Fatal(err)
	}
	if err := canvas.Show(prj); err != nil {
		return 0
	}
	page, err := url.Parse(canvas.PageURL("home"))
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, page.String(), nil)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	r.Header.Set("Sec-Fetch-Dest", "iframe")
	r.Header.Set("Sec-Fetch-Mode", "navigate")
	rec := httptest.NewRecorder()
	canvas.ServeHTTP(rec, r)
	if rec.Code != http.StatusOK {
		return 0
	}
	return 1
}

// TestD16_NoTestPartsInTheRelease: the binary that people get has none of the parts that tests break backends, stores and disks with.
func TestD16_NoTestPartsInTheRelease(t *testing.T) {
	bin := filepath.Join(t.TempDir(), "usher")
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-o", bin, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	file, err := elf.Open(bin)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	symbols, err := file.Symbols()
	if err != nil || len(symbols) < 10_000 {
		t.Fatalf("%d symbols, %v", len(symbols), err)
	}
	own := 0
	for _, s := range symbols {
		if strings.HasPrefix(s.Name, "github.com/usherdev/usher/") {
			own++
		}
		for _, part := range testParts {
			if strings.HasPrefix(s.Name, part) {
				t.Errorf("%s is in the release", s.Name)
			}
		}
	}
	if own < 1_000 {
		t.Errorf("only %d symbols are ours", own)
	}
}

// testParts are what symbols of tests and of their broken parts begin with.
var testParts = []string{
	"github.com/usherdev/usher/internal/hostile", "github.com/usherdev/usher/internal/stubs", "github.com/usherdev/usher/internal/testserver", "github.com/usherdev/usher/internal/guards", "github.com/usherdev/usher/session/sessiontest",
	"testing.(*T)", "testing.(*B)", "testing.(*F)", "testing/synctest", "net/http/httptest", "testing/iotest", "testing/fstest", "pgregory.net/rapid", "go.uber.org/goleak", "github.com/rogpeppe/go-internal", "github.com/anishathalye/porcupine",
}
