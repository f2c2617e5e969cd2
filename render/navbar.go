package render

import "github.com/usherdev/usher/project"

// navBar draws the links to the app's main pages.
func navBar(b *builder, w *project.Widget) {
	b.root(w, "nav", "u-navbar")
	b.named(w, "page.main")
	b.raw(">")
	b.marking(func() { b.children(w, "children") })
	b.raw("</nav>")
}

// named writes the name of a region: the builder's, or ours.
func (b *builder) named(w *project.Widget, key string) {
	if label := b.prop(w, "label"); label.written() {
		b.bind("aria-label", label)
	} else {
		b.attr("aria-label", b.own(key))
	}
}

// marking draws links of which the one that leads to this page is marked.
func (b *builder) marking(draw func()) {
	was := b.ways
	b.ways = true
	draw()
	b.ways = was
}
