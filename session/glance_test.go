package session

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// countingStore counts reads of sessions' rows.
type countingStore struct {
	Store
	reads atomic.Int64
}

func (s *countingStore) Read(ctx context.Context, key string) (Row, bool, error) {
	if isSession(key) {
		s.reads.Add(1)
	}
	return s.Store.Read(ctx, key)
}

// TestAGlanceSparesReadsForAMomentOnly: FreshOf and TouchOf take the word of a session that was just read, and of no other: not of one read a
// while ago, of one whose token is due, of one that has ended, or of one that never was read.
func TestAGlanceSparesReadsForAMomentOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &countingStore{Store: NewMemory()}
		var refreshes atomic.Int64
		m, err := New(Config{App: "a", Store: store, Keys: NewKeys([32]byte{1}), Refresh: func(context.Context, AuthData) (Answer, error) {
			refreshes.Add(1)
			token, expiry := NewSecret("next"), time.Now().Add(time.Hour)
			return Answer{Class: Success, Update: Update{Token: &token, Expiry: &expiry}}, nil
		}})
		if err != nil {
			t.Fatal(err)
		}
		defer m.Close(t.Context())
		s, err := m.LogIn(t.Context(), "", AuthData{Token: NewSecret("t"), RefreshToken: NewSecret("r"), Expiry: time.Now().Add(10 * time.Minute), UID: "7"}, true)
		if err != nil {
			t.Fatal(err)
		}
		asks := func(why string, s Session, want bool) {
			t.Helper()
			for name, ask := range map[string]func() error{
				"FreshOf": func() error { _, _, err := m.FreshOf(t.Context(), s); return err },
				"TouchOf": func() error { _, err := m.TouchOf(t.Context(), s); return err },
			} {
				before := store.reads.Load()
				err := ask()
				if asked := store.reads.Load() > before; asked != want {
					t.Errorf("%s, %s: the store was asked: %v (%v)", why, name, asked, err)
				}
			}
		}
		current := func() Session {
			t.Helper()
			s, _, err := m.Current(t.Context(), s.ID)
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		asks("just read", current(), false)
		asks("known by its id alone", Session{ID: s.ID}, true)
		old := current()
		time.Sleep(glanceAge)
		asks("read a while ago", old, true)

		time.Sleep(9*time.Minute + 55*time.Second) // of the ten that the token lives; and the last note of an action is old
		if _, _, err := m.FreshOf(t.Context(), current()); err != nil || refreshes.Load() != 1 {
			t.Errorf("a token that is due was not renewed: %d, %v", refreshes.Load(), err)
		}
		if written, err := m.TouchOf(t.Context(), current()); err != nil || !written {
			t.Errorf("an action was not noted: %v, %v", written, err)
		}
		if err := m.LogOut(t.Context(), s.ID); err != nil {
			t.Fatal(err)
		}
		if got, _, _ := m.FreshOf(t.Context(), current()); got.Active() {
			t.Error("a session that has ended is fresh")
		}
	})
}
