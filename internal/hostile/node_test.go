package hostile_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/internal/hostile"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		os.Exit(child())
	}
	code := m.Run()
	// A Redis client's look for a cluster leaves one that sleeps for up to a second.
	sleeper := goleak.IgnoreAnyFunction("github.com/redis/rueidis.(*call).DelayDo.func1")
	if err := errors.Join(shared.close(), goleak.Find(sleeper)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// volume picks how often a proof is repeated: the first in every run, the second with USHER_LONG=1.
func volume(short, long int) int {
	if os.Getenv("USHER_LONG") != "" {
		return long
	}
	return short
}

// template parses what an app's file would say; it panics on what never changes.
func template(src string, want *value.Type) *value.Template {
	env := value.NewEnv()
	for _, n := range []string{"params", "auth", "reply", "constants"} {
		env = env.With(n, nil)
	}
	t, faults := env.Parse(src, want)
	if len(faults) > 0 {
		panic(faults[0])
	}
	return t
}

// app is the smallest app that renews and logs out at a backend.
func app(url string) *project.Project {
	post := func(name string) *project.Call {
		return &project.Call{
			Name: name, ID: "api." + name, Method: http.MethodPost, Path: template("/"+name, nil), Auth: project.AuthNone, BodyKind: project.BodyJSON,
			Params: []project.Param{{Name: "refreshToken", Type: value.SecretType()}, {Name: "padding", Type: value.TextType()}},
			Body:   value.MapOf([]string{"refreshToken", "padding"}, []*value.Template{template("${params.refreshToken}", nil), template("${params.padding}", nil)}),
		}
	}
	refresh, logout := post("refresh"), post("logout")
	g := &project.Group{Name: "api", URL: value.Const(url), Calls: []*project.Call{refresh, logout}}
	refresh.Group, logout.Group = g, g
	with := value.MapOf([]string{"refreshToken", "padding"}, []*value.Template{template("${auth.refreshToken}", nil), template("${constants.padding}", nil)})
	return &project.Project{Groups: []*project.Group{g}, App: project.App{Name: "Test", ID: "test", Constants: map[string]any{"padding": ""}, Auth: project.Auth{
		Enabled: true,
		LogOut:  &project.LogOut{Call: logout, With: with},
		Refresh: &project.Refresh{Call: refresh, With: with, Update: project.AuthFields{
			Token: template("${reply.body.accessToken}", nil), RefreshToken: template("${reply.body.refreshToken}", nil),
			Expiry: template("${unixMs(reply.body.expiresAt)}", value.TimeType()), UID: template("${reply.body.uid}", nil),
		}},
	}}}
}

// caller is call's Client for the app at url. now may be nil.
func caller(t testing.TB, url string, now func() time.Time) *call.Client {
	t.Helper()
	return callerOf(t, app(url), now)
}

func callerOf(t testing.TB, p *project.Project, now func() time.Time) *call.Client {
	t.Helper()
	c, err := call.New(call.Config{Project: p, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// quick has the shape of the real constants at a small part of their size; a loaded machine must still answer within
// the budget.
func quick() session.Tuning {
	return session.Tuning{
		AttemptBudget: 800 * time.Millisecond, Lease: 1200 * time.Millisecond, Patience: 200 * time.Millisecond, FailGuard: 10 * time.Millisecond,
		NotSentDelays:   []time.Duration{2 * time.Millisecond, 6 * time.Millisecond, 18 * time.Millisecond},
		AmbiguousDelays: []time.Duration{5 * time.Millisecond, 20 * time.Millisecond},
		Probe:           10 * time.Millisecond, SweepEvery: 50 * time.Millisecond,
	}
}

// node is a Manager in front of a hostile backend, by way of call, over real HTTP.
type node struct {
	*session.Manager
	srv *hostile.Server
	journal
	mu     sync.Mutex
	events []session.Event
	flying map[string]int // calls under way, by uid
	most   int
}

// counted notes how many refresh calls of one person are under way at once.
func (n *node) counted(refresh func(context.Context, session.AuthData) (session.Answer, error)) func(context.Context, session.AuthData) (session.Answer, error) {
	return func(ctx context.Context, a session.AuthData) (session.Answer, error) {
		n.mu.Lock()
		n.flying[a.UID]++
		n.most = max(n.most, n.flying[a.UID])
		n.mu.Unlock()
		defer func() {
			n.mu.Lock()
			defer n.mu.Unlock()
			n.flying[a.UID]--
		}()
		return refresh(ctx, a)
	}
}

// journal is a store that notes each attempt that was written down, and the doubts that it began with.
type journal struct {
	session.Store
	mu       sync.Mutex
	attempts []string
	doubts   []int
}

func (j *journal) Update(ctx context.Context, key string, fn func(session.Row) (session.Row, error)) (session.Row, error) {
	r, err := j.Store.Update(ctx, key, fn)
	if id := r.Attempt.ID; err == nil && id != "" {
		j.mu.Lock()
		defer j.mu.Unlock()
		if !slices.Contains(j.attempts[max(0, len(j.attempts)-200):], id) {
			j.attempts, j.doubts = append(j.attempts, id), append(j.doubts, r.Doubt)
		}
	}
	return r, err
}

func (j *journal) journalled() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.attempts)
}

func (j *journal) doubted() []int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.doubts)
}

// newNode makes a node that closes with the test; set may change its Config.
func newNode(t testing.TB, srv *hostile.Server, set ...func(*session.Config)) *node {
	t.Helper()
	n := &node{srv: srv, flying: map[string]int{}}
	n.journal.Store = session.NewMemory()
	c := caller(t, srv.URL(), nil)
	cfg := session.Config{
		App: "test", Store: &n.journal, Keys: session.NewKeys([32]byte{1}), Refresh: c.Refresher(), Revoke: c.Revoker(), Tuning: quick(),
		Events: func(e session.Event) {
			n.mu.Lock()
			defer n.mu.Unlock()
			n.events = append(n.events, e)
		},
	}
	for _, fn := range set {
		fn(&cfg)
	}
	cfg.Refresh = n.counted(cfg.Refresh)
	if cfg.Store != &n.journal { // the journal stands before whatever store was chosen
		n.journal.Store, cfg.Store = cfg.Store, &n.journal
	}
	m, err := session.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	n.Manager = m
	t.Cleanup(func() { n.close(t) })
	return n
}

func (n *node) close(t testing.TB) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := n.Close(ctx); err != nil {
		t.Errorf("close: %v", err)
	}
}

func (n *node) of(kind session.EventKind) (out []session.Event) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, e := range n.events {
		if e.Kind == kind {
			out = append(out, e)
		}
	}
	return out
}

// login makes a login at the backend and a session of it.
func (n *node) login(t testing.TB, uid string) (session.Session, int) {
	t.Helper()
	p := n.srv.LogIn(uid)
	s, err := n.LogIn(t.Context(), "", authOf(p), true)
	if err != nil {
		t.Fatal(err)
	}
	return s, p.Family
}

func authOf(p hostile.Pair) session.AuthData {
	return session.AuthData{Token: session.NewSecret(p.Access), RefreshToken: session.NewSecret(p.Refresh), Expiry: p.Expiry, UID: p.UID, User: []byte(`{"name":"Ada"}`)}
}

// expire makes the stored token dead, so that the next Fresh has to refresh.
func (n *node) expire(t testing.TB, id string) {
	t.Helper()
	if _, err := n.ExpireNow(t.Context(), id); err != nil {
		t.Fatal(err)
	}
}

// settle asks for the session, as a person who tries again does, until it is usable or has ended.
func (n *node) settle(t testing.TB, id string) session.Session {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; {
		s, found, err := n.Fresh(t.Context(), id)
		if err == nil && found {
			return s
		}
		if time.Now().After(deadline) || !errors.Is(err, session.ErrUnavailable) && !errors.Is(err, session.ErrBusy) {
			t.Fatalf("Fresh = %v, %v", found, err)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// eventually waits for what other goroutines are about to do.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !ok(); {
		if time.Now().After(deadline) {
			t.Fatalf("it never happens that %s", what)
		}
		time.Sleep(time.Millisecond)
	}
}

// isLive compares what is stored with what the backend knows.
func (n *node) isLive(t testing.TB, s session.Session, family int) {
	t.Helper()
	live, alive := n.srv.Live(family)
	if !alive || s.Auth.RefreshToken.Reveal() != live.Refresh || s.Auth.Token.Reveal() != live.Access || s.Ended != "" {
		t.Errorf("the stored pair is not the live one (alive %v, ended %q, live generation %d)", alive, s.Ended, live.Generation)
	}
}

// oneSendAnAttempt holds what came in against the journal: each request carries an attempt of its own (B21).
func (n *node) oneSendAnAttempt(t testing.TB) {
	t.Helper()
	known := map[string]bool{}
	for _, id := range n.journalled() {
		known[id] = true
	}
	for _, p := range n.srv.Presented() {
		if !known[p.Attempt] {
			t.Errorf("a request of attempt %q: not journalled, or sent twice", p.Attempt)
		}
		delete(known, p.Attempt)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.most > 1 {
		t.Errorf("%d calls of one login at once", n.most)
	}
}

func goroutines() int { return runtime.NumGoroutine() }

func body(s string) io.Reader { return strings.NewReader(s) }

func drain(resp *http.Response) {
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
}

func header(name, text string) project.KV {
	return project.KV{Name: name, Value: template(text, nil)}
}
