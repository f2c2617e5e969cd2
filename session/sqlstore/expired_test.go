package sqlstore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/usherdev/usher/session"
)

// bulk is a store that writes the rows it is given many at a time, so that a test has a million of them before long.
type bulk struct {
	*Store
	t    *testing.T
	rows []session.Keyed
}

// Create implements session.Store; what it acknowledges is only durable after flush.
func (b *bulk) Create(_ context.Context, key string, r session.Row) error {
	if b.rows = append(b.rows, session.Keyed{Key: key, Row: r}); len(b.rows) == 20_000 {
		b.flush()
	}
	return nil
}

func (b *bulk) flush() {
	b.t.Helper()
	tx, err := b.db.Write.BeginTx(b.t.Context(), nil)
	if err != nil {
		b.t.Fatal(err)
	}
	insert, err := tx.PrepareContext(b.t.Context(), qInsert)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, k := range b.rows {
		c, err := encode(k.Row)
		if err == nil {
			_, err = insert.ExecContext(b.t.Context(), k.Key, k.Row.App, c.due, c.facts, c.sealed, c.state)
		}
		if err != nil {
			b.t.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		b.t.Fatal(err)
	}
	b.rows = nil
}

// letIn makes n logins that live as long as life; 0: for ever. Nobody's uid is known.
func letIn(t *testing.T, st *Store, n int, life time.Duration) (ids []string) {
	t.Helper()
	b := &bulk{Store: st, t: t}
	if _, err := st.db.Write.Exec(`PRAGMA cache_size=-65536`); err != nil { // KiB; large transactions would spill over again and again
		t.Fatal(err)
	}
	defer st.db.Write.Exec(`PRAGMA cache_size=-2000`)
	m, err := session.New(session.Config{
		App: "app", Store: b, Keys: session.NewKeys([32]byte{7}), PersistOn: session.Limits{Absolute: life},
		Tuning: session.Tuning{SweepEvery: 24 * time.Hour}, // nothing ends before it is looked at
	})
	if err != nil {
		t.Fatal(err)
	}
	defer stop(t, m)
	user := fmt.Appendf(nil, `{"name":"%0600d"}`, 7)
	for range n {
		s, err := m.LogIn(t.Context(), "", session.AuthData{Token: session.NewSecret("t"), RefreshToken: session.NewSecret("r"), User: user}, true)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, s.ID)
	}
	b.flush()
	return ids
}

// shifted is a store whose clock is ahead, by as much as a test says.
type shifted struct {
	*Store
	ahead atomic.Int64
}

func (s *shifted) Now(ctx context.Context) (time.Time, error) {
	now, err := s.Store.Now(ctx)
	return now.Add(time.Duration(s.ahead.Load())), err
}

// notEnded counts the rows whose login has a limit and goes on.
const notEnded = `SELECT count(*) FROM session WHERE json_extract(facts, '$.absUntil') IS NOT NULL AND json_extract(facts, '$.ended') IS NULL`

// left counts what the query counts once nothing is due any more, -1 before: the index tells that at once, while counting goes through all
// rows and would take its time from the sweep.
func (s *shifted) left(t *testing.T, query string) (n int) {
	t.Helper()
	now, err := s.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	due, err := s.Sweep(t.Context(), "app", now, 1)
	if err != nil {
		t.Fatal(err)
	}
	if len(due) > 0 {
		return -1
	}
	if err := s.db.Read.QueryRow(query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestC16_ManyExpiredRows: sessions beyond their limits are ended, and a week later forgotten, while others are read beside, and the file
// does not grow by it.
func TestC16_ManyExpiredRows(t *testing.T) {
	n := volume(3_000, 1_000_000)
	path := filepath.Join(t.TempDir(), "s.db")
	st := &shifted{Store: open(t, path)}
	filling := time.Now()
	letIn(t, st.Store, n, time.Millisecond)
	t.Logf("%d rows filled in after %v", n, time.Since(filling).Round(time.Millisecond))
	live := letIn(t, st.Store, 50, 0)
	m, err := session.New(session.Config{App: "app", Store: st, Keys: session.NewKeys([32]byte{7}), Tuning: session.Tuning{SweepEvery: time.Hour}})
	if err != nil {
		t.Fatal(err)
	}
	calm := median(readFor(t, m, live, func(reads int) bool { return reads == 2000 }))
	stop(t, m)
	before := size(t, path)
	var whole int
	if err := st.db.Read.QueryRow(notEnded).Scan(&whole); err != nil || whole != n {
		t.Fatalf("%d of %d rows are yet to end, %v", whole, n, err)
	}
	for _, stage := range []struct {
		name  string
		ahead time.Duration
		left  string // of the rows that the stage works on
	}{
		{"ended", time.Second, notEnded},
		{"forgotten", 8 * 24 * time.Hour, `SELECT count(*) - 50 FROM session`},
	} {
		st.ahead.Store(int64(stage.ahead))
		m := sweeping(t, st)
		began := time.Now()
		var took []time.Duration
		for left := -1; left != 0; {
			took = append(took, readFor(t, m, live, func(reads int) bool { return reads == 200 })...)
			if len(took)%2000 == 0 || n < 100_000 {
				left = st.left(t, stage.left)
			}
			if time.Since(began) > 20*time.Minute {
				t.Fatalf("not all of %d rows are %s", n, stage.name)
			}
		}
		all := time.Since(began)
		stop(t, m)
		t.Logf("%d rows %s in %v (%.0f a second); reads beside it p50 %v, p99 %v, without it p50 %v", n, stage.name, all.Round(time.Millisecond),
			float64(n)/all.Seconds(), median(took), took[len(took)*99/100], calm)
	}
	after := size(t, path)
	t.Logf("the file and its log: %.1f MiB before, %.1f MiB after", before, after)
	if after > before*1.2+16 {
		t.Error("the file grew")
	}
}

func sweeping(t *testing.T, st session.Store) *session.Manager {
	t.Helper()
	m, err := session.New(session.Config{App: "app", Store: st, Keys: session.NewKeys([32]byte{7}), Tuning: session.Tuning{SweepEvery: 10 * time.Millisecond}})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// readFor reads sessions that are fine, with a breath in between, until enough.
func readFor(t *testing.T, m *session.Manager, ids []string, enough func(reads int) bool) (took []time.Duration) {
	t.Helper()
	for !enough(len(took)) {
		began := time.Now()
		s, found, err := m.Current(t.Context(), ids[len(took)%len(ids)])
		took = append(took, time.Since(began))
		if err != nil || !found || !s.Active() {
			t.Fatalf("a session that is fine: found %v, ended %q, %v", found, s.Ended, err)
		}
		time.Sleep(100 * time.Microsecond) // between two requests
	}
	return took
}

// median sorts.
func median(took []time.Duration) time.Duration {
	slices.Sort(took)
	return took[len(took)/2]
}

// size returns the MiB of a database and its log.
func size(t *testing.T, path string) (mib float64) {
	t.Helper()
	for _, part := range []string{"", "-wal"} {
		st, err := os.Stat(path + part)
		if err != nil {
			t.Fatal(err)
		}
		mib += float64(st.Size()) / (1 << 20)
	}
	return mib
}

// TestC16_WhatEndsTogetherIsRevokedOneByOne: sessions that a sweep ends in one transaction are each told to the backend and struck off their
// person's list; one that cannot be opened ends as tampered, and one that was prolonged stays.
func TestC16_WhatEndsTogetherIsRevokedOneByOne(t *testing.T) {
	st := &shifted{Store: open(t, filepath.Join(t.TempDir(), "s.db"))}
	var revoked atomic.Int64
	m, err := session.New(session.Config{
		App: "app", Store: st, Keys: session.NewKeys([32]byte{7}), PersistOn: session.Limits{Absolute: time.Hour}, Tuning: session.Tuning{SweepEvery: 10 * time.Millisecond},
		Revoke: func(context.Context, session.AuthData) error { revoked.Add(1); return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, m) })
	var all []session.Session
	for i := range 30 {
		all = append(all, newcomer(t, m, i%3))
	}
	edit := func(key string, fn func(*session.Row)) {
		if _, err := st.Update(t.Context(), key, func(r session.Row) (session.Row, error) { fn(&r); return r, nil }); err != nil {
			t.Fatal(err)
		}
	}
	edit(all[0].Key, func(r *session.Row) { r.Sealed[5] ^= 1 })
	edit(all[1].Key, func(r *session.Row) { r.AbsUntil = r.AbsUntil.Add(5 * time.Hour) })
	st.ahead.Store(int64(2 * time.Hour))
	within(t, 20*time.Second, "all pairs are revoked and all lists are short", func() bool {
		rest := 0
		for uid := range 3 {
			var r struct{ Sessions []any }
			row, _, err := st.Read(t.Context(), listOf(fmt.Sprint(uid)))
			if err == nil {
				err = json.Unmarshal(row.State, &r)
			}
			if err != nil {
				t.Fatal(err)
			}
			rest += len(r.Sessions)
		}
		return revoked.Load() == 28 && rest == 2 // nobody knows to whom a row belonged that cannot be opened
	})
	for i, s := range all {
		got, found, err := m.Current(t.Context(), s.ID)
		want := session.TimeoutAbsolute
		switch i {
		case 0:
			want = session.Tampered
		case 1:
			want = ""
		}
		if err != nil || !found || got.Ended != want {
			t.Errorf("%d: found %v, ended %q, %v; want %q", i, found, got.Ended, err, want)
		}
	}
}

// listOf is the key under which the sessions of a person are listed.
func listOf(uid string) string {
	sum := sha256.Sum256([]byte("user\x00app\x00" + uid))
	return "list." + hex.EncodeToString(sum[:])
}
