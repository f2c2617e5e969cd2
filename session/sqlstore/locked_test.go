package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/usherdev/usher/session"
)

// TestC11_SQLiteThatIsLocked: another program holds the file's lock for a minute (in every run for as long as the store is
// patient). Who is logged in goes on, whoever wants to log in or out is asked to try again, nobody is logged out, and all is
// well as soon as the lock is gone.
func TestC11_SQLiteThatIsLocked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	m := managerOver(t, open(t, path), nil)
	a := session.AuthData{Token: session.NewSecret("t"), UID: "ada"}
	s, err := m.LogIn(t.Context(), "", a, true)
	if err != nil {
		t.Fatal(err)
	}
	unlock := lock(t, path)
	tries := 0
	for end := time.Now().Add(time.Duration(volume(1, 60)) * time.Second); time.Now().Before(end); tries++ {
		if got, found, err := m.Current(t.Context(), s.ID); err != nil || !found || !got.Active() {
			t.Fatalf("somebody who is logged in: found %v, ended %q, %v", found, got.Ended, err)
		}
		if _, err := m.LogIn(t.Context(), "", a, true); !errors.Is(err, session.ErrUnavailable) || session.RetryAfter(err) == 0 {
			t.Fatalf("a log-in: %v", err)
		}
		if volume(0, 1) == 0 {
			continue
		}
		if err := m.LogOut(t.Context(), s.ID); !errors.Is(err, session.ErrUnavailable) {
			t.Fatalf("a log-out: %v", err)
		}
	}
	unlock()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	if _, err := m.LogIn(ctx, "", a, true); err != nil {
		t.Errorf("a log-in afterwards: %v", err)
	}
	if got, found, err := m.Current(ctx, s.ID); err != nil || !found || !got.Active() {
		t.Errorf("afterwards: found %v, ended %q, %v", found, got.Ended, err)
	}
	t.Logf("asked %d times, 0 log-outs", tries)
}

// lock takes the file's lock for writing, as another program does.
func lock(t *testing.T, path string) (unlock func()) {
	t.Helper()
	other, err := sql.Open("sqlite3", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { other.Close() })
	other.SetMaxOpenConns(1)
	for _, stmt := range []string{"PRAGMA busy_timeout(5000)", "BEGIN IMMEDIATE"} {
		if _, err := other.ExecContext(t.Context(), stmt); err != nil {
			t.Fatal(err)
		}
	}
	return func() {
		t.Helper()
		if _, err := other.ExecContext(t.Context(), "ROLLBACK"); err != nil {
			t.Fatal(err)
		}
	}
}
