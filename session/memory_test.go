package session_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/session/sessiontest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestMemoryStore(t *testing.T) {
	sessiontest.Run(t, func(*testing.T) session.Store { return session.NewMemory() })
}

func TestB10_B13_NodesShareTheEndpoint(t *testing.T) {
	st := session.NewMemory()
	sessiontest.Endpoint(t, func(*testing.T) session.Store { return st })
}

func TestA10_TamperedRowsInMemory(t *testing.T) {
	sessiontest.Tampering(t, session.NewMemory(), volume(5, 100))
}

// TestStoreThatCannotBeCompared is refused at the start: a flight would find out by a panic.
func TestStoreThatCannotBeCompared(t *testing.T) {
	type odd struct {
		session.Store
		seen []string
	}
	st := odd{session.NewMemory(), nil}
	for _, c := range []session.Config{{App: "app", Store: st, Keys: testKeys()}, {App: "app", Store: session.NewMemory(), Volatile: st, Keys: testKeys()}} {
		if m, err := session.New(c); err == nil {
			closeManager(t, m)
			t.Error("it was taken")
		}
	}
}
