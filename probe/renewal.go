package probe

import (
	"context"
	"time"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
)

const (
	topicRenewal = "renewal"
	topicOld     = "old refresh token"
)

// renewable reports whether there is something to renew the login with.
func (p *prober) renewable(a session.AuthData) bool {
	if p.cfg.Project.App.Auth.Refresh == nil {
		p.say(Note, topicRenewal, "/app/authentication", "the app declares no refresh: people log in again when their token expires")
		return false
	}
	if a.RefreshToken.IsZero() && !p.cfg.Calls.RefreshByToken() {
		p.say(Fault, topicRenewal, refreshAt, "the log-in gave no refresh token, and the declared refresh spends one")
		return false
	}
	return true
}

// renewals renews a login, and learns on others what becomes of what was spent.
func (p *prober) renewals(ctx context.Context, me *project.Call, a session.AuthData) {
	next, rotates, ok := p.renew(ctx, a)
	if !ok {
		return
	}
	if !p.begin(ctx, "old token") {
		return
	}
	p.oldToken(ctx, me, a)
	if !p.begin(ctx, "unknown refresh token") {
		return
	}
	p.unknownRefreshToken(ctx, next)
	switch {
	case a.RefreshToken.IsZero():
		return // the token itself was spent, which oldToken has looked at
	case !rotates:
		p.say(Fine, topicOld, refreshAt+"/rotation", "it stays in use: the backend does not rotate")
		p.rotation("none")
		return
	}
	if !p.begin(ctx, topicOld) {
		return
	}
	// On a login of its own, for the backend may end it.
	other, err := p.logIn(ctx)
	if err != nil || other == nil {
		return
	}
	p.oldRefreshToken(ctx, *other)
}

// spend makes one refresh call and returns the login after it.
func (p *prober) spend(ctx context.Context, a session.AuthData) (session.AuthData, session.Answer) {
	ans, err := p.cfg.Calls.Refresher()(ctx, a)
	if err != nil {
		return a, session.Answer{Class: session.Ambiguous, Reason: "the call failed", Err: err}
	}
	if ans.Class != session.Success {
		return a, ans
	}
	next := a
	if ans.Update.Token != nil {
		next.Token = *ans.Update.Token
	}
	if t := ans.Update.RefreshToken; t != nil && !t.IsZero() {
		next.RefreshToken = *t
	}
	if ans.Update.Expiry != nil {
		next.Expiry = *ans.Update.Expiry
	}
	return next, ans
}

// renew makes the first refresh and says what came of it.
func (p *prober) renew(ctx context.Context, a session.AuthData) (next session.AuthData, rotates, ok bool) {
	next, ans := p.spend(ctx, a)
	p.report.Class = ans.Class.String()
	if ans.Class != session.Success {
		p.say(Fault, topicRenewal, refreshAt, "a good login was not renewed: %s (%s)", ans.Reason, ans.Class)
		if ans.Err != nil {
			p.say(Note, topicRenewal, refreshAt+"/update", "%v", ans.Err)
		}
		return a, false, false
	}
	update := p.cfg.Project.App.Auth.Refresh.Update
	kept := "the same one again"
	if !next.Token.Equal(a.Token) {
		kept = "a new one, " + tokenKind(next.Token)
	}
	p.say(Fine, topicRenewal, refreshAt+"/update/token", "authentication token: %s", kept)
	rotates = !next.RefreshToken.Equal(a.RefreshToken)
	came := ans.Update.RefreshToken != nil && !ans.Update.RefreshToken.IsZero()
	switch {
	case a.RefreshToken.IsZero():
	case rotates:
		p.say(Fine, topicRenewal, refreshAt+"/update/refreshToken", "refresh token: a new one each time")
	case came:
		p.say(Fine, topicRenewal, refreshAt+"/update/refreshToken", "refresh token: the same one again")
	case update.RefreshToken == nil:
		p.say(Note, topicRenewal, refreshAt+"/update/refreshToken", "refresh token: not mapped, so the old one is kept; if the reply holds a new one, map it, or the next renewal spends a dead one")
	default:
		p.say(Fine, topicRenewal, refreshAt+"/update/refreshToken", "refresh token: none in the reply, so the old one is kept")
	}
	switch left := next.Expiry.Sub(p.cfg.Now()).Round(time.Second); {
	case next.Expiry.IsZero():
		p.say(Note, topicRenewal, refreshAt+"/update/expiry", "expiry: unknown, so only an expired reply tells")
	case left <= 0:
		p.say(Fault, topicRenewal, refreshAt+"/update/expiry", "expiry: %v ago; the unit is wrong, or a clock is", -left)
	default:
		p.say(Fine, topicRenewal, refreshAt+"/update/expiry", "expiry: in %v", left)
	}
	return next, rotates, true
}

// oldToken learns whether the authentication token from before a renewal is still good.
func (p *prober) oldToken(ctx context.Context, me *project.Call, old session.AuthData) {
	const topic = "old token"
	if me == nil {
		return
	}
	r, expired, err := p.ask(ctx, me, old)
	switch {
	case err != nil:
		p.say(Fault, topic, "", "%s: %v", me.ID, err)
	case r.OK:
		p.say(Fine, topic, "", "still good after a renewal")
	case expired:
		p.say(Fine, topic, "", "dead after a renewal (status %d); calls under way are repeated with the new one", r.Status)
	default:
		p.say(Note, topic, refreshAt+"/expired", "dead after a renewal (status %d), and the app does not take that for expired: a call under way during a renewal fails", r.Status)
	}
}

// unknownRefreshToken learns whether a definite no is taken for one.
func (p *prober) unknownRefreshToken(ctx context.Context, a session.AuthData) {
	const topic = "unknown refresh token"
	if a.RefreshToken.IsZero() {
		return
	}
	a.RefreshToken = session.NewSecret(spoiled(a.RefreshToken.Reveal()))
	_, ans := p.spend(ctx, a)
	switch ans.Class {
	case session.Reject:
		p.say(Fine, topic, refreshAt+"/rejected", "refused: %s; such a login ends", ans.Reason)
	case session.Success:
		p.say(Fault, topic, refreshAt, "the backend renews a login for a refresh token that it never issued: is the token sent at all (with: in refresh)?")
	default:
		p.say(Fault, topic, refreshAt+"/rejected", "answered with %s, which counts as %s: nobody whose refresh token is dead would ever be logged out; declare what a refusal looks like (rejected: ${…})", ans.Reason, ans.Class)
	}
}

// pauses are the waits between two presentations of an old refresh token; they add up to a minute.
var pauses = []time.Duration{0, time.Second, time.Second, 3 * time.Second, 5 * time.Second, 10 * time.Second, 10 * time.Second, 30 * time.Second}

// oldRefreshToken learns for how long a spent refresh token is taken, and what becomes of the login when it no longer is.
func (p *prober) oldRefreshToken(ctx context.Context, old session.AuthData) {
	at := refreshAt + "/rotation"
	now, ans := p.spend(ctx, old)
	if ans.Class != session.Success {
		p.say(Note, topicOld, at, "nothing was learned: a second login was not renewed (%s)", ans.Reason)
		return
	}
	var since time.Duration
	taken := time.Duration(-1)
	for _, pause := range pauses {
		if since+pause > max(p.cfg.Patience, 0) {
			break
		}
		if pause > 0 && p.cfg.Wait(ctx, pause) != nil {
			return
		}
		since += pause
		again, ans := p.spend(ctx, old)
		switch {
		case ans.Class == session.Success:
			taken, now = since, again
			continue
		case ans.Class != session.Reject:
			p.say(Note, topicOld, at, "after %v: %s (%s)", since, ans.Reason, ans.Class)
			return
		}
		p.spentRefused(ctx, taken, since, now)
		return
	}
	p.say(Fine, topicOld, at, "still taken %v after it was spent: a renewal whose answer is lost can be asked for again", taken)
	p.rotation("retry-safe")
}

// spentRefused tells of a spent token that is taken no more.
func (p *prober) spentRefused(ctx context.Context, taken, since time.Duration, now session.AuthData) {
	at := refreshAt + "/rotation"
	if taken >= 0 {
		p.say(Fine, topicOld, at, "taken for at least %v after it was spent, refused after %v", taken, since)
		p.rotation("retry-safe")
	} else {
		p.say(Note, topicOld, at, "refused at once: each one counts once, so a renewal whose answer is lost costs that login")
		p.rotation("strict")
	}
	if _, ans := p.spend(ctx, now); ans.Class == session.Reject {
		p.say(Note, topicOld, at, "presenting it ended the whole login: the backend takes it for a theft")
		return
	}
	p.say(Fine, topicOld, at, "presenting it did no harm to the login")
}

// rotation compares what was learned with what the app says.
func (p *prober) rotation(found string) {
	said := p.cfg.Project.App.Auth.Refresh.Rotation
	if said == found {
		return
	}
	level := Note
	if found == "strict" {
		level = Fault // quick repetitions would end logins
	}
	p.say(level, topicOld, refreshAt+"/rotation", "the app says rotation: %s; the backend is %s", said, found)
	p.edit(refreshAt+"/rotation", found)
}
