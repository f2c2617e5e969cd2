package render

import "github.com/usherdev/usher/project"

// menu draws a button that opens links and buttons: a disclosure, which every browser opens by itself.
func menu(b *builder, w *project.Widget) {
	b.root(w, "details", "u-menu")
	b.raw(" data-menu><summary")
	b.opener(w)
	b.raw(`</summary><div class="u-menu-list">`)
	b.marking(func() { b.children(w, "children") })
	b.raw("</div></details>")
}

// opener writes the class of a button that opens more, and what stands in it: its icon, and its label where `text` is on.
func (b *builder) opener(w *project.Widget) {
	if b.is(w, "text") {
		b.raw(` class="u-btn u-btn-outlined u-btn-md">`, glyph(b.word(w, "icon")), "<span>")
		b.text(b.prop(w, "label"))
		b.raw("</span>")
	} else {
		b.raw(` class="u-ibtn u-ibtn-plain"`)
		b.bind("aria-label", b.prop(w, "label"))
		b.bind("title", b.prop(w, "label"))
		b.raw(">", glyph(b.word(w, "icon")))
	}
}
