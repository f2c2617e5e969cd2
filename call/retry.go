package call

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
)

const (
	retryFirst = 200 * time.Millisecond // pause before the first repetition; each further one is twice as long
	retryMost  = 5 * time.Second        // a backend that wishes a longer pause is not asked again
)

// sent sends a call and, where it says so, again after a network fault, a 429 or a 503: what may be done twice only, never after the time
// of the call, and never for what a repetition cannot mend.
func (c *Client) sent(ctx context.Context, call *project.Call, b built) answer {
	until := c.now().Add(timeoutOf(call))
	for try := 0; ; try++ {
		ans := c.followed(ctx, call, b)
		ans.tries = try + 1
		pause, again := c.pauseFor(call, ans, try)
		if !again || c.now().Add(pause).After(until) || wait(ctx, pause) != nil {
			return ans
		}
		next := b.http.Clone(ctx)
		next.Body, next.GetBody = nil, nil
		setBody(next, b.body, false)
		b.http = next
	}
}

// pauseFor says whether a call is sent again after an answer, and when.
func (c *Client) pauseFor(call *project.Call, ans answer, try int) (time.Duration, bool) {
	if try >= call.Retry || !mayRepeat(call) {
		return 0, false
	}
	pause := retryFirst << try
	switch {
	case ans.err != nil:
		return pause, !ans.timeout && !errors.Is(ans.err, errForbiddenAddress)
	case ans.status == http.StatusTooManyRequests, ans.status == http.StatusServiceUnavailable:
		if wish := session.Wish(ans.header, c.now()); wish > pause {
			pause = wish
		}
		return pause, pause <= retryMost
	}
	return 0, false
}

// mayRepeat reports whether doing a call twice is as good as doing it once.
func mayRepeat(call *project.Call) bool {
	switch call.Method {
	case http.MethodGet, http.MethodHead, http.MethodPut, http.MethodDelete:
		return true
	}
	return call.Idempotent
}

// wait pauses, or returns ctx's error.
func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
