package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/usherdev/usher/session"
)

// API describes a backend's JSON API by the names of its fields.
type API struct {
	LogIn   Endpoint // required
	Refresh Endpoint // without URL there is no renewal
	LogOut  Endpoint // without URL the backend is not told; its Reply is not looked at
	// Header is sent with these three calls, as for an API key.
	Header http.Header
	// Message and Code are the paths of a refusal's sentence and code; "" means "message" and "code".
	Message, Code string
}

// Endpoint is one call.
type Endpoint struct {
	Method string // "" means POST
	URL    string // absolute, or a path below the base URL, as "/auth/login"
	// Body holds the fields of the request. A text "{name}" becomes a value: {username}, {password} or a
	// name of Credentials.Fields in a log-in; {token}, {refreshToken} or {uid} in the others.
	Body map[string]any
	Form bool // Body is sent as a form, not as JSON
	// Bearer sends the token of the login as "Authorization: Bearer".
	Bearer bool
	Reply  Reply
}

// Reply says where a reply holds what. A path is names parted by dots, with numbers for places in a
// list: "data.session.0.token"; "." is the whole reply and "" means that there is none. Token is
// required, in the renewal as well. What a path does not find there is kept as before.
type Reply struct {
	Token, RefreshToken, UID string
	// User is the user data; what Token and RefreshToken name is taken out of it.
	User   string
	Expiry Expiry
}

// Expiry says how long a token lasts. The zero value means the exp of a JWT, else unknown.
type Expiry struct {
	Path string        // of what Kind says
	Kind ExpiryKind    // required with Path, as a number alone says too little
	TTL  time.Duration // where there is nothing to be read: a fixed life, from the request on
}

// ExpiryKind says what a value means.
type ExpiryKind string

// The kinds. Numbers may be texts and have decimals.
const (
	InSeconds ExpiryKind = "inSeconds" // seconds from now
	InMs      ExpiryKind = "inMs"      // milliseconds from now
	Unix      ExpiryKind = "unix"      // seconds since 1970
	UnixMs    ExpiryKind = "unixMs"    // milliseconds since 1970
	RFC3339   ExpiryKind = "rfc3339"   // 2026-01-02T15:04:05Z, or with an offset
	JWT       ExpiryKind = "jwt"       // the exp of a JWT
)

// JSON describes the API at baseURL, whose origin is the one that tokens go to. U is the type of the
// user data; map[string]any takes any. Name and Store are left to the program. Errors name the field of
// api that cannot be used.
func JSON[U any](baseURL string, api API) (Config[U], error) {
	b, at := parseBase(baseURL)
	if at == "" {
		return Config[U]{}, errors.New("client: the base URL is not http(s)://host[:port][/path]")
	}
	api.Message, api.Code = or(api.Message, "message"), or(api.Code, "code")
	for name, e := range map[string]*Endpoint{"LogIn": &api.LogIn, "Refresh": &api.Refresh, "LogOut": &api.LogOut} {
		if err := e.complete(b, name); err != nil {
			return Config[U]{}, fmt.Errorf("client: API.%s: %w", name, err)
		}
	}
	j := &jsonAPI[U]{api}
	cfg := Config[U]{Origin: at, LogIn: j.logIn, RefreshByToken: !api.Refresh.spends("{refreshToken}")}
	if api.Refresh.URL != "" {
		cfg.Refresh = j.refresh
	}
	if api.LogOut.URL != "" {
		cfg.Revoke = j.revoke
	}
	return cfg, nil
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// parseBase returns the base without a slash at its end, and its origin; "" if it is none.
func parseBase(text string) (base, origin string) {
	u, err := url.Parse(text)
	if err != nil || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", ""
	}
	if _, err := originOf(u.Scheme + "://" + u.Host); err != nil {
		return "", ""
	}
	return strings.TrimRight(text, "/"), u.Scheme + "://" + u.Host
}

// complete checks an endpoint and makes its URL absolute.
func (e *Endpoint) complete(base, name string) error {
	e.Method = or(e.Method, http.MethodPost)
	switch {
	case e.URL == "" && name == "LogIn":
		return errors.New("it needs a URL")
	case e.URL == "":
		return nil
	case strings.HasPrefix(e.URL, "/"):
		e.URL = base + e.URL
	}
	u, err := url.Parse(e.URL)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
		return errors.New("its URL is neither absolute nor a path that begins with /")
	}
	x := e.Reply.Expiry
	switch {
	case name == "LogOut":
		return nil
	case e.Reply.Token == "":
		return errors.New("its Reply needs the path of the token")
	case (x.Path == "") != (x.Kind == ""):
		return errors.New("its Expiry needs both Path and Kind, or neither")
	case x.Kind != "" && !x.Kind.known():
		return fmt.Errorf("there is no kind of expiry %q", x.Kind)
	}
	return nil
}

func (k ExpiryKind) known() bool {
	switch k {
	case InSeconds, InMs, Unix, UnixMs, RFC3339, JWT:
		return true
	}
	return false
}

func (e Endpoint) spends(placeholder string) bool {
	for _, v := range e.Body {
		if v == placeholder {
			return true
		}
	}
	return false
}

// request fills the placeholders in.
func (e Endpoint) request(header http.Header, token session.Secret, values map[string]session.Secret) (request, error) {
	fields := map[string]any{}
	for name, v := range e.Body {
		text, ok := v.(string)
		if ok && len(text) > 2 && text[0] == '{' && text[len(text)-1] == '}' {
			secret, given := values[text[1:len(text)-1]]
			if !given {
				return request{}, fmt.Errorf("there is no value for %s", text)
			}
			v = secret.Reveal()
		}
		fields[name] = v
	}
	r := request{method: e.Method, url: e.URL, header: header.Clone()}
	if r.header == nil {
		r.header = http.Header{}
	}
	if e.Bearer {
		r.header.Set("Authorization", "Bearer "+token.Reveal())
	}
	if e.Body == nil {
		return r, nil
	}
	if e.Form {
		form := url.Values{}
		for name, v := range fields {
			form.Set(name, fmt.Sprint(v))
		}
		r.body, r.kind = []byte(form.Encode()), "application/x-www-form-urlencoded"
		return r, nil
	}
	var err error
	if r.body, err = json.Marshal(fields); err != nil {
		return request{}, errors.New("the body has no JSON") // the cause may quote it
	}
	r.kind = "application/json"
	return r, nil
}

// jsonAPI makes the calls of an API.
type jsonAPI[U any] struct{ api API }

func (j *jsonAPI[U]) logIn(ctx context.Context, bare *http.Client, c Credentials) (Grant[U], error) {
	values := map[string]session.Secret{}
	secrets := []session.Secret{c.Password}
	for name, v := range c.Fields {
		values[name] = v
		secrets = append(secrets, v)
	}
	values["username"], values["password"] = session.NewSecret(c.Username), c.Password
	in, err := j.api.LogIn.request(j.api.Header, session.Secret{}, values)
	if err != nil {
		return Grant[U]{}, fmt.Errorf("log-in: %w", err)
	}
	r := send(ctx, bare, in)
	body, broken := r.json()
	if !r.ok() {
		return Grant[U]{}, refused(r, textAt(body, j.api.Message), textAt(body, j.api.Code), nil, secrets)
	}
	if broken != nil {
		return Grant[U]{}, errors.New("log-in: the reply is not JSON")
	}
	g, err := grantOf[U](r, body, j.api.LogIn.Reply)
	if err != nil {
		return Grant[U]{}, fmt.Errorf("log-in: %w", err)
	}
	return g, nil
}

func (j *jsonAPI[U]) refresh(ctx context.Context, bare *http.Client, a session.AuthData) (session.Answer, error) {
	in, err := j.api.Refresh.request(j.api.Header, a.Token, held(a))
	if err != nil {
		return session.Answer{Class: session.Misconfig, Reason: "the refresh call cannot be built", Err: err}, nil
	}
	r := send(ctx, bare, in)
	ans := classify(r)
	if ans.Class != session.Success {
		return ans, nil
	}
	body, err := r.json()
	if err != nil {
		return session.Answer{Class: session.Ambiguous, Reason: "the reply was cut off or is not JSON"}, nil
	}
	g, err := grantOf[U](r, body, j.api.Refresh.Reply)
	if err != nil {
		return session.Answer{Class: session.Misconfig, Reason: "the reply does not fit its mapping", Err: err}, nil
	}
	return Renewed(g), nil
}

func (j *jsonAPI[U]) revoke(ctx context.Context, bare *http.Client, a session.AuthData) error {
	in, err := j.api.LogOut.request(j.api.Header, a.Token, held(a))
	if err != nil {
		return fmt.Errorf("log-out call: %w", err)
	}
	return revoked(send(ctx, bare, in))
}

func held(a session.AuthData) map[string]session.Secret {
	return map[string]session.Secret{"token": a.Token, "refreshToken": a.RefreshToken, "uid": session.NewSecret(a.UID)}
}

// grantOf maps a reply. Errors name paths, never values.
func grantOf[U any](r reply, body any, m Reply) (g Grant[U], err error) {
	token := textAt(body, m.Token)
	if token == "" {
		return g, fmt.Errorf("there is no text at %q (the token)", m.Token)
	}
	g.Token, g.RefreshToken, g.UID = session.NewSecret(token), session.NewSecret(textAt(body, m.RefreshToken)), scalarAt(body, m.UID)
	if g.Expiry, err = m.Expiry.read(r, body, token); err != nil {
		return g, err
	}
	user, found := at(body, m.User)
	if !found || user == nil {
		return g, nil
	}
	for _, path := range []string{m.Token, m.RefreshToken} {
		body = without(body, path)
	}
	user, _ = at(body, m.User)
	b, err := json.Marshal(user)
	if err != nil {
		return g, fmt.Errorf("the user data at %q has no JSON", m.User)
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	g.User = new(U)
	if err := dec.Decode(g.User); err != nil {
		return g, fmt.Errorf("the user data at %q does not fit %T", m.User, *g.User)
	}
	return g, nil
}
