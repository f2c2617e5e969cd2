package call

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
)

// TestF098_Retry: what may be done twice is sent again after a network fault, a 429 and a 503, as often as the call says and within its time;
// nothing else is, and the body is the same.
func TestF098_Retry(t *testing.T) {
	var n atomic.Int32
	b := newBackend(t, func(w http.ResponseWriter, r *http.Request, _ string) {
		switch left := n.Add(-1); {
		case left < 0:
			writeJSON(w, 200, `{}`)
		case r.URL.Path == "/cut":
			panic(http.ErrAbortHandler)
		case r.URL.Path == "/later":
			w.Header().Set("Retry-After", "60")
			w.WriteHeader(503)
		case r.URL.Path == "/busy":
			w.WriteHeader(429)
		default:
			w.WriteHeader(500)
		}
	})
	at := func(name, method, path string, retry int) *project.Call {
		return &project.Call{Name: name, Method: method, Path: tmpl(t, path), Retry: retry, BodyKind: project.BodyJSON, Body: object(t, "a", "b")}
	}
	idempotent := at("idem", "POST", "/busy", 1)
	idempotent.Idempotent = true
	short := at("short", "GET", "/busy", 3)
	short.Timeout = 100 * time.Millisecond
	for _, tc := range []struct {
		call         *project.Call
		faults, want int32
		ok           bool
	}{
		{at("cut", "GET", "/cut", 2), 2, 3, true}, {at("busy", "PUT", "/busy", 1), 1, 2, true}, {at("gone", "DELETE", "/busy", 1), 2, 2, false}, {idempotent, 1, 2, true},
		{at("post", "POST", "/busy", 2), 1, 1, false}, {at("none", "GET", "/cut", 0), 1, 1, false}, {at("fault", "GET", "/fault", 2), 1, 1, false},
		{at("wish", "GET", "/later", 2), 1, 1, false}, {short, 3, 1, false},
	} {
		c := client(t, api(t, b.URL, tc.call))
		c.plain.(*http.Transport).DisableKeepAlives = true // or Go itself repeats what a used connection lost
		n.Store(tc.faults)
		before := len(b.requests())
		r := do(t, c, tc.call, nil, nil)
		seen := b.requests()[before:]
		if int32(len(seen)) != tc.want || r.OK != tc.ok {
			t.Errorf("%s: %d requests, want %d: %+v", tc.call.Name, len(seen), tc.want, r)
		}
		for _, got := range seen {
			if got.body != `{"a":"b"}` {
				t.Errorf("%s: body %q", tc.call.Name, got.body)
			}
		}
	}
}

// TestF102_Cache: a reply is remembered for its time, for one person or for everybody, by arguments; not when it failed or set a cookie, not
// beyond a change of data or the login, not after it was cleared. A key of the call's own takes the place of the arguments.
func TestF102_Cache(t *testing.T) {
	var n atomic.Int32
	b := newBackend(t, func(w http.ResponseWriter, r *http.Request, _ string) {
		switch r.URL.Path {
		case "/bad":
			w.WriteHeader(500)
		case "/cookie":
			w.Header().Set("Set-Cookie", "a=1")
		}
		_, _ = fmt.Fprintf(w, `{"n":%d}`, n.Add(1))
	})
	now := time.Now()
	mine, all := &project.CallCache{For: time.Minute}, &project.CallCache{For: time.Minute, Shared: true}
	q := []project.KV{{Name: "a", Value: tmpl(t, "${params.a}")}}
	user := &project.Call{Name: "user", Auth: project.AuthRequired, Cache: mine, Query: q, Params: textParams("a")}
	app, bad, cookie := &project.Call{Name: "app", Cache: all}, &project.Call{Name: "bad", Cache: all}, &project.Call{Name: "cookie", Cache: all}
	c, err := New(Config{Project: api(t, b.URL, user, app, bad, cookie), Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	ada, bob := loggedIn("t1"), loggedIn("t2")
	bob.s.Key, bob.s.Auth.UID = "key-2", "8"
	asked := func(call *project.Call, a string, login Login, want bool) {
		t.Helper()
		before := len(b.requests())
		r := do(t, c, call, map[string]any{"a": a}, login)
		if fresh := len(b.requests()) > before; fresh != want || r.Cached == want {
			t.Errorf("%s(%s): asked %v, want %v: %+v", call.Name, a, fresh, want, r)
		}
	}
	asked(user, "x", ada, true)
	asked(user, "x", ada, false)
	asked(user, "y", ada, true)
	asked(user, "x", bob, true)
	ada.s.Data++
	asked(user, "x", ada, true)
	c.ClearCache(user, "key")
	asked(user, "x", ada, true)
	asked(user, "x", bob, false)
	c.Forget("key-2")
	asked(user, "x", bob, true)
	asked(app, "", nil, true)
	asked(app, "", bob, false)
	now = now.Add(time.Minute)
	asked(app, "", nil, true)
	asked(user, "x", ada, true)
	for range 2 {
		asked(bad, "", nil, true)
		asked(cookie, "", nil, true)
	}
	c.ClearCache(nil, "")
	asked(app, "", nil, true)
	var none session.Session
	d := doing{c: c, req: Request{Call: user}, now: now}
	if _, _, ok := d.cacheKey(none, false); ok {
		t.Error("a guest's reply of a call by person is remembered")
	}
	keyed := &project.Call{Name: "keyed", Cache: &project.CallCache{For: time.Minute, Shared: true, Key: tmpl(t, "${params.a == '' ? nil : params.a}")}, Query: q, Params: textParams("a", "b")}
	k := client(t, api(t, b.URL, keyed))
	for i, tc := range []struct {
		a, b  string
		fresh bool
	}{{"x", "1", true}, {"x", "2", false}, {"y", "2", true}, {"", "1", true}, {"", "1", true}} { // by key alone, and null is not remembered
		if r := do(t, k, keyed, map[string]any{"a": tc.a, "b": tc.b}, nil); r.Cached == tc.fresh {
			t.Errorf("keyed %d: cached %v", i, r.Cached)
		}
	}
	small := newCache()
	for i := range cacheReplies + 10 {
		small.put(&remembered{key: [32]byte{byte(i), byte(i >> 8)}, size: 16 << 10, until: now.Add(time.Hour)})
	}
	if small.size > cacheBytes || small.used.Len() != len(small.all) {
		t.Errorf("%d bytes in %d replies", small.size, small.used.Len())
	}
}
