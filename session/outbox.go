package session

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// sweepBatch bounds what one sweep takes on.
const sweepBatch = 200

// sweepForever settles rows that are due: limits that nobody asked about, upstream log-outs that
// failed, ended rows that may go.
func (m *Manager) sweepForever(ctx context.Context) {
	tick := time.NewTicker(m.p.t.SweepEvery)
	defer tick.Stop()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for {
		select {
		case <-m.stop:
			return
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		m.sweep(ctx, m.cfg.Store)
		if m.cfg.Volatile != m.cfg.Store {
			m.sweep(ctx, m.cfg.Volatile)
		}
	}
}

// sweep works through due rows in batches. A fault ends it until the next tick.
func (m *Manager) sweep(ctx context.Context, st Store) {
	for {
		now, err := st.Now(ctx)
		if err != nil {
			m.storeFault(ctx, err)
			return
		}
		batch, err := st.Sweep(ctx, m.cfg.App, now, sweepBatch)
		if err != nil {
			m.storeFault(ctx, err)
			return
		}
		if m.settleBatch(ctx, st, batch, now) != nil || len(batch) < sweepBatch {
			return
		}
	}
}

// settleBatch does what the rows of a batch are due for; where the store can, those that end now end together,
// and those that may go, go together.
func (m *Manager) settleBatch(ctx context.Context, st Store, batch []Keyed, now time.Time) error {
	batch, err := m.endOverdue(ctx, st, batch, now)
	if err != nil {
		return err
	}
	var gone []string
	for _, k := range batch {
		select {
		case <-m.stop:
			return ErrClosed
		default:
		}
		forget, err := m.settleDue(ctx, st, k.Key, k.Row, now)
		if err != nil {
			return err
		}
		if forget {
			gone = append(gone, k.Key)
		}
	}
	return m.purge(ctx, st, gone)
}

// Batcher is what a Store may offer besides: to change many rows in one short transaction. Without it
// they are changed one by one, and each waits for the disk.
type Batcher interface {
	// UpdateAll is Update on each row; all of it is written, or nothing. A row that is absent, or for
	// which fn returns an error, stays as it is.
	UpdateAll(ctx context.Context, keys []string, fn func(key string, r Row) (Row, error)) error
}

// Purger is what a Store may offer besides: to remove many rows in one short transaction.
type Purger interface {
	// Purge removes rows; absent ones are no error.
	Purge(ctx context.Context, keys []string) error
}

// endOverdue ends the rows of a batch that are past their own limits, in one transaction, if the store
// can do that. It returns the rows that are left to settle.
func (m *Manager) endOverdue(ctx context.Context, st Store, batch []Keyed, now time.Time) (left []Keyed, err error) {
	many, ok := st.(Batcher)
	if !ok {
		return batch, nil
	}
	var keys []string
	for _, k := range batch {
		if over(k.Row, now) != "" {
			keys = append(keys, k.Key)
		}
	}
	if len(keys) == 0 {
		return batch, nil
	}
	ended := map[string]entry{}
	err = many.UpdateAll(ctx, keys, func(key string, r Row) (Row, error) {
		delete(ended, key)
		why := over(r, now)
		e, err := m.open(key, r)
		if err != nil || why == "" {
			return r, errUnchanged // active again, ended, or spoiled: it is settled alone
		}
		m.p.end(&e, why, now)
		r = m.close(key, &e)
		ended[key] = e
		return r, nil
	})
	if err != nil {
		return nil, m.storeFault(ctx, err)
	}
	for _, k := range batch {
		e, ok := ended[k.Key]
		if !ok {
			left = append(left, k)
			continue
		}
		m.ended(ctx, st, k.Key, e)
		m.unlist(ctx, e.whose, k.Key)
	}
	return left, nil
}

func (m *Manager) purge(ctx context.Context, st Store, keys []string) error {
	if p, ok := st.(Purger); ok && len(keys) > 0 {
		if err := p.Purge(ctx, keys); err != nil {
			return m.storeFault(ctx, err)
		}
		return nil
	}
	for _, key := range keys {
		if err := st.Delete(ctx, key); err != nil {
			return m.storeFault(ctx, err)
		}
	}
	return nil
}

// settleDue does what one row is due for; it always moves Due on, or says that the row may go.
func (m *Manager) settleDue(ctx context.Context, st Store, key string, r Row, now time.Time) (forget bool, err error) {
	e, err := m.open(key, r)
	switch {
	case err != nil:
		_, err := m.spoil(ctx, st, key, err)
		return false, err
	case e.Ended == "":
		b, err := m.bounds(ctx, st, e)
		if err == nil {
			_, err = m.timeOut(ctx, st, key, b, now)
		}
		if errors.Is(err, ErrNotLoggedIn) {
			return false, nil
		}
		return false, err
	case len(e.Outbox) > 0:
		m.deliver(ctx, st, key)
		return false, nil
	case e.Ended == Moved && (!e.Auth.Token.IsZero() || !e.Auth.RefreshToken.IsZero()):
		return false, m.abandoned(ctx, st, key, r)
	}
	return true, nil
}

// abandoned deals with a session that moved but never arrived: its pair is revoked.
func (m *Manager) abandoned(ctx context.Context, st Store, key string, r Row) error {
	_, found, err := st.Read(ctx, r.Successor)
	if err != nil {
		return m.storeFault(ctx, err)
	}
	e, err := m.change(ctx, st, key, func(e *entry) error {
		if !found {
			m.p.enqueue(e, e.Auth)
		}
		e.Auth = AuthData{}
		e.SealNo++
		return nil
	})
	if err == nil && len(e.Outbox) > 0 {
		m.deliver(ctx, st, key)
	}
	return err
}

// deliver tells the backend of each pair in the row's outbox that is due. What fails stays, with a
// later due time, until RevokeFor is over.
func (m *Manager) deliver(ctx context.Context, st Store, key string) {
	now, err := st.Now(ctx)
	if err != nil {
		m.storeFault(ctx, err)
		return
	}
	epoch, err := m.storeEpoch(ctx, st, true)
	if err != nil {
		return
	}
	var due []Pending
	_, err = m.change(ctx, st, key, func(e *entry) error { // claims them, so that no other node does the same
		due = due[:0]
		if e.StoreEpoch < epoch { // restored: it may have been delivered, and the backend has gone on
			e.Outbox = nil
			return nil
		}
		for i := range e.Outbox {
			o := &e.Outbox[i]
			if !o.Due.After(now) {
				due = append(due, *o)
				o.Tries++
				o.Due = now.Add(backOff(o.Tries))
			}
		}
		if len(due) == 0 {
			return errUnchanged
		}
		return nil
	})
	if err != nil {
		return // gone, claimed by another, or reported by change
	}
	for _, o := range due {
		m.deliverOne(ctx, st, key, o, now)
	}
}

// backOff is a minute at least: longer than a call lasts, so that a claim holds.
func backOff(tries int) time.Duration {
	return min(time.Minute<<min(tries-1, 6), time.Hour)
}

func (m *Manager) deliverOne(ctx context.Context, st Store, key string, o Pending, now time.Time) {
	err := m.revokePair(ctx, key, o)
	if err != nil {
		m.event(ctx, Event{Kind: EventRevokeFailed, Err: err}, key)
		if now.Sub(o.Since) < m.p.t.RevokeFor {
			return
		}
		m.event(ctx, Event{Kind: EventRevokeGivenUp, Err: err}, key)
	}
	ctx, cancel := m.lastChance(ctx)
	defer cancel()
	m.change(ctx, st, key, func(e *entry) error {
		for i := range e.Outbox {
			if string(e.Outbox[i].Sealed) == string(o.Sealed) {
				e.Outbox = append(e.Outbox[:i:i], e.Outbox[i+1:]...)
				return nil
			}
		}
		return errUnchanged
	})
}

func (m *Manager) revokePair(ctx context.Context, key string, o Pending) (err error) {
	if m.cfg.Revoke == nil {
		return nil // it was declared when the session ended, and is no longer
	}
	pair, err := m.openAuth(sealOutbox, m.aad(key, sealOutbox), o.Sealed)
	if err != nil {
		return nil // nobody can revoke what nobody can read
	}
	defer func() {
		if p := recovered(recover()); p != nil {
			err = fmt.Errorf("revoke: %w", p)
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, m.p.t.AttemptBudget)
	defer cancel()
	return m.cfg.Revoke(ctx, pair)
}
