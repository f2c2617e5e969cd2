package render

import "github.com/usherdev/usher/project"

// stack draws its children and, above them, what stands in its corners.
func stack(b *builder, w *project.Widget) {
	var over markup
	if b.is(w, "overlap") {
		over = " u-over"
	}
	b.root(w, "div", "u-layers"+over)
	b.raw(`><div class="u-col u-g-`, b.enum(w, "gap"), `">`)
	b.children(w, "children")
	b.raw("</div>")
	for _, place := range []struct {
		slot  string
		class markup
	}{{"topStart", "top-start"}, {"top", "top"}, {"topEnd", "top-end"}, {"center", "center"}, {"bottomStart", "bottom-start"}, {"bottom", "bottom"}, {"bottomEnd", "bottom-end"}} {
		if len(w.Slots[place.slot]) == 0 {
			continue
		}
		b.raw(`<div class="u-layer u-at-`, place.class, " u-p-", b.enum(w, "padding"), `">`)
		b.children(w, place.slot)
		b.raw("</div>")
	}
	b.raw("</div>")
}
