package client

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/usherdev/usher/session"
)

// watchEvery is how often a Watch looks for what other programs did to the store.
const watchEvery = time.Second

type ctxKey int

const (
	ctxMuted ctxKey = iota // whoever changes the store tells of it himself
	ctxHook                // inside OnChange
)

func muted(ctx context.Context) context.Context { return context.WithValue(ctx, ctxMuted, true) }

func hooked(ctx context.Context) bool { return ctx.Value(ctxHook) != nil }

// observed is a store that tells of each change of a login, after it is stored and before anybody who
// waits for it goes on.
type observed struct {
	session.Store
	changed func(ctx context.Context, key string)
}

// Update implements session.Store.
func (o *observed) Update(ctx context.Context, key string, fn func(session.Row) (session.Row, error)) (session.Row, error) {
	var before session.Row
	after, err := o.Store.Update(ctx, key, func(r session.Row) (session.Row, error) {
		before = r
		return fn(r)
	})
	if err != nil || ctx.Value(ctxMuted) != nil {
		return after, err
	}
	if before.Ver != after.Ver || before.UserVer != after.UserVer || before.Ended != after.Ended {
		o.changed(ctx, key)
	}
	return after, nil
}

// changed tells of a change that nobody in particular asked for.
func (c *Client[U]) changed(ctx context.Context, key string) {
	if err := c.tell(ctx, key); err != nil {
		c.cfg.Events(session.Event{Kind: EventHookFailed, At: time.Now().UTC(), Hash: c.cfg.Store.Keys.LogHash(key), Err: err})
	}
}

// tell hands the login to OnChange and the watchers, if key is the current one's and it is not what
// they have heard of. As it reads the login under a lock, they hear of changes in their order.
func (c *Client[U]) tell(ctx context.Context, key string) error {
	c.hook.Lock()
	defer c.hook.Unlock()
	s, err := c.session(muted(context.WithoutCancel(ctx)))
	if err != nil {
		return err
	}
	at := markOf(s)
	if s.Key != key || at == c.told {
		return nil
	}
	c.watch.wake()
	if err := c.callHook(ctx, loginOf[U](s)); err != nil {
		c.dirty.Store(true)
		return fmt.Errorf("%w: %w", ErrOnChange, err)
	}
	c.dirty.Store(false)
	c.told = at
	return nil
}

// callHook makes an error of a panic, whose value may hold a secret.
func (c *Client[U]) callHook(ctx context.Context, l Login[U]) (err error) {
	if c.cfg.OnChange == nil {
		return nil
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic of type %T", p)
		}
	}()
	return c.cfg.OnChange(context.WithValue(muted(ctx), ctxHook, true), l)
}

// retell calls a hook again that failed.
func (c *Client[U]) retell(ctx context.Context, key string) {
	if c.dirty.Load() {
		c.changed(ctx, key)
	}
}

// Watch returns a channel of the login: as it is now, and after each change, also by other programs
// that share the store (within about a second). Who reads late gets the latest state alone. The channel
// closes when ctx ends or the Client closes.
func (c *Client[U]) Watch(ctx context.Context) <-chan Login[U] {
	out := make(chan Login[U], 1)
	wake, ok := c.watch.add()
	if !ok {
		close(out)
		return out
	}
	go func() {
		defer c.watch.remove(wake)
		defer close(out)
		c.follow(ctx, wake, out)
	}()
	return out
}

func (c *Client[U]) follow(ctx context.Context, wake <-chan struct{}, out chan Login[U]) {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for last, first := (mark{}), true; ; {
		s, err := c.session(ctx)
		if at := markOf(s); err == nil && (first || at != last) { // what cannot be asked now is asked at the next tick
			last, first = at, false
			select {
			case <-out: // nobody has read the state before
			default:
			}
			out <- loginOf[U](s) // there is room: nobody else sends
		}
		select {
		case <-wake:
		case <-tick.C:
		case <-ctx.Done():
			return
		case <-c.watch.closed:
			return
		}
	}
}

// watchers are the goroutines of Watch.
type watchers struct {
	mu     sync.Mutex
	all    map[chan struct{}]bool
	wg     sync.WaitGroup
	once   sync.Once
	closed chan struct{}
}

func (w *watchers) add() (chan struct{}, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	select {
	case <-w.closed:
		return nil, false
	default:
	}
	ch := make(chan struct{}, 1)
	if w.all == nil {
		w.all = map[chan struct{}]bool{}
	}
	w.all[ch] = true
	w.wg.Add(1)
	return ch, true
}

func (w *watchers) remove(ch chan struct{}) {
	w.mu.Lock()
	delete(w.all, ch)
	w.mu.Unlock()
	w.wg.Done()
}

func (w *watchers) wake() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for ch := range w.all {
		select {
		case ch <- struct{}{}:
		default:
		}
	}
}

// close ends all and waits for them.
func (w *watchers) close() {
	w.once.Do(func() {
		w.mu.Lock()
		close(w.closed)
		w.mu.Unlock()
	})
	w.wg.Wait()
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
