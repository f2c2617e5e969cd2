package render

import (
	"strings"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// image draws a picture, and an empty frame of the same shape while there is none.
func image(b *builder, w *project.Widget) {
	classes := markup("u-image u-ratio-") + b.enum(w, "ratio")
	if b.is(w, "rounded") {
		classes += " u-rounded"
	}
	src := b.prop(w, "src")
	b.pictured(src, func() {
		b.root(w, "img", classes)
		b.source(src)
		b.raw(` alt="`)
		if alt := b.prop(w, "alt"); alt.written() {
			b.text(alt)
		}
		b.raw(`" loading="lazy" decoding="async">`)
	}, func() {
		b.root(w, "div", classes, "u-image-none")
		b.raw(` aria-hidden="true">`, glyph("image"), "</div>")
	})
}

// pictured emits some where p is the address of a picture and none where it is empty, absent or refused.
func (b *builder) pictured(p prop, some, none func()) {
	if v, ok := constant(p); ok {
		switch u, safe := safeURL(value.Text(v)); {
		case !safe:
			b.fail(p.at, errURL.Error())
			none()
		case u == "":
			none()
		default:
			some()
		}
		return
	}
	yes, no := b.sub(some), b.sub(none)
	b.do(func(r *run) {
		switch u, safe := safeURL(r.say(p)); {
		case !safe:
			r.fault(p.at, errURL)
			r.block(no)
		case u == "":
			r.block(no)
		default:
			r.block(yes)
		}
	})
}

// source writes the address of a picture: a URL, or the URL of the asset of that name.
func (b *builder) source(p prop) {
	if v, ok := constant(p); ok {
		b.attr("src", b.asset(value.Text(v)))
		return
	}
	b.do(func(r *run) { r.url("src", b.asset(r.say(p)), p.at) })
}

// asset returns the URL of an asset, or s when it names none.
func (b *builder) asset(s string) string {
	name := strings.TrimPrefix(s, "assets/")
	if b.opts.Assets == nil || !b.assets[name] {
		return s
	}
	return b.opts.Assets(name)
}
