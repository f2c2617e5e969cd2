package issuer

import (
	"cmp"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/usherdev/usher/internal/sqldb"
)

// keys holds every secret of an issuer. Secrets of one purpose are of no use for another.
type keys struct {
	sign    ed25519.PrivateKey
	kid     string
	header  string // the only header segment that an access token may have
	refresh []byte // makes refresh tokens
	digest  []byte // hashes them for the row
	address []byte // hashes the addresses of known_addresses
}

// keyFile is the content of Config.KeyFile.
type keyFile struct {
	Version int    `json:"usherIssuerKeys"`
	Signing []byte `json:"signing"` // an Ed25519 seed
	Secret  []byte `json:"secret"`
}

// loadKeys reads the key file, or makes it. Making never overwrites.
func loadKeys(cfg Config) (*keys, error) {
	if cfg.Path == sqldb.Memory && cfg.KeyFile == "" {
		return newKeyFile().keys()
	}
	path := cmp.Or(cfg.KeyFile, cfg.Path+".keys")
	f, err := readKeyFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		f = newKeyFile()
		err = writeKeyFile(path, f)
	}
	if err != nil {
		return nil, fmt.Errorf("issuer: key file %s: %w", path, err)
	}
	k, err := f.keys()
	if err != nil {
		return nil, fmt.Errorf("issuer: key file %s: %w", path, err)
	}
	return k, nil
}

func newKeyFile() keyFile {
	f := keyFile{Version: 1, Signing: make([]byte, ed25519.SeedSize), Secret: make([]byte, 32)}
	rand.Read(f.Signing) // never fails: it ends the process instead
	rand.Read(f.Secret)
	return f
}

func readKeyFile(path string) (keyFile, error) {
	var f keyFile
	info, err := os.Stat(path)
	if err != nil {
		return f, err
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 && runtime.GOOS != "windows" {
		return f, fmt.Errorf("other users may read it (mode %o); run chmod 600 on it", mode)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return f, err
	}
	if json.Unmarshal(b, &f) != nil { // the error could quote a secret
		return f, errors.New("it is not a key file of this version")
	}
	return f, nil
}

// writeKeyFile is all or nothing: a crash leaves no half a key.
func writeKeyFile(path string, f keyFile) (err error) {
	b, err := json.Marshal(f)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".keys-*") // 0600
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(tmp.Name())) }()
	_, werr := tmp.Write(append(b, '\n'))
	if err := errors.Join(werr, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	return os.Link(tmp.Name(), path) // fails when another start was quicker
}

func (f keyFile) keys() (*keys, error) {
	if f.Version != 1 {
		return nil, errors.New("it is not a key file of this version")
	}
	if len(f.Signing) != ed25519.SeedSize || len(f.Secret) != 32 || uniform(f.Signing) || uniform(f.Secret) {
		return nil, errors.New("it holds a placeholder, not a key; delete it and a new one is made")
	}
	k := &keys{sign: ed25519.NewKeyFromSeed(f.Signing)}
	public := sha256.Sum256(k.sign.Public().(ed25519.PublicKey))
	k.kid = base64.RawURLEncoding.EncodeToString(public[:8])
	header, err := json.Marshal(map[string]string{"alg": "EdDSA", "kid": k.kid, "typ": tokenType})
	if err != nil {
		return nil, err
	}
	k.header = base64.RawURLEncoding.EncodeToString(header)
	for purpose, key := range map[string]*[]byte{"refresh": &k.refresh, "digest": &k.digest, "address": &k.address} {
		if *key, err = hkdf.Key(sha256.New, f.Secret, nil, "usher issuer "+purpose, 32); err != nil {
			return nil, err
		}
	}
	return k, nil
}

func uniform(b []byte) bool {
	for _, c := range b {
		if c != b[0] {
			return false
		}
	}
	return true
}

func mac(key []byte, parts ...[]byte) []byte {
	h := hmac.New(sha256.New, key)
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}
