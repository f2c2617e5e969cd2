package studio

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"io"
	"net/http"
	"strings"
	"sync"
)

const (
	launchBytes = 16 // 128 bits
	cookieBytes = 32
	maxBrowsers = 8 // cookies that are good at a time; the oldest goes
)

type digest = [sha256.Size]byte

// keys holds what opens the studio: the link that was not used yet and the cookies of the browsers that came by one. Only hashes are
// kept; they die with the process. Safe for concurrent use.
type keys struct {
	rand io.Reader
	name string
	tail string

	mu       sync.Mutex
	launch   *digest // nil: used, or none made
	browsers []digest
}

func newKeys(rand io.Reader, secure bool) *keys {
	k := &keys{rand: rand, name: "__Host-Http-studio", tail: "; Path=/; Secure; HttpOnly; SameSite=Strict"}
	if !secure {
		k.name, k.tail = "studio", "; Path=/; HttpOnly; SameSite=Strict"
	}
	return k
}

func (k *keys) random(n int) (string, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(k.rand, b); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

// mint makes a launch token; it opens the studio once.
func (k *keys) mint() (string, error) {
	token, err := k.random(launchBytes)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(token))
	k.mu.Lock()
	defer k.mu.Unlock()
	k.launch = &sum
	return token, nil
}

// spend trades the launch token for the Set-Cookie line of a new cookie; "" when it is not the token, or was used.
func (k *keys) spend(token string) (string, error) {
	value, err := k.random(cookieBytes)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(token))
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.launch == nil || subtle.ConstantTimeCompare(sum[:], k.launch[:]) != 1 {
		return "", nil
	}
	k.launch = nil
	k.browsers = append(k.browsers, sha256.Sum256([]byte(value)))
	if len(k.browsers) > maxBrowsers {
		k.browsers = k.browsers[1:]
	}
	return k.name + "=" + value + k.tail, nil
}

// known reports whether the request bears a good cookie, exactly once.
func (k *keys) known(h http.Header) bool {
	found, n := "", 0
	for pair := range strings.SplitSeq(strings.Join(h["Cookie"], "; "), ";") {
		name, value, ok := strings.Cut(strings.TrimSpace(pair), "=")
		if ok && strings.EqualFold(strings.TrimSpace(name), k.name) {
			found, n = value, n+1
		}
	}
	if n != 1 {
		return false
	}
	sum := sha256.Sum256([]byte(found))
	k.mu.Lock()
	defer k.mu.Unlock()
	good := 0
	for _, b := range k.browsers {
		good |= subtle.ConstantTimeCompare(sum[:], b[:])
	}
	return good == 1
}
