package value

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// function is one function of the expression language.
type function struct {
	usage   string // how it is written, for hints and docs
	doc     string
	params  string // a letter a parameter: t text, n number, l list, c list or text or object, d time, x anything
	min     int    // parameters that must be given
	result  func(args []info) *Type
	run     func(r *run, args []any) (any, error)
	secrets secretRule
	deep    bool // it reads its arguments to any depth
	raw     bool // a field's default does not count as its value
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

func result(t func() *Type) func([]info) *Type { return func([]info) *Type { return t() } }

func first(args []info) *Type { return args[0].typ }

func firstItem(args []info) *Type { return args[0].typ.elem() }

// Function describes a function of the expression language, for the picker and the reference.
type Function struct {
	Name, Usage, Doc string
}

// Functions returns what expressions may call, sorted by name.
func Functions() []Function {
	var out []Function
	for _, name := range slices.Sorted(maps.Keys(functions)) {
		out = append(out, Function{Name: name, Usage: functions[name].usage, Doc: functions[name].doc})
	}
	for name, doc := range closures {
		out = append(out, Function{Name: name, Usage: doc.usage, Doc: doc.doc})
	}
	slices.SortFunc(out, func(a, b Function) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// closures are the functions that the machine itself runs, over each item of a list.
var closures = map[string]struct{ usage, doc string }{
	"map":           {"map(list, .field)", "a list of what the expression gives for each item"},
	"filter":        {"filter(list, .field == 1)", "the items for which the condition holds"},
	"find":          {"find(list, .id == 1)", "the first item for which it holds"},
	"findLast":      {"findLast(list, .id == 1)", "the last item for which it holds"},
	"findIndex":     {"findIndex(list, .id == 1)", "the place of the first such item"},
	"findLastIndex": {"findLastIndex(list, .id == 1)", "the place of the last such item"},
	"count":         {"count(list, .done)", "how many items there are, or for how many it holds"},
	"sum":           {"sum(list, .price)", "the sum of the items, or of what the expression gives"},
	"all":           {"all(list, .done)", "whether it holds for all"},
	"any":           {"any(list, .done)", "whether it holds for at least one"},
	"none":          {"none(list, .done)", "whether it holds for none"},
	"one":           {"one(list, .done)", "whether it holds for exactly one"},
	"sortBy":        {`sortBy(list, .name, "desc")`, "the list sorted"},
	"reduce":        {"reduce(list, #acc + #, 0)", "one value made of all items"},
}

var functions = map[string]function{
	"string":     {usage: "string(x)", doc: "x as text; nil stays nil", params: "x", min: 1, result: result(TextType), run: toStringFn, deep: true},
	"int":        {usage: "int(x)", doc: "x as a whole number, or nil", params: "x", min: 1, result: result(IntType), run: intFn},
	"number":     {usage: "number(x)", doc: "x as a number, or nil", params: "x", min: 1, result: result(NumberType), run: numberFn},
	"bool":       {usage: "bool(x)", doc: "x as true or false, or nil", params: "x", min: 1, result: result(BoolType), run: boolFn},
	"len":        {usage: "len(x)", doc: "letters of a text, items of a list, fields of an object", params: "c", min: 1, result: result(IntType), run: lenFn, secrets: counts},
	"upper":      {usage: "upper(text)", doc: "in capitals", params: "t", min: 1, result: result(TextType), run: onText(strings.ToUpper)},
	"lower":      {usage: "lower(text)", doc: "in small letters", params: "t", min: 1, result: result(TextType), run: onText(strings.ToLower)},
	"trim":       {usage: "trim(text)", doc: "without space around", params: "t", min: 1, result: result(TextType), run: onText(strings.TrimSpace)},
	"replace":    {usage: "replace(text, old, new)", doc: "each old replaced by new", params: "ttt", min: 3, result: result(TextType), run: replaceFn},
	"split":      {usage: "split(text, separator)", doc: "the parts of a text", params: "tt", min: 2, result: func([]info) *Type { return ListOf(TextType()) }, run: splitFn},
	"join":       {usage: `join(list, ", ")`, doc: "the items as one text", params: "lt", min: 1, result: result(TextType), run: joinFn, deep: true},
	"initials":   {usage: "initials(name)", doc: "the first letters of the first and the last word", params: "t", min: 1, result: result(TextType), run: onText(initials)},
	"base64":     {usage: "base64(text)", doc: "as in HTTP Basic", params: "t", min: 1, result: result(TextType), run: onText(base64Text)},
	"first":      {usage: "first(list)", doc: "the first item, or nil", params: "c", min: 1, result: firstItem, run: firstFn, secrets: passes},
	"last":       {usage: "last(list)", doc: "the last item, or nil", params: "c", min: 1, result: firstItem, run: lastFn, secrets: passes},
	"reverse":    {usage: "reverse(list)", doc: "the items from last to first", params: "l", min: 1, result: first, run: reverseFn, secrets: passes},
	"sort":       {usage: `sort(list, "desc")`, doc: "the items in order", params: "lt", min: 1, result: first, run: sortFn, secrets: passes},
	"unique":     {usage: "unique(list)", doc: "each item once", params: "l", min: 1, result: first, run: uniqueFn, secrets: passes, deep: true},
	"keys":       {usage: "keys(object)", doc: "the names of its fields, sorted", params: "x", min: 1, result: func([]info) *Type { return ListOf(TextType()) }, run: keysFn, secrets: counts},
	"default":    {usage: "default(x, y)", doc: "x, or y where x is nil or empty", params: "xx", min: 2, result: func(a []info) *Type { return unify(a[0].typ, a[1].typ) }, run: defaultFn, secrets: passes},
	"isSet":      {usage: "isSet(x)", doc: "whether x has a value; a default is none", params: "x", min: 1, result: result(BoolType), run: isSetFn, secrets: judges, raw: true},
	"isEmpty":    {usage: "isEmpty(x)", doc: "whether x is nil, or a text, list or object with nothing in it", params: "x", min: 1, result: result(BoolType), run: isEmptyFn, secrets: judges, raw: true},
	"json":       {usage: "json(x)", doc: "x as JSON text", params: "x", min: 1, result: result(TextType), run: jsonFn, deep: true},
	"fromJson":   {usage: "fromJson(text)", doc: "what the JSON text says, or nil", params: "t", min: 1, result: result(AnyType), run: fromJSONFn},
	"jwt":        {usage: "jwt(token)", doc: "the claims of a JSON web token, unverified; exp, iat and nbf are times", params: "t", min: 1, result: result(claimsType), run: jwtFn, secrets: releases},
	"masked":     {usage: "masked(token)", doc: "a secret as first 6 … last 4 letters", params: "t", min: 1, result: result(TextType), run: maskedFn, secrets: releases},
	"t":          {usage: `t("home.greeting", {name: user.name})`, doc: "the text of a key in the reader's language, with its placeholders filled in", params: "tx", min: 1, result: result(TextType), run: tFn, deep: true},
	"inSeconds":  {usage: "inSeconds(3600)", doc: "the time so many seconds from now", params: "n", min: 1, result: result(TimeType), run: inSecondsFn},
	"inMs":       {usage: "inMs(3600000)", doc: "the time so many milliseconds from now", params: "n", min: 1, result: result(TimeType), run: inMsFn},
	"inMinutes":  {usage: "inMinutes(60)", doc: "the time so many minutes from now", params: "n", min: 1, result: result(TimeType), run: inMinutesFn},
	"inDuration": {usage: `inDuration("5h")`, doc: `the time so long from now as a text says: "18000s", "1h30m", or ISO 8601 such as "PT5H"`, params: "t", min: 1, result: result(TimeType), run: inDurationFn},
	"never":      {usage: "never()", doc: "the last moment there is: an expiry that never comes", result: result(TimeType), run: neverFn},
	"unix":       {usage: "unix(1900000000)", doc: "the time so many seconds after 1970", params: "n", min: 1, result: result(TimeType), run: unixFn},
	"unixMs":     {usage: "unixMs(1900000000000)", doc: "the time so many milliseconds after 1970", params: "n", min: 1, result: result(TimeType), run: unixMsFn},
	"time":       {usage: `time("2030-12-31T23:59:00Z") or time(text, "yyyy-MM-dd HH:mm", "Europe/Paris")`, doc: "the time that a text says, or nil; a pattern and a zone say how to read one that is not in a usual form", params: "ttt", min: 1, result: result(TimeType), run: timeFn},
	"formatTime": {usage: `formatTime(time, "date")`, doc: `a time as text: "date", "time", "datetime", "relative" or a pattern such as "d MMM yyyy, HH:mm"`, params: "dt", min: 1, result: result(TextType), run: formatTimeFn},
	"abs":        {usage: "abs(number)", doc: "without its sign", params: "n", min: 1, result: first, run: absFn},
	"round":      {usage: "round(number, 2)", doc: "rounded, to so many places", params: "nn", min: 1, result: result(NumberType), run: roundFn},
	"floor":      {usage: "floor(number)", doc: "the whole number below", params: "n", min: 1, result: result(IntType), run: floorFn},
	"ceil":       {usage: "ceil(number)", doc: "the whole number above", params: "n", min: 1, result: result(IntType), run: ceilFn},
	"min":        {usage: "min(list) or min(a, b)", doc: "the smallest", params: "xx", min: 1, result: extremeType, run: minFn, secrets: passes},
	"max":        {usage: "max(list) or max(a, b)", doc: "the largest", params: "xx", min: 1, result: extremeType, run: maxFn, secrets: passes},
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
		if c.env.wired && writers[callee.Value] && args[i].typ.hasWire() {
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

// writers are the functions that write down what they are given.
var writers = map[string]bool{"json": true, "join": true, "string": true}

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
	hint := ""
	names := slices.Concat(slices.Collect(maps.Keys(functions)), slices.Collect(maps.Keys(closures)))
	slices.Sort(names)
	if instead, ok := foreignFunctions[x.Value]; ok {
		hint = "use " + instead
	} else if near := Nearest(x.Value, names); near != "" {
		hint = hintFor(near)
	}
	return c.fault(x, fmt.Sprintf("unknown function %q", x.Value), hint)
}

// foreignFunctions are what people know from elsewhere.
var foreignFunctions = map[string]string{
	"float": "number(x)", "toString": "string(x)", "str": "string(x)", "parseInt": "int(x)", "toUpper": "upper(text)",
	"toLower": "lower(text)", "length": "len(x)", "size": "len(x)", "date": "time(text)", "now": "inSeconds(0)",
	"toJSON": "json(x)", "toJson": "json(x)", "fromJSON": "fromJson(text)", "hasPrefix": "text startsWith prefix",
	"hasSuffix": "text endsWith suffix", "mask": "masked(token)", "uniq": "unique(list)", "toBase64": "base64(text)",
	"format": "formatTime(time, \"date\")", "concat": "a + b", "if": "condition ? a : b", "trimPrefix": "replace(text, old, new)",
	"includes": "text contains part, or item in list", "get": "object[key]",
}

// argument faults an argument that the function can not take.
func (c *checker) argument(n ast.Node, f function, want byte, i info) {
	k := i.typ.kind()
	if k == KindAny || k == KindNull || want == 'x' {
		return
	}
	name, _, _ := strings.Cut(f.usage, "(")
	needs, hint := "", ""
	switch isText := textual(k) || k == KindSecret; want {
	case 't':
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
