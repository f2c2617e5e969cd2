package session_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/usherdev/usher/session"
)

// fault is what the backend does to one refresh call.
type fault int

const (
	works     fault = iota
	lost            // processed, the answer is lost
	refused         // not processed, certainly
	down            // not processed, but nobody can tell
	rejected        // a definite "no"
	misplaced       // the endpoint is not there
	explodes        // the app's own code panics
)

// backend stands for the builder's: it knows one family of rotating refresh tokens a person.
type backend struct {
	mu        sync.Mutex
	strict    bool // a spent token ends the family; else the same child is handed out again
	ttl       time.Duration
	latency   time.Duration
	script    func(call int) fault
	uid       string // in answers
	noRotate  bool
	revokeErr error

	calls, flying, maxFlying, reuses int
	cur, prev                        string
	dead                             bool
	revoked                          []string
}

func newBackend() *backend { return &backend{ttl: time.Hour, cur: "r0"} }

func (b *backend) login() session.AuthData {
	return session.AuthData{
		Token: session.NewSecret("a0"), RefreshToken: session.NewSecret("r0"), Expiry: time.Now().Add(b.ttl), UID: "u1", User: []byte(`{"name":"Ada"}`),
	}
}

func (b *backend) refresh(ctx context.Context, a session.AuthData) (session.Answer, error) {
	b.mu.Lock()
	b.calls++
	f := works
	if b.script != nil {
		f = b.script(b.calls)
	}
	b.flying++
	b.maxFlying = max(b.maxFlying, b.flying)
	b.mu.Unlock()
	defer func() { b.mu.Lock(); b.flying--; b.mu.Unlock() }()
	if b.latency > 0 {
		t := time.NewTimer(b.latency)
		defer t.Stop()
		select {
		case <-t.C:
		case <-ctx.Done():
			return session.Answer{Class: session.Ambiguous, Err: ctx.Err()}, nil
		}
	}
	switch f {
	case refused:
		return session.Answer{Class: session.NotSent}, nil
	case down:
		return session.Answer{Class: session.Ambiguous}, nil
	case rejected:
		return session.Answer{Class: session.Reject}, nil
	case misplaced:
		return session.Answer{Class: session.Misconfig}, nil
	case explodes:
		panic("boom " + a.RefreshToken.Reveal())
	}
	ans := b.process(a.RefreshToken.Reveal())
	if f == lost {
		return session.Answer{}, context.DeadlineExceeded
	}
	return ans, nil
}

func (b *backend) process(presented string) session.Answer {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.dead:
		return session.Answer{Class: session.Reject}
	case presented == b.cur && !b.noRotate:
		b.prev, b.cur = b.cur, fmt.Sprint("r", b.calls)
	case presented == b.cur:
	case presented == b.prev && !b.strict:
		b.reuses++
	default:
		b.reuses++
		b.dead = true
		return session.Answer{Class: session.Reject}
	}
	token, refresh, expiry := session.NewSecret(fmt.Sprint("a", b.calls)), session.NewSecret(b.cur), time.Now().Add(b.ttl)
	u := session.Update{Token: &token, RefreshToken: &refresh, Expiry: &expiry}
	if b.noRotate {
		u.RefreshToken = nil
	}
	if b.uid != "" {
		u.UID = &b.uid
	}
	return session.Answer{Class: session.Success, Update: u}
}

func (b *backend) revoke(_ context.Context, a session.AuthData) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.revokeErr != nil {
		return b.revokeErr
	}
	b.revoked = append(b.revoked, a.RefreshToken.Reveal())
	return nil
}

func (b *backend) refuseLogOuts(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.revokeErr = err
}

func (b *backend) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.calls
}

// told returns the refresh tokens that the backend was asked to revoke.
func (b *backend) told() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.revoked)
}

func (b *backend) live() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.cur
}

func (b *backend) always(f fault) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.script = func(int) fault { return f }
}

// events collects what a Manager reports.
type events struct {
	mu  sync.Mutex
	all []session.Event
}

func (e *events) add(ev session.Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.all = append(e.all, ev)
}

func (e *events) of(kind session.EventKind) (out []session.Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, ev := range e.all {
		if ev.Kind == kind {
			out = append(out, ev)
		}
	}
	return out
}

func testKeys() *session.Keys { return session.NewKeys([32]byte{1, 2, 3}) }

// manager makes a Manager over b that closes with the test; set may change its Config.
func manager(t *testing.T, b *backend, set ...func(*session.Config)) (*session.Manager, *events) {
	t.Helper()
	ev := &events{}
	cfg := session.Config{
		App: "app", Store: session.NewMemory(), Keys: testKeys(), Refresh: b.refresh, Revoke: b.revoke, Events: ev.add,
	}
	for _, fn := range set {
		fn(&cfg)
	}
	m, err := session.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeManager(t, m) })
	return m, ev
}

func closeManager(t *testing.T, m *session.Manager) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := m.Close(ctx); err != nil {
		t.Errorf("close: %v", err)
	}
}

func logIn(t *testing.T, m *session.Manager, b *backend) session.Session {
	t.Helper()
	s, err := m.LogIn(t.Context(), "", b.login(), true)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func current(t *testing.T, m *session.Manager, id string) session.Session {
	t.Helper()
	s, found, err := m.Current(t.Context(), id)
	if err != nil || !found {
		t.Fatalf("Current = %v, %v", found, err)
	}
	return s
}

// fresh is Fresh where nothing can go wrong.
func fresh(t *testing.T, m *session.Manager, id string) session.Session {
	t.Helper()
	s, found, err := m.Fresh(t.Context(), id)
	if err != nil || !found || s.Ended != "" {
		t.Fatalf("Fresh = %q, %v, %v", s.Ended, found, err)
	}
	return s
}

// volume picks how often a proof is repeated: the first in every run, the second with USHER_LONG=1.
func volume(short, long int) int {
	if os.Getenv("USHER_LONG") != "" {
		return long
	}
	return short
}
