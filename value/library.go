package value

import (
	"encoding/base64"
	"math"
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// onText makes a function of one on text; nil stays nil.
func onText(f func(string) string) func(*run, []any) (any, error) {
	return func(_ *run, a []any) (any, error) {
		if a[0] == nil {
			return nil, nil
		}
		return f(Text(a[0])), nil
	}
}

func toStringFn(_ *run, a []any) (any, error) {
	if a[0] == nil {
		return nil, nil
	}
	return Text(a[0]), nil
}

func intFn(_ *run, a []any) (any, error) {
	if b, ok := a[0].(bool); ok {
		if b {
			return 1, nil
		}
		return 0, nil
	}
	n, _ := toNumber(normal(a[0]))
	switch x := n.(type) {
	case float64:
		if f := math.Trunc(x); wholeFloat(f) {
			return int(f), nil
		}
		return nil, nil
	case Number:
		if decimal(string(x)).exponent >= 0 {
			return x, nil
		}
		if f := math.Trunc(x.Float()); wholeFloat(f) {
			return int(f), nil
		}
		return nil, nil
	}
	return n, nil
}

func numberFn(_ *run, a []any) (any, error) {
	n, _ := toNumber(normal(a[0]))
	return n, nil
}

func boolFn(_ *run, a []any) (any, error) {
	b, _ := toBool(normal(a[0]))
	return b, nil
}

func lenFn(_ *run, a []any) (any, error) { return size(a[0]), nil }

// size is the number of letters, items or fields of v; 0 for all else.
func size(v any) int {
	switch x := v.(type) {
	case string:
		return utf8.RuneCountInString(x)
	case Secret:
		return utf8.RuneCountInString(x.Reveal())
	case []any:
		return len(x)
	case map[string]any:
		return len(x)
	}
	return 0
}

func replaceFn(r *run, a []any) (any, error) {
	if a[0] == nil {
		return nil, nil
	}
	s, old, with := Text(a[0]), Text(a[1]), Text(a[2])
	if old == "" {
		return s, nil
	}
	grown := len(s) + strings.Count(s, old)*(len(with)-len(old))
	if grown > maxText {
		return nil, errTooLarge
	}
	return strings.ReplaceAll(s, old, with), r.spend(grown / 64)
}

func splitFn(r *run, a []any) (any, error) {
	out := []any{}
	if a[0] == nil || a[0] == "" {
		return out, nil
	}
	parts := strings.Split(Text(a[0]), Text(a[1]))
	for _, p := range parts {
		out = append(out, p)
	}
	return out, r.spend(len(out))
}

func joinFn(r *run, a []any) (any, error) {
	list, _ := asList(a[0])
	separator := ""
	if len(a) > 1 {
		separator = Text(a[1])
	}
	var b strings.Builder
	for i, e := range list {
		if i > 0 {
			b.WriteString(separator)
		}
		b.WriteString(Text(e))
		if b.Len() > maxText {
			return nil, errTooLarge
		}
	}
	return b.String(), r.spend(b.Len() / 64)
}

// initials takes the first letters of the first and the last word of a name, in capitals.
func initials(name string) string {
	name, _, _ = strings.Cut(name, "@")
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' })
	if len(words) > 2 {
		words = []string{words[0], words[len(words)-1]}
	}
	var b strings.Builder
	for _, w := range words {
		r, _ := utf8.DecodeRuneInString(w)
		b.WriteRune(unicode.ToUpper(r))
	}
	return b.String()
}

func base64Text(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func firstFn(_ *run, a []any) (any, error) { return itemAt(openText(a[0]), 0), nil }

func lastFn(_ *run, a []any) (any, error) { return itemAt(openText(a[0]), -1), nil }

// openText hides a secret from functions that would take it apart.
func openText(v any) any {
	if _, ok := v.(Secret); ok {
		return nil
	}
	return v
}

func reverseFn(r *run, a []any) (any, error) {
	list, _ := asList(a[0])
	out := slices.Clone(list)
	slices.Reverse(out)
	return out, r.spend(len(out))
}

func sortFn(r *run, a []any) (any, error) {
	list, _ := asList(a[0])
	if err := r.spend(len(list) * 4); err != nil {
		return nil, err
	}
	out := slices.Clone(list)
	descending := len(a) > 1 && a[1] == "desc"
	sort.SliceStable(out, func(i, j int) bool { return before(out[i], out[j], descending) })
	return out, nil
}

// before orders values for sorting; nil and what has no order come last.
func before(x, y any, descending bool) bool {
	c, ok := order(x, y)
	if !ok {
		return x != nil && y == nil
	}
	if descending {
		return c > 0
	}
	return c < 0
}

// sortPairsOp sorts [item, key] pairs by key and returns the items.
func sortPairsOp(r *run, a []any) (any, error) {
	pairs, _ := a[0].([]any)
	if err := r.spend(len(pairs) * 4); err != nil {
		return nil, err
	}
	pairs = slices.Clone(pairs)
	descending := a[1] == "desc"
	key := func(i int) any { return pairs[i].([]any)[1] }
	sort.SliceStable(pairs, func(i, j int) bool { return before(key(i), key(j), descending) })
	for i, p := range pairs {
		pairs[i] = p.([]any)[0]
	}
	return pairs, nil
}

func uniqueFn(r *run, a []any) (any, error) {
	list, _ := asList(a[0])
	out := []any{}
	seen := seen{r: r, at: map[any]int{}}
	for _, e := range list {
		if _, known, err := seen.place(e); err != nil {
			return nil, err
		} else if !known {
			out = append(out, e)
		}
	}
	return out, nil
}

// seen numbers the values that it meets, each once.
type seen struct {
	r      *run
	at     map[any]int // of texts and whole numbers
	all    []any       // by number
	others []int       // the numbers of those that are not in at
}

// place returns the number of v, and whether it has been met before.
func (s *seen) place(v any) (n int, known bool, err error) {
	n, known = len(s.all), false
	switch v.(type) {
	case string, int:
		if at, met := s.at[v]; met {
			return at, true, s.r.spend(1)
		}
		for _, i := range s.others { // a text can equal a time or a secret, a whole number one with places
			if same, err := s.r.same(v, s.all[i]); same || err != nil {
				return i, true, err
			}
		}
		s.at[v] = n
	default:
		for i, e := range s.all {
			if same, err := s.r.same(v, e); same || err != nil {
				return i, true, err
			}
		}
		s.others = append(s.others, n)
	}
	s.all = append(s.all, v)
	return n, false, s.r.spend(1)
}

// groupPairsOp gathers [item, key] pairs into one {key, items} a key, in the order in which the keys come.
func groupPairsOp(r *run, a []any) (any, error) {
	pairs, _ := a[0].([]any)
	keys := seen{r: r, at: map[any]int{}}
	items := [][]any{}
	for _, p := range pairs {
		n, known, err := keys.place(p.([]any)[1])
		if err != nil {
			return nil, err
		}
		if !known {
			items = append(items, nil)
		}
		items[n] = append(items[n], p.([]any)[0])
	}
	out := make([]any, len(items))
	for n := range items {
		out[n] = map[string]any{"key": keys.all[n], "items": items[n]}
	}
	return out, r.spend(len(pairs))
}

func keysFn(r *run, a []any) (any, error) {
	m, _ := a[0].(map[string]any)
	names := make([]string, 0, len(m))
	for k := range m {
		names = append(names, k)
	}
	slices.Sort(names)
	out := make([]any, len(names))
	for i, k := range names {
		out[i] = k
	}
	return out, r.spend(len(out))
}

// sumOp adds what is a number in a list; the rest counts nothing.
func sumOp(r *run, a []any) (any, error) {
	list, _ := asList(a[0])
	if err := r.spend(len(list)); err != nil {
		return nil, err
	}
	var total any = 0
	for _, e := range list {
		if _, ok := asFloat(e); !ok {
			continue
		}
		sum, err := addNumbers(r, []any{total, normal(e)})
		if err != nil {
			return nil, err
		}
		total = sum
	}
	return total, nil
}

func defaultFn(_ *run, a []any) (any, error) {
	if empty(a[0]) {
		return a[1], nil
	}
	return a[0], nil
}

// empty reports whether v is nil or has nothing in it.
func empty(v any) bool {
	switch x := v.(type) {
	case nil:
		return true
	case string:
		return x == ""
	case Secret:
		return x.Reveal() == ""
	case []any:
		return len(x) == 0
	case map[string]any:
		return len(x) == 0
	}
	return false
}

// isSetFn tells nil from a value; the empty secret is how "no token" looks.
func isSetFn(_ *run, a []any) (any, error) {
	if s, ok := a[0].(Secret); ok {
		return s.Reveal() != "", nil
	}
	return a[0] != nil, nil
}

func isEmptyFn(_ *run, a []any) (any, error) { return empty(a[0]), nil }

func jsonFn(r *run, a []any) (any, error) {
	w := jsonWriter{room: maxText}
	if err := w.value(a[0], 0); err != nil {
		return nil, err
	}
	return string(w.buf), r.spend(len(w.buf) / 64)
}

// fromJSONFn reads JSON; what is none is nil.
func fromJSONFn(r *run, a []any) (any, error) {
	if a[0] == nil {
		return nil, nil
	}
	v, err := DecodeJSON([]byte(Text(a[0])))
	if err != nil {
		return nil, nil
	}
	return v, r.weigh(v)
}

func absFn(r *run, a []any) (any, error) {
	if n, ok := asFloat(a[0]); ok && n < 0 {
		return operators["sub"](r, []any{0, normal(a[0])})
	}
	n, _ := toNumber(normal(a[0])) // what is no number gives nil
	return n, nil
}

func roundFn(_ *run, a []any) (any, error) {
	f, ok := asFloat(a[0])
	if !ok {
		return nil, nil
	}
	places := 0.0
	if len(a) > 1 {
		places, _ = asFloat(a[1])
	}
	scale := math.Pow(10, math.Trunc(min(max(places, -15), 15)))
	rounded := math.Round(f*scale) / scale
	if math.IsInf(rounded, 0) || math.IsNaN(rounded) {
		return f, nil
	}
	if wholeFloat(rounded) {
		return int(rounded), nil
	}
	return rounded, nil
}

func floorFn(_ *run, a []any) (any, error) { return wholeOf(a[0], math.Floor), nil }

func ceilFn(_ *run, a []any) (any, error) { return wholeOf(a[0], math.Ceil), nil }

func wholeOf(v any, f func(float64) float64) any {
	n, ok := asFloat(v)
	if !ok || !wholeFloat(f(n)) {
		return nil
	}
	return int(f(n))
}

func minFn(r *run, a []any) (any, error) { return extreme(r, a, -1) }

func maxFn(r *run, a []any) (any, error) { return extreme(r, a, 1) }

// extreme picks the smallest (sign -1) or largest (1) of a list or of two values; nil counts nothing.
func extreme(r *run, a []any, sign int) (any, error) {
	values := a
	if list, ok := asList(a[0]); ok && len(a) == 1 {
		values = list
	}
	if err := r.spend(len(values)); err != nil {
		return nil, err
	}
	var best any
	for _, v := range values {
		if best == nil {
			best = v
		} else if c, ok := order(v, best); ok && c == sign {
			best = v
		}
	}
	return best, nil
}
