package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"

	"github.com/ncruces/go-sqlite3"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
)

// versionTable is where goose notes what has been applied. Renaming it would orphan every database.
const versionTable = "goose_db_version"

func migrate(ctx context.Context, db *sql.DB, migrations fs.FS) error {
	p, err := provider(db, migrations)
	if err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

func provider(db *sql.DB, migrations fs.FS) (*goose.Provider, error) {
	p, err := goose.NewProvider(goose.DialectSQLite3, db, migrations,
		goose.WithTableName(versionTable), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	return p, nil
}

// refuseNewer reads the schema version through a read-only connection, so that a refused file is
// not changed by as much as its journal mode. Only what a power cut left half done is undone first.
func refuseNewer(ctx context.Context, s source, migrations fs.FS) error {
	err := compareFile(ctx, s.probe(), migrations)
	if errors.Is(err, sqlite3.READONLY) {
		err = compareFile(ctx, s.copier(), migrations)
	}
	return err
}

func compareFile(ctx context.Context, dsn string, migrations fs.FS) (err error) {
	db, err := connect(dsn, 1)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	p, err := provider(db, migrations)
	if err != nil {
		return err
	}
	var tables int
	row := db.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?`, versionTable)
	if err := row.Scan(&tables); err != nil || tables == 0 {
		return err
	}
	return compareVersions(ctx, db, goose.DialectSQLite3, p, versionTable)
}

// compareVersions is ErrNewer if table notes a version that p does not know.
func compareVersions(ctx context.Context, db *sql.DB, dialect goose.Dialect, p *goose.Provider, table string) error {
	notes, err := database.NewStore(dialect, table)
	if err != nil {
		return err
	}
	have, err := notes.GetLatestVersion(ctx, db)
	if errors.Is(err, database.ErrVersionNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	sources := p.ListSources()
	if know := sources[len(sources)-1].Version; have > know {
		return fmt.Errorf("%w: its schema is %d, this program knows %d", ErrNewer, have, know)
	}
	return nil
}
