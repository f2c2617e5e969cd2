package sessiontest

import (
	"errors"
	"testing"
	"time"

	"github.com/usherdev/usher/session"
)

// StaysDown asks for a session, and to log in, for as long as its store does not answer: people are told to try again, and
// never that they are logged out. (C11)
func StaysDown(t *testing.T, m *session.Manager, id string, d time.Duration) {
	t.Helper()
	asked := 0
	for end := time.Now().Add(d); time.Now().Before(end); asked++ {
		if _, found, err := m.Current(t.Context(), id); found || !errors.Is(err, session.ErrUnavailable) || session.RetryAfter(err) == 0 {
			t.Fatalf("Current = %v, %v; want ErrUnavailable", found, err)
		}
		if _, err := m.LogIn(t.Context(), "", session.AuthData{Token: session.NewSecret("t"), UID: "2"}, true); !errors.Is(err, session.ErrUnavailable) {
			t.Fatalf("LogIn: %v; want ErrUnavailable", err)
		}
		time.Sleep(10 * time.Millisecond) // people try again; nothing is waited for
	}
	if d > 0 {
		t.Logf("down for %v, asked %d times: told to try again each time", d, asked)
	}
}
