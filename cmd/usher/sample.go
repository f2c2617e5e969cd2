package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/usherdev/usher/issuer"
	"github.com/usherdev/usher/studio"
)

// samples runs the sample backend of a project: an issuer on this machine with one person in it, who can log in. A project that was begun with it
// has it again each time it is opened. It is safe for concurrent use.
type samples struct {
	con  *console
	data string

	mu       sync.Mutex
	server   *issuer.Server // nil: it does not run
	http     *http.Server
	done     chan struct{}
	address  string
	password string
}

// sampleUsual is where the sample backend listens unless somebody else does.
const sampleUsual = "127.0.0.1:7071"

func (s *samples) file() string { return filepath.Join(s.data, "sample-backend") }

// resume starts it where it was begun once.
func (s *samples) resume(ctx context.Context) error {
	b, err := os.ReadFile(s.file())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if addr := strings.TrimSpace(string(b)); isLoopback(addr) {
		return s.start(ctx, addr)
	}
	return fmt.Errorf("%s names no address of this machine", s.file())
}

// begin starts it for the first time; it does nothing when it runs.
func (s *samples) begin(ctx context.Context) error {
	if s.view() != nil {
		return nil
	}
	err := s.start(ctx, sampleUsual)
	if err != nil {
		err = s.start(ctx, "127.0.0.1:0")
	}
	if err != nil {
		return err
	}
	return os.WriteFile(s.file(), []byte(strings.TrimPrefix(s.view().Address, "http://")+"\n"), 0o600)
}

func (s *samples) start(ctx context.Context, addr string) (err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, err := listen(ctx, "the sample backend", addr, nil)
	if err != nil {
		return err
	}
	ic := issuerCmd{Listen: at.ln.Addr().String(), Data: s.data, TokenTTL: time.Hour, MinPassword: 8, TrustedProxy: []string{"127.0.0.0/8", "::1/128"}}
	srv, err := ic.open(s.con, "")
	if err != nil {
		return errors.Join(err, at.ln.Close())
	}
	if s.password, err = seed(ctx, srv, filepath.Join(s.data, "password.txt")); err != nil {
		return errors.Join(err, srv.Close(), at.ln.Close())
	}
	s.server, s.http, s.address, s.done = srv, newServer(srv), ic.public(), make(chan struct{})
	server, done := s.http, s.done
	go func() {
		defer close(done)
		if err := server.Serve(at.ln); !errors.Is(err, http.ErrServerClosed) {
			s.con.Log.Error("the sample backend stopped", "error", err)
		}
	}()
	return nil
}

// view is where it runs and who can log in; nil: it does not run.
func (s *samples) view() *studio.SampleView {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server == nil {
		return nil
	}
	return &studio.SampleView{Address: s.address, Username: demoUser, Password: s.password}
}

func (s *samples) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server == nil {
		return nil
	}
	err := s.http.Close()
	<-s.done
	err = errors.Join(err, s.server.Close())
	s.server = nil
	return err
}
