package value

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// Env is the names that an expression may read, with their types. It is immutable and safe for concurrent use.
type Env struct {
	names  map[string]*Type
	wired  bool    // what its templates give goes to a backend: see Wired
	locale *Locale // of the texts that t finds; nil: there are none
	types  map[string]*Type
}

// NewEnv returns an Env without names.
func NewEnv() *Env { return &Env{} }

// With returns e with name added, or its type replaced. A nil t is any.
func (e *Env) With(name string, t *Type) *Env {
	names := make(map[string]*Type, len(e.names)+1)
	maps.Copy(names, e.names)
	if t == nil {
		t = AnyType()
	}
	names[name] = t
	next := *e
	next.names = names
	return &next
}

// Wired returns e for the parts of a request: each ${…} in its templates gives what Wire makes of its value, by the type that it has there.
// Within the expression, fields and enum values go by their names as everywhere; json(), join() and string() write what is sent.
func (e *Env) Wired() *Env {
	next := *e
	next.wired = true
	return &next
}

// Typing returns e for an app with data types and enums of its own: each is a function that makes its argument one of its values.
func (e *Env) Typing(types map[string]*Type) *Env {
	next := *e
	next.types = types
	return &next
}

// Names returns the names, sorted.
func (e *Env) Names() []string { return slices.Sorted(maps.Keys(e.names)) }

// Lookup returns the type of name.
func (e *Env) Lookup(name string) (*Type, bool) {
	t, ok := e.names[name]
	return t, ok
}

// Fault is one mistake in the text of a template. Msg is a sentence without place, Hint says what to do or is "".
type Fault struct {
	Offset, Len int // bytes in the template's source
	Msg, Hint   string
	Word, Near  string // a name that means nothing and the one that it is likely a slip of, "" where no such name is known
}

// String returns the sentence and the hint.
func (f Fault) String() string {
	if f.Hint == "" {
		return f.Msg
	}
	return f.Msg + " (" + f.Hint + ")"
}

// part is a stretch of a template's source: literal text, or the inside of ${…}.
type part struct {
	text   string
	hole   bool
	offset int // of text in the source
}

const unclosedHint = `close it with }, or put the whole value in quotes: "${…}"; $${ is a plain ${`

// split cuts src into its parts. $${ stands for a literal ${.
func split(src string) ([]part, *Fault) {
	var parts []part
	literal := strings.Builder{}
	start := 0
	flush := func() {
		if literal.Len() > 0 {
			parts = append(parts, part{text: literal.String(), offset: start})
			literal.Reset()
		}
	}
	for i := 0; i < len(src); {
		switch {
		case strings.HasPrefix(src[i:], "$${"):
			literal.WriteString("${")
			i += 3
		case strings.HasPrefix(src[i:], "${"):
			end := holeEnd(src, i+2)
			if end < 0 {
				return nil, &Fault{Offset: i, Len: len(src) - i, Msg: "${ is not closed", Hint: unclosedHint}
			}
			flush()
			parts = append(parts, part{text: src[i+2 : end], hole: true, offset: i + 2})
			i = end + 1
			start = i
		default:
			end := len(src)
			if next := strings.IndexByte(src[i+1:], '$'); next >= 0 {
				end = i + 1 + next
			}
			literal.WriteString(src[i:end])
			i = end
		}
	}
	flush()
	return parts, nil
}

// holeEnd finds the } that closes a hole whose inside starts at i, minding quotes and braces; -1 if none does.
func holeEnd(src string, i int) int {
	depth := 0
	for ; i < len(src); i++ {
		switch c := src[i]; c {
		case '{':
			depth++
		case '}':
			if depth == 0 {
				return i
			}
			depth--
		case '"', '\'', '`':
			for i++; i < len(src) && src[i] != c; i++ {
				if src[i] == '\\' && c != '`' {
					i++
				}
			}
		}
	}
	return -1
}

// Parse reads src: text with ${expressions}. A src that is one ${…} keeps its type; any other is text. want is
// the type that is needed where src stands, nil for any; text without ${ is a constant, read leniently as want.
// All faults come at once, and then the Template is nil. Whether a secret may stand there is the caller's to
// decide: see Template.Secret.
func (e *Env) Parse(src string, want *Type) (*Template, []Fault) {
	if !utf8.ValidString(src) {
		return nil, []Fault{{Len: len(src), Msg: "this is not valid UTF-8"}}
	}
	if !strings.Contains(src, "${") {
		return parseConstant(src, want)
	}
	parts, fault := split(src)
	if fault != nil {
		return nil, []Fault{*fault}
	}
	if len(parts) == 1 && parts[0].hole {
		return e.parseHole(src, parts[0], want)
	}
	return e.parseText(src, parts, want)
}

func parseConstant(src string, want *Type) (*Template, []Fault) {
	if want.kind() == KindAny || textual(want.kind()) && want.Kind != KindEnum {
		return constant(src, src), nil
	}
	v, misses := Coerce(src, want)
	if len(misses) > 0 || v == nil && src != "" {
		return nil, []Fault{{Len: len(src), Msg: quote(src) + " is not " + article(want), Hint: constantHint(src, want)}}
	}
	return constant(src, v), nil
}

// constantHint says what a constant of type want looks like.
func constantHint(src string, want *Type) string {
	switch want.kind() {
	case KindEnum:
		names := make([]string, len(want.Enum))
		for i, v := range want.Enum {
			names[i] = v.Name
		}
		if near := Nearest(src, names); near != "" {
			return hintFor(near)
		}
		return "one of " + strings.Join(names, ", ")
	case KindBool:
		return "write true or false"
	case KindTime:
		if _, isNumber := toNumber(src); isNumber {
			return timeHint
		}
		return "write it as 2030-12-31T23:59:00Z"
	case KindList, KindObject:
		return "write it as YAML, or as one ${…}"
	}
	return ""
}

const timeHint = "use inSeconds(), inMs(), unix(), unixMs() or jwt(x).exp"

// parseHole reads a template that is one expression.
func (e *Env) parseHole(src string, p part, want *Type) (*Template, []Fault) {
	t, faults := e.expression(p)
	if len(faults) > 0 {
		return nil, faults
	}
	t.src = src
	if f := misfit(p, t.typ, want); f != nil {
		return nil, []Fault{*f}
	}
	return t, nil
}

// misfit is the fault of an expression whose type does not suit want.
func misfit(p part, got, want *Type) *Fault {
	if got.AssignableTo(want) {
		return nil
	}
	if want.kind() == KindText && got.HasSecret() {
		return nil // the caller judges secrets, by Template.Secret
	}
	f := Fault{Offset: p.offset, Len: len(p.text), Msg: short(p.text) + " is " + got.String() + ", but " + article(want) + " is needed"}
	switch numeric := got.kind() == KindInt || got.kind() == KindNumber; {
	case want.kind() == KindTime && numeric:
		f.Hint = timeHint
	case want.kind() == KindTime:
		f.Hint = "use time(…)"
	case want.kind() == KindInt && got.kind() != KindList && got.kind() != KindObject:
		f.Hint = "use int(…)"
	case want.kind() == KindNumber && textual(got.kind()):
		f.Hint = "use number(…)"
	case want.kind() == KindBool:
		f.Hint = "compare it, or use isSet(…)"
	}
	return &f
}

// parseText reads a template of literal text and holes.
func (e *Env) parseText(src string, parts []part, want *Type) (*Template, []Fault) {
	t := &Template{kind: textTemplate, src: src, typ: TextType()}
	var faults []Fault
	for _, p := range parts {
		if !p.hole {
			t.vals = append(t.vals, constant(p.text, p.text))
			continue
		}
		hole, bad := e.expression(p)
		if len(bad) > 0 {
			faults = append(faults, bad...)
			continue
		}
		t.vals = append(t.vals, hole)
	}
	if len(faults) > 0 {
		return nil, faults
	}
	if len(parts) == 1 {
		return constant(src, parts[0].text), nil // only $${
	}
	t.gather()
	if t.secret {
		t.typ = SecretType()
	}
	if f := misfit(part{text: src}, TextType(), want); f != nil {
		f.Hint = "text around ${…} makes it text; write one ${…} alone"
		return nil, []Fault{*f}
	}
	return t, nil
}

func quote(s string) string { return `"` + short(s) + `"` }

// short cuts a piece of source to what a message has room for.
func short(s string) string {
	if s = strings.TrimSpace(s); len(s) > 60 {
		return strings.ToValidUTF8(s[:60], "") + "…"
	}
	return s
}

// article puts "a" or "an" before a type's name where people would.
func article(t *Type) string {
	switch t.kind() {
	case KindInt, KindImage, KindObject, KindEnum:
		if t.Name == "" {
			return "an " + t.String()
		}
	case KindText, KindAny:
		return t.String()
	}
	if t.Name != "" {
		return t.String()
	}
	return "a " + t.String()
}
