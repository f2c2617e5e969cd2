package render

import "github.com/usherdev/usher/project"

// codeBlock draws text in fixed width. It scrolls in a region of its own, which the keyboard can reach.
func codeBlock(b *builder, w *project.Widget) {
	title, wrapped := b.prop(w, "title"), markup("")
	if b.is(w, "wrap") {
		wrapped = " u-pre-wrap"
	}
	b.root(w, "figure", "u-codeblock")
	b.raw(">")
	if title.written() || b.is(w, "copy") {
		b.raw(`<figcaption class="u-codeblock-top"><span`)
		b.id("id", w.Key, "-title")
		b.raw(">")
		if title.written() {
			b.text(title)
		}
		b.raw("</span>")
		if b.is(w, "copy") {
			b.raw(`<button type="button" class="u-copy"`)
			b.id("data-copy", w.Key, "-code")
			b.attr("data-copied", b.own("shown.copied"))
			b.raw(">", glyph("copy"), `<span aria-live="polite">`)
			b.say(b.own("shown.copy"))
			b.raw("</span></button>")
		}
		b.raw("</figcaption>")
	}
	b.raw(`<pre class="u-pre`, wrapped, `" tabindex="0" role="region"`)
	if title.written() {
		b.id("aria-labelledby", w.Key, "-title")
	} else {
		b.attr("aria-label", b.own("shown.code"))
	}
	b.raw("><code")
	b.id("id", w.Key, "-code")
	b.raw(` translate="no">`)
	b.text(b.prop(w, "code"))
	b.raw("</code></pre></figure>")
}
