package flow

import (
	"context"
	"errors"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

// Leave sends the browser to an identity provider. It is the last effect of its run; Enter goes on when the browser is back.
type Leave struct {
	Provider string
	Persist  bool // as for Log In
}

func (Leave) effect() {}

// doLogInWith asks for the way to a provider and ends the flow: what comes after a log-in belongs to onLogIn.
func doLogInWith(_ context.Context, n *run, f *frame, a *project.Action) error {
	if a.Provider == nil {
		return fault(a, "there is no such provider", nil)
	}
	persist := n.r.project.App.Auth.Persist
	if v, err := eval(f, a, "persist"); err != nil {
		return err
	} else if v != nil {
		persist = value.Truth(v)
	}
	n.res.Effects = append(n.res.Effects, Leave{Provider: a.Provider.Name, Persist: persist})
	return errStop
}

// Enter logs in whom a provider has vouched for, as Log In would: a new session id, the way to the Logged In Page, onLogIn. Of in it
// reads Scope, AppState, SessionID and ClientAddr. Errors are those of Run.
func (r *Runner) Enter(ctx context.Context, in Input, a session.AuthData, persist bool) (Result, error) {
	n, err := r.begin(ctx, in)
	if err != nil {
		return Result{}, err
	}
	err = n.enter(ctx, a, persist)
	if errors.Is(err, errStop) {
		n.res.Stopped, err = true, nil
	}
	return n.finish(), err
}

func (n *run) enter(ctx context.Context, a session.AuthData, persist bool) error {
	if err := n.logIn(ctx, a, persist); err != nil {
		return err
	}
	n.navigate(Navigate{After: "logIn"})
	return n.fire(ctx, "onLogIn")
}
