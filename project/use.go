package project

import (
	"maps"
	"strings"

	"github.com/usherdev/usher/value"
)

// EmitBranch is the branch of an emit action that holds the flow of the place of use.
const EmitBranch = "handler"

// placeNames are the names that mean something else in the body of a component than at its place of use.
var placeNames = []string{"item", "index", "props", "own", value.UseKey, value.OuterKey}

// Inside returns what the body of a component reads, where s is what its place of use reads: its props, its own state, and no element of a list around.
// The latter stays in reach of the flows that the place of use hands in. row names the elements of the lists around, so that each has a state of its own.
// A prop that cannot be evaluated is told to fault and is nil.
func (w *Widget) Inside(s value.Scope, row []byte, fault func(at Path, err error)) value.Scope {
	props := make(map[string]any, len(w.Given))
	for _, name := range w.Given {
		v, err := w.Props[name].Eval(s)
		if err != nil && fault != nil {
			fault(w.At.Join(w.Kind, name), err)
		}
		props[name] = v
	}
	out, outer := maps.Clone(s), map[string]any{}
	for _, name := range placeNames {
		if v, ok := s[name]; ok {
			outer[name] = v
			delete(out, name)
		}
	}
	out["props"], out[value.OuterKey] = props, outer
	if len(w.Own) > 0 {
		use := w.Key + string(row)
		set, _ := s[value.OwnKey].(map[string]any)
		out[value.UseKey], out["own"] = use, ownState(w.Own, set, use)
	}
	return out
}

// Outside returns what the place of use of a component reads, where s is what its body reads.
func Outside(s value.Scope) value.Scope {
	out := maps.Clone(s)
	outer, _ := s[value.OuterKey].(map[string]any)
	for _, name := range placeNames {
		delete(out, name)
		if v, ok := outer[name]; ok {
			out[name] = v
		}
	}
	return out
}

// OwnVars are the variables that a use of a component has, as Inside names it.
func (p *Page) OwnVars(use string) []Var {
	key, _, _ := strings.Cut(use, ".")
	return p.Owns[key]
}

// Own is the state that a use of a component has, as Inside names it, where set is the state of all those that were set.
func (p *Page) Own(set map[string]any, use string) map[string]any {
	return ownState(p.OwnVars(use), set, use)
}

// ownState is what was set, else the defaults.
func ownState(vars []Var, set map[string]any, use string) map[string]any {
	if have, ok := set[use].(map[string]any); ok {
		return have
	}
	out := make(map[string]any, len(vars))
	for _, v := range vars {
		out[v.Name], _ = v.Default.Constant()
	}
	return out
}

// within returns what the widget itself reads, where s is what its page reads.
func (w *Widget) within(s value.Scope) value.Scope {
	if w.Use == nil {
		return s
	}
	return w.Use.Inside(w.Use.within(s), nil, nil)
}
