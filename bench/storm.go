package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/usherdev/usher/session"
)

const (
	stormed   = 10_000
	askers    = 2 // for each session at once
	callTakes = 20 * time.Millisecond
)

// issuing stands for a backend that takes callTakes for a refresh, and counts.
type issuing struct{ calls, flying, most atomic.Int64 }

func (b *issuing) refresh(ctx context.Context, _ session.AuthData) (session.Answer, error) {
	n := b.calls.Add(1)
	for now := b.flying.Add(1); ; {
		most := b.most.Load()
		if now <= most || b.most.CompareAndSwap(most, now) {
			break
		}
	}
	defer b.flying.Add(-1)
	select {
	case <-time.After(callTakes):
	case <-ctx.Done():
		return session.Answer{}, ctx.Err()
	}
	token, refresh, expiry := session.NewSecret(fmt.Sprintf("%0400d", n)), session.NewSecret(fmt.Sprintf("r%099d", n)), time.Now().Add(time.Hour)
	return session.Answer{Class: session.Success, Update: session.Update{Token: &token, RefreshToken: &refresh, Expiry: &expiry}}, nil
}

// storm lets many sessions expire at once while one that is fine is read beside. The baselines are the same reads before it, and the time that the
// calls alone would take.
func storm(ctx context.Context, dir string) (err error) {
	b := &issuing{}
	h, err := newHouse(ctx, dir, "storm.db", 0, func(c *session.Config) {
		c.Refresh, c.Rotation, c.Now = b.refresh, session.RotationStrict, time.Now
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close(ctx)) }()
	ids, err := h.enter(ctx, stormed, time.Now().Add(-time.Second))
	if err != nil {
		return err
	}
	calm, err := h.m.LogIn(ctx, "", loginOf(0), true)
	if err != nil {
		return err
	}
	before, err := readsUntil(ctx, h.m, calm.ID, func(n int) bool { return n == 2000 })
	if err != nil {
		return err
	}
	var over atomic.Bool
	beside := make(chan []time.Duration, 1)
	var readFault error
	go func() {
		took, err := readsUntil(ctx, h.m, calm.ID, func(int) bool { return over.Load() })
		readFault = err
		beside <- took
	}()
	began := time.Now()
	waited, faults := wake(ctx, h.m, ids)
	drained := time.Since(began)
	over.Store(true)
	during := <-beside
	alone := callTakes * stormed / time.Duration(max(1, b.most.Load()))
	fmt.Printf("a storm: %d sessions expire at once, %d requests wait for each, the backend takes %v\n", stormed, askers, callTakes)
	fmt.Printf("  refreshes        %8d   (exactly one a session), %d at once at most, %d errors\n", b.calls.Load(), b.most.Load(), faults)
	fmt.Printf("  drained in       %8.1f s, %.1f × the %.1f s that the calls alone take\n", drained.Seconds(), drained.Seconds()/alone.Seconds(), alone.Seconds())
	fmt.Printf("  waiters          %8.1f s p50, %.1f s p99 until they had the new token (told to come back after 5 s, and came)\n", at(waited, 50).Seconds(), at(waited, 99).Seconds())
	fmt.Printf("  another's read   %8v p50, %v p99; before the storm %v p50, %v p99; ratio of p50 %.1f\n\n", at(during, 50), at(during, 99), at(before, 50), at(before, 99),
		at(during, 50).Seconds()/at(before, 50).Seconds())
	if b.calls.Load() != stormed || faults != 0 {
		return errors.Join(readFault, fmt.Errorf("%d refreshes and %d errors for %d expiries", b.calls.Load(), faults, stormed))
	}
	return readFault
}

// enter makes logins from several sides at once.
func (h *house) enter(ctx context.Context, n int, expiry time.Time) ([]string, error) {
	ids, faults := make([]string, n), make([]error, clients)
	var wg sync.WaitGroup
	for c := range clients {
		wg.Go(func() {
			for i := c; i < n && faults[c] == nil; i += clients {
				a := loginOf(i)
				a.Expiry = expiry
				var s session.Session
				s, faults[c] = h.m.LogIn(ctx, "", a, true)
				ids[i] = s.ID
			}
		})
	}
	wg.Wait()
	return ids, errors.Join(faults...)
}

// wake asks for all sessions at once, and comes back where it is told to.
func wake(ctx context.Context, m *session.Manager, ids []string) (waited []time.Duration, faults int64) {
	waited = make([]time.Duration, len(ids)*askers)
	var wrong atomic.Int64
	var wg sync.WaitGroup
	for i := range waited {
		wg.Go(func() {
			began := time.Now()
			for {
				s, found, err := m.Fresh(ctx, ids[i%len(ids)])
				if errors.Is(err, session.ErrBusy) {
					time.Sleep(session.RetryAfter(err))
					continue
				}
				if err != nil || !found || !s.Active() || s.Expired(time.Now()) {
					wrong.Add(1)
				}
				break
			}
			waited[i] = time.Since(began)
		})
	}
	wg.Wait()
	return waited, wrong.Load()
}

// readsUntil reads one session with a breath in between.
func readsUntil(ctx context.Context, m *session.Manager, id string, enough func(n int) bool) (took []time.Duration, err error) {
	for !enough(len(took)) {
		began := time.Now()
		s, found, err := m.Fresh(ctx, id)
		took = append(took, time.Since(began))
		if err != nil || !found || !s.Active() {
			return took, fmt.Errorf("a session that is fine: found %v, ended %q, %w", found, s.Ended, err)
		}
		time.Sleep(time.Millisecond)
	}
	return took, nil
}

// at is a percentile.
func at(took []time.Duration, percent int) time.Duration {
	if len(took) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(took))
	return s[min(len(s)-1, len(s)*percent/100)].Round(time.Microsecond)
}
