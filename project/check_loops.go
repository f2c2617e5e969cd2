package project

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/usherdev/usher/value"
)

// branches decodes what an action holds: worked is the scope when it did what it should, failed when a call did not succeed.
func (sc scope) branches(a *Action, s section, worked, failed scope) {
	apart, join := sc.flow.forks()
	defer join()
	for _, key := range a.Spec.AllBranches() {
		apart()
		p, ok := s.get(key)
		switch {
		case !ok || key == "elseIf":
		case a.Kind == "parallel" && key != "onError":
			continue // see parallel
		case key == "do":
			a.Branches[key] = sc.loopBody(a, s, p)
		case key == "else":
			a.Branches[key], _ = failed.actions(p)
		case key == "onError":
			a.Branches[key] = sc.errorBranch(a, failed, p)
		case key == "onMessage":
			a.Branches[key] = sc.onMessage(p, a.Call)
		default:
			a.Branches[key], _ = worked.actions(p)
		}
		if ok && a.Branches[key] == nil { // an empty branch is a branch
			a.Branches[key] = []*Action{}
		}
	}
	if p, ok := s.get("elseIf"); ok {
		apart()
		a.Branches["else"] = sc.elseIf(p, a.Branches["else"])
		delete(a.Branches, "elseIf")
	}
}

// forks keeps branches apart of which one runs. apart is called before each of them; join behind the last: what any of them may have done counts.
func (f *flowWork) forks() (apart, join func()) {
	before, after := f.asked, f.asked
	apart = func() {
		after = after || f.asked
		f.asked = before
	}
	return apart, func() { f.asked = after || f.asked }
}

// errorBranch decodes what runs when the action fails (F158). Of a call or a stream it reads the output too, which is in failed.
func (sc scope) errorBranch(a *Action, failed scope, p place) []*Action {
	if a.Kind == "call" || a.Kind == "stream" {
		sc = failed
	}
	sc.flow.caught++
	defer func() { sc.flow.caught-- }()
	out, _ := sc.with("error", errorType()).actions(p)
	return out
}

// errorType is error.* in an error branch (F158).
func errorType() *value.Type {
	return value.ObjectOf("error", value.Field{Name: "message", Type: value.TextType()}, value.Field{Name: "kind", Type: value.TextType()},
		value.Field{Name: "action", Type: value.TextType()})
}

// elseIf makes conditionals inside each other of a flat list of them (F142).
func (sc scope) elseIf(p place, rest []*Action) []*Action {
	items := p.items("elseIf")
	made := make([]*Action, 0, len(items))
	apart, join := sc.flow.forks()
	defer join()
	for _, item := range items {
		apart()
		s := item.section("an item of elseIf", "if", "then")
		a := &Action{Kind: "if", ID: string(item.at), At: item.at, Spec: ActionSpecOf("if"), Props: map[string]*value.Template{}, Branches: map[string][]*Action{}}
		if cp, ok := s.need("if", ""); ok {
			if t := sc.prop(a.Spec.Prop("condition"), cp, "elseIf"); t != nil {
				a.Props["condition"] = t
			}
		}
		if tp, ok := s.need("then", ""); ok {
			a.Branches["then"], _ = sc.actions(tp)
		}
		made = append(made, a)
	}
	for i := len(made) - 1; i >= 0; i-- {
		if rest != nil {
			made[i].Branches["else"] = rest
		}
		rest = []*Action{made[i]}
	}
	return rest
}

// loopBody decodes the rounds of a loop (F144). The names of an item and its place mean something in it alone.
func (sc scope) loopBody(a *Action, s section, p place) []*Action {
	if a.Kind == "forEach" {
		item := value.AnyType()
		if t := a.Props["list"]; t != nil && t.Type().Kind == value.KindList && t.Type().Elem != nil {
			item = t.Type().Elem
		}
		sc = sc.loopName(s, "as", "each", item, a.Spec)
		defer sc.flow.itemOf(word(a, "as", "each"), s, a.Props["list"])()
		sc = sc.loopName(s, "index", "", value.IntType(), a.Spec)
	}
	sc.flow.loops++
	body, _ := sc.actions(p)
	sc.flow.loops--
	for _, key := range []string{"as", "index"} {
		delete(sc.flow.names, word(a, key, ""))
	}
	return body
}

// word is a property that is written as it is.
func word(a *Action, key, fallback string) string {
	if t := a.Props[key]; t != nil {
		v, _ := t.Constant()
		return value.Text(v)
	}
	return fallback
}

// itemOf notes what a loop reads its items from, so that a token among them is found out. It returns what forgets it again.
func (f *flowWork) itemOf(name string, s section, list *value.Template) func() {
	was := f.items[name]
	var paths [][]string
	if p, ok := s.get("list"); ok && list != nil {
		for _, path := range p.readPaths(list) {
			paths = append(paths, f.behind(append(path, "[]"))...)
		}
	}
	f.items[name] = paths
	return func() { f.items[name] = was }
}

// behind returns the paths that a path means: that of an item of a loop begins where its list does.
func (f *flowWork) behind(path []string) [][]string {
	lists, ok := f.items[path[0]]
	if !ok {
		return [][]string{path}
	}
	var out [][]string
	for _, list := range lists {
		out = append(out, append(slices.Clone(list), path[1:]...))
	}
	return out
}

func (sc scope) loopName(s section, key, fallback string, t *value.Type, spec *ActionSpec) scope {
	if p, ok := s.get(key); ok {
		if name, ok := sc.outputName(p, spec); ok {
			return sc.with(name, t)
		}
		return sc
	}
	if fallback == "" {
		return sc
	}
	return sc.with(fallback, t)
}

// fillLoop decodes the properties of a loop.
func (sc scope) fillLoop(a *Action, s section) {
	sc.fillProps(a, s)
	s.need("do", "the actions of each round")
	for name, most := range map[string]int{"most": loopLimit, "step": 1 << 30} {
		p, ok := s.get(name)
		if !ok || a.Props[name] == nil {
			continue
		}
		v, constant := a.Props[name].Constant()
		if n, err := strconv.Atoi(value.Text(v)); constant && (err != nil || n < 1 || n > most) {
			if name == "step" {
				p.fail("step of "+a.Kind+" must be 1 or more", "to go backwards, write reverse: true")
				continue
			}
			p.fail(fmt.Sprintf("most of %s must be 1 to %d", a.Kind, loopLimit), "")
		}
	}
}

// loopOnly reports what means something in a loop alone.
func (sc scope) loopOnly(p place, spec *ActionSpec) {
	if (spec.Kind == "break" || spec.Kind == "continue") && sc.flow.loops == 0 {
		p.fail(spec.Kind+" works inside forEach and while alone", "to end a flow, write stop")
	}
}
