package imports

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/usherdev/usher/project"
)

const (
	maxFlat     = 8 // required fields of a body that become parameters of their own
	defaultBase = "http://127.0.0.1:8080"
)

var (
	callMethods    = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}
	headerPattern  = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")
	pathHole       = regexp.MustCompile(`\{([^{}/]*)\}`)
	refusedHeaders = wordSet("host", "content-length", "transfer-encoding", "connection", "cookie", "upgrade", "te", "trailer")
	ownHeaders     = wordSet("accept", "content-type", "authorization") // OpenAPI itself says that parameters of these names mean nothing
)

// operations makes the groups and their calls.
func (o *openapi) operations(d Document) error {
	base, err := o.base(d)
	if err != nil {
		return err
	}
	paths := o.doc.Paths.Map()
	order := orderly(paths, o.root.get("paths"))
	skip := commonParts(order)
	groups := map[string]*group{}
	var all []described
	count := 0
	for _, path := range order {
		item := paths[path]
		if item == nil {
			continue
		}
		place := o.root.find("paths", path)
		if item.Ref != "" && place.get("$ref") != nil {
			place = o.root.pointer(item.Ref)
		}
		if len(item.Servers) > 0 {
			o.left(path, place, "it names servers of its own; the one of the document is used")
		}
		ops := item.Operations()
		for _, method := range orderly(ops, upperKeys(place)) {
			if o.ctx.Err() != nil {
				return o.tooLong()
			}
			if count++; count > maxOperations {
				return &SourceError{Name: d.Name, Msg: fmt.Sprintf("the document has more than %d operations", maxOperations)}
			}
			op := &operation{Operation: ops[method], path: path, method: method}
			op.key = o.groupKey(op, skip)
			op.short = strings.Split(strings.Trim(path, "/"), "/")[skip:]
			all = append(all, described{op, item, place.get(strings.ToLower(method))})
		}
	}
	o.plan.Operations = len(all)
	wraps := o.wrappers(all)
	for _, d := range all {
		if o.ctx.Err() != nil {
			return o.tooLong()
		}
		op := d.op
		op.unwrap = wraps[op.key]
		if c := o.operation(op, d.item, d.place); c != nil {
			g := o.group(groups, op.key, base)
			g.unwrap = op.unwrap
			g.add(c)
			o.sendKeys(c)
		}
	}
	for _, g := range o.draft.groups {
		g.hoist()
	}
	return nil
}

// described is an operation beside where it stands.
type described struct {
	op    *operation
	item  *openapi3.PathItem
	place *node
}

func (o *openapi) tooLong() error {
	return fmt.Errorf("reading the document took too long: %w", o.ctx.Err())
}

// upperKeys is the place of a path with methods as they are named in requests.
func upperKeys(n *node) *node {
	out := &node{kind: '{'}
	for _, e := range n.entriesOf() {
		out.entries = append(out.entries, entry{strings.ToUpper(e.key), e.val})
	}
	return out
}

// base is the address of the groups.
func (o *openapi) base(d Document) (string, error) {
	raw := d.Origin
	servers := o.root.get("servers")
	switch n := len(o.doc.Servers); {
	case n == 0:
	case o.doc.Servers[0] != nil:
		raw = o.serverURL(o.doc.Servers[0])
		if n > 1 {
			var others []string
			for _, s := range o.doc.Servers[1:] {
				if s != nil {
					others = append(others, sentence(s.URL))
				}
			}
			o.left("servers", servers, "the first is used; set the environment value to reach "+strings.Join(others, ", "))
		}
	}
	u, err := url.Parse(strings.TrimSpace(raw))
	guessed := false
	switch {
	case err == nil && u.Host == "" && d.Origin != "":
		if origin, err := url.Parse(d.Origin); err == nil {
			u = origin.ResolveReference(u)
		}
	case err == nil && u.Host == "" && raw != "":
		if origin, err := url.Parse(defaultBase); err == nil {
			u, guessed = origin.ResolveReference(u), true
		}
		o.left("servers", servers, "the server has no host; set the environment value to where your backend answers")
	}
	text := defaultBase
	switch {
	case err != nil || u.Host == "" && raw != "" || u.Host != "" && u.Scheme != "http" && u.Scheme != "https":
		o.left("servers", servers, "the server's address cannot be used; set the environment value to where your backend answers")
	case raw == "" || u.Host == "":
		o.left("servers", servers, "the document names no server; set the environment value to where your backend answers")
	default:
		text = strings.TrimSuffix(u.Scheme+"://"+u.Host+u.EscapedPath(), "/")
		if !guessed {
			o.origin = bindable(u)
		}
		if u.User != nil || u.RawQuery != "" || u.Fragment != "" {
			o.left("servers", servers, "a user, a query or a fragment in the server's address is left out")
		}
	}
	return "${env." + o.draft.envFor(text, "API_URL") + "}", nil
}

// serverURL fills the variables of a server with their defaults.
func (o *openapi) serverURL(s *openapi3.Server) string {
	text := s.URL
	for name, v := range s.Variables {
		if v != nil {
			text = strings.ReplaceAll(text, "{"+name+"}", url.PathEscape(v.Default))
		}
	}
	if len(s.Variables) > 0 {
		o.left("servers", o.root.get("servers"), "the server's variables have their defaults")
	}
	return text
}

// commonParts counts the plain parts that all paths begin with; of a single path, those that name no thing, such as api and v1.
func commonParts(paths []string) int {
	var common []string
	for i, p := range paths {
		parts := strings.Split(strings.Trim(p, "/"), "/")
		if i == 0 {
			common = parts[:len(parts)-1]
			if len(paths) == 1 {
				return len(common) - len(slices.DeleteFunc(common, versionPart.MatchString))
			}
		}
		n := 0
		for n < len(common) && n < len(parts)-1 && common[n] == parts[n] && !strings.Contains(parts[n], "{") {
			n++
		}
		common = common[:n]
	}
	return len(common)
}

// groupKey is the name of the group that an operation belongs to: its first tag, or the first part of its path that is not common to all.
func (o *openapi) groupKey(op *operation, skip int) string {
	for _, tag := range op.Tags {
		if name := lowerCamel(tag, ""); name != "" {
			return name
		}
	}
	parts := strings.Split(strings.Trim(op.path, "/"), "/")
	for _, p := range parts[min(skip, len(parts)):] {
		if name := lowerCamel(p, ""); name != "" && !strings.HasPrefix(p, "{") {
			return name
		}
	}
	return "api"
}

func (o *openapi) group(made map[string]*group, key, base string) *group {
	g := made[key]
	if g == nil {
		g = &group{name: o.draft.groupNames.take(key), url: base, origin: o.origin}
		if g.name != key {
			o.left("calls/"+key+".yaml", nil, "is there already and stays as it is; the calls are in calls/"+g.name+".yaml")
		}
		for _, t := range o.doc.Tags {
			if t != nil && lowerCamel(t.Name, "") == key {
				g.doc = sentence(t.Description)
			}
		}
		made[key] = g
		o.draft.groups = append(o.draft.groups, g)
	}
	return g
}

// add gives a call a name of its own in the group.
func (g *group) add(c *apiCall) {
	taken := names{}
	for _, other := range g.calls {
		taken.take(other.name)
	}
	c.group, c.name = g, taken.take(c.name)
	g.calls = append(g.calls, c)
}

// hoist moves headers that all calls have to the group.
func (g *group) hoist() {
	if len(g.calls) == 0 {
		return
	}
	for _, h := range slices.Clone(g.calls[0].headers) {
		text, _ := h.val.(string)
		lacks := func(c *apiCall) bool { return !slices.ContainsFunc(c.headers, h.equals) }
		if !strings.Contains(text, "env.") && !strings.Contains(text, "secrets.") || slices.ContainsFunc(g.calls, lacks) {
			continue
		}
		g.headers = append(g.headers, h)
		for _, c := range g.calls {
			c.headers = slices.DeleteFunc(c.headers, h.equals)
		}
	}
}

// operation makes a call of an operation, nil after noting why there is none.
func (o *openapi) operation(op *operation, item *openapi3.PathItem, place *node) *apiCall {
	at := op.method + " " + sentence(op.path)
	if !slices.Contains(callMethods, op.method) {
		o.left(at, place, "an app sends no "+op.method)
		return nil
	}
	c := &apiCall{method: op.method, at: at, place: place, op: op, doc: sentence(op.Summary)}
	if c.doc == "" {
		c.doc = sentence(op.Description)
	}
	c.name = callName(op)
	b := &callBuilder{o: o, c: c, at: at, place: place, taken: names{}}
	if !b.path(op.path, item, op) || !b.body(op) {
		return nil
	}
	if len(op.Callbacks) > 0 {
		o.left(at, place, "its callbacks are left out: an app is not called by its backend")
	}
	if op.Servers != nil && len(*op.Servers) > 0 {
		o.left(at, place, "it names servers of its own; the one of the document is used")
	}
	o.secure(c, op)
	if op.method == "HEAD" {
		return c
	}
	if reply, ok := o.responseSchema(op.Operation, place); ok {
		reply = o.unwrapped(reply, op.unwrap)
		reply.hint, reply.at = upperCamel(c.name, "Call")+"Reply", at+" reply"
		if typ := o.typeOf(reply); typ != "json" {
			c.reply = typ
		}
	} else if kind := otherReply(op.Operation); strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "xml") {
		c.replyAs = "text"
	} else if kind != "" {
		c.replyAs = "none"
		o.left(at, place, "its reply is "+sentence(kind)+", of which an app reads the status and the headers alone")
	}
	return c
}

func callName(op *operation) string {
	if name := lowerCamel(op.OperationID, ""); name != "" && project.LegalName(name) {
		return name
	}
	name, parts := strings.ToLower(op.method), op.short
	if len(parts) > 1 && lowerCamel(parts[0], "") == op.key && !strings.HasPrefix(parts[1], "{") {
		parts = parts[1:] // auth.postLogin, not auth.postAuthLogin
	}
	for _, part := range parts {
		if hole, ok := strings.CutPrefix(part, "{"); ok {
			part = "by " + hole
		}
		name += " " + part
	}
	return lowerCamel(name, "call")
}

// callBuilder makes the parts of one call.
type callBuilder struct {
	o     *openapi
	c     *apiCall
	at    string
	place *node
	taken names
}

func (b *callBuilder) left(msg string) { b.o.left(b.at, b.place, msg) }

// param adds a parameter and returns how the call's parts read it.
func (b *callBuilder) param(p *param, suffix string) string {
	name := p.name
	if b.taken[strings.ToLower(name)] {
		name += suffix
	}
	p.name = b.taken.take(name)
	b.c.params = append(b.c.params, p)
	return "params." + p.name
}

// path makes the path and reads the parameters of path, query and headers. It is false when the call cannot be made.
func (b *callBuilder) path(path string, item *openapi3.PathItem, op *operation) bool {
	declared := map[string]*openapi3.Parameter{}
	var order []string
	for _, list := range []openapi3.Parameters{item.Parameters, op.Parameters} {
		for _, r := range list {
			if r == nil || r.Value == nil {
				continue
			}
			key := r.Value.In + " " + r.Value.Name
			if declared[key] == nil {
				order = append(order, key)
			}
			declared[key] = r.Value
		}
	}
	literal := pathHole.ReplaceAllString(path, "x")
	parts := strings.Split(literal, "/")
	if strings.ContainsAny(literal, "?#\\ \t\r\n{}") || slices.Contains(parts, "..") || slices.Contains(parts, ".") || !strings.HasPrefix(path, "/") {
		b.left("not imported: its path holds what no path of a call may hold")
		return false
	}
	path = strings.ReplaceAll(path, "${", "$${")
	b.c.path = pathHole.ReplaceAllStringFunc(path, func(hole string) string { return b.pathParam(strings.Trim(hole, "{}"), declared) })
	for _, key := range order {
		switch p := declared[key]; p.In {
		case "path":
		case "query":
			b.queryParam(p)
		case "header":
			b.headerParam(p)
		default:
			b.left(fmt.Sprintf("its %s parameter %s is left out: cookies belong to Usher", sentence(p.In), sentence(p.Name)))
		}
	}
	return true
}

func (b *callBuilder) pathParam(name string, declared map[string]*openapi3.Parameter) string {
	made := &param{name: fieldName(name), typ: "text", wire: name, required: true}
	p := declared["path "+name]
	if p == nil {
		b.left(fmt.Sprintf("the path's %s is not declared; it is text", sentence(name)))
	} else {
		made.typ, made.doc = b.paramType(p), sentence(p.Description)
		if p.Style != "" && p.Style != "simple" {
			b.left(fmt.Sprintf("the parameter %s is written in the style %s, which paths of calls do not know; it is sent plainly", sentence(name), sentence(p.Style)))
		}
	}
	for _, have := range b.c.params {
		if have.wire == name {
			return "${params." + have.name + "}"
		}
	}
	read := b.param(made, "Path")
	if strings.HasPrefix(made.typ, "list of ") {
		return `${join(` + read + `, ",")}`
	}
	return "${" + read + "}"
}

// paramType is the type of a parameter outside the body: never an object, never a secret.
func (b *callBuilder) paramType(p *openapi3.Parameter) string {
	typ := b.o.typeOf(shape{ref: p.Schema, hint: upperCamel(b.c.name, "Call") + upperCamel(p.Name, "Param"), at: b.at + " " + sentence(p.Name)})
	if typ == "secret" {
		return "text"
	}
	return typ
}

// isObject reports whether values of a type are objects.
func (b *callBuilder) isObject(typ string) bool {
	t := b.o.draft.typeNamed(typ)
	return t != nil && t.enum == nil
}

func (b *callBuilder) made(p *openapi3.Parameter, typ string) *param {
	out := &param{name: fieldName(p.Name), typ: typ, wire: p.Name, required: p.Required, doc: sentence(p.Description)}
	if p.Schema != nil && p.Schema.Value != nil {
		out.def = b.o.defaultOf(p.Schema.Value.Default, typ, b.at+" "+sentence(p.Name), nil)
		for _, v := range p.Schema.Value.Enum {
			out.choices = append(out.choices, fmt.Sprint(v))
		}
	}
	return out
}

func (b *callBuilder) queryParam(p *openapi3.Parameter) {
	name := sentence(p.Name)
	typ := "json"
	if p.Schema != nil {
		typ = b.paramType(p)
	}
	var read string
	switch list := strings.HasPrefix(typ, "list of "); {
	case len(p.Content) > 0:
		made := b.param(b.made(p, "json"), "Query")
		read = made + " == nil ? nil : json(" + made + ")"
	case b.isObject(typ) || p.Style == "deepObject" || typ == "json" && p.Schema != nil && p.Schema.Value != nil && p.Schema.Value.Type.Is("object"):
		b.left(fmt.Sprintf("the query parameter %s is an object, which has no one way to be written in an address; it is left out", name))
		return
	case list && p.Explode != nil && !*p.Explode || list && p.Style != "" && p.Style != "form":
		sep := map[string]string{"spaceDelimited": " ", "pipeDelimited": "|"}[p.Style]
		made := b.param(b.made(p, typ), "Query")
		if sep == "" {
			b.c.query = append(b.c.query, pair{p.Name, object{{"value", "${" + made + "}"}, {"style", "comma"}}})
			return
		}
		read = fmt.Sprintf("%s == nil ? nil : join(%s, %q)", made, made, sep)
	default:
		read = b.param(b.made(p, typ), "Query")
	}
	b.c.query = append(b.c.query, pair{p.Name, "${" + read + "}"})
}

func (b *callBuilder) headerParam(p *openapi3.Parameter) {
	lower := strings.ToLower(p.Name)
	switch {
	case ownHeaders[lower]:
		return
	case refusedHeaders[lower] || !headerPattern.MatchString(p.Name):
		b.left(fmt.Sprintf("the header %s is left out: Usher sets it itself, or it is no header", sentence(p.Name)))
		return
	case slices.ContainsFunc(b.c.headers, func(h pair) bool { return strings.EqualFold(h.key, p.Name) }):
		return
	}
	typ := b.paramType(p)
	if SecretName(strings.TrimPrefix(lower, "x-")) && typ == "text" {
		typ = "secret"
	}
	made := b.made(p, typ)
	if typ == "secret" {
		made.def = nil
	}
	made.name = lowerCamel(p.Name, "header")
	read := b.param(made, "Header")
	if strings.HasPrefix(typ, "list of ") {
		read = fmt.Sprintf("%s == nil ? nil : join(%s, \",\")", read, read)
	} else if b.isObject(typ) || typ == "json" {
		read += " == nil ? nil : json(" + read + ")"
	}
	b.c.headers = append(b.c.headers, pair{p.Name, "${" + read + "}"})
}

// bodyKinds are the bodies that a call can have, the first found is taken.
var bodyKinds = []string{"json", "form", "multipart", "text", "file"}

func bodyKind(media string) string {
	m, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(media)), ";")
	switch {
	case isJSON(media):
		return "json"
	case m == "application/x-www-form-urlencoded":
		return "form"
	case m == "multipart/form-data":
		return "multipart"
	case m == "text/plain":
		return "text"
	case m == "application/octet-stream", m == "application/pdf", m == "application/zip", strings.HasPrefix(m, "image/"), strings.HasPrefix(m, "audio/"), strings.HasPrefix(m, "video/"):
		return "file"
	}
	return m
}

// body makes the body. It is false when the call cannot be made without one that no call can have.
func (b *callBuilder) body(op *operation) bool {
	if op.RequestBody == nil || op.RequestBody.Value == nil || len(op.RequestBody.Value.Content) == 0 {
		return true
	}
	content := op.RequestBody.Value.Content
	var media *openapi3.MediaType
	kind, mediaName := "", ""
	for _, want := range bodyKinds {
		for _, name := range slices.Sorted(maps.Keys(content)) {
			if kind == "" && bodyKind(name) == want {
				kind, media, mediaName = want, content[name], name
			}
		}
	}
	if kind == "" {
		others := slices.Sorted(maps.Keys(content))
		b.left("not imported: a call has no body of the kind " + sentence(strings.Join(others, ", ")))
		return false
	}
	if media == nil {
		media = &openapi3.MediaType{}
	}
	place := b.place.find("requestBody", "content", mediaName, "schema")
	if ref := op.RequestBody.Ref; ref != "" {
		place = b.o.root.pointer(ref).find("content", mediaName, "schema")
	}
	s := b.o.resolve(shape{ref: media.Schema, place: place, hint: upperCamel(b.c.name, "Call") + "Request", at: b.at + " body"})
	b.c.bodyKind = kind
	switch kind {
	case "text":
		b.c.body = "${" + b.param(&param{name: "body", typ: "text", required: op.RequestBody.Value.Required}, "Body") + "}"
	case "file":
		b.c.body = "${" + b.param(&param{name: "file", typ: "file", required: op.RequestBody.Value.Required}, "Body") + "}"
	case "form", "multipart":
		return b.form(s)
	default:
		b.json(s, op.RequestBody.Value.Required)
	}
	return true
}

// fields are the properties of a body's schema that a request may send, nil when it is no object.
func (b *callBuilder) fields(s shape) []prop {
	if s.ref == nil || s.ref.Value == nil || len(s.ref.Value.OneOf)+len(s.ref.Value.AnyOf) > 0 {
		return nil
	}
	props, whole := b.o.props(s, map[*openapi3.Schema]bool{})
	if !whole {
		return nil
	}
	return slices.DeleteFunc(props, func(p prop) bool { return p.readOnly || p.name == "" || strings.Contains(p.name, "${") })
}

func (b *callBuilder) bodyParam(s shape, p prop) string {
	at := b.at + " " + sentence(p.name)
	made := &param{name: fieldName(p.name), wire: p.name, required: p.required}
	made.typ = b.o.typeOf(shape{ref: p.ref, place: p.place, hint: s.hint + upperCamel(p.name, "Field"), at: at})
	if made.typ == "text" && SecretName(p.name) {
		made.typ = "secret"
	}
	if p.ref != nil && p.ref.Value != nil {
		made.def = b.o.defaultOf(p.ref.Value.Default, made.typ, at, p.place)
		if p.ref.Ref == "" {
			made.doc = sentence(p.ref.Value.Description)
		}
		for _, v := range p.ref.Value.Enum {
			made.choices = append(made.choices, fmt.Sprint(v))
		}
	}
	return "${" + b.param(made, "Body") + "}"
}

// json makes parameters of a small body whose fields must all be sent, and one parameter of the body's type of any other.
func (b *callBuilder) json(s shape, required bool) {
	props := b.fields(s)
	if len(props) > 0 && len(props) <= maxFlat && !slices.ContainsFunc(props, func(p prop) bool { return !p.required }) {
		body := object{}
		for _, p := range props {
			body = append(body, pair{p.name, b.bodyParam(s, p)})
		}
		b.c.body = body
		if s.ref.Ref != "" {
			b.o.used[s.ref.Ref] = true
		}
		return
	}
	made := &param{name: "body", typ: b.o.typeOf(s), required: required}
	if t := b.o.draft.typeNamed(made.typ); t != nil && t.name == made.typ {
		b.c.bodyType = t
	}
	b.c.body = "${" + b.param(made, "Body") + "}"
}

// isFile reports whether a property of a multipart body is a file, and whether there may be several.
func isFile(p prop) (file, many bool) {
	if p.ref == nil || p.ref.Value == nil {
		return false, false
	}
	v := p.ref.Value
	if v.Items != nil && v.Items.Value != nil {
		v, many = v.Items.Value, true
	}
	return v.Format == "binary" || v.ContentMediaType != "" && v.ContentEncoding == "" && v.Type.Is("string"), many
}

// form makes a parameter of each field; what is unset is not sent.
func (b *callBuilder) form(s shape) bool {
	props := b.fields(s)
	if len(props) == 0 {
		b.left("not imported: the fields of its form are not said")
		return false
	}
	body := object{}
	for _, p := range props {
		if file, many := isFile(p); file && b.c.bodyKind == "multipart" {
			if many {
				b.left("its " + sentence(p.name) + " takes several files; the call sends one")
			}
			read := b.param(&param{name: fieldName(p.name), wire: p.name, typ: "file", required: p.required}, "Body")
			body = append(body, pair{p.name, object{{"file", "${" + read + "}"}}})
			continue
		}
		text := b.bodyParam(s, p)
		last := b.c.params[len(b.c.params)-1]
		if b.isObject(last.typ) || last.typ == "json" {
			text = "${params." + last.name + " == nil ? nil : json(params." + last.name + ")}"
		}
		body = append(body, pair{p.name, text})
	}
	if s.ref.Ref != "" {
		b.o.used[s.ref.Ref] = true
	}
	b.c.body = body
	return true
}
