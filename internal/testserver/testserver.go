// Package testserver starts PostgreSQL, Redis and other servers for tests.
//
// Each server listens on a free port of the loopback, lives in a temporary folder, and belongs to
// the test that started it: it can be stopped, killed and started again. The package never touches a
// server that it did not start. Only tests import it.
package testserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"
)

// ErrMissing says that the server's program is not on this machine.
var ErrMissing = errors.New("not installed; scripts/setup.sh installs it")

// patience bounds the start of a server, recovery after a crash included.
const patience = 30 * time.Second

// process is a server that can be ended and started again over the same data.
type process struct {
	name  string
	dir   string
	port  int
	make  func() *exec.Cmd
	ready func(ctx context.Context) error
	cmd   *exec.Cmd // nil while it is down
	ran   bool      // it has answered before
}

// Dir is the server's folder; it goes at Close.
func (p *process) Dir() string { return p.dir }

// Start starts the server over its data and returns when it answers.
func (p *process) Start() error {
	deadline := time.Now().Add(patience)
	for {
		err := p.startOnce(deadline)
		if err == nil || !p.ran || time.Now().After(deadline) {
			p.ran = p.ran || err == nil
			return err
		}
		time.Sleep(50 * time.Millisecond) // the killed server's last children still hold its memory
	}
}

func (p *process) startOnce(deadline time.Time) error {
	logs, err := os.OpenFile(filepath.Join(p.dir, "log"), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer logs.Close() // the child has its own
	cmd := p.make()
	cmd.Stdout, cmd.Stderr = logs, logs
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", p.name, err)
	}
	p.cmd = cmd
	ended := make(chan struct{})
	go func() { cmd.Wait(); close(ended) }()
	err = p.awaitReady(deadline, ended)
	if err != nil {
		p.end(syscall.SIGKILL)
	}
	return err
}

func (p *process) awaitReady(deadline time.Time, ended <-chan struct{}) error {
	ctx, cancel := context.WithDeadline(context.Background(), deadline)
	defer cancel()
	for {
		err := p.ready(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ended:
			return fmt.Errorf("%s ended at its start:\n%s", p.name, p.lastLog())
		case <-ctx.Done():
			return fmt.Errorf("%s does not answer: %w\n%s", p.name, err, p.lastLog())
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func (p *process) lastLog() []byte {
	b, err := os.ReadFile(filepath.Join(p.dir, "log"))
	if err != nil {
		return []byte(err.Error())
	}
	return b[max(0, len(b)-2000):]
}

// Stop asks the server to end and waits for that. A stopped server may be started again.
func (p *process) Stop() error { return p.end(syscall.SIGINT) }

// Kill ends the server, all its processes, without giving it a chance to write anything.
func (p *process) Kill() error {
	if p.cmd == nil {
		return nil
	}
	return errors.Join(killAll(p.cmd.Process.Pid), p.end(syscall.SIGKILL))
}

// Freeze stops the server's main process from running until Thaw; connections stay open.
func (p *process) Freeze() error { return p.signal(stopSignal) }

// Thaw undoes Freeze.
func (p *process) Thaw() error { return p.signal(contSignal) }

func (p *process) signal(s os.Signal) error {
	if p.cmd == nil {
		return fmt.Errorf("%s is not running", p.name)
	}
	return p.cmd.Process.Signal(s)
}

func (p *process) end(s os.Signal) error {
	if p.cmd == nil {
		return nil
	}
	cmd := p.cmd
	p.cmd = nil
	if err := cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if err := cmd.Process.Signal(syscall.Signal(0)); errors.Is(err, os.ErrProcessDone) {
			return nil
		}
	}
	return fmt.Errorf("%s does not end", p.name)
}

// Close ends the server and removes its folder.
func (p *process) Close() error { return errors.Join(p.Stop(), os.RemoveAll(p.dir)) }

// freePort returns a port that nobody listens on now.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

// Shared is one server for all tests of a package, started by the first that asks. Close it in
// TestMain.
type Shared[S interface{ Close() error }] struct {
	Start func() (S, error) // required

	once sync.Once
	s    S
	err  error
	up   bool
}

// Get returns the server. Without its program the test is skipped, unless Required.
func (s *Shared[S]) Get(tb testing.TB) S {
	tb.Helper()
	s.once.Do(func() {
		s.s, s.err = s.Start()
		s.up = s.err == nil
	})
	Need(tb, s.err)
	return s.s
}

// Close ends the server if it was started.
func (s *Shared[S]) Close() error {
	if !s.up {
		return nil
	}
	return s.s.Close()
}

// Required reports whether a missing server is a failure: in continuous integration, and where
// USHER_REQUIRE_SERVERS is set.
func Required() bool { return os.Getenv("CI") != "" || os.Getenv("USHER_REQUIRE_SERVERS") != "" }

// Need ends the test for the err of a start: it skips it where the program is missing and not
// Required, and fails it otherwise.
func Need(tb testing.TB, err error) {
	tb.Helper()
	switch {
	case err == nil:
	case errors.Is(err, ErrMissing) && !Required():
		tb.Skipf("%v (with CI or USHER_REQUIRE_SERVERS set this fails)", err)
	default:
		tb.Fatal(err)
	}
}
