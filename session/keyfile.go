package session

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// AddKey adds a fresh key to a key file and returns its id. With active the new key seals from the next load on; else it only opens, until
// ActivateKey: with several nodes, each must know a key before the first one seals with it. The keys that were there stay. The file is
// replaced in one step; running programs go on with what they have loaded.
func AddKey(path string, active bool) (id string, err error) {
	var raw [32]byte
	rand.Read(raw[:])
	line := keyWord + " " + base64.StdEncoding.EncodeToString(raw[:])
	return idOf(raw), editKeys(path, func(lines []keyLine) ([]keyLine, error) {
		at := len(lines)
		if active {
			at = slices.IndexFunc(lines, keyLine.holds)
		}
		return slices.Insert(lines, at, keyLine{text: line, id: idOf(raw)}), nil
	})
}

// ActivateKey makes a key that is in the file the one that seals, from the next load on.
func ActivateKey(path, id string) error {
	return editKeys(path, func(lines []keyLine) ([]keyLine, error) {
		from, err := find(lines, id)
		if err != nil {
			return nil, err
		}
		line := lines[from]
		lines = slices.Delete(lines, from, from+1)
		return slices.Insert(lines, max(0, slices.IndexFunc(lines, keyLine.holds)), line), nil
	})
}

// DropKey takes a key out of the file. What it alone has sealed can never be opened again: call Rewrap first, and drop only what no row
// names. The active key cannot be dropped.
func DropKey(path, id string) error {
	return editKeys(path, func(lines []keyLine) ([]keyLine, error) {
		at, err := find(lines, id)
		if err != nil {
			return nil, err
		}
		if at == slices.IndexFunc(lines, keyLine.holds) {
			return nil, fmt.Errorf("key %s is the active one; activate another first", id)
		}
		return slices.Delete(lines, at, at+1), nil
	})
}

// keyLine is a line of a key file; id is empty for comments and blank lines.
type keyLine struct{ text, id string }

func (l keyLine) holds() bool { return l.id != "" }

func find(lines []keyLine, id string) (int, error) {
	at := slices.IndexFunc(lines, func(l keyLine) bool { return l.holds() && l.id == id })
	if at < 0 {
		return 0, fmt.Errorf("no key %s in the file", id)
	}
	return at, nil
}

func idOf(raw [32]byte) string {
	id := NewKeys(raw).active()
	return hex.EncodeToString(id[:])
}

// editKeys replaces a key file by what fn makes of its lines. Two edits at a time would lose a key, so each takes a lock file.
func editKeys(path string, fn func([]keyLine) ([]keyLine, error)) (err error) {
	if _, _, err := LoadKeys(path, false); err != nil {
		return err
	}
	lock := path + ".lock"
	f, err := os.OpenFile(lock, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("key file %s is being changed by another program; if none runs, remove %s", path, lock)
	}
	if err != nil {
		return fmt.Errorf("key file: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(lock)) }()
	b, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("key file: %w", err)
	}
	lines, err := keyLines(b)
	if err != nil {
		return fmt.Errorf("key file %s: %w", path, err)
	}
	if lines, err = fn(lines); err != nil {
		return err
	}
	var out bytes.Buffer
	for _, l := range lines {
		out.WriteString(l.text + "\n")
	}
	return replaceFile(path, out.Bytes())
}

func keyLines(b []byte) ([]keyLine, error) {
	var lines []keyLine
	for _, text := range strings.Split(strings.TrimRight(string(b), "\n"), "\n") {
		l := keyLine{text: text}
		if t := strings.TrimSpace(text); t != "" && !strings.HasPrefix(t, "#") {
			raw, err := parseKeys([]byte(text))
			if err != nil {
				return nil, err
			}
			l.id = idOf(raw[0])
		}
		lines = append(lines, l)
	}
	return lines, nil
}

// replaceFile puts b in a file's place in one step: after a crash there is the old file or the new one. Mode 0600.
func replaceFile(path string, b []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".new*") // mode 0600
	if err != nil {
		return fmt.Errorf("key file: %w", err)
	}
	_, err = tmp.Write(b)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("key file: %w", errors.Join(err, os.Remove(tmp.Name())))
	}
	syncFolder(path)
	return nil
}

// syncFolder makes the name of a new file last. A folder cannot be synced everywhere; there it is not.
func syncFolder(path string) {
	if d, err := os.Open(filepath.Dir(path)); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
}
