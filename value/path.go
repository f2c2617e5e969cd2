package value

import "slices"

// path is a plain way into the scope: a name, then fields and fixed indexes. It is walked without the expression
// machine.
type path struct {
	root   string
	steps  []step
	holder string // names the object whose field the last step reads; "" where there is none, or an index leads to it
}

type step struct {
	field    string
	index    int
	indexed  bool // step by index, not by field
	fallback any  // the field's default (F123)
}

// with returns p with one more step.
func (p *path) with(s step) *path {
	next := &path{root: p.root, steps: append(slices.Clip(p.steps), s), holder: p.root}
	for _, st := range p.steps {
		next.holder += "." + st.field
	}
	if slices.ContainsFunc(next.steps, func(st step) bool { return st.indexed }) {
		next.holder = ""
	}
	return next
}

func (p *path) walk(s Scope) any { return plainly(follow(s[p.root], p.steps)) }

// follow goes on from v by steps.
func follow(v any, steps []step) any {
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
	return v
}

// plainly is normal, quicker for what is so already.
func plainly(v any) any {
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

// Held remembers the object that the last plain path read a field of, so that a page which reads many fields of one
// object finds it once. It belongs to one scope: take a new one when the scope, or anything in it, changes. The zero
// Held is ready to use; it is not safe for concurrent use.
type Held struct {
	of     string // the holder of a path
	object map[string]any
}

// EvalIn is Eval with what h remembers of s.
func (t *Template) EvalIn(s Scope, h *Held) (any, error) {
	if !t.holds(s, h) {
		return t.Eval(s)
	}
	last := &t.path.steps[len(t.path.steps)-1]
	v := h.object[last.field]
	if v == nil {
		v = last.fallback
	}
	return plainly(v), nil
}

// TextIn is EvalIn for a plain path that leads to a text; false for all else.
func (t *Template) TextIn(s Scope, h *Held) (string, bool) {
	if !t.holds(s, h) {
		return "", false
	}
	text, ok := h.object[t.path.steps[len(t.path.steps)-1].field].(string)
	return text, ok
}

// holds reports whether t is a plain path to a field of the object that h holds, having found it if it was another.
func (t *Template) holds(s Scope, h *Held) bool {
	if t == nil || t.wire != nil || t.path.holder == "" {
		return false
	}
	return h.object != nil && h.of == t.path.holder || t.find(s, h)
}

func (t *Template) find(s Scope, h *Held) bool {
	p := &t.path
	object, ok := follow(s[p.root], p.steps[:len(p.steps)-1]).(map[string]any)
	if !ok || object == nil {
		return false
	}
	h.of, h.object = p.holder, object
	return true
}
