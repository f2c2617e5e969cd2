package flow

import (
	"context"
	"errors"

	"github.com/usherdev/usher/project"
)

// doBlock runs an action block with a scope of its own; its result is the output. Every action may stand in a block,
// those of authentication too (F030).
func doBlock(ctx context.Context, n *run, f *frame, a *project.Action) error {
	if a.Block == nil {
		return fault(a, "the action names no action block", nil)
	}
	if n.depth++; n.depth > maxDepth {
		return fault(a, "action blocks run too deep inside each other", nil)
	}
	defer func() { n.depth-- }()
	inner, err := n.blockFrame(f, a)
	if err != nil {
		return err
	}
	if err := n.list(ctx, inner, a.Block.Actions); err != nil {
		if errors.Is(err, errPause) {
			n.paused.via = "block"
		}
		return err
	}
	if a.As == "" {
		return nil
	}
	n.refresh(inner)
	result, err := a.Block.Result.Eval(inner.scope)
	if err != nil {
		return fault(a, "result: "+err.Error(), err)
	}
	f.scope[a.As] = result
	return nil
}

// blockFrame is the scope that a block begins with. One that goes on has its parameters, and what it has done so far, from where it was left.
func (n *run) blockFrame(f *frame, a *project.Action) (*frame, error) {
	if len(n.way) > 0 {
		return n.globalFrame(nil), nil
	}
	given, err := evalMap(f, a, "with")
	if err != nil {
		return nil, err
	}
	params, err := readParams(a, a.Block.Params, given)
	if err != nil {
		return nil, err
	}
	return n.globalFrame(params), nil
}
