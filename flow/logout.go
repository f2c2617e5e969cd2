package flow

import (
	"context"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

// doLogOut ends the session here at once. App state is lost but for what is kept (design 9.17). When nobody is logged
// in it only navigates.
func doLogOut(ctx context.Context, n *run, f *frame, a *project.Action) error {
	if v, err := eval(f, a, "elsewhere"); err != nil {
		return err
	} else if value.Truth(v) {
		return n.logOutElsewhere(ctx, a)
	}
	was := n.seen.Active() || n.res.Ended != ""
	if n.res.SessionID != "" {
		if err := n.r.sessions.LogOut(ctx, n.res.SessionID); err != nil {
			return err
		}
	}
	n.adopt(session.Session{})
	n.res.Session = session.Session{}
	n.res.SessionID, n.res.LoggedIn, n.res.LoggedOut, n.res.Ended = "", false, true, ""
	state, err := n.keptAppState(a)
	if err != nil {
		return err
	}
	n.res.AppState = state
	if err := n.autoNavigate(f, a, "logOut"); err != nil {
		return err
	}
	if !was {
		return nil
	}
	return n.fire(ctx, "onLogOut")
}

// logOutElsewhere ends the person's other sessions and keeps this one.
func (n *run) logOutElsewhere(ctx context.Context, a *project.Action) error {
	if n.res.SessionID == "" || !n.seen.Active() {
		return fault(a, "nobody is logged in", nil)
	}
	ended, err := n.r.sessions.EndOthers(ctx, n.res.SessionID)
	if err != nil {
		return err
	}
	n.note(a, "%d ended", ended)
	return nil
}

// keptAppState is the app state after a log-out: what is declared `keep: true`, and the defaults of all else.
func (n *run) keptAppState(a *project.Action) (map[string]any, error) {
	state := map[string]any{}
	for _, v := range n.r.project.App.State {
		if old, ok := n.res.AppState[v.Name]; ok && v.Keep {
			state[v.Name] = old
			continue
		}
		start, err := v.Default.Eval(nil)
		if err != nil {
			return nil, fault(a, "app state "+v.Name+": "+err.Error(), err)
		}
		if start != nil {
			state[v.Name] = start
		}
	}
	return state, nil
}
