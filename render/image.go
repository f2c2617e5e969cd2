package render

import (
	"strings"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// image draws a picture, and an empty frame of the same shape while there is none.
func image(b *builder, w *project.Widget) {
	classes := html("u-image u-ratio-") + b.enum(w, "ratio")
	if b.is(w, "rounded") {
		classes += " u-rounded"
	}
	src := b.prop(w, "src")
	b.either(src, func() {
		b.root(w, "img", classes)
		b.source("src", src)
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

// either emits some when p has a text and none when it is empty or absent.
func (b *builder) either(p prop, some, none func()) {
	if v, ok := constant(p); ok {
		if value.Text(v) != "" {
			some()
		} else {
			none()
		}
		return
	}
	yes, no := b.sub(some), b.sub(none)
	b.do(func(r *run) {
		if r.say(p) != "" {
			r.block(yes)
		} else {
			r.block(no)
		}
	})
}

// source writes the address of a picture: a URL, or the URL of the asset of that name.
func (b *builder) source(name html, p prop) {
	if v, ok := constant(p); ok {
		u := b.asset(value.Text(v))
		if u, ok := safeURL(u); ok && u != "" {
			b.attr(name, u)
		} else if u != "" {
			b.fail(p.at, errURL.Error())
		}
		return
	}
	b.do(func(r *run) { r.url(name, b.asset(r.say(p)), p.at) })
}

// asset returns the URL of an asset, or s when it names none.
func (b *builder) asset(s string) string {
	name := strings.TrimPrefix(s, "assets/")
	if b.opts.Assets == nil || !b.assets[name] {
		return s
	}
	return b.opts.Assets(name)
}
