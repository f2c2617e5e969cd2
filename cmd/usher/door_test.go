package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/studio"
)

// benchFor is the demo's app with a studio, and its door; the backend is not there.
func benchFor(t *testing.T, change ...func(*benchConfig)) (*workbench, *door) {
	t.Helper()
	data := t.TempDir()
	if err := copyExample(filepath.Join(data, "app")); err != nil {
		t.Fatal(err)
	}
	con := &console{Out: io.Discard, Err: io.Discard, Env: func(string) (string, bool) { return "", false }, Log: newLogger(io.Discard, "error", "text")}
	cfg := benchConfig{dir: filepath.Join(data, "app"), data: data, listen: free(t), env: map[string]string{"API_URL": "http://127.0.0.1:1"}}
	for _, c := range change {
		c(&cfg)
	}
	b, err := openWorkbench(t.Context(), con, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.site.ln.Close(); _ = b.stop(); _ = b.close() })
	return b, &door{dev: b.development, app: b.rt.Load, host: b.where.public.Host, next: http.HandlerFunc(b.serveApp)}
}

// opens is a browser of this machine that opens a page.
func opens(b *workbench, path string, change func(*http.Request)) *http.Request {
	r := httptest.NewRequest("GET", b.where.public.String()+path, nil)
	r.RemoteAddr = "127.0.0.1:5555"
	for k, v := range map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"} {
		r.Header.Set(k, v)
	}
	if change != nil {
		change(r)
	}
	return r
}

func TestF211_A14_ATicketLogsOneBrowserInOnce(t *testing.T) {
	b, d := benchFor(t)
	ask := func(path string, change func(*http.Request)) *httptest.ResponseRecorder {
		rec := httptest.NewRecorder()
		d.ServeHTTP(rec, opens(b, path, change))
		return rec
	}
	in := session.Session{Auth: session.AuthData{Token: session.NewSecret("t-1"), UID: "7"}, Persist: true}
	loggedIn := func(rec *httptest.ResponseRecorder) bool {
		return strings.Contains(strings.Join(rec.Header()["Set-Cookie"], "\n"), session.SessionCookie("touristtrail", false).Name()+"=v1.")
	}
	token := b.development.tickets.issue(in)
	if len(token) < 26 {
		t.Errorf("a ticket of %d letters", len(token))
	}
	for name, change := range map[string]func(*http.Request){
		"from another machine": func(r *http.Request) { r.RemoteAddr = "192.0.2.7:5555" },
		"in a frame":           func(r *http.Request) { r.Header.Set("Sec-Fetch-Dest", "iframe") },
		"as a picture": func(r *http.Request) {
			r.Header.Set("Sec-Fetch-Dest", "image")
			r.Header.Set("Sec-Fetch-Mode", "no-cors")
		},
		"fetched ahead":    func(r *http.Request) { r.Header.Set("Sec-Purpose", "prefetch") },
		"posted":           func(r *http.Request) { r.Method = http.MethodPost },
		"for another name": func(r *http.Request) { r.Host = "evil.test" },
	} {
		if rec := ask("/_usher/dev/login?"+token, change); loggedIn(rec) || rec.Code < 400 {
			t.Errorf("%s: %d %v", name, rec.Code, rec.Header())
		}
	}
	for _, wrong := range []string{"", "x", token + "x", strings.ToLower(token)} {
		if rec := ask("/_usher/dev/login?"+wrong, nil); rec.Code != http.StatusForbidden || loggedIn(rec) {
			t.Errorf("%q: %d", wrong, rec.Code)
		}
	}
	if rec := ask("/_usher/dev/login?"+token, nil); rec.Code != http.StatusSeeOther || !loggedIn(rec) || rec.Header().Get("Location") != "/" || rec.Header().Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("the ticket: %d %v", rec.Code, rec.Header())
	}
	if rec := ask("/_usher/dev/login?"+token, nil); rec.Code != http.StatusForbidden || loggedIn(rec) {
		t.Errorf("the ticket again: %d", rec.Code)
	}
	late := b.development.tickets.issue(in)
	b.development.tickets.now = func() time.Time { return time.Now().Add(2 * ticketLife) }
	if rec := ask("/_usher/dev/login?"+late, nil); rec.Code != http.StatusForbidden || loggedIn(rec) {
		t.Errorf("too late: %d", rec.Code)
	}
}

func TestF211_E9_ATestUsersPasswordIsSealedAndBoundToTheAddressesOfItsApp(t *testing.T) {
	users := &testUsers{dir: t.TempDir()}
	if err := users.save("emily", "hunter22", []string{"http://api.test"}); err != nil {
		t.Fatal(err)
	}
	if got, ok, err := users.password("emily", []string{"http://api.test"}); got != "hunter22" || !ok || err != nil {
		t.Errorf("%q %v %v", got, ok, err)
	}
	if got, _, err := users.password("emily", []string{"http://evil.test"}); err == nil || got != "" {
		t.Errorf("another address gets %q", got)
	}
	for _, name := range []string{"testusers.json", "testusers.key"} {
		b, err := os.ReadFile(filepath.Join(users.dir, name))
		if err != nil || strings.Contains(string(b), "hunter22") {
			t.Errorf("%s: %v", name, err)
		}
		if info, err := os.Stat(filepath.Join(users.dir, name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", name, info.Mode(), err)
		}
	}
	if err := users.forget("emily"); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := users.password("emily", []string{"http://api.test"}); ok || err != nil {
		t.Errorf("still there: %v", err)
	}
}

func TestF211_WhatCannotBeIsSaid(t *testing.T) {
	b, _ := benchFor(t)
	d := &debugger{development: b.development, app: b.rt.Load, origin: b.where.public.String()}
	if _, err := d.Do(t.Context(), studio.DebugRequest{Act: "saveUser", User: "emily", Password: "hunter22"}); err != nil {
		t.Fatal(err)
	}
	for _, in := range []studio.DebugRequest{{Act: "logIn", User: "emily"}, {Act: "logIn", User: "nobody"}, {Act: "expire"}, {Act: "reset"}, {Act: "saveUser"}, {Act: "unknown"}} {
		a, err := d.Do(t.Context(), in)
		why, refused := err.(studio.Refused)
		if !refused || a.URL != "" || strings.Contains(string(why), "hunter22") {
			t.Errorf("%+v: %+v %v", in, a, err)
		}
	}
}
