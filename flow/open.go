package flow

import (
	"context"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// doOpen has a dialog of the page shown over it.
func doOpen(_ context.Context, n *run, f *frame, a *project.Action) error {
	v, err := eval(f, a, "id")
	if err != nil {
		return err
	}
	key := value.Text(v)
	n.res.Open = &key
	return nil
}

// doClose puts away the dialog that is open.
func doClose(_ context.Context, n *run, _ *frame, _ *project.Action) error {
	n.res.Open = new(string)
	return nil
}
