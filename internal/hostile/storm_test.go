package hostile_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/usherdev/usher/internal/hostile"
	"github.com/usherdev/usher/session"
)

// TestB19_Storm: many sessions expire at once, each with four tabs, over SQLite and with the real constants. There is
// exactly one call a session, at most 64 at once, and people whose session is fine are served beside it.
func TestB19_Storm(t *testing.T) {
	srv := start(t, hostile.Config{Rotation: hostile.RotateStrict})
	srv.Always(hostile.Step{DelayBefore: 50 * time.Millisecond})
	st, closeStore := open(t, filepath.Join(t.TempDir(), "sessions.db"))
	t.Cleanup(closeStore)
	n := newNode(t, srv, rotation(hostile.RotateStrict), func(c *session.Config) {
		c.Store, c.Volatile, c.Tuning = st, st, session.Tuning{}
	})
	all := people(t, n, volume(500, 10_000))
	calm, _ := n.login(t, "calm")
	for _, p := range all {
		n.expire(t, p.s.ID)
	}
	began := time.Now()
	stop, reads := make(chan struct{}), make(chan []time.Duration)
	go func() { reads <- readAlong(t, n, calm.ID, stop) }()
	var wg sync.WaitGroup
	for _, p := range all {
		for range 4 {
			wg.Go(func() { n.isLive(t, n.patiently(t, p.s.ID), p.family) })
		}
	}
	wg.Wait()
	drained := time.Since(began)
	close(stop)
	took := <-reads
	one, most := srv.InFlight()
	if srv.Sends() != len(all) || srv.Spent() != 0 || one != 1 || most > 64 {
		t.Errorf("%d calls for %d sessions, %d spent, %d at once of one session, %d of all", srv.Sends(), len(all), srv.Spent(), one, most)
	}
	slices.Sort(took)
	t.Logf("%d sessions, 4 tabs each: %d calls, %d at once at most, drained in %v; %d reads beside it, p50 %v, p99 %v",
		len(all), srv.Sends(), most, drained.Round(time.Millisecond), len(took), took[len(took)/2], took[len(took)*99/100])
}

// patiently comes back for as long as it is told to, when it is told to.
func (n *node) patiently(t testing.TB, id string) session.Session {
	for {
		s, _, err := n.Fresh(t.Context(), id)
		if !errors.Is(err, session.ErrBusy) {
			if err != nil {
				t.Error(err)
			}
			return s
		}
		time.Sleep(session.RetryAfter(err))
	}
}

func readAlong(t testing.TB, n *node, id string, stop chan struct{}) (took []time.Duration) {
	for {
		select {
		case <-stop:
			return took
		case <-time.After(2 * time.Millisecond):
		}
		began := time.Now()
		if s, _, err := n.Fresh(t.Context(), id); err != nil || !s.Active() {
			t.Errorf("a session that is fine: %v", err)
		}
		took = append(took, time.Since(began))
	}
}

// TestA10_H1_CanariesStayInside: after renewals of every kind no file of the store and no event holds a token in any form.
func TestA10_H1_CanariesStayInside(t *testing.T) {
	dir := t.TempDir()
	srv := start(t, hostile.Config{})
	srv.Script(losing(0.3))
	st, closeStore := open(t, filepath.Join(dir, "sessions.db"))
	n := newNode(t, srv, late, func(c *session.Config) { c.Store, c.Volatile = st, st })
	all := people(t, n, 4)
	for range 5 {
		for _, p := range all {
			n.expire(t, p.s.ID)
			n.isLive(t, n.settle(t, p.s.ID), p.family)
		}
	}
	if err := n.LogOut(t.Context(), all[0].s.ID); err != nil {
		t.Fatal(err)
	}
	n.close(t)
	artefacts := map[string][]byte{"events": fmt.Appendf(nil, "%+v", n.events)}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		if artefacts[name], err = os.ReadFile(name); err != nil {
			t.Fatal(err)
		}
	}
	closeStore()
	secrets := srv.Canaries()
	for _, p := range all {
		secrets = append(secrets, p.s.ID)
	}
	for name, b := range artefacts {
		if found := hostile.Find(b, secrets...); len(found) != 0 {
			t.Errorf("%s: %v", filepath.Base(name), found)
		}
	}
	if found := hostile.Find(append([]byte("x"), secrets[0]...), secrets...); len(found) == 0 {
		t.Error("the search finds nothing at all")
	}
}
