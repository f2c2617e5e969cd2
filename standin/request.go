package standin

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/usherdev/usher/value"
)

const maxRequest = 1 << 20 // bytes of a body

// request is what expressions can read of one.
type request struct {
	method, host, path string
	query              url.Values
	headers, cookies   map[string]any
	body               any // JSON as it is, a form as an object, else text
	params             map[string]any
}

func readRequest(r *http.Request) (request, error) {
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	in := request{method: r.Method, host: strings.ToLower(host), path: r.URL.Path, query: r.URL.Query(), headers: map[string]any{}, cookies: map[string]any{}}
	for name, vals := range r.Header {
		in.headers[strings.ToLower(name)] = strings.Join(vals, ", ")
	}
	for _, c := range r.Cookies() {
		in.cookies[c.Name] = c.Value
	}
	src, err := io.ReadAll(io.LimitReader(r.Body, maxRequest+1))
	switch {
	case err != nil:
		return in, errors.New("the body could not be read")
	case len(src) > maxRequest:
		return in, errors.New("the body is larger than 1 MiB")
	}
	in.body, err = readBody(r.Header.Get("Content-Type"), src)
	return in, err
}

func readBody(kind string, src []byte) (any, error) {
	kind, _, _ = strings.Cut(strings.ToLower(kind), ";")
	switch kind = strings.TrimSpace(kind); {
	case len(src) == 0:
		return nil, nil
	case kind == "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(src))
		if err != nil {
			return nil, errors.New("the form cannot be read")
		}
		return single(form), nil
	case kind == "application/json" || strings.HasSuffix(kind, "+json"):
		v, err := value.DecodeJSON(src)
		if err != nil {
			return nil, errors.New("the JSON cannot be read")
		}
		return v, nil
	}
	return string(src), nil
}

// single keeps the first value of each name.
func single(v url.Values) map[string]any {
	out := make(map[string]any, len(v))
	for k, all := range v {
		out[k] = all[0]
	}
	return out
}

// bearer is the token of the Authorization header, without the word Bearer if that is there.
func (in request) bearer() string {
	h, _ := in.headers["authorization"].(string)
	if word, rest, ok := strings.Cut(h, " "); ok && strings.EqualFold(word, "bearer") {
		return strings.TrimSpace(rest)
	}
	return h
}

// name is a request as faults name it.
func (in request) name() string { return in.method + " " + in.host + in.path }

// scope is what expressions read; account is an index, -1 for nobody.
func (b *Backend) scope(in request, account int) value.Scope {
	s := value.Scope{
		"host": in.host, "path": in.path, "query": single(in.query), "headers": in.headers, "cookies": in.cookies, "body": in.body, "params": in.params,
		"bearer": in.bearer(), "account": nil, "issued": nil, "newId": len(b.accounts) + 1, "data": b.spec.data, "now": b.now(), "token": string(missing),
	}
	if account >= 0 {
		seen := clone(b.accounts[account])
		delete(seen, "password")
		s["account"] = seen
	}
	return s
}

// newEnv is the names that expressions may read; values are not typed.
func newEnv() *value.Env {
	env := value.NewEnv()
	for _, name := range []string{"host", "path", "query", "headers", "cookies", "body", "params", "bearer", "account", "issued", "newId", "data", "token"} {
		env = env.With(name, nil)
	}
	return env.With("now", value.TimeType())
}
