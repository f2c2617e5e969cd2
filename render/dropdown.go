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
		search := b.is(w, "searchable")
		if search {
			b.raw(" data-search")
		}
		b.control(w)
		b.raw(">")
		d := &choices{w: w, options: b.prop(w, "options"), initial: b.prop(w, "initial"), placeholder: b.prop(w, "placeholder"), choose: b.own("field.choose"), empty: b.is(w, "allowEmpty"), search: search}
		if d.empty {
			d.choose = b.own("field.none")
		}
		b.do(d.run)
		b.raw("</select>")
		if search {
			b.combobox(w)
		}
		b.raw(glyph("chevron-down"), "</div>")
	})
}

// combobox draws what a script finds options with; the select stays what is sent. The stylesheet hides it without script.
func (b *builder) combobox(w *project.Widget) {
	b.raw(`<input class="u-combo" type="text" role="combobox" aria-autocomplete="list" aria-expanded="false" autocomplete="off" autocapitalize="none" spellcheck="false"`)
	b.id("id", w.Key, "-combo")
	if b.form == nil {
		b.raw(` form="page"`)
	}
	b.id("aria-controls", w.Key, "-list")
	b.bind("aria-label", b.prop(w, "label"))
	if p := b.prop(w, "placeholder"); p.written() {
		b.bind("placeholder", p)
	} else {
		b.attr("placeholder", b.own("field.choose"))
	}
	if p := b.prop(w, "required"); p.written() {
		b.when(p, func() { b.raw(` aria-required="true"`) }, nil)
	}
	b.flag("disabled", b.prop(w, "disabled"))
	b.raw(`><div class="u-options" role="listbox" hidden`)
	b.id("id", w.Key, "-list")
	b.bind("aria-label", b.prop(w, "label"))
	b.raw(`></div><p class="u-none" role="status"`)
	b.attr("data-none", b.own("field.nothing"))
	b.raw("></p>")
}

// choices draws the options of a dropdown.
type choices struct {
	w                             *project.Widget
	options, initial, placeholder prop
	choose                        string
	empty, search                 bool
}

func (d *choices) run(r *run) {
	chosen := r.posted(d.w, d.initial)
	list, _ := r.eval(d.options).([]any)
	there := offered(list, chosen)
	if d.placeholder.written() || !d.initial.written() || !there || d.empty {
		hint := d.choose
		if d.placeholder.written() {
			hint = r.say(d.placeholder)
		}
		var mark markup
		if d.search && !d.empty {
			mark = " data-hint" // the combobox says it by itself, and does not list it
		}
		r.option(mark, "", hint, !there)
	}
	headings, under := grouping(list)
	for _, g := range headings {
		if g != "" {
			r.lit("<optgroup")
			r.attr("label", g)
			r.lit(">")
		}
		for _, o := range under[g] {
			val, label := optionOf(o)
			r.option("", val, label, val == chosen)
		}
		if g != "" {
			r.lit("</optgroup>")
		}
	}
}

// grouping puts options under their headings, those without one first.
func grouping(list []any) (headings []string, under map[string][]any) {
	headings, under = []string{""}, map[string][]any{}
	for _, o := range list {
		g := groupOf(o)
		if g != "" && under[g] == nil {
			headings = append(headings, g)
		}
		under[g] = append(under[g], o)
	}
	return headings, under
}

// groupOf is the heading that an option stands under.
func groupOf(o any) string {
	m, _ := o.(map[string]any)
	return value.Text(m["group"])
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

func (r *run) option(mark markup, val, label string, chosen bool) {
	r.lit("<option" + mark)
	r.attr("value", val)
	if chosen {
		r.lit(" selected")
	}
	r.lit(">")
	r.text(label)
	r.lit("</option>")
}
