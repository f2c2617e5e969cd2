package standin

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/usherdev/usher/value"
)

// response is a reply, made.
type response struct {
	status int
	header http.Header
	body   []byte
}

func (out response) send(w http.ResponseWriter) {
	for name, vals := range out.header {
		w.Header()[name] = vals
	}
	w.WriteHeader(out.status)
	_, _ = w.Write(out.body) // whoever asked has gone
}

func plain(w http.ResponseWriter, status int, text string) {
	response{status, http.Header{"Content-Type": {"text/plain; charset=utf-8"}}, []byte(text)}.send(w)
}

// answer works one request out. The caller holds mu.
func (b *Backend) answer(in request) response {
	rt := b.route(&in)
	if rt == nil {
		b.faults = append(b.faults, in.name()+" is not recorded in "+b.spec.file)
		return response{http.StatusNotImplemented, http.Header{"Content-Type": {"application/json"}}, []byte(`{"message":"This request is not recorded."}`)}
	}
	out, err := b.run(rt, in)
	if err != nil {
		b.faults = append(b.faults, fmt.Sprintf("%s:%d: %s: %v", b.spec.file, rt.line, in.name(), err))
		return response{http.StatusInternalServerError, http.Header{"Content-Type": {"application/json"}}, []byte(`{"message":"The recorded reply could not be made."}`)}
	}
	return out
}

// route finds the first route that fits, and fills in the request's parameters.
func (b *Backend) route(in *request) *route {
	for _, rt := range b.spec.routes {
		params, ok := rt.match(*in)
		if !ok {
			continue
		}
		with := *in
		with.params = params
		if rt.when != nil {
			v, err := rt.when.Eval(b.scope(with, -1))
			if err != nil || !value.Truth(v) {
				continue
			}
		}
		in.params = params
		return rt
	}
	return nil
}

// match compares method, host, path and the query that the route names.
func (rt *route) match(in request) (map[string]any, bool) {
	segments := strings.Split(in.path, "/")
	if rt.method != in.method || rt.host != "" && rt.host != in.host || len(segments) != len(rt.path) {
		return nil, false
	}
	params := map[string]any{}
	for i, want := range rt.path {
		if name, ok := placeholder(want); ok && segments[i] != "" {
			params[name] = segments[i]
		} else if want != segments[i] {
			return nil, false
		}
	}
	for name, want := range rt.query {
		if !in.query.Has(name) || in.query.Get(name) != want {
			return nil, false
		}
	}
	return params, true
}

func placeholder(segment string) (string, bool) {
	name, ok := strings.CutPrefix(segment, "{")
	if !ok {
		return "", false
	}
	return strings.CutSuffix(name, "}")
}

// run goes through a route: token, action, reply.
func (b *Backend) run(rt *route, in request) (response, error) {
	account, state := -1, missing
	if rt.auth != authNone {
		text, err := b.presented(in)
		if err != nil {
			return response{}, err
		}
		state, account = b.judge(text)
		if rule := b.spec.bad[state]; state != valid && rule.guest {
			state, account = missing, -1
		}
		if state != valid && (state != missing || rt.auth == authRequired) {
			return b.make(b.spec.bad[state].replies, b.scope(in, account))
		}
	}
	scope := b.scope(in, account)
	scope["token"] = string(state)
	if rt.set != nil {
		v, err := rt.set.Eval(scope)
		if err != nil {
			return response{}, err
		}
		fields, _ := v.(map[string]any)
		maps.Copy(b.accounts[account], fields)
		scope = b.scope(in, account)
		scope["token"] = string(state)
	}
	g, refused, err := b.act(rt, scope)
	if err != nil {
		return response{}, err
	}
	if refused {
		return b.make(rt.refused, scope)
	}
	if g != nil {
		scope["account"] = b.scope(in, g.account)["account"]
		scope["issued"] = b.issued(g)
	}
	return b.make(rt.replies, scope)
}

// presented reads the access token where the file says it stands.
func (b *Backend) presented(in request) (string, error) {
	if b.spec.from == nil {
		return in.bearer(), nil
	}
	v, err := b.spec.from.Eval(b.scope(in, -1))
	return value.Text(v), err
}

// issued is what a reply may say of the tokens just made.
func (b *Backend) issued(g *grant) map[string]any {
	out := map[string]any{"access": g.access, "refresh": g.refresh, "expiry": nil, "expiryUnix": nil, "expiresIn": nil}
	if t := b.tokens[g.access]; !t.expires.IsZero() {
		out["expiry"], out["expiryUnix"] = t.expires.UTC().Truncate(time.Second), t.expires.Unix()
		out["expiresIn"] = int(t.expires.Sub(b.now()).Round(time.Second) / time.Second)
	}
	return out
}

// act does what a route does to accounts and logins.
func (b *Backend) act(rt *route, scope value.Scope) (g *grant, refused bool, err error) {
	switch {
	case rt.logIn != nil:
		i, err := b.find(rt.logIn, scope)
		if err != nil || i < 0 {
			return nil, true, err
		}
		g, err = b.start(i)
		return g, false, err
	case rt.signUp != nil:
		return b.signUp(rt.signUp, scope)
	case rt.refresh != nil:
		v, err := rt.refresh.Eval(scope)
		if err != nil {
			return nil, false, err
		}
		g, err = b.renew(value.Text(v))
		return g, g == nil, err
	case rt.logOut != nil:
		v, err := rt.logOut.Eval(scope)
		b.end(value.Text(v))
		return nil, false, err
	}
	return nil, false, nil
}

// find returns the account that a log-in names with its password, -1 for none.
func (b *Backend) find(in *logIn, scope value.Scope) (int, error) {
	name, err := in.name.Eval(scope)
	if err != nil {
		return -1, err
	}
	password, err := in.password.Eval(scope)
	if err != nil {
		return -1, err
	}
	for i, a := range b.accounts {
		for _, by := range b.spec.nameBy {
			if value.Text(a[by]) == value.Text(name) && value.Text(name) != "" && value.Text(a["password"]) == value.Text(password) {
				return i, nil
			}
		}
	}
	return -1, nil
}

// signUp makes an account, unless one is there that goes by the same name.
func (b *Backend) signUp(in *signUp, scope value.Scope) (*grant, bool, error) {
	v, err := in.account.Eval(scope)
	if err != nil {
		return nil, false, err
	}
	made, _ := v.(map[string]any)
	for _, by := range b.spec.nameBy {
		if value.Text(made[by]) == "" {
			return nil, true, nil
		}
		for _, a := range b.accounts {
			if value.Text(a[by]) == value.Text(made[by]) {
				return nil, true, nil
			}
		}
	}
	b.accounts = append(b.accounts, clone(made))
	g, err := b.start(len(b.accounts) - 1)
	return g, false, err
}

// make writes the first reply whose condition holds.
func (b *Backend) make(all []reply, scope value.Scope) (response, error) {
	for _, one := range all {
		if one.when != nil {
			v, err := one.when.Eval(scope)
			if err != nil {
				return response{}, err
			}
			if !value.Truth(v) {
				continue
			}
		}
		return one.make(scope)
	}
	return response{}, fmt.Errorf("none of its replies fits")
}

func (one reply) make(scope value.Scope) (response, error) {
	out := response{status: one.status, header: http.Header{}}
	for _, h := range one.headers {
		v, err := h.value.Eval(scope)
		if err != nil {
			return out, err
		}
		out.header.Add(h.name, value.Text(v))
	}
	switch {
	case one.json != nil:
		v, err := one.json.Eval(scope)
		if err != nil {
			return out, err
		}
		if out.body, err = value.EncodeJSON(v); err != nil {
			return out, err
		}
		setDefault(out.header, "application/json")
	case one.text != nil:
		v, err := one.text.Eval(scope)
		if err != nil {
			return out, err
		}
		out.body = []byte(value.Text(v))
		setDefault(out.header, "text/plain; charset=utf-8")
	case one.file != nil:
		v, err := one.file.Eval(scope)
		f, ok := v.(value.File)
		if err == nil && !ok {
			err = errors.New("file is none")
		}
		if err != nil {
			return out, err
		}
		in := f.Open()
		defer func() { _ = in.Close() }()
		if out.body, err = io.ReadAll(in); err != nil {
			return out, err
		}
		setDefault(out.header, f.Type())
	}
	return out, nil
}

func setDefault(h http.Header, kind string) {
	if h.Get("Content-Type") == "" {
		h.Set("Content-Type", kind)
	}
}
