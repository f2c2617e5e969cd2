package project

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// opRename gives a key another name in its place; a move within one mapping is that.
const opRename Op = "rename"

// step is a part of an edit that one splice of one file can do. What it names is there.
type step struct {
	op    Op
	at    []string
	value any
	name  string   // opRename: the new key
	ahead string   // the key that a new one comes to stand before, "" at the end
	lines []string // the entry as it is written elsewhere, without indentation: a move keeps comments and style
}

// Apply carries out edits, one after the other, and returns the tree they make and the edits that take them back. Text is spliced: bytes
// that an edit does not mean stay as they are. A set changes only what differs; keys and lists missing on the way to a place are made.
// Insert takes an index or "-", the end of the list. Delete leaves an empty list or mapping. Move reads both of its paths before it
// takes anything away; in a list, the item comes to stand before the one that At names. A path of two parts (/app: one) stands for the whole file.
// On an error nothing is changed; it names the path. t itself never changes.
func (t *Tree) Apply(edits ...Edit) (next *Tree, undo []Edit, err error) {
	ed := editor{files: maps.Clone(t.files)}
	if ed.files == nil {
		ed.files = map[string][]byte{}
	}
	for _, e := range edits {
		if err := ed.apply(e); err != nil {
			return nil, nil, err
		}
	}
	slices.Reverse(ed.undo)
	return &Tree{files: ed.files, heads: t.heads, read: t.read, once: &verdict{}}, ed.undo, nil
}

// editor is the state of one Apply.
type editor struct {
	files map[string][]byte
	undo  []Edit  // the newest last
	last  *source // the file read last
}

func (ed *editor) apply(e Edit) error {
	at := e.At
	var err error
	switch e.Op {
	case OpBytes:
		return ed.bytes(e.Patch)
	case OpSet:
		err = ed.set(e)
	case OpInsert:
		err = ed.insert(e)
	case OpDelete:
		err = ed.delete(e.At)
	case OpMove:
		at, err = e.From, ed.move(e)
	default:
		err = fmt.Errorf("%q is no edit", e.Op)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", at, err)
	}
	return nil
}

// open reads the file that a path stands in.
func (ed *editor) open(at Path) (*source, []string, error) {
	file, rest := at.File()
	if file == "" {
		return nil, nil, errors.New("the path names no file of a project")
	}
	src, ok := ed.files[file]
	if !ok {
		return nil, nil, fmt.Errorf("there is no file %s", file)
	}
	if ed.last != nil && ed.last.file == file && ed.last.src == string(src) {
		return ed.last, rest, nil
	}
	s, err := readSource(file, src)
	ed.last = s
	return s, rest, err
}

func (ed *editor) set(e Edit) error {
	v, err := readJSON(e.Value)
	if err != nil {
		return err
	}
	file, rest := e.At.File()
	if _, ok := ed.files[file]; !ok && file != "" && len(rest) == 0 {
		return ed.create(file, v)
	}
	s, rest, err := ed.open(e.At)
	if err != nil {
		return err
	}
	root := s.value()
	if cur, ok := lookup(root, rest); ok {
		return ed.run(s, merge(rest, cur, v))
	}
	st, err := newStep(root, rest, v, OpSet)
	if err != nil {
		return err
	}
	return ed.run(s, []step{st})
}

func (ed *editor) create(file string, v any) error {
	o, ok := v.(object)
	if !ok {
		return errors.New("a file is made of a mapping of keys to values")
	}
	text := strings.Join((&source{}).piece(nil, o).lines(), "\n") + "\n"
	s, err := readSource(file, []byte(text))
	if err != nil {
		return err
	}
	if !equal(s.value(), o) {
		return errors.New("the value cannot be written as YAML")
	}
	ed.write(file, text, splice{})
	return nil
}

func (ed *editor) insert(e Edit) error {
	v, err := readJSON(e.Value)
	if err != nil {
		return err
	}
	s, rest, err := ed.open(e.At)
	if err != nil {
		return err
	}
	st, err := newStep(s.value(), rest, v, OpInsert)
	if err != nil {
		return err
	}
	return ed.run(s, []step{st})
}

func (ed *editor) delete(at Path) error {
	file, rest := at.File()
	if _, there := ed.files[file]; there && len(rest) == 0 {
		ed.remove(file)
		return nil
	}
	s, rest, err := ed.open(at)
	if err != nil {
		return err
	}
	if _, ok := lookup(s.value(), rest); !ok {
		return missing(s.value(), rest)
	}
	return ed.run(s, []step{{op: OpDelete, at: rest}})
}

// newStep is the step that puts v where nothing stands yet; what is missing on the way is part of the step's value.
func newStep(root any, at []string, v any, op Op) (step, error) {
	if len(at) == 0 {
		return step{}, errors.New("an item is inserted into a list, not in place of a file")
	}
	n := 0 // how much of the way is there
	holder := root
	for n < len(at)-1 {
		next, ok := lookup(holder, at[n:n+1])
		if !ok {
			break
		}
		holder, n = next, n+1
	}
	if n == len(at)-1 {
		return newStepIn(holder, at, v, op)
	}
	if _, list := holder.([]any); list || !holds(holder) {
		return step{}, missing(root, at)
	}
	last := at[len(at)-1]
	if op == OpInsert {
		if last != "0" && last != "-" {
			return step{}, missing(root, at)
		}
		v = []any{v}
	} else {
		v = object{{last, v}}
	}
	for i := len(at) - 2; i > n; i-- {
		if _, number := index(at[i]); number {
			return step{}, missing(root, at)
		}
		v = object{{at[i], v}}
	}
	return step{op: OpSet, at: at[:n+1], value: v}, nil
}

// holds reports whether keys can be added to v.
func holds(v any) bool {
	_, ok := v.(object)
	return ok || v == nil
}

// newStepIn is newStep where the list or mapping is there.
func newStepIn(holder any, at []string, v any, op Op) (step, error) {
	last := at[len(at)-1]
	if op == OpSet {
		if !holds(holder) {
			return step{}, missing(holder, at[len(at)-1:])
		}
		return step{op: OpSet, at: at, value: v}, nil
	}
	list, ok := holder.([]any)
	if !ok && holder != nil {
		return step{}, errors.New("an item is inserted into a list, and there is none here")
	}
	i, number := index(last)
	if last == "-" {
		i, number = len(list), true
	}
	if !number || i > len(list) {
		return step{}, fmt.Errorf("an item cannot be inserted at %q: the list has %s", last, items(len(list)))
	}
	return step{op: OpInsert, at: append(slices.Clone(at[:len(at)-1]), strconv.Itoa(i)), value: v}, nil
}

func items(n int) string {
	if n == 1 {
		return "1 item"
	}
	return strconv.Itoa(n) + " items"
}

// missing says how far a path leads.
func missing(root any, at []string) error {
	for i := range at {
		if _, ok := lookup(root, at[:i+1]); ok {
			continue
		}
		holder, _ := lookup(root, at[:i])
		switch holder := holder.(type) {
		case []any:
			return fmt.Errorf("there is no item %q: the list has %s", at[i], items(len(holder)))
		case object:
			return fmt.Errorf("there is no key %q", at[i])
		}
		return fmt.Errorf("there is no %q: what holds it is a plain value", at[i])
	}
	return errors.New("nothing is there")
}

// merge is the steps that make v of what is at a place, touching only what differs.
func merge(at []string, cur, v any) []step {
	if equal(cur, v) {
		return nil
	}
	switch c := cur.(type) {
	case object:
		if o, ok := v.(object); ok && mergeable(c, o) {
			return mergeKeys(at, c, o)
		}
	case []any:
		if list, ok := v.([]any); ok && len(c) > 0 && len(list) > 0 {
			return mergeItems(at, c, list)
		}
	}
	return []step{{op: OpSet, at: at, value: v}}
}

// mergeable reports whether next is cur with keys changed, taken away and added at the end.
func mergeable(cur, next object) bool {
	last, added := -1, false
	for _, m := range next {
		i := cur.find(m.key)
		if i < 0 {
			added = true
			continue
		}
		if added || i < last {
			return false
		}
		last = i
	}
	return last >= 0
}

func below(at []string, part string) []string { return append(slices.Clone(at), part) }

func mergeKeys(at []string, cur, next object) []step {
	var steps []step
	for _, m := range cur {
		if next.find(m.key) < 0 {
			steps = append(steps, step{op: OpDelete, at: below(at, m.key)})
		}
	}
	for _, m := range next {
		if i := cur.find(m.key); i >= 0 {
			steps = append(steps, merge(below(at, m.key), cur[i].value, m.value)...)
		} else {
			steps = append(steps, step{op: OpSet, at: below(at, m.key), value: m.value})
		}
	}
	return steps
}

func mergeItems(at []string, cur, next []any) []step {
	from, a, b := 0, len(cur), len(next)
	for from < min(a, b) && equal(cur[from], next[from]) {
		from++
	}
	for a > from && b > from && equal(cur[a-1], next[b-1]) {
		a, b = a-1, b-1
	}
	var steps []step
	i := from
	for ; i < min(a, b); i++ {
		steps = append(steps, merge(below(at, strconv.Itoa(i)), cur[i], next[i])...)
	}
	for j := a - 1; j >= i; j-- {
		steps = append(steps, step{op: OpDelete, at: below(at, strconv.Itoa(j))})
	}
	for ; i < b; i++ {
		steps = append(steps, step{op: OpInsert, at: below(at, strconv.Itoa(i)), value: next[i]})
	}
	return steps
}

// run carries out steps on one file.
func (ed *editor) run(s *source, steps []step) error {
	for _, st := range steps {
		next, cut, err := s.after(st)
		if err != nil {
			return err
		}
		ed.write(s.file, next.src, cut)
		ed.last, s = next, next
	}
	return nil
}

// after is the file after a step, and the one range that changed. The text must mean what the step means: if splicing as written
// does not get there, the value is written anew, with a line break behind it where it ends the file, and at last the one-line {…} or […]
// around it; otherwise nothing is changed.
func (s *source) after(st step) (*source, splice, error) {
	st.ahead = s.keyBehind(st)
	want := st.with(s.value())
	var first error
	for _, plan := range []func(step, any) splices{s.unfold, s.kept, s.anew, s.ended, s.reprint} {
		cuts := plan(st, want)
		if cuts == nil {
			continue
		}
		next, err := readSource(s.file, []byte(cuts.apply(s.src)))
		if err == nil && equal(next.value(), want) {
			return next, cuts.cover(s.src), nil
		}
		if err == nil {
			err = errors.New("the text would not mean the same")
		}
		if first == nil {
			first = err
		}
	}
	return nil, splice{}, fmt.Errorf("the change cannot be written into %s as it stands: %w", s.file, first)
}

// kept is the splices of a step that brings its own text, nil for others.
func (s *source) kept(st step, _ any) splices {
	if st.lines == nil {
		return nil
	}
	return s.plan(st)
}

func (s *source) anew(st step, _ any) splices {
	st.lines = nil
	return s.plan(st)
}

// ended is anew with a line break at the end of the file, without which a text of several lines would lose the one that it ends in; nil where
// the step does not write there.
func (s *source) ended(st step, want any) splices {
	cuts := s.anew(st, want)
	if len(cuts) == 0 {
		return nil
	}
	last := &cuts[len(cuts)-1]
	if last.end != len(s.src) || strings.HasSuffix(last.text, s.nl) {
		return nil
	}
	last.text += s.nl
	return cuts
}

// unfold writes what stood in braces because it was small over several lines, where a step adds to it and it is small no more; nil where nobody
// would, and for what somebody wrote in braces although it was not small.
func (s *source) unfold(st step, want any) splices {
	n, e := 0, s.root
	for e != nil && !e.flow {
		if n == len(st.at)-1 || len(st.at) == 0 {
			return nil
		}
		i := e.entry(st.at[n])
		if i < 0 {
			return nil
		}
		n, e = n+1, e.entries[i].value
	}
	if e == nil || e.up == nil || e.up.bare || s.column(e.up.start) == 0 || n == len(st.at) || st.op != OpSet || st.lines != nil || s.line(e.start) != s.line(e.end) || s.column(e.end) > lineWidth {
		return nil
	}
	was, isMapping := nodeValue(e.node).(object)
	if _, there := lookup(was, st.at[n:]); there && !isCollection(st.value) || !isMapping || !small(was) {
		return nil
	}
	v, _ := lookup(want, st.at[:n])
	if o, ok := v.(object); ok && small(o) && s.column(e.start)+len(flowText(o, 0, true)) <= lineWidth {
		return nil
	}
	return s.write(e, print(v, s.column(e.up.start)+2, 0))
}

func isCollection(v any) bool {
	switch v := v.(type) {
	case object:
		return len(v) > 0
	case []any:
		return len(v) > 0
	}
	return false
}

// reprint writes the outermost one-line collection in brackets that the step changes.
func (s *source) reprint(st step, want any) splices {
	e := s.root
	for n, part := range st.at {
		if e == nil || e.flow && s.line(e.start) == s.line(e.end) {
			break
		}
		i := e.entry(part)
		if i < 0 {
			return nil
		}
		v, ok := lookup(want, st.at[:n+1])
		e = e.entries[i].value
		if ok && e.flow && s.line(e.start) == s.line(e.end) {
			return splices{{e.start, e.end, flowText(v, 0, true)}}
		}
	}
	return nil
}

// plan is the splices of a step.
func (s *source) plan(st step) splices {
	if len(st.at) == 0 {
		return s.putRoot(s.piece(s.root, st.value))
	}
	last := st.at[len(st.at)-1]
	holder, _ := s.find(st.at[:len(st.at)-1])
	if holder == nil || len(holder.entries) == 0 {
		return s.fill(holder, st, last)
	}
	i := holder.entry(last)
	switch {
	case st.op == OpDelete && len(holder.entries) == 1:
		empty := piece{head: "{}"}
		if holder.node.Kind == yaml.SequenceNode {
			empty.head = "[]"
		}
		return s.write(holder, empty)
	case st.op == OpDelete:
		return s.remove(holder, i)
	case st.op == opRename:
		key := holder.entries[i].key
		return splices{{key.start, key.end, keyText(st.name, holder.flow)}}
	case st.op == OpSet && i >= 0:
		e := holder.entries[i].value
		return s.write(e, s.piece(e, st.value))
	case st.op == OpSet:
		to := len(holder.entries)
		if st.ahead != "" {
			to = holder.entry(st.ahead)
		}
		return s.add(holder, to, pairText(last, st.value), st.orLines(printEntry(last, st.value, s.column(holder.start))))
	}
	at, _ := index(last)
	p := print(st.value, s.column(holder.start)+2, 0)
	return s.add(holder, at, flowText(st.value, 0, true), st.orLines(p.dashed()))
}

// orLines is the step's own text if it has one.
func (st step) orLines(lines []string) []string {
	if st.lines != nil {
		return st.lines
	}
	return lines
}

func (s *source) add(holder *element, i int, flow string, lines []string) splices {
	if holder.flow || holder.bare {
		return s.insertFlow(holder, i, flow)
	}
	return s.insert(holder, i, lines)
}

// fill puts the first entry into what is empty: {}, [] or nothing at all.
func (s *source) fill(holder *element, st step, last string) splices {
	v := any(object{{last, st.value}})
	if st.op == OpInsert {
		v = []any{st.value}
	}
	if st.lines != nil && (holder == nil || holder.up == nil || !holder.up.flow && !holder.up.bare) {
		return s.write(holder, piece{block: true, body: st.lines})
	}
	return s.write(holder, s.piece(holder, v))
}

// write puts p in the place of e; nil is a file without a value.
func (s *source) write(e *element, p piece) splices {
	if e == nil || e.up == nil {
		return s.putRoot(p)
	}
	i := slices.IndexFunc(e.up.entries, func(en cell) bool { return en.value == e })
	return s.put(e.up, i, p)
}

// piece writes v for the place of e, in e's style where v allows it.
func (s *source) piece(e *element, v any) piece {
	if e == nil || e.up == nil {
		return print(v, 0, 0)
	}
	var like yaml.Style
	if e.node.ShortTag() == "!!str" {
		like = e.node.Style
	}
	if e.up.flow || e.up.bare {
		return piece{head: flowText(v, like, true)}
	}
	col := s.column(e.up.start)
	if o, ok := v.(object); ok && e.inline() && (col > 0 || e.flow) && e.up.node.Kind == yaml.MappingNode && small(o) {
		if text := flowText(o, 0, true); s.column(e.start)+len(text) <= lineWidth {
			return piece{head: text}
		}
	}
	return print(v, col+2, like)
}

// inline reports whether e stands beside its key and in one piece, or is not written.
func (e *element) inline() bool {
	return e.blank || e.flow || e.node.Kind == yaml.ScalarNode && e.node.Style&(yaml.LiteralStyle|yaml.FoldedStyle) == 0
}

// lines is the piece as lines of their own.
func (p piece) lines() []string {
	if p.block {
		return p.body
	}
	return append([]string{p.head}, p.body...)
}
