package flow

import (
	"context"
	"fmt"
	"maps"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// doSetState sets variables of the page state, in a component of its own. All values are read before any is set.
func doSetState(_ context.Context, n *run, f *frame, a *project.Action) error {
	if a.Own {
		return n.changeOwn(f, a, func(vars []project.Var, state map[string]any) (map[string]any, error) {
			return setVars(f, a, vars, state)
		})
	}
	if n.in.Page == nil {
		return fault(a, "there is no page whose state could be set", nil)
	}
	next, err := setVars(f, a, n.in.Page.State, n.res.State)
	if err != nil {
		return err
	}
	return n.keep(a, next, n.res.AppState, n.res.Own)
}

// changeOwn changes the state of the use of a component that the flow belongs to.
func (n *run) changeOwn(f *frame, a *project.Action, change func(vars []project.Var, state map[string]any) (map[string]any, error)) error {
	use, ok := f.scope[value.UseKey].(string)
	if !ok || n.in.Page == nil {
		return fault(a, "there is no component whose state could be changed", nil)
	}
	now, err := change(n.in.Page.OwnVars(use), n.in.Page.Own(n.res.Own, use))
	if err != nil {
		return err
	}
	own := orEmpty(n.res.Own)
	own[use] = now
	return n.keep(a, n.res.State, n.res.AppState, own)
}

// setVars returns state with the values of an action, each read as the type of its variable.
func setVars(f *frame, a *project.Action, vars []project.Var, state map[string]any) (map[string]any, error) {
	values, err := evalMap(f, a, "values")
	if err != nil {
		return nil, err
	}
	types := make(map[string]*value.Type, len(vars))
	for _, v := range vars {
		types[v.Name] = v.Type
	}
	return merge(a, types, state, values)
}

// merge is base with values, each read as its type; nil stays nil.
func merge(a *project.Action, types map[string]*value.Type, base, values map[string]any) (map[string]any, error) {
	next := maps.Clone(base)
	for name, v := range values {
		t, ok := types[name]
		if !ok {
			return nil, fault(a, fmt.Sprintf("there is no %q", name), nil)
		}
		if value.HasSecret(v) && t.Kind != value.KindSecret { // page state alone has variables of that type, and travels sealed
			return nil, fault(a, fmt.Sprintf("%s: a secret may not be kept there", name), nil)
		}
		read, found := value.Coerce(v, t)
		if len(found) > 0 {
			return nil, fault(a, fmt.Sprintf("%s: %s", name, found[0]), nil)
		}
		next[name] = read
	}
	return next, nil
}
