package call

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
)

func setCookie(lines ...string) http.Header { return http.Header{"Set-Cookie": lines} }

// TestF13_JarRules: what is kept, for which origin and path, and until when.
func TestF13_JarRules(t *testing.T) {
	now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	jar := mergeJar(setCookie("a=1; Path=/", "b=2; Path=/api", "c=3", "d=4; Max-Age=60", "e=5; Expires=Thu, 01 Jan 2015 00:00:00 GMT",
		"f=6; Domain=other.test; Path=/", "g=7; Path=/; Secure", "h=\x01; Path=/", "=nameless", "a=9; Path=/"), "http://x.test", "/auth/login", now)(nil)
	for _, tc := range []struct {
		origin, path, want string
		at                 time.Time
	}{
		{"http://x.test", "/", "f=6; a=9", now}, {"http://x.test", "/api/x", "b=2; f=6; a=9", now}, {"http://x.test", "/apix", "f=6; a=9", now},
		{"http://x.test", "/auth/me", "c=3; d=4; f=6; a=9", now}, {"http://x.test", "/auth", "c=3; f=6; a=9", now.Add(time.Hour)},
		{"https://x.test", "/", "", now}, {"http://x.test:8080", "/", "", now}, {"http://other.test", "/", "", now}, {"http://sub.x.test", "/", "", now},
	} {
		if got := cookieHeader(jar, tc.origin, tc.path, tc.at); got != tc.want {
			t.Errorf("%s%s: %q, want %q", tc.origin, tc.path, got, tc.want)
		}
	}
	gone := mergeJar(setCookie("a=; Path=/; Max-Age=0", "b=; Path=/api; Expires=Thu, 01 Jan 1970 00:00:00 GMT"), "http://x.test", "/", now)(jar)
	if got := cookieHeader(gone, "http://x.test", "/api", now); got != "f=6" {
		t.Errorf("after they were taken back: %q", got)
	}
	same := mergeJar(setCookie("a=9; Path=/"), "http://x.test", "/", now)
	if !bytes.Equal(same(gone), same(same(gone))) {
		t.Error("the same cookie again changes the jar")
	}
	var many []string
	for i := range 40 {
		many = append(many, fmt.Sprintf("n%d=%s; Path=/", i, strings.Repeat("x", 3000)))
	}
	full := mergeJar(setCookie(many...), "http://x.test", "/", now)(gone)
	if len(full) > jarBytes || !strings.Contains(cookieHeader(full, "http://x.test", "/", now), "n39=") {
		t.Errorf("%d bytes are kept, or the newest is not", len(full))
	}
	if got := cookieHeader(SpoilJar("x")(jar), "http://x.test", "/auth/me", now.Add(time.Hour)); got != "c=x; f=x; a=x" {
		t.Errorf("spoiled: %q", got)
	}
	for _, broken := range []string{"x", "{}", "null", `[{"o":1}]`} {
		if got := cookieHeader([]byte(broken), "http://x.test", "/", now); got != "" {
			t.Errorf("%s: %q", broken, got)
		}
	}
}

// cookieApp is a group that keeps cookies, of a backend that names a cookie after each path it is asked for.
func cookieApp(t *testing.T, url string, calls ...*project.Call) *Client {
	p := api(t, url, calls...)
	p.Groups[0].KeepCookies = true
	return client(t, p)
}

// TestF13_JarOfALogin: calls at the same time lose none of each other's cookies; they are in the stored row, go to no other origin, and
// are gone with the login. A call that goes by no login sends and changes none of them.
func TestF13_JarOfALogin(t *testing.T) {
	b := newBackend(t, func(w http.ResponseWriter, r *http.Request, _ string) {
		name := strings.TrimPrefix(r.URL.Path, "/")
		http.SetCookie(w, &http.Cookie{Name: name, Value: "v-" + name, Path: "/"})
		writeJSON(w, 200, `{}`)
	})
	var calls []*project.Call
	for i := range 16 {
		calls = append(calls, &project.Call{Name: fmt.Sprintf("c%d", i), Auth: project.AuthRequired})
	}
	open := &project.Call{Name: "open"}
	other := newBackend(t, nil)
	away := &project.Call{Name: "away", Auth: project.AuthRequired, URL: tmpl(t, other.URL)}
	c := cookieApp(t, b.URL, append(calls, open, away)...)
	m := manager(t, c, nil)
	s, err := m.LogIn(t.Context(), "", session.AuthData{UID: "7"}, true)
	if err != nil {
		t.Fatal(err)
	}
	bearer := NewBearer(m, s)
	var wg sync.WaitGroup
	for _, call := range calls {
		wg.Go(func() {
			if r, err := c.Do(t.Context(), Request{Call: call}, bearer); err != nil || !r.OK {
				t.Errorf("%s: %+v, %v", call.Name, r, err)
			}
		})
	}
	wg.Wait()
	stored, _, err := m.Current(t.Context(), s.ID)
	if got := cookieHeader(stored.Auth.Jar, b.URL, "/", time.Now()); err != nil || strings.Count(got, "=") != len(calls) {
		t.Fatalf("of %d cookies these are stored: %s (%v)", len(calls), got, err)
	}
	if do(t, c, open, nil, bearer); b.last(t).header.Get("Cookie") != "" {
		t.Errorf("a call without login carries %q", b.last(t).header.Get("Cookie"))
	}
	if do(t, c, away, nil, bearer); other.last(t).header.Get("Cookie") != "" {
		t.Error("cookies went to another origin")
	}
	r := do(t, c, calls[0], nil, bearer)
	if got := b.last(t).header.Get("Cookie"); strings.Count(got, "v-c") != len(calls) || strings.Contains(got, "open") {
		t.Errorf("Cookie: %s", got)
	}
	if out := fmt.Sprint(r.Value()); strings.Contains(out, "v-c0") {
		t.Errorf("the scope shows a cookie: %s", out)
	}
	if err := m.LogOut(t.Context(), s.ID); err != nil {
		t.Fatal(err)
	}
	if stored, _, _ = m.Current(t.Context(), s.ID); stored.Auth.Jar != nil {
		t.Error("the jar outlives the login")
	}
	if err := bearer.KeepCookies(t.Context(), mergeJar(setCookie("late=1"), b.URL, "/", time.Now())); err != nil {
		t.Errorf("a cookie that comes after the log-out: %v", err)
	}
}

// TestF13_JarOfARefresh: a backend whose refresh token is a cookie: it is sent, and its successor is stored in the same write as the token.
func TestF13_JarOfARefresh(t *testing.T) {
	turn := 1
	b := newBackend(t, func(w http.ResponseWriter, r *http.Request, _ string) {
		if r.URL.Path == "/me" {
			writeJSON(w, map[bool]int{true: 200, false: 401}[r.Header.Get("Authorization") == fmt.Sprintf("Bearer a%d", turn)], `{}`)
			return
		}
		if c, err := r.Cookie("refresh"); err != nil || c.Value != fmt.Sprintf("r%d", turn) {
			writeJSON(w, 401, `{"error":"invalid_grant"}`)
			return
		}
		turn++
		http.SetCookie(w, &http.Cookie{Name: "refresh", Value: fmt.Sprintf("r%d", turn), Path: "/refresh", HttpOnly: true})
		writeJSON(w, 200, fmt.Sprintf(`{"t":"a%d"}`, turn))
	})
	me, refresh := &project.Call{Name: "me", Auth: project.AuthRequired}, &project.Call{Name: "refresh", Method: "POST"}
	p := api(t, b.URL, me, refresh)
	p.Groups[0].KeepCookies = true
	p.App.Auth = project.Auth{Enabled: true, Refresh: &project.Refresh{Call: refresh, Update: project.AuthFields{Token: tmpl(t, "${reply.body.t}")}}}
	c := client(t, p)
	m := manager(t, c, func(cfg *session.Config) { cfg.RefreshByToken = true })
	jar := mergeJar(setCookie("refresh=r1; Path=/refresh"), b.URL, "/login", time.Now())(nil)
	s, err := m.LogIn(t.Context(), "", session.AuthData{Token: session.NewSecret("old"), UID: "7", Jar: jar}, true)
	if err != nil {
		t.Fatal(err)
	}
	for turn := 2; turn < 4; turn++ {
		if r := do(t, c, me, nil, NewBearer(m, s)); !r.OK || !r.Replayed {
			t.Fatalf("turn %d: %+v", turn, r)
		}
		s, _, _ = m.Current(t.Context(), s.ID)
		if got := cookieHeader(s.Auth.Jar, b.URL, "/refresh", time.Now()); got != fmt.Sprintf("refresh=r%d", turn) || s.Auth.Token.Reveal() != fmt.Sprintf("a%d", turn) {
			t.Fatalf("turn %d: stored %s with %s", turn, got, s.Auth.Token.Reveal())
		}
		old := session.NewSecret("stale")
		if s, err = m.Update(t.Context(), s.ID, session.Update{Token: &old}, session.UpdateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
}
