package render

import "github.com/usherdev/usher/project"

// conditional draws one of its two slots. Its box is there in either case, so that what comes and goes has one place.
func conditional(b *builder, w *project.Widget) {
	b.root(w, "div", "u-col", "u-cond", "u-g-"+b.enum(w, "gap"))
	b.raw(">")
	b.when(b.prop(w, "when"), func() { b.children(w, "then") }, func() { b.children(w, "else") })
	b.raw("</div>")
}
