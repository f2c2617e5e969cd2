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

var (
	headerPattern  = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")
	sessionFields  = []string{"token", "refreshToken", "expiry", "refreshExpiry", "uid", "user"}
	refusedHeaders = []string{"host", "content-length", "transfer-encoding", "connection", "cookie", "upgrade", "te", "trailer"}
)

// authKeys are the keys of authentication.
var authKeys = []string{"enabled", "type", "entryPage", "loggedInPage", "persistSessions", "userDataType", "token", "refresh",
	"logOut", "whenExpired", "expired", "roleField", "pagesRequireAuthentication", "idle", "absolute", "providers", "me", "probe", "sliding"}

// readAuthHead decodes what authentication says of itself: all but pages and calls.
func (c *checker) readAuthHead(s section) {
	a := &c.p.App.Auth
	*a = Auth{Type: "custom", Persist: true, Header: "Authorization", TokenFormat: "Bearer {token}", Token: bearer(), WhenExpired: "keep"}
	p, ok := s.get("authentication")
	if ok {
		c.app.auth = p.section("authentication", authKeys...)
		s := c.app.auth
		a.Enabled = s.flag("enabled", true)
		a.Type = s.choice("type", a.Type, "custom")
		a.Persist = s.flag("persistSessions", true)
		a.WhenExpired = s.choice("whenExpired", a.WhenExpired, "keep", "logOut")
		a.PagesNeedLogin = s.flag("pagesRequireAuthentication", false)
		a.Idle = s.duration("idle", 0, time.Minute, 365*24*time.Hour)
		a.Absolute = s.duration("absolute", 0, time.Minute, 10*365*24*time.Hour)
		a.Sliding = s.duration("sliding", 0, time.Minute, 400*24*time.Hour)
		c.readUserType(s, a)
		c.readToken(s, a)
	}
	text := strings.ReplaceAll(strings.ReplaceAll(a.TokenFormat, "${", "$${"), "{token}", "${token}")
	a.Format, _ = value.NewEnv().With("token", value.SecretType()).Parse(text, nil)
}

func (c *checker) readUserType(s section, a *Auth) {
	if p, ok := s.get("userDataType"); ok {
		if name, ok := p.literal("userDataType"); ok {
			t, found := c.lookupType(name)
			switch {
			case !found:
				c.app.userUnknown = true
				p.misnamed(fmt.Sprintf("there is no data type %q", name), name, slices.Collect(maps.Keys(c.types)))
			case t.Kind != value.KindObject:
				c.app.userUnknown = true
				p.fail(name+" is an enum; user data needs fields", "")
			default:
				a.UserType = t
			}
		}
	}
	p, ok := s.get("roleField")
	if !ok {
		return
	}
	a.RoleField, _ = p.literal("roleField")
	if a.UserType == nil && !c.app.userUnknown {
		p.fail("roleField needs userDataType", "")
	} else if _, ok := a.UserType.Field(a.RoleField); !ok && a.UserType != nil && !a.UserType.Open {
		p.misnamed(fmt.Sprintf("%s has no field %q", a.UserType, a.RoleField), a.RoleField, fieldNames(a.UserType))
	}
}

func (c *checker) readToken(s section, a *Auth) {
	a.Token = bearer()
	if p, ok := s.get("token"); ok {
		if place, ok := p.placement("token", false); ok {
			a.Token = place
		}
	}
	a.Header, a.TokenFormat = "", a.Token.Format
	if a.Token.In == InHeader {
		a.Header = a.Token.Name
	}
}

// headerName reads the name of an HTTP header that an app may set.
func (p place) headerName(what string) (string, bool) {
	v, ok := p.literal(what)
	return v, ok && p.goodHeader(what, v)
}

func (p place) goodHeader(what, v string) bool {
	switch {
	case !headerPattern.MatchString(v):
		p.fail(fmt.Sprintf("%s: %s is not the name of an HTTP header", what, quoted(v)), "")
		return false
	case slices.Contains(refusedHeaders, strings.ToLower(v)):
		p.fail(fmt.Sprintf("%s: the header %s is set by Usher itself", what, v), "")
		return false
	}
	return true
}

// readAuthentication decodes what refers to pages and calls.
func (c *checker) readAuthentication() {
	a, s := &c.p.App.Auth, c.app.auth
	if s.c == nil {
		c.startWithoutAuth()
		return
	}
	if p, ok := s.get("entryPage"); ok {
		a.EntryPage = c.pageNamed(p, "entryPage")
	} else if a.Enabled {
		s.lacks("entryPage").fail("authentication needs entryPage", "where logged-out people start") // F003
	}
	if p, ok := s.get("loggedInPage"); ok {
		c.readLanding(p, a)
	} else if a.Enabled {
		s.lacks("loggedInPage").fail("authentication needs loggedInPage", "where logged-in people start") // F004
	}
	if p, ok := s.get("refresh"); ok {
		a.Refresh = c.readRefresh(p)
	}
	if p, ok := s.get("logOut"); ok {
		a.LogOut = c.readLogOut(p)
	}
	c.readExpired(s, a)
	c.readMe(s, a)
	c.readProbe(s, a)
	if p, ok := s.get("sliding"); ok && a.Refresh != nil {
		p.fail("sliding is for backends that lengthen a login at each use; with a refresh, the refresh does it", "remove sliding or refresh")
	}
	c.readProviders()
	if !a.Enabled {
		c.startWithoutAuth()
	}
	for _, l := range a.Landing {
		if l.Page.Access == AccessAny && l.Page != a.EntryPage && a.Enabled {
			if written := c.pages[l.Page.Name].access; written != nil {
				written.warn("the Logged In Page is open only to people who are logged in, whatever its access says", "leave access out, or set access: loggedIn",
					Fix{"Let only people who are logged in open the page", []Edit{access(l.Page, "loggedIn")}})
			}
			l.Page.Access = AccessLoggedIn // F004: the Logged In Page is guarded by itself
		}
	}
}

// startWithoutAuth finds the page of “/” of an app without authentication.
func (c *checker) startWithoutAuth() {
	a := &c.p.App.Auth
	for _, p := range c.p.Pages {
		if a.EntryPage == nil && p.Path == "/" {
			a.EntryPage = p
		}
	}
	if a.EntryPage == nil && len(c.problems) == 0 {
		c.app.fail("no page is the start of the app", "give a page the path /, or turn authentication on and name an entryPage")
	}
}

// readLanding decodes loggedInPage: a page, or a list of {when, page} whose last has no when.
func (c *checker) readLanding(p place, a *Auth) {
	if p.scalar() != notScalar {
		if page := c.pageNamed(p, "loggedInPage"); page != nil {
			a.Landing = []Landing{{Page: page}}
		}
		return
	}
	items := p.items("loggedInPage")
	sc := scope{env: c.app.base}
	for i, item := range items {
		s := item.section("a rule of loggedInPage", "when", "page")
		var l Landing
		pp, ok := s.need("page", "")
		if ok {
			l.Page = c.pageNamed(pp, "page")
		}
		when, has := s.get("when")
		if has {
			l.When = sc.value(when, want{what: "when", typ: value.BoolType(), secret: true})
		}
		if last := i == len(items)-1; last && has {
			item.fail("the last rule of loggedInPage must have no when", "so that everybody has a page to land on")
		} else if !last && !has {
			item.fail("a rule without when must be the last", "those below it are never reached")
		}
		if l.Page != nil {
			a.Landing = append(a.Landing, l)
		}
	}
	if len(items) == 0 {
		p.fail("loggedInPage names no page", "")
	}
}

// replyType is what reply.* means in rules; body is what the replies hold.
func replyType(body *value.Type) *value.Type {
	text := value.TextType()
	if body.HasSecret() {
		text = value.SecretType()
	}
	return value.ObjectOf("reply",
		value.Field{Name: "ok", Type: value.BoolType()}, value.Field{Name: "status", Type: value.IntType()},
		value.Field{Name: "headers", Type: value.AnyType()}, value.Field{Name: "body", Type: body},
		value.Field{Name: "text", Type: text}, value.Field{Name: "error", Type: value.TextType()},
		value.Field{Name: "fieldErrors", Type: value.MapOfType("fieldErrors", value.TextType()), Doc: "What the backend said of single fields, by its name of the field"},
		value.Field{Name: "cookies", Type: value.MapOfType("cookies", value.SecretType()), Doc: "Cookies that the backend set, for mappings alone"})
}

func (c *checker) readRefresh(p place) *Refresh {
	s := p.section("refresh", refreshKeys...)
	r := &Refresh{Token: s.refreshPlacement(), Rotation: s.choice("rotation", "unknown", "none", "retry-safe", "strict", "unknown")}
	r.Mode = RefreshMode(s.choice("mode", "", string(RefreshRotate), string(RefreshKeep), string(RefreshLive)))
	var w *callWork
	if cp, ok := s.need("call", "as group.call: the call that renews the token"); ok {
		w = c.callNamed(cp)
	}
	body := value.AnyType()
	if w != nil {
		r.Call, r.With, body = w.call, c.sessionArgs(s, w), w.reply()
		if w.call.Auth != AuthNone && r.Mode != RefreshLive {
			p.fail("the refresh call "+w.call.ID+" carries the token that it renews", "give it auth: none, and pass what it needs by with; or say mode: live if the backend renews a token that still lives")
		}
	} else if with, ok := s.get("with"); ok {
		with.entries("with")
	}
	sc := scope{env: c.app.base.With("reply", replyType(body)), flow: &flowWork{c: c, outputs: map[string]*callWork{}, reply: w}}
	if up, ok := s.need("update", "at least: token: ${reply.body.…}"); ok {
		u := up.section("update", append([]string{"optional"}, sessionFields...)...)
		r.Update = sc.authFields(u)
		r.Update.Optional = optionalFields(u)
		if _, ok := u.get("token"); !ok && up.n.Content != nil {
			up.fail("refresh does not say where the new token is", "add token: ${reply.body.…} to update")
		} else if up.null() {
			up.fail("update is empty", "at least: token: ${reply.body.…}")
		}
	}
	rule := func(key string, body *value.Type) *value.Template { return c.replyRule(s, key, body) }
	r.Expired = rule("expired", value.AnyType())
	r.PermissionAlike = s.flag("permissionLooksExpired", false)
	r.NotYet = rule("notYet", value.AnyType())
	r.Rejected, r.Transient, r.Misconfigured = rule("rejected", opened(body)), rule("transient", opened(body)), rule("misconfigured", opened(body))
	r.checkMode(s)
	if r.Call == nil {
		return nil
	}
	return r
}

// checkMode reports what a mode says and the rest of the refresh does not do.
func (r *Refresh) checkMode(s section) {
	p, ok := s.get("mode")
	if !ok {
		return
	}
	spends := r.Token != nil || slices.Contains(r.With.Reads(), "auth.refreshToken")
	switch {
	case r.Mode == RefreshLive && spends:
		p.fail("mode: live renews the token by itself, yet the refresh spends auth.refreshToken", "mode: rotate or keep, or leave the refresh token out")
	case r.Mode == RefreshLive && r.Call != nil && r.Call.Auth == AuthNone && !slices.Contains(r.With.Reads(), "auth.token"):
		p.fail("mode: live, yet nothing carries the token to the refresh call", "give the call auth: required, or pass auth.token by with")
	case r.Mode == RefreshLive || r.Mode == "":
	case !spends:
		p.fail(fmt.Sprintf("mode: %s spends a refresh token, yet nothing passes auth.refreshToken on", r.Mode), "pass it by with, or by token:")
	case r.Mode == RefreshRotate && r.Update.RefreshToken == nil:
		p.fail("mode: rotate, yet update does not keep the new refresh token: the next refresh would be refused", "map refreshToken in update")
	case r.Mode == RefreshRotate && r.Rotation == "none", r.Mode == RefreshKeep && (r.Rotation == "strict" || r.Rotation == "retry-safe"):
		p.fail(fmt.Sprintf("mode: %s and rotation: %s contradict each other", r.Mode, r.Rotation), "")
	case r.Mode == RefreshKeep:
		r.Rotation = "none"
	}
}

// sessionArgs checks `with` of the refresh and the log-out call: they may carry tokens, in a query with a warning.
func (c *checker) sessionArgs(s section, w *callWork) *value.Template {
	w.session = true
	return scope{env: c.app.base}.args(s, "with", argsOf{what: w.call.ID, params: w.call.Params, secret: func(name string) string {
		if w.inPath[name] {
			return "the path of " + w.call.ID
		}
		if w.inQuery[name] {
			return "?the query of " + w.call.ID
		}
		return ""
	}})
}

// refreshPlacement reads where the refresh token travels besides the arguments; nil: nowhere.
func (s section) refreshPlacement() *Placement {
	p, ok := s.get("token")
	if !ok {
		return nil
	}
	place, ok := p.placement("token", false)
	if !ok {
		return nil
	}
	return &place
}

// authFields decodes a mapping onto the session fields: update of refresh, logIn and updateAuthenticatedUser.
func (sc scope) authFields(s section) AuthFields {
	var out AuthFields
	field := func(name string, t *value.Type) *value.Template {
		p, ok := s.get(name)
		if !ok {
			return nil
		}
		return sc.authField(p, name, t)
	}
	out.Token, out.RefreshToken = field("token", value.SecretType()), field("refreshToken", value.SecretType())
	out.Expiry, out.UID = field("expiry", value.TimeType()), field("uid", value.TextType())
	out.RefreshExpiry, out.User = field("refreshExpiry", value.TimeType()), field("user", nil)
	exchanged(s, out)
	return out
}

// exchanged warns where a mapping takes one token for the other. Some backends take their refresh token as an access token as well, so
// that such an app works until the first renewal.
func exchanged(s section, f AuthFields) {
	p, ok := s.get("token")
	if !ok || f.Token == nil {
		return
	}
	switch {
	case namesRefresh(f.Token) && f.RefreshToken != nil && !namesRefresh(f.RefreshToken):
		p.warn(fmt.Sprintf("token reads %s and refreshToken reads %s: they look exchanged", readsOf(f.Token), readsOf(f.RefreshToken)), "token is what calls carry, refreshToken what renews it")
	case namesRefresh(f.Token):
		p.warn(fmt.Sprintf("token reads %s, which is named like a refresh token", readsOf(f.Token)), "token is what calls carry, refreshToken what renews it")
	case f.RefreshToken != nil && len(f.Token.Reads()) > 0 && readsOf(f.Token) == readsOf(f.RefreshToken):
		p.warn(fmt.Sprintf("token and refreshToken both read %s", readsOf(f.Token)), "map refreshToken only where the backend hands out one of its own")
	}
}

func readsOf(t *value.Template) string { return strings.Join(t.Reads(), ", ") }

// namesRefresh reports whether a reply calls what a template reads a refresh token.
func namesRefresh(t *value.Template) bool {
	return slices.ContainsFunc(t.Reads(), func(path string) bool {
		from, _, _ := strings.Cut(path, ".")
		return from != "auth" && from != "params" && strings.Contains(strings.ToLower(path[strings.LastIndex(path, ".")+1:]), "refresh")
	})
}

// optionalFields reads which mapped fields a reply may lack without anybody being told.
func optionalFields(s section) []string {
	p, ok := s.get("optional")
	if !ok {
		return nil
	}
	var out []string
	for _, item := range p.items("optional") {
		name, ok := item.oneOf("optional", sessionFields[1:]...)
		if _, mapped := s.get(name); ok && !mapped {
			item.fail(name+" is optional and not mapped", "")
		} else if ok {
			out = append(out, name)
		}
	}
	return out
}

// authField decodes one session field.
func (sc scope) authField(p place, name string, t *value.Type) *value.Template {
	switch name {
	case "token", "refreshToken":
		tmpl := sc.value(p, want{what: name, typ: t, secret: true})
		sc.tokenSource(p, name, tmpl)
		return tmpl
	case "user":
		return sc.userData(p)
	}
	return sc.value(p, want{what: name, typ: t})
}

// tokenSource judges where a token comes from: a literal or a copy in state is wrong; a path of an untyped reply becomes secret.
func (sc scope) tokenSource(p place, name string, t *value.Template) {
	if t == nil {
		return
	}
	switch v, ok := t.Constant(); {
	case ok && v == "":
		p.warn("the "+name+" is an empty text", "read it from the reply of a call; a field that is left out is kept")
		return
	case ok && v != nil:
		p.warn("a "+name+" is written into the project", "files of an app hold no secrets; read it from the reply of a call")
		return
	}
	for _, r := range t.Reads() {
		if strings.HasPrefix(r, "state.") || strings.HasPrefix(r, "app.") {
			p.failIn(max(strings.Index(p.n.Value, r), 0), fmt.Sprintf("%s comes from %s: tokens are not kept in state", name, r),
				"use the reply of the call itself")
		}
	}
	if sc.flow != nil {
		sc.flow.taint(p, t)
	}
}

// userData decodes user data: an object of the user data type, or any object when none is associated. A reply that holds
// tokens may be used whole: they are cut from it before it is stored (call.Mapper).
func (sc scope) userData(p place) *value.Template {
	t := p.c.p.App.Auth.UserType
	return sc.value(p, want{what: "user", typ: t, secret: true})
}
