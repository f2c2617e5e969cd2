package session

import (
	"context"
	"errors"
	"slices"
	"time"
)

// Faults of a Store. Any other error means that the store could not be asked.
var (
	// ErrAbsent is Update's answer for a key that has no row.
	ErrAbsent = errors.New("session row absent")
	// ErrExists is Create's answer for a key that has a row.
	ErrExists = errors.New("session row exists")
)

// Store keeps rows. It is an atomic primitive without policy; every implementation passes
// sessiontest.Run. What a method has acknowledged is durable (a memory store aside). All methods
// are safe for concurrent use. (promises: refresh algorithm, 2.1)
type Store interface {
	// Create adds a row; ErrExists if the key has one.
	Create(ctx context.Context, key string, r Row) error
	// Read returns the last committed row; false means absent, an error means "could not ask".
	Read(ctx context.Context, key string) (Row, bool, error)
	// Update changes a row in one short transaction and returns it as written, its Rev raised by
	// one. fn may run several times, so it has no side effects and never waits; its error comes
	// back unchanged and nothing is written. ErrAbsent if there is no row.
	Update(ctx context.Context, key string, fn func(Row) (Row, error)) (Row, error)
	// Delete removes a row; an absent one is no error.
	Delete(ctx context.Context, key string) error
	// Sweep returns up to limit rows of app whose Due is not after now, the oldest first.
	Sweep(ctx context.Context, app string, now time.Time, limit int) ([]Keyed, error)
	// Now is the clock of leases and limits, the same for all who share the store.
	Now(ctx context.Context) (time.Time, error)
}

// Keyed is a row with its key.
type Keyed struct {
	Key string
	Row Row
}

// Row is a session as it is stored. Only the Manager interprets it; a Store keeps it unchanged,
// except for Rev. Nothing in it can be sent as a cookie, and tokens are sealed (A9, A10).
type Row struct {
	Rev    int64     `json:"-"` // raised by each Update of the store
	App    string    `json:"-"`
	Due    time.Time `json:"-"` // when Sweep should hand it out; zero: never
	Sealed []byte    `json:"-"` // AuthData
	State  []byte    `json:"-"` // app state, sealed

	Ended     Reason    `json:"ended,omitempty"` // empty: active
	EndedAt   time.Time `json:"endedAt,omitzero"`
	Told      bool      `json:"told,omitempty"`      // the browser knows: as good as absent
	Successor string    `json:"successor,omitempty"` // key, when Ended is Moved

	Ver     int64         `json:"ver"`     // raised at each change of token, refresh token or expiry
	Gen     int64         `json:"gen"`     // raised at each change of what a refresh spends
	UserVer int64         `json:"userVer"` // raised at each change of user data
	SealNo  int64         `json:"sealNo"`  // raised each time Sealed is written
	Expiry  time.Time     `json:"expiry,omitzero"`
	TTL     time.Duration `json:"ttl,omitempty"` // life the token had when it was stored
	Renewed time.Time     `json:"renewed,omitzero"`
	CanFly  bool          `json:"canFly,omitempty"` // holds what a refresh spends
	Foreign bool          `json:"foreign,omitzero"` // the tokens are an identity provider's (AuthData.Via)
	Flyable time.Time     `json:"flyable,omitzero"` // what a refresh spends expires then; zero: unknown or never

	LeaseOwner  string    `json:"leaseOwner,omitempty"`
	LeaseUntil  time.Time `json:"leaseUntil,omitzero"`
	Attempt     Attempt   `json:"attempt,omitzero"` // written before the request is sent
	DoneAttempt string    `json:"doneAttempt,omitempty"`
	Tried       time.Time `json:"tried,omitzero"`     // begin of the last attempt
	Failed      bool      `json:"failed,omitempty"`   // the last attempt has not succeeded (yet)
	HoldUntil   time.Time `json:"holdUntil,omitzero"` // no refresh before, see health
	Doubt       int       `json:"doubt,omitempty"`    // ambiguous outcomes since the last success
	Last401     int64     `json:"last401,omitempty"`  // the newest Ver that a backend called expired
	Created     time.Time `json:"created"`
	Seen        time.Time `json:"seen"`
	IdleUntil   time.Time `json:"idleUntil,omitzero"`
	AbsUntil    time.Time `json:"absUntil,omitzero"`
	HereUntil   time.Time `json:"hereUntil,omitzero"` // presence; zero until a stream was open
	Persist     bool      `json:"persist,omitempty"`
	Data        uint64    `json:"data,omitempty"`
	Spent       []string  `json:"spent,omitempty"` // nonces, the newest last
	Outbox      []Pending `json:"outbox,omitempty"`

	UserEpoch  int64 `json:"userEpoch,omitempty"`  // of the person at log-in; a higher one ends the session
	StoreEpoch int64 `json:"storeEpoch,omitempty"` // of the store; a higher one says that the row was restored
}

// Attempt is the journal entry of one refresh call.
type Attempt struct {
	ID      string    `json:"id"`
	Started time.Time `json:"started"`
	Gen     int64     `json:"gen"`
	Ver     int64     `json:"ver"`
	UserVer int64     `json:"userVer"`
}

// Pending is a pair that must still be revoked at the backend.
type Pending struct {
	Sealed []byte    `json:"sealed"`
	Since  time.Time `json:"since"`
	Due    time.Time `json:"due"`
	Tries  int       `json:"tries,omitempty"`
}

// Clone returns a copy that shares no bytes with r.
func (r Row) Clone() Row {
	r.Sealed = slices.Clone(r.Sealed)
	r.State = slices.Clone(r.State)
	r.Spent = slices.Clone(r.Spent)
	r.Outbox = slices.Clone(r.Outbox)
	for i := range r.Outbox {
		r.Outbox[i].Sealed = slices.Clone(r.Outbox[i].Sealed)
	}
	return r
}
