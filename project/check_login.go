package project

import (
	"github.com/usherdev/usher/value"
)

// replyRule decodes a rule over reply.*, nil when it is not written.
func (c *checker) replyRule(s section, key string, body *value.Type) *value.Template {
	p, ok := s.get(key)
	if !ok {
		return nil
	}
	return scope{env: c.app.base.With("reply", replyType(body))}.value(p, want{what: key, typ: value.BoolType(), secret: true})
}

// readExpired decodes which replies end a login that nothing can renew.
func (c *checker) readExpired(s section, a *Auth) {
	p, ok := s.get("expired")
	switch {
	case !ok:
	case a.Refresh != nil:
		p.fail("expired stands beside refresh, which has a rule of that name", "move it into refresh")
	case a.WhenExpired != "logOut":
		p.fail("expired says which replies end a login, yet an expiry ends none", "add whenExpired: logOut, or remove expired")
	}
	a.Expired = c.replyRule(s, "expired", value.AnyType())
}

// readLogOut decodes the call that tells the backend about a log-out.
func (c *checker) readLogOut(p place) *LogOut {
	s := p.section("logOut", logOutKeys...)
	cp, ok := s.need("call", "as group.call")
	if !ok {
		return nil
	}
	w := c.callNamed(cp)
	if w == nil {
		return nil
	}
	return &LogOut{Call: w.call, With: c.sessionArgs(s, w), Token: s.refreshPlacement(), Done: c.replyRule(s, "done", value.AnyType())}
}

// carrier resolves the call of me or probe: it is sent with the token of the login that it asks about.
func (c *checker) carrier(s section, what string) *callWork {
	p, ok := s.need("call", "as group.call")
	if !ok {
		return nil
	}
	w := c.callNamed(p)
	if w != nil && w.call.Auth == AuthNone {
		p.fail(what+" asks about the login, yet "+w.call.ID+" carries no token", "give the call auth: required")
	}
	return w
}

// ordinaryArgs checks `with` of a call that is no refresh or log-out.
func (c *checker) ordinaryArgs(s section, w *callWork) *value.Template {
	return scope{env: c.app.base}.args(s, "with", argsOf{what: w.call.ID, params: w.call.Params, secret: w.callSecrets})
}

// readMe decodes the call that says whose a login is.
func (c *checker) readMe(s section, a *Auth) {
	p, ok := s.get("me")
	if !ok {
		return
	}
	m := p.section("me", meKeys...)
	w := c.carrier(m, "me")
	me := &Me{AfterRefresh: m.flag("afterRefresh", false)}
	_, uid := m.get("uid")
	if _, user := m.get("user"); !uid && !user {
		p.fail("me maps nothing", "uid: ${string(reply.body.id)}, user: ${reply.body} or one of them")
	}
	if w == nil {
		return
	}
	me.Call, me.With = w.call, c.ordinaryArgs(m, w)
	sc := scope{env: c.app.base.With("reply", replyType(w.reply())), flow: &flowWork{c: c, outputs: map[string]*callWork{}, reply: w}}
	me.Map = sc.authFields(m)
	if me.AfterRefresh && a.Refresh == nil {
		p.fail("me: afterRefresh needs a refresh", "remove it, or declare refresh")
	}
	a.Me = me
}

// readProbe decodes what tells a login from a guest.
func (c *checker) readProbe(s section, a *Auth) {
	p, ok := s.get("probe")
	if !ok {
		return
	}
	m := p.section("probe", probeKeys...)
	w := c.carrier(m, "probe")
	m.need("when", "over reply.* of any call: does it look like a guest's? such as ${reply.status == 404}")
	m.need("guest", "over reply.* of the probe: ${reply.status == 401}")
	if a.Refresh == nil && a.WhenExpired != "logOut" {
		p.fail("probe finds a token that has expired, yet no refresh could renew it and an expiry ends no login", "declare refresh, or add whenExpired: logOut")
	}
	when, guest := c.replyRule(m, "when", value.AnyType()), c.replyRule(m, "guest", value.AnyType())
	if w == nil || when == nil || guest == nil {
		return
	}
	a.Probe = &Probe{Call: w.call, With: c.ordinaryArgs(m, w), When: when, Guest: guest}
}
