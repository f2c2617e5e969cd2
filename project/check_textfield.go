package project

import (
	"regexp"
	"slices"
	"strings"

	"github.com/usherdev/usher/value"
)

func (sc scope) checkTextField(w *Widget, s section) {
	checkTexts(w, s)
	if w.word("type") == "number" {
		for _, name := range []string{"minLength", "maxLength", "pattern"} {
			if p, ok := s.get(name); ok {
				p.fail("a number has no "+name, "write numberField, which has min, max and step")
			}
		}
	}
	if p, ok := s.get("initial"); ok && w.Field.Kind == value.KindSecret {
		p.fail("a password field has no initial value", "passwords are never written into a page")
	}
	w.checkMask(s)
	w.checkTyping(s)
	sc.checkSameAs(w, s)
}

// checkTyping judges what makes typing easier.
func (w *Widget) checkTyping(s section) {
	kind := w.word("type")
	for name, only := range map[string]string{"strength": "password", "rows": "multiline"} {
		if p, ok := s.get(name); ok && p.n.Value != "false" && kind != only {
			p.fail(name+" belongs to type "+only, "remove it, or write type: "+only)
		}
	}
	if p, ok := s.get("rows"); ok && w.Props["rows"] != nil {
		if n, _ := intProp(w, "rows"); n < 2 || n > 20 {
			p.fail("rows must be 2 to 20", "")
		}
	}
	if p, ok := s.get("counter"); ok && p.n.Value == "true" {
		if _, limited := s.get("maxLength"); !limited {
			p.fail("counter counts up to maxLength, which is not set", "add maxLength")
		}
	}
	if p, ok := s.get("clearButton"); ok && p.n.Value == "true" && (kind == "password" || kind == "multiline") {
		p.fail("type "+kind+" has no button that empties it", "remove clearButton")
	}
	if p, ok := s.get("wait"); ok {
		checkWait(w, s)
		if _, tells := s.get("onChange"); !tells {
			p.warn("wait is for onChange, which is not there", "remove it, or add onChange")
		}
	}
}

// checkTexts judges the rules of a text: its lengths and its pattern.
func checkTexts(w *Widget, s section) {
	if p, ok := s.get("pattern"); ok && p.scalar() == textScalar {
		if _, err := regexp.Compile(p.n.Value); err != nil {
			p.fail("pattern is not a regular expression: "+strings.TrimPrefix(err.Error(), "error parsing regexp: "), "RE2 syntax, without look-ahead")
		}
	}
	checkBounds(w, s, "minLength", "maxLength")
}

// rulesElsewhere is a hint at the inputs that have a rule which this one lacks, "" for what is no rule of any.
func (s *WidgetSpec) rulesElsewhere(name string) string {
	var have []string
	for _, other := range widgetSpecs {
		if p := other.Prop(name); s.Input && other.Input && p != nil && p.Group == "Validation" {
			have = append(have, other.Kind)
		}
	}
	if len(have) == 0 || slices.Contains(have, s.Kind) {
		return ""
	}
	return "inputs that have it: " + strings.Join(have, ", ")
}
