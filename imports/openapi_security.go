package imports

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// scheme is what a security scheme means for an app.
type scheme struct {
	name    string
	token   bool   // the person's token goes here
	in      string // where the token goes: header, query or cookie
	header  string // the name of the header in which the token or the key goes, or of the parameter or cookie
	format  string // of the token
	value   string // of an application's key: an expression over env, whose names secrets take
	env     []pair // the environment values that it reads, with what they are
	unknown string // why no call can carry it
	login   bool   // a password flow names where tokens come from
	urls    []string
}

// readSchemes decides what each security scheme means.
func (o *openapi) readSchemes() {
	o.schemes = map[string]scheme{}
	if o.doc.Components == nil {
		return
	}
	all := o.doc.Components.SecuritySchemes
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if r := all[name]; r != nil && r.Value != nil {
			s := readScheme(name, r.Value)
			o.schemes[name] = s
		}
	}
}

func readScheme(name string, v *openapi3.SecurityScheme) scheme {
	s := scheme{name: name, in: "header"}
	key := envName(name)
	switch kind := strings.ToLower(v.Type); {
	case kind == "http" && strings.EqualFold(v.Scheme, "bearer"), kind == "oauth2", kind == "openidconnect":
		s.token, s.header, s.format = true, "Authorization", "Bearer {token}"
		s.login, s.urls = flowsOf(v.Flows)
	case kind == "http" && strings.EqualFold(v.Scheme, "basic"):
		user, pass := key+"_USER", key+"_PASSWORD"
		s.header, s.env = "Authorization", []pair{{user, "user name of the backend's Basic authentication"}, {pass, "password of the backend's Basic authentication"}}
		s.value = `${"Basic " + base64(env.` + user + ` + ":" + env.` + pass + `)}`
	case kind == "apikey" && v.In == "header" && (refusedHeaders[strings.ToLower(v.Name)] || !headerPattern.MatchString(v.Name)):
		s.unknown = "the header " + sentence(v.Name) + " cannot be set by a call"
	case kind == "apikey" && v.In == "header" && isTokenHeader(v.Name):
		s.token, s.header, s.format = true, v.Name, "{token}"
		if strings.EqualFold(v.Name, "Authorization") && strings.Contains(strings.ToLower(v.Description+name), "bearer") {
			s.format = "Bearer {token}"
		}
	case kind == "apikey" && v.In == "header":
		s.header, s.env = v.Name, []pair{{key, "key of the backend, sent as " + v.Name}}
		s.value = "${env." + key + "}"
	case kind == "apikey" && isTokenName(v.Name) && (v.In == "query" || v.In == "cookie") && placeName.MatchString(v.Name):
		s.token, s.in, s.header = true, v.In, v.Name
	case kind == "apikey" && v.In == "query":
		s.unknown = "the key " + sentence(v.Name) + " would stand in addresses, where no secret may be"
	case kind == "apikey":
		s.unknown = "the cookie " + sentence(v.Name) + " does not say that it holds a person's token"
	default:
		s.unknown = sentence(v.Type+" "+v.Scheme) + " is not known"
	}
	return s
}

// envName makes NAME_OF_A_VALUE.
func envName(s string) string {
	name := strings.ToUpper(strings.Join(words(s), "_"))
	if len(name) > maxName {
		name = name[:maxName]
	}
	if name == "" {
		return "API_KEY"
	}
	if name[0] >= '0' && name[0] <= '9' {
		name = "KEY_" + name
	}
	return name
}

// placeName is what both a parameter and a cookie may be called.
var placeName = regexp.MustCompile(`^[A-Za-z0-9_.~-]+$`)

// isTokenName tells a person's token from an application's key by the name of a parameter or cookie.
func isTokenName(name string) bool {
	p := plain(name)
	return isTokenHeader(name) || p == "auth" || p == "jwt" || p == "sid" || p == "bearer"
}

// isTokenHeader tells a person's token from an application's key by the header's name.
func isTokenHeader(name string) bool {
	p := plain(name)
	return p == "authorization" || strings.Contains(p, "token") || strings.Contains(p, "session") || p == "xauth"
}

// flowsOf returns where tokens come from, and whether by a user name and a password.
func flowsOf(f *openapi3.OAuthFlows) (password bool, urls []string) {
	if f == nil {
		return false, nil
	}
	for _, one := range []*openapi3.OAuthFlow{f.Password, f.AuthorizationCode, f.ClientCredentials} {
		if one != nil {
			urls = append(urls, one.TokenURL, one.RefreshURL)
		}
	}
	return f.Password != nil, slices.DeleteFunc(urls, func(u string) bool { return u == "" })
}

// secure gives a call its auth and the headers that its security asks for.
func (o *openapi) secure(c *apiCall, op *operation) {
	c.auth = "none"
	required := o.doc.Security
	if op.Security != nil {
		required = *op.Security
	}
	if len(required) == 0 {
		return
	}
	optional := slices.ContainsFunc(required, func(r openapi3.SecurityRequirement) bool { return len(r) == 0 })
	chosen, why := o.choose(required)
	if chosen == nil {
		if why != "" {
			o.left("security", o.root.find("components", "securitySchemes"), why+"; the calls are sent without it")
		}
		return
	}
	for _, s := range chosen {
		switch {
		case s.token && o.place(s):
			c.auth, c.secured = "required", true
			if optional {
				c.auth = "optional"
			}
		case s.token:
			o.left("security "+sentence(s.name), o.root.find("components", "securitySchemes", s.name), "an app sends its token in one place; this one is not it, so the calls are sent without it")
		default:
			c.keys = append(c.keys, s)
		}
	}
}

// choose takes the first alternative that a call can carry, one with a token before others; why says what stood in the way.
func (o *openapi) choose(required openapi3.SecurityRequirements) (chosen []scheme, why string) {
	for _, r := range required {
		var all []scheme
		whole, token := true, false
		for _, name := range slices.Sorted(maps.Keys(r)) {
			s, ok := o.schemes[name]
			if !ok {
				s.unknown = "the security scheme " + sentence(name) + " is not declared"
			}
			if s.unknown != "" {
				why, whole = sentence(name)+": "+s.unknown, false
			}
			token = token || s.token
			all = append(all, s)
		}
		if whole && len(all) > 0 && (chosen == nil || token && !slices.ContainsFunc(chosen, func(s scheme) bool { return s.token })) {
			chosen = all
		}
	}
	return chosen, why
}

// place settles where the app's token goes: the first placement that a call asks for.
func (o *openapi) place(s scheme) bool {
	a := o.auth()
	if a.header == "" {
		a.in, a.header, a.format = s.in, s.header, s.format
	}
	return a.in == s.in && strings.EqualFold(a.header, s.header) && a.format == s.format
}

// sendKeys adds the headers of the application's keys to a call of a group, from its secrets.
func (o *openapi) sendKeys(c *apiCall) {
	for _, s := range c.keys {
		if slices.ContainsFunc(c.headers, func(h pair) bool { return strings.EqualFold(h.key, s.header) }) {
			continue
		}
		id := c.group.name + " " + s.name
		if c.group.origin == "" {
			id = s.name // one value of the environment for all groups
		}
		val, ok := o.auth().keys[id]
		if !ok {
			val = s.value
			for _, e := range s.env {
				doc, _ := e.val.(string)
				val = strings.ReplaceAll(val, "env."+e.key, o.draft.secret(c.group, e.key, doc))
			}
			o.auth().keys[id] = val
		}
		c.headers = append(c.headers, pair{s.header, val})
	}
}

func (o *openapi) auth() *authDraft {
	if o.draft.auth == nil {
		o.draft.auth = &authDraft{draft: o.draft, keys: map[string]string{}, calls: map[Role]*guessed{}}
	}
	return o.draft.auth
}

// securedCalls is how many calls want a token.
func (o *openapi) securedCalls() int {
	n := 0
	for _, g := range o.draft.groups {
		for _, c := range g.calls {
			if c.secured {
				n++
			}
		}
	}
	return n
}

// fullScore is what a call gets for which everything speaks.
var fullScore = map[Role]int{RoleLogIn: 125, RoleSignUp: 125, RoleRefresh: 115, RoleMe: 100, RoleLogOut: 75}

// guess finds the operations of a login and says what approving each would do.
func (o *openapi) guess() {
	a := o.auth()
	var urls []string
	for _, s := range o.schemes {
		urls = append(urls, s.urls...)
	}
	for _, role := range Roles() {
		best := &guessed{}
		for _, g := range o.draft.groups {
			for _, c := range g.calls {
				if m := a.score(role, c, urls); m.score > best.score {
					best = m
				}
			}
		}
		if best.score < 50 {
			continue
		}
		best.score = min(best.score*100/fullScore[role], 99)
		a.calls[role] = best
	}
	a.settle()
	for _, role := range Roles() {
		m := a.calls[role]
		if m == nil {
			continue
		}
		if m.fault != "" {
			o.left(m.call.at, m.call.place, fmt.Sprintf("it looks like %s, but %s", role, m.fault))
			delete(a.calls, role)
			continue
		}
		o.plan.Guesses = append(o.plan.Guesses, Guess{Role: role, Call: m.call.id(), Confidence: m.score, Reasons: m.reasons, Does: a.does(role)})
	}
	if n := o.securedCalls(); n > 0 && !o.draft.authOn() {
		who := fmt.Sprintf("%d calls want a token, and the app has no authentication: they carry", n)
		if n == 1 {
			who = "1 call wants a token, and the app has no authentication: it carries"
		}
		o.left("security", nil, fmt.Sprintf("%s one once “%s” is approved or authentication is set up", who, RoleLogIn))
	}
}
