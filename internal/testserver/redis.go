package testserver

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
)

// Redis is a Redis or Valkey server of its own, without a password.
type Redis struct {
	process
	databases atomic.Int32
}

// StartRedis starts a server with settings ("appendonly yes") as well as its own; by themselves
// they keep nothing on disk. It returns an error that wraps ErrMissing where neither Valkey nor
// Redis is installed. Close it.
func StartRedis(settings ...string) (_ *Redis, err error) {
	bin, err := exec.LookPath("valkey-server")
	if err != nil {
		bin, err = exec.LookPath("redis-server")
	}
	if err != nil {
		return nil, fmt.Errorf("Redis is %w", ErrMissing)
	}
	dir, err := os.MkdirTemp("", "redis")
	if err != nil {
		return nil, err
	}
	r := &Redis{process: process{name: "redis", dir: dir, ready: nil}}
	defer func() {
		if err != nil {
			err = errors.Join(err, r.Close())
		}
	}()
	attr, err := childOf(dir, "")
	if err != nil {
		return nil, err
	}
	if r.port, err = freePort(); err != nil {
		return nil, err
	}
	args := []string{"--port", strconv.Itoa(r.port), "--bind", "127.0.0.1", "--dir", dir, "--databases", "1000", "--save", "", "--appendonly", "no"}
	for _, s := range settings {
		args = append(args, strings.Fields("--"+s)...)
	}
	r.make = func() *exec.Cmd {
		c := exec.Command(bin, args...)
		c.Dir, c.SysProcAttr = dir, attr
		return c
	}
	r.ready = func(ctx context.Context) error {
		answer, err := r.Do(ctx, "PING")
		if err == nil && answer != "+PONG" {
			err = errors.New(answer) // it still loads its data
		}
		return err
	}
	return r, r.Start()
}

// Do sends one command and returns the first line of the answer.
func (r *Redis) Do(ctx context.Context, command string) (string, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(r.port)))
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if deadline, ok := ctx.Deadline(); ok {
		conn.SetDeadline(deadline)
	}
	if _, err := fmt.Fprintf(conn, "%s\r\n", command); err != nil {
		return "", err
	}
	line, err := bufio.NewReader(conn).ReadString('\n')
	return strings.TrimSpace(line), err
}

// URL is the address of a numbered database.
func (r *Redis) URL(database int) string {
	return fmt.Sprintf("redis://127.0.0.1:%d/%d", r.port, database)
}

// Database returns the address of a database that no other test has.
func (r *Redis) Database(tb testing.TB) string {
	tb.Helper()
	return r.URL(int(r.databases.Add(1)))
}
