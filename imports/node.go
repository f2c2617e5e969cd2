package imports

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"
)

// node is a value of a source with its place: JSON and YAML alike, keys in the order of the file.
type node struct {
	kind      byte // '{' '[' 's' text, 'x' text that is a secret, 'n' number, 'b' bool, '0' null
	text      string
	entries   []entry // of an object
	items     []*node // of a list
	line, col int
}

type entry struct {
	key string
	val *node
}

// get returns the value of a key, nil when there is none or n is no object.
func (n *node) get(key string) *node {
	if n == nil {
		return nil
	}
	for _, e := range n.entries {
		if e.key == key {
			return e.val
		}
	}
	return nil
}

// find follows keys, nil when one is missing.
func (n *node) find(keys ...string) *node {
	for _, k := range keys {
		n = n.get(k)
	}
	return n
}

// keys returns the keys of an object in their order.
func (n *node) keys() []string {
	if n == nil {
		return nil
	}
	out := make([]string, len(n.entries))
	for i, e := range n.entries {
		out[i] = e.key
	}
	return out
}

// MarshalJSON writes n as JSON.
func (n *node) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	n.write(&b)
	return b.Bytes(), nil
}

func (n *node) write(b *bytes.Buffer) {
	switch n.kind {
	case '{':
		b.WriteByte('{')
		for i, e := range n.entries {
			if i > 0 {
				b.WriteByte(',')
			}
			writeText(b, e.key)
			b.WriteByte(':')
			e.val.write(b)
		}
		b.WriteByte('}')
	case '[':
		b.WriteByte('[')
		for i, item := range n.items {
			if i > 0 {
				b.WriteByte(',')
			}
			item.write(b)
		}
		b.WriteByte(']')
	case 's':
		writeText(b, n.text)
	case '0':
		b.WriteString("null")
	default:
		b.WriteString(n.text)
	}
}

func writeText(b *bytes.Buffer, s string) {
	text, _ := json.Marshal(s) // a string cannot fail
	b.Write(text)
}

// parse reads a source: JSON where it begins like it, else YAML. Errors are SourceErrors and never hold what the source says.
func parse(name string, src []byte) (*node, error) {
	src = bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
	switch trimmed := bytes.TrimLeft(src, " \t\r\n"); {
	case len(src) > MaxSource:
		return nil, &SourceError{Name: name, Msg: fmt.Sprintf("it is larger than %d MiB", MaxSource>>20)}
	case !utf8.Valid(src):
		return nil, &SourceError{Name: name, Msg: "it is not UTF-8 text"}
	case len(trimmed) == 0:
		return nil, &SourceError{Name: name, Msg: "it is empty"}
	case trimmed[0] == '{' || trimmed[0] == '[':
		return parseJSON(name, src)
	}
	return parseYAML(name, src)
}

// jsonReader makes nodes of JSON tokens.
type jsonReader struct {
	name  string
	src   []byte
	dec   *json.Decoder
	lines lineIndex
	count int
}

func parseJSON(name string, src []byte) (*node, error) {
	r := &jsonReader{name: name, src: src, dec: json.NewDecoder(bytes.NewReader(src)), lines: indexLines(src)}
	r.dec.UseNumber()
	n, err := r.value(0)
	if err != nil {
		return nil, err
	}
	if rest := bytes.TrimSpace(src[r.dec.InputOffset():]); len(rest) > 0 {
		return nil, r.fail(len(src)-len(bytes.TrimLeft(src[r.dec.InputOffset():], " \t\r\n")), "there is more behind the JSON value")
	}
	return n, nil
}

func (r *jsonReader) fail(offset int, msg string) error {
	line, col := r.lines.at(r.src, offset)
	return &SourceError{Name: r.name, Line: line, Col: col, Msg: msg}
}

// next returns the next token and where it begins.
func (r *jsonReader) next() (json.Token, int, error) {
	from := int(r.dec.InputOffset())
	tok, err := r.dec.Token()
	for from < len(r.src) && strings.IndexByte(" \t\r\n,:", r.src[from]) >= 0 {
		from++
	}
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return nil, 0, r.fail(max(int(syntax.Offset)-1, from), "not JSON: "+withoutSource(syntax.Error()))
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return nil, 0, r.fail(len(r.src), "the JSON ends too early")
	case err != nil:
		return nil, 0, r.fail(from, "not JSON")
	}
	return tok, from, nil
}

// withoutSource cuts a decoder's message before it quotes more than one character of the source.
func withoutSource(msg string) string {
	if len(msg) > 80 {
		return "it cannot be read"
	}
	return msg
}

func (r *jsonReader) value(depth int) (*node, error) {
	tok, at, err := r.next()
	if err != nil {
		return nil, err
	}
	return r.made(tok, at, depth)
}

func (r *jsonReader) made(tok json.Token, at, depth int) (*node, error) {
	n := &node{}
	n.line, n.col = r.lines.at(r.src, at)
	if r.count++; r.count > maxNodes {
		return nil, r.fail(at, fmt.Sprintf("it holds more than %d values", maxNodes))
	}
	switch t := tok.(type) {
	case json.Delim:
		if depth >= maxDepth {
			return nil, r.fail(at, fmt.Sprintf("it is nested deeper than %d levels", maxDepth))
		}
		n.kind = byte(t)
		if t == '{' {
			return n, r.object(n, depth)
		}
		return n, r.list(n, depth)
	case string:
		n.kind, n.text = 's', t
	case json.Number:
		n.kind, n.text = 'n', t.String()
	case bool:
		n.kind, n.text = 'b', fmt.Sprint(t)
	default:
		n.kind = '0'
	}
	return n, nil
}

func (r *jsonReader) object(n *node, depth int) error {
	seen := map[string]bool{}
	for {
		tok, at, err := r.next()
		if err != nil {
			return err
		}
		if tok == json.Delim('}') {
			return nil
		}
		key, ok := tok.(string)
		if !ok {
			return r.fail(at, "not JSON: a key is missing")
		}
		if seen[key] {
			return r.fail(at, "a key is given twice")
		}
		seen[key] = true
		val, err := r.value(depth + 1)
		if err != nil {
			return err
		}
		n.entries = append(n.entries, entry{key, val})
	}
}

func (r *jsonReader) list(n *node, depth int) error {
	for {
		tok, at, err := r.next()
		if err != nil {
			return err
		}
		if tok == json.Delim(']') {
			return nil
		}
		item, err := r.made(tok, at, depth+1)
		if err != nil {
			return err
		}
		n.items = append(n.items, item)
	}
}

// lineIndex is where lines begin.
type lineIndex []int

func indexLines(src []byte) lineIndex {
	index := lineIndex{0}
	for i, c := range src {
		if c == '\n' {
			index = append(index, i+1)
		}
	}
	return index
}

// at returns line and column, in letters, of a byte offset.
func (l lineIndex) at(src []byte, offset int) (line, col int) {
	offset = min(max(offset, 0), len(src))
	lo, hi := 0, len(l)
	for hi-lo > 1 {
		if mid := (lo + hi) / 2; l[mid] <= offset {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo + 1, utf8.RuneCount(src[l[lo]:offset]) + 1
}

// yamlReader makes nodes of YAML nodes; aliases are written out, within the limit of values.
type yamlReader struct {
	name  string
	count int
}

func parseYAML(name string, src []byte) (*node, error) {
	limits := loaderlimits.New(loaderlimits.DepthValue(maxDepth), loaderlimits.AliasNone())
	loader, err := yaml.NewLoader(bytes.NewReader(src), yaml.WithPlugin(limits))
	if err != nil {
		return nil, fmt.Errorf("reading YAML: %w", err)
	}
	var doc yaml.Node
	if err := loader.Load(&doc); err != nil {
		return nil, yamlError(name, err)
	}
	if len(doc.Content) == 0 {
		return nil, &SourceError{Name: name, Msg: "it is empty"}
	}
	r := &yamlReader{name: name}
	return r.node(doc.Content[0], 0)
}

func yamlError(name string, err error) error {
	out := &SourceError{Name: name, Line: 1, Col: 1, Msg: "the YAML cannot be read"}
	var one *yaml.LoadError
	var many *yaml.LoadErrors
	if errors.As(err, &many) && len(many.Errors) > 0 {
		one = many.Errors[0]
	} else {
		_ = errors.As(err, &one) // stays nil when it is another error
	}
	if one == nil {
		return out
	}
	mark := one.Mark
	if mark.Line == 0 {
		mark = one.ContextMark
	}
	if mark.Line > 0 {
		out.Line, out.Col = mark.Line, max(mark.Column, 1)
	}
	out.Msg += ": " + withoutSource(strings.TrimPrefix(one.Message, "yaml: "))
	return out
}

func (r *yamlReader) fail(n *yaml.Node, msg string) error {
	return &SourceError{Name: r.name, Line: n.Line, Col: n.Column, Msg: msg}
}

func (r *yamlReader) node(n *yaml.Node, depth int) (*node, error) {
	if r.count++; r.count > maxNodes {
		return nil, r.fail(n, fmt.Sprintf("it holds more than %d values", maxNodes))
	}
	if depth > maxDepth {
		return nil, r.fail(n, fmt.Sprintf("it is nested deeper than %d levels", maxDepth))
	}
	out := &node{line: n.Line, col: n.Column}
	switch n.Kind {
	case yaml.AliasNode:
		return r.node(n.Alias, depth+1)
	case yaml.MappingNode:
		out.kind = '{'
		return out, r.mapping(out, n, depth)
	case yaml.SequenceNode:
		out.kind = '['
		for _, c := range n.Content {
			item, err := r.node(c, depth+1)
			if err != nil {
				return nil, err
			}
			out.items = append(out.items, item)
		}
		return out, nil
	}
	out.kind, out.text = scalar(n)
	return out, nil
}

func (r *yamlReader) mapping(out *node, n *yaml.Node, depth int) error {
	seen := map[string]bool{}
	var merged []entry // what the mapping says itself wins, wherever it stands
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, val := n.Content[i], n.Content[i+1]
		if key.Kind != yaml.ScalarNode {
			return r.fail(key, "a key must be a word")
		}
		v, err := r.node(val, depth+1)
		if err != nil {
			return err
		}
		if key.ShortTag() == "!!merge" {
			merged = append(merged, v.entries...)
			continue
		}
		if seen[key.Value] {
			return r.fail(key, "a key is given twice")
		}
		seen[key.Value] = true
		out.entries = append(out.entries, entry{key.Value, v})
	}
	for _, e := range merged {
		if !seen[e.key] {
			seen[e.key] = true
			out.entries = append(out.entries, e)
		}
	}
	return nil
}

// scalar reads a YAML scalar as JSON would write it; dates and odd numbers are text.
func scalar(n *yaml.Node) (kind byte, text string) {
	switch n.ShortTag() {
	case "!!null":
		return '0', ""
	case "!!bool":
		var b bool
		if n.Decode(&b) == nil {
			return 'b', fmt.Sprint(b)
		}
	case "!!int", "!!float":
		if json.Valid([]byte(n.Value)) {
			return 'n', n.Value
		}
	}
	return 's', n.Value
}
