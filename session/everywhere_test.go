package session_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/usherdev/usher/session"
)

// TestC8_NothingIsAcceptedAfterTheAcknowledgement: a person's sessions on three nodes, each with requests in flight, are
// logged out everywhere, or ended one by one. A request that begins after the acknowledgement finds its session over.
func TestC8_NothingIsAcceptedAfterTheAcknowledgement(t *testing.T) {
	for name, end := range map[string]func(ctx context.Context, ms []*session.Manager, all []session.Session) error{
		"everywhere": func(ctx context.Context, ms []*session.Manager, _ []session.Session) error {
			_, err := ms[1].EndAll(ctx, "ada", session.LoggedOutAway)
			return err
		},
		"one by one": func(ctx context.Context, ms []*session.Manager, all []session.Session) error {
			for i, s := range all {
				if err := ms[(i+1)%len(ms)].Kill(ctx, s.Key); err != nil {
					return err
				}
			}
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) { acknowledged(t, volume(60, 1000), end) })
	}
}

func acknowledged(t *testing.T, sessions int, end func(context.Context, []*session.Manager, []session.Session) error) {
	b := newBackend()
	st := session.NewMemory()
	var ms []*session.Manager
	for range 3 {
		m, _ := manager(t, b, func(c *session.Config) { c.Store, c.Volatile = st, st })
		ms = append(ms, m)
	}
	var all []session.Session
	for i := range sessions {
		all = append(all, logInAs(t, ms[i%3], "ada", i%4 > 0))
	}
	bob := logInAs(t, ms[0], "bob", true)
	var over, stop atomic.Bool
	var before, after, accepted atomic.Int64
	ask := func(m *session.Manager) {
		late := over.Load()
		s, found, err := m.Fresh(t.Context(), all[rand.IntN(len(all))].ID)
		if err != nil {
			t.Errorf("a request: %v", err)
		}
		if !late {
			before.Add(1)
			return
		}
		after.Add(1)
		if found && s.Active() {
			accepted.Add(1)
		}
	}
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() {
			for !stop.Load() {
				ask(ms[i%3])
			}
		})
	}
	reach(t, &before, 1000)
	if err := end(t.Context(), ms, all); err != nil {
		t.Error(err)
	}
	over.Store(true)
	reach(t, &after, int64(5*sessions))
	stop.Store(true)
	wg.Wait()
	for i, s := range all {
		if got := current(t, ms[i%3], s.ID); got.Ended != session.LoggedOutAway {
			t.Errorf("session %d: ended %q", i, got.Ended)
		}
	}
	fresh(t, ms[2], bob.ID)
	if accepted.Load() > 0 {
		t.Errorf("%d requests were accepted after the acknowledgement", accepted.Load())
	}
	t.Logf("%d sessions on 3 nodes: %d requests before the acknowledgement, %d after it, %d of those accepted", sessions, before.Load(), after.Load(), accepted.Load())
}

// reach waits until a count gets there.
func reach(t *testing.T, n *atomic.Int64, want int64) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); n.Load() < want; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d of %d", n.Load(), want)
		}
	}
}
