package value

import (
	"time"

	"golang.org/x/text/language"
)

// date writes the day of t: in words in English, and in figures that every language reads alike elsewhere.
func (l *Locale) date(t time.Time) string {
	if base, _ := language.Make(l.Language()).Base(); base.String() == "en" {
		return t.Format("2 Jan 2006")
	}
	return t.Format(time.DateOnly)
}
