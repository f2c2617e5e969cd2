package issuer

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/argon2"
)

const (
	saltSize = 16
	hashSize = 32
)

// argonCost is what one Argon2id hash costs; memory is in KiB.
type argonCost struct {
	memory, time uint32
	threads      uint8
}

// Bounds of what a stored hash may ask of us, however it came into the database.
var argonMost = argonCost{memory: 64 * 1024, time: 8, threads: 4}

// hasher hashes passwords, as many at once as there are processors: each takes memory. A few may
// wait for a moment, the rest are told to come back.
type hasher struct {
	cost     argonCost
	nobody   string // the hash of a password that nobody has
	slots    chan struct{}
	waiting  atomic.Int64
	queue    int64
	patience time.Duration
}

func newHasher(cost argonCost) *hasher {
	h := &hasher{cost: cost, slots: make(chan struct{}, runtime.GOMAXPROCS(0)), queue: 64, patience: 5 * time.Second}
	h.nobody = cost.phc(rand.Text())
	return h
}

// hash returns the PHC string of a password in normal form.
func (h *hasher) hash(ctx context.Context, password string) (phc string, err error) {
	err = h.run(ctx, func() { phc = h.cost.phc(password) })
	return phc, err
}

// verify compares a password in normal form with a PHC string. stale says that the string was
// made at another cost than today's. A string that cannot be read is an error.
func (h *hasher) verify(ctx context.Context, phc, password string) (match, stale bool, err error) {
	cost, salt, want, err := parsePHC(phc)
	if err != nil {
		return false, false, err
	}
	err = h.run(ctx, func() {
		got := argon2.IDKey([]byte(password), salt, cost.time, cost.memory, cost.threads, uint32(len(want)))
		match = subtle.ConstantTimeCompare(got, want) == 1
	})
	return match, cost != h.cost, err
}

func (h *hasher) run(ctx context.Context, work func()) error {
	busy := later(http.StatusServiceUnavailable, "busy", "Too many people are logging in just now. Try again in a moment.", time.Second)
	if h.waiting.Add(1) > h.queue {
		h.waiting.Add(-1)
		return busy
	}
	defer h.waiting.Add(-1)
	timer := time.NewTimer(h.patience)
	defer timer.Stop()
	select {
	case h.slots <- struct{}{}:
	case <-timer.C:
		return busy
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-h.slots }()
	work()
	return nil
}

func (c argonCost) phc(password string) string {
	salt := make([]byte, saltSize)
	rand.Read(salt) // never fails: it ends the process instead
	sum := argon2.IDKey([]byte(password), salt, c.time, c.memory, c.threads, hashSize)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.memory, c.time, c.threads, b64.EncodeToString(salt), b64.EncodeToString(sum))
}

// parsePHC reads "$argon2id$v=19$m=…,t=…,p=…$salt$hash" and nothing else.
func parsePHC(phc string) (c argonCost, salt, sum []byte, err error) {
	damaged := errors.New("a stored password hash is damaged or costs too much")
	var version int
	var salt64, sum64 string
	if len(phc) > 256 {
		return c, nil, nil, damaged
	}
	var rest string
	if _, err := fmt.Sscanf(phc, "$argon2id$v=%d$m=%d,t=%d,p=%d$%s", &version, &c.memory, &c.time, &c.threads, &rest); err != nil {
		return c, nil, nil, damaged
	}
	for i := range rest {
		if rest[i] == '$' {
			salt64, sum64 = rest[:i], rest[i+1:]
			break
		}
	}
	b64 := base64.RawStdEncoding.Strict()
	salt, err1 := b64.DecodeString(salt64)
	sum, err2 := b64.DecodeString(sum64)
	if err1 != nil || err2 != nil || version != argon2.Version || len(salt) < 8 || len(salt) > 64 || len(sum) < 16 || len(sum) > 64 ||
		c.time < 1 || c.threads < 1 || c.memory < 8*uint32(c.threads) ||
		c.memory > argonMost.memory || c.time > argonMost.time || c.threads > argonMost.threads {
		return c, nil, nil, damaged
	}
	return c, salt, sum, nil
}
