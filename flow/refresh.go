package flow

import (
	"context"
	"slices"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// doRefresh has a query run again before the page is drawn; without a name, all of them.
func doRefresh(_ context.Context, n *run, f *frame, a *project.Action) error {
	v, err := eval(f, a, "query")
	if err != nil {
		return err
	}
	name := value.Text(v)
	switch {
	case name == "":
		n.res.RefreshAll = true
	case !slices.Contains(n.res.RefreshQueries, name):
		n.res.RefreshQueries = append(n.res.RefreshQueries, name)
	}
	return nil
}
