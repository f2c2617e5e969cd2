package studio

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// blocked makes an action block Name of the action at At and runs the block in its place. What the action reads of the place becomes parameters
// of the block; what it brings becomes the block's result, if it is read behind.
func blocked(tree *project.Tree, e WireEdit) (*project.Tree, []project.Edit, error) {
	block := project.Path("").Join("flows", e.Name)
	file, _ := block.File()
	raw, there := tree.Value(e.At)
	var action any
	switch {
	case !there || flowOf(e.At) == "" || flowOf(e.At) == e.At || json.Unmarshal(raw, &action) != nil:
		return nil, nil, fmt.Errorf("%s is no action", e.At)
	case file == "" || slices.Contains(tree.Files(), file):
		return nil, nil, fmt.Errorf("there is an action block %s already", e.Name)
	}
	made, undo, err := tree.Apply(project.Edit{Op: project.OpSet, At: block, Value: json.RawMessage(`{"actions":[]}`)})
	if err != nil {
		return nil, nil, err
	}
	outside, ok := tree.Outlook(e.At, "", "")
	within, okIn := made.Outlook(block.Join("actions", "0"), "", "")
	if !ok || !okIn {
		return nil, nil, fmt.Errorf("a file of the app cannot be read")
	}
	g := givings{outside: outside.Env, within: within.Env}
	edits := []project.Edit{{Op: project.OpMove, From: e.At, At: block.Join("actions", "0")}}
	edits = append(edits, g.texts(action, block.Join("actions", "0"))...)
	edits = append(edits, g.edits(tree, e, block, action)...)
	next, back, err := made.Apply(edits...)
	if err != nil {
		return nil, nil, err
	}
	if p := newProblem(tree, next); p != nil {
		return nil, nil, fmt.Errorf("it cannot stand in an action block: %s", p.Msg)
	}
	return next, append(back, undo...), nil
}

// giving is what a block is handed: a parameter, and what it is read from where the block is run.
type giving struct {
	param, path string
	typ         string
}

// givings are what an action reads that a block does not see by itself.
type givings struct {
	outside, within *value.Env
	list            []giving
}

// texts are the edits by which the expressions of an action read parameters, once it stands at a path.
func (g *givings) texts(action any, at project.Path) (edits []project.Edit) {
	var reads []string
	eachText(action, at, func(_ project.Path, text string) {
		value.EachPath(text, func(path []string) string {
			reads = append(reads, strings.Join(path, "."))
			return ""
		})
	})
	slices.Sort(reads)
	for _, dotted := range slices.Compact(reads) {
		g.give(dotted)
	}
	eachText(action, at, func(at project.Path, text string) {
		if now := value.EachPath(text, g.param); now != text {
			edits = append(edits, project.Edit{Op: project.OpSet, At: at, Value: quoted(now)})
		}
	})
	return edits
}

// give makes a parameter of a path that the block does not see by itself.
func (g *givings) give(dotted string) {
	path := strings.Split(dotted, ".")
	_, outside := g.outside.Lookup(path[0])
	_, within := g.within.Lookup(path[0])
	if outside && (!within || path[0] == "params") {
		g.list = append(g.list, giving{g.name(path), dotted, g.typeOf(dotted)})
	}
}

// param is what is read in the block in the place of a path, "" the same.
func (g *givings) param(path []string) string {
	dotted := strings.Join(path, ".")
	for _, x := range g.list {
		if x.path == dotted {
			return "params." + x.param
		}
	}
	return ""
}

// name is a parameter's name for a path: its last part, if that is free.
func (g *givings) name(path []string) string {
	taken := make([]string, len(g.list))
	for i, x := range g.list {
		taken[i] = x.param
	}
	name := path[len(path)-1]
	if !project.LegalName(name) {
		name = "value"
	}
	if slices.Contains(taken, name) {
		return freshName(name, taken)
	}
	return name
}

func (g *givings) typeOf(dotted string) string {
	t, _ := g.outside.Parse("${"+dotted+"}", nil)
	if t == nil {
		return value.KindAny.String()
	}
	return typeText(t.Type())
}

// typeText is a type as it is written in a file.
func typeText(t *value.Type) string {
	switch {
	case t == nil:
		return value.KindAny.String()
	case t.Kind == value.KindList:
		return "list of " + typeText(t.Elem)
	case t.Kind == value.KindEnum && t.Name != "":
		return t.Name
	case t.Kind == value.KindObject && t.Name != "" && strings.ToUpper(t.Name[:min(1, len(t.Name))]) == t.Name[:min(1, len(t.Name))]:
		return t.Name
	case t.Kind == value.KindObject:
		return value.KindAny.String()
	}
	return t.Kind.String()
}

// edits declare the block's parameters and result, and run it where the action stood.
func (g *givings) edits(tree *project.Tree, e WireEdit, block project.Path, action any) (edits []project.Edit) {
	set := func(at project.Path, text string) {
		edits = append(edits, project.Edit{Op: project.OpSet, At: at, Value: quoted(text)})
	}
	run := []any{"block", quoted(e.Name)}
	if len(g.list) > 0 {
		var with []any
		for _, x := range g.list {
			set(block.Join("params", x.param), x.typ)
			with = append(with, x.param, quoted("${"+x.path+"}"))
		}
		run = append(run, "with", jsonObject(with...))
	}
	if as := outputOf(action); as != "" && readBehind(tree, e.At, as, action) {
		set(block.Join("result"), "${"+as+"}")
		run = append(run, "as", quoted(as))
	}
	return append(edits, project.Edit{Op: project.OpInsert, At: e.At, Value: jsonObject(run...)})
}

func quoted(text string) json.RawMessage {
	raw, _ := json.Marshal(text) // text cannot fail
	return raw
}

// outputOf is the name of an action's own output, "" none.
func outputOf(action any) string {
	m, _ := action.(map[string]any)
	if name, ok := m["as"].(string); ok && hasOutput(m) {
		return name
	}
	return ""
}

// readBehind reports whether the flow that an action stands in reads an output elsewhere than in the action, or the block's result does.
func readBehind(tree *project.Tree, at project.Path, name string, action any) bool {
	count := func(v any) (n int) {
		eachText(v, "", func(_ project.Path, text string) {
			value.EachPath(text, func(path []string) string {
				if path[0] == name {
					n++
				}
				return ""
			})
		})
		return n
	}
	var around []any
	flow := flowOf(at)
	places := []project.Path{flow}
	if file, rest := flow.File(); strings.HasPrefix(file, "flows/") && len(rest) == 1 {
		parts, _ := flow.Parts() // a path, as flowOf has seen
		places = append(places, project.Path("").Join(parts[0], parts[1], "result"))
	}
	for _, p := range places {
		var v any
		raw, _ := tree.Value(p)
		_ = json.Unmarshal(raw, &v) // nil where nothing is written
		around = append(around, v)
	}
	return count(around) > count(action)
}

// newProblem is an error that next has and tree has not, nil when there is none.
func newProblem(tree, next *project.Tree) *project.Problem {
	_, before := tree.Project()
	_, after := next.Project()
	known := map[string]int{}
	for _, p := range before {
		known[p.Msg]++
	}
	for i := range after {
		if known[after[i].Msg]--; known[after[i].Msg] < 0 && !after[i].Warning {
			return &after[i]
		}
	}
	return nil
}
