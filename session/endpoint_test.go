package session_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/usherdev/usher/session"
)

// watched is a store that counts the writes of the endpoint's row, and can be made to fail for it.
type watched struct {
	*session.Memory
	writes atomic.Int64
	away   atomic.Bool
	lag    time.Duration // from reading the row to handing it out
}

func (w *watched) at(key string, write bool) error {
	if !strings.HasPrefix(key, "endpoint.") {
		return nil
	}
	if write {
		w.writes.Add(1)
	}
	if w.away.Load() {
		return errors.New("away")
	}
	return nil
}

func (w *watched) Create(ctx context.Context, key string, r session.Row) error {
	if err := w.at(key, true); err != nil {
		return err
	}
	return w.Memory.Create(ctx, key, r)
}

func (w *watched) Read(ctx context.Context, key string) (session.Row, bool, error) {
	if err := w.at(key, false); err != nil {
		return session.Row{}, false, err
	}
	r, found, err := w.Memory.Read(ctx, key)
	if strings.HasPrefix(key, "endpoint.") {
		time.Sleep(w.lag)
	}
	return r, found, err
}

func (w *watched) Update(ctx context.Context, key string, fn func(session.Row) (session.Row, error)) (session.Row, error) {
	if err := w.at(key, true); err != nil {
		return session.Row{}, err
	}
	return w.Memory.Update(ctx, key, fn)
}

// cluster makes n nodes over one store; the events are those of all.
func cluster(t *testing.T, n int, b *backend, st session.Store, set ...func(*session.Config)) ([]*session.Manager, *events) {
	t.Helper()
	all := &events{}
	var nodes []*session.Manager
	for range n {
		m, _ := manager(t, b, append([]func(*session.Config){func(c *session.Config) { c.Store, c.Volatile, c.Events = st, st, all.add }}, set...)...)
		nodes = append(nodes, m)
	}
	return nodes, all
}

func TestB10_NodesShareTheBreaker(t *testing.T) {
	for name, f := range map[string]fault{"refused": refused, "silent": down} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				b := newBackend()
				nodes, ev := cluster(t, 3, b, &watched{Memory: session.NewMemory(), lag: time.Millisecond}) // all read before one claims
				var ids []string
				for i := range 30 {
					ids = append(ids, logIn(t, nodes[i%3], b).ID)
				}
				b.always(f)
				time.Sleep(time.Hour)
				start := time.Now()
				keepTrying(t, nodes, ids, volume(400, 7200))
				seconds := int(time.Since(start) / time.Second)
				t.Logf("%d calls in %d seconds", b.count(), seconds)
				if n := b.count(); n > seconds+20 || n < seconds/2 {
					t.Errorf("%d calls of three nodes in %d seconds, want one a second", n, seconds)
				}
				if downs, ends := len(ev.of(session.EventEndpointDown)), len(ev.of(session.EventEnd)); downs != 1 || ends != 0 {
					t.Errorf("%d alerts, %d ends", downs, ends)
				}
				b.always(works)
				b.noRotate = true
				time.Sleep(5 * time.Second)
				for i, id := range ids {
					fresh(t, nodes[i%3], id)
				}
				if ups := len(ev.of(session.EventEndpointUp)); ups != 1 {
					t.Errorf("%d times up", ups)
				}
			})
		})
	}
}

// keepTrying asks for each session four times a second, each time at all nodes at once.
func keepTrying(t *testing.T, nodes []*session.Manager, ids []string, tries int) {
	for range tries {
		var wg sync.WaitGroup
		for i, m := range nodes {
			wg.Go(func() {
				for k := i; k < len(ids); k += len(nodes) {
					if _, _, err := m.Fresh(t.Context(), ids[k]); !errors.Is(err, session.ErrUnavailable) && !errors.Is(err, session.ErrBusy) {
						t.Errorf("err = %v", err)
					}
				}
			})
		}
		wg.Wait()
		time.Sleep(time.Second / 4)
	}
}

func TestB12_NodesShareTheAlarm(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		b.always(misplaced)
		nodes, ev := cluster(t, 3, b, session.NewMemory())
		var ids []string
		for i := range 99 {
			ids = append(ids, logIn(t, nodes[i%3], b).ID)
		}
		time.Sleep(time.Hour)
		for i, id := range ids {
			if _, _, err := nodes[i%3].Fresh(t.Context(), id); !errors.Is(err, session.ErrUnavailable) {
				t.Fatal(err)
			}
		}
		if b.count() > 20 || len(ev.of(session.EventEndpointDown)) != 1 || len(ev.of(session.EventEnd)) != 0 {
			t.Errorf("%d calls, %d alerts, %d ends", b.count(), len(ev.of(session.EventEndpointDown)), len(ev.of(session.EventEnd)))
		}
	})
}

// TestB13_NodesShareTheHold: 1,000 sessions on three nodes, a minute of refusals, all nodes asking at once.
func TestB13_NodesShareTheHold(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		b.noRotate, b.latency = true, 30*time.Millisecond
		nodes, ev := cluster(t, 3, b, session.NewMemory())
		var ids []string
		for i := range 1000 {
			ids = append(ids, logInAs(t, nodes[i%3], fmt.Sprint(i), true).ID)
		}
		b.always(rejected)
		time.Sleep(time.Hour)
		var wg sync.WaitGroup
		for i, id := range ids {
			wg.Go(func() { nodes[i%3].Fresh(t.Context(), id) })
			if i%10 == 9 { // ten at once, on three nodes
				time.Sleep(600 * time.Millisecond)
			}
		}
		wg.Wait()
		b.always(works)
		time.Sleep(2 * time.Minute)
		alive := 0
		for i, id := range ids {
			if s, _, err := nodes[i%3].Fresh(t.Context(), id); err == nil && s.Ended == "" {
				alive++
			}
		}
		t.Logf("%d of 1000 alive, %d alerts", alive, len(ev.of(session.EventMassReject)))
		if alive < 975 || len(ev.of(session.EventMassReject)) != 1 {
			t.Errorf("%d of 1000 alive, %d alerts", alive, len(ev.of(session.EventMassReject)))
		}
	})
}

// TestB13_SuccessesOfOtherNodesCount: what one node is refused is no mass while the others are not.
func TestB13_SuccessesOfOtherNodesCount(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		b.noRotate = true
		bad := newBackend()
		bad.always(rejected)
		st := session.NewMemory()
		good, ev := cluster(t, 2, b, st)
		refusing, badEvents := cluster(t, 1, bad, st)
		time.Sleep(time.Hour)
		for i := range 50 { // a minute
			for k := range 4 {
				s := logInAs(t, good[0], fmt.Sprint("good", i, k), true)
				expire(t, good[0], s.ID)
				fresh(t, good[k%2], s.ID)
			}
			s := logInAs(t, good[0], fmt.Sprint("bad", i), true)
			expire(t, good[0], s.ID)
			if s, _, err := refusing[0].Fresh(t.Context(), s.ID); err != nil || s.Ended != session.Revoked {
				t.Fatalf("round %d: %q, %v", i, s.Ended, err)
			}
			time.Sleep(1200 * time.Millisecond)
		}
		if n := len(ev.of(session.EventMassReject)) + len(badEvents.of(session.EventMassReject)); n != 0 {
			t.Errorf("%d alerts", n)
		}
	})
}

func expire(t *testing.T, m *session.Manager, id string) {
	t.Helper()
	if _, err := m.ExpireNow(t.Context(), id); err != nil {
		t.Fatal(err)
	}
}

// TestB19_TheHealthyPathWritesNothingShared: a thousand renewals do not touch the row of the endpoint.
func TestB19_TheHealthyPathWritesNothingShared(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		b.noRotate, b.latency = true, 10*time.Millisecond
		st := &watched{Memory: session.NewMemory()}
		nodes, _ := cluster(t, 3, b, st)
		var ids []string
		for i := range 1000 {
			ids = append(ids, logInAs(t, nodes[i%3], fmt.Sprint(i), true).ID)
		}
		time.Sleep(time.Hour)
		var wg sync.WaitGroup
		for i, id := range ids {
			wg.Go(func() { fresh(t, nodes[i%3], id) })
		}
		wg.Wait()
		if b.count() != 1000 || st.writes.Load() != 0 {
			t.Errorf("%d calls, %d writes", b.count(), st.writes.Load())
		}
	})
}

// TestB10_ASickNodeStopsItselfAlone: a node that cannot reach the endpoint asks once a second, and the
// others, who can, go on as ever.
func TestB10_ASickNodeStopsItselfAlone(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b, cutOff := newBackend(), newBackend()
		b.noRotate = true
		cutOff.always(refused)
		st := session.NewMemory()
		well, ev := cluster(t, 1, b, st)
		sick, sickEvents := cluster(t, 1, cutOff, st, func(c *session.Config) { c.Tuning.NotSentDelays = []time.Duration{} })
		var ids []string
		for i := range 60 {
			ids = append(ids, logInAs(t, well[0], fmt.Sprint(i), true).ID)
		}
		time.Sleep(time.Hour)
		for i := range 600 { // a minute
			id := logInAs(t, well[0], "w", true).ID
			expire(t, well[0], id)
			fresh(t, well[0], id)
			sick[0].Fresh(t.Context(), ids[i%60])
			time.Sleep(100 * time.Millisecond)
		}
		if n := cutOff.count(); n > 60+20 {
			t.Errorf("the sick node sent %d calls in a minute", n)
		}
		if a, s := len(ev.of(session.EventEndpointDown)), len(sickEvents.of(session.EventEndpointDown)); a != 0 || s != 1 {
			t.Errorf("alerts: %d of the healthy node, %d of the sick one", a, s)
		}
		cutOff.always(works)
		cutOff.noRotate = true
		time.Sleep(5 * time.Second)
		fresh(t, sick[0], ids[0])
		if n := len(sickEvents.of(session.EventEndpointUp)); n != 1 {
			t.Errorf("%d times up", n)
		}
	})
}

// TestB10_B13_WithoutTheRowEachNodeGuardsItself: the row cannot be had, read or written.
func TestB10_B13_WithoutTheRowEachNodeGuardsItself(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		b.noRotate = true
		st := &watched{Memory: session.NewMemory()}
		st.away.Store(true)
		nodes, _ := cluster(t, 2, b, st, func(c *session.Config) { c.Tuning.NotSentDelays = []time.Duration{} })
		var ids []string
		for i := range 200 {
			ids = append(ids, logInAs(t, nodes[i%2], fmt.Sprint(i), true).ID)
		}
		time.Sleep(time.Hour)
		b.always(rejected)
		ended := 0
		for i, id := range ids {
			if s, _, err := nodes[i%2].Fresh(t.Context(), id); err == nil && s.Ended != "" {
				ended++
			}
		}
		if ended != 2*19 {
			t.Errorf("%d ended on two nodes that know nothing of each other", ended)
		}
		b.always(refused)
		time.Sleep(time.Minute + time.Second)
		before := b.count()
		for range 60 {
			for i, id := range ids {
				nodes[i%2].Fresh(t.Context(), id)
			}
			time.Sleep(time.Second)
		}
		if n := b.count() - before; n > 2*(60+20) {
			t.Errorf("%d calls in a minute", n)
		}
		st.away.Store(false) // the row comes back: what was seen meanwhile is told
		for i, id := range ids {
			nodes[i%2].Fresh(t.Context(), id)
		}
		b.always(works)
		time.Sleep(5 * time.Second)
		synctest.Wait()
		for _, id := range ids[100:] {
			fresh(t, nodes[0], id)
		}
	})
}
