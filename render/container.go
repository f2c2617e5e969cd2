package render

import "github.com/usherdev/usher/project"

func container(b *builder, w *project.Widget) {
	var fill markup
	if b.is(w, "fill") {
		fill = " u-fill"
	}
	b.root(w, "div", "u-container"+fill, "u-bg-"+b.enum(w, "background"), "u-g-"+b.enum(w, "gap"), "u-a-"+b.enum(w, "align"), "u-p-"+b.enum(w, "padding"))
	b.raw(">")
	b.children(w, "children")
	b.raw("</div>")
}
