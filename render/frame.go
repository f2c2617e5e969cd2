package render

import (
	"strings"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// sandboxed are the words of HTML for what a framed page may do.
var sandboxed = map[any]string{"scripts": "allow-scripts", "forms": "allow-forms", "popups": "allow-popups", "downloads": "allow-downloads",
	"modals": "allow-modals", "sameOrigin": "allow-same-origin"}

// embedded draws a page from elsewhere. It learns nothing of the page around it, and has what its sandbox leaves it.
func embedded(b *builder, w *project.Widget) {
	classes := []markup{"u-image u-embed", "u-ratio-" + b.enum(w, "ratio")}
	if b.is(w, "rounded") {
		classes = append(classes, "u-rounded")
	}
	empty := func() {
		b.root(w, "div", append(classes, "u-image-none")...)
		b.raw(` aria-hidden="true">`, glyph("globe"), "</div>")
	}
	b.embeds(b.prop(w, "src"), b.frameURL, func(src func()) {
		if b.opts.Edit { // the canvas calls nobody
			empty()
			return
		}
		b.root(w, "iframe", classes...)
		src()
		b.bind("title", b.prop(w, "title"))
		b.attr("sandbox", words(w, "sandbox", " ", func(v any) string { return sandboxed[v] }))
		b.attr("allow", words(w, "allow", "; ", value.Text))
		b.raw(` referrerpolicy="no-referrer"`)
		if b.is(w, "lazy") {
			b.raw(` loading="lazy"`)
		}
		b.raw("></iframe>")
	}, empty, func() { b.unembedded(w, "globe", classes...) })
}

// frameURL is an address of an origin whose pages the app shows. The app itself is none: its pages are never in a frame.
func (b *builder) frameURL(s string) (string, error) {
	u, err := within(b.app.frames, s)
	if err == nil && b.opts.Own != nil && b.opts.Own(project.Origin(u)) {
		return "", errEmbed
	}
	return u, err
}

// words joins a list of words of the catalogue.
func words(w *project.Widget, name, sep string, say func(any) string) string {
	v, _ := w.Prop(name).Constant()
	list, _ := v.([]any)
	out := make([]string, len(list))
	for i, word := range list {
		out[i] = say(word)
	}
	return strings.Join(out, sep)
}
