package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/usherdev/usher/session"
)

const (
	qScan   = `SELECT key, rev, app, due, facts, sealed, state FROM session WHERE app = ? AND key > ? ORDER BY key LIMIT ?`
	qCount  = `SELECT count(*) FROM session WHERE app = ? AND due IS NOT NULL`
	pgScan  = `SELECT key, rev, app, due, facts, sealed, state FROM usher_session WHERE app = $1 AND key > $2 ORDER BY key LIMIT $3`
	pgCount = `SELECT count(*) FROM usher_session WHERE app = $1 AND due IS NOT NULL`
)

// Scan returns up to limit rows of app whose keys come after after, in the order of keys, so that all can be gone through page by page.
func (s *Store) Scan(ctx context.Context, app, after string, limit int) ([]session.Keyed, error) {
	return page(ctx, s.db.Read, qScan, app, after, limit)
}

// Count returns how many sessions of app there are, ended ones included until they are forgotten.
func (s *Store) Count(ctx context.Context, app string) (int, error) {
	return count(ctx, s.db.Read, qCount, app)
}

// Scan returns up to limit rows of app whose keys come after after, in the order of keys, so that all can be gone through page by page.
func (s *Postgres) Scan(ctx context.Context, app, after string, limit int) ([]session.Keyed, error) {
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	return page(ctx, s.db, pgScan, app, after, limit)
}

// Count returns how many sessions of app there are, ended ones included until they are forgotten.
func (s *Postgres) Count(ctx context.Context, app string) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	return count(ctx, s.db, pgCount, app)
}

func page(ctx context.Context, db *sql.DB, query, app, after string, limit int) (_ []session.Keyed, err error) {
	rows, err := db.QueryContext(ctx, query, app, after, limit)
	if err != nil {
		return nil, fmt.Errorf("scan session rows: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var out []session.Keyed
	for rows.Next() {
		var key string
		r, err := scan(func(dest ...any) error { return rows.Scan(append([]any{&key}, dest...)...) })
		if err != nil {
			return nil, fmt.Errorf("scan session rows: %w", err)
		}
		out = append(out, session.Keyed{Key: key, Row: r})
	}
	return out, rows.Err()
}

func count(ctx context.Context, db *sql.DB, query, app string) (n int, err error) {
	if err := db.QueryRowContext(ctx, query, app).Scan(&n); err != nil {
		return 0, fmt.Errorf("count session rows: %w", err)
	}
	return n, nil
}
