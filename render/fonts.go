package render

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"github.com/usherdev/usher/project"
)

// Fonts prints the typefaces that an app brings along; file says where one of its assets is served, "" where it is not. Until a typeface
// is there, one of the device stands in, made as wide, so that lines break where they will break.
func Fonts(t project.Theme, file func(name string) string) []byte {
	var b bytes.Buffer
	for _, use := range slices.Sorted(maps.Keys(t.Fonts)) {
		f := t.Fonts[use]
		url, ok := safeURL(file(f.File))
		name := family(use)
		if !ok || url == "" || name == "" || strings.ContainsAny(url, "\"\\\n()<>") {
			continue
		}
		b.WriteString(`@font-face{font-family:"` + name + `";src:url("` + url + `") format("woff2");font-display:`)
		if f.Swap {
			b.WriteString("swap")
		} else {
			b.WriteString("optional") // what is on the screen never moves
		}
		if f.Variable {
			b.WriteString(";font-weight:100 900")
		}
		b.WriteString("}\n" + `@font-face{font-family:"` + name + `-like";src:local("Arial"),local("Liberation Sans"),local("Helvetica"),local("Roboto")`)
		if f.Adjust > 0 {
			b.WriteString(";size-adjust:" + decimal(f.Adjust) + "%")
		}
		b.WriteString("}\n")
	}
	return b.Bytes()
}

// family is the name of a typeface in the style sheet, "" for one that has no use.
func family(use string) string {
	switch use {
	case "body", "heading":
		return "u-" + use
	}
	return ""
}

// typefaces puts those that the app brings along before those of the device.
func typefaces(b *bytes.Buffer, t project.Theme, system string) {
	of := func(use string) string {
		if _, ok := t.Fonts[use]; !ok {
			return ""
		}
		return `"` + family(use) + `","` + family(use) + `-like",`
	}
	b.WriteString("--font:" + of("body") + system)
	if of("heading") != "" {
		b.WriteString(";--heading:" + of("heading") + system)
	}
}

// headings gives headings a typeface of their own.
func headings(b *bytes.Buffer, t project.Theme) {
	if _, ok := t.Fonts["heading"]; ok {
		b.WriteString(".u-app :is(h1,h2,h3,h4,.u-t-display,.u-t-headline,.u-t-title){font-family:var(--heading)}\n")
	}
}
