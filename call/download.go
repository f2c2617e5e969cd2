package call

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// Bounds of a reply that is handed on as a file.
const (
	maxFile    = 100 << 20        // bytes, unless the call says otherwise
	fileTime   = 15 * time.Minute // from the first byte to the last
	fileHead   = 512              // bytes that tell what a file is
	judged     = 64 << 10         // bytes of JSON that may yet be an answer about the login
	longestTag = 200              // characters of an ETag
)

// Incoming is a file that a backend sends, while it comes.
type Incoming struct {
	Name  string    // as the backend calls it, cleaned; "" when it does not
	Media string    // as the backend calls its kind, in lower case and without parameters; "" when it does not
	ETag  string    // of the backend; "" none
	Size  int64     // bytes; -1 when the backend does not say
	Head  []byte    // its first bytes: 512, or all where there are fewer
	Body  io.Reader // all of its bytes; an error says that it was cut off, or is larger than the call allows
}

// Download sends a call whose reply is a file, and hands a success to take while it comes: neither all of it nor a copy is ever held (F088). The
// login is attached, judged and renewed as Do does it; once take has begun nothing is sent again. What is no success never comes to take and is a
// Reply. have is an ETag that whoever asks already has the file of; the status of the Reply is 304 when the backend agrees. An error of take is
// returned.
func (c *Client) Download(ctx context.Context, req Request, login Login, have string, take func(Incoming) error) (Reply, error) {
	if req.Call == nil || req.Call.Group == nil {
		return Reply{}, errors.New("call: the request names no call")
	}
	if have = tag(have); have != "" {
		req.Headers = append(req.Headers[:len(req.Headers):len(req.Headers)], Header{Name: "If-None-Match", Value: have})
	}
	d := doing{c: c, req: req, login: login, now: c.now(), take: take}
	reply, err := d.sendIt(ctx)
	switch {
	case err != nil || !reply.OK || d.opened:
		return reply, err
	case d.small == nil:
		reply.OK, reply.Error = false, own(req.Locale, "call.nothing")
		return reply, nil
	}
	return reply, take(*d.small)
}

// fetched sends the request and reads its reply: a file is handed on, all else is read whole. Where the call says so it goes on to where a redirect
// points, such as storage with addresses that are good for a while. Outside the call's origin nothing of the call goes along, neither then nor after
// it (A3), and public addresses alone are asked, or origins that the app itself declares.
func (d *doing) fetched(ctx context.Context, b built) answer {
	req, rt, away := b.http, d.c.plain, false
	for hop := 0; ; hop++ {
		ans := d.fetch(ctx, rt, req)
		next := nextHop(req, ans)
		if next == nil || hop == maxHops || b.http.Method != http.MethodGet || !d.req.Call.Follow && !d.req.Call.FollowFiles {
			return outside(ans, away)
		}
		again, err := http.NewRequestWithContext(ctx, http.MethodGet, next.String(), nil)
		if err != nil {
			return outside(ans, away)
		}
		again.Header = b.http.Header
		if away = away || !sameOrigin(next, b.http.URL); away {
			again.Header, rt = bare(b.http.Header, "Accept", "User-Agent", "If-None-Match"), d.c.strange
			if slices.Contains(d.c.Origins(), next.Scheme+"://"+next.Host) {
				rt = d.c.plain
			}
		}
		req = again
	}
}

// outside is an answer of another origin than the call's, if away says so: it says nothing about the login, sets no cookies and no clock.
func outside(ans answer, away bool) answer {
	if ans.away = away; away {
		ans.header = ans.header.Clone()
		for _, name := range []string{"Set-Cookie", "Date"} {
			ans.header.Del(name)
		}
	}
	return ans
}

// fetch sends one request of a file.
func (d *doing) fetch(ctx context.Context, rt http.RoundTripper, req *http.Request) answer {
	d.small = nil
	return d.c.exchanged(ctx, rt, req, exchangeTimes{silence: timeoutOf(d.req.Call), all: fileTime}, func(resp *http.Response, body io.Reader) answer {
		switch resp.StatusCode {
		case http.StatusOK, http.StatusCreated, http.StatusNonAuthoritativeInfo:
			return d.handOn(resp, &bounded{body, fileLimit(d.req.Call)})
		}
		return whole(resp, body, replyLimit(d.req.Call))
	})
}

// handOn hands a file on. A short one of JSON may yet be an answer about the login: it is kept until that is clear.
func (d *doing) handOn(resp *http.Response, body *bounded) answer {
	ans, in := answer{status: resp.StatusCode, header: resp.Header, wrote: true}, incoming(resp)
	if in.Size > body.left {
		ans.over = true
		return ans
	}
	first := fileHead
	if isJSON(in.Media) {
		first = judged
	}
	head, ended, err := start(body, first)
	in.Head = head[:min(len(head), fileHead)]
	switch {
	case errors.Is(err, errTooMuch):
		ans.over = true
	case err != nil:
		ans.err = err
	case ended && isJSON(in.Media):
		in.Body, ans.body = bytes.NewReader(head), head
		d.small = &in
	default:
		d.opened, ans.file = true, true
		in.Body = io.MultiReader(bytes.NewReader(head), body)
		d.failed = d.take(in)
	}
	return ans
}

// start reads up to n bytes; ended says that there are no more.
func start(in io.Reader, n int) (head []byte, ended bool, err error) {
	head = make([]byte, n)
	got, err := io.ReadFull(in, head)
	if head = head[:got]; err == nil {
		return head, false, nil
	}
	if _, err = in.Read(make([]byte, 1)); errors.Is(err, io.EOF) { // anything else says why it ends here
		return head, true, nil
	}
	return head, false, err
}

// incoming is what the headers of a reply say of the file in it.
func incoming(resp *http.Response) Incoming {
	in := Incoming{Size: resp.ContentLength, ETag: tag(resp.Header.Get("ETag"))}
	if media, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type")); err == nil && ascii(media) {
		in.Media = media
	}
	if _, params, err := mime.ParseMediaType(resp.Header.Get("Content-Disposition")); err == nil && params["filename"] != "" {
		in.Name = value.CleanFileName(params["filename"])
	}
	return in
}

func isJSON(media string) bool {
	return media == "application/json" || strings.HasSuffix(media, "+json")
}

// tag is s where it is one ETag; "" otherwise.
func tag(s string) string {
	bare := strings.TrimPrefix(s, "W/")
	if len(s) > longestTag || len(bare) < 2 || bare[0] != '"' || bare[len(bare)-1] != '"' {
		return ""
	}
	for _, c := range []byte(bare[1 : len(bare)-1]) {
		if c <= ' ' || c >= 0x7f || c == '"' {
			return ""
		}
	}
	return s
}

func fileLimit(call *project.Call) int64 {
	if call.Limits.File > 0 {
		return call.Limits.File
	}
	return maxFile
}
