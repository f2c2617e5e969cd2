package call

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

// The tests below are named after defects that users of other builders reported; each shows that the same app behaves here.

// TestFieldDefect_RotatedRefreshTokenIsKept: a token plugin stored only the access token of a refresh answer, so the second refresh spent a
// token that the backend no longer knew.
func TestFieldDefect_RotatedRefreshTokenIsKept(t *testing.T) {
	b := newRotating(t)
	c, me := rotatingApp(t, b)
	m := manager(t, c, nil)
	s, err := m.LogIn(t.Context(), "", b.spoilt(), true)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if r := do(t, c, me, nil, NewBearer(m, s)); !r.OK || !r.Replayed {
			t.Fatalf("after %d refreshes: %+v", b.refreshes.Load(), r)
		}
		stale := session.NewSecret("stale")
		if s, err = m.Update(t.Context(), s.ID, session.Update{Token: &stale}, session.UpdateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	if n := b.refreshes.Load(); n != 3 {
		t.Errorf("%d refreshes", n)
	}
}

// TestFieldDefect_AFailedRefreshFreesTheNext: after one failed refresh the plugin kept the rejected promise, and nothing was renewed until the
// page was loaded anew.
func TestFieldDefect_AFailedRefreshFreesTheNext(t *testing.T) {
	b := newRotating(t)
	c, me := rotatingApp(t, b)
	m := manager(t, c, func(cfg *session.Config) { cfg.Tuning.FailGuard = time.Millisecond })
	s, err := m.LogIn(t.Context(), "", b.spoilt(), true)
	if err != nil {
		t.Fatal(err)
	}
	b.refuse.Store(500) // a backend in trouble: nobody is logged out by it
	if r := do(t, c, me, nil, NewBearer(m, s)); r.OK {
		t.Fatalf("%+v", r)
	}
	b.refuse.Store(0)
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); { // the Manager may hold the next attempt back for a moment
		if r := do(t, c, me, nil, NewBearer(m, s)); r.OK {
			return
		}
	}
	t.Errorf("no refresh succeeds after %d of them", b.refreshes.Load())
}

// TestFieldDefect_OnlyDeclaredHeadersReachTheBackend: the plugin passed the headers of a refresh in the wrong place, so they were never sent,
// and sent a header of its own with every repetition.
func TestFieldDefect_OnlyDeclaredHeadersReachTheBackend(t *testing.T) {
	turn := "old"
	b := newBackend(t, func(w http.ResponseWriter, r *http.Request, _ string) {
		switch {
		case r.URL.Path == "/refresh" && r.Header.Get("X-Refresh") == "refresh-1" && r.Header.Get("X-App") == "a":
			turn = "new"
			writeJSON(w, 200, `{"t":"new"}`)
		case turn == "new" && r.Header.Get("Authorization") == "Bearer new":
			writeJSON(w, 200, `{}`)
		default:
			writeJSON(w, 401, `{}`)
		}
	})
	me := &project.Call{Name: "me", Auth: project.AuthRequired}
	refresh := &project.Call{Name: "refresh", Method: "POST", Params: []project.Param{{Name: "t", Type: value.SecretType()}},
		Headers: []project.KV{{Name: "X-Refresh", Value: tmpl(t, "${params.t}")}, {Name: "X-App", Value: tmpl(t, "a")}}}
	p := api(t, b.URL, me, refresh)
	p.App.Auth = project.Auth{Enabled: true, Refresh: &project.Refresh{Call: refresh, With: object(t, "t", "${auth.refreshToken}"), Update: project.AuthFields{Token: tmpl(t, "${reply.body.t}")}}}
	c := client(t, p)
	m := manager(t, c, nil)
	s, err := m.LogIn(t.Context(), "", session.AuthData{Token: session.NewSecret("old"), RefreshToken: session.NewSecret("refresh-1"), UID: "7"}, true)
	if err != nil {
		t.Fatal(err)
	}
	if r := do(t, c, me, nil, NewBearer(m, s)); !r.OK || !r.Replayed {
		t.Fatalf("%+v", r)
	}
	known := []string{"Accept", "Accept-Encoding", "Authorization", "Connection", "Content-Length", "User-Agent", "X-App", "X-Refresh", attemptHeader}
	for _, got := range b.requests() {
		for k := range got.header {
			if !slices.Contains(known, k) || strings.HasPrefix(got.uri, "/me") && strings.HasPrefix(k, "X-") {
				t.Errorf("%s carries %s", got.uri, k)
			}
		}
	}
}

// TestFieldDefect_NothingIsNeverAToken: a plugin stored the whole body where the mapped field was missing, and a builder the text "null".
func TestFieldDefect_NothingIsNeverAToken(t *testing.T) {
	m, err := NewMapper(&project.Project{})
	if err != nil {
		t.Fatal(err)
	}
	for name, body := range map[string]any{
		"missing": map[string]any{"renamed": "tok"}, "nil": map[string]any{"token": nil}, "empty": map[string]any{"token": ""}, "the text null": map[string]any{"token": "null"},
		"undefined": map[string]any{"token": "undefined"}, "Bearer null": map[string]any{"token": "Bearer null"}, "an object": map[string]any{"token": map[string]any{"value": "tok"}},
		"a list": map[string]any{"token": []any{"tok"}}, "a text": "tok", "no body": nil,
	} {
		u, err := m.Fields(Mapping{Fields: project.AuthFields{Token: tmpl(t, "${reply.body.token}")}, Scope: value.Scope{"reply": map[string]any{"body": body}}})
		if err == nil || u.Token != nil {
			t.Errorf("%s: a token came of it (%v)", name, err)
		}
	}
}
