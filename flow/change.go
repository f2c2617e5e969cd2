package flow

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// doChange changes one variable of the state of the page, the app or a component by what stands in it (F150). A place that a list does not have is a
// fault, and nothing is changed then.
func doChange(_ context.Context, n *run, f *frame, a *project.Action) error {
	path := strings.Split(word(a, "variable"), ".")
	if len(path) < 2 {
		return fault(a, "the action names no variable", nil)
	}
	change := func(vars []project.Var, state map[string]any) (map[string]any, error) {
		return changeVar(f, a, path[1:], vars, state)
	}
	switch path[0] {
	case "own":
		return n.changeOwn(f, a, change)
	case "state":
		if n.in.Page == nil {
			return fault(a, "there is no page whose state could be changed", nil)
		}
		now, err := change(n.in.Page.State, n.res.State)
		if err != nil {
			return err
		}
		return n.keep(a, now, n.res.AppState, n.res.Own)
	}
	now, err := change(n.r.project.App.State, n.res.AppState)
	if err != nil {
		return err
	}
	return n.keep(a, n.res.State, now, n.res.Own)
}

// changeVar returns state with the change of what path leads to.
func changeVar(f *frame, a *project.Action, path []string, vars []project.Var, state map[string]any) (map[string]any, error) {
	at := slices.IndexFunc(vars, func(v project.Var) bool { return v.Name == path[0] })
	if at < 0 {
		return nil, fault(a, fmt.Sprintf("there is no %q", path[0]), nil)
	}
	v := vars[at]
	c := change{f: f, a: a, op: project.ChangeOp(a), initial: v.Default}
	next, err := c.inside(state[v.Name], path[1:])
	if err != nil {
		return nil, err
	}
	return merge(a, map[string]*value.Type{v.Name: v.Type}, state, map[string]any{v.Name: next})
}

// keep makes these the states, if there is room for them.
func (n *run) keep(a *project.Action, state, app, own map[string]any) error {
	if n.in.Fits != nil {
		_, in := n.bearer.Session()
		if err := n.in.Fits(state, app, own, in); err != nil {
			return fault(a, err.Error(), err)
		}
	}
	n.res.State, n.res.AppState, n.res.Own = state, app, own
	return nil
}

// change is one change of a value.
type change struct {
	f       *frame
	a       *project.Action
	op      string
	initial *value.Template
}

// inside changes what lies at a path of fields; objects on the way that are not there yet are made.
func (c change) inside(was any, path []string) (any, error) {
	if len(path) == 0 {
		return c.apply(was)
	}
	m, ok := was.(map[string]any)
	if !ok && was != nil {
		return nil, fault(c.a, fmt.Sprintf("what should have the field %s is no object", path[0]), nil)
	}
	next, err := c.inside(m[path[0]], path[1:])
	if err != nil {
		return nil, err
	}
	out := orEmpty(m)
	out[path[0]] = next
	return out, nil
}

func (c change) apply(was any) (any, error) {
	switch c.op {
	case "set":
		return eval(c.f, c.a, "set")
	case "reset":
		v, err := c.initial.Eval(nil)
		if err != nil {
			return nil, fault(c.a, "the default: "+err.Error(), err)
		}
		return v, nil
	case "clear":
		if _, ok := was.([]any); ok {
			return []any{}, nil
		}
		return nil, nil
	case "toggle":
		return !value.Truth(was), nil
	case "increment":
		return c.increment(was)
	}
	list, ok := was.([]any)
	if !ok && was != nil {
		return nil, fault(c.a, "what should change is not a list", nil)
	}
	return c.list(list)
}

// increment adds exactly, by the arithmetic of expressions.
func (c change) increment(was any) (any, error) {
	by, err := eval(c.f, c.a, "increment")
	if err != nil {
		return nil, err
	}
	sum, ok := value.Sum(was, by)
	if !ok {
		return nil, fault(c.a, "increment needs numbers", nil)
	}
	return sum, nil
}

// list changes a list; what it is given stays as it was.
func (c change) list(was []any) (any, error) {
	switch c.op {
	case "append":
		return c.insert(was, len(was))
	case "prepend":
		return c.insert(was, 0)
	case "insert":
		at, err := c.place("at", len(was)+1)
		if err != nil {
			return nil, err
		}
		return c.insert(was, at)
	case "removeAt":
		at, err := c.place("removeAt", len(was))
		if err != nil {
			return nil, err
		}
		return slices.Delete(slices.Clone(was), at, at+1), nil
	case "removeWhere":
		return c.removeWhere(was)
	case "updateAt":
		at, err := c.place("updateAt", len(was))
		if err != nil {
			return nil, err
		}
		out := slices.Clone(was)
		out[at], err = c.item(was[at])
		return out, err
	case "updateWhere":
		return c.updateWhere(was)
	}
	return nil, fault(c.a, "this change is not known", nil)
}

func (c change) insert(was []any, at int) (any, error) {
	v, err := eval(c.f, c.a, c.op)
	if err != nil {
		return nil, err
	}
	return slices.Insert(slices.Clone(was), at, v), nil
}

// place reads a place of a list that has so many.
func (c change) place(name string, length int) (int, error) {
	at, err := wholeNumber(c.f, c.a, name, -1)
	if err != nil {
		return 0, err
	}
	if at < 0 || at >= length {
		return 0, fault(c.a, fmt.Sprintf("%s: the list has no such place", name), nil)
	}
	return at, nil
}

func (c change) removeWhere(was []any) (any, error) {
	defer restore(c.f, project.ChangeItem)()
	out := []any{}
	for _, item := range was {
		goes, err := c.holds(item)
		if err != nil {
			return nil, err
		}
		if !goes {
			out = append(out, item)
		}
	}
	return out, nil
}

func (c change) updateWhere(was []any) (any, error) {
	defer restore(c.f, project.ChangeItem)()
	out := slices.Clone(was)
	for i, item := range was {
		holds, err := c.holds(item)
		if err != nil {
			return nil, err
		}
		if !holds {
			continue
		}
		if out[i], err = c.item(item); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// holds asks the condition of an item.
func (c change) holds(item any) (bool, error) {
	c.f.scope[project.ChangeItem] = item
	v, err := eval(c.f, c.a, c.op)
	return value.Truth(v), err
}

// item is what becomes of an item: another, or itself with other fields.
func (c change) item(was any) (any, error) {
	if _, ok := c.a.Props["fields"]; !ok {
		return eval(c.f, c.a, "to")
	}
	fields, err := evalMap(c.f, c.a, "fields")
	if err != nil {
		return nil, err
	}
	m, ok := was.(map[string]any)
	if !ok && was != nil {
		return nil, fault(c.a, "the item is no object", nil)
	}
	out := orEmpty(m)
	maps.Copy(out, fields)
	return out, nil
}
