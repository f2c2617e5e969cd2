// Package standin is a backend made of recorded replies: one YAML file says which requests there are and what they answer, who has an
// account, and how tokens are issued, expire and are renewed. Journeys run against it where no real backend is at hand.
//
// It keeps its state in memory, makes its tokens fresh each run, and answers what no route knows with 501 and remembers it. It never
// opens a connection, never runs code from the file beyond bounded ${expressions}, and no server that ships to people imports it.
package standin

import (
	"errors"
	"net/http"
	"sync"
	"time"
)

// Config is what a Backend needs.
type Config struct {
	Spec *Spec            // required
	Now  func() time.Time // nil: time.Now
}

// Backend answers as its Spec says. It is an http.Handler, safe for concurrent use.
type Backend struct {
	spec *Spec
	now  func() time.Time

	mu       sync.Mutex
	accounts []map[string]any
	tokens   map[string]*token
	serial   int
	key      []byte // signs this run's JWTs
	faults   []string
}

// New makes a Backend with the accounts of the Spec and nobody logged in.
func New(cfg Config) (*Backend, error) {
	if cfg.Spec == nil {
		return nil, errors.New("standin: Config.Spec is missing")
	}
	b := &Backend{spec: cfg.Spec, now: cfg.Now, tokens: map[string]*token{}, key: randomBytes(32)}
	if b.now == nil {
		b.now = time.Now
	}
	for _, a := range cfg.Spec.accounts {
		b.accounts = append(b.accounts, clone(a))
	}
	return b, nil
}

// ServeHTTP answers one request. A request that no route knows gets 501 and is a fault.
func (b *Backend) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	in, err := readRequest(r)
	if err != nil {
		b.fault(r.Method + " " + r.URL.Path + ": " + err.Error())
		plain(w, http.StatusBadRequest, err.Error())
		return
	}
	b.mu.Lock()
	out := b.answer(in)
	b.mu.Unlock()
	out.send(w)
}

// Faults returns, once, what went wrong since it was last asked: requests that are not recorded, replies that could not be made. A line
// names method, host and path, or a place in the file; never a query, a body or a token.
func (b *Backend) Faults() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := b.faults
	b.faults = nil
	return out
}

// Expire makes a token that this backend issued look expired from now on. false: it issued no such token.
func (b *Backend) Expire(text string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	t := b.tokens[text]
	if t != nil {
		t.expired = true
	}
	return t != nil
}

// Revoke makes this backend refuse the next renewal of the login that a token, of either kind, belongs to. What is issued stays good
// until it expires. false: it issued no such token.
func (b *Backend) Revoke(text string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	t := b.tokens[text]
	if t != nil {
		t.grant.revoked = true
	}
	return t != nil
}

func (b *Backend) fault(s string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.faults = append(b.faults, s)
}

func clone(m map[string]any) map[string]any {
	out := make(map[string]any, len(m))
	for k, v := range m {
		out[k] = v
	}
	return out
}
