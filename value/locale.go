package value

import (
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/collate"
	"golang.org/x/text/currency"
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
	cal   func() *calendar
	next  *Locale // where a text is looked up that this language lacks
}

// LocaleKey is the name under which a Scope holds the *Locale of whoever reads; no expression can name it.
const LocaleKey = "$locale"

// OuterKey is the name under which the Scope of a component holds what its place of use reads and it does not; no expression can name it.
const OuterKey = "$outer"

// OwnKey is the name under which a Scope holds the state of all uses of components that was set, UseKey that of the use whose body reads; no expression
// can name them.
const (
	OwnKey = "$own"
	UseKey = "$use"
)

// NewLocale returns the locale of a BCP 47 tag. next, which may be nil, has the texts that this one lacks.
func NewLocale(lang string, texts map[string]*Message, next *Locale) *Locale {
	tag := language.Make(lang)
	return &Locale{lang: lang, tag: tag, texts: texts, next: next, cal: sync.OnceValue(func() *calendar { return calendarOf(tag) })}
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

// Bytes is an amount of bytes that a text is filled in with: the text's language writes it in its own units.
type Bytes int64

// shown is a value in a sentence of the language.
func (l *Locale) shown(v any) string {
	if n, ok := v.(Bytes); ok {
		return l.Size(float64(n))
	}
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
	c, buf := collate.New(l.language(), collate.Numeric), &collate.Buffer{}
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

func (l *Locale) printer() *message.Printer { return message.NewPrinter(l.language()) }

// percent is Percent with exactly so many places.
func (l *Locale) percent(f float64, places int) string {
	return l.printer().Sprint(number.Percent(f, number.Scale(min(places, maxPlaces))))
}

// Signed is a number as the language writes it, with its sign also where it is above zero; written does the writing.
func (l *Locale) Signed(f float64, written func(float64) string) string {
	if f > 0 {
		return "+" + written(f)
	}
	return written(f)
}

// Money writes an amount of a currency, by its code of ISO 4217; false when there is no such currency.
func (l *Locale) Money(f float64, code string) (string, bool) {
	unit, err := currency.ParseISO(code)
	if err != nil {
		return "", false
	}
	places, _ := currency.Standard.Rounding(unit)
	symbol := l.printer().Sprint(currency.Symbol(unit))
	before, after, _ := strings.Cut(l.calendar().Money, "¤")
	if last, _ := utf8.DecodeLastRuneInString(symbol); unicode.IsLetter(last) && strings.HasPrefix(after, "{n}") {
		symbol += "\u00a0"
	}
	amount := strings.Replace(before+symbol+after, "{n}", l.number(max(f, -f), places, true), 1)
	if f < 0 {
		return l.minus() + amount, true
	}
	return amount, true
}

// DecimalMark is what the language writes before the places of a number.
func (l *Locale) DecimalMark() rune { return l.calendar().mark }

// minus is the language's sign of numbers below zero.
func (l *Locale) minus() string { return strings.TrimSuffix(l.Number(-1), string(l.calendar().zero+1)) }

// Size writes a number of bytes: 512 bytes, 1.5 MB.
func (l *Locale) Size(n float64) string {
	c := l.calendar()
	if n < 999.5 {
		return l.counted(c.Bytes, int(n+0.5))
	}
	at := 0
	for n /= 1000; n >= 999.95 && at < len(c.Sizes)-1; at++ {
		n /= 1000
	}
	return strings.Replace(c.Sizes[at], "{n}", l.printer().Sprint(number.Decimal(n, number.MaxFractionDigits(1))), 1)
}
