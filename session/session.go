// Package session keeps people logged in: it holds their tokens, renews them in time and ends a
// login only for a reason that it can name.
//
// Manager is the one owner of a login; Store guards its row; Keys seal what the row holds; Cookie
// carries the id. The renewal is one flight per session, detached from any request, journalled
// before it is sent and stored before anyone uses its answer. The package never logs, never reads
// the environment, never shows a token, and imports no other package of the product.
package session

import (
	"errors"
	"fmt"
	"time"
)

// Reason says why a session ended. The zero value means that it has not.
type Reason string

// The reasons.
const (
	Revoked         Reason = "revoked"              // the backend refused the refresh token
	LostRotation    Reason = "lost_rotation"        // refused after an answer had been lost on the way
	TimeoutIdle     Reason = "timeout_idle"         // nobody did anything for too long
	TimeoutAbsolute Reason = "timeout_absolute"     // the login reached its greatest age
	TimeoutAway     Reason = "timeout_away"         // the browser was closed (persist off)
	TokenExpired    Reason = "token_expired"        // its token expired, and nothing can renew it
	LoggedOut       Reason = "logged_out"           // by the person, here
	LoggedOutAway   Reason = "logged_out_elsewhere" // by the person or an operator, from another place
	Replaced        Reason = "replaced"             // by a new login in the same browser
	Tampered        Reason = "tampered"             // the stored row was changed from outside
	KeyMissing      Reason = "key_missing"          // the key that sealed the row is gone
	UIDChanged      Reason = "uid_changed"          // a refresh answered for another person
	Moved           Reason = "moved"                // goes on under a new id
	Restored        Reason = "restored"             // from a backup; its tokens are spent
)

// Session is a login as it was when it was read.
type Session struct {
	ID           string        // the cookie's secret; empty where only the key is known
	Key          string        // the row's key: a hash of ID, safe to hand to a debugger
	Hash         string        // short keyed hash of Key, for logs
	Ver          int64         // generation of the tokens; only grows
	Auth         AuthData      // of an ended session only the UID, if that
	Ended        Reason        // empty: active
	Persist      bool          // outlives browser and server restarts
	Created      time.Time     // store's clock
	Seen         time.Time     // last action, to the minute
	Refreshable  bool          // a refresh is declared and what it spends is there
	Data         uint64        // raised by RaiseData
	LastSpent    string        // the newest nonce that SpendNonce took; "" none
	UserVer      int64         // generation of the user data; only grows
	Presence     time.Duration // Present must be called more often once it was called; 0: need not be
	AppState     []byte        // as given to SetAppState
	CookieMaxAge time.Duration // 0: a cookie for the browser's run

	glance glance
}

// glance is what reading a session has found out beside it.
type glance struct {
	at     time.Time // on this process's own clock; zero: it was not read
	rested bool      // the token needed nothing
	noted  bool      // an action of the person needed no writing
}

// glanceAge is how long a glance stands in for another read: the time in which a request does what it does without waiting for anybody.
const glanceAge = 250 * time.Millisecond

func (g glance) fresh() bool { return !g.at.IsZero() && time.Since(g.at) < glanceAge }

// Active reports whether somebody is logged in.
func (s Session) Active() bool { return s.Key != "" && s.Ended == "" }

// Expired reports whether the token is past a known expiry.
func (s Session) Expired(now time.Time) bool {
	return !s.Auth.Expiry.IsZero() && !s.Auth.Expiry.After(now)
}

// Faults that callers tell apart. None of them means that somebody is logged out, except
// ErrNotLoggedIn.
var (
	// ErrNotLoggedIn says that there is no active session of that id.
	ErrNotLoggedIn = errors.New("nobody is logged in")
	// ErrNoRefresh says that a refresh cannot help: none is declared, or this generation has been
	// refreshed on a backend's word before. The reply goes to whoever asked.
	ErrNoRefresh = errors.New("no refresh to be had")
	// ErrUnavailable says that the session lives but cannot be used just now: the backend is down
	// while the token is dead, or the session store does not answer. RetryAfter says when to ask again.
	ErrUnavailable = errors.New("session unavailable for the moment")
	// ErrBusy says that a refresh is still under way after the waiter's patience.
	ErrBusy = errors.New("the session is being renewed")
	// ErrClosed says that the Manager has been closed.
	ErrClosed = errors.New("session manager closed")
	// ErrTooLarge says that app state exceeds 16 KB.
	ErrTooLarge = errors.New("app state is larger than 16 KB")
)

// delayError is ErrUnavailable or ErrBusy with a time.
type delayError struct {
	kind  error
	after time.Duration
	cause error
}

func (e *delayError) Error() string {
	if e.cause == nil {
		return e.kind.Error()
	}
	return fmt.Sprintf("%v: %v", e.kind, e.cause)
}

func (e *delayError) Unwrap() []error { return []error{e.kind, e.cause} }

// RetryAfter returns how long to wait before asking again after ErrUnavailable or ErrBusy, at
// least a second; 0 for other errors.
func RetryAfter(err error) time.Duration {
	var d *delayError
	if !errors.As(err, &d) {
		return 0
	}
	return max(d.after, time.Second)
}

// Class is what a refresh call came to. (promises: refresh algorithm, 2.5)
type Class int

// The classes. The zero value is no class and is treated as Ambiguous.
const (
	Success   Class = iota + 1 // a new token is in the Update
	Reject                     // a definite "no"
	NotSent                    // certainly not processed: the token is unspent
	Ambiguous                  // may have been processed, no usable answer
	Misconfig                  // the endpoint is set up wrongly
)

// String returns the name that logs use.
func (c Class) String() string {
	switch c {
	case Success:
		return "success"
	case Reject:
		return "reject"
	case NotSent:
		return "not_sent"
	case Misconfig:
		return "config"
	}
	return "ambiguous"
}

// Answer is a refresh call, read.
type Answer struct {
	Class      Class
	Update     Update        // Success: at least Token; no RefreshToken keeps the old, no Expiry means unknown
	Reason     string        // for events; never a secret
	RetryAfter time.Duration // NotSent: the backend's wish
	Err        error         // for events; never a secret
}

// Event is something that an operator may want to know. It holds no secret.
type Event struct {
	Kind    EventKind
	At      time.Time // UTC
	Hash    string    // of the session; empty for events of the endpoint
	UID     string    // when known
	Request string    // id given to WithRequest; empty where no request is behind it
	Reason  Reason    // of an end
	Class   Class     // of a refresh
	Detail  string    // Answer.Reason, or what happened
	Err     error
}

// EventKind names an Event.
type EventKind string

// The events.
const (
	EventLogIn         EventKind = "log_in"
	EventEnd           EventKind = "session_end"
	EventRenewed       EventKind = "renewed"
	EventRenewFailed   EventKind = "renew_failed"
	EventDropped       EventKind = "renew_answer_dropped" // lost a race inside a live session
	EventEndpointDown  EventKind = "refresh_endpoint_down"
	EventEndpointUp    EventKind = "refresh_endpoint_up"
	EventMassReject    EventKind = "mass_reject_hold"
	EventRevokeFailed  EventKind = "upstream_logout_failed"
	EventRevokeGivenUp EventKind = "upstream_logout_given_up"
	EventStoreFault    EventKind = "session_store_fault"
	EventPanic         EventKind = "panic"
)
