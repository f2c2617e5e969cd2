package hostile_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptrace"
	"os"
	"os/exec"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/internal/hostile"
	"github.com/usherdev/usher/session"
)

// childEnv marks the test binary as a node in a process of its own; its value is an order.
const childEnv = "USHER_HOSTILE_CHILD"

// order tells a child what to do: to refresh the session ID and die at Point, or to serve.
type order struct {
	Store, URL, ID, Point string
	Rotation              session.Rotation
	Serve                 bool
	Tuning                session.Tuning // of one that serves
}

// points are where a node dies in a refresh, in their order.
var points = []string{"journal", "send", "headers", "body", "commit-begin", "decrypt", "commit-end", "publish"}

// after is what the death of a node at a point leaves behind: whether a request has left, and whether the answer is stored.
func after(point string) (sent, stored bool) {
	switch point {
	case "journal":
		return false, false
	case "commit-end", "publish":
		return true, true
	}
	return true, false
}

// child does what it is ordered to.
func child() int {
	var o order
	if err := json.Unmarshal([]byte(os.Getenv(childEnv)), &o); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if o.Serve {
		return answerQuestions(o)
	}
	if err := refreshAndDie(o); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	return 1 // it should be dead by now
}

func dieAt(o order, point string) {
	if o.Point == point {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
}

// mortal is a store in which a node dies around the write that settles an answer.
type mortal struct {
	session.Store
	o        order
	answered *atomic.Bool
}

func (s *mortal) Update(ctx context.Context, key string, fn func(session.Row) (session.Row, error)) (session.Row, error) {
	settling := s.answered.Load()
	if settling {
		dieAt(s.o, "commit-begin")
	}
	r, err := s.Store.Update(ctx, key, func(r session.Row) (session.Row, error) {
		r, err := fn(r)
		if settling {
			dieAt(s.o, "decrypt") // opened, merged and sealed, but not committed
		}
		return r, err
	})
	if settling {
		dieAt(s.o, "commit-end")
	}
	return r, err
}

func refreshAndDie(o order) error {
	st, _, err := openStore(context.Background(), o.Store)
	if err != nil {
		return err
	}
	c, err := call.New(call.Config{Project: app(o.URL)})
	if err != nil {
		return err
	}
	refresh := c.Refresher()
	brief := quick() // its lease has to lapse before the next node can go on
	brief.AttemptBudget, brief.Lease, brief.Patience = 600*time.Millisecond, 650*time.Millisecond, 20*time.Second
	answered := &atomic.Bool{}
	m, err := session.New(session.Config{
		App: "test", Store: &mortal{st, o, answered}, Keys: session.NewKeys([32]byte{1}), Rotation: o.Rotation, Tuning: brief,
		Refresh: func(ctx context.Context, a session.AuthData) (session.Answer, error) {
			dieAt(o, "journal")
			ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
				WroteRequest:         func(httptrace.WroteRequestInfo) { dieAt(o, "send") },
				GotFirstResponseByte: func() { dieAt(o, "headers") },
			})
			ans, err := refresh(ctx, a)
			if ans.Class == session.Success { // on a loaded machine the time may be over before anything was sent
				dieAt(o, "body")
			}
			answered.Store(true)
			return ans, err
		},
		Events: func(e session.Event) {
			if e.Kind == session.EventRenewed {
				dieAt(o, "publish")
			}
		},
	})
	if err != nil {
		return err
	}
	_, _, err = m.Fresh(context.Background(), o.ID)
	return fmt.Errorf("the node outlived %s: %w", o.Point, err)
}

// TestB16_C2_Killed: a node is killed by SIGKILL at each point of a refresh, over each store that outlives it, and another
// takes its place. A retry-safe backend's session is never lost. A strict one's is lost only between sending and storing,
// and then says lost_rotation; what was stored is used, and nothing that was not stored was. Where an attempt was left
// open, the next one begins in doubt.
func TestB16_C2_Killed(t *testing.T) {
	for store, at := range allStores() {
		for _, r := range []hostile.Rotation{hostile.RotateRetrySafe, hostile.RotateStrict} {
			for _, point := range points {
				t.Run(fmt.Sprintf("%s/%v/%s", store, r, point), func(t *testing.T) {
					t.Parallel()
					where := at(t)
					for range volume(1, 100) {
						killAt(t, r, point, where)
					}
				})
			}
		}
	}
}

func killAt(t *testing.T, r hostile.Rotation, point, store string) {
	srv := start(t, hostile.Config{Rotation: r})
	defer func() { _ = srv.Close() }()
	id, family := loggedInOn(t, srv, store)
	killed(t, order{Store: store, URL: srv.URL(), ID: id, Point: point, Rotation: rotationOf(r)})

	sent, stored := after(point)
	if point == "send" { // what has left may still be on its way
		time.Sleep(20 * time.Millisecond)
	} else if got := srv.Sends() > 0; got != sent {
		t.Errorf("%d requests before the death", srv.Sends())
	}
	before := srv.Sends()
	st, closeStore := open(t, store)
	defer closeStore()
	n := newNode(t, srv, rotation(r), patient, func(c *session.Config) {
		c.Store, c.Tuning.HoldRejects = st, 1<<20 // many sessions of one store are lost here, one after another
	})
	defer n.close(t)
	got := n.settle(t, id)
	if doubts := n.doubted(); !stored && (len(doubts) == 0 || doubts[0] != 1) || stored && len(doubts) != 0 {
		t.Errorf("the next attempts began with doubts of %v", doubts)
	}
	if r == hostile.RotateStrict && sent && !stored && before > 0 {
		if got.Ended != session.LostRotation {
			t.Errorf("ended %q", got.Ended)
		}
		return
	}
	n.isLive(t, got, family)
	if stored && srv.Sends() != before {
		t.Errorf("%d calls after the death, though the answer was stored", srv.Sends()-before)
	}
	if r == hostile.RotateStrict && srv.Spent() != 0 {
		t.Errorf("%d spent tokens", srv.Spent())
	}
}

// loggedInOn makes a login on a store, whose token is dead.
func loggedInOn(t *testing.T, srv *hostile.Server, store string) (id string, family int) {
	t.Helper()
	st, closeStore := open(t, store)
	defer closeStore()
	n := newNode(t, srv, func(c *session.Config) { c.Store = st })
	defer n.close(t)
	s, family := n.login(t, rand.Text())
	n.expire(t, s.ID)
	return s.ID, family
}

// killed runs a child until it has killed itself.
func killed(t *testing.T, o order) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, exe)
	cmd.Env = append(os.Environ(), childEnv+"="+string(b))
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err = cmd.Run()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("the child was not killed: %v\n%s", err, out.String())
	}
}
