package flow

import (
	"context"
	"strings"
	"time"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

// doLogIn saves what the backend handed out as the Authenticated User, under a new session id. A mapped token that is
// not there, or that no header can carry, is a fault, and nothing is stored (F027, A17).
func doLogIn(ctx context.Context, n *run, f *frame, a *project.Action) error {
	if !n.r.project.App.Auth.Enabled {
		return fault(a, "authentication is not enabled", nil)
	}
	u, err := n.fields(f, a)
	if err != nil {
		return err
	}
	login := authData(u)
	login.Jar = n.jar.Bytes()
	if err := n.who(ctx, a, &login); err != nil {
		return err
	}
	persist := n.r.project.App.Auth.Persist
	if v, err := eval(f, a, "persist"); err != nil {
		return err
	} else if v != nil {
		persist = value.Truth(v)
	}
	if err := n.logIn(ctx, login, persist); err != nil {
		return err
	}
	if err := n.autoNavigate(f, a, "logIn"); err != nil {
		return err
	}
	return n.fire(ctx, "onLogIn")
}

// logIn makes the session and goes on as whoever it is of.
func (n *run) logIn(ctx context.Context, a session.AuthData, persist bool) error {
	a.Device = n.in.Device
	s, err := n.r.sessions.LogIn(ctx, n.res.SessionID, a, persist)
	if err != nil {
		return err
	}
	n.adopt(s)
	n.res.SessionID, n.res.LoggedIn, n.res.LoggedOut, n.res.Ended = s.ID, true, false, ""
	return nil
}

// who adds what the app's me call says of the person. Without it a login stays as it is, unless nothing else says whose it is and
// the app wants to know: a session without the uid that pages and rules read would be a trap.
func (n *run) who(ctx context.Context, a *project.Action, login *session.AuthData) error {
	me := n.r.project.App.Auth.Me
	if me == nil {
		return nil
	}
	u, err := n.r.calls.Me(ctx, *login, n.in.ClientAddr)
	if err != nil {
		m, told := call.AsMapping(err)
		if !told {
			return err
		}
		if me.Map.UID != nil && login.UID == "" {
			return fault(a, m.Msg, m)
		}
		n.note(a, "%s", m.Msg)
		return nil
	}
	if u.UID != nil {
		login.UID = *u.UID
	}
	if u.MergeUser != nil {
		merged, err := login.Merge(u.MergeUser)
		if err != nil {
			return fault(a, "user data of "+me.Call.ID+": "+err.Error(), err)
		}
		*login = merged
	}
	return nil
}

// autoNavigate is Navigate Automatically: it counts only because this action ran (F068), and happens after the flow (F067).
func (n *run) autoNavigate(f *frame, a *project.Action, after string) error {
	v, err := eval(f, a, "navigate")
	if err != nil {
		return err
	}
	if v == nil || value.Truth(v) {
		n.navigate(Navigate{After: after})
	}
	return nil
}

// fields evaluates the Auth Properties and User Data of an action. Times are on the clock of the backend whose reply they
// are read from.
func (n *run) fields(f *frame, a *project.Action) (session.Update, error) {
	u, err := n.r.mapper.Fields(call.Mapping{
		At: a.At, Scope: f.scope, Skew: n.skewOf(a), Strict: a.Kind == "logIn",
		Fields: project.AuthFields{
			Token: a.Props["token"], RefreshToken: a.Props["refreshToken"], Expiry: a.Props["expiry"], RefreshExpiry: a.Props["refreshExpiry"],
			UID: a.Props["uid"], User: a.Props["user"], Optional: a.Optional,
		},
	})
	if m, ok := call.AsMapping(err); ok {
		return u, fault(a, m.Msg, m)
	}
	return u, err
}

// skewOf is how far the clock of the backend is ahead whose reply an expiry is read from; without an expiry, the token.
func (n *run) skewOf(a *project.Action) time.Duration {
	for _, name := range []string{"expiry", "token"} {
		for _, read := range a.Props[name].Reads() {
			as, _, _ := strings.Cut(read, ".")
			if skew, ok := n.skews[as]; ok {
				return skew
			}
		}
	}
	return 0
}

// authData is a patch of nothing.
func authData(u session.Update) session.AuthData {
	var a session.AuthData
	if u.Token != nil {
		a.Token = *u.Token
	}
	if u.RefreshToken != nil {
		a.RefreshToken = *u.RefreshToken
	}
	if u.Expiry != nil {
		a.Expiry = *u.Expiry
	}
	if u.UID != nil {
		a.UID = *u.UID
	}
	if u.RefreshExpiry != nil {
		a.RefreshExpiry = *u.RefreshExpiry
	}
	a.User = u.MergeUser
	return a
}
