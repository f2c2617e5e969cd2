package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/flow"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

// opened is a page while a request works on it.
type opened struct {
	q        *ask
	page     *project.Page
	params   map[string]any
	url      string // the page's own URL
	st       pageState
	state    map[string]any    // page state
	owns     map[string]any    // state of components that was set, by their use
	app      map[string]any    // app state
	appWas   string            // app state as it was stored, to see whether it changed
	form     map[string]any    // what the posted fields mean
	posted   map[string]any    // those of them that were there
	sent     *project.Widget   // the form that was sent; nil: the page's own
	values   map[string]string // text of inputs to show again
	errors   map[string]string
	badFiles map[string]string // files that were sent and are not taken
	set      []string          // fields that a flow has filled
	queries  map[string]any
	rerun    map[string]bool // queries that run again although they are remembered; "" all
	notices  []notice
	reason   *session.Session // the session whose end is being told
	leave    *flow.Leave      // the flow sends the browser to an identity provider
	out      *answer

	press   *event          // of a message's button: it uses up itself instead of the drawing; nil: none
	root    string          // the flow that runs: of a trigger, or rootLoad
	reads   json.RawMessage // what that flow was handed when its button was drawn
	resume  *flow.Resume    // it goes on with an answer
	pending *flow.Pending   // it waits for one
}

// open begins a page: its state at first, its parameters typed.
func (q *ask) open(page *project.Page, params map[string]any) (*opened, error) {
	url, hidden, err := q.rt.routes.href(page, params)
	if err != nil {
		return nil, err
	}
	o := q.blank(page)
	o.params, o.url = params, url
	if o.st.Params, err = encode(hidden); err != nil {
		return nil, err
	}
	if o.state, err = defaults(page.State, nil); err != nil {
		return nil, err
	}
	return o, o.loadApp(q.next.App)
}

// blank is a page of which nothing is known yet.
func (q *ask) blank(page *project.Page) *opened {
	return &opened{
		q: q, page: page, params: map[string]any{}, url: "/", state: map[string]any{}, owns: map[string]any{}, app: map[string]any{}, form: map[string]any{},
		values: map[string]string{}, rerun: map[string]bool{}, out: newAnswer(http.StatusOK),
		st: pageState{Visit: random(), Tabs: map[string]int{}},
	}
}

// defaults are the values of variables at first; have wins where it holds one, read as the variable's type.
func defaults(vars []project.Var, have map[string]any) (map[string]any, error) {
	out := make(map[string]any, len(vars))
	for _, v := range vars {
		if given, ok := have[v.Name]; ok {
			out[v.Name], _ = value.Coerce(given, v.Type)
			continue
		}
		out[v.Name] = nil
		if v.Default != nil {
			d, err := v.Default.Eval(nil)
			if err != nil {
				return nil, fmt.Errorf("default of %s: %w", v.Name, err)
			}
			out[v.Name] = d
		}
	}
	return out, nil
}

// loadOwn reads the state of components that was set.
func (o *opened) loadOwn(sealed []byte) error {
	have, err := decode(sealed)
	if err != nil {
		return err
	}
	for use, set := range have {
		vars, _ := set.(map[string]any)
		if o.owns[use], err = defaults(o.page.OwnVars(use), vars); err != nil {
			return err
		}
	}
	return nil
}

// loadApp reads the app state: of the session, or what a guest's browser brought.
func (o *opened) loadApp(guests []byte) error {
	stored := guests
	if o.q.v.in() {
		stored = o.q.v.s.AppState
	}
	have, err := decode(stored)
	if err != nil {
		have = nil // of an older version: the defaults
	}
	o.appWas = string(stored)
	o.app, err = defaults(o.q.rt.project.App.State, have)
	return err
}

// saveApp keeps the app state where it belongs when it has changed.
func (o *opened) saveApp(ctx context.Context) error {
	if len(o.q.rt.project.App.State) == 0 {
		return nil
	}
	now, err := encode(o.app)
	if err != nil {
		return fmt.Errorf("app state: %w", err)
	}
	if o.q.v.in() {
		if string(now) == o.appWas {
			return nil
		}
		o.appWas = string(now)
		return o.q.app.cfg.Sessions.SetAppState(ctx, o.q.v.s.ID, now)
	}
	if string(now) != o.appWas {
		o.q.next.App = now
	}
	o.st.App = now
	return nil
}

// maxGuestApp bounds the app state of a guest, which crosses redirects in a cookie.
const maxGuestApp = 2000

// fits reports, before a flow sets them, states that neither the page nor what keeps the app state has room for.
func (o *opened) fits(state, app, own map[string]any, loggedIn bool) error {
	page, err := encode(state)
	if err != nil {
		return fmt.Errorf("page state: %w", err)
	}
	parts, err := encode(own)
	if err != nil {
		return fmt.Errorf("component state: %w", err)
	}
	whole, err := encode(app)
	if err != nil {
		return fmt.Errorf("app state: %w", err)
	}
	most, total := session.MaxAppState, len(page)+len(parts)+len(o.st.Params)
	if !loggedIn {
		most, total = maxGuestApp, total+len(whole)
	}
	switch {
	case len(whole) > most && string(whole) != o.appWas:
		return fmt.Errorf("the app state takes %d bytes, more than %d: %s", len(whole), most, largest(nil, whole))
	case total > maxState:
		return fmt.Errorf("the page state takes %d bytes, more than %d: %s", total, maxState, largest(parts, page))
	}
	return nil
}

// scope is what the page's expressions read.
func (o *opened) scope() value.Scope {
	s := o.q.authScope()
	s["form"], s["state"], s["app"], s["params"], s["queries"] = o.form, o.state, o.app, o.params, o.queries
	s["page"] = map[string]any{"name": o.page.Name, "url": o.q.app.guard.home + o.url, "theme": o.q.theme()}
	if len(o.page.Owns) > 0 {
		s[value.OwnKey] = o.owns
	}
	if o.reason != nil {
		s["session"] = map[string]any{"reason": string(o.reason.Ended), "uid": o.reason.Auth.UID}
	}
	return s
}

// authScope is the part of the scope that is about who asks.
func (q *ask) authScope() value.Scope {
	now := q.app.now()
	s := make(value.Scope, scopeSize)
	s["auth"], s["user"] = call.AuthScope(q.v.s, q.v.in(), now), q.user()
	s["constants"], s["now"], s[value.LocaleKey] = q.rt.project.App.Constants, now, q.lang()
	s["language"] = q.lang().Language()
	return s
}

// scopeSize is room for what a page's expressions read.
const scopeSize = 16

// whose tells user data apart.
type whose struct {
	key   string
	ended session.Reason
	ver   int64
}

// user is user.* of who asks, read once as long as it is the same.
func (q *ask) user() any {
	of := whose{q.v.s.Key, q.v.s.Ended, q.v.s.UserVer}
	if q.users.of != of {
		q.users.of, q.users.is = of, q.rt.people.of(of, func() any { return call.UserScope(q.v.s, q.v.in(), q.rt.project.App.Auth.UserType) })
	}
	return q.users.is
}

// place is the page with its parameters, as a return-to or a way back keeps it: never a URL, and nothing sensitive (design 8.10).
func (o *opened) place() (*place, error) {
	plain := map[string]any{}
	for _, p := range o.page.Params {
		if v := o.params[p.Name]; !p.Sensitive && v != nil {
			plain[p.Name] = v
		}
	}
	b, err := encode(plain)
	if err != nil {
		return nil, err
	}
	return &place{Page: o.page.Name, Params: b}, nil
}

// find turns a place back into a page of this revision with typed parameters; nil when it no longer fits.
func (rt *runtime) find(pl *place) (*project.Page, map[string]any) {
	if pl == nil {
		return nil, nil
	}
	page := rt.project.Page(pl.Page)
	if page == nil {
		return nil, nil
	}
	have, err := decode(pl.Params)
	if err != nil {
		return nil, nil
	}
	typedParams := map[string]any{}
	for _, p := range page.Params {
		v, err := typed(p, have[p.Name])
		if err != nil {
			return nil, nil
		}
		typedParams[p.Name] = v
	}
	return page, typedParams
}
