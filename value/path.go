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

func (p *path) walk(s Scope) any {
	v := s[p.root]
	for i := range p.steps {
		st := &p.steps[i]
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
