package sqlstore

import (
	"context"

	"github.com/usherdev/usher/internal/sqldb"
)

// Backup writes a consistent copy of the store to a new file while the store is in use. It holds no key: without the key file nothing in
// it can be opened. Whoever puts it back calls session.MarkRestored first, for its tokens may be spent.
func (s *Store) Backup(ctx context.Context, path string) error { return s.db.Backup(ctx, path) }

// Check reads all of a SQLite file that nobody has open, and returns an error if any part of it is damaged.
func Check(ctx context.Context, path string) error { return sqldb.Check(ctx, path) }
