package render

import (
	"strconv"
	"strings"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// slider draws the browser's own range, its ends below it and, with script, the number beside it: without, nobody could keep that true.
func slider(b *builder, w *project.Widget) {
	initial, least := b.prop(w, "initial"), b.prop(w, "min")
	shown := func(r *run) string {
		text := strings.TrimSpace(r.posted(w, initial))
		if f, err := strconv.ParseFloat(text, 64); err != nil || !finite(f) {
			return value.Text(r.eval(least))
		}
		return text
	}
	b.field(w, "u-field", func() {
		b.raw(`<div class="u-range"><input type="range" autocomplete="off"`)
		b.control(w)
		for _, name := range []string{"min", "max", "step"} {
			b.bind(closed(name, []string{"min", "max", "step"}), b.prop(w, name))
		}
		b.do(func(r *run) { r.attr("value", shown(r)) })
		b.raw(`><span class="u-shown">`)
		b.aside(w, "prefix", "", " ")
		b.raw(`<output aria-live="off"`) // the slider itself says its value
		b.id("for", w.Key, "")
		b.raw(">")
		b.do(func(r *run) { r.text(shown(r)) })
		b.raw("</output>")
		b.aside(w, "suffix", " ", "")
		b.raw(`</span><div class="u-ends" aria-hidden="true"><span>`)
		b.text(least)
		b.raw("</span><span>")
		b.text(b.prop(w, "max"))
		b.raw("</span></div></div>")
	})
}

// aside writes a property that may be left out, as text with something before and behind it.
func (b *builder) aside(w *project.Widget, name string, before, behind markup) {
	if p := b.prop(w, name); p.written() {
		b.raw(before)
		b.text(p)
		b.raw(behind)
	}
}
