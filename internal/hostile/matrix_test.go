package hostile_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/usherdev/usher/internal/hostile"
	"github.com/usherdev/usher/session"
)

// fault is a row of the fault matrix: what the backend does to one refresh call and what that call is read as. A row
// that can be processed has a cell for each rotation.
type fault struct {
	name    string
	step    hostile.Step
	class   session.Class
	process bool // also try it with the rotation done
}

func faults() []fault {
	none := []byte{}
	json := http.Header{"Content-Type": {"application/json"}}
	html := http.Header{"Content-Type": {"text/html"}}
	all := []fault{
		{"RST after the write", hostile.Step{Reset: hostile.AfterRead}, session.Ambiguous, true},
		{"RST after the headers", hostile.Step{Reset: hostile.AfterHeaders}, session.Ambiguous, true},
		{"RST in the body", hostile.Step{Reset: hostile.MidBody}, session.Ambiguous, true},
		{"silence", hostile.Step{DelayHeaders: hostile.Silence}, session.Ambiguous, true},
		{"headers then silence", hostile.Step{DelayBody: hostile.Silence}, session.Ambiguous, true},
		{"body byte by byte", hostile.Step{Drip: time.Second}, session.Ambiguous, true},
		{"JSON cut short, no length", hostile.Step{Truncate: true, TruncateAt: 0.5, NoLength: true}, session.Ambiguous, true},
		{"500", hostile.Step{Status: 500}, session.Ambiguous, true},
		{"502", hostile.Step{Status: 502, Header: html, Body: []byte("<html>bad gateway</html>")}, session.Ambiguous, true},
		{"503", hostile.Step{Status: 503}, session.Ambiguous, true},
		{"504", hostile.Step{Status: 504}, session.Ambiguous, true},
		{"gzip bomb", hostile.Step{GzipBomb: 8 << 20}, session.Ambiguous, true},
		{"empty body", hostile.Step{Body: none}, session.Ambiguous, true},
		{"not JSON", hostile.Step{Body: []byte("OK")}, session.Ambiguous, true},
		{"503 with Retry-After", hostile.Step{Status: 503, Header: http.Header{"Retry-After": {"1"}}}, session.NotSent, false},
		{"429", hostile.Step{Status: 429}, session.NotSent, false},
		{"429 with invalid_grant", hostile.Step{Status: 429, Header: json, Body: []byte(`{"error":"invalid_grant"}`)}, session.NotSent, false},
		{"200 HTML", hostile.Step{Header: html, Body: []byte("<html>captive portal</html>")}, session.Misconfig, true},
		{"302", hostile.Step{Redirect: "/login"}, session.Misconfig, true},
		{"404", hostile.Step{Status: 404}, session.Misconfig, true},
		{"405", hostile.Step{Status: 405}, session.Misconfig, true},
		{"invalid_client", hostile.Step{Status: 401, Header: json, Body: []byte(`{"error":"invalid_client"}`)}, session.Misconfig, true},
		{"JSON of another shape", hostile.Step{Body: []byte(`{"data":null}`)}, session.Misconfig, true},
	}
	for at := range 20 {
		share := float64(at) / 20
		all = append(all, fault{fmt.Sprintf("JSON cut at %d %%", at*5), hostile.Step{Truncate: true, TruncateAt: share}, session.Ambiguous, true})
	}
	return all
}

// TestB8_B9_B10_B12_FaultMatrix: every fault that an answer can be, not processed and processed, for a retry-safe and a
// strict backend. Nobody is logged out, but for a strict backend whose answer was lost: once, and it says so.
func TestB8_B9_B10_B12_FaultMatrix(t *testing.T) {
	for _, f := range faults() {
		for _, r := range []hostile.Rotation{hostile.RotateRetrySafe, hostile.RotateStrict} {
			for _, processed := range []bool{false, true} {
				if processed && !f.process {
					continue
				}
				t.Run(fmt.Sprintf("%s/%v/processed %v", f.name, r, processed), func(t *testing.T) {
					t.Parallel()
					matrixCell(t, f, r, processed)
				})
			}
		}
	}
}

func matrixCell(t *testing.T, f fault, r hostile.Rotation, processed bool) {
	srv := start(t, hostile.Config{Rotation: r})
	n := newNode(t, srv, rotation(r))
	s, family := n.login(t, "ada")
	f.step.Unprocessed = !processed
	srv.Next(f.step)
	n.expire(t, s.ID)
	got := n.settle(t, s.ID)
	failed := n.of(session.EventRenewFailed)
	if len(failed) == 0 || failed[0].Class != f.class {
		t.Fatalf("read as %+v, want %v", failed, f.class)
	}
	n.oneSendAnAttempt(t)
	if r == hostile.RotateStrict && processed { // the answer was lost for good
		if got.Ended != session.LostRotation && (f.class != session.Misconfig || got.Ended != session.Revoked) {
			t.Errorf("ended %q", got.Ended)
		}
		eventually(t, "one answer was lost", func() bool { return srv.Lost(family) == 1 })
		return
	}
	n.isLive(t, got, family)
	if want := map[bool]int{true: 1}[processed]; srv.Spent() != want {
		t.Errorf("%d spent tokens presented, want %d", srv.Spent(), want)
	}
	if len(n.of(session.EventEnd)) != 0 {
		t.Error("a session ended")
	}
}

// rotation tells the node what the backend does.
func rotation(r hostile.Rotation) func(*session.Config) {
	return func(c *session.Config) {
		c.Rotation = map[hostile.Rotation]session.Rotation{
			hostile.RotateRetrySafe: session.RotationRetrySafe, hostile.RotateStrict: session.RotationStrict, hostile.RotateNone: session.RotationNone,
		}[r]
	}
}

// TestB10_FaultMatrix_NoConnection: what fails before a request has left is certain to be unspent, and nobody is logged
// out, however often it is tried.
func TestB10_FaultMatrix_NoConnection(t *testing.T) {
	for name, at := range map[string]func(t *testing.T) string{
		"refused": func(t *testing.T) string {
			gone := start(t, hostile.Config{})
			if err := gone.Stop(); err != nil {
				t.Fatal(err)
			}
			return gone.URL()
		},
		"black hole": func(t *testing.T) string {
			addr, closeHole, err := hostile.BlackHole()
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(closeHole)
			return "http://" + addr
		},
		"no such name": func(*testing.T) string { return "http://nowhere.invalid" },
		"TLS expired":  func(t *testing.T) string { return start(t, hostile.Config{TLS: true}).URL() },
		"https to http": func(t *testing.T) string {
			return strings.Replace(start(t, hostile.Config{}).URL(), "http:", "https:", 1)
		},
		"RST in the middle": func(*testing.T) string { return "" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := start(t, hostile.Config{Rotation: hostile.RotateStrict})
			var bad atomic.Bool
			var under atomic.Int32
			n := newNode(t, srv, rotation(hostile.RotateStrict), func(c *session.Config) {
				good := c.Refresh
				wrong := good
				if url := at(t); url != "" {
					wrong = caller(t, url, nil).Refresher()
				} else {
					wrong = padded(t, srv.URL())
				}
				c.Refresh = func(ctx context.Context, a session.AuthData) (session.Answer, error) {
					if bad.Load() {
						under.Add(1)
						defer under.Add(-1)
						return wrong(ctx, a)
					}
					return good(ctx, a)
				}
			})
			s, family := n.login(t, "ada")
			bad.Store(true)
			srv.Always(map[bool]hostile.Step{true: {Reset: hostile.BeforeRead}}[name == "RST in the middle"])
			n.expire(t, s.ID)
			for range 3 {
				if _, _, err := n.Fresh(t.Context(), s.ID); !errors.Is(err, session.ErrUnavailable) && !errors.Is(err, session.ErrBusy) || session.RetryAfter(err) < time.Second {
					t.Fatalf("while nothing answers: %v", err)
				}
			}
			for _, e := range n.of(session.EventRenewFailed) {
				if e.Class != session.NotSent {
					t.Fatalf("read as %v: %s", e.Class, e.Detail)
				}
			}
			bad.Store(false)
			eventually(t, "the last wrong call is over", func() bool { return under.Load() == 0 })
			srv.Script(nil)
			n.isLive(t, n.settle(t, s.ID), family)
			n.oneSendAnAttempt(t)
			if srv.Spent() != 0 || len(n.of(session.EventEnd)) != 0 {
				t.Errorf("%d spent, %d ended", srv.Spent(), len(n.of(session.EventEnd)))
			}
		})
	}
}

// padded refreshes with a request that is larger than what a connection buffers, so that a reset meets its writing.
func padded(t *testing.T, url string) func(context.Context, session.AuthData) (session.Answer, error) {
	t.Helper()
	p := app(url)
	p.App.Constants = map[string]any{"padding": strings.Repeat("x", 6<<20)}
	return callerOf(t, p, nil).Refresher()
}

// TestB20_FaultMatrix_Slow: whoever waits for a backend that does not answer is told so when patience ends, and the flight
// goes on without them.
func TestB20_FaultMatrix_Slow(t *testing.T) {
	for _, processed := range []bool{false, true} {
		t.Run(fmt.Sprint("processed ", processed), func(t *testing.T) {
			t.Parallel()
			srv := start(t, hostile.Config{})
			n := newNode(t, srv)
			s, family := n.login(t, "ada")
			step := hostile.Step{DelayBefore: hostile.Silence}
			if processed {
				step = hostile.Step{DelayHeaders: hostile.Silence}
			}
			srv.Next(step)
			n.expire(t, s.ID)
			var busy atomic.Int32
			var wg sync.WaitGroup
			for range 50 {
				wg.Go(func() {
					if _, _, err := n.Fresh(t.Context(), s.ID); errors.Is(err, session.ErrBusy) && session.RetryAfter(err) >= time.Second {
						busy.Add(1)
					}
				})
			}
			wg.Wait()
			if busy.Load() != 50 {
				t.Errorf("%d of 50 were told to come back", busy.Load())
			}
			n.isLive(t, n.settle(t, s.ID), family)
			if failed := n.of(session.EventRenewFailed); len(failed) != 1 || failed[0].Class != session.Ambiguous {
				t.Errorf("%+v", failed)
			}
			n.oneSendAnAttempt(t)
		})
	}
}

// away is a store that can be switched off.
type away struct {
	session.Store
	off atomic.Bool
}

var errAway = errors.New("the store is away")

func (s *away) Read(ctx context.Context, key string) (session.Row, bool, error) {
	if s.off.Load() {
		return session.Row{}, false, errAway
	}
	return s.Store.Read(ctx, key)
}

func (s *away) Update(ctx context.Context, key string, fn func(session.Row) (session.Row, error)) (session.Row, error) {
	if s.off.Load() {
		return session.Row{}, errAway
	}
	return s.Store.Update(ctx, key, fn)
}

// TestB16_FaultMatrix_StoreGone: the store goes when the answer has come. The pair stays in memory and is stored when the
// store is back; nobody has used it before, and the one call was enough even for a strict backend.
func TestB16_FaultMatrix_StoreGone(t *testing.T) {
	srv := start(t, hostile.Config{Rotation: hostile.RotateStrict})
	st := &away{Store: session.NewMemory()}
	answered := make(chan struct{})
	n := newNode(t, srv, rotation(hostile.RotateStrict), func(c *session.Config) {
		c.Store = st
		refresh := c.Refresh
		c.Refresh = func(ctx context.Context, a session.AuthData) (session.Answer, error) {
			ans, err := refresh(ctx, a)
			st.off.Store(true)
			close(answered)
			return ans, err
		}
	})
	s, family := n.login(t, "ada")
	n.expire(t, s.ID)
	if _, _, err := n.Fresh(t.Context(), s.ID); !errors.Is(err, session.ErrBusy) && !errors.Is(err, session.ErrUnavailable) {
		t.Errorf("a waiter got %v before the answer was stored", err)
	}
	<-answered
	if _, _, err := n.Current(t.Context(), s.ID); !errors.Is(err, session.ErrUnavailable) {
		t.Errorf("while the store is away: %v", err)
	}
	st.off.Store(false)
	n.isLive(t, n.settle(t, s.ID), family)
	if srv.Sends() != 1 || srv.Spent() != 0 {
		t.Errorf("%d calls, %d spent", srv.Sends(), srv.Spent())
	}
}
