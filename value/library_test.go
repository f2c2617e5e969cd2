package value

import (
	"strings"
	"testing"
	"time"
)

func TestF176_Texts(t *testing.T) {
	samplesGive(t, map[string]string{
		"title(\"o'neill and ÉLAN 2nd\")": `"O'neill And ÉLAN 2nd"`, "title('')": `""`, "truncate('abcdef', 3)": `"ab…"`, "truncate('abc', 3)": `"abc"`, "truncate('abcdef', 0)": `"…"`,
		"truncate('Grüße an alle', 6, '')": `"Grüße"`, "padStart('é', 3, '12')": `"12é"`, "padEnd('abcd', 3)": `"abcd"`, "padStart('a', -5)": `"a"`, "padStart('a', nil)": `"a"`, "repeat('ab', -1)": `""`,
		"repeat('ab', 2.9)": `"abab"`, "slug('  Straße & Œuvre — Ångström/№ 5 ')": `"strasse-oeuvre-angstrom-no-5"`, "slug('日本 旅行')": `"日本-旅行"`, "slug('---')": `""`, "slug(\"l'été d’or\")": `"lete-dor"`,
		"indexOf('Grüße', 'ß')": "3", "indexOf('a', 'b')": "nil", "indexOf([1, 2.0], 2)": "1", "indexOf(posts, posts[1])": "1", "match('abc', 'x')": "nil", "match('abc', 'b(x)?')": `["b",""]`,
		"matchAll('', 'a*')": `[""]`, "replaceMatches('a.b', '[.]', '$$')": `"a$b"`, "replaceMatches('ab  c ', '\\\\s+', ' ')": `"ab c "`, "match('a', nothing)": "nil",
		"plural(0, {zero: 'none', other: '{count}'})": `"none"`, "plural(1, {one: 'one {count}', other: 'x'})": `"one 1"`, "plural(1234, {one: 'x', other: '{count} x'})": `"1,234 x"`, "plural(2, {one: 'x'})": "nil", "plural(nothing, {other: 'y'})": "nil",
	})
}

func TestF176_Numbers(t *testing.T) {
	samplesGive(t, map[string]string{
		"clamp(-1, 0, 10)": "0", "clamp(5.5, 0, 10)": "5.5", "clamp(nil, 0, 1)": "nil", "average([])": "nil", "average([1, 'x', nil, 2])": "1.5", "round(-2.5)": "-3", "round(1234.5, -2)": "1200", "abs(nil)": "nil",
		"formatNumber(1234567.891)": `"1,234,567.891"`, "formatNumber(0.5, 0)": `"0"`, "formatNumber(fromJson('\"12.5\"'), 1)": `"12.5"`, "formatNumber(1, 99)": `"1.000000000000000"`, "formatNumber(1e300)": "nil", "formatNumber(fromJson('\"x\"'))": "nil",
		"formatPercent(0.12345, 2)": `"12.35%"`, "formatPercent(1)": `"100%"`, "formatMoney(-3, 'JPY')": `"-¥3"`, "formatMoney(2.5, 'CHF')": "\"CHF\u00a02.50\"", "formatMoney(nil, 'EUR')": "nil", "formatMoney(1, nothing)": "nil",
		"formatBytes(0)": `"0 bytes"`, "formatBytes(1)": `"1 byte"`, "formatBytes(999)": `"999 bytes"`, "formatBytes(999.9)": `"1 kB"`, "formatBytes(1999999)": `"2 MB"`, "formatBytes(5e17)": `"500,000 TB"`, "formatBytes(-1)": "nil",
	})
}

func TestF176_Times(t *testing.T) {
	samplesGive(t, map[string]string{
		"addTime(now(), -1, 'month')": `"2029-12-02T03:04:05Z"`, "addTime(time('2028-02-29'), 1, 'years')": `"2029-02-28T00:00:00Z"`, "addTime(now(), 90, 'minutes')": `"2030-01-02T04:34:05Z"`, "addTime(now(), 1e9, 'days')": "nil",
		"addTime(now(), 8000, 'years')": "nil", "addTime(now(), 1e300, 'hours')": "nil", "addTime('nonsense', 1, 'day')": "nil", "addTime(now(), nil, 'day')": "nil", "addTime(time('2030-03-30T12:00:00Z'), 1, 'day', 'Europe/Paris')": `"2030-03-31T13:00:00+02:00"`,
		"startOf(now(), 'day', 'America/New_York')": `"2030-01-01T00:00:00-05:00"`, "startOf(now(), 'year')": `"2030-01-01T00:00:00Z"`, "startOf(now(), 'hours')": `"2030-01-02T03:00:00Z"`, "startOf(time('2030-01-06'), 'week')": `"2029-12-31T00:00:00Z"`,
		"between(time('2030-01-31'), time('2030-02-28'), 'months')": "1", "between(time('2030-02-28'), time('2030-01-31'), 'months')": "-1", "between(now(), time('2030-01-01'), 'day')": "-1", "between(now(), nothing, 'day')": "nil",
		"between(time('2030-03-30'), time('2030-03-31T23:00:00Z'), 'days', 'Europe/Paris')": "2", "part(time('2030-12-31'), 'week')": "1", "part(now(), 'hour', '+05:30')": "8", "part(time('2030-01-06'), 'weekday')": "7", "part(now(), 'dayOfYear')": "2",
		"toUnix(unix(1.9e9)) == 1.9e9": "true", "toUnixMs(time(''))": "nil", "today('Asia/Tokyo')": `"2030-01-02T00:00:00+09:00"`, "formatTime(now(), 'relative')": `"just now"`, "time('02 Jan at 3 PM 2030', \"dd MMM 'at' h a yyyy\")": `"2030-01-02T15:00:00Z"`,
	})
	env, _ := sample()
	for src, want := range map[string]string{
		"addTime(now(), 1, 'dya')": `addTime knows no "dya" (did you mean day?)`, "part(now(), 'decade')": `part knows no "decade" (one of year, month, day, hour, minute, second, weekday, week, dayOfYear)`,
		"formatMoney(1, 'Euro')": `there is no currency "Euro" (use a code such as EUR)`, "today('Mars/Base')": `there is no time zone "Mars/Base" (use a name such as Europe/Paris, or an offset such as +02:00)`,
		"match('a', '(')": "the pattern is not a regular expression: missing closing ): `(`",
	} {
		if _, faults := env.Parse("${"+src+"}", nil); len(faults) != 1 || faults[0].String() != want {
			t.Errorf("%s: %v, not %s", src, faults, want)
		}
	}
}

func TestF176_ListsAndObjects(t *testing.T) {
	samplesGive(t, map[string]string{
		"take(posts, 1)[0].title": `"Hills"`, "take([1], -3)": "[]", "skip([1], 7)": "[]", "take([1, 2], nil)": "[]", "flatten([1, [2, [3]], nil])": "[1,2,[3],null]", "values(nothing)": "[]", "map(entries({b: 1, a: 2}), .key + .value)": `["a2","b1"]`,
		"merge({a: 1}, nothing)": `{"a":1}`, "merge(nothing, nothing)": "nil", "pick({a: 1}, ['a', 'b'])": `{"a":1}`, "omit(user, ['born'])": `{"name":"Ada Lovelace"}`,
	})
	env, _ := sample()
	for src, want := range map[string]string{
		"take(posts, 2)": "list of Post", "flatten([posts, posts])": "list of Post", "merge({a: 1}, {b: 'x'}).b": "text", "values({a: 1, b: 2.5})": "list of number", "entries({a: 1})[0].key": "text", "clamp(1, 0, 2.5)": "number", "now()": "time",
	} {
		if tmpl, faults := env.Parse("${"+src+"}", nil); len(faults) > 0 || tmpl.Type().String() != want {
			t.Errorf("%s is %v, %v, not %s", src, tmpl.Type(), faults, want)
		}
	}
}

// TestF176_DaysThatBeginWithSummerTime: where midnight is skipped, a day begins after the gap and not on the day before.
func TestF176_DaysThatBeginWithSummerTime(t *testing.T) {
	samplesGive(t, map[string]string{
		"startOf(time('2025-09-07T15:00:00Z'), 'day', 'America/Santiago')":                                               `"2025-09-07T01:00:00-03:00"`,
		"startOf(time('2025-03-09T15:00:00Z'), 'day', 'America/Havana')":                                                 `"2025-03-09T01:00:00-04:00"`,
		"startOf(time('2025-03-30T15:00:00Z'), 'day', 'Asia/Beirut')":                                                    `"2025-03-30T01:00:00+03:00"`,
		"startOf(time('2025-11-02T15:00:00Z'), 'day', 'America/Havana')":                                                 `"2025-11-02T00:00:00-04:00"`,
		"startOf(time('2025-09-09T15:00:00Z'), 'week', 'America/Santiago')":                                              `"2025-09-08T00:00:00-03:00"`,
		"formatTime(startOf(time('2025-09-07T15:00:00Z'), 'day', 'America/Santiago'), 'yyyy-MM-dd', 'America/Santiago')": `"2025-09-07"`,
	})
}

// TestF176_MonthsPassOverSkippedHours: an hour that the first of a month lacks says nothing of its other days.
func TestF176_MonthsPassOverSkippedHours(t *testing.T) {
	samplesGive(t, map[string]string{
		"addTime(time('2018-03-15T08:30:00Z'), 1, 'month', 'America/Mexico_City')":  `"2018-04-15T02:30:00-05:00"`,
		"addTime(time('2018-01-31T08:30:00Z'), 1, 'month', 'America/Mexico_City')":  `"2018-02-28T02:30:00-06:00"`,
		"addTime(time('2018-01-31T08:30:00Z'), 13, 'month', 'America/Mexico_City')": `"2019-02-28T02:30:00-06:00"`,
		"addTime(time('2018-01-31T08:30:00Z'), -2, 'month', 'America/Mexico_City')": `"2017-11-30T02:30:00-06:00"`,
	})
}

// TestF176_QuotesInPatterns: two quotes are one, inside of quotes as well, whether a time is written or read.
func TestF176_QuotesInPatterns(t *testing.T) {
	for pattern, written := range map[string]string{
		"h 'o''clock', a d MMM yyyy": "4 o'clock, PM 2 Jan 2030", "h a d MMM ''yyyy''": "4 PM 2 Jan '2030'", "h a d MMM yyyy ''''": "4 PM 2 Jan 2030 ''",
		"h a d MMM yyyy '''at'''": "4 PM 2 Jan 2030 'at'", "h a d MMM yyyy 'x''''y'": "4 PM 2 Jan 2030 x''y", "h a d MMM yyyy 'it''s": "4 PM 2 Jan 2030 it's", "'at' h a d MMM yyyy'": "at 4 PM 2 Jan 2030",
	} {
		samplesGive(t, map[string]string{
			"formatTime(time('2030-01-02T16:00:00Z'), `" + pattern + "`)": `"` + written + `"`,
			"time(`" + written + "`, `" + pattern + "`)":                  `"2030-01-02T16:00:00Z"`,
		})
	}
}

// TestE15_FunctionsAreBounded: no function makes more than there is room for, or works longer than it may.
func TestE15_FunctionsAreBounded(t *testing.T) {
	env := NewEnv().With("s", TextType()).With("n", IntType()).With("big", AnyType())
	scope := Scope{"s": strings.Repeat("a ", 1<<19), "n": 1_000_000_000, "big": make([]any, 200_000)}
	for _, src := range []string{
		"repeat('a', n)", "repeat(s, 100)", "padStart('a', n)", "padEnd('a', n, s)", "replaceMatches(s, 'a*?b|a', 'x')", "matchAll(s, '(a.*b)|a')", "replaceMatches(s, 'a', s)", "map(1..1000, matchAll(s, 'a'))", "map(1..n, #)",
		"map(1..1000, flatten([big, big, big]))", "map(big, groupBy(1..1000, #))", "map(1..1000, repeat(s, 3))", "matchAll(s, s)",
	} {
		tmpl, faults := env.Parse("${"+src+"}", nil)
		if len(faults) > 0 {
			t.Errorf("%s: %v", src, faults)
			continue
		}
		if v, err := tmpl.Eval(scope); err == nil {
			t.Errorf("%s ends with %.60s", src, Text(v))
		}
	}
	for _, src := range []string{"replaceMatches(s[0:20000], '[^a-z]+', '-')", "matchAll(s[0:20000], 'a')", "slug(s[0:20000])", "title(s)", "unique(map(1..20000, '' + #))"} {
		tmpl, faults := env.Parse("${"+src+"}", nil)
		if len(faults) > 0 {
			t.Fatalf("%s: %v", src, faults)
		}
		if _, err := tmpl.Eval(scope); err != nil {
			t.Errorf("honest work is refused: %v", err)
		}
	}
}

// TestF17_SearchesForAllMatchesStayShort: how far a search reads beyond a match is known, or taken to be as far as there is.
func TestF17_SearchesForAllMatchesStayShort(t *testing.T) {
	for pattern, want := range map[string]int{
		"a": 1, "[0-9]+": 1, `\s+`: 1, "#[a-z]+": 2, "abc|d+": 3, "(ab)?c*": 3, "[0-9]{4}-[0-9]{2}": 7, "^a$": 1, "a.*b": -1, "(a*)*": -1, "(ab)+": -1, "a+b": -1, ".*?": 1, "a{2,}": 2, "(?:x|y+z)w": -1,
	} {
		p, err := compilePattern(pattern)
		if err != nil {
			t.Fatal(err)
		}
		if p.beyond != want {
			t.Errorf("%s reads %d letters beyond its match, not %d", pattern, p.beyond, want)
		}
	}
}

func inLanguage(t *testing.T, lang, src string) any {
	t.Helper()
	env, scope := sample()
	scope[LocaleKey] = NewLocale(lang, nil, nil)
	scope["now"] = time.Date(2030, 3, 2, 15, 4, 5, 0, time.UTC)
	tmpl, faults := env.Parse("${"+src+"}", nil)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	v, err := tmpl.Eval(scope)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestF176_DatesAndNumbersByLanguage(t *testing.T) {
	for src, by := range map[string]map[string]string{
		"formatTime(now(), 'date')": {"en": "2 Mar 2030", "en-US": "Mar 2, 2030", "de": "02.03.2030", "fr": "2 mars 2030", "es": "2 mar 2030", "ar": "٠٢\u200f/٠٣\u200f/٢٠٣٠", "ja": "2030/03/02", "en-AU": "2 Mar 2030",
			"de-LI": "02.03.2030", "zh-TW": "2030年3月2日", "xh": "2030-03-02", "": "2 Mar 2030"},
		"formatTime(now(), 'full')":                             {"en": "Saturday, 2 March 2030", "de": "Samstag, 2. März 2030", "fr": "samedi 2 mars 2030", "es": "sábado, 2 de marzo de 2030", "ar": "السبت، ٢ مارس ٢٠٣٠", "ja": "2030年3月2日土曜日", "ru": "суббота, 2 марта 2030\u00a0г."},
		"formatTime(now(), 'datetime')":                         {"en": "2 Mar 2030, 15:04", "en-US": "Mar 2, 2030, 3:04\u00a0PM", "de": "02.03.2030, 15:04", "ja": "2030/03/02 15:04"},
		"formatTime(now(), \"EEE d MMM, LLLL 'h' yy\")":         {"en": "Sat 2 Mar, March h 30", "de": "Sa 2 März, März h 30", "ru": "сб 2 мар., март h 30"},
		"formatTime(addTime(now(), -3, 'minutes'), 'relative')": {"en": "3 minutes ago", "de": "vor 3 Minuten", "fr": "il y a 3 minutes", "es": "hace 3 minutos", "ar": "قبل ٣ دقائق", "ja": "3 分前", "ru": "3 минуты назад", "pl": "3 minuty temu"},
		"formatTime(addTime(now(), 1, 'day'), 'relative')":      {"en": "in 1 day", "de": "in 1 Tag", "fr": "dans 1 jour"},
		"formatNumber(-1234.5)":                                 {"en": "-1,234.5", "de": "-1.234,5", "fr": "-1\u00a0234,5", "ja": "-1,234.5", "de-CH": "-1’234.5"},
		"formatPercent(0.125)":                                  {"en": "12.5%", "de": "12,5\u00a0%", "fr": "12,5\u00a0%", "ar": "١٢٫٥٪\u061c"},
		"formatMoney(1234.5, 'EUR')":                            {"en": "€1,234.50", "de": "1.234,50\u00a0€", "fr": "1\u00a0234,50\u00a0€", "es": "1.234,50\u00a0€", "ar": "\u200f١٬٢٣٤٫٥٠\u00a0€", "ja": "€1,234.50"},
		"formatBytes(1500)":                                     {"en": "1.5 kB", "de": "1,5 kB", "fr": "1,5\u00a0ko", "ar": "١٫٥ كيلوبايت"},
		"plural(3, {few: 'few', other: 'other'})":               {"en": "other", "pl": "few", "ar": "few"},
	} {
		for lang, want := range by {
			if got := inLanguage(t, lang, src); got != want {
				t.Errorf("%s in %s is %q, not %q", src, lang, got, want)
			}
		}
	}
}

// FuzzFormatting: whatever is formatted and read, in whatever language, ends without a fault of the machine and within bounds.
func FuzzFormatting(f *testing.F) {
	for _, s := range []string{"", "EEEE d. MMMM y", "'", "''", "'a", "yyyyyyyyyyyyyyyyyyyy", "\x00", "ÀÉ'x'ßmm", "2006", "SSSSSSSSSSSS", "z Z ZZZZZ XXX", "{n}", "%s%n", "٣", strings.Repeat("M", 300), "\u202e\u200f", "(a*)*b", "-07:00"} {
		f.Add(s, 1.5, "de")
		f.Add(s, -1e308, "ar")
	}
	f.Add("x", 0.0, "zz-ZZ")
	env := NewEnv().With("s", TextType()).With("n", NumberType())
	var all []*Template
	for _, src := range []string{"formatTime(unix(n), s)", "time(s, s)", "formatNumber(n, 3) + formatPercent(n) + formatBytes(n)", "formatMoney(n, 'EUR')", "formatTime(unix(n), 'relative')", "addTime(unix(n), n, 'months')",
		"between(unix(n), now(), 'months')", "slug(s) + title(s)", "padStart(s, n, s)", "repeat(s, n)", "truncate(s, n, s)", "matchAll(s, s)", "plural(n, {other: s})", "number(s) ?? int(s)", "startOf(unix(n), 'week')"} {
		tmpl, faults := env.Parse("${"+src+"}", nil)
		if len(faults) > 0 {
			f.Fatal(faults)
		}
		all = append(all, tmpl)
	}
	f.Fuzz(func(t *testing.T, s string, n float64, lang string) {
		scope := Scope{"s": s, "n": n, LocaleKey: NewLocale(lang, nil, nil)}
		for _, tmpl := range all {
			if v, err := tmpl.Eval(scope); err != nil && strings.Contains(err.Error(), "could not be computed") || len(Text(v)) > maxText {
				t.Errorf("%s of %q, %v in %q: %v", tmpl.Src(), s, n, lang, err)
			}
		}
	})
}
