package session_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/usherdev/usher/session"
)

// stale is a store a fifth of whose readers are held up before they see what they have read.
type stale struct{ session.Store }

func (s stale) Read(ctx context.Context, key string) (session.Row, bool, error) {
	r, found, err := s.Store.Read(ctx, key)
	if rand.IntN(5) == 0 {
		time.Sleep(time.Duration(rand.IntN(200)) * time.Millisecond)
	}
	return r, found, err
}

// TestB3_WhoeverReadTheRowBeforeTheLease: a fifth of the callers of two nodes act on a row that is up to 200 ms old; no
// spent token is presented, and one expiry stays one call.
func TestB3_WhoeverReadTheRowBeforeTheLease(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		b.strict, b.latency = true, 20*time.Millisecond
		st := stale{session.NewMemory()}
		shared := func(c *session.Config) { c.Store, c.Volatile = st, st }
		one, _ := manager(t, b, shared)
		two, _ := manager(t, b, shared)
		id := logIn(t, one, b).ID
		expiries := volume(200, 10_000)
		for range expiries {
			time.Sleep(time.Hour)
			if _, err := one.Touch(t.Context(), id); err != nil { // somebody is there: no cookie outlives 400 days of silence
				t.Fatal(err)
			}
			var wg sync.WaitGroup
			for i := range 20 {
				wg.Go(func() {
					time.Sleep(time.Duration(rand.IntN(100)) * time.Millisecond)
					m := one
					if i%2 == 0 {
						m = two
					}
					if s, _, err := m.Fresh(t.Context(), id); err != nil || s.Ended != "" {
						t.Errorf("ended %q, %v", s.Ended, err)
					}
				})
			}
			wg.Wait()
		}
		if b.count() != expiries || b.reuses != 0 || b.maxFlying != 1 {
			t.Errorf("%d calls for %d expiries, %d spent tokens, %d at once", b.count(), expiries, b.reuses, b.maxFlying)
		}
	})
}

// TestB11_Interleavings: a "no" meets a newer pair at every moment. Whoever was told that the newer pair is stored keeps
// the session; whoever was not, finds it ended, after one call.
func TestB11_Interleavings(t *testing.T) {
	ended := 0
	for range volume(200, 5000) {
		bubble(t, func(t *testing.T) {
			b := newBackend()
			b.latency = time.Duration(1+rand.IntN(100)) * time.Millisecond
			b.always(rejected)
			st := stale{session.NewMemory()}
			shared := func(c *session.Config) { c.Store, c.Volatile = st, st }
			one, _ := manager(t, b, shared)
			two, _ := manager(t, b, shared)
			id := logIn(t, one, b).ID
			time.Sleep(time.Hour)
			var wg sync.WaitGroup
			wg.Go(func() { one.Fresh(t.Context(), id) })
			time.Sleep(time.Duration(rand.IntN(150)) * time.Millisecond)
			token, refresh, expiry := session.NewSecret("new"), session.NewSecret("newer"), time.Now().Add(time.Hour)
			_, err := two.Update(t.Context(), id, session.Update{Token: &token, RefreshToken: &refresh, Expiry: &expiry}, session.UpdateOptions{})
			wg.Wait()
			s := current(t, two, id)
			switch {
			case err == nil && (s.Ended != "" || s.Auth.RefreshToken.Reveal() != "newer"):
				t.Errorf("the stored pair was lost: ended %q", s.Ended)
			case err != nil && (!errors.Is(err, session.ErrNotLoggedIn) || s.Ended != session.Revoked):
				t.Errorf("%v, ended %q", err, s.Ended)
			}
			if b.count() > 1 {
				t.Errorf("%d calls", b.count())
			}
			if err != nil {
				ended++
			}
		})
	}
	if ended == 0 {
		t.Error("the true refusal was never met")
	}
}

// crashing is a store of which the n-th write from now panics, once.
type crashing struct {
	session.Store
	in atomic.Int32
}

func (c *crashing) Update(ctx context.Context, key string, fn func(session.Row) (session.Row, error)) (session.Row, error) {
	if c.in.Add(-1) == 0 {
		panic("boom")
	}
	return c.Store.Update(ctx, key, fn)
}

// TestB24_PanicInTheFlightFreesItsLease: wherever in the flight a bug strikes, waiters get an answer and the session is
// usable again within the lease.
func TestB24_PanicInTheFlightFreesItsLease(t *testing.T) {
	for write := range 2 { // begin, settle
		bubble(t, func(t *testing.T) {
			b := newBackend()
			st := &crashing{Store: session.NewMemory()}
			m, ev := manager(t, b, func(c *session.Config) { c.Store = st })
			id := logIn(t, m, b).ID
			time.Sleep(time.Hour)
			st.in.Store(int32(write + 1))
			if _, _, err := m.Fresh(t.Context(), id); !errors.Is(err, session.ErrUnavailable) {
				t.Errorf("write %d: the waiter got %v", write, err)
			}
			if len(ev.of(session.EventPanic)) != 1 {
				t.Errorf("write %d: %d panics reported", write, len(ev.of(session.EventPanic)))
			}
			time.Sleep(30 * time.Second)
			fresh(t, m, id)
		})
	}
}

// TestB24_PanicInTheOutbox: a bug in the app's log-out call stops nothing, and the pair is told later.
func TestB24_PanicInTheOutbox(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		var broken atomic.Bool
		broken.Store(true)
		m, ev := manager(t, b, func(c *session.Config) {
			c.Revoke = func(ctx context.Context, a session.AuthData) error {
				if broken.Load() {
					panic(a.RefreshToken.Reveal())
				}
				return b.revoke(ctx, a)
			}
		})
		if err := m.LogOut(t.Context(), logIn(t, m, b).ID); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		failed := ev.of(session.EventRevokeFailed)
		if len(failed) != 1 || failed[0].Err.Error() != "revoke: panic of type string" {
			t.Errorf("%+v", failed)
		}
		broken.Store(false)
		time.Sleep(time.Hour)
		if len(b.told()) != 1 {
			t.Errorf("told of %v", b.told())
		}
	})
}

// held is a store that takes four seconds to acknowledge a write.
type held struct{ session.Store }

func (h held) Update(ctx context.Context, key string, fn func(session.Row) (session.Row, error)) (session.Row, error) {
	r, err := h.Store.Update(ctx, key, fn)
	time.Sleep(4 * time.Second)
	return r, err
}

// TestC10_NothingIsSentAfterTheLease: the time for a call is counted from before its lease was taken, so that a holder who
// was slow to begin cannot send when another has taken over.
func TestC10_NothingIsSentAfterTheLease(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		st := session.NewMemory()
		var asked time.Time
		m, _ := manager(t, b, func(c *session.Config) {
			c.Store = held{st}
			c.Tuning.AttemptBudget = 28 * time.Second
			c.Refresh = func(ctx context.Context, a session.AuthData) (session.Answer, error) {
				if until, ok := ctx.Deadline(); !ok || !until.Before(asked.Add(30*time.Second)) {
					t.Errorf("the call may go on until %v after its lease was asked for", until.Sub(asked))
				}
				return b.refresh(ctx, a)
			}
		})
		id := logIn(t, m, b).ID
		time.Sleep(time.Hour)
		asked = time.Now()
		m.Fresh(t.Context(), id)
		time.Sleep(time.Minute)
		if b.count() != 1 {
			t.Errorf("%d calls", b.count())
		}
	})
}
