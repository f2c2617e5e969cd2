package render

import (
	"strconv"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// progress draws a bar, and a spinner where no value is written.
func progress(b *builder, w *project.Widget) {
	label, val := b.prop(w, "label"), b.prop(w, "value")
	b.root(w, "div", "u-progress")
	b.raw(">")
	if !val.written() {
		b.raw(`<span class="u-spinner" aria-hidden="true"></span><span class="u-progress-label" role="status">`)
		b.text(label)
		b.raw("</span></div>")
		return
	}
	b.raw(`<label class="u-progress-label"`)
	b.id("for", w.Key, "-bar")
	b.raw(">")
	b.text(label)
	b.raw("</label>")
	limit := b.prop(w, "max")
	b.raw("<progress")
	b.id("id", w.Key, "-bar")
	b.do(func(r *run) { r.share(val, limit) })
	b.raw("></progress></div>")
}

// share writes max and value of a progress bar; a value that is no number leaves it indeterminate.
func (r *run) share(val, limit prop) {
	m, ok := number(r.eval(limit))
	if !ok || m <= 0 {
		m = 100
	}
	r.attr("max", strconv.FormatFloat(m, 'f', -1, 64))
	if v, ok := number(r.eval(val)); ok {
		r.attr("value", strconv.FormatFloat(min(max(v, 0), m), 'f', -1, 64))
	}
}

// number reads v as a finite number.
func number(v any) (float64, bool) {
	switch x := v.(type) {
	case int:
		return float64(x), true
	case float64:
		return x, finite(x)
	case value.Number:
		f, err := strconv.ParseFloat(string(x), 64)
		return f, err == nil && finite(f)
	}
	return 0, false
}

func finite(f float64) bool { return f-f == 0 }
