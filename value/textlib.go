package value

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// titled gives each word a capital to begin with.
func titled(s string) string {
	var b strings.Builder
	inside := false
	for _, r := range s {
		if !inside {
			r = unicode.ToTitle(r)
		}
		inside = unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || inside && (r == '\'' || r == '’')
		b.WriteRune(r)
	}
	return b.String()
}

// slugLetters are the letters that take no mark off, as addresses write them.
var slugLetters = strings.NewReplacer("ß", "ss", "æ", "ae", "œ", "oe", "ø", "o", "ł", "l", "đ", "d", "ð", "d", "þ", "th", "ı", "i")

// slug is s as a piece of an address: small letters and digits, without marks, and hyphens between them.
func slug(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFKD.String(slugLetters.Replace(strings.ToLower(s))) {
		switch {
		case unicode.Is(unicode.Mn, r) || r == '\'' || r == '’':
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(unicode.ToLower(r)) // № falls apart into a capital
		default:
			gap = true
		}
	}
	return norm.NFC.String(b.String())
}

// maxPad is how long padding makes a text.
const maxPad = 10_000

func padFn(r *run, a []any, fill func(s, padding string) string) (any, error) {
	if a[0] == nil {
		return nil, nil
	}
	s, with := Text(a[0]), " "
	if len(a) > 2 && Text(a[2]) != "" {
		with = Text(a[2])
	}
	length, ok := asFloat(a[1])
	if ok && length > maxPad {
		return nil, errTooLarge
	}
	missing := clampInt(length) - utf8.RuneCountInString(s)
	if !ok || missing <= 0 {
		return s, nil
	}
	if len(with) > maxPad {
		return nil, errTooLarge
	}
	letters := []rune(strings.Repeat(with, missing/utf8.RuneCountInString(with)+1))
	padding := string(letters[:min(missing, len(letters))]) // halves of letters can join
	return fill(s, padding), r.spend(missing / 64)
}

func padStartFn(r *run, a []any) (any, error) {
	return padFn(r, a, func(s, padding string) string { return padding + s })
}

func padEndFn(r *run, a []any) (any, error) {
	return padFn(r, a, func(s, padding string) string { return s + padding })
}

func repeatFn(r *run, a []any) (any, error) {
	times, ok := asFloat(a[1])
	if a[0] == nil || !ok {
		return nil, nil
	}
	s, n := Text(a[0]), max(0, clampInt(times))
	if n > 0 && len(s) > maxText/n {
		return nil, errTooLarge
	}
	return strings.Repeat(s, n), r.spend(len(s) * n / 64)
}

func truncateFn(r *run, a []any) (any, error) {
	length, ok := asFloat(a[1])
	if a[0] == nil || !ok {
		return a[0], nil
	}
	s, end := Text(a[0]), "…"
	if len(a) > 2 {
		end = Text(a[2])
	}
	n := max(0, clampInt(length))
	if utf8.RuneCountInString(s) <= n {
		return s, nil
	}
	n = max(0, n-utf8.RuneCountInString(end))
	return strings.TrimRightFunc(string([]rune(s)[:n]), unicode.IsSpace) + end, nil
}

// indexOfFn is the place of an item, or of the first letter of a part.
func indexOfFn(r *run, a []any) (any, error) {
	if list, ok := asList(a[0]); ok {
		for i, e := range list {
			if same, err := r.same(e, a[1]); same || err != nil {
				return i, err
			}
		}
		return nil, nil
	}
	if !isText(a[0]) || !isText(a[1]) {
		return nil, nil
	}
	before, _, found := strings.Cut(Text(a[0]), Text(a[1]))
	if !found {
		return nil, nil
	}
	return utf8.RuneCountInString(before), nil
}

// patternOf is the compiled pattern of an argument: a literal one was compiled once.
func patternOf(r *run, v any) (*pattern, error) {
	if p, ok := v.(*pattern); ok {
		return p, nil
	}
	p, err := compilePattern(Text(v))
	if err != nil {
		return nil, errors.New("a pattern is not a regular expression")
	}
	return p, r.spend(10 * p.size)
}

// admit spends what it costs to look for p in s: once, or for every match there is. A search for the next match begins where the last one ended,
// and may read further than where the next one ends: beyond is how far.
func (p *pattern) admit(r *run, s string, every bool) error {
	passes := 1
	if every {
		passes = 1 + p.beyond
		if p.beyond < 0 {
			passes = 1 + len(s)
		}
	}
	if len(s) > maxMatch/p.size/passes {
		return errors.New("a text is too long for its pattern")
	}
	return r.spend(len(s) * p.size / 8 * passes)
}

func matchFn(r *run, a []any) (any, error) {
	if a[0] == nil || a[1] == nil {
		return nil, nil
	}
	s := Text(a[0])
	p, err := patternOf(r, a[1])
	if err == nil {
		err = p.admit(r, s, false)
	}
	if err != nil {
		return nil, err
	}
	found := p.re.FindStringSubmatch(s)
	if found == nil {
		return nil, nil
	}
	return texts(found), nil
}

func texts(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

func matchAllFn(r *run, a []any) (any, error) {
	if a[0] == nil || a[1] == nil {
		return []any{}, nil
	}
	s := Text(a[0])
	p, err := patternOf(r, a[1])
	if err == nil {
		err = p.admit(r, s, true)
	}
	if err != nil {
		return nil, err
	}
	found := texts(p.re.FindAllString(s, -1))
	return found, r.spend(len(found))
}

func replaceMatchesFn(r *run, a []any) (any, error) {
	if a[0] == nil || a[1] == nil {
		return a[0], nil
	}
	s, with := Text(a[0]), Text(a[2])
	p, err := patternOf(r, a[1])
	if err == nil {
		err = p.admit(r, s, true)
	}
	if err != nil {
		return nil, err
	}
	out, at := []byte{}, 0
	for _, m := range p.re.FindAllStringSubmatchIndex(s, -1) {
		out = append(out, s[at:m[0]]...)
		out = p.re.ExpandString(out, with, s, m)
		if at = m[1]; len(out) > maxText {
			return nil, errTooLarge
		}
		if err := r.spend(1 + len(with)/64); err != nil {
			return nil, err
		}
	}
	return string(append(out, s[at:]...)), r.spend(len(out) / 64)
}

// pluralFn is plural(n, {one: …, other: …}): the form that the reader's language takes for n, with {count} filled in.
func pluralFn(r *run, a []any) (any, error) {
	n, ok := asFloat(a[0])
	forms, _ := a[1].(map[string]any)
	if !ok || forms == nil {
		return nil, nil
	}
	l := LocaleOf(r.scope)
	text := forms[chooseForm(l.language(), n, func(form string) bool { return forms[form] != nil })]
	if text == nil {
		return nil, nil
	}
	return replaceFn(r, []any{text, "{count}", l.Number(n)})
}
