package call

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/usherdev/usher/value"
)

// Message is one message of a streaming reply.
type Message struct {
	Event string // "message" unless the backend names it
	ID    string
	data  any
	text  any
}

// Value returns what expressions see of it: data, text, event, id. Tokens in it are secrets.
func (m Message) Value() map[string]any {
	return map[string]any{"data": m.data, "text": m.text, "event": m.Event, "id": m.ID}
}

// Stream sends a call whose reply is a stream of events, and hands on each message as it comes, in order (F103). What is not such a
// stream is a Reply as Do makes it, and a reply that is expired before the first message renews the login and is asked for again, once;
// afterwards nothing is sent again. An error of each ends the stream and is returned.
func (c *Client) Stream(ctx context.Context, req Request, login Login, each func(Message) error) (Reply, error) {
	if req.Call == nil || req.Call.Group == nil {
		return Reply{}, errors.New("call: the request names no call")
	}
	d := doing{c: c, req: req, login: login, now: c.now(), each: each}
	return d.sendIt(ctx)
}

// gathered is Do for a stream: the body of the reply is the list of its first messages.
func (c *Client) gathered(ctx context.Context, req Request, login Login) (Reply, error) {
	list, size := []any{}, 0
	d := doing{c: c, req: req, login: login, now: c.now(), each: func(m Message) error {
		list = append(list, m.Value())
		if size += len(value.Text(value.Reveal(m.text))); len(list) == shownByDo || size > heldByDo {
			return errStopped
		}
		return nil
	}}
	r, err := d.sendIt(ctx)
	if err == nil && r.OK {
		r.Body = list
	}
	return r, err
}

func (d *doing) sendIt(ctx context.Context) (Reply, error) {
	s, loggedIn, refusal, err := d.c.admit(ctx, d.req.Call, d.login, d.req.Locale)
	if err != nil {
		return Reply{}, err
	}
	if refusal != "" {
		return d.refused(refusal), nil
	}
	return d.answered(ctx, s, loggedIn)
}

// streamed sends the request once and reads its reply: as a stream where it is one, else whole.
func (d *doing) streamed(ctx context.Context, b built) answer {
	limit := replyLimit(d.req.Call)
	return d.c.exchanged(ctx, d.c.plain, b.http, exchangeTimes{silence: timeoutOf(d.req.Call), all: streamTime}, func(resp *http.Response, body io.Reader) answer {
		if kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type")); resp.StatusCode/100 != 2 || kind != mediaOfEvent {
			return whole(resp, body, limit)
		}
		ans := answer{status: resp.StatusCode, header: resp.Header, wrote: true, stream: true}
		d.opened = true
		ans.err = d.messages(newEventReader(&bounded{body, limit}), b.secrets)
		switch {
		case errors.Is(ans.err, io.EOF), errors.Is(ans.err, errStopped):
			ans.err = nil
		case errors.Is(ans.err, errTooMuch):
			ans.err, ans.over = nil, true
		}
		return ans
	})
}

// messages hands on one message after the other; the error says why there are no more.
func (d *doing) messages(in *eventReader, sent []string) error {
	for n := 0; ; n++ {
		e, err := in.next()
		if err != nil {
			return err
		}
		if n == maxMessages {
			return errTooMuch
		}
		if err := d.each(d.message(e, sent)); err != nil {
			if !errors.Is(err, errStopped) {
				d.failed = err
			}
			return errStopped
		}
	}
}

// message reads an event: its data as the reply type of the call says, and without one as JSON where it is JSON.
func (d *doing) message(e rawEvent, sent []string) Message {
	c, call := d.c, d.req.Call
	r := Reply{OK: true, Text: strings.ToValidUTF8(e.data, "\uFFFD"), Headers: map[string]string{}}
	typed := call.Reply != nil && call.Reply.Kind != value.KindAny
	r.secretText = typed && call.Reply.HasSecret()
	v, err := value.DecodeJSONWithin([]byte(r.Text), call.Limits.Depth)
	switch {
	case typed && (call.Reply.Kind == value.KindText || call.Reply.Kind == value.KindSecret):
		v = r.Text
	case err != nil && typed:
		v = nil // such as the word that ends a stream; it is in text
	case err != nil:
		v = r.Text
	}
	for _, key := range call.Unwrap {
		if m, ok := v.(map[string]any); ok {
			v = m[key]
		}
	}
	r.Body = v
	if typed {
		r.Body, _ = value.Coerce(v, call.Reply)
	}
	c.wrapSecrets(call, &r)
	wrapEchoes(&r, sent)
	out := r.Value()
	m := Message{Event: hide(strings.ToValidUTF8(e.name, "\uFFFD"), sent), ID: hide(strings.ToValidUTF8(e.id, "\uFFFD"), sent), data: out["body"], text: out["text"]}
	if m.Event == "" {
		m.Event = "message"
	}
	return m
}

// readStream is what is left to say of a reply of a call that streams.
func readStream(r *Reply, ans answer, group string, l *value.Locale) {
	switch {
	case ans.stream, len(ans.body) == 0 && ans.status == http.StatusNoContent:
	default:
		r.OK, r.Text, r.Error = false, "", own(l, "call.notStream", "service", group)
	}
}

// exchangeTimes bound an exchange: the wait for its first byte and for each further one, and all of it.
type exchangeTimes struct{ silence, all time.Duration }

// patient is a body that is given up when it is silent for too long. Time that its reader takes does not count.
type patient struct {
	io.Reader
	timer *time.Timer
	most  time.Duration
}

func (p patient) Read(b []byte) (int, error) {
	p.timer.Reset(p.most)
	defer p.timer.Stop()
	return p.Reader.Read(b)
}

// bounded is a reader that fails beyond a number of bytes; exactly so many are fine.
type bounded struct {
	io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p[:min(int64(len(p)), b.left+1)])
	if int64(n) > b.left {
		n, err = int(b.left), errTooMuch
	}
	b.left -= int64(n)
	return n, err
}

// judgeStream is judge for a reply whose stream was opened: it is not expired, and nothing is sent again.
func (d *doing) judgeStream(ctx context.Context, reply Reply) (Reply, error) {
	d.c.slide(ctx, d.login, reply)
	return reply, ctx.Err()
}
