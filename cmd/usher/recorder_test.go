package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/usherdev/usher/app"
	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/studio"
	"github.com/usherdev/usher/value"
)

// seenBy is a request of a browser that is logged in under this id.
func seenBy(id string) app.Seen {
	s := session.Session{ID: "id-" + id, Key: "key-" + id, Hash: "hash-" + id, Auth: session.AuthData{UID: id, Token: session.NewSecret("token-of-" + id)}}
	return app.Seen{ID: "request-" + id, Page: "home", Was: app.Who{Session: s}, Is: app.Who{Session: s}, Scope: value.Scope{
		"user": map[string]any{"name": "Emily", "apiToken": "hush-hush-hush-hush-hush-hush"}, "auth": map[string]any{"token": value.NewSecret("secret-secret-secret-secret")},
		"form": map[string]any{"password": value.NewSecret("hunter22")},
	}}
}

// view is what the studio is shown.
func (r *recorder) shown() studio.DebugView {
	var out studio.DebugView
	r.mu.Lock()
	defer r.mu.Unlock()
	r.view(&out, "")
	return out
}

func TestF213_F214_TheRecorderKeepsTheNewestAlone(t *testing.T) {
	r := newRecorder()
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			for i := range 100 {
				s := seenBy(fmt.Sprint(n, "-", i))
				s.Flows = []app.FlowSeen{{Page: "home", At: project.Path("/pages/home/body/0/onTap/0")}}
				r.request(s)
				r.exchange(call.Exchange{Call: "api.x", Request: s.ID})
				r.event(session.Event{Kind: session.EventRenewed, Hash: s.Is.Session.Hash})
				r.shown()
			}
		})
	}
	all.Wait()
	v := r.shown()
	if len(v.Calls) != keptCalls || len(v.Flows) != keptFlows || len(v.Events) != keptEvents || len(v.Browsers) != keptBrowsers || len(r.requests) != keptRequests {
		t.Errorf("%d calls, %d flows, %d events, %d browsers", len(v.Calls), len(v.Flows), len(v.Events), len(v.Browsers))
	}
	for i := range v.Calls[1:] {
		if v.Calls[i].ID >= v.Calls[i+1].ID {
			t.Fatal("the calls are not in order")
		}
	}
}

func TestH1_TheRecorderKeepsNoSecret(t *testing.T) {
	r := newRecorder()
	r.request(seenBy("7"))
	for _, kept := range []any{r.shown(), r.browsers[0].scopes[0].scope} {
		b, err := json.Marshal(kept)
		if err != nil {
			t.Fatal(err)
		}
		text := string(b) + fmt.Sprint(kept)
		for _, secret := range []string{"hush-hush-hush-hush", "secret-secret-secret", "hunter22", "id-7", "token-of"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s is in %s", secret, text)
			}
		}
		if !strings.Contains(text, "Emily") {
			t.Errorf("what is no secret is not there: %s", text)
		}
	}
}

func TestF212_ABrowserIsOneWhoeverItIs(t *testing.T) {
	r := newRecorder()
	guest, in := app.Who{Guest: "g1"}, seenBy("7").Is
	r.request(app.Seen{ID: "1", Page: "login", Was: guest, Is: guest})
	r.request(app.Seen{ID: "2", Page: "login", Was: guest, Is: in})
	r.request(app.Seen{ID: "3", Page: "home", Was: in, Is: in})
	if v := r.shown(); len(v.Browsers) != 1 || !v.Browsers[0].LoggedIn || v.Browsers[0].Who != "7" || v.Browsers[0].Page != "home" {
		t.Fatalf("%+v", v.Browsers)
	}
	r.event(session.Event{Kind: session.EventEnd, Hash: "hash-7", Reason: session.Revoked})
	over := in
	over.Session.Ended = session.Revoked
	r.request(app.Seen{ID: "4", Page: "home", Was: over, Is: app.Who{Guest: "g2"}})
	if v := r.shown(); len(v.Browsers) != 1 || v.Browsers[0].LoggedIn || r.browsers[0].ended != session.Revoked {
		t.Errorf("%+v", v.Browsers)
	}
}

// TestF213_ACallStaysTheOneOfItsLogin: when the login is over, and when somebody else has logged in in that browser.
func TestF213_ACallStaysTheOneOfItsLogin(t *testing.T) {
	r := newRecorder()
	first, second := seenBy("7"), seenBy("8")
	r.exchange(call.Exchange{Call: "api.x", Request: first.ID, Login: "key-7"})
	r.request(first)
	r.exchange(call.Exchange{Call: "api.refresh", Renewal: true, Login: "key-7"})
	r.event(session.Event{Kind: session.EventEnd, Hash: "hash-7", Reason: session.Revoked})
	second.Was = first.Is
	r.request(second)
	r.exchange(call.Exchange{Call: "api.x", Request: second.ID, Login: "key-8"})
	r.exchange(call.Exchange{Call: "api.open", Request: second.ID})
	var whose []string
	for _, c := range r.shown().Calls {
		whose = append(whose, c.Who)
		if c.LogIn {
			t.Errorf("%s is told as a log-in by a button", c.Call)
		}
	}
	if want := []string{"7", "7", "8", ""}; !slices.Equal(whose, want) {
		t.Errorf("whose the calls are: %q, not %q", whose, want)
	}
}

// TestF215_EachFaultHappensOnce: a fault meets what it is for, once, and the login that it was meant for; whatever else passes.
func TestF215_EachFaultHappensOnce(t *testing.T) {
	asked := 0
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		_, _ = io.WriteString(w, `{"ok":true}`)
	}))
	defer backend.Close()
	app, err := (project.NewTree(map[string][]byte{
		"app.yaml":         []byte("usher: 1\nname: F\nenv: {API: " + backend.URL + "}\nauthentication:\n  entryPage: login\n  loggedInPage: login\n  refresh: {call: api.renew, with: {r: \"${auth.refreshToken}\"}, update: {token: \"${reply.body.token}\"}}\n"),
		"calls/api.yaml":   []byte("url: ${env.API}\ncalls:\n  renew: {method: POST, path: /renew, params: {r: secret}, json: {r: \"${params.r}\"}}\n  open: {path: /open}\n"),
		"pages/login.yaml": []byte("path: /login\ntitle: L\nbody: [divider]\n"),
	})).Project()
	if app == nil {
		t.Fatal(err)
	}
	changed := 0
	f := &faults{changed: func() { changed++ }, owner: func(key string) string { return strings.TrimPrefix(key, "key of ") }}
	calls, fault := call.New(call.Config{Project: app, Wrap: f.wrap})
	if fault != nil {
		t.Fatal(fault)
	}
	defer calls.Close()
	renew := func(whose string) session.Class {
		t.Helper()
		a, err := calls.Refresher()(session.WithLogin(t.Context(), "key of "+whose), session.AuthData{Token: session.NewSecret("t"), RefreshToken: session.NewSecret("r")})
		if err != nil {
			t.Fatal(err)
		}
		return a.Class
	}
	for _, c := range []struct {
		fault string
		want  session.Class
		sent  int
	}{{faultFail, session.Reject, 0}, {faultTrouble, session.Ambiguous, 0}, {faultLose, session.Ambiguous, 1}} {
		f.arm("ada", c.fault)
		if r, err := calls.Do(t.Context(), call.Request{Call: app.Call("api.open")}, nil); err != nil || !r.OK || f.now("ada") != c.fault || f.now("bob") != "" {
			t.Errorf("%s meets another call: %+v %v", c.fault, r, err)
		}
		before := asked
		if got := renew("bob"); got != session.Misconfig || asked-before != 1 || f.now("ada") != c.fault {
			t.Errorf("%s meets somebody else: %v", c.fault, got)
		}
		before = asked
		if got := renew("ada"); got != c.want || asked-before != c.sent {
			t.Errorf("%s: %v, sent %d times", c.fault, got, asked-before)
		}
		if f.now("ada") != "" {
			t.Errorf("%s is still armed", c.fault)
		}
		before = asked
		if got := renew("ada"); got != session.Misconfig || asked-before != 1 { // this backend's answer holds no token
			t.Errorf("after %s: %v", c.fault, got)
		}
	}
	if changed != 6 {
		t.Errorf("%d changes were told", changed)
	}
}
