package main

import (
	"context"
	"errors"

	"github.com/usherdev/usher/entrance"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/studio"
)

// Do implements studio.Debugger.
func (d *debugger) Do(ctx context.Context, in studio.DebugRequest) (studio.DebugAnswer, error) {
	switch in.Act {
	case faultFail, faultTrouble, faultLose:
		if !d.renews() {
			return studio.DebugAnswer{}, studio.Refused("The app declares no refresh: there is no renewal that could fail.")
		}
		return studio.DebugAnswer{}, d.arm(ctx, in)
	case faultExpired:
		return studio.DebugAnswer{}, d.arm(ctx, in)
	case "disarm":
		d.faults.arm(d.pickedID(in.Browser), "")
		return studio.DebugAnswer{}, nil
	case "clear":
		d.rec.news(func() { d.rec.calls, d.rec.flows, d.rec.events = nil, nil, nil })
		return studio.DebugAnswer{}, nil
	case "expire":
		return d.expire(ctx, in.Browser)
	case "logOut":
		return d.logOut(ctx, in.Browser)
	case "reset":
		return d.reset(ctx, in.Browser)
	}
	return d.doOther(ctx, in)
}

// arm has a fault happen to the login of the chosen browser, and to no other.
func (d *debugger) arm(ctx context.Context, in studio.DebugRequest) error {
	b, _, err := d.of(ctx, in.Browser)
	if err == nil {
		d.faults.arm(b.id, in.Act)
	}
	return err
}

func (d *debugger) pickedID(id string) string {
	d.rec.mu.Lock()
	defer d.rec.mu.Unlock()
	if b := d.rec.picked(id); b != nil {
		return b.id
	}
	return ""
}

// doOther does what is about test users, the canvas and the open pages.
func (d *debugger) doOther(ctx context.Context, in studio.DebugRequest) (studio.DebugAnswer, error) {
	switch in.Act {
	case "sample":
		d.mu.Lock()
		d.sample = ""
		if in.On {
			d.sample = in.Browser
		}
		d.mu.Unlock()
		d.rec.news(func() {})
		return studio.DebugAnswer{}, nil
	case "inspect":
		d.pages.change(func() { d.pages.inspect = in.On })
		d.rec.news(func() {})
		return studio.DebugAnswer{}, nil
	case "logIn":
		return d.logIn(ctx, in.User)
	case "saveUser":
		return d.saveUser(in.User, in.Password)
	case "forgetUser":
		err := d.users.forget(in.User)
		d.rec.news(func() {})
		return studio.DebugAnswer{}, err
	}
	return studio.DebugAnswer{}, studio.Refused("There is no such button.")
}

// errIdle is said while no app runs.
const errIdle = studio.Refused("The app does not run yet: mend its problems first.")

func (d *debugger) saveUser(name, password string) (studio.DebugAnswer, error) {
	rt := d.app()
	switch {
	case rt == nil:
		return studio.DebugAnswer{}, errIdle
	case name == "" || password == "" || len(name) > 200 || len(password) > 1000:
		return studio.DebugAnswer{}, studio.Refused("A test user has a name and a password.")
	}
	if err := d.users.save(name, password, rt.calls.Load().Origins()); err != nil {
		return studio.DebugAnswer{}, err
	}
	d.rec.news(func() {})
	return studio.DebugAnswer{Said: "Saved: the password is sealed, outside the project."}, nil
}

// logInOf begins the request of a log-in by a button: no browser has sent it.
const logInOf = "log-in of "

// logIn logs a test user in by the app's own form and gives a link that hands the login to the browser that opens it.
func (d *debugger) logIn(ctx context.Context, name string) (studio.DebugAnswer, error) {
	rt := d.app()
	if rt == nil {
		return studio.DebugAnswer{}, errIdle
	}
	calls := rt.calls.Load()
	password, ok, err := d.users.password(name, calls.Origins())
	switch {
	case errors.Is(err, errMoved):
		return studio.DebugAnswer{}, studio.Refused("The app calls other addresses than when " + name + " was saved, so the password stays here. Save the test user again.")
	case err != nil:
		return studio.DebugAnswer{}, err
	case !ok:
		return studio.DebugAnswer{}, studio.Refused("There is no test user " + name + ".")
	}
	e, err := entrance.New(entrance.Config{Project: calls.Project(), Calls: calls, Username: name, Password: password})
	if errors.Is(err, entrance.ErrNoLogIn) {
		return studio.DebugAnswer{}, studio.Refused("The app has no log-in form yet: " + err.Error() + ".")
	}
	if err != nil {
		return studio.DebugAnswer{}, err
	}
	out, err := e.LogIn(session.WithRequest(ctx, logInOf+name)) // so that its calls are known for what they are
	err = errors.Join(err, e.Close(ctx))
	if err != nil {
		return studio.DebugAnswer{}, err
	}
	if !out.In() {
		return studio.DebugAnswer{}, studio.Refused(name + " could not log in: " + out.Why() + ".")
	}
	return studio.DebugAnswer{Said: "The app opens as " + name + ".", URL: ticketLink(d.origin, d.tickets.issue(out.Session))}, nil
}

// auth is the authentication of the revision that is served now; the zero one while none is.
func (d *debugger) auth() project.Auth {
	if rt := d.app(); rt != nil {
		return rt.calls.Load().Project().App.Auth
	}
	return project.Auth{}
}

func (d *debugger) renews() bool { return d.auth().Refresh != nil || len(d.auth().Providers) > 0 }

// errGone is said where a button needs somebody who is logged in.
const errGone = studio.Refused("Nobody is logged in in this browser. Press Run, log in, and try again.")

// of returns the browser of an id as it is now, and its login.
func (d *debugger) of(ctx context.Context, id string) (b browser, s session.Session, err error) {
	d.rec.mu.Lock()
	if p := d.rec.picked(id); p != nil {
		b = *p
	}
	d.rec.mu.Unlock()
	rt := d.app()
	if b.login.Reveal() == "" || rt == nil {
		return b, s, errGone
	}
	s, ok, err := rt.sessions.Current(ctx, b.login.Reveal())
	if err == nil && (!ok || !s.Active()) {
		err = errGone
	}
	return b, s, err
}

// expire makes the token look expired from now on. One that is only renewed while it lives is renewed at once, as it would be in time.
func (d *debugger) expire(ctx context.Context, id string) (studio.DebugAnswer, error) {
	_, s, err := d.of(ctx, id)
	if err != nil {
		return studio.DebugAnswer{}, err
	}
	if r := d.auth().Refresh; r != nil && r.Mode == project.RefreshLive {
		_, err := d.app().sessions.Renew(ctx, s.ID, s.Ver)
		if err != nil && !errors.Is(err, session.ErrNotLoggedIn) {
			return studio.DebugAnswer{}, studio.Refused("The token could not be renewed: " + err.Error())
		}
		return studio.DebugAnswer{Said: "This token is only renewed while it lives, so it was renewed at once."}, nil
	}
	if _, err := d.app().sessions.ExpireNow(ctx, s.ID); err != nil {
		return studio.DebugAnswer{}, err
	}
	d.rec.news(func() {})
	return studio.DebugAnswer{Said: "The token is past its time: the next call renews it."}, nil
}

// logOut ends the login as if the person had logged out in another place: the browser is told so at its next request.
func (d *debugger) logOut(ctx context.Context, id string) (studio.DebugAnswer, error) {
	b, _, err := d.of(ctx, id)
	if err == nil {
		err = d.app().sessions.Kill(ctx, b.key)
	}
	return studio.DebugAnswer{Said: "Logged out elsewhere: the browser hears of it at its next request."}, err
}

// reset ends the login and has the browser forget everything at its next request: app state, language, colours.
func (d *debugger) reset(ctx context.Context, id string) (studio.DebugAnswer, error) {
	b, _, err := d.of(ctx, id)
	if err != nil && !errors.Is(err, errGone) {
		return studio.DebugAnswer{}, err
	}
	if b.id == "" {
		return studio.DebugAnswer{}, studio.Refused("No browser has opened the app yet: there is nothing to reset.")
	}
	if err == nil {
		if err := d.app().sessions.LogOut(ctx, b.login.Reveal()); err != nil {
			return studio.DebugAnswer{}, err
		}
	}
	d.rec.news(func() {
		if p := d.rec.picked(b.id); p != nil && p.id == b.id {
			p.resetDue, p.scopes, p.outputs = true, nil, nil
		}
	})
	return studio.DebugAnswer{Said: "Reset: the browser begins anew, logged out, at its next request."}, nil
}
