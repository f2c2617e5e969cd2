package sqldb

import (
	"context"
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func migrations(extra ...string) fstest.MapFS {
	m := fstest.MapFS{"0001_init.sql": {Data: []byte(
		"-- +goose Up\nCREATE TABLE t (k TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT;\n-- +goose Down\nDROP TABLE t;\n")}}
	for _, name := range extra {
		m[name] = &fstest.MapFile{Data: []byte("-- +goose Up\nCREATE TABLE " + name[5:len(name)-4] + " (k TEXT) STRICT;\n")}
	}
	return m
}

func open(t *testing.T, path string, m fstest.MapFS) *DB {
	t.Helper()
	db, err := Open(t.Context(), Config{Path: path, Migrations: m, Readers: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func TestC1_EachConnectionIsDurable(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "a b", "x?.db"), migrations())
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "secure_delete": "1", "foreign_keys": "1"} {
		var got string
		if err := db.Write.QueryRow("PRAGMA " + pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s = %q, %v; want %q", pragma, got, err, want)
		}
	}
}

func TestOpenKeepsOthersOut(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	path := filepath.Join(dir, "x.db")
	db := open(t, path, migrations())
	if _, err := db.Write.Exec("INSERT INTO t VALUES ('a', 1)"); err != nil {
		t.Fatal(err)
	}
	for p, want := range map[string]os.FileMode{dir: 0o700, path: 0o600, path + "-wal": 0o600, path + "-shm": 0o600, path + ".lock": 0o600} {
		st, err := os.Stat(p)
		if err != nil {
			t.Fatal(err)
		}
		if got := st.Mode().Perm(); got != want {
			t.Errorf("%s: mode %o, want %o", filepath.Base(p), got, want)
		}
	}
}

func TestReadersNeverWrite(t *testing.T) {
	for _, path := range []string{Memory, filepath.Join(t.TempDir(), "x.db")} {
		db := open(t, path, migrations())
		if _, err := db.Read.Exec("INSERT INTO t VALUES ('a', 1)"); err == nil {
			t.Errorf("%s: a reading connection wrote", path)
		}
		if _, err := db.Write.Exec("INSERT INTO t VALUES ('a', 1)"); err != nil {
			t.Fatal(err)
		}
		var n int
		if err := db.Read.QueryRow("SELECT n FROM t WHERE k = 'a'").Scan(&n); err != nil || n != 1 {
			t.Errorf("%s: read %d, %v", path, n, err)
		}
	}
}

func TestReadersRunBesideWriters(t *testing.T) {
	for _, path := range []string{Memory, filepath.Join(t.TempDir(), "x.db")} {
		db := open(t, path, migrations())
		if _, err := db.Write.Exec("INSERT INTO t VALUES ('a', 0)"); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for range 50 {
					if err := raise(t.Context(), db); err != nil {
						t.Error(err)
						return
					}
					var n int
					if err := db.Read.QueryRow("SELECT n FROM t").Scan(&n); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		var n int
		if err := db.Read.QueryRow("SELECT n FROM t").Scan(&n); err != nil || n != 200 {
			t.Errorf("%s: n = %d, %v; want 200", path, n, err)
		}
	}
}

func raise(ctx context.Context, db *DB) error {
	tx, err := db.Write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var n int
	if err := tx.QueryRow("SELECT n FROM t").Scan(&n); err != nil {
		return err
	}
	if _, err := tx.Exec("UPDATE t SET n = ?", n+1); err != nil {
		return err
	}
	return tx.Commit()
}

func TestMemoryDatabasesAreSeparate(t *testing.T) {
	a, b := open(t, Memory, migrations()), open(t, Memory, migrations())
	if _, err := a.Write.Exec("INSERT INTO t VALUES ('a', 1)"); err != nil {
		t.Fatal(err)
	}
	var n int
	if err := b.Read.QueryRow("SELECT count(*) FROM t").Scan(&n); err != nil || n != 0 {
		t.Fatalf("the other database holds %d rows, %v", n, err)
	}
}

func TestC18_OlderSchemaIsMigratedNewerIsRefusedUntouched(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	open(t, path, migrations()).Close()
	db := open(t, path, migrations("0002_u.sql"))
	if _, err := db.Write.Exec("INSERT INTO u VALUES ('kept')"); err != nil {
		t.Fatal(err)
	}
	db.Close()
	before := sum(t, path)
	_, err := Open(t.Context(), Config{Path: path, Migrations: migrations()})
	if !errors.Is(err, ErrNewer) || !strings.Contains(err.Error(), "schema is 2") {
		t.Fatalf("err = %v, want ErrNewer", err)
	}
	if sum(t, path) != before {
		t.Error("the refused file was changed")
	}
}

func sum(t *testing.T, path string) [32]byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return sha256.Sum256(b)
}

func TestC19_SecondOwnerIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	db := open(t, path, migrations())
	if _, err := Open(t.Context(), Config{Path: path, Migrations: migrations()}); !errors.Is(err, ErrInUse) {
		t.Fatalf("err = %v, want ErrInUse", err)
	}
	db.Close()
	open(t, path, migrations())
}

func TestBrokenMigrationIsAnError(t *testing.T) {
	m := migrations()
	m["0002_bad.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\nCREATE NONSENSE;\n")}
	if _, err := Open(t.Context(), Config{Path: Memory, Migrations: m}); err == nil {
		t.Fatal("no error")
	}
	if _, err := Open(t.Context(), Config{Path: Memory, Migrations: fstest.MapFS{}}); err == nil {
		t.Fatal("no error without migrations")
	}
}

func TestRelativePath(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, path := range []string{"x.db", filepath.Join("a b", "50%.db")} {
		open(t, path, migrations())
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
}

// TestC1_AHalfDoneFirstStartIsUndone: a journal that a power cut left beside the file is rolled back by the next start, which needs no help.
func TestC1_AHalfDoneFirstStartIsUndone(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "a.db"), filepath.Join(dir, "b.db")
	db, err := connect("file:"+from+"?_pragma=cache_size(2)", 1)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.Exec("CREATE TABLE half (n TEXT); WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c WHERE x < 100) INSERT INTO half SELECT hex(randomblob(2000)) FROM c"); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"", "-journal"} {
		b, err := os.ReadFile(from + part)
		if err != nil || len(b) < 1000 {
			t.Fatalf("%s: %d bytes, %v", part, len(b), err)
		}
		if err := os.WriteFile(to+part, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var n int
	if err := open(t, to, migrations()).Read.QueryRow("SELECT count(*) FROM sqlite_master WHERE name = 'half'").Scan(&n); err != nil || n != 0 {
		t.Errorf("%d tables that were never committed, %v", n, err)
	}
}
