package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/usherdev/usher/session"
)

// testUsers are accounts that a builder logs in with by one click. They are kept in the data folder, never in the project, with their passwords
// sealed by a key beside them. A password is bound to the addresses that the app called when it was saved: an app that calls others does not get
// it. It is safe for concurrent use.
type testUsers struct {
	dir string
	mu  sync.Mutex
}

// testUser is one entry.
type testUser struct {
	Origins string `json:"origins"`
	Sealed  []byte `json:"sealed"`
}

const sealTestUser = "test user" // purpose of the seal

const maxTestUsers = 50

func (t *testUsers) file() string { return filepath.Join(t.dir, "testusers.json") }

func (t *testUsers) read() (map[string]testUser, error) {
	all := map[string]testUser{}
	b, err := os.ReadFile(t.file())
	if errors.Is(err, fs.ErrNotExist) {
		return all, nil
	}
	if err == nil {
		err = json.Unmarshal(b, &all)
	}
	if err != nil {
		return nil, fmt.Errorf("test users: %w", err)
	}
	return all, nil
}

// names lists who is saved.
func (t *testUsers) names() ([]string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	all, err := t.read()
	return append([]string{}, slices.Sorted(maps.Keys(all))...), err
}

func (t *testUsers) keys(create bool) (*session.Keys, error) {
	keys, _, err := session.LoadKeys(filepath.Join(t.dir, "testusers.key"), create)
	if err != nil {
		return nil, fmt.Errorf("test users: %w", err)
	}
	return keys, nil
}

func userAAD(name, origins string) []byte { return []byte(name + "\x00" + origins) }

// save keeps an account for an app that calls these addresses.
func (t *testUsers) save(name, password string, origins []string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	all, err := t.read()
	if err != nil {
		return err
	}
	if _, known := all[name]; !known && len(all) >= maxTestUsers {
		return fmt.Errorf("test users: there are %d already", maxTestUsers)
	}
	keys, err := t.keys(true)
	if err != nil {
		return err
	}
	to := strings.Join(origins, " ")
	all[name] = testUser{Origins: to, Sealed: keys.Seal(sealTestUser, userAAD(name, to), []byte(password))}
	return t.write(all)
}

// forget drops an account.
func (t *testUsers) forget(name string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	all, err := t.read()
	if err != nil {
		return err
	}
	delete(all, name)
	return t.write(all)
}

// errMoved says that a password was saved for other addresses.
var errMoved = errors.New("the app calls other addresses than when this was saved")

// password opens the password of an account, for an app that calls these addresses. ok is false where there is no such account.
func (t *testUsers) password(name string, origins []string) (text string, ok bool, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	all, err := t.read()
	u, ok := all[name]
	if err != nil || !ok {
		return "", false, err
	}
	if u.Origins != strings.Join(origins, " ") {
		return "", true, errMoved
	}
	keys, err := t.keys(false)
	if err != nil {
		return "", true, err
	}
	plain, err := keys.Open(sealTestUser, userAAD(name, u.Origins), u.Sealed)
	if err != nil {
		return "", true, fmt.Errorf("test users: %s: %w", name, err)
	}
	return string(plain), true, nil
}

// write replaces the file in one step. Mode 0600.
func (t *testUsers) write(all map[string]testUser) error {
	b, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return fmt.Errorf("test users: %w", err)
	}
	if err := replaceFile(t.file(), b); err != nil {
		return fmt.Errorf("test users: %w", err)
	}
	return nil
}
