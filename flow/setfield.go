package flow

import (
	"context"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// doSetField sets what stands in inputs of the page. form.* reads the new values from then on.
func doSetField(_ context.Context, n *run, f *frame, a *project.Action) error {
	values, err := evalMap(f, a, "values")
	if err != nil {
		return err
	}
	form, _ := n.top.scope["form"].(map[string]any)
	next, err := merge(a, n.fieldTypes(), form, values)
	if err != nil {
		return err
	}
	n.top.scope["form"] = next
	for name := range values {
		n.res.Form[name] = next[name]
	}
	return nil
}

// fieldTypes is the inputs of the page with their types.
func (n *run) fieldTypes() map[string]*value.Type {
	types := map[string]*value.Type{}
	if n.in.Page == nil {
		return types
	}
	for _, w := range n.in.Page.Fields {
		types[w.ID] = w.Field
	}
	return types
}
