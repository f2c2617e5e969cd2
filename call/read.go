package call

import (
	"bytes"
	"mime"
	"net/http"
	"strings"
	"time"
	"unicode"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// Reply is what a call came to.
type Reply struct {
	OK         bool              // a 2xx that could be read
	Status     int               // 0: nothing was sent, or no whole reply came back
	Headers    map[string]string // lower-case names; values of a repeated header are joined by ", "; without cookies
	Body       any               // the JSON, read as the call's reply type when OK; nil when there is none
	Text       string            // the body as text; it may hold tokens: do not print it
	Error      string            // a sentence for people when not OK
	Fields     []FieldError      // what the backend said of single fields when not OK, by the call's fieldErrors; without secrets
	Cookies    map[string]string // that the backend set, by name; for mappings: do not print or store them
	Mismatches []value.Mismatch  // where the body is not what the reply type says
	Refreshed  bool              // the login was renewed because of this call
	Replayed   bool              // this is the reply to the second sending
	Cached     bool              // nothing was sent: this is what was remembered of an earlier reply
	Took       time.Duration     // of the last sending
	Skew       time.Duration     // how far the backend's clock is ahead of ours by its Date; 0 when they agree

	secretHeaders []string
	secretText    bool
}

// Value returns what expressions see of the reply: ok, status, headers, cookies, body, error, fieldErrors, text. Errors are nil when
// there are none. Tokens in it are secrets.
func (r Reply) Value() map[string]any {
	headers := make(map[string]any, len(r.Headers))
	for k, v := range r.Headers {
		headers[k] = v
	}
	for _, k := range r.secretHeaders {
		if v, ok := headers[k].(string); ok {
			headers[k] = value.NewSecret(v)
		}
	}
	cookies := make(map[string]any, len(r.Cookies))
	for k, v := range r.Cookies {
		cookies[k] = value.NewSecret(v)
	}
	out := map[string]any{"ok": r.OK, "status": r.Status, "headers": headers, "cookies": cookies, "body": r.Body, "text": r.Text}
	if r.secretText || value.HasSecret(r.Body) {
		out["text"] = value.NewSecret(r.Text)
	}
	if r.Error != "" {
		out["error"] = r.Error
	}
	if len(r.Fields) > 0 {
		fields := make(map[string]any, len(r.Fields))
		for _, f := range r.Fields {
			fields[f.Field] = f.Message
		}
		out["fieldErrors"] = fields
	}
	return out
}

// read makes a Reply of an answer. sent are secrets that may not come back in the error sentence, which is in the language of l.
func (c *Client) read(call *project.Call, ans answer, sent []string, l *value.Locale) Reply {
	r := Reply{Headers: headers(ans.header), secretHeaders: []string{"authorization"}}
	if ans.err != nil {
		r.Headers, r.Error = map[string]string{}, ans.sentence(l, call.Group.Name)
		return r
	}
	r.Status, r.Cookies = ans.status, cookies(ans.header)
	if ans.over || ans.encoded {
		r.Error = ans.sentence(l, call.Group.Name)
		return r
	}
	r.Text = strings.ToValidUTF8(string(ans.body), "\uFFFD")
	r.OK = ans.status >= 200 && ans.status < 300
	c.decode(call, &r, ans, l)
	c.wrapSecrets(call, &r)
	wrapEchoes(&r, sent)
	if !r.OK && r.Error == "" {
		r.Error = c.errorSentence(call, r, l)
	}
	r.Error, r.Fields = hide(r.Error, sent), c.fieldErrors(call, r, sent)
	return r
}

// decode reads the body. A success must be what its reply type says, or it is none (F096).
func (c *Client) decode(call *project.Call, r *Reply, ans answer, l *value.Locale) {
	if ans.file || call.ReplyAs == project.ReplyNone || call.Method == http.MethodHead {
		return
	}
	if r.OK && call.ReplyAs == project.ReplyEvents {
		readStream(r, ans, call.Group.Name, l)
		return
	}
	typed := r.OK && call.Reply != nil && call.Reply.Kind != value.KindAny
	if typed && call.Reply.HasSecret() {
		r.secretText = true
	}
	v, isJSON := decodeAs(call, r.Text, ans)
	if !r.OK {
		r.Body = hideFailed(v, call)
		return
	}
	must := typed || call.ReplyAs == project.ReplyJSON || call.ReplyAs == project.ReplyAuto && claimsJSON(ans)
	for _, key := range call.Unwrap {
		v = inner(v, key)
	}
	switch {
	case must && len(ans.body) > 0 && !isJSON:
		r.OK, r.Error = false, own(l, "call.notJSON")
		return
	case typed && v == nil, must && len(ans.body) == 0:
		r.OK, r.Error = false, own(l, "call.nothing")
		return
	}
	if !typed {
		r.Body = v
		return
	}
	r.Body, r.Mismatches = value.Coerce(v, call.Reply)
	if r.Body == nil {
		r.OK, r.Error = false, own(l, "call.shape")
	}
}

// decodeAs reads a body the way the call wants it; ok is false where that cannot be.
func decodeAs(call *project.Call, text string, ans answer) (v any, ok bool) {
	if call.ReplyAs == project.ReplyText {
		return text, len(ans.body) > 0
	}
	v, ok = decodeBody(ans, call.Limits.Depth)
	if !ok && call.ReplyAs == project.ReplyAuto && len(ans.body) > 0 && len(call.Unwrap) == 0 && call.Reply != nil &&
		(call.Reply.Kind == value.KindText || call.Reply.Kind == value.KindSecret) && !isHTML(ans) {
		return text, true // a bare text, such as a token
	}
	return v, ok
}

// hideFailed makes secrets of what the reply type calls one in the body of a failure, be it wrapped or not.
func hideFailed(v any, call *project.Call) any {
	payload, wrapped := v, len(call.Unwrap) > 0
	for i, key := range call.Unwrap {
		m, ok := payload.(map[string]any)
		if ok && i == len(call.Unwrap)-1 && m[key] != nil {
			m[key] = hideTyped(m[key], call.Reply)
		}
		payload = m[key]
	}
	if wrapped && payload != nil {
		return v
	}
	return hideTyped(v, call.Reply)
}

// decodeBody reads JSON strictly, whatever the Content-Type calls it, unless it is HTML.
func decodeBody(ans answer, depth int) (v any, ok bool) {
	if isHTML(ans) || len(ans.body) == 0 {
		return nil, false
	}
	v, err := value.DecodeJSONWithin(ans.body, depth)
	return v, err == nil
}

// claimsJSON reports whether a body is called JSON and begins like an object or a list; a mere word under that name, such as OK, is let pass.
func claimsJSON(ans answer) bool {
	mt, _, err := mime.ParseMediaType(ans.header.Get("Content-Type"))
	if err != nil || mt != "application/json" && !strings.HasSuffix(mt, "+json") {
		return false
	}
	start := bytes.TrimLeft(ans.body[:min(len(ans.body), 64)], "\xef\xbb\xbf \t\r\n")
	return len(start) > 0 && (start[0] == '{' || start[0] == '[')
}

func isHTML(ans answer) bool {
	if mt, _, err := mime.ParseMediaType(ans.header.Get("Content-Type")); err == nil && (mt == "text/html" || mt == "application/xhtml+xml") {
		return true
	}
	start := strings.ToLower(strings.TrimSpace(string(ans.body[:min(len(ans.body), 64)])))
	return strings.HasPrefix(start, "<!doctype html") || strings.HasPrefix(start, "<html")
}

// headers is what an app may see of a reply's headers: no cookies (F13).
func headers(h http.Header) map[string]string {
	out := make(map[string]string, len(h))
	for k, v := range h {
		k = strings.ToLower(k)
		if k != "set-cookie" && k != "set-cookie2" {
			out[k] = strings.ToValidUTF8(strings.Join(v, ", "), "\uFFFD")
		}
	}
	return out
}

const maxCookies = 50 // of one reply

// cookies are the cookies that a reply sets, by name; one that is taken back, or that no browser would take, is left out.
func cookies(h http.Header) map[string]string {
	lines := h["Set-Cookie"]
	if len(lines) == 0 {
		return nil
	}
	out := map[string]string{}
	for _, line := range lines[:min(len(lines), maxCookies)] {
		c, err := http.ParseSetCookie(line)
		if err == nil && c.MaxAge >= 0 && c.Value != "" {
			out[c.Name] = c.Value
		}
	}
	return out
}

const maxSentence = 300 // characters

// errorSentence is what people read when a call failed: by the call's rule, else what the backend says where backends
// say it, else by status.
func (c *Client) errorSentence(call *project.Call, r Reply, l *value.Locale) string {
	if call.ErrorMessage != nil {
		if v, err := call.ErrorMessage.Eval(c.replyScope(r, nil)); err == nil && !value.HasSecret(v) {
			if s := tidy(value.Text(v)); s != "" {
				return s
			}
		}
	}
	if s := tidy(said(r.Body)); s != "" {
		return s
	}
	if s := plainSentence(r); s != "" {
		return s
	}
	return byStatus(l, r.Status, call.Group.Name)
}

// said finds the sentence in an error body: message, error.message, errors[0].message, error_description, error,
// detail, msg, or a bare text.
func said(body any) string {
	switch x := body.(type) {
	case string:
		return x
	case []any:
		return said(first(x))
	case map[string]any:
		for _, v := range []any{x["message"], inner(x["error"], "message"), inner(first(x["errors"]), "message"), first(x["errors"]),
			x["error_description"], x["error"], x["detail"], x["msg"], first(x["non_field_errors"])} {
			if s := line(v); s != "" {
				return s
			}
		}
	}
	return ""
}

// line is v as text if it is text, or a list of texts.
func line(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case []any:
		var out []string
		for _, e := range x {
			if s, ok := e.(string); ok {
				out = append(out, s)
			}
		}
		return strings.Join(out, " ")
	}
	return ""
}

func inner(v any, key string) any {
	m, _ := v.(map[string]any)
	return m[key]
}

func first(v any) any {
	if list, ok := v.([]any); ok && len(list) > 0 {
		return list[0]
	}
	return nil
}

// plainSentence is a plain-text reply that is a sentence, as simple servers send it.
func plainSentence(r Reply) string {
	s := strings.TrimSpace(r.Text)
	if !strings.HasPrefix(r.Headers["content-type"], "text/plain") || len(s) > maxSentence || strings.ContainsAny(s, "\n<>{}") {
		return ""
	}
	return tidy(s)
}

// tidy makes one printable line of s, bounded in length.
func tidy(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > maxSentence {
		s = string(runes[:maxSentence-1]) + "…"
	}
	return s
}

func byStatus(l *value.Locale, status int, group string) string {
	switch {
	case status >= 300 && status < 400:
		return own(l, "call.elsewhere", "service", group)
	case status == http.StatusUnauthorized:
		return own(l, "call.unauthorized")
	case status == http.StatusForbidden:
		return own(l, "call.forbidden")
	case status == http.StatusNotFound:
		return own(l, "call.notFound")
	case status == http.StatusTooManyRequests:
		return own(l, "call.tooMany")
	case status >= 500:
		return own(l, "call.problem", "service", group)
	}
	return own(l, "call.refused", "service", group, "status", status)
}

const shortSecret = 6 // characters; a shorter text would be found by accident

// hide takes secrets that were sent out of a sentence that the backend may have echoed them into.
func hide(s string, secrets []string) string {
	for _, x := range secrets {
		if len(x) < shortSecret {
			continue
		}
		s = strings.ReplaceAll(s, x, "[redacted]")
	}
	return s
}
