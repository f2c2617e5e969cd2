package value

import (
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// Speaking returns e for an app with texts of its own: t("key") finds them. l is the app's default language, which has every text.
func (e *Env) Speaking(l *Locale) *Env {
	next := *e
	next.locale = l
	return &next
}

// tFn is t(key, {name: value}): a text in the language of whoever reads; nil where no language has it.
func tFn(r *run, a []any) (any, error) {
	var args map[string]any
	if len(a) > 1 {
		args, _ = a[1].(map[string]any)
	}
	text, ok := LocaleOf(r.scope).Text(Text(a[0]), args)
	if !ok {
		return nil, nil
	}
	if len(text) > maxText {
		return nil, errTooLarge
	}
	return text, r.spend(len(text) / 64)
}

// texts checks the key of t, and that what its text needs is given.
func (c *checker) texts(x *ast.CallNode) {
	if c.env.locale == nil {
		c.fault(x, "there are no texts to look up here", "make a file of texts, such as locales/en.yaml")
		return
	}
	key, ok := x.Arguments[0].(*ast.StringNode)
	if !ok {
		return
	}
	m := c.env.locale.Message(key.Value)
	if m == nil {
		c.fault(key, "no language has a text "+quote(key.Value), c.textHint(key.Value))
		return
	}
	given, certain := argumentNames(x)
	if !certain {
		return
	}
	for _, p := range m.params {
		if !slices.Contains(given, p) {
			c.fault(x, fmt.Sprintf("the text %s needs {%s}", quote(key.Value), p), fmt.Sprintf("write t(%q, {%s: …})", key.Value, p))
		}
	}
	for _, name := range given {
		if !slices.Contains(m.params, name) {
			hint := ""
			if near := Nearest(name, m.params); near != "" {
				hint = hintFor(near)
			}
			c.fault(x, fmt.Sprintf("the text %s has no {%s}", quote(key.Value), name), hint)
		}
	}
}

// textHint names a key like this one, or the keys below it.
func (c *checker) textHint(key string) string {
	var keys []string
	for l := c.env.locale; l != nil; l = l.next {
		for k := range l.texts {
			if !strings.HasPrefix(k, "usher.") {
				keys = append(keys, k)
			}
		}
	}
	keys = sortedSet(keys)
	if near := Nearest(key, keys); near != "" {
		return hintFor(near)
	}
	below := slices.DeleteFunc(slices.Clone(keys), func(k string) bool { return !strings.HasPrefix(k, key+".") })
	if len(below) > 0 && len(below) <= 8 {
		return "there are " + strings.Join(below, ", ")
	}
	return ""
}

// argumentNames are the names that the second argument of t gives; certain is false when that is only known at run.
func argumentNames(x *ast.CallNode) (names []string, certain bool) {
	if len(x.Arguments) < 2 {
		return nil, true
	}
	m, ok := x.Arguments[1].(*ast.MapNode)
	if !ok {
		return nil, false
	}
	for _, n := range m.Pairs {
		pair, _ := n.(*ast.PairNode)
		key, ok := pair.Key.(*ast.StringNode)
		if !ok {
			return nil, false
		}
		names = append(names, key.Value)
	}
	return names, true
}
