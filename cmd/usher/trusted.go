package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// trusted remembers, outside of all projects, the folders whose apps may run (promise E6): those that their builder made here, and those of
// which they said so. Each folder is a file of its own, so that several commands may write at once.
type trusted struct{ dir string }

// trustedOf is what is remembered in a data folder.
func trustedOf(data string) *trusted { return &trusted{filepath.Join(data, "trusted")} }

// file names what stands for a folder: its real path's hash.
func (t *trusted) file(dir string) (name, real string, err error) {
	if real, err = filepath.Abs(dir); err == nil {
		real, err = filepath.EvalSymlinks(real)
	}
	if err != nil {
		return "", "", fmt.Errorf("trust: %w", err)
	}
	sum := sha256.Sum256([]byte(real))
	return filepath.Join(t.dir, hex.EncodeToString(sum[:16])), real, nil
}

func (t *trusted) has(dir string) (bool, error) {
	name, _, err := t.file(dir)
	if err != nil {
		return false, err
	}
	_, err = os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// remove forgets a folder: it may hold what its builder did not make.
func (t *trusted) remove(dir string) error {
	name, _, err := t.file(dir)
	if err != nil {
		return err
	}
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("trust: %w", err)
	}
	return nil
}

func (t *trusted) add(dir string) error {
	name, real, err := t.file(dir)
	if err == nil {
		err = os.MkdirAll(t.dir, 0o700)
	}
	if err == nil {
		err = os.WriteFile(name, []byte(real+"\n"), 0o600)
	}
	if err != nil {
		return fmt.Errorf("trust: %w", err)
	}
	return nil
}
