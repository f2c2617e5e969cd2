package value

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"
)

// date writes the day of t.
func (l *Locale) date(t time.Time) string { return l.Time(t, "date") }

// Time writes t as the language does: layout is "date", "long", "full", "time", "datetime", or a pattern such as "d MMM yyyy, HH:mm".
func (l *Locale) Time(t time.Time, layout string) string {
	c := l.calendar()
	switch layout {
	case "date":
		layout = c.Date
	case "long":
		layout = c.Long
	case "full":
		layout = c.Full
	case "time":
		layout = c.Time
	case "datetime":
		layout = c.DateTime
	default:
		if strings.Contains(layout, "2006") || strings.Contains(layout, "15:04") { // as Go writes patterns
			return t.Format(layout)
		}
	}
	w := timeWriter{c: c, t: t}
	return w.pattern(layout)
}

// zeroOf is a language's digit for 0.
func zeroOf(tag language.Tag) rune {
	for _, r := range message.NewPrinter(tag).Sprint(number.Decimal(0)) {
		if '0' <= r && r <= '9' || r > utf8.RuneSelf && r != '\u200e' && r != '\u061c' {
			return r
		}
	}
	return '0'
}

// markOf is what a language writes before the places of a number.
func markOf(tag language.Tag) rune {
	for _, r := range message.NewPrinter(tag).Sprint(number.Decimal(0.5)) {
		if !unicode.IsDigit(r) && r != '\u200e' && r != '\u061c' {
			return r
		}
	}
	return '.'
}

// timeWriter writes one time by a pattern.
type timeWriter struct {
	c *calendar
	t time.Time
	b strings.Builder
}

// pattern writes the time; text in quotes stands as it is, and so do letters that mean nothing.
func (w *timeWriter) pattern(p string) string {
	for i := 0; i < len(p); {
		if p[i] == '\'' {
			text, n := quoted(p[i:])
			w.b.WriteString(text)
			i += n
			continue
		}
		n := 1
		for i+n < len(p) && p[i+n] == p[i] {
			n++
		}
		if !w.field(p[i], n) {
			w.b.WriteString(p[i : i+n])
		}
		i += n
	}
	return w.b.String()
}

// quoted reads the text that s, a pattern from one of its quotes on, begins with, and says how much of s that is. Two quotes are one, inside
// of others as well; what is not closed goes to the end.
func quoted(s string) (text string, n int) {
	if strings.HasPrefix(s, "''") {
		return "'", 2
	}
	end := 1
	for end < len(s) && (s[end] != '\'' || strings.HasPrefix(s[end:], "''")) {
		end += pick(s[end] == '\'', 2, 1)
	}
	return strings.ReplaceAll(s[1:end], "''", "'"), min(end+1, len(s))
}

// field writes the part of the time that a letter stands for, n of them; false when it stands for none.
func (w *timeWriter) field(letter byte, n int) bool {
	switch letter {
	case 'y':
		if n == 2 {
			w.number(w.t.Year()%100, 2)
		} else {
			w.number(w.t.Year(), n)
		}
	case 'M', 'L':
		w.month(letter, n)
	case 'd':
		w.number(w.t.Day(), n)
	case 'E':
		w.b.WriteString(pick(n < 4, w.c.DaysShort, w.c.Days)[w.t.Weekday()])
	case 'a':
		w.b.WriteString(w.c.Halves[w.t.Hour()/12])
	case 'z':
		w.b.WriteString(w.t.Format("MST"))
	case 'Z', 'X':
		w.b.WriteString(w.t.Format(map[bool]string{true: "-0700", false: "Z07:00"}[letter == 'Z' && n < 5]))
	default:
		return w.clock(letter, n)
	}
	return true
}

func pick[T any](first bool, a, b T) T {
	if first {
		return a
	}
	return b
}

func (w *timeWriter) clock(letter byte, n int) bool {
	switch letter {
	case 'H':
		w.number(w.t.Hour(), n)
	case 'h':
		w.number((w.t.Hour()+11)%12+1, n)
	case 'm':
		w.number(w.t.Minute(), n)
	case 's':
		w.number(w.t.Second(), n)
	case 'S':
		digits := w.t.Format(".000000000")[1:]
		w.digits(digits[:min(n, len(digits))])
	default:
		return false
	}
	return true
}

func (w *timeWriter) month(letter byte, n int) {
	m := w.t.Month()
	switch {
	case n < 3:
		w.number(int(m), n)
	case n == 3:
		w.b.WriteString(w.c.MonthsShort[m-1])
	case letter == 'L':
		w.b.WriteString(w.c.Alone[m-1])
	default:
		w.b.WriteString(w.c.Months[m-1])
	}
}

// number writes n with so many digits at least.
func (w *timeWriter) number(n, width int) {
	s := strconv.Itoa(n)
	if missing := min(width, 9) - len(s); missing > 0 {
		s = strings.Repeat("0", missing) + s
	}
	w.digits(s)
}

// digits writes figures as the language does.
func (w *timeWriter) digits(s string) {
	for _, r := range s {
		if '0' <= r && r <= '9' {
			r += w.c.zero - '0'
		}
		w.b.WriteRune(r)
	}
}

// relativeUnits are what a distance is told in, and how long each is.
var relativeUnits = [...]struct {
	name string
	size time.Duration
}{
	{"year", 365 * 24 * time.Hour}, {"month", 30 * 24 * time.Hour}, {"day", 24 * time.Hour},
	{"hour", time.Hour}, {"minute", time.Minute},
}

// Relative says how far d is from now: "3 hours ago", "in 2 days", "just now".
func (l *Locale) Relative(d time.Duration) string {
	c := l.calendar()
	size := d.Abs()
	for _, u := range relativeUnits {
		if size < u.size {
			continue
		}
		return l.counted(pick(d < 0, c.Ago, c.In)[u.name], int(size/u.size))
	}
	return c.Now
}

func (l *Locale) language() language.Tag {
	if l == nil {
		return language.English
	}
	return l.tag
}
