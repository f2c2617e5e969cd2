package value

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Text returns how v reads in text: nil "", 3 "3", 1.5 "1.5", true "true", a time in RFC 3339, a list or map as
// JSON, a Secret "[redacted]".
func Text(v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case string:
		return x
	case int:
		return strconv.Itoa(x)
	case bool:
		return strconv.FormatBool(x)
	case float64:
		return floatText(x)
	case Number:
		return string(x)
	case time.Time:
		return timeText(x)
	case Secret:
		return redacted
	case []any, map[string]any:
		w := jsonWriter{redact: true, room: maxText}
		if w.value(x, 0) != nil {
			return ""
		}
		return string(w.buf)
	}
	switch n := normal(v).(type) {
	case int, float64, Number:
		return Text(n)
	}
	return ""
}

// floatText prints f without an exponent as far as people read such numbers.
func floatText(f float64) string {
	if a := math.Abs(f); a != 0 && (a < 1e-6 || a >= 1e21) {
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

func timeText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339Nano)
}

// Truth reads v as a condition: true is true, and all else (nil, text, numbers) is false.
func Truth(v any) bool {
	b, _ := v.(bool)
	return b
}

// joinText joins parts as text: a Secret if any of them holds one.
func joinText(parts ...any) any {
	secret := false
	var b strings.Builder
	for _, p := range parts {
		if HasSecret(p) {
			secret = true
			p = Reveal(p)
		}
		b.WriteString(Text(p))
	}
	if secret {
		return NewSecret(b.String())
	}
	return b.String()
}

// Texts returns the Text of each item of a list.
func Texts(list []any) []string {
	out := make([]string, len(list))
	for i, one := range list {
		out[i] = Text(one)
	}
	return out
}
