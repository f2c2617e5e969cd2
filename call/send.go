package call

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/usherdev/usher/value"
)

// untilKey is where the context of a call that must not be late has the end of its time.
type untilKey struct{}

// inTime is a connection on which nothing is written once the time of its one request is over by the clock. The timer
// that ends a context may ring late in a process that stood still; by then another node may have made the call, and the
// token would be sent a second time (C10).
type inTime struct {
	net.Conn
	until time.Time
}

// errLate is what such a connection says; the request has then not been written in full.
var errLate = errors.New("the time of the call is over")

func (c inTime) Write(b []byte) (int, error) {
	if !time.Now().Before(c.until) {
		return 0, errLate
	}
	return c.Conn.Write(b)
}

// answer is what one sending came to.
type answer struct {
	status  int // 0: no reply
	header  http.Header
	body    []byte
	over    bool  // the body is larger than the limit
	file    bool  // it was a file, which was handed on; body is empty
	stream  bool  // it was a stream of events, which were handed on; body is empty
	encoded bool  // the body has an encoding that was not asked for
	away    bool  // it is of another origin than the call's
	wrote   bool  // the request was written in full, or may have been
	timeout bool  // we stopped waiting
	tries   int   // sendings; 0 is one
	err     error // transport error, or the body was cut off
}

// errTimeout is the cause with which an exchange ends itself.
var errTimeout = errors.New("no answer in time")

// exchange sends a request once and reads its reply. It never follows a redirect: it uses the transport, not a client.
func (c *Client) exchange(ctx context.Context, rt http.RoundTripper, req *http.Request, timeout time.Duration, limit int64) answer {
	if timeout <= 0 {
		timeout = defaultTimeout
	}
	return c.exchanged(ctx, rt, req, exchangeTimes{all: timeout}, func(resp *http.Response, body io.Reader) answer { return whole(resp, body, limit) })
}

// exchanged sends a request once and has read read its reply, within times.
func (c *Client) exchanged(ctx context.Context, rt http.RoundTripper, req *http.Request, times exchangeTimes, read func(*http.Response, io.Reader) answer) answer {
	ctx, cancel := context.WithTimeoutCause(ctx, times.all, errTimeout)
	defer cancel()
	var timer *time.Timer
	if times.silence > 0 {
		var giveUp context.CancelCauseFunc
		ctx, giveUp = context.WithCancelCause(ctx)
		defer giveUp(nil)
		timer = time.AfterFunc(times.silence, func() { giveUp(errTimeout) })
		defer timer.Stop()
	}
	var p progress
	resp, err := rt.RoundTrip(req.WithContext(p.watched(ctx)))
	if err != nil {
		return answer{err: err, wrote: !p.unsent() && !errors.Is(err, errLate), timeout: context.Cause(ctx) == errTimeout}
	}
	defer func() { _ = resp.Body.Close() }()
	if isEncoded(resp) {
		return answer{status: resp.StatusCode, header: resp.Header, wrote: true, encoded: true}
	}
	var body io.Reader = resp.Body
	if timer != nil {
		timer.Stop()
		body = patient{resp.Body, timer, times.silence}
	}
	ans := read(resp, body)
	ans.timeout = ans.err != nil && context.Cause(ctx) == errTimeout
	return ans
}

// progress is how far a request has come.
type progress struct{ doubt, failed, wrote, heard atomic.Bool }

// watched returns a context under which the transport tells p how far it is.
func (p *progress) watched(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(i httptrace.GotConnInfo) {
			// HTTP/1 fails only after its writer has ended and said so; in HTTP/2 the last byte may have gone when a connection breaks, unsaid.
			conn, ok := i.Conn.(*tls.Conn)
			p.doubt.Store(ok && conn.ConnectionState().NegotiatedProtocol == "h2")
		},
		WroteRequest: func(i httptrace.WroteRequestInfo) {
			p.failed.Store(i.Err != nil)
			p.wrote.Store(p.wrote.Load() || i.Err == nil)
		},
		GotFirstResponseByte: func() { p.heard.Store(true) }, // a backend may answer before it has read everything
	})
}

// unsent reports whether the request was certainly not written in full.
func (p *progress) unsent() bool {
	return !p.wrote.Load() && !p.heard.Load() && (p.failed.Load() || !p.doubt.Load())
}

// isEncoded reports whether a body has an encoding beside the gzip that the transport asked for and took off. Nothing of it is read (F8).
func isEncoded(resp *http.Response) bool {
	if resp.Body == http.NoBody || resp.Request != nil && resp.Request.Method == http.MethodHead {
		return false
	}
	enc := strings.Join(resp.Header["Content-Encoding"], ",")
	return enc != "" && !strings.EqualFold(enc, "identity")
}

// whole reads all of a body, within limit.
func whole(resp *http.Response, body io.Reader, limit int64) answer {
	ans := answer{status: resp.StatusCode, header: resp.Header, wrote: true}
	ans.body, ans.err = io.ReadAll(io.LimitReader(body, limit+1))
	if int64(len(ans.body)) > limit {
		ans.body, ans.over, ans.err = nil, true, nil
	}
	return ans
}

// describe says what went wrong, for events: no address, no value.
func (a answer) describe() string {
	var dns *net.DNSError
	switch {
	case a.timeout:
		return errTimeout.Error()
	case errors.Is(a.err, errForbiddenAddress):
		return errForbiddenAddress.Error()
	case errors.As(a.err, &dns):
		return "the host name is unknown"
	case errors.Is(a.err, syscall.ECONNREFUSED):
		return "nothing listens there"
	case !a.wrote:
		return "no connection"
	case a.status != 0:
		return "the answer was cut off"
	}
	return "the connection broke"
}

// sentence says it to people, naming the group and nothing else.
func (a answer) sentence(l *value.Locale, group string) string {
	switch {
	case a.timeout:
		return own(l, "call.late", "service", group)
	case a.over:
		return own(l, "call.large", "service", group)
	case a.encoded:
		return own(l, "call.encoding", "service", group)
	case a.status != 0:
		return own(l, "call.cutOff", "service", group)
	}
	return own(l, "call.unreachable", "service", group)
}
