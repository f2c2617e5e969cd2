package render

import (
	"strings"
	"unicode/utf8"

	"github.com/usherdev/usher/project"
)

// The four contexts in which data meets markup: text, attribute, URL, and class names from a closed set.

// looked marks the bytes that appendEscaped has to look at: those that mean something in markup, and parts of longer characters.
var looked = func() (t [256]bool) {
	for _, c := range []byte("\x00&<>\"'`") {
		t[c] = true
	}
	for c := utf8.RuneSelf; c < len(t); c++ {
		t[c] = true
	}
	return t
}()

// appendEscaped appends s as text or as the value of a double-quoted attribute. NUL and bytes that are not UTF-8
// become U+FFFD.
func appendEscaped(dst []byte, s string) []byte {
	for i := range len(s) {
		if looked[s[i]] {
			return appendLooked(append(dst, s[:i]...), s[i:])
		}
	}
	return append(dst, s...)
}

// appendLooked is appendEscaped where something has to be escaped or is no ASCII.
func appendLooked(dst []byte, s string) []byte {
	from, valid := 0, false
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !looked[c] {
			continue
		}
		if c >= utf8.RuneSelf {
			if !valid && !utf8.ValidString(s[i:]) {
				return appendEscaped(append(dst, s[from:i]...), strings.ToValidUTF8(s[i:], "\uFFFD"))
			}
			valid = true
			continue
		}
		dst = append(dst, s[from:i]...)
		from = i + 1
		switch c {
		case '&':
			dst = append(dst, "&amp;"...)
		case '<':
			dst = append(dst, "&lt;"...)
		case '>':
			dst = append(dst, "&gt;"...)
		case '"':
			dst = append(dst, "&#34;"...)
		case '\'':
			dst = append(dst, "&#39;"...)
		case '`':
			dst = append(dst, "&#96;"...)
		default:
			dst = append(dst, "\uFFFD"...)
		}
	}
	return append(dst, s[from:]...)
}

// safeURL returns s when a browser may open it: relative, http, https, mailto or tel. Everything else, data: and
// javascript: included, is refused, as is any control character, since browsers drop some of those before they look.
func safeURL(s string) (string, bool) {
	s = strings.TrimFunc(s, func(c rune) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' })
	seen := byte(0)
	for i := range len(s) {
		if s[i] < 0x20 || s[i] == 0x7f {
			return "", false
		}
		seen |= s[i]
	}
	if seen >= utf8.RuneSelf && !utf8.ValidString(s) {
		return "", false
	}
	scheme, found := schemeOf(s)
	if !found {
		return s, true
	}
	switch strings.ToLower(scheme) {
	case "http", "https", "mailto", "tel":
		return s, true
	}
	return "", false
}

// schemeOf returns what stands before the first colon, unless a slash, ? or # comes first.
func schemeOf(s string) (string, bool) {
	i := strings.IndexAny(s, ":/?#\\")
	if i < 0 || s[i] != ':' {
		return "", false
	}
	return s[:i], true
}

// closed returns v as part of a class name if it is one of the values that the catalogue lists; otherwise the first.
func closed(v any, set []string) markup {
	s, _ := v.(string)
	for _, one := range set {
		if s == one {
			return markup(one)
		}
	}
	if len(set) == 0 {
		return ""
	}
	return markup(set[0])
}

// RowKey writes the key of a list's element as names and ids carry it: letters, digits, - and _ as they are, every
// other byte as ~ and two hex digits.
func RowKey(key string) string { return string(appendRowKey(nil, key)) }

func appendRowKey(dst []byte, key string) []byte {
	const hex = "0123456789abcdef"
	for i := 0; i < len(key); i++ {
		switch c := key[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_':
			dst = append(dst, c)
		default:
			dst = append(dst, '~', hex[c>>4], hex[c&15])
		}
	}
	return dst
}

// below is the path of a property of a widget. What stands in a slot of its kind alone, as a tab, is written without
// the kind.
func below(w *project.Widget, name string) project.Path {
	if w.Spec.Part {
		return w.At.Join(name)
	}
	return w.At.Join(w.Kind, name)
}
