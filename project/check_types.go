package project

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/usherdev/usher/value"
)

// builtinTypes are the words that types cannot be named by.
var builtinTypes = []string{"text", "int", "number", "bool", "time", "json", "secret", "file", "image", "color", "list"}

// readTypes decodes types/*.yaml: names first, then fields, since types refer to one another.
func (c *checker) readTypes() {
	works := c.typeWorks
	for _, f := range c.in("types") {
		name := baseName(f.name)
		d := &DataType{Name: name, File: f.name, Type: value.ObjectOf(name)}
		c.types[name] = d
		if f.root == nil {
			d.Type.Open = true
			continue
		}
		root := c.rootOf(f)
		if slices.Contains(builtinTypes, name) || !namePattern.MatchString(name) {
			root.fail(fmt.Sprintf("a data type cannot be named %q", name), "use letters and digits, beginning with a capital letter")
		}
		works[name] = &typeWork{d: d, p: root, needs: map[string]place{}, places: map[string]place{}}
		c.p.Types = append(c.p.Types, d)
	}
	names := slices.Sorted(maps.Keys(works))
	for _, name := range names {
		works[name].head()
	}
	for _, name := range names {
		works[name].fields()
	}
	c.cutTypeCycles(names, works)
	for _, name := range names {
		works[name].defaults()
	}
}

// typeWork is a data type while it is read.
type typeWork struct {
	d      *DataType
	p      place
	body   place // fields or enum
	isEnum bool
	needs  map[string]place // data types that its fields name
	later  []pendingDefault
	places map[string]place // of its fields
}

type pendingDefault struct {
	field int
	p     place
}

func (w *typeWork) head() {
	s := w.p.section("a data type", typeKeys...)
	w.d.Doc = s.text("doc")
	fields, isObject := s.get("fields")
	enum, isEnum := s.get("enum")
	switch {
	case isObject && isEnum:
		enum.fail("a data type has either fields or enum", "make two types of it")
	case isEnum:
		w.body, w.isEnum = enum, true
		*w.d.Type = *value.EnumOf(w.d.Name)
	case isObject:
		w.body = fields
	default:
		s.lacks("fields").fail("a data type needs fields or enum", "")
		w.d.Type.Open = true
	}
}

func (w *typeWork) fields() {
	switch {
	case w.body.n == nil:
	case w.isEnum:
		w.enum()
	default:
		seen := map[string]bool{}
		for _, e := range w.body.entries("fields") {
			w.field(e, seen)
		}
	}
}

func (w *typeWork) field(e entry, seen map[string]bool) {
	e.key.name("a field", e.name)
	w.places[e.name] = e.val
	f := value.Field{Name: e.name}
	if e.val.scalar() != notScalar {
		f.Type = w.typ(e.val)
	} else {
		s := e.val.section("a field", "type", "key", "default", "doc")
		f.Key, f.Doc = s.text("key"), s.text("doc")
		f.Type = value.AnyType()
		if p, ok := s.need("type", "such as text or list of text"); ok {
			f.Type = w.typ(p)
		}
		if p, ok := s.get("default"); ok {
			w.later = append(w.later, pendingDefault{len(w.d.Type.Fields), p})
		}
	}
	if seen[f.JSONKey()] {
		e.key.fail(fmt.Sprintf("two fields have the JSON key %q", f.JSONKey()), "")
	}
	seen[f.JSONKey()] = true
	w.d.Type.Fields = append(w.d.Type.Fields, f)
}

// typ reads a field's type and remembers the data type that it names.
func (w *typeWork) typ(p place) *value.Type {
	t := p.c.typeName(p)
	name := strings.TrimSpace(p.n.Value)
	for strings.HasPrefix(name, "list of ") {
		name = strings.TrimSpace(strings.TrimPrefix(name, "list of "))
	}
	if _, ok := p.c.types[name]; ok {
		if _, twice := w.needs[name]; !twice {
			w.needs[name] = p
		}
	}
	return t
}

func (w *typeWork) enum() {
	seen := map[string]bool{}
	for _, item := range w.body.items("enum") {
		var v value.EnumValue
		if item.scalar() != notScalar {
			v.Name, _ = item.literal("an enum value")
		} else {
			s := item.section("an enum value", "name", "wire", "doc")
			if p, ok := s.need("name", ""); ok {
				v.Name, _ = p.literal("name")
			}
			if p, ok := s.get("wire"); ok {
				v.Wire, _ = scope{env: value.NewEnv()}.value(p, want{what: "wire"}).Constant()
			}
		}
		switch {
		case seen[v.Name]:
			item.fail(fmt.Sprintf("the enum has %q twice", v.Name), "")
		case v.Name != "":
			seen[v.Name] = true
			w.d.Type.Enum = append(w.d.Type.Enum, v)
		}
	}
	if len(w.d.Type.Enum) == 0 {
		w.body.fail("an enum needs values", "")
	}
}

func (w *typeWork) defaults() {
	for _, d := range w.later {
		f := &w.d.Type.Fields[d.field]
		if f.Type.Kind == value.KindSecret {
			d.p.fail("a secret has no default", "files of an app hold no secrets")
			continue
		}
		f.Default = constantOf(d.p, "default", f.Type)
	}
}

// constantOf reads a literal of a type, nil after reporting what is wrong.
func constantOf(p place, what string, t *value.Type) any {
	tmpl := scope{env: value.NewEnv()}.value(p, want{what: what, typ: t})
	if tmpl == nil {
		return nil
	}
	v, ok := tmpl.Constant()
	if !ok {
		p.fail(what+" must be written as it is, not as ${…}", "")
		return nil
	}
	return v
}

// typeName reads a type as text: “int”, “list of Post”. It returns json after reporting what is wrong.
func (c *checker) typeName(p place) *value.Type {
	text, ok := p.literal("a type")
	if !ok {
		return value.AnyType()
	}
	t, err := value.ParseType(text, c.lookupType)
	if err != nil {
		msg, hint := splitHint(err.Error())
		word := strings.TrimSpace(text[strings.LastIndex(" "+text, " "):])
		if near := nearest(word, slices.Collect(maps.Keys(c.types))); near != "" {
			hint = "did you mean " + near + "?"
		}
		p.fail(msg, hint)
		return value.AnyType()
	}
	return t
}

// splitHint takes “sentence (hint)” apart.
func splitHint(s string) (msg, hint string) {
	if i := strings.LastIndex(s, " ("); i > 0 && strings.HasSuffix(s, ")") {
		return s[:i], s[i+2 : len(s)-1]
	}
	return s, ""
}

// cutTypeCycles reports data types that contain themselves, and opens the circle so that nothing walks it forever.
func (c *checker) cutTypeCycles(names []string, works map[string]*typeWork) {
	edges := map[string][]string{}
	for _, n := range names {
		edges[n] = slices.Sorted(maps.Keys(works[n].needs))
	}
	for _, cycle := range cycles(names, edges) {
		at := works[cycle[0]].needs[cycle[1]]
		at.fail("data types contain themselves: "+strings.Join(cycle, " → "), "use json, or list of json, for one of them")
	}
	inCycle := cyclic(names, edges)
	for _, n := range names {
		t := works[n].d.Type
		for i, f := range t.Fields {
			leaf := f.Type
			for leaf.Kind == value.KindList {
				leaf = leaf.Elem
			}
			if inCycle[n] && leaf.Name != "" && inCycle[leaf.Name] {
				t.Fields[i].Type = value.AnyType()
			}
		}
	}
}

// typeKeys are the keys of a data type.
var typeKeys = []string{"doc", "fields", "enum"}
