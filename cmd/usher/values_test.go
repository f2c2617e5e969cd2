package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/studio"
)

// project is what the files say now, right or wrong.
func (b *bench) project() *project.Project {
	b.t.Helper()
	tree, err := b.folder.Tree()
	if err != nil {
		b.t.Fatal(err)
	}
	p, _ := tree.Project()
	return p
}

func (b *bench) secretState(id string) string {
	b.t.Helper()
	all, err := b.Secrets(b.project())
	if err != nil {
		b.t.Fatal(err)
	}
	for _, s := range all {
		if s.ID == id {
			return s.State
		}
	}
	return "not declared"
}

// TestE9_ASecretDiesWithItsOrigin: a value that the studio took is sent to its origin; once the group names another it is wiped from the disk, goes
// nowhere, and does not come back with the old origin.
func TestE9_ASecretDiesWithItsOrigin(t *testing.T) {
	const canary = "canary-of-a-secret"
	var got []string
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.Header.Get("X-Key"))
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"name":"Ann"}`))
	}))
	defer backend.Close()
	files := shopFiles(backend.URL)
	files["calls/api.yaml"] = "url: " + backend.URL + "\nsecrets:\n  KEY: {origin: " + backend.URL + "}\nheaders: {X-Key: \"${secrets.KEY}\"}\ncalls:\n  hello: {path: /hello, reply: json}\n"
	b := develops(t, files, func(c *benchConfig) { c.trusted = nil })
	if s := b.secretState("api.KEY"); s != "missing" {
		t.Error(s)
	}
	if err := b.SetSecret(t.Context(), b.project(), "api.KEY", canary); err != nil {
		t.Fatal(err)
	}
	if body := b.text("", "/"); !strings.Contains(body, "Hello Ann") || len(got) != 1 || got[0] != canary || b.secretState("api.KEY") != "set" {
		t.Errorf("%.200s %v %s", body, got, b.secretState("api.KEY"))
	}
	if err := b.show(edit("/calls/api/secrets/KEY/origin", `"https://evil.example.com"`)); err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadFile(filepath.Join(b.cfg.data, "secrets.json"))
	if err != nil || strings.Contains(string(kept), "sealed") || b.secretState("api.KEY") != "dead" {
		t.Errorf("%s %v %s", kept, err, b.secretState("api.KEY"))
	}
	back, _ := json.Marshal(backend.URL)
	if err := b.show(edit("/calls/api/secrets/KEY/origin", string(back))); err != nil {
		t.Log(err) // the app may not run without its secret
	}
	b.text("", "/")
	for _, key := range got[1:] {
		if key != "" {
			t.Errorf("sent after its death: %q", key)
		}
	}
	if s := b.secretState("api.KEY"); s != "dead" {
		t.Errorf("it came back: %s", s)
	}
	if err := b.SetSecret(t.Context(), b.project(), "api.KEY", ""); err != nil || b.secretState("api.KEY") != "missing" {
		t.Errorf("%v %s", err, b.secretState("api.KEY"))
	}
	if err := filepath.WalkDir(b.folder.Dir(), func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			if src, _ := os.ReadFile(path); strings.Contains(string(src), "canary") {
				t.Errorf("%s holds it", path)
			}
		}
		return err
	}); err != nil {
		t.Error(err)
	}
}

// TestF219_AnEnvironmentIsChosenWhileTheAppRuns: the next request goes where the chosen one says; what the process's environment gives wins, and an
// environment that is gone is none.
func TestF219_AnEnvironmentIsChosenWhileTheAppRuns(t *testing.T) {
	said := func(name string) *httptest.Server {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`{"name":"` + name + `"}`))
		}))
		t.Cleanup(s.Close)
		return s
	}
	one, two := said("One"), said("Two")
	files := shopFiles(one.URL)
	files["app.yaml"] += "environments:\n  staging: {API_URL: " + two.URL + "}\n"
	b := develops(t, files, func(c *benchConfig) { c.trusted = nil })
	greets := func(name string) {
		t.Helper()
		if body := b.text("", "/"); !strings.Contains(body, "Hello "+name) {
			t.Errorf("%.300s", body)
		}
	}
	greets("One")
	if err := b.UseEnvironment(t.Context(), "staging"); err != nil {
		t.Fatal(err)
	}
	greets("Two")
	if chosen, outside := b.Environment(b.project()); chosen != "staging" || len(outside) != 0 {
		t.Errorf("%s %v", chosen, outside)
	}
	if err := b.show(project.Edit{Op: project.OpDelete, At: "/app/environments"}); err != nil {
		t.Fatal(err)
	}
	greets("One")
	if chosen, _ := b.Environment(b.project()); chosen != "" {
		t.Error(chosen)
	}
	b.cfg.env = map[string]string{"API_URL": two.URL}
	if err := b.UseEnvironment(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	greets("Two")
	if _, outside := b.Environment(b.project()); len(outside) != 1 || outside[0] != "API_URL" {
		t.Errorf("%v", outside)
	}
}

// TestALogInIsTestedByTheAppsOwnFlow: against a backend, with its findings and without a token; what stands in the way is a finding too.
func TestALogInIsTestedByTheAppsOwnFlow(t *testing.T) {
	const canary = "canary-of-a-token"
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch r.URL.Path {
		case "/login":
			_, _ = w.Write([]byte(`{"token":"` + canary + `","refresh":"` + canary + `-r"}`))
		default:
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = w.Write([]byte(`{"message":"unknown"}`))
		}
	}))
	defer backend.Close()
	files := map[string]string{
		"app.yaml": "usher: 1\nname: Shop\nenv: {API_URL: " + backend.URL + "}\nauthentication:\n  entryPage: login\n  loggedInPage: home\n  refresh: {call: api.renew, with: {r: \"${auth.refreshToken}\"}, update: {token: \"${reply.body.token}\"}}\n",
		"calls/api.yaml": "url: ${env.API_URL}\ncalls:\n  login: {method: POST, path: /login, params: {name: text, password: secret}, json: {name: \"${params.name}\", password: \"${params.password}\"}}\n" +
			"  renew: {method: POST, path: /renew, params: {r: secret}, json: {r: \"${params.r}\"}}\n",
		"pages/home.yaml": "path: /home\ntitle: Home\naccess: loggedIn\nbody:\n  - text: Hello\n",
		"pages/login.yaml": "path: /login\ntitle: Log in\naccess: loggedOut\nbody:\n  - form:\n      onSubmit:\n        - call: api.login\n          with: {name: \"${form.who}\", password: \"${form.password}\"}\n          as: login\n" +
			"          then: [{logIn: {token: \"${login.body.token}\", refreshToken: \"${login.body.refresh}\"}}]\n      children:\n        - textField: {id: who, label: Name}\n        - textField: {id: password, label: Password, type: password}\n        - button: {text: Log in, submit: true}\n",
	}
	b := develops(t, files, func(c *benchConfig) { c.trusted = nil })
	try := func(kind string) studio.LoginTestView {
		t.Helper()
		v, err := b.TestLogin(t.Context(), b.project(), studio.LoginTest{Username: "ann", Password: "canary-word", Kind: kind}, func(studio.LoginLine) {})
		if err != nil {
			t.Fatal(err)
		}
		if raw, _ := json.Marshal(v); strings.Contains(string(raw), "canary") {
			t.Errorf("it tells what is secret: %s", raw)
		}
		return v
	}
	if v := try(studio.TestLogIn); !v.OK || v.Class != "" || len(v.Findings) < 3 || v.Findings[0].At != "/pages/login/body/0/form/onSubmit/0/then/0/logIn/token" {
		t.Errorf("%+v", v)
	}
	if v := try(studio.TestRefresh); v.OK || v.Class != "reject" {
		t.Errorf("%+v", v)
	}
	if err := b.show(project.Edit{Op: project.OpDelete, At: "/pages/login/body/0/form/onSubmit"}); err != nil {
		t.Fatal(err)
	}
	if v := try(studio.TestLogIn); v.OK || len(v.Findings) != 1 || !strings.Contains(v.Findings[0].Text, "no page has a form with a password field") {
		t.Errorf("%+v", v)
	}
}
