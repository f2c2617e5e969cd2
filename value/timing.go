package value

import (
	"fmt"
	"math"
	"strings"
	"time"
)

func inSecondsFn(r *run, a []any) (any, error) { return r.later(a[0], 1), nil }

func inMsFn(r *run, a []any) (any, error) { return r.later(a[0], 1e-3), nil }

// later is the time n units of so many seconds from now; nil where n is none or beyond the year 9999.
func (r *run) later(n any, unit float64) any {
	f, ok := lenientFloat(n)
	if !ok {
		return nil
	}
	now := r.now()
	at := momentAt(float64(now.Unix()) + f*unit)
	if at == nil || math.Abs(f*unit) > 2e8 { // beyond what a Duration adds safely; whole seconds will do
		return at
	}
	return now.Add(time.Duration(f * unit * float64(time.Second)))
}

func unixFn(_ *run, a []any) (any, error) { return sinceEpoch(a[0], 1), nil }

func unixMsFn(_ *run, a []any) (any, error) { return sinceEpoch(a[0], 1e-3), nil }

func sinceEpoch(n any, unit float64) any {
	f, ok := lenientFloat(n)
	if !ok {
		return nil
	}
	return momentAt(f * unit)
}

// lenientFloat reads a number or the text of one: backends send both.
func lenientFloat(v any) (float64, bool) {
	n, _ := toNumber(normal(v))
	return asFloat(n)
}

func timeFn(_ *run, a []any) (any, error) {
	t, _ := toTime(a[0])
	return t, nil
}

func formatTimeFn(r *run, a []any) (any, error) {
	v, _ := toTime(a[0])
	t, ok := v.(time.Time)
	if !ok {
		return nil, nil
	}
	if now, ok := r.scope["now"].(time.Time); ok {
		t = t.In(now.Location()) // where the reader is
	}
	layout := "datetime"
	if len(a) > 1 && !empty(a[1]) {
		layout = Text(a[1])
	}
	switch layout {
	case "date":
		return t.Format("2 Jan 2006"), nil
	case "time":
		return t.Format("15:04"), nil
	case "datetime":
		return t.Format("2 Jan 2006, 15:04"), nil
	case "relative":
		return relative(t.Sub(r.now())), nil
	}
	if len(layout) > 200 {
		return nil, errTooLarge
	}
	return t.Format(goLayout(layout)), nil
}

var relativeUnits = [...]struct {
	name string
	size time.Duration
}{
	{"year", 365 * 24 * time.Hour}, {"month", 30 * 24 * time.Hour}, {"day", 24 * time.Hour},
	{"hour", time.Hour}, {"minute", time.Minute},
}

// relative says how far d is from now: "3 hours ago", "in 2 days", "just now".
func relative(d time.Duration) string {
	size := d.Abs()
	for _, u := range relativeUnits {
		if size < u.size {
			continue
		}
		n := int(size / u.size)
		amount := fmt.Sprintf("%d %s", n, u.name)
		if n > 1 {
			amount += "s"
		}
		if d < 0 {
			return amount + " ago"
		}
		return "in " + amount
	}
	return "just now"
}

// patternLetters are the letters of date patterns (as in ICU) and what Go writes for them; longest first.
var patternLetters = [...]struct{ letters, layout string }{
	{"yyyy", "2006"}, {"yy", "06"}, {"y", "2006"}, {"MMMM", "January"}, {"MMM", "Jan"}, {"MM", "01"}, {"M", "1"},
	{"dd", "02"}, {"d", "2"}, {"EEEE", "Monday"}, {"EEE", "Mon"}, {"HH", "15"}, {"H", "15"}, {"hh", "03"}, {"h", "3"},
	{"mm", "04"}, {"m", "4"}, {"ss", "05"}, {"s", "5"}, {"a", "PM"}, {"ZZZZZ", "Z07:00"}, {"Z", "-0700"}, {"z", "MST"},
}

// goLayout turns a pattern such as "d MMM yyyy" into Go's; one that is written in Go's way stays.
func goLayout(pattern string) string {
	if strings.Contains(pattern, "2006") || strings.Contains(pattern, "15:04") {
		return pattern
	}
	var b strings.Builder
next:
	for i := 0; i < len(pattern); {
		for _, p := range patternLetters {
			if strings.HasPrefix(pattern[i:], p.letters) {
				b.WriteString(p.layout)
				i += len(p.letters)
				continue next
			}
		}
		b.WriteByte(pattern[i])
		i++
	}
	return b.String()
}
