package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/pressly/goose/v3"

	"github.com/usherdev/usher/internal/sqldb"
	"github.com/usherdev/usher/session"
)

// upTo returns the first n migrations of SQLite, as an older version has them.
func upTo(t *testing.T, n int) fstest.MapFS {
	t.Helper()
	files, err := fs.Glob(migrations, "migrations/sqlite/*.sql")
	if err != nil || len(files) < n {
		t.Fatal(files, err)
	}
	older := fstest.MapFS{}
	for _, name := range files[:n] {
		b, err := fs.ReadFile(migrations, name)
		if err != nil {
			t.Fatal(err)
		}
		older[filepath.Base(name)] = &fstest.MapFile{Data: b}
	}
	return older
}

// older opens a file as the version with the given migrations does.
func older(t *testing.T, path string, m fs.FS) *Store {
	t.Helper()
	db, err := sqldb.Open(t.Context(), sqldb.Config{Path: path, Migrations: m})
	if err != nil {
		t.Fatal(err)
	}
	st := &Store{db: db, cache: newCache(), start: time.Now()}
	if st.read, err = db.Read.PrepareContext(t.Context(), qSelect); err != nil {
		t.Fatal(errors.Join(err, db.Close()))
	}
	t.Cleanup(func() { st.Close() })
	return st
}

// TestC5_C18_UpAndDownKeepSessions: everybody whom the version before let in is logged in after an upgrade, and after the step back and up again;
// those who logged out stay out.
func TestC5_C18_UpAndDownKeepSessions(t *testing.T) {
	people := volume(200, 1000)
	path := filepath.Join(t.TempDir(), "s.db")
	before := older(t, path, upTo(t, 1))
	m := managerOver(t, before, renewing)
	var ids []string
	for i := range people {
		ids = append(ids, newcomer(t, m, i).ID)
	}
	if err := m.LogOut(t.Context(), ids[0]); err != nil {
		t.Fatal(err)
	}
	holds := func(when string, m *session.Manager, gen int) {
		for i, id := range ids {
			s, found, err := m.Current(t.Context(), id)
			if err != nil || !found || s.Active() != (i > 0) || i > 0 && (generation(s.Auth) != gen || s.Auth.UID != fmt.Sprint(i)) {
				t.Fatalf("%s, %d: found %v, ended %q, %v", when, i, found, s.Ended, err)
			}
		}
	}
	holds("before", m, 0)
	stop(t, m)
	before.Close()

	now := open(t, path)
	m = managerOver(t, now, renewing)
	holds("after the upgrade", m, 0)
	for _, id := range ids[1:] {
		if _, err := m.ExpireNow(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		if _, _, err := m.Fresh(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	stop(t, m)
	step(t, now, 1)
	now.Close()

	again := older(t, path, upTo(t, 1))
	m = managerOver(t, again, renewing)
	holds("after the step back", m, 1)
	stop(t, m)
	again.Close()
	m = managerOver(t, open(t, path), renewing)
	holds("after the second upgrade", m, 1)
	stop(t, m)
	if _, err := Check(context.Background(), path); err != nil {
		t.Error(err)
	}
}

// step takes a store down to a version.
func step(t *testing.T, st *Store, version int64) {
	t.Helper()
	sub, err := fs.Sub(migrations, "migrations/sqlite")
	if err != nil {
		t.Fatal(err)
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, st.db.Write, sub, goose.WithTableName("goose_db_version"), goose.WithDisableGlobalRegistry(true))
	if err == nil {
		_, err = p.DownTo(t.Context(), version)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestC18_TwoVersionsRunTogether: while a newer version has added to the table in PostgreSQL, a node of the version before that is running goes on
// letting in, renewing and logging out, and both know what the other did.
func TestC18_TwoVersionsRunTogether(t *testing.T) {
	url := shared.Get(t).Database(t)
	old := openPostgres(t, url)
	m := managerOver(t, old, renewing)
	in := newcomer(t, m, 1)
	for _, q := range []string{
		`ALTER TABLE usher_session ADD COLUMN of_the_next_version text NOT NULL DEFAULT ''`,
		`INSERT INTO usher_session_version (version_id, is_applied) VALUES (99, true)`,
	} {
		if _, err := old.db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	next := managerOver(t, &Postgres{db: old.db, patience: old.patience}, renewing)
	for round := range 20 {
		here, there := m, next
		if round%2 == 1 {
			here, there = next, m
		}
		if _, err := here.ExpireNow(t.Context(), in.ID); err != nil {
			t.Fatal(err)
		}
		if _, _, err := here.Fresh(t.Context(), in.ID); err != nil {
			t.Fatal(err)
		}
		s, found, err := there.Current(t.Context(), in.ID)
		if err != nil || !found || !s.Active() || generation(s.Auth) != round+1 {
			t.Fatalf("round %d: found %v, ended %q, token %d, %v", round, found, s.Ended, generation(s.Auth), err)
		}
		late := newcomer(t, here, 2)
		if err := there.LogOut(t.Context(), late.ID); err != nil {
			t.Fatal(err)
		}
		if s, _, err := here.Current(t.Context(), late.ID); err != nil || s.Active() {
			t.Fatalf("round %d: logged out elsewhere: active %v, %v", round, s.Active(), err)
		}
	}
}
