package project

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/usherdev/usher/value"
)

// callWork is an API call while it is checked.
type callWork struct {
	call          *Call
	inPath        map[string]bool // parameters that land in the path or the base URL
	inQuery       map[string]bool
	hiddenText    bool          // the reply's text is a token
	hiddenHeaders []value.Field // headers of the reply that are tokens
	session       bool          // the declared refresh or log-out call: may place a token in a query
}

const (
	defaultTimeout = 30 * time.Second
	maxTimeout     = 5 * time.Minute
)

var methods = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}

// Hard caps of limits: what one reply or request may cost whoever runs the app (F8).
const (
	maxReplyCap   = 16 << 20
	maxRequestCap = 256 << 20
	maxDepthCap   = 64
	maxFileCap    = 1 << 30
	maxRetry      = 5
)

// settingKeys are what a group says for all its calls, and a call for itself.
var settingKeys = []string{"doc", "url", "headers", "params", "auth", "timeout", "limits", "unwrap", "errorMessage", "fieldErrors", "retry", "onRequest", "onResponse"}

// groupKeys and callKeys are what each of them says besides.
var (
	groupKeys = []string{"clientAddress", "cookies", "token", "secrets", "calls"}
	callKeys  = []string{"method", "path", "query", "json", "form", "multipart", "text", "file", "reply", "replyAs", "redirects", "idempotent", "cache", "interceptors"}
)

// callSettings are the values of settingKeys that a call takes from its group.
type callSettings struct {
	auth         AuthMode
	timeout      time.Duration
	limits       CallLimits
	unwrap       []string
	errorMessage *value.Template
	fieldErrors  *value.Template
	retry        int
}

// readGroups decodes calls/*.yaml.
func (c *checker) readGroups() {
	for _, f := range c.in("calls") {
		if f.root != nil {
			c.readGroup(f)
		}
	}
}

func (c *checker) readGroup(f *file) {
	s := c.rootOf(f).section("an API group", slices.Concat(groupKeys, settingKeys)...)
	g := &Group{Name: baseName(f.name), File: f.name, Doc: s.text("doc")}
	c.p.Groups = append(c.p.Groups, g)
	sc := scope{env: c.app.calls.Wired(), calls: true}
	if up, ok := s.need("url", "the address that the paths of the calls are added to"); ok {
		g.URL = sc.baseURL(up)
	}
	sc = c.readSecrets(g, s, sc)
	if p, ok := s.get("params"); ok {
		g.Params = c.params(p, false)
		sc = sc.with("params", paramsType(g.Params))
	}
	c.watched.around(s.at, sc)
	g.Headers = sc.headers(s)
	if p, ok := s.get("clientAddress"); ok {
		one := p.section("clientAddress", "header")
		if h, ok := one.need("header", "such as X-Forwarded-For"); ok {
			g.ClientAddress, _ = h.headerName("header")
		}
	}
	if p, ok := s.get("token"); ok {
		if place, ok := p.placement("token", true); ok {
			g.Token = &place
		}
	}
	g.KeepCookies = s.choice("cookies", "drop", "drop", "keep") == "keep"
	set := c.settings(s, callSettings{auth: AuthNone, timeout: defaultTimeout}, value.AnyType())
	g.Auth, g.Timeout = set.auth, set.timeout
	around := &intercepted{s: s, params: g.Params, onRequest: &g.OnRequest, onResponse: &g.OnResponse, group: g}
	c.around = append(c.around, around)
	if p, ok := s.get("calls"); ok {
		for _, e := range p.entries("calls") {
			if e.key.name("a call", e.name) {
				c.readCall(g, set, e)
			}
		}
	}
}

var originPattern = regexp.MustCompile(`^(https?)://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[1-9][0-9]{0,4})?$`)

// LegalOrigin reports whether a secret can be bound to this origin.
func LegalOrigin(origin string) bool { return originPattern.MatchString(origin) }

// readSecrets decodes secrets of a group: NAME: {origin: https://…}. Only its own headers and calls may read them.
func (c *checker) readSecrets(g *Group, s section, sc scope) scope {
	p, ok := s.get("secrets")
	if !ok {
		return sc
	}
	for _, e := range p.entries("secrets") {
		if !envPattern.MatchString(e.name) {
			e.key.fail(fmt.Sprintf("a secret cannot be named %s", quoted(e.name)), "use letters, digits and _")
			continue
		}
		one := e.val.section("a secret", "origin", "doc")
		op, ok := one.need("origin", "where it may be sent: https://api.example.com")
		if !ok {
			continue
		}
		origin, ok := op.literal("origin")
		m := originPattern.FindStringSubmatch(origin)
		switch {
		case !ok:
			continue
		case m == nil:
			op.fail("origin is a scheme, a host and perhaps a port, not "+quoted(origin), "such as https://api.example.com, in lower case")
			continue
		case m[1] == "http" && m[2] != "localhost" && !strings.HasSuffix(m[2], ".localhost") && m[2] != "127.0.0.1" && m[2] != "[::1]":
			op.warn("a secret that is sent over plain http can be read on the way", "use https")
		}
		if to := literalOrigin(g.URL); to != "" && to != origin {
			op.fail(fmt.Sprintf("%s is bound to %s, and the calls of %s go to %s", e.name, origin, g.Name, to), "a secret is sent to its own origin only")
		}
		g.Secrets = append(g.Secrets, GroupSecret{Name: e.name, Origin: origin})
	}
	sc.env = g.env(c)
	return sc
}

// env is what the calls of a group may read, but for parameters.
func (g *Group) env(c *checker) *value.Env {
	if len(g.Secrets) == 0 {
		return c.app.calls.Wired()
	}
	fields := make([]value.Field, len(g.Secrets))
	for i, x := range g.Secrets {
		fields[i] = value.Field{Name: x.Name, Type: value.SecretType()}
	}
	return c.app.calls.Wired().With("secrets", value.ObjectOf("secrets", fields...))
}

// literalOrigin is the origin of a base URL as far as it is written without ${…}; "" when it is not.
func literalOrigin(t *value.Template) string {
	v, ok := t.Constant()
	text, _ := v.(string)
	scheme, rest, cut := strings.Cut(text, "://")
	if !ok || !cut {
		return ""
	}
	host, _, _ := strings.Cut(rest, "/")
	return strings.ToLower(scheme + "://" + host)
}

// settings decodes what a group or a call says; what it does not say is otherwise's.
func (c *checker) settings(s section, otherwise callSettings, reply *value.Type) callSettings {
	set := otherwise
	set.auth = AuthMode(s.choice("auth", string(otherwise.auth), string(AuthNone), string(AuthOptional), string(AuthRequired)))
	c.needsAuth(s, set.auth)
	set.timeout = s.duration("timeout", otherwise.timeout, 100*time.Millisecond, maxTimeout)
	if p, ok := s.get("limits"); ok {
		l := p.section("limits", "reply", "request", "depth", "file")
		set.limits.Reply = l.size("reply", set.limits.Reply, 1<<10, maxReplyCap)
		set.limits.Request = l.size("request", set.limits.Request, 1<<10, maxRequestCap)
		set.limits.File = l.size("file", set.limits.File, 1<<10, maxFileCap)
		set.limits.Depth = l.count("depth", set.limits.Depth, 1, maxDepthCap)
	}
	set.retry = s.count("retry", otherwise.retry, 0, maxRetry)
	if p, ok := s.get("unwrap"); ok {
		set.unwrap = p.unwrapPath()
	}
	if p, ok := s.get("errorMessage"); ok {
		msg := scope{env: c.app.calls.With("reply", replyType(reply)), calls: true}
		set.errorMessage = msg.value(p, want{what: "errorMessage", typ: value.TextType()})
	}
	if p, ok := s.get("fieldErrors"); ok {
		said := scope{env: c.app.calls.With("reply", replyType(reply)), calls: true}
		set.fieldErrors = said.value(p, want{what: "fieldErrors", null: true})
	}
	return set
}

var unwrapPattern = regexp.MustCompile(`^[^.\s\[\]]+(\.[^.\s\[\]]+)*$`)

// unwrapPath reads the keys that lead to the payload; "" takes back what the group says.
func (p place) unwrapPath() []string {
	text, ok := p.literal("unwrap")
	if !ok || text == "" {
		return nil
	}
	if !unwrapPattern.MatchString(text) {
		p.fail("unwrap names keys with dots between them, not "+quoted(text), "such as data or result.items")
		return nil
	}
	return strings.Split(text, ".")
}

// needsAuth reports calls that carry a token while authentication is off (F001).
func (c *checker) needsAuth(s section, mode AuthMode) {
	if p, ok := s.get("auth"); ok && mode != AuthNone && !c.p.App.Auth.Enabled {
		p.fail("auth: "+string(mode)+" needs authentication, which is off", "set authentication: enabled: true in app.yaml", p.c.turnedOn()...)
	}
}

// readCall decodes one call.
func (c *checker) readCall(g *Group, of callSettings, e entry) {
	s := e.val.section("a call", slices.Concat(callKeys, settingKeys)...)
	call := &Call{Group: g, Name: e.name, ID: g.Name + "." + e.name, Doc: s.text("doc")}
	w := &callWork{call: call, inPath: map[string]bool{}, inQuery: map[string]bool{}, session: slices.Contains(c.sessionCalls(), call.ID)}
	c.calls[call.ID] = w
	g.Calls = append(g.Calls, call)
	call.Method = s.choice("method", "GET", methods...)
	call.Params = c.callParams(g, s)
	sc := scope{env: g.env(c).With("params", paramsType(call.Params)), calls: true}
	c.watched.around(s.at, sc)
	if p, ok := s.get("url"); ok {
		call.URL = scope{env: c.app.calls, calls: true}.baseURL(p)
		of.auth = AuthNone // a token belongs to the origin that the group names; another one is told so by itself (A3)
	}
	call.Path = value.Const("")
	if p, ok := s.get("path"); ok {
		call.Path = sc.callPath(p)
		w.note(call.Path, w.inPath)
	}
	call.Query = sc.query(s, w)
	call.Headers = sc.headers(s)
	sc.body(s, call)
	c.readReply(s, w)
	set := c.settings(s, of, opened(w.reply()))
	call.Auth, call.Timeout, call.Limits, call.Unwrap = set.auth, set.timeout, set.limits, set.unwrap
	call.ErrorMessage, call.FieldErrors = set.errorMessage, set.fieldErrors
	c.headersTwice(s, call)
	c.readRedirects(s, call)
	readRepetition(s, call, set.retry)
	readCache(s, call, sc)
	readEvents(s, call)
	call.Bare = s.choice("interceptors", "inherit", "inherit", "none") == "none"
	c.around = append(c.around, &intercepted{s: s, params: call.Params, onRequest: &call.OnRequest, onResponse: &call.OnResponse, group: g, call: w})
}

// readRepetition decodes retry and idempotent: what may not be done twice is never sent twice.
func readRepetition(s section, call *Call, retry int) {
	call.Idempotent = s.flag("idempotent", false)
	twice := call.Idempotent || call.Method != "POST" && call.Method != "PATCH"
	if twice {
		call.Retry = retry
	} else if p, own := s.get("retry"); own && retry > 0 {
		p.fail("a "+call.Method+" call may do its work twice when it is repeated", "say idempotent: true if it does not")
	}
}

// readEvents reports what a stream cannot have: it is read once, as it comes (F103).
func readEvents(s section, call *Call) {
	if call.ReplyAs != ReplyEvents {
		return
	}
	p, _ := s.get("replyAs")
	switch {
	case call.Method == "HEAD":
		p.fail("a HEAD call has no stream", "")
	case call.Cache != nil:
		p.fail("a stream is not remembered", "remove cache")
	case call.Follow, call.FollowFiles:
		p.fail("a call that streams may not follow redirects", "call the address that the redirect leads to")
	}
	if own, ok := s.get("retry"); ok && call.Retry > 0 {
		own.fail("a stream is never sent again", "remove retry")
	}
	call.Retry = 0
}

// readCache decodes cache: {for: 5m, scope: user, key: "${params.id}"}.
func readCache(s section, call *Call, sc scope) {
	p, ok := s.get("cache")
	if !ok {
		return
	}
	one := p.section("cache", "for", "scope", "key")
	call.Cache = &CallCache{Shared: one.choice("scope", "user", "user", "app") == "app"}
	if _, ok := one.need("for", "how long a reply is good: 5m"); ok {
		call.Cache.For = one.duration("for", time.Minute, time.Second, 24*time.Hour)
	}
	if key, ok := one.get("key"); ok {
		call.Cache.Key = scope{env: value.NewEnv().With("params", paramsType(call.Params)), calls: sc.calls}.value(key, want{what: "key of cache", null: true})
		if _, constant := call.Cache.Key.Constant(); constant && call.Cache.Key != nil && len(call.Params) > 0 {
			key.fail("this key is the same for all arguments", "read what tells the replies apart: ${params."+call.Params[0].Name+"}, or remove key")
		}
	}
	switch {
	case call.Method != "GET":
		p.fail("only the replies of GET calls are remembered", "")
	case call.Cache.Shared && (call.Auth != AuthNone || call.Group.KeepCookies):
		p.fail("a reply to somebody's login is not for everybody", "write scope: user, or auth: none")
	case !call.Cache.Shared && call.Auth == AuthNone && !call.Group.KeepCookies:
		p.warn("a call without login gives everybody the same reply", "write scope: app")
	}
}

// readRedirects lets a call follow redirects when it has nothing to lose: what it carries could end up anywhere (A3).
func (c *checker) readRedirects(s section, call *Call) {
	how := s.choice("redirects", "refuse", "refuse", "follow", "files")
	p, _ := s.get("redirects")
	call.Follow, call.FollowFiles = how == "follow", how == "files"
	if call.FollowFiles && call.Method != "GET" {
		p.fail("only GET calls bring files that lie elsewhere", "")
	}
	if !call.Follow {
		return
	}
	secret := func(kv KV) bool { return kv.Value.Secret() }
	switch {
	case call.Method != "GET" && call.Method != "HEAD":
		p.fail("only GET and HEAD calls may follow redirects", "")
	case call.Auth != AuthNone, call.Group.KeepCookies:
		p.fail("a call that carries a login may not follow redirects", "call the address that the redirect leads to, or set auth: none")
	case slices.ContainsFunc(call.Group.Headers, secret), slices.ContainsFunc(call.Headers, secret), slices.ContainsFunc(call.Query, secret), call.Body.Secret():
		p.fail("a call that carries a secret may not follow redirects", "call the address that the redirect leads to")
	}
}

// callParams are the parameters of a call: its group's and its own.
func (c *checker) callParams(g *Group, s section) []Param {
	p, ok := s.get("params")
	if !ok {
		return g.Params
	}
	out := slices.Clone(g.Params)
	for _, par := range c.params(p, false) {
		if findParam(g.Params, par.Name) != nil {
			p.fail(fmt.Sprintf("the group has a parameter %q already", par.Name), "every call of the group has it")
			continue
		}
		out = append(out, par)
	}
	return out
}

// readReply decodes what a call says of its reply.
func (c *checker) readReply(s section, w *callWork) {
	call := w.call
	call.ReplyAs = ReplyKind(s.choice("replyAs", "", string(ReplyJSON), string(ReplyText), string(ReplyNone), string(ReplyEvents)))
	if p, ok := s.get("reply"); ok {
		call.Reply = c.typeName(p)
		k := call.Reply.Kind
		switch {
		case call.Method == "HEAD" || call.ReplyAs == ReplyNone:
			p.fail("nothing is read of the body of this reply, so it has no type", "remove reply, or read headers: reply.headers")
			call.Reply = nil
		case call.ReplyAs == ReplyText && k != value.KindText && k != value.KindSecret:
			p.fail("a reply that is read as text is text or secret, not "+call.Reply.String(), "")
			call.Reply = value.TextType()
		}
	}
	if call.ReplyAs == ReplyText && call.Reply == nil {
		call.Reply = value.TextType()
	}
	for _, path := range c.hidden[call.ID] {
		switch part, rest, _ := strings.Cut(path, "."); part {
		case "body":
			call.Reply = c.hide(call.Reply, strings.Split(rest, "."))
		case "text":
			w.hiddenText = true
		case "headers":
			w.hiddenHeaders = append(w.hiddenHeaders, value.Field{Name: rest, Type: value.SecretType()})
		}
	}
}

// sessionCalls are the calls that refresh and logOut of authentication name.
func (c *checker) sessionCalls() []string {
	var ids []string
	for _, key := range []string{"refresh", "logOut"} { // me and probe are ordinary calls
		p, ok := c.app.auth.get(key)
		for i := 0; ok && i+1 < len(p.n.Content); i += 2 {
			if p.n.Content[i].Value == "call" {
				ids = append(ids, p.n.Content[i+1].Value)
			}
		}
	}
	return ids
}

// note remembers which parameters a template of an address reads.
func (w *callWork) note(t *value.Template, into map[string]bool) {
	for _, r := range t.Reads() {
		if name, ok := strings.CutPrefix(r, "params."); ok {
			name, _, _ = strings.Cut(name, ".")
			into[name] = true
		}
	}
}

// reply is the type of the call's reply body.
func (w *callWork) reply() *value.Type {
	if w == nil || w.call.Reply == nil {
		return value.AnyType()
	}
	return w.call.Reply
}

// output is what a call's `as` name means: after it, or in its else branch, where the body is whatever the backend says of a failure.
func (w *callWork) output(failed bool) *value.Type {
	body := w.reply()
	if failed {
		body = opened(body)
	}
	t := replyType(body)
	t.Name = "the reply"
	if w == nil {
		return t
	}
	t.Name = "the reply of " + w.call.ID
	for i := range t.Fields {
		switch {
		case t.Fields[i].Name == "text" && w.hiddenText:
			t.Fields[i].Type = value.SecretType()
		case t.Fields[i].Name == "headers" && w.hiddenHeaders != nil:
			t.Fields[i].Type = value.OpenObjectOf("headers", w.hiddenHeaders...)
		}
	}
	return t
}

// opened is the type of a body of which only the secrets are known for sure.
func opened(t *value.Type) *value.Type {
	if !t.HasSecret() {
		return value.AnyType()
	}
	switch t.Kind {
	case value.KindList:
		return value.ListOf(opened(t.Elem))
	case value.KindObject:
		out := value.OpenObjectOf(t.Name)
		for _, f := range t.Fields {
			if f.Type.HasSecret() {
				f.Type = opened(f.Type)
				out.Fields = append(out.Fields, f)
			}
		}
		return out
	}
	return t
}

// hide returns t with what lies at path made secret: names of fields, and [] for the items of a list. A field of a data type is
// reported instead, and made secret for the rest of this check: the type is where the builder says so.
func (c *checker) hide(t *value.Type, path []string) *value.Type {
	if len(path) == 0 {
		return value.SecretType()
	}
	if path[0] == "[]" {
		var elem *value.Type
		if t != nil && t.Kind == value.KindList {
			elem = t.Elem
		}
		return value.ListOf(c.hide(elem, path[1:]))
	}
	out := value.OpenObjectOf("")
	if t != nil && t.Kind == value.KindObject {
		out = t
	}
	for i, f := range out.Fields {
		if f.Name != path[0] {
			continue
		}
		if w := c.typeWorks[t.Name]; w != nil && len(path) == 1 && f.Type.Kind != value.KindSecret {
			w.places[f.Name].fail(fmt.Sprintf("%s.%s is used as a token, so its type must be secret", t.Name, f.Name), "write "+f.Name+": secret")
		}
		out.Fields[i].Type = c.hide(f.Type, path[1:])
		return out
	}
	out.Fields = append(out.Fields, value.Field{Name: path[0], Type: c.hide(nil, path[1:])})
	return out
}

// callNamed resolves “group.call” of a call whose reply is read whole, nil after reporting that there is none.
func (c *checker) callNamed(p place) *callWork {
	w := c.anyCallNamed(p)
	if w != nil && w.call.ReplyAs == ReplyEvents {
		p.fail(w.call.ID+" streams its reply, which the action stream alone can read", "write stream: "+w.call.ID)
		return nil
	}
	return w
}

// anyCallNamed is callNamed for any call.
func (c *checker) anyCallNamed(p place) *callWork {
	id, ok := p.literal("call")
	if !ok {
		return nil
	}
	if w := c.calls[id]; w != nil {
		return w
	}
	group, _, dotted := strings.Cut(id, ".")
	switch {
	case c.unread("calls/" + group + ".yaml"):
	case !dotted:
		p.fail(quoted(id)+" is not a call", "write group.call")
	default:
		p.misnamed(fmt.Sprintf("there is no call %q", id), id, slices.Collect(maps.Keys(c.calls)))
	}
	return nil
}

// argsOf says what arguments are for.
type argsOf struct {
	what   string
	params []Param
	secret func(name string) string // where a secret would be seen: "" nowhere; a leading ? asks for a warning only
	inPath func(name string) bool   // the argument is a part of a page's path; nil: none is
}

// callSecrets says where a secret argument of an ordinary call would be seen.
func (w *callWork) callSecrets(name string) string {
	switch {
	case w.inPath[name]:
		return "the path of " + w.call.ID
	case w.inQuery[name]:
		return "the query of " + w.call.ID
	}
	return ""
}
