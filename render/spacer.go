package render

import "github.com/usherdev/usher/project"

func spacer(b *builder, w *project.Widget) {
	b.root(w, "div", "u-space-"+b.enum(w, "size"))
	b.raw(` aria-hidden="true"></div>`)
}
