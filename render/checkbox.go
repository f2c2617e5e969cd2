package render

import "github.com/usherdev/usher/project"

func checkbox(b *builder, w *project.Widget) { b.yesNo(w, "u-field u-check", "") }

// yesNo draws an input that is ticked or not, its label beside it.
func (b *builder) yesNo(w *project.Widget, class, role markup) {
	b.raw("<div")
	b.mark(w, class)
	b.raw(`><div class="u-check-line"><input type="checkbox" value="on"`, role)
	b.control(w)
	initial := b.prop(w, "initial")
	b.do(func(r *run) {
		if s := r.posted(w, initial); s == "on" || s == "true" {
			r.lit(" checked")
		}
	})
	b.raw("><label")
	b.id("for", w.Key, "")
	b.raw(">")
	b.text(b.prop(w, "label"))
	b.raw("</label></div>")
	b.below(w)
	b.raw("</div>")
}
