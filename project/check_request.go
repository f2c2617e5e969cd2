package project

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/usherdev/usher/value"
)

// baseURL decodes a group's url.
func (sc scope) baseURL(p place) *value.Template {
	t := sc.value(p, want{what: "url", typ: value.TextType(), hint: "send it in a header or the body"})
	if t == nil {
		return nil
	}
	src := p.n.Value
	p.c.addresses(src)
	switch scheme, rest, ok := strings.Cut(src, "://"); {
	case strings.HasPrefix(src, "${"):
	case !ok || scheme != "http" && scheme != "https" || rest == "":
		p.fail("url must begin with http:// or https://, or with ${env.…}", "")
	case strings.Contains(strings.SplitN(rest, "/", 2)[0], "@"):
		p.fail("url holds a user name or a password", "put them into a header, from a secret environment value")
	}
	if strings.ContainsAny(src[max(strings.LastIndexByte(src, '}'), 0):], "?#") {
		p.fail("url may not hold ? or #", "parameters belong to query of the calls")
	}
	return t
}

// headers decodes headers of a group or a call.
func (sc scope) headers(s section) []KV {
	p, ok := s.get("headers")
	if !ok {
		return nil
	}
	var out []KV
	seen := map[string]bool{}
	for _, e := range p.entries("headers") {
		if !e.key.goodHeader("headers", e.name) {
			continue
		}
		if lower := strings.ToLower(e.name); seen[lower] {
			e.key.fail("the header "+e.name+" is written twice", "")
		} else {
			seen[lower] = true
		}
		if t := sc.value(e.val, want{what: "header " + e.name, typ: value.TextType(), secret: true}); t != nil {
			out = append(out, KV{Name: e.name, Value: t})
		}
	}
	return out
}

// headersTwice warns of headers that are set at two places, where one wins in silence (F082).
func (c *checker) headersTwice(s section, call *Call) {
	p, ok := s.get("headers")
	if !ok {
		return
	}
	for _, e := range p.entries("headers") {
		name := strings.ToLower(e.name)
		if name == "accept" || name == "content-type" {
			continue
		}
		if slices.ContainsFunc(call.Group.Headers, func(kv KV) bool { return strings.EqualFold(kv.Name, name) }) {
			e.key.warn("the group sets the header "+e.name+" too; the call's is sent", "")
		}
		if call.Auth != AuthNone && strings.EqualFold(c.p.App.Auth.Header, name) {
			e.key.warn("the token of the login is sent in "+e.name+" and takes the place of this one", "set auth: none if this one is meant")
		}
	}
}

func (sc scope) callPath(p place) *value.Template {
	t := sc.value(p, want{what: "path of the call", typ: value.TextType(), hint: "send it in a header or the body"})
	if t == nil {
		return nil
	}
	if v := p.n.Value; v != "" && !strings.HasPrefix(v, "/") {
		p.fail("path must begin with /", "")
	}
	literal := holes.ReplaceAllString(p.n.Value, "x")
	switch {
	case strings.Contains(literal, "?"):
		p.fail("path may not hold ?", "write the parameters below query:")
	case strings.ContainsAny(literal, "#\\ \t\r\n"):
		p.fail("path may not hold #, \\ or spaces", "")
	case slices.Contains(strings.Split(literal, "/"), "..") || slices.Contains(strings.Split(literal, "/"), "."):
		p.fail("path may not hold . or .. as a part", "")
	}
	return t
}

func (sc scope) query(s section, w *callWork) []KV {
	p, ok := s.get("query")
	if !ok {
		return nil
	}
	var out []KV
	for _, e := range p.entries("query") {
		kv, val := KV{Name: e.name}, e.val
		if val.n.Kind == yaml.MappingNode {
			one := val.section("a query parameter", "value", "style")
			kv.Comma = one.choice("style", "repeat", "repeat", "comma") == "comma"
			if val, ok = one.need("value", "the value, beside its style"); !ok {
				continue
			}
		}
		if kv.Value = sc.queryValue(val, e.name, w); kv.Value != nil {
			out = append(out, kv)
		}
	}
	return out
}

func (sc scope) queryValue(p place, name string, w *callWork) *value.Template {
	t := sc.value(p, want{what: "query " + name, secret: true, null: true})
	if t == nil {
		return nil
	}
	if t.Secret() {
		what, at := sc.secretRead(p, t)
		msg, hint := fmt.Sprintf("%s is secret and would stand in a URL: query %s", what, name), "send it in a header or the body"
		if w.session {
			p.warn(msg, hint)
		} else {
			p.failIn(at, msg, hint)
		}
	}
	w.note(t, w.inQuery)
	return t
}

// body decodes the one body of a call.
func (sc scope) body(s section, call *Call) {
	for _, kind := range []BodyKind{BodyJSON, BodyForm, BodyMultipart, BodyText, BodyFile} {
		p, ok := s.get(string(kind))
		if !ok {
			continue
		}
		if call.BodyKind != BodyNone {
			p.fail(fmt.Sprintf("a call has one body: %s or %s", call.BodyKind, kind), "")
			continue
		}
		call.BodyKind = kind
		w := want{what: string(kind), secret: true, null: true}
		switch kind {
		case BodyMultipart:
			call.Parts = sc.parts(p)
		case BodyForm:
			if len(p.entries("form")) == 0 {
				continue
			}
		case BodyFile:
			w.typ = value.FileType()
		case BodyText:
			w.typ = value.TextType()
		}
		if kind != BodyMultipart {
			call.Body = sc.value(p, w)
		}
		if call.Method == "GET" || call.Method == "HEAD" {
			p.warn("a "+call.Method+" call has a body; many servers ignore it", "use query, or another method")
		}
	}
}

// parts decodes a multipart body: name: value, or name: {file: …, name: …, type: …}.
func (sc scope) parts(p place) []Part {
	var out []Part
	for _, e := range p.entries("multipart") {
		part := Part{Name: e.name}
		if e.val.n.Kind != yaml.MappingNode {
			if part.Value = sc.value(e.val, want{what: e.name + " of multipart", secret: true, null: true}); part.Value != nil {
				out = append(out, part)
			}
			continue
		}
		s := e.val.section("a file of multipart", "file", "name", "type")
		text := func(key string) *value.Template {
			if p, ok := s.get(key); ok {
				return sc.value(p, want{what: key + " of the file", typ: value.TextType()})
			}
			return value.Const("")
		}
		part.FileName, part.Type = text("name"), text("type")
		if p, ok := s.need("file", "the file: ${params.…}, a parameter of type file"); ok {
			part.Value = sc.value(p, want{what: "file of " + e.name, typ: value.FileType(), secret: true, null: true})
		}
		if part.Value != nil && part.FileName != nil && part.Type != nil {
			out = append(out, part)
		}
	}
	return out
}

// args checks a mapping of arguments against parameters: unknown, mistyped and missing ones.
func (sc scope) args(s section, key string, a argsOf) *value.Template {
	p, ok := s.get(key)
	given := map[string]bool{}
	var keys []string
	var vals []*value.Template
	if ok {
		for _, e := range p.entries(key) {
			given[e.name] = true
			par := findParam(a.params, e.name)
			if par == nil {
				e.key.misnamed(fmt.Sprintf("%s has no parameter %q", a.what, e.name), e.name, paramNames(a.params))
				continue
			}
			if t := sc.arg(e.val, par, a); t != nil {
				keys, vals = append(keys, e.name), append(vals, t)
			}
		}
	}
	for _, par := range a.params {
		if par.Required && !given[par.Name] {
			at := s.lacks(key)
			at.at = at.at.key(par.Name)
			at.fail(fmt.Sprintf("%s needs %s (%s)", a.what, par.Name, par.Type), "add it to "+key)
		}
	}
	return value.MapOf(keys, vals)
}

func (sc scope) arg(p place, par *Param, a argsOf) *value.Template {
	t := sc.value(p, want{what: par.Name + " of " + a.what, typ: par.Type, secret: true, null: true})
	if v, constant := t.Constant(); t != nil && constant && a.inPath != nil && a.inPath(par.Name) && !FillsPath(v) {
		p.fail(fmt.Sprintf("%s of %s stands in its path, so it cannot be %s", par.Name, a.what, quoted(value.Text(v))), "hand over what the page is about, such as an id")
	}
	if t == nil || !t.Secret() {
		return t
	}
	seen := a.secret(par.Name)
	if seen == "" {
		return t
	}
	what, at := sc.secretRead(p, t)
	if where, mild := strings.CutPrefix(seen, "?"); mild {
		p.warn(fmt.Sprintf("%s is secret and would stand in %s", what, where), "send it in a header or the body if the backend can")
	} else {
		p.failIn(at, fmt.Sprintf("%s is secret and would be seen in %s", what, where), "send it in a header or the body of a call")
	}
	return t
}
