package value

import (
	"fmt"

	"github.com/expr-lang/expr/ast"
)

// construct checks a call of a data type, User({name: form.name}) or User(reply): its argument is read leniently as a value of the type.
// An object whose fields are known goes by the type's names, and each field must suit; anything else by what a backend sends.
func (c *checker) construct(x *ast.CallNode, name string, t *Type) (ast.Node, info) {
	if len(x.Arguments) != 1 {
		return x, c.fault(x, fmt.Sprintf("%s takes one value to be read as %s", name, t), "write "+name+"({…}) or "+name+"(value)")
	}
	out, i := c.visit(x.Arguments[0])
	known := i.typ.kind() == KindObject || i.typ.kind() == KindEnum
	c.suits(x.Arguments[0], name, i.typ, t)
	operation := "read"
	if known {
		operation = "make"
	}
	same := t.Name != "" && i.typ != nil && i.typ.Name == t.Name // its secrets are where the type says
	return c.emit(operation, out, &ast.ConstantNode{Value: t}), info{typ: t, taint: i.taint || i.secret() && !same}
}

// suits faults what can not become a t: a field that t has not, or one of another type, and what is no object at all.
func (c *checker) suits(n ast.Node, name string, got, t *Type) {
	switch k := got.kind(); {
	case k == KindAny || k == KindNull:
	case t.kind() == KindEnum:
		if k == KindList || k == KindObject {
			c.fault(n, fmt.Sprintf("%s can not be made of %s", name, got), "")
		}
		c.enumLiteral(n, t)
	case k == KindList:
		c.fault(n, fmt.Sprintf("%s is %s, not one %s", n, got, name), fmt.Sprintf("write map(%s, %s(#))", n, name))
	case k != KindObject:
		c.fault(n, fmt.Sprintf("%s can not be made of %s", name, got), "")
	default:
		c.fieldsSuit(n, name, got, t)
	}
}

func (c *checker) fieldsSuit(n ast.Node, name string, got, t *Type) {
	if got.Name != "" && got.Name == t.Name {
		return
	}
	for _, f := range got.Fields {
		at := n
		if m, ok := n.(*ast.MapNode); ok {
			at = fieldOfMap(m, f.Name)
		}
		want, ok := t.Field(f.Name)
		switch {
		case !ok && t.Open:
		case !ok:
			near, hint := nearField(f.Name, t)
			c.slip(at, fmt.Sprintf("%s has no field %q", name, f.Name), f.Name, near, hint)
		case !f.Type.AssignableTo(want.Type) && !lenient(f.Type, want.Type):
			c.fault(at, fmt.Sprintf("%s of %s is %s, but %s is needed", f.Name, name, f.Type, article(want.Type)), "")
		}
	}
}

// lenient reports whether text may stand where want is needed: it is read as one.
func lenient(got, want *Type) bool {
	return textual(got.kind()) && (want.kind() == KindInt || want.kind() == KindNumber || want.kind() == KindBool || want.kind() == KindTime || want.kind() == KindEnum) ||
		got.kind() == KindNumber && want.kind() == KindInt || got.kind() == KindSecret && textual(want.kind())
}

func fieldOfMap(m *ast.MapNode, name string) ast.Node {
	for _, n := range m.Pairs {
		if pair, ok := n.(*ast.PairNode); ok {
			if key, ok := pair.Key.(*ast.StringNode); ok && key.Value == name {
				return pair.Value
			}
		}
	}
	return m
}

// readOp reads a value as a backend sends it, makeOp one of the app itself. What does not fit is unset.
func readOp(r *run, a []any) (any, error) {
	v, _ := CoercePartial(a[0], a[1].(*Type))
	return v, r.weigh(a[0])
}

func makeOp(r *run, a []any) (any, error) {
	v, _ := CoerceNamed(a[0], a[1].(*Type), true)
	return v, r.weigh(a[0])
}
