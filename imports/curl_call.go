package imports

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/usherdev/usher/project"
)

// build makes the call.
func (c *curl) build(groupName string) error {
	u, err := c.readURL()
	if err != nil {
		return err
	}
	call := &apiCall{auth: "none"}
	b := &curlCall{c: c, call: call, taken: names{}}
	if call.method, err = c.verb(); err != nil {
		return err
	}
	g, rest, err := b.group(u, groupName)
	if err != nil {
		return err
	}
	b.path(rest)
	query := u.RawQuery
	if c.get {
		for _, d := range c.data {
			query += "&" + d.text
		}
		c.data = nil
	}
	b.query(query)
	if err := b.body(); err != nil {
		return err
	}
	call.group = g
	b.headers()
	call.name = b.name(rest)
	for _, k := range c.draft.existing(project.Path("/calls").Join(g.name, "calls")).keys() {
		b.callNames().take(k)
	}
	call.name = b.callNames().take(call.name)
	g.calls = append(g.calls, call)
	c.draft.groups = append(c.draft.groups, g)
	return nil
}

// verb is the method: the one that is named, or what curl makes of the other flags.
func (c *curl) verb() (string, error) {
	m := strings.ToUpper(c.method)
	switch {
	case m != "":
	case c.head:
		m = "HEAD"
	case c.get || len(c.data)+len(c.form) == 0:
		m = "GET"
	default:
		m = "POST"
	}
	if !slices.Contains(callMethods, m) {
		return "", fault(c.urlAt, "a call has no method "+shown(m))
	}
	return m, nil
}

// curlCall makes the parts of the one call.
type curlCall struct {
	c     *curl
	call  *apiCall
	taken names // of parameters
	calls names
}

func (b *curlCall) callNames() names {
	if b.calls == nil {
		b.calls = names{}
	}
	return b.calls
}

// group finds or makes the group, and returns what of the path is left to the call.
func (b *curlCall) group(u *url.URL, wanted string) (*group, string, error) {
	origin, path := u.Scheme+"://"+u.Host, u.Path
	d := b.c.draft
	best, rest := "", ""
	for _, file := range d.tree.Files() {
		name, ok := strings.CutPrefix(file, "calls/")
		if !ok {
			continue
		}
		name = strings.TrimSuffix(name, ".yaml")
		base, ok := d.groupBase(name)
		left, fits := strings.CutPrefix(origin+path, base)
		fits = ok && fits && (left == "" || left[0] == '/')
		if name == wanted && !fits {
			return nil, "", fault(b.c.urlAt, fmt.Sprintf("the group %s has another address; name a new group", name))
		}
		if fits && (wanted == "" || name == wanted) && (best == "" || len(left) < len(rest)) {
			best, rest = name, left
		}
	}
	if best != "" {
		return &group{name: best, existing: true, origin: bindable(u)}, rest, nil
	}
	if wanted != "" && (!project.LegalName(wanted) || d.groupNames[strings.ToLower(wanted)]) {
		return nil, "", fault(b.c.urlAt, "a group cannot be named "+shown(wanted))
	}
	if wanted == "" {
		wanted = d.groupNames.take(groupFor(u))
	}
	return &group{name: wanted, url: "${env." + d.envFor(origin, "API_URL") + "}", origin: bindable(u)}, path, nil
}

// groupFor names a group after the first part of a path that names a thing.
func groupFor(u *url.URL) string {
	for _, part := range strings.Split(u.Path, "/") {
		if name := lowerCamel(part, ""); name != "" && !versionPart.MatchString(part) && !strings.Contains(part, varOpen) && part[0] > '9' {
			return name
		}
	}
	if name := lowerCamel(u.Hostname(), ""); name != "" {
		return name
	}
	return "api"
}

// groupBase is the address of a group of the project with the defaults of the environment filled in.
func (d *draft) groupBase(name string) (string, bool) {
	n := d.existing(project.Path("/calls").Join(name, "url"))
	if n == nil {
		return "", false
	}
	text := n.text
	for _, e := range d.existing("/app/env").entriesOf() {
		val := e.val
		if val.kind == '{' {
			val = val.get("default")
		}
		if val != nil {
			text = strings.ReplaceAll(text, "${env."+e.key+"}", val.text)
		}
	}
	return strings.TrimSuffix(text, "/"), !strings.Contains(text, "${")
}

// param adds a parameter that has a value in the command: its default, unless it is a credential.
func (b *curlCall) param(name, val string, secret, address bool) string {
	p := &param{name: b.taken.take(lowerCamel(name, "value")), typ: "text", required: true}
	if project.LegalName(name) {
		delete(b.taken, strings.ToLower(p.name))
		p.name = b.taken.take(name)
	}
	switch {
	case strings.Contains(val, varOpen):
		if secret && !address {
			p.typ = "secret"
		}
	case secret && address:
		b.c.left(name, word{}, "it looks like a credential, and stands in the address, where others can read it; it is a parameter without its value")
	case secret:
		p.typ = "secret"
	case val != "" && !strings.Contains(val, "${"):
		p.typ, p.def = typed(val)
	}
	b.call.params = append(b.call.params, p)
	return "${params." + p.name + "}"
}

// typed reads a text of an address or a form: numbers and truths are what they look like.
func typed(s string) (string, any) {
	n, err := parseJSON("", []byte(s))
	if err == nil && n.kind == 'n' && !strings.ContainsAny(s, ".eE") && len(s) < 16 {
		return "int", n
	}
	if s == "true" || s == "false" {
		return "bool", s == "true"
	}
	return "text", s
}

// path makes the path; ids and shell variables in it become parameters.
func (b *curlCall) path(rest string) {
	parts := strings.Split(rest, "/")
	for i, part := range parts {
		id := uuidText.MatchString(part) || part != "" && strings.Trim(part, "0123456789") == ""
		secret := looksSecret(part)
		if !id && !secret && !strings.Contains(part, varOpen) {
			parts[i] = literal(url.PathEscape(part))
			continue
		}
		name := "id"
		if v := variable(part); v != "" {
			name = v
		} else if i > 0 && parts[i-1] != "" && !strings.HasPrefix(parts[i-1], "$") {
			name = singular(lowerCamel(parts[i-1], "")) + "Id"
		}
		parts[i] = b.param(name, part, secret, true)
	}
	b.call.path = strings.Join(parts, "/")
}

// query makes a parameter of each value.
func (b *curlCall) query(raw string) {
	for _, kv := range split(raw) {
		if kv.name == "" {
			continue
		}
		if slices.ContainsFunc(b.call.query, func(p pair) bool { return p.key == kv.name }) {
			b.c.left(kv.name, word{}, "it is written more than once; the parameter takes a list, the values are left out")
			for _, p := range b.call.params {
				if p.wire == kv.name {
					p.typ, p.def, p.required = "list of text", nil, false
				}
			}
			continue
		}
		secret := SecretName(kv.name) || looksSecret(kv.value)
		b.call.query = append(b.call.query, pair{kv.name, b.param(kv.name, kv.value, secret, true)})
		b.call.params[len(b.call.params)-1].wire = kv.name
	}
}

// name is made of the method and what the path names.
func (b *curlCall) name(rest string) string {
	name := strings.ToLower(b.call.method)
	plain := strings.Split(rest, "/")
	for i, part := range strings.Split(b.call.path, "/") {
		switch {
		case strings.HasPrefix(part, "${"):
			name += " by id"
		case !versionPart.MatchString(plain[i]):
			name += " " + part
		}
	}
	return lowerCamel(name, "call")
}

// contentType is the declared one without its parameters.
func (b *curlCall) contentType() string {
	for _, h := range b.c.headers {
		if strings.EqualFold(h.name, "Content-Type") {
			kind, _, _ := strings.Cut(strings.ToLower(h.value), ";")
			return strings.TrimSpace(kind)
		}
	}
	return ""
}

// body makes the body in the kind that its flags, its Content-Type or its looks say.
func (b *curlCall) body() error {
	c := b.c
	if len(c.form) > 0 {
		return b.multipart()
	}
	if len(c.data) == 0 {
		return nil
	}
	var texts []string
	for _, d := range c.data {
		texts = append(texts, d.text)
	}
	kind := b.contentType()
	if c.asJSON || isJSON(kind) || kind == "" && strings.HasPrefix(strings.TrimSpace(texts[0]), "{") {
		return b.json(strings.Join(texts, ""), kind == "")
	}
	text := strings.Join(texts, "&")
	if kind != "" && kind != "application/x-www-form-urlencoded" || variable(text) != "" {
		b.call.bodyKind, b.call.body = "text", b.param("body", varOpen, looksSecret(text), false)
		c.left("body", c.data[0].at, "a body of the kind "+sentence(kind)+" is a parameter, its text is not imported")
		return nil
	}
	b.call.bodyKind = "form"
	body := object{}
	for _, kv := range split(text) {
		if kv.name == "" || slices.ContainsFunc(body, func(p pair) bool { return p.key == kv.name }) {
			c.left(kv.name, c.data[0].at, "a field of the form is written twice; one is imported")
			continue
		}
		body = append(body, pair{kv.name, b.param(kv.name, kv.value, SecretName(kv.name) || looksSecret(kv.value), false)})
	}
	b.call.body = body
	return nil
}

func (b *curlCall) multipart() error {
	body := object{}
	for _, d := range b.c.form {
		name, val, ok := strings.Cut(d.text, "=")
		if !ok || name == "" {
			return fault(d.at, d.flag+" is written as name=value")
		}
		if slices.ContainsFunc(body, func(p pair) bool { return p.key == name }) {
			b.c.left(sentence(name), d.at, "a part of the body is written twice; one is imported")
			continue
		}
		if d.flag != "--form-string" && (strings.HasPrefix(val, "@") || strings.HasPrefix(val, "<")) {
			p := &param{name: b.taken.take(fieldName(name)), typ: "file", required: true}
			b.call.params = append(b.call.params, p)
			body = append(body, pair{name, object{{"file", "${params." + p.name + "}"}}})
			continue
		}
		if d.flag != "--form-string" {
			val, _, _ = strings.Cut(val, ";type=")
		}
		body = append(body, pair{name, b.param(name, val, SecretName(name) || looksSecret(val), false)})
	}
	b.call.bodyKind, b.call.body = "multipart", body
	return nil
}

// json makes the body of JSON text: values of the outermost object become parameters, and so do credentials at any depth.
func (b *curlCall) json(text string, guessed bool) error {
	at := b.c.data[0].at
	if variable(text) != "" {
		p := &param{name: b.taken.take("body"), typ: "json", required: true}
		b.call.params = append(b.call.params, p)
		b.call.bodyKind, b.call.body = "json", "${params."+p.name+"}"
		return nil
	}
	quoted := strings.NewReplacer(varOpen, `\ue000`, varClose, `\ue001`).Replace(text)
	n, err := parseJSON("curl", []byte(quoted))
	if err != nil {
		return fault(at, "the body is not JSON, though it is sent as that")
	}
	if guessed && !b.c.asJSON {
		b.c.left("body", at, "it looks like JSON and is sent as JSON, though the command does not say so")
	}
	b.call.bodyKind = "json"
	if n.kind != '{' {
		b.call.body = b.tree(n, "value")
		return nil
	}
	body := object{}
	for _, e := range n.entries {
		body = append(body, pair{e.key, b.jsonField(e)})
	}
	b.call.body = body
	return nil
}

func (b *curlCall) jsonField(e entry) any {
	switch e.val.kind {
	case '{', '[', '0':
		return b.tree(e.val, e.key)
	case 's':
		return b.jsonText(e.key, e.val.text)
	}
	out := b.param(e.key, "", false, false)
	p := b.call.params[len(b.call.params)-1]
	p.def = e.val
	switch {
	case e.val.kind == 'b':
		p.typ = "bool"
	case strings.ContainsAny(e.val.text, ".eE") || len(e.val.text) > 15:
		p.typ = "number"
	default:
		p.typ = "int"
	}
	return out
}

// jsonText makes a parameter of a text; its default stays text, whatever it looks like.
func (b *curlCall) jsonText(key, text string) string {
	secret := SecretName(key) || looksSecret(text)
	if strings.Contains(text, varOpen) && variable(text) == "" {
		b.c.left(key, word{}, "the text around a shell variable is left out; the whole value is a parameter")
	}
	out := b.param(key, text, secret, false)
	if p := b.call.params[len(b.call.params)-1]; p.def != nil {
		p.typ, p.def = "text", text
	}
	return out
}

// tree writes a value as it is, but for what is a credential or a shell variable.
func (b *curlCall) tree(n *node, key string) any {
	switch n.kind {
	case '{':
		out := object{}
		for _, e := range n.entries {
			out = append(out, pair{e.key, b.tree(e.val, e.key)})
		}
		return out
	case '[':
		out := []any{}
		for _, item := range n.items {
			out = append(out, b.tree(item, key))
		}
		return out
	case 's':
		if SecretName(key) || looksSecret(n.text) || strings.Contains(n.text, varOpen) {
			return b.jsonText(key, n.text)
		}
		return literal(n.text)
	}
	return n
}

// browserHeaders are those that a browser adds by itself.
var browserHeaders = wordSet("accept-encoding", "accept-language", "cache-control", "pragma", "origin", "referer", "priority", "dnt", "upgrade-insecure-requests", "user-agent")

// headers makes the headers; credentials become a token of the login, secret parameters or secrets of the group.
func (b *curlCall) headers() {
	c := b.c
	var browser []string
	for _, h := range c.headers {
		lower := strings.ToLower(h.name)
		switch {
		case lower == "content-type" && (b.call.bodyKind == "multipart" || b.call.bodyKind != "text" && b.call.bodyKind != "" && bodyKind(h.value) == b.call.bodyKind), lower == "accept" && isJSON(h.value):
		case browserHeaders[lower] || strings.HasPrefix(lower, "sec-"):
			browser = append(browser, h.name)
		case refusedHeaders[lower]:
			c.left(h.name, h.at, "it has no effect: Usher sets this header itself")
		case lower == "authorization":
			b.authorization(h)
		default:
			b.header(h)
		}
	}
	if len(browser) > 0 {
		c.left("", word{}, "headers that a browser adds by itself are left out: "+strings.Join(browser, ", "))
	}
	if c.bearer != "" {
		b.bearer(c.bearer)
	}
	if c.user != "" {
		b.basic()
	}
}

func (b *curlCall) add(name, val string) {
	if !slices.ContainsFunc(b.call.headers, func(p pair) bool { return strings.EqualFold(p.key, name) }) {
		b.call.headers = append(b.call.headers, pair{name, val})
	}
}

func (b *curlCall) authorization(h header) {
	scheme, rest, _ := strings.Cut(h.value, " ")
	switch {
	case strings.EqualFold(scheme, "Bearer"):
		b.bearer(rest)
	case strings.EqualFold(scheme, "Basic"):
		if user, password, err := basic(rest); err == nil {
			b.c.user = user + ":" + password
			return
		}
		b.add("Authorization", "Basic "+b.param("credentials", varOpen, true, false))
	case rest != "" && !strings.Contains(scheme, varOpen):
		b.add("Authorization", literal(scheme)+" "+b.param("credentials", varOpen, true, false))
	default:
		b.add("Authorization", b.param("credentials", varOpen, true, false))
	}
}

// bearer is the person's token: the app's own where it has authentication, else a parameter.
func (b *curlCall) bearer(string) {
	header := b.c.draft.existing("/app/authentication/token/header")
	if b.c.draft.authOn() && (header == nil || strings.EqualFold(header.text, "Authorization")) {
		b.call.auth = "required"
		b.c.left("Authorization", word{}, "the token of the command is left out: the call carries the token of whoever is logged in")
		return
	}
	b.add("Authorization", "Bearer "+b.param("token", varOpen, true, false))
}

func (b *curlCall) basic() {
	user := b.c.draft.secret(b.call.group, "API_USER", "user name of the backend's Basic authentication")
	password := b.c.draft.secret(b.call.group, "API_PASSWORD", "password of the backend's Basic authentication")
	b.c.left("Authorization", word{}, fmt.Sprintf("user and password are not written down: they are %s and %s", user, password))
	b.add("Authorization", `${"Basic " + base64(`+user+` + ":" + `+password+`)}`)
}

func (b *curlCall) header(h header) {
	lower := strings.TrimPrefix(strings.ToLower(h.name), "x-")
	p := plain(h.name)
	secret := SecretName(lower) || strings.Contains(p, "token") || strings.Contains(p, "secret") || strings.HasSuffix(p, "key") || strings.Contains(p, "auth") || looksSecret(h.value)
	switch {
	case secret && !strings.Contains(h.value, varOpen):
		name := b.c.draft.secret(b.call.group, envName(h.name), "sent as "+h.name)
		b.c.left(h.name, h.at, "its value is not written down: it is "+name)
		b.add(h.name, "${"+name+"}")
	case strings.Contains(h.value, varOpen):
		b.add(h.name, b.param(h.name, h.value, secret, false))
	default:
		b.add(h.name, literal(h.value))
	}
}
