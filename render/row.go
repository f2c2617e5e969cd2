package render

import "github.com/usherdev/usher/project"

func row(b *builder, w *project.Widget) {
	var wrap markup
	if b.is(w, "wrap") {
		wrap = " u-wrap"
	}
	if on := b.enum(w, "stackOn"); on != "none" {
		wrap += " u-stack-" + on
	}
	b.root(w, "div", "u-row"+wrap, "u-g-"+b.enum(w, "gap"), "u-a-"+b.enum(w, "align"), "u-j-"+b.enum(w, "justify"), "u-p-"+b.enum(w, "padding"))
	b.raw(">")
	b.children(w, "children")
	b.raw("</div>")
}
