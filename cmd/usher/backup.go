package main

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/usherdev/usher/session/sqlstore"
)

// A backup is a tar archive of two files, the manifest first, which any tar can open.
const (
	manifestName = "manifest.json"
	databaseName = "sessions.db"
	maxManifest  = 64 << 10
)

// manifest says what a backup holds.
type manifest struct {
	Format int       `json:"usherBackup"` // 1
	App    string    `json:"app"`
	Made   time.Time `json:"made"` // UTC
	Rows   int       `json:"rows"`
	Size   int64     `json:"size"` // of the database, bytes
	SHA256 string    `json:"sha256"`
}

// backup copies the store while it is used, checks the copy and sends both files. Keys are not in it.
func (a *admin) backup(w http.ResponseWriter, r *http.Request) (err error) {
	st, ok := a.store.(*sqlstore.Store)
	if !ok {
		return hinted(errors.New("usher backs up SQLite stores only"), "PostgreSQL and Redis have tools of their own: pg_dump, or the append-only file")
	}
	dir, err := os.MkdirTemp(a.scratch, ".backup-*")
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, databaseName)
	m := manifest{Format: 1, App: a.app, Made: time.Now().UTC().Truncate(time.Second)}
	if err := st.Backup(r.Context(), path); err != nil {
		return err
	}
	if m.Rows, err = sqlstore.Check(r.Context(), path); err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	defer f.Close()
	sum := sha256.New()
	if m.Size, err = io.Copy(sum, f); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	m.SHA256 = hex.EncodeToString(sum.Sum(nil))
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return m.write(w, f)
}

// write makes the archive.
func (m manifest) write(w io.Writer, database io.Reader) error {
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	text = append(text, '\n')
	out := tar.NewWriter(w)
	for _, part := range []struct {
		name string
		size int64
		from io.Reader
	}{{manifestName, int64(len(text)), bytes.NewReader(text)}, {databaseName, m.Size, database}} {
		if err := out.WriteHeader(&tar.Header{Name: part.name, Mode: 0o600, Size: part.size, ModTime: m.Made}); err != nil {
			return err
		}
		if _, err := io.Copy(out, part.from); err != nil {
			return err
		}
	}
	return out.Close()
}

// readBackup reads an archive, writes its database to w and returns the manifest. Anything that differs from it is an error.
func readBackup(r io.Reader, w io.Writer) (m manifest, err error) {
	in := tar.NewReader(r)
	h, err := in.Next()
	if err != nil || h.Name != manifestName || h.Size > maxManifest {
		return m, errors.New("it is no backup of usher")
	}
	if err := json.NewDecoder(in).Decode(&m); err != nil || m.Format != 1 {
		return m, errors.New("it is no backup that this version of usher knows")
	}
	if h, err = in.Next(); err != nil || h.Name != databaseName || h.Size != m.Size {
		return m, errors.New("it is damaged: the database is missing or cut off")
	}
	sum := sha256.New()
	if _, err := io.CopyN(io.MultiWriter(w, sum), in, m.Size); err != nil {
		return m, fmt.Errorf("it is damaged: %w", err)
	}
	if hex.EncodeToString(sum.Sum(nil)) != m.SHA256 {
		return m, errors.New("it is damaged: the checksum differs")
	}
	if _, err := in.Next(); !errors.Is(err, io.EOF) {
		return m, errors.New("it is damaged: something follows the database")
	}
	return m, nil
}

type backupCmd struct {
	File string `arg:"" help:"File to write; it must not exist." type:"path"`
	place
}

func (backupCmd) Help() string {
	return `Copies the SQLite session store, also while a server uses it, checks the copy and writes it with a manifest and a checksum into one file. The key file is not in
it: keep a copy of that apart. A restored store logs everybody out, for its tokens may be spent by then.

Example:
  usher backup /backups/shop-$(date +%F).tar ./shop`
}

// Run writes the backup and reads it back.
func (c backupCmd) Run(ctx context.Context, con *console) (err error) {
	p, prj, err := c.settled(con)
	if err != nil {
		return err
	}
	if _, err := os.Lstat(c.File); err == nil {
		return hinted(fmt.Errorf("%s exists", c.File), "name a new file; an older backup is not overwritten")
	}
	op, err := p.operator(ctx, con, prj)
	if err != nil {
		return err
	}
	defer op.finish(&err)
	body, err := op.ask(ctx, http.MethodGet, "/backup", nil)
	if err != nil {
		return err
	}
	defer body.Close()
	m, err := writeBackup(c.File, body)
	if err != nil {
		return err
	}
	fmt.Fprintf(con.Out, "%s: %d rows, %d bytes, sha256 %s\n", c.File, m.Rows, m.Size, m.SHA256)
	return nil
}

// writeBackup puts an archive into a file, mode 0600, once all of it has arrived and been verified.
func writeBackup(file string, from io.Reader) (m manifest, err error) {
	part, err := os.OpenFile(file+".part", os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return m, fmt.Errorf("backup: %w", err)
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("backup: %w", errors.Join(err, os.Remove(part.Name())))
		}
	}()
	_, err = io.Copy(part, from)
	if err == nil {
		_, err = part.Seek(0, io.SeekStart)
	}
	if err == nil {
		m, err = readBackup(part, io.Discard)
	}
	if err = errors.Join(err, part.Sync(), part.Close()); err != nil {
		return m, err
	}
	return m, os.Rename(part.Name(), file)
}

type restoreCmd struct {
	File string `arg:"" help:"A backup made by usher backup." type:"existingfile"`
	place
}

func (restoreCmd) Help() string {
	return `Puts a backup in the place of the SQLite session store while no server runs. The backup is verified first: checksum, rows, and every page of the database. The store
that was there is moved aside, not deleted. All sessions in the backup end with the reason "restored": the backend has renewed tokens since, and would take the old
ones for stolen. People log in once more; the backend hears nothing.

Example:
  usher restore /backups/shop-2026-01-31.tar ./shop`
}

// Run verifies the backup and puts it in place.
func (c restoreCmd) Run(ctx context.Context, con *console) (err error) {
	p, prj, err := c.settled(con)
	if err != nil {
		return err
	}
	path, ok := strings.CutPrefix(p.Store, "sqlite:")
	if !ok {
		return hinted(fmt.Errorf("usher restores SQLite stores only, not %s", storeName(p.Store)), "use the tools of PostgreSQL or Redis, and end all sessions")
	}
	if op := p.running(ctx); op != nil {
		return hinted(errors.New("a server is using the store"), "stop it, restore, then start it again")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	dir, err := os.MkdirTemp(filepath.Dir(path), ".restore-*")
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	next := filepath.Join(dir, databaseName)
	m, err := unpack(ctx, c.File, next)
	if err != nil {
		return fmt.Errorf("restore: %s: %w", c.File, err)
	}
	if m.App != prj.App.ID {
		return fmt.Errorf("restore: %s is a backup of the app %q, not of %q", c.File, m.App, prj.App.ID)
	}
	aside, err := sqlstore.Restored(ctx, path, next)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	fmt.Fprintf(con.Out, "restored %d rows of %s; everybody logs in once more\n", m.Rows, stamp(m.Made))
	if aside != "" {
		fmt.Fprintf(con.Out, "the store that was there is now %s\n", aside)
	}
	return nil
}

// unpack writes a backup's database to a new file and verifies all of it.
func unpack(ctx context.Context, file, next string) (m manifest, err error) {
	in, err := os.Open(file)
	if err != nil {
		return m, err
	}
	defer in.Close()
	out, err := os.OpenFile(next, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return m, err
	}
	m, err = readBackup(in, out)
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
		return m, err
	}
	rows, err := sqlstore.Check(ctx, next)
	if err == nil && rows != m.Rows {
		err = fmt.Errorf("it is damaged: %d rows instead of %d", rows, m.Rows)
	}
	return m, err
}
