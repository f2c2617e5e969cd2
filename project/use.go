package project

import (
	"maps"

	"github.com/usherdev/usher/value"
)

// EmitBranch is the branch of an emit action that holds the flow of the place of use.
const EmitBranch = "handler"

// Inside returns what the body of a component reads, where s is what its place of use reads: its props, and no element of a list around.
// The latter stays in reach of the flows that the place of use hands in. A prop that cannot be evaluated is told to fault and is nil.
func (w *Widget) Inside(s value.Scope, fault func(at Path, err error)) value.Scope {
	props := make(map[string]any, len(w.Given))
	for _, name := range w.Given {
		v, err := w.Props[name].Eval(s)
		if err != nil && fault != nil {
			fault(w.At.Join(w.Kind, name), err)
		}
		props[name] = v
	}
	out, outer := maps.Clone(s), map[string]any{}
	for _, name := range []string{"item", "index", "props", value.OuterKey} {
		if v, ok := s[name]; ok {
			outer[name] = v
			delete(out, name)
		}
	}
	out["props"], out[value.OuterKey] = props, outer
	return out
}

// Outside returns what the place of use of a component reads, where s is what its body reads.
func Outside(s value.Scope) value.Scope {
	out := maps.Clone(s)
	outer, _ := s[value.OuterKey].(map[string]any)
	for _, name := range []string{"item", "index", "props", value.OuterKey} {
		delete(out, name)
		if v, ok := outer[name]; ok {
			out[name] = v
		}
	}
	return out
}

// within returns what the widget itself reads, where s is what its page reads.
func (w *Widget) within(s value.Scope) value.Scope {
	if w.Use == nil {
		return s
	}
	return w.Use.Inside(w.Use.within(s), nil)
}
