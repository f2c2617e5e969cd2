package session

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	idBytes  = 32
	idPrefix = "v1."
	// maxJar bounds the Cookie header that is looked at; a larger one is somebody's flood.
	maxJar = 16 << 10
	// maxNext bounds the value of the next cookie.
	maxNext = 3 << 10
)

// Cookie is one of the five cookies of an app: session, guest, next, language and theme. Each is host-only, out of
// reach of scripts and of other sites. (A4)
type Cookie struct {
	name   string
	secure bool
	value  func(string) (string, bool) // what is inside, if it is well-formed
}

// SessionCookie carries the id of a session. insecure drops the name's prefix and Secure, for plain
// http to a name that is not loopback (A5).
func SessionCookie(app string, insecure bool) Cookie { return newCookie(app, insecure, idValue) }

// GuestCookie carries the random id of somebody who is not logged in; there is no row behind it.
func GuestCookie(app string, insecure bool) Cookie {
	return newCookie(app+"-guest", insecure, idValue)
}

// NextCookie carries what must cross a redirect: base64url of bytes that the app has sealed, at most
// 3 KB.
func NextCookie(app string, insecure bool) Cookie {
	return newCookie(app+"-next", insecure, nextValue)
}

// LanguageCookie carries the tag of the language that somebody chose; it is no secret and says nothing of a login.
func LanguageCookie(app string, insecure bool) Cookie {
	return newCookie(app+"-language", insecure, tagValue)
}

// ThemeCookie carries light, dark or system, as somebody chose; it is no secret and says nothing of a login.
func ThemeCookie(app string, insecure bool) Cookie {
	return newCookie(app+"-theme", insecure, tagValue)
}

func newCookie(name string, insecure bool, value func(string) (string, bool)) Cookie {
	if insecure {
		return Cookie{name, false, value}
	}
	return Cookie{"__Host-Http-" + name, true, value}
}

// Name returns the cookie's full name.
func (c Cookie) Name() string { return c.name }

// Write returns the Set-Cookie line for value: an id, or the next cookie's sealed bytes in
// base64url. maxAge 0 makes it end with the browser; parts of a second are dropped.
func (c Cookie) Write(value string, maxAge time.Duration) string {
	line := c.name + "=" + idPrefix + value + c.attributes()
	if maxAge > 0 {
		line += "; Max-Age=" + strconv.FormatInt(int64(maxAge/time.Second), 10)
	}
	return line
}

// Clear returns the Set-Cookie line that removes the cookie.
func (c Cookie) Clear() string { return c.name + "=" + c.attributes() + "; Max-Age=0" }

func (c Cookie) attributes() string {
	if c.secure {
		return "; Path=/; Secure; HttpOnly; SameSite=Strict"
	}
	return "; Path=/; HttpOnly; SameSite=Strict"
}

// Read returns what the cookie carries. false means that there is none, that it is malformed, or
// that the header can be read in more than one way: then nobody is logged in (A6).
func (c Cookie) Read(h http.Header) (string, bool) {
	jar := strings.Join(h["Cookie"], "; ") // HTTP/2 may send it in pieces
	if len(jar) > maxJar || mentions(jar, c.name) != 1 || mentions(jar, "$version") != 0 {
		return "", false
	}
	found := ""
	for pair := range strings.SplitSeq(jar, ";") {
		pair = strings.Trim(pair, " ")
		if strings.Count(pair, `"`)%2 != 0 { // a quoted value that some readers carry past the semicolon
			return "", false
		}
		if value, ok := strings.CutPrefix(pair, c.name+"="); ok {
			found = value
		}
	}
	value, ok := strings.CutPrefix(found, idPrefix)
	if !ok {
		return "", false
	}
	return c.value(value)
}

// Sent reports whether the header mentions the cookie at all, well-formed or not, so that the app
// can clear one that Read does not take.
func (c Cookie) Sent(h http.Header) bool {
	return mentions(strings.Join(h["Cookie"], "; "), c.name) > 0
}

// mentions counts where jar holds name as a whole word before an equals sign, whatever the case:
// also inside other values, where a reader with other rules would see a cookie.
func mentions(jar, name string) int {
	if !ascii(jar) { // letters beyond ASCII may be small forms of others
		jar, name = strings.ToLower(jar), strings.ToLower(name)
	}
	n := 0
	for at := 0; ; at++ {
		i := strings.IndexByte(jar[at:], '=')
		if i < 0 {
			return n
		}
		at += i
		before := strings.TrimRight(jar[:at], " \t")
		start := len(before) - len(name)
		if start >= 0 && strings.EqualFold(before[start:], name) && (start == 0 || !isNameByte(before[start-1])) {
			n++
		}
	}
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// isNameByte reports whether b can be part of a cookie's name (RFC 6265 token).
func isNameByte(b byte) bool {
	return b > 0x20 && b < 0x7f && !strings.ContainsRune(`()<>@,;:\"/[]?={}`, rune(b))
}

func idValue(s string) (string, bool) {
	if len(s) != base64.RawURLEncoding.EncodedLen(idBytes) {
		return "", false
	}
	_, err := base64.RawURLEncoding.Strict().DecodeString(s)
	return s, err == nil && !strings.ContainsAny(s, "\r\n")
}

func tagValue(s string) (string, bool) {
	for _, c := range s {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' {
			return "", false
		}
	}
	return s, s != "" && len(s) <= 35
}

func nextValue(s string) (string, bool) {
	if s == "" || len(s) > maxNext {
		return "", false
	}
	_, err := base64.RawURLEncoding.Strict().DecodeString(s)
	return s, err == nil && !strings.ContainsAny(s, "\r\n")
}
