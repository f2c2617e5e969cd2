package value

import (
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// info is what is known of an expression before it runs.
type info struct {
	typ    *Type
	taint  bool   // it was made from a secret, though typ does not say so
	sure   bool   // it is certainly a bool, never nil
	dotted string // the path that it is, "user.name"; "" when it is not one
	open   bool   // dotted may still grow
	path   *path  // how to walk to it without the machine; nil when it can not be
}

func (i info) secret() bool { return i.taint || i.typ.HasSecret() }

func typed(t *Type) info { return info{typ: t} }

type local struct {
	name string
	info info
}

// checker turns the tree of one expression into the tree that is compiled: every operation that could fail on
// absent or foreign values becomes a call of one of ours. On the way it infers types, follows secrets, and
// collects what is read and all faults.
type checker struct {
	env    *Env
	part   part
	faults []Fault
	reads  []string
	locals []local
	items  []info // of the closures around, innermost last
	depth  int
	visits int
	raw    bool     // fields are read without their defaults
	used   []string // our own functions that are called, each once
}

const (
	maxSource  = 4 << 10 // bytes of one expression
	maxNodes   = 1000
	maxNesting = 200
)

func (c *checker) fault(n ast.Node, msg, hint string) info {
	return c.file(n, Fault{Msg: msg, Hint: hint})
}

// slip files that a word means nothing; near is the one that it is likely a slip of, "" for none.
func (c *checker) slip(n ast.Node, msg, word, near, hint string) info {
	if near == "" {
		return c.fault(n, msg, hint)
	}
	return c.file(n, Fault{Msg: msg, Hint: hintFor(near), Word: word, Near: near})
}

// file notes a fault at a node.
func (c *checker) file(n ast.Node, f Fault) info {
	msg := f.Msg
	if len(msg) > 300 { // it quotes a long expression
		msg = strings.ToValidUTF8(msg[:300], "") + "…"
	}
	f.Offset, f.Len, f.Msg = c.part.offset, len(c.part.text), msg
	if loc, at := n.Location(), runeOffsets(c.part.text); loc.From < loc.To && loc.To < len(at) {
		f.Offset += at[loc.From]
		f.Len = at[loc.To] - at[loc.From]
	}
	if !slices.Contains(c.faults, f) {
		c.faults = append(c.faults, f)
	}
	return typed(AnyType())
}

// visit checks n and returns what to compile in its place.
func (c *checker) visit(n ast.Node) (ast.Node, info) {
	c.depth++
	c.visits++
	defer func() { c.depth-- }()
	if c.depth > maxNesting || c.visits > 2*maxNodes {
		return &ast.NilNode{}, c.fault(n, "the expression is too long or too deeply nested", "split it up")
	}
	switch x := n.(type) {
	case *ast.NilNode:
		return x, typed(&Type{Kind: KindNull})
	case *ast.IntegerNode:
		return x, typed(IntType())
	case *ast.FloatNode:
		return x, typed(NumberType())
	case *ast.StringNode:
		return x, typed(TextType())
	case *ast.BoolNode:
		return x, info{typ: BoolType(), sure: true}
	case *ast.IdentifierNode, *ast.MemberNode, *ast.ChainNode:
		out, i := c.chain(n)
		if i.dotted != "" {
			c.reads = append(c.reads, i.dotted)
		}
		return out, i
	}
	return c.compound(n)
}

func (c *checker) compound(n ast.Node) (ast.Node, info) {
	switch x := n.(type) {
	case *ast.UnaryNode:
		return c.unary(x)
	case *ast.BinaryNode:
		return c.binary(x)
	case *ast.SliceNode:
		return c.slice(x)
	case *ast.CallNode:
		return c.call(x)
	case *ast.BuiltinNode:
		return c.closure(x)
	case *ast.PointerNode:
		return c.pointer(x)
	case *ast.VariableDeclaratorNode:
		return c.let(x)
	case *ast.ConditionalNode:
		return c.conditional(x)
	case *ast.ArrayNode:
		return c.array(x)
	case *ast.MapNode:
		return c.mapping(x)
	case *ast.SequenceNode:
		return n, c.fault(n, "only one expression can stand here", "remove the ;")
	}
	return n, c.fault(n, "this can not be used in an expression", "")
}

// emit is a call of our own function $name, which gets the run as its first argument.
func (c *checker) emit(name string, args ...ast.Node) ast.Node {
	c.use(name)
	n := &ast.CallNode{
		Callee:    &ast.IdentifierNode{Value: "$" + name},
		Arguments: append([]ast.Node{&ast.IdentifierNode{Value: runName}}, args...),
	}
	n.SetType(plainType)
	return n
}

func (c *checker) use(name string) {
	if !slices.Contains(c.used, name) {
		c.used = append(c.used, name)
	}
}

// condition visits n where true or false is needed.
func (c *checker) condition(n ast.Node) (ast.Node, info) {
	out, i := c.visit(n)
	if k := i.typ.kind(); k != KindBool && k != KindAny && k != KindNull {
		c.fault(n, fmt.Sprintf("%s is %s, not a condition", n, i.typ), fmt.Sprintf("compare it, or use isSet(%s)", n))
	}
	return c.truth(out, i), i
}

func (c *checker) truth(out ast.Node, i info) ast.Node {
	if i.sure {
		return out
	}
	return c.emit("truth", out)
}

func (c *checker) unary(x *ast.UnaryNode) (ast.Node, info) {
	if x.Operator == "!" || x.Operator == "not" {
		out, i := c.condition(x.Node)
		not := &ast.UnaryNode{Operator: "!", Node: out}
		not.SetType(plainType)
		return not, info{typ: BoolType(), taint: i.taint, sure: true}
	}
	if lit, ok := x.Node.(*ast.IntegerNode); ok && x.Operator == "-" {
		return &ast.IntegerNode{Value: -lit.Value}, typed(IntType())
	}
	out, i := c.visit(x.Node)
	c.numeric(x.Node, x.Operator, i)
	if x.Operator == "-" {
		out = c.emit("sub", &ast.IntegerNode{}, out)
	}
	return out, info{typ: i.typ, taint: i.secret()}
}

// numeric faults an operand that can not be a number.
func (c *checker) numeric(n ast.Node, operator string, i info) {
	switch k := i.typ.kind(); k {
	case KindInt, KindNumber, KindAny, KindNull:
	default:
		hint := ""
		if textual(k) {
			hint = fmt.Sprintf("use number(%s)", n)
		}
		c.fault(n, fmt.Sprintf("%s needs numbers, but %s is %s", operator, n, i.typ), hint)
	}
}

func (c *checker) slice(x *ast.SliceNode) (ast.Node, info) {
	base, i := c.visit(x.Node)
	if k := i.typ.kind(); k != KindList && k != KindAny && k != KindNull && k != KindSecret && !textual(k) {
		c.fault(x.Node, fmt.Sprintf("%s is %s, not a list or text", x.Node, i.typ), "")
	}
	args := []ast.Node{base, &ast.NilNode{}, &ast.NilNode{}}
	for at, bound := range []ast.Node{x.From, x.To} {
		if bound == nil {
			continue
		}
		out, bi := c.visit(bound)
		c.numeric(bound, "[:]", bi)
		args[at+1] = out
	}
	return c.emit("slice", args...), info{typ: i.typ, taint: i.secret()}
}

func (c *checker) let(x *ast.VariableDeclaratorNode) (ast.Node, info) {
	value, i := c.visit(x.Value)
	_, isName := c.env.Lookup(x.Name)
	f, isFunction := functions[x.Name]
	if isName || isFunction && !f.closure || c.local(x.Name) != nil {
		c.fault(x, fmt.Sprintf("the name %q is taken", x.Name), "choose another")
	}
	i.dotted, i.path = "", nil
	c.locals = append(c.locals, local{x.Name, i})
	body, result := c.visit(x.Expr)
	c.locals = c.locals[:len(c.locals)-1]
	result.path = nil
	return &ast.VariableDeclaratorNode{Name: x.Name, Value: value, Expr: body}, result
}

func (c *checker) local(name string) *local {
	for i := len(c.locals) - 1; i >= 0; i-- {
		if c.locals[i].name == name {
			return &c.locals[i]
		}
	}
	return nil
}

func (c *checker) conditional(x *ast.ConditionalNode) (ast.Node, info) {
	cond, ci := c.condition(x.Cond)
	yes, yi := c.visit(x.Exp1)
	no, ni := c.visit(x.Exp2)
	yi, ni = asEnum(x.Exp1, yi, ni.typ), asEnum(x.Exp2, ni, yi.typ)
	either := merged(yi, ni)
	out := &ast.ConditionalNode{Cond: cond, Exp1: c.written(yes, yi, either.typ), Exp2: c.written(no, ni, either.typ)}
	out.SetType(plainType)
	either.taint = either.taint || ci.secret()
	either.sure = yi.sure && ni.sure
	return out, either
}

// asEnum reads a literal beside a value of an enum as one of the enum's values, where it is one.
func asEnum(n ast.Node, i info, beside *Type) info {
	text, ok := n.(*ast.StringNode)
	if ok && beside.kind() == KindEnum && slices.ContainsFunc(beside.Enum, func(e EnumValue) bool { return e.Name == text.Value }) {
		i.typ = beside
	}
	return i
}

// written is n as a backend wants it, where a request is written and the type into which n merges no longer says how.
func (c *checker) written(n ast.Node, i info, into *Type) ast.Node {
	if !c.env.wired || !i.typ.hasWire() || into.hasWire() {
		return n
	}
	return c.emit("wire", n, &ast.ConstantNode{Value: i.typ})
}

// merged is what is known of a value that is one of several.
func merged(all ...info) info {
	var out info
	secret := false
	for _, i := range all {
		out.typ = unify(out.typ, i.typ)
		out.taint = out.taint || i.taint
		secret = secret || i.secret()
	}
	if out.typ == nil {
		out.typ = AnyType()
	}
	out.taint = out.taint || secret && !out.typ.HasSecret() // the common type lost sight of it
	return out
}

func (c *checker) array(x *ast.ArrayNode) (ast.Node, info) {
	nodes, infos := make([]ast.Node, len(x.Nodes)), make([]info, len(x.Nodes))
	for at, n := range x.Nodes {
		nodes[at], infos[at] = c.visit(n)
	}
	item := merged(infos...)
	for at := range nodes {
		nodes[at] = c.written(nodes[at], infos[at], item.typ)
	}
	return c.emit("built", &ast.ArrayNode{Nodes: nodes}), info{typ: ListOf(item.typ), taint: item.taint}
}

func (c *checker) mapping(x *ast.MapNode) (ast.Node, info) {
	pairs := make([]ast.Node, len(x.Pairs))
	var fields []Field
	taint, fixed := false, true
	for at, n := range x.Pairs {
		pair := n.(*ast.PairNode)
		key, ki := c.visit(pair.Key)
		value, vi := c.visit(pair.Value)
		if name, ok := pair.Key.(*ast.StringNode); ok {
			fields = append(fields, Field{Name: name.Value, Type: vi.typ})
		} else {
			key, fixed = c.emit("key", key), false
		}
		taint = taint || vi.taint || !fixed && vi.secret() || ki.secret()
		pairs[at] = &ast.PairNode{Key: key, Value: value}
	}
	typ := AnyType()
	if fixed {
		typ = ObjectOf("", fields...)
	}
	return c.emit("built", &ast.MapNode{Pairs: pairs}), info{typ: typ, taint: taint}
}

// comparisons are the operators whose bool releases a secret: it tells only whether, not what.
var comparisons = map[string]string{"==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}

var textTests = map[string]string{"contains": "contains", "startsWith": "startsWith", "endsWith": "endsWith", "matches": "matches"}

var arithmetic = map[string]string{"-": "sub", "*": "mul", "/": "div", "%": "mod", "**": "pow", "^": "pow"}

func (c *checker) binary(x *ast.BinaryNode) (ast.Node, info) {
	switch x.Operator {
	case "&&", "and", "||", "or":
		return c.logic(x)
	}
	left, li := c.visit(x.Left)
	right, ri := c.visit(x.Right)
	taint := li.secret() || ri.secret()
	yesNo := info{typ: BoolType(), sure: true}
	if name, ok := comparisons[x.Operator]; ok {
		c.comparable(x, li, ri)
		return c.emit(name, left, right), yesNo
	}
	if name, ok := textTests[x.Operator]; ok {
		yesNo.taint = taint
		right = c.pattern(x, right, li, ri)
		return c.emit(name, left, right), yesNo
	}
	if name, ok := arithmetic[x.Operator]; ok {
		c.numeric(x.Left, x.Operator, li)
		c.numeric(x.Right, x.Operator, ri)
		return c.emit(name, left, right), info{typ: resultOf(x.Operator, li.typ, ri.typ), taint: taint}
	}
	switch x.Operator {
	case "+":
		return c.emit("add", left, right), info{typ: c.sum(x, li.typ, ri.typ), taint: taint}
	case "in":
		if k := ri.typ.kind(); k != KindList && k != KindObject && k != KindAny && k != KindNull {
			c.fault(x.Right, fmt.Sprintf("%s is %s, not a list", x.Right, ri.typ), "use contains for text")
		}
		return c.emit("in", left, right), yesNo
	case "..":
		c.numeric(x.Left, "..", li)
		c.numeric(x.Right, "..", ri)
		return c.emit("range", left, right), info{typ: ListOf(IntType()), taint: taint}
	case "??":
		li, ri = asEnum(x.Left, li, ri.typ), asEnum(x.Right, ri, li.typ)
		out := merged(li, ri)
		either := &ast.BinaryNode{Operator: "??", Left: c.written(left, li, out.typ), Right: c.written(right, ri, out.typ)}
		either.SetType(plainType)
		return either, out
	}
	return x, c.fault(x, fmt.Sprintf("unknown operator %s", x.Operator), "")
}

// logic keeps && and || as they are, so that they stop early, over operands that are surely bools.
func (c *checker) logic(x *ast.BinaryNode) (ast.Node, info) {
	left, li := c.condition(x.Left)
	right, ri := c.condition(x.Right)
	out := &ast.BinaryNode{Operator: x.Operator, Left: left, Right: right}
	out.SetType(plainType)
	return out, info{typ: BoolType(), taint: li.taint || ri.taint, sure: true}
}

// resultOf is the type of arithmetic on a and b.
func resultOf(operator string, a, b *Type) *Type {
	if operator != "/" && operator != "**" && operator != "^" && a.kind() == KindInt && b.kind() == KindInt {
		return IntType()
	}
	return NumberType()
}

// sum is the type of a + b: text if either is, a list of both, or a number.
func (c *checker) sum(x *ast.BinaryNode, a, b *Type) *Type {
	ka, kb := a.kind(), b.kind()
	isText := func(k Kind) bool { return textual(k) || k == KindSecret }
	isNumber := func(k Kind) bool { return k == KindInt || k == KindNumber }
	unknown := func(k Kind) bool { return k == KindAny || k == KindNull }
	switch {
	case isText(ka) && kb != KindList && kb != KindObject, isText(kb) && ka != KindList && ka != KindObject:
		return TextType()
	case isNumber(ka) && isNumber(kb):
		return resultOf("+", a, b)
	case ka == KindList && kb == KindList:
		return unify(a, b)
	case unknown(ka) || unknown(kb):
		return AnyType()
	}
	c.fault(x, fmt.Sprintf("%s can not be added: %s and %s", x, a, b), "+ adds numbers, joins texts, and joins lists")
	return AnyType()
}

// family names the kinds that can be equal to each other; "" is for those that can be anything.
func family(k Kind) string {
	switch k {
	case KindInt, KindNumber:
		return "number"
	case KindBool, KindList, KindObject:
		return k.String()
	case KindAny, KindNull:
		return ""
	}
	return "text" // times compare with their text
}

func (c *checker) comparable(x *ast.BinaryNode, l, r info) {
	a, b := family(l.typ.kind()), family(r.typ.kind())
	if a != "" && b != "" && a != b {
		hint := ""
		if a == "number" && b == "text" || a == "text" && b == "number" {
			hint = "convert one with number(…) or string(…)"
		}
		c.fault(x, fmt.Sprintf("%s compares %s with %s, which is never true", x, l.typ, r.typ), hint)
		return
	}
	if x.Operator != "==" && x.Operator != "!=" && (a == "bool" || a == "list" || a == "object" || b == "bool" || b == "list" || b == "object") {
		c.fault(x, fmt.Sprintf("%s and %s have no order", l.typ, r.typ), "use == or !=")
		return
	}
	c.enumLiteral(x.Right, l.typ)
	c.enumLiteral(x.Left, r.typ)
}

// enumLiteral faults a text that an enum is compared with but can never be.
func (c *checker) enumLiteral(n ast.Node, t *Type) {
	lit, ok := n.(*ast.StringNode)
	if !ok || t.kind() != KindEnum || len(t.Enum) == 0 {
		return
	}
	if !slices.ContainsFunc(t.Enum, func(v EnumValue) bool { return v.Name == lit.Value }) {
		c.fault(n, fmt.Sprintf("%s has no value %q", t, lit.Value), constantHint(lit.Value, t))
	}
}

// pattern checks the operands of a text test and compiles a literal pattern once.
func (c *checker) pattern(x *ast.BinaryNode, right ast.Node, l, r info) ast.Node {
	if lk := l.typ.kind(); x.Operator == "contains" && (lk == KindList || lk == KindAny) {
		return right // a list contains anything
	}
	for _, side := range []struct {
		n ast.Node
		i info
	}{{x.Left, l}, {x.Right, r}} {
		k := side.i.typ.kind()
		if k == KindList || k == KindObject || k == KindBool || k == KindInt || k == KindNumber {
			c.fault(side.n, fmt.Sprintf("%s needs text, but %s is %s", x.Operator, side.n, side.i.typ), "")
		}
	}
	lit, ok := x.Right.(*ast.StringNode)
	if !ok || x.Operator != "matches" {
		return right
	}
	re, err := compilePattern(lit.Value)
	if err != nil {
		c.fault(x.Right, fmt.Sprintf("the pattern is not a regular expression: %v", err), "")
		return right
	}
	return &ast.ConstantNode{Value: re}
}
