package session

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// Manager owns logins: it makes, reads, renews and ends them. It is safe for concurrent use, and
// any number of Managers on any number of nodes may share a Store. Close it.
type Manager struct {
	cfg     Config
	p       policy
	owner   string // of leases
	health  *health
	slots   chan struct{} // refresh calls at once
	tasks   *tasks
	stop    chan struct{}
	once    sync.Once
	waiters atomic.Int64

	mu      sync.Mutex
	flights map[string]*flight
	epochs  [2]remembered // of Store and Volatile
}

// New checks cfg and starts the Manager's sweeper.
func New(cfg Config) (*Manager, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	if cfg.Volatile == nil {
		cfg.Volatile = NewMemory()
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Events == nil {
		cfg.Events = func(Event) {}
	}
	p := cfg.policy()
	m := &Manager{
		cfg: cfg, p: p, owner: rand.Text(), health: newHealth(p.t), slots: make(chan struct{}, p.t.Parallel),
		tasks: &tasks{cancels: map[int]context.CancelFunc{}}, stop: make(chan struct{}), flights: map[string]*flight{},
	}
	m.background(context.Background(), "", m.sweepForever)
	return m, nil
}

// Close lets flights and deliveries finish until ctx ends, then cuts them off. What is cut off is
// journalled in its row. It returns ctx's error if anything had to be cut off.
func (m *Manager) Close(ctx context.Context) error {
	m.once.Do(func() { close(m.stop) })
	return m.tasks.close(ctx)
}

// background starts a goroutine of the Manager; false after Close.
func (m *Manager) background(ctx context.Context, key string, fn func(context.Context)) bool {
	return m.tasks.start(ctx, fn, func(err error) { m.event(ctx, Event{Kind: EventPanic, Err: err}, key) })
}

func (m *Manager) event(ctx context.Context, e Event, key string) {
	e.At = m.cfg.Now().UTC()
	e.Request = RequestOf(ctx)
	if key != "" {
		e.Hash = m.cfg.Keys.LogHash(key)
	}
	m.cfg.Events(e)
}

type requestKey struct{}

// WithRequest returns a context whose events carry the request's id, also those of what the request leaves running.
func WithRequest(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestKey{}, id)
}

// RequestOf returns the id that WithRequest gave, "" for none.
func RequestOf(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}

type loginKey struct{}

// WithLogin returns a context of a request that goes out for the session of a key.
func WithLogin(ctx context.Context, key string) context.Context {
	return context.WithValue(ctx, loginKey{}, key)
}

// LoginOf returns the key of the session that a request goes out for, by WithLogin or because it renews it; "" for none.
func LoginOf(ctx context.Context) string {
	key, _ := ctx.Value(loginKey{}).(string)
	return key
}

// keyOf turns an id into the key of its row. The id has 256 random bits, so a plain hash is enough.
func keyOf(id string) string {
	sum := sha256.Sum256([]byte("sid" + id))
	return hex.EncodeToString(sum[:])
}

// NewID returns a fresh id for a session or a guest: 32 random bytes in 43 characters.
func NewID() string {
	var b [idBytes]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// LogIn makes a session for a and returns it with a new id, never one that the browser brought.
// The session of oldID, if there is one, ends. persist says whether the session outlives browser
// and server. Errors: ErrInvalid, or a fault of the store.
func (m *Manager) LogIn(ctx context.Context, oldID string, a AuthData, persist bool) (Session, error) {
	if err := a.check(); err != nil {
		return Session{}, err
	}
	st := m.cfg.Store
	if !persist {
		st = m.cfg.Volatile
	}
	at, err := m.clocks(ctx, st)
	if err != nil {
		return Session{}, err
	}
	if oldID != "" {
		if err := m.replace(ctx, keyOf(oldID), a); err != nil {
			return Session{}, err
		}
	}
	id := NewID()
	e := entry{Row: Row{App: m.cfg.App, Created: at.store, Persist: persist}}
	if e.StoreEpoch, err = m.storeEpoch(ctx, st, true); err != nil {
		return Session{}, err
	}
	if e.UserEpoch, err = m.enlist(ctx, a.UID, keyOf(id), at.store); err != nil {
		return Session{}, err
	}
	m.p.see(&e.Row, at.store)
	if l := m.p.limits(e.Row); l.Absolute > 0 {
		e.AbsUntil = at.store.Add(l.Absolute)
	}
	m.p.setAuth(&e, a.clone(), at)
	e.Ver = max(e.Ver, 1)
	if err := st.Create(ctx, keyOf(id), m.close(keyOf(id), &e)); err != nil {
		return Session{}, m.storeFault(ctx, err)
	}
	m.event(ctx, Event{Kind: EventLogIn, UID: a.UID}, keyOf(id))
	m.makeRoom(ctx, a.UID, keyOf(id), at.store)
	return m.session(id, keyOf(id), e, at.store), nil
}

// replace ends the session that a new login takes the place of. Where the backend hands out the
// same token again, revoking the old one would kill the new login.
func (m *Manager) replace(ctx context.Context, key string, a AuthData) error {
	_, err := m.endKey(ctx, key, Replaced, func(e *entry) {
		same := func(x, y Secret) bool { return !x.IsZero() && x.Equal(y) }
		if same(e.Auth.Token, a.Token) || same(e.Auth.RefreshToken, a.RefreshToken) {
			e.Auth = AuthData{UID: e.Auth.UID}
		}
	})
	return err
}

// Current returns the session of id without renewing anything. false means that there is none;
// a session whose Ended is set stays until Forget or a week, so that the browser can be told why.
func (m *Manager) Current(ctx context.Context, id string) (Session, bool, error) {
	e, _, at, found, err := m.load(ctx, keyOf(id))
	if err != nil || !found || e.Told {
		return Session{}, false, err
	}
	return m.session(id, keyOf(id), e, at.store), true, nil
}

// Update patches the login of id and returns it. A change of the uid, and anything with
// opts.Rotate, gives the session a new ID; the old one is dead when Update returns.
// Errors: ErrNotLoggedIn, ErrInvalid, or a fault of the store.
func (m *Manager) Update(ctx context.Context, id string, u Update, opts UpdateOptions) (Session, error) {
	key := keyOf(id)
	e, st, at, found, err := m.load(ctx, key)
	if err != nil {
		return Session{}, err
	}
	if !found || e.Ended != "" {
		return Session{}, ErrNotLoggedIn
	}
	uid := e.Auth.UID
	next, err := e.Auth.patch(u)
	if err != nil {
		return Session{}, err
	}
	if opts.Rotate || next.UID != uid {
		return m.move(ctx, st, key, uid, next.UID, u, at)
	}
	e, err = m.change(ctx, st, key, func(e *entry) error {
		if e.Ended != "" {
			return ErrNotLoggedIn
		}
		return m.manual(e, u, at)
	})
	if err != nil {
		return Session{}, err
	}
	return m.session(id, key, e, at.store), nil
}

// UpdateOptions say how an Update is to be done.
type UpdateOptions struct {
	Rotate bool // give the session a new id, because the person's role changes
}

// manual applies a patch that did not come from a refresh.
func (m *Manager) manual(e *entry, u Update, at clocks) error {
	next, err := e.Auth.patch(u)
	if err != nil {
		return err
	}
	ver := e.Ver
	m.p.setAuth(e, next, at)
	if e.Ver != ver {
		e.Tried = time.Time{} // what is known of earlier tries is not true of these tokens
		e.HoldUntil = time.Time{}
	}
	return nil
}

// Slide is for backends that lengthen a login at each use: the token of generation ver, which a call has just used, lives
// for ttl from now. It writes only where that adds a tenth of ttl, changes no generation and never shortens a life.
func (m *Manager) Slide(ctx context.Context, id string, ver int64, ttl time.Duration) error {
	key := keyOf(id)
	e, st, at, found, err := m.load(ctx, key)
	short := func(e entry) bool {
		return e.Ended == "" && e.Ver == ver && !e.Expiry.IsZero() && e.Expiry.Before(at.store.Add(ttl-ttl/10))
	}
	if err != nil || !found || !short(e) {
		return err
	}
	_, err = m.change(ctx, st, key, func(e *entry) error {
		if !short(*e) {
			return errUnchanged
		}
		e.Auth.Expiry = at.ours.Add(ttl)
		e.Renewed, e.TTL, e.Expiry = at.store, ttl, at.store.Add(ttl)
		e.SealNo++
		return nil
	})
	if errors.Is(err, errUnchanged) || errors.Is(err, ErrNotLoggedIn) {
		return nil
	}
	return err
}

// move goes on under a new id: the old row ends and names its successor, the new one is made, the
// old one is wiped. A crash in between costs one login and never leaves two live ids.
func (m *Manager) move(ctx context.Context, st Store, key, oldUID, uid string, u Update, at clocks) (Session, error) {
	id := NewID()
	epoch, err := m.enlist(ctx, uid, keyOf(id), at.store)
	if err != nil {
		return Session{}, err
	}
	var next entry
	_, err = m.change(ctx, st, key, func(e *entry) error {
		if e.Ended != "" {
			return ErrNotLoggedIn
		}
		if err := m.manual(e, u, at); err != nil {
			return err
		}
		next = *e
		next.Row = e.Row.Clone()
		if uid != oldUID { // of the same person it stays: a log-out everywhere must not be outrun
			next.UserEpoch = epoch
		}
		e.Ended, e.EndedAt, e.Successor = Moved, at.store, keyOf(id)
		e.State, e.Spent = nil, nil
		return nil
	})
	if err != nil {
		m.unlist(ctx, uid, keyOf(id))
		return Session{}, err
	}
	m.unlist(ctx, oldUID, key)
	next.Rev, next.Outbox = 0, nil // the outbox stays where it is sealed
	if state, ok := m.openState(key, next.State); ok {
		next.State = m.sealState(keyOf(id), state)
	}
	if err := st.Create(ctx, keyOf(id), m.close(keyOf(id), &next)); err != nil {
		return Session{}, m.storeFault(ctx, err)
	}
	if _, err := m.change(ctx, st, key, func(e *entry) error { e.Auth = AuthData{}; e.SealNo++; return nil }); err != nil {
		return Session{}, err
	}
	m.makeRoom(ctx, uid, keyOf(id), at.store)
	return m.session(id, keyOf(id), next, at.store), nil
}

// LogOut ends the session of id at once; telling the backend happens beside, and is retried. It
// never waits for a refresh, and an unknown id is no error.
func (m *Manager) LogOut(ctx context.Context, id string) error {
	_, err := m.endKey(ctx, keyOf(id), LoggedOut, nil)
	return err
}

// Kill ends the session of a key from elsewhere: its browser will be told LoggedOutAway.
func (m *Manager) Kill(ctx context.Context, key string) error {
	_, err := m.endKey(ctx, key, LoggedOutAway, nil)
	return err
}

// endKey ends a row; before may look at it first. true: it was active.
func (m *Manager) endKey(ctx context.Context, key string, why Reason, before func(*entry)) (bool, error) {
	was, st, at, found, err := m.load(ctx, key)
	if err != nil || !found {
		return false, err
	}
	e, err := m.change(ctx, st, key, func(e *entry) error {
		if e.Ended == Moved || e.Ended == why || e.Ended != "" && why != LoggedOut {
			return errUnchanged
		}
		if before != nil {
			before(e)
		}
		e.Ended, e.EndedAt = "", time.Time{} // a log-out of an ended session takes its reason's place
		m.p.end(e, why, at.store)
		return nil
	})
	active := was.Ended == "" || was.whose != "" // load may have been the one to end it
	if errors.Is(err, errUnchanged) || errors.Is(err, ErrNotLoggedIn) {
		return active && was.Ended != "", nil
	}
	if err != nil {
		return false, err
	}
	m.ended(ctx, st, key, e)
	m.unlist(ctx, e.whose, key)
	return active, nil
}

// ended reports an end and sees to its outbox.
func (m *Manager) ended(ctx context.Context, st Store, key string, e entry) {
	m.event(ctx, Event{Kind: EventEnd, Reason: e.Ended, UID: e.Auth.UID}, key)
	if len(e.Outbox) > 0 {
		m.background(ctx, key, func(ctx context.Context) { m.deliver(ctx, st, key) })
	}
}

// Forget drops an ended session of which the browser has been told. A pair that waits to be
// revoked stays; an active session is left alone.
func (m *Manager) Forget(ctx context.Context, id string) error {
	key := keyOf(id)
	st, r, found, err := m.find(ctx, key)
	if err != nil || !found || r.Ended == "" {
		return err
	}
	now, err := st.Now(ctx)
	if err != nil {
		return m.storeFault(ctx, err)
	}
	// The row stays for a flight that left before the end, and for its outbox.
	_, err = m.change(ctx, st, key, func(e *entry) error {
		if e.Ended == "" || e.Told {
			return errUnchanged
		}
		e.Told, e.EndedAt = true, now
		if e.Ended != Moved {
			e.Auth = AuthData{}
			e.SealNo++
		}
		return nil
	})
	if errors.Is(err, errUnchanged) || errors.Is(err, ErrNotLoggedIn) {
		return nil
	}
	return err
}

// ExpireNow makes the token of id look expired from now on. It is for debugging an app.
func (m *Manager) ExpireNow(ctx context.Context, id string) (Session, error) {
	past := m.cfg.Now().Add(-time.Second)
	return m.Update(ctx, id, Update{Expiry: &past}, UpdateOptions{})
}

// clocks asks for one moment on both clocks.
func (m *Manager) clocks(ctx context.Context, st Store) (clocks, error) {
	now, err := st.Now(ctx)
	if err != nil {
		return clocks{}, m.storeFault(ctx, err)
	}
	return clocks{store: now, ours: m.cfg.Now()}, nil
}

// session is what callers see of an entry.
func (m *Manager) session(id, key string, e entry, now time.Time) Session {
	state, _ := m.openState(key, e.State)
	e.Auth.Expiry = m.shown(e, now)
	n, _ := m.p.need(key, e.Row, now)
	touched := e.Row
	var spent string
	if len(e.Spent) > 0 {
		spent = e.Spent[len(e.Spent)-1]
	}
	return Session{
		glance: glance{at: time.Now(), rested: n == needNothing, noted: !m.p.touch(&touched, now)},

		ID: id, Key: key, Hash: m.cfg.Keys.LogHash(key), Ver: e.Ver, Auth: e.Auth, Ended: e.Ended, Persist: e.Persist,
		Created: e.Created, Seen: e.Seen, Refreshable: m.p.canFly(e.Row, now), Data: e.Data, LastSpent: spent, AppState: state,
		CookieMaxAge: maxAge(e.Row, now), UserVer: e.UserVer, Presence: m.p.limits(e.Row).Presence,
	}
}

// clockSlack is how far two clocks may be apart before it counts.
const clockSlack = 30 * time.Second

// shown is the token's expiry on our clock. What is sealed was read from the clock of the node that
// stored it; where the two differ, the time on the store's clock speaks (B18).
func (m *Manager) shown(e entry, now time.Time) time.Time {
	if e.Expiry.IsZero() || e.Auth.Expiry.IsZero() {
		return e.Auth.Expiry
	}
	here := m.cfg.Now().Add(e.Expiry.Sub(now))
	if here.Sub(e.Auth.Expiry).Abs() <= clockSlack {
		return e.Auth.Expiry
	}
	return here
}

// storeFault keeps a caller's own end apart from a store that does not answer.
func (m *Manager) storeFault(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	m.event(ctx, Event{Kind: EventStoreFault, Err: err}, "")
	return &delayError{kind: ErrUnavailable, after: 3 * time.Second, cause: fmt.Errorf("session store: %w", err)}
}
