package render

import (
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// Logo is the picture of the app's name, as it is served.
type Logo struct {
	Light, Dark   string // addresses; Dark may be "", the one of Light then
	Alt           string // "": the app's name
	Width, Height int    // px of its shape, 0 where they are not known
}

// logo draws the logo of the theme, an icon where there is none, or else the icon of the app.
func logo(b *builder, w *project.Widget) {
	size := b.enum(w, "size")
	if b.opts.Chrome.Logo.Light == "" && b.word(w, "icon") != "" {
		b.root(w, "svg", "u-icon u-icon-"+size, "u-c-primary")
		b.raw(` viewBox="0 0 24 24" aria-hidden="true">`, iconPaths[b.word(w, "icon")], "</svg>")
		return
	}
	b.root(w, "span", "u-logo u-logo-"+size)
	b.raw(">")
	b.logo()
	b.raw("</span>")
}

// logo draws the picture itself, that of the colours in which the page is shown.
func (b *builder) logo() {
	l := b.opts.Chrome.Logo
	if l.Light == "" {
		l = Logo{Light: b.opts.Chrome.Icon, Width: 1, Height: 1}
	}
	if l.Light == "" {
		return
	}
	picture := func(src string) func() {
		return func() {
			b.raw("<img")
			b.attr("src", src)
			b.attr("alt", orText(l.Alt, b.app.name))
			b.shape(l)
			b.raw(">")
		}
	}
	if l.Dark == "" {
		picture(l.Light)()
		return
	}
	light, dark := b.sub(picture(l.Light)), b.sub(picture(l.Dark))
	either := b.sub(func() {
		b.raw("<picture><source")
		b.attr("srcset", l.Dark)
		b.raw(` media="(prefers-color-scheme:dark)">`)
		picture(l.Light)()
		b.raw("</picture>")
	})
	own := b.app.theme.Mode
	b.do(func(r *run) {
		switch orText(r.frame.Mode, own) {
		case "light":
			r.block(light)
		case "dark":
			r.block(dark)
		default:
			r.block(either)
		}
	})
}

// shape writes the shape of a logo, which keeps its place while it loads.
func (b *builder) shape(l Logo) {
	if l.Width > 0 && l.Height > 0 {
		b.attr("width", value.Text(l.Width))
		b.attr("height", value.Text(l.Height))
	}
}
