package project

import (
	"strings"

	"github.com/usherdev/usher/value"
)

// Rule is one thing that an input's value must be, in a form that a browser can check by itself, and what is said when it is not.
type Rule struct {
	Name     string // required, email, url, mask, date, time, dateTime, number, integer, min, max, step, digits, minLength, maxLength, pattern, sameAs, minCount, maxCount, fileSize, fileCount, fileType
	Limit    string // of those that have one; the id of the other input for sameAs, the decimal mark for number, the step and its start for step
	Sentence string
}

// Rules are the checks of Validate that need nothing but what is typed, with its own sentences. What is left out, such as the app's
// own condition, the server alone checks.
func (w *Widget) Rules(p *Page, s value.Scope) []Rule {
	var out []Rule
	add := func(name, limit, sentence string) { out = append(out, Rule{name, limit, sentence}) }
	yesNo := w.fieldKind() == value.KindBool
	if truth(w.Prop("required"), s) {
		key := "valid.required"
		if yesNo {
			key = w.mustBe()
		}
		add("required", "", w.say("requiredMessage", s, key, "field", w.label(s)))
	}
	if yesNo {
		return out
	}
	if w.Kind == "fileUpload" {
		w.fileRules(s, add)
		return out
	}
	for _, name := range []string{"minCount", "maxCount"} {
		if n, ok := intProp(w, name); ok {
			add(name, value.Text(n), w.say("countMessage", s, map[string]string{"minCount": "valid.fewest", "maxCount": "valid.mostOf"}[name], "count", n))
		}
	}
	switch t := w.word("type"); t {
	case "email", "url":
		add(t, "", w.say("typeMessage", s, "valid."+t))
	}
	if mask := w.word("mask"); mask != "" {
		add("mask", mask, w.say("patternMessage", s, "valid.mask", "form", shownMask(mask)))
	}
	w.rangeRules(s, add)
	if w.Kind == "pinCode" {
		n, _ := intProp(w, "length")
		add("digits", value.Text(n), w.say("typeMessage", s, "valid.digits", "count", n))
	}
	for _, name := range []string{"minLength", "maxLength"} {
		if n, ok := intProp(w, name); ok {
			add(name, value.Text(n), w.say("lengthMessage", s, "valid."+name, "count", n))
		}
	}
	if pattern, short := browserPattern(w.word("pattern")); w.word("pattern") != "" && short {
		add("pattern", pattern, w.say("patternMessage", s, "valid.pattern"))
	}
	if id := w.word("sameAs"); id != "" {
		for _, other := range p.Fields {
			if other.ID == id {
				add("sameAs", other.Key, w.say("sameAsMessage", s, "valid.same", "field", other.label(s)))
			}
		}
	}
	return out
}

// rangeRules are those of numbers, dates and times.
func (w *Widget) rangeRules(s value.Scope, add func(name, limit, sentence string)) {
	if layouts := clockLayouts(w.Kind); layouts != nil {
		add(strings.TrimPrefix(clockSentences[w.Kind], "valid."), "", w.say("typeMessage", s, clockSentences[w.Kind]))
		for _, side := range [][2]string{{"min", "valid.before"}, {"max", "valid.after"}} {
			if at, ok := w.clockBound(side[0], s); ok {
				add(side[0], at.Format(layouts[0]), w.say("rangeMessage", s, side[1], "limit", shownClock(at, layouts[0])))
			}
		}
		return
	}
	if w.fieldKind() != value.KindNumber {
		return
	}
	add("number", string(Locale(s).DecimalMark()), w.say("typeMessage", s, "valid.number"))
	for _, side := range [][2]string{{"min", "valid.least"}, {"max", "valid.most"}} {
		if n, ok := w.bound(side[0], s); ok {
			add(side[0], value.Text(n), w.say("rangeMessage", s, side[1], "limit", value.Text(n)))
		}
	}
	if whole, _ := w.Prop("integer").Constant(); whole == true {
		add("integer", "", w.say("typeMessage", s, "valid.whole"))
	}
	if step, ok := w.bound("step", s); ok && step > 0 {
		least, _ := w.bound("min", s)
		add("step", value.Text(step)+" "+value.Text(least), w.say("rangeMessage", s, "valid.step", "step", value.Text(step), "from", value.Text(least)))
	}
}
