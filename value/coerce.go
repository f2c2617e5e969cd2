package value

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Mismatch is one place where a value is not what its type says. Got is the kind of thing that was there, never
// the thing itself.
type Mismatch struct {
	Path string // "", "name", "posts[2].id"
	Want string
	Got  string
}

// String returns the mismatch as a sentence.
func (m Mismatch) String() string {
	at := m.Path
	if at == "" {
		at = "the value"
	}
	return at + " should be " + m.Want + ", but is " + m.Got
}

// Coerce reads v leniently as type t (F125): "" is nil where a number, bool or time is wanted, "12" is 12, an
// enum's wire value becomes its name (F128), JSON keys become field names (F124), keys that t does not have are
// left out, an absent or null field gets its default (F123), a secret is wrapped. What does not fit is nil (or
// the default) and reported. v is not changed.
func Coerce(v any, t *Type) (any, []Mismatch) {
	c := coercer{defaults: true}
	return c.value(v, t, ""), c.found
}

// CoercePartial is Coerce that leaves an absent field absent: for patches, and for data whose isSet must tell
// "unset" from "has the default". Expressions read the default of an unset field all the same.
func CoercePartial(v any, t *Type) (any, []Mismatch) {
	c := coercer{}
	return c.value(v, t, ""), c.found
}

// CoerceNamed is Coerce for values of the app itself, such as stored user data: fields are found by their names and enum values by theirs,
// and only what is not there by name is looked for as a backend writes it. So data survives a change of its type by name (F026), also where
// the JSON key of one field is the name of another. A partial one leaves absent fields absent, as CoercePartial does.
func CoerceNamed(v any, t *Type, partial bool) (any, []Mismatch) {
	c := coercer{named: true, defaults: !partial}
	return c.value(v, t, ""), c.found
}

// maxMismatches is how many mismatches of one value are told: a long list of odd items says no more than its beginning.
const maxMismatches = 50

type coercer struct {
	defaults bool
	named    bool // names before what a backend writes
	found    []Mismatch
}

func (c *coercer) miss(path string, t *Type, v any) any {
	if len(c.found) == maxMismatches {
		return nil
	}
	c.found = append(c.found, Mismatch{Path: path, Want: t.String(), Got: describe(v)})
	return nil
}

// describe names the kind of v without telling v.
func describe(v any) string {
	switch x := normal(v).(type) {
	case nil:
		return "nothing"
	case string:
		if x == "" {
			return "empty text"
		}
		return "text"
	case int, float64, Number:
		return "a number"
	case bool:
		return "a bool"
	case time.Time:
		return "a time"
	case Secret:
		return "a secret"
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	}
	return "something else"
}

func (c *coercer) value(v any, t *Type, path string) any {
	v = normal(v)
	if s, ok := v.(Secret); ok && t.kind() != KindAny && t.kind() != KindSecret {
		// A secret stays one, whatever the type says: only Reveal opens it.
		if textual(t.Kind) {
			return s
		}
		return c.miss(path, t, v)
	}
	if v == nil {
		return nil
	}
	switch t.kind() {
	case KindList:
		return c.list(v, t, path)
	case KindObject:
		return c.object(v, t, path)
	case KindEnum:
		return c.enum(v, t, path)
	case KindFile:
		return v
	case KindNull:
		return nil
	}
	out, ok := scalar(v, t.kind())
	if !ok {
		return c.miss(path, t, v)
	}
	return out
}

// scalar reads v as kind k; ok is false when it can not be read so.
func scalar(v any, k Kind) (out any, ok bool) {
	switch k {
	case KindText, KindImage, KindColor:
		return toText(v)
	case KindSecret:
		if _, already := v.(Secret); already {
			return v, true
		}
		s, ok := toText(v)
		if !ok {
			return nil, false
		}
		return NewSecret(s.(string)), true
	case KindInt:
		return toInt(v)
	case KindNumber:
		return toNumber(v)
	case KindBool:
		return toBool(v)
	case KindTime:
		return toTime(v)
	}
	return v, true
}

func toText(v any) (any, bool) {
	switch v.(type) {
	case []any, map[string]any:
		return nil, false
	}
	return Text(v), true
}

// toNumber reads a number or the text of one; "" is nil.
func toNumber(v any) (any, bool) {
	switch x := v.(type) {
	case int, float64, Number:
		return x, true
	case string:
		s := strings.TrimSpace(x)
		if s == "" {
			return nil, true
		}
		if isNumberText(s) {
			return parseNumber(s), true
		}
		if s = strings.TrimPrefix(s, "+"); s != "" {
			if n, err := strconv.Atoi(s); err == nil { // "+5", "007"
				return n, true
			}
		}
	}
	return nil, false
}

// toInt reads a whole number; a fraction does not fit.
func toInt(v any) (any, bool) {
	n, ok := toNumber(v)
	if !ok || n == nil {
		return nil, ok
	}
	switch x := n.(type) {
	case float64:
		if !wholeFloat(x) {
			return nil, false
		}
		return int(x), true
	case Number:
		return x, decimal(string(x)).exponent >= 0
	}
	return n, true
}

func toBool(v any) (any, bool) {
	switch x := v.(type) {
	case bool:
		return x, true
	case string:
		switch strings.ToLower(strings.TrimSpace(x)) {
		case "":
			return nil, true
		case "true", "1", "yes", "on":
			return true, true
		case "false", "0", "no", "off":
			return false, true
		}
	case int:
		if x == 0 || x == 1 {
			return x == 1, true
		}
	}
	return nil, false
}

// timeLayouts are the ways of writing a time that backends use, the commonest first.
var timeLayouts = [...]string{
	time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999Z07:00",
	"2006-01-02 15:04:05.999999999", "2006-01-02T15:04", "2006-01-02", time.RFC1123, time.RFC1123Z,
	"2006-01-02T15:04:05.999999999Z0700", "2006-01-02 15:04:05.999999999Z07", "2006-01-02T15:04Z07:00", "2006-01-02 15:04",
}

// toTime reads a time or its text; without a zone it is UTC. A bare number does not fit: its unit is unknown.
func toTime(v any) (any, bool) {
	switch x := v.(type) {
	case time.Time:
		return x, true
	case string:
		s := strings.TrimSpace(x)
		if s == "" {
			return nil, true
		}
		for _, layout := range timeLayouts {
			if t, err := time.Parse(layout, s); err == nil {
				return t, true
			}
		}
	}
	return nil, false
}

func (c *coercer) list(v any, t *Type, path string) any {
	list, ok := v.([]any)
	if !ok {
		if list, ok = goList(v); !ok {
			return c.miss(path, t, v)
		}
	}
	out := make([]any, len(list))
	for i, e := range list {
		out[i] = c.value(e, t.Elem, path+"["+strconv.Itoa(i)+"]")
	}
	return out
}

// goList reads the lists that Go code and YAML decoders may hand over.
func goList(v any) ([]any, bool) {
	switch x := v.(type) {
	case []string:
		out := make([]any, len(x))
		for i, s := range x {
			out[i] = s
		}
		return out, true
	case []map[string]any:
		out := make([]any, len(x))
		for i, m := range x {
			out[i] = m
		}
		return out, true
	}
	return nil, false
}

func (c *coercer) object(v any, t *Type, path string) any {
	m, ok := v.(map[string]any)
	if !ok {
		return c.miss(path, t, v)
	}
	out := make(map[string]any, len(t.Fields))
	if t.Open {
		for k, e := range m {
			out[k] = e
		}
	}
	for _, f := range t.Fields {
		e, present := c.lookup(m, t, f)
		if _, isField := t.Field(f.Key); t.Open && f.Key != "" && !isField {
			delete(out, f.Key) // it has the field's name now
		}
		if present {
			e = c.value(e, f.Type, join(path, f.Name))
		}
		if e == nil && f.Default != nil && c.defaults {
			e, present = f.Default, true
		}
		if present {
			out[f.Name] = e
		}
	}
	return out
}

// lookup finds the value of a field by its JSON key, else by its name, since it may have been read once already; by the name first where
// values of the app are read. The second is no use where it is what another field goes by.
func (c *coercer) lookup(m map[string]any, t *Type, f Field) (e any, present bool) {
	key := f.JSONKey()
	if c.named {
		key = f.Name
	}
	if e, present = m[key]; present || f.Key == "" {
		return e, present
	}
	other := f.Name
	if c.named {
		other = f.Key
	}
	for _, o := range t.Fields {
		if o.Name != f.Name && (c.named && o.Name == other || !c.named && o.JSONKey() == other) {
			return nil, false
		}
	}
	e, present = m[other]
	return e, present
}

func join(path, field string) string {
	if path == "" {
		return field
	}
	return path + "." + field
}

// enum turns a wire value, or a name, into the name.
func (c *coercer) enum(v any, t *Type, path string) any {
	if c.named && slices.ContainsFunc(t.Enum, func(e EnumValue) bool { return e.Name == v }) {
		return v
	}
	for _, e := range t.Enum {
		if e.Wire != nil && sameText(normal(e.Wire), v) {
			return e.Name
		}
	}
	for _, e := range t.Enum {
		if e.Name == v {
			return e.Name
		}
	}
	if v == "" {
		return nil
	}
	return c.miss(path, t, v)
}

func sameText(a, b any) bool {
	ta, okA := toText(a)
	tb, okB := toText(b)
	return okA && okB && ta == tb
}

// Wire returns v, a value of type t, as the backend wants it: enum names as wire values and field names as JSON
// keys, at any depth. Secrets stay secrets; unset fields stay out.
func Wire(v any, t *Type) any {
	switch t.kind() {
	case KindEnum:
		for _, e := range t.Enum {
			if e.Name == v && e.Wire != nil {
				return e.Wire
			}
		}
	case KindList:
		if list, ok := v.([]any); ok {
			out := make([]any, len(list))
			for i, e := range list {
				out[i] = Wire(e, t.Elem)
			}
			return out
		}
	case KindObject:
		if m, ok := v.(map[string]any); ok {
			return wireObject(m, t)
		}
	}
	return v
}

func wireObject(m map[string]any, t *Type) any {
	out := make(map[string]any, len(m))
	for k, e := range m {
		if f, ok := t.Field(k); ok {
			out[f.JSONKey()] = Wire(e, f.Type)
		} else {
			out[k] = e
		}
	}
	return out
}

// hasWire reports whether Wire changes values of type t.
func (t *Type) hasWire() bool {
	switch t.kind() {
	case KindEnum:
		return slices.ContainsFunc(t.Enum, func(e EnumValue) bool { return e.Wire != nil })
	case KindList:
		return t.Elem.hasWire()
	case KindObject:
		return slices.ContainsFunc(t.Fields, func(f Field) bool { return f.JSONKey() != f.Name || f.Type.hasWire() })
	}
	return false
}
