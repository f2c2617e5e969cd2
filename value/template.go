package value

import (
	"slices"
	"strings"
)

type templateKind uint8

const (
	constTemplate templateKind = iota
	pathTemplate               // a plain path: user.firstName
	exprTemplate
	textTemplate // literals and holes
	mapTemplate
	listTemplate
)

// Template is a value of a project that may hold ${expressions}: a constant, an expression, text with holes, or
// a map or list of templates. It is immutable and safe for concurrent use. A nil Template is the constant nil.
type Template struct {
	kind     templateKind
	src      string
	typ      *Type
	secret   bool
	hole     bool // it was written as ${…}, even where it is constant
	reads    []string
	constant any
	path     path
	program  *program
	wire     *Type    // of what Eval wires, nil: nothing
	keys     []string // of a map
	vals     []*Template
}

// Scope holds the values of the names in an Env. "now" may hold the time.Time that time functions use; without
// it they use the clock. A Scope is only read.
type Scope map[string]any

// Const returns a Template that always evaluates to v, which must be one of this package's runtime values.
func Const(v any) *Template {
	if s, ok := v.(string); ok {
		return constant(s, v)
	}
	return constant("", v)
}

func constant(src string, v any) *Template {
	v = normal(v)
	return &Template{src: src, constant: v, typ: typeOf(v), secret: HasSecret(v)}
}

// MapOf returns a Template for a map: keys[i] has the value of vals[i].
func MapOf(keys []string, vals []*Template) *Template {
	t := &Template{kind: mapTemplate, keys: slices.Clone(keys), vals: slices.Clone(vals)}
	fields := make([]Field, len(keys))
	for i, k := range keys {
		fields[i] = Field{Name: k, Type: vals[i].Type()}
	}
	t.typ = ObjectOf("", fields...)
	t.gather()
	return t
}

// ListOfTemplates returns a Template for a list.
func ListOfTemplates(vals []*Template) *Template {
	t := &Template{kind: listTemplate, vals: slices.Clone(vals)}
	var elem *Type
	for _, v := range vals {
		elem = unify(elem, v.Type())
	}
	t.typ = ListOf(elem)
	t.gather()
	return t
}

// gather collects from the parts what is true of the whole.
func (t *Template) gather() {
	for _, v := range t.vals {
		t.secret = t.secret || v.Secret()
		t.reads = append(t.reads, v.Reads()...)
	}
	t.reads = sortedSet(t.reads)
}

func sortedSet(s []string) []string {
	slices.Sort(s)
	return slices.Compact(s)
}

// Constant returns the value of a Template that reads nothing and calls nothing; false for any other.
func (t *Template) Constant() (any, bool) {
	if t == nil {
		return nil, true
	}
	switch t.kind {
	case constTemplate:
		return t.constant, true
	case pathTemplate, exprTemplate, textTemplate:
		return nil, false
	}
	for _, v := range t.vals {
		if _, ok := v.Constant(); !ok {
			return nil, false
		}
	}
	v, err := t.Eval(nil)
	return v, err == nil
}

// Type returns the type of what Eval returns, as far as it is known before running.
func (t *Template) Type() *Type {
	if t == nil {
		return &Type{Kind: KindNull}
	}
	return t.typ
}

// Secret reports whether Eval may yield a secret: t reads one and does not release it by jwt, masked, isSet,
// isEmpty or a comparison.
func (t *Template) Secret() bool { return t != nil && t.secret }

// Reads returns the dotted paths that t reads, sorted: "auth.token", "user.name". A path ends at the first index
// that is not a name.
func (t *Template) Reads() []string {
	if t == nil {
		return nil
	}
	return slices.Clone(t.reads)
}

// Src returns the source that t was parsed from; "" for maps, lists and constants that are not text.
func (t *Template) Src() string {
	if t == nil {
		return ""
	}
	return t.src
}

// Field returns the Template of a key of a map Template, nil if it has none.
func (t *Template) Field(key string) *Template {
	if t == nil {
		return nil
	}
	if m, ok := t.constant.(map[string]any); ok {
		if v, ok := m[key]; ok {
			return Const(v)
		}
		return nil
	}
	if i := slices.Index(t.keys, key); i >= 0 {
		return t.vals[i]
	}
	return nil
}

// Keys returns the keys of a map Template, in order; nil for others.
func (t *Template) Keys() []string {
	if t == nil {
		return nil
	}
	if m, ok := t.constant.(map[string]any); ok {
		keys := make([]string, 0, len(m))
		for k := range m {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		return keys
	}
	return slices.Clone(t.keys)
}

// Items returns the Templates of a list Template, in order; nil for others.
func (t *Template) Items() []*Template {
	if t == nil || t.kind != listTemplate {
		return nil
	}
	return slices.Clone(t.vals)
}

// Eval returns the value of t in s. What is absent is nil. An error says in one sentence what could not be done;
// it never holds a value.
func (t *Template) Eval(s Scope) (any, error) {
	if t == nil {
		return nil, nil
	}
	switch t.kind {
	case pathTemplate:
		return t.wired(t.path.walk(s)), nil
	case exprTemplate:
		v, err := t.program.run(s)
		return t.wired(v), err
	case textTemplate:
		return t.evalText(s)
	case mapTemplate:
		return t.evalMap(s)
	case listTemplate:
		return t.evalList(s)
	}
	return t.constant, nil
}

func (t *Template) wired(v any) any {
	if t.wire == nil {
		return v
	}
	return Wire(v, t.wire)
}

func (t *Template) evalText(s Scope) (any, error) {
	var room [128]byte
	buf, secret := room[:0], false
	for _, p := range t.vals {
		v, err := p.Eval(s)
		if err != nil {
			return nil, err
		}
		if text, ok := v.(string); ok {
			buf = append(buf, text...)
			continue
		}
		if HasSecret(v) {
			v, secret = Reveal(v), true
		}
		buf = append(buf, Text(v)...)
	}
	if secret {
		return NewSecret(string(buf)), nil
	}
	return string(buf), nil
}

func (t *Template) evalMap(s Scope) (any, error) {
	out := make(map[string]any, len(t.keys))
	for i, k := range t.keys {
		v, err := t.vals[i].Eval(s)
		if err != nil {
			return nil, err
		}
		out[k] = v
	}
	return out, nil
}

func (t *Template) evalList(s Scope) (any, error) {
	out := make([]any, len(t.vals))
	for i, e := range t.vals {
		v, err := e.Eval(s)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}

// Parts returns the Templates that a text with holes joins, fixed words among them, in order; nil for others.
func (t *Template) Parts() []*Template {
	if t == nil || t.kind != textTemplate || t.wire != nil {
		return nil
	}
	return slices.Clone(t.vals)
}

// String returns Text of what Eval returns: a secret reads as [redacted].
func (t *Template) String(s Scope) (string, error) {
	v, err := t.Eval(s)
	if err != nil {
		return "", err
	}
	return Text(v), nil
}

// Fill returns t as text with its literal parts as they are and each ${…} passed through esc, so that a value
// can not change the shape of what the literal parts say (F5). A constant without ${ is a literal part.
func (t *Template) Fill(s Scope, esc func(v any) (string, error)) (string, error) {
	if t == nil {
		return "", nil
	}
	switch {
	case t.kind == constTemplate && !t.hole:
		return Text(t.constant), nil
	case t.kind == textTemplate:
		var b strings.Builder
		for _, p := range t.vals {
			text, err := p.Fill(s, esc)
			if err != nil {
				return "", err
			}
			b.WriteString(text)
		}
		return b.String(), nil
	}
	v, err := t.Eval(s)
	if err != nil {
		return "", err
	}
	return esc(v)
}
