package call

import (
	"net/http"
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
)

// TestF046_Placements: header, query or cookie; of the app, or of a group, which may also send none. Each is looked at on the wire.
func TestF046_Placements(t *testing.T) {
	b := newBackend(t, nil)
	one := &project.Call{Name: "one", Auth: project.AuthRequired, Query: []project.KV{{Name: "page", Value: tmpl(t, "2")}}}
	p := api(t, b.URL, one)
	for _, tc := range []struct {
		app, group             *project.Placement
		header, cookie, target string
	}{
		{app: &project.Placement{In: "header", Name: "Authorization", Format: "{token}"}, header: "a/1+=", target: "/one?page=2"},
		{app: &project.Placement{In: "query", Name: "access_token", Format: "{token}"}, target: "/one?page=2&access_token=a%2F1%2B%3D"},
		{app: &project.Placement{In: "cookie", Name: "sid", Format: "{token}"}, cookie: "sid=a/1+=", target: "/one?page=2"},
		{group: &project.Placement{In: "header", Name: "Authorization", Format: "Token {token}"}, header: "Token a/1+=", target: "/one?page=2"},
		{app: &project.Placement{In: "cookie", Name: "sid", Format: "{token}"}, group: &project.Placement{In: "none"}, target: "/one?page=2"},
	} {
		p.App.Auth.Token, p.Groups[0].Token = project.Placement{}, tc.group
		if tc.app != nil {
			p.App.Auth.Token = *tc.app
		}
		var shown []string
		c, err := New(Config{Project: p, Observe: func(e Event) { shown = append(shown, e.URL, e.Err) }})
		if err != nil {
			t.Fatal(err)
		}
		do(t, c, one, nil, loggedIn("a/1+="))
		c.Close()
		got := b.last(t)
		if got.header.Get("Authorization") != tc.header || got.header.Get("Cookie") != tc.cookie || got.uri != tc.target {
			t.Errorf("%+v in %+v: %s, %v", tc.app, tc.group, got.uri, got.header)
		}
		if strings.Contains(strings.Join(shown, " "), "a%2F1") || strings.Contains(strings.Join(shown, " "), "a/1") {
			t.Errorf("an event shows the token: %v", shown)
		}
	}
	p.App.Auth.Token, p.Groups[0].Token = project.Placement{In: "cookie", Name: "sid", Format: "{token}"}, nil
	n := len(b.requests())
	if r := do(t, client(t, p), one, nil, loggedIn("a; b=c")); r.Status != 0 || len(b.requests()) != n {
		t.Errorf("a token that would add a cookie was sent: %+v", r)
	}
}

// TestF046_RefreshTokenPlacements: in the body, as bearer, in the query, in a cookie. What is declared is on the wire, whatever
// the method.
func TestF046_RefreshTokenPlacements(t *testing.T) {
	for _, tc := range []struct {
		place               *project.Placement
		body, header, query string
		cookie              string
	}{
		{body: `{"refreshToken":"r1"}`},
		{place: &project.Placement{In: "header", Name: "Authorization", Format: "Bearer {token}"}, header: "Bearer r1"},
		{place: &project.Placement{In: "query", Name: "rt", Format: "{token}"}, query: "rt=r1"},
		{place: &project.Placement{In: "cookie", Name: "refreshToken", Format: "{token}"}, cookie: "refreshToken=r1"},
	} {
		b := newBackend(t, func(w http.ResponseWriter, _ *http.Request, _ string) { writeJSON(w, 200, `{"accessToken":"a2"}`) })
		c := refreshApp(t, b.URL, func(r *project.Refresh) {
			if r.Token = tc.place; tc.place != nil {
				r.With, r.Call.BodyKind, r.Call.Body, r.Call.Params = nil, project.BodyNone, nil, nil
			}
			r.Call.Method = "PUT"
		})
		if c.RefreshByToken() {
			t.Errorf("%+v: the refresh token is not seen", tc.place)
		}
		ans := refresh(t, c)
		got := b.last(t)
		if ans.Class != session.Success || got.method != "PUT" || got.body != tc.body || got.header.Get("Authorization") != tc.header || got.header.Get("Cookie") != tc.cookie || !strings.HasSuffix("?"+got.uri, tc.query) {
			t.Errorf("%+v: %v, %+v", tc.place, ans.Class, got)
		}
	}
}

// TestF040_RefreshWithoutAJSONBody: the new token may come in a header of a reply without a body, in a cookie, or as the text itself. A
// page of HTML is no token.
func TestF040_RefreshWithoutAJSONBody(t *testing.T) {
	for _, tc := range []struct {
		src, header, body string
		status            int
		want              session.Class
	}{
		{"${reply.headers.authorization}", "Authorization: Bearer a2", "", 204, session.Success},
		{"${reply.cookies.sid}", "Set-Cookie: sid=a2; Path=/; HttpOnly", "", 200, session.Success},
		{"${reply.text}", "Content-Type: text/html; charset=UTF-8", "a2", 200, session.Success},
		{"${reply.text}", "Content-Type: text/html; charset=UTF-8", "<!doctype html><title>Login</title>", 200, session.Misconfig},
		{"${reply.headers.authorization}", "X-Other: a2", "", 204, session.Misconfig},
		{"${reply.headers.authorization}", "X-Other: a2", "", 401, session.Reject},
		{"${reply.body.token}", "X-Other: a2", "", 204, session.Misconfig},
	} {
		b := newBackend(t, func(w http.ResponseWriter, _ *http.Request, _ string) {
			k, v, _ := strings.Cut(tc.header, ": ")
			w.Header().Set(k, v)
			w.WriteHeader(tc.status)
			if tc.body != "" {
				_, _ = w.Write([]byte(tc.body))
			}
		})
		c := refreshApp(t, b.URL, func(r *project.Refresh) { r.Update = project.AuthFields{Token: tmpl(t, tc.src)} })
		if ans := refresh(t, c); ans.Class != tc.want || tc.want == session.Success && ans.Update.Token.Reveal() != "a2" {
			t.Errorf("%s of %d %s %q: %v (%s, %v)", tc.src, tc.status, tc.header, tc.body, ans.Class, ans.Reason, ans.Err)
		}
	}
}
