package project

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

func (ed *editor) move(e Edit) error {
	fromFile, from := e.From.File()
	toFile, toRest := e.At.File()
	if _, there := ed.files[fromFile]; there && len(from) == 0 {
		return ed.rename(fromFile, toFile, toRest)
	}
	src, from, err := ed.open(e.From)
	if err != nil {
		return err
	}
	v, ok := lookup(src.value(), from)
	if !ok {
		return missing(src.value(), from)
	}
	dst, to, err := ed.open(e.At)
	if err != nil {
		return err
	}
	if len(to) == 0 {
		return errors.New("a part cannot take the place of a file")
	}
	m := mover{from: from, to: to, value: v}
	if fromFile == toFile {
		return ed.moveWithin(src, m)
	}
	if err := m.free(dst.value()); err != nil {
		return err
	}
	st, err := newStep(dst.value(), to, v, m.op(dst.value()))
	if err != nil {
		return err
	}
	st.lines = src.text(from, dst, to)
	if err := ed.run(dst, []step{st}); err != nil {
		return err
	}
	return ed.run(src, []step{{op: OpDelete, at: from}})
}

func (ed *editor) rename(from, to string, rest []string) error {
	switch _, taken := ed.files[to]; {
	case to == "" || len(rest) > 0:
		return errors.New("a file can only become another file of the project")
	case taken && to != from:
		return fmt.Errorf("there is a file %s already", to)
	case to == from:
		return nil
	}
	text := string(ed.files[from])
	ed.remove(from)
	ed.write(to, text, splice{})
	return nil
}

// mover is a move of a part: both paths as they are before it.
type mover struct {
	from, to []string
	value    any
}

// op is how the part is put into what holds its new place.
func (m mover) op(root any) Op {
	holder, ok := lookup(root, m.to[:len(m.to)-1])
	last := m.to[len(m.to)-1]
	_, number := index(last)
	switch holder.(type) {
	case []any:
		return OpInsert
	case object:
		return OpSet
	}
	if _, list := m.holder(); (list || !ok) && (number || last == "-") {
		return OpInsert
	}
	return OpSet
}

// holder returns the index of the part in its list, and whether it stands in one by the look of its path.
func (m mover) holder() (int, bool) { return index(m.from[len(m.from)-1]) }

// free refuses a key that is there.
func (m mover) free(root any) error {
	holder, _ := lookup(root, m.to[:len(m.to)-1])
	if o, ok := holder.(object); ok && o.find(m.to[len(m.to)-1]) >= 0 {
		return fmt.Errorf("there is a key %q already", m.to[len(m.to)-1])
	}
	return nil
}

func (ed *editor) moveWithin(s *source, m mover) error {
	root := s.value()
	n := len(m.from)
	if slices.Equal(m.from, m.to) {
		return nil
	}
	if len(m.to) > n && slices.Equal(m.from, m.to[:n]) {
		return errors.New("a part cannot be moved into itself")
	}
	if err := m.free(root); err != nil {
		return err
	}
	holder, _ := lookup(root, m.from[:n-1])
	if _, keys := holder.(object); keys && len(m.to) == n && slices.Equal(m.from[:n-1], m.to[:n-1]) {
		return ed.run(s, []step{{op: opRename, at: m.from, name: m.to[n-1]}})
	}
	if list, ok := holder.([]any); ok && m.stays(len(list)) {
		return nil
	}
	op := m.op(root)
	if _, err := newStep(root, m.to, m.value, op); err != nil {
		return err
	}
	del := step{op: OpDelete, at: m.from}
	_, inList := holder.([]any)
	to := m.shifted(inList)
	st, err := newStep(del.with(root), to, m.value, op)
	if err != nil {
		return err
	}
	st.lines = s.text(m.from, s, m.to)
	return ed.run(s, []step{del, st})
}

// stays reports whether the part already stands there in its list of n items.
func (m mover) stays(n int) bool {
	end := len(m.from) - 1
	if len(m.to) != len(m.from) || !slices.Equal(m.from[:end], m.to[:end]) {
		return false
	}
	from, _ := index(m.from[end])
	to, number := index(m.to[end])
	if m.to[end] == "-" {
		to, number = n, true
	}
	return number && (to == from || to == from+1)
}

// shifted is where the new place is once the part is taken away.
func (m mover) shifted(inList bool) []string {
	n := len(m.from) - 1
	if !inList || len(m.to) <= n || !slices.Equal(m.from[:n], m.to[:n]) {
		return m.to
	}
	from, _ := index(m.from[n])
	at, ok := index(m.to[n])
	if !ok || at <= from {
		return m.to
	}
	to := slices.Clone(m.to)
	to[n] = strconv.Itoa(at - 1)
	return to
}

// text is the entry at from as it is written, comments included, for the place to of dst; nil where it has to be written anew.
func (s *source) text(from []string, dst *source, to []string) []string {
	c, _ := s.find(from[:len(from)-1])
	target, _ := dst.find(to[:len(to)-1])
	if c == nil || c.flow || c.bare || target != nil && len(target.entries) > 0 && (target.flow || target.node.Kind != c.node.Kind) {
		return nil
	}
	list := c.node.Kind == yaml.SequenceNode
	last := to[len(to)-1]
	if _, number := index(last); list != (number || last == "-") {
		return nil
	}
	i := c.entry(from[len(from)-1])
	en := c.entries[i]
	at, end := en.start(), s.lineEnd(en.end())
	if behind := s.behind(c, i); behind > s.next(en.end()) {
		end = s.lineEnd(s.before(behind))
	}
	col := s.column(at)
	text := s.src[at:end]
	if !list {
		text = keyText(last, false) + s.src[en.key.end:end]
	}
	if s.first(at) {
		text = s.src[s.head(at, s.floor(c, i)):at] + text
	} else {
		text = strings.Repeat(" ", col) + text
	}
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for n, line := range lines {
		cut := min(col, len(line)-len(strings.TrimLeft(line, " ")))
		lines[n] = line[cut:]
	}
	return lines
}
