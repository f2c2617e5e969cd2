package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/vfs"

	"github.com/usherdev/usher/session"
)

// sickness is a way in which a disk refuses to work.
type sickness func(diskOp) error

func full(op diskOp) error {
	if op == opSync {
		return nil
	}
	return vfs.SystemError(syscall.ENOSPC, sqlite3.FULL)
}

func noWrites(op diskOp) error {
	if op == opSync {
		return nil
	}
	return syscall.EIO
}

func noSyncs(op diskOp) error {
	if op == opSync {
		return syscall.EIO
	}
	return nil
}

func readOnly(op diskOp) error {
	if op == opSync {
		return nil
	}
	return syscall.EROFS
}

// TestC4_SickDisk: while the disk is full, read-only or fails at writes or syncs, people's sessions are read as always, and whatever would
// have to be written is refused as "try again", with no call to a backend. Once the disk is well everything works by itself, and nothing was damaged.
func TestC4_SickDisk(t *testing.T) {
	for name, s := range map[string]sickness{"full": full, "failing writes": noWrites, "failing syncs": noSyncs, "read-only": readOnly} {
		t.Run(name, func(t *testing.T) { sickAndWell(t, s) })
	}
}

func sickAndWell(t *testing.T, sick sickness) {
	d := newDisk(t)
	path := filepath.Join(t.TempDir(), "s.db")
	st, err := openOn(t.Context(), path, d.name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	calls := &atomic.Int64{}
	m := managerOver(t, st, func(ctx context.Context, a session.AuthData) (session.Answer, error) {
		calls.Add(1)
		return renewing(ctx, a)
	})
	var ids []string
	for i := range 20 {
		ids = append(ids, newcomer(t, m, i).ID)
	}
	if _, err := m.ExpireNow(t.Context(), ids[0]); err != nil {
		t.Fatal(err)
	}
	d.breaks(sick)
	for range 3 {
		whileSick(t, m, ids)
	}
	if calls.Load() != 0 {
		t.Errorf("%d refreshes were sent that could not be written down", calls.Load())
	}
	d.breaks(nil)
	within(t, 5*time.Second, "somebody can log in", func() bool {
		_, err := m.LogIn(t.Context(), "", session.AuthData{Token: session.NewSecret("t"), UID: "late"}, true)
		return err == nil
	})
	within(t, 10*time.Second, "the token is renewed", func() bool { // a refused try is not repeated at once
		s, _, err := m.Fresh(t.Context(), ids[0])
		return err == nil && generation(s.Auth) == 1
	})
	if err := m.LogOut(t.Context(), ids[1]); err != nil {
		t.Error(err)
	}
	stop(t, m)
	if err := st.Close(); err != nil {
		t.Error(err)
	}
	asItShouldBe(t, path, ids)
}

func newcomer(t *testing.T, m *session.Manager, i int) session.Session {
	t.Helper()
	s, err := m.LogIn(t.Context(), "", session.AuthData{
		Token: session.NewSecret(tokenOf(0)), RefreshToken: session.NewSecret("r"), Expiry: time.Now().Add(time.Hour), UID: fmt.Sprint(i),
		User: []byte(`{"name":"` + strings.Repeat("x", 800) + `"}`),
	}, true)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// whileSick holds what a person can and cannot do. The first of ids has a dead token.
func whileSick(t *testing.T, m *session.Manager, ids []string) {
	t.Helper()
	for i, id := range ids {
		s, found, err := m.Current(t.Context(), id)
		if err != nil || !found || !s.Active() {
			t.Errorf("%d: reading: found %v, ended %q, %v", i, found, s.Ended, err)
		}
		if s, _, err := m.Fresh(t.Context(), id); i > 0 && (err != nil || !s.Active()) {
			t.Errorf("%d: a token that is good: %v", i, err)
		}
	}
	for what, err := range map[string]error{
		"log-in": func() error {
			_, err := m.LogIn(t.Context(), "", session.AuthData{Token: session.NewSecret("t"), UID: "late"}, true)
			return err
		}(),
		"log-out":                 m.LogOut(t.Context(), ids[1]),
		"app state":               m.SetAppState(t.Context(), ids[1], []byte("x")),
		"refresh of a dead token": func() error { _, _, err := m.Fresh(t.Context(), ids[0]); return err }(),
	} {
		if !errors.Is(err, session.ErrUnavailable) || session.RetryAfter(err) <= 0 {
			t.Errorf("%s: %v; want ErrUnavailable", what, err)
		}
	}
}

// asItShouldBe reads a store that was closed, without the layer that was sick.
func asItShouldBe(t *testing.T, path string, ids []string) {
	t.Helper()
	if _, err := Check(t.Context(), path); err != nil {
		t.Error(err)
	}
	m := managerOver(t, open(t, path), nil)
	for i, id := range ids {
		s, found, err := m.Current(t.Context(), id)
		if err != nil || !found || s.Active() != (i != 1) {
			t.Errorf("%d, afterwards: found %v, ended %q, %v", i, found, s.Ended, err)
		}
	}
}

func within(t *testing.T, limit time.Duration, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(limit); !ok(); {
		if time.Now().After(deadline) {
			t.Fatalf("within %v it did not happen that %s", limit, what)
		}
		time.Sleep(5 * time.Millisecond) // between polls of a condition that has a deadline
	}
}

// TestC4_FlickeringDisk: a disk on which each write and sync may fail takes nothing back that was acknowledged.
func TestC4_FlickeringDisk(t *testing.T) {
	d := newDisk(t)
	s := newSite(t, 4, "")
	st := s.open(d, 0)
	t.Cleanup(func() { st.Close() })
	d.cutAt = 0
	chance := rand.New(rand.NewPCG(4, 4))
	m := impatient(t, st)
	done, refused := 0, 0
	for range volume(10, 200) {
		d.breaks(func(diskOp) error { // called with the disk's lock held
			switch {
			case chance.IntN(20) > 0:
				return nil
			case chance.IntN(2) == 0:
				return vfs.SystemError(syscall.ENOSPC, sqlite3.FULL)
			}
			return syscall.EIO
		})
		for range 20 {
			var err error
			if s.all[0], err = act(t.Context(), m, s.all[0], s.rnd); err != nil {
				refused++
				if !errors.Is(err, session.ErrUnavailable) && !errors.Is(err, session.ErrBusy) {
					t.Errorf("refused with %v", err)
				}
			}
			done++
		}
		d.breaks(nil)
		within(t, 5*time.Second, "the store takes writes again", func() bool { return st.Delete(t.Context(), "none") == nil })
		if faults := lost(t, m, slices.Concat(s.all...)); len(faults) > 0 {
			t.Fatal(faults)
		}
	}
	stop(t, m)
	if err := st.Close(); err != nil {
		t.Error(err)
	}
	if _, err := Check(t.Context(), filepath.Join(s.dir, "s.db")); err != nil {
		t.Error(err)
	}
	t.Logf("%d things done, %d refused, nothing lost, no damage", done, refused)
	if refused == 0 {
		t.Error("the disk never failed")
	}
}
