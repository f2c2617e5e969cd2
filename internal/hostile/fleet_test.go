package hostile_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/usherdev/usher/internal/hostile"
	"github.com/usherdev/usher/internal/testserver"
	"github.com/usherdev/usher/session"
)

// servers are those that the tests of this package share. They are fast and forgetful: nothing here breaks them.
type servers struct {
	postgres testserver.Shared[*testserver.Postgres]
	redis    testserver.Shared[*testserver.Redis]
}

var shared = servers{
	postgres: testserver.Shared[*testserver.Postgres]{Start: func() (*testserver.Postgres, error) {
		return testserver.StartPostgres("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=1000")
	}},
	redis: testserver.Shared[*testserver.Redis]{Start: func() (*testserver.Redis, error) { return testserver.StartRedis() }},
}

func (s *servers) close() error { return errors.Join(s.postgres.Close(), s.redis.Close()) }

// sharedStores are the kinds of store that several processes can share; each call makes an empty one.
func sharedStores() map[string]func(testing.TB) string {
	return map[string]func(testing.TB) string{
		"postgres": func(t testing.TB) string { return shared.postgres.Get(t).Database(t) },
		"redis":    func(t testing.TB) string { return shared.redis.Get(t).Database(t) },
	}
}

// allStores are those and SQLite, which belongs to one process at a time.
func allStores() map[string]func(testing.TB) string {
	all := sharedStores()
	all["sqlite"] = func(t testing.TB) string { return filepath.Join(t.TempDir(), "sessions.db") }
	return all
}

// remote is a node in a process of its own, which may be stopped, killed and started again.
type remote struct {
	o     order
	stood chan reply // refreshes that stand at the node's gate

	mu   sync.Mutex
	p    *running // nil while it is down
	last int
}

// running is one life of a remote.
type running struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	enc     *json.Encoder
	waiting map[int]chan reply
	gone    chan struct{} // closed when the process has ended
	err     error         // of its end, once gone is closed
}

// errGone says that the node died with the question: nobody knows what became of it.
var errGone = errors.New("the node died with the question")

// errDown says that the node is not running: it was not asked.
var errDown = errors.New("the node is down")

// newRemote starts a node that ends with the test.
func newRemote(t testing.TB, o order) *remote {
	t.Helper()
	o.Serve = true
	n := &remote{o: o, stood: make(chan reply, 1000)}
	if err := n.start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.kill() })
	return n
}

// fleet starts n nodes of one order.
func fleet(t testing.TB, n int, o order) []*remote {
	t.Helper()
	var all []*remote
	for range n {
		all = append(all, newRemote(t, o))
	}
	return all
}

func (n *remote) start() error {
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	b, err := json.Marshal(n.o)
	if err != nil {
		return err
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), childEnv+"="+string(b))
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = endWithParent()
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	p := &running{cmd: cmd, in: in, enc: json.NewEncoder(in), waiting: map[int]chan reply{}, gone: make(chan struct{})}
	n.mu.Lock()
	n.p = p
	n.mu.Unlock()
	go n.listen(p, out)
	return nil
}

// listen hands replies out until the process ends.
func (n *remote) listen(p *running, out io.Reader) {
	dec := json.NewDecoder(out)
	for {
		var r reply
		if err := dec.Decode(&r); err != nil {
			break
		}
		if r.At != "" {
			n.stood <- r
			continue
		}
		n.mu.Lock()
		ch := p.waiting[r.N]
		delete(p.waiting, r.N)
		n.mu.Unlock()
		ch <- r
	}
	p.err = p.cmd.Wait()
	n.mu.Lock()
	if n.p == p {
		n.p = nil
	}
	n.mu.Unlock()
	close(p.gone)
}

// ask asks the node. Errors: errDown, errGone, or the end of ctx.
func (n *remote) ask(ctx context.Context, q question) (reply, error) {
	p, ch, err := n.send(q)
	if err != nil {
		return reply{}, err
	}
	select {
	case r := <-ch:
		return r, nil
	case <-p.gone:
		select {
		case r := <-ch: // it was its last word
			return r, nil
		default:
			return reply{}, errGone
		}
	case <-ctx.Done():
		return reply{}, ctx.Err()
	}
}

// send writes a question; what comes back comes by the channel. A stopped node reads it when it goes on.
func (n *remote) send(q question) (*running, chan reply, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	p := n.p
	if p == nil {
		return nil, nil, errDown
	}
	n.last++
	q.N = n.last
	if q.Budget == 0 {
		q.Budget = time.Minute
	}
	ch := make(chan reply, 1)
	p.waiting[q.N] = ch
	if err := p.enc.Encode(q); err != nil {
		delete(p.waiting, q.N)
		return nil, nil, errDown
	}
	return p, ch, nil
}

// must asks a node that is up.
func (n *remote) must(t testing.TB, q question) seen {
	t.Helper()
	r, err := n.ask(t.Context(), q)
	if err != nil || r.Err != "" {
		t.Fatalf("%s: %v %s", q.Do, err, r.Err)
	}
	return r.Seen
}

func (n *remote) signal(s syscall.Signal) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.p == nil {
		return errDown
	}
	return n.p.cmd.Process.Signal(s)
}

// freeze stops the process and returns when it stands; questions wait until thaw.
func (n *remote) freeze() error {
	p := n.running()
	if p == nil {
		return errDown
	}
	if err := n.signal(syscall.SIGSTOP); err != nil {
		return err
	}
	for deadline := time.Now().Add(20 * time.Second); !stands(p.cmd.Process.Pid); {
		if time.Now().After(deadline) {
			return errors.New("the node does not stand still")
		}
		time.Sleep(time.Millisecond)
	}
	return nil
}

func (n *remote) thaw() error { return n.signal(syscall.SIGCONT) }

func (n *remote) running() *running {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.p
}

// kill ends the process by SIGKILL, even if it is stopped.
func (n *remote) kill() error {
	p := n.running()
	if p == nil {
		return nil
	}
	if err := p.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	<-p.gone
	return nil
}

// stop lets the node finish what it was asked, and close.
func (n *remote) stop() error {
	n.mu.Lock()
	p := n.p
	n.p = nil // nothing more is asked
	n.mu.Unlock()
	if p == nil {
		return nil
	}
	if err := p.in.Close(); err != nil {
		return err
	}
	<-p.gone
	return p.err
}

// people makes logins at the backend and sessions of them on a node. Their uids begin with kind.
func (n *remote) people(t testing.TB, srv *hostile.Server, kind string, count int) []*subject {
	t.Helper()
	var out []*subject
	for i := range count {
		uid := fmt.Sprint(kind, i)
		s, family := n.logIn(t, srv, uid)
		out = append(out, &subject{s, family, uid})
	}
	return out
}

// subject is a login that the nodes of a fleet share.
type subject struct {
	seen
	family int
	uid    string
}

func (n *remote) logIn(t testing.TB, srv *hostile.Server, uid string) (seen, int) {
	t.Helper()
	p := srv.LogIn(uid)
	return n.must(t, question{Do: "log in", Auth: loginOf(p), Set: "{}"}), p.Family
}

func loginOf(p hostile.Pair) *login { return &login{p.Access, p.Refresh, p.UID, p.Expiry} }

// expireAll makes the tokens of all dead.
func (n *remote) expireAll(t testing.TB, all []*subject) {
	t.Helper()
	for _, p := range all {
		n.must(t, question{Do: "expire", ID: p.ID})
	}
}

// same compares what a node shows with what the backend knows.
func (p *subject) same(t testing.TB, srv *hostile.Server, s seen) {
	t.Helper()
	live, alive := srv.Live(p.family)
	if !alive || !s.active() || s.Refresh != live.Refresh || s.Token != live.Access {
		t.Errorf("%s: the stored pair is not the live one (alive %v, ended %q, version %d, live generation %d)", p.uid, alive, s.Ended, s.Ver, live.Generation)
	}
}

// rotationOf says what a node is told of a backend.
func rotationOf(r hostile.Rotation) session.Rotation {
	var c session.Config
	rotation(r)(&c)
	return c.Rotation
}
