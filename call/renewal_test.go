package call

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

// listApp has a call "list" that carries the token, a call "me" and a refresh.
func listApp(t *testing.T, url string, change func(*project.Auth)) (*Client, *project.Call) {
	t.Helper()
	list := &project.Call{Name: "list", Auth: project.AuthRequired}
	me := &project.Call{Name: "me", Auth: project.AuthRequired}
	renew := &project.Call{Name: "renew", Method: "POST", Auth: project.AuthNone}
	p := api(t, url, list, me, renew)
	p.App.Auth = project.Auth{Enabled: true,
		Refresh: &project.Refresh{Call: renew, With: object(t), Update: project.AuthFields{Token: tmpl(t, "${reply.body.token}")}},
		Probe:   &project.Probe{Call: me, With: object(t), When: tmpl(t, "${reply.status == 404}"), Guest: tmpl(t, "${reply.status == 401}")}}
	if change != nil {
		change(&p.App.Auth)
	}
	return client(t, p), list
}

func count(b *backend, path string) (n int) {
	for _, r := range b.requests() {
		if strings.HasPrefix(r.uri, path) {
			n++
		}
	}
	return n
}

// TestF041_GuestProbe: a backend that takes an expired token for nobody and answers without an error. The probe asks once for each
// generation of the token, however many replies look like a guest's.
func TestF041_GuestProbe(t *testing.T) {
	b := newBackend(t, func(w http.ResponseWriter, r *http.Request, _ string) {
		switch known := r.Header.Get("Authorization") == "Bearer t2"; {
		case r.URL.Path == "/me" && !known:
			writeJSON(w, 401, `{}`)
		case r.URL.Path == "/me":
			writeJSON(w, 200, `{"id":7}`)
		case known:
			writeJSON(w, 200, `[1]`)
		default:
			writeJSON(w, 404, `{}`)
		}
	})
	c, list := listApp(t, b.URL, nil)
	login := loggedIn("t1")
	var wait sync.WaitGroup
	for range 8 {
		wait.Add(1)
		go func() {
			defer wait.Done()
			if r, err := c.Do(context.Background(), Request{Call: list}, login); err != nil || !r.OK {
				t.Errorf("%+v, %v", r, err)
			}
		}()
	}
	wait.Wait()
	if n := count(b, "/me"); n != 1 || login.s.Ver != 2 {
		t.Errorf("%d probes, generation %d", n, login.s.Ver)
	}
	c, list = listApp(t, b.URL, func(a *project.Auth) { a.Probe.When = tmpl(t, "${true}") })
	for range 3 {
		if r := do(t, c, list, nil, login); !r.OK || r.Replayed {
			t.Errorf("a login that is known: %+v", r)
		}
	}
	if n := count(b, "/me"); n != 2 {
		t.Errorf("%d probes, want one more for a good token", n)
	}
}

// TestF017_GuestWithoutARefresh: where an expiry ends logins, a guest's reply does so too, once the probe agrees; elsewhere nobody asks.
func TestF017_GuestWithoutARefresh(t *testing.T) {
	guest := true
	b := newBackend(t, func(w http.ResponseWriter, r *http.Request, _ string) {
		if guest || r.URL.Path != "/me" {
			_, _ = io.WriteString(w, "null")
			return
		}
		writeJSON(w, 200, `{"id":7}`)
	})
	probes := 0
	for _, tc := range []struct {
		when  string
		guest bool
		ends  int
	}{{"logOut", true, 1}, {"logOut", false, 0}, {"keep", true, 0}} {
		c, list := listApp(t, b.URL, func(a *project.Auth) {
			a.Refresh, a.WhenExpired = nil, tc.when
			a.Probe.When, a.Probe.Guest = tmpl(t, "${reply.body == nil}"), tmpl(t, "${reply.body == nil}")
		})
		guest = tc.guest
		login := loggedIn("t1")
		login.refuse = session.ErrNotLoggedIn
		if tc.when == "logOut" {
			probes++
		}
		if r := do(t, c, list, nil, login); r.Replayed || login.renews != tc.ends || count(b, "/me") != probes {
			t.Errorf("%+v: asked to end %d times, probed %d times in all", tc, login.renews, count(b, "/me"))
		}
	}
}

// TestF041_ForbiddenLooksExpired: a lack of permission that looks like an expiry costs one refresh, not one for each click.
// TestF041_TheProbesOwnCall: an app's call that is the probe's too is judged as any other, by its own arguments.
func TestF041_TheProbesOwnCall(t *testing.T) {
	b := newBackend(t, func(w http.ResponseWriter, r *http.Request, _ string) {
		switch r.Header.Get("Authorization") {
		case "Bearer t2":
			writeJSON(w, 200, `{"id":7}`)
		default:
			writeJSON(w, 404, `{}`)
		}
	})
	c, _ := listApp(t, b.URL, func(a *project.Auth) { a.Probe.Guest = tmpl(t, "${reply.status == 404}") })
	login := loggedIn("t1")
	r := do(t, c, c.project.App.Auth.Probe.Call, nil, login)
	if n := count(b, "/me"); !r.OK || !r.Replayed || login.s.Ver != 2 || n != 3 {
		t.Errorf("%+v, generation %d, %d calls of the probe", r, login.s.Ver, n)
	}
}

func TestF041_ForbiddenLooksExpired(t *testing.T) {
	b := newBackend(t, func(w http.ResponseWriter, r *http.Request, _ string) {
		writeJSON(w, 401, `{"type":"general_unauthorized_scope"}`)
	})
	c, list := listApp(t, b.URL, func(a *project.Auth) { a.Refresh.PermissionAlike = true })
	login := loggedIn("t1")
	for range 5 {
		if r := do(t, c, list, nil, login); r.Status != 401 {
			t.Errorf("%+v", r)
		}
	}
	if login.renews != 1 || count(b, "/list") != 6 {
		t.Errorf("%d refreshes, %d requests", login.renews, count(b, "/list"))
	}
	c.now = func() time.Time { return time.Now().Add(futileFor + time.Second) }
	if do(t, c, list, nil, login); login.renews != 2 {
		t.Errorf("after a while: %d refreshes", login.renews)
	}
}

// TestF017_RefusedWithoutARefresh: where expiry is to end a login, the reply that says so, by the app's rule or by 401, is handed to the
// sessions, once; otherwise it only reaches the flow. Other refusals and a network that fails are no expiry.
func TestF017_RefusedWithoutARefresh(t *testing.T) {
	status, body := 400, `{"code":209}`
	b := newBackend(t, func(w http.ResponseWriter, _ *http.Request, _ string) { writeJSON(w, status, body) })
	for _, c := range []struct {
		when, rule, body string
		status, ends     int
	}{
		{"logOut", "${reply.body.code == 209}", `{"code":209}`, 400, 1},
		{"logOut", "${reply.body.code == 209}", `{"code":119}`, 400, 0},
		{"logOut", "${reply.body.code == 209}", `{}`, 401, 0},
		{"logOut", "", `{}`, 401, 1},
		{"logOut", "", `{}`, 403, 0},
		{"keep", "", `{}`, 401, 0},
	} {
		client, list := listApp(t, b.URL, func(a *project.Auth) {
			a.Refresh, a.WhenExpired = nil, c.when
			if c.rule != "" {
				a.Expired = tmpl(t, c.rule)
			}
		})
		status, body = c.status, c.body
		login := loggedIn("t1")
		login.refuse = session.ErrNotLoggedIn
		if r := do(t, client, list, nil, login); r.Status != c.status || r.Replayed || login.renews != c.ends {
			t.Errorf("%+v: %d, asked to end %d times", c, r.Status, login.renews)
		}
	}
	client, list := listApp(t, "http://127.0.0.1:1", func(a *project.Auth) {
		a.Refresh, a.WhenExpired, a.Expired = nil, "logOut", tmpl(t, "${true}")
	})
	login := loggedIn("t1")
	if r := do(t, client, list, nil, login); r.Status != 0 || login.renews != 0 {
		t.Errorf("nothing listens there: %d, asked to end %d times", r.Status, login.renews)
	}
}

// TestF041_WhereverTheLoginGoes: a reply is judged where the token went along as an argument, and where the login's cookies belong, as it
// is where the token was placed; a call that says nothing of the login expires nothing.
func TestF041_WhereverTheLoginGoes(t *testing.T) {
	b := newBackend(t, func(w http.ResponseWriter, r *http.Request, body string) {
		if r.URL.Path == "/renew" || strings.Contains(body, `"t2"`) {
			writeJSON(w, 200, `{"token":"t2"}`)
			return
		}
		writeJSON(w, 401, `{}`)
	})
	for _, tc := range []struct {
		name      string
		auth      project.AuthMode
		jar, arg  bool
		renews    int
		succeeded bool
	}{
		{"an argument", project.AuthRequired, false, true, 1, true},
		{"cookies", project.AuthRequired, true, false, 1, false},
		{"nothing", project.AuthRequired, false, false, 0, false},
		{"an argument of a call that goes by no login", project.AuthNone, false, true, 0, false},
	} {
		c, list := listApp(t, b.URL, nil)
		list.Method, list.Auth, list.BodyKind, list.Body = "POST", tc.auth, project.BodyJSON, object(t, "token", "${params.token}")
		list.Params = []project.Param{{Name: "token", Type: value.SecretType()}}
		list.Group.Token, list.Group.KeepCookies = &project.Placement{In: project.InNone}, tc.jar
		args := ArgsOf(object(t), value.Scope{})
		if tc.arg {
			args = ArgsOf(object(t, "token", "${auth.token}"), value.Scope{})
		}
		login := loggedIn("t1")
		r, err := c.Do(t.Context(), Request{Call: list, Args: args}, login)
		if err != nil || r.OK != tc.succeeded || login.renews != tc.renews {
			t.Errorf("%s: %d, %d renewals, %v", tc.name, r.Status, login.renews, err)
		}
	}
}

// TestF041_FromTheFuture: a fresh token that another clock finds too young is sent again a moment later, and not renewed.
func TestF041_FromTheFuture(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, always := 0, false
		login := loggedIn("t1")
		list := &project.Call{Name: "list", Auth: project.AuthRequired}
		p := api(t, "http://backend.test", list)
		renew := &project.Call{Name: "renew", ID: "api.renew", Method: "POST", Group: p.Groups[0], Path: tmpl(t, "/renew")}
		p.App.Auth = project.Auth{Enabled: true, Refresh: &project.Refresh{Call: renew, NotYet: tmpl(t, `${reply.body.code == "PGRST303"}`)}}
		c, err := New(Config{Project: p, Transport: roundTrip(func(*http.Request) (int, string) {
			if n++; n == 1 || always {
				return 401, `{"code":"PGRST303","message":"JWT issued at future"}`
			}
			return 200, `[]`
		})})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if r := do(t, c, list, nil, login); !r.OK || !r.Replayed || r.Refreshed || login.renews != 0 || n != 2 || time.Since(began) != notYetWait {
			t.Errorf("%+v, %d refreshes, %d requests after %v", r, login.renews, n, time.Since(began))
		}
		n, always = 0, true
		if r := do(t, c, list, nil, login); r.Status != 401 || login.renews != 0 || n != 2 {
			t.Errorf("%+v, %d refreshes", r, login.renews)
		}
	})
}

// TestF008_Me: the backend says who it is only when asked; tokens that it repeats are cut; a login without a uid is refused, one
// with a uid goes on without the rest.
func TestF008_Me(t *testing.T) {
	status := 200
	b := newBackend(t, func(w http.ResponseWriter, r *http.Request, _ string) {
		writeJSON(w, status, `{"data":{"id":7,"name":"Ada","sessionToken":"token-one"}}`)
	})
	c, _ := listApp(t, b.URL, func(a *project.Auth) {
		a.Me = &project.Me{Call: a.Probe.Call, With: object(t), Map: project.AuthFields{UID: tmpl(t, "${string(reply.body.data.id)}"), User: tmpl(t, "${reply.body.data}")}}
	})
	a := session.AuthData{Token: session.NewSecret("token-one")}
	u, err := c.Me(t.Context(), a, "")
	if err != nil || *u.UID != "7" || string(u.MergeUser) != `{"id":7,"name":"Ada"}` || b.last(t).header.Get("Authorization") != "Bearer token-one" {
		t.Errorf("%+v, %v", u, err)
	}
	status = 500
	_, err = c.Me(t.Context(), a, "")
	if m, ok := AsMapping(err); !ok || m.Msg != "the log-in worked, but api.me did not say whose it is (status 500)" {
		t.Errorf("%v", err)
	}
	a.UID = "7"
	if _, err = c.Me(t.Context(), a, ""); err == nil {
		t.Error("a failure is no error")
	}
	if d := c.Drifts(); len(d) != 2 || d[0].Kept || !d[1].Kept {
		t.Errorf("%+v", d)
	}
}

// TestF008_MeAfterRefresh: asked with the new token where the app wants it; a failure leaves the refresh good.
func TestF008_MeAfterRefresh(t *testing.T) {
	status := 200
	b := newBackend(t, func(w http.ResponseWriter, r *http.Request, _ string) {
		if r.URL.Path == "/renew" {
			writeJSON(w, 200, `{"token":"a2"}`)
			return
		}
		writeJSON(w, status, `{"id":7,"name":"`+r.Header.Get("Authorization")[len("Bearer "):][:1]+`"}`)
	})
	for _, after := range []bool{true, false} {
		c, _ := listApp(t, b.URL, func(a *project.Auth) {
			a.Me = &project.Me{Call: a.Probe.Call, With: object(t), Map: project.AuthFields{UID: tmpl(t, "${string(reply.body.id)}"), User: tmpl(t, "${reply.body}")}, AfterRefresh: after}
		})
		for _, status = range []int{200, 500} {
			ans := refresh(t, c)
			if asked := after && status == 200; ans.Class != session.Success || (ans.Update.UID != nil) != asked || (len(ans.Update.MergeUser) > 0) != asked {
				t.Errorf("after %t, status %d: %v %+v", after, status, ans.Class, ans.Update)
			}
		}
	}
	if n := count(b, "/me"); n != 2 {
		t.Errorf("%d me calls", n)
	}
}

// TestF011_LogOutNeedsALiveToken: the pair is renewed first where the call is refused for its token; the app may say what counts as
// done.
func TestF011_LogOutNeedsALiveToken(t *testing.T) {
	renewed := 200
	b := newBackend(t, func(w http.ResponseWriter, r *http.Request, _ string) {
		switch {
		case r.URL.Path == "/renew":
			writeJSON(w, renewed, `{"token":"a2"}`)
		case r.Header.Get("Authorization") == "Bearer a2":
			w.WriteHeader(204)
		default:
			writeJSON(w, 403, `{"error_code":"bad_jwt"}`)
		}
	})
	withLogOut := func(done string) *Client {
		c, _ := listApp(t, b.URL, func(a *project.Auth) {
			a.LogOut = &project.LogOut{Call: a.Probe.Call, With: object(t)}
			a.Refresh.With = nil
			if done != "" {
				a.LogOut.Done = tmpl(t, done)
			}
		})
		return c
	}
	if err := withLogOut("").Revoker()(t.Context(), pair()); err != nil || count(b, "/me") != 2 || b.last(t).header.Get("Authorization") != "Bearer a2" {
		t.Errorf("%v, %d log-outs", err, count(b, "/me"))
	}
	renewed = 400 // the backend has ended it already
	if err := withLogOut("").Revoker()(t.Context(), pair()); err != nil {
		t.Errorf("a dead pair: %v", err)
	}
	renewed = 503
	if err := withLogOut("").Revoker()(t.Context(), pair()); err == nil {
		t.Error("a backend in trouble counts as done")
	}
	renewed = 400
	if err := withLogOut("${reply.status == 204}").Revoker()(t.Context(), pair()); err == nil {
		t.Error("403 counts as done, though the app says 204")
	}
}

// roundTrip answers without a network.
type roundTrip func(*http.Request) (int, string)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) {
	status, body := f(r)
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// TestF041_ExpiredRules: an expiry may be a status, a code in the body, a header or a redirect; without a rule it is 401 alone.
func TestF041_ExpiredRules(t *testing.T) {
	for _, tc := range []struct {
		rule   string
		status int
		body   string
		header string
		want   bool
	}{
		{"", 401, `{}`, "", true},
		{"", 403, `{}`, "", false},
		{"${reply.status == 419 || reply.status == 401}", 419, `{}`, "", true},
		{`${reply.status == 400 && reply.body.code == 209}`, 400, `{"code":209}`, "", true},
		{`${reply.status == 400 && reply.body.code == 209}`, 400, `{"code":101}`, "", false},
		{`${reply.status == 400 && isSet(reply.body.errors.ER801)}`, 400, `{"errors":{"ER801":"expired"}}`, "", true},
		{`${reply.status == 403 && reply.body.message == "Expired token"}`, 403, `{"message":"Expired token"}`, "", true},
		{`${reply.status == 403 && reply.body.message == "Expired token"}`, 403, `{"message":"You may not"}`, "", false},
		{`${reply.headers["www-authenticate"] contains "expired"}`, 400, `{}`, `WWW-Authenticate: Bearer error="expired"`, true},
		{`${reply.status == 302 && reply.headers.location endsWith "/login"}`, 302, `<html>`, "Location: https://x.test/login", true},
		{`${reply.status == 302 && reply.headers.location endsWith "/login"}`, 302, `<html>`, "Location: /elsewhere", false},
		{`${reply.body == "jwt expired"}`, 401, `"jwt expired"`, "", true},
		{`${reply.body.no.such[3].thing == 1}`, 401, `{}`, "", false},
	} {
		b := newBackend(t, func(w http.ResponseWriter, _ *http.Request, _ string) {
			if k, v, ok := strings.Cut(tc.header, ": "); ok {
				w.Header().Set(k, v)
			}
			writeJSON(w, tc.status, tc.body)
		})
		c, list := listApp(t, b.URL, func(a *project.Auth) {
			a.Probe = nil
			if tc.rule != "" {
				a.Refresh.Expired = tmpl(t, tc.rule)
			}
		})
		login := loggedIn("t1")
		if do(t, c, list, nil, login); (login.renews == 1) != tc.want {
			t.Errorf("%s of %d %s: %d refreshes", tc.rule, tc.status, tc.body, login.renews)
		}
	}
}
