package hostile_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/usherdev/usher/internal/hostile"
	"github.com/usherdev/usher/session"
)

// TestB18_WrongClocks: two nodes and the backend each have a clock of their own. Nobody is logged out, an expiry costs one
// call and at most one more, and never two at once.
func TestB18_WrongClocks(t *testing.T) {
	clocks := map[string]struct{ one, two, backend time.Duration }{
		"all right":             {},
		"nodes apart by 5 min":  {one: -5 * time.Minute, two: 5 * time.Minute},
		"nodes apart by 24 h":   {one: -24 * time.Hour, two: 24 * time.Hour},
		"backend 10 min ahead":  {backend: 10 * time.Minute},
		"backend 10 min behind": {backend: -10 * time.Minute},
		"all wrong":             {one: 24 * time.Hour, two: -5 * time.Minute, backend: -10 * time.Minute},
	}
	if volume(0, 1) > 0 { // each with each
		for _, one := range []time.Duration{-24 * time.Hour, -5 * time.Minute, 0, 5 * time.Minute, 24 * time.Hour} {
			for _, two := range []time.Duration{-24 * time.Hour, -5 * time.Minute, 0, 5 * time.Minute, 24 * time.Hour} {
				for _, backend := range []time.Duration{-10 * time.Minute, 0, 10 * time.Minute} {
					clocks[fmt.Sprint(one, two, backend)] = struct{ one, two, backend time.Duration }{one, two, backend}
				}
			}
		}
	}
	t.Logf("%d settings of three clocks", len(clocks))
	for name, off := range clocks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := start(t, hostile.Config{Rotation: hostile.RotateStrict})
			srv.Advance(off.backend)
			st := session.NewMemory()
			one := clocked(t, srv, st, func() time.Time { return time.Now().Add(off.one) })
			two := clocked(t, srv, st, func() time.Time { return time.Now().Add(off.two) })
			p := srv.LogIn("ada")
			a := authOf(p)
			a.Expiry = time.Now().Add(off.one).Add(time.Hour)
			s, err := one.LogIn(t.Context(), "", a, true)
			if err != nil {
				t.Fatal(err)
			}
			expiries := volume(5, 100)
			for range expiries {
				one.expire(t, s.ID)
				var wg sync.WaitGroup
				for i := range 20 {
					wg.Go(func() { [2]*node{one, two}[i%2].settle(t, s.ID) })
				}
				wg.Wait()
				one.isLive(t, one.settle(t, s.ID), p.Family)
			}
			if n := srv.Sends(); n < expiries || n > expiries+1 || srv.Spent() != 0 {
				t.Errorf("%d calls for %d expiries, %d spent", n, expiries, srv.Spent())
			}
			if most, _ := srv.InFlight(); most != 1 {
				t.Errorf("%d calls at once", most)
			}
			for _, n := range []struct {
				*node
				off time.Duration
			}{{one, off.one}, {two, off.two}} {
				// No clock is believed to be off by more than a day: what is beyond stays in the expiry.
				beyond := max((off.one-off.backend).Abs(), (off.two-off.backend).Abs(), 24*time.Hour) - 24*time.Hour
				left := n.settle(t, s.ID).Auth.Expiry.Sub(time.Now().Add(n.off))
				if (left - time.Hour).Abs() > beyond+time.Minute {
					t.Errorf("a node whose clock is %v off reads the token's hour as %v", n.off, left)
				}
			}
		})
	}
}

// clocked is a node whose clock is now.
func clocked(t *testing.T, srv *hostile.Server, st session.Store, now func() time.Time) *node {
	t.Helper()
	return newNode(t, srv, rotation(hostile.RotateStrict), patient, func(c *session.Config) {
		c.Store, c.Volatile, c.Now = st, st, now
		c.Refresh = caller(t, srv.URL(), now).Refresher()
	})
}

// TestB18_JumpDuringALease: a node's clock jumps while its call is under way. The lease runs on the store's clock, so no
// other call begins, and one further call at most follows.
func TestB18_JumpDuringALease(t *testing.T) {
	for _, jump := range []time.Duration{24 * time.Hour, -24 * time.Hour, 5 * time.Minute, -5 * time.Minute} {
		t.Run(fmt.Sprint(jump), func(t *testing.T) {
			t.Parallel()
			srv := start(t, hostile.Config{Rotation: hostile.RotateStrict})
			st := session.NewMemory()
			var offset atomic.Int64
			now := func() time.Time { return time.Now().Add(time.Duration(offset.Load())) }
			one, two := clocked(t, srv, st, now), clocked(t, srv, st, time.Now)
			p := srv.LogIn("ada")
			s, err := one.LogIn(t.Context(), "", authOf(p), true)
			if err != nil {
				t.Fatal(err)
			}
			srv.Next(hostile.Step{DelayHeaders: 100 * time.Millisecond})
			one.expire(t, s.ID)
			var wg sync.WaitGroup
			wg.Go(func() { one.settle(t, s.ID) })
			eventually(t, "the call is under way", func() bool { return srv.Sends() == 1 })
			offset.Store(int64(jump))
			for range 10 {
				wg.Go(func() { one.settle(t, s.ID) })
				wg.Go(func() { two.settle(t, s.ID) })
			}
			wg.Wait()
			for range 3 {
				one.isLive(t, one.settle(t, s.ID), p.Family)
			}
			if most, _ := srv.InFlight(); srv.Sends() > 2 || srv.Spent() != 0 || most != 1 {
				t.Errorf("%d calls, %d spent, %d at once", srv.Sends(), srv.Spent(), most)
			}
		})
	}
}

// TestB18_BackwardsWhileDown: a clock that is set back a day while the breaker is open does not keep it open for a day.
func TestB18_BackwardsWhileDown(t *testing.T) {
	srv := start(t, hostile.Config{})
	var offset atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(offset.Load())) }
	n := newNode(t, srv, func(c *session.Config) { c.Now = now })
	s, family := n.login(t, "ada")
	srv.Always(hostile.Step{Status: 500, Unprocessed: true})
	n.expire(t, s.ID)
	eventually(t, "the breaker opens", func() bool {
		_, _, _ = n.Fresh(context.Background(), s.ID) // it is unavailable
		return len(n.of(session.EventEndpointDown)) > 0
	})
	offset.Store(int64(-24 * time.Hour))
	srv.Script(nil)
	n.isLive(t, n.settle(t, s.ID), family)
}

// frozen holds a node's call where a stopped process would stand still, whatever its context says.
type frozen struct {
	mu      sync.Mutex
	at      string
	reached chan struct{}
	release chan struct{}
}

func (f *frozen) here(point string) {
	f.mu.Lock()
	stop := f.at == point
	f.at = map[bool]string{true: "", false: f.at}[stop] // once
	f.mu.Unlock()
	if stop {
		close(f.reached)
		<-f.release
	}
}

// TestC10_FrozenHolder: a node stands still past its lease, before sending or with the answer in hand; another takes over,
// then the first wakes up. It overwrites nothing newer, ends nothing and revokes nothing that lives. Only a strict backend
// that saw the same token twice ends the login, and that is named.
func TestC10_FrozenHolder(t *testing.T) {
	for _, r := range []hostile.Rotation{hostile.RotateRetrySafe, hostile.RotateStrict, hostile.RotateNone} {
		for _, point := range []string{"before send", "answer in hand"} {
			t.Run(fmt.Sprintf("%v/%s", r, point), func(t *testing.T) {
				t.Parallel()
				for range volume(1, 500) {
					freeze(t, r, point)
				}
			})
		}
	}
}

func freeze(t *testing.T, r hostile.Rotation, point string) {
	srv := start(t, hostile.Config{Rotation: r})
	defer func() { _ = srv.Close() }()
	st := session.NewMemory()
	f := &frozen{at: point, reached: make(chan struct{}), release: make(chan struct{})}
	shared := func(c *session.Config) {
		c.Store, c.Volatile = st, st
		c.Tuning.AttemptBudget, c.Tuning.Lease = 150*time.Millisecond, 200*time.Millisecond
		c.Tuning.NotSentDelays, c.Tuning.AmbiguousDelays = []time.Duration{}, []time.Duration{}
	}
	var got atomic.Int32 // the class of the answer in hand: a loaded machine may give none in time
	one := newNode(t, srv, rotation(r), shared, func(c *session.Config) {
		refresh := c.Refresh
		c.Refresh = func(ctx context.Context, a session.AuthData) (session.Answer, error) {
			f.here("before send")
			ans, err := refresh(ctx, a)
			got.CompareAndSwap(0, int32(ans.Class))
			f.here("answer in hand")
			return ans, err
		}
	})
	two := newNode(t, srv, rotation(r), shared, func(c *session.Config) { c.Tuning.AttemptBudget, c.Tuning.Lease = 5*time.Second, 6*time.Second })
	s, family := one.login(t, "ada")
	one.expire(t, s.ID)
	var wg sync.WaitGroup
	wg.Go(func() { _, _, _ = one.Fresh(context.Background(), s.ID) }) // it is told to come back
	<-f.reached
	took := two.settle(t, s.ID) // waits for the lease to lapse
	close(f.release)
	wg.Wait()
	eventually(t, "the woken node has landed", func() bool { one.mu.Lock(); defer one.mu.Unlock(); return one.flying["ada"] == 0 })
	last := two.settle(t, s.ID)
	if r == hostile.RotateStrict && point == "answer in hand" && session.Class(got.Load()) == session.Success {
		if took.Ended != session.LostRotation || last.Ended != session.LostRotation {
			t.Errorf("ended %q, then %q", took.Ended, last.Ended)
		}
		return
	}
	if r == hostile.RotateStrict && point == "answer in hand" && took.Ended == session.LostRotation {
		return // the answer came too late for one, and was lost
	}
	if last.Ver < took.Ver {
		t.Errorf("version %d after %d", last.Ver, took.Ver)
	}
	live, alive := srv.Live(family)
	if !alive || last.Ended != "" || last.Auth.RefreshToken.Reveal() != live.Refresh {
		t.Errorf("alive %v, ended %q", alive, last.Ended)
	}
	if ends := len(one.of(session.EventEnd)) + len(two.of(session.EventEnd)); ends != 0 {
		t.Errorf("%d ended", ends)
	}
}
