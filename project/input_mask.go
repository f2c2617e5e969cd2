package project

import (
	"strings"
	"unicode"
)

// slot is one character of a mask: kind is 0, a, A or *, or zero for one that stands for itself.
type slot struct{ kind, self rune }

// maskSlots reads a mask. A backslash makes what follows stand for itself.
func maskSlots(mask string) []slot {
	var out []slot
	itself := false
	for _, c := range mask {
		switch {
		case itself:
			out, itself = append(out, slot{self: c}), false
		case c == '\\':
			itself = true
		case strings.ContainsRune("0aA*", c):
			out = append(out, slot{kind: c})
		default:
			out = append(out, slot{self: c})
		}
	}
	return out
}

// take is what a slot makes of a character, false when it has no place there. app/assets/app/mask.js does the same.
func (s slot) take(c rune) (rune, bool) {
	digit, letter := unicode.Is(unicode.Nd, c), unicode.IsLetter(c)
	switch {
	case digit && (s.kind == '0' || s.kind == '*'):
		return '0' + digitValue(c), true
	case letter && s.kind == 'A':
		return unicode.ToUpper(c), true
	case letter && (s.kind == 'a' || s.kind == '*'):
		return c, true
	}
	return c, false
}

// stroke reports whether a character only parts others, so that it may be left out or be another.
func stroke(c rune) bool { return !unicode.Is(unicode.Nd, c) && !unicode.IsLetter(c) }

// masked puts a text into the form of a mask, whether or not it was typed with what the mask has between; false when it does not fit.
func masked(mask, text string) (string, bool) {
	slots := maskSlots(mask)
	if out, ok := fill(slots, text, true); ok {
		return out, true
	}
	if strings.ContainsFunc(text, stroke) {
		return text, false
	}
	return fill(slots, text, false) // 155 for +1 000: the 1 may be somebody's own
}

// fill is masked. known says that digits and letters of the mask itself were typed as well.
func fill(slots []slot, text string, known bool) (string, bool) {
	var out strings.Builder
	left := []rune(text)
	for _, s := range slots {
		for len(left) > 0 && stroke(left[0]) && left[0] != s.self {
			left = left[1:]
		}
		if s.kind == 0 {
			out.WriteRune(s.self)
			if len(left) > 0 && left[0] == s.self && (known || stroke(s.self)) {
				left = left[1:]
			}
			continue
		}
		if len(left) == 0 {
			return text, false
		}
		c, ok := s.take(left[0])
		if !ok {
			return text, false
		}
		out.WriteRune(c)
		left = left[1:]
	}
	for _, c := range left {
		if !stroke(c) {
			return text, false
		}
	}
	return out.String(), true
}

// Formed is a text in the form in which the input shows it.
func (w *Widget) Formed(text string) string {
	if mask := w.word("mask"); mask != "" {
		text, _ = masked(mask, text)
	}
	return text
}

// shownMask is a mask as people read it.
func shownMask(mask string) string {
	var b strings.Builder
	for _, s := range maskSlots(mask) {
		b.WriteRune(max(s.kind, s.self))
	}
	return b.String()
}

// checkMask judges a mask.
func (w *Widget) checkMask(s section) {
	p, ok := s.get("mask")
	mask := w.word("mask")
	if !ok || mask == "" {
		return
	}
	if kind := w.word("type"); kind != "text" && kind != "username" && kind != "tel" {
		p.fail("type "+kind+" takes no mask", "type: text or tel")
		return
	}
	free := 0
	for _, s := range maskSlots(mask) {
		if s.kind != 0 {
			free++
		}
	}
	if free == 0 {
		p.fail("nothing can be typed into the mask "+quoted(mask), "0 is a digit, a a letter, A a capital, * a digit or a letter")
	}
	if p, ok := s.get("initial"); ok {
		v, constant := w.Props["initial"].Constant()
		if text, isText := v.(string); constant && isText && text != "" {
			if _, fits := masked(mask, text); !fits {
				p.fail("initial "+quoted(text)+" does not fit the mask "+quoted(mask), "")
			}
		}
	}
}
