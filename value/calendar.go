package value

import (
	"embed"
	"encoding/json"
	"strings"
	"sync"

	"golang.org/x/text/language"
)

// calendarFiles hold how languages write times, money and sizes: data of the Unicode CLDR, written by tools/calendar.mjs.
//
//go:embed calendar/*.json
var calendarFiles embed.FS

// calendar is how one language writes times, money and sizes. Patterns are those of formatTime; {n} is the number.
type calendar struct {
	Months      [12]string `json:"months"` // beside a day, and
	Alone       [12]string `json:"alone"`  // by themselves
	MonthsShort [12]string `json:"monthsShort"`
	Days        [7]string  `json:"days"` // from Sunday on
	DaysShort   [7]string  `json:"daysShort"`
	Halves      [2]string  `json:"halves"` // of a day
	Date        string     `json:"date"`
	Long        string     `json:"long"`
	Full        string     `json:"full"`
	Time        string     `json:"time"`
	DateTime    string     `json:"datetime"`

	Now   string                       `json:"now"`
	Ago   map[string]map[string]string `json:"ago"` // by unit, then by plural form
	In    map[string]map[string]string `json:"in"`
	Money string                       `json:"money"`
	Bytes map[string]string            `json:"bytes"` // by plural form
	Sizes [4]string                    `json:"sizes"` // kB, MB, GB, TB

	zero rune // the digit for 0
	mark rune // what stands before the places of a number
}

// calendarOf returns the calendar of a language, with its digits.
func calendarOf(tag language.Tag) *calendar {
	c := nearestCalendar(tag)
	c.zero, c.mark = zeroOf(tag), markOf(tag)
	return c
}

// nearestCalendar reads the calendar of a language, or of the nearest of its parents. A language that has none has English words, and dates in
// figures that everybody reads alike.
func nearestCalendar(tag language.Tag) *calendar {
	for at := tag; at != language.Und; at = at.Parent() {
		if c := readCalendar(at.String()); c != nil {
			return c
		}
	}
	if base, confidence := tag.Base(); confidence != language.No {
		if c := readCalendar(base.String()); c != nil {
			return c
		}
	}
	c := *english()
	c.Date, c.Long, c.Full, c.Time, c.DateTime = "yyyy-MM-dd", "yyyy-MM-dd", "yyyy-MM-dd", "HH:mm", "yyyy-MM-dd HH:mm"
	return &c
}

func readCalendar(tag string) *calendar {
	b, err := calendarFiles.ReadFile("calendar/" + tag + ".json")
	if err != nil {
		return nil
	}
	c := &calendar{}
	if json.Unmarshal(b, c) != nil {
		return nil
	}
	return c
}

// english is what the nil Locale writes.
var english = sync.OnceValue(func() *calendar {
	c := readCalendar("en")
	c.zero, c.mark = '0', '.'
	return c
})

// calendar is the calendar of l, read when it is first needed.
func (l *Locale) calendar() *calendar {
	if l == nil {
		return english()
	}
	return l.cal()
}

// counted is the sentence for a number: the plural form that l's language takes, with the number in it.
func (l *Locale) counted(forms map[string]string, n int) string {
	form := chooseForm(l.language(), float64(n), func(form string) bool { return forms[form] != "" })
	return strings.Replace(forms[form], "{n}", l.Number(float64(n)), 1)
}
