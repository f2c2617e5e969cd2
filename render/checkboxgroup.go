package render

import (
	"slices"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// checkboxGroup draws a fieldset of checkboxes of one name. None of them is required by itself, so the browser is not told of that.
func checkboxGroup(b *builder, w *project.Widget) {
	b.group(w, "u-check", " data-many", func() {
		b.belongs(w)
		b.flag("disabled", b.prop(w, "disabled"))
		b.sealed(w, "onChange", "data-change")
	}, `<input type="checkbox"`, func(r *run, initial prop) func(string) bool {
		chosen := r.postedList(w, initial)
		return func(val string) bool { return slices.Contains(chosen, val) }
	})
}

// postedList is what is chosen of several: what was posted, else the initial list.
func (r *run) postedList(w *project.Widget, initial prop) []string {
	if text, ok := r.frame.Values[r.name(w.Key)]; ok {
		return project.Split(text)
	}
	if !initial.written() {
		return nil
	}
	list, _ := r.eval(initial).([]any)
	return value.Texts(list)
}
