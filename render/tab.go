package render

import "github.com/usherdev/usher/project"

// tab draws the panel of a tab; its button is drawn by the tab bar.
func tab(b *builder, w *project.Widget) {
	b.root(w, "div", "u-panel", "u-col", "u-g-"+b.enum(w, "gap"))
	b.raw(` role="tabpanel"`)
	b.id("aria-labelledby", w.Key, "-tab")
	b.raw(">")
	b.children(w, "children")
	b.raw("</div>")
}
