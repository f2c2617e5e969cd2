package render

import (
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
)

// TestF200_OwnFonts: a typeface comes from the app alone, its text is there at once, and what stands in is as wide.
func TestF200_OwnFonts(t *testing.T) {
	theme := project.Theme{Fonts: map[string]project.Font{"body": {File: "a.woff2", Adjust: 107, Variable: true, Swap: true}, "heading": {File: "b.woff2"}, "x}": {File: "a.woff2"}}}
	css := string(Fonts(theme, func(name string) string { return "/_usher/files/0123/" + name }))
	for _, want := range []string{
		`@font-face{font-family:"u-body";src:url("/_usher/files/0123/a.woff2") format("woff2");font-display:swap;font-weight:100 900}`,
		`@font-face{font-family:"u-body-like";src:local("Arial"),local("Liberation Sans"),local("Helvetica"),local("Roboto");size-adjust:107%}`,
		`@font-face{font-family:"u-heading";src:url("/_usher/files/0123/b.woff2") format("woff2");font-display:optional}`,
	} {
		if !strings.Contains(css, want) {
			t.Errorf("no %s in %s", want, css)
		}
	}
	if strings.Count(css, "@font-face") != 4 {
		t.Errorf("other typefaces as well: %s", css)
	}
	sheet := string(CSS(theme))
	if !strings.Contains(sheet, `--font:"u-body","u-body-like",Inter,`) || !strings.Contains(sheet, `--heading:"u-heading","u-heading-like",`) || !strings.Contains(sheet, "font-family:var(--heading)") {
		t.Error("the style sheet does not use them")
	}
	for _, url := range []string{"", "javascript:x", `/a")}body{`, "data:x"} {
		if css := Fonts(theme, func(string) string { return url }); len(css) != 0 {
			t.Errorf("%q: %s", url, css)
		}
	}
}
