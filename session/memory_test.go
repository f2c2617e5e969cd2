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
