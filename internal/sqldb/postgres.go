package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// PostgresConfig says which PostgreSQL database to open.
type PostgresConfig struct {
	// URL is postgres://USER:PASSWORD@HOST:PORT/DATABASE with the options of libpq; what it leaves
	// out comes from libpq's environment and files. Required.
	URL string
	// Migrations holds the goose files (0001_name.sql, …) at its root. Required.
	Migrations fs.FS
	// Name of the owner: what has been applied is noted in the table NAME_version, so that several
	// owners may share a database. Required.
	Name string
	// Conns is the most connections to be opened; 0 means 16.
	Conns int
}

// OpenPostgres opens the database of cfg and applies the migrations it lacks, one program at a
// time. Connections are only made to a server that takes writes, so no read is a standby's old one.
// The error wraps ErrNewer in that case, and never holds the URL.
func OpenPostgres(ctx context.Context, cfg PostgresConfig) (*sql.DB, error) {
	if cfg.URL == "" || cfg.Migrations == nil || cfg.Name == "" {
		return nil, errors.New("sqldb: URL, Migrations and Name are required")
	}
	conn, err := pgx.ParseConfig(cfg.URL)
	if err != nil { // its text may hold what is left of a password
		return nil, errors.New("the address of PostgreSQL cannot be read: it is postgres://USER:PASSWORD@HOST:PORT/DATABASE")
	}
	if conn.ConnectTimeout <= 0 {
		conn.ConnectTimeout = 3 * time.Second
	}
	if conn.ValidateConnect == nil {
		conn.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite
	}
	if cfg.Conns <= 0 {
		cfg.Conns = 16
	}
	db := stdlib.OpenDB(*conn)
	db.SetMaxOpenConns(cfg.Conns)
	db.SetMaxIdleConns(cfg.Conns)
	db.SetConnMaxIdleTime(5 * time.Minute)
	if err := migratePostgres(ctx, db, cfg); err != nil {
		return nil, fmt.Errorf("open database %s at %s: %w", conn.Database, conn.Host, errors.Join(err, db.Close()))
	}
	return db, nil
}

// migratePostgres looks twice at the version: a newer program may have come in between.
func migratePostgres(ctx context.Context, db *sql.DB, cfg PostgresConfig) error {
	table := cfg.Name + "_version"
	locker, err := lock.NewPostgresSessionLocker(
		lock.WithLockID(int64(crc32.ChecksumIEEE([]byte("usher "+table)))), lock.WithLockTimeout(1, 60))
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectPostgres, db, cfg.Migrations, goose.WithTableName(table),
		goose.WithDisableGlobalRegistry(true), goose.WithSessionLocker(locker))
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	check := func() error {
		var there bool
		if err := db.QueryRowContext(ctx, `SELECT to_regclass($1) IS NOT NULL`, table).Scan(&there); err != nil || !there {
			return err
		}
		return compareVersions(ctx, db, goose.DialectPostgres, p, table)
	}
	if err := check(); err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return check()
}
