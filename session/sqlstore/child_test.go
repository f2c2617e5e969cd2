package sqlstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/usherdev/usher/session"
)

// childEnv makes the test binary a process that works on a store; its value is an order.
const childEnv = "USHER_STORE_CHILD"

// order tells a child what to do.
type order struct {
	Store  string
	Pragma string // for the writing connection
	Each   int    // so many log-ins, refreshes and log-outs, one after the other; 0: all at once, for ever
	Rate   int    // things a second, of those for ever
}

// child carries out an order and tells on standard output what it did.
func child() int {
	var o order
	err := json.Unmarshal([]byte(os.Getenv(childEnv)), &o)
	if err == nil {
		err = o.carryOut(context.Background(), os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func (o order) carryOut(ctx context.Context, out io.Writer) (err error) {
	st, err := Open(ctx, o.Store)
	if err != nil {
		return err
	}
	if _, err := st.db.Write.ExecContext(ctx, o.Pragma); err != nil {
		return errors.Join(err, st.Close())
	}
	m, err := session.New(session.Config{App: "app", Store: st, Keys: session.NewKeys([32]byte{7}), Refresh: renewing})
	if err != nil {
		return errors.Join(err, st.Close())
	}
	defer func() { err = errors.Join(err, m.Close(context.Background()), st.Close()) }()
	if o.Each > 0 {
		return o.oneByOne(ctx, m, out)
	}
	return o.forEver(ctx, m, out)
}

// oneByOne marks the begin and the end of each thing.
func (o order) oneByOne(ctx context.Context, m *session.Manager, out io.Writer) error {
	marked := func(what string, fn func() error) error {
		fmt.Fprintln(out, "begin", what)
		err := fn()
		fmt.Fprintln(out, "end", what)
		return err
	}
	for i := range o.Each {
		var s session.Session
		err := marked("log-in", func() (err error) {
			a := session.AuthData{Token: session.NewSecret(tokenOf(0)), RefreshToken: session.NewSecret("r"), Expiry: time.Now().Add(time.Hour), UID: fmt.Sprint(i)}
			s, err = m.LogIn(ctx, "", a, true)
			return err
		})
		if err == nil {
			_, err = m.ExpireNow(ctx, s.ID)
		}
		if err == nil {
			err = marked("refresh", func() error { _, _, err := m.Fresh(ctx, s.ID); return err })
		}
		if err == nil {
			err = marked("log-out", func() error { return m.LogOut(ctx, s.ID) })
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// forEver lets people in, renews and lets out from four sides, and writes a line of each thing after it was acknowledged.
func (o order) forEver(ctx context.Context, m *session.Manager, out io.Writer) error {
	var wg sync.WaitGroup
	var mu sync.Mutex
	faults := make([]error, 4)
	for i := range faults {
		rnd := rand.New(rand.NewPCG(uint64(os.Getpid()), uint64(i)))
		wg.Go(func() {
			var all []*guest
			tick := time.NewTicker(time.Second * time.Duration(len(faults)) / time.Duration(o.Rate))
			defer tick.Stop()
			for ; ; <-tick.C {
				if all, faults[i] = act(ctx, m, all, rnd); faults[i] != nil {
					return
				}
				mu.Lock()
				for _, g := range all { // one of them has just changed
					fmt.Fprintf(out, "%s %d %v\n", g.id, g.gen, g.out)
				}
				mu.Unlock()
				all = all[max(0, len(all)-4):] // the lines of those before are written
			}
		})
	}
	wg.Wait()
	return errors.Join(faults...)
}

// asChild is a command that carries out an order, started by the words before it.
func asChild(t *testing.T, o order, before ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	words := append(before, exe)
	cmd := exec.CommandContext(t.Context(), words[0], words[1:]...)
	cmd.Env = append(os.Environ(), childEnv+"="+string(b))
	return cmd
}
