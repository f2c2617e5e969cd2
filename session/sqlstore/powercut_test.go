package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/usherdev/usher/session"
)

// guest is a person of a workload, and what was acknowledged about them.
type guest struct {
	id      string
	gen     int  // of the newest token that somebody was given
	out     bool // the log-out was acknowledged
	leaving bool // it was asked for
}

// renewing stands for a backend: it answers a refresh of token n with token n+1.
func renewing(_ context.Context, a session.AuthData) (session.Answer, error) {
	token, refresh, expiry := session.NewSecret(tokenOf(generation(a)+1)), session.NewSecret("r"+tokenOf(generation(a)+1)), time.Now().Add(time.Hour)
	return session.Answer{Class: session.Success, Update: session.Update{Token: &token, RefreshToken: &refresh, Expiry: &expiry}}, nil
}

func tokenOf(gen int) string { return fmt.Sprint("token", gen) }

// generation reads the number of a login's token; -1 if it has none.
func generation(a session.AuthData) int {
	n, err := strconv.Atoi(strings.TrimPrefix(a.Token.Reveal(), "token"))
	if err != nil {
		return -1
	}
	return n
}

// impatient is a Manager whose waiters do not wait for a disk that never comes back.
func impatient(t *testing.T, st session.Store) *session.Manager {
	t.Helper()
	m, err := session.New(session.Config{
		App: "app", Store: st, Keys: session.NewKeys([32]byte{7}), Refresh: renewing,
		Tuning: session.Tuning{Patience: 50 * time.Millisecond, FailGuard: time.Millisecond, NotSentDelays: []time.Duration{}, AmbiguousDelays: []time.Duration{}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// act does one thing for one of the guests, or lets another in, and notes what was acknowledged. It returns the guests and the fault.
func act(ctx context.Context, m *session.Manager, all []*guest, rnd *rand.Rand) ([]*guest, error) {
	in := slices.DeleteFunc(slices.Clone(all), func(g *guest) bool { return g.leaving })
	if len(in) < 3 || rnd.IntN(4) == 0 {
		s, err := m.LogIn(ctx, "", session.AuthData{
			Token: session.NewSecret(tokenOf(0)), RefreshToken: session.NewSecret("r"), Expiry: time.Now().Add(time.Hour),
			UID: fmt.Sprint("uid", rnd.IntN(8)), User: []byte(`{"name":"` + strings.Repeat("x", rnd.IntN(900)) + `"}`),
		}, true)
		if err == nil {
			all = append(all, &guest{id: s.ID})
		}
		return all, err
	}
	g := in[rnd.IntN(len(in))]
	if rnd.IntN(3) == 0 {
		g.leaving = true
		err := m.LogOut(ctx, g.id)
		g.out = err == nil
		return all, err
	}
	if _, err := m.ExpireNow(ctx, g.id); err != nil {
		return all, err
	}
	s, _, err := m.Fresh(ctx, g.id)
	if err == nil {
		g.gen = generation(s.Auth)
	}
	return all, err
}

// lost returns what was acknowledged and is not so, and takes up what was not acknowledged as it came out.
func lost(t *testing.T, m *session.Manager, all []*guest) (faults []string) {
	t.Helper()
	for i, g := range all {
		s, found, err := m.Current(t.Context(), g.id)
		active := found && s.Active()
		switch {
		case err != nil:
			faults = append(faults, fmt.Sprintf("guest %d: %v", i, err))
		case g.out && active:
			faults = append(faults, fmt.Sprintf("guest %d is back after a log-out", i))
		case !g.leaving && !active:
			faults = append(faults, fmt.Sprintf("guest %d is gone: found %v, ended %q", i, found, s.Ended))
		case active && generation(s.Auth) < g.gen:
			faults = append(faults, fmt.Sprintf("guest %d has token %d again, after %d", i, generation(s.Auth), g.gen))
		}
		g.leaving, g.out = !active, !active
		g.gen = generation(s.Auth)
	}
	return faults
}

// outage is what one power cut came to.
type outage struct {
	op       int      // changes and syncs before it
	lost     []string // that was acknowledged
	damage   string   // what SQLite says about the file; "ok" if nothing
	unsynced int      // bytes that had been written and not synced
}

// site is a store that goes through power cuts, one after the other.
type site struct {
	t      *testing.T
	rnd    *rand.Rand
	pragma string // sent to the writing connection
	dir    string // what the disk held after the last cut
	all    [][]*guest
	leave  sync.WaitGroup
}

func newSite(t *testing.T, seed uint64, pragma string) *site {
	s := &site{t: t, rnd: rand.New(rand.NewPCG(seed, 1)), pragma: pragma, dir: t.TempDir(), all: make([][]*guest, 4)}
	t.Cleanup(s.leave.Wait)
	return s
}

// open opens the store on a disk that loses power at the n-th change.
func (s *site) open(d *disk, n int) *Store {
	s.t.Helper()
	st, err := openOn(s.t.Context(), filepath.Join(s.dir, "s.db"), d.name)
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := st.db.Write.Exec(fmt.Sprintf("PRAGMA wal_autocheckpoint=%d; %s", []int{2, 10, 50, 1000}[s.rnd.IntN(4)], s.pragma)); err != nil {
		s.t.Fatal(err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.cutAt = d.ops + n
	return st
}

// work lets four workers do things until the power is gone.
func (s *site) work(m *session.Manager, d *disk) {
	var wg sync.WaitGroup
	for i := range s.all {
		rnd := rand.New(rand.NewPCG(s.rnd.Uint64(), uint64(i)))
		wg.Go(func() {
			for !d.isOff() {
				var err error
				if s.all[i], err = act(s.t.Context(), m, s.all[i], rnd); err != nil && !d.isOff() && !errors.Is(err, session.ErrUnavailable) && !errors.Is(err, session.ErrBusy) {
					s.t.Errorf("with power: %v", err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// outage lets people come and go until a random moment, takes the power away, and looks at what the disk still holds.
func (s *site) outage() (o outage) {
	s.t.Helper()
	d := newDisk(s.t)
	o.op = 1 + s.rnd.IntN(600)
	st := s.open(d, o.op)
	m := impatient(s.t, st)
	s.work(m, d)
	s.abandon(m, st)
	for _, p := range d.files {
		for _, part := range p.pending {
			o.unsynced += len(part.data)
		}
	}
	s.dir = s.t.TempDir()
	d.image(s.dir, []float64{0, 0, 0.5, 0.95}[s.rnd.IntN(4)], s.rnd)
	copied := s.t.TempDir() // the next outage begins with what this one left, not with what opening it has mended
	if err := os.CopyFS(copied, os.DirFS(s.dir)); err != nil {
		s.t.Fatal(err)
	}
	st = open(s.t, filepath.Join(copied, "s.db"))
	if err := st.db.Read.QueryRow(`PRAGMA integrity_check(3)`).Scan(&o.damage); err != nil {
		o.damage = err.Error()
	}
	m = impatient(s.t, st)
	defer stop(s.t, m)
	o.lost = lost(s.t, m, slices.Concat(s.all...))
	return o
}

// abandon closes, beside, what has no power any more. A flight with an answer in its hand tries on for a while.
func (s *site) abandon(m *session.Manager, st *Store) {
	s.leave.Go(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_ = m.Close(ctx) // says that something was cut off
		_ = st.Close()   // says that there is no power
	})
}

// TestC1_C3_PowerCuts: a store loses power again and again at random moments of log-ins, refreshes and log-outs, with all of what was not
// synced gone, or with some of it on the disk in any mixture. Whatever was acknowledged is there, whoever logged out stays out, and SQLite
// finds no damage.
func TestC1_C3_PowerCuts(t *testing.T) {
	cuts := volume(12, 500)
	const life = 25 // cuts that one store goes through
	guests, outs, dirty := 0, 0, 0
	for i := 0; i < cuts; {
		s := newSite(t, uint64(i), "")
		for range min(life, cuts-i) {
			i++
			o := s.outage()
			if len(o.lost) > 0 || o.damage != "ok" {
				t.Fatalf("cut %d, at change %d: %v, %s", i, o.op, o.lost, o.damage)
			}
			if o.unsynced > 0 {
				dirty++
			}
		}
		for _, g := range slices.Concat(s.all...) {
			guests++
			if g.out {
				outs++
			}
		}
	}
	t.Logf("%d power cuts, %d of them with something not synced: %d log-ins, of which %d had ended, nothing lost, no damage", cuts, dirty, guests, outs)
	if guests < cuts || outs == 0 || dirty == 0 {
		t.Error("there was not enough work to lose")
	}
}

// TestC1_PowerCutsCanFail: a store that syncs less than ours is seen to lose what it acknowledged.
func TestC1_PowerCutsCanFail(t *testing.T) {
	for _, pragma := range []string{"PRAGMA synchronous=NORMAL", "PRAGMA synchronous=OFF"} {
		s := newSite(t, 1, pragma)
		seen := 0
		for i := 0; i < 10 && seen == 0; i++ {
			o := s.outage()
			seen += len(o.lost)
			if o.damage != "ok" {
				seen++
			}
		}
		if seen == 0 {
			t.Errorf("%s: ten power cuts took nothing", pragma)
		}
	}
}
