package sqldb

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

func TestBackupIsConsistentPrivateAndChecked(t *testing.T) {
	dir := t.TempDir()
	migrations := fstest.MapFS{"0001_pair.sql": {Data: []byte("-- +goose Up\nCREATE TABLE pair (a INTEGER PRIMARY KEY, b TEXT) STRICT;\n")}}
	db, err := Open(t.Context(), Config{Path: filepath.Join(dir, "a.db"), Migrations: migrations})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for i := range 500 {
		if _, err := db.Write.ExecContext(t.Context(), `INSERT INTO pair VALUES (?, ?)`, i, strings.Repeat(fmt.Sprint(i, " "), 40)); err != nil {
			t.Fatal(err)
		}
	}
	copied := filepath.Join(dir, "b.db")
	if err := db.Backup(t.Context(), copied); err != nil {
		t.Fatal(err)
	}
	if st, err := os.Stat(copied); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", st.Mode(), err)
	}
	if err := db.Backup(t.Context(), copied); err == nil {
		t.Error("a file that was there is overwritten")
	}
	if err := Check(t.Context(), copied, nil); err != nil {
		t.Error(err)
	}
	again, err := Open(t.Context(), Config{Path: copied, Migrations: migrations})
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := again.Read.QueryRowContext(t.Context(), `SELECT count(*) FROM pair`).Scan(&n); err != nil || n != 500 {
		t.Errorf("%d rows, %v", n, err)
	}
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
	damage(t, copied)
	if err := Check(t.Context(), copied, nil); err == nil {
		t.Error("damage is not seen")
	}
}

// damage overwrites a piece in the middle of a file.
func damage(t *testing.T, path string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	copy(b[len(b)/2:], strings.Repeat("x", 3000))
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}
