package call

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

// classify reads the answer of a refresh call: the app's own rules first, then a known OAuth error code in the body,
// then the status (promises 2.5, design 9.2). wait is the backend's wish, 0 none.
func classify(r *project.Refresh, ans answer, scope value.Scope, now time.Time) (class session.Class, reason string, wait time.Duration) {
	if ans.err != nil {
		if !ans.wrote {
			return session.NotSent, ans.describe(), 0
		}
		return session.Ambiguous, ans.describe(), 0
	}
	if ans.over || ans.encoded {
		return session.Ambiguous, "the answer could not be read", 0
	}
	wait = retryAfter(ans.header, now)
	if class, reason, ok := byRule(r, ans, scope); ok {
		return class, reason, wait
	}
	if class, code, ok := byCode(ans); ok {
		return class, code, wait
	}
	class, reason = byStatusClass(ans, wait > 0)
	if class == session.Reject && r.Rejected != nil {
		return session.Misconfig, reason + ", which the app's own rule does not call a refusal", 0
	}
	return class, reason, wait
}

// byRule asks the app's rules. A rule that cannot be evaluated ends nobody's session.
func byRule(r *project.Refresh, ans answer, scope value.Scope) (session.Class, string, bool) {
	for _, rule := range []struct {
		name string
		t    *value.Template
	}{{"transient", r.Transient}, {"rejected", r.Rejected}} {
		if rule.t == nil {
			continue
		}
		v, err := rule.t.Eval(scope)
		switch {
		case err != nil:
			return session.Misconfig, "the rule " + rule.name + " failed", true
		case !value.Truth(v):
		case rule.name == "rejected":
			return session.Reject, "by the app's rule", true
		case certainlyUnprocessed(ans):
			return session.NotSent, "transient by the app's rule", true
		default:
			return session.Ambiguous, "transient by the app's rule", true
		}
	}
	return 0, "", false
}

// certainlyUnprocessed reports whether the status says that nothing was done.
func certainlyUnprocessed(ans answer) bool {
	return ans.status == http.StatusTooManyRequests || ans.status == http.StatusServiceUnavailable && ans.header.Get("Retry-After") != ""
}

// codes are the OAuth error codes and what they mean for a refresh. Other values of "error" are sentences or codes
// of the backend's own; the status speaks for them.
var codes = map[string]session.Class{
	"invalid_grant":             session.Reject,
	"invalid_client":            session.Misconfig,
	"unauthorized_client":       session.Misconfig,
	"unsupported_grant_type":    session.Misconfig,
	"invalid_scope":             session.Misconfig,
	"invalid_request":           session.Misconfig,
	"invalid_target":            session.Misconfig,
	"invalid_dpop_proof":        session.Misconfig,
	"use_dpop_nonce":            session.Misconfig,
	"unsupported_response_type": session.Misconfig,
	"unsupported_token_type":    session.Misconfig,
	"server_error":              session.Ambiguous,
	"temporarily_unavailable":   session.NotSent,
	"slow_down":                 session.NotSent,
}

// byCode reads a known OAuth error code in the body as it was sent, whatever the reply type keeps of it.
func byCode(ans answer) (session.Class, string, bool) {
	body, _ := decodeBody(ans, 0)
	m, _ := body.(map[string]any)
	code, _ := m["error"].(string)
	class, ok := codes[code]
	if class == session.Reject && (ans.status >= 500 || ans.status == http.StatusTooManyRequests) {
		return 0, "", false // nobody is logged out by a server in trouble
	}
	return class, code, ok
}

func byStatusClass(ans answer, wished bool) (session.Class, string) {
	reason := "status " + strconv.Itoa(ans.status)
	switch s := ans.status; {
	case s >= 200 && s < 300:
		return byBody(ans)
	case s == http.StatusBadRequest, s == http.StatusUnauthorized, s == http.StatusForbidden:
		return session.Reject, reason
	case s == http.StatusTooManyRequests, s == http.StatusRequestTimeout, s == http.StatusTooEarly,
		s == http.StatusServiceUnavailable && (wished || ans.header.Get("Retry-After") != ""):
		return session.NotSent, reason
	case s == http.StatusConflict, s >= 500 && s != http.StatusNotImplemented && s != http.StatusHTTPVersionNotSupported:
		return session.Ambiguous, reason
	}
	return session.Misconfig, reason // 3xx, 404, 405, 410, 415, 422 and what nobody expects here
}

// byBody reads a 2xx: HTML is a wrong address, a body that is cut off or no JSON may still have rotated the token.
func byBody(ans answer) (session.Class, string) {
	if ans.status == http.StatusNoContent || ans.status == http.StatusResetContent {
		return session.Misconfig, "the answer has no body"
	}
	if isHTML(ans) {
		return session.Misconfig, "the answer is HTML"
	}
	if len(ans.body) == 0 {
		return session.Ambiguous, "the answer is empty"
	}
	if _, ok := decodeBody(ans, 0); !ok {
		return session.Ambiguous, "the answer is not whole JSON"
	}
	return session.Success, ""
}

// retryAfter reads Retry-After, as seconds or a date; 0 when there is none that makes sense.
func retryAfter(h http.Header, now time.Time) time.Duration {
	text := strings.TrimSpace(h.Get("Retry-After"))
	if n, err := strconv.Atoi(text); err == nil && n > 0 {
		return time.Duration(min(n, int((24*time.Hour)/time.Second))) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil && at.After(now) {
		return min(at.Sub(now), 24*time.Hour)
	}
	return 0
}
