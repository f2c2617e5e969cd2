package value

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

func coerceType() *Type {
	return ObjectOf("User",
		Field{Name: "name", Type: TextType()}, Field{Name: "firstName", Key: "first_name", Type: TextType()},
		Field{Name: "age", Type: IntType()}, Field{Name: "ok", Type: BoolType()}, Field{Name: "at", Type: TimeType()},
		Field{Name: "city", Type: TextType(), Default: "Bern"}, Field{Name: "token", Type: SecretType()},
		Field{Name: "tags", Type: ListOf(IntType())},
		Field{Name: "role", Type: EnumOf("Role", EnumValue{Name: "admin", Wire: 1}, EnumValue{Name: "member", Wire: "M"}, EnumValue{Name: "guest"})})
}

func TestF125_LenientParse(t *testing.T) {
	at := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, c := range []struct {
		in   any
		t    *Type
		want any
		miss bool
	}{
		{"", IntType(), nil, false}, {"12", IntType(), 12, false}, {" 12 ", IntType(), 12, false}, {"12.5", IntType(), nil, true},
		{12.0, IntType(), 12, false}, {"abc", IntType(), nil, true}, {true, IntType(), nil, true}, {"007", IntType(), 7, false},
		{nil, IntType(), nil, false}, {"1.5", NumberType(), 1.5, false}, {"", NumberType(), nil, false}, {"NaN", NumberType(), nil, true},
		{"0x10", IntType(), nil, true}, {12, TextType(), "12", false}, {1.5, TextType(), "1.5", false}, {true, TextType(), "true", false},
		{[]any{1}, TextType(), nil, true}, {"true", BoolType(), true, false}, {0, BoolType(), false, false}, {"maybe", BoolType(), nil, true},
		{"", BoolType(), nil, false}, {"2030-01-02T03:04:05Z", TimeType(), at, false}, {"2030-01-02 03:04:05", TimeType(), at, false},
		{"", TimeType(), nil, false}, {1893553445, TimeType(), nil, true}, {"soon", TimeType(), nil, true},
		{"x", ListOf(TextType()), nil, true}, {[]string{"a"}, ListOf(TextType()), []any{"a"}, false},
		{Number("18446744073709551616"), IntType(), Number("18446744073709551616"), false},
		{int64(3), NumberType(), 3, false}, {"#fff", ColorType(), "#fff", false}, {"x", AnyType(), "x", false},
	} {
		got, misses := Coerce(c.in, c.t)
		if !reflect.DeepEqual(got, c.want) || len(misses) > 0 != c.miss {
			t.Errorf("Coerce(%#v, %s) = %#v, %v", c.in, c.t, got, misses)
		}
	}
}

func TestF125_UnknownKeysAndMismatches(t *testing.T) {
	in := map[string]any{"name": "Ada", "first_name": "Ada", "age": "x", "extra": 1, "tags": []any{"1", "b", nil}, "ok": []any{}}
	got, misses := Coerce(in, coerceType())
	want := map[string]any{"name": "Ada", "firstName": "Ada", "age": nil, "ok": nil, "city": "Bern", "tags": []any{1, nil, nil}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
	if s := fmt.Sprint(misses); s != "[age should be int, but is text ok should be bool, but is a list tags[1] should be int, but is text]" {
		t.Errorf("misses: %s", s)
	}
	if _, kept := in["extra"]; !kept {
		t.Error("the input changed")
	}
}

func TestF123_DefaultsAndPartial(t *testing.T) {
	full, _ := Coerce(map[string]any{"name": "A"}, coerceType())
	part, _ := CoercePartial(map[string]any{"name": "A"}, coerceType())
	if full.(map[string]any)["city"] != "Bern" || !reflect.DeepEqual(part, map[string]any{"name": "A"}) {
		t.Errorf("full %v, part %v", full, part)
	}
	env := NewEnv().With("user", coerceType())
	for src, want := range map[string]any{"${user.city}": "Bern", "${isSet(user.city)}": false, "${'in ' + user.city}": "in Bern", "${user['city']}": "Bern"} {
		tmpl, faults := env.Parse(src, nil)
		if faults != nil {
			t.Fatal(faults)
		}
		if got, err := tmpl.Eval(Scope{"user": part}); got != want || err != nil {
			t.Errorf("%s = %v, %v, want %v", src, got, err, want)
		}
	}
	if got, _ := (mustParse(t, "${isSet(user.city)}", nil)).Eval(Scope{"user": map[string]any{"city": "Bern"}}); got != true {
		t.Error("a field that was set to its default is set")
	}
}

func TestF124_KeyMapBothWays(t *testing.T) {
	got, _ := Coerce(map[string]any{"first_name": "Ada", "name": "L"}, coerceType())
	m := got.(map[string]any)
	if m["firstName"] != "Ada" {
		t.Errorf("got %v", got)
	}
	again, _ := Coerce(m, coerceType())
	if !reflect.DeepEqual(again, got) {
		t.Errorf("reading twice gives %v", again)
	}
	if w := Wire(m, coerceType()).(map[string]any); w["first_name"] != "Ada" || w["firstName"] != nil {
		t.Errorf("Wire = %v", w)
	}
	open := OpenObjectOf("Reply", Field{Name: "token", Key: "access_token", Type: SecretType()})
	got, _ = Coerce(map[string]any{"access_token": canary, "id": 7}, open)
	m = got.(map[string]any)
	if _, raw := m["access_token"]; raw || m["id"] != 7 || Reveal(m["token"]) != canary || strings.Contains(fmt.Sprint(m), canary) {
		t.Errorf("an open object leaks or loses: %v", m)
	}
}

func TestF128_EnumWireValues(t *testing.T) {
	role, _ := coerceType().Field("role")
	for in, want := range map[any]any{1: "admin", "1": "admin", 1.0: "admin", "M": "member", "member": "member", "guest": "guest", "": nil} {
		if got, misses := Coerce(in, role.Type); got != want || len(misses) > 0 {
			t.Errorf("%v gives %v, %v", in, got, misses)
		}
	}
	if got, misses := Coerce("boss", role.Type); got != nil || len(misses) != 1 {
		t.Errorf("boss gives %v, %v", got, misses)
	}
	if Wire("admin", role.Type) != 1 || Wire("guest", role.Type) != "guest" {
		t.Error("Wire is wrong")
	}
}

func TestF125_SecretsStaySecret(t *testing.T) {
	got, _ := Coerce(map[string]any{"token": canary}, coerceType())
	if s, ok := got.(map[string]any)["token"].(Secret); !ok || s.Reveal() != canary {
		t.Error("a secret field is not wrapped")
	}
	for _, typ := range []*Type{TextType(), IntType(), BoolType(), AnyType(), ListOf(TextType())} {
		v, misses := Coerce(NewSecret(canary), typ)
		if strings.Contains(fmt.Sprint(v, misses), canary) {
			t.Errorf("%s opens a secret", typ)
		}
	}
}
