package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/usherdev/usher/internal/sqldb"
	"github.com/usherdev/usher/session"
)

// patience bounds one method of a store on another machine; a server that does not answer is a
// fault, not a wait. A caller's own deadline may be sooner.
const patience = 5 * time.Second

// Postgres is a session.Store in a PostgreSQL database, for any number of nodes. It is safe for
// concurrent use.
type Postgres struct {
	db       *sql.DB
	patience time.Duration
}

// OpenPostgres opens the database at url (postgres://USER:PASSWORD@HOST:PORT/DATABASE), making or
// migrating the table usher_session as needed; several nodes may do so at once. Errors of
// sqldb.OpenPostgres come wrapped. Close it.
func OpenPostgres(ctx context.Context, url string) (*Postgres, error) {
	sub, err := fs.Sub(migrations, "migrations/postgres")
	if err != nil {
		return nil, err
	}
	db, err := sqldb.OpenPostgres(ctx, sqldb.PostgresConfig{URL: url, Migrations: sub, Name: "usher_session"})
	if err != nil {
		return nil, fmt.Errorf("session store: %w", err)
	}
	return &Postgres{db: db, patience: patience}, nil
}

// Close ends the connections.
func (s *Postgres) Close() error { return s.db.Close() }

// durable makes the statement it begins wait for the disk, also where the server, the database or
// the role has synchronous_commit off (C13). It is said in each writing statement, and for its
// transaction alone, so that no pooler between us and the server can lose it; a stronger setting
// stays.
const durable = `WITH durable AS MATERIALIZED (SELECT set_config('synchronous_commit',
	CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, true)) `

const (
	pgInsert = durable + `INSERT INTO usher_session (key, rev, app, due, facts, sealed, state)
		SELECT $1::text, 1, $2::text, $3::bigint, $4::text, $5::bytea, $6::bytea FROM durable ON CONFLICT (key) DO NOTHING`
	pgSelect = `SELECT rev, app, due, facts, sealed, state FROM usher_session WHERE key = $1`
	pgUpdate = durable + `UPDATE usher_session SET rev = rev + 1, app = $1, due = $2, facts = $3, sealed = $4, state = $5
		FROM durable WHERE key = $6 AND rev = $7`
	pgDelete = durable + `DELETE FROM usher_session USING durable WHERE key = $1`
	pgPurge  = durable + `DELETE FROM usher_session USING durable WHERE key = ANY($1)`
	pgSweep  = `SELECT key, rev, app, due, facts, sealed, state FROM usher_session WHERE app = $1 AND due <= $2 ORDER BY due LIMIT $3`
)

// Create implements session.Store.
func (s *Postgres) Create(ctx context.Context, key string, r session.Row) error {
	c, err := encode(r)
	if err != nil {
		return err
	}
	n, err := s.write(ctx, pgInsert, key, r.App, c.due, c.facts, c.sealed, c.state)
	if err != nil {
		return fmt.Errorf("create session row: %w", err)
	}
	if n == 0 {
		return session.ErrExists
	}
	return nil
}

// write runs one statement and returns how many rows it wrote.
func (s *Postgres) write(ctx context.Context, query string, args ...any) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	res, err := s.db.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// Read implements session.Store.
func (s *Postgres) Read(ctx context.Context, key string) (session.Row, bool, error) {
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	r, err := scan(s.db.QueryRowContext(ctx, pgSelect, key).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return session.Row{}, false, nil
	}
	if err != nil {
		return session.Row{}, false, fmt.Errorf("read session row: %w", err)
	}
	return r, true, nil
}

// Update implements session.Store. It holds nothing while fn runs: the write is one statement that
// finds no row if another has written since the read, and then it begins again.
func (s *Postgres) Update(ctx context.Context, key string, fn func(session.Row) (session.Row, error)) (session.Row, error) {
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	for {
		old, found, err := s.Read(ctx, key)
		if err != nil {
			return session.Row{}, err
		}
		if !found {
			return session.Row{}, session.ErrAbsent
		}
		rev := old.Rev
		next, err := fn(old)
		if err != nil {
			return session.Row{}, err
		}
		c, err := encode(next)
		if err != nil {
			return session.Row{}, err
		}
		n, err := s.write(ctx, pgUpdate, next.App, c.due, c.facts, c.sealed, c.state, key, rev)
		if lostRace(err) {
			continue
		}
		if err != nil {
			return session.Row{}, fmt.Errorf("update session row: %w", err)
		}
		if n == 1 {
			next.Rev = rev + 1
			return next.Clone(), nil
		}
	}
}

// lostRace reports that the server undid a statement because another wrote first, which it says of
// transactions that are stricter than PostgreSQL's default.
func lostRace(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}

// Delete implements session.Store.
func (s *Postgres) Delete(ctx context.Context, key string) error {
	if _, err := s.write(ctx, pgDelete, key); err != nil {
		return fmt.Errorf("delete session row: %w", err)
	}
	return nil
}

// Purge implements session.Purger.
func (s *Postgres) Purge(ctx context.Context, keys []string) error {
	if _, err := s.write(ctx, pgPurge, keys); err != nil {
		return fmt.Errorf("delete session rows: %w", err)
	}
	return nil
}

// Sweep implements session.Store. It locks nothing: two nodes may get the same row, and the Update
// that settles it succeeds for one of them.
func (s *Postgres) Sweep(ctx context.Context, app string, now time.Time, limit int) ([]session.Keyed, error) {
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	return sweep(ctx, s.db, pgSweep, app, now, limit)
}

// Now implements session.Store: the server's clock, so all nodes have the same.
func (s *Postgres) Now(ctx context.Context) (time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	var now time.Time
	if err := s.db.QueryRowContext(ctx, `SELECT now()`).Scan(&now); err != nil {
		return time.Time{}, fmt.Errorf("ask the session store for its time: %w", err)
	}
	return now.UTC(), nil
}
