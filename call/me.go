package call

import (
	"context"
	"fmt"
	"maps"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

const mePath = project.Path("/app/authentication/me")

// Me asks the backend, by the app's me call, whose login a is, before anybody is logged in with it. The Update holds the uid and
// the user data that the call gives; it is empty where the app declares none. addr is the person's address, "" unknown. An error is
// a MappingError for the call or the field that failed; it is noted as a Drift, kept where the login can do without.
func (c *Client) Me(ctx context.Context, a session.AuthData, addr string) (session.Update, error) {
	me := c.project.App.Auth.Me
	if me == nil {
		return session.Update{}, nil
	}
	u, err := c.askMe(ctx, me, a, addr)
	if err == nil && me.Map.UID != nil && u.UID == nil {
		err = missing("uid", me.Map.UID)
	}
	if e, ok := AsMapping(err); ok {
		c.mapper.drifts.note(mePath, e, a.UID != "" || me.Map.UID == nil, c.now())
	}
	return u, err
}

func (c *Client) askMe(ctx context.Context, me *project.Me, a session.AuthData, addr string) (session.Update, error) {
	now := c.now()
	s := session.Session{Auth: a}
	outer := value.Scope{"env": c.env, "constants": c.project.App.Constants, "now": now}
	d := doing{c: c, req: Request{Call: me.Call, Args: ArgsOf(me.With, outer), ClientAddr: addr}, now: now}
	reply, _, err := d.once(ctx, s, true)
	if err != nil {
		return session.Update{}, err
	}
	if !reply.OK {
		msg := fmt.Sprintf("the log-in worked, but %s did not say whose it is (status %d)", me.Call.ID, reply.Status)
		return session.Update{}, &MappingError{Field: "uid", From: me.Call.ID, Msg: msg}
	}
	scope := maps.Clone(c.replyScope(reply, Scope(s, true, now, c.project.App.Auth.UserType)))
	return c.mapper.fields(Mapping{At: mePath, Fields: project.AuthFields{UID: me.Map.UID, User: me.Map.User, Optional: []string{"uid"}}, Scope: scope})
}

// meAfterRefresh adds to a good refresh what the me call says of its new token, where the app asks for that. A failure changes
// nothing: the refresh is good without.
func (c *Client) meAfterRefresh(ctx context.Context, a session.AuthData, u *session.Update) {
	me := c.project.App.Auth.Me
	if me == nil || !me.AfterRefresh {
		return
	}
	a.Token = *u.Token
	if who, err := c.Me(ctx, a, ""); err == nil {
		u.MergeUser = who.MergeUser
		if who.UID != nil {
			u.UID = who.UID
		}
	}
}
