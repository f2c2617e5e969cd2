package client

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/usherdev/usher/session"
)

const (
	maxReply = 1 << 20 // after decompression
	skewFrom = 30 * time.Second
	skewMost = 24 * time.Hour
)

// request is one call of the bare client.
type request struct {
	method, url string
	header      http.Header
	body        []byte
	kind        string // Content-Type of body
}

// reply is what came back.
type reply struct {
	status  int
	header  http.Header
	body    []byte
	sent    time.Time // our clock, before the request left
	err     error     // nothing whole came back
	unspent bool      // with err: the request was certainly not processed
	over    bool      // the body is larger than maxReply
}

// send makes the call once.
func send(ctx context.Context, bare *http.Client, in request) reply {
	out := reply{sent: time.Now()}
	var asked, wrote atomic.Bool // a Base that reports nothing leaves asked unset: then nothing is certain
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn:      func(string) { asked.Store(true) },
		WroteRequest: func(info httptrace.WroteRequestInfo) { wrote.Store(info.Err == nil) },
	})
	r, err := http.NewRequestWithContext(ctx, in.method, in.url, bytes.NewReader(in.body))
	if err != nil {
		out.err, out.unspent = errors.New("the address of the call is not valid"), true
		return out
	}
	r.GetBody = nil // net/http itself must not send it again
	for name, values := range in.header {
		r.Header[http.CanonicalHeaderKey(name)] = values
	}
	if in.kind != "" {
		r.Header.Set("Content-Type", in.kind)
	}
	if r.Header.Get("Accept") == "" {
		r.Header.Set("Accept", "application/json")
	}
	r.Header.Set("X-Refresh-Attempt", rand.Text())
	if until, ok := ctx.Deadline(); ok && !time.Now().Before(until) { // its timer rings late in a process that stood still (C10)
		out.err, out.unspent = context.DeadlineExceeded, true
		return out
	}
	res, err := bare.Do(r)
	if err != nil {
		out.err, out.unspent = cause(err), asked.Load() && !wrote.Load()
		return out
	}
	defer res.Body.Close()
	out.status, out.header = res.StatusCode, res.Header
	out.body, err = io.ReadAll(io.LimitReader(res.Body, maxReply+1))
	if err != nil {
		out.err = cause(err)
	}
	out.over = len(out.body) > maxReply
	return out
}

// cause drops the address, which may hold a secret, from an error of net/http.
func cause(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

func (r reply) ok() bool { return r.err == nil && !r.over && r.status >= 200 && r.status < 300 }

func (r reply) html() bool {
	kind, _, _ := mime.ParseMediaType(r.header.Get("Content-Type"))
	return kind == "text/html" || bytes.HasPrefix(bytes.TrimLeft(r.body, " \t\r\n"), []byte("<"))
}

// skew is how far the backend's clock is ahead of ours, by its Date; small differences count as none.
func (r reply) skew() time.Duration {
	date, err := http.ParseTime(r.header.Get("Date"))
	if err != nil {
		return 0
	}
	if d := date.Sub(r.sent); d.Abs() > skewFrom {
		return max(min(d, skewMost), -skewMost)
	}
	return 0
}

// json decodes the body with numbers as they are written.
func (r reply) json() (any, error) {
	dec := json.NewDecoder(bytes.NewReader(r.body))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, err
	}
	if dec.More() {
		return nil, errors.New("more than one JSON value")
	}
	return v, nil
}

// classify reads everything of a refresh call but a good answer's fields (promises B11 to B14). A
// session.Success still has to be mapped.
func classify(r reply) session.Answer {
	body, broken := r.json()
	fields, _ := body.(map[string]any)
	code, _ := fields["error"].(string)
	return session.Classify(session.Facts{
		Err: r.err, Unsent: r.unspent, Unread: r.over,
		Status: r.status, Header: r.header, Now: r.sent, Empty: len(r.body) == 0, HTML: r.html(), JSON: broken == nil, Code: code,
	})
}

// revoked reads the reply to a log-out call: any 2xx or 4xx but 429 counts as done.
func revoked(r reply) error {
	switch {
	case r.status >= 200 && r.status < 300, r.status >= 400 && r.status < 500 && r.status != http.StatusTooManyRequests:
		return nil
	case r.err != nil:
		return fmt.Errorf("log-out call: %w", r.err)
	}
	return fmt.Errorf("log-out call: status %d", r.status)
}

// Refusal is a backend's "no" to a log-in.
type Refusal struct {
	Status     int
	Code       string            // for programs, if the backend gave one
	Message    string            // for people, if the backend gave one
	Fields     map[string]string // what is wrong with which field, if the backend said so
	RetryAfter time.Duration     // the backend's wish; 0 if there is none
}

// Error returns a sentence. What was typed is not in it.
func (r *Refusal) Error() string {
	if r.Message == "" {
		return fmt.Sprintf("log-in refused: status %d", r.Status)
	}
	return fmt.Sprintf("log-in refused: %s (status %d)", r.Message, r.Status)
}

// refused makes an error of a log-in reply that is not good; secrets are what was sent.
func refused(r reply, message, code string, fields map[string]string, secrets []session.Secret) error {
	switch {
	case r.err != nil:
		return fmt.Errorf("log-in: %w", r.err)
	case r.over:
		return errors.New("log-in: the reply is too large")
	case r.status >= 500, r.status < 400:
		return fmt.Errorf("log-in: status %d", r.status)
	}
	clean := map[string]string{}
	for name, text := range fields {
		clean[scrub(name, secrets)] = scrub(text, secrets)
	}
	return &Refusal{r.status, scrub(code, secrets), scrub(message, secrets), clean, session.Wish(r.header, r.sent)}
}

// scrubFrom is the least length of a secret that is looked for: shorter ones are too likely a word of the
// sentence.
const scrubFrom = 6

// scrub takes what was sent out of a text of the backend's.
func scrub(text string, secrets []session.Secret) string {
	for _, s := range secrets {
		if len(s.Reveal()) >= scrubFrom {
			text = strings.ReplaceAll(text, s.Reveal(), s.String())
		}
	}
	return text
}
