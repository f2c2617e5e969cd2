package call

import (
	"context"
	"net/http"
	"time"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

// Exchange is a request and what came back, as whoever develops the app may see it: what is secret in it is masked before it leaves this
// package, and what is long is cut.
type Exchange struct {
	Call      string // "group.call"
	Method    string
	URL       string    // with its arguments; "" when nothing was sent
	Request   string    // the id of the browser's request that it belongs to, "" none
	Login     string    // the key of the session it went out with, "" none
	At        time.Time // when it was sent
	Took      time.Duration
	Status    int // 0: no reply
	OK        bool
	Tries     int    // sendings, those of “retry” included
	Renewal   bool   // of the login
	Class     string // what a renewal came to, as session.Class says it; "" of any other call
	Expired   bool   // the reply says that the token has expired, by the app's rule
	Refreshed bool   // the login was renewed because of this call
	Replayed  bool   // this is the second sending
	Err       string // what went wrong, without values
	Sent, Got Shown
}

// Shown is one half of an Exchange.
type Shown struct {
	Headers []ShownHeader // by name
	Body    string        // as text
	Size    int64         // of the body, in bytes
	Cut     bool          // Body is not all of it, or it is no text
}

// ShownHeader is a header, masked.
type ShownHeader struct{ Name, Value string }

// Sending says what a request on its way is for; a transport that wraps the Client's own reads it from the context.
type Sending int

// The sendings. The zero value is a call that goes by no login.
const (
	SendingPlain   Sending = iota
	SendingLogin           // the login's token or cookies go along
	SendingRenewal         // it renews the login
)

type sendingKey struct{}

// SendingOf tells what a request is for.
func SendingOf(ctx context.Context) Sending {
	s, _ := ctx.Value(sendingKey{}).(Sending)
	return s
}

func sending(ctx context.Context, s Sending) context.Context {
	return context.WithValue(ctx, sendingKey{}, s)
}

// about is what an Exchange says of a request beside its bytes.
type about struct {
	login   string
	renewal bool
	class   string
	expired bool
}

// about says whose request it was, and how the app's rule judges the reply.
func (d *doing) about(s session.Session, loggedIn bool, b built, r Reply) about {
	if !loggedIn {
		return about{}
	}
	out := about{login: s.Key}
	if b.withLogin && byLogin(d.req.Call) {
		out.expired = d.c.expired(d.req.Call, r, Scope(s, true, d.now, d.c.project.App.Auth.UserType))
	}
	return out
}

// witnessed hands an exchange to whoever develops the app.
func (c *Client) witnessed(call *project.Call, b built, r Reply, ans answer, err string) {
	e := Exchange{
		Call: call.ID, Method: call.Method, Login: b.about.login, At: c.now().Add(-r.Took), Took: r.Took, Status: ans.status, OK: r.OK, Tries: ans.tries, Renewal: b.about.renewal,
		Class: b.about.class, Expired: b.about.expired, Refreshed: r.Refreshed, Replayed: r.Replayed, Err: err,
	}
	if b.http == nil {
		e.At = c.now()
		c.witness(e)
		return
	}
	m := NewMask(append(secretTexts(r.Value(), nil), b.secrets...)...)
	e.Request, e.URL = session.RequestOf(b.http.Context()), m.address(b.http.URL)
	e.Sent = Shown{Headers: m.headers(b.http.Header), Size: b.body.size()}
	e.Sent.Body, e.Sent.Cut = m.body(b.http.Header.Get("Content-Type"), b.body.peek())
	e.Sent.Cut = e.Sent.Cut || e.Sent.Body == "" && e.Sent.Size > 0
	e.Got = Shown{Headers: m.headers(ans.header), Size: int64(len(ans.body)), Cut: ans.file || ans.stream || ans.over || ans.encoded}
	if !e.Got.Cut {
		e.Got.Body, e.Got.Cut = m.body(http.Header(ans.header).Get("Content-Type"), ans.body)
	}
	c.witness(e)
}

// peek is a body that is small enough to be shown; nil for any other, and for one with a file in it.
func (p payload) peek() []byte {
	if p.size() > maxReadShown {
		return nil
	}
	var out []byte
	for _, one := range p {
		if one.file.Size() > 0 {
			return nil
		}
		out = append(out, one.data...)
	}
	return out
}

// secretTexts gathers the texts of all secrets in v.
func secretTexts(v any, into []string) []string {
	switch x := v.(type) {
	case value.Secret:
		into = append(into, x.Reveal())
	case []any:
		for _, e := range x {
			into = secretTexts(e, into)
		}
	case map[string]any:
		for k, e := range x {
			if k == "text" && value.HasSecret(e) {
				continue // the whole body: what is secret in it is found one by one
			}
			into = secretTexts(e, into)
		}
	}
	return into
}

// wrapped puts what develops the app round a transport; body readers and closers are the transport's own.
func wrapped(wrap func(http.RoundTripper) http.RoundTripper, all ...*http.RoundTripper) {
	for _, rt := range all {
		if wrap != nil {
			*rt = wrap(*rt)
		}
	}
}
