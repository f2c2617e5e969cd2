package flow

import (
	"context"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// doStream sends a call and runs onMessage for each message as it comes, then onClose, or onError like any action that failed (F103). What messages do to the state
// is seen when the page is drawn, after the flow.
func doStream(ctx context.Context, n *run, f *frame, a *project.Action) error {
	switch {
	case a.Call == nil:
		return fault(a, "the action names no call", nil)
	case n.message:
		return fault(a, "a stream cannot be opened within a message of another", nil)
	}
	count := 0
	each := func(m call.Message) error {
		count++
		return n.onMessage(ctx, f, a, m)
	}
	reply, err := n.send(ctx, call.Request{
		Call: a.Call, Args: call.ArgsOf(a.Props["with"], f.scope), Jar: &n.jar, ClientAddr: n.in.ClientAddr, Locale: value.LocaleOf(f.scope),
	}, func(req call.Request) (call.Reply, error) {
		return n.noticed(ctx, req, func() (call.Reply, error) { return n.r.calls.Stream(ctx, req, n.bearer, each) })
	})
	if err != nil {
		return err
	}
	n.note(a, "%s: %d, %d messages", a.Call.ID, reply.Status, count)
	n.output(f, a, reply)
	if reply.OK {
		return n.branch(ctx, f, a, "onClose")
	}
	return n.refused(ctx, f, a, "", reply)
}

// onMessage handles one message within a budget of its own, so that a long stream does not use up the flow's.
func (n *run) onMessage(ctx context.Context, f *frame, a *project.Action, m call.Message) error {
	kept := n.steps
	budget := min(messageSteps, streamSteps-n.spent)
	n.steps, n.message = budget, true
	f.scope["message"] = m.Value()
	defer func() {
		n.spent += budget - max(n.steps, 0)
		n.steps, n.message = kept, false
		delete(f.scope, "message")
	}()
	return n.list(ctx, f, a.Branches["onMessage"])
}
