package sessiontest

import (
	"context"
	"fmt"
	"testing"

	"github.com/usherdev/usher/session"
)

// Tampering tests what becomes of sessions in st, a store that is still empty, when somebody who can write to it changes
// sealed bytes: every byte of each of n rows, one row's bytes in another, older bytes in a newer row. Each ends its session,
// and nothing panics. (A10)
func Tampering(t *testing.T, st session.Store, n int) {
	m := keeper(t, st)
	flips := 0
	for i := range n {
		s := enter(t, m, fmt.Sprint("ada", i))
		whole := read(t, st, s.Key)
		for at := range whole.Sealed {
			bad := whole.Clone()
			bad.Sealed[at] ^= 1 << (at % 8)
			put(t, st, s.Key, bad)
			ends(t, m, s.ID, fmt.Sprint("byte ", at), session.Tampered, session.KeyMissing) // the key's name is in it too
			flips++
		}
		put(t, st, s.Key, whole)
		if got, found, err := m.Current(t.Context(), s.ID); err != nil || !found || !got.Active() || !got.Auth.Token.Equal(s.Auth.Token) {
			t.Fatalf("the row as it was: found %v, ended %q, %v", found, got.Ended, err)
		}
	}
	one, two := enter(t, m, "one"), enter(t, m, "two")
	mine, theirs := read(t, st, one.Key), read(t, st, two.Key)
	mine.Sealed, theirs.Sealed = theirs.Sealed, mine.Sealed
	put(t, st, one.Key, mine)
	put(t, st, two.Key, theirs)
	ends(t, m, one.ID, "bytes of another row", session.Tampered)
	ends(t, m, two.ID, "bytes of another row", session.Tampered)
	old := enter(t, m, "old")
	before := read(t, st, old.Key).Sealed
	if _, err := m.Update(t.Context(), old.ID, session.Update{MergeUser: []byte(`{"city":"Bonn"}`)}, session.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	now := read(t, st, old.Key)
	now.Sealed = before
	put(t, st, old.Key, now)
	ends(t, m, old.ID, "older bytes", session.Tampered)
	t.Logf("%d bytes of %d rows changed, two rows' bytes swapped, one row's rolled back: each ended its session", flips, n)
}

func put(t *testing.T, st session.Store, key string, r session.Row) {
	t.Helper()
	update(t, st, key, func(session.Row) (session.Row, error) { return r.Clone(), nil })
}

func ends(t *testing.T, m *session.Manager, id, what string, reasons ...session.Reason) {
	t.Helper()
	s, found, err := m.Current(t.Context(), id)
	if err != nil || !found || !s.Auth.Token.IsZero() || !s.Auth.RefreshToken.IsZero() {
		t.Fatalf("%s: found %v, %v, token %v", what, found, err, !s.Auth.Token.IsZero())
	}
	for _, why := range reasons {
		if s.Ended == why {
			return
		}
	}
	t.Fatalf("%s: ended %q", what, s.Ended)
}

// keeper is a Manager that closes with the test.
func keeper(t *testing.T, st session.Store) *session.Manager {
	t.Helper()
	m, err := session.New(session.Config{App: "app", Store: st, Volatile: st, Keys: session.NewKeys([32]byte{7})})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return m
}

func enter(t *testing.T, m *session.Manager, uid string) session.Session {
	t.Helper()
	a := session.AuthData{Token: session.NewSecret("token-" + uid), RefreshToken: session.NewSecret("refresh-" + uid), UID: uid, User: []byte(`{"name":"Ada"}`)}
	s, err := m.LogIn(t.Context(), "", a, true)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
