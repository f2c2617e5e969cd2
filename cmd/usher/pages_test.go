package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// askedBy is what develop.js in a page of the app asks.
func askedBy(b *workbench, method, path, body string, change func(*http.Request)) *http.Request {
	r := httptest.NewRequest(method, b.where.public.String()+path, strings.NewReader(body))
	r.RemoteAddr = "127.0.0.1:5555"
	for k, v := range map[string]string{"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty", "X-Usher": "1"} {
		r.Header.Set(k, v)
	}
	if change != nil {
		change(r)
	}
	return r
}

func TestF218_WhatIsPointedAtComesFromTheAppsOwnPageAlone(t *testing.T) {
	b, d := benchFor(t)
	var pointed []string
	b.development.pages.change(func() { b.development.pages.pointed = func(p string) { pointed = append(pointed, p) } })
	ask := func(body string, change func(*http.Request)) int {
		rec := httptest.NewRecorder()
		d.ServeHTTP(rec, askedBy(b, "POST", "/_usher/dev/point", body, change))
		return rec.Code
	}
	const path = "/pages/home/body/0/container/children/0"
	for name, change := range map[string]func(*http.Request){
		"from another machine": func(r *http.Request) { r.RemoteAddr = "192.0.2.7:5555" },
		"from another site":    func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") },
		"from a sibling":       func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") },
		"without proof":        func(r *http.Request) { r.Header.Del("Sec-Fetch-Site") },
		"by a form":            func(r *http.Request) { r.Header.Del("X-Usher") },
		"for another name":     func(r *http.Request) { r.Host = "evil.test" },
	} {
		if code := ask(path, change); code < 400 {
			t.Errorf("%s: %d", name, code)
		}
	}
	for _, wrong := range []string{"", "/app/name", "/pages/", "/pages/home\nevent: revision", "/pages/" + strings.Repeat("a", 4000), "javascript:alert(1)"} {
		if code := ask(wrong, nil); code != http.StatusBadRequest {
			t.Errorf("%.40q: %d", wrong, code)
		}
	}
	if len(pointed) > 0 {
		t.Fatalf("passed on: %q", pointed)
	}
	if code := ask(path, nil); code != http.StatusNoContent || len(pointed) != 1 || pointed[0] != path {
		t.Errorf("%d %q", code, pointed)
	}
}

func TestF210_OpenPagesHearOfEachRevision(t *testing.T) {
	b, d := benchFor(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Host = d.host
		d.ServeHTTP(w, r)
	}))
	defer server.Close()
	r, err := http.NewRequestWithContext(ctx, "GET", server.URL+"/_usher/dev/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	seen := ""
	until := func(want string) {
		t.Helper()
		for buf := make([]byte, 512); !strings.Contains(seen, want); {
			n, err := resp.Body.Read(buf)
			if seen += string(buf[:n]); err != nil {
				t.Fatalf("%v after %q", err, seen)
			}
		}
	}
	until("data: " + b.rt.Load().app.Revision() + "\n")
	until("event: inspect\ndata: off\n")
	b.development.pages.revised("another")
	until("event: revision\ndata: another\n")
	b.development.pages.change(func() { b.development.pages.inspect = true })
	until("event: inspect\ndata: on\n")
	b.development.pages.close()
	for buf := make([]byte, 64); ; {
		if _, err := resp.Body.Read(buf); err != nil {
			return
		}
	}
}

// TestF218_E13_OnlyAnAppThatIsDevelopedSaysWhereItsWidgetsStand: the same page, with and without a studio.
func TestF218_E13_OnlyAnAppThatIsDevelopedSaysWhereItsWidgetsStand(t *testing.T) {
	get := func(b *workbench) string {
		t.Helper()
		rec := httptest.NewRecorder()
		b.serveApp(rec, opens(b, "/login", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "none") }))
		if rec.Code != http.StatusOK {
			t.Fatalf("%d %.200s", rec.Code, rec.Body)
		}
		return rec.Body.String()
	}
	b, _ := benchFor(t)
	if page := get(b); !strings.Contains(page, `data-path="/pages/login/body/`) || !strings.Contains(page, "/develop.js") {
		t.Errorf("an app that is developed says nothing: %.400s", page)
	}
	alone, _ := benchFor(t, func(c *benchConfig) { c.noStudio = true })
	if page := get(alone); strings.Contains(page, "data-path") || strings.Contains(page, "develop.js") {
		t.Errorf("an app without a studio says where its widgets stand: %.400s", page)
	}
}
