package studio

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// giving is what a block is handed: a parameter, and what it is read from where the block is run.
type giving struct {
	param, path string
	typ         string
	sure        bool // it always has a value
}

// givings are what an action reads that a block does not see by itself.
type givings struct {
	outside, within *value.Env
	sure            func(path []string, t *value.Type) bool // whether there is always a value
	list            []giving
}

// give makes a parameter of a path that the block does not see by itself.
func (g *givings) give(dotted string) {
	path := strings.Split(dotted, ".")
	_, outside := g.outside.Lookup(path[0])
	_, within := g.within.Lookup(path[0])
	if outside && (!within || path[0] == "params") {
		t := g.read(dotted)
		g.list = append(g.list, giving{param: g.name(path), path: dotted, typ: typeText(t), sure: g.sure(path, t)})
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

func (g *givings) typeOf(dotted string) string { return typeText(g.read(dotted)) }

// read is the type of what a path reads outside, nil when that is not known.
func (g *givings) read(dotted string) *value.Type {
	t, _ := g.outside.Parse("${"+dotted+"}", nil)
	if t == nil {
		return nil
	}
	return t.Type()
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
	case t.Kind == value.KindObject || t.Kind == value.KindNull:
		return value.KindAny.String()
	case t.Kind == value.KindEnum:
		return value.KindText.String()
	}
	return t.Kind.String()
}

func quoted(text string) json.RawMessage {
	raw, _ := json.Marshal(text) // text cannot fail
	return raw
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
