package testserver

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // registers "pgx"
)

// Postgres is a PostgreSQL server of its own; its user "app" needs no password.
type Postgres struct {
	process
	databases atomic.Int32
}

// StartPostgres makes a cluster and starts it with settings ("fsync=off") as well as its own. It
// returns an error that wraps ErrMissing where PostgreSQL is not installed. Close it.
func StartPostgres(settings ...string) (_ *Postgres, err error) {
	bin, err := postgresBin()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "pg") // short, for its socket; not below a folder that only root enters
	if err != nil {
		return nil, err
	}
	p := &Postgres{process: process{name: "postgres", dir: dir}}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.Close())
		}
	}()
	attr, err := childOf(dir, "postgres")
	if err != nil {
		return nil, err
	}
	run := func(name string, args ...string) *exec.Cmd {
		c := exec.Command(filepath.Join(filepath.Dir(bin), name), args...)
		c.Dir, c.SysProcAttr = dir, attr
		c.Env = append(os.Environ(), "HOME="+dir, "LC_ALL=C")
		return c
	}
	data := filepath.Join(dir, "data")
	if out, err := run("initdb", "-D", data, "-U", "app", "-A", "trust", "-E", "UTF8", "--no-sync").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	if p.port, err = freePort(); err != nil {
		return nil, err
	}
	args := []string{"-D", data, "-p", strconv.Itoa(p.port), "-h", "127.0.0.1", "-k", dir, "-c", "max_connections=200"}
	for _, s := range settings {
		args = append(args, "-c", s)
	}
	p.make = func() *exec.Cmd { return run("postgres", args...) }
	p.ready = func(ctx context.Context) error { return p.exec(ctx, "SELECT 1") } // the port opens before it takes queries
	return p, p.Start()
}

// postgresBin finds the program itself, not a link to it: initdb looks for its files beside it.
func postgresBin() (string, error) {
	bin, err := exec.LookPath("postgres")
	if err != nil { // Debian keeps it outside PATH
		out, err := exec.Command("pg_config", "--bindir").Output()
		if err != nil {
			found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
			if len(found) == 0 {
				return "", fmt.Errorf("PostgreSQL is %w", ErrMissing)
			}
			return found[len(found)-1], nil
		}
		bin = filepath.Join(strings.TrimSpace(string(out)), "postgres")
	}
	if bin, err = filepath.EvalSymlinks(bin); err != nil {
		return "", fmt.Errorf("PostgreSQL is %w", ErrMissing)
	}
	return bin, nil
}

// URL is the address of a database.
func (p *Postgres) URL(database string) string {
	return fmt.Sprintf("postgres://app@127.0.0.1:%d/%s?sslmode=disable", p.port, database)
}

func (p *Postgres) exec(ctx context.Context, query string) error {
	db, err := sql.Open("pgx", p.URL("postgres"))
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, query)
	return errors.Join(err, db.Close())
}

// Database makes an empty database and returns its address.
func (p *Postgres) Database(tb testing.TB) string {
	tb.Helper()
	name := fmt.Sprintf("t%d", p.databases.Add(1))
	if err := p.exec(tb.Context(), "CREATE DATABASE "+name); err != nil {
		tb.Fatal(err)
	}
	return p.URL(name)
}

// Dump is what pg_dump writes of the database at url. It returns an error that wraps ErrMissing where the program is not
// installed.
func (p *Postgres) Dump(ctx context.Context, url string) ([]byte, error) {
	bin, err := postgresBin()
	if err != nil {
		return nil, err
	}
	bin = filepath.Join(filepath.Dir(bin), "pg_dump")
	if _, err := os.Stat(bin); err != nil {
		return nil, fmt.Errorf("pg_dump is %w", ErrMissing)
	}
	out, err := exec.CommandContext(ctx, bin, "--no-password", url).Output()
	if err != nil {
		return nil, fmt.Errorf("pg_dump: %w", err)
	}
	return out, nil
}
