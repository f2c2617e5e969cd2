package session

import (
	"context"
	"encoding/hex"
	"errors"
	"math"
	"time"
)

// Scanner is what a Store may offer besides: its rows page by page. Without it Rewrap takes all rows
// that are ever due at once, which is every session.
type Scanner interface {
	// Scan returns up to limit rows of app whose keys come after after, in the order of keys.
	Scan(ctx context.Context, app, after string, limit int) ([]Keyed, error)
}

// farFuture is later than any row is due, and a date that every store can hold.
var farFuture = time.Date(9000, 1, 1, 0, 0, 0, 0, time.UTC)

// scanPage is how many rows are looked at between two pauses for breath.
const scanPage = 200

// Rewrapped is what Rewrap has found and done.
type Rewrapped struct {
	Rows  int            // sessions seen
	Moved int            // sealed anew with the active key
	Keys  map[string]int // key id → rows that still name it; of an unknown key, those whose sessions have ended for it
}

// Rewrap seals what old keys have sealed anew with the active key, beside all other work, and logs
// nobody out. Once every node runs with the new active key and Rewrap reports rows of that key alone,
// the old ones can be dropped. A row whose key is missing ends its session. (A11)
func (m *Manager) Rewrap(ctx context.Context) (Rewrapped, error) {
	out := Rewrapped{Keys: map[string]int{}}
	stores := []Store{m.cfg.Store, m.cfg.Volatile}
	if m.cfg.Volatile == m.cfg.Store {
		stores = stores[:1]
	}
	for _, st := range stores {
		if err := m.eachRow(ctx, st, func(k Keyed) error { return m.rewrapRow(ctx, st, k, &out) }); err != nil {
			return out, err
		}
	}
	return out, nil
}

// eachRow hands out every session of a store.
func (m *Manager) eachRow(ctx context.Context, st Store, fn func(Keyed) error) error {
	next := func(string) ([]Keyed, error) {
		return st.Sweep(ctx, m.cfg.App, farFuture, math.MaxInt32)
	}
	limit := math.MaxInt32
	if sc, ok := st.(Scanner); ok {
		limit = scanPage
		next = func(after string) ([]Keyed, error) { return sc.Scan(ctx, m.cfg.App, after, limit) }
	}
	for after := ""; ; {
		page, err := next(after)
		if err != nil {
			return m.storeFault(ctx, err)
		}
		for _, k := range page {
			if err := ctx.Err(); err != nil {
				return err
			}
			after = k.Key
			if !isSession(k.Key) {
				continue
			}
			if err := fn(k); err != nil {
				return err
			}
		}
		if len(page) < limit {
			return nil
		}
	}
}

// rewrapRow brings one row to the active key.
func (m *Manager) rewrapRow(ctx context.Context, st Store, k Keyed, out *Rewrapped) error {
	out.Rows++
	active := m.cfg.Keys.active()
	if named := keysOf(k.Row); len(named) == 1 && named[active] {
		out.Keys[hex.EncodeToString(active[:])]++
		return nil
	}
	e, err := m.change(ctx, st, k.Key, func(e *entry) error { // which seals the tokens
		if state, ok := m.openState(k.Key, e.State); ok {
			e.State = m.sealState(k.Key, state)
		}
		for i := range e.Outbox {
			aad := m.aad(k.Key, sealOutbox)
			if pair, err := m.openAuth(sealOutbox, aad, e.Outbox[i].Sealed); err == nil {
				e.Outbox[i].Sealed = m.sealAuth(sealOutbox, aad, pair)
			}
		}
		return nil
	})
	switch {
	case errors.Is(err, ErrNotLoggedIn):
		for id := range keysOf(k.Row) {
			if id != active && !m.cfg.Keys.has(id) {
				out.Keys[hex.EncodeToString(id[:])]++
			}
		}
		return nil
	case err != nil:
		return err
	}
	out.Moved++
	for id := range keysOf(e.Row) {
		out.Keys[hex.EncodeToString(id[:])]++
	}
	return nil
}

// keysOf returns the ids of the keys that a row names.
func keysOf(r Row) map[[keyIDLen]byte]bool {
	ids := map[[keyIDLen]byte]bool{}
	note := func(sealed []byte) {
		if len(sealed) >= sealHead {
			ids[[keyIDLen]byte(sealed[1:])] = true
		}
	}
	note(r.Sealed)
	note(r.State)
	for _, o := range r.Outbox {
		note(o.Sealed)
	}
	return ids
}
