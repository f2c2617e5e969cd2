package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime/pprof"
	"strconv"
	"time"
)

// privateFlags open a listener for operators. Nothing of it is ever served on the app's own address (promise H6).
type privateFlags struct {
	Metrics       string `help:"Private address for /metrics, /healthz and /readyz, such as 127.0.0.1:9090; none when unset." env:"USHER_METRICS" placeholder:"ADDR"`
	MetricsPublic bool   `name:"metrics-public" help:"Allow --metrics on an address that other machines can reach." env:"USHER_METRICS_PUBLIC"`
	Pprof         bool   `help:"Profiles of the process at /debug/pprof/ of the private address, on this machine only." env:"USHER_PPROF"`
}

// check refuses a private address that would not be private.
func (f privateFlags) check() error {
	switch {
	case f.Metrics == "" && f.Pprof:
		return hinted(errors.New("--pprof needs the private address"), "--metrics 127.0.0.1:9090 --pprof")
	case f.Metrics == "":
		return nil
	}
	if _, _, err := net.SplitHostPort(f.Metrics); err != nil {
		return hinted(fmt.Errorf("--metrics %q: %w", f.Metrics, err), "write it as 127.0.0.1:9090")
	}
	switch {
	case isLoopback(f.Metrics):
		return nil
	case !f.MetricsPublic:
		return hinted(fmt.Errorf("--metrics %s can be reached by other machines, and it asks nobody for a password", f.Metrics),
			"use 127.0.0.1:9090, or say --metrics-public where a firewall keeps strangers out")
	case f.Pprof:
		return hinted(errors.New("--pprof is for this machine only"), "use --metrics 127.0.0.1:9090")
	}
	return nil
}

// site opens the private listener; nil without --metrics. ready says whether the session store answers.
func (f privateFlags) site(ctx context.Context, m *metrics, ready func(context.Context) error) (*site, error) {
	if f.Metrics == "" {
		return nil, nil
	}
	return listen(ctx, "the private listener", f.Metrics, f.handler(m, ready))
}

func (f privateFlags) handler(m *metrics, ready func(context.Context) error) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", m.handler())
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
		defer cancel()
		if ready(ctx) != nil {
			say(w, http.StatusServiceUnavailable, "the session store does not answer")
			return
		}
		say(w, http.StatusOK, "ok")
	})
	if f.Pprof {
		mux.HandleFunc("GET /debug/pprof/{name}", profile)
	}
	return f.ownHost(mux)
}

// ownHost refuses, on a loopback address, names that a stranger's page could point at this machine.
func (f privateFlags) ownHost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		if isLoopback(f.Metrics) && !isLoopback(r.Host) {
			say(w, http.StatusMisdirectedRequest, "not here")
			return
		}
		next.ServeHTTP(w, r)
	})
}

func say(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	fmt.Fprintln(w, text)
}

// profile answers what `go tool pprof` asks for. net/http/pprof would add itself to http.DefaultServeMux for any importer.
func profile(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	w.Header().Set("Content-Type", "application/octet-stream")
	if name != "profile" {
		p := pprof.Lookup(name)
		if p == nil {
			say(w, http.StatusNotFound, "no such profile")
			return
		}
		debug, _ := strconv.Atoi(r.URL.Query().Get("debug"))
		if debug > 0 {
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		}
		_ = p.WriteTo(w, min(debug, 2)) // whoever asked has gone
		return
	}
	seconds, err := strconv.Atoi(r.URL.Query().Get("seconds"))
	if err != nil || seconds < 1 || seconds > 60 {
		seconds = 30
	}
	if err := pprof.StartCPUProfile(w); err != nil {
		say(w, http.StatusConflict, "a profile is being taken already")
		return
	}
	defer pprof.StopCPUProfile()
	t := time.NewTimer(time.Duration(seconds) * time.Second)
	defer t.Stop()
	select {
	case <-t.C:
	case <-r.Context().Done():
	}
}
