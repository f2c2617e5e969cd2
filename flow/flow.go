// Package flow runs an app's action flows: it evaluates each action against the scope, asks package call to send and
// package session to keep, and returns what must happen as data: new state, effects, field errors.
//
// It never writes a response, a cookie or a log, never decides who may open a page, and never shows a secret. A flow
// that cannot go on ends with a Fault that names the action; what it did until then stands and is in the Result.
package flow

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

const (
	defaultSteps = 1000 // actions of one run (G5)
	maxDepth     = 32   // action blocks inside each other

	messageSteps = 50     // actions for one message of a stream
	streamSteps  = 10_000 // for all messages of a run
)

// Caller sends API calls; call.Client is one.
type Caller interface {
	Do(ctx context.Context, req call.Request, login call.Login) (call.Reply, error)
	Stream(ctx context.Context, req call.Request, login call.Login, each func(call.Message) error) (call.Reply, error)
	ClearCache(c *project.Call, sessionKey string)
	Me(ctx context.Context, a session.AuthData, addr string) (session.Update, error)
}

// Sessions keeps logins; session.Manager is one.
type Sessions interface {
	call.Sessions
	Current(ctx context.Context, id string) (session.Session, bool, error)
	LogIn(ctx context.Context, oldID string, a session.AuthData, persist bool) (session.Session, error)
	Update(ctx context.Context, id string, u session.Update, opts session.UpdateOptions) (session.Session, error)
	LogOut(ctx context.Context, id string) error
	EndOthers(ctx context.Context, id string) (int, error)
	List(ctx context.Context, uid string) ([]session.Session, error)
	RaiseData(ctx context.Context, id string) error
}

// Config is what a Runner needs; all but Mapper and Now is required.
type Config struct {
	Project  *project.Project
	Calls    Caller
	Sessions Sessions
	Mapper   *call.Mapper     // nil: one of its own, whose drifts nobody sees
	Now      func() time.Time // nil: time.Now
}

// Runner runs flows of one project. It is safe for concurrent use.
type Runner struct {
	project  *project.Project
	calls    Caller
	sessions Sessions
	mapper   *call.Mapper
	now      func() time.Time
	actions  map[string]action
}

// New returns a Runner.
func New(cfg Config) (*Runner, error) {
	if cfg.Project == nil || cfg.Calls == nil || cfg.Sessions == nil {
		return nil, errors.New("flow: Config needs Project, Calls and Sessions")
	}
	mapper := cfg.Mapper
	if mapper == nil {
		var err error
		if mapper, err = call.NewMapper(cfg.Project); err != nil {
			return nil, err
		}
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Runner{
		project: cfg.Project, calls: cfg.Calls, sessions: cfg.Sessions, mapper: mapper, now: cfg.Now, actions: actions(),
	}, nil
}

// Input is one run: the flow and what it may read. Nothing in it is changed.
type Input struct {
	Actions    []*project.Action
	Scope      value.Scope // everything but auth, user, state, app and form, which the Runner keeps fresh
	State      map[string]any
	AppState   map[string]any
	Own        map[string]any // the state of components that was set, by their use
	Form       map[string]any
	SessionID  string                                                    // "": a guest without a row; an id without a session is a guest too
	Page       *project.Page                                             // nil: the flow belongs to no page; then it has no page state and no fields
	Sent       *project.Widget                                           // the form whose event runs; nil: none
	ClientAddr string                                                    // the person's IP address, for groups that pass it on
	Device     session.Device                                            // what the person uses, kept by a Log In
	Validate   func() map[string]string                                  // checks the form for `validate`: input id → message; nil: nothing to check
	Fits       func(state, app, own map[string]any, loggedIn bool) error // whether there is room for these states; nil: for any
	Reaches    func(Fetch) error                                         // whether the address of this file has room for its arguments; nil: it has
	Steps      int                                                       // 0: 1,000 actions
	Resume     *Resume                                                   // nil: the flow begins
}

// Result is what a run came to. It is meaningful beside a Fault as well: a login that was made before it is made.
type Result struct {
	State, AppState map[string]any // as they are now
	Own             map[string]any // so too
	Form            map[string]any // only the fields that the flow set
	Reset           []string       // fields that show again what stood in them at first; those of Form are set after it
	FieldErrors     map[string]string
	Effects         []Effect // in order; at most one Navigate: the last one counts

	SessionID      string // the id now; "" after a log-out
	SessionChanged bool   // the id is another than that of the Input: write the cookie
	LoggedIn       bool   // a Log In ran, and no Log Out after it
	LoggedOut      bool   // a Log Out ran, and no Log In after it
	Session        session.Session
	Ended          session.Reason // the session ended by itself during the run; "" otherwise

	RefreshQueries []string // queries to run again
	RefreshAll     bool     // all of them
	MoreOf         []string // queries whose next page is asked for
	Open           *string  // key of the dialog to show over the page, "" none; nil: as it was
	DataChanged    bool     // a call other than GET succeeded
	ChangedGroups  []string // the groups of those calls

	Pending *Pending // the flow waits for an answer; nil: it is over

	Caught []error // faults that an error branch has dealt with, for the log

	Stopped bool   // ended by `stop`, or by `validate` with messages
	Trace   []Step // what ran, for the studio: no values

	Scope value.Scope // what expressions could read at the end, outputs among it, for the studio
}

// Step is one action that ran.
type Step struct {
	At   project.Path
	ID   string
	Kind string
	From time.Duration // since the run began
	Took time.Duration // what ran inside it included
	Way  string        // the branch that was taken, "" none: then, else, onError, …
	Note string        // "auth.login: 200", "true"; never a value of the app
	Err  string        // the fault, "" none
}

// Effect is something that must happen after a run: a Navigate, a Notify, a Speak or a Leave.
type Effect interface{ effect() }

// Navigate opens a page.
type Navigate struct {
	Page    *project.Page  // nil: the start page, by login status
	Params  map[string]any // by name; only those that the page declares
	Replace bool           // Back does not return here
	Move    string         // how the page gives way: fade, slide, scale or none; "": as the theme says
	Back    bool           // to the page before; Page is for when there is none
	After   string         // "logIn": the page asked for before, or the Logged In Page; "logOut": the Entry Page; "": as said
}

// Notify shows a message.
type Notify struct {
	Text   string
	Tone   string         // info, success, error
	For    time.Duration  // how long it stays; 0: as long as such a message does
	Action string         // text of its button, "" none
	Block  *project.Flow  // what the button runs, or
	Page   *project.Page  // the page that it opens
	With   map[string]any // parameters of either

	Replace bool // in place of those that are shown or wait; all that it does where Text is empty
}

func (Navigate) effect() {}
func (Notify) effect()   {}

// Fault is why a flow could not go on. Its text is for builders and logs: it names places and fields, never a value.
type Fault struct {
	At    project.Path
	Kind  string // of the action
	Msg   string
	Cause error  // may be nil
	kind  string // error.kind of an error branch; "": value

	untold []string // sentences of a refused reply that are shown unless the error branch does
}

// Error returns the place and the sentence.
func (f *Fault) Error() string { return fmt.Sprintf("%s: %s: %s", f.At, f.Kind, f.Msg) }

// Unwrap returns the cause.
func (f *Fault) Unwrap() error { return f.Cause }

// Run runs the flow. The error is a Fault, or ctx's error, or a fault of the session store.
func (r *Runner) Run(ctx context.Context, in Input) (Result, error) {
	n, err := r.begin(ctx, in)
	if err != nil {
		return Result{}, err
	}
	if in.Resume != nil && in.Resume.To != nil {
		n.navigate(*in.Resume.To)
	}
	err = n.list(ctx, n.top, in.Actions)
	if errors.Is(err, errStop) {
		n.res.Stopped, err = true, nil
	}
	if errors.Is(err, errPause) {
		n.res.Pending, err = n.pending(), nil
	}
	return n.finish(), err
}
