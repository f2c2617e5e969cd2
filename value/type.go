// Package value is the language of an app's bindings: the types of its data, literals, and text with
// ${expressions}. It parses and type-checks them when a project loads, and evaluates them against a Scope.
//
// It never does I/O, never panics on what a project or a backend says, and never prints a Secret. An expression
// is bounded in length, depth, steps and size; an absent path is nil, never an error and never the text "null".
package value

import (
	"fmt"
	"slices"
	"strings"
)

// Kind says what sort of value a Type describes. The zero Kind is KindAny.
type Kind uint8

// The kinds of values. KindAny is "json": anything, checked only when used. KindNull is the type of a bare nil.
const (
	KindAny Kind = iota
	KindText
	KindInt
	KindNumber
	KindBool
	KindTime
	KindSecret
	KindFile
	KindImage
	KindColor
	KindList
	KindObject
	KindEnum
	KindNull
)

var kindNames = [...]string{
	"json", "text", "int", "number", "bool", "time", "secret", "file", "image", "color", "list", "object", "enum", "nil",
}

// String returns the word that a project file uses for k.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind %d", uint8(k))
}

// Type describes values. Treat it as immutable once built; it is then safe for concurrent use.
type Type struct {
	Kind   Kind
	Name   string      // the data type's or enum's name; "" for the others
	Elem   *Type       // of a List; nil means any
	Fields []Field     // of an Object, in order
	Open   bool        // an Object that may have fields beyond Fields; those are of type Rest
	Rest   *Type       // of an Open Object: what its further fields are; nil means any
	Enum   []EnumValue // of an Enum, in order
}

// Field is one field of an Object.
type Field struct {
	Name    string // how expressions name it
	Key     string // its JSON key (F124); "" means Name
	Type    *Type  // nil means any
	Default any    // read when the field is unset (F123); nil means none
	Doc     string
}

// JSONKey returns the key that f has in JSON.
func (f Field) JSONKey() string {
	if f.Key != "" {
		return f.Key
	}
	return f.Name
}

// EnumValue is one value of an enum: its name in the app and what a backend sends and wants for it (F128).
type EnumValue struct {
	Name string
	Wire any // nil means Name
}

// Those that stand in nearly every widget are made once.
var (
	textType   = &Type{Kind: KindText}
	intType    = &Type{Kind: KindInt}
	numberType = &Type{Kind: KindNumber}
	boolType   = &Type{Kind: KindBool}
)

// AnyType is json: any value, unchecked.
func AnyType() *Type { return &Type{Kind: KindAny} }

// TextType is text.
func TextType() *Type { return textType }

// IntType is a whole number.
func IntType() *Type { return intType }

// NumberType is a number with or without a fraction.
func NumberType() *Type { return numberType }

// BoolType is true or false.
func BoolType() *Type { return boolType }

// TimeType is a moment.
func TimeType() *Type { return &Type{Kind: KindTime} }

// SecretType is text that is never shown.
func SecretType() *Type { return &Type{Kind: KindSecret} }

// FileType is an uploaded file.
func FileType() *Type { return &Type{Kind: KindFile} }

// ImageType is the address of an image.
func ImageType() *Type { return &Type{Kind: KindImage} }

// ColorType is a colour as text, such as #1a2b3c.
func ColorType() *Type { return &Type{Kind: KindColor} }

// ListOf is a list whose items have type elem; nil means any.
func ListOf(elem *Type) *Type {
	if elem == nil {
		elem = AnyType()
	}
	return &Type{Kind: KindList, Elem: elem}
}

// ObjectOf is a data type with exactly these fields; name may be "".
func ObjectOf(name string, fields ...Field) *Type {
	return &Type{Kind: KindObject, Name: name, Fields: fields}
}

// OpenObjectOf is ObjectOf whose values may have further fields, which are any.
func OpenObjectOf(name string, fields ...Field) *Type {
	return &Type{Kind: KindObject, Name: name, Fields: fields, Open: true}
}

// MapOfType is an Object with any names, whose values all have type elem.
func MapOfType(name string, elem *Type) *Type {
	return &Type{Kind: KindObject, Name: name, Open: true, Rest: elem}
}

// EnumOf is an enum with these values.
func EnumOf(name string, values ...EnumValue) *Type {
	return &Type{Kind: KindEnum, Name: name, Enum: values}
}

// String returns how t is written in a project: "text", "list of Post", "User".
func (t *Type) String() string {
	switch {
	case t == nil:
		return KindAny.String()
	case t.Kind == KindList:
		return "list of " + t.Elem.String()
	case t.Name != "":
		return t.Name
	}
	return t.Kind.String()
}

// Field returns the field called name of an Object, or what can be read of a File.
func (t *Type) Field(name string) (Field, bool) {
	if t == nil || t.Kind != KindObject && t.Kind != KindFile {
		return Field{}, false
	}
	fields := t.Fields
	if t.Kind == KindFile {
		fields = fileFields
	}
	for _, f := range fields {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}

// HasSecret reports whether a value of type t may hold a secret, at any depth.
func (t *Type) HasSecret() bool {
	switch t.kind() {
	case KindSecret:
		return true
	case KindList:
		return t.Elem.HasSecret()
	case KindObject:
		return t.Rest.HasSecret() || slices.ContainsFunc(t.Fields, func(f Field) bool { return f.Type.HasSecret() })
	}
	return false
}

func (t *Type) kind() Kind {
	if t == nil {
		return KindAny
	}
	return t.Kind
}

// AssignableTo reports whether a value of type t may stand where want is needed. Any goes both ways, nil goes
// everywhere, int is a number, text, image, color and enum are each other's, text may be the content of a file,
// and everything but a file and what holds a secret reads as text. A nil want is any.
func (t *Type) AssignableTo(want *Type) bool {
	from, to := t.kind(), want.kind()
	if from == KindAny || to == KindAny || from == KindNull {
		return true
	}
	switch to {
	case KindText:
		return !t.HasSecret() && from != KindFile
	case KindSecret:
		return from == KindSecret || textual(from) && from != KindFile
	case KindNumber:
		return from == KindNumber || from == KindInt
	case KindImage:
		return from == to || from == KindText
	case KindFile:
		return from == to || from == KindText || from == KindImage
	case KindColor:
		return from == KindColor || from == KindText
	case KindEnum:
		return from == KindText || from == KindEnum && (t.Name == want.Name || want.Name == "")
	case KindList:
		return from == KindList && t.Elem.AssignableTo(want.Elem)
	case KindObject:
		return from == KindObject && t.fieldsFit(want)
	}
	return from == to
}

// fieldsFit reports whether each field of the Object want that t has too is assignable to it.
func (t *Type) fieldsFit(want *Type) bool {
	if t.Name != "" && t.Name == want.Name {
		return true
	}
	for _, f := range want.Fields {
		if mine, ok := t.Field(f.Name); ok && !mine.Type.AssignableTo(f.Type) {
			return false
		}
	}
	return true
}

// textual reports whether values of kind k are held as text.
func textual(k Kind) bool {
	switch k {
	case KindText, KindImage, KindColor, KindEnum, KindFile:
		return true
	}
	return false
}

// ParseType reads a type as a project writes it: "int", "list of Post". lookup finds data types and enums and
// may be nil. The error is one sentence with a hint.
func ParseType(s string, lookup func(name string) (*Type, bool)) (*Type, error) {
	word := strings.TrimSpace(s)
	if rest, ok := strings.CutPrefix(word, "list of "); ok {
		elem, err := ParseType(rest, lookup)
		if err != nil {
			return nil, err
		}
		return ListOf(elem), nil
	}
	for k := KindAny; k <= KindColor; k++ {
		if kindNames[k] == word {
			return &Type{Kind: k}, nil
		}
	}
	if lookup != nil {
		if t, ok := lookup(word); ok {
			return t, nil
		}
	}
	if instead, ok := foreignTypes[strings.ToLower(word)]; ok {
		return nil, fmt.Errorf("unknown type %q (%s)", s, hintFor(instead))
	}
	if near := Nearest(word, kindNames[:KindColor+1]); near != "" {
		return nil, fmt.Errorf("unknown type %q (%s)", s, hintFor(near))
	}
	return nil, fmt.Errorf("unknown type %q (use %s, \"list of …\" or a data type)", s,
		strings.Join(kindNames[:KindColor+1], ", "))
}

// foreignTypes are the names that other languages and builders use.
var foreignTypes = map[string]string{
	"string": "text", "str": "text", "integer": "int", "double": "number", "float": "number", "boolean": "bool",
	"datetime": "time", "date": "time", "timestamp": "time", "any": "json", "object": "json", "map": "json",
	"password": "secret", "token": "secret", "colour": "color", "list": "list of json", "array": "list of json",
	"imagepath": "image", "image path": "image",
}

func hintFor(word string) string { return "did you mean " + word + "?" }
