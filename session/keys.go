package session

import (
	"bufio"
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Faults of Open.
var (
	// ErrTampered says that sealed bytes were changed, moved to another place or cut.
	ErrTampered = errors.New("sealed data was changed")
	// ErrKeyMissing says that the key which sealed the bytes is not in the ring.
	ErrKeyMissing = errors.New("the key of sealed data is missing")
)

// Sealed bytes: version, key id, salt, then nonce and ciphertext.
const (
	sealVersion = 1
	keyIDLen    = 4
	saltLen     = 16
	sealHead    = 1 + keyIDLen + saltLen
	keyWord     = "usher-key-v1"
)

// Keys is a ring of key-encryption keys: the first seals, all open. Replace alone changes it, in one
// step; it is safe for concurrent use. It prints nothing of itself.
type Keys struct{ now atomic.Pointer[ring] }

type ring struct {
	keks []kek
	log  []byte // derives the hashes that logs show

	mu      sync.Mutex
	sealers map[string]*Sealer // by purpose
	derived map[derivation]cipher.AEAD
}

// derivation names a derived key.
type derivation struct {
	id      [keyIDLen]byte
	salt    [saltLen]byte
	purpose string
}

// maxDerived bounds how many derived keys are remembered, about a kilobyte each.
const maxDerived = 1024

// opener returns the derived key that sealed bytes with this head were sealed with. Those of the sessions and pages in use are remembered.
func (r *ring) opener(k kek, head []byte, purpose string) cipher.AEAD {
	d := derivation{k.id, [saltLen]byte(head[1+keyIDLen:]), purpose}
	r.mu.Lock()
	have := r.derived[d]
	r.mu.Unlock()
	if have != nil {
		return have
	}
	made := aead(k.key, d.salt[:], purpose)
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.derived) >= maxDerived {
		for other := range r.derived { // any one: maps are gone through in no order
			delete(r.derived, other)
			break
		}
	}
	r.derived[d] = made
	return made
}

// sealer returns the key with which many texts of a purpose are sealed, a new one after maxSeals of them.
func (r *ring) sealer(purpose string) *Sealer {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.sealers[purpose]
	if s == nil || s.used.Load() >= maxSeals {
		s = r.fresh(purpose)
		r.sealers[purpose] = s
	}
	return s
}

// fresh derives a key for purpose and a random salt.
func (r *ring) fresh(purpose string) *Sealer {
	head := make([]byte, sealHead)
	head[0] = sealVersion
	copy(head[1:], r.keks[0].id[:])
	rand.Read(head[1+keyIDLen:])
	return &Sealer{head: head, gcm: aead(r.keks[0].key, head[1+keyIDLen:], purpose)}
}

type kek struct {
	id  [keyIDLen]byte
	key [32]byte
}

// NewKeys makes a ring of active, which seals, and old, which only opens.
func NewKeys(active [32]byte, old ...[32]byte) *Keys {
	r := &ring{sealers: map[string]*Sealer{}, derived: map[derivation]cipher.AEAD{}}
	for _, raw := range append([][32]byte{active}, old...) {
		sum := sha256.Sum256(append([]byte("usher key id"), raw[:]...))
		r.keks = append(r.keks, kek{id: [keyIDLen]byte(sum[:]), key: raw})
	}
	r.log = derive(active, nil, "log hash")
	k := &Keys{}
	k.now.Store(r)
	return k
}

// Replace puts the keys of next in the place of those of k, for all who hold k: a rotated key file is
// taken up without a restart. The hashes in logs follow the active key, so they change with it.
func (k *Keys) Replace(next *Keys) { k.now.Store(next.now.Load()) }

// active returns the id of the key that seals.
func (k *Keys) active() [keyIDLen]byte { return k.now.Load().keks[0].id }

// String keeps the keys out of every print.
func (k *Keys) String() string { return redacted }

// GoString keeps the keys out of every print.
func (k *Keys) GoString() string { return redacted }

// LoadKeys reads a key file: one "usher-key-v1 BASE64" a line, the first is the active key, lines
// that begin with # are comments. With create a missing file is made with a fresh key, mode 0600
// in a folder of mode 0700; created tells so that the program can say it loudly. A file that other
// users can read is refused.
func LoadKeys(path string, create bool) (keys *Keys, created bool, err error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && create {
		if b, err = createKeyFile(path); err != nil {
			return nil, false, fmt.Errorf("create key file %s: %w", path, err)
		}
		created = true
	}
	if err != nil {
		return nil, false, fmt.Errorf("read key file: %w", err)
	}
	st, err := os.Stat(path)
	if err != nil {
		return nil, false, fmt.Errorf("read key file: %w", err)
	}
	if runtime.GOOS != "windows" && st.Mode().Perm()&0o077 != 0 {
		return nil, false, fmt.Errorf("key file %s can be read by other users; run: chmod 600 %s", path, path)
	}
	raw, err := parseKeys(b)
	if err != nil {
		return nil, false, fmt.Errorf("key file %s: %w", path, err)
	}
	return NewKeys(raw[0], raw[1:]...), created, nil
}

func createKeyFile(path string) (_ []byte, err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	var raw [32]byte
	rand.Read(raw[:])
	b := fmt.Appendf(nil, "# Opens the sessions of Usher. Keep it secret, and apart from backups of the database.\n%s %s\n",
		keyWord, base64.StdEncoding.EncodeToString(raw[:]))
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil { // half a key would keep the next start from making one
		return nil, errors.Join(err, os.Remove(path))
	}
	syncFolder(path)
	return b, nil
}

func parseKeys(b []byte) ([][32]byte, error) {
	var keys [][32]byte
	lines := bufio.NewScanner(bytes.NewReader(b))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		word, text, _ := strings.Cut(line, " ")
		raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
		if word != keyWord || err != nil || len(raw) != 32 {
			return nil, fmt.Errorf("line %d is not %q and 32 bytes in base64", n, keyWord)
		}
		keys = append(keys, [32]byte(raw))
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if len(keys) == 0 {
		return nil, errors.New("it holds no key")
	}
	return keys, nil
}

// Seal encrypts and authenticates plain with AES-256-GCM under a key of its own, derived for
// purpose and a random salt. The same purpose and aad open it again.
func (k *Keys) Seal(purpose string, aad, plain []byte) []byte {
	return k.now.Load().fresh(purpose).Seal(aad, plain)
}

// Sealer seals many texts for one purpose under one derived key, which spares deriving it for each; Keys.Open opens them. It is safe for
// concurrent use.
type Sealer struct {
	head []byte // version, key id, salt
	gcm  cipher.AEAD
	used atomic.Int64
}

// maxSeals is how many texts are sealed under one derived key: nonces are random, and among a million of 96 bits two are alike once in 10^17.
const maxSeals = 1 << 20

// Sealer returns the key that seals texts of purpose, such as the state and the buttons of pages. Ask anew for each page: it changes with the
// ring, and after a million texts.
func (k *Keys) Sealer(purpose string) *Sealer { return k.now.Load().sealer(purpose) }

// Seal encrypts and authenticates plain, bound to aad, under a random nonce.
func (s *Sealer) Seal(aad, plain []byte) []byte {
	s.used.Add(1)
	out := append(make([]byte, 0, sealHead+len(plain)+28), s.head...)
	return s.gcm.Seal(out, nil, plain, aad)
}

// Open returns what Seal was given, or an error that wraps ErrTampered or ErrKeyMissing.
func (k *Keys) Open(purpose string, aad, sealed []byte) ([]byte, error) {
	if len(sealed) < sealHead || sealed[0] != sealVersion {
		return nil, ErrTampered
	}
	r := k.now.Load()
	for _, kk := range r.keks {
		if kk.id != [keyIDLen]byte(sealed[1:]) {
			continue
		}
		plain, err := r.opener(kk, sealed[:sealHead], purpose).Open(nil, nil, sealed[sealHead:], aad)
		if err != nil {
			return nil, ErrTampered
		}
		return plain, nil
	}
	return nil, ErrKeyMissing
}

// has reports whether the ring holds the key of that id.
func (k *Keys) has(id [keyIDLen]byte) bool {
	return slices.ContainsFunc(k.now.Load().keks, func(kk kek) bool { return kk.id == id })
}

// IDs returns the ids of the keys in hex, the active one first; sealed bytes and Rewrapped name them.
func (k *Keys) IDs() []string {
	var out []string
	for _, kk := range k.now.Load().keks {
		out = append(out, hex.EncodeToString(kk.id[:]))
	}
	return out
}

// LogHash returns 12 hex digits that stand for key in logs and cannot be turned back.
func (k *Keys) LogHash(key string) string {
	mac := hmac.New(sha256.New, k.now.Load().log)
	mac.Write([]byte(key))
	return hex.EncodeToString(mac.Sum(nil)[:6])
}

// aead cannot fail: the key has 32 bytes whatever the input.
func aead(key [32]byte, salt []byte, purpose string) cipher.AEAD {
	block, err := aes.NewCipher(derive(key, salt, purpose))
	if err != nil {
		panic(err)
	}
	gcm, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err)
	}
	return gcm
}

func derive(key [32]byte, salt []byte, purpose string) []byte {
	b, err := hkdf.Key(sha256.New, key[:], salt, "usher/"+purpose, 32)
	if err != nil {
		panic(err) // only for lengths beyond 255 hashes
	}
	return b
}
