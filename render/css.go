package render

import (
	"bytes"
	"embed"
	"io/fs"
	"math"
	"slices"

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

// defaultAccent is the accent of an app that names none.
const defaultAccent = "#4f46e5"

// Ratios of WCAG 2.2 AA, with a little above for rounding: text on its background, and the edge of a control.
const (
	textRatio = 4.6
	edgeRatio = 3.05
)

// CSS returns the stylesheet of an app: the sheets of css/ below the colours and sizes that are computed from the theme. The
// same theme gives the same bytes.
func CSS(theme project.Theme) []byte {
	var b bytes.Buffer
	light, dark := Palette(theme)
	b.WriteString(":root{color-scheme:light;")
	colors(&b, light)
	sizes(&b, theme)
	b.WriteString("}\n@media (prefers-color-scheme:dark){:root:not([data-mode=light]){color-scheme:dark;")
	colors(&b, dark)
	b.WriteString("}}\n:root[data-mode=dark]{color-scheme:dark;")
	colors(&b, dark)
	b.WriteString("}\n")
	for _, name := range sheetOrder() {
		sheet, err := sheets.ReadFile(name)
		if err != nil {
			panic(err) // embedded: it was listed a line above
		}
		b.Write(sheet)
	}
	responsive(&b, theme)
	return b.Bytes()
}

func colors(b *bytes.Buffer, p map[string]string) {
	for _, role := range roles {
		b.WriteString("--" + role + ":" + p[role] + ";")
	}
}

// roles are the colour roles in the order they are printed.
var roles = []string{"bg", "surface", "subtle", "text", "muted", "line", "edge",
	"accent", "on-accent", "accent-hover", "accent-text", "soft", "soft-hover", "on-soft", "secondary",
	"success", "success-soft", "warning", "warning-soft", "error", "error-soft", "info", "info-soft", "danger", "on-danger",
	"raised", "field", "bar", "on-bar", "hue-0", "hue-1", "hue-2", "hue-3", "hue-4", "hue-5", "on-hue", "shade", "s1", "s2", "s3", "s4", "s5"}

// Palette returns the colour roles of a theme, light and dark, as #rrggbb by name. Every role that is text reads on
// every background it is used on at 4.5:1 or more.
func Palette(theme project.Theme) (light, dark map[string]string) {
	accent, ok := parseHex(theme.Accent)
	if !ok {
		accent, _ = parseHex(defaultAccent)
	}
	return lightMode.roles(accent), darkMode.roles(accent)
}

// mode is what differs between light and dark: lightness of the greys, and the direction in which text gets clearer.
type mode struct {
	dir                                          float64
	bg, surface, subtle, text, muted, line, edge float64
	raised, field                                float64
	tint                                         float64 // chroma of the greys
	softL, softC, bar, onBar, tone, hueL, on     float64
	shade                                        string
}

var (
	lightMode = mode{dir: -1, bg: 0.985, surface: 1, subtle: 0.965, text: 0.22, muted: 0.54, line: 0.915, edge: 0.72, tint: 0.006,
		softL: 0.945, softC: 0.035, bar: 0.25, onBar: 0.97, tone: 0.58, hueL: 0.9, on: 0.38, raised: 1, field: 1, shade: "#10182826"}
	darkMode = mode{dir: 1, bg: 0.175, surface: 0.222, subtle: 0.265, text: 0.945, muted: 0.70, line: 0.315, edge: 0.5, tint: 0.01,
		softL: 0.32, softC: 0.05, bar: 0.93, onBar: 0.2, tone: 0.75, hueL: 0.38, on: 0.93, raised: 0.345, field: 0.19, shade: "#00000080"}
)

func (m mode) roles(accent rgb) map[string]string {
	a := accent.lch()
	grey := func(l, c float64) lch { return lch{l, min(c, a.c/4), a.h} }
	bg, surface, subtle := grey(m.bg, m.tint/2).rgb(), grey(m.surface, m.tint).rgb(), grey(m.subtle, m.tint).rgb()
	field := grey(m.field, m.tint).rgb()
	grounds := []rgb{bg, surface, subtle, field}
	soft := lch{m.softL, min(m.softC, a.c), a.h}.rgb()
	softHover := lch{m.softL + m.dir*0.025, min(m.softC, a.c), a.h}.rgb()
	p := map[string]string{
		"bg": bg.hex(), "surface": surface.hex(), "subtle": subtle.hex(), "shade": m.shade,
		"text":  grey(m.text, m.tint).rgb().hex(),
		"muted": grey(m.muted, m.tint*2.5).readable(m.dir, textRatio, grounds...).hex(),
		"line":  grey(m.line, m.tint).rgb().hex(),
		"edge":  grey(m.edge, m.tint*1.5).readable(m.dir, edgeRatio, bg, surface, field).hex(),
		"soft":  soft.hex(), "soft-hover": softHover.hex(), "on-soft": a.at(m.tone).readable(m.dir, textRatio, soft, softHover).hex(),
		"accent-text": a.at(m.accentText(a)).readable(m.dir, textRatio, append(grounds, soft)...).hex(),
		"secondary":   lch{m.tone, min(a.c, 0.09), a.h + math.Pi/3}.readable(m.dir, textRatio, grounds...).hex(),
		"raised":      grey(m.raised, m.tint).rgb().hex(), "field": field.hex(),
		"bar": grey(m.bar, m.tint*2).rgb().hex(), "on-bar": grey(m.onBar, m.tint).rgb().hex(),
	}
	m.fill(p, a, "accent", "on-accent", bg, surface)
	m.tones(p, grounds)
	m.hues(p, a)
	m.series(p, a, bg, surface, subtle)
	return p
}

// series are the colours of a chart's further series, spread round the wheel; the first has the accent's.
func (m mode) series(p map[string]string, a lch, grounds ...rgb) {
	for i, turn := range [...]float64{2.4, 4.2, 1.1, 5.3, 3.2} {
		l := m.tone - m.dir*0.06*float64(i%2)
		p["s"+string(rune('1'+i))] = lch{l, 0.13, a.h + turn}.readable(m.dir, edgeRatio, grounds...).hex()
	}
}

func (o lch) at(l float64) lch { return lch{l, o.c, o.h} }

// accentText starts from the accent's own lightness where that reads, so that a link has the colour of the brand.
func (m mode) accentText(a lch) float64 {
	if m.dir < 0 {
		return min(a.l, 0.6)
	}
	return max(a.l, 0.74)
}

// fill makes a button's background of the accent, and the text on it: white where a darker accent can carry it,
// otherwise dark.
func (m mode) fill(p map[string]string, a lch, name, on string, grounds ...rgb) {
	white, black := rgb{1, 1, 1}, lch{0.2, min(a.c, 0.03), a.h}.rgb()
	c, text, hover := a.rgb(), white, -0.045
	if m.dir > 0 && least(c, grounds) < edgeRatio {
		c = a.readable(1, edgeRatio, grounds...)
	}
	o := c.lch()
	switch {
	case contrast(c, white) >= textRatio:
	case contrast(c, white) >= 2.9 && m.dir < 0:
		c = o.readable(-1, textRatio, white)
	default:
		text, hover = black, 0.045
		c = o.readable(1, textRatio, black)
	}
	o = c.lch()
	if m.dir > 0 && text == white && least(c, grounds) < edgeRatio {
		text, hover = black, 0.045
		c = lch{0.74, o.c, o.h}.readable(1, textRatio, black)
		o = c.lch()
	}
	p[name], p[on] = c.hex(), text.hex()
	p[name+"-hover"] = lch{min(max(o.l+hover, 0.05), 0.97), o.c, o.h}.readable(math.Copysign(1, hover), textRatio, text).hex()
}

// tones are the four colours that mean something, whatever the accent.
func (m mode) tones(p map[string]string, grounds []rgb) {
	for name, o := range map[string]lch{
		"success": {m.tone, 0.14, 2.62}, "warning": {m.tone, 0.13, 1.22}, "error": {m.tone, 0.19, 0.45}, "info": {m.tone, 0.13, 4.30},
	} {
		soft := lch{m.softL, m.softC, o.h}.rgb()
		p[name+"-soft"] = soft.hex()
		p[name] = o.readable(m.dir, textRatio, append([]rgb{soft}, grounds...)...).hex()
	}
	m.fill(p, lch{0.55, 0.2, 0.45}, "danger", "on-danger", grounds[:2]...)
	delete(p, "danger-hover")
}

// hues are six tints behind initials, spread round the wheel from the accent.
func (m mode) hues(p map[string]string, a lch) {
	var all []rgb
	for i := range 6 {
		c := lch{m.hueL, 0.06, a.h + float64(i)*math.Pi/3}.rgb()
		p["hue-"+string(rune('0'+i))] = c.hex()
		all = append(all, c)
	}
	p["on-hue"] = lch{m.on, 0.04, a.h}.readable(m.dir, textRatio, all...).hex()
}

// sizes prints the theme's radius, density and font.
func sizes(b *bytes.Buffer, t project.Theme) {
	radius, ok := map[string]string{"none": "0rem", "small": ".375rem", "large": "1rem"}[t.Radius]
	if !ok {
		radius = ".625rem"
	}
	density, control := "1", "2.75rem"
	if t.Density == "compact" {
		density, control = ".75", "2.25rem"
	}
	font, ok := map[string]string{
		"serif":   `ui-serif,"Iowan Old Style","Palatino Linotype",Palatino,"Source Serif 4",Georgia,serif`,
		"rounded": `ui-rounded,"SF Pro Rounded",Quicksand,Nunito,"Varela Round","Arial Rounded MT Bold",system-ui,sans-serif`,
		"mono":    `ui-monospace,"SF Mono",SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace`,
	}[t.Font]
	if !ok {
		font = `Inter,-apple-system,BlinkMacSystemFont,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans","Liberation Sans",Arial,system-ui,sans-serif`
	}
	b.WriteString("--radius:" + radius + ";--d:" + density + ";--control:" + control + ";--font:" + font)
}
