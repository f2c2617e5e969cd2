package call

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/usherdev/usher/value"
)

// Mask hides what is secret in what a developer is shown: texts that are known to be secret, values whose names say so, and what looks like a
// token. It hides rather too much than too little.
type Mask struct{ known []string }

// NewMask returns a Mask that knows these texts to be secret.
func NewMask(known ...string) Mask {
	m := Mask{}
	for _, k := range known {
		if len(k) >= 3 && !slices.Contains(m.known, k) {
			m.known = append(m.known, k)
		}
	}
	slices.SortFunc(m.known, func(a, b string) int { return len(b) - len(a) }) // the longer first: one may be a part of another
	return m
}

const hidden = "…" // all that is shown of a secret whose ends are not

var (
	secretName = regexp.MustCompile(`(?i)pass(w|code|phrase|$)|secret|token|authori[sz]ation|cookie|api[-_]?key|private|credential|jwt|session[-_]?id|signature|^(otp|pin|cvv|cvc)$`)
	tokenName  = regexp.MustCompile(`(?i)token|jwt|authori[sz]ation`)
	tokenLike  = regexp.MustCompile(`^(ey[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*|[A-Za-z0-9_+/=.~-]{40,})$`)
	tokenIn    = regexp.MustCompile(`ey[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*`)
)

// Text returns what is shown of a text of this name, "" for none, and whether something of it is hidden.
func (m Mask) Text(name, text string) (shown string, hid bool) {
	switch {
	case text == "":
		return text, false
	case secretName.MatchString(name):
		if tokenName.MatchString(name) {
			return value.Masked(text), true
		}
		return hidden, true
	case tokenLike.MatchString(text):
		return value.Masked(text), true
	}
	shown = text
	for _, k := range m.known {
		for _, spelt := range []string{k, url.QueryEscape(k), escapeAll(k), base64.StdEncoding.EncodeToString([]byte(k))} {
			shown = strings.ReplaceAll(shown, spelt, hidden)
		}
	}
	shown = tokenIn.ReplaceAllStringFunc(shown, value.Masked)
	return shown, shown != text
}

// Value returns v with all that is secret in it replaced; v itself stays as it is.
func (m Mask) Value(name string, v any) any {
	switch x := v.(type) {
	case value.Secret:
		if tokenName.MatchString(name) {
			return value.Masked(x.Reveal())
		}
		return hidden
	case string:
		shown, _ := m.Text(name, x)
		return shown
	case json.Number:
		if secretName.MatchString(name) {
			return hidden
		}
	case []any:
		out := make([]any, len(x))
		for i, e := range x {
			out[i] = m.Value(name, e)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(x))
		for k, e := range x {
			shown, _ := m.Text("", k)
			out[shown] = m.Value(k, e)
		}
		return out
	}
	return v
}

// plainHeaders are headers whose values tell no secret by what they are for.
func plainHeaders() []string {
	return []string{"Accept", "Accept-Language", "Cache-Control", "Content-Encoding", "Content-Language", "Content-Length", "Content-Type", "Date", "Etag", "Expires", "Last-Modified",
		"Retry-After", "Server", "User-Agent", "Vary", "Www-Authenticate", "X-Forwarded-For", "X-Refresh-Attempt", "X-Request-Id"}
}

// headers lists headers by name. A value is shown where the name says what is in it; of any other no more than its ends.
func (m Mask) headers(h http.Header) []ShownHeader {
	out := []ShownHeader{}
	for name, all := range h {
		for _, text := range all {
			if slices.Contains(plainHeaders(), name) {
				text, _ = m.Text("", text)
			} else {
				text = m.ends(text)
			}
			out = append(out, ShownHeader{Name: name, Value: cutText(text, maxHeader)})
		}
	}
	slices.SortStableFunc(out, func(a, b ShownHeader) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// ends shows the ends of a header's last word, with the scheme before it.
func (m Mask) ends(text string) string {
	scheme, rest, ok := strings.Cut(text, " ")
	if !ok || len(scheme) > 12 || strings.Contains(rest, " ") || strings.EqualFold(scheme, "Basic") {
		return value.Masked(text)
	}
	return scheme + " " + value.Masked(rest)
}

// address shows an address with its arguments.
func (m Mask) address(u *url.URL) string {
	out := url.URL{Scheme: u.Scheme, Host: u.Host}
	text := out.String()
	for _, segment := range strings.Split(strings.TrimPrefix(u.EscapedPath(), "/"), "/") {
		shown, _ := m.Text("", segment)
		text += "/" + shown
	}
	if u.RawQuery == "" {
		return text
	}
	var pairs []string
	for _, pair := range strings.Split(u.RawQuery, "&") {
		name, raw, _ := strings.Cut(pair, "=")
		plain, err := url.QueryUnescape(raw)
		if err != nil {
			plain = raw
		}
		if shown, hid := m.Text(name, plain); hid {
			raw = shown
		}
		pairs = append(pairs, name+"="+raw)
	}
	return cutText(text+"?"+strings.Join(pairs, "&"), maxAddress)
}

// Bounds of what is shown of one message.
const (
	maxHeader    = 512
	maxAddress   = 2 << 10
	maxBody      = 16 << 10
	maxReadShown = 512 << 10 // a larger body is not looked into
)

// body shows a body: JSON on lines of its own, a form by its fields, other text as it is.
func (m Mask) body(media string, b []byte) (text string, cut bool) {
	switch {
	case len(b) == 0:
		return "", false
	case len(b) > maxReadShown:
		return "", true
	case strings.HasPrefix(media, "multipart/"), !utf8.Valid(b):
		return "", true
	}
	if v, err := value.DecodeJSON(b); err == nil {
		out, err := json.MarshalIndent(m.Value("", v), "", "  ")
		if err != nil {
			return "", true
		}
		return clipped(unescapeHTML(string(out)))
	}
	if strings.HasPrefix(media, "application/x-www-form-urlencoded") {
		return clipped(strings.TrimPrefix(m.address(&url.URL{RawQuery: string(b)}), "/?"))
	}
	shown, _ := m.Text("", string(b))
	return clipped(shown)
}

// unescapeHTML takes back what encoding/json does to three letters for pages that hold JSON.
func unescapeHTML(s string) string {
	return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(s)
}

func clipped(s string) (string, bool) { return cutText(s, maxBody), len(s) > maxBody }

// cutText cuts a text after so many bytes, never inside a letter.
func cutText(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most] + hidden
}
