package value

import (
	"math"
	"strconv"
	"strings"
)

// Number is a JSON number that neither an int64 nor a float64 holds exactly. It keeps its text, so what a
// backend sent is what it gets back; arithmetic turns it into the nearest float64.
type Number string

// Float returns the nearest float64; infinite when n is too large for one.
func (n Number) Float() float64 {
	f, err := strconv.ParseFloat(string(n), 64)
	if err != nil && !math.IsInf(f, 0) {
		return math.NaN()
	}
	return f
}

// parseNumber reads the text of a JSON number as int, float64 or Number, whichever holds it exactly.
func parseNumber(s string) any {
	if !strings.ContainsAny(s, ".eE") {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return int(n)
		}
		return Number(s)
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return Number(s)
	}
	if len(s) > 15 && decimal(s) != decimal(strconv.FormatFloat(f, 'e', -1, 64)) {
		return Number(s)
	}
	if f == 0 && decimal(s) != (digits{}) { // 1e-400 is not zero
		return Number(s)
	}
	return f
}

// digits is a decimal number in one form per value: sign, digits without outer zeros, exponent.
type digits struct {
	negative bool
	mantissa string
	exponent int
}

func decimal(s string) digits {
	var d digits
	s, d.negative = strings.CutPrefix(s, "-")
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		d.exponent, _ = strconv.Atoi(strings.TrimPrefix(s[i+1:], "+"))
		s = s[:i]
	}
	if whole, fraction, ok := strings.Cut(s, "."); ok {
		s = whole + fraction
		d.exponent -= len(fraction)
	}
	s = strings.TrimLeft(s, "0")
	d.mantissa = strings.TrimRight(s, "0")
	d.exponent += len(s) - len(d.mantissa)
	if d.mantissa == "" {
		return digits{}
	}
	return d
}

// isNumberText reports whether s is written as a JSON number.
func isNumberText(s string) bool {
	s = strings.TrimPrefix(s, "-")
	n := leadingDigits(s)
	if n == 0 || n > 1 && s[0] == '0' {
		return false
	}
	s = s[n:]
	if rest, ok := strings.CutPrefix(s, "."); ok {
		if n = leadingDigits(rest); n == 0 {
			return false
		}
		s = rest[n:]
	}
	if s == "" {
		return true
	}
	if s[0] != 'e' && s[0] != 'E' {
		return false
	}
	s = s[1:]
	if s != "" && (s[0] == '+' || s[0] == '-') {
		s = s[1:]
	}
	return s != "" && leadingDigits(s) == len(s)
}

func leadingDigits(s string) int {
	n := 0
	for n < len(s) && '0' <= s[n] && s[n] <= '9' {
		n++
	}
	return n
}

// normal returns v with Go's other number types turned into int, float64 or Number, as YAML and callers give them.
func normal(v any) any {
	switch n := v.(type) {
	case int8:
		return int(n)
	case int16:
		return int(n)
	case int32:
		return int(n)
	case int64:
		return int(n)
	case uint8:
		return int(n)
	case uint16:
		return int(n)
	case uint32:
		return int(n)
	case uint:
		return fromUint(uint64(n))
	case uint64:
		return fromUint(n)
	case float32:
		return float64(n)
	}
	return v
}

func fromUint(n uint64) any {
	if n <= math.MaxInt64 {
		return int(n)
	}
	return Number(strconv.FormatUint(n, 10))
}

// asFloat reads a number of any kind.
func asFloat(v any) (float64, bool) {
	switch n := normal(v).(type) {
	case int:
		return float64(n), true
	case float64:
		return n, true
	case Number:
		return n.Float(), true
	}
	return 0, false
}

// wholeFloat reports whether f is a whole number that an int holds exactly.
func wholeFloat(f float64) bool {
	return f == math.Trunc(f) && math.Abs(f) < 1<<63
}
