package session

import (
	"context"
	"fmt"
	"sync"
)

// tasks owns goroutines that outlive the call which started them.
type tasks struct {
	mu      sync.Mutex
	closed  bool
	next    int
	cancels map[int]context.CancelFunc
	wg      sync.WaitGroup
}

// start runs fn on a context that keeps the values of ctx but not its end; false after close. A
// panic of fn is handed to onPanic and stops nothing else.
func (t *tasks) start(ctx context.Context, fn func(context.Context), onPanic func(error)) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return false
	}
	own, cancel := context.WithCancel(context.WithoutCancel(ctx))
	id := t.next
	t.next++
	t.cancels[id] = cancel
	t.wg.Go(func() {
		defer t.done(id)
		defer func() {
			if err := recovered(recover()); err != nil {
				onPanic(err)
			}
		}()
		fn(own)
	})
	return true
}

func (t *tasks) done(id int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.cancels[id]()
	delete(t.cancels, id)
}

// close starts nothing more and waits for what runs until ctx ends, then cancels it and waits on.
func (t *tasks) close(ctx context.Context) error {
	t.mu.Lock()
	t.closed = true
	t.mu.Unlock()
	done := make(chan struct{})
	go func() { t.wg.Wait(); close(done) }()
	var err error
	select {
	case <-done:
	case <-ctx.Done():
		err = ctx.Err()
		t.cancelAll()
		<-done
	}
	return err
}

func (t *tasks) cancelAll() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, cancel := range t.cancels {
		cancel()
	}
}

// recovered makes an error of a panic. It tells the type alone: the value may hold a secret.
func recovered(p any) error {
	if p == nil {
		return nil
	}
	if err, ok := p.(error); ok {
		return fmt.Errorf("panic: %T", err)
	}
	return fmt.Errorf("panic of type %T", p)
}
