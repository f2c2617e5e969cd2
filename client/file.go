package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/usherdev/usher/session"
)

// The form of a login file. Its secret parts are sealed by whoever uses the store; check is there to
// tell a wrong key before anything is read with it.
const (
	fileFormat = "usher-login-1"
	sealCheck  = "client/check/v1"
	maxFile    = 64 << 20 // far beyond what logins need; bounds what a damaged file can cost
)

// FileStore is a session.Store in one file: mode 0600, replaced as a whole by each change, which is on
// disk (file and folder synced) before the method returns. Programs that share the file take turns by a
// lock file beside it, path + ".lock", which the system releases when its holder dies; reading needs no
// turn. The clock is that of the machine.
type FileStore struct {
	path string
	turn chan struct{} // one change at a time in this process
}

// content is the file.
type content struct {
	Format string           `json:"format"`
	Check  []byte           `json:"check"`
	Rows   map[string]filed `json:"rows"`
}

// filed is a row with what its own JSON leaves out.
type filed struct {
	Rev    int64       `json:"rev"`
	App    string      `json:"app"`
	Due    time.Time   `json:"due,omitzero"`
	Sealed []byte      `json:"sealed,omitempty"`
	State  []byte      `json:"state,omitempty"`
	Facts  session.Row `json:"facts"`
}

func fileRow(r session.Row) filed { return filed{r.Rev, r.App, r.Due, r.Sealed, r.State, r} }

func (f filed) row() session.Row {
	r := f.Facts
	r.Rev, r.App, r.Due, r.Sealed, r.State = f.Rev, f.App, f.Due, f.Sealed, f.State
	return r
}

// openFile makes the folder and checks that keys open what is there. keysOf is asked while no other
// program can do the same, so that a key is made once.
func openFile(path string, keysOf func(exists bool) (*session.Keys, error)) (Storage, error) {
	s := &FileStore{path: path, turn: make(chan struct{}, 1)}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return Storage{}, fmt.Errorf("login file: %w", err)
	}
	var keys *session.Keys
	err := s.locked(context.Background(), func() error {
		s.tidy()
		c, err := s.read()
		if err != nil {
			return err
		}
		exists := c.Check != nil
		if keys, err = keysOf(exists); err != nil {
			return err
		}
		if exists {
			if _, err := keys.Open(sealCheck, nil, c.Check); err != nil {
				return ErrWrongKey
			}
			return nil
		}
		c.Check = keys.Seal(sealCheck, nil, nil)
		return s.write(c)
	})
	if err != nil {
		return Storage{}, fmt.Errorf("login file %s: %w", path, err)
	}
	return Storage{Store: s, Keys: keys}, nil
}

// Create implements session.Store.
func (s *FileStore) Create(ctx context.Context, key string, r session.Row) error {
	return s.change(ctx, func(rows map[string]filed) error {
		if _, ok := rows[key]; ok {
			return session.ErrExists
		}
		r.Rev = 1
		rows[key] = fileRow(r)
		return nil
	})
}

// Read implements session.Store.
func (s *FileStore) Read(ctx context.Context, key string) (session.Row, bool, error) {
	c, err := s.look(ctx)
	if err != nil {
		return session.Row{}, false, err
	}
	f, ok := c.Rows[key]
	if !ok {
		return session.Row{}, false, nil
	}
	return f.row(), true, nil
}

// Update implements session.Store.
func (s *FileStore) Update(ctx context.Context, key string, fn func(session.Row) (session.Row, error)) (session.Row, error) {
	var next session.Row
	err := s.change(ctx, func(rows map[string]filed) error {
		f, ok := rows[key]
		if !ok {
			return session.ErrAbsent
		}
		var err error
		if next, err = fn(f.row()); err != nil {
			return err
		}
		next = next.Clone()
		next.Rev = f.Rev + 1
		rows[key] = fileRow(next)
		return nil
	})
	if err != nil {
		return session.Row{}, err
	}
	return next, nil
}

// Delete implements session.Store.
func (s *FileStore) Delete(ctx context.Context, key string) error {
	err := s.change(ctx, func(rows map[string]filed) error {
		if _, ok := rows[key]; !ok {
			return session.ErrAbsent
		}
		delete(rows, key)
		return nil
	})
	if errors.Is(err, session.ErrAbsent) {
		return nil
	}
	return err
}

// Sweep implements session.Store.
func (s *FileStore) Sweep(ctx context.Context, app string, now time.Time, limit int) ([]session.Keyed, error) {
	c, err := s.look(ctx)
	if err != nil {
		return nil, err
	}
	var due []session.Keyed
	for key, f := range c.Rows {
		if f.App == app && !f.Due.IsZero() && !f.Due.After(now) {
			due = append(due, session.Keyed{Key: key, Row: f.row()})
		}
	}
	slices.SortFunc(due, func(a, b session.Keyed) int { return a.Row.Due.Compare(b.Row.Due) })
	return due[:min(limit, len(due))], nil
}

// Now implements session.Store: the machine's clock, which goes on while a laptop sleeps.
func (s *FileStore) Now(context.Context) (time.Time, error) { return time.Now().UTC().Round(0), nil }

// change reads the file, lets fn change its rows and writes it. fn's error comes back unchanged and
// nothing is written.
func (s *FileStore) change(ctx context.Context, fn func(map[string]filed) error) error {
	return s.locked(ctx, func() error {
		c, err := s.read()
		if err != nil {
			return err
		}
		if err := fn(c.Rows); err != nil {
			return err
		}
		return s.write(c)
	})
}

// locked runs fn while no other goroutine and no other program changes the file.
func (s *FileStore) locked(ctx context.Context, fn func() error) error {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	unlock, err := lockFile(ctx, s.path+".lock")
	if err != nil {
		return err
	}
	defer unlock()
	return fn()
}

// look reads the file for somebody who changes nothing.
func (s *FileStore) look(ctx context.Context) (c content, err error) {
	if err := ctx.Err(); err != nil {
		return c, err
	}
	if !readersTakeTurns {
		return s.read()
	}
	err = s.locked(ctx, func() error { c, err = s.read(); return err })
	return c, err
}

func (s *FileStore) read() (content, error) {
	c := content{Format: fileFormat, Rows: map[string]filed{}}
	f, err := os.Open(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	if err != nil {
		return c, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return c, err
	}
	if info.Size() > maxFile {
		return c, errors.New("it is too large to be a login file")
	}
	var b bytes.Buffer
	if _, err := b.ReadFrom(f); err != nil {
		return c, err
	}
	c.Format = ""
	if err := json.Unmarshal(b.Bytes(), &c); err != nil || c.Format != fileFormat || len(c.Check) == 0 {
		return c, errors.New("it is not a login file of this version; remove it to log in again")
	}
	if c.Rows == nil {
		c.Rows = map[string]filed{}
	}
	return c, nil
}

// write replaces the file: a crash leaves the old one or the new one. If only the folder could not be
// synced, the new file is in place and may not survive a power cut; as with any failed write, the
// caller asks again.
func (s *FileStore) write(c content) error {
	b, err := json.Marshal(c)
	if err != nil {
		return err
	}
	dir := filepath.Dir(s.path)
	tmp, err := os.CreateTemp(dir, s.tempName()) // mode 0600
	if err != nil {
		return err
	}
	_, err = tmp.Write(append(b, '\n'))
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), s.path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return syncDir(dir)
}

func (s *FileStore) tempName() string { return "." + filepath.Base(s.path) + ".new-*" }

// tidy removes what a crash has left behind. What cannot be removed does no harm.
func (s *FileStore) tidy() {
	entries, err := os.ReadDir(filepath.Dir(s.path))
	if err != nil {
		return
	}
	prefix := strings.TrimSuffix(s.tempName(), "*")
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), prefix) {
			_ = os.Remove(filepath.Join(filepath.Dir(s.path), e.Name()))
		}
	}
}

// syncDir makes a rename last. Windows has no such call, and does it by itself.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
