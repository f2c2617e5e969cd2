package project

import (
	"fmt"
	"maps"
	"math"
	"slices"
)

// defaultAccent is the accent of an app that names none.
const defaultAccent = "#4f46e5"

// Ratios of WCAG 2.2 AA for text on its background and for the edge of a control; what is computed has a little more, for rounding.
const (
	readsAt   = 4.5
	showsAt   = 3.0
	textRatio = 4.6
	edgeRatio = 3.05
)

// colorRole is a colour that a theme may set. Its role in the style sheet has a shorter name.
type colorRole struct{ name, css, doc string }

var colorTable = []colorRole{
	{"primary", "accent", "What people press, and what is chosen; links have its hue."},
	{"secondary", "secondary", "A second colour for texts and icons."},
	{"tertiary", "tertiary", "A third one."},
	{"alternate", "line", "Lines and quiet borders."},
	{"primaryText", "text", "Text."},
	{"secondaryText", "muted", "Text that matters less: captions, help, what is not chosen."},
	{"primaryBackground", "bg", "Behind the page."},
	{"secondaryBackground", "surface", "Behind cards, bars, dialogs and inputs."},
	{"accent1", "soft", "A tint of primary, behind text."},
	{"accent2", "soft-2", "A tint of secondary, behind text."},
	{"accent3", "soft-3", "A tint of tertiary, behind text."},
	{"accent4", "subtle", "A quiet background: code, filled cards, what is pointed at."},
	{"success", "success", "It worked."},
	{"warning", "warning", "Watch out."},
	{"error", "error", "It failed, or takes something away."},
	{"info", "info", "Good to know."},
}

// ThemeColors returns the colour roles that a theme may set, in the order of the reference.
func ThemeColors() []string { return namesOf(colorTable) }

func namesOf(table []colorRole) []string {
	names := make([]string, len(table))
	for i, r := range table {
		names[i] = r.name
	}
	return names
}

// CSSRole returns the name that a colour role has in the style sheet and in Palette, "" when there is no such role.
func CSSRole(name string) string {
	for _, r := range colorTable {
		if r.name == name {
			return r.css
		}
	}
	return ""
}

// Palette returns every colour of the theme, light and dark, as #rrggbb by its name in the style sheet. What the theme does not set is
// computed: each role that is text reads on every background it is used on at 4.5:1 or more, as far as what is set leaves room.
func (t Theme) Palette() (light, dark map[string]string) {
	return lightMode.roles(t.given(0), t.given(1), t), darkMode.roles(t.given(1), t.given(0), t)
}

// given are the colours that the theme sets for one mode: 0 light, 1 dark.
func (t Theme) given(mode int) map[string]rgb {
	out := map[string]rgb{}
	for name, pair := range t.Colors {
		if c, ok := parseHex(pair[mode]); ok {
			out[name] = c
		}
	}
	return out
}

// mode is what differs between light and dark: lightness of the greys, and the direction in which text gets clearer.
type mode struct {
	name                                         string
	dir                                          float64
	bg, surface, subtle, text, muted, line, edge float64
	raised, field                                float64
	tint                                         float64 // chroma of the greys
	softL, softC, bar, onBar, tone, hueL, on     float64
	shade                                        string
}

var (
	lightMode = mode{name: "light", dir: -1, bg: 0.985, surface: 1, subtle: 0.965, text: 0.22, muted: 0.54, line: 0.915, edge: 0.72, tint: 0.006,
		softL: 0.945, softC: 0.035, bar: 0.25, onBar: 0.97, tone: 0.58, hueL: 0.9, on: 0.38, raised: 1, field: 1, shade: "#10182826"}
	darkMode = mode{name: "dark", dir: 1, bg: 0.175, surface: 0.222, subtle: 0.265, text: 0.945, muted: 0.70, line: 0.315, edge: 0.5, tint: 0.01,
		softL: 0.32, softC: 0.05, bar: 0.93, onBar: 0.2, tone: 0.75, hueL: 0.38, on: 0.93, raised: 0.345, field: 0.19, shade: "#00000080"}
)

// toward is the direction in which text on c gets clearer.
func toward(c rgb) float64 {
	if contrast(c, rgb{1, 1, 1}) > contrast(c, rgb{}) {
		return 1
	}
	return -1
}

// over is the mode whose greys suit a background: light colours may be set for the dark mode, and dark ones for the light.
func (m mode) over(bg rgb) mode {
	if toward(bg) == m.dir {
		return m
	}
	if m.dir > 0 {
		return lightMode
	}
	return darkMode
}

// painter computes the colours of one mode.
type painter struct {
	mode
	set   map[string]rgb // what the theme sets for this mode
	other map[string]rgb // what it sets for the other one: it lends its hue
	a     lch            // the accent
	p     map[string]string
}

func (m mode) roles(set, other map[string]rgb, t Theme) map[string]string {
	if bg, ok := set["primaryBackground"]; ok {
		m = m.over(bg)
	}
	accent, ok := parseHex(t.Accent)
	if !ok {
		accent, _ = parseHex(defaultAccent)
	}
	for _, from := range []map[string]rgb{other, set} {
		if c, ok := from["primary"]; ok {
			accent = c
		}
	}
	x := &painter{m, set, other, accent.lch(), map[string]string{"shade": m.shade, "scheme": m.name}}
	x.paint()
	x.variants(t.Variants)
	return x.p
}

// pick keeps what the theme sets for a role and takes the computed colour where it sets nothing.
func (x *painter) pick(role string, computed rgb) rgb {
	if c, ok := x.set[role]; ok {
		computed = c
	}
	x.p[CSSRole(role)] = computed.hex()
	return computed
}

// hue is where a coloured role begins: with the hue that the theme sets for the other mode, else with the one given.
func (x *painter) hue(role string, otherwise lch) lch {
	if c, ok := x.other[role]; ok {
		o := c.lch()
		return lch{x.tone, o.c, o.h}
	}
	return otherwise
}

func (x *painter) grey(l, c float64) lch { return lch{l, min(c, x.a.c/4), x.a.h} }

func (x *painter) paint() {
	bg := x.pick("primaryBackground", x.grey(x.bg, x.tint/2).rgb())
	surface := x.pick("secondaryBackground", x.grey(x.surface, x.tint).rgb())
	subtle := x.pick("accent4", x.grey(x.subtle, x.tint).rgb())
	field := x.grey(x.field, x.tint).rgb()
	if _, ok := x.set["secondaryBackground"]; ok {
		field = surface
	}
	grounds := []rgb{bg, surface, subtle, field}
	soft := x.pick("accent1", lch{x.softL, min(x.softC, x.a.c), x.a.h}.rgb())
	second := x.hue("secondary", lch{x.tone, min(x.a.c, 0.09), x.a.h + math.Pi/3})
	third := x.hue("tertiary", lch{x.tone, min(x.a.c, 0.09), x.a.h - math.Pi*2/3})
	tints := []rgb{soft, x.tinted("accent2", "secondary", second), x.tinted("accent3", "tertiary", third)}

	x.pick("primaryText", x.grey(x.text, x.tint).readable(x.dir, textRatio, slices.Concat(grounds, tints)...))
	x.pick("secondaryText", x.grey(x.muted, x.tint*2.5).readable(x.dir, textRatio, grounds...))
	x.pick("alternate", x.grey(x.line, x.tint).rgb())
	x.pick("secondary", second.readable(x.dir, textRatio, grounds...))
	x.pick("tertiary", third.readable(x.dir, textRatio, grounds...))

	dir := toward(soft)
	softHover := soft.lch().at(min(max(soft.lch().l+x.dir*0.025, 0), 1)).rgb()
	x.put("soft-hover", softHover)
	x.put("on-soft", x.a.at(x.tone).readable(dir, textRatio, soft, softHover))
	x.put("accent-text", x.a.at(x.accentText()).readable(x.dir, textRatio, append(slices.Clone(grounds), soft)...))
	x.put("edge", x.grey(x.edge, x.tint*1.5).readable(x.dir, edgeRatio, bg, surface, field))
	x.put("field", field)
	x.put("raised", x.grey(x.raised, x.tint).rgb())
	x.put("bar", x.grey(x.bar, x.tint*2).rgb())
	x.put("on-bar", x.grey(x.onBar, x.tint).rgb())
	x.fill("primary", x.a, "accent", "on-accent", bg, surface)
	x.tones(grounds)
	x.hues()
	x.series(bg, surface, subtle)
}

// series are the colours of a chart's further series, spread round the wheel; the first has the accent's.
func (x *painter) series(grounds ...rgb) {
	for i, turn := range [...]float64{2.4, 4.2, 1.1, 5.3, 3.2} {
		l := x.tone - x.dir*0.06*float64(i%2)
		x.put("s"+string(rune('1'+i)), lch{l, 0.13, x.a.h + turn}.readable(x.dir, edgeRatio, grounds...))
	}
}

func (x *painter) put(name string, c rgb) { x.p[name] = c.hex() }

// tinted is the quiet background that belongs to a coloured role.
func (x *painter) tinted(role, of string, o lch) rgb {
	if c, ok := x.set[of]; ok {
		o = c.lch()
	}
	return x.pick(role, lch{x.softL, min(x.softC, o.c), o.h}.rgb())
}

func (o lch) at(l float64) lch { return lch{l, o.c, o.h} }

// accentText starts from the accent's own lightness where that reads, so that a link has the colour of the brand.
func (x *painter) accentText() float64 {
	if x.dir < 0 {
		return min(x.a.l, 0.6)
	}
	return max(x.a.l, 0.74)
}

// fill makes a button's background of a colour, and the text on it: white where a darker one can carry it, otherwise dark. A colour that the
// theme sets stays as it is.
func (x *painter) fill(role string, a lch, name, on string, grounds ...rgb) {
	if c, ok := x.set[role]; ok {
		x.put(name, c)
		text := inkOn(c)
		x.put(on, text)
		x.hover(name, c.lch(), -toward(c)*0.045, text)
		return
	}
	white, black := rgb{1, 1, 1}, lch{0.2, min(a.c, 0.03), a.h}.rgb()
	c, text, hover := a.rgb(), white, -0.045
	if x.dir > 0 && least(c, grounds) < edgeRatio {
		c = a.readable(1, edgeRatio, grounds...)
	}
	o := c.lch()
	switch {
	case contrast(c, white) >= textRatio:
	case contrast(c, white) >= 2.9 && x.dir < 0:
		c = o.readable(-1, textRatio, white)
	default:
		text, hover = black, 0.045
		c = o.readable(1, textRatio, black)
	}
	o = c.lch()
	if x.dir > 0 && text == white && least(c, grounds) < edgeRatio {
		text, hover = black, 0.045
		c = lch{0.74, o.c, o.h}.readable(1, textRatio, black)
		o = c.lch()
	}
	x.put(name, c)
	x.put(on, text)
	x.hover(name, o, hover, text)
}

func (x *painter) hover(name string, o lch, by float64, text rgb) {
	x.put(name+"-hover", lch{min(max(o.l+by, 0.05), 0.97), o.c, o.h}.readable(math.Copysign(1, by), textRatio, text))
}

// inkOn is the text that reads on any colour: white or a dark tint of it, and black where neither is enough.
func inkOn(c rgb) rgb {
	o := c.lch()
	for _, ink := range []rgb{{1, 1, 1}, lch{0.2, min(o.c, 0.03), o.h}.rgb()} {
		if contrast(c, ink) >= readsAt {
			return ink
		}
	}
	if toward(c) > 0 {
		return rgb{1, 1, 1}
	}
	return rgb{}
}

// tones are the four colours that mean something, whatever the accent.
func (x *painter) tones(grounds []rgb) {
	for name, o := range map[string]lch{
		"success": {x.tone, 0.14, 2.62}, "warning": {x.tone, 0.13, 1.22}, "error": {x.tone, 0.19, 0.45}, "info": {x.tone, 0.13, 4.30},
	} {
		o = x.hue(name, o)
		if c, ok := x.set[name]; ok {
			o = c.lch()
		}
		soft := lch{x.softL, min(x.softC, o.c), o.h}.rgb()
		if c, ok := x.set[name]; ok {
			soft = soft.lch().readable(-x.dir, textRatio, c)
		}
		x.put(name+"-soft", soft)
		x.pick(name, o.readable(x.dir, textRatio, append([]rgb{soft}, grounds...)...))
	}
	danger := lch{0.55, 0.2, 0.45}
	if c, ok := x.other["error"]; ok {
		danger = c.lch()
	}
	x.fill("error", danger, "danger", "on-danger", grounds[:2]...)
	delete(x.p, "danger-hover")
}

// hues are six tints behind initials, spread round the wheel from the accent.
func (x *painter) hues() {
	var all []rgb
	for i := range 6 {
		c := lch{x.hueL, 0.06, x.a.h + float64(i)*math.Pi/3}.rgb()
		x.put("hue-"+string(rune('0'+i)), c)
		all = append(all, c)
	}
	x.put("on-hue", lch{x.on, 0.04, x.a.h}.readable(x.dir, textRatio, all...))
}

// Faint is a pair of colours that people may not be able to tell apart.
type Faint struct {
	Role, On string // what is drawn, and on what; names of ThemeColors
	Mode     string // light or dark
	Ratio    float64
	Least    float64 // what it ought to be
	Fault    string  // the one of the two that the theme sets, Role when it sets both
	Better   string  // a colour for Fault that is far enough from the other, "" when there is none
}

// contrastPairs are the backgrounds of each role, and how clearly it must stand out.
func contrastPairs() (order []string, grounds map[string][]string, ratio map[string]float64) {
	order = []string{"primaryText", "secondaryText", "secondary", "tertiary", "success", "warning", "error", "info", "primary"}
	grounds, ratio = map[string][]string{}, map[string]float64{}
	for _, role := range order {
		grounds[role], ratio[role] = []string{"primaryBackground", "secondaryBackground", "accent4"}, readsAt
	}
	grounds["primaryText"] = append(grounds["primaryText"], "accent1", "accent2", "accent3")
	grounds["primary"], ratio["primary"] = grounds["primary"][:2], showsAt
	return order, grounds, ratio
}

// Contrast is how clearly a role stands out on the background where it does so least.
type Contrast struct {
	Role, On string // names of ThemeColors
	Mode     string // light or dark
	Ratio    float64
	Least    float64 // what it ought to be
}

// Contrasts returns how clearly each role that is read stands out, in light and then in dark.
func (t Theme) Contrasts() []Contrast {
	light, dark := t.Palette()
	return append(contrasts("light", light), contrasts("dark", dark)...)
}

func contrasts(mode string, p map[string]string) []Contrast {
	var out []Contrast
	order, grounds, needed := contrastPairs()
	for _, role := range order {
		c, _ := parseHex(p[CSSRole(role)])
		worst := Contrast{Role: role, Mode: mode, Ratio: math.Inf(1), Least: needed[role]}
		for _, on := range grounds[role] {
			g, _ := parseHex(p[CSSRole(on)])
			if r := contrast(c, g); r < worst.Ratio {
				worst.On, worst.Ratio = on, r
			}
		}
		out = append(out, worst)
	}
	return out
}

// Faint returns the pairs of the theme's own colours that are too close: for each colour that is set the worst of them.
func (t Theme) Faint() []Faint {
	light, dark := t.Palette()
	return append(t.faint(0, "light", light), t.faint(1, "dark", dark)...)
}

func (t Theme) faint(mode int, name string, p map[string]string) []Faint {
	set := t.given(mode)
	worst := map[string]Faint{}
	order, grounds, ratio := contrastPairs()
	for _, role := range order {
		c, _ := parseHex(p[CSSRole(role)])
		_, mine := set[role]
		for _, on := range grounds[role] {
			g, _ := parseHex(p[CSSRole(on)])
			_, under := set[on]
			r := contrast(c, g)
			if !mine && !under || r >= ratio[role] {
				continue
			}
			f := Faint{Role: role, On: on, Mode: name, Ratio: r, Least: ratio[role], Fault: on}
			if mine {
				f.Fault = role
			}
			if w, ok := worst[f.Fault]; !ok || r < w.Ratio {
				worst[f.Fault] = f
			}
		}
	}
	var out []Faint
	for _, fault := range slices.Sorted(maps.Keys(worst)) {
		f := worst[fault]
		f.Better = better(f, p, grounds[f.Role])
		out = append(out, f)
	}
	return out
}

// better is the nearest lighter or darker tone of the faulty colour that stands out.
func better(f Faint, p map[string]string, grounds []string) string {
	c, _ := parseHex(p[CSSRole(f.Fault)])
	on := []string{f.Role}
	if f.Fault == f.Role {
		on = grounds
	}
	var others []rgb
	for _, name := range on {
		o, _ := parseHex(p[CSSRole(name)])
		others = append(others, o)
	}
	best, near := "", math.Inf(1)
	for _, dir := range []float64{-1, 1} {
		r := c.lch().readable(dir, f.Least+0.1, others...)
		if d := math.Abs(r.lch().l - c.lch().l); least(r, others) >= f.Least && d < near {
			best, near = r.hex(), d
		}
	}
	return best
}

// String says it in words: what is drawn, on what, and how clearly.
func (f Faint) String() string {
	return fmt.Sprintf("%s has %.2f:1 on %s (%s), below %.1f:1", f.Role, f.Ratio, f.On, f.Mode, f.Least)
}
