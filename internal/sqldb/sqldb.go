// Package sqldb opens and migrates the database of whoever owns one: SQLite in a file, or PostgreSQL.
//
// Every SQLite connection runs with synchronous=FULL, so what a committed transaction wrote is on
// disk before the call returns; one connection writes, several read. The package knows no table of
// its own, never retries a failed statement, and never touches what a newer program has migrated.
package sqldb

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	_ "github.com/ncruces/go-sqlite3/driver" // registers "sqlite3"
	_ "github.com/ncruces/go-sqlite3/vfs/memdb"
)

// Memory is the Path of a database that lives in this process and dies with its DB.
const Memory = ":memory:"

// ErrNewer says that the file was migrated by a newer program. The file is left as it was.
var ErrNewer = errors.New("the database was made by a newer version")

// ErrInUse says that another DB, in this or another process, owns the file.
var ErrInUse = errors.New("the database is in use by another process")

// Config says what to open.
type Config struct {
	// Path of the database file; its folder is made (0700) when missing. Memory for none.
	Path string
	// Migrations holds the goose files (0001_name.sql, …) at its root. Required.
	Migrations fs.FS
	// Readers is the number of reading connections; 0 means 8.
	Readers int
	// Layer names the file layer (a VFS of SQLite, registered before) through which the file is
	// reached; empty means the system's own. Tests name one that loses power.
	Layer string
}

// DB is an open, migrated database. It is safe for concurrent use.
type DB struct {
	// Write has the one connection that may change anything; its transactions begin immediate.
	// A query on it waits while a transaction on it is open, so never nest the two.
	Write *sql.DB
	// Read has the reading connections. They see the last committed state, and refuse to write.
	Read *sql.DB

	source source
	lock   *fileLock
}

// Open opens the database of cfg, making it when missing, and applies the migrations it lacks.
// It returns an error that wraps ErrNewer, ErrInUse or ErrNetwork in those cases.
func Open(ctx context.Context, cfg Config) (*DB, error) {
	if cfg.Path == "" || cfg.Migrations == nil {
		return nil, errors.New("sqldb: Path and Migrations are required")
	}
	if cfg.Readers <= 0 {
		cfg.Readers = 8
	}
	lock, err := prepareFile(cfg.Path, fileSystem)
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", cfg.Path, err)
	}
	db := &DB{lock: lock}
	if err := db.open(ctx, cfg); err != nil {
		return nil, fmt.Errorf("open database %s: %w", cfg.Path, errors.Join(err, db.Close()))
	}
	return db, nil
}

func (db *DB) open(ctx context.Context, cfg Config) error {
	source := newSource(cfg.Path)
	source.layer = cfg.Layer
	db.source = source
	if cfg.Path != Memory {
		if err := refuseNewer(ctx, source, cfg.Migrations); err != nil {
			return err
		}
	}
	var err error
	if db.Write, err = connect(source.writer(), 1); err != nil {
		return err
	}
	if err = migrate(ctx, db.Write, cfg.Migrations); err != nil {
		return err
	}
	db.Read, err = connect(source.reader(), cfg.Readers)
	return err
}

// Close ends all connections and gives the file free.
func (db *DB) Close() error {
	var errs []error
	if db.Read != nil {
		errs = append(errs, db.Read.Close())
	}
	if db.Write != nil {
		errs = append(errs, db.Write.Close())
	}
	return errors.Join(append(errs, db.lock.release())...)
}

// connect keeps n connections open for good: a memory database dies with its last one.
func connect(dsn string, n int) (*sql.DB, error) {
	db, err := sql.Open("sqlite3", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	db.SetConnMaxLifetime(0)
	db.SetConnMaxIdleTime(0)
	return db, nil
}

// source builds the data source names of one database.
type source struct {
	path   string
	memory bool
	layer  string
}

func newSource(path string) source {
	if path == Memory {
		// A name that begins with "/" is shared by the connections of this process.
		return source{path: "/" + rand.Text(), memory: true}
	}
	return source{path: path}
}

func (s source) writer() string {
	pragmas := []string{"busy_timeout(5000)", "synchronous(FULL)", "secure_delete(ON)", "foreign_keys(ON)", "trusted_schema(OFF)"}
	if !s.memory {
		pragmas = append([]string{"busy_timeout(5000)", "journal_mode(WAL)"}, pragmas[1:]...)
	}
	return s.dsn("rwc", "immediate", pragmas)
}

func (s source) reader() string {
	return s.dsn("rw", "deferred", []string{"busy_timeout(5000)", "query_only(ON)", "trusted_schema(OFF)"})
}

func (s source) copier() string {
	return s.dsn("rw", "deferred", []string{"busy_timeout(5000)", "trusted_schema(OFF)"})
}

func (s source) probe() string {
	return s.dsn("ro", "deferred", []string{"busy_timeout(5000)", "query_only(ON)"})
}

func (s source) dsn(mode, txlock string, pragmas []string) string {
	q := url.Values{"_txlock": {txlock}, "_pragma": pragmas}
	if s.memory {
		q.Set("vfs", "memdb")
	} else {
		q.Set("mode", mode)
		q.Set("modeof", s.path) // the -wal file is as private as the database
		if s.layer != "" {
			q.Set("vfs", s.layer)
		}
	}
	query := strings.ReplaceAll(q.Encode(), "+", "%20") // SQLite does not read "+" as a space
	u := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(s.path), RawQuery: query}
	if !filepath.IsAbs(s.path) && !s.memory {
		u.Opaque, u.Path = (&url.URL{Path: u.Path}).EscapedPath(), ""
	}
	return u.String()
}

// prepareFile makes the folder and the files with modes that keep other users out, and takes the
// owner's lock; kindOf tells the type of the folder's file system. SQLite itself would make its -wal and -shm files readable for everybody.
func prepareFile(path string, kindOf func(dir string) (uint32, error)) (*fileLock, error) {
	if path == Memory {
		return nil, nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	kind, err := kindOf(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("asking for the file system: %w", err)
	}
	if name := networkName(kind); name != "" {
		return nil, fmt.Errorf("%w (this is %s)", ErrNetwork, name)
	}
	lock, err := lockFile(path + ".lock")
	if err != nil {
		return nil, err
	}
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		if err := makePrivate(name); err != nil {
			return nil, errors.Join(err, lock.release())
		}
	}
	return lock, nil
}

func makePrivate(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(f.Chmod(0o600), f.Close())
}
