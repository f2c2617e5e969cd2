package flow

import (
	"context"

	"github.com/usherdev/usher/project"
)

// doBack goes to the page before this one.
func doBack(_ context.Context, n *run, _ *frame, _ *project.Action) error {
	n.navigate(Navigate{Back: true})
	return nil
}
