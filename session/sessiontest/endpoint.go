package sessiontest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/usherdev/usher/session"
)

// The size of Endpoint.
const (
	refused  = 90 // sessions that a backend refuses at once
	probe    = 200 * time.Millisecond
	lookedAt = 10 * probe // how long the nodes ask a dead endpoint
)

// Endpoint tests that nodes which share a store know the same of the refresh endpoint; open is that of
// Nodes, for a store of its own. While the endpoint is down they send one call a probe interval between
// them (B10), and when it refuses everybody they end no more sessions than one node would (B13).
func Endpoint(t *testing.T, open func(t *testing.T) session.Store) {
	b := &moody{}
	b.answer.Store(int32(session.Reject))
	var managers []*session.Manager
	for range nodes {
		managers = append(managers, b.node(t, open(t)))
	}
	var ids []string
	for i := range refused {
		s, err := managers[i%nodes].LogIn(t.Context(), "", session.AuthData{
			Token: session.NewSecret("t"), RefreshToken: session.NewSecret("r"), Expiry: time.Now().Add(-time.Second), UID: fmt.Sprint("uid", i),
		}, true)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, s.ID)
	}
	alive := b.refuseAll(t, managers, ids)
	b.fail(t, managers, alive)
	b.recover(t, managers, alive)
}

// moody stands for a backend that gives everybody the same answer.
type moody struct {
	answer atomic.Int32 // a session.Class
	calls  atomic.Int64
	alerts atomic.Int64 // of mass rejects
	downs  atomic.Int64
	ups    atomic.Int64
}

func (b *moody) refresh(context.Context, session.AuthData) (session.Answer, error) {
	b.calls.Add(1)
	token, expiry := session.NewSecret("new"), time.Now().Add(time.Hour)
	ans := session.Answer{Class: session.Class(b.answer.Load())}
	if ans.Class == session.Success {
		ans.Update = session.Update{Token: &token, Expiry: &expiry}
	}
	return ans, nil
}

func (b *moody) node(t *testing.T, st session.Store) *session.Manager {
	t.Helper()
	counts := map[session.EventKind]*atomic.Int64{
		session.EventMassReject: &b.alerts, session.EventEndpointDown: &b.downs, session.EventEndpointUp: &b.ups,
	}
	m, err := session.New(session.Config{
		App: "app", Store: st, Volatile: st, Keys: session.NewKeys([32]byte{7}), Refresh: b.refresh,
		Tuning: session.Tuning{
			Patience: time.Minute, Probe: probe, FailGuard: time.Millisecond, NotSentDelays: []time.Duration{}, HoldWindow: time.Minute,
			BreakerWindow: time.Minute, // a busy machine may take its time to fail
		},
		Events: func(e session.Event) {
			if n := counts[e.Kind]; n != nil {
				n.Add(1)
			}
			if e.Kind == session.EventStoreFault {
				t.Errorf("event %s: %v", e.Kind, e.Err)
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return m
}

// refuseAll asks for all sessions at once, on all nodes, and returns the ids that are left. A hold is
// over once its row says so, which is set back by hand here.
func (b *moody) refuseAll(t *testing.T, managers []*session.Manager, ids []string) (alive []string) {
	t.Helper()
	var wg sync.WaitGroup
	for i, id := range ids {
		wg.Go(func() {
			if _, _, err := managers[i%nodes].Fresh(t.Context(), id); err != nil && !errors.Is(err, session.ErrUnavailable) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, id := range ids {
		s, found, err := managers[0].Current(t.Context(), id)
		if err != nil || !found {
			t.Fatalf("Current = %v, %v", found, err)
		}
		if s.Ended == "" {
			alive = append(alive, id)
			expired := time.Now().Add(-time.Second)
			if _, err := managers[0].Update(t.Context(), id, session.Update{Expiry: &expired}, session.UpdateOptions{}); err != nil { // ends the hold of the row
				t.Fatal(err)
			}
		}
	}
	if ended := len(ids) - len(alive); ended > 19 || b.alerts.Load() != 1 {
		t.Errorf("%d of %d nodes' sessions ended, %d alerts; one node alone would have ended 19, with one alert", ended, nodes, b.alerts.Load())
	}
	return alive
}

// fail lets the endpoint be down, opens the breaker and asks on all nodes for a while.
func (b *moody) fail(t *testing.T, managers []*session.Manager, ids []string) {
	t.Helper()
	b.answer.Store(int32(session.NotSent))
	for i := 0; b.downs.Load() == 0 && i < 10*len(ids); i++ {
		managers[i%nodes].Fresh(t.Context(), ids[i%len(ids)])
	}
	if b.downs.Load() != 1 {
		t.Fatalf("%d alerts after %d calls", b.downs.Load(), b.calls.Load())
	}
	start, before := time.Now(), b.calls.Load()
	var wg sync.WaitGroup
	for i, m := range managers {
		wg.Go(func() {
			for k := i; time.Since(start) < lookedAt; k++ {
				m.Fresh(t.Context(), ids[k%len(ids)])
			}
		})
	}
	wg.Wait()
	asked, most := b.calls.Load()-before, int64(time.Since(start)/probe)+2
	if asked > most || asked == 0 {
		t.Errorf("%d nodes asked the dead endpoint %d times, want 1 to %d", nodes, asked, most)
	}
	if b.downs.Load() != 1 {
		t.Errorf("%d alerts", b.downs.Load())
	}
}

// recover lets the endpoint work again: every node finds out.
func (b *moody) recover(t *testing.T, managers []*session.Manager, ids []string) {
	t.Helper()
	b.answer.Store(int32(session.Success))
	deadline := time.Now().Add(time.Minute)
	for i, id := range ids {
		for {
			s, _, err := managers[i%nodes].Fresh(t.Context(), id)
			if err == nil && s.Auth.Token.Reveal() == "new" {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("still not renewed: %v", err)
			}
		}
	}
	if b.ups.Load() != 1 {
		t.Errorf("%d times up", b.ups.Load())
	}
}
