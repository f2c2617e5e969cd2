package render

import (
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// pinCode draws one input, over which the style sheet draws a box a digit: what fills in codes, pastes them or reads them aloud finds
// what it looks for. There is room for what people paste along with the digits.
func pinCode(b *builder, w *project.Widget) {
	length := b.prop(w, "length")
	n, _ := length.t.Constant()
	boxes := closed(value.Text(n), []string{"6", "3", "4", "5", "7", "8", "9", "10"})
	secret := b.is(w, "secret")
	b.field(w, "u-field", func() {
		b.raw(`<div class="u-control u-pin u-pin-`, boxes, `"><input dir="ltr" inputmode="numeric" spellcheck="false"`)
		b.control(w)
		b.bind("autocomplete", b.prop(w, "autocomplete"))
		b.bind("data-pin", length)
		if b.form != nil && b.is(w, "submit") {
			b.raw(" data-submit")
		}
		b.sealed(w, "onComplete", "data-complete")
		if secret {
			b.raw(` type="password">`)
		} else {
			b.raw(` type="text"`)
			b.stands(w)
			b.raw(">")
		}
		b.raw("</div>")
	})
}
