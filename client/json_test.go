package client_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/usherdev/usher/client"
	"github.com/usherdev/usher/session"
)

// fixed answers every call in one way and keeps the last request.
type fixed struct {
	*httptest.Server
	status int
	header map[string]string
	body   string
	calls  int
	method string
	path   string
	got    string
	head   http.Header
}

func newFixed(t *testing.T) *fixed {
	f := &fixed{status: 200}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		f.calls++
		f.method, f.path, f.got, f.head = r.Method, r.URL.Path, string(body), r.Header
		w.Header().Set("Content-Type", "application/json")
		for k, v := range f.header {
			w.Header().Set(k, v)
		}
		w.WriteHeader(f.status)
		_, _ = io.WriteString(w, f.body)
	}))
	t.Cleanup(f.Close)
	return f
}

// grant logs in by api and returns what is then current.
func (f *fixed) grant(t *testing.T, api client.API, cr client.Credentials) (client.Login[map[string]any], error) {
	t.Helper()
	cfg, err := client.JSON[map[string]any](f.URL+"/v1/", api)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Name, cfg.Base = "test", &http.Transport{DisableKeepAlives: true}
	c, err := client.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	return c.LogIn(t.Context(), cr)
}

func jwt(exp time.Time) string {
	return "e30." + base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, `{"exp":%d}`, exp.Unix())) + ".x"
}

func TestJSONRequests(t *testing.T) {
	f := newFixed(t)
	f.body = `{"data":{"list":[{"access_token":"a"}],"refresh":"r","me":{"id":12345678901234567890,"name":"Ada"}}}`
	api := client.API{
		Header: http.Header{"apikey": {"k1"}},
		LogIn: client.Endpoint{URL: "/token", Form: true, Method: "PUT",
			Body:  map[string]any{"grant_type": "password", "user": "{username}", "pass": "{password}", "code": "{otp}", "n": 30},
			Reply: client.Reply{Token: "data.list.0.access_token", RefreshToken: "data.refresh", UID: "data.me.id", User: "."}},
	}
	cr := client.Password("ada", "p&q")
	cr.Fields = map[string]session.Secret{"otp": session.NewSecret("42")}
	l, err := f.grant(t, api, cr)
	if err != nil {
		t.Fatal(err)
	}
	if f.method != "PUT" || f.path != "/v1/token" || f.got != "code=42&grant_type=password&n=30&pass=p%26q&user=ada" || f.head.Get("Apikey") != "k1" ||
		f.head.Get("Content-Type") != "application/x-www-form-urlencoded" || f.head.Get("Accept") != "application/json" || f.head.Get("Authorization") != "" {
		t.Errorf("%s %s %s %v", f.method, f.path, f.got, f.head)
	}
	if l.Token.Reveal() != "a" || l.RefreshToken.Reveal() != "r" || l.UID != "12345678901234567890" || !l.Expiry.IsZero() {
		t.Errorf("%+v", l)
	}
	if text := fmt.Sprint(l.User); strings.Contains(text, ":a") || strings.Contains(text, "refresh") || !strings.Contains(text, "Ada") {
		t.Errorf("user data: %s", text) // tokens are taken out of it
	}
	if _, err := f.grant(t, api, client.Password("ada", "x")); err == nil || !strings.Contains(err.Error(), "{otp}") || f.calls != 1 {
		t.Errorf("a missing value: %v", err)
	}
}

func TestB25_ExpiryKinds(t *testing.T) {
	f := newFixed(t)
	at := time.Now().Add(2 * time.Hour).Truncate(time.Second)
	for _, tc := range []struct {
		expiry client.Expiry
		value  string
		want   time.Time // zero: unknown; the year 1: refused
	}{
		{client.Expiry{Path: "exp", Kind: client.InSeconds}, "7200", at},
		{client.Expiry{Path: "exp", Kind: client.InSeconds}, `"7200"`, at},
		{client.Expiry{Path: "exp", Kind: client.InMs}, "7200000", at},
		{client.Expiry{Path: "exp", Kind: client.Unix}, fmt.Sprint(at.Unix()), at},
		{client.Expiry{Path: "exp", Kind: client.Unix}, fmt.Sprintf("%d.25", at.Unix()), at},
		{client.Expiry{Path: "exp", Kind: client.UnixMs}, fmt.Sprint(at.UnixMilli()), at},
		{client.Expiry{Path: "exp", Kind: client.RFC3339}, `"` + at.Format(time.RFC3339) + `"`, at},
		{client.Expiry{Path: "exp", Kind: client.JWT}, `"` + jwt(at) + `"`, at},
		{client.Expiry{TTL: 2 * time.Hour}, "1", at},
		{client.Expiry{}, "1", time.Time{}},
		{client.Expiry{Path: "none", Kind: client.Unix}, "1", time.Time{}},
		{client.Expiry{Path: "none", Kind: client.Unix, TTL: 2 * time.Hour}, "1", at},
		{client.Expiry{Path: "exp", Kind: client.Unix}, "null", time.Time{}},
		{client.Expiry{Path: "exp", Kind: client.Unix}, fmt.Sprint(at.UnixMilli()), time.Unix(1, 0)},
		{client.Expiry{Path: "exp", Kind: client.InSeconds}, `"soon"`, time.Unix(1, 0)},
		{client.Expiry{Path: "exp", Kind: client.InSeconds}, "-1", time.Unix(1, 0)},
		{client.Expiry{Path: "exp", Kind: client.RFC3339}, `"2021-09-21 16:53:56"`, time.Unix(1, 0)},
		{client.Expiry{Path: "exp", Kind: client.JWT}, `"opaque"`, time.Unix(1, 0)},
	} {
		f.body = `{"token":"opaque","exp":` + tc.value + `}`
		l, err := f.grant(t, client.API{LogIn: client.Endpoint{URL: "/l", Reply: client.Reply{Token: "token", Expiry: tc.expiry}}}, client.Credentials{})
		switch {
		case tc.want.Equal(time.Unix(1, 0)):
			if err == nil {
				t.Errorf("%v %s was taken as %v", tc.expiry, tc.value, l.Expiry)
			}
		case err != nil || l.Expiry.IsZero() != tc.want.IsZero() || l.Expiry.Sub(tc.want).Abs() > time.Minute:
			t.Errorf("%v %s: %v, %v; want %v", tc.expiry, tc.value, l.Expiry, err, tc.want)
		}
	}
}

func TestB25_ExpOfAJWTIsAHintByItself(t *testing.T) {
	f := newFixed(t)
	at := time.Now().Add(time.Hour).Truncate(time.Second)
	f.body = `{"token":"` + jwt(at) + `"}`
	reply := client.API{LogIn: client.Endpoint{URL: "/l", Reply: client.Reply{Token: "token"}}}
	if l, err := f.grant(t, reply, client.Credentials{}); err != nil || !l.Expiry.Equal(at) {
		t.Errorf("%v, %v", l.Expiry, err)
	}
	f.header = map[string]string{"Date": time.Now().Add(10 * time.Minute).UTC().Format(http.TimeFormat)} // its clock is ahead
	if l, err := f.grant(t, reply, client.Credentials{}); err != nil || l.Expiry.Sub(at.Add(-10*time.Minute)).Abs() > 5*time.Second {
		t.Errorf("with another clock: %v, %v", l.Expiry.Sub(at), err)
	}
}

func TestJSONRefusesWhatCannotWork(t *testing.T) {
	ok := client.Endpoint{URL: "/l", Reply: client.Reply{Token: "t"}}
	with := func(change func(*client.Endpoint)) client.API {
		e := ok
		change(&e)
		return client.API{LogIn: e}
	}
	for name, api := range map[string]client.API{
		"no log-in":         {},
		"no token":          with(func(e *client.Endpoint) { e.Reply.Token = "" }),
		"a bare path":       with(func(e *client.Endpoint) { e.URL = "login" }),
		"user in the URL":   with(func(e *client.Endpoint) { e.URL = "https://u:canary@h/l" }),
		"kind without path": with(func(e *client.Endpoint) { e.Reply.Expiry.Kind = client.Unix }),
		"path without kind": with(func(e *client.Endpoint) { e.Reply.Expiry.Path = "exp" }),
		"unknown kind":      with(func(e *client.Endpoint) { e.Reply.Expiry = client.Expiry{Path: "exp", Kind: "days"} }),
		"refresh no token":  {LogIn: ok, Refresh: client.Endpoint{URL: "/r"}},
	} {
		if _, err := client.JSON[person]("https://h", api); err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, base := range []string{"", "h", "ftp://h", "https://u@h", "https://h?q=1"} {
		if _, err := client.JSON[person](base, client.API{LogIn: ok}); err == nil {
			t.Errorf("base %q was taken", base)
		}
	}
}

func TestRefusalTellsWhatTheBackendSaid(t *testing.T) {
	f := newFixed(t)
	f.status, f.body, f.header = 429, `{"err":{"text":"Slow down","code":"slow"}}`, map[string]string{"Retry-After": "7"}
	_, err := f.grant(t, client.API{LogIn: client.Endpoint{URL: "/l", Reply: client.Reply{Token: "t"}}, Message: "err.text", Code: "err.code"}, client.Password("a", "b"))
	var no *client.Refusal
	if !errors.As(err, &no) || no.Status != 429 || no.Message != "Slow down" || no.Code != "slow" || no.RetryAfter != 7*time.Second || !strings.Contains(err.Error(), "Slow down") {
		t.Errorf("%+v", err)
	}
	f.status = 500
	if _, err := f.grant(t, client.API{LogIn: client.Endpoint{URL: "/l", Reply: client.Reply{Token: "t"}}}, client.Password("a", "b")); err == nil || errors.As(err, &no) {
		t.Errorf("a fault of the backend is no refusal: %v", err)
	}
}

// classes asks what one refresh call at url comes to.
func classes(t *testing.T, url string) session.Answer {
	t.Helper()
	return classesIn(t.Context(), t, url)
}

func classesIn(ctx context.Context, t *testing.T, url string) session.Answer {
	t.Helper()
	cfg := config(t, url, client.Storage{})
	bare := &http.Client{
		Transport: cfg.Base, Timeout: 200 * time.Millisecond,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	ans, err := cfg.Refresh(ctx, bare, session.AuthData{Token: session.NewSecret("a"), RefreshToken: session.NewSecret("r")})
	if err != nil {
		t.Fatal(err)
	}
	return ans
}

func TestB12_Classes(t *testing.T) {
	f := newFixed(t)
	for _, tc := range []struct {
		status int
		header string
		body   string
		want   session.Class
	}{
		{200, "", `{"token":"a2","refresh":"r2"}`, session.Success},
		{201, "", `{"token":"a2"}`, session.Success},
		{400, "", `{"error":"invalid_grant"}`, session.Reject},
		{400, "", `{"message":"no"}`, session.Reject},
		{401, "", ``, session.Reject},
		{403, "", ``, session.Reject},
		{401, "", `{"error":"invalid_client"}`, session.Misconfig},
		{400, "", `{"error":"invalid_request"}`, session.Misconfig},
		{500, "", `{"error":"unauthorized_client"}`, session.Misconfig},
		{500, "", `{"error":"invalid_grant"}`, session.Ambiguous},
		{404, "", ``, session.Misconfig},
		{405, "", ``, session.Misconfig},
		{422, "", `{}`, session.Misconfig},
		{302, "Location: /login", ``, session.Misconfig},
		{307, "Location: /x", ``, session.Misconfig},
		{200, "Content-Type: text/html", `<html>portal`, session.Misconfig},
		{200, "", `{"other":"shape"}`, session.Misconfig},
		{200, "", `{"token":12}`, session.Misconfig},
		{200, "", `{"token":""}`, session.Misconfig},
		{200, "", `{"token":"a2","expires_in":"x"}`, session.Misconfig},
		{204, "", ``, session.Misconfig},
		{200, "", ``, session.Ambiguous},
		{200, "", `{"token":"a2","refr`, session.Ambiguous},
		{200, "", `{"token":"` + strings.Repeat("x", 1<<20) + `"}`, session.Ambiguous},
		{200, "", `{"token":"a2"}` + strings.Repeat(" ", 1<<20), session.Ambiguous}, // whole, but nobody has read it to its end
		{502, "", ``, session.Ambiguous},
		{503, "", ``, session.Ambiguous},
		{503, "Retry-After: 7", ``, session.NotSent},
		{429, "", `{"error":"invalid_grant"}`, session.NotSent},
	} {
		name, v, _ := strings.Cut(tc.header, ": ")
		f.status, f.body, f.header, f.calls = tc.status, tc.body, map[string]string{name: v}, 0
		if name == "" {
			f.header = nil
		}
		ans := classes(t, f.URL)
		if ans.Class != tc.want || f.calls != 1 {
			t.Errorf("%d %s %.40s: %v (%s), %d calls; want %v", tc.status, tc.header, tc.body, ans.Class, ans.Reason, f.calls, tc.want)
		}
		if name == "Retry-After" && ans.RetryAfter != 7*time.Second {
			t.Errorf("Retry-After became %v", ans.RetryAfter)
		}
	}
	if f.head.Get("X-Refresh-Attempt") == "" || f.head.Get("Authorization") != "" || f.got != `{"refresh":"r"}` {
		t.Errorf("sent %v %s", f.head, f.got)
	}
}

// late is a context whose time is over while its timer has not rung yet, as in a process that stood still.
type late struct{ context.Context }

func (late) Deadline() (time.Time, bool) { return time.Now().Add(-time.Millisecond), true }

// TestC10_NothingIsSentAfterItsTime: a refresh whose time is over by the clock is not sent, though its context has not ended.
func TestC10_NothingIsSentAfterItsTime(t *testing.T) {
	f := newFixed(t)
	f.body = `{"token":"a2"}`
	if ans := classesIn(late{t.Context()}, t, f.URL); ans.Class != session.NotSent || f.calls != 0 {
		t.Errorf("read as %v after %d calls", ans.Class, f.calls)
	}
	if ans := classes(t, f.URL); ans.Class != session.Success || f.calls != 1 {
		t.Errorf("in time: read as %v after %d calls", ans.Class, f.calls)
	}
}

func TestB12_Wire(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := "http://" + l.Addr().String()
	l.Close()
	release := make(chan struct{})
	hijack := func(text string) string {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if text == "" {
				<-release
				return
			}
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			_, _ = io.WriteString(conn, text)
			conn.Close()
		}))
		t.Cleanup(s.Close)
		return s.URL
	}
	silent := hijack("")
	t.Cleanup(func() { close(release) })
	for name, tc := range map[string]struct {
		url  string
		want session.Class
	}{
		"nothing listens": {closed, session.NotSent},
		"no TLS there":    {strings.Replace(silent, "http", "https", 1), session.NotSent},
		"half a header":   {hijack("HTTP/1.1 200 OK\r\nContent-"), session.Ambiguous},
		"half a body":     {hijack("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"tok"), session.Ambiguous},
		"silence":         {silent, session.Ambiguous},
	} {
		if ans := classes(t, tc.url); ans.Class != tc.want || ans.Err == nil {
			t.Errorf("%s: %v (%s, %v), want %v", name, ans.Class, ans.Reason, ans.Err, tc.want)
		}
	}
}

// untold is a Base that reports nothing to httptrace.
type untold struct{}

func (untold) RoundTrip(*http.Request) (*http.Response, error) { return nil, errors.New("gone") }

func TestB12_BaseThatTellsNothingIsNotTrusted(t *testing.T) {
	cfg := config(t, "http://h", client.Storage{})
	ans, err := cfg.Refresh(context.Background(), &http.Client{Transport: untold{}}, session.AuthData{RefreshToken: session.NewSecret("r")})
	if err != nil || ans.Class != session.Ambiguous {
		t.Errorf("%v, %v", ans.Class, err)
	}
}

func TestB26_NoNewRefreshTokenKeepsTheOld(t *testing.T) {
	ans := client.Renewed(client.Grant[person]{Token: session.NewSecret("a")})
	if ans.Class != session.Success || ans.Update.RefreshToken != nil || ans.Update.UID != nil || ans.Update.User != nil {
		t.Errorf("%+v", ans)
	}
	bad := client.Renewed(client.Grant[chan int]{Token: session.NewSecret("a"), User: new(chan int)})
	if bad.Class != session.Misconfig {
		t.Errorf("%+v", bad)
	}
}

func TestRefreshByToken(t *testing.T) {
	f := newFixed(t)
	f.body = `{"token":"old"}`
	reply := client.Reply{Token: "token"}
	cfg, err := client.JSON[person](f.URL, client.API{LogIn: client.Endpoint{URL: "/l", Reply: reply}, Refresh: client.Endpoint{URL: "/r", Bearer: true, Reply: reply}})
	if err != nil {
		t.Fatal(err)
	}
	cfg.Name, cfg.Base = "test", &http.Transport{DisableKeepAlives: true}
	c, err := client.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	past := time.Now().Add(-time.Minute)
	if _, err := c.LogIn(t.Context(), client.Credentials{}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Update(t.Context(), client.Change[person]{Expiry: &past}); err != nil {
		t.Fatal(err)
	}
	f.body = `{"token":"new"}`
	if l, err := c.Fresh(t.Context()); err != nil || l.Token.Reveal() != "new" || f.head.Get("Authorization") != "Bearer old" {
		t.Errorf("%+v, %v, sent %q", l, err, f.head.Get("Authorization"))
	}
}
