package app

import (
	"context"
	"sync"
)

// maxSpent bounds how many events of guests are remembered as spent. Those of people who are logged in are kept in their session.
const maxSpent = 1 << 16

// once remembers, up to a bound, what has happened. It is safe for concurrent use.
type once struct {
	mu    sync.Mutex
	done  map[string]bool
	order []string
	next  int
}

func newOnce() *once { return &once{done: map[string]bool{}, order: make([]string, 0, 256)} }

// first reports whether key happens for the first time, and notes it.
func (o *once) first(key string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.done[key] {
		return false
	}
	o.done[key] = true
	if len(o.order) < maxSpent {
		o.order = append(o.order, key)
		return true
	}
	delete(o.done, o.order[o.next])
	o.order[o.next] = key
	o.next = (o.next + 1) % maxSpent
	return true
}

// twins answers the second of two equal events with the answer of the first: a browser without script drops the first answer of a
// double click, and with it the cookie of a log-in. It is safe for concurrent use.
type twins struct {
	mu  sync.Mutex
	all map[string]*twin
}

type twin struct {
	done chan struct{}
	more int // who waits for it
	out  *answer
	err  error
}

func newTwins() *twins { return &twins{all: map[string]*twin{}} }

// do runs fn, or waits for the run of the same key that is under way and returns what it came to.
func (t *twins) do(ctx context.Context, key string, fn func() (*answer, error)) (*answer, error) {
	t.mu.Lock()
	if w, ok := t.all[key]; ok {
		w.more++
		t.mu.Unlock()
		select {
		case <-w.done:
			return w.out, w.err
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	w := &twin{done: make(chan struct{}), err: errPanic}
	t.all[key] = w
	t.mu.Unlock()
	defer func() {
		t.mu.Lock()
		delete(t.all, key)
		t.mu.Unlock()
		close(w.done)
	}()
	w.out, w.err = fn()
	return w.out, w.err
}
