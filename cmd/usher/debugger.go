package main

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/usherdev/usher/app"
	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/studio"
	"github.com/usherdev/usher/value"
)

// development is what follows and disturbs an app that somebody builds. Only a command that shows the studio makes one.
type development struct {
	rec     *recorder
	faults  *faults
	tickets *tickets
	users   *testUsers
	pages   *pages
}

// newDevelopment keeps test users in the data folder, and all else in memory.
func newDevelopment(data string) *development {
	d := &development{rec: newRecorder(), faults: &faults{}, tickets: newTickets(), users: &testUsers{dir: data}, pages: newPages()}
	d.faults.changed = func() { d.rec.news(func() {}) }
	d.faults.owner = d.rec.owner
	return d
}

// debugger is the studio's way to the running app.
type debugger struct {
	*development
	app    func() *runtime // that runs; nil while none does
	origin string          // the app's own

	mu     sync.Mutex
	sample string // the browser whose data the canvas shows
}

// Follow implements studio.Debugger.
func (d *debugger) Follow(changed func(), pointed func(path string)) {
	d.rec.mu.Lock()
	d.rec.changed = changed
	d.rec.mu.Unlock()
	d.pages.change(func() { d.pages.pointed = pointed })
}

// Look implements studio.Debugger.
func (d *debugger) Look(ctx context.Context, picked string) (studio.DebugView, error) {
	users, err := d.users.names()
	if err != nil {
		return studio.DebugView{}, err
	}
	out := studio.DebugView{On: true, Sample: d.sampled(), Users: users, Inspect: d.pages.inspecting()}
	d.rec.mu.Lock()
	b := d.rec.view(&out, picked)
	d.rec.mu.Unlock()
	out.Armed = d.faults.now(b.id)
	if b.id == "" || b.key == "" {
		return out, nil
	}
	login, err := d.login(ctx, b)
	out.Login = login
	return out, err
}

// view fills in what the recorder knows, and returns the picked browser as it is; the caller holds the lock.
func (r *recorder) view(out *studio.DebugView, picked string) browser {
	out.Browsers, out.Calls, out.Flows, out.Events, out.Variables = []studio.BrowserView{}, []studio.CallSeen{}, []studio.TraceView{}, []studio.EventView{}, []studio.VariableView{}
	for _, b := range slices.Backward(r.browsers) {
		v := studio.BrowserView{ID: b.id, Name: b.name, Page: b.page, Seen: b.seen, LoggedIn: b.login.Reveal() != "" && b.ended == ""}
		if v.LoggedIn {
			v.Who = b.person
		}
		out.Browsers = append(out.Browsers, v)
	}
	for _, c := range r.calls {
		out.Calls = append(out.Calls, r.callView(c))
	}
	for _, f := range r.flows {
		out.Flows = append(out.Flows, f.view())
	}
	hashes := map[string]string{}
	for _, b := range r.browsers {
		hashes[b.hash] = b.id
	}
	for _, e := range r.events {
		v := studio.EventView{Browser: hashes[e.Hash], At: e.At, Kind: string(e.Kind), Reason: string(e.Reason), Detail: e.Detail}
		if e.Class != 0 {
			v.Class = e.Class.String()
		}
		out.Events = append(out.Events, v)
	}
	b := r.picked(picked)
	if b == nil {
		return browser{}
	}
	out.Picked, out.Variables = b.id, b.variables()
	return *b
}

func (r *recorder) callView(c callSeen) studio.CallSeen {
	browser, who := r.sender(c.Request, c.Login), r.person(c.Login)
	name, button := strings.CutPrefix(c.Request, logInOf)
	if button {
		who = name
	}
	return studio.CallSeen{
		ID: c.id, Browser: browser, Who: who, LogIn: button && browser == "", At: c.At, Call: c.Call, Method: c.Method, URL: c.URL, Status: c.Status, MS: millis(c.Took), Outcome: outcome(c.Exchange), Renewal: c.Renewal,
		Refreshed: c.Refreshed, Replayed: c.Replayed, Tries: max(c.Tries, 1), Error: c.Err,
	}
}

// outcome says in a word what a call came to.
func outcome(e call.Exchange) string {
	switch {
	case e.Renewal:
		return e.Class
	case e.Expired:
		return "expired"
	case e.URL == "":
		return "unsent"
	case e.Status == 0:
		return "none"
	case e.OK:
		return "ok"
	case e.Status >= 500 || e.Status == 429:
		return "trouble"
	}
	return "refused"
}

func (f flowSeen) view() studio.TraceView {
	at := string(f.At)
	out := studio.TraceView{
		ID: f.id, Browser: f.browser, At: f.at, Page: f.Page, Flow: at[:max(strings.LastIndexByte(at, '/'), 0)], MS: millis(f.Took), Steps: []studio.StepSeen{}, More: f.more, Waits: f.Waits, Error: f.Fault,
	}
	for _, s := range f.Steps {
		out.Steps = append(out.Steps, studio.StepSeen{At: string(s.At), Kind: s.Kind, Way: s.Way, Note: s.Note, From: millis(s.From), MS: millis(s.Took), Error: s.Err})
	}
	return out
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// login asks the session core about the login of a browser as it is now.
func (d *debugger) login(ctx context.Context, b browser) (*studio.LoginView, error) {
	out := &studio.LoginView{UID: b.uid, Ended: string(b.ended), Claims: []studio.VariableView{}, User: []studio.VariableView{}}
	if b.ended != "" {
		out.EndedAt = &b.endedAt
	}
	id, rt := b.login.Reveal(), d.app()
	if id == "" || rt == nil {
		return out, nil
	}
	s, ok, err := rt.sessions.Current(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("debug: the session: %w", err)
	}
	if !ok || !s.Active() {
		out.Ended = cmp.Or(string(s.Ended), out.Ended)
		return out, nil
	}
	out.Active, out.Ended, out.EndedAt, out.UID = true, "", nil, s.Auth.UID
	out.Token, out.RefreshToken = value.Masked(s.Auth.Token.Reveal()), value.Masked(s.Auth.RefreshToken.Reveal())
	if !s.Auth.Expiry.IsZero() {
		out.Expiry = &s.Auth.Expiry
	}
	out.Renewable, out.Persist, out.Since, out.Via = s.Refreshable, s.Persist, s.Created, s.Auth.Via
	out.Claims = claims(s.Auth.Token.Reveal())
	data, _ := call.UserData(s, true, rt.calls.Load().Project().App.Auth.UserType)
	if user, ok := data.(map[string]any); ok {
		out.User = listed(maskedMap(user))
	}
	return out, nil
}

// sampled is the browser whose data the canvas shows, "" none.
func (d *debugger) sampled() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.sample
}

// sampleFor is what the canvas shows of a page: what the chosen browser had, masked, over sample data for what it has not. nil: sample data. To
// somebody logged out it shows nothing of the browser's login.
func (d *debugger) sampleFor(p *project.Project, page *project.Page, loggedIn bool) value.Scope {
	chosen := d.sampled()
	if chosen == "" {
		return nil
	}
	d.rec.mu.Lock()
	defer d.rec.mu.Unlock()
	b := d.rec.picked(chosen)
	if b == nil || b.id != chosen || len(b.scopes) == 0 {
		return nil
	}
	out := app.Sample(p, page, loggedIn)
	last := b.scopes[len(b.scopes)-1]
	if loggedIn {
		for _, name := range []string{"auth", "user", "app"} {
			out[name] = unloaded(last.scope[name])
		}
	}
	for _, s := range b.scopes {
		if s.page != page.Name {
			continue
		}
		for _, name := range []string{"state", "params", "queries"} {
			have, _ := s.scope[name].(map[string]any)
			over, _ := out[name].(map[string]any)
			for k, v := range have {
				over[k] = unloaded(v)
			}
		}
	}
	return out
}

// unloaded is a value without addresses from which the canvas may load nothing: pictures show their place there.
func unloaded(v any) any {
	return value.Replace(v, func(leaf any) any {
		if text, ok := leaf.(string); ok && strings.HasPrefix(text, "http://") {
			return ""
		}
		return leaf
	})
}

// claims reads what a token says of itself; nothing where it is no JWT.
func claims(token string) []studio.VariableView {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return []studio.VariableView{}
	}
	b, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return []studio.VariableView{}
	}
	v, err := value.DecodeJSON(b)
	m, ok := v.(map[string]any)
	if err != nil || !ok {
		return []studio.VariableView{}
	}
	m = maskedMap(m)
	for _, name := range []string{"exp", "iat", "nbf", "auth_time"} {
		if at := momentOf(m[name]); !at.IsZero() {
			m[name] = at
		}
	}
	return listed(m)
}

func momentOf(v any) time.Time {
	if _, isText := v.(string); isText || v == nil {
		return time.Time{}
	}
	var seconds float64
	if _, err := fmt.Sscan(value.Text(v), &seconds); err != nil || seconds < 1e8 || seconds > 1e11 {
		return time.Time{}
	}
	return time.Unix(int64(seconds), 0).UTC()
}

// sources are the names of a page's scope that are shown, in the order in which the studio's variables list them.
func sources() []string {
	return []string{"auth", "user", "state", "app", "params", "form", "queries", "page", "constants", "language"}
}

// variables are what the page that the browser shows could read, and what its last flow brought.
func (b *browser) variables() []studio.VariableView {
	out := []studio.VariableView{}
	i := slices.IndexFunc(b.scopes, func(p pageScope) bool { return p.page == b.page })
	if i < 0 {
		i = len(b.scopes) - 1
	}
	if i >= 0 {
		for _, name := range sources() {
			if v, ok := b.scopes[i].scope[name]; ok {
				out = append(out, variable(name, v))
			}
		}
	}
	if len(b.outputs) > 0 {
		out = append(out, variable("outputs of the last flow", b.outputs))
	}
	return out
}

func listed(m map[string]any) []studio.VariableView {
	out := []studio.VariableView{}
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if !strings.HasPrefix(name, "$") {
			out = append(out, variable(name, m[name]))
		}
	}
	return out
}

// variable shows a value that is masked already.
func variable(name string, v any) studio.VariableView {
	out := studio.VariableView{Name: name, Kind: "text", Items: []studio.VariableView{}}
	switch x := v.(type) {
	case nil:
		out.Kind, out.Text = "nothing", "not set"
	case value.Secret:
		out.Kind, out.Text = "secret", x.Reveal()
	case bool:
		out.Kind, out.Text = "bool", fmt.Sprint(x)
	case time.Time:
		out.Kind, out.Text = "time", x.Format(time.RFC3339)
	case []any:
		out.Kind, out.Text = "list", counted(len(x), "item")
		for i, e := range x {
			out.Items = append(out.Items, variable(fmt.Sprint(i), e))
		}
	case map[string]any:
		out.Kind, out.Text, out.Items = "object", counted(len(x), "field"), listed(x)
	case string:
		out.Text = x
	default:
		out.Kind, out.Text = "number", value.Text(v)
	}
	return out
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// Call implements studio.Debugger.
func (d *debugger) Call(_ context.Context, id int) (studio.CallDetail, bool) {
	d.rec.mu.Lock()
	defer d.rec.mu.Unlock()
	for _, c := range d.rec.calls {
		if c.id == id {
			return studio.CallDetail{Call: d.rec.callView(c), Sent: message(c.Sent), Got: message(c.Got)}, true
		}
	}
	return studio.CallDetail{}, false
}

func message(s call.Shown) studio.MessageView {
	out := studio.MessageView{Headers: []studio.HeaderView{}, Body: s.Body, Size: s.Size, Cut: s.Cut}
	for _, h := range s.Headers {
		out.Headers = append(out.Headers, studio.HeaderView(h))
	}
	return out
}
