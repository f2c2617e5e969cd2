package value

import (
	"errors"
	"math"
	"slices"
	"strings"
	"time"
)

// runtimeFunction returns what the machine calls for $name: an operator or a function of the language.
func runtimeFunction(name string) func(...any) (any, error) {
	if op, ok := operators[name]; ok {
		return func(params ...any) (any, error) {
			r := params[0].(*run)
			if err := r.spend(1); err != nil {
				return nil, err
			}
			return op(r, params[1:])
		}
	}
	f := functions[name]
	return func(params ...any) (any, error) { return f.call(params[0].(*run), params[1:]) }
}

// call runs f: it charges for what the arguments weigh, and does with secrets what f's rule says.
func (f *function) call(r *run, args []any) (any, error) {
	secret := false
	for i, a := range args {
		if err := r.charge(a, f.deep); err != nil {
			return nil, err
		}
		if f.secrets == passes || f.secrets == judges {
			continue
		}
		if _, isSecret := a.(Secret); !isSecret && (!f.deep || !HasSecret(a)) {
			continue
		}
		if !secret {
			args, secret = slices.Clone(args), true // the machine's own buffer stays as it is
		}
		args[i] = Reveal(a)
	}
	out, err := f.run(r, args)
	if err != nil {
		return nil, err
	}
	if secret && f.secrets == keeps {
		return concealed(out), nil
	}
	return out, nil
}

// charge spends what it costs to look at v.
func (r *run) charge(v any, deep bool) error {
	switch x := v.(type) {
	case string:
		return r.spend(1 + len(x)/64)
	case []any, map[string]any:
		if deep {
			return r.weigh(x)
		}
	}
	return r.spend(1)
}

// weigh spends a step for each value in v.
func (r *run) weigh(v any) error {
	switch x := v.(type) {
	case []any:
		if err := r.spend(1 + len(x)); err != nil {
			return err
		}
		for _, e := range x {
			if err := r.weighInner(e); err != nil {
				return err
			}
		}
		return nil
	case map[string]any:
		if err := r.spend(1 + len(x)); err != nil {
			return err
		}
		for _, e := range x {
			if err := r.weighInner(e); err != nil {
				return err
			}
		}
		return nil
	}
	return r.charge(v, false)
}

// weighInner weighs what may have parts; the rest its holder has paid for.
func (r *run) weighInner(v any) error {
	switch x := v.(type) {
	case []any, map[string]any:
		return r.weigh(x)
	case string:
		return r.spend(len(x) / 64)
	}
	return nil
}

// concealed makes the texts in v secrets.
func concealed(v any) any {
	switch x := v.(type) {
	case string:
		return NewSecret(x)
	case []any:
		for i, e := range x {
			x[i] = concealed(e)
		}
	case map[string]any:
		for k, e := range x {
			x[k] = concealed(e)
		}
	}
	return v
}

type operator func(r *run, args []any) (any, error)

// operators are what the checker puts in the place of operators, names and fields.
var operators = map[string]operator{
	"path":    func(r *run, a []any) (any, error) { return a[0].(*path).walk(r.scope), nil },
	"get":     getOp,
	"wire":    func(_ *run, a []any) (any, error) { return Wire(a[0], a[1].(*Type)), nil },
	"truth":   func(_ *run, a []any) (any, error) { return Truth(a[0]), nil },
	"step":    func(_ *run, a []any) (any, error) { return a[0], nil },
	"emitted": func(r *run, a []any) (any, error) { return a[0], r.weigh(a[0]) },
	"built":   func(r *run, a []any) (any, error) { return a[0], r.weigh(a[0]) },
	"key":     func(_ *run, a []any) (any, error) { return Text(a[0]), nil },
	"list":    listOp,
	"slice":   sliceOp,
	"range":   rangeOp,
	"add":     addOp,
	"sub":     arithmeticOp(subInt, func(a, b float64) float64 { return a - b }),
	"mul":     arithmeticOp(mulInt, func(a, b float64) float64 { return a * b }),
	"pow":     arithmeticOp(nil, math.Pow),
	"div":     divOp,
	"mod":     modOp,
	"eq":      func(r *run, a []any) (any, error) { return r.same(a[0], a[1]) },
	"ne": func(r *run, a []any) (any, error) {
		same, err := r.same(a[0], a[1])
		return !same, err
	},
	"lt":         orderOp(func(c int) bool { return c < 0 }),
	"le":         orderOp(func(c int) bool { return c <= 0 }),
	"gt":         orderOp(func(c int) bool { return c > 0 }),
	"ge":         orderOp(func(c int) bool { return c >= 0 }),
	"in":         inOp,
	"contains":   containsOp,
	"startsWith": textOp(strings.HasPrefix),
	"endsWith":   textOp(strings.HasSuffix),
	"matches":    matchesOp,
	"sum":        sumOp,
	"sortPairs":  sortPairsOp,
	"groupPairs": groupPairsOp,
	"read":       readOp,
	"make":       makeOp,
	"lastItem":   func(_ *run, a []any) (any, error) { return itemAt(a[0], -1), nil },
}

func getOp(_ *run, a []any) (any, error) {
	switch key := normal(a[1]).(type) {
	case string:
		if v := fieldOf(a[0], key); v != nil {
			return normal(v), nil
		}
	case int:
		return normal(itemAt(a[0], key)), nil
	case float64:
		if wholeFloat(key) {
			return normal(itemAt(a[0], int(key))), nil
		}
	}
	return a[2], nil
}

// listOp makes what a loop runs over; what is no list has no items. A loop costs more than a step: the machine
// keeps a record of each.
func listOp(r *run, a []any) (any, error) {
	list, ok := asList(a[0])
	if !ok {
		list = []any{}
	}
	return list, r.spend(20)
}

func asList(v any) ([]any, bool) {
	if list, ok := v.([]any); ok {
		return list, true
	}
	return goList(v)
}

func sliceOp(r *run, a []any) (any, error) {
	from, to := 0, math.MaxInt
	if n, ok := asFloat(a[1]); ok {
		from = clampInt(n)
	}
	if n, ok := asFloat(a[2]); ok {
		to = clampInt(n)
	}
	switch x := a[0].(type) {
	case []any:
		from, to = bounds(from, to, len(x))
		return x[from:to:to], nil
	case string:
		letters := []rune(x)
		from, to = bounds(from, to, len(letters))
		return string(letters[from:to]), r.charge(x, false)
	case Secret:
		letters := []rune(x.Reveal())
		from, to = bounds(from, to, len(letters))
		return NewSecret(string(letters[from:to])), nil
	}
	return nil, nil
}

func clampInt(f float64) int {
	switch {
	case math.IsNaN(f):
		return 0
	case f > math.MaxInt32:
		return math.MaxInt32
	case f < math.MinInt32:
		return math.MinInt32
	}
	return int(f)
}

func bounds(from, to, n int) (int, int) {
	if from < 0 {
		from = max(0, from+n)
	}
	if to < 0 {
		to += n
	}
	to = min(max(to, 0), n)
	return min(from, to), to
}

func rangeOp(r *run, a []any) (any, error) {
	from, ok1 := asFloat(a[0])
	to, ok2 := asFloat(a[1])
	if !ok1 || !ok2 || math.IsNaN(from) || math.IsNaN(to) || to < from {
		return []any{}, nil
	}
	if to-from >= maxSteps || math.Abs(from) > 1<<53 || math.Abs(to) > 1<<53 {
		return nil, errWork
	}
	lo, hi := int(from), int(to)
	if err := r.spend(hi - lo + 1); err != nil {
		return nil, err
	}
	out := make([]any, 0, hi-lo+1)
	for i := lo; i <= hi; i++ {
		out = append(out, i)
	}
	return out, nil
}

// addOp joins texts and lists and adds numbers; nil joins as nothing and makes a sum nil.
func addOp(r *run, a []any) (any, error) {
	x, y := normal(a[0]), normal(a[1])
	if isText(x) || isText(y) {
		return r.joinTexts(x, y)
	}
	if x == nil || y == nil {
		return nil, nil
	}
	lx, ok1 := x.([]any)
	ly, ok2 := y.([]any)
	if ok1 && ok2 {
		out := slices.Concat(lx, ly)
		return out, r.weigh(out)
	}
	return addNumbers(r, []any{x, y})
}

func isText(v any) bool {
	switch v.(type) {
	case string, Secret:
		return true
	}
	return false
}

func (r *run) joinTexts(parts ...any) (any, error) {
	size := 0
	for _, p := range parts {
		switch x := p.(type) {
		case string:
			size += len(x)
		case Secret:
			size += len(x.Reveal())
		default:
			if err := r.weigh(p); err != nil {
				return nil, err
			}
		}
	}
	if size > maxText {
		return nil, errTooLarge
	}
	if err := r.spend(size / 64); err != nil {
		return nil, err
	}
	return joinText(parts...), nil
}

var errNotNumbers = errors.New("numbers are needed")

var addNumbers = arithmeticOp(addInt, func(a, b float64) float64 { return a + b })

// Sum adds two numbers as expressions do; nil counts as 0. False: one of them is no number, or the sum is none.
func Sum(a, b any) (any, bool) {
	for _, v := range []*any{&a, &b} {
		if *v = normal(*v); *v == nil {
			*v = 0
		}
	}
	sum, err := addNumbers(nil, []any{a, b})
	return sum, err == nil
}

// arithmeticOp computes on whole numbers as long as the result is exact, else on floats. nil makes nil.
func arithmeticOp(whole func(a, b int) (int, bool), float func(a, b float64) float64) operator {
	return func(_ *run, args []any) (any, error) {
		x, y := args[0], args[1]
		if x == nil || y == nil {
			return nil, nil
		}
		if a, ok := x.(int); ok && whole != nil {
			if b, ok := y.(int); ok {
				if n, exact := whole(a, b); exact {
					return n, nil
				}
			}
		}
		a, ok1 := asFloat(x)
		b, ok2 := asFloat(y)
		if !ok1 || !ok2 {
			return nil, errNotNumbers
		}
		return finite(float(a, b))
	}
}

func finite(f float64) (any, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil, errors.New("the result is not a number")
	}
	return f, nil
}

func addInt(a, b int) (int, bool) {
	n := a + b
	return n, (n > a) == (b > 0)
}

func subInt(a, b int) (int, bool) {
	n := a - b
	return n, (n < a) == (b > 0)
}

func mulInt(a, b int) (int, bool) {
	if a == 0 || b == 0 {
		return 0, true
	}
	n := a * b
	return n, n/b == a && !(a == -1 && b == math.MinInt) && !(b == -1 && a == math.MinInt)
}

var errZero = errors.New("division by zero")

func divOp(_ *run, args []any) (any, error) {
	if args[0] == nil || args[1] == nil {
		return nil, nil
	}
	a, ok1 := asFloat(args[0])
	b, ok2 := asFloat(args[1])
	if !ok1 || !ok2 {
		return nil, errNotNumbers
	}
	if b == 0 {
		return nil, errZero
	}
	return finite(a / b)
}

func modOp(_ *run, args []any) (any, error) {
	if args[0] == nil || args[1] == nil {
		return nil, nil
	}
	a, isInt := args[0].(int)
	b, isInt2 := args[1].(int)
	if isInt && isInt2 {
		if b == 0 {
			return nil, errZero
		}
		return a % b, nil
	}
	x, ok1 := asFloat(args[0])
	y, ok2 := asFloat(args[1])
	if !ok1 || !ok2 {
		return nil, errNotNumbers
	}
	if y == 0 {
		return nil, errZero
	}
	return finite(math.Mod(x, y))
}

func orderOp(holds func(int) bool) operator {
	return func(_ *run, a []any) (any, error) {
		c, ok := order(a[0], a[1])
		return ok && holds(c), nil
	}
}

// order compares numbers, texts and times; ok is false for all else, and for nil.
func order(x, y any) (c int, ok bool) {
	if a, isInt := x.(int); isInt {
		if b, isInt := y.(int); isInt {
			return compare(a, b), true
		}
	}
	if a, isNumber := asFloat(x); isNumber {
		b, isNumber := asFloat(y)
		return compare(a, b), isNumber && a == a && b == b
	}
	_, t1 := x.(time.Time)
	_, t2 := y.(time.Time)
	if t1 || t2 {
		a, ok1 := toTime(x)
		b, ok2 := toTime(y)
		if !ok1 || !ok2 || a == nil || b == nil {
			return 0, false
		}
		return a.(time.Time).Compare(b.(time.Time)), true
	}
	if isText(x) && isText(y) {
		return strings.Compare(Reveal(x).(string), Reveal(y).(string)), true
	}
	return 0, false
}

func compare[T int | float64](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// same reports whether x and y are equal: numbers by value, times by moment, secrets by text, lists and objects
// by what they hold.
func (r *run) same(x, y any) (bool, error) {
	if err := r.spend(1); err != nil {
		return false, err
	}
	if x == nil || y == nil {
		return x == nil && y == nil, nil
	}
	switch a := normal(x).(type) {
	case bool:
		return x == y, nil
	case Number:
		b, ok := normal(y).(Number)
		return ok && decimal(string(a)) == decimal(string(b)), nil
	case []any:
		b, ok := y.([]any)
		return r.sameLists(a, b, ok)
	case map[string]any:
		b, ok := y.(map[string]any)
		return r.sameMaps(a, b, ok)
	}
	c, ok := order(x, y)
	return ok && c == 0, nil
}

func (r *run) sameLists(a, b []any, ok bool) (bool, error) {
	if !ok || len(a) != len(b) {
		return false, nil
	}
	for i := range a {
		if same, err := r.same(a[i], b[i]); !same {
			return false, err
		}
	}
	return true, nil
}

func (r *run) sameMaps(a, b map[string]any, ok bool) (bool, error) {
	if !ok || len(a) != len(b) {
		return false, nil
	}
	for k, v := range a {
		w, has := b[k]
		if !has {
			return false, nil
		}
		if same, err := r.same(v, w); !same {
			return false, err
		}
	}
	return true, nil
}

func inOp(r *run, a []any) (any, error) {
	switch x := a[1].(type) {
	case map[string]any:
		_, has := x[Text(a[0])]
		return has, nil
	case []any:
		for _, e := range x {
			if same, err := r.same(a[0], e); same || err != nil {
				return same, err
			}
		}
	}
	return false, nil
}

func containsOp(r *run, a []any) (any, error) {
	if list, ok := a[0].([]any); ok {
		return inOp(r, []any{a[1], list})
	}
	return textOp(strings.Contains)(r, a)
}

// textOp tests one text against another; nil and what is no text fail the test.
func textOp(test func(s, part string) bool) operator {
	return func(r *run, a []any) (any, error) {
		if !isText(a[0]) || !isText(a[1]) {
			return false, nil
		}
		s := Reveal(a[0]).(string)
		return test(s, Reveal(a[1]).(string)), r.charge(s, false)
	}
}
