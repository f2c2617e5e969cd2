package value

import (
	"errors"
	"math"
)

func clampFn(_ *run, a []any) (any, error) {
	if c, ok := order(a[0], a[1]); ok && c < 0 {
		return a[1], nil
	}
	if c, ok := order(a[0], a[2]); ok && c > 0 {
		return a[2], nil
	}
	return a[0], nil
}

// readable is a number that can be written for people; of the rest, and of what is none, nothing is written.
func readable(v any) (float64, bool) {
	f, ok := lenientFloat(v)
	return f, ok && !math.IsNaN(f) && math.Abs(f) < 1e21
}

// places is the number of decimals that an argument asks for, -1 where it is not given.
func places(a []any, at int) int {
	if len(a) <= at || a[at] == nil {
		return -1
	}
	n, _ := asFloat(a[at])
	return min(max(clampInt(n), 0), maxPlaces)
}

func formatNumberFn(r *run, a []any) (any, error) {
	f, ok := readable(a[0])
	if !ok {
		return nil, nil
	}
	return LocaleOf(r.scope).number(f, places(a, 1), true), nil
}

func formatPercentFn(r *run, a []any) (any, error) {
	f, ok := readable(a[0])
	if !ok {
		return nil, nil
	}
	if n := places(a, 1); n >= 0 {
		return LocaleOf(r.scope).percent(f, n), nil
	}
	return LocaleOf(r.scope).Percent(f), nil
}

var errCurrency = errors.New("there is no such currency")

func formatMoneyFn(r *run, a []any) (any, error) {
	f, ok := readable(a[0])
	if !ok || a[1] == nil {
		return nil, nil
	}
	s, known := LocaleOf(r.scope).Money(f, Text(a[1]))
	if !known {
		return nil, errCurrency
	}
	return s, nil
}

func formatBytesFn(r *run, a []any) (any, error) {
	f, ok := readable(a[0])
	if !ok || f < 0 {
		return nil, nil
	}
	return LocaleOf(r.scope).Size(f), nil
}
