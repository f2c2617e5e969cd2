package studio

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

var eventKey = regexp.MustCompile(`^on[A-Z]`)

// flowOf is the path of the flow that a path stands in: the list that an event, a timer or an action block runs, "" for none.
func flowOf(at project.Path) project.Path {
	parts, err := at.Parts()
	if err != nil {
		return ""
	}
	for i := 1; i < len(parts); i++ {
		timer := parts[i] == "do" && i == 4 && parts[2] == "timers"
		block := parts[i] == "actions" && i == 2 && parts[0] == "flows"
		if timer || block || eventKey.MatchString(parts[i]) {
			return project.Path("").Join(parts[:i+1]...)
		}
	}
	return ""
}

// acted puts the actions Value before the item At of a flow. Outputs whose names the flow has already, or no output can have, get others, and
// what the actions read of them follows.
func acted(tree *project.Tree, e WireEdit) (*project.Tree, []project.Edit, error) {
	var actions []any
	flow := flowOf(e.At)
	parts, _ := e.At.Parts() // a path, as flowOf has seen
	switch {
	case flow == "":
		return nil, nil, fmt.Errorf("%s is no place of an action", e.At)
	case json.Unmarshal(e.Value, &actions) != nil || len(actions) == 0:
		return nil, nil, fmt.Errorf("%s: a list of actions is needed", e.At)
	}
	n, err := strconv.Atoi(parts[len(parts)-1])
	if err != nil || n < 0 {
		return nil, nil, fmt.Errorf("%s is no place of an action", e.At)
	}
	list := project.Path("").Join(parts[:len(parts)-1]...)
	var items []json.RawMessage
	_ = json.Unmarshal(e.Value, &items) // a list, as seen above
	var edits []project.Edit
	for i, raw := range items {
		edits = append(edits, project.Edit{Op: project.OpInsert, At: list.Join(strconv.Itoa(n + i)), Value: raw})
	}
	for i, action := range actions {
		edits = append(edits, renamedOutputs(action, list.Join(strconv.Itoa(n+i)), freshOutputs(tree, flow, actions))...)
	}
	return tree.Apply(edits...)
}

// getFits is GET /api/fits?at=/pages/home/body/0/button/onTap: which actions cannot stand in a list of actions that is written, or would be.
func (s *Studio) getFits(r *http.Request, _ none) (FitsView, error) {
	at := project.Path(r.URL.Query().Get("at"))
	tree := s.snapshot().tree
	if file, _ := at.File(); !slices.Contains(tree.Files(), file) {
		return FitsView{}, fault{http.StatusNotFound, "missing", "There is no such file any more."}
	}
	out := FitsView{Refused: []RefusedView{}}
	for _, no := range s.roomFor(tree, at).Refused(at) {
		out.Refused = append(out.Refused, RefusedView{Kind: no.Kind, Why: no.Why, Hint: no.Hint})
	}
	return out, nil
}

// roomFor is a tree with a list of actions at a path: as it is, or where none is written with one in it that is refused nowhere.
func (s *Studio) roomFor(tree *project.Tree, list project.Path) *project.Tree {
	if raw, ok := tree.Value(list); ok && len(raw) > 0 && raw[0] == '[' {
		return tree
	}
	if next, _, err := tree.Apply(project.Edit{Op: project.OpInsert, At: list.Join("0"), Value: json.RawMessage(`"clearCache"`)}); err == nil {
		return next
	}
	parts, err := list.Parts()
	if err != nil || len(parts) < 3 {
		return tree
	}
	widget := project.Path("").Join(parts[:len(parts)-2]...) // written as its main value alone: there is no place for an event yet
	next, _, err := s.carryOut(tree, WireEdit{Op: "prop", At: widget, Name: parts[len(parts)-1], Value: json.RawMessage(`["clearCache"]`)})
	if err != nil {
		return tree
	}
	return next
}

// freshOutputs are the names that the outputs of actions get where they are put into a flow.
func freshOutputs(tree *project.Tree, flow project.Path, actions []any) map[string]string {
	var there any
	raw, _ := tree.Value(flow)
	_ = json.Unmarshal(raw, &there) // nil where nothing is written
	taken := outputsIn(there)
	own := outputsIn(actions)
	fresh := map[string]string{}
	for _, name := range own {
		want := name
		if !project.LegalOutput(want) {
			want += "Reply"
		}
		if slices.Contains(taken, want) {
			want = freshName(want, slices.Concat(taken, own))
		}
		if want != name {
			fresh[name] = want
			taken = append(taken, want)
		}
	}
	return fresh
}

// eachOutput calls fn for the actions in a value that name their output, with the path of the name.
func eachOutput(v any, at project.Path, fn func(at project.Path, name string)) {
	switch v := v.(type) {
	case []any:
		for i, item := range v {
			eachOutput(item, at.Join(strconv.Itoa(i)), fn)
		}
	case map[string]any:
		if name, ok := v["as"].(string); ok && hasOutput(v) {
			fn(at.Join("as"), name)
		}
		for _, key := range branchKeys() {
			eachOutput(v[key], at.Join(key), fn)
		}
	}
}

// branchKeys are the keys that hold actions.
func branchKeys() (keys []string) {
	for _, spec := range project.Actions() {
		keys = append(keys, spec.AllBranches()...)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// hasOutput reports whether a mapping is an action that may name its output.
func hasOutput(action map[string]any) bool {
	for key := range action {
		if spec := project.ActionSpecOf(key); spec != nil && spec.Output {
			return true
		}
	}
	return false
}

func outputsIn(v any) (names []string) {
	eachOutput(v, "", func(_ project.Path, name string) { names = append(names, name) })
	slices.Sort(names)
	return slices.Compact(names)
}

// renamedOutputs are the edits that give the outputs of an action at a path their fresh names, and what reads them the same.
func renamedOutputs(v any, at project.Path, fresh map[string]string) (edits []project.Edit) {
	set := func(at project.Path, text string) {
		raw, _ := json.Marshal(text) // text cannot fail
		edits = append(edits, project.Edit{Op: project.OpSet, At: at, Value: raw})
	}
	eachOutput(v, at, func(at project.Path, name string) {
		if fresh[name] != "" {
			set(at, fresh[name])
		}
	})
	eachText(v, at, func(at project.Path, text string) {
		now := text
		for name, to := range fresh {
			now = value.RenamePath(now, []string{name}, to)
		}
		if now != text {
			set(at, now)
		}
	})
	return edits
}
