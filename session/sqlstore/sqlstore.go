// Package sqlstore keeps sessions in SQLite or in PostgreSQL.
//
// Each method is one short transaction, but for reads of SQLite that memory answers; what it acknowledges has been synced to disk. It knows the
// columns, never the meaning, of a row, and it never sees a token in the clear.
package sqlstore

import (
	"context"
	"database/sql"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/usherdev/usher/internal/sqldb"
	"github.com/usherdev/usher/session"
)

//go:embed migrations/*/*.sql
var migrations embed.FS

// Memory is the path of a store that lives in this process and dies with its Close.
const Memory = sqldb.Memory

// Store is a session.Store in one SQLite file. It is safe for concurrent use; one process owns the
// file at a time.
type Store struct {
	db    *sqldb.DB
	read  *sql.Stmt // of each request, so it is kept prepared
	cache *cache
	start time.Time
}

// Open opens the file at path, making or migrating it as needed. Errors of sqldb.Open come wrapped.
// Close it.
func Open(ctx context.Context, path string) (*Store, error) { return openOn(ctx, path, "") }

// openOn opens a file by way of a file layer that is registered with SQLite; empty means the system's own.
func openOn(ctx context.Context, path, layer string) (*Store, error) {
	sub, err := fs.Sub(migrations, "migrations/sqlite")
	if err != nil {
		return nil, err
	}
	db, err := sqldb.Open(ctx, sqldb.Config{Path: path, Migrations: sub, Layer: layer})
	if err != nil {
		return nil, fmt.Errorf("session store: %w", err)
	}
	read, err := db.Read.PrepareContext(ctx, qSelect)
	if err != nil {
		return nil, fmt.Errorf("session store: %w", errors.Join(err, db.Close()))
	}
	return &Store{db: db, read: read, cache: newCache(), start: time.Now()}, nil
}

// Close gives the file free.
func (s *Store) Close() error { return errors.Join(s.read.Close(), s.db.Close()) }

// The queries of SQLite; PostgreSQL has its own set.
const (
	qInsert = `INSERT INTO session (key, rev, app, due, facts, sealed, state) VALUES (?, 1, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING`
	qSelect = `SELECT rev, app, due, facts, sealed, state FROM session WHERE key = ?`
	qUpdate = `UPDATE session SET rev = rev + 1, app = ?, due = ?, facts = ?, sealed = ?, state = ? WHERE key = ? AND rev = ?`
	qDelete = `DELETE FROM session WHERE key = ?`
	qPurge  = `DELETE FROM session WHERE key IN (SELECT value FROM json_each(?))`
	qSweep  = `SELECT key, rev, app, due, facts, sealed, state FROM session WHERE app = ? AND due <= ? ORDER BY due LIMIT ?`
)

// Create implements session.Store.
func (s *Store) Create(ctx context.Context, key string, r session.Row) error {
	c, err := encode(r)
	if err != nil {
		return err
	}
	defer s.cache.write(key)()
	res, err := s.db.Write.ExecContext(ctx, qInsert, key, r.App, c.due, c.facts, c.sealed, c.state)
	if err != nil {
		return fmt.Errorf("create session row: %w", err)
	}
	n, err := res.RowsAffected()
	if err == nil && n == 0 {
		err = session.ErrExists
	}
	return err
}

// Read implements session.Store. What was read before is answered from memory.
func (s *Store) Read(ctx context.Context, key string) (session.Row, bool, error) {
	have, known, gen := s.cache.get(key)
	if known {
		return have.row.Clone(), have.found, ctx.Err()
	}
	r, err := scan(s.read.QueryRowContext(ctx, key).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		s.cache.put(key, kept{}, gen)
		return session.Row{}, false, nil
	}
	if err != nil {
		return session.Row{}, false, fmt.Errorf("read session row: %w", err)
	}
	s.cache.put(key, kept{r.Clone(), true}, gen)
	return r, true, nil
}

// Update implements session.Store. The transaction begins immediate, so that nobody can write
// between the read and the write; the comparison of rev would show it if somebody did.
func (s *Store) Update(ctx context.Context, key string, fn func(session.Row) (session.Row, error)) (_ session.Row, err error) {
	defer s.cache.write(key)()
	tx, err := s.db.Write.BeginTx(ctx, nil)
	if err != nil {
		return session.Row{}, fmt.Errorf("update session row: %w", err)
	}
	defer tx.Rollback() // after Commit it does nothing
	next, own, err := change(ctx, tx, key, fn)
	switch {
	case own != nil:
		return session.Row{}, own
	case err == nil:
		err = tx.Commit()
	}
	if err != nil {
		return session.Row{}, fmt.Errorf("update session row: %w", err)
	}
	return next.Clone(), nil
}

// change is Update within a transaction. own is what the caller gets as it is: fn's error, or ErrAbsent.
func change(ctx context.Context, tx *sql.Tx, key string, fn func(session.Row) (session.Row, error)) (next session.Row, own, err error) {
	old, err := scan(tx.QueryRowContext(ctx, qSelect, key).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return next, session.ErrAbsent, nil
	}
	if err != nil {
		return next, nil, err
	}
	rev := old.Rev
	if next, own = fn(old); own != nil {
		return next, own, nil
	}
	c, err := encode(next)
	if err != nil {
		return next, nil, err
	}
	next.Rev = rev + 1
	return next, nil, exactlyOne(tx.ExecContext(ctx, qUpdate, next.App, c.due, c.facts, c.sealed, c.state, key, rev))
}

// UpdateAll implements session.Batcher.
func (s *Store) UpdateAll(ctx context.Context, keys []string, fn func(string, session.Row) (session.Row, error)) error {
	defer s.cache.write(keys...)()
	tx, err := s.db.Write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("update session rows: %w", err)
	}
	defer tx.Rollback() // after Commit it does nothing
	for _, key := range keys {
		if _, _, err := change(ctx, tx, key, func(r session.Row) (session.Row, error) { return fn(key, r) }); err != nil {
			return fmt.Errorf("update session rows: %w", err)
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("update session rows: %w", err)
	}
	return nil
}

func exactlyOne(res sql.Result, err error) error {
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err == nil && n != 1 {
		err = errors.New("the row changed during its own transaction")
	}
	return err
}

// Delete implements session.Store.
func (s *Store) Delete(ctx context.Context, key string) error {
	defer s.cache.write(key)()
	if _, err := s.db.Write.ExecContext(ctx, qDelete, key); err != nil {
		return fmt.Errorf("delete session row: %w", err)
	}
	return nil
}

// Purge implements session.Purger.
func (s *Store) Purge(ctx context.Context, keys []string) error {
	defer s.cache.write(keys...)()
	list, err := json.Marshal(keys)
	if err == nil {
		_, err = s.db.Write.ExecContext(ctx, qPurge, string(list))
	}
	if err != nil {
		return fmt.Errorf("delete session rows: %w", err)
	}
	return nil
}

// Sweep implements session.Store.
func (s *Store) Sweep(ctx context.Context, app string, now time.Time, limit int) ([]session.Keyed, error) {
	return sweep(ctx, s.db.Read, qSweep, app, now, limit)
}

func sweep(ctx context.Context, db *sql.DB, query, app string, now time.Time, limit int) (_ []session.Keyed, err error) {
	rows, err := db.QueryContext(ctx, query, app, now.UnixMilli(), limit)
	if err != nil {
		return nil, fmt.Errorf("sweep session rows: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var due []session.Keyed
	for rows.Next() {
		var key string
		r, err := scan(func(dest ...any) error { return rows.Scan(append([]any{&key}, dest...)...) })
		if err != nil {
			return nil, fmt.Errorf("sweep session rows: %w", err)
		}
		due = append(due, session.Keyed{Key: key, Row: r})
	}
	return due, rows.Err()
}

// Now implements session.Store: one process owns the file, so its monotonic clock is everybody's.
func (s *Store) Now(context.Context) (time.Time, error) {
	return s.start.Round(0).Add(time.Since(s.start)).UTC(), nil
}

// columns are a row's values as the table takes them.
type columns struct {
	due           sql.NullInt64
	facts         string
	sealed, state []byte
}

func encode(r session.Row) (columns, error) {
	facts, err := json.Marshal(r)
	if err != nil {
		return columns{}, fmt.Errorf("encode session row: %w", err)
	}
	c := columns{facts: string(facts), sealed: r.Sealed, state: r.State}
	if c.sealed == nil {
		c.sealed = []byte{}
	}
	if !r.Due.IsZero() {
		// Rounded up: a row must not be handed out before it is due, or a sweep would spin on it.
		c.due = sql.NullInt64{Int64: r.Due.Add(time.Millisecond - 1).UnixMilli(), Valid: true}
	}
	return c, nil
}

func scan(into func(...any) error) (session.Row, error) {
	var r session.Row
	var facts []byte
	var due sql.NullInt64
	if err := into(&r.Rev, &r.App, &due, &facts, &r.Sealed, &r.State); err != nil {
		return session.Row{}, err
	}
	if err := json.Unmarshal(facts, &r); err != nil {
		return session.Row{}, fmt.Errorf("decode session row: %w", err)
	}
	if due.Valid {
		r.Due = time.UnixMilli(due.Int64).UTC()
	}
	return r, nil
}
