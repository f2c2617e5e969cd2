package app

import (
	"context"
	"net/http"
	"time"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/session"
)

// cookies are the five cookies of the app.
type cookies struct {
	session, guest, next, language, theme session.Cookie
}

func newCookies(app string, insecure bool) cookies {
	return cookies{session.SessionCookie(app, insecure), session.GuestCookie(app, insecure), session.NextCookie(app, insecure), session.LanguageCookie(app, insecure),
		session.ThemeCookie(app, insecure)}
}

// visitor is who asks: somebody who is logged in, or a guest known by a random id alone.
type visitor struct {
	s     session.Session // Active, or Ended with a reason the browser has not been told, or zero
	guest string          // the guest's id; "" while the browser has none
	bare  bool            // the browser sent neither cookie
}

func (v visitor) in() bool { return v.s.Active() }

// key is what sealed text is bound to.
func (v visitor) key() string {
	if v.in() {
		return bindKey(v.s.ID)
	}
	return bindKey(v.guest)
}

// visit reads who asks. An error means that it could not be found out: nobody is logged out by it.
func (a *App) visit(ctx context.Context, r *http.Request) (visitor, error) {
	v := visitor{bare: !a.cookies.session.Sent(r.Header) && !a.cookies.guest.Sent(r.Header)}
	v.guest, _ = a.cookies.guest.Read(r.Header)
	id, ok := a.cookies.session.Read(r.Header)
	if !ok {
		return v, nil
	}
	s, found, err := a.cfg.Sessions.Current(ctx, id)
	if err != nil {
		return v, err
	}
	if found && told(s.Ended) {
		v.s = s
	}
	return v, nil
}

// told reports whether a session of this kind matters to the browser: it lives, or its end has a reason to be told. Who logged
// out knows it.
func told(why session.Reason) bool {
	return why != session.LoggedOut && why != session.Moved && why != session.Replaced
}

// readUser warns, once for each session and revision, when stored user data no longer fits the app's user data type: what does not
// fit reads as unset, the login and its tokens stay. (F023)
func (q *ask) readUser() {
	if !q.v.in() || !q.app.read.first(q.v.s.Key+q.rt.project.Revision) {
		return
	}
	_, lost := call.UserData(q.v.s, true, q.rt.project.App.Auth.UserType)
	for _, m := range lost {
		q.app.log.Warn("stored user data is left out", "id", q.id, "session", q.v.s.Hash, "why", m.String())
	}
}

// keepGuest makes sure that a guest has an id to which page state can be bound. A browser that comes from another site without
// any cookie gets none: the cookies it does have are only held back, and must not be lost.
func (a *App) keepGuest(v *visitor, out *answer) {
	if v.in() || v.guest != "" {
		return
	}
	v.guest = session.NewID()
	out.addCookie(a.cookies.guest.Write(v.guest, 0))
}

// prolong notes that somebody did something, and sends the session cookie again when that makes it live longer. A page that app.js
// draws anew by itself is nobody's doing.
func (q *ask) prolong(ctx context.Context, out *answer) error {
	if !q.v.in() || q.byItself() {
		return nil
	}
	written, err := q.app.cfg.Sessions.TouchOf(ctx, q.v.s)
	if written && q.v.s.CookieMaxAge > 0 {
		out.addCookie(q.app.cookies.session.Write(q.v.s.ID, q.v.s.CookieMaxAge))
	}
	return err
}

// became puts a change of the login into the answer: a new id after Log In and Log Out, none of the old (promise A8).
func (a *App) became(v *visitor, s session.Session, out *answer) {
	switch {
	case s.Active():
		if s.ID != v.s.ID {
			out.addCookie(a.cookies.session.Write(s.ID, s.CookieMaxAge))
		}
		if v.guest != "" {
			out.addCookie(a.cookies.guest.Clear())
		}
		*v = visitor{s: s}
	case v.in():
		out.addCookie(a.cookies.session.Clear())
		out.header.Set("Clear-Site-Data", `"cache"`)
		*v = visitor{guest: session.NewID()}
		out.addCookie(a.cookies.guest.Write(v.guest, 0))
	}
}

// now is our clock.
func (a *App) now() time.Time { return a.cfg.Now() }
