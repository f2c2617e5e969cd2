package probe

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

const refreshAt = project.Path("/app/authentication/refresh")

// explainLogIn says what the log-in gave and where each part was read.
func (p *prober) explainLogIn(a session.AuthData) {
	in := p.entrance.Action()
	at := func(field string) project.Path { return in.At + "/logIn/" + project.Path(field) }
	from := func(field string) string {
		switch t := in.Props[field]; {
		case t == nil:
			return ""
		case t.Src() != "":
			return ", read from " + t.Src()
		default:
			return ", read from " + strings.Join(t.Reads(), ", ")
		}
	}
	if a.Token.IsZero() {
		p.say(Note, topicLogIn, at("token"), "no authentication token was mapped")
	} else {
		p.say(Fine, topicLogIn, at("token"), "authentication token: %s%s", tokenKind(a.Token), from("token"))
	}
	switch {
	case !a.RefreshToken.IsZero():
		p.say(Fine, topicLogIn, at("refreshToken"), "refresh token: %s%s", tokenKind(a.RefreshToken), from("refreshToken"))
	case in.Props["refreshToken"] == nil && p.cfg.Project.App.Auth.Refresh != nil && !p.cfg.Calls.RefreshByToken():
		p.say(Fault, topicLogIn, at("refreshToken"), "a refresh is declared, and Log In maps no refresh token to spend")
	default:
		p.say(Note, topicLogIn, at("refreshToken"), "no refresh token")
	}
	if outlives(a.Token, a.RefreshToken) {
		p.say(Fault, topicLogIn, at("token"), "the authentication token outlives the refresh token by its exp: token and refreshToken look exchanged")
	}
	p.explainExpiry(a, in, at("expiry"))
	if a.UID == "" {
		p.say(Note, topicLogIn, at("uid"), "nobody says whose login it is: no uid%s", from("uid"))
	} else {
		p.say(Fine, topicLogIn, at("uid"), "uid: %s%s", characters(len(a.UID)), from("uid"))
	}
	fields := map[string]any{}
	if a.User == nil || json.Unmarshal(a.User, &fields) != nil || len(fields) == 0 {
		p.say(Note, topicLogIn, at("user"), "no user data")
		return
	}
	p.say(Fine, topicLogIn, at("user"), "user data: %s%s", shape(fields), from("user"))
}

func characters(n int) string {
	if n == 1 {
		return "1 character"
	}
	return fmt.Sprintf("%d characters", n)
}

func tokenKind(t session.Secret) string {
	if isJWT(t.Reveal()) {
		return "a JWT of " + characters(len(t.Reveal()))
	}
	return "an opaque text of " + characters(len(t.Reveal()))
}

// outlives reports whether both are JWTs, and the first is good for longer than the second.
func outlives(token, refreshToken session.Secret) bool {
	one, ok := expOf(token)
	two, also := expOf(refreshToken)
	return ok && also && one.After(two)
}

func expOf(t session.Secret) (time.Time, bool) {
	tmpl, faults := value.NewEnv().With("token", value.SecretType()).Parse("${jwt(token).exp}", nil)
	if !isJWT(t.Reveal()) || len(faults) > 0 {
		return time.Time{}, false
	}
	v, err := tmpl.Eval(value.Scope{"token": value.NewSecret(t.Reveal())})
	exp, ok := v.(time.Time)
	return exp, ok && err == nil
}

// kinds says what the functions of an expiry's expression take.
var kinds = []struct{ name, means string }{
	{"inSeconds", "seconds from now"}, {"inMinutes", "minutes from now"}, {"inMs", "milliseconds from now"}, {"unixMs", "milliseconds since 1970"},
	{"unix", "seconds since 1970"}, {"jwt", "the exp of a JWT"}, {"never", "never"}, {"duration", "a length of time from now"}, {"time", "a date and time"},
}

func expiryKind(src string) string {
	for _, k := range kinds {
		if regexp.MustCompile(`\b` + k.name + `\(`).MatchString(src) {
			return k.means
		}
	}
	return "a time"
}

func (p *prober) explainExpiry(a session.AuthData, in *project.Action, at project.Path) {
	mapped := in.Props["expiry"]
	left := a.Expiry.Sub(p.cfg.Now()).Round(time.Second)
	switch {
	case a.Expiry.IsZero() && mapped != nil:
		p.say(Note, topicLogIn, at, "expiry: the mapping %s gave none, so only an expired reply tells", mapped.Src())
	case a.Expiry.IsZero():
		p.say(Note, topicLogIn, at, "expiry: unknown, so only an expired reply tells")
		p.guessExpiry(in, at)
	case mapped == nil:
		p.say(Fine, topicLogIn, at, "expiry: in %v, by the exp of the token itself, which is a JWT", left)
	case left <= 0:
		p.say(Fault, topicLogIn, at, "expiry: %s reads it as %s, which was %v ago; the unit is wrong, or a clock is", mapped.Src(), expiryKind(mapped.Src()), -left)
	default:
		p.say(Fine, topicLogIn, at, "expiry: in %v, read as %s from %s", left, expiryKind(mapped.Src()), mapped.Src())
	}
}

// expiryFields are names under which backends tell an expiry, and the function that reads such a one.
var expiryFields = []struct{ name, fn string }{
	{"expires_in", "inSeconds"}, {"expiresIn", "inSeconds"}, {"expires_at", "unix"}, {"expiresAt", "time"}, {"accessTokenExpiresAt", "time"}, {"expire", "time"},
}

// guessExpiry looks for an expiry that the log-in's reply holds and the app does not read.
func (p *prober) guessExpiry(in *project.Action, at project.Path) {
	token := in.Props["token"]
	if token == nil {
		return
	}
	src := strings.TrimSuffix(strings.TrimPrefix(token.Src(), "${"), "}")
	dot := strings.LastIndex(src, ".")
	for _, c := range slices.Backward(p.calls) {
		body, ok := c.Reply.Body.(map[string]any)
		if !ok || dot < 0 || strings.Count(src, ".") != 2 {
			continue // only where token and expiry stand side by side at the top of the reply is the expression certain
		}
		for _, f := range expiryFields {
			v, there := body[f.name]
			if _, isText := v.(string); !there || f.fn == "unix" && isText {
				continue
			}
			expr := fmt.Sprintf("${%s(%s.%s)}", f.fn, src[:dot], f.name)
			p.say(Note, topicLogIn, at, "the reply holds %s, which looks like an expiry: %s", f.name, expr)
			p.edit(at, expr)
			return
		}
	}
}

func (p *prober) edit(at project.Path, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		return // texts alone are set
	}
	p.report.Edits = append(p.report.Edits, project.Edit{Op: project.OpSet, At: at, Value: b})
}

// meCall is the call that tells who is logged in: the declared one, else one whose name says so.
func (p *prober) meCall() *project.Call {
	if me := p.cfg.Project.App.Auth.Me; me != nil {
		return me.Call
	}
	names := []string{"me", "whoami", "currentuser", "user", "userinfo", "profile", "account", "self"}
	var best *project.Call
	rank := len(names)
	for _, g := range p.cfg.Project.Groups {
		for _, c := range g.Calls {
			i := slices.Index(names, strings.ToLower(c.Name))
			needs := slices.ContainsFunc(c.Params, func(p project.Param) bool { return p.Required })
			if i >= 0 && i < rank && !needs && c.Auth != project.AuthNone && c.Method == "GET" {
				best, rank = c, i
			}
		}
	}
	return best
}

// fixed is a login that is never renewed; it notes that it was asked to be, which means that a reply is expired by the app's rule.
type fixed struct {
	s       session.Session
	expired bool
}

func newFixed(a session.AuthData) *fixed {
	return &fixed{s: session.Session{ID: session.NewID(), Key: session.NewID(), Ver: 1, Auth: a}}
}

func (f *fixed) Session() (session.Session, bool) { return f.s, true }

func (f *fixed) Fresh(context.Context) (session.Session, bool, error) { return f.s, true, nil }

func (f *fixed) Renew(context.Context, int64) (session.Session, error) {
	f.expired = true
	return f.s, session.ErrNoRefresh
}

// ask sends the me call with a login and says whether its reply is expired by the app's rule.
func (p *prober) ask(ctx context.Context, me *project.Call, a session.AuthData) (r call.Reply, expired bool, err error) {
	f := newFixed(a)
	var args func(value.Scope) (map[string]any, error)
	if decl := p.cfg.Project.App.Auth.Me; decl != nil && decl.Call == me {
		args = call.ArgsOf(decl.With, value.Scope{"constants": p.cfg.Project.App.Constants})
	}
	r, err = p.cfg.Calls.Do(ctx, call.Request{Call: me, Args: args}, f)
	return r, f.expired, err
}

func (p *prober) askMe(ctx context.Context, me *project.Call, a session.AuthData) {
	if me == nil {
		p.say(Note, "me", "", "the app has no call that tells who is logged in (authentication.me, or a GET call named me): what old and unknown tokens are good for cannot be learned")
		return
	}
	r, expired, err := p.ask(ctx, me, a)
	switch {
	case err != nil:
		p.say(Fault, "me", "", "%s: %v", me.ID, err)
	case r.OK:
		p.say(Fine, "me", "", "%s: status %d; %s", me.ID, r.Status, shape(r.Body))
	case expired:
		p.say(Fault, "me", "", "%s: status %d, which the app takes for an expired token though the token is new: does it travel as the backend wants it (authentication.token)?", me.ID, r.Status)
	default:
		p.say(Fault, "me", "", "%s: status %d: %s", me.ID, r.Status, r.Error)
	}
}

// unknownToken learns how a token is answered that was never issued.
func (p *prober) unknownToken(ctx context.Context, me *project.Call, a session.AuthData) {
	const topic = "unknown token"
	if me == nil || a.Token.IsZero() {
		return
	}
	a.Token = session.NewSecret(spoiled(a.Token.Reveal()))
	r, expired, err := p.ask(ctx, me, a)
	at := refreshAt + "/expired"
	switch {
	case err != nil:
		p.say(Fault, topic, "", "%s: %v", me.ID, err)
	case expired:
		p.say(Fine, topic, at, "status %d, which the app takes for expired", r.Status)
	case r.Status == 0:
		p.say(Fault, topic, "", "%s: %s", me.ID, r.Error)
	case r.Status >= 500:
		p.say(Note, topic, at, "status %d: the backend has a fault there; an expired token may be answered otherwise", r.Status)
	case r.OK:
		p.say(Note, topic, "/app/authentication/probe", "status %d: the backend takes its bearer for a guest instead of refusing; declare authentication.probe, so that an expired login is noticed", r.Status)
	case p.cfg.Project.App.Auth.Refresh == nil:
		p.say(Note, topic, "", "status %d: %s", r.Status, r.Error)
	default:
		p.proposeExpired(topic, at, r)
	}
}

// spoiled is a token of the same form that nobody issued: other letters at its end.
func spoiled(token string) string {
	b := []byte(token)
	for i := max(len(b)-8, 0); i < len(b); i++ {
		switch {
		case b[i] == '.':
		case b[i] == 'A':
			b[i] = 'B'
		default:
			b[i] = 'A'
		}
	}
	return string(b)
}

// codeFields are where backends put the code of an error.
var codeFields = []string{"code", "error_code", "errorCode", "error", "type"}

// proposeExpired tells of a reply that the app's rule does not take for expired, with a rule that does.
func (p *prober) proposeExpired(topic string, at project.Path, r call.Reply) {
	rule := fmt.Sprintf("reply.status == %d", r.Status)
	if body, ok := r.Body.(map[string]any); ok {
		for _, name := range codeFields {
			switch v := body[name].(type) {
			case string:
				if v != "" && len(v) <= 60 {
					rule += fmt.Sprintf(" && reply.body.%s == %q", name, v)
				}
			case json.Number:
				rule += fmt.Sprintf(" && reply.body.%s == %s", name, v)
			default:
				continue
			}
			break
		}
	}
	p.say(Fault, topic, at, "status %d (%s) is not taken for expired, so such a login would never be renewed; a rule that does: ${%s}", r.Status, shape(r.Body), rule)
	if p.cfg.Project.App.Auth.Refresh.Expired == nil {
		p.edit(at, "${"+rule+"}")
	}
}
