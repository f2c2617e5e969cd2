package call

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/usherdev/usher/project"
)

const maxHops = 5 // redirects that one call follows

// followed sends a call, and goes on where a redirect points if the call says so. Such a call carries nothing secret: the checker
// refuses the others, and here they get the redirect as their reply. (A3)
func (c *Client) followed(ctx context.Context, call *project.Call, b built) answer {
	if !call.Follow || b.withToken || b.http.Header.Get("Cookie") != "" || len(c.uses[call]) > 0 {
		return c.exchange(ctx, c.plain, b.http, call.Timeout, replyLimit(call))
	}
	ctx, cancel := context.WithTimeoutCause(ctx, timeoutOf(call), errTimeout)
	defer cancel()
	req, rt := b.http, c.plain
	for hop := 0; ; hop++ {
		ans := c.exchange(ctx, rt, req, call.Timeout, replyLimit(call))
		next := nextHop(req, ans)
		if next == nil || hop == maxHops {
			return ans
		}
		again, err := http.NewRequestWithContext(ctx, req.Method, next.String(), nil)
		if err != nil {
			return ans
		}
		if sameOrigin(next, b.http.URL) {
			rt, again.Header = c.plain, b.http.Header
		} else {
			rt, again.Header = c.strange, bare(b.http.Header, "Accept", "User-Agent")
		}
		req = again
	}
}

// nextHop is where a redirect leads; nil when the answer is none that may be followed.
func nextHop(req *http.Request, ans answer) *url.URL {
	switch ans.status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return nil
	}
	to := ans.header.Get("Location")
	if ans.err != nil || to == "" || !ascii(to) || strings.Contains(to, `\`) {
		return nil
	}
	next, err := req.URL.Parse(to)
	if err != nil || next.Host == "" || next.User != nil || next.Scheme != "https" && next.Scheme != "http" || next.Scheme == "http" && req.URL.Scheme == "https" {
		return nil
	}
	next.Fragment = ""
	return next
}

// bare is what of a header anybody may know.
func bare(h http.Header, names ...string) http.Header {
	out := http.Header{}
	for _, name := range names {
		if v := h.Get(name); v != "" {
			out.Set(name, v)
		}
	}
	return out
}

func sameOrigin(a, b *url.URL) bool { return a.Scheme == b.Scheme && a.Host == b.Host }
