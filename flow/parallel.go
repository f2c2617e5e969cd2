package flow

import (
	"context"
	"errors"
	"maps"
	"sync"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/project"
)

// doParallel runs branches at once and waits for all of them (F145). One action of them runs at a time, on the state that the others have left; what
// does not wait for the others is the sending of calls. The first fault ends the others, and is the fault of the whole.
func doParallel(ctx context.Context, n *run, f *frame, a *project.Action) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var all sync.WaitGroup
	var first error
	if n.baton == nil { // around a call of a branch, the others' is held already
		n.baton = &sync.Mutex{}
		n.baton.Lock()
		defer func() { n.baton = nil }()
	}
	was := n.own
	var frames []*frame
	for _, key := range a.Spec.Branches {
		list, ok := a.Branches[key]
		if !ok {
			continue
		}
		mine := &frame{scope: maps.Clone(f.scope)}
		frames = append(frames, mine)
		all.Go(func() {
			n.baton.Lock()
			defer n.baton.Unlock()
			n.own = was
			if err := n.list(ctx, mine, list); err != nil {
				if first == nil || gaveUp(first) && !gaveUp(err) {
					first = err
				}
				cancel()
			}
		})
	}
	n.baton.Unlock()
	all.Wait()
	n.baton.Lock()
	n.own = was
	n.gather(f, a, frames)
	return first
}

// gaveUp reports an error that only says that there was no more time, or no more need.
func gaveUp(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// gather puts what the branches have brought into the scope of what follows. A call that was given up reads as one that did not succeed.
func (n *run) gather(f *frame, a *project.Action, frames []*frame) {
	i := 0
	for _, key := range a.Spec.Branches {
		list, ok := a.Branches[key]
		if !ok {
			continue
		}
		for _, one := range list {
			v, have := frames[i].scope[one.As]
			switch {
			case one.As == "":
			case have:
				f.scope[one.As] = v
			case one.Call != nil:
				f.scope[one.As] = call.Reply{Headers: map[string]string{}, Error: project.Locale(f.scope).Say("usher.text.failed")}.Value()
			default:
				f.scope[one.As] = nil
			}
		}
		i++
	}
}

// own is what a branch has for itself while others run.
type own struct {
	depth   int
	around  *interception // the interceptors of a call run: their own calls have none
	message bool          // a message of a stream is being handled
}

// apart does what waits for others, a call of a backend, while other branches go on.
func (n *run) apart(wait func()) {
	if n.baton == nil {
		wait()
		return
	}
	mine := n.own
	n.baton.Unlock()
	defer func() {
		n.baton.Lock()
		n.own = mine
	}()
	wait()
}
