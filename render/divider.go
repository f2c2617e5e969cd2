package render

import "github.com/usherdev/usher/project"

func divider(b *builder, w *project.Widget) {
	if p := b.prop(w, "text"); p.written() {
		b.root(w, "div", "u-divider u-divider-text")
		b.raw("><span>")
		b.text(p)
		b.raw("</span></div>")
		return
	}
	b.root(w, "hr", "u-divider")
	b.raw(">")
}
