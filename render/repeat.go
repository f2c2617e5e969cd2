package render

import "github.com/usherdev/usher/project"

// repeat draws its item once an element, without the markup of a list.
func repeat(b *builder, w *project.Widget) {
	layout := map[markup]markup{"column": "u-col", "wrap": "u-row u-wrap", "grid": "u-grid u-fit-md"}[b.enum(w, "layout")]
	b.root(w, "div", layout, "u-cond", "u-g-"+b.enum(w, "gap"))
	b.raw(">")
	nothing := func() {}
	b.each(b.prop(w, "data"), b.word(w, "key"), nothing, func() { b.children(w, "item") }, nothing, func() { b.children(w, "empty") })
	b.raw("</div>")
}
