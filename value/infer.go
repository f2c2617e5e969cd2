package value

import (
	"maps"
	"slices"
	"time"
)

// typeOf returns the type of a constant.
func typeOf(v any) *Type {
	switch x := v.(type) {
	case nil:
		return &Type{Kind: KindNull}
	case string:
		return TextType()
	case int:
		return IntType()
	case float64, Number:
		return NumberType()
	case bool:
		return BoolType()
	case time.Time:
		return TimeType()
	case Secret:
		return SecretType()
	case []any:
		var elem *Type
		for _, e := range x {
			elem = unify(elem, typeOf(e))
		}
		return ListOf(elem)
	case map[string]any:
		var fields []Field
		for _, k := range slices.Sorted(maps.Keys(x)) {
			fields = append(fields, Field{Name: k, Type: typeOf(x[k])})
		}
		return ObjectOf("", fields...)
	}
	return AnyType()
}

// unify returns a type that both a and b fit; nil and Null give way to the other, and where the two have nothing in
// common it is any. It may lose sight of a secret: who unifies notes the taint first.
func unify(a, b *Type) *Type {
	switch {
	case a == nil || a.Kind == KindNull:
		return b
	case b == nil || b.Kind == KindNull || a == b:
		return a
	case a.Kind == KindSecret && textual(b.Kind), b.Kind == KindSecret && textual(a.Kind):
		return SecretType()
	case a.Kind == KindList && b.Kind == KindList:
		return ListOf(unify(a.Elem, b.Elem))
	case a.Kind == KindObject && b.Kind == KindObject:
		if a.Name == b.Name && (a.Name != "" || a.sameShape(b)) {
			return a
		}
		return AnyType()
	case a.Kind == b.Kind && a.Name == b.Name:
		return a
	case a.Kind == KindInt && b.Kind == KindNumber, a.Kind == KindNumber && b.Kind == KindInt:
		return NumberType()
	case textual(a.Kind) && textual(b.Kind):
		return TextType()
	}
	return AnyType()
}

// sameShape reports whether two Objects have the same fields with types of the same name.
func (t *Type) sameShape(o *Type) bool {
	if len(t.Fields) != len(o.Fields) || t.Open != o.Open || t.Rest.kind() != o.Rest.kind() {
		return false
	}
	for i, f := range t.Fields {
		g := o.Fields[i]
		if f.Name != g.Name || f.Type.kind() == KindObject && f.Type.Name == "" || f.Type.String() != g.Type.String() {
			return false
		}
	}
	return true
}
