package standin

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/usherdev/usher/value"
)

const (
	maxRequest = 1 << 20  // bytes of a body
	maxFiles   = 32 << 20 // bytes of one that holds files
)

// request is what expressions can read of one.
type request struct {
	method, host, path string
	query              url.Values
	headers, cookies   map[string]any
	body               any // JSON as it is, a form as an object, a file, else text
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
	kind := r.Header.Get("Content-Type")
	most := int64(maxRequest)
	if holdsFiles(kind) {
		most = maxFiles
	}
	src, err := io.ReadAll(io.LimitReader(r.Body, most+1))
	switch {
	case err != nil:
		return in, errors.New("the body could not be read")
	case int64(len(src)) > most:
		return in, fmt.Errorf("the body is larger than %d MiB", most>>20)
	}
	in.body, err = readBody(kind, src)
	return in, err
}

// holdsFiles reports whether a body of a media type is a file, or may hold some.
func holdsFiles(kind string) bool {
	kind = strings.ToLower(kind)
	for _, start := range []string{"multipart/form-data", "image/", "audio/", "video/", "application/octet-stream", "application/pdf", "application/zip", "application/vnd."} {
		if strings.HasPrefix(kind, start) {
			return true
		}
	}
	return false
}

func readBody(kind string, src []byte) (any, error) {
	if media, params, err := mime.ParseMediaType(kind); err == nil && media == "multipart/form-data" {
		return readParts(src, params["boundary"])
	}
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
	case holdsFiles(kind):
		return value.NewFile("", kind, src), nil
	}
	return string(src), nil
}

// readParts reads a form with files: its fields are texts, a file is a file, and what stands there several times is a list.
func readParts(src []byte, boundary string) (any, error) {
	out := map[string]any{}
	for in := multipart.NewReader(bytes.NewReader(src), boundary); ; {
		part, err := in.NextPart()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		var content []byte
		if err == nil {
			content, err = io.ReadAll(part)
		}
		if err != nil {
			return nil, errors.New("the form with files cannot be read")
		}
		var v any = string(content)
		if _, params, err := mime.ParseMediaType(part.Header.Get("Content-Disposition")); err == nil && params["filename"] != "" {
			v = value.NewFile(params["filename"], part.Header.Get("Content-Type"), content)
		}
		add(out, part.FormName(), v)
	}
}

// add puts a value under a name, or into the list of those that have it.
func add(out map[string]any, name string, v any) {
	before, there := out[name]
	had, several := before.([]any)
	switch {
	case several:
		out[name] = append(had, v)
	case there:
		out[name] = []any{before, v}
	default:
		out[name] = v
	}
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
