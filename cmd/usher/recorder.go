package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/usherdev/usher/app"
	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

// How much a recorder keeps; what is older goes.
const (
	keptCalls    = 200
	keptFlows    = 50
	keptEvents   = 100
	keptBrowsers = 20
	keptLogins   = 100
	keptRequests = 400
	keptPages    = 20 // of each browser, what they were drawn with
	keptSteps    = 200
)

// recorder keeps what the app did lately, for the studio: in memory, within bounds, and masked before it is kept. Only a command that shows the
// studio makes one. It is safe for concurrent use.
type recorder struct {
	mu       sync.Mutex
	browsers []*browser // the one seen last is last
	calls    kept[callSeen]
	flows    kept[flowSeen]
	events   kept[session.Event]
	requests kept[requestSeen]
	logins   kept[loginSeen]
	ids      int
	changed  func()
}

// kept is a list of the newest.
type kept[T any] []T

func (k *kept[T]) add(v T, most int) {
	*k = append(*k, v)
	if len(*k) > most {
		*k = slices.Delete(*k, 0, len(*k)-most)
	}
}

type callSeen struct {
	id int
	call.Exchange
}

type flowSeen struct {
	id      int
	browser string
	at      time.Time
	app.FlowSeen
	more int
}

// requestSeen says which browser sent a request.
type requestSeen struct{ id, browser string }

// loginSeen says whose a login is, or was: calls are told by it also when it is over.
type loginSeen struct{ key, person string }

// browser is one that has opened the app.
type browser struct {
	id       string
	name     string
	page     string
	seen     time.Time
	login    session.Secret // the id of its session, of which everything can be asked anew; none for a guest
	key      string         // of that session, in the store
	hash     string         // likewise, as events name it
	uid      string
	person   string // what people would call whoever is logged in
	guest    string // hash of a guest's id
	ended    session.Reason
	endedAt  time.Time
	scopes   kept[pageScope]
	outputs  map[string]any
	resetDue bool // its next request is answered by taking all cookies away
}

// pageScope is what a page was drawn with, masked.
type pageScope struct {
	page  string
	scope value.Scope
}

func newRecorder() *recorder { return &recorder{changed: func() {}} }

// sum stands for an id that is a secret.
func sum(id string) string {
	if id == "" {
		return ""
	}
	h := sha256.Sum256([]byte("debug " + id))
	return hex.EncodeToString(h[:12])
}

// news runs fn under the lock and says afterwards that there is something new.
func (r *recorder) news(fn func()) {
	r.mu.Lock()
	fn()
	changed := r.changed
	r.mu.Unlock()
	changed()
}

// exchange is told of each call.
func (r *recorder) exchange(e call.Exchange) {
	r.news(func() {
		r.ids++
		r.calls.add(callSeen{r.ids, e}, keptCalls)
	})
}

// event is told what happens to logins.
func (r *recorder) event(e session.Event) {
	r.news(func() {
		r.events.add(e, keptEvents)
		for _, b := range r.browsers {
			if e.Kind == session.EventEnd && b.hash != "" && b.hash == e.Hash {
				b.ended, b.endedAt = e.Reason, e.At
			}
		}
	})
}

// request is told of each request for a page.
func (r *recorder) request(s app.Seen) {
	r.news(func() {
		b := r.browserOf(s)
		r.requests.add(requestSeen{s.ID, b.id}, keptRequests)
		for _, f := range s.Flows {
			b.outputs = maskedMap(f.Outputs)
			f.Outputs = nil
			more := max(len(f.Steps)-keptSteps, 0)
			f.Steps = slices.Clone(f.Steps[:len(f.Steps)-more])
			r.ids++
			r.flows.add(flowSeen{r.ids, b.id, s.At, f, more}, keptFlows)
		}
		if s.Scope == nil {
			return
		}
		b.scopes = slices.DeleteFunc(b.scopes, func(p pageScope) bool { return p.page == s.Page })
		b.scopes.add(pageScope{s.Page, value.Scope(maskedMap(s.Scope))}, keptPages)
	})
}

// browserOf finds the browser of a request by who it was before or is now, and notes what is new of it.
func (r *recorder) browserOf(s app.Seen) *browser {
	b := r.find(s.Was)
	if b == nil {
		b = r.find(s.Is)
	}
	if b == nil {
		r.ids++
		b = &browser{id: sum(s.ID)[:10]}
	}
	b.name = strings.Join(strings.Fields(s.Agent.Browser+" on "+s.Agent.System), " ")
	b.name = cmp.Or(strings.TrimSuffix(strings.TrimPrefix(b.name, "on "), " on"), "a browser")
	b.seen = s.At
	b.page = cmp.Or(s.Page, b.page)
	was := s.Was.Session
	if was.Ended != "" && was.Key != "" {
		b.ended, b.endedAt = was.Ended, cmp.Or(b.endedAt, s.At)
	}
	if is := s.Is.Session; is.Active() {
		if b.key != is.Key {
			b.ended, b.endedAt = "", time.Time{}
		}
		b.login, b.key, b.hash, b.uid, b.person, b.guest = session.NewSecret(is.ID), is.Key, is.Hash, is.Auth.UID, personOf(is.Auth), ""
		r.logins = slices.DeleteFunc(r.logins, func(l loginSeen) bool { return l.key == b.key })
		r.logins.add(loginSeen{b.key, b.person}, keptLogins)
	} else {
		b.guest = sum(s.Is.Guest)
		if was.Active() || was.Ended != "" {
			b.login = session.Secret{}
		}
	}
	r.browsers = append(slices.DeleteFunc(r.browsers, func(o *browser) bool { return o == b }), b)
	if len(r.browsers) > keptBrowsers {
		r.browsers = slices.Delete(r.browsers, 0, 1)
	}
	return b
}

// personOf finds in the user data what people would call somebody; else it is the uid.
func personOf(a session.AuthData) string {
	var user map[string]any
	if len(a.User) > 0 {
		_ = json.Unmarshal(a.User, &user) // the session core keeps objects alone
	}
	for _, name := range []string{"username", "userName", "login", "email", "name", "displayName", "firstName"} {
		if s, ok := user[name].(string); ok && s != "" {
			return s
		}
	}
	return cmp.Or(a.UID, "somebody")
}

func (r *recorder) find(w app.Who) *browser {
	guest := sum(w.Guest)
	for _, b := range r.browsers {
		if w.Session.Key != "" && b.key == w.Session.Key || guest != "" && b.guest == guest {
			return b
		}
	}
	return nil
}

// picked is the browser of an id, else the one that was seen last; nil when there is none.
func (r *recorder) picked(id string) *browser {
	for _, b := range r.browsers {
		if b.id == id {
			return b
		}
	}
	if len(r.browsers) == 0 {
		return nil
	}
	return r.browsers[len(r.browsers)-1]
}

// sender is the browser that a call belongs to, "" where that is not known.
func (r *recorder) sender(request, key string) string {
	for _, q := range slices.Backward(r.requests) {
		if request != "" && q.id == request {
			return q.browser
		}
	}
	for _, b := range r.browsers {
		if key != "" && b.key == key {
			return b.id
		}
	}
	return ""
}

// person is whose the login of a session's key is or was, "" where that is not known.
func (r *recorder) person(key string) string {
	for _, l := range r.logins {
		if l.key == key {
			return l.person
		}
	}
	return ""
}

// owner is the browser of a session's key, "" where it is not known.
func (r *recorder) owner(key string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.sender("", key)
}

// Bounds of what is kept of one value.
const (
	keptDepth = 8
	keptItems = 50
	keptText  = 4 << 10
	keptNodes = 4000
)

// masked copies a value within bounds, with what is secret in it hidden.
type masked struct {
	mask  call.Mask
	nodes int
}

func maskedMap(m map[string]any) map[string]any {
	c := &masked{mask: call.NewMask()}
	out := make(map[string]any, len(m))
	for k, v := range m {
		out[k] = c.value(k, v, 0)
	}
	return out
}

func (c *masked) value(name string, v any, depth int) any {
	if c.nodes++; c.nodes > keptNodes || depth > keptDepth {
		return nil
	}
	switch x := v.(type) {
	case value.Secret:
		shown, _ := c.mask.Value(name, x).(string)
		return value.NewSecret(shown)
	case string:
		if len(x) > keptText {
			x = strings.ToValidUTF8(x[:keptText], "") + "…"
		}
		shown, hid := c.mask.Text(name, x)
		if hid {
			return value.NewSecret(shown)
		}
		return shown
	case []any:
		out := make([]any, 0, min(len(x), keptItems))
		for _, e := range x[:min(len(x), keptItems)] {
			out = append(out, c.value(name, e, depth+1))
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(x))
		for k, e := range x {
			out[k] = c.value(k, e, depth+1)
		}
		return out
	}
	return v
}
