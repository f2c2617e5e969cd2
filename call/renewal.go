package call

import (
	"context"
	"net/http"
	"time"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

const (
	futileFor  = 5 * time.Minute // how long a call that a new token did not help gets no other one
	notYetWait = time.Second     // for the clocks of two servers of one backend to agree
)

// refreshOf returns the declared refresh as far as it concerns a reply of this call: nil for its own, and where nothing came back.
func (c *Client) refreshOf(call *project.Call, r Reply) *project.Refresh {
	refresh := c.project.App.Auth.Refresh
	if refresh == nil || refresh.Call == call || r.Status == 0 {
		return nil
	}
	return refresh
}

// judges tells whether a reply of this call can end or renew the login. Without a refresh that takes an app where such a login is to end.
func (c *Client) judges(call *project.Call, r Reply) bool {
	a := &c.project.App.Auth
	return c.refreshOf(call, r) != nil || a.Refresh == nil && a.WhenExpired == "logOut" && r.Status != 0
}

// expired judges a reply by the app's rule; without a rule it is status 401. A 403 expires nothing unless the rule names it.
func (c *Client) expired(call *project.Call, r Reply, auth value.Scope) bool {
	if !c.judges(call, r) {
		return false
	}
	rule := c.project.App.Auth.Expired
	if refresh := c.refreshOf(call, r); refresh != nil {
		rule = refresh.Expired
	}
	if rule == nil {
		return r.Status == http.StatusUnauthorized
	}
	return c.holds(rule, r, auth)
}

// notYet judges by the app's rule whether a fresh token was refused as one from the future: a new one would be no better.
func (c *Client) notYet(call *project.Call, r Reply, auth value.Scope) bool {
	refresh := c.refreshOf(call, r)
	return refresh != nil && refresh.NotYet != nil && c.holds(refresh.NotYet, r, auth)
}

func (c *Client) holds(rule *value.Template, r Reply, auth value.Scope) bool {
	v, err := rule.Eval(c.replyScope(r, auth))
	return err == nil && value.Truth(v)
}

// guest tells whether the backend takes the login for nobody although it answered without an error: where a reply looks like that,
// the app's probe asks, once for each generation of a token.
func (c *Client) guest(ctx context.Context, call *project.Call, r Reply, s session.Session, auth value.Scope) bool {
	p := c.project.App.Auth.Probe
	if p == nil || !c.judges(call, r) || !c.holds(p.When, r, auth) {
		return false
	}
	return c.guests.ask(ctx, s.Key, s.Ver, func() (yes, sure bool) {
		d := doing{c: c, req: Request{Call: p.Call, Args: ArgsOf(p.With, value.Scope{"env": c.env, "constants": c.project.App.Constants})}, now: c.now()}
		said, _, err := d.once(ctx, s, true)
		if err != nil || said.Status == 0 || said.Status >= 500 {
			return false, false
		}
		return c.holds(p.Guest, said, auth), true
	})
}

// renewed asks for a newer token than that of s; false means that the reply stands as it is. With a backend that answers a lack of
// permission as it answers an expiry, a call that a new token did not help gets no other one for a while.
func (c *Client) renewed(ctx context.Context, call *project.Call, login Login, s session.Session) (session.Session, bool) {
	if r := c.project.App.Auth.Refresh; r != nil && r.PermissionAlike && c.futile.knows(futileKey(call, s), s.Ver, c.now()) {
		return s, false
	}
	next, err := login.Renew(ctx, s.Ver)
	if err != nil || !next.Active() || next.Ver <= s.Ver {
		return next, false
	}
	return next, true
}

func futileKey(call *project.Call, s session.Session) string { return s.Key + " " + call.ID }

// later sends a call again, unchanged, when a moment has passed.
func (d *doing) later(ctx context.Context, s session.Session) (Reply, error) {
	t := time.NewTimer(notYetWait)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
		return Reply{}, ctx.Err()
	}
	d.replayed = true
	reply, _, err := d.once(ctx, s, true)
	return reply, err
}

// slider is a Login whose life each use lengthens.
type slider interface {
	Slide(ctx context.Context, ttl time.Duration) error
}

// slide notes a use with a backend that lengthens logins by it. That the note cannot be stored is no fault of the call: the
// expiry only stays the earlier one.
func (c *Client) slide(ctx context.Context, login Login, r Reply) {
	if ttl := c.project.App.Auth.Sliding; ttl > 0 && r.OK {
		if l, ok := login.(slider); ok {
			_ = l.Slide(ctx, ttl)
		}
	}
}
