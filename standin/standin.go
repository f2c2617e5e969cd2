// Package standin is a backend made of recorded replies: one YAML file says which requests there are and what they answer, who has an
// account, and how tokens are issued, expire and are renewed. Journeys run against it where no real backend is at hand.
//
// It keeps its state in memory, makes its tokens fresh each run, and answers what no route knows with 501 and remembers it. It never
// opens a connection, never runs code from the file beyond bounded ${expressions}, and no server that ships to people imports it.
package standin

import (
	"errors"
	"net/http"
	"strings"
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

// Expire makes the access tokens look expired, from now on, that stand anywhere in held: what a login holds, as text. false: there are none
// in it that this backend issued.
func (b *Backend) Expire(held string) bool {
	return b.each(held, func(t *token) bool { t.expired = t.expired || t.access; return t.access })
}

// Revoke makes this backend refuse the next renewal of the logins whose tokens, of either kind, stand in held. What is issued stays good
// until it expires. false: there are none in it that this backend issued.
func (b *Backend) Revoke(held string) bool {
	return b.each(held, func(t *token) bool { t.grant.revoked = true; return true })
}

func (b *Backend) each(held string, do func(*token) bool) (any bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for text, t := range b.tokens {
		if strings.Contains(held, text) {
			any = do(t) || any
		}
	}
	return any
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
