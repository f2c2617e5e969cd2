package render

import "github.com/usherdev/usher/project"

// appBar draws the bar above a page. The title is its first heading.
func appBar(b *builder, w *project.Widget) {
	b.root(w, "header", "u-appbar")
	b.raw(`><div class="u-appbar-in">`)
	if b.is(w, "logo") && b.opts.Chrome.Logo.Light != "" {
		b.raw(`<span class="u-logo u-logo-sm">`)
		b.logo()
		b.raw("</span>")
	}
	b.ends(w, "leading")
	end := b.headingOf(false)
	b.raw(` class="u-appbar-title">`)
	b.text(b.prop(w, "title"))
	end()
	b.ends(w, "actions")
	b.raw("</div></header>")
}

// ends draws one end of an app bar.
func (b *builder) ends(w *project.Widget, slot string) {
	if len(w.Slots[slot]) == 0 {
		return
	}
	b.raw(`<div class="u-appbar-end">`)
	b.children(w, slot)
	b.raw("</div>")
}
