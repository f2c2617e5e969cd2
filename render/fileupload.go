package render

import (
	"slices"
	"strings"

	"github.com/usherdev/usher/project"
)

// fileUpload draws the browser's own input of files over a place to drop them on. What is chosen is listed by a script; without one the
// browser says it in its input.
func fileUpload(b *builder, w *project.Widget) {
	key, several := "files.one", b.is(w, "multiple")
	if several {
		key = "files.many"
	}
	b.field(w, "u-field", func() {
		b.raw(`<div class="u-drop">`, glyph("upload"), `<span aria-hidden="true">`)
		b.say(b.own(key))
		b.raw(`</span><small aria-hidden="true">`)
		limit := b.own("files.limit", "limit", w.FileSize())
		if kinds := w.FileKinds(); len(kinds) > 0 && len(kinds) < 8 {
			limit = strings.Join(kinds, ", ") + " · " + limit
		}
		b.say(limit)
		b.raw(`</small><input type="file"`)
		b.control(w)
		if several {
			b.raw(" multiple")
		}
		b.bind("accept", b.prop(w, "accept"))
		b.raw(`></div><ul class="u-files" hidden`)
		b.attr("data-remove", b.own("files.remove", "file", "{}"))
		b.attr("data-sending", b.own("files.sending"))
		b.raw("></ul>")
		b.lost(w)
	})
}

// lost names the files that a browser without script has forgotten.
func (b *builder) lost(w *project.Widget) {
	b.do(func(r *run) {
		files := r.frame.Values[r.name(w.Key)]
		if files == "" {
			return
		}
		r.lit(`<p class="u-help" role="status">`)
		r.text(b.own("files.lost", "files", files))
		r.lit("</p>")
	})
}

// encoding writes how a form with an input of files is sent; form is nil for the page's own. Inputs in components are inputs of the page.
func (b *builder) encoding(form *project.Widget) {
	if b.of != nil && slices.ContainsFunc(b.of.Fields, func(w *project.Widget) bool { return w.Kind == "fileUpload" && w.Form == form }) {
		b.raw(` enctype="multipart/form-data"`)
	}
}
