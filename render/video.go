package render

import (
	"errors"
	"strings"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// video draws a video in a place that has its shape before it is loaded.
func video(b *builder, w *project.Widget) {
	classes := []markup{"u-image", "u-ratio-" + b.enum(w, "ratio")}
	if b.enum(w, "fit") == "contain" {
		classes = append(classes, "u-contain")
	}
	if b.is(w, "rounded") {
		classes = append(classes, "u-rounded")
	}
	b.embeds(b.prop(w, "src"), b.mediaURL, func(src func()) {
		b.root(w, "video", classes...)
		src()
		b.player(w)
		b.raw(">")
		b.captions(w)
		b.raw("</video>")
	}, func() {
		b.root(w, "div", append(classes, "u-image-none")...)
		b.raw(` aria-hidden="true">`, glyph("video"), "</div>")
	}, func() { b.unembedded(w, "video", classes...) })
}

// player writes how a video is shown and played.
func (b *builder) player(w *project.Widget) {
	if poster := b.prop(w, "poster"); poster.written() {
		b.source("poster", poster)
	}
	b.bind("aria-label", b.prop(w, "label"))
	b.raw(` preload="metadata" playsinline`)
	for _, name := range []markup{"controls", "loop", "muted"} {
		if b.is(w, string(name)) {
			b.raw(" ", name)
		}
	}
	if b.is(w, "autoplay") && b.is(w, "muted") && !b.opts.Edit {
		b.raw(" autoplay")
	}
	if captions := b.prop(w, "captions"); captions.written() {
		b.foreign(captions)
	}
}

// foreign asks for the video as captions from elsewhere need it: browsers read them only where their host allows it.
func (b *builder) foreign(captions prop) {
	cross := func(s string) bool {
		u, err := b.mediaURL(s)
		return err == nil && strings.Contains(u, ":")
	}
	const asked = markup(` crossorigin="anonymous"`)
	if v, ok := constant(captions); ok {
		if cross(value.Text(v)) {
			b.raw(asked)
		}
		return
	}
	b.do(func(r *run) {
		if cross(r.say(captions)) {
			r.lit(asked)
		}
	})
}

// captions draws the track of a video; none where there is none for it.
func (b *builder) captions(w *project.Widget) {
	p := b.prop(w, "captions")
	if !p.written() {
		return
	}
	b.embeds(p, b.mediaURL, func(src func()) {
		b.raw(`<track kind="captions"`)
		src()
		b.attr("srclang", orText(b.word(w, "captionsLanguage"), b.app.locale.Language()))
		if label := b.prop(w, "captionsLabel"); label.written() {
			b.bind("label", label)
		} else {
			b.attr("label", b.own("embed.captions"))
		}
		b.raw(" default>")
	}, func() {}, func() {})
}

// errEmbed says that data named what the app does not show.
var errEmbed = errors.New("not of an origin that app.yaml names, so it is not shown")

// mediaURL is the address of an asset, or of a file of an origin that the app names.
func (b *builder) mediaURL(s string) (string, error) {
	if b.assets[strings.TrimPrefix(s, "assets/")] {
		return b.asset(s), nil
	}
	return within(b.app.media, s)
}

// within returns an address when its origin is one of those.
func within(origins []string, s string) (string, error) {
	u, ok := safeURL(s)
	origin := project.Origin(u)
	for _, one := range origins {
		if ok && origin == one {
			return u, nil
		}
	}
	return "", errEmbed
}

// embeds emits some where p, by what fit says, is an address to show; it is given what writes it as src. none is emitted where p is empty, and refused
// where it is no such address.
func (b *builder) embeds(p prop, fit func(string) (string, error), some func(src func()), none, refused func()) {
	if v, ok := constant(p); ok {
		switch u, err := fit(value.Text(v)); {
		case value.Text(v) == "":
			none()
		case err != nil:
			refused()
		default:
			some(func() { b.attr("src", u) })
		}
		return
	}
	src := func() {
		b.do(func(r *run) {
			if u, err := fit(r.say(p)); err == nil {
				r.attr("src", u)
			}
		})
	}
	yes, no, never := b.sub(func() { some(src) }), b.sub(none), b.sub(refused)
	b.do(func(r *run) {
		s := r.say(p)
		switch _, err := fit(s); {
		case s == "":
			r.block(no)
		case err != nil:
			r.fault(p.at, err)
			r.block(never)
		default:
			r.block(yes)
		}
	})
}

// unembedded says in the place of what is refused that it is not shown.
func (b *builder) unembedded(w *project.Widget, icon string, classes ...markup) {
	b.root(w, "div", append(classes, "u-image-none u-embed-none")...)
	b.raw(">", glyph(icon), "<span>")
	b.say(b.own("embed.refused"))
	b.raw("</span></div>")
}
