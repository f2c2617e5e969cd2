package value

// path is a plain way into the scope: a name, then fields. It is walked without the expression machine.
type path struct {
	root  string
	steps []step
}

type step struct {
	field    string
	fallback any // the field's default (F123)
}

func (p path) walk(s Scope) any {
	v := s[p.root]
	for _, st := range p.steps {
		m, ok := v.(map[string]any)
		if !ok {
			v = nil
		} else {
			v = m[st.field]
		}
		if v == nil {
			v = st.fallback
		}
	}
	return normal(v)
}
