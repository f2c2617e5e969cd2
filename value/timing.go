package value

import (
	"errors"
	"math"
	"regexp"
	"strconv"
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

func inMinutesFn(r *run, a []any) (any, error) { return r.later(a[0], 60), nil }

func inDurationFn(r *run, a []any) (any, error) {
	seconds, ok := durationSeconds(strings.TrimSpace(Text(a[0])))
	if !ok {
		return nil, nil
	}
	return r.later(seconds, 1), nil
}

// isoDuration is ISO 8601 without years and months, whose length depends on the day they begin.
var isoDuration = regexp.MustCompile(`^P(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$`)

// durationSeconds reads "18000s", "1h30m", "PT5H" and the like; a bare number says no unit and is none.
func durationSeconds(text string) (float64, bool) {
	if d, err := time.ParseDuration(text); err == nil {
		return d.Seconds(), text != "0"
	}
	m := isoDuration.FindStringSubmatch(strings.ToUpper(text))
	if m == nil {
		return 0, false
	}
	total, found := 0.0, false
	for i, unit := range [...]float64{7 * 86400, 86400, 3600, 60, 1} {
		if n, err := strconv.ParseFloat(m[i+1], 64); err == nil {
			total, found = total+n*unit, true
		}
	}
	return total, found
}

// Never is what never() gives: an expiry so far away that it means none.
func Never() time.Time { return time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC) }

func neverFn(*run, []any) (any, error) { return Never(), nil }

// timeFn reads a time; with a pattern it reads nothing else, and a zone is that of times that name none.
func timeFn(_ *run, a []any) (any, error) {
	v := a[0]
	if m, ok := v.(map[string]any); ok { // as Parse writes dates: {"__type": "Date", "iso": …}
		v = m["iso"]
	}
	if len(a) == 1 || empty(a[1]) {
		t, _ := toTime(v)
		return t, nil
	}
	zone := time.UTC
	if len(a) > 2 && !empty(a[2]) {
		var err error
		if zone, err = zoneOf(Text(a[2])); err != nil {
			return nil, err
		}
	}
	layout := Text(a[1])
	if len(layout) > 200 {
		return nil, errTooLarge
	}
	t, err := time.ParseInLocation(goLayout(layout), strings.TrimSpace(Text(v)), zone)
	if err != nil {
		return nil, nil
	}
	return t, nil
}

var errZone = errors.New("there is no such time zone")

// zoneOf is the time zone of a name such as Europe/Paris, or of an offset such as +02:00.
func zoneOf(name string) (*time.Location, error) {
	if t, err := time.Parse("-07:00", name); err == nil {
		return t.Location(), nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" { // the server's own zone says nothing about a backend
		return nil, errZone
	}
	return zone, nil
}

// zone is the time zone of whoever reads: the one that an argument names, else that of the scope's time.
func (r *run) zone(a []any, at int) (*time.Location, error) {
	if len(a) > at && !empty(a[at]) {
		return zoneOf(Text(a[at]))
	}
	return r.now().Location(), nil
}

// momentIn is the time a[0] in the zone that the argument at names.
func (r *run) momentIn(a []any, at int) (t time.Time, ok bool, err error) {
	v, _ := toTime(a[0])
	if t, ok = v.(time.Time); !ok {
		return t, false, nil
	}
	zone, err := r.zone(a, at)
	if err != nil {
		return t, false, err
	}
	return t.In(zone), true, nil
}

func formatTimeFn(r *run, a []any) (any, error) {
	t, ok, err := r.momentIn(a, 2)
	if !ok {
		return nil, err
	}
	layout := "datetime"
	if len(a) > 1 && !empty(a[1]) {
		layout = Text(a[1])
	}
	if len(layout) > 200 {
		return nil, errTooLarge
	}
	l := LocaleOf(r.scope)
	if layout == "relative" {
		return l.Relative(t.Sub(r.now())), nil
	}
	return l.Time(t, layout), nil
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
		if pattern[i] == '\'' { // text as it is
			text, n := quoted(pattern[i:])
			b.WriteString(text)
			i += n
			continue
		}
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
