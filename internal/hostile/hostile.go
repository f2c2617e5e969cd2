// Package hostile is a backend that does whatever a script says: it delays, lies, cuts off, resets
// and rotates, and it writes down the truth.
//
// Suites point the product at a Server and then compare what the product stored with what the
// server knows: which tokens live, which were presented when they were spent already, how many
// calls of one login were under way at once. It issues canaries, tokens that no artefact of a run
// may hold in any form. It is for tests alone and never imported by what ships.
package hostile

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// maxBody is the largest request that is read.
const maxBody = 64 << 20

// Config says what a Server is. The zero value rotates retry-safely and issues tokens for an hour.
type Config struct {
	Rotation Rotation
	Interval time.Duration // how long RotateInterval takes the parent [10 s]
	TTL      time.Duration // life of access tokens [1 h]
	TLS      bool          // https, with a certificate that nobody has reason to trust
}

// Server is a running backend on a loopback port. It is safe for concurrent use. Close it.
//
// It serves POST /login {uid}, POST /refresh {refreshToken}, POST /logout {refreshToken} and
// GET /me with a bearer token, all in JSON over HTTP/1.1. Scripts apply to /refresh.
type Server struct {
	cfg  Config
	cert *tls.Config
	addr string

	mu     sync.Mutex
	script func(call int) Step
	offset time.Duration // of the backend's clock
	ln     net.Listener
	conns  map[net.Conn]bool
	wg     sync.WaitGroup
	state

	bombs struct {
		sync.Mutex
		zeros int64
		body  []byte
	}
}

// New starts a Server.
func New(cfg Config) (*Server, error) {
	if cfg.Interval == 0 {
		cfg.Interval = 10 * time.Second
	}
	if cfg.TTL == 0 {
		cfg.TTL = time.Hour
	}
	s := &Server{cfg: cfg, addr: "127.0.0.1:0", conns: map[net.Conn]bool{}, state: newState()}
	if cfg.TLS {
		cert, err := selfSigned()
		if err != nil {
			return nil, fmt.Errorf("hostile: %w", err)
		}
		s.cert = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	}
	return s, s.Start()
}

// URL is the address, without a slash at its end.
func (s *Server) URL() string {
	if s.cert != nil {
		return "https://" + s.addr
	}
	return "http://" + s.addr
}

// Start listens again after Stop, at the same address.
func (s *Server) Start() error {
	ln, err := net.Listen("tcp", s.addr)
	if err != nil {
		return fmt.Errorf("hostile: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ln, s.addr = ln, ln.Addr().String()
	s.wg.Go(func() { s.accept(ln) })
	return nil
}

// Stop closes the port and every connection: from now on nothing listens there.
func (s *Server) Stop() error {
	s.mu.Lock()
	ln := s.ln
	s.ln = nil
	for c := range s.conns {
		_ = c.Close()
	}
	s.mu.Unlock()
	if ln == nil {
		return nil
	}
	deafen(ln)
	return ln.Close()
}

// Close stops the Server and waits for its goroutines.
func (s *Server) Close() error {
	err := s.Stop()
	s.wg.Wait()
	return err
}

// Script decides what happens to each call of /refresh from now on, counted from 1; nil: all works.
func (s *Server) Script(fn func(call int) Step) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls, s.script = 0, fn
}

// Next plays steps for the next calls of /refresh, one each; then all works.
func (s *Server) Next(steps ...Step) {
	for _, step := range steps {
		s.bomb(step.GzipBomb)
	}
	s.Script(func(call int) Step {
		if call > len(steps) {
			return Step{}
		}
		return steps[call-1]
	})
}

// Always plays step for every call of /refresh.
func (s *Server) Always(step Step) { s.Script(func(int) Step { return step }) }

// Advance moves the backend's clock: the Date header, expiry times and the windows of its rotation.
func (s *Server) Advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.offset += d
}

// now is the backend's clock. The lock is held.
func (s *Server) now() time.Time { return time.Now().Add(s.offset) }

func (s *Server) accept(ln net.Listener) {
	for {
		c, err := ln.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		unread := s.ln == ln && s.resetsUnread()
		if s.ln == ln && !unread {
			s.conns[c] = true
			s.wg.Go(func() { s.serve(c) })
		}
		open := s.conns[c]
		s.mu.Unlock()
		switch {
		case unread:
			reset(c)
		case !open:
			_ = c.Close()
		}
	}
}

// resetsUnread consumes a step that resets a connection before it is read. The lock is held.
func (s *Server) resetsUnread() bool {
	if s.script == nil || s.script(s.calls+1).Reset != BeforeRead {
		return false
	}
	s.calls++
	s.unread++
	return true
}

// recorder keeps the bytes that were read since the last take.
type recorder struct{ bytes.Buffer }

func (r *recorder) take() []byte {
	b := bytes.Clone(r.Bytes())
	r.Reset()
	return b
}

// serve answers the requests of one connection until it is closed by either side.
func (s *Server) serve(tcp net.Conn) {
	defer func() {
		_ = tcp.Close()
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.conns, tcp)
	}()
	conn := tcp
	if s.cert != nil {
		conn = tls.Server(tcp, s.cert)
	}
	raw := &recorder{}
	w := &wire{tcp: tcp, conn: conn, r: bufio.NewReader(io.TeeReader(conn, raw))}
	for {
		req, err := http.ReadRequest(w.r)
		if err != nil {
			return
		}
		body, err := io.ReadAll(io.LimitReader(req.Body, maxBody))
		head, _, _ := bytes.Cut(raw.take(), []byte("\r\n\r\n"))
		if err != nil {
			s.mu.Lock()
			s.unread++
			s.mu.Unlock()
			return
		}
		if !s.handle(w, req, body, head) || req.Close {
			return
		}
	}
}

// reset closes a connection so that its peer sees a TCP reset.
func reset(c net.Conn) {
	if t, ok := c.(*net.TCPConn); ok {
		_ = t.SetLinger(0)
	}
	_ = c.Close()
}

var errGone = errors.New("the client has gone")

// wire is a connection that a request came in on.
type wire struct {
	tcp, conn net.Conn
	r         *bufio.Reader
}

// wait lets d pass; errGone if the client leaves or the server stops before.
func (w *wire) wait(d time.Duration) error {
	if d <= 0 {
		return nil
	}
	if err := w.conn.SetReadDeadline(time.Now().Add(d)); err != nil {
		return errGone
	}
	_, err := w.r.Peek(1)
	var late net.Error
	if err != nil && (!errors.As(err, &late) || !late.Timeout()) {
		return errGone
	}
	return w.conn.SetReadDeadline(time.Time{})
}
