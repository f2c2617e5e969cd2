package render

import (
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
	b.fold(func(r *run) {
		s := strings.TrimSpace(r.say(name))
		r.lit(`<span class="u-initials `)
		r.lit(hue(s))
		r.lit(`" aria-hidden="true">`)
		r.initials(s)
		r.lit("</span>")
	}, name)
	if src.written() {
		b.pictured(src, func() {
			b.raw("<img")
			b.origin(src)
			b.raw(` alt="" decoding="async">`)
		}, func() {})
	}
	b.raw("</span>")
}

// initials writes the first letters of the first and the last word, in capitals.
func (r *run) initials(name string) {
	first, last := initials(name)
	for _, c := range []rune{first, last} {
		if c != 0 {
			r.text(string(unicode.ToUpper(c)))
		}
	}
}

// initials are the first letters of the first and the last word, 0 where there is none.
func initials(name string) (first, last rune) {
	words, inside := 0, false
	for _, c := range name {
		starts := unicode.IsLetter(c) || unicode.IsNumber(c)
		if !starts && !unicode.IsMark(c) && c != '\'' && c != '’' {
			inside = false
			continue
		}
		if !inside {
			inside, last = true, 0
			words++
		}
		switch {
		case !starts:
		case words == 1 && first == 0:
			first = c
		case words > 1 && last == 0:
			last = c
		}
	}
	return first, last
}

// letter is the first letter of a text, as a capital.
func letter(text string) string {
	for _, c := range text {
		if unicode.IsLetter(c) || unicode.IsNumber(c) {
			return string(unicode.ToUpper(c))
		}
	}
	return ""
}

// hue picks one of six tints, always the same for a name: by its FNV-1a.
func hue(name string) markup {
	h := uint32(2166136261)
	for i := range len(name) {
		h = (h ^ uint32(name[i])) * 16777619
	}
	return [...]markup{"u-hue-0", "u-hue-1", "u-hue-2", "u-hue-3", "u-hue-4", "u-hue-5"}[h%6]
}
