package flow

import (
	"context"
	"errors"
	"slices"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

// doCall sends an API call; its reply is the output, and decides the branch.
func doCall(ctx context.Context, n *run, f *frame, a *project.Action) error {
	if a.Call == nil {
		return fault(a, "the action names no call", nil)
	}
	reply, err := n.send(ctx, call.Request{
		Call: a.Call, Args: call.ArgsOf(a.Props["with"], f.scope), Jar: &n.jar, ClientAddr: n.in.ClientAddr, Locale: value.LocaleOf(f.scope),
	}, func(req call.Request) (call.Reply, error) { return n.do(ctx, req) })
	if err != nil {
		return err
	}
	n.note(a, "%s: %d", a.Call.ID, reply.Status)
	n.output(f, a, reply)
	if reply.OK {
		return n.branch(ctx, f, a, "then")
	}
	return n.refused(ctx, f, a, "else", reply)
}

// output puts a reply into the scope under the action's output name, if it has one.
func (n *run) output(f *frame, a *project.Action, reply call.Reply) {
	if a.As != "" {
		f.scope[a.As] = reply.Value()
		n.skews[a.As] = reply.Skew
	}
}

// refused runs the branch of an action for a reply that is no success; where that is not written, the reply is what its error branch catches.
func (n *run) refused(ctx context.Context, f *frame, a *project.Action, branch string, reply call.Reply) error {
	_, written := a.Branches[branch]
	homeless := n.beside(a, reply.Fields)
	if _, catches := a.Branches["onError"]; !written && catches {
		return &Fault{At: a.At, Kind: a.Kind, Msg: reply.Error, kind: "reply", untold: homeless}
	}
	err := n.branch(ctx, f, a, branch)
	n.tellOnce(homeless)
	return err
}

// do sends a call and notices what it did to the login and to the backend's data.
func (n *run) do(ctx context.Context, req call.Request) (call.Reply, error) {
	return n.noticed(ctx, req, func() (reply call.Reply, err error) {
		n.apart(func() { reply, err = n.r.calls.Do(ctx, req, n.bearer) })
		return reply, err
	})
}

// noticed is send, followed by a look at what it did.
func (n *run) noticed(ctx context.Context, req call.Request, send func() (call.Reply, error)) (call.Reply, error) {
	reply, err := send()
	if err != nil {
		return reply, err
	}
	if err := n.watch(ctx, !reply.OK); err != nil {
		return reply, err
	}
	return reply, n.changed(ctx, req.Call, reply)
}

// changed notes that the backend's data may be other than what queries remember (design 9.12).
func (n *run) changed(ctx context.Context, c *project.Call, reply call.Reply) error {
	if !reply.OK || c.Method == "GET" || c.Method == "HEAD" {
		return nil
	}
	n.res.DataChanged = true
	if c.Group != nil && !slices.Contains(n.res.ChangedGroups, c.Group.Name) {
		n.res.ChangedGroups = append(n.res.ChangedGroups, c.Group.Name)
	}
	if !n.seen.Active() {
		return nil
	}
	err := n.r.sessions.RaiseData(ctx, n.seen.ID)
	if errors.Is(err, session.ErrNotLoggedIn) {
		return nil // ended elsewhere meanwhile: nothing is remembered for it
	}
	return err
}
