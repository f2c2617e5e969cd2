package render

import "github.com/usherdev/usher/project"

func dateField(b *builder, w *project.Widget) { b.clock(w, "date") }

// clock draws the browser's own picker for dates and times.
func (b *builder) clock(w *project.Widget, kind markup) {
	b.field(w, "u-field", func() {
		b.raw(`<div class="u-control u-clock"><input type="`, kind, `"`)
		b.control(w)
		b.bind("min", b.prop(w, "min"))
		b.bind("max", b.prop(w, "max"))
		b.bind("autocomplete", b.prop(w, "autocomplete"))
		b.stands(w)
		b.raw("></div>")
	})
}
