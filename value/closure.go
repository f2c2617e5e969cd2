package value

import (
	"fmt"

	"github.com/expr-lang/expr/ast"
)

// closure checks the functions that run a predicate for each item of a list: map(posts, .title).
func (c *checker) closure(x *ast.BuiltinNode) (ast.Node, info) {
	list, li := c.visit(x.Arguments[0])
	if k := li.typ.kind(); k != KindList && k != KindAny && k != KindNull {
		c.fault(x.Arguments[0], fmt.Sprintf("%s takes a list, but %s is %s", x.Name, x.Arguments[0], li.typ), "")
	}
	if len(x.Arguments) == 1 {
		return c.whole(x, list, li)
	}
	item := info{typ: AnyType(), taint: li.taint}
	if li.typ.kind() == KindList {
		item.typ = li.typ.Elem
	}
	c.items = append(c.items, item)
	var body ast.Node
	var bi info
	test := needsCondition[x.Name]
	if test {
		body, bi = c.condition(predicate(x.Arguments[1]))
	} else {
		body, bi = c.visit(predicate(x.Arguments[1]))
	}
	c.items = c.items[:len(c.items)-1]
	return c.loop(x, list, li, body, bi)
}

func predicate(n ast.Node) ast.Node {
	if p, ok := n.(*ast.PredicateNode); ok {
		return p.Node
	}
	return n
}

var needsCondition = map[string]bool{
	"all": true, "none": true, "any": true, "one": true, "filter": true, "find": true, "findIndex": true,
	"findLast": true, "findLastIndex": true, "count": true,
}

// whole is sum(list) and count(list).
func (c *checker) whole(x *ast.BuiltinNode, list ast.Node, li info) (ast.Node, info) {
	if x.Name == "count" {
		return c.emit("len", list), typed(IntType())
	}
	return c.emit("sum", list), info{typ: sumType(li.typ.elem()), taint: li.secret()}
}

func (t *Type) elem() *Type {
	if t.kind() == KindList {
		return t.Elem
	}
	return AnyType()
}

func sumType(elem *Type) *Type {
	if elem.kind() == KindInt {
		return IntType()
	}
	return NumberType()
}

// loop is the node for a function over a list, with each pass counted.
func (c *checker) loop(x *ast.BuiltinNode, list ast.Node, li info, body ast.Node, bi info) (ast.Node, info) {
	list = c.emit("list", list)
	run := func(name string, body ast.Node) ast.Node {
		n := &ast.BuiltinNode{Name: name, Arguments: []ast.Node{list, &ast.PredicateNode{Node: body}}}
		n.SetType(plainType)
		return n
	}
	pairs := func() ast.Node { // each item with what the expression gives for it
		return run("map", c.emit("emitted", &ast.ArrayNode{Nodes: []ast.Node{&ast.PointerNode{}, body}}))
	}
	same := info{typ: li.typ, taint: li.taint || bi.taint}
	one := info{typ: li.typ.elem(), taint: li.taint || bi.taint}
	switch x.Name {
	case "map":
		return run("map", c.emit("emitted", body)), info{typ: ListOf(bi.typ), taint: bi.taint || li.taint}
	case "sum":
		c.numeric(predicate(x.Arguments[1]), "sum", bi)
		return c.emit("sum", run("map", c.emit("emitted", body))), info{typ: sumType(bi.typ), taint: bi.secret()}
	case "filter":
		return run("filter", c.emit("step", body)), same
	case "find":
		return run(x.Name, c.emit("step", body)), one
	case "findLast": // the machine's own leaves something behind on its stack
		return c.emit("lastItem", run("filter", c.emit("step", body))), one
	case "findLastIndex":
		places := &ast.BuiltinNode{Name: "filter", Arguments: []ast.Node{list, &ast.PredicateNode{Node: c.emit("step", body)}}, Map: &ast.PointerNode{Name: "index"}}
		places.SetType(plainType)
		return c.emit("lastItem", places), info{typ: IntType(), taint: bi.taint}
	case "findIndex", "count":
		return run(x.Name, c.emit("step", body)), info{typ: IntType(), taint: bi.taint}
	case "all", "any", "none", "one":
		return run(x.Name, c.emit("step", body)), info{typ: BoolType(), taint: bi.taint, sure: true}
	case "sortBy":
		return c.sortBy(x, pairs(), same, bi)
	case "groupBy":
		group := ObjectOf("", Field{Name: "key", Type: bi.typ}, Field{Name: "items", Type: ListOf(li.typ.elem())})
		return c.emit("groupPairs", pairs()), info{typ: ListOf(group), taint: same.taint}
	case "reduce":
		return c.reduce(x, list, body, li, bi)
	}
	return x, c.fault(x, fmt.Sprintf("%s is not available", x.Name), "")
}

// sortBy sorts pairs of item and key.
func (c *checker) sortBy(x *ast.BuiltinNode, pairs ast.Node, result, key info) (ast.Node, info) {
	var order ast.Node = &ast.NilNode{}
	if len(x.Arguments) == 3 {
		out, oi := c.visit(x.Arguments[2])
		if lit, ok := x.Arguments[2].(*ast.StringNode); ok && lit.Value != "asc" && lit.Value != "desc" || !textual(oi.typ.kind()) && oi.typ.kind() != KindAny {
			c.fault(x.Arguments[2], "sortBy needs an order", `use "asc" or "desc"`)
		}
		order = out
	}
	result.taint = result.taint || key.secret()
	return c.emit("sortPairs", pairs, order), result
}

func (c *checker) reduce(x *ast.BuiltinNode, list, body ast.Node, li, bi info) (ast.Node, info) {
	if len(x.Arguments) < 3 {
		return x, c.fault(x, "reduce needs a value to start with", "reduce(list, #acc + #, 0)")
	}
	start, si := c.visit(x.Arguments[2])
	n := &ast.BuiltinNode{Name: "reduce", Arguments: []ast.Node{list, &ast.PredicateNode{Node: c.emit("emitted", body)}, start}}
	n.SetType(plainType)
	return n, info{typ: AnyType(), taint: li.secret() || bi.secret() || si.secret()}
}

func (c *checker) pointer(x *ast.PointerNode) (ast.Node, info) {
	if len(c.items) == 0 {
		return x, c.fault(x, "# stands only inside map, filter and their like", "")
	}
	switch x.Name {
	case "":
		return x, c.items[len(c.items)-1]
	case "index":
		return x, typed(IntType())
	case "acc":
		return x, info{typ: AnyType(), taint: c.items[len(c.items)-1].secret()}
	}
	return x, c.fault(x, fmt.Sprintf("unknown name #%s", x.Name), "# is the item, #index its place")
}
