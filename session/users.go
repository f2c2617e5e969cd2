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

// Facts that several sessions share are rows of their own, under keys that no id hashes to: one a
// person, one a store. They hold no secret and are never due. (promises: refresh algorithm, 2.1)

// storeKey is where a store keeps its epoch.
const storeKey = "store"

// epochAge is how old a remembered epoch of the store may be. A flight asks anew.
const epochAge = time.Second

// user is what is true of all sessions of one person.
type user struct {
	Epoch    int64    `json:"epoch,omitempty"` // sessions of a lower one are over
	Why      Reason   `json:"why,omitempty"`   // the reason of the last raise
	Sessions []listed `json:"sessions,omitempty"`
}

// listed is a session of a person. It may be over by now.
type listed struct {
	Key string    `json:"key"`
	At  time.Time `json:"at"` // log-in, store's clock
}

// userKey names the row of a person. The store's own clock and epochs are kept by uid of an app.
func (m *Manager) userKey(uid string) string {
	sum := sha256.Sum256([]byte("user\x00" + m.cfg.App + "\x00" + uid))
	return "user." + hex.EncodeToString(sum[:])
}

// isSession tells the key of a session from those of shared facts.
func isSession(key string) bool { return key != storeKey && !strings.HasPrefix(key, "user.") }

func (m *Manager) readUser(ctx context.Context, uid string) (user, error) {
	var u user
	if uid == "" {
		return u, nil
	}
	r, found, err := m.cfg.Store.Read(ctx, m.userKey(uid))
	if err == nil && found {
		err = json.Unmarshal(r.State, &u)
	}
	if err != nil {
		return u, m.storeFault(ctx, err)
	}
	return u, nil
}

// changeUser changes the row of a person, made if there is none, and returns it. fn may run several
// times; false writes nothing.
func (m *Manager) changeUser(ctx context.Context, uid string, fn func(*user) bool) (user, error) {
	for {
		var u user
		_, err := m.cfg.Store.Update(ctx, m.userKey(uid), func(r Row) (Row, error) {
			u = user{}
			if err := json.Unmarshal(r.State, &u); err != nil {
				return r, err
			}
			if !fn(&u) {
				return r, errUnchanged
			}
			return withFacts(r, u)
		})
		if errors.Is(err, ErrAbsent) {
			u = user{}
			if !fn(&u) {
				return u, nil
			}
			var r Row
			if r, err = withFacts(Row{App: m.cfg.App}, u); err == nil {
				err = m.cfg.Store.Create(ctx, m.userKey(uid), r)
			}
			if errors.Is(err, ErrExists) {
				continue
			}
		}
		if err != nil && !errors.Is(err, errUnchanged) {
			return user{}, m.storeFault(ctx, err)
		}
		return u, nil
	}
}

func withFacts(r Row, facts any) (Row, error) {
	b, err := json.Marshal(facts)
	r.State = b
	return r, err
}

func (u *user) has(key string) bool {
	return slices.ContainsFunc(u.Sessions, func(l listed) bool { return l.Key == key })
}

func (u *user) drop(keys ...string) bool {
	n := len(u.Sessions)
	u.Sessions = slices.DeleteFunc(u.Sessions, func(l listed) bool { return slices.Contains(keys, l.Key) })
	return len(u.Sessions) < n
}

// enlist notes a session of a person, before there is a row of it, and returns the epoch that it
// belongs to.
func (m *Manager) enlist(ctx context.Context, uid, key string, now time.Time) (int64, error) {
	if uid == "" {
		return 0, nil
	}
	u, err := m.changeUser(ctx, uid, func(u *user) bool {
		if u.has(key) {
			return false
		}
		u.Sessions = append(u.Sessions, listed{key, now})
		return true
	})
	return u.Epoch, err
}

// unlist forgets a session that is over. It runs beside its caller; what it leaves behind, if the
// store is away, the next one who finds no room clears.
func (m *Manager) unlist(ctx context.Context, uid string, keys ...string) {
	if uid == "" || len(keys) == 0 {
		return
	}
	m.background(ctx, keys[0], func(ctx context.Context) {
		m.changeUser(ctx, uid, func(u *user) bool { return u.drop(keys...) })
	})
}

// makeRoom ends the oldest sessions of a person who has more than Config.PerUser (C15). key has just
// been made; if another log-in has driven it out meanwhile, it ends. A store that is away now leaves
// it to the next log-in.
func (m *Manager) makeRoom(ctx context.Context, uid, key string, now time.Time) error {
	u, err := m.readUser(ctx, uid)
	if err != nil || uid == "" {
		return err
	}
	if !u.has(key) {
		_, err := m.endKey(ctx, key, LoggedOutAway, nil)
		return err
	}
	if len(u.Sessions) <= m.perUser() {
		return nil
	}
	var over []string
	for _, l := range u.Sessions {
		_, r, found, err := m.find(ctx, l.Key)
		if err != nil {
			return err
		}
		if found && r.Ended != "" || !found && now.Sub(l.At) > time.Minute { // else it is being made
			over = append(over, l.Key)
		}
	}
	var oldest []listed
	if _, err := m.changeUser(ctx, uid, func(u *user) bool {
		u.drop(over...)
		oldest = slices.Clone(u.Sessions[:max(0, len(u.Sessions)-m.perUser())])
		u.Sessions = u.Sessions[len(oldest):]
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
	var all []listed
	if _, err := m.changeUser(ctx, uid, func(u *user) bool {
		u.Epoch, u.Why = u.Epoch+1, why
		all = slices.Clone(u.Sessions)
		return true
	}); err != nil {
		return 0, err
	}
	// That was the end of them. What follows tells the backend, and clears up.
	var done []string
	var faults []error
	n := 0
	for _, l := range all {
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
		return n, fmt.Errorf("%d of %d log-outs are not settled: %w", len(faults), len(all), faults[0])
	}
	_, err := m.changeUser(ctx, uid, func(u *user) bool { return u.drop(done...) })
	return n, err
}

// List returns the active sessions of a person, the oldest first, without ids and tokens.
func (m *Manager) List(ctx context.Context, uid string) ([]Session, error) {
	u, err := m.readUser(ctx, uid)
	if err != nil {
		return nil, err
	}
	var out []Session
	for _, l := range u.Sessions {
		e, _, at, found, err := m.load(ctx, l.Key)
		if err != nil {
			return nil, err
		}
		if !found || e.Ended != "" || e.Auth.UID != uid {
			continue
		}
		s := m.session("", l.Key, e, at.store)
		s.Auth, s.AppState = AuthData{UID: uid, Expiry: s.Auth.Expiry}, nil
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
	for {
		_, err := st.Update(ctx, storeKey, func(r Row) (Row, error) {
			f, err := readFacts(r)
			if err != nil {
				return r, err
			}
			return withFacts(r, storeFacts{f.Epoch + 1})
		})
		if !errors.Is(err, ErrAbsent) {
			return err
		}
		r, err := withFacts(Row{}, storeFacts{1})
		if err != nil {
			return err
		}
		if err := st.Create(ctx, storeKey, r); !errors.Is(err, ErrExists) {
			return err
		}
	}
}

func readFacts(r Row) (f storeFacts, err error) {
	return f, json.Unmarshal(r.State, &f)
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
	r, found, err := st.Read(ctx, storeKey)
	var f storeFacts
	if err == nil && found {
		f, err = readFacts(r)
	}
	if err != nil {
		return 0, m.storeFault(ctx, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.epochs[i] = remembered{f.Epoch, time.Now().Add(epochAge)}
	return f.Epoch, nil
}

// bounds are what ends a session besides its own limits.
type bounds struct {
	store   int64
	user    int64
	userWhy Reason
}

func (m *Manager) bounds(ctx context.Context, st Store, e entry) (b bounds, err error) {
	if e.Ended != "" {
		return b, nil
	}
	if b.store, err = m.storeEpoch(ctx, st, false); err != nil {
		return b, err
	}
	u, err := m.readUser(ctx, e.Auth.UID)
	b.user, b.userWhy = u.Epoch, u.Why
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
	return over(r, now)
}
