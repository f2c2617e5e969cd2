package app

import (
	"os"
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
)

// TestF048_ManualRecipe runs the tutorial's sixth step as drawn: status 401, renew, Update Authenticated User. Nothing else of the
// login is lost.
func TestF048_ManualRecipe(t *testing.T) {
	tree, err := project.LoadTree(os.DirFS("../examples/manual-refresh"))
	if err != nil {
		t.Fatal(err)
	}
	p := load(t, tree)
	w := newWorldOf(t, p)
	c := w.browser()
	home := c.press(c.get("/"), "Sign in", map[string]string{"username": "ada", "password": "good-password"})
	home.want(t, 200, "Story of ada")
	id := strings.TrimPrefix(c.cookies[session.SessionCookie(p.App.ID, false).Name()], "v1.")
	before, ok, err := w.sessions.Current(t.Context(), id)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	w.backend.expireAll()
	c.get(home.url).want(t, 200)
	if n := w.backend.count("POST /auth/refresh"); n != 1 {
		t.Errorf("%d renewals", n)
	}
	after, _, err := w.sessions.Current(t.Context(), id)
	if err != nil || after.Ver <= before.Ver || after.Auth.UID != before.Auth.UID || string(after.Auth.User) != string(before.Auth.User) || after.Auth.RefreshToken.IsZero() {
		t.Errorf("%v: version %d to %d, uid %q to %q", err, before.Ver, after.Ver, before.Auth.UID, after.Auth.UID)
	}
	c.get(home.url).want(t, 200, "Story of ada")
}
