package render

import "github.com/usherdev/usher/project"

// numberField is typed as text, like a number in a text field: spin buttons and wheels change numbers by accident, and browsers hide
// what they can not parse. The limits are the server's to check.
func numberField(b *builder, w *project.Widget) {
	b.field(w, "u-field", func() {
		b.raw(`<div class="u-control">`)
		b.affix(w, "prefix")
		mode := markup("decimal")
		if b.is(w, "integer") {
			mode = "numeric"
		}
		b.raw(`<input type="text" autocomplete="off" inputmode="`, mode, `"`)
		b.control(w)
		b.bind("placeholder", b.prop(w, "placeholder"))
		b.stands(w)
		b.raw(">")
		b.affix(w, "suffix")
		b.raw("</div>")
	})
}

// affix draws what stands before or behind what is typed.
func (b *builder) affix(w *project.Widget, name string) {
	if p := b.prop(w, name); p.written() {
		b.raw(`<span class="u-affix">`)
		b.text(p)
		b.raw("</span>")
	}
}

// stands writes what stands in an input as its value.
func (b *builder) stands(w *project.Widget) {
	initial := b.prop(w, "initial")
	b.do(func(r *run) {
		if s := r.posted(w, initial); s != "" {
			r.attr("value", s)
		}
	})
}
