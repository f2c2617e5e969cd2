package render

import (
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

func icon(b *builder, w *project.Widget) {
	classes := markup("u-icon u-icon-") + b.enum(w, "size")
	if c := b.enum(w, "color"); c != "default" {
		classes += " u-c-" + c
	}
	b.root(w, "svg", classes)
	b.raw(` viewBox="0 0 24 24"`)
	label := b.prop(w, "label")
	if v, ok := constant(label); ok && value.Text(v) == "" {
		b.raw(` aria-hidden="true"`)
	} else {
		b.raw(` role="img"`)
		b.bind("aria-label", label)
	}
	b.raw(">", iconPaths[b.word(w, "name")], "</svg>")
}

// glyph is an icon beside words that say the same.
func glyph(name string) markup {
	return `<svg class="u-icon" viewBox="0 0 24 24" aria-hidden="true">` + iconPaths[name] + "</svg>"
}

// Icon returns the SVG element of an icon of project.Icons, styled by the class u-icon; "" for an unknown name.
func Icon(name string) string {
	if iconPaths[name] == "" {
		return ""
	}
	return string(glyph(name))
}
