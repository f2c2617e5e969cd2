package call

import (
	"context"
	"math"
	"sync"
	"time"

	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

// Login is the login that a call goes out with.
type Login interface {
	// Session is the login as last seen; false when nobody is logged in. It does no I/O.
	Session() (session.Session, bool)
	// Fresh is the login, renewed first where its token is about to expire (F042).
	Fresh(ctx context.Context) (session.Session, bool, error)
	// Renew is called when the backend said that the token of generation ver has expired.
	Renew(ctx context.Context, ver int64) (session.Session, error)
}

// Sessions is the part of session.Manager that a Bearer needs.
type Sessions interface {
	Fresh(ctx context.Context, id string) (session.Session, bool, error)
	Renew(ctx context.Context, id string, ver int64) (session.Session, error)
	Update(ctx context.Context, id string, u session.Update, opts session.UpdateOptions) (session.Session, error) // for cookies that are kept
}

// Bearer is the Login of one person: it remembers the newest session that it has been given. It is safe for
// concurrent use.
type Bearer struct {
	sessions Sessions
	id       string

	mu   sync.Mutex
	last session.Session
}

// NewBearer returns the Login of session s, whose ID must be set; an s that is not active is a guest.
func NewBearer(m Sessions, s session.Session) *Bearer {
	return &Bearer{sessions: m, id: s.ID, last: s}
}

// Session returns the session as last seen.
func (b *Bearer) Session() (session.Session, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.last, b.last.Active()
}

// Fresh asks the Manager for a session whose token is good for a while.
func (b *Bearer) Fresh(ctx context.Context) (session.Session, bool, error) {
	if b.id == "" {
		return session.Session{}, false, nil
	}
	s, ok, err := b.sessions.Fresh(ctx, b.id)
	if err != nil {
		return s, false, err
	}
	b.see(s)
	return s, ok && s.Active(), nil
}

// Renew asks the Manager for a token newer than generation ver.
func (b *Bearer) Renew(ctx context.Context, ver int64) (session.Session, error) {
	s, err := b.sessions.Renew(ctx, b.id, ver)
	if err == nil || !s.Active() && s.Ended != "" {
		b.see(s)
	}
	return s, err
}

// Slide lengthens the login by a use of its newest token, where its sessions can.
func (b *Bearer) Slide(ctx context.Context, ttl time.Duration) error {
	m, ok := b.sessions.(interface {
		Slide(ctx context.Context, id string, ver int64, ttl time.Duration) error
	})
	s, active := b.Session()
	if !ok || !active {
		return nil
	}
	return m.Slide(ctx, b.id, s.Ver, ttl)
}

// see keeps s unless something newer is known: versions are never used backwards.
func (b *Bearer) see(s session.Session) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s.Ver >= b.last.Ver || !s.Active() {
		if s.ID == "" {
			s.ID = b.id
		}
		b.last = s
	}
}

// Scope is what a session adds to a scope: "auth" and "user". ok says whether somebody is logged in; userType is the
// app's user data type, nil for json.
func Scope(s session.Session, ok bool, now time.Time, userType *value.Type) value.Scope {
	return value.Scope{"auth": AuthScope(s, ok, now), "user": UserScope(s, ok, userType)}
}

// AuthScope is auth.*: token, refreshToken, expiry, uid, loggedIn, expired, secondsLeft. Whatever is unset is absent,
// and so is everything but loggedIn when nobody is logged in.
func AuthScope(s session.Session, ok bool, now time.Time) map[string]any {
	if !ok {
		return map[string]any{"loggedIn": false}
	}
	out := map[string]any{"loggedIn": true, "expired": s.Expired(now)}
	if t := s.Auth.Token.Reveal(); t != "" {
		out["token"] = value.NewSecret(t)
	}
	if t := s.Auth.RefreshToken.Reveal(); t != "" {
		out["refreshToken"] = value.NewSecret(t)
	}
	if s.Auth.UID != "" {
		out["uid"] = s.Auth.UID
	}
	if e := s.Auth.Expiry; !e.IsZero() {
		out["expiry"] = e
		out["secondsLeft"] = int(math.Floor(e.Sub(now).Seconds()))
	}
	return out
}

// UserScope is user.*: the user data read as userType, or nil when there is none, when nobody is logged in, or when it
// no longer decodes.
func UserScope(s session.Session, ok bool, userType *value.Type) any {
	v, _ := UserData(s, ok, userType)
	return v
}

// UserData is UserScope together with what did not fit userType, for instance after the type was changed: those parts read
// as unset, the rest of the login is untouched (F023). A Mismatch names places and kinds, never a value.
func UserData(s session.Session, ok bool, userType *value.Type) (any, []value.Mismatch) {
	if !ok || len(s.Auth.User) == 0 {
		return nil, nil
	}
	v, err := value.DecodeJSON(s.Auth.User)
	if err != nil {
		return nil, []value.Mismatch{{Want: userType.String(), Got: "not readable as JSON"}}
	}
	return value.CoerceNamed(v, userType, false)
}
