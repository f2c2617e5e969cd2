package flow

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"sync"
	"time"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

// action does one kind of action. What it writes goes into the run; outputs go into the frame.
type action func(ctx context.Context, n *run, f *frame, a *project.Action) error

// actions says which function does which kind of the catalogue.
func actions() map[string]action {
	return map[string]action{
		"call":                    doCall,
		"stream":                  doStream,
		"if":                      doIf,
		"logIn":                   doLogIn,
		"logInWith":               doLogInWith,
		"updateAuthenticatedUser": doUpdate,
		"logOut":                  doLogOut,
		"listSessions":            doListSessions,
		"navigate":                doNavigate,
		"back":                    doBack,
		"snackBar":                doSnackBar,
		"setLanguage":             doSetLanguage,
		"setTheme":                doSetTheme,
		"copy":                    doCopy,
		"openUrl":                 doOpenURL,
		"download":                doDownload,
		"setState":                doSetState,
		"setAppState":             doSetAppState,
		"change":                  doChange,
		"setField":                doSetField,
		"resetForm":               doResetForm,
		"clearFields":             doClearFields,
		"validate":                doValidate,
		"fieldError":              doFieldError,
		"refresh":                 doRefresh,
		"loadMore":                doLoadMore,
		"clearCache":              doClearCache,
		"setRequest":              doSetRequest,
		"fail":                    doFail,
		"forEach":                 doForEach,
		"while":                   doWhile,
		"parallel":                doParallel,
		"break":                   doBreak,
		"continue":                doContinue,
		"block":                   doBlock,
		"emit":                    doEmit,
		"open":                    doOpen,
		"close":                   doClose,
		"stop":                    doStop,
		"confirm":                 doConfirm,
		"dialog":                  doDialog,
		"wait":                    doWait,
	}
}

// errStop ends a run without a fault, errFail the interceptors of a call.
var (
	errStop = errors.New("stopped")
	errFail = errors.New("stopped with an error")

	errTooMany = errors.New("too many actions")
)

// run is one run of a flow.
type run struct {
	r       *Runner
	in      Input
	now     time.Time
	began   time.Time
	top     *frame
	res     Result
	bearer  *call.Bearer
	jar     call.Jar        // cookies that backends set before the log-in
	locale  *value.Locale   // that setLanguage has chosen; nil: none
	seen    session.Session // that auth and user were made of
	auth    value.Scope
	steps   int
	spent   int  // actions that messages of streams ran
	inEvent bool // an app event runs: it fires none itself
	own
	baton *sync.Mutex // held by the one branch of several that runs; nil: there are none

	paused    *pause  // the run stops to ask
	way       []Point // that a resumed run has yet to take
	at        *Point  // the one it takes
	answering bool    // the action that asked is next

	skews map[string]time.Duration // by output name: how far the clock of that reply is ahead of ours
}

// frame is the scope of a flow or of an action block in it.
type frame struct{ scope value.Scope }

func (r *Runner) begin(ctx context.Context, in Input) (*run, error) {
	n := &run{r: r, in: in, now: r.now(), steps: in.Steps, skews: map[string]time.Duration{}}
	n.began = n.now
	if at, ok := in.Scope["now"].(time.Time); ok {
		n.now = at
	}
	if n.steps <= 0 {
		n.steps = defaultSteps
	}
	if in.Resume != nil {
		n.way = in.Resume.Points
		maps.Copy(n.skews, in.Resume.Skews)
		n.jar.Refill(in.Resume.Jar)
	}
	n.res = Result{
		State: orEmpty(in.State), AppState: orEmpty(in.AppState), Own: maps.Clone(in.Own), Form: map[string]any{},
		FieldErrors: map[string]string{}, SessionID: in.SessionID,
	}
	s, err := r.current(ctx, in.SessionID)
	if err != nil {
		return nil, err
	}
	n.adopt(s)
	scope := maps.Clone(in.Scope)
	if scope == nil {
		scope = value.Scope{}
	}
	scope["now"] = n.now
	n.top = &frame{scope: scope}
	n.top.scope["form"] = orEmpty(in.Form)
	return n, nil
}

func orEmpty(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return maps.Clone(m)
}

// current returns the session of id; the zero Session when there is none.
func (r *Runner) current(ctx context.Context, id string) (session.Session, error) {
	if id == "" {
		return session.Session{}, nil
	}
	s, ok, err := r.sessions.Current(ctx, id)
	if err != nil {
		return session.Session{}, fmt.Errorf("flow: the session: %w", err)
	}
	if !ok || !s.Active() {
		return session.Session{}, nil
	}
	return s, nil
}

// adopt makes s the login of the run; the zero Session is a guest.
func (n *run) adopt(s session.Session) {
	n.bearer = call.NewBearer(n.r.sessions, s)
	n.look(s)
}

// look brings auth.* and user.* up to date.
func (n *run) look(s session.Session) {
	n.seen = s
	n.auth = call.Scope(s, s.Active(), n.now, n.r.project.App.Auth.UserType)
}

// watch notices what a call did to the login: a newer token, or its end.
func (n *run) watch(ctx context.Context, failed bool) error {
	was := n.seen
	s, active := n.bearer.Session()
	if was.Active() && active && failed {
		// A refused refresh may have ended the session without the bearer being told.
		now, err := n.r.current(ctx, s.ID)
		if err != nil {
			return err
		}
		active = now.Active()
	}
	if was.Active() && !active {
		return n.ended(ctx, was)
	}
	if s.Ver != was.Ver {
		n.look(s)
	}
	return nil
}

// ended makes a guest of a person whose session is over, and keeps the reason.
func (n *run) ended(ctx context.Context, was session.Session) error {
	s, ok, err := n.r.sessions.Current(ctx, was.ID)
	if err != nil {
		return fmt.Errorf("flow: the session: %w", err)
	}
	n.res.Ended = s.Ended
	if !ok || n.res.Ended == "" {
		n.res.Ended = session.LoggedOutAway
	}
	n.adopt(session.Session{})
	n.res.Session = s
	return nil
}

func (n *run) finish() Result {
	res := n.res
	if s, ok := n.bearer.Session(); ok {
		res.Session = s
	}
	res.SessionChanged = res.SessionID != n.in.SessionID
	res.Scope = n.top.scope
	return res
}

// list runs actions one after the other.
func (n *run) list(ctx context.Context, f *frame, list []*project.Action) error {
	pt, going, err := n.resume(f, list)
	if err != nil {
		return err
	}
	for i, a := range list {
		if a.Disabled || going && i < pt.Index {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if n.steps--; n.steps < 0 {
			return fault(a, "the flow ran more actions than one flow may", errTooMany)
		}
		err := n.step(ctx, f, a)
		if errors.Is(err, errPause) {
			n.mark(f, a, i)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// step runs one action, notes it and turns what it returns, or a panic, into a Fault.
func (n *run) step(ctx context.Context, f *frame, a *project.Action) error {
	at := len(n.res.Trace)
	start := n.r.now()
	n.res.Trace = append(n.res.Trace, Step{At: a.At, ID: a.ID, Kind: a.Kind, From: start.Sub(n.began)})
	n.refresh(f)
	err := n.guarded(ctx, f, a)
	t := &n.res.Trace[at]
	t.Took = n.r.now().Sub(start)
	if err == nil || jumps(err) {
		return err
	}
	var known *Fault
	if !errors.As(err, &known) && ctx.Err() == nil {
		err = inner(a, err.Error(), err)
	}
	t.Err = err.Error()
	return n.onError(ctx, f, a, err)
}

// jumps reports an error that only says where the flow goes on.
func jumps(err error) bool {
	for _, jump := range []error{errStop, errFail, errBreak, errContinue, errPause} {
		if errors.Is(err, jump) {
			return true
		}
	}
	return false
}

func (n *run) guarded(ctx context.Context, f *frame, a *project.Action) (err error) {
	defer func() {
		if p := recover(); p != nil {
			// What was thrown may hold a value of the app, so only its type is told.
			err = inner(a, fmt.Sprintf("the action panicked (%s)", reflect.TypeOf(p)), nil)
		}
	}()
	do := n.r.actions[a.Kind]
	if do == nil {
		return fault(a, "this action is not known", nil)
	}
	if n.at != nil && n.at.Kind == a.Kind {
		return n.goOn(ctx, f, a, n.back())
	}
	return do(ctx, n, f, a)
}

// refresh puts what may have changed into a frame's scope.
func (n *run) refresh(f *frame) {
	f.scope["auth"], f.scope["user"] = n.auth["auth"], n.auth["user"]
	f.scope["state"], f.scope["app"] = n.res.State, n.res.AppState
	if use, ok := f.scope[value.UseKey].(string); ok && n.in.Page != nil {
		f.scope["own"] = n.in.Page.Own(n.res.Own, use)
	}
	f.scope["page"] = n.top.scope["page"]
	if n.locale != nil {
		f.scope[value.LocaleKey], f.scope["language"] = n.locale, n.locale.Language()
	}
	if f != n.top {
		f.scope["form"] = n.top.scope["form"]
	}
}

// note adds a remark to the trace of the action that runs.
func (n *run) note(a *project.Action, format string, args ...any) {
	if t := n.traced(a); t != nil {
		t.Note = fmt.Sprintf(format, args...)
	}
}

// went notes which branch of the action that runs is taken.
func (n *run) went(a *project.Action, branch string) {
	if t := n.traced(a); t != nil {
		t.Way = branch
	}
}

// traced is the trace of the action that runs: the last one of its kind and place.
func (n *run) traced(a *project.Action) *Step {
	for i := len(n.res.Trace) - 1; i >= 0; i-- {
		if n.res.Trace[i].ID == a.ID && n.res.Trace[i].At == a.At {
			return &n.res.Trace[i]
		}
	}
	return nil
}

func fault(a *project.Action, msg string, cause error) *Fault {
	return &Fault{At: a.At, Kind: a.Kind, Msg: msg, Cause: cause}
}

// inner is a fault whose sentence is for logs alone.
func inner(a *project.Action, msg string, cause error) *Fault {
	f := fault(a, msg, cause)
	f.kind = "internal"
	return f
}

// eval evaluates a property; nil when it is neither written nor has a default.
func eval(f *frame, a *project.Action, name string) (any, error) {
	v, err := prop(a, name).Eval(f.scope)
	if err != nil {
		return nil, fault(a, name+": "+err.Error(), err)
	}
	return v, nil
}

func prop(a *project.Action, name string) *value.Template {
	if t, ok := a.Props[name]; ok {
		return t
	}
	if a.Spec != nil {
		if p := a.Spec.Prop(name); p != nil && p.Default != nil {
			return value.Const(p.Default)
		}
	}
	return nil
}

// evalMap evaluates a property that is a map; nil when it is not written.
func evalMap(f *frame, a *project.Action, name string) (map[string]any, error) {
	v, err := eval(f, a, name)
	if err != nil || v == nil {
		return nil, err
	}
	m, ok := v.(map[string]any)
	if !ok {
		return nil, fault(a, name+" is not a map", nil)
	}
	return m, nil
}

// fire runs the flow of an app event, once at a time: an event's own log-in or log-out fires none.
func (n *run) fire(ctx context.Context, event string) error {
	flow := n.r.project.App.Events[event]
	if n.inEvent || len(flow) == 0 {
		return nil
	}
	n.inEvent = true
	defer func() { n.inEvent = false }()
	return n.list(ctx, n.globalFrame(nil), flow)
}

// globalFrame is the scope of what belongs to no page: an action block or an app event.
func (n *run) globalFrame(params map[string]any) *frame {
	s := value.Scope{"now": n.now}
	for _, name := range []string{"constants", "page", "language", value.LocaleKey} {
		if v, ok := n.top.scope[name]; ok {
			s[name] = v
		}
	}
	if params != nil {
		s["params"] = params
	}
	return &frame{scope: s}
}

// navigate notes where to go; the last one counts.
func (n *run) navigate(to Navigate) {
	kept := n.res.Effects[:0]
	for _, e := range n.res.Effects {
		if _, is := e.(Navigate); !is {
			kept = append(kept, e)
		}
	}
	n.res.Effects = append(kept, to)
}
