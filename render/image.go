package render

import (
	"strings"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// image draws a picture, and an empty frame of the same shape while there is none. One that does not load leaves a frame with its alt.
func image(b *builder, w *project.Widget) {
	classes := markup("u-image u-ratio-") + b.enum(w, "ratio")
	if b.enum(w, "fit") == "contain" {
		classes += " u-contain"
	}
	if b.is(w, "rounded") {
		classes += " u-rounded"
	}
	src, caption := b.pictureOf(w), b.prop(w, "caption")
	if !caption.written() {
		b.pictured(src, func() {
			b.root(w, "img", classes)
			b.picture(w, src)
		}, func() {
			b.root(w, "div", classes, "u-image-none")
			b.raw(` aria-hidden="true">`, glyph("image"), "</div>")
		})
		return
	}
	b.root(w, "figure", "u-figure")
	b.raw(">")
	b.pictured(src, func() {
		b.raw(`<img class="`, classes, `"`)
		b.picture(w, src)
	}, func() { b.raw(`<div class="`, classes, ` u-image-none" aria-hidden="true">`, glyph("image"), "</div>") })
	b.raw("<figcaption>")
	b.text(caption)
	b.raw("</figcaption></figure>")
}

// picture writes the attributes of an image that is open.
func (b *builder) picture(w *project.Widget, src picture) {
	b.origin(src)
	if fallback := b.prop(w, "fallback"); fallback.written() {
		b.source("data-fallback", fallback)
	}
	b.raw(` alt="`)
	if alt := b.prop(w, "alt"); alt.written() {
		b.text(alt)
	}
	b.raw(`"`)
	b.measured(w, src)
	if b.is(w, "lazy") {
		b.raw(` loading="lazy" decoding="async">`)
	} else {
		b.raw(` fetchpriority="high">`)
	}
}

// measured writes how large a picture is, where that is known: browsers then keep its place while it loads.
func (b *builder) measured(w *project.Widget, src picture) {
	width, height, ok := strings.Cut(b.word(w, "pixels"), "x")
	if v, known := constant(src.src); !ok && src.call == nil && known && b.opts.Measure != nil {
		if x, y := b.opts.Measure(strings.TrimPrefix(value.Text(v), "assets/")); x > 0 {
			width, height, ok = value.Text(x), value.Text(y), true
		}
	}
	if ok {
		b.attr("width", width)
		b.attr("height", height)
	}
}

// picture is where a picture comes from: an address, or a call that the server sends.
type picture struct {
	src  prop
	call *project.Call
	with prop
}

func (b *builder) pictureOf(w *project.Widget) picture {
	return picture{b.prop(w, "src"), w.Call, b.prop(w, "with")}
}

func (p picture) written() bool { return p.call != nil || p.src.written() }

// origin writes the address of a picture that is known to have one.
func (b *builder) origin(p picture) {
	if p.call == nil {
		b.source("src", p.src)
		return
	}
	b.do(func(r *run) { r.attr("src", r.file) })
}

// fileOf is the address of what a call brings; "" where there is nothing to ask for.
func (r *run) fileOf(p picture) string {
	if r.frame.File == nil {
		return ""
	}
	var with map[string]any
	if p.with.written() {
		given, ok := r.eval(p.with).(map[string]any)
		if !ok {
			return ""
		}
		with = given
	}
	for _, param := range p.call.Params {
		if param.Required && (with[param.Name] == nil || with[param.Name] == "") {
			return ""
		}
	}
	u, err := r.frame.File(p.call, with)
	if err != nil {
		r.fault(p.with.at, err)
		return ""
	}
	return u
}

// pictured emits some where there is a picture and none where its address is empty, absent or refused.
func (b *builder) pictured(from picture, some, none func()) {
	p := from.src
	if from.call != nil {
		yes, no := b.sub(some), b.sub(none)
		b.do(func(r *run) {
			if r.file = r.fileOf(from); r.file == "" {
				r.block(no)
				return
			}
			r.block(yes)
		})
		return
	}
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
func (b *builder) source(name markup, p prop) {
	if v, ok := constant(p); ok {
		b.attr(name, b.asset(value.Text(v)))
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
