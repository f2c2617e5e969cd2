package project

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// source is the text of one file with the extent of every node in it: the parser says where a node starts, this says where it ends.
// Offsets are bytes; an end is the offset behind the last byte.
type source struct {
	file  string
	src   string
	nl    string   // the line break of the file
	lines []int    // where each line starts; a byte order mark stands before the first
	root  *element // nil: the file holds nothing but comments
}

// element is a node in its text.
type element struct {
	node       *yaml.Node
	up         *element // the collection it stands in, nil for the root
	start, end int
	blank      bool // nothing is written, which means null; it has no extent
	flow       bool // a collection in braces or brackets
	bare       bool // a pair without braces in a one-line list: [a: b]
	body       int  // block scalars: where the line below the header starts; 0: there is none
	indent     int  // block scalars: the column of their lines
	entries    []cell
}

// cell is an item of a list or a key with its value.
type cell struct {
	key   *element // nil in lists
	mark  int      // the dash or colon; -1 when none is written
	value *element
}

// start is where the entry's own text starts.
func (en cell) start() int {
	if en.key != nil {
		return en.key.start
	}
	if en.mark >= 0 {
		return en.mark
	}
	return en.value.start
}

// end is where the entry's own text ends.
func (en cell) end() int {
	if !en.value.blank {
		return en.value.end
	}
	if en.mark >= 0 {
		return en.mark + 1
	}
	return en.key.end
}

// readSource parses a file. A file without any value has no root.
func readSource(file string, src []byte) (*source, error) {
	s := &source{file: file, src: string(src), nl: "\n"}
	s.index()
	if s.skip(s.afterMarker(s.lines[0])) == len(s.src) {
		return s, nil
	}
	node, problems := parseYAML(file, src)
	if problems != nil {
		return nil, fmt.Errorf("%s", problems[0])
	}
	root, err := s.element(node, nil, 0)
	if err != nil {
		return nil, err
	}
	if rest := s.skip(root.end); rest != len(s.src) && !strings.HasPrefix(s.src[rest:], "...") {
		return nil, s.shape(node)
	}
	s.root = root
	return s, nil
}

// value is the plain value of the file.
func (s *source) value() any {
	if s.root == nil {
		return nil
	}
	return nodeValue(s.root.node)
}

// breakAt returns the length of the line break at i, 0 when there is none. YAML knows more breaks than editors do.
func breakAt(src string, i int) int {
	switch c := src[i]; {
	case c == '\n':
		return 1
	case c == '\r':
		if strings.HasPrefix(src[i+1:], "\n") {
			return 2
		}
		return 1
	case c == 0xc2 && strings.HasPrefix(src[i:], "\u0085"):
		return 2
	case c == 0xe2 && (strings.HasPrefix(src[i:], "\u2028") || strings.HasPrefix(src[i:], "\u2029")):
		return 3
	}
	return 0
}

func (s *source) index() {
	first := 0
	if strings.HasPrefix(s.src, "\ufeff") {
		first = len("\ufeff")
	}
	s.lines = []int{first}
	for i := first; i < len(s.src); {
		n := breakAt(s.src, i)
		if n == 0 {
			i++
			continue
		}
		if len(s.lines) == 1 && n == 2 && s.src[i] == '\r' {
			s.nl = "\r\n"
		}
		i += n
		s.lines = append(s.lines, i)
	}
}

// afterMarker skips the comments and the --- before the document.
func (s *source) afterMarker(pos int) int {
	at := s.skip(pos)
	if strings.HasPrefix(s.src[at:], "---") && (at+3 == len(s.src) || strings.ContainsRune(" \t\r\n", rune(s.src[at+3]))) {
		return at + 3
	}
	return pos
}

// line returns the number, from 0, of the line that pos stands in.
func (s *source) line(pos int) int {
	i, ok := slices.BinarySearch(s.lines, pos)
	if !ok && i > 0 {
		i--
	}
	return i
}

func (s *source) lineStart(pos int) int { return s.lines[s.line(pos)] }

// next is where the line after that of pos starts, the end of the file when there is none.
func (s *source) next(pos int) int {
	if i := s.line(pos) + 1; i < len(s.lines) {
		return s.lines[i]
	}
	return len(s.src)
}

// lineEnd is where the text of pos's line ends, before its break.
func (s *source) lineEnd(pos int) int {
	end := s.next(pos)
	start := s.lineStart(pos)
	for i := max(end-3, start); i < end; i++ {
		if n := breakAt(s.src, i); n > 0 && i+n == end {
			return i
		}
	}
	return end
}

// column is how far pos stands from the start of its line, in bytes; what stands before a block node is one byte a character.
func (s *source) column(pos int) int { return pos - s.lineStart(pos) }

// first reports whether nothing but space stands before pos in its line.
func (s *source) first(pos int) bool {
	return strings.Trim(s.src[s.lineStart(pos):pos], " \t") == ""
}

// skip passes space, line breaks and comments.
func (s *source) skip(pos int) int {
	for pos < len(s.src) {
		switch c := s.src[pos]; {
		case c == ' ' || c == '\t':
			pos++
		case c == '#' && (pos == 0 || s.first(pos) || s.src[pos-1] == ' ' || s.src[pos-1] == '\t'):
			pos = s.lineEnd(pos)
		default:
			n := breakAt(s.src, pos)
			if n == 0 {
				return pos
			}
			pos += n
		}
	}
	return pos
}

// spaces passes spaces and tabs.
func (s *source) spaces(pos int) int {
	for pos < len(s.src) && (s.src[pos] == ' ' || s.src[pos] == '\t') {
		pos++
	}
	return pos
}

func (s *source) has(pos int, c byte) bool { return pos < len(s.src) && s.src[pos] == c }

// shape is the error for the corners of YAML that edits and fmt do not follow.
func (s *source) shape(n *yaml.Node) error {
	return fmt.Errorf("%s:%d:%d: this way of writing YAML can be read but not edited or formatted; write plain “key: value” and “- item” lines", s.file, n.Line, n.Column)
}

// element finds the extent of n; after is where it would stand if nothing were written.
func (s *source) element(n *yaml.Node, up *element, after int) (*element, error) {
	e := &element{node: n, up: up, start: after, end: after}
	if n.Kind == yaml.ScalarNode && n.Style == 0 && n.Value == "" {
		e.blank = true
		return e, nil
	}
	if n.Line < 1 || n.Line > len(s.lines) {
		return nil, s.shape(n)
	}
	e.start = s.lines[n.Line-1]
	for range n.Column - 1 {
		if e.start >= len(s.src) {
			return nil, s.shape(n)
		}
		_, size := utf8.DecodeRuneInString(s.src[e.start:])
		e.start += size
	}
	if e.start < after || e.start >= len(s.src) {
		return nil, s.shape(n)
	}
	var ok bool
	switch n.Kind {
	case yaml.ScalarNode:
		ok = s.scalar(e)
	case yaml.MappingNode, yaml.SequenceNode:
		return e, s.collection(e)
	}
	if !ok {
		return nil, s.shape(n)
	}
	return e, nil
}

// collection reads the entries of e and finds its end.
func (s *source) collection(e *element) error {
	list := e.node.Kind == yaml.SequenceNode
	open := s.src[e.start]
	e.flow = list && open == '[' || !list && open == '{'
	e.bare = !e.flow && !list && e.up != nil && e.up.flow
	if e.up != nil && (e.up.flow || e.up.bare) && !e.flow && !e.bare {
		return s.shape(e.node)
	}
	pos := e.start
	if e.flow {
		pos++
	}
	content := e.node.Content
	for i := 0; i < len(content); {
		if e.flow && len(e.entries) > 0 {
			if pos = s.skip(pos); !s.has(pos, ',') {
				return s.shape(content[i])
			}
			pos++
		}
		if e.flow || len(e.entries) > 0 {
			pos = s.skip(pos)
		}
		var en cell
		var err error
		if list {
			en, err = s.item(e, content[i], pos)
			i++
		} else {
			en, err = s.pair(e, content[i], content[i+1], pos)
			i += 2
		}
		if err != nil {
			return err
		}
		e.entries = append(e.entries, en)
		pos = en.end()
	}
	e.end = pos
	if !e.flow {
		return nil
	}
	return s.closing(e)
}

// closing finds the bracket that ends e.
func (s *source) closing(e *element) error {
	pos := s.skip(e.end)
	if s.has(pos, ',') {
		pos = s.skip(pos + 1)
	}
	if !s.has(pos, s.src[e.start]+2) { // ] follows [ and } follows { by two in ASCII
		return s.shape(e.node)
	}
	e.end = pos + 1
	return nil
}

func (s *source) item(e *element, n *yaml.Node, pos int) (cell, error) {
	en := cell{mark: -1}
	after := pos
	if !e.flow {
		if !s.has(pos, '-') || s.column(pos) != s.column(e.start) {
			return en, s.shape(n)
		}
		en.mark, after = pos, pos+1
	}
	var err error
	if en.value, err = s.element(n, e, after); err != nil {
		return en, err
	}
	if !en.value.blank && s.skip(after) != en.value.start || e.flow && en.value.blank {
		return en, s.shape(n)
	}
	return en, nil
}

func (s *source) pair(e *element, k, v *yaml.Node, pos int) (cell, error) {
	en := cell{mark: -1}
	var err error
	if en.key, err = s.element(k, e, pos); err != nil {
		return en, err
	}
	oneLine := !en.key.blank && s.line(en.key.start) == s.line(en.key.end)
	if !oneLine || en.key.start != pos || en.key.body != 0 || k.Kind != yaml.ScalarNode {
		return en, s.shape(k)
	}
	after := en.key.end
	if colon := s.spaces(after); s.has(colon, ':') {
		en.mark, after = colon, colon+1
	} else if !e.flow {
		return en, s.shape(k)
	}
	if en.value, err = s.element(v, e, after); err != nil {
		return en, err
	}
	if !en.value.blank && (en.mark < 0 || s.skip(after) != en.value.start) {
		return en, s.shape(v)
	}
	return en, nil
}

// scalar finds the end of a scalar.
func (s *source) scalar(e *element) bool {
	switch n := e.node; {
	case n.Style&yaml.DoubleQuotedStyle != 0:
		return s.quoted(e, '"')
	case n.Style&yaml.SingleQuotedStyle != 0:
		return s.quoted(e, '\'')
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return s.block(e)
	}
	return s.plain(e)
}

func (s *source) quoted(e *element, quote byte) bool {
	if s.src[e.start] != quote {
		return false
	}
	for i := e.start + 1; i < len(s.src); i++ {
		switch s.src[i] {
		case '\\':
			if quote == '"' {
				i++
			}
		case quote:
			if quote == '\'' && s.has(i+1, quote) {
				i++
				continue
			}
			e.end = i + 1
			return true
		}
	}
	return false
}

// plain walks the text beside its folded value: a break and the space around it is one space, each further break is a break.
func (s *source) plain(e *element) bool {
	i, value := e.start, e.node.Value
	for j := 0; j < len(value); {
		if i < len(s.src) && s.src[i] == value[j] && breakAt(s.src, i) == 0 && !s.endsLine(i) {
			i, j = i+1, j+1
			continue
		}
		breaks := 0
		for i < len(s.src) {
			if n := breakAt(s.src, i); n > 0 {
				breaks, i = breaks+1, i+n
			} else if s.src[i] == ' ' || s.src[i] == '\t' {
				i++
			} else {
				break
			}
		}
		folded := " "
		if breaks > 1 {
			folded = strings.Repeat("\n", breaks-1)
		}
		if breaks == 0 || !strings.HasPrefix(value[j:], folded) {
			return false
		}
		j += len(folded)
	}
	e.end = i
	return true
}

// endsLine reports whether only space stands from i to the end of its line, and i is space.
func (s *source) endsLine(i int) bool {
	if c := s.src[i]; c != ' ' && c != '\t' {
		return false
	}
	end := s.spaces(i)
	return end == len(s.src) || breakAt(s.src, end) > 0
}

// block finds the lines of a | or > scalar.
func (s *source) block(e *element) bool {
	if c := s.src[e.start]; c != '|' && c != '>' {
		return false
	}
	outer := -1
	if e.up != nil {
		outer = s.column(e.up.start)
	}
	header := s.src[e.start+1 : s.headerEnd(e)]
	indent, keep := 0, strings.Contains(header, "+")
	if i := strings.IndexAny(header, "123456789"); i >= 0 {
		indent = max(outer, 0) + int(header[i]-'0')
	}
	e.end = s.headerEnd(e)
	body := s.next(e.start)
	for at := body; at < len(s.src); at = s.next(at) {
		text := s.src[at:s.lineEnd(at)]
		spaces := len(text) - len(strings.TrimLeft(text, " "))
		if spaces == len(text) && (indent == 0 || spaces <= indent) {
			if keep {
				e.end, e.body = at+len(text), body
			}
			continue
		}
		if indent == 0 {
			indent = spaces
		}
		if spaces < indent || spaces <= outer {
			break
		}
		e.end, e.body, e.indent = at+len(text), body, indent
	}
	return true
}

// headerEnd is the end of a block scalar's | or > with its marks.
func (s *source) headerEnd(e *element) int {
	end := e.start + 1
	for end < len(s.src) && strings.IndexByte("+-0123456789", s.src[end]) >= 0 {
		end++
	}
	return end
}

// head is where the comment lines right above pos start, those at its own column and not above floor; pos's line when there are none.
// pos must be the first of its line.
func (s *source) head(pos, floor int) int {
	at, col := s.lineStart(pos), s.column(pos)
	for i := s.line(pos) - 1; i >= 0 && s.lines[i] >= floor; i-- {
		text := s.src[s.lines[i]:s.lineEnd(s.lines[i])]
		if spaces := len(text) - len(strings.TrimLeft(text, " ")); spaces != col || !strings.HasPrefix(text[spaces:], "#") {
			break
		}
		at = s.lines[i]
	}
	return at
}

// floor is the offset above which nothing belongs to entry i of c: the end of what comes before it.
func (s *source) floor(c *element, i int) int {
	if i > 0 {
		return c.entries[i-1].end()
	}
	if c.up == nil {
		return s.afterMarker(s.lines[0])
	}
	for _, en := range c.up.entries {
		if en.value == c {
			return en.mark
		}
	}
	return 0
}

// blankLine reports whether the line that starts at pos holds nothing but space; false at the end of the file.
func (s *source) blankLine(pos int) bool {
	return pos < len(s.src) && strings.Trim(s.src[pos:s.lineEnd(pos)], " \t") == ""
}

// find returns the element at parts below the root, and whether it is there.
func (s *source) find(parts []string) (*element, bool) {
	e := s.root
	for _, part := range parts {
		if e == nil {
			return nil, false
		}
		i := e.entry(part)
		if i < 0 {
			return nil, false
		}
		e = e.entries[i].value
	}
	return e, e != nil
}

// entry returns the number of the entry that a part of a path names, -1 when there is none.
func (e *element) entry(part string) int {
	if e.node.Kind == yaml.SequenceNode {
		if i, ok := index(part); ok && i < len(e.entries) {
			return i
		}
		return -1
	}
	return slices.IndexFunc(e.entries, func(en cell) bool { return en.key != nil && en.key.node.Value == part })
}
