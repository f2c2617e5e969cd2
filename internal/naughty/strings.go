package naughty

import (
	"fmt"
	"strconv"
	"strings"
)

// Strings are texts that people and backends may well send and that are awkward for programs. None of them is an attack by itself.
func Strings() []string {
	return unique(empties(), controls(), invisible(), bidi(), stacked(), pictures(), broken(), scripts(), numbers(), truths(), dates(), long(),
		paths(), formats(), databases(), shells(), documents(), reserved(), looks())
}

// empties look like nothing.
func empties() []string {
	spaces := []string{" ", "\t", "\n", "\r\n", "\r", "\v", "\f", "\u0085", "\u00a0", "\u1680", "\u2000", "\u2003", "\u2009", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000"}
	return append(cross([]string{"%", "%%%", "a%", "%a", "a%%b"}, spaces), "\u115f", "\u3164", "\uffa0", "\u2800", "\U0001d159")
}

// controls are the characters that have no shape, between two that do.
func controls() []string {
	var out []string
	for c := range 0x20 {
		out = append(out, "a"+string(rune(c))+"b")
	}
	for c := 0x7f; c < 0xa0; c++ {
		out = append(out, "a"+string(rune(c))+"b")
	}
	return append(out, "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "bell\x07", "back\b\b\bspace", "a\x00", "\x00", "end\x04", "\x1a")
}

// invisible characters change what is compared, and not what is seen.
func invisible() []string {
	marks := []string{"\u00ad", "\u034f", "\u061c", "\u180e", "\u200b", "\u200c", "\u200d", "\u2060", "\u2061", "\u2063", "\ufeff", "\ufe0e", "\ufe0f", "\ufff9", "\ufffb", "\U000e0001", "\U000e0041", "\U000e0100"}
	return cross([]string{"%", "%name", "na%me", "name%"}, marks)
}

// bidi turns the direction of what follows, of the page around it if that is let happen.
func bidi() []string {
	marks := []string{"\u200e", "\u200f", "\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"}
	return append(cross([]string{"%gnp.exe", "user%nimda", "%%%%%%%%"}, marks), "שלום, world", "سعر 12.5 € اليوم", "abc \u202edef\u202c ghi", "\u2067\u2066\u202e", "1٢3۴5")
}

// stacked marks climb out of their line.
func stacked() []string {
	var out []string
	for _, base := range []string{"Z", "u", "水", "🙂"} {
		for _, n := range []int{1, 8, 40, 200} {
			var b strings.Builder
			b.WriteString(base)
			for i := range n {
				b.WriteRune(rune(0x300 + (i*7+n)%0x70))
			}
			out = append(out, b.String())
		}
	}
	return append(out, "\u0301alone at the start", strings.Repeat("\u0489", 30), "e\u0301 é", "\u1100\u1161\u11a8 각", "\u0ba8\u0bbf", "กำ")
}

// pictures are several code points each, and break when they are cut.
func pictures() []string {
	return cross([]string{"%", "%%%%%%%%", "a%b"}, []string{"🙂", "👍🏽", "👩‍👩‍👧‍👦", "🏴‍☠️", "🏳️‍🌈", "🇳🇴", "🇳", "1️⃣", "#️⃣", "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", "👨🏿‍🦽‍➡️", "\u200d🙂", "🏽", "☺︎", "☺️"})
}

// broken bytes are no UTF-8: halves of pairs, overlong spellings, beginnings without an end.
func broken() []string {
	bytes := []string{"\xff", "\xfe\xff", "\xff\xfe", "\xc0\x80", "\xc0\xbc", "\xe0\x80\xbc", "\xf0\x80\x80\xbc", "\xed\xa0\x80", "\xed\xb0\x80", "\xed\xa0\xbd\xed\xb8\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\xf0\x9f\x99", "\x80", "\xbf\xbf", "\xf8\x88\x80\x80\x80"}
	return append(cross([]string{"%", "a%b", "%<b>"}, bytes), "\ufffd", "\ufffe", "\uffff", "\U0001ffff", "\U0010ffff", "\ue000", `\ud800`, `\udfff\ud800`, `\u0000`)
}

// scripts of many peoples.
func scripts() []string {
	return []string{"Ωμέγα", "Ђурђевдан", "田中さんにあげて", "ﾊﾝｶｸ", "전화번호", "नमस्ते", "ภาษาไทย", "ქართული", "አማርኛ", "ᚠᛇᚻ", "ß ẞ ſ", "İstanbul ıI", "ǅ ǆ", "ﬀ ﬃ", "Ǆ", "ＡＢＣ１２３", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "ⓤⓢⓔⓡ", "ˢᵘᵖ", "аdmin", "раypal", "ѕсоре", "𝟷𝟸𝟹", "½ ⅓", "Ⅷ", "㎏ ㏒", "﷽", "꧅", "𒐫", "ꙮ", "ᾳͅ", "ΰ", "ŉ", "ﷺ"}
}

// numbers are texts that are read as numbers, or look so.
func numbers() []string {
	plain := []string{"0", "00", "007", "-0", "+1", "1.", ".1", "1e1000", "1e-1000", "-1e308", "0x1F", "0b101", "0o17", "017", "1_000", "1,000.5", "1.000,5", "1'000", "1 000", "NaN", "-NaN", "Infinity", "-Infinity", "inf", "∞", "1/0", "0/0", "１２", "٣", "1%", "€5", "1e", "--1", "1-1", "0.1.2"}
	for _, n := range []int{7, 8, 15, 16, 31, 32, 53, 63, 64, 127, 128} {
		top := fmt.Sprintf("%.0f", pow2(n))
		plain = append(plain, top, "-"+top, top[:len(top)-1]+strconv.Itoa(int(top[len(top)-1]-'0'+1)))
	}
	return append(plain, strings.Repeat("9", 100), "0."+strings.Repeat("3", 100), "1"+strings.Repeat("0", 400))
}

func pow2(n int) float64 {
	x := 1.0
	for range n {
		x *= 2
	}
	return x
}

// truths are the words that languages keep for themselves.
func truths() []string {
	var out []string
	for _, w := range []string{"null", "nil", "none", "undefined", "true", "false", "yes", "no", "on", "off", "y", "n", "void"} {
		out = append(out, w, strings.ToUpper(w), strings.ToUpper(w[:1])+w[1:], `"`+w+`"`, w+" ")
	}
	return append(out, "~", "(null)", "<nil>", "[object Object]", "[]", "{}", "()", "[null]", `{"a":null}`, "__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "valueOf", "__defineGetter__", "this", "self", "window", "document", "location")
}

// dates are moments, and what only looks so.
func dates() []string {
	return []string{"2026-02-30", "0000-00-00", "1970-01-01T00:00:00Z", "2038-01-19T03:14:08Z", "9999-12-31T23:59:60Z", "-271821-04-20T00:00:00Z", "+275760-09-13T00:00:00Z", "24:00", "25:61", "12:30 PM", "P1Y2M", "PT5H", "2026-W53-7", "2026-366",
		"Europe/Oslo", "Etc/GMT+14", "UTC", "CET", "America/Argentina/ComodRivadavia", "Asia/Kathmandu", "../../etc/localtime", "GMT-00:00", "+14:00", "-12:45", "tomorrow", "now()", "1/2/3", "31.12.99", "令和八年"}
}

// long words, long lines, many lines.
func long() []string {
	return []string{strings.Repeat("a", 300), strings.Repeat("W", 2000), strings.Repeat("long ", 400), strings.Repeat("a\n", 300), strings.Repeat("字", 500), strings.Repeat(".", 200), strings.Repeat("&", 300), strings.Repeat("<", 300), strings.Repeat(`"`, 300), strings.Repeat("((", 200),
		"Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft", strings.Repeat("-", 120), strings.Repeat("\u00ad", 100) + "soft", strings.Repeat("👩‍👩‍👧‍👦", 60)}
}

// paths lead elsewhere in a file system.
func paths() []string {
	ups := []string{"../", "..\\", "..%2f", "..%5c", "%2e%2e/", "..%252f", "..;/", "....//", "..\u2215", "..%c0%af", "/./", "//"}
	var out []string
	for _, up := range ups {
		out = append(out, strings.Repeat(up, 3)+"etc/passwd")
	}
	return append(out, "/etc/shadow", "C:\\Windows\\win.ini", "C:boot.ini", "\\\\host\\share", "file.txt::$DATA", "~root", "/proc/self/environ", "a/b/../../..", ".", "..", "...", "/", "\\", "a\x00.png", "file:/etc/hosts", ".htaccess", "-rf", "|ls", "name.", "name ", "%00", "%2e", ".env")
}

// formats are instructions to printf and its kin.
func formats() []string {
	return append(cross([]string{"%", "%%%%", "x % y"}, []string{"\x25s", "\x25d", "\x25n", "\x25p", "\x25x", "\x25v", "\x25+v", "\x25!s(MISSING)", "\x25999999d", "\x25*d", "\x251$s", "\x25"}), "{0}", "{}", "{name}", "{0!r}", "{0.__class__}", "$1", "\\1", "$&", "$`", "$'", "${}", "$0", "#{1+1}", "%(name)s", "{{0}}", "{% x %}")
}

// databases would read these as a part of a query.
func databases() []string {
	return append(cross([]string{"% OR 1=1", "%; DROP TABLE users; --", "% UNION SELECT NULL--", "%) OR (1=1", "%/*x*/"}, []string{"'", `"`, "`", "''", `\'`, "1"}),
		"' || '1", "%' LIKE '%", "_", "Robert\"; --", "admin'--", "1; SELECT pg_sleep(9)", "{\"$gt\": \"\"}", "{$where: 1}", "*)(uid=*", "*", "' or ''='", "\\", "x' AND 1=(SELECT 1)", "\r\nFLUSHALL\r\n", "EVAL x 0")
}

// shells would run these.
func shells() []string {
	return append(cross([]string{"; %", "| %", "|| %", "&& %", "`%`", "$(%)", "\n%", "> /tmp/%", "< %"}, []string{"id", "sleep 9"}), "$HOME", "${IFS}", "!!", "%PATH%", "$(</etc/hosts)", "() { :; }; id", "a;b", "a&b", "--help", "-", "--", "@file", "'$(id)'", "\"$(id)\"", "\\$x")
}

// documents would read these as structure: YAML, JSON, CSV, XML, mail, HTTP.
func documents() []string {
	return []string{"key: value", "- item", "? complex", "&anchor x", "*alias", "!!str 1", "!<tag:x> y", "<<: *x", "| block", "> folded", "# comment", "a #b", "a: b: c", "--- ", "...", "%YAML 1.2", "@x", "`x", "{a: b}", "[a, b]", "'single", "\"double", "'it''s'", "\"\\x41\"", ": ", " :", "-", "?", "=",
		`{"a": 1}`, `{"a":1,"a":2}`, `[[[[[[`, `"\u0041"`, `"\ud83d"`, "// json5", "{'a':1}", "NaN,", ",,", "a,\"b\nc\",d", "=1+1", "+1+1", "-1+1", "@SUM(A1)", "=HYPERLINK(\"http://x\")", "=cmd|' /C calc'!A0", "a;b\tc",
		"<a/>", "<?xml version=\"1.0\"?>", "<!DOCTYPE x [<!ENTITY y SYSTEM \"file:///etc/hosts\">]><x>&y;</x>", "<![CDATA[x]]>", "&y;", "From: a@b\r\nBcc: c@d", "a@b@c", "\"a b\"@c.d", "=?utf-8?B?YQ==?=", "HTTP/1.1 200 OK", "Content-Length: 0\r\n\r\n", "boundary--", "--boundary", "0\r\n\r\n", "q=0.5, */*"}
}

// reserved names mean something to a system, a server or a browser.
func reserved() []string {
	var out []string
	for _, n := range []string{"CON", "NUL", "COM1", "LPT1", "AUX"} {
		out = append(out, n, strings.ToLower(n)+".txt")
	}
	return append(out, "admin", "root", "administrator", "localhost", "127.0.0.1", "::1", "0", "0.0.0.0", "169.254.169.254", "index.html", "favicon.ico", "robots.txt", ".well-known", "_state", "_event", "_usher", "page", "main", "u-notices", "w-1", "auth", "auth.token", "user", "form", "state", "params", "item", "index", "body", "submit", "action", "method", "name", "id", "length", "innerHTML", "cookie", "Set-Cookie")
}

// looks are texts whose writing is all that is wrong with them.
func looks() []string {
	return []string{"O'Brien", "O’Brien", "D'Angelo \"Dee\"", "AT&T", "a < b > c", "1 <2", "x<y", "i<b", "a&lt;b", "&amp;amp;", "&nbsp;", "&#0;", "&#x110000;", "&NotANumber;", "&copy", "Tom & Jerry", "50% off", "100%", "#1", "C#", "C++", "a+b", "a b", "😀<3", ">:(", "<3", "<-", "->", "<>", "><", "<!", "</", "<!-", "--", "*bold*", "_under_", "~~x~~", "`code`", "[x]", "(y)", "![", "](", "# no heading", "1. no list", "| a | b |", "\\*", "http://", "https://", "www.", "mailto:", "tel:", "//", "a://b", ":", "::", "?", "&", "=", "#", "%zz", "%", "+", ";", ",", "@", "!", "$", "^", "*", "(", ")", "[", "]", "{", "}", "|", "\\", "/", "'", "\"", "`", "~", "Ünïcödé", "naïve café", "–—―", "“quoted”", "…", "•", "©®™", "°C", "µ", "\\n", "\\u003c", "line\nbreak", "tab\tstop", " lead", "trail ", "  two  "}
}
