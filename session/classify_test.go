package session_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/usherdev/usher/session"
)

// TestB11_B12_B14_TableOfAnswers goes through the table of the renewal's answers (promises 2.5, with what the design
// adds: a known code is read before the status).
func TestB11_B12_B14_TableOfAnswers(t *testing.T) {
	lost, wish := errors.New("reset"), http.Header{"Retry-After": {"7"}}
	whole := func(status int) session.Facts { return session.Facts{Status: status, JSON: true} }
	coded := func(status int, code string) session.Facts {
		return session.Facts{Status: status, JSON: true, Code: code}
	}
	for _, c := range []struct {
		name string
		f    session.Facts
		want session.Class
	}{
		// certainly not processed
		{"no connection", session.Facts{Err: lost, Unsent: true}, session.NotSent},
		{"reset before the request was written", session.Facts{Err: lost, Unsent: true, Status: 200}, session.NotSent},
		{"429", whole(429), session.NotSent},
		{"408", whole(408), session.NotSent},
		{"425", whole(425), session.NotSent},
		{"503 with Retry-After", session.Facts{Status: 503, Header: wish}, session.NotSent},
		{"temporarily_unavailable", coded(503, "temporarily_unavailable"), session.NotSent},
		{"slow_down", coded(400, "slow_down"), session.NotSent},
		// may have rotated
		{"reset after the request was written", session.Facts{Err: lost}, session.Ambiguous},
		{"cut off in the body", session.Facts{Err: lost, Status: 200}, session.Ambiguous},
		{"500", whole(500), session.Ambiguous},
		{"502 with a page", session.Facts{Status: 502, HTML: true}, session.Ambiguous},
		{"bare 503", session.Facts{Status: 503, Header: http.Header{}}, session.Ambiguous},
		{"504", whole(504), session.Ambiguous},
		{"409", whole(409), session.Ambiguous},
		{"server_error", coded(400, "server_error"), session.Ambiguous},
		{"200, empty", session.Facts{Status: 200, Empty: true}, session.Ambiguous},
		{"200, cut off or no JSON", session.Facts{Status: 200}, session.Ambiguous},
		{"body over the limit", session.Facts{Status: 200, JSON: true, Unread: true}, session.Ambiguous},
		// good
		{"200", whole(200), session.Success},
		{"201", whole(201), session.Success},
		{"200 with a code of its own", coded(200, "none"), session.Success},
		// a definite no
		{"400 invalid_grant", coded(400, "invalid_grant"), session.Reject},
		{"401 invalid_grant", coded(401, "invalid_grant"), session.Reject},
		{"404 invalid_grant", coded(404, "invalid_grant"), session.Reject},
		{"400 without a code", whole(400), session.Reject},
		{"400 with a sentence for a code", coded(400, "Refresh token expired"), session.Reject},
		{"400, no JSON", session.Facts{Status: 400, HTML: true}, session.Reject},
		{"401", whole(401), session.Reject},
		{"403", session.Facts{Status: 403, Empty: true}, session.Reject},
		// a server in trouble refuses nobody
		{"500 invalid_grant", coded(500, "invalid_grant"), session.Ambiguous},
		{"429 invalid_grant", coded(429, "invalid_grant"), session.NotSent},
		{"503 invalid_grant with Retry-After", session.Facts{Status: 503, Header: wish, Code: "invalid_grant"}, session.NotSent},
		// set up wrongly
		{"400 invalid_client", coded(400, "invalid_client"), session.Misconfig},
		{"401 unauthorized_client", coded(401, "unauthorized_client"), session.Misconfig},
		{"429 unsupported_grant_type", coded(429, "unsupported_grant_type"), session.Misconfig},
		{"500 invalid_scope", coded(500, "invalid_scope"), session.Misconfig},
		{"200 invalid_request", coded(200, "invalid_request"), session.Misconfig},
		{"400 invalid_target", coded(400, "invalid_target"), session.Misconfig},
		{"400 invalid_dpop_proof", coded(400, "invalid_dpop_proof"), session.Misconfig},
		{"401 use_dpop_nonce", coded(401, "use_dpop_nonce"), session.Misconfig},
		{"400 unsupported_token_type", coded(400, "unsupported_token_type"), session.Misconfig},
		{"404", whole(404), session.Misconfig},
		{"405", whole(405), session.Misconfig},
		{"410", whole(410), session.Misconfig},
		{"415", whole(415), session.Misconfig},
		{"422", whole(422), session.Misconfig},
		{"501", whole(501), session.Misconfig},
		{"505", whole(505), session.Misconfig},
		{"301", whole(301), session.Misconfig},
		{"302 to a log-in page", session.Facts{Status: 302, HTML: true}, session.Misconfig},
		{"307", whole(307), session.Misconfig},
		{"200 with a page", session.Facts{Status: 200, HTML: true}, session.Misconfig},
		{"204", session.Facts{Status: 204, Empty: true}, session.Misconfig},
		// the app has a rule of its own
		{"401, which is none by the rule", session.Facts{Status: 401, OwnRule: true}, session.Misconfig},
		{"invalid_grant, whatever the rule", session.Facts{Status: 400, Code: "invalid_grant", OwnRule: true}, session.Reject},
		{"500 beside a rule", session.Facts{Status: 500, OwnRule: true}, session.Ambiguous},
	} {
		got := session.Classify(c.f)
		if got.Class != c.want {
			t.Errorf("%s: %v (%s), want %v", c.name, got.Class, got.Reason, c.want)
		}
		if got.Reason == "" && got.Class != session.Success || got.Err != c.f.Err {
			t.Errorf("%s: reason %q, error %v", c.name, got.Reason, got.Err)
		}
		if c.f.Header.Get("Retry-After") != "" && got.RetryAfter != 7*time.Second {
			t.Errorf("%s: RetryAfter %v", c.name, got.RetryAfter)
		}
	}
}

func TestWish(t *testing.T) {
	now := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Duration{
		"": 0, "7": 7 * time.Second, " 7 ": 7 * time.Second, "0": 0, "-3": 0, "soon": 0, "1e3": 0, "99999999": 24 * time.Hour,
		now.Add(time.Minute).Format(http.TimeFormat): time.Minute, now.Add(-time.Minute).Format(http.TimeFormat): 0,
		now.AddDate(1, 0, 0).Format(http.TimeFormat): 24 * time.Hour,
	} {
		if got := session.Wish(http.Header{"Retry-After": {text}}, now); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
