// Package call sends an app's API calls to the builder's backend: it builds the request from the project, attaches
// the token where the app says, reads the reply, tells "expired", has the login renewed and replays once.
//
// It follows redirects only for calls that say so and carry nothing secret, keeps cookies only for groups that say so and each for its origin, never sends a header that is not declared, and never
// sends anything to an origin other than the one written in the call's group. Network trouble is a Reply, not an error.
package call

import (
	"cmp"
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
	defaultTimeout = 30 * time.Second // F098
	maxReply       = 8 << 20          // bytes of a reply, unless the call says otherwise
	maxRequest     = 8 << 20          // bytes of a request body, likewise
)

// Config is what a Client needs.
type Config struct {
	Project   *project.Project  // required
	Env       map[string]string // values of env.*; they win over the project's defaults
	Secrets   map[string]Secret // of the groups, by GROUP.NAME
	Transport http.RoundTripper // nil: no proxy, 3 s for dialling and for TLS, cloud metadata addresses refused
	Now       func() time.Time  // nil: time.Now
	Observe   func(Event)       // told of each request that was sent or refused; nil: nobody. It must be quick and safe for concurrent use
	Drifted   func(Drift)       // told, once each, of mappings whose reply lacks what they read; nil: nobody. As quick and safe

	// For the development of an app alone: Witness is told of each request with what was sent and came back, masked; Wrap puts something round
	// each transport that can fail on purpose. Both are nil in production.
	Witness func(Exchange)
	Wrap    func(http.RoundTripper) http.RoundTripper
}

// Event is one request, for logs and the studio. It never holds a header value, a body, a token or a query.
type Event struct {
	Call      string // "group.call"
	Method    string
	URL       string   // scheme, host and the path as it is written, without values; "" when it was not built
	Headers   []string // names of the headers that went along, sorted; nil when nothing was built
	Status    int      // 0: no reply
	OK        bool
	Took      time.Duration
	Refreshed bool   // the login was renewed because of this call
	Replayed  bool   // this is the second sending
	Err       string // what went wrong, without values
	// Mismatches are the places where the reply is not what its type says, with the kinds of things, never a value (F125).
	Mismatches []value.Mismatch
}

// Client sends the calls of one project. It is safe for concurrent use.
type Client struct {
	project   *project.Project
	env       map[string]any
	given     map[string]Secret          // by GROUP.NAME
	uses      map[*project.Call][]string // names of the secrets that a call reads
	bases     map[*project.Group]base
	own       map[*project.Call]base     // of calls with an address of their own
	mark      [32]byte                   // makes multipart boundaries that no value can foresee
	secrets   map[*project.Call][]string // paths of replies that are mapped to a token
	mapper    *Mapper
	providers map[string]*identity
	plain     http.RoundTripper
	guests    *memory           // by login: does the backend take it for nobody?
	futile    *memory           // by login and call: a new token did not help
	fresh     http.RoundTripper // for renewals: no connection is used twice
	cache     *cache
	strange   http.RoundTripper   // for addresses that came from data: public ones alone
	owned     bool                // plain and fresh are ours
	idle      []http.RoundTripper // plain and fresh as they were made
	now       func() time.Time
	observe   func(Event)
	witness   func(Exchange) // nil: nobody develops this app
}

// New makes a Client. It fails, naming all of them, when an environment value is missing (F219), a group's URL is
// not an absolute http or https address, or a header is declared that may not be.
func New(cfg Config) (*Client, error) {
	if cfg.Project == nil {
		return nil, errors.New("call: Config.Project is missing")
	}
	mapper, err := NewMapper(cfg.Project)
	if err != nil {
		return nil, err
	}
	c := &Client{
		project: cfg.Project,
		mapper:  mapper,
		guests:  newMemory(),
		futile:  newMemory(),
		secrets: mappedSecrets(cfg.Project),
		plain:   cfg.Transport,
		fresh:   cfg.Transport,
		strange: cfg.Transport,
		cache:   newCache(),
		now:     cfg.Now,
		observe: cfg.Observe,
		witness: cfg.Witness,
	}
	if c.plain == nil {
		c.plain, c.fresh, c.owned = newTransport(true, guardedDialer{}), newTransport(false, guardedDialer{}), true
		c.strange = newTransport(false, guardedDialer{public: true})
	}
	c.idle = []http.RoundTripper{c.plain, c.fresh}
	wrapped(cfg.Wrap, &c.plain, &c.fresh, &c.strange)
	if c.now == nil {
		c.now = time.Now
	}
	c.mapper.now, c.mapper.drifts.tell = c.now, cfg.Drifted
	if c.observe == nil {
		c.observe = func(Event) {}
	}
	c.given, c.uses = cfg.Secrets, secretUses(cfg.Project)
	c.env = environment(cfg.Project, cfg.Env)
	if missing := Missing(cfg.Project, cfg.Env, cfg.Secrets); len(missing) > 0 {
		return nil, &MissingError{Names: missing}
	}
	if err = c.resolveAddresses(); err != nil {
		return nil, err
	}
	_, _ = rand.Read(c.mark[:]) // never fails
	if c.providers, err = c.identities(); err != nil {
		return nil, err
	}
	return c, nil
}

// Project returns the project whose calls these are.
func (c *Client) Project() *project.Project { return c.project }

// Close drops the idle connections of the Client's own transports; one given in Config is left alone. The Client
// still works afterwards.
func (c *Client) Close() {
	if !c.owned {
		return
	}
	for _, rt := range c.idle {
		if t, ok := rt.(*http.Transport); ok {
			t.CloseIdleConnections()
		}
	}
}

// Request is one call to send.
type Request struct {
	Call *project.Call
	// Args gives the values of the call's parameters. It is given "auth" and "user" as they are when the request is
	// built, and is asked again for a replay (see ArgsOf). Nil: no arguments.
	Args       func(auth value.Scope) (map[string]any, error)
	Headers    []Header      // set over the declared ones; never those in which a login or the person's address travels
	Jar        *Jar          // keeps the cookies of calls that go by no login, for groups that keep them; nil: nothing does
	ClientAddr string        // the person's IP address, for groups that declare clientAddress; "" unknown
	Locale     *value.Locale // the language of Reply.Error; nil: English
}

// Header is a header of one request. A nil Value takes a declared one away.
type Header struct {
	Name  string
	Value any
}

// Do sends a call and returns what came back. With auth optional or required the login's token is attached, and a
// reply that is expired by the app's rule renews the login and replays the call, once (F041, F047). login is nil for
// a guest. The error is a fault of the project or of ctx; whatever the network or the backend does is a Reply.
func (c *Client) Do(ctx context.Context, req Request, login Login) (Reply, error) {
	if req.Call == nil || req.Call.Group == nil {
		return Reply{}, errors.New("call: the request names no call")
	}
	if req.Call.ReplyAs == project.ReplyEvents {
		return c.gathered(ctx, req, login)
	}
	d := doing{c: c, req: req, login: login, now: c.now()}
	s, loggedIn, refusal, err := c.admit(ctx, req.Call, login, req.Locale)
	if err != nil {
		return Reply{}, err
	}
	if refusal != "" {
		return d.refused(refusal), nil
	}
	return d.cached(s, loggedIn, func() (Reply, error) { return d.answered(ctx, s, loggedIn) })
}

// answered sends the call and judges what came back.
func (d *doing) answered(ctx context.Context, s session.Session, loggedIn bool) (Reply, error) {
	reply, withLogin, err := d.once(ctx, s, loggedIn)
	if err != nil || !withLogin {
		return reply, err
	}
	if d.opened {
		return d.judgeStream(ctx, reply)
	}
	return d.judge(ctx, d.login, s, reply)
}

// judge reads a reply to a call that carried the token or the cookies of s: it may have the login renewed, and the call sent again.
func (d *doing) judge(ctx context.Context, login Login, s session.Session, reply Reply) (Reply, error) {
	c, call := d.c, d.req.Call
	auth := Scope(s, true, d.now, c.project.App.Auth.UserType)
	if c.notYet(call, reply, auth) {
		return d.later(ctx, s)
	}
	if !c.expired(call, reply, auth) && !c.guest(ctx, call, reply, s, auth) {
		c.slide(ctx, login, reply)
		return reply, ctx.Err()
	}
	next, ok := c.renewed(ctx, call, login, s)
	if !ok {
		return reply, ctx.Err()
	}
	d.refreshed, d.replayed = true, true
	reply, _, err := d.once(ctx, next, true)
	if err == nil && !d.opened && c.expired(call, reply, Scope(next, true, d.now, c.project.App.Auth.UserType)) {
		c.futile.learn(futileKey(call, next), next.Ver, c.now().Add(futileFor))
	}
	return reply, err
}

// admit says with which login a call goes out, or in one sentence why it does not.
func (c *Client) admit(ctx context.Context, call *project.Call, login Login, l *value.Locale) (s session.Session, ok bool, refusal string, err error) {
	if login != nil {
		s, ok = login.Session()
	}
	if !byLogin(call) {
		return s, ok, "", nil
	}
	if login != nil && ok {
		s, ok, err = login.Fresh(ctx)
		switch {
		case ctx.Err() != nil:
			return s, false, "", ctx.Err()
		case errors.Is(err, session.ErrNotLoggedIn):
			ok = false
		case errors.Is(err, session.ErrUnavailable), errors.Is(err, session.ErrBusy), errors.Is(err, session.ErrClosed):
			return s, false, own(l, "call.notRenewed"), nil
		case err != nil:
			return s, false, "", fmt.Errorf("call %s: the login: %w", call.ID, err)
		}
	}
	if call.Auth == project.AuthRequired && !ok {
		return s, false, notLoggedIn, nil
	}
	return s, ok, "", nil
}

const notLoggedIn = "not logged in" // design: the fixed words of a call that needs a login and has none

// replyScope is what rules and mappings read: the reply, and the login it belongs to, if any.
func (c *Client) replyScope(r Reply, auth value.Scope) value.Scope {
	return value.Scope{
		"reply": r.Value(), "env": c.env, "constants": c.project.App.Constants, "now": c.now(), "auth": auth["auth"], "user": auth["user"],
	}
}

// doing is one Do: what stays the same between the first sending and the replay.
type doing struct {
	c                   *Client
	req                 Request
	login               Login
	now                 time.Time
	refreshed, replayed bool

	each   func(Message) error // of a stream; nil: the reply is read whole
	opened bool                // the backend answered with a stream
	failed error               // what each or take said

	take  func(Incoming) error // of a file; nil: the reply is none
	small *Incoming            // a file that is known whole, and looked at before it is handed on; nil: there is none
}

// once sends the call. withLogin says that the login's token or cookies went along.
func (d *doing) once(ctx context.Context, s session.Session, loggedIn bool) (reply Reply, withLogin bool, err error) {
	c, call := d.c, d.req.Call
	b, refusal, err := c.build(ctx, buildInput{
		call: call, args: d.req.Args, headers: d.req.Headers, addr: d.req.ClientAddr, now: d.now,
		auth: Scope(s, loggedIn, d.now, c.project.App.Auth.UserType), token: token(s, loggedIn), jar: d.jarOf(s, loggedIn), accept: d.accept(),
	})
	if err != nil {
		return Reply{}, false, err
	}
	if refusal != "" {
		return d.refused(own(d.req.Locale, "call.notSent", "why", refusal)), false, nil
	}
	start := c.now()
	if b.withLogin && loggedIn {
		ctx = sending(session.WithLogin(ctx, s.Key), SendingLogin)
	}
	var ans answer
	switch {
	case d.each != nil:
		ans = d.streamed(ctx, b)
	case d.take != nil:
		ans = d.fetched(ctx, b)
		b.withLogin = b.withLogin && !ans.away
	default:
		ans = c.sent(ctx, call, b)
	}
	if err := d.keepCookies(ctx, loggedIn, b.http, ans); err != nil {
		return Reply{}, false, fmt.Errorf("call %s: keeping cookies: %w", call.ID, err)
	}
	if err := cmp.Or(d.failed, ctx.Err()); err != nil {
		return Reply{}, false, err
	}
	reply = c.read(call, ans, b.secrets, d.req.Locale)
	reply.Skew = clockSkew(ans.header, start)
	reply.Refreshed, reply.Replayed, reply.Took = d.refreshed, d.replayed, c.now().Sub(start)
	if c.witness != nil {
		b.about = d.about(s, loggedIn, b, reply)
	}
	c.tell(call, b, reply, ans)
	return reply, b.withLogin && loggedIn && byLogin(call), nil
}

// accept is what the reply may be.
func (d *doing) accept() string {
	if d.take != nil {
		return "*/*"
	}
	return "application/json"
}

func timeoutOf(call *project.Call) time.Duration {
	if call.Timeout > 0 {
		return call.Timeout
	}
	return defaultTimeout
}

func replyLimit(call *project.Call) int64 {
	if call.Limits.Reply > 0 {
		return call.Limits.Reply
	}
	return maxReply
}

func token(s session.Session, loggedIn bool) string {
	if !loggedIn {
		return ""
	}
	return s.Auth.Token.Reveal()
}

// own is what Usher itself says of a call, in a language; nil is English.
func own(l *value.Locale, key string, pairs ...any) string {
	if l == nil {
		l = project.Speak("en")
	}
	return l.Say("usher."+key, pairs...)
}

func (d *doing) refused(sentence string) Reply {
	r := Reply{Error: sentence, Headers: map[string]string{}, Refreshed: d.refreshed, Replayed: d.replayed}
	d.c.tell(d.req.Call, built{}, r, answer{})
	return r
}

func (c *Client) tell(call *project.Call, b built, r Reply, ans answer) {
	e := Event{
		Call: call.ID, Method: call.Method, URL: b.show, Headers: b.headerNames(), Status: r.Status, OK: r.OK,
		Took: r.Took, Refreshed: r.Refreshed, Replayed: r.Replayed, Mismatches: r.Mismatches,
	}
	switch {
	case ans.err != nil:
		e.Err = ans.describe()
	case b.show == "":
		e.Err = r.Error
	}
	c.observe(e)
	if c.witness != nil {
		c.witnessed(call, b, r, ans, e.Err)
	}
}
