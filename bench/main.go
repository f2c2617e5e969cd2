// Command bench prints what Usher costs (its pages, its sessions, the program), each figure beside a baseline measured in the same run.
// docs/performance.md explains the lines. Timings on a shared machine are noisy; the ratios are medians of several rounds.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const (
	rounds  = 5
	each    = 1500 * time.Millisecond
	clients = 8
)

func main() {
	only := flag.String("only", "", "run the one step of this name: widgets, page, draw, rows, calls, sessions, storm, scale, projects, studio, program")
	flag.Parse()
	if err := run(context.Background(), *only); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, only string) error {
	dir, err := os.MkdirTemp("", "usher-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	f, err := newFixture(ctx, dir)
	if err != nil {
		return err
	}
	defer f.close()
	fmt.Printf("go %s, %d cores, %d rounds of %v, %d connections\n\n", runtime.Version(), runtime.NumCPU(), rounds, each, clients)
	home := fmt.Sprintf("TouristTrail's home page, logged in, SQLite session, two calls, %d stories", posts)
	steps := []struct {
		name string
		do   func() error
	}{
		{"widgets", func() error { return widgetsAgainstBare(ctx, dir) }},
		{"page", func() error { return pageAgainstBare(f, home) }},
		{"draw", func() error { return renderAgainstTemplate(f) }},
		{"rows", longLists},
		{"calls", func() error { return callsAgainstBare(ctx, dir) }},
		{"sessions", func() error { return sessionReads(ctx, dir) }},
		{"storm", func() error { return storm(ctx, dir) }},
		{"scale", func() error { return scale(ctx, dir) }},
		{"projects", func() error { return projects(ctx, dir) }},
		{"studio", func() error { return studioEdits(ctx, dir, 100) }},
		{"program", func() error { return program(dir) }},
	}
	for _, s := range steps {
		if only != "" && only != s.name {
			continue
		}
		if err := s.do(); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return nil
}

// pageAgainstBare compares a logged-in page (cookie, session row, gate, stubbed calls if it has any, plan) with a handler that writes the same bytes.
func pageAgainstBare(f *fixture, what string) error {
	page, header, err := f.fetchOnce()
	if err != nil {
		return err
	}
	bare := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for k, v := range header {
			w.Header()[k] = v
		}
		_, _ = w.Write(page) // a client that left is no matter of the measurement
	})
	var ours, theirs, ratio, effort []float64
	for range rounds {
		spent := processorTime()
		a, err := f.rate(f.app)
		if err != nil {
			return err
		}
		mine := float64(processorTime() - spent)
		spent = processorTime()
		b, err := f.rate(bare)
		if err != nil {
			return err
		}
		ours, theirs, ratio = append(ours, a.rate), append(theirs, b.rate), append(ratio, a.rate/b.rate)
		effort = append(effort, float64(processorTime()-spent)/b.n/(mine/a.n))
	}
	fmt.Printf("%s (%d bytes)\n", what, len(page))
	fmt.Printf("  usher            %8.0f requests/s\n  bare net/http    %8.0f requests/s\n  ratio            %8.2f   (1 would be as fast as writing a file)\n  by effort        %8.2f   (the same by processor time, which other work on the machine does not take from either)\n",
		median(ours), median(theirs), median(ratio), median(effort))
	allocs := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		req, err := f.request("http://" + f.host)
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			f.app.ServeHTTP(&discard{header: http.Header{}}, req)
		}
	})
	fmt.Printf("  allocations      %8d a page, %d bytes (handler alone, calls included)\n\n", allocs.AllocsPerOp(), allocs.AllocedBytesPerOp())
	return nil
}

// discard is a ResponseWriter that keeps nothing.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) WriteHeader(int)             {}
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }

func (f *fixture) serve(h http.Handler) (*http.Server, string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	srv := &http.Server{Handler: h}
	go func() { _ = srv.Serve(ln) }() // ends with Close
	return srv, "http://" + ln.Addr().String(), nil
}

func (f *fixture) fetchOnce() ([]byte, http.Header, error) {
	srv, base, err := f.serve(f.app)
	if err != nil {
		return nil, nil, err
	}
	defer srv.Close()
	req, err := f.request(base)
	if err != nil {
		return nil, nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && (resp.StatusCode != http.StatusOK || len(body) < 2000) {
		err = fmt.Errorf("the home page answered %s with %d bytes", resp.Status, len(body))
	}
	header := resp.Header.Clone()
	header.Del("Date")
	header.Del("Content-Length")
	return body, header, err
}

// served is how many requests were answered, and how many a second.
type served struct{ n, rate float64 }

// rate counts the requests that h answers to all clients together.
func (f *fixture) rate(h http.Handler) (served, error) {
	srv, base, err := f.serve(h)
	if err != nil {
		return served{}, err
	}
	defer srv.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients, DisableCompression: true}}
	var done atomic.Int64
	var fault atomic.Pointer[error]
	began := time.Now()
	end := began.Add(each)
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			for time.Now().Before(end) && fault.Load() == nil {
				if err := f.one(client, base); err != nil {
					fault.Store(&err)
					return
				}
				done.Add(1)
			}
		})
	}
	wg.Wait()
	if e := fault.Load(); e != nil {
		return served{}, *e
	}
	n := float64(done.Load())
	return served{n, n / time.Since(began).Seconds()}, nil
}

func (f *fixture) one(client *http.Client, base string) error {
	req, err := f.request(base)
	if err != nil {
		return err
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("answered %s", resp.Status)
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

func median(v []float64) float64 {
	s := slices.Sorted(slices.Values(v))
	return s[len(s)/2]
}
