package sqlstore

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/usherdev/usher/internal/testserver"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/session/sessiontest"
)

func open(t *testing.T, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestStoreInAFile(t *testing.T) {
	sessiontest.Run(t, func(t *testing.T) session.Store { return open(t, filepath.Join(t.TempDir(), "s.db")) })
}

func TestStoreInMemory(t *testing.T) {
	sessiontest.Run(t, func(t *testing.T) session.Store { return open(t, Memory) })
}

func TestB10_B13_NodesShareTheEndpoint(t *testing.T) {
	st := open(t, filepath.Join(t.TempDir(), "s.db"))
	sessiontest.Endpoint(t, func(*testing.T) session.Store { return st })
}

// managerOver makes a Manager as a server does at its start.
func managerOver(t *testing.T, st session.Store, refresh func(context.Context, session.AuthData) (session.Answer, error)) *session.Manager {
	t.Helper()
	m, err := session.New(session.Config{App: "app", Store: st, Keys: session.NewKeys([32]byte{7}), Refresh: refresh})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, m) })
	return m
}

func stop(t *testing.T, m *session.Manager) {
	if err := m.Close(context.Background()); err != nil {
		t.Error(err)
	}
}

func TestC5_SessionsSurviveARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	var ids []string
	first := open(t, path)
	m := managerOver(t, first, nil)
	for i := range 100 {
		a := session.AuthData{Token: session.NewSecret(fmt.Sprint("token", i)), UID: fmt.Sprint(i), User: []byte(`{"n":1}`)}
		s, err := m.LogIn(t.Context(), "", a, true)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, s.ID)
	}
	if err := m.LogOut(t.Context(), ids[0]); err != nil {
		t.Fatal(err)
	}
	stop(t, m)
	first.Close()
	m = managerOver(t, open(t, path), nil)
	for i, id := range ids {
		s, found, err := m.Current(t.Context(), id)
		if err != nil || !found || s.Active() != (i > 0) {
			t.Fatalf("%d: found %v ended %q, %v", i, found, s.Ended, err)
		}
		if i > 0 && (s.Auth.Token.Reveal() != fmt.Sprint("token", i) || string(s.Auth.User) != `{"n":1}`) {
			t.Fatalf("%d: %s %s", i, s.Auth.Token.Reveal(), s.Auth.User)
		}
	}
}

func TestA9_FilesHoldNoTokenAndNoCookie(t *testing.T) {
	dir := t.TempDir()
	st := open(t, filepath.Join(dir, "s.db"))
	m := managerOver(t, st, nil)
	const canary = "canary-2b61f0"
	a := session.AuthData{Token: session.NewSecret(canary), RefreshToken: session.NewSecret(canary), UID: canary, User: []byte(`{"x":"` + canary + `"}`)}
	s, err := m.LogIn(t.Context(), "", a, true)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.SetAppState(t.Context(), s.ID, []byte(canary)); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	seen := false
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		seen = seen || bytes.Contains(b, []byte(s.Key))
		raw, _ := base64.RawURLEncoding.DecodeString(s.ID)
		for _, secret := range [][]byte{[]byte(canary), []byte(base64.StdEncoding.EncodeToString([]byte(canary))), []byte(s.ID), raw} {
			if bytes.Contains(b, secret) {
				t.Errorf("%s holds %q", e.Name(), secret)
			}
		}
	}
	if !seen {
		t.Error("the search does not even find the row's key")
	}
	if _, found, err := m.Current(t.Context(), s.Key); found || err != nil {
		t.Errorf("the row's key opens a session: %v, %v", found, err)
	}
}

// volume picks how often a proof is repeated: the first in every run, the second with USHER_LONG=1.
func volume(short, long int) int {
	if os.Getenv("USHER_LONG") != "" {
		return long
	}
	return short
}

func TestA10_TamperedRowsInSQLite(t *testing.T) {
	sessiontest.Tampering(t, open(t, filepath.Join(t.TempDir(), "s.db")), volume(2, 100))
}

func TestA10_TamperedRowsInPostgres(t *testing.T) {
	sessiontest.Tampering(t, openPostgres(t, shared.Get(t).Database(t)), volume(2, 100))
}

// TestA9_NothingInTheFilesOpensASession: the database, its log and what lies beside them.
func TestA9_NothingInTheFilesOpensASession(t *testing.T) {
	dir := t.TempDir()
	sessiontest.Useless(t, open(t, filepath.Join(dir, "s.db")), func() map[string][]byte {
		all := map[string][]byte{}
		for _, name := range []string{"s.db", "s.db-wal"} {
			b, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			all[name] = b
		}
		return all
	})
}

// TestA9_NothingInADumpOpensASession: what pg_dump writes of the rows in PostgreSQL.
func TestA9_NothingInADumpOpensASession(t *testing.T) {
	server := shared.Get(t)
	url := server.Database(t)
	sessiontest.Useless(t, openPostgres(t, url), func() map[string][]byte {
		b, err := server.Dump(t.Context(), url)
		testserver.Need(t, err)
		return map[string][]byte{"pg_dump": b}
	})
}

func TestB1_OnSQLite(t *testing.T) {
	calls := 0
	m := managerOver(t, open(t, filepath.Join(t.TempDir(), "s.db")), func(_ context.Context, a session.AuthData) (session.Answer, error) {
		calls++ // the flight is alone
		token, expiry := session.NewSecret(fmt.Sprint("t", calls)), time.Now().Add(time.Hour)
		return session.Answer{Class: session.Success, Update: session.Update{Token: &token, Expiry: &expiry}}, nil
	})
	s, err := m.LogIn(t.Context(), "", session.AuthData{Token: session.NewSecret("t0"), RefreshToken: session.NewSecret("r")}, true)
	if err != nil {
		t.Fatal(err)
	}
	for round := range 10 {
		if _, err := m.ExpireNow(t.Context(), s.ID); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				got, _, err := m.Fresh(t.Context(), s.ID)
				if want := fmt.Sprint("t", round+1); err != nil || got.Auth.Token.Reveal() != want {
					t.Errorf("%s, %v; want %s", got.Auth.Token.Reveal(), err, want)
				}
			})
		}
		wg.Wait()
	}
	if calls != 10 {
		t.Errorf("%d calls for 10 expiries", calls)
	}
}

func BenchmarkCurrent(b *testing.B) {
	st, err := Open(b.Context(), filepath.Join(b.TempDir(), "s.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer st.Close()
	m, err := session.New(session.Config{App: "app", Store: st, Keys: session.NewKeys([32]byte{7})})
	if err != nil {
		b.Fatal(err)
	}
	defer m.Close(context.Background())
	s, err := m.LogIn(b.Context(), "", session.AuthData{Token: session.NewSecret("t"), UID: "1", User: []byte(`{"name":"Ada"}`)}, true)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, found, err := m.Current(b.Context(), s.ID); !found || err != nil {
			b.Fatal(err)
		}
	}
}
