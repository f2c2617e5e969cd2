package value

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"golang.org/x/text/currency"
)

// function is one function of the expression language. The tables of the catalogue fill the first part, signature the second.
type function struct {
	sig     string // how it is called: "padStart(text text, length int, with? text) text"
	usage   string // how it is written, for hints; "": the names of sig
	doc     string
	example string                  // an expression over the sample data of the tests, and
	gives   string                  // its value as JSON, nil for nothing
	absent  string                  // the same for when the first argument is nil; "": nil
	result  func(args []info) *Type // nil: what sig says
	run     func(r *run, args []any) (any, error)
	secrets secretRule
	deep    bool     // it reads its arguments to any depth
	raw     bool     // a field's default does not count as its value
	moves   bool     // its result moves with the clock, or with who reads
	writes  bool     // it writes its arguments down, as a backend wants them where a request is made
	words   []string // the texts that a parameter of type unit may be, an s behind it or not
	closure bool     // the machine itself runs it, over each item of a list

	name, group string
	params      string // a letter a parameter: see letters
	min         int    // parameters that must be given
}

// secretRule is what a function does with a secret that it is given.
type secretRule uint8

const (
	keeps    secretRule = iota // it works on the text, and its result is secret again
	passes                     // it hands values on as they are
	releases                   // its result is no secret
	judges                     // it looks at them as they are, and what it says is no secret
	counts                     // it releases the size of a list, but not of a text
)

// secretWords say the rules to people.
var secretWords = map[secretRule]string{
	keeps: "stays secret", passes: "is handed on, secret as it is", releases: "is read; the result is no secret", judges: "is looked at; the result is no secret",
	counts: "of a list or an object the size is told, of a text it stays secret",
}

// letters are the words for the types of parameters.
var letters = map[string]byte{"text": 't', "number": 'n', "int": 'n', "list": 'l', "items": 'c', "time": 'd', "object": 'o', "pattern": 'p', "unit": 'u', "zone": 'z', "currency": 'm', "any": 'x', "condition": 'x', "expression": 'x'}

// results are the types that sig may end with; all others need a function of their own.
var results = map[string]func() *Type{"text": TextType, "number": NumberType, "int": IntType, "bool": BoolType, "time": TimeType, "any": AnyType,
	"list of text": func() *Type { return ListOf(TextType()) }}

// functionGroup is a table of the catalogue.
type functionGroup struct {
	name      string
	functions []function
}

// functions are all functions by name.
var functions = byName(functionGroups())

func functionGroups() []functionGroup {
	return []functionGroup{
		{"Text", textFunctions}, {"Numbers", numberFunctions}, {"Times", timeFunctions}, {"Lists", listFunctions},
		{"Objects and JSON", dataFunctions}, {"Conversion and absence", conversionFunctions}, {"Tokens and secrets", tokenFunctions},
	}
}

func byName(groups []functionGroup) map[string]function {
	out := map[string]function{}
	for _, g := range groups {
		for _, f := range g.functions {
			f.group = g.name
			f.signature()
			out[f.name] = f
		}
	}
	return out
}

// signature reads sig.
func (f *function) signature() {
	var rest, params string
	f.name, rest, _ = strings.Cut(f.sig, "(")
	params, rest, _ = strings.Cut(rest, ")")
	var names []string
	for p := range strings.SplitSeq(params, ", ") {
		name, typ, ok := strings.Cut(p, " ")
		if !ok {
			break
		}
		if !strings.HasSuffix(name, "?") {
			f.min++
		}
		f.params += string(rune(letters[typ]))
		names = append(names, name)
	}
	if f.usage == "" {
		f.usage = f.name + "(" + strings.Join(names, ", ") + ")"
	}
	if t := results[strings.TrimSpace(rest)]; t != nil && f.result == nil {
		f.result = func([]info) *Type { return t() }
	}
}

func first(args []info) *Type { return args[0].typ }

func firstItem(args []info) *Type { return args[0].typ.elem() }

// Function describes a function of the expression language, for the picker and the reference.
type Function struct {
	Name, Group string
	Signature   string // with the types: "padStart(text text, length int, with? text) text"
	Usage       string // as it is written
	Doc         string // what it gives: a phrase without a full stop
	Example     string // an expression,
	Gives       string // and its value as JSON, nil for nothing
	Absent      string // what it gives where its first argument is nil: as JSON, nil for nothing
	Secret      string // what becomes of a secret
}

// Functions returns what expressions may call: by group, in the order of the catalogue.
func Functions() []Function {
	var out []Function
	for _, g := range functionGroups() {
		for _, listed := range g.functions {
			f := functions[strings.SplitN(listed.sig, "(", 2)[0]]
			absent := f.absent
			if absent == "" {
				absent = "nil"
			}
			out = append(out, Function{Name: f.name, Group: f.group, Signature: f.sig, Usage: f.usage, Doc: f.doc, Example: f.example, Gives: f.gives,
				Absent: absent, Secret: secretWords[f.secrets]})
		}
	}
	return out
}

func extremeType(args []info) *Type {
	if len(args) == 1 {
		return args[0].typ.elem()
	}
	return unify(args[0].typ, args[1].typ)
}

// call checks a call of one of the functions.
func (c *checker) call(x *ast.CallNode) (ast.Node, info) {
	callee, ok := x.Callee.(*ast.IdentifierNode)
	if !ok {
		if m, isMethod := x.Callee.(*ast.MemberNode); isMethod {
			name, _ := m.Property.(*ast.StringNode)
			return x, c.fault(x, "values have no methods", fmt.Sprintf("write %s(%s)", name.Value, m.Node))
		}
		return x, c.fault(x, "only functions can be called", "")
	}
	f, ok := functions[callee.Value]
	if t := c.env.types[callee.Value]; t != nil && !ok {
		return c.construct(x, callee.Value, t)
	}
	if !ok {
		return x, c.unknownFunction(callee)
	}
	if n := len(x.Arguments); n < f.min || n > len(f.params) {
		return x, c.fault(x, fmt.Sprintf("%s does not take %d arguments", callee.Value, n), "write "+f.usage)
	}
	if callee.Value == "t" {
		c.texts(x)
	}
	nodes := make([]ast.Node, len(x.Arguments))
	args := make([]info, len(x.Arguments))
	for i, a := range x.Arguments {
		c.raw = f.raw && isChain(a)
		nodes[i], args[i] = c.visit(a)
		c.raw = false
		c.argument(a, f, f.params[i], args[i])
		nodes[i] = c.literal(a, f, f.params[i], nodes[i])
		if c.env.wired && f.writes && args[i].typ.hasWire() {
			nodes[i] = c.emit("wire", nodes[i], &ast.ConstantNode{Value: args[i].typ})
		}
	}
	out := info{typ: f.result(args), sure: f.secrets == judges}
	for i := range nodes {
		if f.secrets == passes { // it hands its arguments on
			nodes[i] = c.written(nodes[i], args[i], out.typ)
		}
	}
	out.taint = f.taint(args, out.typ)
	return c.emit(callee.Value, nodes...), out
}

// literal checks a text that is written out where a pattern or a unit is wanted; a pattern is compiled once.
func (c *checker) literal(n ast.Node, f function, want byte, out ast.Node) ast.Node {
	text, ok := n.(*ast.StringNode)
	switch {
	case !ok:
	case want == 'p':
		re, err := compilePattern(text.Value)
		if err != nil {
			c.fault(n, fmt.Sprintf("the pattern is not a regular expression: %v", err), "")
			return out
		}
		return &ast.ConstantNode{Value: re}
	case want == 'u' && !slices.Contains(f.words, strings.TrimSuffix(text.Value, "s")):
		hint := "one of " + strings.Join(f.words, ", ")
		if near := Nearest(text.Value, f.words); near != "" {
			hint = hintFor(near)
		}
		c.fault(n, fmt.Sprintf("%s knows no %s", f.name, quote(text.Value)), hint)
	case want == 'z' && text.Value != "":
		if _, err := zoneOf(text.Value); err != nil {
			c.fault(n, "there is no time zone "+quote(text.Value), "use a name such as Europe/Paris, or an offset such as +02:00")
		}
	case want == 'm':
		if _, err := currency.ParseISO(text.Value); err != nil {
			c.fault(n, "there is no currency "+quote(text.Value), "use a code such as EUR")
		}
	}
	return out
}

func isChain(n ast.Node) bool {
	switch n.(type) {
	case *ast.MemberNode, *ast.ChainNode:
		return true
	}
	return false
}

// taint reports whether a result of type t may be a secret though t does not say so.
func (f function) taint(args []info, t *Type) bool {
	switch f.secrets {
	case releases, judges:
		return false
	case counts:
		k := args[0].typ.kind()
		return args[0].secret() && k != KindList && k != KindObject
	case passes:
		if t.HasSecret() {
			return slices.ContainsFunc(args, func(i info) bool { return i.taint })
		}
	}
	return slices.ContainsFunc(args, info.secret)
}

func (c *checker) unknownFunction(x *ast.IdentifierNode) info {
	near, hint := "", ""
	if instead, ok := foreignFunctions[x.Value]; ok {
		hint = "use " + instead
	} else {
		near = Nearest(x.Value, append(slices.Sorted(maps.Keys(functions)), slices.Sorted(maps.Keys(c.env.types))...))
	}
	return c.slip(x, fmt.Sprintf("unknown function %q", x.Value), x.Value, near, hint)
}

// foreignFunctions are what people know from elsewhere.
var foreignFunctions = map[string]string{
	"float": "number(x)", "toString": "string(x)", "str": "string(x)", "parseInt": "int(x)", "toUpper": "upper(text)",
	"toLower": "lower(text)", "capitalize": "title(text)", "length": "len(x)", "size": "len(x)", "date": "time(text) or formatTime(time, \"date\")",
	"toJSON": "json(x)", "toJson": "json(x)", "stringify": "json(x)", "fromJSON": "fromJson(text)", "parseJson": "fromJson(text)", "parseJSON": "fromJson(text)",
	"hasPrefix": "text startsWith prefix", "hasSuffix": "text endsWith suffix", "mask": "masked(token)", "uniq": "unique(list)", "distinct": "unique(list)",
	"toBase64": "base64(text)", "format": "formatTime(time, \"date\") or formatNumber(number)", "concat": "a + b", "if": "condition ? a : b", "coalesce": "a ?? b",
	"trimPrefix": "replace(text, old, new)", "includes": "text contains part, or item in list", "has": "name in object", "get": "object[key]", "slice": "list[1:3]",
	"substring": "text[1:3]", "substr": "text[1:3]", "charAt": "text[0]", "range": "1..5", "mean": "average(list)", "avg": "average(list)", "limit": "take(list, 10)",
	"drop": "skip(list, 10)", "head": "first(list)", "pow": "a ** b", "mod": "a % b", "padLeft": "padStart(text, 5)", "padRight": "padEnd(text, 5)", "slugify": "slug(text)",
	"addDays": "addTime(time, 1, \"day\")", "addHours": "addTime(time, 1, \"hour\")", "addMonths": "addTime(time, 1, \"month\")", "diff": "between(from, to, \"day\")",
	"inZone": "formatTime(time, \"datetime\", \"Europe/Paris\")", "relative": "formatTime(time, \"relative\")", "ago": "formatTime(time, \"relative\")",
	"fromUnix": "unix(seconds)", "year": "part(time, \"year\")", "weekday": "part(time, \"weekday\")", "currency": "formatMoney(amount, \"EUR\")",
	"percent": "formatPercent(share)", "toPairs": "entries(object)", "fields": "keys(object)", "regex": "match(text, pattern)", "replaceAll": "replace(text, old, new)",
	"test": "text matches pattern", "some": "any(list, condition)", "every": "all(list, condition)",
}

// argument faults an argument that the function can not take.
func (c *checker) argument(n ast.Node, f function, want byte, i info) {
	k := i.typ.kind()
	if k == KindAny || k == KindNull || want == 'x' {
		return
	}
	name := f.name
	needs, hint := "", ""
	switch isText := textual(k) || k == KindSecret; want {
	case 't', 'p', 'u', 'z', 'm':
		if k == KindList || k == KindObject {
			needs, hint = "text", "use json(…)"
			if name == "time" {
				hint = ""
			}
		} else if name == "time" && (k == KindInt || k == KindNumber) {
			needs, hint = "text", "use unix() or unixMs()"
		}
	case 'n':
		if k != KindInt && k != KindNumber {
			needs = "a number"
			if isText {
				hint = "use number(…)"
			}
		}
	case 'l':
		if k != KindList {
			needs = "a list"
		}
	case 'o':
		if k != KindObject && k != KindFile {
			needs = "an object"
		}
	case 'c':
		if k != KindList && k != KindObject && !isText {
			needs = "a list or text"
		}
	case 'd':
		if k == KindInt || k == KindNumber {
			needs, hint = "a time", timeHint
		} else if k != KindTime && !isText {
			needs = "a time"
		}
	}
	if needs != "" {
		c.fault(n, fmt.Sprintf("%s takes %s, but %s is %s", name, needs, n, i.typ), hint)
	}
}
