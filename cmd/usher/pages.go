package main

import (
	"fmt"
	"io"
	"net/http"
	"regexp"
	"sync"
	"time"
)

// pages are the open pages of an app that somebody builds: they hear when its files have changed, and whether what is pointed at in them is to be
// selected in the studio. Safe for concurrent use.
type pages struct {
	mu       sync.Mutex
	open     map[chan struct{}]bool
	done     chan struct{}
	revision string
	inspect  bool
	pointed  func(path string)
}

const (
	maxPages  = 32
	pagesBeat = 20 * time.Second
)

func newPages() *pages {
	return &pages{open: map[chan struct{}]bool{}, done: make(chan struct{}), pointed: func(string) {}}
}

// change changes what pages hear, and tells them.
func (p *pages) change(fn func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	fn()
	for wake := range p.open {
		select {
		case wake <- struct{}{}:
		default: // it will wake anyway
		}
	}
}

// revised tells that the app goes on with another revision.
func (p *pages) revised(revision string) { p.change(func() { p.revision = revision }) }

// inspecting reports whether a click selects.
func (p *pages) inspecting() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.inspect
}

// close ends the streams; later ones end at once.
func (p *pages) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.done:
	default:
		close(p.done)
	}
}

func (p *pages) news() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	state := map[bool]string{true: "on", false: "off"}[p.inspect]
	return fmt.Sprintf("event: inspect\ndata: %s\n\nevent: revision\ndata: %s\n\n", state, p.revision)
}

func (p *pages) join() (chan struct{}, bool) {
	wake := make(chan struct{}, 1)
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.open) == maxPages {
		return nil, false
	}
	p.open[wake] = true
	return wake, true
}

func (p *pages) leave(wake chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.open, wake)
}

// stream tells one page, until it or the workbench goes.
func (p *pages) stream(w http.ResponseWriter, r *http.Request) {
	wake, ok := p.join()
	if !ok {
		http.Error(w, "The app is open in too many windows.", http.StatusTooManyRequests)
		return
	}
	defer p.leave(wake)
	out := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	beat := time.NewTicker(pagesBeat)
	defer beat.Stop()
	for next := "retry: 500\n" + p.news(); ; {
		_ = out.SetWriteDeadline(time.Now().Add(2 * pagesBeat)) // a writer that knows no limits needs none
		if _, err := io.WriteString(w, next); err != nil || out.Flush() != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-p.done:
			return
		case <-wake:
			next = p.news()
		case <-beat.C:
			next = ": still here\n\n"
		}
	}
}

// widgetPath is what a page may say was pointed at.
var widgetPath = regexp.MustCompile(`^/(pages|components)/[A-Za-z0-9_./-]{1,1000}$`)

// point passes on what was pointed at in a page.
func (p *pages) point(w http.ResponseWriter, r *http.Request) {
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 2<<10))
	if err != nil || !widgetPath.Match(b) {
		http.Error(w, "This is no widget.", http.StatusBadRequest)
		return
	}
	p.mu.Lock()
	pointed := p.pointed
	p.mu.Unlock()
	pointed(string(b))
	w.WriteHeader(http.StatusNoContent)
}
