package app

import (
	"maps"
	"net/http"
	"time"

	"github.com/usherdev/usher/flow"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

// Development is what an app does beside while somebody builds it. Its zero value, which production has, does nothing.
type Development struct {
	// Watch is told of each request for a page when it has been answered; nil: nobody. It must be quick and safe for concurrent use, and keep
	// no secret of what it is given.
	Watch func(Seen)
	// Inspect has widgets say where they are written, and pages run develop.js, which tells the app's own origin what is pointed at. Whoever sets it
	// answers below /_usher/dev/.
	Inspect bool
}

// Seen is what a request for a page came to.
type Seen struct {
	ID       string // as in the log
	At       time.Time
	Took     time.Duration
	Method   string
	Page     string // by name
	Status   int
	ByItself bool // app.js has drawn the page anew; nobody did anything
	Fault    string
	Agent    session.Device
	Was, Is  Who // who asked, before and afterwards
	Flows    []FlowSeen
	Scope    value.Scope // what the page that was drawn could read; nil: none was drawn. What was typed as a password is not in it
}

// Who is a browser: of somebody who is logged in, or has just been, or of a guest.
type Who struct {
	Session session.Session
	Guest   string // the guest's id
}

// FlowSeen is a flow that ran.
type FlowSeen struct {
	Page    string
	At      project.Path // of its first action
	Took    time.Duration
	Steps   []flow.Step
	Outputs map[string]any // of its actions, by name
	Waits   bool           // it asks or waits, and goes on later
	Fault   string
}

// who is the visitor for whoever watches.
func (v visitor) who() Who { return Who{v.s, v.guest} }

// watchFlow notes a flow for whoever watches.
func (o *opened) watchFlow(in flow.Input, res flow.Result, took time.Duration, fault error) {
	if o.q.app.cfg.Development.Watch == nil || len(in.Actions) == 0 {
		return
	}
	f := FlowSeen{Page: o.page.Name, At: in.Actions[0].At, Took: took, Steps: res.Trace, Outputs: outputs(in, res), Waits: res.Pending != nil}
	if fault != nil {
		f.Fault = fault.Error()
	}
	o.q.flows = append(o.q.flows, f)
}

// outputs are what a flow's actions have put into its scope.
func outputs(in flow.Input, res flow.Result) map[string]any {
	out := maps.Clone(map[string]any(res.Scope))
	for name := range in.Scope {
		delete(out, name)
	}
	for _, name := range []string{"auth", "user", "state", "app", "form", "own", "now", "page", "language", value.LocaleKey, value.UseKey, value.OwnKey} {
		delete(out, name)
	}
	return out
}

// watched tells whoever watches what a request came to.
func (a *App) watched(q *ask, out *answer, took time.Duration) {
	watch := a.cfg.Development.Watch
	if watch == nil || out.page == "" && len(q.flows) == 0 {
		return
	}
	s := Seen{
		ID: q.id, At: a.now().Add(-took), Took: took, Method: method(q.r.Method), Page: out.page, Status: out.status, ByItself: q.byItself(), Agent: deviceOf(q.r.UserAgent()),
		Was: q.was.who(), Is: q.v.who(), Flows: q.flows, Scope: q.drawn,
	}
	if out.fault != nil {
		s.Fault = out.fault.Error()
	}
	watch(s)
}

// watchScope keeps what a page was drawn with for whoever watches.
func (o *opened) watchScope(s value.Scope, status int) {
	if o.q.app.cfg.Development.Watch == nil || status >= http.StatusInternalServerError {
		return
	}
	s = maps.Clone(s)
	form := maps.Clone(o.form)
	for _, w := range o.page.Fields {
		if isPassword(w) && form[w.ID] != nil {
			form[w.ID] = value.NewSecret("")
		}
	}
	s["form"] = form
	o.q.drawn = s
}
