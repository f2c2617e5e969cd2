package value

import (
	"errors"
	"math"
	"strings"
	"time"
)

func nowFn(r *run, _ []any) (any, error) { return r.now(), nil }

func todayFn(r *run, a []any) (any, error) {
	zone, err := r.zone(a, 0)
	if err != nil {
		return nil, err
	}
	return startOf(r.now().In(zone), "day"), nil
}

// timeUnits are what times are shifted, compared and cut by; an s behind is taken as well.
var timeUnits = []string{"second", "minute", "hour", "day", "week", "month", "year"}

// timeParts are what part() tells of a time.
var timeParts = []string{"year", "month", "day", "hour", "minute", "second", "weekday", "week", "dayOfYear"}

var errUnit = errors.New("there is no such unit of time")

func unitOf(v any) string { return strings.TrimSuffix(Text(v), "s") }

func addTimeFn(r *run, a []any) (any, error) {
	t, ok, err := r.momentIn(a, 3)
	n, isNumber := lenientFloat(a[1])
	if !ok || !isNumber || err != nil {
		return nil, err
	}
	unit := unitOf(a[2])
	if seconds, exact := map[string]float64{"second": 1, "minute": 60, "hour": 3600}[unit]; exact {
		if math.Abs(n*seconds) > 2e8 {
			return momentAt(float64(t.Unix()) + n*seconds), nil
		}
		return inReach(t.Add(time.Duration(n * seconds * float64(time.Second)))), nil
	}
	if math.IsNaN(n) || math.Abs(n) > 4e6 { // more days than there are from year 1 to 9999
		return nil, nil
	}
	switch whole := int(n); unit {
	case "day":
		return inReach(t.AddDate(0, 0, whole)), nil
	case "week":
		return inReach(t.AddDate(0, 0, 7*whole)), nil
	case "month":
		return inReach(addMonths(t, whole)), nil
	case "year":
		return inReach(addMonths(t, 12*whole)), nil
	}
	return nil, errUnit
}

// addMonths is the same day of another month, or the last that month has.
func addMonths(t time.Time, n int) time.Time {
	m := t.Month() + time.Month(n)
	last := time.Date(t.Year(), m+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return time.Date(t.Year(), m, min(t.Day(), last), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location())
}

// inReach is t, or nil outside the years 1 to 9999.
func inReach(t time.Time) any {
	if t.Year() < 1 || t.Year() > 9999 {
		return nil
	}
	return t
}

func startOfFn(r *run, a []any) (any, error) {
	t, ok, err := r.momentIn(a, 2)
	if !ok {
		return nil, err
	}
	if start := startOf(t, unitOf(a[1])); !start.IsZero() {
		return start, nil
	}
	return nil, errUnit
}

// startOf is the beginning of the unit in which t lies; weeks begin on Monday, as in ISO 8601. The zero time stands for no such unit.
func startOf(t time.Time, unit string) time.Time {
	y, m, d := t.Date()
	switch unit {
	case "second":
		return t.Truncate(time.Second)
	case "minute":
		return t.Add(-time.Duration(t.Second())*time.Second - time.Duration(t.Nanosecond()))
	case "hour":
		return t.Add(-time.Duration(t.Minute())*time.Minute - time.Duration(t.Second())*time.Second - time.Duration(t.Nanosecond()))
	case "day":
	case "week":
		d -= (int(t.Weekday()) + 6) % 7
	case "month":
		d = 1
	case "year":
		m, d = 1, 1
	default:
		return time.Time{}
	}
	start := time.Date(y, m, d, 0, 0, 0, 0, t.Location())
	if start.Hour() > 12 { // summer time skips midnight there, and the day begins with it
		_, start = start.ZoneBounds()
	}
	return start
}

// betweenFn is how many whole units lie between two times: below zero when the second is the earlier.
func betweenFn(r *run, a []any) (any, error) {
	from, ok, err := r.momentIn(a, 3)
	if !ok {
		return nil, err
	}
	v, _ := toTime(a[1])
	to, ok := v.(time.Time)
	if !ok {
		return nil, nil
	}
	to = to.In(from.Location())
	unit := unitOf(a[2])
	seconds := float64(to.Unix()-from.Unix()) + float64(to.Nanosecond()-from.Nanosecond())/1e9
	_, before := from.Zone()
	_, after := to.Zone()
	switch days := seconds + float64(after-before); unit { // by the clock on the wall, whatever summer time does
	case "second":
		return int(seconds), nil
	case "minute":
		return int(seconds / 60), nil
	case "hour":
		return int(seconds / 3600), nil
	case "day":
		return int(days / 86400), nil
	case "week":
		return int(days / 604800), nil
	case "month":
		return monthsBetween(from, to), nil
	case "year":
		return monthsBetween(from, to) / 12, nil
	}
	return nil, errUnit
}

func monthsBetween(from, to time.Time) int {
	if to.Before(from) {
		return -monthsBetween(to, from)
	}
	n := (to.Year()-from.Year())*12 + int(to.Month()) - int(from.Month())
	if addMonths(from, n).After(to) {
		n--
	}
	return n
}

func partFn(r *run, a []any) (any, error) {
	t, ok, err := r.momentIn(a, 2)
	if !ok {
		return nil, err
	}
	_, week := t.ISOWeek()
	n, known := map[string]int{
		"year": t.Year(), "month": int(t.Month()), "day": t.Day(), "hour": t.Hour(), "minute": t.Minute(), "second": t.Second(),
		"weekday": (int(t.Weekday())+6)%7 + 1, "week": week, "dayOfYear": t.YearDay(),
	}[unitOf(a[1])]
	if !known {
		return nil, errUnit
	}
	return n, nil
}

func toUnixFn(r *run, a []any) (any, error) { return sinceUnix(r, a, time.Time.Unix) }

func toUnixMsFn(r *run, a []any) (any, error) { return sinceUnix(r, a, time.Time.UnixMilli) }

func sinceUnix(r *run, a []any, count func(time.Time) int64) (any, error) {
	t, ok, err := r.momentIn(a, 1)
	if !ok {
		return nil, err
	}
	return int(count(t)), nil
}
