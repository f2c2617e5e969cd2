package call

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// FieldError is what a backend said of one field of a request.
type FieldError struct {
	Field   string // as the backend names it, with dots between the steps of a path; "" when it names none
	Message string // one line
}

const (
	maxFieldErrors = 100 // of one reply
	maxFieldDepth  = 8
)

// fieldErrors reads what a failed reply says of single fields, by the call's rule. A message that may hold a secret is left out, and
// what was sent is taken out of the others: a password must not come back in a sentence about it.
func (c *Client) fieldErrors(call *project.Call, r Reply, sent []string) []FieldError {
	if call.FieldErrors == nil || r.OK {
		return nil
	}
	v, err := call.FieldErrors.Eval(c.replyScope(r, nil))
	if err != nil {
		return nil
	}
	g := &fieldGatherer{at: map[string]int{}}
	g.any("", v, 0)
	out := g.out[:0]
	for _, e := range g.out {
		e.Field, e.Message = hide(tidy(e.Field), sent), hide(tidy(e.Message), sent)
		if e.Message != "" {
			out = append(out, e)
		}
	}
	return out
}

// fieldGatherer brings the shapes in which backends write errors of fields to one.
type fieldGatherer struct {
	out []FieldError
	at  map[string]int // field → its place in out
}

// add notes a message; a second one of a field follows the first.
func (g *fieldGatherer) add(field, message string) {
	if i, ok := g.at[field]; ok {
		g.out[i].Message += " " + message
	} else if len(g.out) < maxFieldErrors {
		g.at[field] = len(g.out)
		g.out = append(g.out, FieldError{field, message})
	}
}

func (g *fieldGatherer) any(field string, v any, depth int) {
	if depth > maxFieldDepth {
		return
	}
	switch x := v.(type) {
	case string:
		g.add(field, x)
	case []any:
		for _, e := range x {
			g.any(field, e, depth+1)
		}
	case map[string]any:
		if message, ok := messageIn(x); ok {
			g.add(cmp.Or(fieldIn(x), field), message)
			return
		}
		for _, k := range slices.Sorted(maps.Keys(x)) {
			g.any(joined(field, k), x[k], depth+1)
		}
	}
}

func joined(field, key string) string {
	if field == "" {
		return key
	}
	return field + "." + key
}

// messageIn is the sentence of an object that describes one error, which names its field or its kind beside it. Else the object is a
// mapping of fields, of which one may well be called message.
func messageIn(m map[string]any) (string, bool) {
	for _, key := range []string{"message", "msg", "detail"} {
		text, ok := m[key].(string)
		if ok && (fieldIn(m) != "" || m["code"] != nil || m["type"] != nil) {
			return text, true
		}
	}
	return "", false
}

// fieldIn is the field that an error names: {path}, {field}, {loc}, {param}, {property}, {pointer}, {source: {pointer}} or {extensions: {field}}.
func fieldIn(m map[string]any) string {
	for _, key := range []string{"path", "field", "loc", "param", "property"} {
		if s := pathOf(m[key]); s != "" {
			return strings.TrimPrefix(s, "body.")
		}
	}
	for _, v := range []any{m["pointer"], inner(m["source"], "pointer")} {
		if s, ok := v.(string); ok && s != "" {
			s = strings.TrimPrefix(strings.TrimPrefix(s, "#"), "/")
			s = strings.TrimPrefix(strings.TrimPrefix(s, "data/"), "attributes/")
			return strings.ReplaceAll(s, "/", ".")
		}
	}
	return pathOf(inner(m["extensions"], "field"))
}

// pathOf is a path as text: "a.b", or a list of its steps.
func pathOf(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case []any:
		steps := make([]string, 0, len(x))
		for _, e := range x {
			if !value.HasSecret(e) {
				steps = append(steps, value.Text(e))
			}
		}
		return strings.Join(steps, ".")
	}
	return ""
}
