package project

import "slices"

// Refusal is a kind of action that cannot stand at a place, and why.
type Refusal struct {
	Kind string
	Why  string
	Hint string
}

// Refused lists the kinds of actions that cannot stand in the list of actions at a path, which is written, whatever else they say. Nothing is
// refused where the project cannot be read, or no flow stands at the path.
func (t *Tree) Refused(list Path) []Refusal {
	w := t.watchFor(watched{at: list, kinds: true})
	if w == nil {
		return nil
	}
	return w.refusals
}

// refused asks of each kind whether the place allows it, and takes what was said out of the problems.
func (sc scope) refused(p place) (out []Refusal) {
	c := p.c
	mark := len(c.problems)
	for _, spec := range actionSpecs {
		sc.placeAllows(p, spec)
		if !sc.stray(p, spec.Kind) {
			sc.homeless(p, spec.Kind)
		}
		for _, said := range c.problems[mark:] {
			if !said.Warning {
				out = append(out, Refusal{Kind: spec.Kind, Why: said.Msg, Hint: said.Hint})
				break
			}
		}
		c.problems = c.problems[:mark]
	}
	return out
}

// stray reports an action that means something on a page, or in a component, and stands in neither.
func (sc scope) stray(p place, kind string) bool {
	switch {
	case kind == "emit" && sc.use == nil:
		p.fail("emit belongs into a component", "what it sets off is written where the component is used")
	case (kind == "open" || kind == "close") && sc.page == nil:
		p.fail(kind+" belongs to a page", "an action block or an event of the app does not know which page is shown")
	default:
		return false
	}
	return true
}

// pageKinds are actions that name something of a page.
var pageKinds = []string{"setState", "setField", "fieldError", "loadMore"}

// homeless reports an action that names something which the place does not have.
func (sc scope) homeless(p place, kind string) {
	switch {
	case !slices.Contains(pageKinds, kind) || kind == "setState" && sc.keeps():
	case kind == "setState" || kind == "loadMore":
		if !sc.pageOnly(p, kind, kind == "setState") && sc.page == nil {
			p.fail(kind+" works on pages only", "give the block a result, and set it where the block is run")
		}
	case sc.page == nil:
		p.fail(kind+" works on pages only", "give the block a result, and set it where the block is run")
	}
}
