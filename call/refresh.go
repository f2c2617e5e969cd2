package call

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

const (
	maxRefreshReply = 1 << 20
	attemptHeader   = "X-Refresh-Attempt"
	skewFrom        = 30 * time.Second // a Date this far from our clock says that the clocks differ
	skewMost        = 24 * time.Hour
	refreshPath     = project.Path("/app/authentication/refresh")
)

// Refresher returns what makes one call of the declared refresh and reads its answer by promises 2.5, for
// session.Config.Refresh; nil when the app declares none and has no identity provider. A login of a provider is renewed there. It sends exactly once, follows no redirect, uses a
// connection of its own and reads at most 1 MiB. Its error is always nil: what fails is a class.
func (c *Client) Refresher() func(context.Context, session.AuthData) (session.Answer, error) {
	r := c.project.App.Auth.Refresh
	if r != nil && r.Call == nil {
		r = nil
	}
	if r == nil && len(c.providers) == 0 {
		return nil
	}
	return func(ctx context.Context, a session.AuthData) (session.Answer, error) {
		switch {
		case a.Via != "":
			return c.renewVia(ctx, a), nil
		case r == nil:
			return session.Answer{Class: session.Misconfig, Reason: "the app declares no refresh for its own logins"}, nil
		}
		return c.refresh(ctx, r, a), nil
	}
}

// RefreshViaOnly reports whether only logins of identity providers can be renewed, for session.Config.RefreshViaOnly.
func (c *Client) RefreshViaOnly() bool { return c.project.App.Auth.Refresh == nil }

// RefreshByToken reports whether the declared refresh spends the token itself and needs no refresh token, for
// session.Config.RefreshByToken.
func (c *Client) RefreshByToken() bool {
	r := c.project.App.Auth.Refresh
	if r == nil || r.Token != nil {
		return false
	}
	for _, read := range r.With.Reads() {
		if read == "auth" || read == "auth.refreshToken" {
			return false
		}
	}
	return true
}

func (c *Client) refresh(ctx context.Context, r *project.Refresh, a session.AuthData) session.Answer {
	now := c.now()
	ctx = sending(ctx, SendingRenewal)
	ans, b, refused := c.once(ctx, r.Call, r.With, placed(r.Token), a, now)
	if refused != nil {
		return session.Answer{Class: session.Misconfig, Reason: "the refresh call cannot be built", Err: refused}
	}
	reply := c.read(r.Call, ans, b.secrets, nil)
	reply.Took = c.now().Sub(now)
	scope := c.replyScope(reply, Scope(session.Session{Auth: a}, true, now, c.project.App.Auth.UserType))
	out := classify(r, ans, scope, now)
	if out.Class == session.Success {
		if out = c.success(r, ans, scope, now); out.Class == session.Success {
			c.meAfterRefresh(ctx, a, &out.Update)
		}
		if r.Call.Group.KeepCookies {
			out.Update.MergeJar = mergeJar(ans.header, c.baseOf(r.Call).origin, b.http.URL.EscapedPath(), c.now())
		}
	}
	reply.OK = out.Class == session.Success
	b.about = about{login: session.LoginOf(ctx), renewal: true, class: out.Class.String()}
	c.tell(r.Call, b, reply, ans)
	return out
}

// extra is a refresh token that travels outside the arguments of a call; without In it does not.
type extra struct{ at project.Placement }

func placed(p *project.Placement) extra {
	if p == nil {
		return extra{}
	}
	return extra{*p}
}

func (e extra) reveal(a session.AuthData) string {
	if e.at.In == "" {
		return ""
	}
	return a.RefreshToken.Reveal()
}

// once sends a call of the session's own: refresh or log-out. Nothing is renewed or replayed for it.
func (c *Client) once(ctx context.Context, call *project.Call, with *value.Template, place extra, a session.AuthData, now time.Time) (answer, built, error) {
	auth := Scope(session.Session{Auth: a}, true, now, c.project.App.Auth.UserType)
	outer := value.Scope{"env": c.env, "constants": c.project.App.Constants, "now": now}
	b, refused, err := c.build(ctx, buildInput{
		call: call, args: ArgsOf(with, outer), auth: auth, token: a.Token.Reveal(), jar: jarFor(call, a), now: now, once: true,
		refreshToken: place.reveal(a), refreshAt: place.at,
	})
	if refused != "" {
		err = errors.New(refused)
	}
	if err != nil {
		return answer{}, built{}, err
	}
	attempt := session.AttemptID(ctx)
	if attempt == "" { // a log-out call
		attempt = rand.Text()
	}
	b.http.Header.Set(attemptHeader, attempt)
	b.secrets = append(b.secrets, a.RefreshToken.Reveal())
	if until, ok := ctx.Deadline(); ok {
		ctx = context.WithValue(ctx, untilKey{}, until)
	}
	return c.exchange(ctx, c.fresh, b.http, call.Timeout, maxRefreshReply), b, nil
}

// success maps a good answer to the session's fields. A whole answer without the mapped token is a misconfiguration:
// nobody is logged out by it.
func (c *Client) success(r *project.Refresh, ans answer, scope value.Scope, now time.Time) session.Answer {
	u, err := c.mapper.Fields(Mapping{At: refreshPath + "/update", Fields: r.Update, Scope: scope, Skew: clockSkew(ans.header, now)})
	if err != nil {
		return session.Answer{Class: session.Misconfig, Reason: "the answer of the refresh call does not fit its mapping", Err: err}
	}
	if u.Token == nil || u.Token.IsZero() {
		return session.Answer{Class: session.Misconfig, Reason: "the refresh maps no token"}
	}
	return session.Answer{Class: session.Success, Update: u, Reason: "renewed"}
}

// clockSkew is how far the backend's clock is ahead of ours, by its Date; small differences count as none. Times in
// its answer are on its clock, "now" in the mapping is too, and the outcome is brought back to ours (promises 2.10).
func clockSkew(h http.Header, now time.Time) time.Duration {
	date, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return 0
	}
	skew := date.Sub(now)
	if skew.Abs() <= skewFrom {
		return 0
	}
	return max(min(skew, skewMost), -skewMost)
}

// Revoker returns what tells the backend about a log-out, for session.Config.Revoke; nil when the app declares no
// call for it and has no identity provider. A login of a provider ends there. By the app's rule, or else with any 2xx or 4xx but
// 429, it is done; everything else is an error, so that it is tried again. A call that carries the token and is refused for it has
// the pair renewed first, and is sent once more (C5).
func (c *Client) Revoker() func(context.Context, session.AuthData) error {
	l := c.project.App.Auth.LogOut
	if l != nil && l.Call == nil {
		l = nil
	}
	if l == nil && len(c.providers) == 0 {
		return nil
	}
	return func(ctx context.Context, a session.AuthData) error {
		switch {
		case a.Via != "":
			return c.revokeVia(ctx, a)
		case l == nil:
			return nil
		}
		status, err := c.tellLogOut(ctx, l, a)
		if l.Call.Auth == project.AuthNone || status != http.StatusUnauthorized && status != http.StatusForbidden {
			return err
		}
		return c.logOutRenewed(ctx, l, a, err)
	}
}

// logOutRenewed sends a log-out that needs a live token with a new one. told is what the first sending came to.
func (c *Client) logOutRenewed(ctx context.Context, l *project.LogOut, a session.AuthData, told error) error {
	r := c.project.App.Auth.Refresh
	if r == nil || r.Call == nil || a.RefreshToken.IsZero() || r.Mode == project.RefreshLive {
		return told
	}
	switch ans := c.refresh(ctx, r, a); ans.Class {
	case session.Success:
		a.Token = *ans.Update.Token
		if t := ans.Update.RefreshToken; t != nil {
			a.RefreshToken = *t // should this sending fail too, the next one presents a spent token: that ends the family as well
		}
		_, err := c.tellLogOut(ctx, l, a)
		return err
	case session.Reject, session.Misconfig:
		return told // the backend has ended it, or cannot be asked
	default:
		return fmt.Errorf("log-out call: its token could not be renewed: %s", ans.Reason)
	}
}

// tellLogOut sends the log-out call once.
func (c *Client) tellLogOut(ctx context.Context, l *project.LogOut, a session.AuthData) (status int, err error) {
	start := c.now()
	ans, b, err := c.once(ctx, l.Call, l.With, placed(l.Token), a, start)
	if err != nil {
		return 0, fmt.Errorf("log-out call: %w", err)
	}
	reply := c.read(l.Call, ans, b.secrets, nil)
	reply.Took = c.now().Sub(start)
	c.tell(l.Call, b, reply, ans)
	switch {
	case ans.err != nil && ans.status == 0:
		return 0, fmt.Errorf("log-out call: %s", ans.describe())
	case l.Done != nil && c.holds(l.Done, reply, Scope(session.Session{Auth: a}, true, start, c.project.App.Auth.UserType)),
		l.Done == nil && ans.status >= 200 && ans.status < 300,
		l.Done == nil && ans.status >= 400 && ans.status < 500 && ans.status != http.StatusTooManyRequests:
		return ans.status, nil
	}
	return ans.status, fmt.Errorf("log-out call: status %d", ans.status)
}
