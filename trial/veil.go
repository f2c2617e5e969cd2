package trial

import (
	"regexp"
	"strings"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/imports"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

const (
	redacted = "[redacted]"
	short    = 6 // characters; a shorter secret would be found in other texts by accident
)

// jwt is a signed JWT anywhere in a text.
var jwt = regexp.MustCompile(`eyJ[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*`)

// veil takes secrets out of what is shown.
type veil struct {
	known map[string]bool // their texts
}

// veil knows what was sent as a secret and what the reply holds of them.
func (b *Bench) veil(ask Ask, reply call.Reply) veil {
	v := veil{known: map[string]bool{}}
	for _, s := range b.given {
		v.known[s] = true
	}
	v.learn(ask.Args)
	v.learn(reply.Body)
	v.learn(reply.Value()["headers"])
	for _, s := range reply.Cookies {
		if len(s) >= short {
			v.known[s] = true
		}
	}
	if ask.Login != nil {
		if s, ok := ask.Login.Session(); ok {
			v.known[s.Auth.Token.Reveal()], v.known[s.Auth.RefreshToken.Reveal()] = true, true
		}
	}
	delete(v.known, "")
	return v
}

// learn notes every secret in a value.
func (v veil) learn(x any) {
	switch x := x.(type) {
	case value.Secret:
		v.known[x.Reveal()] = true
	case []any:
		for _, e := range x {
			v.learn(e)
		}
	case map[string]any:
		for _, e := range x {
			v.learn(e)
		}
	}
}

// hides reports whether a value of that name may not be shown.
func (v veil) hides(name, s string) bool {
	if s == "" {
		return false
	}
	return v.known[s] || imports.SecretName(name) || v.inside(s) != s
}

// text is s, or [redacted]; name is what it is called where it stands.
func (v veil) text(name, s string) string {
	if v.hides(name, s) {
		return redacted
	}
	return s
}

// inside is s without the secrets in it.
func (v veil) inside(s string) string {
	for k := range v.known {
		if len(k) >= short && strings.Contains(s, k) {
			s = strings.ReplaceAll(s, k, redacted)
		}
	}
	return jwt.ReplaceAllString(s, redacted)
}

// tree is x with each text that may not be shown made a Secret; name is what it is called where it stands. x is not changed.
func (v veil) tree(name string, x any) any {
	switch x := x.(type) {
	case string:
		if v.hides(name, x) {
			return value.NewSecret(x)
		}
	case []any:
		out := make([]any, len(x))
		for i, e := range x {
			out[i] = v.tree(name, e)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(x))
		for k, e := range x {
			within := k
			if imports.SecretName(name) {
				within = name
			}
			out[k] = v.tree(within, e)
		}
		return out
	case nil, bool, value.Secret:
	default:
		if v.known[value.Text(x)] {
			return value.NewSecret(value.Text(x))
		}
	}
	return x
}

// messages makes a Secret of the text of each message of a stream whose JSON holds one. list is what tree made.
func (v veil) messages(list any) {
	all, _ := list.([]any)
	for _, m := range all {
		m, _ := m.(map[string]any)
		text, _ := m["text"].(string)
		if data, err := value.DecodeJSON([]byte(text)); err == nil && (value.HasSecret(v.tree("", data)) || v.inside(text) != text) {
			m["text"] = value.NewSecret(text)
		}
	}
}

// typed is a value as it came, with what t calls a secret made one, whatever stands there instead of a text.
func typed(x any, t *value.Type) any {
	if t == nil || x == nil {
		return x
	}
	switch t.Kind {
	case value.KindSecret:
		return value.NewSecret(value.Text(value.Reveal(x)))
	case value.KindList:
		if list, ok := x.([]any); ok {
			out := make([]any, len(list))
			for i, e := range list {
				out[i] = typed(e, t.Elem)
			}
			return out
		}
	case value.KindObject:
		if m, ok := x.(map[string]any); ok {
			out := make(map[string]any, len(m))
			for k, e := range m {
				out[k] = typed(e, typeOfKey(t, k))
			}
			return out
		}
	}
	return x
}

func typeOfKey(t *value.Type, key string) *value.Type {
	for _, f := range t.Fields {
		if f.JSONKey() == key {
			return f.Type
		}
	}
	return t.Rest
}

// payload applies typed below what wraps the payload.
func payload(x any, unwrap []string, t *value.Type) any {
	m, ok := x.(map[string]any)
	if len(unwrap) == 0 || !ok || m[unwrap[0]] == nil {
		return typed(x, t)
	}
	out := make(map[string]any, len(m))
	for k, e := range m {
		out[k] = e
	}
	out[unwrap[0]] = payload(m[unwrap[0]], unwrap[1:], t)
	return out
}

// raw sets Raw, and what data types are made of.
func (r *Result) raw(v veil, reply call.Reply) {
	decoded, err := value.DecodeJSONWithin([]byte(reply.Text), r.call.Limits.Depth)
	if err != nil || r.call.ReplyAs == project.ReplyText {
		r.Raw = v.inside(reply.Text)
		if v.known[strings.TrimSpace(reply.Text)] || hidesText(reply) {
			r.Raw = redacted
		}
		r.Rewritten = r.Raw != reply.Text
		return
	}
	r.shown = v.tree("", payload(decoded, r.call.Unwrap, r.call.Reply))
	if !value.HasSecret(r.shown) && v.inside(reply.Text) == reply.Text { // the latter for keys
		r.Raw = reply.Text
		return
	}
	r.Rewritten = true
	if b, err := value.EncodeJSON(written(v.renamed(r.shown))); err == nil {
		r.Raw = string(b)
		return
	}
	r.Raw = redacted
}

// hidesText reports whether the app maps the whole text to a token.
func hidesText(reply call.Reply) bool {
	_, secret := reply.Value()["text"].(value.Secret)
	return secret
}

// renamed is x under keys that show no secret.
func (v veil) renamed(x any) any {
	switch x := x.(type) {
	case []any:
		out := make([]any, len(x))
		for i, e := range x {
			out[i] = v.renamed(e)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(x))
		for k, e := range x {
			out[v.key(k)] = v.renamed(e)
		}
		return out
	}
	return x
}

// written is x with the word that stands for a secret in place of each.
func written(x any) any {
	return value.Replace(x, func(leaf any) any {
		if _, secret := leaf.(value.Secret); secret {
			return redacted
		}
		return leaf
	})
}

func (v veil) key(k string) string {
	if v.known[k] && len(k) >= short {
		return redacted
	}
	return v.inside(k)
}
