package render

import "github.com/usherdev/usher/project"

// drawer draws a button and the panel that it opens: a popover, which browsers open over the page and close by themselves.
func drawer(b *builder, w *project.Widget) {
	b.root(w, "div", "u-drawer-box")
	b.raw(`><button type="button"`)
	b.id("popovertarget", w.Key, "-panel")
	b.opener(w)
	b.raw(`</button><div popover role="dialog" class="u-drawer u-drawer-`, b.enum(w, "side"), `"`)
	b.id("id", w.Key, "-panel")
	b.id("aria-labelledby", w.Key, "-title")
	b.raw(`><div class="u-drawer-head"><p class="u-drawer-title"`)
	b.id("id", w.Key, "-title")
	b.raw(">")
	b.text(b.prop(w, "label"))
	b.raw(`</p><button type="button" class="u-ibtn u-ibtn-plain" popovertargetaction="hide"`)
	b.id("popovertarget", w.Key, "-panel")
	b.attr("aria-label", b.own("page.dismiss"))
	b.raw(">", glyph("x"), "</button></div>")
	b.marking(func() { b.children(w, "children") })
	b.raw("</div></div>")
}
