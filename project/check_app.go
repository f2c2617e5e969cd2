package project

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/usherdev/usher/value"
)

// Version is the version of the grammar that this package reads.
const Version = 1

// appWork is app.yaml while it is checked.
type appWork struct {
	section
	auth        section // authentication; its place is zero when it is not written
	userUnknown bool    // userDataType names no type: said once

	env map[string][]envValue // what the files say of env values, by name

	base  *value.Env // what expressions may read everywhere
	calls *value.Env // what expressions of calls may read, without params
}

// envValue is a value of an env, as it is written.
type envValue struct {
	place
	text string
}

// Keys of app.yaml and of its theme; the events come besides.
var (
	appKeys   = []string{"usher", "name", "id", "language", "theme", "env", "environments", "constants", "state", "authentication", "notFound", "errorPage", "bars", "shortName", "icon", "installable", "media", "frames"}
	themeKeys = []string{"accent", "colors", "mode", "radius", "density", "font", "fonts", "type", "spacing", "maxWidth", "transition", "variants", "logo", "breakpoints"}
)

var appEvents = []string{"onAppStart", "onResume", "onLogIn", "onLogOut", "onSessionExpired"}

var (
	idPattern       = regexp.MustCompile(`^[a-z][a-z0-9-]{0,38}[a-z0-9]$|^[a-z]$`)
	languagePattern = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)
	colorPattern    = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)
	textKeyPattern  = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
	envPattern      = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

// readApp decodes app.yaml but for what refers to pages and calls.
func (c *checker) readApp() {
	f, ok := c.files[appFile]
	if !ok {
		c.problems = append(c.problems, Problem{At: filePath(appFile), File: appFile, Msg: "app.yaml is missing", Hint: "begin with: usher: 1, name: My App"})
		return
	}
	if f.root == nil {
		return
	}
	root := c.rootOf(f)
	mark := len(c.problems)
	s := root.section("app.yaml", append(slices.Clone(appKeys), appEvents...)...)
	if len(s.vals) == 0 && c.errorsSince(mark) > 0 {
		return
	}
	c.app = &appWork{section: s}
	c.readVersion(s)
	c.readIdentity(s)
	c.readTheme(s)
	c.readInstall(s)
	c.readEmbeds(s)
	c.readEnv(s)
	c.readEnvironments(s)
	c.readConstants(s)
	if p, ok := s.get("state"); ok {
		c.p.App.State = c.vars(p, "app state", true)
	}
	c.readAuthHead(s)
	c.readLocales()
	c.buildBase()
}

func (c *checker) readVersion(s section) {
	p, ok := s.need("usher", "the version of the grammar: usher: 1")
	if !ok {
		return
	}
	v, ok := p.integer("usher")
	switch {
	case !ok:
	case v > Version:
		p.fail(fmt.Sprintf("this app was made for a newer Usher (grammar %d; this one reads %d)", v, Version), "update Usher")
	case v < Version:
		p.fail(fmt.Sprintf("there is no grammar %d", v), "write usher: 1")
	}
}

func (c *checker) readIdentity(s section) {
	app := &c.p.App
	if p, ok := s.need("name", "what people see as the app's name"); ok {
		app.Name, _ = p.literal("name")
		if strings.TrimSpace(app.Name) == "" {
			p.fail("name is empty", "")
		}
	}
	app.ID, app.Language = Slug(app.Name), "en"
	if p, ok := s.get("id"); ok {
		if app.ID, _ = p.literal("id"); !idPattern.MatchString(app.ID) {
			p.fail("id may hold lower-case letters, digits and dashes, 40 at most, beginning with a letter", "")
		}
	}
	if p, ok := s.get("language"); ok {
		if app.Language, _ = p.literal("language"); !languagePattern.MatchString(app.Language) {
			p.fail(quoted(app.Language)+" is not a language tag", "such as en, de or pt-BR")
			app.Language = "en"
		}
	}
}

// Slug makes an id of a name: TouristTrail is touristtrail, “My App” is my-app.
func Slug(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9' && b.Len() > 0:
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() >= 40 {
			break
		}
	}
	if id := strings.Trim(b.String(), "-"); id != "" {
		return id
	}
	return "app"
}

func (c *checker) readEnv(s section) {
	p, ok := s.get("env")
	if !ok {
		return
	}
	for _, e := range p.entries("env") {
		if !envPattern.MatchString(e.name) {
			e.key.fail(fmt.Sprintf("an environment value cannot be named %s", quoted(e.name)), "use letters, digits and _")
			continue
		}
		v := EnvVar{Name: e.name}
		switch {
		case e.val.null():
		case e.val.scalar() != notScalar:
			v.Default, _ = e.val.literal(e.name)
			c.app.note(e.name, e.val, v.Default)
		default:
			one := e.val.section("an environment value", "default", "secret", "doc")
			v.Default, v.Secret = one.text("default"), one.flag("secret", false)
			if d, ok := one.get("default"); ok {
				c.app.note(e.name, d, v.Default)
			}
			if d, ok := one.get("default"); ok && v.Secret {
				d.fail("a secret has no default in the files of an app", "give "+e.name+" from outside, when the app is served")
				v.Default = ""
			}
		}
		c.p.App.Env = append(c.p.App.Env, v)
	}
}

func (w *appWork) note(name string, p place, text string) {
	if w.env == nil {
		w.env = map[string][]envValue{}
	}
	w.env[name] = append(w.env[name], envValue{p, text})
}

var addressOf = regexp.MustCompile(`^\$\{\s*env\.([A-Za-z_][A-Za-z0-9_]*)\s*\}(/.*)?$`)

// addresses warns of values of an env that should be the address of a group, a call or a provider, and are none. From outside a better one may come.
func (c *checker) addresses(src string) {
	m := addressOf.FindStringSubmatch(src)
	if m == nil {
		return
	}
	for _, v := range c.app.env[m[1]] {
		u, err := url.Parse(v.text)
		switch {
		case v.text == "":
		case err != nil || u.Scheme != "http" && u.Scheme != "https":
			v.warn(m[1]+" is no address that calls can go to", "it must begin with http:// or https://")
		case u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
			v.warn(m[1]+" is no address that calls can go to", "a scheme, a host and perhaps a path: http://localhost:3000")
		}
	}
}

// readEnvironments decodes environments: name: {NAME: value}. What is private has no value in the files of an app.
func (c *checker) readEnvironments(s section) {
	p, ok := s.get("environments")
	if !ok {
		return
	}
	names := make([]string, len(c.p.App.Env))
	for i, v := range c.p.App.Env {
		names[i] = v.Name
	}
	for _, e := range p.entries("environments") {
		if !filePattern.MatchString(e.name) {
			e.key.fail(fmt.Sprintf("an environment cannot be named %s", quoted(e.name)), "use letters, digits, - and _, beginning with a letter")
			continue
		}
		env := Environment{Name: e.name, Values: map[string]string{}}
		for _, v := range e.val.entries("the environment " + e.name) {
			switch i := slices.Index(names, v.name); {
			case i < 0:
				v.key.misnamed(fmt.Sprintf("env declares no %q", v.name), v.name, names)
			case c.p.App.Env[i].Secret:
				v.key.fail(v.name+" is secret, and the files of an app hold no secrets", "give "+v.name+" from outside, when the app is served")
			default:
				env.Values[v.name], _ = v.val.literal(v.name)
				c.app.note(v.name, v.val, env.Values[v.name])
			}
		}
		c.p.App.Environments = append(c.p.App.Environments, env)
	}
}

func (c *checker) readConstants(s section) {
	c.p.App.Constants = map[string]any{}
	p, ok := s.get("constants")
	if !ok {
		return
	}
	for _, e := range p.entries("constants") {
		if e.key.name("a constant", e.name) {
			c.p.App.Constants[e.name] = constantOf(e.val, "a constant", nil)
		}
	}
}

// vars decodes state variables: name: type, or name: {type, default}.
func (c *checker) vars(p place, what string, app bool) []Var {
	var out []Var
	for _, e := range p.entries(what) {
		if !e.key.name("a variable", e.name) {
			continue
		}
		v := Var{Name: e.name, Type: value.AnyType()}
		if e.val.scalar() != notScalar {
			v.Type = c.typeName(e.val)
		} else {
			keys := []string{"type", "default", "doc"}
			if app {
				keys = append(keys, "keep")
			}
			s := e.val.section("a variable", keys...)
			if p, ok := s.need("type", "such as text, int or list of text"); ok {
				v.Type = c.typeName(p)
			}
			if p, ok := s.get("default"); ok {
				v.Default = value.Const(constantOf(p, "default", v.Type))
			}
			v.Keep = s.flag("keep", false)
		}
		switch sealed := !app && v.Type.Kind == value.KindSecret; {
		case sealed && v.Default != nil:
			e.val.fail("a secret has no default", "files of an app hold no secrets")
			v.Default = nil
		case v.Type.HasSecret() && !sealed: // page state travels sealed, and what is typed secret is never drawn
			e.val.fail(what+" cannot hold secrets", "tokens belong to the Authenticated User: Log In keeps them")
			v.Type = value.AnyType()
		case holdsFile(v.Type):
			e.val.fail(what+" cannot hold a file", "a file is there while its event runs: let the event send it")
			v.Type = value.AnyType()
		}
		out = append(out, v)
	}
	return out
}

// params decodes parameters: name: type, or name: {type, required, default, doc}. Those without a default are required unless required
// says otherwise; a page's only when it says so.
func (c *checker) params(p place, page bool) []Param {
	var out []Param
	for _, e := range p.entries("params") {
		if !e.key.name("a parameter", e.name) {
			continue
		}
		par := Param{Name: e.name, Type: value.AnyType(), Required: !page}
		if e.val.scalar() != notScalar {
			par.Type = c.typeName(e.val)
			out = append(out, par)
			continue
		}
		keys := []string{"type", "required", "default", "doc"}
		if page {
			keys = append(keys, "sensitive")
		}
		s := e.val.section("a parameter", keys...)
		if p, ok := s.need("type", "such as text or int"); ok {
			par.Type = c.typeName(p)
		}
		if p, ok := s.get("default"); ok {
			par.Default, par.Required = value.Const(constantOf(p, "default", par.Type)), false
			if par.Type.HasSecret() {
				p.fail("a secret has no default", "files of an app hold no secrets")
			}
		}
		par.Required = s.flag("required", par.Required)
		par.Sensitive, par.Doc = s.flag("sensitive", false), s.text("doc")
		out = append(out, par)
	}
	return out
}

func paramNames(params []Param) []string {
	names := make([]string, len(params))
	for i, p := range params {
		names[i] = p.Name
	}
	return names
}

func findParam(params []Param, name string) *Param {
	for i := range params {
		if params[i].Name == name {
			return &params[i]
		}
	}
	return nil
}

func paramsType(params []Param) *value.Type {
	fields := make([]value.Field, len(params))
	for i, p := range params {
		fields[i] = value.Field{Name: p.Name, Type: p.Type}
	}
	return value.ObjectOf("params", fields...)
}

func varsType(name string, vars []Var) *value.Type {
	fields := make([]value.Field, len(vars))
	for i, v := range vars {
		fields[i] = value.Field{Name: v.Name, Type: v.Type}
	}
	return value.ObjectOf(name, fields...)
}

// AuthType is the type of auth.* in expressions.
func AuthType() *value.Type {
	return value.ObjectOf("auth",
		value.Field{Name: "token", Type: value.SecretType(), Doc: "Authentication Token"},
		value.Field{Name: "refreshToken", Type: value.SecretType(), Doc: "Refresh Token"},
		value.Field{Name: "expiry", Type: value.TimeType(), Doc: "Token Expiry Time"},
		value.Field{Name: "uid", Type: value.TextType(), Doc: "User UID"},
		value.Field{Name: "loggedIn", Type: value.BoolType(), Doc: "Is User Logged In"},
		value.Field{Name: "expired", Type: value.BoolType(), Doc: "Is the token expired"},
		value.Field{Name: "secondsLeft", Type: value.NumberType(), Doc: "Seconds until the token expires"})
}

// buildBase makes what expressions may read everywhere.
func (c *checker) buildBase() {
	app := &c.p.App
	user := app.Auth.UserType
	if user == nil {
		user = value.AnyType()
	}
	constants := value.Const(map[string]any(app.Constants)).Type()
	constants.Name = "constants"
	vars := make([]value.Field, len(app.Env))
	for i, v := range app.Env {
		vars[i] = value.Field{Name: v.Name, Type: value.TextType()}
		if v.Secret {
			vars[i].Type = value.SecretType()
		}
	}
	env := value.NewEnv().With("constants", constants).With("env", value.ObjectOf("env", vars...)).With("now", value.TimeType()).Typing(c.valueTypes())
	c.app.calls = env
	c.app.base = env.With("auth", AuthType()).With("user", user).With("app", varsType("app", app.State)).
		With("page", pageType()).With("language", value.TextType())
	if len(app.Locales) > 0 {
		c.app.base = c.app.base.Speaking(app.Locales[0])
	}
}

// valueTypes are the app's data types and enums, by name.
func (c *checker) valueTypes() map[string]*value.Type {
	out := make(map[string]*value.Type, len(c.types))
	for name, t := range c.types {
		out[name] = t.Type
	}
	return out
}

// pageType is what page.* holds everywhere.
func pageType() *value.Type {
	return value.ObjectOf("page", value.Field{Name: "name", Type: value.TextType()}, value.Field{Name: "url", Type: value.TextType()},
		value.Field{Name: "theme", Type: value.TextType()})
}
