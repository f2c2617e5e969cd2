// Command openidprovider is a real OpenID Connect provider for the journeys: the certified server library of zitadel/oidc with its
// in-memory users, on a loopback port. It knows one client ("web", "secret") and the people test-user@localhost and test-user2
// ("verysecure"). It is no part of Usher and serves nothing but tests.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// shortLived lets access tokens look as short-lived as a journey needs, and counts renewals.
type shortLived struct {
	*storage.Storage
	life     time.Duration
	renewals atomic.Int64
	refuse   atomic.Bool
}

func (s *shortLived) CreateAccessAndRefreshTokens(ctx context.Context, r op.TokenRequest, current string) (string, string, time.Time, error) {
	if current != "" {
		s.renewals.Add(1)
	}
	access, refresh, _, err := s.Storage.CreateAccessAndRefreshTokens(ctx, r, current)
	return access, refresh, time.Now().Add(s.life), err
}

func (s *shortLived) TokenRequestByRefreshToken(ctx context.Context, token string) (op.RefreshTokenRequest, error) {
	if s.refuse.Load() {
		return nil, op.ErrInvalidRefreshToken
	}
	return s.Storage.TokenRequestByRefreshToken(ctx, token)
}

// recorder keeps the answers of the token endpoint, so that a journey can look for their tokens where none may be.
type recorder struct {
	next http.Handler
	mu   sync.Mutex
	all  []json.RawMessage
}

func (r *recorder) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if !strings.HasSuffix(req.URL.Path, "/token") {
		r.next.ServeHTTP(w, req)
		return
	}
	rec := httptest.NewRecorder()
	r.next.ServeHTTP(rec, req)
	if body := rec.Body.Bytes(); json.Valid(body) {
		r.mu.Lock()
		r.all = append(r.all, body)
		r.mu.Unlock()
	}
	for k, v := range rec.Header() {
		w.Header()[k] = v
	}
	w.WriteHeader(rec.Code)
	_, _ = w.Write(rec.Body.Bytes())
}

func (r *recorder) list(w http.ResponseWriter, _ *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	_ = json.NewEncoder(w).Encode(r.all)
}

func main() {
	listen := flag.String("listen", "127.0.0.1:0", "loopback address")
	redirect := flag.String("redirect", "", "where browsers are sent back to")
	life := flag.Duration("life", 5*time.Minute, "what expires_in says")
	flag.Parse()
	if err := serve(*listen, *redirect, *life); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(listen, redirect string, life time.Duration) error {
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return err
	}
	issuer := "http://localhost:" + port + "/"
	storage.RegisterClients(storage.WebClient("web", "secret", redirect))
	store := &shortLived{Storage: storage.NewStorage(storage.NewUserStore(issuer)), life: life}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /test/renewals", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, store.renewals.Load()) })
	mux.HandleFunc("POST /test/refuse", func(http.ResponseWriter, *http.Request) { store.refuse.Store(true) })
	answers := &recorder{next: exampleop.SetupServer(issuer, store, slog.New(slog.NewTextHandler(io.Discard, nil)), false)}
	mux.HandleFunc("GET /test/answers", answers.list)
	mux.Handle("/", answers)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() {
		<-ctx.Done()
		_ = srv.Close()
	}()
	fmt.Println("issuer", issuer)
	if err := srv.Serve(l); err != http.ErrServerClosed {
		return err
	}
	return nil
}
