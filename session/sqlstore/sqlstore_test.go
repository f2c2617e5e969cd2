package sqlstore

import (
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/session/sessiontest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

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
