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
	what   string                    // for messages
	from   string                    // its name
	define func(string) []relocation // how it gets another
	legal  func(string) bool
	follow func(text, to string) string // a text that names it, with its new name; the same when it does not
	keys   bool                         // keys may name it
}

// relocation is a move of a definition.
type relocation struct{ from, at Path }

// Rename gives what at names another name and follows it wherever it is named, in expressions too: a page (/pages/home), a component, an
// API group, a call of one (/calls/auth/calls/login), a data type, an action block, a constant, an environment value, or a text in all languages
// (/locales/en/home/title). The checker says where a name is meant: what it no longer finds after the definition moved is a place that named it.
// The tree returned has the same problems as t and no others; if that cannot be had, the error says where, and nothing is changed.
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
	p, before := t.Project()
	if p == nil {
		return fail(errors.New("a file cannot be read, so nobody knows what else names it"))
	}
	w := renaming{n: n, to: to, tree: t}
	for _, m := range n.define(to) {
		if err := w.apply(Edit{Op: OpMove, From: m.from, At: m.at}); err != nil {
			return fail(err)
		}
	}
	for range maxRounds {
		broken := w.newProblems(before)
		if len(broken) == 0 {
			return w.tree, w.undo, nil
		}
		mended, err := w.mend(broken)
		if err != nil {
			return fail(err)
		}
		if !mended {
			return fail(fmt.Errorf("it cannot be renamed, for then %s", broken[0]))
		}
	}
	return fail(errors.New("it is named in too many ways to rename it"))
}

// renaming is the state of one Rename.
type renaming struct {
	n    named
	to   string
	tree *Tree
	undo []Edit
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
		e, ok := w.editAt(p.At)
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

// editAt is the edit that makes the place at name what was renamed by its new name.
func (w *renaming) editAt(at Path) (Edit, bool) {
	raw, ok := w.tree.Value(at)
	if !ok {
		return Edit{}, false
	}
	var text string
	if json.Unmarshal(raw, &text) == nil {
		if now := w.n.follow(text, w.to); now != text {
			val, err := json.Marshal(now)
			return Edit{Op: OpSet, At: at, Value: val}, err == nil
		}
	}
	parts, err := at.Parts()
	if last := len(parts) - 1; err == nil && w.n.keys && parts[last] == w.n.from {
		return Edit{Op: OpMove, From: at, At: Path("").Join(append(slices.Clone(parts[:last]), w.to)...)}, true
	}
	return Edit{}, false
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
	n.define = func(to string) []relocation {
		return []relocation{{at, Path("").Join(append(slices.Clone(parts[:last]), to)...)}}
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
	case len(parts) == 3 && parts[0] == "app" && (parts[1] == "constants" || parts[1] == "env"):
		n.what = "a constant"
		if parts[1] == "env" {
			n.what, n.keys, n.legal = "an environment value", true, envPattern.MatchString
		}
		n.follow = func(text, to string) string { return value.RenamePath(text, []string{parts[1], n.from}, to) }
		return n, nil
	case len(parts) > 2 && parts[0] == localesDir:
		return t.text(n, parts), nil
	}
	return named{}, errors.New("what stands here is named nowhere else; change it where it stands")
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
		n.what, n.keys = "a component", true
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
	n.define = func(to string) (out []relocation) {
		for _, file := range t.Files() {
			if !strings.HasPrefix(file, localesDir+"/") {
				continue
			}
			at := filePath(file).Join(keys...)
			if _, there := t.written(at); there {
				out = append(out, relocation{at, filePath(file).Join(moved(to)...)})
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
	for _, m := range n.define(n.from) {
		if err := w.apply(Edit{Op: OpDelete, At: m.from}); err != nil {
			return nil, err
		}
	}
	return w.newProblems(t.Check(CheckOptions{})), nil
}
