package flow

import (
	"context"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// doIf runs one of two branches. What is not true is false: nil, text and numbers too.
func doIf(ctx context.Context, n *run, f *frame, a *project.Action) error {
	v, err := eval(f, a, "condition")
	if err != nil {
		return err
	}
	n.note(a, "%t", value.Truth(v))
	if value.Truth(v) {
		return n.branch(ctx, f, a, "then")
	}
	return n.branch(ctx, f, a, "else")
}
