package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/usherdev/usher/internal/sqldb"
	"github.com/usherdev/usher/session"
)

// Backup writes a consistent copy of the store to a new file while the store is in use. It holds no key: without the key file nothing in
// it can be opened. Whoever puts it back calls session.MarkRestored first, for its tokens may be spent.
func (s *Store) Backup(ctx context.Context, path string) error { return s.db.Backup(ctx, path) }

// Check reads all of a SQLite file that nobody has open, returns an error if any part of it is damaged, and counts its rows.
func Check(ctx context.Context, path string) (rows int, err error) {
	err = sqldb.Check(ctx, path, func(db *sql.DB) error {
		return db.QueryRowContext(ctx, `SELECT count(*) FROM session`).Scan(&rows)
	})
	return rows, err
}

// Restored makes the SQLite file next, a Backup, the store at path: its sessions are marked as restored first. It returns where the store that
// was there lies now, "" when there was none. A store that is in use is not replaced.
func Restored(ctx context.Context, path, next string) (aside string, err error) {
	st, err := Open(ctx, next)
	if err != nil {
		return "", err
	}
	if err := errors.Join(session.MarkRestored(ctx, st), st.Close()); err != nil {
		return "", fmt.Errorf("restore: %w", err)
	}
	return sqldb.Replace(path, next)
}
