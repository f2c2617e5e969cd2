package project

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/usherdev/usher/value"
)

// maxRounds is how often what a rename broke is mended before it counts as broken: each round may show what the one before hid.
const maxRounds = 50

// named is something of an app that other places name.
type named struct {
	what   string              // for messages
	from   string              // its name
	define func(string) []Edit // how it gets another
	legal  func(string) bool
	follow func(text, to string) string // a text that names it, with its new name; the same when it does not
	keys   func(name string) string     // what keys that name it are, nil when none do
	pick   bool                         // follow cannot tell its places from their like: see candidates
}

// Rename gives what at names another name and follows it wherever it is named, in expressions too: a page (/pages/home), a component, an API
// group, a call of one (/calls/auth/calls/login), a data type, an action block, a constant, an environment value, a variable
// (/app/state/cart), a parameter, a prop, an event or a slot of a component, a widget by its id (/pages/home/body/0/textField/id), an output of an action (/flows/renew/actions/0/as), or a text in all languages
// (/locales/en/home/title). The checker says where a name is meant: what it no longer finds after the definition moved is a place that named
// it. The tree returned has the same problems as t and no others; if that cannot be had, the error says where, and nothing is changed.
func (t *Tree) Rename(at Path, to string) (next *Tree, undo []Edit, err error) {
	fail := func(err error) (*Tree, []Edit, error) { return nil, nil, fmt.Errorf("%s: %w", at, err) }
	n, err := t.namedAt(at)
	switch {
	case err != nil:
		return fail(err)
	case to == n.from:
		return t, nil, nil
	case !n.legal(to):
		return fail(fmt.Errorf("%s cannot be named %s", n.what, quoted(to)))
	}
	w := renaming{n: n, to: to, tree: t}
	if err := w.run("renamed"); err != nil {
		return fail(err)
	}
	return w.tree, w.undo, nil
}

// MoveCall puts a call (/calls/auth/calls/me) into another API group, as the last of its calls, and follows it wherever it is named. What the call
// has from its group (address, headers, authentication, parameters) it has from the new one then. The same holds for the tree returned as for Rename.
func (t *Tree) MoveCall(at Path, group string) (next *Tree, undo []Edit, err error) {
	fail := func(err error) (*Tree, []Edit, error) { return nil, nil, fmt.Errorf("%s: %w", at, err) }
	parts, err := at.Parts()
	if err != nil || len(parts) != 4 || parts[0] != "calls" || parts[2] != "calls" {
		return fail(errors.New("this is no call"))
	}
	if _, there := t.written(at); !there {
		return fail(errors.New("there is nothing at this path"))
	}
	if group == parts[1] {
		return t, nil, nil
	}
	n := named{what: "a call", from: parts[1] + "." + parts[3]}
	n.define = func(string) []Edit {
		return []Edit{{Op: OpMove, From: at, At: Path("/calls").Join(group, "calls", parts[3])}}
	}
	n.follow = func(text, to string) string {
		if text == n.from {
			return to
		}
		return text
	}
	w := renaming{n: n, to: group + "." + parts[3], tree: t}
	if err := w.run("moved"); err != nil {
		return fail(err)
	}
	return w.tree, w.undo, nil
}

// renaming is the state of one Rename.
type renaming struct {
	n    named
	to   string
	tree *Tree
	undo []Edit
}

// run moves the definition and mends what named it, until the tree has no problem that it did not have.
func (w *renaming) run(done string) error {
	p, before := w.tree.Project()
	if p == nil {
		return errors.New("a file cannot be read, so nobody knows what else names it")
	}
	for _, e := range w.n.define(w.to) {
		if err := w.apply(e); err != nil {
			return err
		}
	}
	for range maxRounds {
		broken := w.newProblems(before)
		if len(broken) == 0 {
			return nil
		}
		mended, err := w.mend(broken)
		if err != nil {
			return err
		}
		if !mended {
			return fmt.Errorf("it cannot be %s, for then %s", done, broken[0])
		}
	}
	return errors.New("it is named in too many ways to be " + done)
}

func (w *renaming) apply(e Edit) error {
	next, back, err := w.tree.Apply(e)
	if err != nil {
		return err
	}
	w.tree, w.undo = next, append(back, w.undo...)
	return nil
}

// newProblems returns the problems that were not there before, whatever the renamed thing was called then.
func (w *renaming) newProblems(before Problems) Problems {
	sign := func(p Problem) string { return strings.ReplaceAll(p.Msg, w.n.from, w.to) }
	there := map[string]int{}
	for _, p := range before {
		there[sign(p)]++
	}
	var out Problems
	for _, p := range w.tree.Check(CheckOptions{}) {
		if there[sign(p)]--; there[sign(p)] < 0 {
			out = append(out, p)
		}
	}
	return out
}

// mend puts the new name where a problem shows that the old one was meant; false when none does.
func (w *renaming) mend(broken Problems) (mended bool, err error) {
	done := map[Path]bool{}
	for _, p := range broken {
		if p.At == "" || done[p.At] {
			continue
		}
		done[p.At] = true
		e, ok := w.editAt(p)
		if w.n.pick && !ok {
			e, ok = w.pickAt(p)
		}
		if !ok {
			continue
		}
		if err := w.apply(e); err != nil {
			return false, err
		}
		mended = true
	}
	return mended, nil
}

// editAt is the edit that makes the place of a problem name what was renamed by its new name.
func (w *renaming) editAt(p Problem) (Edit, bool) {
	if parts, err := p.At.Parts(); err == nil && w.n.keys != nil && parts[len(parts)-1] == w.n.keys(w.n.from) && w.tree.tellsKey(p) {
		return Edit{Op: OpMove, From: p.At, At: Path("").Join(append(slices.Clone(parts[:len(parts)-1]), w.n.keys(w.to))...)}, true
	}
	var text string
	if raw, ok := w.tree.Value(p.At); !ok || json.Unmarshal(raw, &text) != nil {
		return Edit{}, false
	}
	now := w.n.follow(text, w.to)
	val, err := json.Marshal(now)
	return Edit{Op: OpSet, At: p.At, Value: val}, err == nil && now != text
}

// maxPicked bounds how many places of one text are tried one by one: 2 to the power of it.
const maxPicked = 6

// pickAt is editAt for a field, whose like other objects may have: of the places in a text that name such a field those are renamed after which
// the least is wrong with the text, all of them if that will do.
func (w *renaming) pickAt(p Problem) (Edit, bool) {
	var text string
	if raw, ok := w.tree.Value(p.At); !ok || json.Unmarshal(raw, &text) != nil {
		return Edit{}, false
	}
	_, places := value.RenameMember(text, w.n.from, w.to, func(int) bool { return false })
	if places == 0 {
		return Edit{}, false
	}
	sets := []uint{1<<min(places, 32) - 1}
	for set := uint(1); places <= maxPicked && set < sets[0]; set++ {
		sets = append(sets, set)
	}
	best, least := Edit{}, w.faultsAt(w.tree, p.At)
	for _, set := range sets {
		now, _ := value.RenameMember(text, w.n.from, w.to, func(i int) bool { return set>>min(i, 31)&1 == 1 })
		val, err := json.Marshal(now)
		if err != nil {
			continue
		}
		e := Edit{Op: OpSet, At: p.At, Value: val}
		next, _, err := w.tree.Apply(e)
		if err != nil {
			continue
		}
		if n := w.faultsAt(next, p.At); n < least {
			best, least = e, n
		}
		if least == 0 {
			break
		}
	}
	return best, best.Op != ""
}

// faultsAt counts what is wrong at a path.
func (w *renaming) faultsAt(t *Tree, at Path) (n int) {
	for _, p := range t.Check(CheckOptions{}) {
		if p.At == at {
			n++
		}
	}
	return n
}

// tellsKey reports whether a problem is told of the key that its path ends with, and not of the value below it.
func (t *Tree) tellsKey(p Problem) bool {
	file, rest := p.At.File()
	s, err := readSource(file, t.files[file])
	if err != nil || len(rest) == 0 {
		return false
	}
	holder, _ := s.find(rest[:len(rest)-1])
	if holder == nil {
		return false
	}
	i := holder.entry(rest[len(rest)-1])
	if i < 0 || holder.entries[i].key == nil {
		return false
	}
	key := holder.entries[i].key.node
	return key.Line == p.Line && key.Column == p.Col
}

// namedAt says what stands at a path, if it is something that has a name.
func (t *Tree) namedAt(at Path) (named, error) {
	parts, err := at.Parts()
	if err != nil {
		return named{}, err
	}
	if _, there := t.written(at); !there {
		return named{}, errors.New("there is nothing at this path")
	}
	last := len(parts) - 1
	n := named{from: parts[last], legal: LegalName}
	n.define = func(to string) []Edit {
		return []Edit{{Op: OpMove, From: at, At: Path("").Join(append(slices.Clone(parts[:last]), to)...)}}
	}
	same := func(text, to string) string {
		if text == n.from {
			return to
		}
		return text
	}
	switch {
	case len(parts) == 2 && parts[0] != "app":
		return n.file(parts[0], same)
	case len(parts) == 4 && parts[0] == "calls" && parts[2] == "calls":
		n.what = "a call"
		n.follow = func(text, to string) string {
			if text == parts[1]+"."+n.from {
				return parts[1] + "." + to
			}
			return text
		}
		return n, nil
	case len(parts) == 4 && parts[0] == "types" && parts[2] == "fields":
		n.what, n.keys, n.pick, n.follow, n.define = "a field", asItIs, true, same, t.field(at, n.define)
		return n, nil
	case len(parts) == 3 && parts[0] == "app" && (parts[1] == "constants" || parts[1] == "env"):
		n.what = "a constant"
		if parts[1] == "env" {
			n.what, n.keys, n.legal = "an environment value", asItIs, envPattern.MatchString
		}
		n.follow = func(text, to string) string { return value.RenamePath(text, []string{parts[1], n.from}, to) }
		return n, nil
	case len(parts) > 2 && parts[0] == localesDir:
		return t.text(n, parts), nil
	case len(parts) > 3 && onSheet(parts) && parts[last] == "id" && t.variable(parts) == "":
		return t.id(n, at)
	case len(parts) == 4 && parts[0] == "components" && (parts[2] == "events" || parts[2] == "slots"):
		return t.told(n, at)
	case len(parts) > 3 && (parts[last] == "as" || parts[last] == "index") && t.outputs(at):
		return t.output(n, at)
	}
	if root := t.variable(parts); root != "" {
		n.what, n.keys = "a variable or parameter", asItIs
		if root == "params" {
			n.define = t.parameter(n, parts)
		}
		n.follow = func(text, to string) string {
			if rest, ok := strings.CutPrefix(text, root+"."+n.from); ok && (rest == "" || rest[0] == '.') { // what change names
				return root + "." + to + rest
			}
			return value.RenamePath(text, []string{root, n.from}, to)
		}
		return n, nil
	}
	return named{}, errors.New("what stands here is named nowhere else; change it where it stands")
}

// variable is what expressions call the mapping by whose key a path names: a variable of the app, a page or a component, a parameter or a prop; "" for
// anything else.
func (t *Tree) variable(parts []string) string {
	switch n := len(parts); {
	case n == 3 && parts[0] == "app" && parts[1] == "state":
		return "app"
	case n == 4 && parts[0] == "pages" && parts[2] == "state":
		return "state"
	case n == 4 && parts[0] == "components" && parts[2] == "state":
		return "own"
	case n == 4 && parts[0] == "components" && parts[2] == "props":
		return "props"
	case n == 4 && (parts[0] == "pages" || parts[0] == "flows") && parts[2] == "params", n == 4 && parts[0] == "calls" && parts[2] == "params",
		n == 6 && parts[0] == "calls" && parts[4] == "params":
		return "params"
	}
	return ""
}

// parameter moves a parameter, and its place in the path of what it belongs to: /posts/{id}.
func (t *Tree) parameter(n named, parts []string) func(string) []Edit {
	move, path := n.define, Path("").Join(append(slices.Clone(parts[:len(parts)-2]), "path")...)
	return func(to string) []Edit {
		edits := move(to)
		var text string
		if raw, ok := t.Value(path); ok && json.Unmarshal(raw, &text) == nil && strings.Contains(text, "{"+n.from+"}") {
			val, _ := json.Marshal(strings.ReplaceAll(text, "{"+n.from+"}", "{"+to+"}")) // text cannot fail
			edits = append(edits, Edit{Op: OpSet, At: path, Value: val})
		}
		return edits
	}
}

// field moves a field of a data type. In JSON it keeps its name, which is what a backend knows: key says so from then on.
func (t *Tree) field(at Path, move func(string) []Edit) func(string) []Edit {
	parts, _ := at.Parts() // it was read before
	return func(to string) []Edit {
		edits, now := move(to), Path("").Join(append(slices.Clone(parts[:len(parts)-1]), to)...)
		raw, _ := t.Value(at)
		var short string
		var long map[string]any
		switch {
		case json.Unmarshal(raw, &short) == nil:
			val, _ := json.Marshal(struct { // texts cannot fail
				Type string `json:"type"`
				Key  string `json:"key"`
			}{short, parts[len(parts)-1]})
			return append(edits, Edit{Op: OpSet, At: now, Value: val})
		case json.Unmarshal(raw, &long) != nil:
		case long["key"] == nil:
			val, _ := json.Marshal(parts[len(parts)-1])
			return append(edits, Edit{Op: OpSet, At: now.Join("key"), Value: val})
		case long["key"] == to && len(long) == 2: // the type alone is left
			val, _ := json.Marshal(long["type"])
			return append(edits, Edit{Op: OpSet, At: now, Value: val})
		case long["key"] == to:
			return append(edits, Edit{Op: OpDelete, At: now.Join("key")})
		}
		return edits
	}
}

// asItIs is how most things are named in keys.
func asItIs(name string) string { return name }

// onSheet reports whether a path is in a file of widgets, or in what stands on every page.
func onSheet(parts []string) bool {
	return parts[0] == "pages" || parts[0] == "components" || parts[0] == "app" && parts[1] == "bars"
}

// told is an event or a slot of a component: an item of a list, or the key of what an event hands over. Uses name both by a key, an event by that of its flow.
func (t *Tree) told(n named, at Path) (named, error) {
	parts, _ := at.Parts() // it was read before
	var listed string
	if raw, _ := t.Value(at); !eventPattern.MatchString(n.from) && json.Unmarshal(raw, &listed) == nil {
		n.from = listed
		n.define = func(to string) []Edit {
			val, _ := json.Marshal(to) // text cannot fail
			return []Edit{{Op: OpSet, At: at, Value: val}}
		}
	}
	if !eventPattern.MatchString(n.from) {
		return named{}, errors.New("this is no name of an event or a slot")
	}
	n.what, n.keys, n.legal = "a slot", asItIs, eventPattern.MatchString
	if parts[2] == "events" {
		n.what, n.keys = "an event", handlerOf
	}
	old := n.from
	n.follow = func(text, to string) string {
		if text == old {
			return to
		}
		return text
	}
	return n, nil
}

// id is the id of a widget: inputs are read by it as form.id, and others are opened and closed by it.
func (t *Tree) id(n named, at Path) (named, error) {
	raw, _ := t.Value(at)
	if err := json.Unmarshal(raw, &n.from); err != nil || !LegalName(n.from) {
		return named{}, errors.New("this is no id")
	}
	old := n.from
	n.what, n.keys = "a widget", asItIs
	n.define = func(to string) []Edit {
		val, _ := json.Marshal(to) // text cannot fail
		return []Edit{{Op: OpSet, At: at, Value: val}}
	}
	n.follow = func(text, to string) string {
		if text == old {
			return to
		}
		return value.RenamePath(text, []string{"form", old}, to)
	}
	return n, nil
}

// outputs reports whether a path names the output of an action, or the item or the place of a loop.
func (t *Tree) outputs(at Path) bool {
	parts, _ := at.Parts() // a path, as the caller has seen
	holder, _ := t.written(Path("").Join(parts[:len(parts)-1]...))
	action, ok := holder.(object)
	return ok && slices.ContainsFunc(action, func(m member) bool {
		spec := ActionSpecOf(m.key)
		return spec != nil && (m.key == "forEach" || spec.Output && parts[len(parts)-1] == "as")
	})
}

// output is the name of what an action brings, or of the item of a loop.
func (t *Tree) output(n named, at Path) (named, error) {
	raw, _ := t.Value(at)
	if err := json.Unmarshal(raw, &n.from); err != nil || !LegalName(n.from) {
		return named{}, errors.New("this is no name of an output")
	}
	old := n.from
	n.what, n.legal = "an output", LegalOutput
	n.define = func(to string) []Edit {
		val, _ := json.Marshal(to) // text cannot fail
		return []Edit{{Op: OpSet, At: at, Value: val}}
	}
	n.follow = func(text, to string) string { return value.RenamePath(text, []string{old}, to) }
	return n, nil
}

// file is what a file holds and its name is for.
func (n named) file(dir string, same func(text, to string) string) (named, error) {
	n.legal, n.follow = filePattern.MatchString, same
	switch dir {
	case "pages":
		n.what = "a page"
	case "flows":
		n.what = "an action block"
	case "components":
		n.what, n.keys = "a component", asItIs
	case "calls":
		n.what = "an API group"
		n.follow = func(text, to string) string {
			if rest, ok := strings.CutPrefix(text, n.from+"."); ok {
				return to + "." + rest
			}
			return same(text, to)
		}
	case "types":
		n.what, n.legal = "a data type", LegalName
		word := regexp.MustCompile(`\b` + regexp.QuoteMeta(n.from) + `\b`)
		n.follow = func(text, to string) string {
			if strings.Contains(text, "${") {
				return value.RenamePath(text, []string{n.from}, to)
			}
			return word.ReplaceAllLiteralString(text, to)
		}
	default:
		return named{}, errors.New("this file's name is not for an app to choose")
	}
	return n, nil
}

// text is a text of the app, which has the same key in each language.
func (t *Tree) text(n named, parts []string) named {
	keys := parts[2:]
	old := strings.Join(keys, ".")
	moved := func(to string) []string { return append(slices.Clone(keys[:len(keys)-1]), to) }
	n.what, n.legal = "a text", func(to string) bool { return namePattern.MatchString(to) }
	n.define = func(to string) (out []Edit) {
		for _, file := range t.Files() {
			if !strings.HasPrefix(file, localesDir+"/") {
				continue
			}
			at := filePath(file).Join(keys...)
			if _, there := t.written(at); there {
				out = append(out, Edit{Op: OpMove, From: at, At: filePath(file).Join(moved(to)...)})
			}
		}
		return out
	}
	n.follow = func(text, to string) string {
		if text == old {
			return strings.Join(moved(to), ".")
		}
		return value.RenameText(text, old, strings.Join(moved(to), "."))
	}
	return n
}

// Uses returns the places that would no longer be right without what stands at a path, as the problems that they would have then.
func (t *Tree) Uses(at Path) (Problems, error) {
	n, err := t.namedAt(at)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", at, err)
	}
	w := renaming{n: n, to: n.from, tree: t}
	for i, e := range n.define(n.from) {
		gone := e.From
		switch {
		case e.Op != OpMove && i > 0: // a path keeps the place of its parameter, a field the name that JSON has for it
			continue
		case e.Op == OpSet: // an id
			gone = at
		}
		if err := w.apply(Edit{Op: OpDelete, At: gone}); err != nil {
			return nil, err
		}
	}
	return w.newProblems(t.Check(CheckOptions{})), nil
}
