package standin

import (
	"net/url"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/usherdev/usher/value"
)

// Parse reads the file of a stand-in backend strictly. All problems come at once, with their places; with any, there is no Spec.
func Parse(file string, src []byte) (*Spec, []Problem) {
	d := &decoder{file: file, env: newEnv()}
	root, ok := d.compose(src)
	if !ok {
		return nil, d.problems
	}
	s := &Spec{file: file, bad: map[standing]rule{}, data: map[string]any{}, nameBy: []string{"username"}, rotation: rotateNone}
	s.decode(root)
	if len(d.problems) > 0 {
		return nil, d.problems
	}
	return s, nil
}

func (s *Spec) decode(root node) {
	in := root.section("a stand-in backend", "standin", "env", "variables", "accounts", "logInBy", "data", "tokens", "routes")
	if v, ok := in["standin"]; !ok || v.literal("standin") != "1" {
		root.fail("the file must begin with standin: 1", "")
	}
	s.Env, s.Variables = texts(in, "env"), texts(in, "variables")
	if p, ok := in["logInBy"]; ok {
		s.nameBy = nil
		for _, it := range p.items("logInBy") {
			s.nameBy = append(s.nameBy, it.literal("a field"))
		}
	}
	if p, ok := in["accounts"]; ok {
		for _, it := range p.items("accounts") {
			s.account(it)
		}
	}
	if p, ok := in["data"]; ok {
		for _, e := range p.entries("data") {
			s.data[e.name] = e.val.plain("data")
		}
	}
	if p, ok := in["tokens"]; ok {
		s.tokens(p)
	}
	s.defaults()
	p, ok := in["routes"]
	if !ok {
		root.fail("a stand-in backend needs routes", "routes: [{on: GET /path, json: {…}}]")
		return
	}
	for _, it := range p.items("routes") {
		s.routes = append(s.routes, s.route(it))
	}
}

// texts reads a mapping of names to plain text.
func texts(in map[string]node, key string) map[string]string {
	out := map[string]string{}
	if p, ok := in[key]; ok {
		for _, e := range p.entries(key) {
			out[e.name] = e.val.literal(e.name)
		}
	}
	return out
}

func (s *Spec) account(p node) {
	a, ok := p.plain("an account").(map[string]any)
	if !ok {
		p.fail("an account must be a mapping of its fields", "")
		return
	}
	for _, by := range append([]string{"password"}, s.nameBy...) {
		if value.Text(a[by]) == "" {
			p.fail("an account needs "+by, "people log in by "+strings.Join(s.nameBy, " or ")+" and password")
		}
	}
	s.accounts = append(s.accounts, a)
}

func (s *Spec) tokens(p node) {
	in := p.section("tokens", "access", "refresh", "rotation", "from", "missing", "expired", "unknown")
	if a, ok := in["access"]; ok {
		s.access = a.tokenRule()
	}
	if r, ok := in["refresh"]; ok {
		rule := r.tokenRule()
		s.refresh = &rule
	}
	if r, ok := in["rotation"]; ok {
		s.rotation = r.oneOf("rotation", rotateNone, rotateLoose, rotateSafe, rotateStrict, rotateLive)
		if (s.rotation == rotateLive) == (s.refresh != nil) {
			r.fail("rotation and refresh do not fit each other", "live-token spends the access token and has no refresh; every other needs one")
		}
	}
	if f, ok := in["from"]; ok {
		s.from = f.template()
	}
	for _, state := range []standing{missing, expired, unknown} {
		if r, ok := in[string(state)]; ok {
			s.bad[state] = r.rule(state)
		}
	}
}

// rule reads an answer to a bad token.
func (p node) rule(state standing) rule {
	if p.n.Kind == yaml.ScalarNode && state != missing {
		p.oneOf(string(state), "guest")
		return rule{guest: true}
	}
	if p.n.Kind != yaml.SequenceNode {
		return rule{replies: []reply{p.reply("the answer")}}
	}
	var r rule
	for _, it := range p.items(string(state)) {
		r.replies = append(r.replies, it.reply("an answer", "when"))
	}
	return r
}

// defaults fills in what most backends do.
func (s *Spec) defaults() {
	for state, text := range map[standing]string{missing: "A token is needed.", expired: "The token has expired.", unknown: "The token is not valid."} {
		if _, ok := s.bad[state]; !ok {
			s.bad[state] = rule{replies: []reply{message(401, text)}}
		}
	}
}

func message(status int, text string) reply {
	return reply{status: status, json: value.MapOf([]string{"message"}, []*value.Template{value.Const(text)})}
}

func (p node) tokenRule() tokenRule {
	in := p.section("a token", "kind", "prefix", "life", "claims")
	var r tokenRule
	if k, ok := in["kind"]; ok {
		r.jwt = k.oneOf("kind", "opaque", "jwt") == "jwt"
	}
	if x, ok := in["prefix"]; ok {
		r.prefix = x.literal("prefix")
	}
	if x, ok := in["life"]; ok {
		r.life = x.life()
	}
	if x, ok := in["claims"]; ok {
		if x.n.Kind != yaml.MappingNode || !r.jwt {
			x.fail("claims is a mapping, and only of kind: jwt", "")
			return r
		}
		r.claims = x.template()
	}
	return r
}

func (s *Spec) route(p node) *route {
	in := p.section("a route", "on", "when", "auth", "logIn", "signUp", "refresh", "logOut", "set", "refused", "replies", "status", "headers", "json", "text", "file")
	rt := &route{line: p.n.Line, auth: authNone}
	if on, ok := in["on"]; ok {
		on.pattern(rt)
	} else {
		p.fail("a route needs on", "on: GET /path")
	}
	if x, ok := in["when"]; ok {
		rt.when = x.template()
	}
	if x, ok := in["auth"]; ok {
		rt.auth = x.oneOf("auth", authNone, authOptional, authRequired)
	}
	s.action(in, rt)
	if x, ok := in["replies"]; ok {
		for _, it := range x.items("replies") {
			rt.replies = append(rt.replies, it.reply("a reply", "when"))
		}
		for _, key := range []string{"status", "headers", "json", "text", "file"} {
			if y, both := in[key]; both {
				y.fail(key+" stands beside replies", "move it into one of the replies")
			}
		}
		return rt
	}
	rt.replies = []reply{p.d.replyOf(in)}
	return rt
}

// action reads what a route does; one thing at most.
func (s *Spec) action(in map[string]node, rt *route) {
	n := 0
	for _, key := range []string{"logIn", "signUp", "refresh", "logOut", "set"} {
		x, ok := in[key]
		if !ok {
			continue
		}
		if n++; n > 1 {
			x.fail("a route does one of logIn, signUp, refresh, logOut and set", "")
		}
		switch key {
		case "logIn":
			f := x.section("logIn", "name", "password")
			if f["name"].n == nil || f["password"].n == nil {
				x.fail("logIn needs name and password", "logIn: {name: \"${body.username}\", password: \"${body.password}\"}")
				continue
			}
			rt.logIn = &logIn{f["name"].template(), f["password"].template()}
			rt.refused = []reply{message(401, "The name or the password is wrong.")}
		case "signUp":
			if x.n.Kind != yaml.MappingNode {
				x.fail("signUp is a mapping: the fields of the new account", "")
				continue
			}
			rt.signUp = &signUp{x.template()}
			rt.refused = []reply{message(409, "This name is taken.")}
		case "refresh":
			rt.refresh = x.template()
			rt.refused = []reply{message(401, "The refresh token is not valid.")}
			if s.refresh == nil && s.rotation != rotateLive {
				x.fail("a route refreshes, and tokens declare no refresh", "tokens: {refresh: {life: 30d}, rotation: strict}")
			}
		case "logOut":
			rt.logOut = x.template()
		case "set":
			if x.n.Kind != yaml.MappingNode || rt.auth != authRequired {
				x.fail("set is a mapping: fields of the account whose token is sent", "auth: required, set: {photo: \"${body.photo}\"}")
				continue
			}
			rt.set = x.template()
		}
	}
	if x, ok := in["refused"]; ok {
		if rt.refused == nil {
			x.fail("refused belongs to logIn, signUp or refresh", "")
		}
		rt.refused = []reply{x.reply("refused")}
	}

}

// reply reads a reply; more names keys that are allowed beside its own.
func (p node) reply(what string, more ...string) reply {
	return p.d.replyOf(p.section(what, append(more, "status", "headers", "json", "text", "file")...))
}

func (d *decoder) replyOf(in map[string]node) reply {
	r := reply{status: 200}
	if x, ok := in["when"]; ok {
		r.when = x.template()
	}
	if x, ok := in["status"]; ok {
		r.status = x.status()
	}
	if x, ok := in["headers"]; ok {
		for _, e := range x.entries("headers") {
			r.headers = append(r.headers, header{e.name, e.val.template()})
		}
	}
	if x, ok := in["json"]; ok {
		r.json = x.template()
	}
	if x, ok := in["text"]; ok {
		r.text = x.template()
		if r.json != nil {
			x.fail("a reply has json or text, not both", "")
		}
	}
	if x, ok := in["file"]; ok {
		r.file = x.template()
		if r.json != nil || r.text != nil {
			x.fail("a reply has json, text or a file, and one of them alone", "")
		}
	}
	return r
}

var methods = []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"}

// pattern reads METHOD /path, METHOD host/path, with {name} for a segment and ?name=value for what the query must hold.
func (p node) pattern(rt *route) {
	text := p.literal("on")
	method, target, ok := strings.Cut(text, " ")
	if !ok || p.oneOfMethods(method) {
		if !ok {
			p.fail("on is a method and a path", "on: GET /path")
		}
		return
	}
	rt.method = method
	target, query, _ := strings.Cut(strings.TrimSpace(target), "?")
	host, path, ok := strings.Cut(target, "/")
	if !ok {
		p.fail("on holds no path", "on: GET /path, or GET host.example.com/path")
		return
	}
	rt.host = strings.ToLower(host)
	rt.path = strings.Split("/"+path, "/")
	values, err := url.ParseQuery(query)
	if err != nil {
		p.fail("the query cannot be read", "")
	}
	rt.query = map[string]string{}
	for name, v := range values {
		rt.query[name] = v[0]
	}
}

// oneOfMethods reports, after saying so, that a method is not known.
func (p node) oneOfMethods(method string) bool {
	for _, m := range methods {
		if m == method {
			return false
		}
	}
	p.fail("there is no method "+method, didYouMean(method, methods))
	return true
}
