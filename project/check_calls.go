package project

import (
	"fmt"
	"maps"
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

var methods = []string{"GET", "POST", "PUT", "PATCH", "DELETE"}

// readGroups decodes calls/*.yaml.
func (c *checker) readGroups() {
	for _, f := range c.in("calls") {
		if f.root == nil {
			continue
		}
		p := c.rootOf(f)
		s := p.section("an API group", "doc", "url", "headers", "auth", "timeout", "clientAddress", "calls")
		g := &Group{Name: baseName(f.name), File: f.name}
		g.Auth = AuthMode(s.choice("auth", string(AuthNone), string(AuthNone), string(AuthOptional), string(AuthRequired)))
		c.needsAuth(s, g.Auth)
		g.Timeout = s.duration("timeout", defaultTimeout, 100*time.Millisecond, maxTimeout)
		sc := scope{env: c.app.calls, calls: true}
		if up, ok := s.need("url", "the address that the paths of the calls are added to"); ok {
			g.URL = sc.baseURL(up)
		}
		g.Headers = sc.headers(s)
		if p, ok := s.get("clientAddress"); ok {
			one := p.section("clientAddress", "header")
			if h, ok := one.need("header", "such as X-Forwarded-For"); ok {
				g.ClientAddress, _ = h.headerName("header")
			}
		}
		if p, ok := s.get("calls"); ok {
			for _, e := range p.entries("calls") {
				if e.key.name("a call", e.name) {
					c.readCall(g, e)
				}
			}
		}
		c.p.Groups = append(c.p.Groups, g)
	}
}

// needsAuth reports calls that carry a token while authentication is off (F001).
func (c *checker) needsAuth(s section, mode AuthMode) {
	if p, ok := s.get("auth"); ok && mode != AuthNone && !c.p.App.Auth.Enabled {
		p.fail("auth: "+string(mode)+" needs authentication, which is off", "set authentication: enabled: true in app.yaml")
	}
}

// baseURL decodes a group's url.
func (sc scope) baseURL(p place) *value.Template {
	t := sc.value(p, want{what: "url", typ: value.TextType(), hint: "send it in a header or the body"})
	if t == nil {
		return nil
	}
	src := p.n.Value
	switch scheme, rest, ok := strings.Cut(src, "://"); {
	case strings.HasPrefix(src, "${"):
	case !ok || scheme != "http" && scheme != "https" || rest == "":
		p.fail("url must begin with http:// or https://, or with ${env.…}", "")
	case strings.Contains(strings.SplitN(rest, "/", 2)[0], "@"):
		p.fail("url holds a user name or a password", "put them into a header, from a secret environment value")
	}
	if strings.ContainsAny(src[max(strings.LastIndexByte(src, '}'), 0):], "?#") {
		p.fail("url may not hold ? or #", "parameters belong to query of the calls")
	}
	return t
}

// headers decodes headers of a group or a call.
func (sc scope) headers(s section) []KV {
	p, ok := s.get("headers")
	if !ok {
		return nil
	}
	var out []KV
	seen := map[string]bool{}
	for _, e := range p.entries("headers") {
		if !e.key.goodHeader("headers", e.name) {
			continue
		}
		if lower := strings.ToLower(e.name); seen[lower] {
			e.key.fail("the header "+e.name+" is written twice", "")
		} else {
			seen[lower] = true
		}
		if t := sc.value(e.val, want{what: "header " + e.name, typ: value.TextType(), secret: true}); t != nil {
			out = append(out, KV{e.name, t})
		}
	}
	return out
}

// readCall decodes one call.
func (c *checker) readCall(g *Group, e entry) {
	s := e.val.section("a call", "doc", "method", "path", "params", "headers", "query", "json", "form", "text", "auth", "timeout", "reply", "errorMessage")
	call := &Call{Group: g, Name: e.name, ID: g.Name + "." + e.name, Doc: s.text("doc")}
	w := &callWork{call: call, inPath: map[string]bool{}, inQuery: map[string]bool{}, session: slices.Contains(c.sessionCalls(), call.ID)}
	c.calls[call.ID] = w
	call.Method = s.choice("method", "GET", methods...)
	call.Auth = AuthMode(s.choice("auth", string(g.Auth), string(AuthNone), string(AuthOptional), string(AuthRequired)))
	c.needsAuth(s, call.Auth)
	call.Timeout = s.duration("timeout", g.Timeout, 100*time.Millisecond, maxTimeout)
	if p, ok := s.get("params"); ok {
		call.Params = c.params(p, false)
	}
	sc := scope{env: c.app.calls.With("params", paramsType(call.Params)), calls: true}
	call.Path = value.Const("")
	if p, ok := s.get("path"); ok {
		call.Path = sc.callPath(p)
		w.note(call.Path, w.inPath)
	}
	call.Headers = sc.headers(s)
	call.Query = sc.query(s, w)
	sc.body(s, call)
	if p, ok := s.get("reply"); ok {
		call.Reply = c.typeName(p)
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
	if p, ok := s.get("errorMessage"); ok {
		msg := scope{env: c.app.calls.With("reply", replyType(opened(w.reply()))), calls: true}
		call.ErrorMessage = msg.value(p, want{what: "errorMessage", typ: value.TextType()})
	}
	g.Calls = append(g.Calls, call)
}

// sessionCalls are the calls that refresh and logOut of authentication name.
func (c *checker) sessionCalls() []string {
	var ids []string
	for _, key := range []string{"refresh", "logOut"} {
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

func (sc scope) callPath(p place) *value.Template {
	t := sc.value(p, want{what: "path of the call", typ: value.TextType(), hint: "send it in a header or the body"})
	if t == nil {
		return nil
	}
	if v := p.n.Value; v != "" && !strings.HasPrefix(v, "/") {
		p.fail("path must begin with /", "")
	}
	literal := holes.ReplaceAllString(p.n.Value, "x")
	switch {
	case strings.Contains(literal, "?"):
		p.fail("path may not hold ?", "write the parameters below query:")
	case strings.ContainsAny(literal, "#\\ \t\r\n"):
		p.fail("path may not hold #, \\ or spaces", "")
	case slices.Contains(strings.Split(literal, "/"), "..") || slices.Contains(strings.Split(literal, "/"), "."):
		p.fail("path may not hold . or .. as a part", "")
	}
	return t
}

func (sc scope) query(s section, w *callWork) []KV {
	p, ok := s.get("query")
	if !ok {
		return nil
	}
	var out []KV
	for _, e := range p.entries("query") {
		t := sc.value(e.val, want{what: "query " + e.name, secret: true, null: true})
		if t == nil {
			continue
		}
		if t.Secret() {
			what, at := sc.secretRead(e.val, t)
			msg, hint := fmt.Sprintf("%s is secret and would stand in a URL: query %s", what, e.name), "send it in a header or the body"
			if w.session {
				e.val.warn(msg, hint)
			} else {
				e.val.failIn(at, msg, hint)
			}
		}
		w.note(t, w.inQuery)
		out = append(out, KV{e.name, t})
	}
	return out
}

// body decodes the one body of a call.
func (sc scope) body(s section, call *Call) {
	for _, kind := range []BodyKind{BodyJSON, BodyForm, BodyText} {
		p, ok := s.get(string(kind))
		if !ok {
			continue
		}
		if call.BodyKind != BodyNone {
			p.fail(fmt.Sprintf("a call has one body: %s or %s", call.BodyKind, kind), "")
			continue
		}
		call.BodyKind = kind
		w := want{what: string(kind), secret: true, null: true}
		switch kind {
		case BodyForm:
			if len(p.entries("form")) == 0 {
				continue
			}
		case BodyText:
			w.typ = value.TextType()
		}
		call.Body = sc.value(p, w)
		if call.Method == "GET" {
			p.warn("a GET call has a body; many servers ignore it", "use query, or another method")
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

// callNamed resolves “group.call”, nil after reporting that there is none.
func (c *checker) callNamed(p place) *callWork {
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
		p.fail(fmt.Sprintf("there is no call %q", id), didYouMean(id, slices.Collect(maps.Keys(c.calls))))
	}
	return nil
}

// argsOf says what arguments are for.
type argsOf struct {
	what   string
	params []Param
	secret func(name string) string // where a secret would be seen: "" nowhere; a leading ? asks for a warning only
}

// args checks a mapping of arguments against parameters: unknown, mistyped and missing ones.
func (sc scope) args(s section, key string, a argsOf) *value.Template {
	p, ok := s.get(key)
	given := map[string]bool{}
	var keys []string
	var vals []*value.Template
	if ok {
		for _, e := range p.entries(key) {
			given[e.name] = true
			par := findParam(a.params, e.name)
			if par == nil {
				e.key.fail(fmt.Sprintf("%s has no parameter %q", a.what, e.name), didYouMean(e.name, paramNames(a.params)))
				continue
			}
			if t := sc.arg(e.val, par, a); t != nil {
				keys, vals = append(keys, e.name), append(vals, t)
			}
		}
	}
	for _, par := range a.params {
		if par.Required && !given[par.Name] {
			s.fail(fmt.Sprintf("%s needs %s (%s)", a.what, par.Name, par.Type), "add it to "+key)
		}
	}
	return value.MapOf(keys, vals)
}

func (sc scope) arg(p place, par *Param, a argsOf) *value.Template {
	t := sc.value(p, want{what: par.Name + " of " + a.what, typ: par.Type, secret: true, null: true})
	if t == nil || !t.Secret() {
		return t
	}
	seen := a.secret(par.Name)
	if seen == "" {
		return t
	}
	what, at := sc.secretRead(p, t)
	if where, mild := strings.CutPrefix(seen, "?"); mild {
		p.warn(fmt.Sprintf("%s is secret and would stand in %s", what, where), "send it in a header or the body if the backend can")
	} else {
		p.failIn(at, fmt.Sprintf("%s is secret and would be seen in %s", what, where), "send it in a header or the body of a call")
	}
	return t
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
