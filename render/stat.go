package render

import (
	"strings"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// stat draws a number with its label, its change and its course.
func stat(b *builder, w *project.Widget) {
	b.root(w, "div", "u-stat")
	b.raw(`><div class="u-stat-top"><span class="u-stat-label">`)
	b.text(b.prop(w, "label"))
	b.raw("</span>")
	if name := b.word(w, "icon"); name != "" {
		b.raw(`<span class="u-stat-icon">`, glyph(name), "</span>")
	}
	b.raw(`</div><div class="u-stat-value"><bdi>`)
	v, locale := b.prop(w, "value"), b.app.locale
	b.do(func(r *run) {
		x := r.eval(v)
		if f, ok := number(x); ok {
			r.text(locale.Number(f))
		} else {
			r.value(x)
		}
	})
	b.raw("</bdi></div>")
	b.changed(w)
	if data := b.prop(w, "data"); data.written() {
		y := b.word(w, "y")
		b.do(func(r *run) { r.spark(data, y) })
	}
	b.raw("</div>")
}

// changed writes the line below the number: an arrow, the change and what it is compared with.
func (b *builder) changed(w *project.Widget) {
	change, help, less := b.prop(w, "change"), b.prop(w, "help"), b.is(w, "lessIsBetter")
	if !change.written() && !help.written() {
		return
	}
	b.raw(`<p class="u-stat-more">`)
	if change.written() {
		write, locale := b.app.locale.Number, b.app.locale
		if b.enum(w, "changeFormat") == "percent" {
			write = locale.Percent
		}
		b.do(func(r *run) {
			x := r.eval(change)
			if f, ok := number(x); ok {
				r.change(locale.Signed(f, write), f < 0, f > 0, less)
				return
			}
			s := strings.TrimSpace(value.Text(x))
			down := strings.HasPrefix(s, "-") || strings.HasPrefix(s, "−")
			r.change(s, down, !down && strings.ContainsAny(s, "123456789"), less)
		})
	}
	if help.written() {
		b.raw(`<span class="u-stat-help">`)
		b.text(help)
		b.raw("</span>")
	}
	b.raw("</p>")
}

// change writes a change with the arrow and the colour that its sign asks for.
func (r *run) change(s string, down, up, lessIsBetter bool) {
	if s == "" {
		return
	}
	switch {
	case !down && !up:
		r.lit(`<span class="u-stat-change" data-tone="neutral">`)
	case up != lessIsBetter:
		r.lit(`<span class="u-stat-change" data-tone="success">`)
	default:
		r.lit(`<span class="u-stat-change" data-tone="error">`)
	}
	if down {
		r.lit(glyph("arrow-down"))
	} else if up {
		r.lit(glyph("arrow-up"))
	}
	r.lit("<bdi>")
	r.text(s)
	r.lit("</bdi></span>")
}

// spark draws numbers as a line without axes. It repeats no number that the stat does not say, so it is decoration.
func (r *run) spark(data prop, y string) {
	list, _ := r.eval(data).([]any)
	var nums []float64
	for _, el := range list {
		if y != "" {
			m, _ := el.(map[string]any)
			el = m[y]
		}
		if f, ok := number(el); ok && !value.HasSecret(el) && len(nums) < maxPoints {
			nums = append(nums, f)
		}
	}
	if len(nums) < 2 {
		return
	}
	lo, hi := nums[0], nums[0]
	for _, f := range nums {
		lo, hi = min(lo, f), max(hi, f)
	}
	if lo == hi {
		lo, hi = lo-1, hi+1
	}
	r.lit(`<svg class="u-spark" viewBox="0 0 120 32" preserveAspectRatio="none" aria-hidden="true"><path class="u-line" d="`)
	for i, f := range nums {
		if i == 0 {
			r.lit("M")
		} else {
			r.lit("L")
		}
		r.pair(float64(i)*120/float64(len(nums)-1), 30-(f-lo)/(hi-lo)*28)
	}
	r.lit(`"/></svg>`)
}
