package render

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/usherdev/usher/project"
)

//go:embed css/*.css css/phone/*.css
var sheets embed.FS

// sheetOrder is the order in which the style sheets follow each other: what others build on first, what overrides them last, the
// widgets' own between them by name.
func sheetOrder() []string {
	names, err := fs.Glob(sheets, "css/*.css")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	const base, layout, media = "css/base.css", "css/layout.css", "css/media.css"
	own := slices.DeleteFunc(names, func(n string) bool { return n == base || n == layout || n == media })
	return slices.Concat([]string{base, layout}, own, []string{media})
}

// CSS returns the stylesheet of an app: the sheets of css/ below the colours and sizes that are computed from the theme. The
// same theme gives the same bytes.
func CSS(theme project.Theme) []byte {
	var b bytes.Buffer
	light, dark := theme.Palette()
	b.WriteString(":root{")
	colors(&b, light)
	sizes(&b, theme)
	b.WriteString("}\n@media (prefers-color-scheme:dark){:root:not([data-mode=light]){")
	colors(&b, dark)
	b.WriteString("}}\n:root[data-mode=dark]{")
	colors(&b, dark)
	b.WriteString("}\n")
	for _, name := range sheetOrder() {
		sheet, err := sheets.ReadFile(name)
		if err != nil {
			panic(err) // embedded: it was listed a line above
		}
		b.Write(sheet)
	}
	headings(&b, theme)
	variants(&b, theme)
	responsive(&b, theme)
	transition(&b, theme)
	return b.Bytes()
}

// moves reports whether one page gives way to the next in a motion.
func moves(t project.Theme) bool { return t.Transition == "fade" || t.Transition == "slide" }

// transition lets one page give way to the next, also where the browser loads it. Browsers that do not know of this pass over it, and
// whoever wants no motion gets none.
func transition(b *bytes.Buffer, t project.Theme) {
	if !moves(t) {
		return
	}
	b.WriteString("@media (prefers-reduced-motion:no-preference){@view-transition{navigation:auto}::view-transition-group(*){animation-duration:.2s}")
	if t.Transition == "slide" {
		b.WriteString("::view-transition-old(root){animation:.2s ease-in both u-leave}::view-transition-new(root){animation:.25s ease-out both u-come}" +
			"@keyframes u-leave{to{opacity:0;translate:calc(var(--turn,1)*-1.5rem)}}@keyframes u-come{from{opacity:0;translate:calc(var(--turn,1)*1.5rem)}}")
	}
	b.WriteString("}\n")
}

func colors(b *bytes.Buffer, p map[string]string) {
	b.WriteString("color-scheme:" + p["scheme"] + ";")
	for _, role := range roles {
		b.WriteString("--" + role + ":" + p[role] + ";")
	}
	for _, name := range slices.Sorted(maps.Keys(p)) {
		if strings.HasPrefix(name, "v-") {
			b.WriteString("--" + name + ":" + p[name] + ";")
		}
	}
}

// roles are the colour roles in the order they are printed.
var roles = []string{"bg", "surface", "subtle", "text", "muted", "line", "edge",
	"accent", "on-accent", "accent-hover", "accent-text", "soft", "soft-hover", "on-soft", "soft-2", "soft-3", "secondary", "tertiary",
	"success", "success-soft", "warning", "warning-soft", "error", "error-soft", "info", "info-soft", "danger", "on-danger",
	"raised", "field", "bar", "on-bar", "hue-0", "hue-1", "hue-2", "hue-3", "hue-4", "hue-5", "on-hue", "shade", "s1", "s2", "s3", "s4", "s5"}

// sizes prints the theme's sizes and font.
func sizes(b *bytes.Buffer, t project.Theme) {
	if t.Base > 0 {
		fmt.Fprintf(b, "font-size:%s%%;", decimal(float64(t.Base)*100/16)) // all sizes are rem, so they follow, and the browser's own setting counts
	}
	density, control := "1", "2.75rem"
	switch t.Density {
	case "compact":
		density, control = ".75", "2.25rem"
	case "comfortable":
		density, control = "1.25", "3rem"
	}
	font, ok := map[string]string{
		"serif":   `ui-serif,"Iowan Old Style","Palatino Linotype",Palatino,"Source Serif 4",Georgia,serif`,
		"rounded": `ui-rounded,"SF Pro Rounded",Quicksand,Nunito,"Varela Round","Arial Rounded MT Bold",system-ui,sans-serif`,
		"mono":    `ui-monospace,"SF Mono",SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace`,
	}[t.Font]
	if !ok {
		font = `Inter,-apple-system,BlinkMacSystemFont,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans","Liberation Sans",Arial,system-ui,sans-serif`
	}
	b.WriteString("--radius:" + radius(t.Radius) + ";--d:" + density + ";--control:" + control + ";")
	for _, step := range []string{"xs", "sm", "md", "lg", "xl"} {
		b.WriteString("--s-" + step + ":" + rem(float64(t.Space(step))/16) + ";")
	}
	width := 68.0
	if t.Width > 0 {
		width = float64(t.Width) / 16
	}
	b.WriteString("--width:" + rem(width) + ";")
	scale(b, t.Ratio)
	typefaces(b, t, font)
}

func radius(word string) string {
	if n, err := strconv.Atoi(word); err == nil && n >= 0 && n <= 40 {
		return rem(float64(n) / 16)
	}
	if r, ok := map[string]string{"none": "0rem", "small": ".375rem", "large": "1rem"}[word]; ok {
		return r
	}
	return ".625rem"
}

// usualRatio is the type scale for which the sizes below stand; with another each is as many steps away from the body.
const usualRatio = 1.2

// scale prints the sizes of texts. The two largest shrink on narrow screens.
func scale(b *bytes.Buffer, ratio float64) {
	if ratio < 1 || ratio > 2 {
		ratio = usualRatio
	}
	at := func(size float64) float64 { return math.Pow(size, math.Log(ratio)/math.Log(usualRatio)) }
	fmt.Fprintf(b, "--t-display:clamp(%s,%s + 2vw,%s);", rem(at(2)), rem(at(2)*0.8), rem(at(2.75)))
	fmt.Fprintf(b, "--t-headline:clamp(%s,%s + .7vw,%s);", rem(at(1.375)), rem(at(1.375)*0.91), rem(at(1.75)))
	fmt.Fprintf(b, "--t-title:%s;--t-label:%s;--t-caption:%s;", rem(at(1.125)), rem(max(at(0.875), 0.8125)), rem(max(at(0.8125), 0.75)))
}

func rem(n float64) string { return decimal(n) + "rem" }

// decimal writes a number with three digits behind the point at most, as short as it can be.
func decimal(n float64) string {
	s := strconv.FormatFloat(math.Round(n*1000)/1000, 'f', -1, 64)
	if n > 0 && n < 1 {
		s = strings.TrimPrefix(s, "0")
	}
	return s
}
