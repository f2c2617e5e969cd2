package project

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/usherdev/usher/value"
)

// Bounds of a pin code.
const (
	minDigits = 3
	maxDigits = 10
)

// digitsOf is a code without what stands between its digits, each digit as 0 to 9 whatever the keyboard. Other characters stay:
// the check tells of them.
func digitsOf(text string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case unicode.IsSpace(c), c == '-', c == '.', c == '\u00ad', c == '\u200b':
			return -1
		case unicode.Is(unicode.Nd, c):
			return '0' + digitValue(c)
		}
		return c
	}, text)
}

// digitValue is the value of a decimal digit: Unicode lays those of each script in a row from zero to nine.
func digitValue(c rune) rune {
	for _, r := range unicode.Nd.R16 {
		if lo := rune(r.Lo); lo <= c && c <= rune(r.Hi) {
			return (c - lo) % 10
		}
	}
	for _, r := range unicode.Nd.R32 {
		if lo := rune(r.Lo); lo <= c && c <= rune(r.Hi) {
			return (c - lo) % 10
		}
	}
	return 0
}

// digits checks that a code has all its digits and nothing else.
func (w *Widget) digits(_ any, text string, s value.Scope) string {
	n, _ := intProp(w, "length")
	if w.Kind != "pinCode" || utf8.RuneCountInString(text) == n && strings.Trim(text, "0123456789") == "" {
		return ""
	}
	return w.say("typeMessage", s, "valid.digits", "count", n)
}

// checkPinCode judges how a code is written.
func (sc scope) checkPinCode(w *Widget, s section, in nest) {
	if n, _ := intProp(w, "length"); n < minDigits || n > maxDigits {
		p, _ := s.get("length")
		p.fail("length of pinCode must be 3 to 10", "")
	}
	if p, ok := s.get("initial"); ok && w.Field.Kind == value.KindSecret {
		p.fail("a secret code has no initial value", "secrets are never written into a page")
	}
	if p, ok := s.get("submit"); ok && p.n.Value == "true" {
		if _, twice := s.get("onComplete"); twice {
			p.fail("a code submits its form or has onComplete, not both", "put the actions into onSubmit of the form")
		}
		if in.form == nil && (sc.use == nil || sc.use.widget != nil) { // the form may stand around a component
			p.fail("submit works in a form only", "put the code into a form, or give it onComplete")
		}
	}
	sc.checkSameAs(w, s)
}
