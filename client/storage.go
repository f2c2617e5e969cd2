package client

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/zalando/go-keyring"

	"github.com/usherdev/usher/session"
)

// Faults of SealedFile and Keychain.
var (
	// ErrWrongKey says that a login file was sealed with another key: the key is lost, or belongs to
	// another place of storage. The file is left as it is; removing it makes room for a new login.
	ErrWrongKey = errors.New("the login file is sealed with another key")
	// ErrNoKeychain says that the system has no keychain to be used, as on a server without D-Bus.
	// SealedFile is the way out.
	ErrNoKeychain = errors.New("no keychain to be used")
)

// keySuffix ends the name of the key file that lies beside a login file.
const keySuffix = ".key"

// Storage is where a login is kept: rows, and the keys that seal what they hold. The zero value means
// Memory. Any session.Store will do, also one that several machines share.
type Storage struct {
	Store session.Store
	Keys  *session.Keys
}

// Memory keeps the login until the program ends.
func Memory() Storage {
	return Storage{Store: session.NewMemory(), Keys: session.NewKeys(newKey())}
}

// SealedFile keeps the login in the file of path, sealed with keys (AES-256-GCM). Without keys (nil)
// they come from a key file beside it, path + ".key", which is made at the first use: then whoever can
// read both can use the login, so keep them out of backups and images. Any number of programs may use
// the file at once.
//
// Errors: ErrWrongKey, a key file that others can read, a file that is not a login file, or that of the
// disk. Nothing is changed then.
func SealedFile(path string, keys *session.Keys) (Storage, error) {
	return openFile(path, func(exists bool) (*session.Keys, error) {
		if keys != nil {
			return keys, nil
		}
		keys, _, err := session.LoadKeys(path+keySuffix, !exists)
		if exists && errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("%w: %s is gone", ErrWrongKey, path+keySuffix)
		}
		return keys, err
	})
}

// Keychain keeps the login in the file of path and the key that seals it in the keychain of the system
// (Keychain, Credential Manager, Secret Service) under service, the name of the program. So the
// keychain is asked once in a program's run, never during a renewal, and holds 44 characters: the login
// itself may be larger than a keychain takes, and changes with the file's guarantees, which no keychain
// gives.
//
// Errors: ErrNoKeychain, where SealedFile is the way out; else those of SealedFile.
func Keychain(service, path string) (Storage, error) {
	account := filepath.Base(path)
	return openFile(path, func(exists bool) (*session.Keys, error) {
		text, err := keyring.Get(service, account)
		if errors.Is(err, keyring.ErrNotFound) {
			if exists {
				return nil, fmt.Errorf("%w: the keychain does not know it", ErrWrongKey)
			}
			key := newKey()
			text = base64.StdEncoding.EncodeToString(key[:])
			err = keyring.Set(service, account, text)
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrNoKeychain, err)
		}
		raw, err := base64.StdEncoding.DecodeString(text)
		if err != nil || len(raw) != 32 {
			return nil, fmt.Errorf("%w: the keychain holds something else", ErrWrongKey)
		}
		return session.NewKeys([32]byte(raw)), nil
	})
}

func newKey() (key [32]byte) {
	rand.Read(key[:]) // never fails: it ends the process instead
	return key
}
