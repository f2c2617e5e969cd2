package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/journey"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/standin"
)

// stage is one journey's copy of an app, and the journey.Control over it. What it does to a login goes through the session.Manager of a
// runtime that nobody else can reach: it listens nowhere.
type stage struct {
	con     *console
	cfg     runtimeConfig
	dir     string
	rt      *runtime
	gate    *gate
	backend *standin.Backend // nil: a real one
	server  *http.Server

	mu   sync.Mutex
	seen journey.Seen
}

// raise opens the app over an empty store, with its backend.
func (t *theatre) raise(ctx context.Context, con *console) (_ *stage, err error) {
	s := &stage{con: con, gate: newGate()}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	if s.dir, err = os.MkdirTemp("", "usher-test-"); err != nil {
		return nil, err
	}
	if t.spec != nil {
		if err := s.standIn(ctx, t.spec); err != nil {
			return nil, err
		}
	}
	where, err := serveCmd{Listen: "127.0.0.1:7070"}.address(t.project.App.ID)
	if err != nil {
		return nil, err
	}
	s.cfg = runtimeConfig{
		project: t.project, assets: t.folder.FS(), env: t.env, secrets: t.secrets(), store: "sqlite:" + filepath.Join(s.dir, "sessions.db"),
		keyFile: filepath.Join(s.dir, "usher.key"), address: where, transport: s.gate, watch: s.saw,
	}
	s.rt, err = openRuntime(ctx, con, s.cfg)
	return s, err
}

// standIn starts the recorded backend on a loopback port and sends every call there, whatever host it is for.
func (s *stage) standIn(ctx context.Context, spec *standin.Spec) error {
	var err error
	if s.backend, err = standin.New(standin.Config{Spec: spec}); err != nil {
		return err
	}
	site, err := listen(ctx, "the stand-in backend", "127.0.0.1:0", s.backend)
	if err != nil {
		return err
	}
	s.gate.to = site.ln.Addr().String()
	s.server = &http.Server{Handler: site.handler, ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout}
	go func() { _ = s.server.Serve(site.ln) }() // until close; there is always an error then
	return nil
}

func (s *stage) close() error {
	err := s.stop()
	if s.server != nil {
		err = errors.Join(err, s.server.Close())
	}
	s.gate.base.CloseIdleConnections()
	if s.dir != "" {
		err = errors.Join(err, os.RemoveAll(s.dir))
	}
	return err
}

func (s *stage) stop() error {
	if s.rt == nil {
		return nil
	}
	var err error
	if s.rt.app != nil {
		err = s.rt.app.Close()
	}
	err = errors.Join(err, s.rt.Close())
	s.rt = nil
	return err
}

// ServeHTTP implements http.Handler with the app as it runs now.
func (s *stage) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.rt.app.ServeHTTP(w, r) }

func (s *stage) saw(e call.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen.Calls = append(s.seen.Calls, journey.Call{Name: e.Call, Status: e.Status, Refreshed: e.Refreshed, Replayed: e.Replayed, Err: e.Err})
}

// Seen implements journey.Control.
func (s *stage) Seen() journey.Seen {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.backend != nil {
		s.seen.Faults = append(s.seen.Faults, s.backend.Faults()...)
	}
	return s.seen
}

// Restart implements journey.Control: the app ends and begins again over what it stored.
func (s *stage) Restart(ctx context.Context) error {
	if err := s.stop(); err != nil {
		return fmt.Errorf("the app did not stop: %w", err)
	}
	rt, err := openRuntime(ctx, s.con, s.cfg)
	if err != nil {
		return fmt.Errorf("the app did not start again: %w", err)
	}
	s.rt = rt
	return nil
}

// Backend implements journey.Control.
func (s *stage) Backend(up bool) error {
	s.gate.down.Store(!up)
	return nil
}

// Login implements journey.Control. A stand-in is told that its token is no good any more; a real backend cannot be, so the login gets a
// token that it never issued, which it refuses as well.
func (s *stage) Login(ctx context.Context, act journey.Act, cookies []*http.Cookie) error {
	r := http.Request{Header: http.Header{}}
	for _, c := range cookies {
		r.AddCookie(c)
	}
	id, ok := session.SessionCookie(s.cfg.project.App.ID, s.cfg.address.insecure).Read(r.Header)
	if !ok {
		return errors.New("nobody is logged in in this browser")
	}
	login, ok, err := s.rt.sessions.Current(ctx, id)
	if err != nil {
		return err
	}
	if !ok || !login.Active() {
		return errors.New("nobody is logged in in this browser")
	}
	if act == journey.ExpireSoon {
		return s.expireSoon(ctx, id, login)
	}
	if s.backend != nil {
		return s.spoilAtBackend(act, login.Auth)
	}
	return s.spoilHere(ctx, act, id, login.Auth)
}

// expireSoon makes the session core believe that the token's time is up. A token that only renews itself while it lives is renewed at
// once, as it would be then: to be past its time would end the login. That it is refused is for the journey to see.
func (s *stage) expireSoon(ctx context.Context, id string, login session.Session) error {
	if r := s.cfg.project.App.Auth.Refresh; r != nil && r.Mode == project.RefreshLive {
		_, err := s.rt.sessions.Renew(ctx, id, login.Ver)
		if errors.Is(err, session.ErrNotLoggedIn) {
			return nil
		}
		return err
	}
	_, err := s.rt.sessions.ExpireNow(ctx, id)
	return err
}

func (s *stage) spoilAtBackend(act journey.Act, a session.AuthData) error {
	done := s.backend.Expire
	if act == journey.RevokeRefresh {
		done = s.backend.Revoke
	}
	if !done(a.Token.Reveal() + " " + string(a.Jar)) { // the token may be a cookie that the login keeps
		return errors.New("the stand-in backend did not issue the token of this login")
	}
	return nil
}

// spoiled is text that no backend issues as a token.
const spoiled = "spoiled-by-a-journey"

// spoilHere changes what a renewal presents, or the token. Where a token renews itself, the two are one.
func (s *stage) spoilHere(ctx context.Context, act journey.Act, id string, a session.AuthData) error {
	none := session.NewSecret(spoiled)
	u := session.Update{}
	if a.Token.Reveal() != "" {
		u.Token = &none
	}
	if a.Jar != nil {
		u.MergeJar = call.SpoilJar(spoiled)
	}
	if r := s.cfg.project.App.Auth.Refresh; act == journey.RevokeRefresh && (r == nil || r.Mode != project.RefreshLive) {
		if a.RefreshToken.Reveal() == "" {
			return errors.New("this login has no refresh token; against a real backend only one that is there can be revoked")
		}
		u = session.Update{RefreshToken: &none}
	}
	_, err := s.rt.sessions.Update(ctx, id, u, session.UpdateOptions{})
	return err
}

// gate is the way to the backend: it can be closed, and it can lead all hosts to one address. Only usher test makes one.
type gate struct {
	base *http.Transport
	to   string // host:port; "": where the call goes
	down atomic.Bool
}

func newGate() *gate {
	d := &net.Dialer{Timeout: 3 * time.Second}
	return &gate{base: &http.Transport{
		DisableKeepAlives: true, TLSHandshakeTimeout: 3 * time.Second, MaxResponseHeaderBytes: 64 << 10, ForceAttemptHTTP2: true,
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			if host, port, err := net.SplitHostPort(addr); err == nil && strings.HasSuffix(host, ".localhost") { // RFC 6761; name servers need not know it
				addr = net.JoinHostPort("localhost", port)
			}
			return d.DialContext(ctx, network, addr)
		},
	}}
}

// RoundTrip implements http.RoundTripper.
func (g *gate) RoundTrip(r *http.Request) (*http.Response, error) {
	if g.down.Load() {
		if r.Body != nil {
			_ = r.Body.Close()
		}
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}
	if g.to == "" {
		return g.base.RoundTrip(r)
	}
	to := r.Clone(r.Context())
	if to.Host == "" {
		to.Host = r.URL.Host
	}
	to.URL.Scheme, to.URL.Host = "http", g.to
	return g.base.RoundTrip(to)
}
