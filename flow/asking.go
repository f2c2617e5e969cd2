package flow

import (
	"context"
	"sync"

	"github.com/usherdev/usher/call"
)

// Asking is a run that holds no flow of its own: it sends the queries of a page, in parallel, with the flows around them (F101). Those flows run
// one at a time and share the state of the run; the calls themselves do not wait for each other. It is safe for concurrent use.
type Asking struct {
	mu sync.Mutex
	n  *run
}

// Ask begins such a run. Actions of the Input are not looked at.
func (r *Runner) Ask(ctx context.Context, in Input) (*Asking, error) {
	n, err := r.begin(ctx, in)
	if err != nil {
		return nil, err
	}
	return &Asking{n: n}, nil
}

// Do sends a call as the login of the run. The error is a fault of the project, of the session store or of ctx.
func (k *Asking) Do(ctx context.Context, req call.Request) (call.Reply, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.n.send(ctx, req, func(req call.Request) (call.Reply, error) {
		reply, err := k.exchange(ctx, req)
		if err != nil {
			return reply, err
		}
		return reply, k.n.watch(ctx, !reply.OK)
	})
}

// exchange sends a call while others may.
func (k *Asking) exchange(ctx context.Context, req call.Request) (call.Reply, error) {
	who := k.n.bearer
	k.mu.Unlock()
	defer k.mu.Lock()
	return k.n.r.calls.Do(ctx, req, who)
}

// Finish returns what the flows came to. Nothing may be asked afterwards.
func (k *Asking) Finish() Result {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.n.finish()
}
