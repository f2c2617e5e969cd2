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
	"github.com/usherdev/usher/entrance"
	"github.com/usherdev/usher/flow"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
)

// Config is what Run needs. Project, Calls, Username and Password are required.
type Config struct {
	Project  *project.Project
	Calls    *call.Client // of Project
	Username string       // what the log-in form asks for beside the password: a user name or an e-mail address
	Password string
	// Patience is how long an old refresh token is presented again and again, to learn how long it is taken; 0: 65 s, a negative value: once.
	Patience time.Duration
	Begin    func(step string)                                // told of each step of Run as it begins: log in, me, unknown token, …; nil: nobody
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
	Class    string         // what became of the first renewal: success, reject, not_sent, config, ambiguous; "" none was made
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

// prober is one Run.
type prober struct {
	cfg      Config
	entrance *entrance.Entrance
	calls    []entrance.Seen // of the last log-in
	report   Report
}

// Run probes the backend. The error is about the app or ctx; what the backend does is a finding.
func Run(ctx context.Context, cfg Config) (Report, error) {
	p, err := newProber(cfg)
	if err != nil {
		return Report{}, err
	}
	defer func() { _ = p.entrance.Close(ctx) }()
	p.begin(ctx, topicLogIn)
	first, err := p.logIn(ctx)
	if err != nil || first == nil {
		return p.report, err
	}
	p.explainLogIn(*first)
	me := p.meCall()
	if p.begin(ctx, "me") {
		p.askMe(ctx, me, *first)
	}
	if p.begin(ctx, "unknown token") {
		p.unknownToken(ctx, me, *first)
	}
	if p.begin(ctx, topicRenewal) && p.renewable(*first) {
		p.renewals(ctx, me, *first)
	}
	p.begin(ctx, "log out")
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), endTime) // logins are ended although somebody stopped the probe
	defer cancel()
	p.endAll(ending)
	return p.report, ctx.Err()
}

const endTime = 10 * time.Second

// begin tells that a step begins; false: the probe was stopped, so that it does not.
func (p *prober) begin(ctx context.Context, step string) bool {
	if ctx.Err() != nil {
		return false
	}
	if p.cfg.Begin != nil {
		p.cfg.Begin(step)
	}
	return true
}

// LogIn logs in once, says what the app reads from that, and asks who the backend takes it for. Nothing is renewed and nothing spent twice.
func LogIn(ctx context.Context, cfg Config) (Report, error) {
	return once(ctx, cfg, func(p *prober, a session.AuthData) {
		p.explainLogIn(a)
		p.askMe(ctx, p.meCall(), a)
	})
}

// Renew logs in once and renews that login once, as the app declares it.
func Renew(ctx context.Context, cfg Config) (Report, error) {
	return once(ctx, cfg, func(p *prober, a session.AuthData) {
		if !p.renewable(a) {
			return
		}
		if next, _, ok := p.renew(ctx, a); ok {
			p.askMe(ctx, p.meCall(), next)
		}
	})
}

// once logs in, does one thing with the login, and ends it.
func once(ctx context.Context, cfg Config, do func(*prober, session.AuthData)) (Report, error) {
	p, err := newProber(cfg)
	if err != nil {
		return Report{}, err
	}
	defer func() { _ = p.entrance.Close(ctx) }()
	a, err := p.logIn(ctx)
	if err != nil || a == nil {
		return p.report, err
	}
	do(p, *a)
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
	// No refresh and no log-out are declared to it: each of them is made here, one by one.
	in, err := entrance.New(entrance.Config{Project: cfg.Project, Calls: cfg.Calls, Username: cfg.Username, Password: cfg.Password, Now: cfg.Now})
	if err != nil {
		return nil, err
	}
	return &prober{cfg: cfg, entrance: in}, nil
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

const topicLogIn = "log in"

// logIn runs the app's own log-in flow; nil when nobody is logged in afterwards, which is told.
func (p *prober) logIn(ctx context.Context) (*session.AuthData, error) {
	out, err := p.entrance.LogIn(ctx)
	if err != nil {
		return nil, err
	}
	p.calls = out.Calls
	switch {
	case out.Fault != nil:
		p.misfit(out)
	case !out.In():
		p.say(Fault, topicLogIn, p.entrance.At(), "%s", out.Why())
	default:
		return &out.Session.Auth, nil
	}
	return nil, nil
}

// misfit tells of a flow that could not go on, with the names that the reply does hold.
func (p *prober) misfit(out entrance.Outcome) {
	var f *flow.Fault
	at := p.entrance.At()
	if errors.As(out.Fault, &f) {
		at = f.At
	}
	p.say(Fault, topicLogIn, at, "%v", out.Fault)
	if n := len(out.Calls); n > 0 {
		c := out.Calls[n-1]
		p.say(Note, topicLogIn, at, "the reply to %s (status %d) holds: %s", c.Call.ID, c.Reply.Status, shape(c.Reply.Body))
	}
}

// endAll tells the backend that the probe's logins are over, where the app declares how.
func (p *prober) endAll(ctx context.Context) {
	told, failed, last := p.entrance.End(ctx)
	switch {
	case failed > 0:
		p.say(Note, "log out", "/app/authentication/logOut", "%d of the logins made here could not be ended: %v", failed, last)
	case told:
		p.say(Fine, "log out", "/app/authentication/logOut", "the logins made here were ended")
	}
}
