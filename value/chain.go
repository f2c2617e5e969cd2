package value

import (
	"fmt"
	"slices"
	"sort"

	"github.com/expr-lang/expr/ast"
)

// chain checks a name with the fields and indexes after it, without counting it as read: only the longest path
// counts.
func (c *checker) chain(n ast.Node) (ast.Node, info) {
	switch x := n.(type) {
	case *ast.IdentifierNode:
		return c.name(x)
	case *ast.ChainNode:
		return c.chain(x.Node)
	case *ast.MemberNode:
		return c.member(x)
	}
	return c.visit(n)
}

func (c *checker) name(x *ast.IdentifierNode) (ast.Node, info) {
	if l := c.local(x.Value); l != nil {
		return x, l.info
	}
	if t, ok := c.env.Lookup(x.Value); ok {
		p := &path{root: x.Value}
		return c.walk(p), info{typ: t, dotted: x.Value, open: true, path: p}
	}
	if f, ok := functions[x.Value]; ok && !f.closure {
		return x, c.fault(x, fmt.Sprintf("%s is a function", x.Value), "write "+f.usage)
	}
	names := c.env.Names()
	for _, l := range c.locals {
		names = append(names, l.name)
	}
	near, hint := Nearest(x.Value, names), ""
	if near == "" && len(names) > 0 && len(names) <= 13 {
		hint = "known names: " + joinNames(names)
	}
	return x, c.slip(x, fmt.Sprintf("unknown name %q", x.Value), x.Value, near, hint)
}

func joinNames(names []string) string {
	sort.Strings(names)
	out := ""
	for i, n := range names {
		if i > 0 {
			out += ", "
		}
		out += n
	}
	return out
}

// walk is the node that reads a path from the scope: what emit makes, in one piece, as nothing is made more often.
func (c *checker) walk(p *path) ast.Node {
	n := &struct {
		call        ast.CallNode
		callee, run ast.IdentifierNode
		path        ast.ConstantNode
		args        [2]ast.Node
	}{}
	c.use("path")
	n.callee.Value, n.run.Value, n.path.Value = "$path", runName, p
	n.args = [2]ast.Node{&n.run, &n.path}
	n.call.Callee, n.call.Arguments = &n.callee, n.args[:]
	n.call.SetType(plainType)
	return &n.call
}

func (c *checker) member(x *ast.MemberNode) (ast.Node, info) {
	c.depth++
	c.visits++
	defer func() { c.depth-- }()
	if c.depth > maxNesting {
		return &ast.NilNode{}, c.fault(x, "the expression is too deeply nested", "split it up")
	}
	raw := c.raw
	c.raw = false // only the last field is read raw
	base, bi := c.chain(x.Node)
	if name, ok := x.Property.(*ast.StringNode); ok {
		c.raw = raw
		return c.field(x, name.Value, base, bi)
	}
	if bi.dotted != "" {
		bi.open = false
	}
	return c.index(x, base, bi)
}

// field checks base.name.
func (c *checker) field(x *ast.MemberNode, name string, base ast.Node, bi info) (ast.Node, info) {
	f, ok := c.fieldType(x, name, bi)
	out := info{typ: f.Type, taint: bi.taint, dotted: bi.dotted, open: bi.open}
	if out.typ == nil {
		out.typ = AnyType()
	}
	if out.open && out.dotted != "" {
		out.dotted += "." + name
	}
	if !ok {
		return base, out
	}
	fallback := f.Default
	if c.raw {
		fallback = nil
	}
	if bi.path != nil {
		out.path = bi.path.with(step{field: name, fallback: fallback})
		return c.walk(out.path), out
	}
	return c.emit("get", base, &ast.StringNode{Value: name}, &ast.ConstantNode{Value: fallback}), out
}

// fieldType finds the field called name of what bi describes; ok is false, with a fault, when there is none.
func (c *checker) fieldType(x *ast.MemberNode, name string, bi info) (Field, bool) {
	switch k := bi.typ.kind(); {
	case k == KindAny || k == KindNull:
		return Field{}, true
	case k != KindObject && k != KindFile:
		hint := ""
		switch k {
		case KindList:
			hint = fmt.Sprintf("take one item, %s[0].%s, or all, map(%s, .%s)", x.Node, name, x.Node, name)
		case KindSecret:
			hint = fmt.Sprintf("read a token's claims with jwt(%s).%s", x.Node, name)
		}
		c.fault(x, fmt.Sprintf("%s: %s is %s and has no field %q", x, x.Node, bi.typ, name), hint)
		return Field{}, false
	}
	if f, ok := bi.typ.Field(name); ok {
		return f, true
	}
	if bi.typ.Open {
		return Field{Type: bi.typ.Rest}, true
	}
	owner := bi.typ.Name
	if owner == "" {
		owner = x.Node.String()
	}
	near, hint := nearField(name, bi.typ)
	c.slip(x, fmt.Sprintf("%s: %s has no field %q", x, owner, name), name, near, hint)
	return Field{}, false
}

// nearField is the field of t that name is likely a slip of, or else a hint.
func nearField(name string, t *Type) (near, hint string) {
	names := make([]string, len(t.Fields))
	for i, f := range t.Fields {
		if f.JSONKey() == name {
			return f.Name, ""
		}
		names[i] = f.Name
	}
	if near := Nearest(name, names); near != "" {
		return near, ""
	}
	if len(names) > 0 && len(names) <= 12 {
		return "", "it has " + joinNames(slices.Clone(names))
	}
	return "", ""
}

// index checks base[i] and base[key] where the key is computed.
func (c *checker) index(x *ast.MemberNode, base ast.Node, bi info) (ast.Node, info) {
	prop, pi := c.visit(x.Property)
	out := info{typ: AnyType(), taint: bi.taint || pi.secret(), dotted: bi.dotted}
	switch bi.typ.kind() {
	case KindList:
		out.typ = bi.typ.Elem
		if k := pi.typ.kind(); k != KindInt && k != KindNumber && k != KindAny {
			c.fault(x.Property, fmt.Sprintf("a list is indexed by a number, but %s is %s", x.Property, pi.typ), "")
		}
	case KindObject:
		out.taint = out.taint || bi.typ.HasSecret()
		if k := pi.typ.kind(); !textual(k) && k != KindAny {
			c.fault(x.Property, fmt.Sprintf("an object is indexed by text, but %s is %s", x.Property, pi.typ), "")
		}
	case KindAny, KindNull:
	default:
		if !textual(bi.typ.kind()) {
			c.fault(x, fmt.Sprintf("%s is %s and has no items", x.Node, bi.typ), "")
		}
		out.typ = TextType()
	}
	if at, ok := x.Property.(*ast.IntegerNode); ok && bi.path != nil {
		out.path = bi.path.with(step{index: at.Value, indexed: true})
		return c.walk(out.path), out
	}
	return c.emit("get", base, prop, &ast.NilNode{}), out
}
