package value

import "slices"

// path is a plain way into the scope: a name, then fields and fixed indexes. It is walked without the expression
// machine.
type path struct {
	root  string
	steps []step
}

type step struct {
	field    string
	index    int
	indexed  bool // step by index, not by field
	fallback any  // the field's default (F123)
}

// with returns p with one more step.
func (p *path) with(s step) *path {
	return &path{root: p.root, steps: append(slices.Clip(p.steps), s)}
}

func (p *path) walk(s Scope) any { return p.on(s[p.root], p.steps) }

// on goes on from v by the steps that are left.
func (p *path) on(v any, steps []step) any {
	for i := range steps {
		st := &steps[i]
		if st.indexed {
			v = itemAt(v, st.index)
			continue
		}
		if v = fieldOf(v, st.field); v == nil {
			v = st.fallback
		}
	}
	switch v.(type) {
	case nil, string, bool, int, map[string]any:
		return v
	}
	return normal(v)
}

// fieldOf returns a field of an object or a file, nil when there is none.
func fieldOf(v any, name string) any {
	switch x := v.(type) {
	case map[string]any:
		return x[name]
	case File:
		return x.field(name)
	}
	return nil
}

// itemAt returns the item of a list, or the letter of a text, at i; a negative i counts from the end; nil when
// there is none.
func itemAt(v any, i int) any {
	switch x := v.(type) {
	case []any:
		if i < 0 {
			i += len(x)
		}
		if 0 <= i && i < len(x) {
			return x[i]
		}
	case string:
		letters := []rune(x)
		if i < 0 {
			i += len(letters)
		}
		if 0 <= i && i < len(letters) {
			return string(letters[i])
		}
	}
	return nil
}

// Held remembers the object that the last plain path went through, so that a page which reads many fields of one
// object finds it once. It belongs to one scope: take a new one when the scope, or anything in it, changes. The zero
// Held is ready to use; it is not safe for concurrent use.
type Held struct {
	root, field string
	object      map[string]any
}

// EvalIn is Eval with what h remembers of s.
func (t *Template) EvalIn(s Scope, h *Held) (any, error) {
	if t == nil || t.kind != pathTemplate || t.wire != nil {
		return t.Eval(s)
	}
	p := t.path
	if len(p.steps) < 2 || p.steps[0].indexed {
		return p.walk(s), nil
	}
	first := &p.steps[0]
	if h.object == nil || h.root != p.root || h.field != first.field {
		object, ok := fieldOf(s[p.root], first.field).(map[string]any)
		if !ok || object == nil {
			return p.walk(s), nil
		}
		*h = Held{root: p.root, field: first.field, object: object}
	}
	return p.on(h.object, p.steps[1:]), nil
}
