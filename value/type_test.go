package value

import (
	"strings"
	"testing"
)

func TestParseType(t *testing.T) {
	post := ObjectOf("Post")
	lookup := func(name string) (*Type, bool) { return post, name == "Post" }
	for _, name := range []string{"text", "int", "number", "bool", "time", "json", "secret", "file", "image", "color", "Post", "list of Post", "list of list of int"} {
		typ, err := ParseType(name, lookup)
		if err != nil || typ.String() != name {
			t.Errorf("ParseType(%q) = %v, %v", name, typ, err)
		}
	}
	for src, hint := range map[string]string{
		"string": "did you mean text?", "txet": "did you mean text?", "list of boolean": "did you mean bool?",
		"Pots": "a data type", "": "a data type", "DateTime": "did you mean time?",
	} {
		if _, err := ParseType(src, lookup); err == nil || !strings.Contains(err.Error(), hint) {
			t.Errorf("ParseType(%q) = %v, want a hint with %q", src, err, hint)
		}
	}
}

func TestAssignableTo(t *testing.T) {
	any, text, secret := AnyType(), TextType(), SecretType()
	holder := ObjectOf("Holder", Field{Name: "token", Type: secret})
	for _, c := range []struct {
		from, to *Type
		want     bool
	}{
		{any, IntType(), true}, {IntType(), any, true}, {secret, any, true}, {nil, text, true}, {text, nil, true},
		{IntType(), NumberType(), true}, {NumberType(), IntType(), false},
		{text, ImageType(), true}, {ImageType(), text, true}, {text, ColorType(), true}, {BoolType(), ColorType(), false},
		{IntType(), text, true}, {BoolType(), text, true}, {TimeType(), text, true}, {ListOf(IntType()), text, true},
		{secret, text, false}, {ListOf(secret), text, false}, {holder, text, false}, {secret, ImageType(), false},
		{secret, secret, true}, {text, secret, true}, {IntType(), secret, false},
		{text, BoolType(), false}, {text, TimeType(), false}, {IntType(), TimeType(), false},
		{ListOf(IntType()), ListOf(NumberType()), true}, {ListOf(text), ListOf(IntType()), false}, {text, ListOf(text), false},
		{ObjectOf("A"), ObjectOf("A"), true},
		{ObjectOf("", Field{Name: "x", Type: text}), ObjectOf("B", Field{Name: "x", Type: IntType()}), false},
		{text, EnumOf("E"), true}, {EnumOf("E"), EnumOf("F"), false},
		{&Type{Kind: KindNull}, IntType(), true},
	} {
		if got := c.from.AssignableTo(c.to); got != c.want {
			t.Errorf("%s to %s = %v, want %v", c.from, c.to, got, c.want)
		}
	}
}
