package call

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// buildInput is what a request is made of.
type buildInput struct {
	call    *project.Call
	args    func(auth value.Scope) (map[string]any, error)
	headers []Header
	auth    value.Scope // "auth" and "user"
	token   string      // attached unless the call's auth is none; "" nothing is attached
	jar     []byte      // cookies that may go along
	addr    string
	now     time.Time
	accept  string // what the reply may be; "" JSON
	once    bool   // never to be repeated by the transport

	refreshToken string // placed at refreshAt, for a refresh or log-out that sends it outside its arguments; "" nowhere
	refreshAt    project.Placement
}

// built is a request that is ready to go.
type built struct {
	http      *http.Request
	body      payload
	show      string   // the address without values, for events
	secrets   []string // texts that must not come back in an error sentence
	withToken bool     // the login's token was placed where the app says
	withLogin bool     // the token, be it as an argument, or kept cookies went along: the reply may speak of the login
	about     about    // for whoever develops the app
}

// headerNames are the names of its headers, for events.
func (b built) headerNames() []string {
	if b.http == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(b.http.Header))
}

// refusal is why a request may not be sent: half a sentence for people. It never holds a value.
type refusal string

func (r refusal) Error() string { return string(r) }

// build makes the request. What a value does wrong comes back as a refusal, what the project does wrong as an error.
func (c *Client) build(ctx context.Context, in buildInput) (b built, refused string, err error) {
	b, err = c.assemble(ctx, in)
	var r refusal
	if errors.As(err, &r) {
		return built{}, string(r), nil
	}
	if err != nil {
		return built{}, "", fmt.Errorf("call %s: %w", in.call.ID, err)
	}
	return b, "", nil
}

func (c *Client) assemble(ctx context.Context, in buildInput) (built, error) {
	call := in.call
	params, err := arguments(in)
	if err != nil {
		return built{}, err
	}
	secrets, err := c.secretsFor(call)
	if err != nil {
		return built{}, err
	}
	scope := value.Scope{
		"secrets": secrets, "params": params, "env": c.env, "constants": c.project.App.Constants,
		"now": in.now, "auth": in.auth["auth"], "user": in.auth["user"],
	}
	u, err := c.address(call, scope)
	if err != nil {
		return built{}, err
	}
	body, contentType, err := c.encodeBody(call, scope)
	if err != nil {
		return built{}, err
	}
	if limit := call.Limits.Request; body.size() > cmp.Or(limit, maxRequest) {
		return built{}, refusal("its body is larger than it may be")
	}
	req, err := http.NewRequestWithContext(ctx, call.Method, u.String(), nil)
	if err != nil {
		return built{}, errors.New("the request cannot be made")
	}
	to := c.baseOf(call)
	if req.URL.Scheme+"://"+req.URL.Host != to.origin {
		return built{}, refusal("its address would leave the origin of the group " + call.Group.Name)
	}
	b := built{http: req, body: body, show: to.origin + to.path + shape(call)}
	b.secrets = append(gatherSecrets(params, in.token), gatherSecrets(secrets, "")...)
	if err := c.setHeaders(&b, in, scope, contentType); err != nil {
		return built{}, err
	}
	addCookies(req.Header, cookieHeader(in.jar, to.origin, req.URL.EscapedPath(), in.now))
	b.withLogin = b.withToken || call.Group.KeepCookies || in.token != "" && slices.Contains(gatherSecrets(params, ""), in.token)
	setBody(req, body, in.once)
	return b, nil
}

// arguments reads the call's parameters from what the caller gives.
func arguments(in buildInput) (map[string]any, error) {
	var given map[string]any
	if in.args != nil {
		var err error
		if given, err = in.args(in.auth); err != nil {
			return nil, fmt.Errorf("arguments: %w", err)
		}
	}
	params := make(map[string]any, len(in.call.Params))
	for _, p := range in.call.Params {
		v, found := value.Coerce(given[p.Name], p.Type)
		if len(found) > 0 {
			return nil, refusal(fmt.Sprintf("%s should be %s", at(p.Name, found[0].Path), found[0].Want))
		}
		if v == nil && p.Default != nil {
			var err error
			if v, err = p.Default.Eval(in.auth); err != nil {
				return nil, fmt.Errorf("default of %s: %w", p.Name, err)
			}
		}
		if v == nil && p.Required {
			return nil, refusal(p.Name + " has no value")
		}
		params[p.Name] = v // by its names: the templates of the call write it as the backend wants it
	}
	return params, nil
}

func at(name, path string) string {
	switch {
	case path == "":
		return name
	case strings.HasPrefix(path, "["):
		return name + path
	}
	return name + "." + path
}

// address builds the URL: the group's base, the path and the query.
func (c *Client) address(call *project.Call, s value.Scope) (*url.URL, error) {
	path, query, err := fillPath(call.Path, s)
	if err != nil {
		return nil, err
	}
	more, err := encodeQuery(call.Query, s, c.mayQuerySecret(call))
	if err != nil {
		return nil, err
	}
	base := c.baseOf(call)
	u, err := url.Parse(base.origin + base.path + path)
	if err != nil {
		return nil, refusal("its address cannot be built")
	}
	u.RawQuery = strings.Trim(query+"&"+more, "&")
	return u, nil
}

// mayQuerySecret says whether a secret may stand in the query: only where the app declares its refresh or log-out so.
func (c *Client) mayQuerySecret(call *project.Call) bool {
	a := c.project.App.Auth
	return a.Refresh != nil && a.Refresh.Call == call || a.LogOut != nil && a.LogOut.Call == call
}

var errSecretInPath = refusal("a secret may not be part of its address")

// fillPath fills the holes of a path, each escaped as (part of) one segment. A value can neither add a segment nor
// leave one empty, nor walk up: what would is refused (F5). The literal part may hold a query.
func fillPath(t *value.Template, s value.Scope) (path, query string, err error) {
	wanted, err := t.Fill(s, func(any) (string, error) { return "x", nil })
	if err != nil {
		return "", "", err
	}
	path, err = t.Fill(s, escapeSegment)
	if err != nil {
		return "", "", err
	}
	path, _, _ = strings.Cut(path, "#")
	path, query, _ = strings.Cut(path, "?")
	wanted, _, _ = strings.Cut(wanted, "#")
	wanted, _, _ = strings.Cut(wanted, "?")
	if path != "" && !strings.HasPrefix(path, "/") {
		path, wanted = "/"+path, "/"+wanted
	}
	want, got := strings.Split(wanted, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return "", "", refusal("a value would change the shape of its address")
	}
	for i := range got {
		if got[i] == "" && want[i] != "" {
			return "", "", refusal("a part of its address has no value")
		}
		if isDots(got[i]) {
			return "", "", refusal("a value would change the shape of its address")
		}
	}
	return path, query, nil
}

func escapeSegment(v any) (string, error) {
	if value.HasSecret(v) {
		return "", errSecretInPath
	}
	text := value.Text(v)
	// Some servers decode %2F and %5C before they route, so a walk up inside one value is refused as well.
	for _, piece := range strings.FieldsFunc(text, func(r rune) bool { return r == '/' || r == '\\' }) {
		if isDots(piece) {
			return "", refusal("a value would change the shape of its address")
		}
	}
	return escapeAll(text), nil
}

// escapeAll escapes everything but unreserved characters: safe in a segment and in a query.
func escapeAll(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// isDots reports whether a segment is "." or "..", however often its dots are escaped.
func isDots(segment string) bool {
	plain := strings.NewReplacer("%2e", ".", "%2E", ".").Replace(segment)
	plain, _, _ = strings.Cut(plain, ";")
	return plain == "." || plain == ".."
}

// encodeQuery writes the query in the order of the project: nil leaves a parameter out, a list repeats it, or is
// written with commas where the project says so.
func encodeQuery(kvs []project.KV, s value.Scope, secretsToo bool) (string, error) {
	var parts []string
	for _, kv := range kvs {
		v, err := kv.Value.Eval(s)
		if err != nil {
			return "", fmt.Errorf("query %s: %w", kv.Name, err)
		}
		if value.HasSecret(v) {
			if !secretsToo {
				return "", errSecretInPath
			}
			v = value.Reveal(v)
		}
		list := texts(v)
		if kv.Comma && len(list) > 1 {
			list = []string{strings.Join(list, ",")}
		}
		for _, text := range list {
			parts = append(parts, url.QueryEscape(kv.Name)+"="+url.QueryEscape(text))
		}
	}
	return strings.Join(parts, "&"), nil
}

// texts is v as the texts of a repeated parameter.
func texts(v any) []string {
	list, ok := v.([]any)
	if !ok {
		if v == nil {
			return nil
		}
		return []string{value.Text(v)}
	}
	var out []string
	for _, e := range list {
		if e != nil {
			out = append(out, value.Text(e))
		}
	}
	return out
}

// setHeaders sets the declared headers, then ours. A declared Accept, Content-Type or User-Agent stays.
func (c *Client) setHeaders(b *built, in buildInput, s value.Scope, contentType string) error {
	h := http.Header{}
	elsewhere := c.baseOf(in.call).origin != c.bases[in.call.Group].origin
	for _, kv := range in.call.Group.Headers {
		if elsewhere && kv.Value.Secret() {
			continue // meant for the origin of the group, and for no other (A3)
		}
		if err := setHeader(h, kv, s); err != nil {
			return err
		}
	}
	for _, kv := range in.call.Headers {
		if err := setHeader(h, kv, s); err != nil {
			return err
		}
	}
	for _, one := range in.headers {
		h.Del(one.Name)
		if value.HasSecret(one.Value) {
			return fmt.Errorf("header %s: a secret may not be set there", one.Name)
		}
		if err := setHeader(h, project.KV{Name: one.Name, Value: value.Const(one.Value)}, s); err != nil {
			return err
		}
	}
	unless := func(name, text string) {
		if text != "" && h.Get(name) == "" {
			h.Set(name, text)
		}
	}
	unless("Accept", cmp.Or(in.accept, "application/json"))
	unless("User-Agent", "Usher")
	unless("Content-Type", contentType)
	if in.call.BodyKind == project.BodyMultipart {
		h.Set("Content-Type", contentType) // its boundary is part of it
	}
	if name := in.call.Group.ClientAddress; name != "" {
		h.Del(name)
		if addr, err := netip.ParseAddr(in.addr); err == nil {
			h.Set(name, addr.Unmap().WithZone("").String())
		}
	}
	if in.token != "" && byLogin(in.call) {
		place := c.placementOf(in.call.Group)
		if err := attach(b.http, h, place, in.token); err != nil {
			return err
		}
		b.withToken = place.In != project.InNone
	}
	if in.refreshToken != "" {
		if err := attach(b.http, h, in.refreshAt, in.refreshToken); err != nil {
			return err
		}
	}
	b.http.Header = h
	return nil
}

// byLogin says whether a call goes out as whoever is logged in.
func byLogin(call *project.Call) bool {
	return call.Auth == project.AuthOptional || call.Auth == project.AuthRequired
}

// setHeader evaluates one declared header; nil leaves it out (F4).
func setHeader(h http.Header, kv project.KV, s value.Scope) error {
	v, err := kv.Value.Eval(s)
	if err != nil {
		return fmt.Errorf("header %s: %w", kv.Name, err)
	}
	if v == nil {
		return nil
	}
	text := value.Text(value.Reveal(v))
	if !ascii(text) {
		return refusal("the header " + kv.Name + " would hold a character that no header may carry")
	}
	if err := checkHeaderName(kv.Name); err != nil {
		return refusal(err.Error())
	}
	h.Set(kv.Name, text)
	return nil
}

// setBody gives the request its body. A transport may send it again only if nothing of it was written, and never
// where once is set: without GetBody Go's transport cannot repeat a request that has a body.
func setBody(req *http.Request, body payload, once bool) {
	if body == nil {
		return
	}
	req.ContentLength = body.size()
	req.Body = body.open()
	if once || req.Header.Get("Idempotency-Key") != "" || req.Header.Get("X-Idempotency-Key") != "" {
		return
	}
	req.GetBody = func() (io.ReadCloser, error) { return body.open(), nil }
}

// shape is the call's path as written, for events: holes are not filled.
func shape(call *project.Call) string {
	s, _, _ := strings.Cut(call.Path.Src(), "?")
	if s == "" || strings.HasPrefix(s, "/") {
		return s
	}
	return "/" + s
}

// gatherSecrets lists the secret texts that go out with a request.
func gatherSecrets(v any, token string) []string {
	out := []string{token}
	var walk func(v any)
	walk = func(v any) {
		switch x := v.(type) {
		case value.Secret:
			out = append(out, x.Reveal())
		case []any:
			for _, e := range x {
				walk(e)
			}
		case map[string]any:
			for _, e := range x {
				walk(e)
			}
		}
	}
	walk(v)
	return out
}
