package render

import "github.com/usherdev/usher/project"

func iconButton(b *builder, w *project.Widget) {
	label := b.prop(w, "label")
	b.root(w, "button", "u-ibtn", b.look(w, "u-ibtn-"))
	b.presses(w)
	b.bind("aria-label", label)
	b.bind("title", label)
	b.raw(">", glyph(b.word(w, "icon")), "</button>")
}
