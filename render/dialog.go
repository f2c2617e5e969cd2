package render

import "github.com/usherdev/usher/project"

// dialog draws nothing where it stands, and a box over the page while it is open.
func dialog(b *builder, w *project.Widget) { b.overlay(w, "u-dialog") }

// overlay draws a dialog that is open behind everything else of the document. In edit mode it stands where it is written.
func (b *builder) overlay(w *project.Widget, class markup) {
	if b.opts.Edit {
		b.root(w, "section", "u-card", "u-col", "u-p-lg", "u-g-"+b.enum(w, "gap"))
		b.raw(">")
		b.overlayHead(w, false)
		b.children(w, "children")
		b.raw("</section>")
		return
	}
	box := b.sub(func() {
		b.raw(`<div class="u-scrim" aria-hidden="true"></div>`)
		b.root(w, "dialog", class)
		b.raw(` open data-over aria-modal="true"`)
		b.id("aria-labelledby", w.Key, "-title")
		b.outOfReach()
		b.raw(`><div class="u-col u-g-`, b.enum(w, "gap"), `">`)
		b.overlayHead(w, b.is(w, "closable"))
		b.children(w, "children")
		b.raw("</div></dialog>")
	})
	b.do(func(r *run) {
		if r.frame.Open == w.Key {
			r.aside(box)
		}
	})
}

// overlayHead draws the heading of a dialog, and the button that closes it.
func (b *builder) overlayHead(w *project.Widget, closable bool) {
	b.raw(`<div class="u-drawer-head"><h2 class="u-dialog-title"`)
	b.id("id", w.Key, "-title")
	b.raw(">")
	b.text(b.prop(w, "label"))
	b.raw("</h2>")
	if closable {
		b.raw(`<button type="submit" form="page" formnovalidate name="_close" value="1" class="u-ibtn u-ibtn-plain"`)
		b.attr("aria-label", b.own("page.dismiss"))
		b.raw(">", glyph("x"), "</button>")
	}
	b.raw("</div>")
}
