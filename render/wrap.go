package render

import "github.com/usherdev/usher/project"

func wrap(b *builder, w *project.Widget) {
	b.root(w, "div", "u-row u-wrap", "u-g-"+b.enum(w, "gap"), "u-a-"+b.enum(w, "align"), "u-j-"+b.enum(w, "justify"), "u-p-"+b.enum(w, "padding"))
	b.raw(">")
	b.children(w, "children")
	b.raw("</div>")
}
