package render

import "github.com/usherdev/usher/project"

// breadcrumbs draws the way to this page.
func breadcrumbs(b *builder, w *project.Widget) {
	b.root(w, "nav", "u-crumbs")
	b.named(w, "page.way")
	b.raw("><ol>")
	b.marking(func() {
		for _, c := range w.Slots["children"] {
			b.when(prop{c.Visible, below(c, "visible")}, func() {
				b.raw("<li>")
				b.widget(c)
				b.raw("</li>")
			}, nil)
		}
	})
	if here := b.prop(w, "current"); here.written() {
		b.raw(`<li><span aria-current="page">`)
		b.text(here)
		b.raw("</span></li>")
	}
	b.raw("</ol></nav>")
}
