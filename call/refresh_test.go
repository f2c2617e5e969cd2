package call

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

// pair is what a session holds in these tests.
func pair() session.AuthData {
	return session.AuthData{Token: session.NewSecret("a1"), RefreshToken: session.NewSecret("r1"), UID: "7"}
}

// refreshApp is an app whose refresh goes to url.
func refreshApp(t *testing.T, url string, change func(*project.Refresh)) *Client {
	t.Helper()
	refresh := &project.Call{Name: "refresh", Method: "POST", BodyKind: project.BodyJSON, Params: []project.Param{{Name: "refreshToken", Type: value.SecretType()}},
		Body: object(t, "refreshToken", "${params.refreshToken}"), Timeout: time.Second}
	p := api(t, url, refresh)
	r := &project.Refresh{Call: refresh, With: object(t, "refreshToken", "${auth.refreshToken}"),
		Update: project.AuthFields{Token: tmpl(t, "${reply.body.accessToken}"), RefreshToken: tmpl(t, "${reply.body.refreshToken}"), UID: tmpl(t, "${reply.body.uid}")}}
	if change != nil {
		change(r)
	}
	p.App.Auth = project.Auth{Enabled: true, Refresh: r}
	return client(t, p)
}

func refresh(t *testing.T, c *Client) session.Answer {
	t.Helper()
	ans, err := c.Refresher()(t.Context(), pair())
	if err != nil {
		t.Fatal(err)
	}
	return ans
}

// TestB12_Classes: the table of promises 2.5 with design 9.2. A misconfigured endpoint is never a refusal.
func TestB12_Classes(t *testing.T) {
	good := `{"accessToken":"a2","refreshToken":"r2"}`
	for _, tc := range []struct {
		status int
		header string // "Name: value"
		body   string
		want   session.Class
	}{
		{200, "", good, session.Success},
		{201, "", `{"accessToken":"a2"}`, session.Success},
		{200, "Content-Type: text/plain", good, session.Success},
		{400, "", `{"error":"invalid_grant"}`, session.Reject},
		{401, "", `{"error":"invalid_grant"}`, session.Reject},
		{400, "", `{"error":"Refresh token expired"}`, session.Reject},
		{400, "", `{"message":"no"}`, session.Reject},
		{400, "", ``, session.Reject},
		{401, "", `{"message":"no"}`, session.Reject},
		{403, "", ``, session.Reject},
		{400, "", `{"error":"invalid_client"}`, session.Misconfig},
		{401, "", `{"error":"invalid_client"}`, session.Misconfig},
		{500, "", `{"error":"unauthorized_client"}`, session.Misconfig},
		{200, "", `{"error":"invalid_scope"}`, session.Misconfig},
		{400, "", `{"error":"unsupported_grant_type"}`, session.Misconfig},
		{400, "", `{"error":"invalid_request"}`, session.Misconfig},
		{404, "", ``, session.Misconfig},
		{405, "", ``, session.Misconfig},
		{410, "", ``, session.Misconfig},
		{415, "", ``, session.Misconfig},
		{422, "", `{"message":"field missing"}`, session.Misconfig},
		{301, "Location: /x", ``, session.Misconfig},
		{302, "Location: /login", `<html>log in</html>`, session.Misconfig},
		{307, "Location: /x", ``, session.Misconfig},
		{200, "Content-Type: text/html", `<html>captive portal</html>`, session.Misconfig},
		{200, "Content-Type: application/json", `<!doctype html><p>portal`, session.Misconfig},
		{200, "", `{"other":"shape"}`, session.Misconfig},
		{200, "", `{"accessToken":null}`, session.Misconfig},
		{200, "", `{"accessToken":""}`, session.Misconfig},
		{200, "", `{"accessToken":12}`, session.Misconfig},
		{200, "", `{"accessToken":{"a":1}}`, session.Misconfig},
		{200, "", `[]`, session.Misconfig},
		{204, "", ``, session.Misconfig},
		{200, "", ``, session.Ambiguous},
		{200, "", `{"accessToken":"a2","refr`, session.Ambiguous},
		{200, "", `not json`, session.Ambiguous},
		{200, "", `{"accessToken":"` + strings.Repeat("x", maxRefreshReply) + `"}`, session.Ambiguous},
		{500, "", ``, session.Ambiguous},
		{502, "", `<html>bad gateway</html>`, session.Ambiguous},
		{503, "", ``, session.Ambiguous},
		{504, "", ``, session.Ambiguous},
		{500, "", `{"error":"invalid_grant"}`, session.Ambiguous},
		{503, "Retry-After: 7", ``, session.NotSent},
		{429, "", ``, session.NotSent},
		{429, "Retry-After: 7", `{"error":"invalid_grant"}`, session.NotSent},
		{503, "", `{"error":"temporarily_unavailable"}`, session.NotSent},
	} {
		name, v, _ := strings.Cut(tc.header, ": ")
		b := newBackend(t, func(w http.ResponseWriter, _ *http.Request, _ string) {
			w.Header().Set("Content-Type", "application/json")
			if name != "" {
				w.Header().Set(name, v)
			}
			w.WriteHeader(tc.status)
			_, _ = io.WriteString(w, tc.body)
		})
		ans := refresh(t, refreshApp(t, b.URL, nil))
		if ans.Class != tc.want {
			t.Errorf("%d %s %.60s: %v (%s, %v), want %v", tc.status, tc.header, tc.body, ans.Class, ans.Reason, ans.Err, tc.want)
		}
		if n := len(b.requests()); n != 1 {
			t.Errorf("%d %.60s: %d requests", tc.status, tc.body, n)
		}
		if strings.HasPrefix(tc.header, "Retry-After") && ans.RetryAfter != 7*time.Second {
			t.Errorf("%d: RetryAfter %v", tc.status, ans.RetryAfter)
		}
		if shown := fmt.Sprintf("%+v %v", ans, ans.Err); strings.Contains(shown, "a2") || strings.Contains(shown, "r2") {
			t.Errorf("the answer shows a token: %s", shown)
		}
	}
}

// TestB12_Wire: what happens on the wire decides between certainly unspent and maybe spent.
func TestB12_Wire(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := "http://" + l.Addr().String()
	_ = l.Close()
	hijack := func(answer string) *backend {
		return newBackend(t, func(w http.ResponseWriter, _ *http.Request, _ string) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			_, _ = io.WriteString(conn, answer)
			_ = conn.Close()
		})
	}
	silent := make(chan struct{})
	quiet := newBackend(t, func(http.ResponseWriter, *http.Request, string) { <-silent })
	defer close(silent)
	for name, tc := range map[string]struct {
		url  string
		want session.Class
	}{
		"nothing listens":     {closed, session.NotSent},
		"unknown host":        {"http://nowhere.invalid", session.NotSent},
		"no TLS there":        {strings.Replace(quiet.URL, "http://", "https://", 1), session.NotSent},
		"closed after write":  {hijack("").URL, session.Ambiguous},
		"half a header":       {hijack("HTTP/1.1 200 OK\r\nContent-Ty").URL, session.Ambiguous},
		"half a body":         {hijack("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"accessTok").URL, session.Ambiguous},
		"silence after write": {quiet.URL, session.Ambiguous},
	} {
		c := refreshApp(t, tc.url, func(r *project.Refresh) { r.Call.Timeout = 100 * time.Millisecond })
		if ans := refresh(t, c); ans.Class != tc.want || ans.Err == nil || strings.Contains(ans.Err.Error(), "127.0.0.1") {
			t.Errorf("%s: %v (%s, %v), want %v", name, ans.Class, ans.Reason, ans.Err, tc.want)
		}
	}
}

// TestB22_RefreshFollowsNoRedirect: five codes, same host and another: the target is never asked.
func TestB22_RefreshFollowsNoRedirect(t *testing.T) {
	target := newBackend(t, nil)
	for _, code := range []int{301, 302, 303, 307, 308} {
		for _, to := range []string{target.URL + "/refresh", "/other"} {
			b := newBackend(t, func(w http.ResponseWriter, _ *http.Request, _ string) {
				w.Header().Set("Location", to)
				w.WriteHeader(code)
			})
			if ans := refresh(t, refreshApp(t, b.URL, nil)); ans.Class != session.Misconfig || len(b.requests()) != 1 {
				t.Errorf("%d to %s: %v, %d requests", code, to, ans.Class, len(b.requests()))
			}
		}
	}
	if n := len(target.requests()); n != 0 {
		t.Errorf("%d requests reached the target", n)
	}
}

// TestA17_RefreshTokensThatNoHeaderCarries: nothing of such an answer is stored.
func TestA17_RefreshTokensThatNoHeaderCarries(t *testing.T) {
	for _, bad := range []string{`a\r\nX: 1`, `a\nb`, `a\u0000b`, `t\u00f6ken`, `a\u2028`, `a\tb`, strings.Repeat("x", maxToken+1), "null", "undefined", "Bearer "} {
		for _, field := range []string{"accessToken", "refreshToken"} {
			body := `{"accessToken":"fine","refreshToken":"fine"}`
			body = strings.Replace(body, `"`+field+`":"fine"`, `"`+field+`":"`+bad+`"`, 1)
			b := newBackend(t, func(w http.ResponseWriter, _ *http.Request, _ string) { writeJSON(w, 200, body) })
			if ans := refresh(t, refreshApp(t, b.URL, nil)); ans.Class != session.Misconfig || ans.Update.Token != nil {
				t.Errorf("%s %.20q: %v", field, bad, ans.Class)
			}
		}
	}
}

// TestF040_Mapping: what is absent is kept; the expiry is mapped, or read from the token, or unknown; the loud fault
// names field and path.
func TestF040_Mapping(t *testing.T) {
	body := `{"accessToken":"Bearer a2"}`
	b := newBackend(t, func(w http.ResponseWriter, _ *http.Request, _ string) { writeJSON(w, 200, body) })
	u := refresh(t, refreshApp(t, b.URL, nil)).Update
	if u.Token == nil || u.Token.Reveal() != "a2" || u.RefreshToken != nil || u.UID != nil || u.User != nil || u.MergeUser != nil || u.Expiry == nil || !u.Expiry.IsZero() {
		t.Errorf("bare: %+v", u)
	}
	if b.last(t).body != `{"refreshToken":"r1"}` || b.last(t).header.Get(attemptHeader) == "" || b.last(t).header.Get("Authorization") != "" || b.last(t).header.Get("Idempotency-Key") != "" {
		t.Errorf("request %+v", b.last(t))
	}
	body = `{"accessToken":"eyJhbGciOiJub25lIn0.eyJleHAiOjE5MDAwMDAwMDB9.x","refreshToken":"r2","uid":7,"user":{"city":"Bonn"}}` // gitleaks:allow, an unsigned token made up here
	u = refresh(t, refreshApp(t, b.URL, func(r *project.Refresh) { r.Update.User = tmpl(t, "${reply.body.user}") })).Update
	if u.RefreshToken.Reveal() != "r2" || *u.UID != "7" || string(u.MergeUser) != `{"city":"Bonn"}` || !u.Expiry.Equal(time.Unix(1900000000, 0)) {
		t.Errorf("full: %+v", u)
	}
	body = `{"access":"a2"}`
	ans := refresh(t, refreshApp(t, b.URL, nil))
	if m, ok := AsMapping(ans.Err); !ok || m.Msg != "the reply has no accessToken (token: reply.body.accessToken)" {
		t.Errorf("missing: %v", ans.Err)
	}
}

// TestF040_Rules: the app's own rules are asked first.
func TestF040_Rules(t *testing.T) {
	status, body := 200, `{"ok":false,"code":"gone"}`
	b := newBackend(t, func(w http.ResponseWriter, _ *http.Request, _ string) { writeJSON(w, status, body) })
	rules := func(r *project.Refresh) {
		r.Rejected = tmpl(t, `${reply.body.code == "gone"}`)
		r.Transient = tmpl(t, `${reply.body.code == "busy"}`)
	}
	c := refreshApp(t, b.URL, rules)
	for _, tc := range []struct {
		status int
		body   string
		want   session.Class
	}{
		{200, `{"code":"gone"}`, session.Reject}, {401, `{"code":"busy"}`, session.Ambiguous}, {429, `{"code":"busy"}`, session.NotSent},
		{401, `{"code":"else"}`, session.Misconfig}, {200, `{"accessToken":"a2"}`, session.Success}, {500, `{}`, session.Ambiguous},
	} {
		status, body = tc.status, tc.body
		if ans := refresh(t, c); ans.Class != tc.want {
			t.Errorf("%d %s: %v (%s), want %v", tc.status, tc.body, ans.Class, ans.Reason, tc.want)
		}
	}
}

// TestClockSkew: times of a backend whose clock is wrong are brought to ours (promises 2.10).
func TestB18_ClockSkew(t *testing.T) {
	now := time.Date(2030, 1, 1, 12, 0, 0, 0, time.UTC)
	theirs := now.Add(2 * time.Hour)
	b := newBackend(t, func(w http.ResponseWriter, _ *http.Request, _ string) {
		w.Header().Set("Date", theirs.Format(http.TimeFormat))
		writeJSON(w, 200, fmt.Sprintf(`{"accessToken":"a2","at":%d,"in":600}`, theirs.Add(10*time.Minute).Unix()))
	})
	for _, src := range []string{"${unix(reply.body.at)}", "${inSeconds(reply.body.in)}"} {
		c := refreshApp(t, b.URL, func(r *project.Refresh) {
			env := value.NewEnv().With("reply", nil)
			expiry, faults := env.Parse(src, value.TimeType())
			if len(faults) > 0 {
				t.Fatal(faults)
			}
			r.Update.Expiry = expiry
		})
		c.now = func() time.Time { return now }
		if ans := refresh(t, c); ans.Class != session.Success || !ans.Update.Expiry.Equal(now.Add(10*time.Minute)) {
			t.Errorf("%s: %+v", src, ans.Update.Expiry)
		}
	}
}

// late is a context whose time is over while its timer has not rung yet, as in a process that stood still.
type late struct{ context.Context }

func (late) Deadline() (time.Time, bool) { return time.Now().Add(-time.Millisecond), true }

// TestC10_NothingLeavesAfterItsTime: a refresh whose time is over by the clock does not reach the backend, though its
// context has not ended.
func TestC10_NothingLeavesAfterItsTime(t *testing.T) {
	b := newBackend(t, func(w http.ResponseWriter, _ *http.Request, _ string) {
		_, _ = io.WriteString(w, `{"accessToken":"a2"}`)
	})
	c := refreshApp(t, b.URL, nil)
	ans, err := c.Refresher()(late{t.Context()}, pair())
	if err != nil || ans.Class != session.NotSent || len(b.requests()) != 0 {
		t.Errorf("read as %v, %v, after %d requests", ans.Class, err, len(b.requests()))
	}
	if ans := refresh(t, c); ans.Class != session.Success || len(b.requests()) != 1 {
		t.Errorf("in time: read as %v, %d requests", ans.Class, len(b.requests()))
	}
}

// TestRefreshByTokenItself: backends that renew with the live token need no refresh token.
func TestRefreshByTokenItself(t *testing.T) {
	b := newBackend(t, func(w http.ResponseWriter, _ *http.Request, _ string) { writeJSON(w, 200, `{"accessToken":"a2"}`) })
	c := refreshApp(t, b.URL, func(r *project.Refresh) { r.With = nil; r.Call.Auth = project.AuthRequired })
	if !c.RefreshByToken() || refreshApp(t, b.URL, nil).RefreshByToken() {
		t.Error("RefreshByToken is wrong")
	}
	if ans := refresh(t, c); ans.Class != session.Success || b.last(t).header.Get("Authorization") != "Bearer a1" {
		t.Errorf("%v, %v", ans.Class, b.last(t).header)
	}
	if client(t, api(t, b.URL)).Refresher() != nil || client(t, api(t, b.URL)).Revoker() != nil {
		t.Error("an app without declarations has a refresher or revoker")
	}
}

func TestRevoker(t *testing.T) {
	status := 204
	b := newBackend(t, func(w http.ResponseWriter, _ *http.Request, _ string) { w.WriteHeader(status) })
	out := &project.Call{Name: "logout", Method: "POST", Auth: project.AuthRequired, BodyKind: project.BodyJSON, Body: object(t, "t", "${params.t}"),
		Params: []project.Param{{Name: "t", Type: value.SecretType()}}}
	p := api(t, b.URL, out)
	p.App.Auth.LogOut = &project.LogOut{Call: out, With: object(t, "t", "${auth.refreshToken}")}
	revoke := client(t, p).Revoker()
	for s, done := range map[int]bool{200: true, 204: true, 400: true, 401: true, 404: true, 429: false, 302: false, 500: false, 503: false} {
		status = s
		if err := revoke(t.Context(), pair()); (err == nil) != done {
			t.Errorf("%d: %v", s, err)
		}
	}
	if r := b.last(t); r.body != `{"t":"r1"}` || r.header.Get("Authorization") != "Bearer a1" {
		t.Errorf("request %+v", r)
	}
	b.Close()
	if err := revoke(t.Context(), pair()); err == nil || strings.Contains(err.Error(), "127.0.0.1") {
		t.Errorf("unreachable: %v", err)
	}
}
