package project

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"
)

// Limits of what is read (promises.md G3).
const (
	MaxFileBytes = 5 << 20 // bytes of one file
	MaxDepth     = 50      // nesting of mappings and lists in one file
	MaxNodes     = 50_000  // YAML nodes of one file
	MaxFiles     = 2_000   // files of a project, assets included
)

var errDepth = fmt.Errorf("nested deeper than %d levels", MaxDepth)

// parseYAML reads one file into its root node, nil when it cannot be used. It refuses what is too large, anchors, aliases, merge
// keys, tags, duplicate keys and keys that are not plain words; all faults of the tree come at once.
func parseYAML(file string, src []byte) (*yaml.Node, Problems) {
	fail := func(line, col int, msg, hint string) (*yaml.Node, Problems) {
		return nil, Problems{{At: filePath(file), File: file, Line: line, Col: col, Msg: msg, Hint: hint}}
	}
	if len(src) > MaxFileBytes {
		return fail(0, 0, fmt.Sprintf("the file is larger than %d MiB", MaxFileBytes>>20), "split it, or move data to the backend")
	}
	if line, col, msg := validText(src); msg != "" {
		return fail(line, col, msg, "save it as plain UTF-8 text")
	}
	if tooMany(src) {
		return fail(0, 0, fmt.Sprintf("the file has more than %d nodes", MaxNodes), "split it")
	}
	doc, problem := composeYAML(src)
	if problem != nil {
		return fail(problem.Line, problem.Col, problem.Msg, problem.Hint)
	}
	if doc == nil || len(doc.Content) == 0 || doc.Content[0].ShortTag() == "!!null" && doc.Content[0].Value == "" {
		return fail(1, 1, "the file is empty", "")
	}
	root := doc.Content[0]
	w := nodeWalk{file: file}
	w.node(root, filePath(file), 1)
	if w.count > MaxNodes {
		return fail(0, 0, fmt.Sprintf("the file has more than %d nodes", MaxNodes), "split it")
	}
	if len(w.problems) > 0 {
		return nil, w.problems
	}
	return root, nil
}

// validText finds the first thing that is not readable UTF-8 text; msg is "" when there is none.
func validText(src []byte) (line, col int, msg string) {
	line, col = 1, 1
	for i := 0; i < len(src); {
		c, n := src[i], 1
		switch {
		case c < 0x20 && c != '\t' && c != '\n' && c != '\r', c == 0x7f:
			return line, col, fmt.Sprintf("the file holds the control character 0x%02x", c)
		case c >= utf8.RuneSelf:
			var r rune
			if r, n = utf8.DecodeRune(src[i:]); r == utf8.RuneError && n == 1 {
				return line, col, "the file is not valid UTF-8 text"
			}
		}
		col++
		if c == '\n' {
			line, col = line+1, 1
		}
		i += n
	}
	return 0, 0, ""
}

// tooMany refuses files that would need far more memory than the node limit allows before a node is made. Four marks a node is more
// than any file within the limit has.
func tooMany(src []byte) bool {
	marks := 0
	for _, c := range src {
		if c == ',' || c == '\n' || c == ':' || c == '[' || c == '{' {
			marks++
		}
	}
	return marks > 8*MaxNodes
}

// composeYAML makes the one document of src. The problem has no file yet.
func composeYAML(src []byte) (*yaml.Node, *Problem) {
	limits := loaderlimits.New(loaderlimits.DepthFunc(func(depth int, _ *loaderlimits.DepthContext) error {
		if depth > MaxDepth {
			return errDepth
		}
		return nil
	}), loaderlimits.AliasNone())
	loader, err := yaml.NewLoader(bytes.NewReader(src), yaml.WithPlugin(limits))
	if err != nil {
		return nil, &Problem{Msg: err.Error()}
	}
	var doc, more yaml.Node
	switch err := loader.Load(&doc); {
	case errors.Is(err, io.EOF):
		return nil, nil
	case err != nil:
		return nil, yamlProblem(err)
	}
	switch err := loader.Load(&more); {
	case errors.Is(err, io.EOF):
		return &doc, nil
	case err != nil:
		return nil, yamlProblem(err)
	}
	return nil, &Problem{Line: more.Line, Col: more.Column, Msg: "the file holds more than one document", Hint: "remove the second ---"}
}

// yamlProblem turns a parser's error into a sentence with its place.
func yamlProblem(err error) *Problem {
	p := &Problem{Line: 1, Col: 1, Msg: "the YAML cannot be read"}
	var one *yaml.LoadError
	if !errors.As(err, &one) {
		var many *yaml.LoadErrors
		if errors.As(err, &many) && len(many.Errors) > 0 {
			one = many.Errors[0]
		}
	}
	if one == nil {
		p.Msg += ": " + err.Error()
		return p
	}
	mark := one.Mark
	if mark.Line == 0 {
		mark = one.ContextMark
	}
	if mark.Line > 0 {
		p.Line, p.Col = mark.Line, max(mark.Column, 1)
	}
	p.Msg, p.Hint = yamlSentence(one.Message)
	return p
}

// yamlSentence says in a builder's words what the parser's message means.
func yamlSentence(msg string) (sentence, hint string) {
	switch has := func(s string) bool { return strings.Contains(msg, s) }; {
	case has(errDepth.Error()), has("max depth"):
		return "the file is " + errDepth.Error(), "move a part into a page or an action block of its own"
	case has("unknown anchor"):
		return "aliases (*name) are not used in projects", "write the value again, or quote text that starts with *"
	case has("mapping values are not allowed"):
		return "this text holds “: ” and is not quoted, or the line is indented wrongly", "put quotes around the text"
	case has("found character that cannot start any token"):
		return "text cannot start with this character", "put quotes around it; indent with spaces, never tabs"
	case has("did not find expected key"), has("did not find expected '-' indicator"), has("could not find expected ':'"):
		return "the line does not fit what is above it", "check the indentation, the “: ” after the key, and quotes"
	case has("did not find expected ',' or"), has("did not find expected ',' or ']'"):
		return "this […] or {…} is not closed, or a comma is missing", "quote values that hold commas, braces or ${…}"
	case has("unexpected end of stream"):
		return "the quoted text is not closed", "add the closing quote"
	}
	return "the YAML cannot be read: " + strings.TrimPrefix(msg, "yaml: "), ""
}

// nodeWalk checks every node of a file against the rules that the whole grammar shares.
type nodeWalk struct {
	file     string
	count    int
	problems Problems
}

func (w *nodeWalk) add(n *yaml.Node, at Path, msg, hint string) {
	w.problems = append(w.problems, Problem{At: at, File: w.file, Line: n.Line, Col: n.Column, Msg: msg, Hint: hint})
}

func (w *nodeWalk) node(n *yaml.Node, at Path, depth int) {
	if w.count++; w.count > MaxNodes {
		return
	}
	w.plain(n, at)
	switch n.Kind {
	case yaml.MappingNode, yaml.SequenceNode:
		if depth > MaxDepth {
			w.add(n, at, "the file is "+errDepth.Error(), "move a part into a page or an action block of its own")
			return
		}
	}
	switch n.Kind {
	case yaml.MappingNode:
		w.mapping(n, at, depth)
	case yaml.SequenceNode:
		for i, c := range n.Content {
			w.node(c, at.item(i), depth+1)
		}
	}
}

// plain refuses anchors, aliases and tags.
func (w *nodeWalk) plain(n *yaml.Node, at Path) {
	switch {
	case n.Kind == yaml.AliasNode:
		w.add(n, at, "aliases (*name) are not used in projects", "write the value again, or quote text that starts with *")
	case n.Anchor != "":
		w.add(n, at, "anchors (&name) are not used in projects", "write the value where it is needed, or quote text that starts with &")
	case n.Style&yaml.TaggedStyle != 0:
		w.add(n, at, "tags ("+n.Tag+") are not used in projects", "remove the tag, or quote text that starts with !")
	}
}

func (w *nodeWalk) mapping(n *yaml.Node, at Path, depth int) {
	seen := make(map[string]int, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, val := n.Content[i], n.Content[i+1]
		w.count++
		child := at.key(key.Value)
		switch tag := key.ShortTag(); {
		case key.Kind != yaml.ScalarNode:
			w.plain(key, at)
			w.add(key, at, "a key must be a word", "quote values that start with { or [, such as \"${…}\"")
			continue
		case tag == "!!merge":
			w.add(key, child, "merge keys (<<) are not used in projects", "write the values where they are needed")
			continue
		case tag == "!!null" && key.Value == "":
			w.add(key, at, "a key is missing before “:”", "")
		}
		w.plain(key, child)
		if line, twice := seen[key.Value]; twice {
			w.add(key, child, fmt.Sprintf("%q is written twice; the first is in line %d", key.Value, line), "remove one of them")
		} else {
			seen[key.Value] = key.Line
		}
		w.node(val, child, depth+1)
	}
}
