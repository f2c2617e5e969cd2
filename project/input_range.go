package project

import (
	"math"
	"strings"
	"time"

	"github.com/usherdev/usher/value"
)

// clockLayouts are the forms in which browsers send what a date or time input holds, the usual one first; nil for other kinds.
func clockLayouts(kind string) []string {
	switch kind {
	case "dateField":
		return []string{"2006-01-02"}
	case "timeField":
		return []string{"15:04", "15:04:05"}
	case "dateTimeField":
		return []string{"2006-01-02T15:04", "2006-01-02T15:04:05"}
	}
	return nil
}

// clockSentences say what a date or a time is.
var clockSentences = map[string]string{"dateField": "valid.date", "timeField": "valid.time", "dateTimeField": "valid.dateTime"}

// parseClock reads a date or a time of day. It has no zone: only such values are compared with it.
func parseClock(kind, text string) (time.Time, bool) {
	for _, layout := range clockLayouts(kind) {
		if t, err := time.Parse(layout, strings.TrimSpace(text)); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// clock checks a date or a time, and that it lies between min and max.
func (w *Widget) clock(_ any, text string, s value.Scope) string {
	layouts := clockLayouts(w.Kind)
	if layouts == nil {
		return ""
	}
	at, ok := parseClock(w.Kind, text)
	if !ok {
		return w.say("typeMessage", s, clockSentences[w.Kind])
	}
	if least, ok := w.clockBound("min", s); ok && at.Before(least) {
		return w.say("rangeMessage", s, "valid.before", "limit", shownClock(least, layouts[0]))
	}
	if most, ok := w.clockBound("max", s); ok && at.After(most) {
		return w.say("rangeMessage", s, "valid.after", "limit", shownClock(most, layouts[0]))
	}
	return ""
}

func shownClock(t time.Time, layout string) string {
	return t.Format(strings.Replace(layout, "T", " ", 1))
}

func (w *Widget) clockBound(prop string, s value.Scope) (time.Time, bool) {
	text, err := w.Prop(prop).String(s)
	if err != nil {
		return time.Time{}, false
	}
	return parseClock(w.Kind, text)
}

// number checks that a number is one, between min and max, and on a step.
func (w *Widget) number(v any, text string, s value.Scope) string {
	if w.fieldKind() != value.KindNumber {
		return ""
	}
	n, ok := float(v)
	if !ok {
		return w.say("typeMessage", s, "valid.number")
	}
	least, hasLeast := w.bound("min", s)
	if hasLeast && n < least {
		return w.say("rangeMessage", s, "valid.least", "limit", value.Text(least))
	}
	if most, ok := w.bound("max", s); ok && n > most {
		return w.say("rangeMessage", s, "valid.most", "limit", value.Text(most))
	}
	whole, _ := w.Prop("integer").Constant()
	if whole == true && n != math.Trunc(n) {
		return w.say("typeMessage", s, "valid.whole")
	}
	if step, ok := w.bound("step", s); ok && step > 0 && offStep(n-least, step) {
		return w.say("rangeMessage", s, "valid.step", "step", value.Text(step), "from", value.Text(least))
	}
	return ""
}

// offStep reports whether n lies between two steps; a tiny part of a step is how floating point counts.
func offStep(n, step float64) bool {
	k := n / step
	return math.Abs(k-math.Round(k)) > 1e-9*math.Max(1, math.Abs(k))
}

// bound is a limit of a number; false when there is none.
func (w *Widget) bound(prop string, s value.Scope) (float64, bool) {
	v, err := w.Prop(prop).Eval(s)
	if err != nil || v == nil {
		return 0, false
	}
	return float(v)
}

func float(v any) (float64, bool) {
	if _, isText := v.(string); isText {
		return 0, false
	}
	n, misses := value.Coerce(v, value.NumberType())
	if len(misses) > 0 {
		return 0, false
	}
	switch n := n.(type) {
	case int:
		return float64(n), true
	case float64:
		return n, !math.IsNaN(n) && !math.IsInf(n, 0)
	case value.Number: // more digits than a float64 holds
		f := n.Float()
		return f, !math.IsNaN(f) && !math.IsInf(f, 0)
	}
	return 0, false
}

// checkNumberField judges limits that are written as they are.
func checkNumberField(w *Widget, s section) {
	limit := func(name string) (float64, bool) {
		v, ok := w.Props[name].Constant()
		if !ok || v == nil {
			return 0, false
		}
		return float(v)
	}
	if p, ok := s.get("step"); ok {
		if n, known := limit("step"); known && n <= 0 {
			p.fail("step must be more than 0", "")
		}
	}
	least, hasLeast := limit("min")
	most, hasMost := limit("max")
	if p, ok := s.get("min"); ok && hasLeast && hasMost && least > most {
		p.fail("min is more than max, so no number fits", "")
	}
}

// checkClock judges limits and a first value that are written as they are.
func checkClock(w *Widget, s section) {
	for _, name := range []string{"min", "max", "initial"} {
		p, ok := s.get(name)
		v, constant := w.Props[name].Constant()
		text, isText := v.(string)
		if !ok || !constant || !isText || text == "" {
			continue
		}
		if _, ok := parseClock(w.Kind, text); !ok {
			p.fail(name+" of "+w.Kind+" cannot be "+quoted(text), "such as \""+clockLayouts(w.Kind)[0]+"\", in quotes")
		}
	}
}
