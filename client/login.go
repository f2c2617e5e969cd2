package client

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/usherdev/usher/session"
)

// Credentials are what a person logs in with. They print no password.
type Credentials struct {
	Username string
	Password session.Secret
	// Fields are further values by name, such as a one-time code; they count as secret.
	Fields map[string]session.Secret
}

// Password returns the commonest credentials.
func Password(username, password string) Credentials {
	return Credentials{Username: username, Password: session.NewSecret(password)}
}

// Grant is what a backend gives at a log-in or a renewal. In a renewal a zero field means "as before".
type Grant[U any] struct {
	Token        session.Secret // required
	RefreshToken session.Secret // zero: none
	Expiry       time.Time      // of Token; zero: the exp of a JWT, else unknown, which means "wait for a 401"
	UID          string
	User         *U // must encode to a JSON object; nil: none
}

// auth is the form in which the session keeps a grant.
func (g Grant[U]) auth() (session.AuthData, error) {
	a := session.AuthData{Token: g.Token, RefreshToken: g.RefreshToken, Expiry: g.expiry(), UID: g.UID}
	var err error
	a.User, err = encodeUser(g.User)
	return a, err
}

func (g Grant[U]) expiry() time.Time {
	if !g.Expiry.IsZero() {
		return g.Expiry
	}
	at, _ := jwtExpiry(g.Token.Reveal())
	return at
}

// Renewed returns the answer of a refresh call that succeeded.
func Renewed[U any](g Grant[U]) session.Answer {
	expiry := g.expiry()
	u := session.Update{Token: &g.Token, Expiry: &expiry}
	if !g.RefreshToken.IsZero() {
		u.RefreshToken = &g.RefreshToken
	}
	if g.UID != "" {
		u.UID = &g.UID
	}
	var err error
	if u.User, err = encodeUser(g.User); err != nil {
		return session.Answer{Class: session.Misconfig, Reason: "the user data cannot be kept", Err: err}
	}
	return session.Answer{Class: session.Success, Update: u, Reason: "renewed"}
}

// encodeUser returns nil for a nil user.
func encodeUser[U any](u *U) ([]byte, error) {
	if u == nil {
		return nil, nil
	}
	b, err := json.Marshal(u)
	if err != nil {
		return nil, fmt.Errorf("%w: the user data is a %T, which has no JSON", session.ErrInvalid, *u) // the cause may quote it
	}
	return b, nil
}

// Change is a patch of the login: what is nil is kept, what Clear names becomes empty.
type Change[U any] struct {
	Token        *session.Secret
	RefreshToken *session.Secret
	Expiry       *time.Time
	UID          *string
	User         *U // replaces the user data
	Clear        []session.Field
}

func (ch Change[U]) update() (session.Update, error) {
	user, err := encodeUser(ch.User)
	return session.Update{Token: ch.Token, RefreshToken: ch.RefreshToken, Expiry: ch.Expiry, UID: ch.UID, User: user, Clear: ch.Clear}, err
}

// Login is who is logged in, as it was when it was read. The zero value is nobody. It prints no token.
type Login[U any] struct {
	UID          string
	User         U // zero if there is none
	Token        session.Secret
	RefreshToken session.Secret
	Expiry       time.Time // of Token; zero: unknown
	Generation   int64     // of the tokens; grows with each change of them, starts anew with a log-in
	Since        time.Time // of the log-in
	// Ended says why nobody is logged in any more; empty while somebody is, and where nobody ever was.
	Ended session.Reason
	// UserFault is set when the user data that is kept does not fit U, as after a change of the type;
	// User is zero then. The next log-in or Update mends it.
	UserFault error

	key string // of the session; a hash
}

// LoggedIn reports whether somebody is logged in, be the token expired or not.
func (l Login[U]) LoggedIn() bool { return l.key != "" && l.Ended == "" }

// Expired reports whether the token is past a known expiry. Requests renew it, so it is for showing.
func (l Login[U]) Expired(now time.Time) bool { return !l.Expiry.IsZero() && !l.Expiry.After(now) }

// mark tells two states of a login apart.
type mark struct {
	key   string
	ver   int64
	ended session.Reason
	user  string
}

func markOf(s session.Session) mark { return mark{s.Key, s.Ver, s.Ended, string(s.Auth.User)} }

func loginOf[U any](s session.Session) Login[U] {
	l := Login[U]{
		UID: s.Auth.UID, Token: s.Auth.Token, RefreshToken: s.Auth.RefreshToken, Expiry: s.Auth.Expiry, Generation: s.Ver,
		Since: s.Created, Ended: s.Ended, key: s.Key,
	}
	if s.Auth.User == nil {
		return l
	}
	if err := json.Unmarshal(s.Auth.User, &l.User); err != nil {
		var none U
		l.User, l.UserFault = none, fmt.Errorf("the stored user data does not fit %T", none) // the cause may quote it
	}
	return l
}
