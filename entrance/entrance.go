// Package entrance logs in to a backend as a person would: it finds the app's own log-in form, fills it in, runs its flow, and gives back the
// login that came of it, or what stood in the way. The commands that need a test account use it.
//
// It never keeps a login beyond its own life, never writes a file, and puts no password and no token into an error.
package entrance

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

// ErrNoLogIn says that the app has no form from which a flow with Log In starts.
var ErrNoLogIn = errors.New("no page has a form with a password field whose flow ends in Log In")

// Config is what New needs. All but Now and Renew are required.
type Config struct {
	Project  *project.Project
	Calls    *call.Client // of Project
	Username string       // what the form asks for beside the password: a user name or an e-mail address
	Password string
	Now      func() time.Time // nil: time.Now
	Renew    bool             // logins are renewed as the app declares it; else never
}

// Entrance is the way into one app with one account. It is for one goroutine at a time.
type Entrance struct {
	cfg      Config
	start    *start
	sessions *session.Manager
	runner   *flow.Runner
	seen     *seen
	logins   []string
}

// New finds the way in. It fails with ErrNoLogIn where the app has none.
func New(cfg Config) (*Entrance, error) {
	switch {
	case cfg.Project == nil || cfg.Calls == nil:
		return nil, errors.New("entrance: Project and Calls are required")
	case cfg.Username == "" || cfg.Password == "":
		return nil, errors.New("entrance: Username and Password are required")
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	e := &Entrance{cfg: cfg, start: findStart(cfg.Project), seen: &seen{Client: cfg.Calls}}
	if e.start == nil {
		return nil, ErrNoLogIn
	}
	// No log-out is declared to it: End does that when it is asked to.
	sessions := session.Config{App: cfg.Project.App.ID, Store: session.NewMemory(), Keys: session.NewKeys([32]byte{1}), Now: cfg.Now}
	if cfg.Renew {
		sessions.Refresh, sessions.RefreshByToken, sessions.RefreshViaOnly = cfg.Calls.Refresher(), cfg.Calls.RefreshByToken(), cfg.Calls.RefreshViaOnly()
	}
	var err error
	if e.sessions, err = session.New(sessions); err != nil {
		return nil, fmt.Errorf("entrance: %w", err)
	}
	if e.runner, err = flow.New(flow.Config{Project: cfg.Project, Calls: e.seen, Sessions: e.sessions, Mapper: cfg.Calls.Mapper(), Now: cfg.Now}); err != nil {
		return nil, fmt.Errorf("entrance: %w", err)
	}
	return e, nil
}

// Action is the Log In that the flow comes to.
func (e *Entrance) Action() *project.Action { return e.start.logIn }

// At is where the flow starts: the form, or the button in it.
func (e *Entrance) At() project.Path { return e.start.trigger }

// Seen is a call that the flow made, with its reply. The reply may hold tokens: do not print it.
type Seen struct {
	Call  *project.Call
	Reply call.Reply
}

// Outcome is what one pass through the flow came to.
type Outcome struct {
	Session session.Session // of whoever is logged in; active only then
	Fault   error           // the flow could not go on: a mapping found nothing, say; nil: it ran to its end
	Said    string          // the last notice that the flow showed, "" none
	Calls   []Seen          // in the order in which they were made
}

// In reports whether somebody is logged in.
func (o Outcome) In() bool { return o.Fault == nil && o.Session.ID != "" && o.Session.Active() }

// Why says in one sentence why nobody is logged in, "" when somebody is. It holds no value but the app's own notice.
func (o Outcome) Why() string {
	said := ""
	if o.Said != "" {
		said = fmt.Sprintf("; the app says: %q", o.Said)
	}
	switch n := len(o.Calls); {
	case o.In():
		return ""
	case o.Fault != nil:
		return o.Fault.Error()
	case n == 0:
		return "the flow called nothing and logged nobody in" + said
	default:
		last := o.Calls[n-1]
		return fmt.Sprintf("%s answered with status %d and nobody was logged in%s", last.Call.ID, last.Reply.Status, said)
	}
}

// LogIn runs the app's log-in flow once. The error is that of ctx; whatever the app or the backend does is in the Outcome.
func (e *Entrance) LogIn(ctx context.Context) (Outcome, error) {
	form := map[string]any{}
	for id, v := range e.start.form {
		form[id] = v
	}
	form[e.start.name.ID], form[e.start.password.ID] = e.cfg.Username, e.cfg.Password
	if t := e.start.password.Field; t != nil && t.Kind == value.KindSecret {
		form[e.start.password.ID] = value.NewSecret(e.cfg.Password)
	}
	e.seen.all = nil
	res, err := e.runner.Run(ctx, flow.Input{
		Actions: e.start.actions, Page: e.start.page, Form: form, State: e.start.state, AppState: map[string]any{},
		Scope: value.Scope{"constants": e.cfg.Project.App.Constants, "params": map[string]any{}, "queries": map[string]any{}},
	})
	if ctx.Err() != nil {
		return Outcome{}, ctx.Err()
	}
	e.logins = append(e.logins, res.SessionID)
	out := Outcome{Session: res.Session, Fault: err, Calls: e.seen.all}
	out.Session.ID = res.SessionID
	for _, effect := range res.Effects {
		if n, ok := effect.(flow.Notify); ok && n.Text != "" {
			out.Said = n.Text
		}
	}
	return out, nil
}

// Login is what calls go out with for a session that LogIn gave.
func (e *Entrance) Login(s session.Session) call.Login { return call.NewBearer(e.sessions, s) }

// End tells the backend that all logins made here are over, where the app declares how; told is false where it does not. The error is the
// last of failed many.
func (e *Entrance) End(ctx context.Context) (told bool, failed int, err error) {
	tell := e.cfg.Calls.Revoker()
	if tell == nil {
		return false, 0, nil
	}
	for _, id := range e.logins {
		if s, ok, lost := e.sessions.Current(ctx, id); lost == nil && ok && s.Active() {
			if fault := tell(ctx, s.Auth); fault != nil {
				failed, err = failed+1, fault
			}
		}
	}
	e.logins = nil
	return true, failed, err
}

// Close forgets the logins.
func (e *Entrance) Close(ctx context.Context) error {
	return e.sessions.Close(context.WithoutCancel(ctx))
}

// seen passes calls on and remembers their replies.
type seen struct {
	*call.Client
	all []Seen
}

func (s *seen) Do(ctx context.Context, req call.Request, login call.Login) (call.Reply, error) {
	r, err := s.Client.Do(ctx, req, login)
	s.all = append(s.all, Seen{req.Call, r})
	return r, err
}
