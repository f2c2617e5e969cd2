package project

import (
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Format gives a file of a project its one format: two spaces a level, lists indented below their key, one space around what YAML
// writes between values, a break at the end. Comments, blank lines, line breaks, the order of keys and the choice of braces stay; so does what
// the file means. It fails on files that cannot be read, with the place; name is for that. Formatting twice changes nothing more.
func Format(name string, src []byte) ([]byte, error) {
	s, err := readSource(name, src)
	if err != nil {
		return nil, err
	}
	if s.root != nil && s.root.node.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s: a file of a project is a mapping of keys to values", name)
	}
	out := format(s)
	ended := out
	if ended != "" && !strings.HasSuffix(ended, s.nl) {
		ended += s.nl
	}
	for _, text := range []string{ended, out, out + s.nl} { // a last block of text may have no break to add, or one that it was read with
		next, err := readSource(name, []byte(text))
		if err == nil && equal(next.value(), s.value()) {
			return []byte(text), nil
		}
	}
	return nil, fmt.Errorf("%s: %w", name, errors.New("the file cannot be formatted without changing what it means"))
}

// formatter writes a file anew from its elements; what stands between them, comments and blank lines, is carried over.
type formatter struct {
	s      *source
	out    strings.Builder
	pos    int     // what is written of the source
	levels []level // the block collections around, and those that ended right above
}

// level is how far a block collection was and is indented.
type level struct{ col, indent int }

func format(s *source) string {
	f := &formatter{s: s}
	f.out.WriteString(s.src[:s.lines[0]])
	f.pos = s.lines[0]
	if s.root == nil {
		f.rest()
		return f.out.String()
	}
	f.prefix()
	if s.root.flow {
		f.flow(s.root, 0)
	} else {
		f.block(s.root, 0)
	}
	f.rest()
	return f.out.String()
}

// prefix writes what stands before the document.
func (f *formatter) prefix() {
	start := f.s.lineStart(f.s.root.start)
	for f.pos < start {
		f.out.WriteString(strings.Trim(f.s.src[f.pos:f.s.lineEnd(f.pos)], " \t"))
		f.newline()
		f.pos = f.s.next(f.pos)
	}
	if before := strings.Trim(f.s.src[f.pos:f.s.root.start], " \t"); before != "" {
		f.out.WriteString(before + " ")
	}
	f.pos = f.s.root.start
}

// rest writes what stands behind the last value.
func (f *formatter) rest() {
	end := len(f.s.src)
	for line := 0; f.pos < end; line++ {
		text := strings.Trim(f.s.src[f.pos:f.s.lineEnd(f.pos)], " \t")
		if line == 0 && f.pos > f.s.lineStart(f.pos) && text != "" {
			text = " " + text
		} else if strings.HasPrefix(text, "#") {
			text = spaces(f.commentIndent(f.pos, level{-2, 0})) + text
		}
		f.out.WriteString(text)
		next := f.s.next(f.pos)
		if f.s.lineEnd(f.pos) < next {
			f.newline()
		}
		f.pos = next
	}
}

func (f *formatter) newline() { f.out.WriteString(f.s.nl) }

func spaces(n int) string { return strings.Repeat(" ", n) }

// commentIndent is where the comment in the line at pos goes: to the level it stood at, or the nearest to the left. next is the level of what follows;
// the lines of one value have no column of their own, -1.
func (f *formatter) commentIndent(pos int, next level) int {
	if next.col == -1 {
		return next.indent
	}
	text := f.s.src[pos:f.s.lineEnd(pos)]
	col := len(text) - len(strings.TrimLeft(text, " \t"))
	best := level{-1, 0}
	for _, l := range f.levels {
		if l.col <= col && l.col >= best.col {
			best = l
		}
	}
	if next.col == best.col && col == best.col {
		best = next
	}
	return best.indent
}

// gap writes what stands between two values up to the next at to: sep when both are in one line; otherwise the comment of this line, the lines
// between, and the indentation of the next. It reports whether a line ended.
func (f *formatter) gap(to int, sep string, next level) bool {
	if f.s.line(f.pos) == f.s.line(to) {
		f.out.WriteString(sep)
		f.pos = to
		return false
	}
	f.comment()
	for f.pos = f.s.next(f.pos); f.pos < f.s.lineStart(to); f.pos = f.s.next(f.pos) {
		if text := f.between(f.s.src[f.pos:f.s.lineEnd(f.pos)]); text != "" {
			f.out.WriteString(spaces(f.commentIndent(f.pos, next)) + text)
		}
		f.newline()
	}
	f.out.WriteString(spaces(next.indent))
	f.pos = to
	return true
}

// comment ends the line, with its comment if it has one.
func (f *formatter) comment() {
	if text := f.between(f.s.src[f.pos:f.s.lineEnd(f.pos)]); text != "" {
		f.out.WriteString(" " + text)
	}
	f.newline()
}

// between is what a line holds beside values: a comment, or nothing; the commas of one-line collections are written elsewhere.
func (f *formatter) between(text string) string {
	text = strings.Trim(text, " \t")
	return strings.Trim(strings.TrimPrefix(text, ","), " \t")
}

// block writes a list or mapping over several lines.
func (f *formatter) block(e *element, indent int) {
	depth := len(f.levels)
	own := level{f.s.column(e.start), indent}
	f.levels = append(f.levels, own)
	for i, en := range e.entries {
		if start := en.start(); start > f.pos || i > 0 {
			f.gap(start, " ", own)
		}
		f.levels = f.levels[:depth+1]
		if en.key != nil {
			f.scalar(en.key, indent)
			f.out.WriteByte(':')
		} else {
			f.out.WriteByte('-')
		}
		f.pos = en.mark + 1
		if !en.value.blank {
			f.value(en.value, indent)
		}
	}
}

// value writes the value of an entry of a block collection at indent.
func (f *formatter) value(e *element, indent int) {
	switch {
	case e.node.Kind == yaml.ScalarNode || e.flow:
		f.gap(e.start, " ", level{-1, indent + 2})
		f.inline(e, indent)
	default:
		f.levels = append(f.levels, level{f.s.column(e.start), indent + 2})
		f.gap(e.start, " ", level{f.s.column(e.start), indent + 2})
		f.levels = f.levels[:len(f.levels)-1]
		f.block(e, indent+2)
	}
}

func (f *formatter) inline(e *element, indent int) {
	if e.flow {
		f.flow(e, indent)
	} else {
		f.scalar(e, indent)
	}
}

// scalar writes a scalar whose further lines, if it has any, go two spaces right of indent.
func (f *formatter) scalar(e *element, indent int) {
	if e.node.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		f.text(e, indent)
		return
	}
	src := f.s.src[e.start:e.end]
	if f.s.line(e.start) == f.s.line(e.end) {
		if src[0] == '\'' && e.node.Style&yaml.SingleQuotedStyle != 0 && printable(e.node.Value) && !strings.ContainsAny(e.node.Value, "\"\\") {
			src = doubleQuoted(e.node.Value)
		}
		f.out.WriteString(src)
		f.pos = e.end
		return
	}
	for f.pos = e.start; ; {
		end := min(f.s.lineEnd(f.pos), e.end)
		line := strings.TrimLeft(f.s.src[f.pos:end], " \t")
		f.out.WriteString(line[:len(line)-trailing(line)])
		if end == e.end {
			break
		}
		f.newline()
		f.pos = f.s.next(f.pos)
		if next := strings.TrimLeft(f.s.src[f.pos:min(f.s.lineEnd(f.pos), e.end)], " \t"); next != "" {
			f.out.WriteString(spaces(indent + 2))
		}
	}
	f.pos = e.end
}

// trailing is the number of bytes of space that end a line and mean nothing: a backslash keeps the one behind it.
func trailing(line string) int {
	kept := strings.TrimRight(line, " \t")
	slashes := len(kept) - len(strings.TrimRight(kept, "\\"))
	if n := len(line) - len(kept); n > 0 && slashes%2 == 1 {
		return n - 1
	}
	return len(line) - len(kept)
}

// text writes a | or > scalar.
func (f *formatter) text(e *element, indent int) {
	header := f.s.headerEnd(e)
	marks := []byte(f.s.src[e.start:header])
	for i, c := range marks {
		if c >= '1' && c <= '9' {
			marks[i] = '2'
		}
	}
	f.out.Write(marks)
	f.pos = header
	if e.body == 0 {
		return
	}
	if comment := strings.Trim(f.s.src[header:f.s.lineEnd(header)], " \t"); comment != "" {
		f.out.WriteString(" " + comment)
	}
	said := strings.Trim(e.node.Value, "\n")
	for at := e.body; at <= e.end && at < len(f.s.src); at = f.s.next(at) {
		f.newline()
		line := f.s.src[at:f.s.lineEnd(at)]
		if said == "" {
			line = "" // spaces without a text have no indentation to keep
		}
		cut := min(e.indent, len(line)-len(strings.TrimLeft(line, " ")))
		if line = line[cut:]; line != "" {
			f.out.WriteString(spaces(indent+2) + line)
		}
	}
	f.pos = e.end
}

// flow writes a collection in brackets that belongs to a line at indent.
func (f *formatter) flow(e *element, indent int) {
	f.out.WriteByte(f.s.src[e.start])
	f.pos = e.start + 1
	inner := indent
	if len(e.entries) > 0 && f.s.line(e.start) != f.s.line(e.entries[0].start()) {
		inner += 2
	}
	for i, en := range e.entries {
		sep := ""
		if i > 0 {
			sep = " "
			f.out.WriteByte(',')
		}
		f.gap(en.start(), sep, level{-1, indent + 2})
		f.pair(en, inner)
	}
	end := e.end - 1
	if comma := f.s.skip(f.pos); f.s.has(comma, ',') && len(e.entries) > 0 {
		if f.s.line(comma) != f.s.line(end) {
			f.out.WriteByte(',')
		}
	}
	f.gap(end, "", level{-1, indent})
	f.out.WriteByte(f.s.src[end])
	f.pos = e.end
}

// pair writes an entry of a collection in brackets.
func (f *formatter) pair(en cell, indent int) {
	if en.key == nil {
		f.flowValue(en.value, indent)
		return
	}
	f.scalar(en.key, indent)
	if en.mark < 0 {
		return
	}
	f.out.WriteByte(':')
	f.pos = en.mark + 1
	if en.value.blank {
		f.out.WriteString(f.nothing())
		return
	}
	f.gap(en.value.start, " ", level{-1, indent + 2})
	f.flowValue(en.value, indent)
}

// nothing is written for a value that is left out in brackets: it stays so where a comma or the bracket follows in the line, as in {validate: }.
func (f *formatter) nothing() string {
	next := strings.TrimLeft(f.s.src[f.pos:f.s.lineEnd(f.pos)], " \t")
	if next != "" && strings.ContainsAny(next[:1], ",]}") {
		return " "
	}
	return " null"
}

func (f *formatter) flowValue(e *element, indent int) {
	if e.bare {
		f.pair(e.entries[0], indent)
		return
	}
	f.inline(e, indent)
}
