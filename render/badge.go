package render

import "github.com/usherdev/usher/project"

func badge(b *builder, w *project.Widget) {
	b.root(w, "span", "u-chip", b.look(w, "u-chip-"))
	b.chosen("data-tone", w, "tone")
	b.raw(">")
	if b.is(w, "dot") {
		b.raw(`<span class="u-chip-dot" aria-hidden="true"></span>`)
	}
	if name := b.word(w, "icon"); name != "" {
		b.raw(glyph(name))
	}
	b.raw("<span>")
	b.text(b.prop(w, "text"))
	b.raw("</span></span>")
}
