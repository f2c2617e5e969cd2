package render

import (
	"slices"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// dropdown draws a select. An empty choice comes first unless something is chosen from the start, so that what shows
// is what would be sent.
func dropdown(b *builder, w *project.Widget) {
	b.field(w, "u-field", func() {
		b.raw(`<div class="u-control u-select"><select`)
		b.control(w)
		b.raw(">")
		d := &choices{w: w, options: b.prop(w, "options"), initial: b.prop(w, "initial"), placeholder: b.prop(w, "placeholder"), choose: b.own("field.choose")}
		b.do(d.run)
		b.raw("</select>", glyph("chevron-down"), "</div>")
	})
}

// choices draws the options of a dropdown.
type choices struct {
	w                             *project.Widget
	options, initial, placeholder prop
	choose                        string
}

func (d *choices) run(r *run) {
	chosen := r.posted(d.w, d.initial)
	list, _ := r.eval(d.options).([]any)
	there := offered(list, chosen)
	if d.placeholder.written() || !d.initial.written() || !there {
		hint := d.choose
		if d.placeholder.written() {
			hint = r.say(d.placeholder)
		}
		r.option("", hint, !there)
	}
	for _, o := range list {
		val, label := optionOf(o)
		r.option(val, label, val == chosen)
	}
}

// offered reports whether a value is among the options: where it is not, a browser would choose the first by itself.
func offered(list []any, chosen string) bool {
	return slices.ContainsFunc(list, func(o any) bool {
		val, _ := optionOf(o)
		return val == chosen
	})
}

// optionOf reads a text, or an object with value and label.
func optionOf(o any) (val, label string) {
	m, ok := o.(map[string]any)
	if !ok {
		s := value.Text(o)
		return s, s
	}
	val, label = value.Text(m["value"]), value.Text(m["label"])
	if label == "" {
		label = val
	}
	return val, label
}

func (r *run) option(val, label string, chosen bool) {
	r.lit("<option")
	r.attr("value", val)
	if chosen {
		r.lit(" selected")
	}
	r.lit(">")
	r.text(label)
	r.lit("</option>")
}
