package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/usherdev/usher/imports"
)

// described is a backend with rotating tokens and wrapped replies, which hands out its own OpenAPI document.
type described struct {
	mu   sync.Mutex
	n    int
	seen []string
}

func (d *described) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if r.URL.Path == "/openapi.yaml" {
		src, err := os.ReadFile("../../imports/testdata/openapi/wrapped/spec.yaml")
		if err != nil {
			panic(err)
		}
		_, _ = w.Write(src)
		return
	}
	var in map[string]any
	_ = json.NewDecoder(r.Body).Decode(&in)
	access, refresh := fmt.Sprintf("access-%d", d.n), fmt.Sprintf("refresh-%d", d.n)
	known := false
	if c, err := r.Cookie("session_token"); err == nil {
		known = c.Value == access
	}
	status, data := http.StatusUnauthorized, any(nil)
	switch key := r.Method + " " + r.URL.Path; {
	case key == "POST /auth/login" && in["password"] == "opensesame", key == "POST /auth/refresh" && in["refresh_token"] == refresh:
		d.n++
		status, data = 200, map[string]any{"access_token": fmt.Sprintf("access-%d", d.n), "refresh_token": fmt.Sprintf("refresh-%d", d.n), "expires_in": 3600}
	case key == "GET /auth/me" && known:
		status, data = 200, map[string]any{"id": 7, "email": "ann@example.com", "name": "Ann"}
	case key == "POST /auth/logout" && known:
		status = 204
	}
	d.seen = append(d.seen, fmt.Sprintf("%s %d", r.URL.Path, status))
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if status != 204 {
		_ = json.NewEncoder(w).Encode(map[string]any{"status": "x", "message": "That is not known.", "data": data})
	}
}

// TestF105_AnImportedAppLogsIn: what `usher import openapi URL` makes of a backend's document logs in there, is refused, asks who it is,
// renews, and logs out, with no other line about the backend.
func TestF105_AnImportedAppLogsIn(t *testing.T) {
	t.Parallel()
	d := &described{}
	backend := httptest.NewServer(d)
	defer backend.Close()
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("app.yaml", "usher: 1\nname: Imported\n")
	write("pages/main.yaml", "path: /\ntitle: Start\nbody:\n  - text: Hello\n")
	var out, errOut bytes.Buffer
	if code := run(t.Context(), []string{"import", "openapi", backend.URL + "/openapi.yaml", "--dir", dir, "--yes", "--approve", "all"}, &out, &errOut, func(string) (string, bool) { return "", false }); code != 0 {
		t.Fatalf("exit code %d\n%s%s", code, &out, &errOut)
	}
	write("pages/main.yaml", "path: /main\ntitle: Start\naccess: loggedIn\nqueries: {who: {call: auth.me}}\nbody:\n  - text: \"Hello ${user.name}, ${queries.who.body.email}\"\n  - button: {text: Log out, onTap: [logOut]}\n")
	write("tests/whole.txt", `open login
fill "Email" "ann@example.com"
fill "Password" "wrong"
click "Log in"
see "That is not known."
fill "Email" "ann@example.com"
fill "Password" $PASSWORD
click "Log in"
see "Hello Ann, ann@example.com"
expire token
open main
see "Hello Ann, ann@example.com"
click "Log out"
expect page login
open main
expect page login
`)
	code, text, errText := usherTest(t, map[string]string{"PASSWORD": "opensesame"}, dir, "--backend", backend.URL)
	wantAllPassed(t, code, text, errText)
	for _, want := range []string{"/auth/login 401", "/auth/login 200", "/auth/me 200", "/auth/refresh 200", "/auth/logout 204"} {
		if !slices.Contains(d.seen, want) {
			t.Errorf("%s is not among %q", want, d.seen)
		}
	}
}

// TestImportFromAnAddress: a document is read from the host that was named and from no other, within its bound, whatever it calls itself.
func TestImportFromAnAddress(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("another host was asked") }))
	defer other.Close()
	doc, err := os.ReadFile("../../imports/testdata/openapi/wrapped/spec.yaml")
	if err != nil {
		t.Fatal(err)
	}
	host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/away":
			http.Redirect(w, r, other.URL, http.StatusFound)
		case "/near":
			http.Redirect(w, r, "/as-text", http.StatusFound)
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case "/large":
			_, _ = w.Write(bytes.Repeat([]byte("#"), imports.MaxSource+2))
		case "/page":
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte("<!doctype html><title>Swagger UI</title>"))
		case "/as-text":
			w.Header().Set("Content-Type", "text/plain")
			_, _ = w.Write(doc)
		default:
			http.NotFound(w, r)
		}
	}))
	defer host.Close()
	dir := t.TempDir()
	for name, text := range map[string]string{"app.yaml": "usher: 1\nname: A\n", "main.yaml": "path: /\ntitle: A\nbody:\n  - text: Hello\n"} {
		if name == "main.yaml" {
			name = "pages/main.yaml"
			if err := os.Mkdir(filepath.Join(dir, "pages"), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for path, fault := range map[string]string{"/away": "redirects to another place", "/loop": "redirects too often", "/large": "larger than 8 MiB", "/page": "OpenAPI", "/none": "404", "/near": "", "/as-text": ""} {
		var out, errOut bytes.Buffer
		code := run(t.Context(), []string{"import", "openapi", host.URL + path, "--dir", dir, "--dry-run"}, &out, &errOut, func(string) (string, bool) { return "", false })
		if (code == 0) != (fault == "") || !strings.Contains(errOut.String(), fault) {
			t.Errorf("%s: exit code %d\n%s", path, code, &errOut)
		}
	}
}
