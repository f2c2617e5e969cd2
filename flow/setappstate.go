package flow

import (
	"context"

	"github.com/usherdev/usher/project"
)

// doSetAppState sets variables of the app state. All values are read before any is set.
func doSetAppState(_ context.Context, n *run, f *frame, a *project.Action) error {
	next, err := setVars(f, a, n.r.project.App.State, n.res.AppState)
	if err != nil {
		return err
	}
	return n.keep(a, n.res.State, next, n.res.Own)
}
