package project

import (
	"slices"
	"unicode/utf8"
)

// Extent is where something stands in a file: from Line:Col up to, and without, EndLine:EndCol. Lines and columns count from 1, columns in characters.
type Extent struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Col     int    `json:"column"`
	EndLine int    `json:"endLine"`
	EndCol  int    `json:"endColumn"`
}

// Locate returns where p stands, its key or dash included. It is false when p names nothing, or its file cannot be read.
func (t *Tree) Locate(p Path) (Extent, bool) {
	file, rest := p.File()
	src, ok := t.files[file]
	if !ok {
		return Extent{}, false
	}
	s, err := readSource(file, src)
	if err != nil {
		return Extent{}, false
	}
	if len(rest) == 0 {
		return s.extent(0, len(s.src)), true
	}
	e, ok := s.find(rest)
	if !ok {
		return Extent{}, false
	}
	i := slices.IndexFunc(e.up.entries, func(en cell) bool { return en.value == e })
	return s.extent(e.up.entries[i].start(), e.up.entries[i].end()), true
}

// PathAt returns the path of what stands at a line and column of a file, both from 1; a comment belongs to what is on its line or right below it.
// Where nothing stands, and in files that cannot be read, it is the nearest path around.
func (t *Tree) PathAt(file string, line, col int) Path {
	at := filePath(file)
	s, err := readSource(file, t.files[file])
	if err != nil || s.root == nil || line < 1 || line > len(s.lines) {
		return at
	}
	pos := s.lines[line-1]
	for end := s.lineEnd(pos); col > 1 && pos < end; col-- {
		_, size := utf8.DecodeRuneInString(s.src[pos:])
		pos += size
	}
	for e := s.root; ; {
		i := s.entryAt(e, pos)
		if i < 0 {
			return at
		}
		if en := e.entries[i]; en.key != nil {
			at = at.key(en.key.node.Value)
		} else {
			at = at.item(i)
		}
		e = e.entries[i].value
	}
}

// entryAt returns the number of the entry of e whose text, comments included, holds pos; -1 when none does.
func (s *source) entryAt(e *element, pos int) int {
	return slices.IndexFunc(e.entries, func(en cell) bool {
		from, to := en.start(), en.end()
		if !e.flow && !e.bare {
			i := slices.IndexFunc(e.entries, func(other cell) bool { return other.start() == from })
			if s.first(from) {
				from = s.head(from, s.floor(e, i))
			}
			to = s.lineEnd(to)
		}
		return from <= pos && pos <= to
	})
}

func (s *source) extent(from, to int) Extent {
	x := Extent{File: s.file}
	x.Line, x.Col = s.lineCol(from)
	x.EndLine, x.EndCol = s.lineCol(to)
	return x
}

// lineCol counts from 1.
func (s *source) lineCol(pos int) (line, col int) {
	return s.line(pos) + 1, utf8.RuneCountInString(s.src[min(s.lineStart(pos), pos):pos]) + 1
}
