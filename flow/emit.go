package flow

import (
	"context"
	"errors"

	"github.com/usherdev/usher/project"
)

// doEmit runs the flow that the place of use of a component has written for an event. It reads what stands there: not the props of the component,
// and the elements of the lists around the place of use.
func doEmit(ctx context.Context, n *run, f *frame, a *project.Action) error {
	handed, err := eval(f, a, "value")
	if err != nil {
		return err
	}
	s := project.Outside(f.scope)
	s["event"] = map[string]any{"value": handed}
	err = n.list(ctx, &frame{scope: s}, a.Branches[project.EmitBranch])
	if errors.Is(err, errPause) {
		n.paused.via = "block" // it is begun anew, and left to find its way
	}
	return err
}
