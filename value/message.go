package value

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// Message is one text of a language: words with {placeholders}, in a form for each number where it counts something. It is immutable.
type Message struct {
	forms  map[string][]piece // by plural form; "other" is always there
	params []string           // names of the placeholders, sorted
}

// piece is a stretch of a message: literal text, or the name of a placeholder.
type piece struct{ text, param string }

// PluralForms are the forms that a message may have, by the rules of CLDR. "other" is the one that every language has.
var PluralForms = []string{"zero", "one", "two", "few", "many", "other"}

var formNames = map[plural.Form]string{
	plural.Other: "other", plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many",
}

// countParam is the placeholder whose number chooses the form.
const countParam = "count"

// ParseMessage reads a text with {placeholders}. {{ and }} stand for braces themselves.
func ParseMessage(text string) (*Message, error) {
	return ParsePlural(map[string]string{"other": text})
}

// ParsePlural reads a message that has forms: the number {count} says which one is taken.
func ParsePlural(forms map[string]string) (*Message, error) {
	if _, ok := forms["other"]; !ok {
		return nil, errors.New(`the form "other" is missing`)
	}
	m := &Message{forms: make(map[string][]piece, len(forms))}
	for form, text := range forms {
		if !slices.Contains(PluralForms, form) {
			return nil, fmt.Errorf("there is no plural form %s", quote(form))
		}
		pieces, err := pieces(text)
		if err != nil {
			return nil, err
		}
		m.forms[form] = pieces
		for _, p := range pieces {
			if p.param != "" {
				m.params = append(m.params, p.param)
			}
		}
	}
	if len(forms) > 1 {
		m.params = append(m.params, countParam)
	}
	m.params = sortedSet(m.params)
	return m, nil
}

func pieces(text string) ([]piece, error) {
	var out []piece
	var lit strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case (c == '{' || c == '}') && strings.HasPrefix(text[i+1:], string(c)):
			lit.WriteByte(c)
			i++
		case c == '{':
			name, _, closed := strings.Cut(text[i+1:], "}")
			if !closed || !isName(name) {
				return nil, errors.New("a placeholder is a name in braces, such as {name}; {{ stands for a brace")
			}
			if lit.Len() > 0 {
				out = append(out, piece{text: lit.String()})
				lit.Reset()
			}
			out = append(out, piece{param: name})
			i += len(name) + 1
		case c == '}':
			return nil, errors.New("a } stands alone; }} stands for a brace")
		default:
			lit.WriteByte(c)
		}
	}
	if lit.Len() > 0 || len(out) == 0 {
		out = append(out, piece{text: lit.String()})
	}
	return out, nil
}

// isName reports whether s may name a placeholder.
func isName(s string) bool {
	for i, c := range s {
		if letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'; !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

// Params returns the names of the placeholders, sorted; {count} is one where the message has plural forms.
func (m *Message) Params() []string { return slices.Clone(m.params) }

// Forms returns the plural forms that are written, in CLDR's order.
func (m *Message) Forms() []string {
	return slices.DeleteFunc(slices.Clone(PluralForms), func(f string) bool { return m.forms[f] == nil })
}

// text fills the message in. Numbers and times are written as l's language writes them.
func (m *Message) text(l *Locale, args map[string]any) string {
	var b strings.Builder
	for _, p := range m.forms[m.form(l.tag, args[countParam])] {
		if p.param == "" {
			b.WriteString(p.text)
			continue
		}
		b.WriteString(l.shown(args[p.param]))
	}
	return b.String()
}

// form chooses the plural form for a number: "no posts" for 0 where that is written.
func (m *Message) form(tag language.Tag, count any) string {
	if len(m.forms) == 1 {
		return "other"
	}
	n, ok := asFloat(count)
	if !ok {
		return "other"
	}
	return chooseForm(tag, n, func(form string) bool { return m.forms[form] != nil })
}

// chooseForm is the form for n among those that there are: "zero" for 0, also where the language does not have it, then the language's own, then
// "other".
func chooseForm(tag language.Tag, n float64, has func(form string) bool) string {
	if n == 0 && has("zero") {
		return "zero"
	}
	if form := formOf(tag, n); has(form) {
		return form
	}
	return "other"
}

// formOf is the plural form of n in a language.
func formOf(tag language.Tag, n float64) string {
	if n < 0 {
		n = -n
	}
	whole, fraction, _ := strings.Cut(floatText(n), ".")
	i, f := 0, 0
	for _, c := range whole {
		if c < '0' || c > '9' {
			return "other" // too large to be written out
		}
		i = i*10 + int(c-'0')
		if i >= 10_000_000 { // the rules look at the last digits, and at whether there are millions
			i = i%1_000_000 + 1_000_000*min(1, i/1_000_000)
		}
	}
	fraction = fraction[:min(len(fraction), 6)]
	for _, c := range fraction {
		f = f*10 + int(c-'0')
	}
	t, w := f, len(fraction)
	for w > 0 && t%10 == 0 {
		t, w = t/10, w-1
	}
	return formNames[plural.Cardinal.MatchPlural(tag, i, len(fraction), w, f, t)]
}

// PluralFormsOf returns the forms that a language has, in CLDR's order.
func PluralFormsOf(lang string) []string {
	tag := language.Make(lang)
	found := map[string]bool{"other": true}
	for n := range 201 {
		found[formOf(tag, float64(n))] = true
	}
	found[formOf(tag, 1.5)] = true
	return slices.DeleteFunc(slices.Clone(PluralForms), func(f string) bool { return !found[f] })
}
