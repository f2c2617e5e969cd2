package flow

import (
	"context"
	"slices"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// doLoadMore has the next page of a query asked for before the page is drawn (F104).
func doLoadMore(_ context.Context, n *run, f *frame, a *project.Action) error {
	v, err := eval(f, a, "query")
	if err != nil {
		return err
	}
	if name := value.Text(v); !slices.Contains(n.res.MoreOf, name) {
		n.res.MoreOf = append(n.res.MoreOf, name)
	}
	return nil
}
