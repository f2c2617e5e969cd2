package render

import (
	"hash/fnv"
	"strings"
	"unicode"

	"github.com/usherdev/usher/project"
)

// avatar draws initials with the picture over them, so that a picture that does not load leaves the initials.
func avatar(b *builder, w *project.Widget) {
	name, src := b.prop(w, "name"), b.pictureOf(w)
	size := b.enum(w, "size")
	b.root(w, "span", "u-avatar", "u-avatar-"+size)
	b.raw(` role="img" aria-label="`)
	b.text(name)
	b.raw(`">`)
	b.do(func(r *run) {
		s := strings.TrimSpace(r.say(name))
		r.lit(`<span class="u-initials `)
		r.lit(hue(s))
		r.lit(`" aria-hidden="true">`)
		r.text(initials(s))
		r.lit("</span>")
	})
	if src.written() {
		b.pictured(src, func() {
			b.raw("<img")
			b.origin(src)
			b.raw(` alt="" decoding="async">`)
		}, func() {})
	}
	b.raw("</span>")
}

// initials returns the first letters of the first and the last word, in capitals.
func initials(name string) string {
	words := strings.FieldsFunc(name, func(c rune) bool {
		return !unicode.IsLetter(c) && !unicode.IsNumber(c) && !unicode.IsMark(c) && c != '\'' && c != '’'
	})
	if len(words) == 0 {
		return ""
	}
	first := letter(words[0])
	if len(words) > 1 {
		first += letter(words[len(words)-1])
	}
	return first
}

func letter(word string) string {
	for _, c := range word {
		if unicode.IsLetter(c) || unicode.IsNumber(c) {
			return string(unicode.ToUpper(c))
		}
	}
	return ""
}

// hue picks one of six tints, always the same for a name.
func hue(name string) markup {
	h := fnv.New32a()
	_, _ = h.Write([]byte(name))
	return [...]markup{"u-hue-0", "u-hue-1", "u-hue-2", "u-hue-3", "u-hue-4", "u-hue-5"}[h.Sum32()%6]
}
