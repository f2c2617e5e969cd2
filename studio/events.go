package studio

import (
	"fmt"
	"net/http"
	"sync"
	"time"
)

const (
	maxStreams = 32
	heartbeat  = 20 * time.Second
)

// events tells open browsers which revision is current. A slow reader misses intermediate revisions, never the last one.
type events struct {
	mu      sync.Mutex
	streams map[chan string]bool
	done    chan struct{}
}

func newEvents() *events { return &events{streams: map[chan string]bool{}, done: make(chan struct{})} }

func (e *events) tell(revision string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for ch := range e.streams {
		select {
		case <-ch: // an older revision that nobody has read
		default:
		}
		ch <- revision
	}
}

func (e *events) join() (chan string, bool) {
	ch := make(chan string, 1)
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.streams) == maxStreams {
		return nil, false
	}
	e.streams[ch] = true
	return ch, true
}

func (e *events) leave(ch chan string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.streams, ch)
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

// stream is GET /api/events: the current revision at once, then each new one, until the browser or the studio goes.
func (s *Studio) stream(w http.ResponseWriter, r *http.Request) {
	ch, ok := s.events.join()
	if !ok {
		refuse(w, r, fault{http.StatusTooManyRequests, "busy", "The studio is open in too many windows."})
		return
	}
	defer s.events.leave(ch)
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
		case revision := <-ch:
			next = "event: revision\ndata: " + revision + "\n\n"
		case <-beat.C:
			next = ": still here\n\n"
		}
	}
}
