package sqldb

import (
	"context"
	"errors"
	"fmt"
	"os"
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

// Check reads the whole SQLite database in a file, which nobody may be writing, and returns an error if any part of it is damaged. The file
// is not changed.
func Check(ctx context.Context, path string) (err error) {
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
	return nil
}
