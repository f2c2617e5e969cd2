package call

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

// classify reads the answer of a refresh call: the app's own rules first, then the table of session.Classify (promises
// 2.5, design 9.2).
func classify(r *project.Refresh, ans answer, scope value.Scope, now time.Time) session.Answer {
	out := session.Classify(facts(r, ans, now))
	if ans.err != nil {
		out.Reason, out.Err = ans.describe(), errors.New(ans.describe()) // the cause may hold an address
		return out
	}
	if ans.over || ans.encoded {
		return out
	}
	if ans.status == http.StatusNotFound {
		out.Reason += ": there is no refresh at that address (some backends answer so while their refresh mode is off, as Strapi does)"
	}
	if class, reason, ok := byRule(r, out.Class == session.NotSent, scope); ok {
		out.Class, out.Reason = class, reason
	}
	return out
}

// facts reads the body as it was sent, whatever the reply type keeps of it.
func facts(r *project.Refresh, ans answer, now time.Time) session.Facts {
	f := session.Facts{
		Err: ans.err, Unsent: !ans.wrote, Unread: ans.over || ans.encoded,
		Status: ans.status, Header: ans.header, Now: now, Empty: len(ans.body) == 0, HTML: isHTML(ans), OwnRule: r.Rejected != nil,
	}
	var body any
	body, f.JSON = decodeBody(ans, 0)
	fields, _ := body.(map[string]any)
	f.Code, _ = fields["error"].(string)
	if f.Status >= 200 && f.Status < 300 && !readsBody(r.Update) { // the token comes in a header, a cookie or as bare text
		f.Status, f.JSON, f.Empty, f.HTML = http.StatusOK, true, false, false
	}
	return f
}

// readsBody reports whether a mapping needs JSON in the body of a reply.
func readsBody(f project.AuthFields) bool {
	for _, t := range []*value.Template{f.Token, f.RefreshToken, f.Expiry, f.RefreshExpiry, f.UID, f.User} {
		for _, read := range t.Reads() {
			if read == "reply" || read == "reply.body" || strings.HasPrefix(read, "reply.body.") {
				return true
			}
		}
	}
	return false
}

// byRule asks the app's rules; unprocessed says that the answer itself tells that nothing was done. A rule that cannot
// be evaluated ends nobody's session.
func byRule(r *project.Refresh, unprocessed bool, scope value.Scope) (session.Class, string, bool) {
	for _, rule := range []struct {
		name string
		t    *value.Template
	}{{"transient", r.Transient}, {"misconfigured", r.Misconfigured}, {"rejected", r.Rejected}} {
		if rule.t == nil {
			continue
		}
		v, err := rule.t.Eval(scope)
		switch {
		case err != nil:
			return session.Misconfig, "the rule " + rule.name + " failed", true
		case !value.Truth(v):
		case rule.name == "misconfigured":
			return session.Misconfig, "set up wrongly, by the app's rule", true
		case rule.name == "rejected":
			return session.Reject, "by the app's rule", true
		case unprocessed:
			return session.NotSent, "transient by the app's rule", true
		default:
			return session.Ambiguous, "transient by the app's rule", true
		}
	}
	return 0, "", false
}
