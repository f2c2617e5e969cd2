package app

import (
	"net/http"
	"strings"
	"testing"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/value"
)

const privateKey = "key-of-the-builder-4711"

var privateApp = map[string]string{
	"calls/private.yaml": `url: ${env.API_URL}/private
secrets: {KEY: {origin: "http://private.test"}}
headers: {X-Key: "${secrets.KEY}"}
calls:
  open: {path: /open}
  mine: {path: /mine, auth: required}
`,
	"pages/private.yaml": `path: /private
title: Private
access: any
queries: {open: {call: private.open}}
body:
  - text: Open ${queries.open.body.text}
  - button: {text: Mine, onTap: [{call: private.mine, as: mine, then: [{snackBar: "${mine.body.text}"}], else: [{snackBar: "${mine.error}"}]}]}
`,
}

// newPrivateWorld is the tourist app with a group that sends a key of the builder.
func newPrivateWorld(t *testing.T) (*world, *[]*http.Request) {
	t.Helper()
	w := newWorld(t, nil)
	files := map[string]string{}
	for name, text := range privateApp {
		files[name] = strings.ReplaceAll(text, "http://private.test", w.backend.URL)
	}
	p := load(t, tourist(t, files))
	calls, err := call.New(call.Config{Project: p, Env: map[string]string{"API_URL": w.backend.URL}, Secrets: map[string]call.Secret{"private.KEY": {Value: value.NewSecret(privateKey), Origin: w.backend.URL}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(calls.Close)
	if err := w.app.Swap(p, calls); err != nil {
		t.Fatal(err)
	}
	var seen []*http.Request
	for _, path := range []string{"open", "mine"} {
		w.backend.on("GET /private/"+path, func(rw http.ResponseWriter, r *http.Request) {
			seen = append(seen, r)
			rw.Header().Set("Access-Control-Allow-Origin", "https://nobody.test")
			reply(rw, 200, map[string]any{"text": "text of " + path, "echo": "for " + r.Header.Get("X-Key")})
		})
	}
	return w, &seen
}

// TestF099_ACallIsPrivate: it runs on the server, with a key that no response holds, even where the backend sends it back; one that needs a
// login is not sent for a guest.
func TestF099_ACallIsPrivate(t *testing.T) {
	w, seen := newPrivateWorld(t)
	c := w.browser()
	page := c.get("/private")
	page.want(t, 200, "Open text of open")
	if strings.Contains(page.text()+page.body, privateKey) {
		t.Errorf("the page shows the key:\n%s", page.body)
	}
	if page = c.press(page, "Mine", nil); len(*seen) == 0 || strings.Contains(page.body, privateKey) {
		t.Errorf("%d calls", len(*seen))
	}
	page.want(t, 200, "not logged in")
	for _, r := range *seen {
		if r.URL.Path == "/private/mine" {
			t.Error("a call that needs a login was sent for a guest")
		}
		if r.Header.Get("X-Key") != privateKey {
			t.Error("the key did not go along")
		}
	}
	c.logIn("ada")
	if page = c.press(c.get("/private"), "Mine", nil); strings.Contains(page.body, privateKey) || w.backend.count("GET /private/mine") != 1 {
		t.Errorf("logged in: %d calls\n%s", w.backend.count("GET /private/mine"), page.text())
	}
}

// TestF100_TheBrowserAsksItsOwnOrigin: an app is one origin for the browser, so there is no CORS to fail at: its policy lets a page connect to
// nowhere else, no page names the backend's address, the backend's own CORS headers stay behind, and no address that a browser names is
// called.
func TestF100_TheBrowserAsksItsOwnOrigin(t *testing.T) {
	w, seen := newPrivateWorld(t)
	c := w.browser()
	page := c.get("/private")
	if strings.Contains(page.body, w.backend.URL) || page.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("the page names the backend: %v\n%s", page.Header, page.body)
	}
	if policy := page.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'self'") || strings.Contains(policy, "connect-src") {
		t.Errorf("policy %q", policy)
	}
	asked := len(*seen)
	for _, path := range []string{"/" + w.backend.URL + "/private/open", "/proxy?url=" + w.backend.URL + "/private/open", "/private/open", "//" + strings.TrimPrefix(w.backend.URL, "http://") + "/private/open"} {
		if c.get(path); len(*seen) != asked {
			t.Errorf("%s was passed on", path)
		}
	}
	if page.StatusCode != 200 || asked != 1 {
		t.Errorf("%d calls for one page", asked)
	}
}
