package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// Limits of the HTTP servers (promise F10): a slow or huge request ends before it hurts others.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 30 * time.Second
	writeTimeout      = 90 * time.Second
	idleTimeout       = 60 * time.Second
	maxHeaderBytes    = 32 << 10
	drainTimeout      = 20 * time.Second
)

// site is one listener and what answers on it.
type site struct {
	name    string
	ln      net.Listener
	handler http.Handler
	stop    func() error // called before requests are drained: ends streams that would last for ever; may be nil
}

func listen(ctx context.Context, name, addr string, h http.Handler) (*site, error) {
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, hinted(fmt.Errorf("%s cannot listen on %s: %w", name, addr, err), "is another usher running? Choose another address by its flag")
	}
	return &site{name: name, ln: ln, handler: h}, nil
}

func newServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes,
	}
}

// serveAll answers on all sites until ctx ends, then lets requests in flight finish (Ctrl-C drains) for at most drainTimeout.
func serveAll(ctx context.Context, con *console, sites ...*site) error {
	failed := make(chan error, len(sites))
	var servers []*http.Server
	for _, s := range sites {
		srv := newServer(s.handler)
		servers = append(servers, srv)
		go func() {
			if err := srv.Serve(s.ln); !errors.Is(err, http.ErrServerClosed) {
				failed <- fmt.Errorf("%s stopped: %w", s.name, err)
			}
		}()
	}
	var err error
	select {
	case <-ctx.Done():
		con.Log.Info("stopping: requests in flight may finish")
	case err = <-failed:
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	for _, s := range sites {
		if s.stop != nil {
			err = errors.Join(err, s.stop())
		}
	}
	for _, srv := range servers {
		if e := srv.Shutdown(drain); e != nil {
			err = errors.Join(err, e)
		}
	}
	return err
}

// isLoopback reports whether a listening address or a host name stays on this machine.
func isLoopback(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	if host == "localhost" || len(host) > len(".localhost") && host[len(host)-len(".localhost"):] == ".localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
