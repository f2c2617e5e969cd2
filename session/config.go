package session

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"time"
)

// cookieLife is the longest that browsers keep a cookie.
const cookieLife = 400 * 24 * time.Hour

// Rotation says what a backend does with a refresh token that is presented twice.
type Rotation string

// The rotations. The zero value means RotationUnknown.
const (
	RotationNone      Rotation = "none"       // refresh tokens are not replaced
	RotationRetrySafe Rotation = "retry-safe" // a client that lost the answer may ask again
	RotationStrict    Rotation = "strict"     // asking again ends the login
	RotationUnknown   Rotation = "unknown"    // treated as retry-safe
)

// Limits bound a login. Zero means the default of its kind, a negative value no limit.
type Limits struct {
	Idle     time.Duration // since the last Touch; default: none with persist, else 30 minutes
	Absolute time.Duration // since log-in; default: none with persist, else 12 hours
	Presence time.Duration // since the last Present, once there was one; default: none with persist, else 5 minutes
}

// Tuning holds the constants of the renewal. A zero value means the default in brackets.
type Tuning struct {
	SoftMargin      time.Duration   // renew beside a request [1 minute, at most a fifth of the life]
	HardMargin      time.Duration   // a request waits for it [10 s, at most a tenth]
	AttemptBudget   time.Duration   // of one refresh or revoke call [20 s]
	Lease           time.Duration   // must exceed AttemptBudget [30 s]
	Patience        time.Duration   // of a waiter [5 s]
	FailGuard       time.Duration   // no automatic try so soon after a failed one [5 s]
	NotSentDelays   []time.Duration // quick retries [0.2, 0.6, 1.8 s]
	AmbiguousDelays []time.Duration // quick retries [0.5, 2 s]
	BreakerFails    int             // failed calls within BreakerWindow that open the breaker [10]
	BreakerWindow   time.Duration   // [10 s]
	Probe           time.Duration   // between calls while the breaker is open [1 s]
	HoldRejects     int             // rejects within HoldWindow, if half of all answers, that hold ends [20]
	HoldWindow      time.Duration   // [1 minute]
	Parallel        int             // refresh calls at once [64]
	RevokeFor       time.Duration   // how long an upstream log-out is retried [24 h]
	SweepEvery      time.Duration   // [30 s]
}

// Config says what a Manager works with. It is not changed.
type Config struct {
	App   string // name of the app: binds rows to it; lower-case letters, digits and hyphens. Required
	Store Store  // of persistent sessions. Required
	// Volatile keeps the sessions that end with the server (persist off). nil means a memory store;
	// with several nodes, give the shared Store here too.
	Volatile Store
	Keys     *Keys // Required

	// Refresh makes one refresh call with what the session holds and reads its answer; nil means
	// that no refresh is declared. It sends at most once, honours ctx and follows no redirect. An
	// error or a panic counts as Ambiguous.
	Refresh func(context.Context, AuthData) (Answer, error)
	// RefreshByToken: a session without refresh token is refreshed with its token.
	RefreshByToken bool
	// RefreshLive: the backend renews a token while it lives and never afterwards, so an expired one ends the session.
	RefreshLive bool
	// EndExpired: a token that has expired, by its expiry or by a backend's word (Renew), and cannot be renewed ends the session.
	// Otherwise it is kept, for the backend to judge.
	EndExpired bool
	// RefreshViaOnly: Refresh renews only logins of an identity provider (AuthData.Via); the app's own
	// backend has no renewal.
	RefreshViaOnly bool
	// Revoke tells the backend that a pair is no longer wanted; nil: it is not told. nil as answer
	// means done, also for "unknown token".
	Revoke func(context.Context, AuthData) error

	// PerUser is how many sessions a person may have at once; beyond, the oldest end. 0 means 1000. (C15)
	PerUser int

	Rotation   Rotation
	PersistOn  Limits
	PersistOff Limits
	Tuning     Tuning

	Events func(Event)      // called in order of happening by any goroutine; nil: dropped
	Now    func() time.Time // our clock, for expiries; nil: time.Now
}

var appName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

func (c Config) check() error {
	switch {
	case !appName.MatchString(c.App):
		return fmt.Errorf("session: app name %q is not lower-case letters, digits and hyphens", c.App)
	case c.Store == nil:
		return errors.New("session: Store is required")
	case !reflect.ValueOf(c.Store).Comparable(), c.Volatile != nil && !reflect.ValueOf(c.Volatile).Comparable():
		return errors.New("session: Store and Volatile are compared with each other: pass pointers")
	case c.Keys == nil:
		return errors.New("session: Keys are required")
	}
	if c.PerUser < 0 {
		return errors.New("session: PerUser is negative")
	}
	switch c.Rotation {
	case "", RotationNone, RotationRetrySafe, RotationStrict, RotationUnknown:
	default:
		return fmt.Errorf("session: unknown rotation %q", c.Rotation)
	}
	if t := c.Tuning.filled(); t.Lease <= t.AttemptBudget {
		return fmt.Errorf("session: the lease (%v) must exceed the budget of an attempt (%v)", t.Lease, t.AttemptBudget)
	}
	return nil
}

func (c Config) policy() policy {
	return policy{
		t: c.Tuning.filled(), rotation: c.Rotation, refresh: c.Refresh != nil, tokenOK: c.RefreshByToken, viaOnly: c.RefreshViaOnly, revoke: c.Revoke != nil,
		live: c.RefreshLive, endExpired: c.EndExpired,
		on:  c.PersistOn.filled(Limits{}),
		off: c.PersistOff.filled(Limits{Idle: 30 * time.Minute, Absolute: 12 * time.Hour, Presence: 5 * time.Minute}),
	}
}

func (l Limits) filled(d Limits) Limits {
	return Limits{limit(l.Idle, d.Idle), limit(l.Absolute, d.Absolute), limit(l.Presence, d.Presence)}
}

func limit(set, standard time.Duration) time.Duration {
	if set == 0 {
		return standard
	}
	return max(set, 0)
}

func (t Tuning) filled() Tuning {
	or(&t.SoftMargin, time.Minute)
	or(&t.HardMargin, 10*time.Second)
	or(&t.AttemptBudget, 20*time.Second)
	or(&t.Lease, 30*time.Second)
	or(&t.Patience, 5*time.Second)
	or(&t.FailGuard, 5*time.Second)
	or(&t.BreakerFails, 10)
	or(&t.BreakerWindow, 10*time.Second)
	or(&t.Probe, time.Second)
	or(&t.HoldRejects, 20)
	or(&t.HoldWindow, time.Minute)
	or(&t.Parallel, 64)
	or(&t.RevokeFor, 24*time.Hour)
	or(&t.SweepEvery, 30*time.Second)
	if t.NotSentDelays == nil {
		t.NotSentDelays = []time.Duration{200 * time.Millisecond, 600 * time.Millisecond, 1800 * time.Millisecond}
	}
	if t.AmbiguousDelays == nil {
		t.AmbiguousDelays = []time.Duration{500 * time.Millisecond, 2 * time.Second}
	}
	return t
}

func or[T comparable](v *T, standard T) {
	var zero T
	if *v == zero {
		*v = standard
	}
}
