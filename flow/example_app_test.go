package flow

import (
	"context"
	"io/fs"
	"os"
	"testing"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
)

// TestTouristTrail: the flows of the example app as they are written: log in by its form, update the profile, log out.
func TestTouristTrail(t *testing.T) {
	p := loadExample(t, "../examples/touristtrail")
	api := serve(t, map[string]string{"POST /auth/login": `200 {"id":1,"username":"emily","firstName":"Emily","email":"e@example.test","accessToken":"tok-1","refreshToken":"ref-1"}`,
		"GET /auth/me": `200 {"id":1,"username":"emily","firstName":"Emilia","role":"guide"}`, "POST /auth/logout": "204 "})
	calls, err := call.New(call.Config{Project: p, Env: map[string]string{"API_URL": api}})
	if err != nil {
		t.Fatal(err)
	}
	defer calls.Close()
	m, err := session.New(session.Config{App: "touristtrail", Store: session.NewMemory(), Keys: session.NewKeys([32]byte{1}), Refresh: calls.Refresher(), Revoke: calls.Revoker()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = m.Close(context.Background()) }()
	r, err := New(Config{Project: p, Calls: calls, Sessions: m})
	if err != nil {
		t.Fatal(err)
	}
	run := func(page, kind, id string) Result {
		t.Helper()
		pg := p.Page(page)
		for _, tr := range pg.Actions {
			if len(tr.Actions) == 0 || !contains(tr.Actions, kind) {
				continue
			}
			res, err := r.Run(t.Context(), Input{Actions: tr.Actions, Page: pg, SessionID: id, Form: map[string]any{"username": "emily", "password": "pw"}})
			if err != nil {
				t.Fatalf("%s: %v", tr.ID, err)
			}
			return res
		}
		t.Fatalf("%s has no flow with %s", page, kind)
		return Result{}
	}
	in := run("login", "auth.login", "")
	if !in.LoggedIn || target(in) == nil || string(in.Session.Auth.User) != `{"email":"e@example.test","firstName":"Emily","id":1,"username":"emily"}` {
		t.Fatalf("log in: %+v, user %s", in, in.Session.Auth.User)
	}
	up := run("profile", "auth.me", in.SessionID)
	if notes(up) != "Your profile is up to date." || string(up.Session.Auth.User) != `{"email":"e@example.test","firstName":"Emilia","id":1,"role":"guide","username":"emily"}` || up.Session.Auth.Token.Reveal() != "tok-1" {
		t.Errorf("update: %+v, user %s", up, up.Session.Auth.User)
	}
	if out := run("profile", "logOut", in.SessionID); !out.LoggedOut || target(out).After != "logOut" {
		t.Errorf("log out: %+v", out)
	}
}

// contains finds the kind of an action, or the id of a call.
func contains(list []*project.Action, what string) bool {
	for _, a := range list {
		if a.Kind == what || a.Call != nil && a.Call.ID == what {
			return true
		}
	}
	return false
}

func loadExample(t *testing.T, dir string) *project.Project {
	t.Helper()
	files := map[string][]byte{}
	root := os.DirFS(dir)
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if d != nil && name == "tests" {
				return fs.SkipDir // journeys, which are no part of the app
			}
			return err
		}
		files[name], err = fs.ReadFile(root, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	p, problems := project.NewTree(files).Project()
	if problems.Errors() {
		t.Fatal(problems)
	}
	return p
}
