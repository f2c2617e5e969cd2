package value

import (
	"slices"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"
)

// Locale is one language: its texts, and how it writes numbers and times. It is immutable and safe for concurrent use. The nil Locale
// has no texts and writes as English does.
type Locale struct {
	lang  string
	tag   language.Tag
	texts map[string]*Message
	next  *Locale // where a text is looked up that this language lacks
}

// LocaleKey is the name under which a Scope holds the *Locale of whoever reads; no expression can name it.
const LocaleKey = "$locale"

// OuterKey is the name under which the Scope of a component holds what its place of use reads and it does not; no expression can name it.
const OuterKey = "$outer"

// NewLocale returns the locale of a BCP 47 tag. next, which may be nil, has the texts that this one lacks.
func NewLocale(lang string, texts map[string]*Message, next *Locale) *Locale {
	return &Locale{lang: lang, tag: language.Make(lang), texts: texts, next: next}
}

// LocaleOf returns the locale of a scope, nil when it has none.
func LocaleOf(s Scope) *Locale {
	l, _ := s[LocaleKey].(*Locale)
	return l
}

// Language returns the tag of the language, "en" for the nil Locale.
func (l *Locale) Language() string {
	if l == nil || l.lang == "" {
		return "en"
	}
	return l.lang
}

// RightToLeft reports whether the language is written from right to left.
func (l *Locale) RightToLeft() bool {
	if l == nil {
		return false
	}
	script, _ := l.tag.Script()
	return slices.Contains([]string{"Arab", "Hebr", "Thaa", "Syrc", "Nkoo", "Adlm", "Rohg"}, script.String())
}

// Has reports whether the language itself has the text.
func (l *Locale) Has(key string) bool { return l != nil && l.texts[key] != nil }

// Message returns a text, also one that another language lends; nil when none has it.
func (l *Locale) Message(key string) *Message {
	_, m := l.find(key)
	return m
}

func (l *Locale) find(key string) (*Locale, *Message) {
	for ; l != nil; l = l.next {
		if m := l.texts[key]; m != nil {
			return l, m
		}
	}
	return nil, nil
}

// Text returns the text of a key with its placeholders filled in; false when there is none.
func (l *Locale) Text(key string, args map[string]any) (string, bool) {
	at, m := l.find(key)
	if m == nil {
		return "", false
	}
	return m.text(at, args), true
}

// Say returns a text that is known to be there; pairs are the names of placeholders with their values. A text that is missing after all
// reads as its key.
func (l *Locale) Say(key string, pairs ...any) string {
	args := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		name, _ := pairs[i].(string)
		args[name] = pairs[i+1]
	}
	text, ok := l.Text(key, args)
	if !ok {
		return key
	}
	return text
}

// Keys returns the keys of the texts that the language itself has, sorted.
func (l *Locale) Keys() []string {
	var out []string
	if l != nil {
		for k := range l.texts {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return out
}

// shown is a value in a sentence of the language.
func (l *Locale) shown(v any) string {
	switch x := normal(v).(type) {
	case int, float64:
		f, _ := asFloat(x)
		return l.number(f, -1, true)
	case Number:
		return string(x)
	case time.Time:
		return l.date(x)
	}
	return Text(v)
}

// maxPlaces is how many decimals a number is written with at most.
const maxPlaces = 15

// Number writes a number as the language does: grouped, without places that say nothing.
func (l *Locale) Number(f float64) string { return l.number(f, -1, true) }

// Percent writes a share of 1 as per cent, the way the language does, with one place at most.
func (l *Locale) Percent(f float64) string {
	return l.printer().Sprint(number.Percent(f, number.MaxFractionDigits(1)))
}

// Sorter returns a function that makes sort keys of texts: the language's order of letters, in which 2 comes before 10. It is for one
// goroutine.
func (l *Locale) Sorter() func(string) []byte {
	tag := language.English
	if l != nil {
		tag = l.tag
	}
	c, buf := collate.New(tag, collate.Numeric), &collate.Buffer{}
	return func(s string) []byte { return c.KeyFromString(buf, s) }
}

// number writes f with so many decimals, -1 as many as it has (six at most).
func (l *Locale) number(f float64, places int, grouped bool) string {
	var opts []number.Option
	if places >= 0 {
		opts = append(opts, number.Scale(min(places, maxPlaces)))
	} else {
		opts = append(opts, number.MaxFractionDigits(6))
	}
	if !grouped {
		opts = append(opts, number.NoSeparator())
	}
	return l.printer().Sprint(number.Decimal(f, opts...))
}

func (l *Locale) printer() *message.Printer {
	if l == nil {
		return message.NewPrinter(language.English)
	}
	return message.NewPrinter(l.tag)
}
