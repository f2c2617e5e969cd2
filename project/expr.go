package project

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/usherdev/usher/value"
)

// scope is what the expressions of one place may read, and who wants to know what they read.
type scope struct {
	env     *value.Env
	calls   bool      // of an API call: env.* may be read
	page    *pageWork // nil outside pages
	flow    *flowWork // nil outside flows
	use     *use      // nil outside components
	guarded bool      // shown only to people who are logged in
}

// with returns the scope with one more name.
func (sc scope) with(name string, t *value.Type) scope {
	sc.env = sc.env.With(name, t)
	return sc
}

// want is what a place needs.
type want struct {
	what   string      // names the place in messages: “text of the button”
	typ    *value.Type // nil: any
	secret bool        // a secret may stand here
	list   bool        // a list of objects that hold secrets may stand here: only what is read of them is shown
	null   bool        // null is a value
	hint   string      // what to do with a secret instead, "" for the usual advice
}

func (w want) kind() value.Kind {
	if w.typ == nil {
		return value.KindAny
	}
	return w.typ.Kind
}

// value decodes a literal, an expression or a tree of them. It returns nil after reporting what is wrong.
func (sc scope) value(p place, w want) *value.Template {
	if p.c.watched != nil {
		if t, ok := p.c.watched.value(sc, p, w); ok {
			return t
		}
	}
	return sc.decode(p, w)
}

func (sc scope) decode(p place, w want) *value.Template {
	switch p.n.Kind {
	case yaml.MappingNode:
		return sc.object(p, w)
	case yaml.SequenceNode:
		return sc.list(p, w)
	}
	if p.scalar() == textScalar && strings.Contains(p.n.Value, "${") {
		return sc.expression(p, w)
	}
	return sc.constant(p, w)
}

func (sc scope) object(p place, w want) *value.Template {
	if k := w.kind(); k != value.KindAny && k != value.KindObject {
		p.fail(fmt.Sprintf("%s must be %s, not a mapping", w.what, w.typ), expressionHint(p))
		return nil
	}
	var keys []string
	var vals []*value.Template
	whole := true
	for _, e := range p.entries(w.what) {
		child := w
		child.what, child.typ, child.null = e.name+" of "+w.what, nil, true
		if w.kind() == value.KindObject {
			f, ok := w.typ.Field(e.name)
			if !ok && !w.typ.Open {
				e.key.misnamed(fmt.Sprintf("%s has no field %q", w.typ, e.name), e.name, fieldNames(w.typ))
				whole = false
				continue
			}
			child.typ = f.Type
		}
		t := sc.value(e.val, child)
		whole = whole && t != nil
		keys, vals = append(keys, e.name), append(vals, t)
	}
	if !whole {
		return nil
	}
	return value.MapOf(keys, vals)
}

// expressionHint helps with an unquoted ${…} that YAML read as a mapping.
func expressionHint(p place) string {
	if p.n.Style&yaml.FlowStyle != 0 {
		return "quote it if it is meant as text or as \"${…}\""
	}
	return ""
}

func (sc scope) list(p place, w want) *value.Template {
	if k := w.kind(); k != value.KindAny && k != value.KindList {
		p.fail(fmt.Sprintf("%s must be %s, not a list", w.what, w.typ), "")
		return nil
	}
	child := w
	child.what, child.typ, child.null = "an item of "+w.what, nil, true
	if w.kind() == value.KindList {
		child.typ = w.typ.Elem
	}
	vals := make([]*value.Template, 0, len(p.n.Content))
	whole := true
	for _, item := range p.items(w.what) {
		t := sc.value(item, child)
		whole = whole && t != nil
		vals = append(vals, t)
	}
	if !whole {
		return nil
	}
	return value.ListOfTemplates(vals)
}

// howToFill says by the kind of a value, where an empty text is none, what to write.
var howToFill = map[value.Kind]string{
	value.KindBool: "write a condition as ${…}, or true or false", value.KindInt: "write a whole number", value.KindNumber: "write a number",
	value.KindList: "write it as YAML, or as one ${…}", value.KindObject: "write it as YAML, or as one ${…}",
}

// constant decodes a literal strictly: text never becomes a number or a truth by its looks.
func (sc scope) constant(p place, w want) *value.Template {
	k := p.scalar()
	if k == nullScalar {
		if w.null {
			return value.Const(nil)
		}
		p.fail(w.what+" has no value", "write one, or remove the line")
		return nil
	}
	if hint := howToFill[w.kind()]; hint != "" && p.n.Value == "" {
		p.fail(w.what+" is empty", hint)
		return nil
	}
	switch w.kind() {
	case value.KindAny:
		return anyConstant(p, w)
	case value.KindText, value.KindSecret, value.KindImage, value.KindColor, value.KindFile:
		if k == boolScalar {
			p.fail(fmt.Sprintf("%s must be text, not %s", w.what, p.describe()), "put it in quotes if it is meant as text")
			return nil
		}
		return value.Const(p.n.Value)
	case value.KindInt:
		if k == intScalar {
			return anyConstant(p, w)
		}
		p.fail(fmt.Sprintf("%s must be a whole number, not %s", w.what, p.describe()), p.numberHint())
		return nil
	case value.KindNumber:
		if k == intScalar || k == numberScalar {
			return anyConstant(p, w)
		}
		p.fail(fmt.Sprintf("%s must be a number, not %s", w.what, p.describe()), p.numberHint())
		return nil
	case value.KindBool:
		if v, ok := p.boolean(w.what); ok {
			return value.Const(v)
		}
		return nil
	case value.KindTime:
		if k != textScalar {
			p.fail(fmt.Sprintf("%s must be a time, not %s", w.what, p.describe()), "use inSeconds(), inMs(), unix(), unixMs() or jwt(x).exp")
			return nil
		}
	case value.KindList, value.KindObject:
		p.fail(fmt.Sprintf("%s must be %s, not %s", w.what, w.typ, p.describe()), "write it as YAML, or as one ${…}")
		return nil
	}
	return sc.expression(p, w)
}

// anyConstant decodes a literal whose type nobody names.
func anyConstant(p place, w want) *value.Template {
	switch p.scalar() {
	case intScalar, numberScalar:
		v, err := value.DecodeJSON([]byte(p.n.Value))
		if err != nil {
			p.fail(fmt.Sprintf("%s is not a number that can be used: %s", w.what, p.describe()), "")
			return nil
		}
		return value.Const(v)
	case boolScalar:
		return value.Const(p.n.Value == "true")
	case oddScalar:
		p.fail(fmt.Sprintf("%s: %s can be read as text or as something else", w.what, p.describe()), "put it in quotes if it is meant as text; write numbers in decimal and truths as true or false")
		return nil
	}
	return value.Const(p.n.Value)
}

// expression parses and type-checks text with ${…}.
func (sc scope) expression(p place, w want) *value.Template {
	t, faults := sc.env.Parse(p.n.Value, w.typ)
	for _, f := range faults {
		msg, hint := sc.explain(f)
		p.failIn(f.Offset, msg, hint, p.respelled(f)...)
	}
	if len(faults) > 0 || t == nil {
		return nil
	}
	sc.read(p, t)
	if t.Secret() && !w.secret && !(w.list && t.Type().Kind == value.KindList && t.Type().Elem.Kind == value.KindObject) {
		what, at := sc.secretRead(p, t)
		hint := w.hint
		if hint == "" {
			hint = "pass it to a call or to Log In, or show it with masked(…)"
		}
		p.failIn(at, fmt.Sprintf("%s is secret and may not be used in %s", what, w.what), hint, p.masked(w)...)
	}
	return t
}

// explain adds what only the project knows to a fault of an expression.
func (sc scope) explain(f value.Fault) (msg, hint string) {
	for _, name := range sources {
		if f.Msg != fmt.Sprintf("unknown name %q", name) {
			continue
		}
		switch {
		case name == "secrets" && sc.calls:
			return f.Msg, "declare it in the group: secrets: {NAME: {origin: https://…}}"
		case name == "secrets":
			return f.Msg, "secrets are read in the calls of their group alone"
		case sc.calls:
			return f.Msg, "give the call a parameter, and pass " + name + ".… to it by with"
		case name == "item" || name == "index":
			return f.Msg, "it means something in the item of a list only"
		case sc.flow != nil && sc.flow.around != nil:
			if name == "reply" {
				return f.Msg, "it is read in onResponse"
			}
			return f.Msg, "give the call a parameter, and pass " + name + ".… to it by with"
		case sc.page == nil && sc.flow != nil:
			return f.Msg, "give the action block a parameter, and pass " + name + ".… to it by with"
		case name == "props":
			return f.Msg, "props are read in components"
		case name == "own" && sc.use == nil:
			return f.Msg, "own is read in components that have state"
		case name == "own" && sc.use.comp != sc.page.s.c.bars:
			return f.Msg, "declare it in the component: state: {open: bool}"
		case sc.use != nil && sc.use.comp.name == "bars":
			return f.Msg, "bars stand on all pages: they read props.title, auth, user, app and the like"
		case sc.use != nil:
			return f.Msg, "give the component a prop, and hand it over where the component is used"
		case name == "form" || name == "queries":
			return f.Msg, "the load flow and the queries run before the page is drawn"
		}
	}
	return f.Msg, f.Hint
}

// secretRead finds which path makes t secret, and where it stands in the text.
func (sc scope) secretRead(p place, t *value.Template) (what string, offset int) {
	what = "this value"
	for _, r := range t.Reads() {
		if typ := typeAt(sc.env, r); typ.HasSecret() {
			what = r
			break
		}
	}
	if i := strings.Index(p.n.Value, what); i > 0 {
		offset = i
	}
	return what, offset
}

// typeAt follows a dotted path through the types of env; unknown parts are any.
func typeAt(env *value.Env, dotted string) *value.Type {
	parts := strings.Split(dotted, ".")
	t, ok := env.Lookup(parts[0])
	for _, part := range parts[1:] {
		var f value.Field
		if f, ok = t.Field(part); !ok {
			if t == nil || !t.Open || t.Rest == nil {
				return value.AnyType()
			}
			f, ok = value.Field{Type: t.Rest}, true
		}
		t = f.Type
	}
	if !ok || t == nil {
		return value.AnyType()
	}
	return t
}

// read tells everybody concerned what a template reads.
func (sc scope) read(p place, t *value.Template) {
	for _, r := range t.Reads() {
		root, _, _ := strings.Cut(r, ".")
		offset := max(strings.Index(p.n.Value, r), 0)
		switch {
		case root == "env" && !sc.calls:
			p.failIn(offset, r+" can be read in API calls only", "env values stay on the server; use constants.* for what pages show")
		case (root == "auth" || root == "user") && !p.c.p.App.Auth.Enabled:
			p.failIn(offset, r+" needs authentication, which is off", "set authentication: enabled: true in app.yaml", p.c.turnedOn()...)
		case (root == "auth" || root == "user") && sc.page != nil && sc.flow == nil && !sc.guarded && r != "auth.loggedIn":
			sc.page.unguardedRead(p, r)
		}
		if sc.flow != nil {
			sc.flow.read(p, offset, r)
			sc.goneFile(p, offset, r)
		}
	}
}

func fieldNames(t *value.Type) []string {
	names := make([]string, len(t.Fields))
	for i, f := range t.Fields {
		names[i] = f.Name
	}
	return names
}
