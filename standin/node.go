package standin

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"

	"github.com/usherdev/usher/value"
)

// Limits of a file.
const (
	maxFile  = 1 << 20
	maxDepth = 30
)

var errDepth = fmt.Errorf("nested deeper than %d levels", maxDepth)

// node is a place of the file: what every decoding function is handed.
type node struct {
	d *decoder
	n *yaml.Node
}

type decoder struct {
	file     string
	env      *value.Env
	problems []Problem
}

func (d *decoder) report(line, col int, msg, hint string) {
	d.problems = append(d.problems, Problem{File: d.file, Line: max(line, 1), Col: max(col, 1), Msg: msg, Hint: hint})
}

func (p node) fail(msg, hint string) { p.d.report(p.n.Line, p.n.Column, msg, hint) }

// compose reads the one document of src.
func (d *decoder) compose(src []byte) (node, bool) {
	if len(src) > maxFile {
		d.report(1, 1, "the file is larger than 1 MiB", "record less of each reply")
		return node{}, false
	}
	limits := loaderlimits.New(loaderlimits.DepthFunc(func(depth int, _ *loaderlimits.DepthContext) error {
		if depth > maxDepth {
			return errDepth
		}
		return nil
	}), loaderlimits.AliasNone())
	loader, err := yaml.NewLoader(bytes.NewReader(src), yaml.WithPlugin(limits))
	var doc, more yaml.Node
	if err == nil {
		err = loader.Load(&doc)
	}
	switch {
	case errors.Is(err, io.EOF) || err == nil && len(doc.Content) == 0:
		d.report(1, 1, "the file is empty", "")
		return node{}, false
	case err != nil:
		d.unreadable(err)
		return node{}, false
	}
	if err := loader.Load(&more); !errors.Is(err, io.EOF) {
		d.report(more.Line, more.Column, "the file holds more than one document", "remove the second ---")
		return node{}, false
	}
	return node{d, doc.Content[0]}, true
}

func (d *decoder) unreadable(err error) {
	var one *yaml.LoadError
	var many *yaml.LoadErrors
	if !errors.As(err, &one) && errors.As(err, &many) && len(many.Errors) > 0 {
		one = many.Errors[0]
	}
	if one == nil {
		d.report(1, 1, "the YAML cannot be read: "+err.Error(), "")
		return
	}
	mark := one.Mark
	if mark.Line == 0 {
		mark = one.ContextMark
	}
	d.report(mark.Line, mark.Column, "the YAML cannot be read: "+strings.TrimPrefix(one.Message, "yaml: "), "check the indentation, and quote text that holds “: ”, “#” or ${…}")
}

// entry is one key of a mapping.
type entry struct {
	name     string
	key, val node
}

func (p node) entries(what string) []entry {
	if p.n.Kind != yaml.MappingNode {
		p.fail(what+" must be a mapping (key: value)", "")
		return nil
	}
	var out []entry
	seen := map[string]bool{}
	for i := 0; i+1 < len(p.n.Content); i += 2 {
		e := entry{p.n.Content[i].Value, node{p.d, p.n.Content[i]}, node{p.d, p.n.Content[i+1]}}
		if seen[e.name] {
			e.key.fail(strconv.Quote(e.name)+" is written twice", "remove one of them")
			continue
		}
		seen[e.name] = true
		out = append(out, e)
	}
	return out
}

// section reads a mapping whose keys are all known.
func (p node) section(what string, keys ...string) map[string]node {
	out := map[string]node{}
	for _, e := range p.entries(what) {
		if !slices.Contains(keys, e.name) {
			e.key.fail(fmt.Sprintf("%s has no %q", what, e.name), didYouMean(e.name, keys))
			continue
		}
		out[e.name] = e.val
	}
	return out
}

func didYouMean(word string, known []string) string {
	if near := value.Nearest(word, known); near != "" {
		return "did you mean " + near + "?"
	}
	return "one of " + strings.Join(known, ", ")
}

func (p node) items(what string) []node {
	if p.n.Kind != yaml.SequenceNode {
		p.fail(what+" must be a list", "begin each item with “- ”")
		return nil
	}
	out := make([]node, len(p.n.Content))
	for i, n := range p.n.Content {
		out[i] = node{p.d, n}
	}
	return out
}

// literal reads text that is no expression.
func (p node) literal(what string) string {
	if p.n.Kind != yaml.ScalarNode || strings.Contains(p.n.Value, "${") {
		p.fail(what+" must be plain text", "")
		return ""
	}
	return p.n.Value
}

func (p node) oneOf(what string, words ...string) string {
	s := p.literal(what)
	if s != "" && !slices.Contains(words, s) {
		p.fail(fmt.Sprintf("%s cannot be %q", what, s), didYouMean(s, words))
	}
	return s
}

// status reads an HTTP status.
func (p node) status() int {
	n, err := strconv.Atoi(p.literal("status"))
	if err != nil || n < 200 || n > 599 {
		p.fail("status must be a number from 200 to 599", "")
		return 200
	}
	return n
}

// life reads 30s, 15m, 12h or 30d.
func (p node) life() time.Duration {
	s := p.literal("life")
	if days, ok := strings.CutSuffix(s, "d"); ok {
		if n, err := strconv.Atoi(days); err == nil && n > 0 && n < 36500 {
			return time.Duration(n) * 24 * time.Hour
		}
	}
	d, err := time.ParseDuration(s)
	if err != nil || d <= 0 {
		p.fail("life is not a length of time", "write 30s, 15m, 12h or 30d")
	}
	return d
}

// template reads any YAML with ${expressions} in its texts.
func (p node) template() *value.Template {
	switch p.n.Kind {
	case yaml.MappingNode:
		var keys []string
		var vals []*value.Template
		for _, e := range p.entries("this") {
			keys, vals = append(keys, e.name), append(vals, e.val.template())
		}
		return value.MapOf(keys, vals)
	case yaml.SequenceNode:
		var vals []*value.Template
		for _, it := range p.items("this") {
			vals = append(vals, it.template())
		}
		return value.ListOfTemplates(vals)
	}
	return p.scalar()
}

func (p node) scalar() *value.Template {
	switch p.n.ShortTag() {
	case "!!str", "!!timestamp":
		t, faults := p.d.env.Parse(p.n.Value, nil)
		for _, f := range faults {
			p.d.report(p.n.Line, p.column(f.Offset), f.Msg, f.Hint)
		}
		return t
	case "!!null":
		return value.Const(nil)
	}
	v, err := value.DecodeJSON([]byte(p.n.Value))
	if err != nil {
		p.fail("this is not a number, true, false or null as JSON writes it", "put it in quotes if it is meant as text")
	}
	return value.Const(v)
}

// column is where an offset of a one-line text stands.
func (p node) column(offset int) int {
	if p.n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return p.n.Column
	}
	if p.n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
		offset++
	}
	return p.n.Column + offset
}

// plain reads YAML without expressions as a value.
func (p node) plain(what string) any {
	v, ok := p.template().Constant()
	if !ok {
		p.fail(what+" must be written as it is, without ${…}", "")
	}
	return v
}
