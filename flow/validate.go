package flow

import (
	"context"
	"maps"

	"github.com/usherdev/usher/project"
)

// doValidate checks the form; a message anywhere ends the flow.
func doValidate(_ context.Context, n *run, _ *frame, a *project.Action) error {
	if n.in.Validate == nil {
		return nil
	}
	found := n.in.Validate()
	if len(found) == 0 {
		return nil
	}
	n.note(a, "%d wrong", len(found))
	maps.Copy(n.res.FieldErrors, found)
	return errStop
}
