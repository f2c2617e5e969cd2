package render

import (
	"strconv"

	"github.com/usherdev/usher/project"
)

// radioGroup draws a fieldset of radio buttons. The first button has the id of the input, so that what points to the input finds it.
func radioGroup(b *builder, w *project.Widget) {
	b.raw("<fieldset")
	b.mark(w, "u-field u-radios", "u-radios-"+b.enum(w, "direction"))
	b.described(w)
	b.rules(w)
	b.raw(`><legend class="u-label"><span>`)
	b.text(b.prop(w, "label"))
	b.raw("</span>")
	b.optional(w)
	b.raw(`</legend><div class="u-radio-list">`)
	g := &radios{w: w, options: b.prop(w, "options"), initial: b.prop(w, "initial")}
	g.attrs = b.sub(func() { b.posting(w) })
	g.ref = b.sub(func() { b.ref(w.Key, "") })
	b.do(g.run)
	b.raw("</div>")
	b.below(w)
	b.raw("</fieldset>")
}

// radios draws the buttons of a radio group.
type radios struct {
	w                *project.Widget
	options, initial prop
	attrs, ref       block
}

func (g *radios) run(r *run) {
	chosen := r.posted(g.w, g.initial)
	list, _ := r.eval(g.options).([]any)
	for i, o := range list {
		val, label := optionOf(o)
		r.lit(`<div class="u-check-line"><input type="radio"`)
		g.id(r, "id", i)
		r.attr("value", val)
		r.block(g.attrs)
		if val == chosen && val != "" {
			r.lit(" checked")
		}
		r.lit("><label")
		g.id(r, "for", i)
		r.lit(">")
		r.text(label)
		r.lit("</label></div>")
	}
}

func (g *radios) id(r *run, attr markup, i int) {
	r.open(attr)
	r.block(g.ref)
	if i > 0 {
		r.text("-" + strconv.Itoa(i+1))
	}
	r.lit(`"`)
}
