package hostile_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/usherdev/usher/internal/hostile"
	"github.com/usherdev/usher/session"
)

// ofMany is the tuning of nodes that a crowd asks on a loaded machine: what is under test is the order of things, not
// how soon they happen.
func ofMany() session.Tuning {
	return session.Tuning{Patience: time.Minute, BreakerFails: 1 << 20, HoldRejects: 1 << 20}
}

// TestB2_ThreeProcesses: callers on three nodes, each a process of its own, ask for sessions that have all expired. The
// backend sees exactly one call for each, never two of one session at once and no spent token; every caller gets the new pair.
func TestB2_ThreeProcesses(t *testing.T) {
	for store, at := range sharedStores() {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			sessions, callers := volume(40, 1000), volume(17, 50) // so many on each node
			srv := start(t, hostile.Config{Rotation: hostile.RotateStrict})
			srv.Always(hostile.Step{DelayBefore: 20 * time.Millisecond})
			nodes := fleet(t, 3, order{Store: at(t), URL: srv.URL(), Rotation: session.RotationStrict, Tuning: ofMany()})
			all := nodes[0].people(t, srv, "user", sessions)
			nodes[0].expireAll(t, all)
			var ids []string
			byID := map[string]*subject{}
			for _, p := range all {
				ids, byID[p.ID] = append(ids, p.ID), p
			}
			began := time.Now()
			answered := make([]reply, len(nodes))
			var wg sync.WaitGroup
			for i, n := range nodes {
				wg.Go(func() {
					var err error
					answered[i], err = n.ask(t.Context(), question{Do: "storm", IDs: ids, Callers: callers, Budget: 10 * time.Minute})
					if err != nil || answered[i].Err != "" {
						t.Errorf("a node: %v %s", err, answered[i].Err)
					}
				})
			}
			wg.Wait()
			told := 0
			for _, r := range answered {
				for _, s := range r.All {
					byID[s.ID].same(t, srv, s)
					told += s.Times
				}
			}
			if one, _ := srv.InFlight(); srv.Sends() != sessions || one != 1 || srv.Spent() != 0 || told != sessions*callers*len(nodes) {
				t.Errorf("%d calls for %d sessions, %d at once of one session, %d spent tokens, %d callers told", srv.Sends(), sessions, one, srv.Spent(), told)
			}
			t.Logf("%d sessions, %d callers each on three processes: %d calls, 1 at once of one session, in %v",
				sessions, callers*len(nodes), srv.Sends(), time.Since(began).Round(time.Millisecond))
		})
	}
}

// TestC10_B16_StoppedProcess: a node's process is stopped by SIGSTOP with the leases of many sessions in its hands, before
// it sends or with the answers in hand, until another node has taken all of them over; then it goes on. It overwrites
// nothing newer, ends nothing, and nothing that lives is revoked. Only a strict backend that saw the same token twice ends
// a login, and that is named.
func TestC10_B16_StoppedProcess(t *testing.T) {
	for store, at := range sharedStores() {
		for _, r := range []hostile.Rotation{hostile.RotateRetrySafe, hostile.RotateStrict} {
			for _, point := range []string{"before send", "answer in hand"} {
				t.Run(fmt.Sprintf("%s/%v/%s", store, r, point), func(t *testing.T) {
					t.Parallel()
					stopHolders(t, at(t), r, point, volume(1, 20), volume(5, 25))
				})
			}
		}
	}
}

// lease is that of a node which is about to be stopped.
const lease = 500 * time.Millisecond

// stopHolders does the above in rounds, with so many sessions each.
func stopHolders(t *testing.T, store string, r hostile.Rotation, point string, rounds, sessions int) {
	srv := start(t, hostile.Config{Rotation: r})
	brief, calm := ofMany(), ofMany()
	brief.AttemptBudget, brief.Lease = lease-100*time.Millisecond, lease
	brief.NotSentDelays, brief.AmbiguousDelays, brief.Patience = []time.Duration{}, []time.Duration{}, 50*time.Millisecond
	calm.AttemptBudget, calm.Lease, calm.FailGuard = 10*time.Second, 11*time.Second, 10*time.Millisecond // the real ones are in this order too: guard, budget, lease
	sleeper := newRemote(t, order{Store: store, URL: srv.URL(), Rotation: rotationOf(r), Tuning: brief})
	other := newRemote(t, order{Store: store, URL: srv.URL(), Rotation: rotationOf(r), Tuning: calm})
	var ends, takenOver int
	var slowest time.Duration
	for round := range rounds {
		all := other.people(t, srv, fmt.Sprint("round", round, "-"), sessions)
		other.expireAll(t, all)
		good, asked := holdAll(t, sleeper, all, point)
		if err := sleeper.freeze(); err != nil {
			t.Fatal(err)
		}
		stopped := time.Now()
		if _, _, err := sleeper.send(question{Do: "open gate"}); err != nil { // it reads that when it goes on
			t.Fatal(err)
		}
		took := map[*subject]seen{}
		var mu sync.Mutex
		var wg sync.WaitGroup
		for _, p := range all {
			wg.Go(func() {
				s := other.must(t, question{Do: "settle", ID: p.ID})
				mu.Lock()
				defer mu.Unlock()
				took[p] = s
				slowest = max(slowest, time.Since(stopped))
			})
		}
		wg.Wait()
		if err := sleeper.thaw(); err != nil {
			t.Fatal(err)
		}
		asked.Wait()
		sleeper.must(t, question{Do: "land"})
		for _, p := range all {
			mayEnd := r == hostile.RotateStrict && point == "answer in hand"
			if mayEnd && good[p.uid] && took[p].Ended == "" {
				t.Errorf("%s: goes on, though the backend saw its token twice", p.uid)
			}
			if afterTheWaking(t, srv, p, took[p], [2]*remote{sleeper, other}, mayEnd) {
				takenOver++
			} else {
				ends++
			}
		}
	}
	if n := srv.Revoked(); n != 0 {
		t.Errorf("%d living logins were revoked", n)
	}
	t.Logf("%d leases of a stopped process: %d taken over, %d ended as lost_rotation, 0 regressions, 0 revoked; the last was taken over %v after the stop, at a lease of %v",
		rounds*sessions, takenOver, ends, slowest.Round(time.Millisecond), lease)
}

// holdAll has a node refresh all and stand at point with every one of them. good tells whose answer is a good one: a
// loaded machine may give none in time, and what it was is lost then. asked ends when the node has told all who asked.
func holdAll(t *testing.T, n *remote, all []*subject, point string) (good map[string]bool, asked *sync.WaitGroup) {
	t.Helper()
	n.must(t, question{Do: "close gate", Set: point})
	asked, good = &sync.WaitGroup{}, map[string]bool{}
	for _, p := range all {
		asked.Go(func() {
			if _, err := n.ask(t.Context(), question{Do: "fresh", ID: p.ID}); err != nil { // whoever asks is told to come back
				t.Error(err)
			}
		})
	}
	for range all {
		select {
		case r := <-n.stood:
			good[r.Seen.UID] = r.OK
		case <-time.After(20 * time.Second):
			t.Fatal("not every refresh reaches the gate")
		}
	}
	return good, asked
}

// afterTheWaking checks a session that was taken over while its holder was stopped. false: it has ended, as it may.
func afterTheWaking(t *testing.T, srv *hostile.Server, p *subject, took seen, nodes [2]*remote, mayEnd bool) bool {
	t.Helper()
	for _, n := range nodes {
		last := n.must(t, question{Do: "settle", ID: p.ID})
		if mayEnd && took.Ended != "" {
			if took.Ended != session.LostRotation || last.Ended != session.LostRotation {
				t.Errorf("%s: ended %q, then %q", p.uid, took.Ended, last.Ended)
			}
			continue
		}
		if last.Ver < took.Ver || took.Ended != "" {
			t.Errorf("%s: version %d (ended %q) after %d (ended %q)", p.uid, last.Ver, last.Ended, took.Ver, took.Ended)
		}
		live, alive := srv.Live(p.family)
		if !alive || !last.active() || last.Refresh != live.Refresh || last.Token != took.Token {
			t.Errorf("%s: alive %v, ended %q, version %d then %d", p.uid, alive, last.Ended, took.Ver, last.Ver)
		}
	}
	return took.Ended == ""
}

// TestC8_ThreeProcesses: people are logged out everywhere while their sessions are in use on three nodes, and some of
// them in the middle of a refresh. No use that begins after the acknowledgement is accepted, on any node, and the backend
// is told of every pair.
func TestC8_ThreeProcesses(t *testing.T) {
	for store, at := range sharedStores() {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			srv := start(t, hostile.Config{Rotation: hostile.RotateStrict})
			srv.Script(func(int) hostile.Step {
				return hostile.Step{DelayBefore: upTo(20 * time.Millisecond), DelayHeaders: upTo(20 * time.Millisecond)}
			})
			tuning := ofMany()
			tuning.SweepEvery = time.Second
			nodes := fleet(t, 3, order{Store: at(t), URL: srv.URL(), Rotation: session.RotationStrict, Tuning: tuning})
			persons, each := volume(5, 100), 10
			var before, after atomic.Int64
			inParallel(4, persons, func(int) {
				uid := fmt.Sprint("user", rand.Int64())
				families := endEverywhere(t, srv, nodes, uid, each, &before, &after)
				eventually(t, "the backend is told", func() bool {
					return !slices.ContainsFunc(families, func(f int) bool { _, alive := srv.Live(f); return alive })
				})
			})
			if before.Load() == 0 || after.Load() == 0 {
				t.Errorf("%d uses accepted before, %d refused after: nothing was in use", before.Load(), after.Load())
			}
			t.Logf("%d sessions of %d people: %d uses accepted before the acknowledgement, 0 of %d after it; %d pairs revoked",
				persons*each, persons, before.Load(), after.Load(), persons*each)
		})
	}
}

// endEverywhere logs one person out while all of their sessions are in use.
func endEverywhere(t *testing.T, srv *hostile.Server, nodes []*remote, uid string, sessions int, before, after *atomic.Int64) (families []int) {
	var all []*subject
	for i := range sessions {
		s, family := nodes[i%len(nodes)].logIn(t, srv, uid)
		all, families = append(all, &subject{s, family, uid}), append(families, family)
	}
	var acknowledged atomic.Bool
	var wg sync.WaitGroup
	for i, p := range all {
		for k := range 2 {
			wg.Go(func() {
				for late := 0; late < 3; {
					over := acknowledged.Load() // asked before the use begins
					do := []string{"fresh", "call", "read"}[rand.IntN(3)]
					if i%2 == 0 && k == 0 && !over {
						do = "expire" // keeps a refresh under way
					}
					r, err := nodes[rand.IntN(len(nodes))].ask(t.Context(), question{Do: do, ID: p.ID})
					if err != nil {
						t.Error(err)
						return
					}
					accepted := r.Seen.active() || do == "call" && r.Err == ""
					switch {
					case r.Err == errLater: // neither
					case over && accepted:
						t.Errorf("%s was accepted after the acknowledgement: version %d, %q", do, r.Seen.Ver, r.Err)
						return
					case over:
						late++
						after.Add(1)
					case accepted:
						before.Add(1)
					}
				}
			})
		}
	}
	time.Sleep(upTo(100 * time.Millisecond)) // at any moment of what they do
	nodes[rand.IntN(len(nodes))].must(t, question{Do: "log out everywhere", UID: uid})
	acknowledged.Store(true)
	wg.Wait()
	return families
}

// TestC9_AnyNodeWhileOneRestarts: each request goes to one of three nodes at random, and a node restarts every now and
// then: it is told to stop, or killed. Nobody is ever asked to log in, or taken for somebody else, or shown an expired token.
func TestC9_AnyNodeWhileOneRestarts(t *testing.T) {
	for store, at := range sharedStores() {
		for _, how := range []struct {
			name     string
			rotation hostile.Rotation
			end      func(*remote) error
		}{
			{"told to stop", hostile.RotateStrict, (*remote).stop},
			{"killed", hostile.RotateRetrySafe, (*remote).kill}, // a strict backend takes an answer that died with its node for theft
		} {
			t.Run(store+"/"+how.name, func(t *testing.T) {
				t.Parallel()
				srv := start(t, hostile.Config{Rotation: how.rotation, TTL: 4 * time.Second})
				tuning := ofMany()
				tuning.AttemptBudget, tuning.Lease, tuning.Patience = 2*time.Second, 3*time.Second, 10*time.Second
				nodes := fleet(t, 3, order{Store: at(t), URL: srv.URL(), Rotation: rotationOf(how.rotation), Tuning: tuning})
				people := nodes[0].people(t, srv, "user", 30)
				restarts := restarting(t, nodes, how.end, time.Duration(volume(300, 1000))*time.Millisecond)
				var again atomic.Int64
				requests := volume(800, 50_000)
				began := time.Now()
				inParallel(16, requests, func(int) {
					p, do := people[rand.IntN(len(people))], question{Do: "call"}
					if rand.IntN(50) == 0 { // so that there is always a refresh under way
						do.Do = "expire"
					}
					do.ID = p.ID
					again.Add(int64(balanced(t, nodes, p, do)))
				})
				n := restarts()
				if srv.Sends() < requests/200 || srv.Revoked() != 0 {
					t.Errorf("%d refreshes: nothing was put to the test; or %d logins were revoked", srv.Sends(), srv.Revoked())
				}
				t.Logf("%d requests in %v, %d restarts, %d refreshes: 0 anomalies; %d were tried again, as a balancer does or as they were told",
					requests, time.Since(began).Round(time.Millisecond), n, srv.Sends(), again.Load())
			})
		}
	}
}

// restarting ends and starts the nodes in turn until the function it returns is called, which tells how often.
func restarting(t *testing.T, nodes []*remote, end func(*remote) error, pause time.Duration) func() int {
	stop, done := make(chan struct{}), make(chan int)
	go func() {
		for i := 0; ; i++ {
			n := nodes[i%len(nodes)]
			if err := end(n); err != nil {
				t.Errorf("a node's end: %v", err)
			}
			if err := n.start(); err != nil {
				t.Errorf("a node's start: %v", err)
			}
			select {
			case <-stop:
				done <- i + 1
				return
			case <-time.After(pause):
			}
		}
	}()
	return func() int { close(stop); return <-done }
}

// balanced makes one request, as a balancer does: a node that is down is passed over. It returns how often it was tried again.
func balanced(t *testing.T, nodes []*remote, p *subject, q question) (again int) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for ; ; again++ {
		r, err := nodes[rand.IntN(len(nodes))].ask(ctx, q)
		switch {
		case errors.Is(err, errDown), errors.Is(err, errGone), err == nil && r.Err == errLater:
			time.Sleep(time.Millisecond)
			continue
		case err != nil:
			t.Error(err)
		case r.Err != "" || r.Seen.UID != p.uid:
			t.Errorf("%s: answered as %q, %s", p.uid, r.Seen.UID, r.Err)
		}
		return again
	}
}
