package value

import "time"

// date writes a time's day in one of the styles.
func (l *Locale) date(t time.Time, style string) string {
	return t.Format("2 Jan 2006")
}
