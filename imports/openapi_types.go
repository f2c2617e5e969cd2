package imports

import (
	"fmt"
	"maps"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// shape is a schema with the place it has in the document and the name that a type made of it would get.
type shape struct {
	ref   *openapi3.SchemaRef
	place *node
	hint  string
	at    string // for notes
	depth int
}

// resolve follows the place of a reference; the schema itself is resolved already.
func (o *openapi) resolve(s shape) shape {
	if s.ref == nil || s.ref.Ref == "" {
		return s
	}
	at := s.ref.Ref
	if o.v2 {
		at = strings.Replace(at, "#/components/schemas/", "#/definitions/", 1)
	}
	s.place = o.root.pointer(at)
	name := strings.TrimSuffix(path.Base(strings.ReplaceAll(s.ref.Ref, "~1", "/")), path.Ext(s.ref.Ref))
	s.hint = upperCamel(name, s.hint)
	s.at = name
	return s
}

// typeOf returns the type of a schema as a project writes it, and makes the data types that it needs.
func (o *openapi) typeOf(s shape) string {
	s = o.resolve(s)
	if s.ref == nil || s.ref.Value == nil {
		return "json"
	}
	ref := s.ref.Ref
	if ref == "" {
		return o.build(s)
	}
	if typ, ok := o.known[ref]; ok {
		return typ
	}
	if o.open[ref] {
		o.left(s.at, s.place, "it contains itself; the inner one is json")
		return "json"
	}
	o.open[ref] = true
	typ := o.build(s)
	delete(o.open, ref)
	o.known[ref] = typ
	return typ
}

func (o *openapi) build(s shape) string {
	v := s.ref.Value
	switch {
	case o.ctx.Err() != nil:
		return "json"
	case s.depth > maxShapeDepth:
		o.left(s.at, s.place, fmt.Sprintf("nested deeper than %d levels; the rest is json", maxShapeDepth))
		return "json"
	case len(v.AllOf) > 0:
		return o.allOf(s)
	case len(v.OneOf) > 0 || len(v.AnyOf) > 0:
		return o.oneOf(s)
	}
	kinds := slices.DeleteFunc(slices.Clone(v.Type.Slice()), func(k string) bool { return k == "null" })
	if len(kinds) > 1 {
		o.left(s.at, s.place, "it may be "+strings.Join(kinds, " or ")+"; it is json")
		return "json"
	}
	switch {
	case len(v.Enum) > 0 && (len(kinds) == 0 || kinds[0] == "string" || kinds[0] == "integer"):
		return o.enum(s)
	case len(kinds) == 1 && kinds[0] != "object" && kinds[0] != "array":
		return plainType(kinds[0], v.Format)
	case v.Items != nil || len(kinds) == 1 && kinds[0] == "array":
		return o.list(s)
	case len(v.Properties) > 0:
		return o.object(s)
	}
	if a := v.AdditionalProperties; a.Schema != nil || len(v.PatternProperties) > 0 {
		o.left(s.at, s.place, "a map whose keys are not known; it is json")
	}
	return "json"
}

func plainType(kind, format string) string {
	switch kind {
	case "integer":
		return "int"
	case "number":
		return "number"
	case "boolean":
		return "bool"
	case "string":
		switch format {
		case "date-time":
			return "time"
		case "password":
			return "secret"
		}
		return "text"
	}
	return "json"
}

func (o *openapi) list(s shape) string {
	v := s.ref.Value
	if len(v.PrefixItems) > 0 {
		o.left(s.at, s.place, "a list with a type for each place; its items are json")
		return "list of json"
	}
	if v.Items == nil {
		return "list of json"
	}
	hint := s.hint
	if s.ref.Ref == "" || v.Items.Ref == "" {
		hint = singular(hint)
		if hint == s.hint {
			hint += "Item"
		}
	}
	typ := o.typeOf(shape{ref: v.Items, place: s.place.get("items"), hint: hint, at: s.at, depth: s.depth + 1})
	if typ == "secret" {
		typ = "text"
	}
	return "list of " + typ
}

// singular is the name for one of many.
func singular(s string) string {
	switch {
	case strings.HasSuffix(s, "ies") && len(s) > 4:
		return s[:len(s)-3] + "y"
	case strings.HasSuffix(s, "s") && !strings.HasSuffix(s, "ss") && !strings.HasSuffix(s, "us") && !strings.HasSuffix(s, "is") && len(s) > 3:
		return s[:len(s)-1]
	}
	return s
}

func (o *openapi) oneOf(s shape) string {
	v := s.ref.Value
	keyword, refs := "oneOf", v.OneOf
	if len(refs) == 0 {
		keyword, refs = "anyOf", v.AnyOf
	}
	var real []shape
	for i, r := range refs {
		if r != nil && r.Value != nil && !r.Value.Type.Is("null") {
			place := s.place.get(keyword)
			if place != nil && i < len(place.items) {
				place = place.items[i]
			}
			real = append(real, shape{ref: r, place: place, hint: s.hint, at: s.at, depth: s.depth + 1})
		}
	}
	if len(real) == 1 && len(v.Properties) == 0 {
		return o.typeOf(real[0])
	}
	msg := fmt.Sprintf("%s of %d; it is json", keyword, len(real))
	if d := v.Discriminator; d != nil {
		msg += fmt.Sprintf(", told apart by %s", sentence(d.PropertyName))
	}
	o.left(s.at, s.place, msg)
	return "json"
}

// allOf merges the parts where all of them are objects.
func (o *openapi) allOf(s shape) string {
	v := s.ref.Value
	if len(v.AllOf) == 1 && len(v.Properties) == 0 {
		place := s.place.get("allOf")
		if place != nil && len(place.items) == 1 {
			place = place.items[0]
		}
		return o.typeOf(shape{ref: v.AllOf[0], place: place, hint: s.hint, at: s.at, depth: s.depth + 1})
	}
	return o.object(s)
}

// prop is one property of an object, wherever it comes from.
type prop struct {
	name     string
	ref      *openapi3.SchemaRef
	place    *node
	required bool
	readOnly bool
}

// props gathers the properties of an object and of the parts that it is made of; false when a part is no object.
func (o *openapi) props(s shape, seen map[*openapi3.Schema]bool) ([]prop, bool) {
	v := s.ref.Value
	if v == nil || seen[v] || s.depth > maxShapeDepth {
		return nil, v != nil && seen[v]
	}
	seen[v] = true
	var out []prop
	whole := true
	for i, part := range v.AllOf {
		if part == nil {
			continue
		}
		place := s.place.get("allOf")
		if place != nil && i < len(place.items) {
			place = place.items[i]
		}
		o.used[part.Ref] = true
		sub := o.resolve(shape{ref: part, place: place, hint: s.hint, at: s.at, depth: s.depth + 1})
		more, ok := o.props(sub, seen)
		whole = whole && ok
		for _, p := range more {
			out = addProp(out, p)
		}
	}
	if len(v.OneOf)+len(v.AnyOf) > 0 {
		o.left(s.at, s.place, "what depends on oneOf or anyOf is left out")
	}
	own := s.place.get("properties")
	for _, name := range orderly(v.Properties, own) {
		ref := v.Properties[name]
		out = addProp(out, prop{name: name, ref: ref, place: own.get(name), readOnly: ref != nil && ref.Value != nil && ref.Value.ReadOnly})
	}
	for i := range out {
		out[i].required = out[i].required || slices.Contains(v.Required, out[i].name)
	}
	kinds := v.Type.Slice()
	isObject := len(v.Properties) > 0 || len(v.AllOf) > 0 || len(v.Required) > 0 || slices.Contains(kinds, "object") || len(kinds) == 0
	return out, whole && isObject
}

// addProp adds a property; a later one of the same name says more and wins.
func addProp(out []prop, p prop) []prop {
	for i := range out {
		if out[i].name == p.name {
			p.required = p.required || out[i].required
			out[i] = p
			return out
		}
	}
	return append(out, p)
}

// object makes a data type.
func (o *openapi) object(s shape) string {
	v := s.ref.Value
	props, whole := o.props(s, map[*openapi3.Schema]bool{})
	switch {
	case !whole:
		o.left(s.at, s.place, "allOf of things that are not all objects; it is json")
		return "json"
	case len(props) == 0:
		return "json"
	case len(o.draft.types)+len(o.makes) >= maxTypes:
		o.left(s.at, s.place, fmt.Sprintf("more than %d data types; it is json", maxTypes))
		return "json"
	}
	if a := v.AdditionalProperties; a.Schema != nil || a.Has != nil && *a.Has {
		o.left(s.at, s.place, "it may have fields that are not named; those are passed over")
	}
	t := &dataType{doc: sentence(v.Description)}
	if s.ref.Ref != "" {
		o.used[s.ref.Ref] = true
	}
	wanted := s.hint
	o.makes[wanted] = true
	keys := make([]string, len(props))
	for i, p := range props {
		keys[i] = p.name
	}
	named := fieldNames(keys)
	for _, p := range props {
		if f := o.field(s, p, named[p.name]); f != nil {
			t.fields = append(t.fields, f)
		}
	}
	delete(o.makes, wanted)
	o.draft.settle(t, wanted)
	return t.name
}

func (o *openapi) field(s shape, p prop, name string) *field {
	at := s.at + "." + sentence(p.name)
	if p.name == "" || strings.Contains(p.name, "${") {
		o.left(at, p.place, "it is left out: no field has such a name")
		return nil
	}
	f := &field{name: name}
	if f.name != p.name {
		f.key = p.name
	}
	f.typ = o.typeOf(shape{ref: p.ref, place: p.place, hint: s.hint + upperCamel(p.name, "Field"), at: at, depth: s.depth + 1})
	if f.typ == "text" && SecretName(p.name) {
		f.typ = "secret"
	}
	if p.ref != nil && p.ref.Value != nil {
		if p.ref.Ref == "" {
			f.doc = sentence(p.ref.Value.Description)
		}
		f.def = o.defaultOf(p.ref.Value.Default, f.typ, at, p.place)
	}
	return f
}

// defaultOf returns a default as a project writes it, nil when there is none that fits.
func (o *openapi) defaultOf(v any, typ, at string, place *node) any {
	ok := false
	switch x := v.(type) {
	case nil:
		return nil
	case string:
		ok = typ == "text" && !strings.Contains(x, "${")
		if t := o.draft.typeNamed(typ); t != nil && t.enum != nil && typ == t.name {
			for _, e := range t.enum {
				if e.wire == nil && e.name == x || e.wire == x {
					return e.name
				}
			}
		}
	case bool:
		ok = typ == "bool"
	case float64:
		ok = typ == "number" || typ == "int" && x == math.Trunc(x) && math.Abs(x) < 1<<53
		if ok && x == math.Trunc(x) && math.Abs(x) < 1<<53 {
			v = int64(x)
		}
	}
	if !ok {
		o.left(at, place, "its default is left out: it does not fit "+typ)
		return nil
	}
	return v
}

// enum makes an enum, or text of one that has a single value.
func (o *openapi) enum(s shape) string {
	v := s.ref.Value
	given := firstList(v.Extensions, "x-enum-varnames", "x-enumNames", "x-enum-names")
	t := &dataType{doc: sentence(v.Description), enum: []enumValue{}}
	taken, sent := names{}, map[string]bool{}
	plainKind := "text"
	for i, w := range v.Enum {
		if w == nil || sent[fmt.Sprint(w)] {
			continue
		}
		sent[fmt.Sprint(w)] = true
		ev, kind := enumValueOf(w)
		if kind == "json" {
			o.left(s.at, s.place, "an enum of neither text nor numbers; it is json")
			return "json"
		}
		plainKind = kind
		if i < len(given) && given[i] != "" {
			ev = ev.named(given[i])
		}
		if free := taken.take(ev.name); free != ev.name { // “A” and “a” are two values
			ev = ev.named(free)
		}
		t.enum = append(t.enum, ev)
	}
	switch n := len(t.enum); {
	case n < 2:
		return plainKind
	case n > 200:
		o.left(s.at, s.place, fmt.Sprintf("an enum of %d values; it is %s", n, plainKind))
		return plainKind
	}
	if s.ref.Ref != "" {
		o.used[s.ref.Ref] = true
	} else if same := o.draft.sameEnum(t); same != "" {
		return same
	}
	o.draft.settle(t, s.hint)
	return t.name
}

// named gives a value another name and keeps what is sent.
func (v enumValue) named(name string) enumValue {
	if v.wire == nil {
		v.wire = v.name
	}
	v.name = name
	return v
}

// enumValueOf names a value of an enum, with its kind; json is none that an enum can have.
func enumValueOf(w any) (enumValue, string) {
	switch x := w.(type) {
	case string:
		if x == "" || x != sentence(x) || strings.Contains(x, "${") {
			return enumValue{name: lowerCamel(x, "empty"), wire: x}, "text"
		}
		return enumValue{name: x}, "text"
	case float64:
		if x == math.Trunc(x) && math.Abs(x) < 1<<53 {
			return enumValue{name: "v" + strings.ReplaceAll(strconv.FormatInt(int64(x), 10), "-", "minus"), wire: int64(x)}, "int"
		}
		return enumValue{name: "v" + strings.ReplaceAll(fmt.Sprint(x), ".", "_"), wire: x}, "number"
	}
	return enumValue{}, "json"
}

// firstList returns the names that the first extension that is a list gives.
func firstList(extensions map[string]any, keys ...string) []string {
	for _, k := range keys {
		list, ok := extensions[k].([]any)
		if !ok {
			continue
		}
		out := make([]string, len(list))
		for i, v := range list {
			if s, ok := v.(string); ok {
				out[i] = lowerCamel(s, "value")
			}
		}
		return out
	}
	return nil
}

// responseSchema picks the JSON schema of the reply of success.
func (o *openapi) responseSchema(op *openapi3.Operation, place *node) (shape, bool) {
	if op.Responses == nil {
		return shape{}, false
	}
	all := op.Responses.Map()
	codes := slices.Sorted(maps.Keys(all))
	for _, code := range append(codes, "default") {
		if code != "default" && !strings.HasPrefix(code, "2") {
			continue
		}
		r := all[code]
		if r == nil || r.Value == nil {
			continue
		}
		for _, kind := range slices.Sorted(maps.Keys(r.Value.Content)) {
			media := r.Value.Content[kind]
			if isJSON(kind) && media != nil && media.Schema != nil {
				at := place.find("responses", code)
				sub := at.find("content", kind, "schema")
				if o.v2 {
					sub = at.get("schema")
				}
				return shape{ref: media.Schema, place: sub}, true
			}
		}
	}
	return shape{}, false
}

// otherReply is the first media type of the reply of success where none is JSON, "" when it has no body.
func otherReply(op *openapi3.Operation) string {
	if op.Responses == nil {
		return ""
	}
	all := op.Responses.Map()
	for _, code := range slices.Sorted(maps.Keys(all)) {
		if r := all[code]; strings.HasPrefix(code, "2") && r != nil && r.Value != nil && len(r.Value.Content) > 0 {
			kinds := slices.Sorted(maps.Keys(r.Value.Content))
			if slices.ContainsFunc(kinds, isJSON) {
				return ""
			}
			kind, _, _ := strings.Cut(strings.ToLower(kinds[0]), ";")
			return kind
		}
	}
	return ""
}

// isJSON reports whether a media type is JSON, or anything.
func isJSON(kind string) bool {
	kind, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(kind)), ";")
	return kind == "application/json" || strings.HasSuffix(kind, "+json") || kind == "*/*" || kind == "text/json"
}
