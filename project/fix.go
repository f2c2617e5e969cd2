package project

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"

	"github.com/usherdev/usher/value"
)

// set is the edit that writes a plain value at a path.
func set(at Path, v any) Edit {
	raw, _ := json.Marshal(v) // texts and truths cannot fail
	return Edit{Op: OpSet, At: at, Value: raw}
}

// access is the edit that says who may open a page.
func access(page *Page, to string) Edit {
	return set(filePath("pages/"+page.Name+".yaml").key("access"), to)
}

// turnedOn is the fix where authentication is written and off.
func (c *checker) turnedOn() []Fix {
	if _, written := c.written("/app/authentication"); !written {
		return nil // there is more to say than that
	}
	return []Fix{{"Turn authentication on", []Edit{set("/app/authentication/enabled", true)}}}
}

// admitted is the fix that has app.yaml name an origin whose videos or pages the app may show.
func (p place) admitted(key, origin string) []Fix {
	at := filePath("app.yaml").key(key)
	edit := set(at, []string{origin})
	if list, written := p.c.written(at); written {
		origins, ok := list.([]any)
		if !ok {
			return nil // there is more to say than that
		}
		if n := len(origins); n > 0 {
			edit = set(at.key(strconv.Itoa(n)), origin)
			edit.Op = OpInsert
		}
	}
	return []Fix{{"Let the app show " + origin, []Edit{edit}}}
}

// misnamed reports a name that is none of the candidates, and offers the nearest.
func (p place) misnamed(msg, name string, candidates []string) {
	p.fail(msg, didYouMean(name, candidates), p.renamed(name, nearest(name, candidates))...)
}

// renamed is the fix that writes near in the place of name, where name is all that stands there: a value, or the key of one.
func (p place) renamed(name, near string) []Fix {
	if near == "" || p.n.Value != name {
		return nil
	}
	title := "Write " + near
	v, written := p.c.written(p.at)
	if v == name {
		return []Fix{{title, []Edit{set(p.at, near)}}}
	}
	parts, err := p.at.Parts()
	if !written || err != nil || len(parts) < 3 || parts[len(parts)-1] != name {
		return nil
	}
	to := Path("").Join(parts[:len(parts)-1]...).key(near)
	if _, taken := p.c.written(to); taken {
		return nil
	}
	return []Fix{{title, []Edit{{Op: OpMove, From: p.at, At: to}}}}
}

// respelled is the fix for a slip in an expression, where the word stands in it once.
func (p place) respelled(f value.Fault) []Fix {
	if f.Near == "" {
		return nil
	}
	word := regexp.MustCompile(`\b` + regexp.QuoteMeta(f.Word) + `\b`)
	if len(word.FindAllStringIndex(p.n.Value, 2)) != 1 {
		return nil
	}
	return p.rewritten("Write "+f.Near, word.ReplaceAllLiteralString(p.n.Value, f.Near))
}

// masked is the fix for a secret in a text that people see, where the secret is all of the expression.
func (p place) masked(w want) []Fix {
	text := p.n.Value
	inner, ok := strings.CutPrefix(strings.TrimSuffix(text, "}"), "${")
	if !ok || strings.Contains(inner, "${") || w.typ == nil || w.typ.Kind != value.KindText {
		return nil
	}
	return p.rewritten("Show a masked form of it", "${masked("+strings.TrimSpace(inner)+")}")
}

// rewritten is the fix that writes another text, where the text stands by itself.
func (p place) rewritten(title, text string) []Fix {
	if v, _ := p.c.written(p.at); v != p.n.Value {
		return nil
	}
	return []Fix{{title, []Edit{set(p.at, text)}}}
}

// written is what stands at a path. A file that has problems has often several, so it is read once.
func (c *checker) written(at Path) (any, bool) {
	file, rest := at.File()
	if c.values == nil {
		c.values = map[string]any{}
	}
	v, read := c.values[file]
	if !read {
		if s, err := readSource(file, c.tree.files[file]); err == nil {
			v = s.value()
		}
		c.values[file] = v
	}
	return lookup(v, rest)
}
