package project

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/usherdev/usher/value"
)

// Outlook is what an expression at one place of a project may read, and what becomes of a text there.
type Outlook struct {
	Env     *value.Env
	Type    *value.Type     // what the place needs; nil any
	Secret  bool            // a secret may stand there
	Exact   bool            // a value stands or may stand right at the place; else this is what may be read around it
	Value   *value.Template // what the text is; nil without a text, or when it is wrong
	Faults  []TextFault     // of the text
	Project *Project        // with the text in its place
}

// PartOfValue is the kind of what is only a part of a value, such as one side of a comparison: any type will do, a secret too.
const PartOfValue PropKind = "part"

// TextFault is a fault of a text with ${…}; Offset counts its characters.
type TextFault struct {
	Offset  int
	Msg     string
	Hint    string
	Warning bool
}

// Outlook tells what may be read at a path, whether or not anything is written there, and judges text as if it stood there; "" is no text.
// kind is what is needed where the checker does not know, "" anything; PartOfValue is told apart everywhere.
// It checks the project anew: nothing of it is kept while an app is served. It is false where the project cannot be read.
func (t *Tree) Outlook(at Path, kind PropKind, text string) (Outlook, bool) {
	w := t.watch(at, kind, text)
	if w == nil {
		return Outlook{}, false
	}
	if !w.exact && t.unwritten(at) {
		stands := text
		if !strings.Contains(stands, "${") {
			stands = "${nil}"
		}
		raw, _ := json.Marshal(stands) // text cannot fail
		if next, _, err := t.Apply(Edit{Op: OpSet, At: at, Value: raw}); err == nil {
			if there := next.watch(at, kind, text); there != nil && there.exact {
				w = there
			}
		}
	}
	return w.outlook(), true
}

// unwritten reports whether a text may be tried at a path: what stands there is nothing, or single.
func (t *Tree) unwritten(at Path) bool {
	raw, ok := t.Value(at)
	_, rest := at.File()
	return len(rest) > 0 && (!ok || len(raw) > 0 && raw[0] != '{' && raw[0] != '[')
}

// watched is a place that a run of the checker looks out for.
type watched struct {
	at    Path
	kind  PropKind
	text  string
	sc    scope
	want  want
	seen  bool // sc is known
	exact bool // sc is that of the place itself
	depth int  // of the path that sc was seen at
	mark  int  // the problems before the place
	out   *value.Template
	told  []TextFault
	c     *checker

	kinds    bool      // which actions the place refuses is asked as well
	refusals []Refusal // of it
}

func (t *Tree) watch(at Path, kind PropKind, text string) *watched {
	return t.watchFor(watched{at: at, kind: kind, text: text})
}

// watchFor runs the checker for what is asked of a place; nil where the project cannot be read.
func (t *Tree) watchFor(asked watched) *watched {
	files, _ := t.parse()
	w := &asked
	again := asked
	w.c = newChecker(t, CheckOptions{}, files, nil)
	w.c.watched = w
	w.c.run()
	if taints := w.c.taints; len(taints) > 0 {
		w = &again
		w.c = newChecker(t, CheckOptions{}, files, taints)
		w.c.watched = w
		w.c.run()
	}
	if w.c.app == nil {
		return nil
	}
	return w
}

// around notes the scope of what surrounds the place: the nearest wins, and of the same path the first.
func (w *watched) around(at Path, sc scope) {
	if w == nil || w.exact || w.at != at && !strings.HasPrefix(string(w.at), string(at)+"/") {
		return
	}
	if w.kinds && w.at == at && sc.flow != nil {
		w.refusals, w.kinds = sc.refused(place{w.c, &file{}, &yaml.Node{}, at}), false
	}
	if n := len(at); !w.seen || n > w.depth {
		w.sc, w.seen, w.depth = sc, true, n
	}
}

// value is asked before each value is decoded. It answers for the one that is looked out for, when there is a text to put in its place.
func (w *watched) value(sc scope, p place, wanted want) (*value.Template, bool) {
	if p.at != w.at {
		if !w.seen && strings.HasPrefix(string(p.at), string(w.at)+"/") {
			w.sc, w.seen = sc, true // what stands below it; anything around comes instead
		}
		return nil, false
	}
	first := !w.exact
	if first {
		w.sc, w.want, w.seen, w.exact, w.mark = sc, wanted, true, true, len(p.c.problems)
	}
	if w.kind == PartOfValue {
		w.want = want{what: "this value", secret: true, null: true}
		wanted = w.want
	}
	if w.text == "" {
		return nil, false
	}
	t := w.judge(sc, p.f.name, wanted)
	if first {
		w.out = t
	}
	return t, true
}

// judge decodes the text where it is looked out for, and takes what is wrong with it out of the problems.
func (w *watched) judge(sc scope, name string, wanted want) *value.Template {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.LiteralStyle, Value: w.text, Line: 0, Column: 1} // as a block below its key
	mark := len(w.c.problems)
	t := sc.decode(place{w.c, &file{name: name, src: []byte(w.text)}, n, w.at}, wanted)
	if w.told == nil {
		for _, p := range w.c.problems[mark:] {
			w.told = append(w.told, TextFault{Offset: offsetOf(w.text, p.Line, p.Col), Msg: p.Msg, Hint: p.Hint, Warning: p.Warning})
		}
	}
	w.c.problems = w.c.problems[:mark]
	return t
}

// offsetOf counts the characters before a line and column, both from 1.
func offsetOf(text string, line, col int) int {
	n := 0
	for ; line > 1; line-- {
		before, rest, ok := strings.Cut(text, "\n")
		if !ok {
			break
		}
		n, text = n+utf8.RuneCountInString(before)+1, rest
	}
	return n + max(col-1, 0)
}

func (w *watched) outlook() Outlook {
	sc := w.sc
	if !w.seen {
		sc = scope{env: w.c.app.base}
		if strings.HasPrefix(string(w.at), "/calls/") {
			sc = scope{env: w.c.app.calls, calls: true}
		}
	}
	if !w.exact {
		w.want = want{what: "this value", secret: w.kind == PropCond || w.kind == PropSecret || w.kind == PartOfValue}
		if t := propTypes[w.kind]; t != nil {
			w.want.typ = t()
		}
		w.mark = len(w.c.problems)
		if w.text != "" {
			w.out = w.judge(sc, "", w.want)
		}
	}
	out := Outlook{Env: sc.env, Type: w.want.typ, Secret: w.want.secret, Exact: w.exact, Value: w.out, Faults: w.told, Project: w.c.p}
	for _, p := range w.c.problems[min(w.mark, len(w.c.problems)):] { // rules of the place itself, told behind the value
		if f := (TextFault{Msg: p.Msg, Hint: p.Hint, Warning: p.Warning}); w.text != "" && p.At == w.at && !alreadyTold(out.Faults, f) {
			out.Faults = append(out.Faults, f)
		}
	}
	return out
}

func alreadyTold(faults []TextFault, f TextFault) bool {
	for _, have := range faults {
		if have.Msg == f.Msg {
			return true
		}
	}
	return false
}
