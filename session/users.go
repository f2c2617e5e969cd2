package session

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Facts that several sessions share are rows of their own, under keys that no id hashes to: two a
// person, one an endpoint, one a store. They hold no secret and are never due. (promises: refresh algorithm, 2.1)

// storeKey is where a store keeps its epoch.
const storeKey = "store"

// epochAge is how old a remembered epoch of the store may be. A flight asks anew.
const epochAge = time.Second

// person is what is true of all sessions of one person. There is no row of it before the first raise,
// and it stays small, for each request reads it.
type person struct {
	Epoch int64  `json:"epoch"` // sessions of a lower one are over
	Why   Reason `json:"why"`   // the reason of the last raise
}

// roll lists the sessions of a person, in the order of their log-ins. Some may be over by now.
type roll struct {
	Sessions []listed `json:"sessions"`
}

type listed struct {
	Key string `json:"k"`
	At  int64  `json:"t"` // log-in, store's clock, milliseconds
}

// The prefixes of a person's rows.
const (
	personRow = "user."
	rollRow   = "list."
)

// shared names a row of a person.
func (m *Manager) shared(prefix, uid string) string {
	sum := sha256.Sum256([]byte("user\x00" + m.cfg.App + "\x00" + uid))
	return prefix + hex.EncodeToString(sum[:])
}

// isSession tells the key of a session from those of shared facts.
func isSession(key string) bool {
	return key != storeKey && !strings.HasPrefix(key, personRow) && !strings.HasPrefix(key, rollRow) && !strings.HasPrefix(key, endpointRow)
}

// facts reads a shared row into v, which stays as it is if there is none.
func (m *Manager) facts(ctx context.Context, st Store, key string, v any) error {
	r, found, err := st.Read(ctx, key)
	if err == nil && found {
		err = json.Unmarshal(r.State, v)
	}
	if err != nil {
		return m.storeFault(ctx, err)
	}
	return nil
}

func (m *Manager) person(ctx context.Context, uid string) (p person, err error) {
	if uid == "" {
		return p, nil
	}
	return p, m.facts(ctx, m.cfg.Store, m.shared(personRow, uid), &p)
}

func (m *Manager) roll(ctx context.Context, uid string) (r roll, err error) {
	if uid == "" {
		return r, nil
	}
	return r, m.facts(ctx, m.cfg.Store, m.shared(rollRow, uid), &r)
}

// changeRoll changes the list of a person. fn may run several times; false writes nothing.
func (m *Manager) changeRoll(ctx context.Context, uid string, fn func(*roll) bool) error {
	err := changeFacts(ctx, m.cfg.Store, m.shared(rollRow, uid), m.cfg.App, fn)
	if err != nil {
		return m.storeFault(ctx, err)
	}
	return nil
}

// changeFacts changes a shared row, made if there is none. fn may run several times; false writes
// nothing.
func changeFacts[T any](ctx context.Context, st Store, key, app string, fn func(*T) bool) error {
	for {
		_, err := st.Update(ctx, key, func(r Row) (Row, error) {
			var v T
			if err := json.Unmarshal(r.State, &v); err != nil {
				return r, err
			}
			if !fn(&v) {
				return r, errUnchanged
			}
			return withFacts(r, v)
		})
		if errors.Is(err, ErrAbsent) {
			var v T
			if !fn(&v) {
				return nil
			}
			var r Row
			if r, err = withFacts(Row{App: app}, v); err == nil {
				err = st.Create(ctx, key, r)
			}
		}
		if errors.Is(err, ErrExists) {
			continue
		}
		if errors.Is(err, errUnchanged) {
			return nil
		}
		return err
	}
}

func withFacts(r Row, facts any) (Row, error) {
	b, err := json.Marshal(facts)
	r.State = b
	return r, err
}

func (r *roll) has(key string) bool {
	return slices.ContainsFunc(r.Sessions, func(l listed) bool { return l.Key == key })
}

func (r *roll) drop(keys ...string) bool {
	n := len(r.Sessions)
	r.Sessions = slices.DeleteFunc(r.Sessions, func(l listed) bool { return slices.Contains(keys, l.Key) })
	return len(r.Sessions) < n
}

// enlist notes a session of a person, before there is a row of it, and returns the epoch that it
// belongs to. EndAll raises the epoch first and reads the list then, so that it either finds the
// session or has made its epoch too low.
func (m *Manager) enlist(ctx context.Context, uid, key string, now time.Time) (int64, error) {
	if uid == "" {
		return 0, nil
	}
	err := m.changeRoll(ctx, uid, func(r *roll) bool {
		if r.has(key) {
			return false
		}
		r.Sessions = append(r.Sessions, listed{key, now.UnixMilli()})
		return true
	})
	if err != nil {
		return 0, err
	}
	p, err := m.person(ctx, uid)
	return p.Epoch, err
}

// unlist forgets a session that is over. It runs beside its caller; what it leaves behind, if the
// store is away, the next one who finds no room clears.
func (m *Manager) unlist(ctx context.Context, uid string, keys ...string) {
	if uid == "" || len(keys) == 0 {
		return
	}
	m.background(ctx, keys[0], func(ctx context.Context) {
		m.changeRoll(ctx, uid, func(r *roll) bool { return r.drop(keys...) })
	})
}

// makeRoom ends the oldest sessions of a person who has more than Config.PerUser (C15). key has just
// been made; if another log-in has driven it out meanwhile, it ends. A store that is away now leaves
// it to the next log-in.
func (m *Manager) makeRoom(ctx context.Context, uid, key string, now time.Time) error {
	known, err := m.roll(ctx, uid)
	if err != nil || uid == "" {
		return err
	}
	if !known.has(key) {
		_, err := m.endKey(ctx, key, LoggedOutAway, nil)
		return err
	}
	if len(known.Sessions) <= m.perUser() {
		return nil
	}
	var over []string
	for _, l := range known.Sessions {
		_, r, found, err := m.find(ctx, l.Key)
		if err != nil {
			return err
		}
		if found && r.Ended != "" || !found && now.UnixMilli()-l.At > time.Minute.Milliseconds() { // else it is being made
			over = append(over, l.Key)
		}
	}
	var oldest []listed
	if err := m.changeRoll(ctx, uid, func(r *roll) bool {
		r.drop(over...)
		oldest = slices.Clone(r.Sessions[:max(0, len(r.Sessions)-m.perUser())])
		r.Sessions = r.Sessions[len(oldest):]
		return true
	}); err != nil {
		return err
	}
	for _, l := range oldest {
		if _, err := m.endKey(ctx, l.Key, LoggedOutAway, nil); err != nil {
			return err
		}
	}
	return nil
}

func (m *Manager) perUser() int {
	if m.cfg.PerUser == 0 {
		return 1000
	}
	return m.cfg.PerUser
}

// EndAll logs a person out everywhere: once it has returned, no node accepts a session that was
// there when it was called. why is what their browsers are told; empty means LoggedOutAway. It
// returns how many sessions it ended. After an error some of them may still be there, or not yet be
// queued for the backend to be told: call it again. (C8)
func (m *Manager) EndAll(ctx context.Context, uid string, why Reason) (int, error) {
	if uid == "" {
		return 0, fmt.Errorf("%w: a session without uid belongs to nobody whose sessions could end", ErrInvalid)
	}
	if why == "" {
		why = LoggedOutAway
	}
	return m.raise(ctx, uid, why, "")
}

// raise begins a new epoch of a person, which ends all sessions of those before; but is one that is in it already.
func (m *Manager) raise(ctx context.Context, uid string, why Reason, but string) (int, error) {
	if err := changeFacts(ctx, m.cfg.Store, m.shared(personRow, uid), m.cfg.App, func(p *person) bool {
		p.Epoch, p.Why = p.Epoch+1, why
		return true
	}); err != nil {
		return 0, m.storeFault(ctx, err)
	}
	// That was the end of them. What follows tells the backend, and clears up.
	all, err := m.roll(ctx, uid)
	if err != nil {
		return 0, err
	}
	var done []string
	var faults []error
	n := 0
	for _, l := range all.Sessions {
		if l.Key == but {
			continue
		}
		ended, err := m.endKey(ctx, l.Key, why, nil)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		done = append(done, l.Key)
		if ended {
			n++
		}
	}
	if len(faults) > 0 {
		return n, fmt.Errorf("%d of %d log-outs are not settled: %w", len(faults), len(all.Sessions), faults[0])
	}
	return n, m.changeRoll(ctx, uid, func(r *roll) bool { return r.drop(done...) })
}

// EndOthers logs the person of a session out everywhere else: once it has returned, no node accepts another session that was there when it was
// called. It returns how many sessions it ended. ErrNotLoggedIn says that id is none. After an error call it again. (C8)
func (m *Manager) EndOthers(ctx context.Context, id string) (int, error) {
	key := keyOf(id)
	e, st, _, found, err := m.load(ctx, key)
	switch uid := e.Auth.UID; {
	case err != nil:
		return 0, err
	case !found || e.Ended != "":
		return 0, ErrNotLoggedIn
	case uid == "":
		return 0, fmt.Errorf("%w: a session without uid belongs to nobody whose other sessions could end", ErrInvalid)
	}
	p, err := m.person(ctx, e.Auth.UID)
	if err != nil {
		return 0, err
	}
	// This one goes ahead into the next epoch, then the epoch begins. Where another log-out has raised it meanwhile, this one is over as well; it
	// may be there already, where the epoch did not begin the last time.
	if _, err := m.change(ctx, st, key, func(e *entry) error {
		if e.Ended != "" || e.UserEpoch < p.Epoch {
			return ErrNotLoggedIn
		}
		e.UserEpoch = p.Epoch + 1
		return nil
	}); err != nil {
		return 0, err
	}
	return m.raise(ctx, e.Auth.UID, LoggedOutAway, key)
}

// List returns the active sessions of a person, the oldest first, without ids and tokens.
func (m *Manager) List(ctx context.Context, uid string) ([]Session, error) {
	known, err := m.roll(ctx, uid)
	if err != nil {
		return nil, err
	}
	var out []Session
	for _, l := range known.Sessions {
		e, _, at, found, err := m.load(ctx, l.Key)
		if err != nil {
			return nil, err
		}
		if !found || e.Ended != "" || e.Auth.UID != uid {
			continue
		}
		s := m.session("", l.Key, e, at.store)
		s.Auth, s.AppState = AuthData{UID: uid, Expiry: s.Auth.Expiry, Device: s.Auth.Device}, nil
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b Session) int { return a.Created.Compare(b.Created) })
	return out, nil
}

// storeFacts is what is true of all rows of a store.
type storeFacts struct {
	Epoch int64 `json:"epoch,omitempty"`
}

// MarkRestored says that what st holds comes from a backup: from now on all its sessions read as
// ended with Restored, and none of their tokens is sent anywhere, for the backend has seen newer
// ones. Whoever restores a store calls it before a Manager uses the store. (C3, C14)
func MarkRestored(ctx context.Context, st Store) error {
	return changeFacts(ctx, st, storeKey, "", func(f *storeFacts) bool { f.Epoch++; return true })
}

// remembered is an epoch of a store as it was a moment ago.
type remembered struct {
	epoch int64
	until time.Time
}

// storeEpoch returns the epoch of st: as it is, or, unless anew, as it was a moment ago.
func (m *Manager) storeEpoch(ctx context.Context, st Store, anew bool) (int64, error) {
	i := 0
	if st == m.cfg.Volatile && st != m.cfg.Store {
		i = 1
	}
	m.mu.Lock()
	known := m.epochs[i]
	m.mu.Unlock()
	if !anew && time.Now().Before(known.until) {
		return known.epoch, nil
	}
	var f storeFacts
	if err := m.facts(ctx, st, storeKey, &f); err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.epochs[i] = remembered{f.Epoch, time.Now().Add(epochAge)}
	return f.Epoch, nil
}

// bounds are what ends a session besides its own limits.
type bounds struct {
	p       policy
	store   int64
	user    int64
	userWhy Reason
}

func (m *Manager) bounds(ctx context.Context, st Store, e entry) (b bounds, err error) {
	b.p = m.p
	if e.Ended != "" {
		return b, nil
	}
	if b.store, err = m.storeEpoch(ctx, st, false); err != nil {
		return b, err
	}
	p, err := m.person(ctx, e.Auth.UID)
	b.user, b.userWhy = p.Epoch, p.Why
	return b, err
}

// over returns why a row's time is over, if it is.
func (b bounds) over(r Row, now time.Time) Reason {
	switch {
	case r.Ended != "":
		return ""
	case r.StoreEpoch < b.store:
		return Restored
	case r.UserEpoch < b.user:
		return b.userWhy
	}
	if why := over(r, now); why != "" || r.Ended != "" {
		return why
	}
	return b.p.spent(r, now)
}
