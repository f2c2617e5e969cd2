// Package probe finds out how a backend really treats logins: it logs in by the app's own flow, says which field was read from where and which
// kind of expiry came, asks for "me", renews, and then learns whether refresh tokens rotate, how long an old one is taken, what becomes of
// an old authentication token, and how a token is answered that was never issued. What it learns comes back as findings and edits.
//
// It never holds a token in what it returns or tells, writes no file, and leaves no login behind that it can end.
package probe

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/flow"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

// Config is what Run needs. Project, Calls, Username and Password are required.
type Config struct {
	Project  *project.Project
	Calls    *call.Client // of Project
	Username string       // what the log-in form asks for beside the password: a user name or an e-mail address
	Password string
	// Patience is how long an old refresh token is presented again and again, to learn how long it is taken; 0: 65 s, a negative value: once.
	Patience time.Duration
	Tell     func(Finding)                                    // told of each finding as it is made; nil: nobody
	Now      func() time.Time                                 // nil: time.Now
	Wait     func(ctx context.Context, d time.Duration) error // nil: waits, until ctx ends
}

// Level says what a finding asks for.
type Level string

// The levels.
const (
	Fine  Level = "ok"    // as the app says
	Note  Level = "note"  // worth knowing
	Fault Level = "fault" // the app and the backend do not fit
)

// Finding is one thing that was learned. It holds names, kinds and times, never a token, a password or user data.
type Finding struct {
	Level Level
	Topic string // log in, me, renewal, old refresh token, old token, unknown token
	Text  string
	At    project.Path // what in the app it is about; "" nothing in particular
}

// Report is what a probe came to.
type Report struct {
	Findings []Finding
	Edits    []project.Edit // that bring the app's settings in line; none where they are already
}

// Faults reports whether something does not fit.
func (r Report) Faults() bool {
	for _, f := range r.Findings {
		if f.Level == Fault {
			return true
		}
	}
	return false
}

const patience = 65 * time.Second // longer than the grace that identity services are known to give

// ErrNoLogIn says that the app has no form from which a flow with Log In starts.
var ErrNoLogIn = errors.New("no page has a form with a password field whose flow ends in Log In")

// prober is one Run.
type prober struct {
	cfg      Config
	start    *start
	sessions *session.Manager
	runner   *flow.Runner
	seen     *seen
	report   Report
	logins   []string
}

// Run probes the backend. The error is about the app or ctx; what the backend does is a finding.
func Run(ctx context.Context, cfg Config) (Report, error) {
	p, err := newProber(cfg)
	if err != nil {
		return Report{}, err
	}
	defer func() { _ = p.sessions.Close(context.WithoutCancel(ctx)) }()
	first, err := p.logIn(ctx)
	if err != nil || first == nil {
		return p.report, err
	}
	p.explainLogIn(*first)
	me := p.meCall()
	p.askMe(ctx, me, *first)
	p.unknownToken(ctx, me, *first)
	if p.renewable(*first) {
		p.renewals(ctx, me, *first)
	}
	p.endAll(ctx)
	return p.report, ctx.Err()
}

func newProber(cfg Config) (*prober, error) {
	switch {
	case cfg.Project == nil || cfg.Calls == nil:
		return nil, errors.New("probe: Project and Calls are required")
	case cfg.Username == "" || cfg.Password == "":
		return nil, errors.New("probe: Username and Password are required")
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Wait == nil {
		cfg.Wait = wait
	}
	if cfg.Patience == 0 {
		cfg.Patience = patience
	}
	p := &prober{cfg: cfg, start: findStart(cfg.Project)}
	if p.start == nil {
		return nil, ErrNoLogIn
	}
	var err error
	// No refresh and no log-out are declared to it: each of them is made here, one by one.
	if p.sessions, err = session.New(session.Config{App: cfg.Project.App.ID, Store: session.NewMemory(), Keys: session.NewKeys([32]byte{1}), Now: cfg.Now}); err != nil {
		return nil, fmt.Errorf("probe: %w", err)
	}
	p.seen = &seen{Client: cfg.Calls}
	if p.runner, err = flow.New(flow.Config{Project: cfg.Project, Calls: p.seen, Sessions: p.sessions, Mapper: cfg.Calls.Mapper(), Now: cfg.Now}); err != nil {
		return nil, fmt.Errorf("probe: %w", err)
	}
	return p, nil
}

func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *prober) say(level Level, topic string, at project.Path, format string, args ...any) {
	f := Finding{Level: level, Topic: topic, Text: fmt.Sprintf(format, args...), At: at}
	p.report.Findings = append(p.report.Findings, f)
	if p.cfg.Tell != nil {
		p.cfg.Tell(f)
	}
}

// seen passes calls on and remembers the last reply of each, for what it is shaped like.
type seen struct {
	*call.Client
	last map[*project.Call]call.Reply
	all  []*project.Call
}

func (s *seen) Do(ctx context.Context, req call.Request, login call.Login) (call.Reply, error) {
	r, err := s.Client.Do(ctx, req, login)
	if s.last == nil {
		s.last = map[*project.Call]call.Reply{}
	}
	s.last[req.Call] = r
	s.all = append(s.all, req.Call)
	return r, err
}

const topicLogIn = "log in"

// logIn runs the app's own log-in flow; nil when nobody is logged in afterwards, which is told.
func (p *prober) logIn(ctx context.Context) (*session.AuthData, error) {
	form := map[string]any{}
	for id, v := range p.start.form {
		form[id] = v
	}
	form[p.start.name.ID], form[p.start.password.ID] = p.cfg.Username, p.cfg.Password
	if t := p.start.password.Field; t != nil && t.Kind == value.KindSecret {
		form[p.start.password.ID] = value.NewSecret(p.cfg.Password)
	}
	p.seen.all = nil
	res, err := p.runner.Run(ctx, flow.Input{
		Actions: p.start.actions, Page: p.start.page, Form: form, State: p.start.state, AppState: map[string]any{},
		Scope: value.Scope{"constants": p.cfg.Project.App.Constants, "params": map[string]any{}, "queries": map[string]any{}},
	})
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	p.logins = append(p.logins, res.SessionID)
	if err != nil {
		p.misfit(err)
		return nil, nil
	}
	if !res.Session.Active() || res.SessionID == "" {
		p.refused(res)
		return nil, nil
	}
	a := res.Session.Auth
	return &a, nil
}

// misfit tells of a flow that could not go on, with the names that the reply does hold.
func (p *prober) misfit(err error) {
	var f *flow.Fault
	at := p.start.trigger
	if errors.As(err, &f) {
		at = f.At
	}
	p.say(Fault, topicLogIn, at, "%v", err)
	if n := len(p.seen.all); n > 0 {
		c := p.seen.all[n-1]
		p.say(Note, topicLogIn, at, "the reply to %s (status %d) holds: %s", c.ID, p.seen.last[c].Status, shape(p.seen.last[c].Body))
	}
}

// refused tells of a flow after which nobody is logged in.
func (p *prober) refused(res flow.Result) {
	said := ""
	for _, e := range res.Effects {
		if n, ok := e.(flow.Notify); ok && n.Text != "" {
			said = fmt.Sprintf("; the app says: %q", n.Text)
		}
	}
	for _, c := range p.seen.all {
		p.say(Fault, topicLogIn, p.start.trigger, "%s answered with status %d and nobody was logged in%s", c.ID, p.seen.last[c].Status, said)
	}
	if len(p.seen.all) == 0 {
		p.say(Fault, topicLogIn, p.start.trigger, "the flow called nothing and logged nobody in%s", said)
	}
}

// endAll tells the backend that the probe's logins are over, where the app declares how.
func (p *prober) endAll(ctx context.Context) {
	tell := p.cfg.Calls.Revoker()
	if tell == nil {
		return
	}
	failed := 0
	var last error
	for _, id := range p.logins {
		if s, ok, err := p.sessions.Current(ctx, id); err == nil && ok && s.Active() {
			if err := tell(ctx, s.Auth); err != nil {
				failed, last = failed+1, err
			}
		}
	}
	if failed > 0 {
		p.say(Note, "log out", "/app/authentication/logOut", "%d of the probe's own logins could not be ended: %v", failed, last)
		return
	}
	p.say(Fine, "log out", "/app/authentication/logOut", "the probe's own logins were ended")
}
