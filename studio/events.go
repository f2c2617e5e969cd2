package studio

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	maxStreams = 32
	heartbeat  = 20 * time.Second
)

// events tells open browsers what is new: a revision, what the app did, what was pointed at in it. A slow reader misses what came between, never
// the last news of a kind.
type events struct {
	mu      sync.Mutex
	streams map[*reader]bool
	done    chan struct{}
}

// reader is an open browser.
type reader struct {
	wake chan struct{}
	news map[string]string // by kind, guarded by the mutex of events
}

func newEvents() *events { return &events{streams: map[*reader]bool{}, done: make(chan struct{})} }

func (e *events) tell(kind, text string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for r := range e.streams {
		r.news[kind] = text
		select {
		case r.wake <- struct{}{}:
		default: // it will wake anyway
		}
	}
}

// take returns what a reader has not been told, as an event stream has it.
func (e *events) take(r *reader) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var out strings.Builder
	for _, kind := range slices.Sorted(maps.Keys(r.news)) {
		fmt.Fprintf(&out, "event: %s\ndata: %s\n\n", kind, r.news[kind])
	}
	clear(r.news)
	return out.String()
}

func (e *events) join() (*reader, bool) {
	r := &reader{wake: make(chan struct{}, 1), news: map[string]string{}}
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.streams) == maxStreams {
		return nil, false
	}
	e.streams[r] = true
	return r, true
}

func (e *events) leave(r *reader) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.streams, r)
}

func (e *events) close() {
	e.mu.Lock()
	defer e.mu.Unlock()
	select {
	case <-e.done:
	default:
		close(e.done)
	}
}

// stream is GET /api/events: the current revision at once, then each new one and other news, until the browser or the studio goes.
func (s *Studio) stream(w http.ResponseWriter, r *http.Request) {
	news, ok := s.events.join()
	if !ok {
		refuse(w, r, fault{http.StatusTooManyRequests, "busy", "The studio is open in too many windows."})
		return
	}
	defer s.events.leave(news)
	out := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	send := func(text string) error {
		// The server's own write limit is for answers that end.
		_ = out.SetWriteDeadline(s.now().Add(2 * heartbeat)) // a writer that knows no limits needs none
		if _, err := fmt.Fprint(w, text); err != nil {
			return err
		}
		return out.Flush()
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	next := "retry: 500\nevent: revision\ndata: " + s.snapshot().revision + "\n\n"
	for send(next) == nil {
		select {
		case <-r.Context().Done():
			return
		case <-s.events.done:
			return
		case <-news.wake:
			next = s.events.take(news)
		case <-beat.C:
			next = ": still here\n\n"
		}
	}
}
