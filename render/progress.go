package render

import (
	"math"
	"strconv"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// progress draws a bar or a ring, and a spinner where no value is written.
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
	if b.enum(w, "shape") == "ring" {
		b.ring(w, val)
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
	b.fold(func(r *run) { r.share(val, limit) }, val, limit)
	b.raw("></progress></div>")
}

// ring draws a share as a part of a circle, the share in its middle.
func (b *builder) ring(w *project.Widget, val prop) {
	limit, label, l := b.prop(w, "max"), b.prop(w, "label"), b.app.locale
	b.raw(`<svg class="u-ring" viewBox="0 0 40 40" role="progressbar"`)
	b.id("aria-labelledby", w.Key, "-label")
	b.fold(func(r *run) {
		share, ok := r.part(val, limit)
		if !ok {
			r.lit(`><circle class="u-ring-all" cx="20" cy="20" r="17"/><circle class="u-ring-spin" cx="20" cy="20" r="17" pathLength="100" stroke-dasharray="25 75"/></svg>`)
			return
		}
		r.lit(` aria-valuemin="0" aria-valuemax="100"`)
		r.attr("aria-valuenow", strconv.FormatFloat(math.Round(share*1000)/10, 'f', -1, 64))
		r.lit(`><circle class="u-ring-all" cx="20" cy="20" r="17"/>`)
		if share > 0 {
			r.lit(`<circle class="u-ring-part" cx="20" cy="20" r="17" pathLength="100"`)
			r.open("stroke-dasharray")
			r.coord(share * 100)
			r.lit(` 100"/>`)
		}
		r.lit(`<text x="20" y="23" aria-hidden="true">`)
		r.text(l.Percent(math.Round(share*100) / 100))
		r.lit("</text></svg>")
	}, val, limit)
	b.raw(`<span class="u-progress-label"`)
	b.id("id", w.Key, "-label")
	b.raw(">")
	b.text(label)
	b.raw("</span></div>")
}

// part is a share from 0 to 1; false when the value is no number.
func (r *run) part(val, limit prop) (float64, bool) {
	v, ok := number(r.eval(val))
	return min(max(v/r.whole(limit), 0), 1), ok
}

// whole is what counts as full.
func (r *run) whole(limit prop) float64 {
	m, ok := number(r.eval(limit))
	if !ok || m <= 0 {
		return 100
	}
	return m
}

// share writes max and value of a progress bar; a value that is no number leaves it indeterminate.
func (r *run) share(val, limit prop) {
	m := r.whole(limit)
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
