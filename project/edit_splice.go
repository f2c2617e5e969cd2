package project

import (
	"strings"

	"go.yaml.in/yaml/v4"
)

// splice puts text in place of the bytes [at, end).
type splice struct {
	at, end int
	text    string
}

// splices are in the order of their offsets and do not overlap.
type splices []splice

func (ss splices) apply(src string) string {
	var b strings.Builder
	pos := 0
	for _, sp := range ss {
		b.WriteString(src[pos:sp.at])
		b.WriteString(sp.text)
		pos = sp.end
	}
	b.WriteString(src[pos:])
	return b.String()
}

// whole lines in place of [at, end); at is the start of a line or the end of the file.
func (s *source) putLines(at, end int, lines []string) splice {
	text := strings.Join(lines, s.nl)
	open := at == len(s.src) && at > s.lines[0] && s.lineStart(at) != at // the last line has no break
	switch {
	case len(lines) == 0:
		return splice{at, end, ""}
	case open:
		return splice{at, end, s.nl + text}
	case end == len(s.src) && end > at && s.lineStart(end) != end:
		return splice{at, end, text}
	}
	return splice{at, end, text + s.nl}
}

// put writes p where entry i of c has its value.
func (s *source) put(c *element, i int, p piece) splices {
	en := c.entries[i]
	old := en.value
	list := en.key == nil
	base := s.column(c.start) + 2
	switch {
	case c.flow || c.bare:
		return s.putFlow(en, p)
	case old.blank:
		return s.putBlank(en, p, list, base)
	case old.node.Kind != yaml.ScalarNode && !old.flow:
		return s.putOverBlock(c, i, p, list)
	case old.body > 0 || old.node.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return s.putOverScalarBlock(en, p, list, base)
	}
	if list {
		base = s.column(old.start)
	}
	if p.block && !list {
		if s.first(old.start) && s.lineEnd(old.end) == old.end { // alone on the line below its key
			return splices{s.putLines(s.lineStart(old.start), s.next(old.end), shift(p.body, base))}
		}
		return splices{{s.spaceBefore(old.start), old.end, ""}, s.putLines(s.next(old.end), s.next(old.end), shift(p.body, base))}
	}
	head, body := p.split()
	return splices{{old.start, old.end, head}, s.putLines(s.next(old.end), s.next(old.end), shift(body, base))}
}

// split is the piece with its first line behind a dash.
func (p piece) split() (head string, body []string) {
	if p.block {
		return p.body[0], p.body[1:]
	}
	return p.head, p.body
}

// spaceBefore is where the space right before pos starts.
func (s *source) spaceBefore(pos int) int {
	for pos > s.lineStart(pos) && (s.src[pos-1] == ' ' || s.src[pos-1] == '\t') {
		pos--
	}
	return pos
}

func (s *source) putFlow(en cell, p piece) splices {
	switch {
	case !en.value.blank:
		return splices{{en.value.start, en.value.end, p.head}}
	case en.mark < 0:
		return splices{{en.key.end, en.key.end, ": " + p.head}}
	}
	return splices{{en.mark + 1, en.mark + 1, " " + p.head}}
}

func (s *source) putBlank(en cell, p piece, list bool, base int) splices {
	head, body := p.head, p.body
	if list {
		head, body = p.split()
	}
	if head != "" {
		head = " " + head
	}
	below := s.next(en.mark)
	return splices{{en.mark + 1, en.mark + 1, head}, s.putLines(below, below, shift(body, base))}
}

func (s *source) putOverScalarBlock(en cell, p piece, list bool, base int) splices {
	old := en.value
	head, body, from := p.head, p.body, old.start
	if list {
		head, body = p.split()
	} else if p.block {
		from = s.spaceBefore(from)
	}
	below, end := s.next(old.start), s.next(old.start)
	if old.body > 0 {
		end = s.next(old.end)
	}
	return splices{{from, s.headerEnd(old), head}, s.putLines(below, end, shift(body, base))}
}

// putOverBlock replaces a list or mapping that stands over several lines.
func (s *source) putOverBlock(c *element, i int, p piece, list bool) splices {
	en, old := c.entries[i], c.entries[i].value
	base, end := s.column(old.start), s.behind(old, len(old.entries)-1)
	if !s.first(old.start) { // on the line of the dash
		head, body := p.split()
		lines := append([]string{head}, shift(body, base)...)
		return splices{{old.start, s.lineEnd(old.end), strings.Join(lines, s.nl)}}
	}
	if least := s.column(c.start) + 1; base < least && (list || !p.block || !strings.HasPrefix(p.body[0], "-")) {
		base = least + 1
	}
	head, body := p.head, p.body
	if head != "" {
		head = " " + head
	}
	return splices{{en.mark + 1, en.mark + 1, head}, s.putLines(s.head(old.start, en.mark), end, shift(body, base))}
}

// putRoot replaces all that the file says.
func (s *source) putRoot(p piece) splices {
	lines := p.body
	if !p.block {
		lines = append([]string{p.head}, p.body...)
	}
	if s.root == nil {
		return splices{s.putLines(len(s.src), len(s.src), lines)}
	}
	if s.first(s.root.start) {
		return splices{s.putLines(s.lineStart(s.root.start), s.next(s.root.end), lines)}
	}
	return splices{{s.root.start, s.root.end, strings.Join(lines, s.nl)}}
}

// insert puts lines, an entry's own, before entry i of the block collection c; i may be the number of entries.
func (s *source) insert(c *element, i int, lines []string) splices {
	col := s.column(c.start)
	lines = shift(lines, col)
	gap := s.gap(c, i)
	if i > 0 {
		at := s.behind(c, i-1)
		if gap && !s.besideLine(c, i, lines) {
			lines = append([]string{""}, lines...)
		}
		return splices{s.putLines(at, at, lines)}
	}
	if gap {
		lines = append(lines, "")
	}
	if first := c.entries[0].start(); !s.first(first) {
		lines = append(lines, strings.Repeat(" ", col))
		return splices{{first, first, strings.TrimLeft(strings.Join(lines, s.nl), " ")}}
	}
	at := s.head(c.entries[0].start(), s.floor(c, 0))
	return splices{s.putLines(at, at, lines)}
}

// besideLine reports whether lines are one line that goes to those above it, which stand close together, and not to what a blank line sets apart
// (as what runs is).
func (s *source) besideLine(c *element, i int, lines []string) bool {
	return len(lines) == 1 && !strings.HasPrefix(strings.TrimSpace(lines[0]), "on") && i > 1 && i < len(c.entries) && !s.blankLine(s.behind(c, i-2))
}

// gap reports whether the entries around i are set apart by a blank line, so that a new one should be too.
func (s *source) gap(c *element, i int) bool {
	n := len(c.entries)
	if n < 2 {
		return false
	}
	if i == 0 {
		i = 1
	} else if i == n {
		i = n - 1
	}
	return s.blankLine(s.behind(c, i-1))
}

// behind is where the line below entry i of the block collection c starts; comments right below that stand deeper than the entry are its own.
func (s *source) behind(c *element, i int) int {
	at := s.next(c.entries[i].end())
	for at < len(s.src) {
		text := s.src[at:s.lineEnd(at)]
		spaces := len(text) - len(strings.TrimLeft(text, " "))
		if spaces <= s.column(c.start) || !strings.HasPrefix(text[spaces:], "#") {
			break
		}
		at = s.next(at)
	}
	return at
}

// remove takes entry i and its comments away; c has another.
func (s *source) remove(c *element, i int) splices {
	en := c.entries[i]
	if c.flow {
		return s.removeFlow(c, i)
	}
	end := s.behind(c, i)
	if !s.first(en.start()) {
		for end < len(s.src) && s.blankLine(end) {
			end = s.next(end)
		}
		return splices{{en.start(), s.spaces(end), ""}}
	}
	at := s.head(en.start(), s.floor(c, i))
	above := s.blanksAbove(at, s.floor(c, i))
	switch {
	case above < at && (end == len(s.src) || s.blankLine(end)):
		at = above
	case above == at && i == 0:
		for s.blankLine(end) {
			end = s.next(end)
		}
	}
	return splices{{at, end, ""}}
}

// blanksAbove is where the blank lines right above the line at pos start, none of them above floor.
func (s *source) blanksAbove(pos, floor int) int {
	for {
		before := s.before(pos)
		if before == pos || before <= floor || !s.blankLine(before) {
			return pos
		}
		pos = before
	}
}

// before is the start of the line above the one that starts at pos; pos when there is none.
func (s *source) before(pos int) int {
	if i := s.line(pos) - 1; i >= 0 && s.lines[i+1] == pos {
		return s.lines[i]
	}
	return pos
}

// insertFlow puts text as entry i of a list or mapping in brackets that is not empty.
func (s *source) insertFlow(c *element, i int, text string) splices {
	if i < len(c.entries) {
		at := c.entries[i].start()
		if s.first(at) {
			return splices{{at, at, text + "," + s.nl + strings.Repeat(" ", s.column(at))}}
		}
		return splices{{at, at, text + ", "}}
	}
	last := c.entries[i-1]
	end := last.end()
	if !s.first(last.start()) || s.line(end) == s.line(c.end) {
		return splices{{end, end, ", " + text}}
	}
	line := s.nl + strings.Repeat(" ", s.column(last.start())) + text
	comma, eol := s.skip(end), s.lineEnd(end)
	if s.has(comma, ',') {
		eol = s.lineEnd(comma)
		return splices{{eol, eol, line + ","}}
	}
	return splices{{end, end, ","}, {eol, eol, line}}
}

// removeFlow takes entry i out of brackets that hold another.
func (s *source) removeFlow(c *element, i int) splices {
	en := c.entries[i]
	if i == len(c.entries)-1 {
		return s.removeLastFlow(c, i)
	}
	next := c.entries[i+1].start()
	behind := s.skip(en.end()) + 1 // the comma
	switch {
	case s.line(behind) == s.line(next):
		return splices{{en.start(), next, ""}}
	case s.first(en.start()):
		return splices{{s.head(en.start(), s.floor(c, i)), s.next(behind), ""}}
	}
	return splices{{en.start(), s.lineEnd(behind), ""}}
}

// removeLastFlow keeps what is said about the entry before.
func (s *source) removeLastFlow(c *element, i int) splices {
	en, prev := c.entries[i], c.entries[i-1].end()
	comma, end := s.skip(prev), en.end()
	if s.line(comma) == s.line(en.start()) {
		return splices{{prev, end, ""}}
	}
	trailing := s.has(s.skip(end), ',')
	if trailing {
		end = s.skip(end) + 1
	}
	if s.line(end) != s.line(c.end) {
		end = s.lineEnd(end)
	}
	cut := splice{s.lineEnd(comma), end, ""}
	if trailing {
		return splices{cut}
	}
	return splices{{comma, comma + 1, ""}, cut}
}
