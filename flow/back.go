package flow

import (
	"context"

	"github.com/usherdev/usher/project"
)

// doBack goes to the page before this one, or to the page that the action names for when there is none.
func doBack(_ context.Context, n *run, f *frame, a *project.Action) error {
	to := Navigate{Back: true, Page: a.Page}
	return n.goTo(f, a, to)
}
