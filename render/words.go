package render

import "github.com/usherdev/usher/value"

// own is what Usher itself says under a key of project/words, in the language of the page; everything else on a page is written by its
// builder. pairs are the names of placeholders with their values.
func (b *builder) own(key string, pairs ...any) string {
	return b.app.locale.Say("usher."+key, pairs...)
}

// direction writes lang and, where it is not the browser's own, dir.
func (b *builder) direction(l *value.Locale) {
	b.attr("lang", l.Language())
	if l.RightToLeft() {
		b.raw(` dir="rtl"`)
	}
}
