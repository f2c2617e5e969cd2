package sqlstore

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	mrand "math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/usherdev/usher/session"
)

// fill puts n rows into a store that look like a login of somebody else, due at the times that due gives.
func fill(t testing.TB, st *Store, n int, due func(i int) time.Time) {
	t.Helper()
	m, err := session.New(session.Config{App: "app", Store: st, Keys: session.NewKeys([32]byte{7})})
	if err != nil {
		t.Fatal(err)
	}
	a := session.AuthData{Token: session.NewSecret("t"), RefreshToken: session.NewSecret("r"), UID: "filler", User: fmt.Appendf(nil, `{"name":%q}`, strings.Repeat("x", 600))}
	s, err := m.LogIn(t.Context(), "", a, true)
	if err = errors.Join(err, m.Close(context.Background())); err != nil {
		t.Fatal(err)
	}
	row, _, err := st.Read(t.Context(), s.Key)
	if err != nil {
		t.Fatal(err)
	}
	for done := 0; done < n; {
		tx, err := st.db.Write.BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		insert, err := tx.PrepareContext(t.Context(), qInsert)
		if err != nil {
			t.Fatal(err)
		}
		for range min(20_000, n-done) {
			row.Due = due(done)
			c, err := encode(row)
			if err == nil {
				_, err = insert.ExecContext(t.Context(), rand.Text()+rand.Text()+"filler", row.App, c.due, c.facts, c.sealed, c.state)
			}
			if err != nil {
				t.Fatal(err)
			}
			done++
		}
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestC2_C3_KilledUnderLoad: a process that lets people in, renews and lets out is killed by SIGKILL again and again. What it had acknowledged
// is there for the next one, and whoever was logged out never comes back.
func TestC2_C3_KilledUnderLoad(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	st := open(t, path)
	fill(t, st, volume(1000, 100_000), func(int) time.Time { return time.Now().Add(24 * time.Hour) })
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	k := killing{path: path, known: map[string]guest{}}
	cycles, logOuts := volume(4, 200), volume(5, 500)
	for i := 0; i < cycles || k.outs() < logOuts; i++ {
		if i > 3*cycles {
			t.Fatalf("after %d cycles there were only %d log-outs", i, k.outs())
		}
		k.cycle(t)
	}
	slices.Sort(k.restarts)
	st = open(t, path)
	m := impatient(t, st)
	defer stop(t, m)
	k.check(t, m, k.known)
	t.Logf("%d kills: %d log-ins and %d log-outs acknowledged, nothing lost, nobody back; from opening the store to the first answer p50 %v, worst %v",
		len(k.restarts), len(k.known), k.outs(), k.restarts[len(k.restarts)/2], k.restarts[len(k.restarts)-1])
}

// killing is a store whose processes get killed.
type killing struct {
	path     string
	known    map[string]guest // as acknowledged, by id
	restarts []time.Duration
}

func (k *killing) outs() (n int) {
	for _, g := range k.known {
		if g.out {
			n++
		}
	}
	return n
}

// cycle lets a process work for a moment, kills it, and looks at what it leaves.
func (k *killing) cycle(t *testing.T) {
	t.Helper()
	told := k.kill(t)
	began := time.Now()
	st := open(t, k.path)
	m := impatient(t, st)
	for id := range told {
		if _, _, err := m.Current(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		break
	}
	k.restarts = append(k.restarts, time.Since(began).Round(time.Millisecond))
	k.check(t, m, told)
	stop(t, m)
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
}

// kill returns what a process had told of before it died.
func (k *killing) kill(t *testing.T) map[string]guest {
	t.Helper()
	cmd := asChild(t, order{Store: k.path, Rate: 200})
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]guest{}
	lines := bufio.NewReader(out)
	for killed := false; ; {
		line, err := lines.ReadString('\n')
		if err != nil { // a line without end was never written
			break
		}
		var g guest
		if _, err := fmt.Sscan(line, &g.id, &g.gen, &g.out); err != nil {
			t.Fatal(err)
		}
		told[g.id] = g
		if !killed {
			killed = true
			time.AfterFunc(time.Duration(mrand.IntN(300))*time.Millisecond, func() { _ = cmd.Process.Kill() }) // Wait tells whether it worked
		}
	}
	err = cmd.Wait()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("the process was not killed: %v\n%s", err, stderr.String())
	}
	return told
}

// check holds the store against what was told. Each of the four workers may have been in the middle of a log-out that it could not tell of any more.
func (k *killing) check(t *testing.T, m *session.Manager, told map[string]guest) {
	t.Helper()
	untold := 0
	for id, g := range told {
		s, found, err := m.Current(t.Context(), id)
		switch active := found && s.Active(); {
		case err != nil:
			t.Error(err)
		case g.out && active:
			t.Error("a login is back after its log-out")
		case !g.out && !active && s.Ended == session.LoggedOut:
			untold++
			g.out = true
		case !g.out && !active:
			t.Errorf("an acknowledged login is gone: found %v, ended %q", found, s.Ended)
		case active && generation(s.Auth) < g.gen:
			t.Errorf("token %d is stored, %d had been given out", generation(s.Auth), g.gen)
		}
		k.known[id] = g
	}
	if untold > 4 {
		t.Errorf("%d logins ended that nobody had been told of", untold)
	}
}
