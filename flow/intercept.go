package flow

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// interception is one call while the flows around it run (F101).
type interception struct {
	params  map[string]any // as the call will be given them
	set     map[string]any // those that a flow has set
	headers map[string]any
	failure string // the sentence of `fail`
}

// send has do send a call, with the flows that its group and the call itself declare around it: onRequest of the group, then of the call;
// onResponse of the call, then of the group. Calls that such a flow makes have none around them, so nothing runs in circles, and none of
// them sends a call again: that is for retry and the declared refresh alone.
func (n *run) send(ctx context.Context, req call.Request, do func(call.Request) (call.Reply, error)) (call.Reply, error) {
	if n.around != nil || !req.Call.Intercepted() {
		return do(req)
	}
	in, err := n.intercept(req)
	if err != nil {
		return call.Reply{}, err
	}
	if err := n.flowsAround(ctx, in, req.Call, req.Call.Before(), nil); err != nil {
		return call.Reply{}, err
	}
	if in.failure != "" {
		return call.Reply{Error: in.failure, Headers: map[string]string{}}, nil
	}
	reply, err := do(in.apply(req))
	if err != nil {
		return reply, err
	}
	if err := n.flowsAround(ctx, in, req.Call, req.Call.After(), &reply); err != nil {
		return reply, err
	}
	if in.failure != "" {
		reply.OK, reply.Error = false, in.failure
	}
	return reply, nil
}

// intercept reads the parameters of a call for the flows around it. One that does not fit is nil to them; the call itself says what is wrong.
func (n *run) intercept(req call.Request) (*interception, error) {
	in := &interception{params: map[string]any{}, set: map[string]any{}, headers: map[string]any{}}
	var given map[string]any
	if req.Args != nil {
		var err error
		if given, err = req.Args(n.auth); err != nil {
			return nil, err
		}
	}
	for _, p := range req.Call.Params {
		v, found := value.Coerce(given[p.Name], p.Type)
		if v == nil && p.Default != nil {
			v, _ = p.Default.Eval(nil)
		}
		if len(found) == 0 {
			in.params[p.Name] = v
		}
	}
	return in, nil
}

// apply puts what flows have set into a request.
func (in *interception) apply(req call.Request) call.Request {
	if args := req.Args; len(in.set) > 0 {
		req.Args = func(auth value.Scope) (map[string]any, error) {
			out := map[string]any{}
			if args != nil {
				given, err := args(auth)
				if err != nil {
					return nil, err
				}
				maps.Copy(out, given)
			}
			maps.Copy(out, in.set)
			return out, nil
		}
	}
	for _, name := range slices.Sorted(maps.Keys(in.headers)) {
		req.Headers = append(req.Headers, call.Header{Name: name, Value: in.headers[name]})
	}
	return req
}

// flowsAround runs flows one after the other. `stop` ends the one it stands in, `fail` all of them.
func (n *run) flowsAround(ctx context.Context, in *interception, c *project.Call, flows [][]*project.Action, reply *call.Reply) error {
	n.around = in
	defer func() { n.around = nil }()
	for _, list := range flows {
		f := n.globalFrame(in.params)
		f.scope["request"] = map[string]any{"call": c.ID, "method": c.Method}
		if reply != nil {
			f.scope["reply"] = reply.Value()
		}
		switch err := n.list(ctx, f, list); {
		case errors.Is(err, errFail):
			return nil
		case err != nil && !errors.Is(err, errStop):
			return err
		}
	}
	return nil
}

// doSetRequest sets headers and parameters of the call that the flow runs before. All values are read before any is set.
func doSetRequest(_ context.Context, n *run, f *frame, a *project.Action) error {
	if n.around == nil {
		return fault(a, "there is no call whose request could be set", nil)
	}
	headers, err := evalMap(f, a, "headers")
	if err != nil {
		return err
	}
	params, err := evalMap(f, a, "params")
	if err != nil {
		return err
	}
	if value.HasSecret(headers) || value.HasSecret(params) {
		return fault(a, "a secret may not be set here", nil)
	}
	maps.Copy(n.around.headers, headers)
	maps.Copy(n.around.set, params)
	next := maps.Clone(n.around.params)
	maps.Copy(next, params)
	n.around.params, f.scope["params"] = next, next
	return nil
}

// doFail ends the interceptors of a call: it is not sent, or counts as failed.
func doFail(_ context.Context, n *run, f *frame, a *project.Action) error {
	v, err := eval(f, a, "error")
	if err != nil {
		return err
	}
	if n.around == nil {
		return fault(a, "there is no call that could fail", nil)
	}
	if value.HasSecret(v) {
		return fault(a, "a secret may not be shown", nil)
	}
	if n.around.failure = value.Text(v); n.around.failure == "" {
		n.around.failure = project.Locale(f.scope).Say("usher.text.failed")
	}
	return errFail
}
