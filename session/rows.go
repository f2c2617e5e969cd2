package session

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"slices"
	"time"
)

// What is sealed, each under keys of its own.
const (
	sealTokens = "tok/v1"
	sealOutbox = "out/v1"
	sealApp    = "state/v1"
)

// errUnchanged makes change write nothing.
var errUnchanged = errors.New("unchanged")

// MaxAppState is how many bytes of app state a session keeps.
const MaxAppState = 16 << 10

const maxSpent = 32 // of a row

// plain is what Sealed holds. It is the one place where tokens become bytes.
type plain struct {
	Token   string          `json:"t,omitempty"`
	Refresh string          `json:"r,omitempty"`
	Expiry  time.Time       `json:"e,omitzero"`
	UID     string          `json:"u,omitempty"`
	User    json.RawMessage `json:"d,omitempty"`

	RefreshExpiry time.Time `json:"re,omitzero"`
	Jar           []byte    `json:"j,omitempty"`
	Via           string    `json:"v,omitempty"`
	Device        Device    `json:"dv,omitzero"`
}

// aad binds sealed bytes to app, row, version and use.
func (m *Manager) aad(key, use string, versions ...int64) []byte {
	b := append([]byte(m.cfg.App), 0)
	b = append(append(b, key...), 0)
	b = append(append(b, use...), 0)
	for _, v := range versions {
		b = binary.BigEndian.AppendUint64(b, uint64(v))
	}
	return b
}

func (m *Manager) sealAuth(use string, aad []byte, a AuthData) []byte {
	b, err := json.Marshal(plain{a.Token.Reveal(), a.RefreshToken.Reveal(), a.Expiry, a.UID, a.User, a.RefreshExpiry, a.Jar, a.Via, a.Device})
	if err != nil {
		b = []byte("{}") // unreachable: User was checked to be JSON
	}
	return m.cfg.Keys.Seal(use, aad, b)
}

func (m *Manager) openAuth(use string, aad, sealed []byte) (AuthData, error) {
	b, err := m.cfg.Keys.Open(use, aad, sealed)
	if err != nil {
		return AuthData{}, err
	}
	var p plain
	if err := json.Unmarshal(b, &p); err != nil {
		return AuthData{}, ErrTampered
	}
	return AuthData{Token: NewSecret(p.Token), RefreshToken: NewSecret(p.Refresh), Expiry: p.Expiry, UID: p.UID, User: p.User, RefreshExpiry: p.RefreshExpiry,
		Jar: p.Jar, Device: p.Device, Via: p.Via}, nil
}

// open makes an entry of a row.
func (m *Manager) open(key string, r Row) (entry, error) {
	if r.App != m.cfg.App {
		return entry{}, ErrTampered
	}
	a, err := m.openAuth(sealTokens, m.aad(key, sealTokens, r.Ver, r.SealNo), r.Sealed)
	return entry{Row: r, Auth: a}, err
}

// close makes a row of an entry. It always seals again, for ver and seal number are bound in.
func (m *Manager) close(key string, e *entry) Row {
	e.Sealed = m.sealAuth(sealTokens, m.aad(key, sealTokens, e.Ver, e.SealNo), e.Auth)
	for _, pair := range e.queue {
		since := e.EndedAt
		e.Outbox = append(e.Outbox, Pending{Sealed: m.sealAuth(sealOutbox, m.aad(key, sealOutbox), pair), Since: since, Due: since})
	}
	e.queue = nil
	e.Due = m.p.due(e.Row)
	return e.Row
}

// find reads a row from the store that holds it.
func (m *Manager) find(ctx context.Context, key string) (Store, Row, bool, error) {
	stores := []Store{m.cfg.Volatile, m.cfg.Store}
	if m.cfg.Volatile == m.cfg.Store {
		stores = stores[:1]
	}
	for _, st := range stores {
		r, found, err := st.Read(ctx, key)
		if err != nil {
			return nil, Row{}, false, m.storeFault(ctx, err)
		}
		if found {
			return st, r, true, nil
		}
	}
	return nil, Row{}, false, nil
}

// load finds a row, opens it and ends it if its time is over or if it cannot be opened.
func (m *Manager) load(ctx context.Context, key string) (entry, Store, clocks, bool, error) {
	st, r, found, err := m.find(ctx, key)
	if err != nil || !found {
		return entry{}, nil, clocks{}, false, err
	}
	at, err := m.clocks(ctx, st)
	if err != nil {
		return entry{}, nil, at, false, err
	}
	e, err := m.open(key, r)
	if err != nil {
		r, err = m.spoil(ctx, st, key, err)
		return entry{Row: r}, st, at, err == nil, err
	}
	b, err := m.bounds(ctx, st, e)
	if err == nil && b.over(e.Row, at.store) != "" {
		e, err = m.timeOut(ctx, st, key, b, at.store)
	}
	return e, st, at, err == nil, err
}

// timeOut ends a row whose time is over, unless somebody has just been active.
func (m *Manager) timeOut(ctx context.Context, st Store, key string, b bounds, now time.Time) (entry, error) {
	var why Reason
	e, err := m.change(ctx, st, key, func(e *entry) error {
		why = b.over(e.Row, now)
		if why != "" {
			m.p.end(e, why, now)
		}
		return nil
	})
	if err == nil && why != "" {
		m.ended(ctx, st, key, e)
		m.unlist(ctx, e.whose, key)
	}
	return e, err
}

// spoil ends a row that cannot be opened; there is nothing left to revoke.
func (m *Manager) spoil(ctx context.Context, st Store, key string, cause error) (Row, error) {
	why := Tampered
	if errors.Is(cause, ErrKeyMissing) {
		why = KeyMissing
	}
	now, err := st.Now(ctx)
	if err != nil {
		return Row{}, m.storeFault(ctx, err)
	}
	first := false
	r, err := st.Update(ctx, key, func(r Row) (Row, error) {
		e, err := m.open(key, r)
		if first = err != nil; !first {
			return r, nil
		}
		rev := r.Rev
		e = entry{Row: Row{Rev: rev, App: m.cfg.App, Created: r.Created, Seen: r.Seen, Ver: r.Ver, Ended: why, EndedAt: now}}
		return m.close(key, &e), nil
	})
	if err != nil {
		return Row{}, m.storeFault(ctx, err)
	}
	if first {
		m.event(ctx, Event{Kind: EventEnd, Reason: why}, key)
	}
	return r, nil
}

// change is Store.Update on the opened row. fn may run several times. fn's error comes back as it
// is; a row that is gone or cannot be opened is ErrNotLoggedIn.
func (m *Manager) change(ctx context.Context, st Store, key string, fn func(*entry) error) (entry, error) {
	var out entry
	var own, opening error
	r, err := st.Update(ctx, key, func(r Row) (Row, error) {
		own, opening = nil, nil
		e, err := m.open(key, r)
		if err != nil {
			opening = err
			return r, err
		}
		if own = fn(&e); own != nil {
			return r, own
		}
		r = m.close(key, &e)
		out = e
		return r, nil
	})
	switch {
	case err == nil:
		out.Rev = r.Rev
		return out, nil
	case own != nil:
		return entry{}, own
	case opening != nil:
		if _, err := m.spoil(ctx, st, key, opening); err != nil {
			return entry{}, err
		}
		return entry{}, ErrNotLoggedIn
	case errors.Is(err, ErrAbsent):
		return entry{}, ErrNotLoggedIn
	}
	return entry{}, m.storeFault(ctx, err)
}

// note changes what a row keeps in the open. fn returns false to write nothing; it may run several
// times.
func (m *Manager) note(ctx context.Context, id string, fn func(*Row, clocks) bool) (Row, error) {
	key := keyOf(id)
	e, st, at, found, err := m.load(ctx, key)
	if err != nil {
		return Row{}, err
	}
	if !found || e.Ended != "" {
		return Row{}, ErrNotLoggedIn
	}
	if probe := e.Clone(); !fn(&probe, at) { // the common case of a touch needs no transaction
		return e.Row, nil
	}
	var seen Row
	r, err := st.Update(ctx, key, func(r Row) (Row, error) {
		if r.Ended != "" {
			return r, ErrNotLoggedIn
		}
		if !fn(&r, at) {
			seen = r
			return r, errUnchanged
		}
		r.Due = m.p.due(r)
		return r, nil
	})
	switch {
	case errors.Is(err, errUnchanged):
		return seen, nil
	case errors.Is(err, ErrNotLoggedIn), errors.Is(err, ErrAbsent):
		return Row{}, ErrNotLoggedIn
	case err != nil:
		return Row{}, m.storeFault(ctx, err)
	}
	return r, nil
}

// Touch notes an action of the person, for the idle limit. written tells that the note was old
// enough to be written; that is the time to send the cookie again, which then lives CookieMaxAge
// from now. Polling and streams are no actions.
func (m *Manager) Touch(ctx context.Context, id string) (written bool, err error) {
	_, err = m.note(ctx, id, func(r *Row, at clocks) bool {
		written = m.p.touch(r, at.store)
		return written
	})
	return written && err == nil, err
}

// TouchOf is Touch for a session that the same request read a moment ago: where there was nothing to write then, the store is not asked again.
func (m *Manager) TouchOf(ctx context.Context, s Session) (written bool, err error) {
	if s.Active() && s.glance.noted && s.glance.fresh() {
		return false, nil
	}
	return m.Touch(ctx, s.ID)
}

// Present notes that the browser is still there: call it when a stream opens and while it lasts,
// more often than the presence limit.
func (m *Manager) Present(ctx context.Context, id string) error {
	_, err := m.note(ctx, id, func(r *Row, at clocks) bool {
		l := m.p.limits(*r)
		if l.Presence <= 0 || r.HereUntil.Sub(at.store) > l.Presence*9/10 {
			return false
		}
		r.HereUntil = at.store.Add(l.Presence)
		return true
	})
	return err
}

// RaiseData raises the counter that tells remembered query results apart.
func (m *Manager) RaiseData(ctx context.Context, id string) error {
	_, err := m.note(ctx, id, func(r *Row, _ clocks) bool { r.Data++; return true })
	return err
}

// SpendNonce notes nonce as spent; false means that it was spent before. The last 32 are kept.
func (m *Manager) SpendNonce(ctx context.Context, id, nonce string) (bool, error) {
	return m.spend(ctx, id, nonce, func([]string) bool { return true })
}

// SpendNonceAfter is SpendNonce for a nonce that was made when last was the session's LastSpent. It is false as well where so many have been
// spent since that this one may be forgotten.
func (m *Manager) SpendNonceAfter(ctx context.Context, id, nonce, last string) (bool, error) {
	return m.spend(ctx, id, nonce, func(spent []string) bool {
		return slices.Contains(spent, last) || last == "" && len(spent) < maxSpent
	})
}

// spend notes nonce as spent unless it was, or known says of the row's nonces that nobody can tell.
func (m *Manager) spend(ctx context.Context, id, nonce string, known func(spent []string) bool) (bool, error) {
	unspent := false
	_, err := m.note(ctx, id, func(r *Row, _ clocks) bool {
		unspent = known(r.Spent) && !slices.Contains(r.Spent, nonce)
		if !unspent {
			return false
		}
		r.Spent = append(r.Spent, nonce)
		r.Spent = r.Spent[max(0, len(r.Spent)-maxSpent):]
		return true
	})
	return unspent && err == nil, err
}

// SetAppState keeps up to 16 KB for the app, sealed, until the session ends. ErrTooLarge beyond.
func (m *Manager) SetAppState(ctx context.Context, id string, state []byte) error {
	if len(state) > MaxAppState {
		return ErrTooLarge
	}
	sealed := m.sealState(keyOf(id), state)
	_, err := m.note(ctx, id, func(r *Row, _ clocks) bool { r.State = sealed; return true })
	return err
}

func (m *Manager) sealState(key string, state []byte) []byte {
	return m.cfg.Keys.Seal(sealApp, m.aad(key, sealApp), state)
}

func (m *Manager) openState(key string, sealed []byte) ([]byte, bool) {
	if sealed == nil {
		return nil, false
	}
	b, err := m.cfg.Keys.Open(sealApp, m.aad(key, sealApp), sealed)
	return b, err == nil
}
