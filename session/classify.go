package session

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Facts are what a refresh call has come to, for Classify. Who made the call reads them; the body is
// theirs to decode.
type Facts struct {
	Err    error // no whole reply came: what follows Unsent does not count then
	Unsent bool  // with Err: the request was certainly not written in full. In doubt false
	Unread bool  // the body is over the limit, or in an encoding that nobody asked for

	Status int
	Header http.Header
	Now    time.Time // our clock, when the call was made
	Empty  bool      // the reply has no body
	HTML   bool      // the body is a page for people
	JSON   bool      // the body is whole JSON
	Code   string    // its "error", where that is a text
	// OwnRule says that the app has a rule of its own for what a refusal is: then no status is one.
	OwnRule bool
}

// codeClass says what an OAuth error code means for a refresh. Other values of "error" are
// sentences, or codes of the backend's own; the status speaks for them.
func codeClass(code string) (Class, bool) {
	switch code {
	case "invalid_grant":
		return Reject, true
	case "invalid_client", "unauthorized_client", "unsupported_grant_type", "invalid_scope", "invalid_request", "invalid_target",
		"invalid_dpop_proof", "use_dpop_nonce", "unsupported_response_type", "unsupported_token_type":
		return Misconfig, true
	case "server_error":
		return Ambiguous, true
	case "temporarily_unavailable", "slow_down":
		return NotSent, true
	}
	return 0, false
}

// Classify says what a refresh call has come to: a known OAuth error code is read before the status
// (promises: refresh algorithm, 2.5; B11, B12). Of a Success the fields are still to be mapped; one that
// turns out to hold no token is Misconfig. The Answer's Reason and Err show no body.
func Classify(f Facts) Answer {
	switch {
	case f.Err != nil && f.Unsent:
		return Answer{Class: NotSent, Reason: "the request was not sent", Err: f.Err}
	case f.Err != nil:
		return Answer{Class: Ambiguous, Reason: "the reply was lost", Err: f.Err}
	case f.Unread:
		return Answer{Class: Ambiguous, Reason: "the reply could not be read"}
	}
	ans := Answer{RetryAfter: Wish(f.Header, f.Now)}
	trouble := f.Status >= 500 || f.Status == http.StatusTooManyRequests
	if class, known := codeClass(f.Code); known && (class != Reject || !trouble) { // nobody is logged out by a server in trouble
		ans.Class, ans.Reason = class, f.Code
		return ans
	}
	ans.Class, ans.Reason = statusClass(f)
	if ans.Class == Reject && f.OwnRule {
		ans.Class, ans.Reason = Misconfig, ans.Reason+", which the app's own rule does not call a refusal"
	}
	return ans
}

func statusClass(f Facts) (Class, string) {
	reason := "status " + strconv.Itoa(f.Status)
	switch s := f.Status; {
	case s >= 200 && s < 300:
		return bodyClass(f)
	case s == http.StatusBadRequest, s == http.StatusUnauthorized, s == http.StatusForbidden:
		return Reject, reason
	case s == http.StatusTooManyRequests, s == http.StatusRequestTimeout, s == http.StatusTooEarly,
		s == http.StatusServiceUnavailable && f.Header.Get("Retry-After") != "":
		return NotSent, reason
	case s == http.StatusConflict, s >= 500 && s != http.StatusNotImplemented && s != http.StatusHTTPVersionNotSupported:
		return Ambiguous, reason
	}
	return Misconfig, reason // 3xx, 404, 405, 410, 415, 422 and what nobody expects here
}

// bodyClass is that of a 2xx: HTML is a wrong address, a body that is cut off or no JSON may still have
// rotated the token.
func bodyClass(f Facts) (Class, string) {
	switch {
	case f.Status == http.StatusNoContent, f.Status == http.StatusResetContent:
		return Misconfig, "the reply has no body"
	case f.HTML:
		return Misconfig, "the reply is HTML"
	case f.Empty:
		return Ambiguous, "the reply is empty"
	case !f.JSON:
		return Ambiguous, "the reply was cut off or is not JSON"
	}
	return Success, ""
}

// Wish reads Retry-After, as seconds or as a date, at most a day; 0 where there is none that makes sense.
func Wish(h http.Header, now time.Time) time.Duration {
	text := strings.TrimSpace(h.Get("Retry-After"))
	if n, err := strconv.Atoi(text); err == nil && n > 0 {
		return time.Duration(min(n, int((24*time.Hour)/time.Second))) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil && at.After(now) {
		return min(at.Sub(now), 24*time.Hour)
	}
	return 0
}
