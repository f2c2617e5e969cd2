package render

import (
	"strconv"

	"github.com/usherdev/usher/project"
)

// radioGroup draws a fieldset of radio buttons.
func radioGroup(b *builder, w *project.Widget) {
	b.group(w, "u-radios", "", func() { b.posting(w) }, `<input type="radio"`, func(r *run, initial prop) func(string) bool {
		chosen := r.posted(w, initial)
		return func(val string) bool { return val == chosen && val != "" }
	})
}

// group draws a fieldset of inputs of one name, one for each option. The first has the id of the whole, so that what points to that finds it.
func (b *builder) group(w *project.Widget, class, marks markup, attrs func(), open markup, chosen func(*run, prop) func(val string) bool) {
	b.raw("<fieldset", marks)
	b.mark(w, "u-field u-group", class, "u-group-"+b.enum(w, "direction"))
	b.described(w)
	b.rules(w)
	b.raw(`><legend class="u-label"><span>`)
	b.text(b.prop(w, "label"))
	b.raw("</span>")
	b.optional(w)
	b.raw(`</legend><div class="u-group-list">`)
	g := &grouped{open: open, options: b.prop(w, "options"), initial: b.prop(w, "initial"), chosen: chosen}
	g.attrs = b.sub(attrs)
	g.ref = b.sub(func() { b.ref(w.Key, "") })
	b.do(g.run)
	b.raw("</div>")
	b.below(w)
	b.raw("</fieldset>")
}

// grouped draws the inputs of a group.
type grouped struct {
	open             markup
	options, initial prop
	chosen           func(*run, prop) func(val string) bool
	attrs, ref       block
}

func (g *grouped) run(r *run) {
	chosen := g.chosen(r, g.initial)
	list, _ := r.eval(g.options).([]any)
	for i, o := range list {
		val, label := optionOf(o)
		r.lit(`<div class="u-check-line">`)
		r.lit(g.open)
		g.id(r, "id", i)
		r.attr("value", val)
		r.block(g.attrs)
		if chosen(val) {
			r.lit(" checked")
		}
		r.lit("><label")
		g.id(r, "for", i)
		r.lit(">")
		r.text(label)
		r.lit("</label></div>")
	}
}

func (g *grouped) id(r *run, attr markup, i int) {
	r.open(attr)
	r.block(g.ref)
	if i > 0 {
		r.text("-" + strconv.Itoa(i+1))
	}
	r.lit(`"`)
}
