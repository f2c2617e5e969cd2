package call

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

func loginReply() *value.Type {
	return value.ObjectOf("LoginReply",
		value.Field{Name: "id", Type: value.IntType()},
		value.Field{Name: "firstName", Key: "first_name", Type: value.TextType()},
		value.Field{Name: "accessToken", Type: value.SecretType()})
}

// TestF095_Output: ok, status, headers, body, error and text; typed by the reply type, with mismatches told.
func TestF095_Output(t *testing.T) {
	b := newBackend(t, func(w http.ResponseWriter, _ *http.Request, _ string) {
		w.Header().Set("X-Page", "2")
		writeJSON(w, 200, `{"id":"12","first_name":"Ada","accessToken":"tok-abcdef","extra":1}`)
	})
	call := &project.Call{Name: "x", Reply: loginReply()}
	r := do(t, client(t, api(t, b.URL, call)), call, nil, nil)
	body, _ := r.Body.(map[string]any)
	if !r.OK || r.Status != 200 || r.Headers["x-page"] != "2" || body["id"] != 12 || body["firstName"] != "Ada" || body["extra"] != nil || r.Error != "" {
		t.Errorf("%+v", r)
	}
	v := r.Value()
	if v["error"] != nil {
		t.Errorf("error %v", v["error"])
	}
	if s := fmt.Sprint(v); strings.Contains(s, "tok-abcdef") {
		t.Errorf("the scope shows the token: %s", s)
	}
	if tok, ok := body["accessToken"].(value.Secret); !ok || tok.Reveal() != "tok-abcdef" {
		t.Errorf("accessToken %T", body["accessToken"])
	}
}

// TestMappedPathsAreSecret: without a reply type, what Log In maps to a token is a secret all the same (design 9.3).
func TestMappedPathsAreSecret(t *testing.T) {
	b := newBackend(t, func(w http.ResponseWriter, _ *http.Request, _ string) {
		w.Header().Set("Authorization", "Bearer head-token")
		writeJSON(w, 200, `{"data":{"token":"tok-abcdef","name":"Ada"}}`)
	})
	call := &project.Call{Name: "login", Method: "POST"}
	p := api(t, b.URL, call)
	env := value.NewEnv().With("login", nil)
	token, _ := env.Parse("${login.body.data.token}", nil)
	p.Flows = []*project.Flow{{Actions: []*project.Action{{Kind: "call", Call: call, As: "login", Branches: map[string][]*project.Action{
		"then": {{Kind: "logIn", Props: map[string]*value.Template{"token": token}}}}}}}}
	v := do(t, client(t, p), call, nil, nil).Value()
	if s := fmt.Sprint(v); strings.Contains(s, "tok-abcdef") || strings.Contains(s, "head-token") || !strings.Contains(s, "Ada") {
		t.Errorf("scope %s", s)
	}
}

// TestF096_NoAnswerIsNoSuccess: a 2xx that is not what the reply type says is a failure with a sentence.
func TestF096_NoAnswerIsNoSuccess(t *testing.T) {
	for name, tc := range map[string]struct {
		status      int
		contentType string
		body        string
		ok          bool
	}{
		"html":           {200, "text/html", "<html><body>Welcome</body></html>", false},
		"html as json":   {200, "application/json", "<!DOCTYPE html><p>x", false},
		"truncated":      {200, "application/json", `{"id":1,"firs`, false},
		"null":           {200, "application/json", `null`, false},
		"empty":          {200, "application/json", ``, false},
		"a list":         {200, "application/json", `[1]`, false},
		"trailing":       {200, "application/json", `{"id":1} x`, false},
		"twice":          {200, "application/json", `{"id":1,"id":2}`, false},
		"no content":     {204, "", ``, false},
		"plain but JSON": {200, "text/plain", `{"id":1}`, true},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBackend(t, func(w http.ResponseWriter, _ *http.Request, _ string) {
				w.Header().Set("Content-Type", tc.contentType)
				w.WriteHeader(tc.status)
				_, _ = io.WriteString(w, tc.body)
			})
			call := &project.Call{Name: "x", Reply: loginReply()}
			r := do(t, client(t, api(t, b.URL, call)), call, nil, nil)
			if r.OK != tc.ok || r.Status != tc.status || (r.Error == "") != tc.ok {
				t.Errorf("%+v", r)
			}
		})
	}
}

// TestF097_NetworkError: nothing listens, the name is unknown, the answer is cut off: status 0, a sentence that names the group.
func TestF097_NetworkError(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := "http://" + l.Addr().String()
	_ = l.Close()
	cut := newBackend(t, func(w http.ResponseWriter, _ *http.Request, _ string) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, `{"a":`)
	})
	for name, url := range map[string]string{"closed": closed, "cut off": cut.URL, "unknown": "http://nowhere.invalid"} {
		call := &project.Call{Name: "x"}
		r := do(t, client(t, api(t, url, call)), call, nil, nil)
		if r.OK || r.Status != 0 || !strings.Contains(r.Error, "api") || strings.Contains(r.Error, "127.0.0.1") || strings.Contains(r.Error, "invalid") {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

// TestF098_Timeout: a silent backend is given up, in headers and in the middle of a body.
func TestF098_Timeout(t *testing.T) {
	release := make(chan struct{})
	b := newBackend(t, func(w http.ResponseWriter, r *http.Request, _ string) {
		if r.URL.Path == "/body" {
			w.WriteHeader(200)
			_, _ = io.WriteString(w, `{"a":`)
			w.(http.Flusher).Flush()
		}
		<-release
	})
	defer close(release)
	head := &project.Call{Name: "head", Timeout: 30 * time.Millisecond}
	body := &project.Call{Name: "body", Timeout: 30 * time.Millisecond}
	c := client(t, api(t, b.URL, head, body))
	for _, call := range []*project.Call{head, body} {
		if r := do(t, c, call, nil, nil); r.OK || r.Status != 0 || !strings.Contains(r.Error, "in time") {
			t.Errorf("%s: %+v", call.Name, r)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Do(ctx, Request{Call: head}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestF098_DefaultIs30Seconds of silence.
func TestF098_DefaultIs30Seconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		call := &project.Call{Name: "x"}
		c, err := New(Config{Project: api(t, "http://silent.test", call), Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})})
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		r := do(t, c, call, nil, nil)
		if took := time.Since(start); took != 30*time.Second || r.Status != 0 || !strings.Contains(r.Error, "in time") {
			t.Errorf("after %v: %+v", took, r)
		}
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestFailuresHideSecretsToo: an error body that holds what the reply type calls a secret.
func TestFailuresHideSecretsToo(t *testing.T) {
	b := newBackend(t, func(w http.ResponseWriter, _ *http.Request, _ string) {
		writeJSON(w, 409, `{"accessToken":"tok-abcdef","message":"taken"}`)
	})
	call := &project.Call{Name: "x", Reply: loginReply()}
	v := do(t, client(t, api(t, b.URL, call)), call, nil, nil).Value()
	if s := fmt.Sprint(v); strings.Contains(s, "tok-abcdef") || v["error"] != "taken" {
		t.Errorf("scope %s", s)
	}
}

func TestF8_HugeAnswer(t *testing.T) {
	b := newBackend(t, func(w http.ResponseWriter, _ *http.Request, _ string) {
		chunk := []byte(strings.Repeat(" ", 1<<20))
		for range maxReply>>20 + 1 {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	})
	call := &project.Call{Name: "x"}
	if r := do(t, client(t, api(t, b.URL, call)), call, nil, nil); r.OK || r.Text != "" || !strings.Contains(r.Error, "too large") {
		t.Errorf("ok %v, %d bytes, %q", r.OK, len(r.Text), r.Error)
	}
}

// TestErrorSentence: what people read of a failure.
func TestErrorSentence(t *testing.T) {
	for body, want := range map[string]string{
		`{"message":"Wrong password"}`:                                     "Wrong password",
		`{"error":{"message":"No such user","code":3}}`:                    "No such user",
		`{"errors":[{"message":"E-mail is taken"}]}`:                       "E-mail is taken",
		`{"errors":["Too short"]}`:                                         "Too short",
		`{"error":"invalid_grant","error_description":"The token is old"}`: "The token is old",
		`{"error":"invalid_grant","message":"Bad credentials"}`:            "Bad credentials",
		`{"detail":"Not found."}`:                                          "Not found.",
		`{"msg":"Nope"}`:                                                   "Nope",
		`{"message":["a is empty","b is empty"]}`:                          "a is empty b is empty",
		`"jwt expired"`:                                                    "jwt expired",
		`{"message":"two\nlines\u0000\u001b[31m"}`:                         "two lines[31m",
		`{"message":{"deep":1}}`:                                           "The service api refused this (status 400).",
		`<html>secret stack trace</html>`:                                  "The service api refused this (status 400).",
		`not json`:                                                         "not json",
		`{"message":"you sent hunter22, which is wrong"}`:                  "you sent [redacted], which is wrong",
		`{"message":"` + strings.Repeat("long ", 200) + `"}`:               strings.TrimSpace(strings.Repeat("long ", 60))[:299] + "…",
		``: "The service api refused this (status 400).",
	} {
		b := newBackend(t, func(w http.ResponseWriter, _ *http.Request, _ string) {
			w.Header().Set("Content-Type", "text/plain")
			w.WriteHeader(400)
			_, _ = io.WriteString(w, body)
		})
		call := &project.Call{Name: "x", Method: "POST", BodyKind: project.BodyJSON, Body: object(t, "p", "${params.p}"),
			Params: []project.Param{{Name: "p", Type: value.SecretType()}}}
		r := do(t, client(t, api(t, b.URL, call)), call, map[string]any{"p": "hunter22"}, nil)
		if r.OK || r.Error != want {
			t.Errorf("%s:\n %q\n want %q", body, r.Error, want)
		}
	}
	b := newBackend(t, func(w http.ResponseWriter, _ *http.Request, _ string) {
		writeJSON(w, 422, `{"why":"because","message":"no"}`)
	})
	call := &project.Call{Name: "x", ErrorMessage: tmpl(t, "It failed: ${reply.body.why} (${reply.status})")}
	if r := do(t, client(t, api(t, b.URL, call)), call, nil, nil); r.Error != "It failed: because (422)" {
		t.Errorf("by rule: %q", r.Error)
	}
}

// TestF12_F13_HeadersAndCookies: only what is declared goes out, no cookie goes either way.
func TestF12_F13_HeadersAndCookies(t *testing.T) {
	b := newBackend(t, func(w http.ResponseWriter, _ *http.Request, _ string) {
		http.SetCookie(w, &http.Cookie{Name: "backend", Value: "c"})
		writeJSON(w, 200, `{}`)
	})
	call := &project.Call{Name: "x", Auth: project.AuthOptional}
	c := client(t, api(t, b.URL, call))
	for range 2 {
		r := do(t, c, call, nil, loggedIn("t1"))
		if _, ok := r.Headers["set-cookie"]; ok {
			t.Error("the reply shows a cookie")
		}
	}
	for k := range b.last(t).header {
		switch k {
		case "Accept", "Accept-Encoding", "User-Agent", "Authorization":
		default:
			t.Errorf("header %s went out", k)
		}
	}
}

// TestA3_RedirectsAreNotFollowed: no code, no host: the target is never asked.
func TestA3_RedirectsAreNotFollowed(t *testing.T) {
	target := newBackend(t, nil)
	for _, code := range []int{301, 302, 303, 307, 308} {
		for _, to := range []string{target.URL, "/elsewhere"} {
			b := newBackend(t, func(w http.ResponseWriter, _ *http.Request, _ string) {
				w.Header().Set("Location", to)
				w.WriteHeader(code)
			})
			call := &project.Call{Name: "x", Method: "POST", Auth: project.AuthRequired, BodyKind: project.BodyJSON, Body: object(t, "a", "b")}
			r := do(t, client(t, api(t, b.URL, call)), call, nil, loggedIn("t1"))
			if r.OK || r.Status != code || len(b.requests()) != 1 {
				t.Errorf("%d to %s: %+v, %d requests", code, to, r, len(b.requests()))
			}
		}
	}
	if n := len(target.requests()); n != 0 {
		t.Errorf("%d requests reached the target", n)
	}
}

func TestA3_NoProxyFromTheEnvironment(t *testing.T) {
	proxy := newBackend(t, nil)
	for _, k := range []string{"HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"} {
		t.Setenv(k, proxy.URL)
	}
	call := &project.Call{Name: "x"}
	_ = do(t, client(t, api(t, "http://nowhere.invalid", call)), call, nil, nil)
	if n := len(proxy.requests()); n != 0 {
		t.Errorf("%d requests reached the proxy", n)
	}
}

// TestF046_TokenPlacement: header and format of the app; group or call decide whether.
func TestF046_TokenPlacement(t *testing.T) {
	b := newBackend(t, nil)
	calls := map[project.AuthMode]*project.Call{}
	var list []*project.Call
	for _, m := range []project.AuthMode{project.AuthNone, project.AuthOptional, project.AuthRequired} {
		calls[m] = &project.Call{Name: string(m), Auth: m}
		list = append(list, calls[m])
	}
	p := api(t, b.URL, list...)
	p.App.Auth.Header, p.App.Auth.TokenFormat = "X-Token", "JWT {token}"
	c := client(t, p)
	for m, want := range map[project.AuthMode]string{project.AuthNone: "", project.AuthOptional: "JWT t1", project.AuthRequired: "JWT t1"} {
		if do(t, c, calls[m], nil, loggedIn("t1")); b.last(t).header.Get("X-Token") != want {
			t.Errorf("%s: %q", m, b.last(t).header.Get("X-Token"))
		}
	}
	n := len(b.requests())
	if r := do(t, c, calls[project.AuthRequired], nil, nil); r.OK || r.Status != 0 || r.Error != "not logged in" || len(b.requests()) != n {
		t.Errorf("required as a guest: %+v", r)
	}
	if r := do(t, c, calls[project.AuthOptional], nil, nil); !r.OK || b.last(t).header.Get("X-Token") != "" {
		t.Errorf("optional as a guest: %+v", r)
	}
}

// guarded answers 401 unless the token is one of good.
func guarded(t *testing.T, good string, ok string) *backend {
	return newBackend(t, func(w http.ResponseWriter, r *http.Request, _ string) {
		if r.Header.Get("Authorization") != "Bearer "+good {
			writeJSON(w, 401, `{"message":"Token Expired!"}`)
			return
		}
		writeJSON(w, 200, ok)
	})
}

func withRefresh(p *project.Project) *project.Project {
	p.App.Auth.Enabled = true
	p.App.Auth.Refresh = &project.Refresh{Call: &project.Call{Name: "elsewhere", Group: p.Groups[0]}}
	return p
}

// TestF041_F047_ExpiredIsReplayedOnce: the same request goes out again with the new token and nothing else changed,
// but for arguments that read auth.*.
func TestF041_F047_ExpiredIsReplayedOnce(t *testing.T) {
	b := guarded(t, "t2", `{"fine":true}`)
	call := &project.Call{Name: "x", Method: "POST", Auth: project.AuthRequired, BodyKind: project.BodyJSON, Params: textParams("a", "tok"),
		Body: object(t, "a", "${params.a}", "tok", "${params.tok}")}
	c := client(t, withRefresh(api(t, b.URL, call)))
	with := object(t, "a", "${item.n}", "tok", "${auth.token}")
	item := map[string]any{"n": 1}
	login := loggedIn("t1")
	argsOf := ArgsOf(with, value.Scope{"item": item})
	r, err := c.Do(t.Context(), Request{Call: call, Args: func(auth value.Scope) (map[string]any, error) {
		m, err := argsOf(auth)
		item["n"] = item["n"].(int) + 1 // a second evaluation would see another value
		return m, err
	}}, login)
	if err != nil || !r.OK || !r.Replayed || !r.Refreshed || login.renews != 1 {
		t.Fatalf("%+v, %d renewals, %v", r, login.renews, err)
	}
	all := b.requests()
	if len(all) != 2 || all[0].body != `{"a":1,"tok":"t1"}` || all[1].body != `{"a":1,"tok":"t2"}` || all[0].uri != all[1].uri {
		t.Errorf("requests %+v", all)
	}

	always := guarded(t, "never", ``)
	call2 := &project.Call{Name: "x", Auth: project.AuthRequired}
	login = loggedIn("t1")
	r = do(t, client(t, withRefresh(api(t, always.URL, call2))), call2, nil, login)
	if r.Status != 401 || r.Error != "Token Expired!" || len(always.requests()) != 2 || login.renews != 1 {
		t.Errorf("still expired: %+v, %d requests, %d renewals", r, len(always.requests()), login.renews)
	}
}

// TestF045_WhatNeverRefreshes: 403, calls without auth, no declared refresh, and a login that cannot be renewed.
func TestF045_WhatNeverRefreshes(t *testing.T) {
	status := 401
	b := newBackend(t, func(w http.ResponseWriter, _ *http.Request, _ string) { writeJSON(w, status, `{}`) })
	required := &project.Call{Name: "r", Auth: project.AuthRequired}
	none := &project.Call{Name: "n", Auth: project.AuthNone}
	p := api(t, b.URL, required, none)
	bare := client(t, p)
	login := loggedIn("t1")
	if r := do(t, bare, required, nil, login); r.Status != 401 || login.renews != 0 {
		t.Errorf("no refresh declared: %+v", r)
	}
	c := client(t, withRefresh(p))
	if do(t, c, none, nil, login); login.renews != 0 {
		t.Error("a call without auth renewed the login")
	}
	for _, refuse := range []error{session.ErrNoRefresh, session.ErrUnavailable} {
		login.refuse = refuse
		if r := do(t, c, required, nil, login); r.Status != 401 || r.Replayed {
			t.Errorf("%v: %+v", refuse, r)
		}
	}
	login = loggedIn("t1")
	status = 403
	if do(t, c, required, nil, login); login.renews != 0 {
		t.Error("403 renewed the login")
	}
	p.App.Auth.Refresh.Expired = tmpl(t, "${reply.status == 403}")
	if do(t, client(t, p), required, nil, login); login.renews != 1 {
		t.Error("the app's rule did not count")
	}
}

func TestObserveShowsNoValues(t *testing.T) {
	b := newBackend(t, func(w http.ResponseWriter, _ *http.Request, _ string) { writeJSON(w, 200, `{"secret":"canary-5"}`) })
	call := &project.Call{Name: "x", Path: tmpl(t, "/a/${params.id}"), Auth: project.AuthRequired, Params: textParams("id"),
		Query: []project.KV{{Name: "q", Value: tmpl(t, "canary-1")}}, Headers: []project.KV{{Name: "X", Value: tmpl(t, "canary-2")}}}
	var seen []Event
	c, err := New(Config{Project: api(t, b.URL, call), Observe: func(e Event) { seen = append(seen, e) }})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	do(t, c, call, map[string]any{"id": "canary-3"}, loggedIn("canary-4"))
	text, _ := json.Marshal(seen)
	if len(seen) != 1 || strings.Contains(string(text), "canary") || !strings.HasSuffix(seen[0].URL, "/a/${params.id}") || !seen[0].OK {
		t.Errorf("events %s", text)
	}
	if got := strings.Join(seen[0].Headers, " "); got != "Accept Authorization User-Agent X" {
		t.Errorf("names of headers: %s", got)
	}
}

// manager is a real session.Manager over memory that renews through c.
func manager(t *testing.T, c *Client, tune func(*session.Config)) *session.Manager {
	t.Helper()
	cfg := session.Config{
		App: "test", Store: session.NewMemory(), Keys: session.NewKeys([32]byte{1}), Refresh: c.Refresher(), Revoke: c.Revoker(),
		Tuning: session.Tuning{NotSentDelays: []time.Duration{time.Millisecond}, AmbiguousDelays: []time.Duration{time.Millisecond}},
	}
	if tune != nil {
		tune(&cfg)
	}
	m, err := session.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Close(context.Background()) })
	return m
}

// rotating is a backend with a strict rotating refresh; it knows one pair.
type rotating struct {
	*httptest.Server
	mu        sync.Mutex
	n         int
	refreshes atomic.Int32
	refuse    atomic.Int32 // status with which refreshes are refused, 0 none
}

func newRotating(t *testing.T) *rotating {
	t.Helper()
	b := &rotating{n: 1}
	b.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.mu.Lock()
		defer b.mu.Unlock()
		if r.URL.Path != "/refresh" {
			if r.Header.Get("Authorization") != fmt.Sprintf("Bearer a%d", b.n) {
				writeJSON(w, 401, `{"message":"expired"}`)
				return
			}
			writeJSON(w, 200, `{"mine":true}`)
			return
		}
		b.refreshes.Add(1)
		var in struct{ RefreshToken string }
		_ = json.NewDecoder(r.Body).Decode(&in)
		if status := int(b.refuse.Load()); status != 0 || in.RefreshToken != fmt.Sprintf("r%d", b.n) || r.Header.Get(attemptHeader) == "" {
			writeJSON(w, max(status, 400), `{"error":"invalid_grant","message":"no"}`)
			return
		}
		b.n++
		writeJSON(w, 200, fmt.Sprintf(`{"accessToken":"a%d","refreshToken":"r%d"}`, b.n, b.n))
	}))
	t.Cleanup(b.Close)
	return b
}

// spoilt is a login whose token has expired while its refresh token is good.
func (b *rotating) spoilt() session.AuthData {
	return session.AuthData{Token: session.NewSecret("old"), RefreshToken: session.NewSecret("r1"), UID: "7"}
}

func rotatingApp(t *testing.T, b *rotating) (*Client, *project.Call) {
	t.Helper()
	me := &project.Call{Name: "me", Auth: project.AuthRequired}
	refresh := &project.Call{Name: "refresh", Method: "POST", BodyKind: project.BodyJSON, Params: []project.Param{{Name: "refreshToken", Type: value.SecretType()}},
		Body: object(t, "refreshToken", "${params.refreshToken}")}
	p := api(t, b.URL, me, refresh)
	p.App.Auth = project.Auth{Enabled: true, Refresh: &project.Refresh{Call: refresh, With: object(t, "refreshToken", "${auth.refreshToken}"),
		Update: project.AuthFields{Token: tmpl(t, "${reply.body.accessToken}"), RefreshToken: tmpl(t, "${reply.body.refreshToken}")}}}
	return client(t, p), me
}

// TestF043_SingleFlight: many calls whose token has expired share one refresh, and each succeeds.
func TestF043_SingleFlight(t *testing.T) {
	b := newRotating(t)
	c, me := rotatingApp(t, b)
	m := manager(t, c, nil)
	s, err := m.LogIn(t.Context(), "", b.spoilt(), true)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 40 {
		wg.Go(func() {
			r, err := c.Do(t.Context(), Request{Call: me}, NewBearer(m, s))
			if err != nil || !r.OK {
				t.Errorf("%+v, %v", r, err)
			}
		})
	}
	wg.Wait()
	if n := b.refreshes.Load(); n != 1 {
		t.Errorf("%d refreshes, want 1", n)
	}
}

// TestF042_Ahead: a token that is past its expiry is renewed before the call, which then needs no replay.
func TestF042_Ahead(t *testing.T) {
	b := newRotating(t)
	c, me := rotatingApp(t, b)
	m := manager(t, c, nil)
	a := b.spoilt()
	a.Expiry = time.Now().Add(-time.Minute)
	s, err := m.LogIn(t.Context(), "", a, true)
	if err != nil {
		t.Fatal(err)
	}
	bearer := NewBearer(m, s)
	r, err := c.Do(t.Context(), Request{Call: me}, bearer)
	if err != nil || !r.OK || r.Replayed || b.refreshes.Load() != 1 {
		t.Errorf("%+v, %d refreshes, %v", r, b.refreshes.Load(), err)
	}
	if now, _ := bearer.Session(); now.Auth.Token.Reveal() != "a2" || now.Ver <= s.Ver {
		t.Errorf("the bearer holds generation %d", now.Ver)
	}
}

// TestF044_RefusedEnds: a refused refresh ends the session with a reason; trouble on the way does not.
func TestF044_RefusedEnds(t *testing.T) {
	for status, ends := range map[int]bool{400: true, 503: false, 500: false, 429: false} {
		b := newRotating(t)
		c, me := rotatingApp(t, b)
		m := manager(t, c, nil)
		s, err := m.LogIn(t.Context(), "", b.spoilt(), true)
		if err != nil {
			t.Fatal(err)
		}
		b.refuse.Store(int32(status))
		bearer := NewBearer(m, s)
		r, err := c.Do(t.Context(), Request{Call: me}, bearer)
		if err != nil || r.Status != 401 {
			t.Errorf("%d: %+v, %v", status, r, err)
		}
		now, _, err := m.Current(t.Context(), s.ID)
		if err != nil || (now.Ended == "") == ends {
			t.Errorf("%d: ended %q, %v", status, now.Ended, err)
		}
		if _, active := bearer.Session(); active == ends {
			t.Errorf("%d: the bearer says active=%t", status, active)
		}
	}
}
