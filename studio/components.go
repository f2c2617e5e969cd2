package studio

import (
	"net/http"
	"slices"
	"strings"

	"github.com/usherdev/usher/project"
)

// parts lists the components, also those that cannot be read.
func (v *snapshot) parts() []ComponentEntry {
	out := []ComponentEntry{}
	uses := v.componentUses()
	for _, file := range v.tree.Files() {
		rest, inside := strings.CutPrefix(file, "components/")
		name, ok := strings.CutSuffix(rest, ".yaml")
		if !inside || !ok {
			continue
		}
		e := ComponentEntry{Name: name, Uses: uses[name], Broken: true}
		if k := v.component(name); k != nil {
			e.Doc, e.Broken = k.Doc, false
		}
		out = append(out, e)
	}
	return out
}

// component returns a component, nil when there is none or its file cannot be read.
func (v *snapshot) component(name string) *project.Component {
	if v.project == nil {
		return nil
	}
	return v.project.Component(name)
}

// sheets are all that widgets stand on: pages, components, bars.
func (v *snapshot) sheets() []*project.Page {
	if v.project == nil {
		return nil
	}
	all := slices.Clone(v.project.Pages)
	for _, k := range v.project.Parts {
		all = append(all, k.Sheet)
	}
	if v.project.Bars != nil {
		all = append(all, v.project.Bars.Sheet)
	}
	return all
}

// componentUses counts how often each component is written somewhere.
func (v *snapshot) componentUses() map[string]int {
	uses := map[string]int{}
	for _, p := range v.sheets() {
		eachWidget(p.Body, func(w *project.Widget) bool {
			if w.Spec != nil && w.Spec.Component {
				uses[w.Kind]++
			}
			return true
		})
	}
	return uses
}

// eachWidget calls fn for the widgets of a list and for what is written in them, until it says false.
func eachWidget(all []*project.Widget, fn func(*project.Widget) bool) bool {
	for _, w := range all {
		if !fn(w) {
			return false
		}
		for _, slot := range w.Spec.Slots {
			if !eachWidget(inSlot(w, slot.Name), fn) {
				return false
			}
		}
	}
	return true
}

// inSlot is what is written in a slot of a widget. What is put into a component stands in its body, where the slot is placed.
func inSlot(w *project.Widget, name string) []*project.Widget {
	if !w.Spec.Component {
		return w.Slots[name]
	}
	placed := placedSlot(w.Body, w, name)
	if placed == nil {
		return nil
	}
	return placed.Slots["content"]
}

// placedSlot finds where the slot of a use of a component is placed in the component's body, nil nowhere.
func placedSlot(all []*project.Widget, use *project.Widget, name string) *project.Widget {
	for _, w := range all {
		if w.Kind == project.SlotKind && w.Use == use {
			if at, _ := w.Prop("name").Constant(); at == name {
				return w
			}
			continue
		}
		inside := [][]*project.Widget{w.Body}
		for _, slot := range w.Slots {
			inside = append(inside, slot)
		}
		for _, list := range inside {
			if found := placedSlot(list, use, name); found != nil {
				return found
			}
		}
	}
	return nil
}

// getComponent is GET /api/component/{name}: a component as it is edited.
func (s *Studio) getComponent(r *http.Request, _ none) (PageView, error) {
	v, name := s.snapshot(), r.PathValue("name")
	if !slices.Contains(v.tree.Files(), "components/"+name+".yaml") {
		return PageView{}, fault{http.StatusNotFound, "missing", "There is no such component any more."}
	}
	root := project.Path("/components").Join(name)
	var sheet *project.Page
	if k := v.component(name); k != nil {
		sheet = k.Sheet
	}
	return v.sheet(PageView{Name: name, Kind: "component", Root: root, At: root.Join("body"), Canvas: s.preview.Component(name)}, sheet)
}

// getBars is GET /api/bars: what is drawn on every page, as it is edited.
func (s *Studio) getBars(*http.Request, none) (PageView, error) {
	const root = project.Path("/app/bars")
	v := s.snapshot()
	if !v.has(root) {
		return PageView{}, fault{http.StatusNotFound, "missing", "There are no bars any more."}
	}
	var sheet *project.Page
	if v.project != nil && v.project.Bars != nil {
		sheet = v.project.Bars.Sheet
	}
	return v.sheet(PageView{Name: "Bars", Kind: "bars", Root: root, At: root, Canvas: s.preview.Bars()}, sheet)
}
