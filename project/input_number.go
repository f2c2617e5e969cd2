package project

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/usherdev/usher/value"
)

var typedNumber = regexp.MustCompile(`^([+-]?)([0-9]*)(?:\.([0-9]*))?([eE][+-]?[0-9]+)?$`)

// numberText is what somebody typed as a number in the one way in which numbers are read: digits of any script, a comma or the like where
// the reader's language writes one, and no zeros before it. Digits are not grouped: 1,234 is another number in another language.
func numberText(text string, in *value.Locale) string {
	mark := in.DecimalMark()
	plain := strings.Map(func(c rune) rune {
		switch {
		case unicode.Is(unicode.Nd, c):
			return '0' + digitValue(c)
		case c == '\u2212':
			return '-'
		case c == mark:
			return '.'
		}
		return c
	}, strings.TrimSpace(text))
	m := typedNumber.FindStringSubmatch(plain)
	if m == nil || m[2] == "" && m[3] == "" {
		return plain
	}
	whole := strings.TrimLeft(m[2], "0")
	if whole == "" {
		whole = "0"
	}
	if m[3] != "" {
		whole += "." + m[3]
	}
	return strings.TrimPrefix(m[1], "+") + whole + m[4]
}
