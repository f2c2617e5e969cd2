package imports

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// markOpen and markClose stand around the name of a shell variable while a call is written: letters that survive every encoding.
const (
	markOpen  = "uShErVaR0"
	markClose = "0rAvReHsU"
)

// ExportCURL writes a call as a cURL command for a POSIX shell. Parameters without a default, secrets and what comes from outside stand there as $NAMES,
// never as values; env are the values of env.* that are no secrets. It fails when there is no such call, or an expression of it needs values that nobody has.
func ExportCURL(p *project.Project, id string, env map[string]string) (string, error) {
	c := p.Call(id)
	if c == nil {
		return "", fmt.Errorf("there is no call %q", sentence(id))
	}
	e := &export{p: p, c: c, scope: value.Scope{"params": exampleParams(c), "env": exampleEnv(p, env), "constants": p.App.Constants, "secrets": exampleSecrets(c.Group)}}
	e.word("curl")
	if c.Method != "GET" || c.BodyKind != project.BodyNone {
		e.word(" -X " + c.Method)
	}
	e.address()
	e.headers()
	e.body()
	if e.err != nil {
		return "", fmt.Errorf("writing %s: %w", id, e.err)
	}
	return e.out.String() + "\n", nil
}

// export is a call while it is written.
type export struct {
	p     *project.Project
	c     *project.Call
	scope value.Scope
	out   strings.Builder
	err   error
}

func mark(name string) string { return markOpen + envName(name) + markClose }

// exampleParams are the values that stand for the parameters: their defaults, names of variables, or samples of other types.
func exampleParams(c *project.Call) map[string]any {
	out := map[string]any{}
	for _, p := range c.Params {
		if p.Default != nil {
			if v, ok := p.Default.Constant(); ok {
				out[p.Name] = v
				continue
			}
		}
		if p.Required {
			out[p.Name] = example(p.Name, p.Type, 0)
		}
	}
	return out
}

// example is a value of a type: text is the name of a shell variable.
func example(name string, t *value.Type, depth int) any {
	kind := value.KindAny
	if t != nil {
		kind = t.Kind
	}
	switch kind {
	case value.KindInt:
		return 1
	case value.KindNumber:
		return 1.5
	case value.KindBool:
		return true
	case value.KindTime:
		return "2030-01-31T12:00:00Z"
	case value.KindSecret:
		return value.NewSecret(mark(name))
	case value.KindEnum:
		if len(t.Enum) > 0 {
			return t.Enum[0].Name
		}
	case value.KindList:
		return []any{example(name, t.Elem, depth+1)}
	case value.KindObject:
		out := map[string]any{}
		for _, f := range t.Fields {
			if depth < 5 {
				out[f.Name] = example(f.Name, f.Type, depth+1)
			}
		}
		return out
	}
	return mark(name)
}

func exampleEnv(p *project.Project, env map[string]string) map[string]any {
	out := map[string]any{}
	for _, v := range p.App.Env {
		text, given := env[v.Name]
		switch {
		case v.Secret:
			out[v.Name] = value.NewSecret(mark(v.Name))
		case given:
			out[v.Name] = text
		case v.Default != "":
			out[v.Name] = v.Default
		default:
			out[v.Name] = mark(v.Name)
		}
	}
	return out
}

func exampleSecrets(g *project.Group) map[string]any {
	out := map[string]any{}
	for _, s := range g.Secrets {
		out[s.Name] = value.NewSecret(mark(s.Name))
	}
	return out
}

func (e *export) fail(err error) {
	if e.err == nil {
		e.err = err
	}
}

func (e *export) word(s string) { e.out.WriteString(s) }

func (e *export) line(s string) { e.out.WriteString(" \\\n  " + s) }

// eval evaluates a part of the call; secrets are names of variables by now.
func (e *export) eval(t *value.Template, what string) any {
	if t == nil {
		return nil
	}
	v, err := t.Eval(e.scope)
	if err != nil {
		e.fail(fmt.Errorf("%s: %w", what, err))
		return nil
	}
	return value.Reveal(v)
}

func (e *export) address() {
	base := e.c.Group.URL
	if e.c.URL != nil {
		base = e.c.URL
	}
	address := strings.TrimSuffix(value.Text(e.eval(base, "url")), "/")
	path, err := e.c.Path.Fill(e.scope, func(v any) (string, error) { return escape(value.Text(value.Reveal(v))), nil })
	if err != nil {
		e.fail(fmt.Errorf("path: %w", err))
	}
	var query []string
	for _, kv := range e.c.Query {
		vals := list(e.eval(kv.Value, "query "+kv.Name))
		if kv.Comma && len(vals) > 0 {
			vals = []string{strings.Join(vals, ",")}
		}
		for _, v := range vals {
			query = append(query, escape(kv.Name)+"="+escape(v))
		}
	}
	address += path
	if len(query) > 0 {
		address += "?" + strings.Join(query, "&")
	}
	e.word(" " + quote(address))
}

// escape escapes a text for an address; the marks of variables are plain letters.
func escape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// list is a value as the texts of a repeated parameter.
func list(v any) []string {
	items, ok := v.([]any)
	if !ok {
		items = []any{v}
	}
	var out []string
	for _, item := range items {
		if item != nil {
			out = append(out, value.Text(item))
		}
	}
	return out
}

func (e *export) headers() {
	var sent []string
	for _, kvs := range [][]project.KV{e.c.Headers, e.c.Group.Headers} {
		for _, kv := range kvs {
			if slices.ContainsFunc(sent, func(s string) bool { return strings.EqualFold(s, kv.Name) }) {
				continue
			}
			raw, err := kv.Value.Eval(e.scope)
			if err != nil {
				e.fail(fmt.Errorf("header %s: %w", kv.Name, err))
				continue
			}
			text := value.Text(value.Reveal(raw))
			if value.HasSecret(raw) && !strings.Contains(text, markOpen) {
				text = mark(kv.Name) // a function worked on the name of a variable, such as base64
			}
			if raw != nil {
				sent = append(sent, kv.Name)
				e.line("-H " + quote(kv.Name+": "+text))
			}
		}
	}
	auth := e.p.App.Auth
	if auth.Enabled && e.c.Auth != project.AuthNone {
		e.line("-H " + quote(auth.Header+": "+strings.Replace(auth.TokenFormat, "{token}", mark("AUTH_TOKEN"), 1)))
	}
}

func (e *export) body() {
	v := e.eval(e.c.Body, "body")
	switch e.c.BodyKind {
	case project.BodyJSON:
		b, err := value.EncodeJSON(v)
		if err != nil {
			e.fail(fmt.Errorf("body: %w", err))
		}
		e.line("--json " + quote(string(b)))
	case project.BodyForm:
		m, _ := v.(map[string]any)
		for _, k := range sortedKeys(m) {
			for _, text := range list(m[k]) {
				e.line("--data-urlencode " + quote(k+"="+text))
			}
		}
	case project.BodyText:
		e.line("-H " + quote("Content-Type: text/plain; charset=utf-8"))
		e.line("--data-raw " + quote(value.Text(v)))
	case project.BodyMultipart:
		for _, part := range e.c.Parts {
			if part.FileName != nil {
				e.line("-F " + quote(part.Name+"=@"+mark(part.Name+" file")))
				continue
			}
			for _, text := range list(e.eval(part.Value, part.Name)) {
				e.line("--form-string " + quote(part.Name+"="+text))
			}
		}
	}
}

func sortedKeys(m map[string]any) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// quote writes a word for a POSIX shell; the marks become variables outside the single quotes.
func quote(s string) string {
	out := "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	return strings.NewReplacer(markOpen, `'"$`, markClose, `"'`).Replace(out)
}
