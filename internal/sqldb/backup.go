package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Backup writes a whole, consistent copy of a SQLite database to a new file, mode 0600, and syncs it; readers and the writer go on
// meanwhile. The file must not exist. After an error it is gone again.
func (db *DB) Backup(ctx context.Context, path string) (err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600) // made here, for SQLite would let others read it
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	defer func() {
		if err = errors.Join(err, f.Close()); err != nil {
			err = fmt.Errorf("backup: %w", errors.Join(err, os.Remove(path)))
		}
	}()
	own, err := connect(db.source.copier(), 1) // SQLite counts it as writing, so a reading connection refuses it
	if err != nil {
		return err
	}
	_, err = own.ExecContext(ctx, `VACUUM INTO ?`, path)
	return errors.Join(err, own.Close(), f.Sync())
}

// Check reads the whole SQLite database in a file, which nobody may be writing, and returns an error if any part of it is damaged; then more,
// which may be nil, may look at it. The file is not changed.
func Check(ctx context.Context, path string, more func(*sql.DB) error) (err error) {
	db, err := connect(newSource(path).probe(), 1)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var first string
	if err := db.QueryRowContext(ctx, `PRAGMA integrity_check(1)`).Scan(&first); err != nil {
		return fmt.Errorf("check %s: %w", path, err)
	}
	if first != "ok" {
		return fmt.Errorf("check %s: the database is damaged: %s", path, first)
	}
	if more == nil {
		return nil
	}
	return more(db)
}

// Replace puts the database file next in the place of the one at path, in one step, and returns where the old one lies now; "" when there was
// none. ErrInUse while somebody has it open; then nothing changes. Both are on one disk, and next is closed.
func Replace(path, next string) (aside string, err error) {
	if st, err := os.Stat(next + "-wal"); err == nil && st.Size() > 0 {
		return "", fmt.Errorf("replace %s: %s was not closed", path, next)
	}
	lock, err := lockFile(path + ".lock")
	if err != nil {
		return "", fmt.Errorf("replace %s: %w", path, err)
	}
	defer func() { err = errors.Join(err, lock.release()) }()
	old := path + ".before-" + time.Now().UTC().Format("20060102T150405.000Z")
	for _, part := range []string{"", "-wal", "-shm"} { // a log that stayed would be played into the new file
		switch err := os.Rename(path+part, old+part); {
		case err == nil && part == "":
			aside = old
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			return aside, fmt.Errorf("replace %s: %w", path, err)
		}
	}
	if err := os.Rename(next, path); err != nil {
		return aside, fmt.Errorf("replace %s: %w", path, err)
	}
	if d, err := os.Open(filepath.Dir(path)); err == nil { // a folder cannot be synced everywhere
		_ = d.Sync()
		_ = d.Close()
	}
	return aside, nil
}
