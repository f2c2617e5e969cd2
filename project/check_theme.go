package project

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Words that a theme's tokens take, in the order of the reference.
var (
	radii       = []string{"none", "small", "medium", "large"}
	densities   = []string{"compact", "regular", "comfortable"}
	fontKinds   = []string{"system", "serif", "rounded", "mono"}
	steps       = []string{"xs", "sm", "md", "lg", "xl"}
	transitions = []string{"none", "fade", "slide"}
	weights     = []string{"regular", "medium", "bold"}
	shadows     = []string{"none", "small", "medium", "large"}
)

func (c *checker) readTheme(s section) {
	th := &c.p.App.Theme
	*th = Theme{Accent: defaultAccent, Mode: "system", Radius: "medium", Density: "regular", Font: "system", Transition: "none"}
	p, ok := s.get("theme")
	if !ok {
		return
	}
	t := p.section("theme", themeKeys...)
	if p, ok := t.get("accent"); ok {
		if v := p.color("accent"); v != "" {
			th.Accent = v
		}
	}
	th.Mode = t.choice("mode", th.Mode, "system", "light", "dark")
	th.Density = t.choice("density", th.Density, densities...)
	th.Font = t.choice("font", th.Font, fontKinds...)
	if p, ok := t.get("radius"); ok {
		th.Radius = p.radius(th.Radius)
	}
	th.Transition = t.choice("transition", th.Transition, transitions...)
	th.Width = t.count("maxWidth", 0, 320, 4000)
	c.readType(t)
	c.readSpacing(t)
	c.readFonts(t)
	if p, ok := t.get("breakpoints"); ok {
		th.Breakpoints = p.breakpoints()
	}
	if p, ok := t.get("logo"); ok {
		th.Logo = p.logo()
	}
	at := c.readColors(t)
	c.readVariants(t)
	for _, f := range th.Faint() {
		f.tell(at)
	}
}

// color reads a colour as #rrggbb; "" when it is none.
func (p place) color(what string) string {
	v, ok := p.literal(what)
	switch {
	case ok && colorPattern.MatchString(v):
		return strings.ToLower(v)
	case ok:
		p.fail(what+" must be a colour such as \"#0f766e\", not "+quoted(v), "")
	case p.null():
		p.c.problems[len(p.c.problems)-1].Hint = "put the colour in quotes: a # begins a comment"
	}
	return ""
}

// asset reads the name of a file in assets/, with or without the folder; "" when there is none.
func (p place) asset(what string) string {
	v, ok := p.literal(what)
	v = strings.TrimPrefix(v, assetsDir)
	if ok && !slices.Contains(p.c.p.Assets, v) {
		p.misnamed(fmt.Sprintf("there is no asset %q", v), v, p.c.p.Assets)
		return ""
	}
	return v
}

// logo reads the name of a picture, or those for light and dark colours.
func (p place) logo() Logo {
	if p.scalar() != notScalar {
		return Logo{Light: p.picture("logo")}
	}
	s := p.section("logo", "light", "dark", "alt")
	l := Logo{Alt: s.text("alt")}
	if at, ok := s.need("light", "a picture in assets/"); ok {
		l.Light = at.picture("light of logo")
	}
	if at, ok := s.get("dark"); ok {
		l.Dark = at.picture("dark of logo")
	}
	return l
}

// pictureKinds are the endings of pictures that every browser shows.
var pictureKinds = []string{".svg", ".png", ".webp", ".avif", ".jpg", ".jpeg", ".gif"}

// picture reads the name of an asset that is a picture, by its ending.
func (p place) picture(what string) string {
	name := p.asset(what)
	if name != "" && !slices.Contains(pictureKinds, strings.ToLower(path.Ext(name))) {
		p.fail(what+" cannot be "+quoted(name), "a picture: "+strings.Join(pictureKinds, ", "))
		return ""
	}
	return name
}

// radius reads the roundness of corners: a word, or a number of px.
func (p place) radius(otherwise string) string {
	if p.scalar() == intScalar {
		if n, err := strconv.Atoi(p.n.Value); err == nil && n >= 0 && n <= 40 {
			return p.n.Value
		}
		p.fail("radius must be between 0 and 40 px", "")
		return otherwise
	}
	if v, ok := p.oneOf("radius", radii...); ok {
		return v
	}
	return otherwise
}

// readType decodes the type scale.
func (c *checker) readType(t section) {
	p, ok := t.get("type")
	if !ok {
		return
	}
	s := p.section("type", "base", "ratio")
	c.p.App.Theme.Base = s.count("base", 0, 12, 24)
	if p, ok := s.get("ratio"); ok {
		k := p.scalar()
		v, err := strconv.ParseFloat(p.n.Value, 64)
		if (k != intScalar && k != numberScalar) || err != nil || v < 1 || v > 1.6 {
			p.fail("ratio must be a number between 1 and 1.6, not "+p.describe(), "1.2 is usual; 1 makes all text as large as the body")
			return
		}
		c.p.App.Theme.Ratio = v
	}
}

func (c *checker) readSpacing(t section) {
	p, ok := t.get("spacing")
	if !ok {
		return
	}
	s := p.section("spacing", steps...)
	set := map[string]int{}
	for _, step := range steps {
		if _, ok := s.get(step); ok {
			set[step] = s.count(step, defaultSpacing[step], 0, 200)
		}
	}
	c.p.App.Theme.Spacing = set
	for i := range steps[1:] {
		if a, b := c.p.App.Theme.Space(steps[i]), c.p.App.Theme.Space(steps[i+1]); a > b {
			p.warn(fmt.Sprintf("%s (%d px) is more than %s (%d px)", steps[i], a, steps[i+1], b), "steps rise from xs to xl")
		}
	}
}

var defaultSpacing = map[string]int{"xs": 4, "sm": 8, "md": 16, "lg": 24, "xl": 40}

// Space returns the px of a step of gaps.
func (t Theme) Space(step string) int {
	if n, ok := t.Spacing[step]; ok {
		return n
	}
	return defaultSpacing[step]
}

// readColors decodes colors: role: "#rrggbb" for light, or role: {light, dark}. It returns where each stands, by mode and role.
func (c *checker) readColors(t section) map[string]place {
	at := map[string]place{}
	p, ok := t.get("colors")
	if !ok {
		return at
	}
	s := p.section("colors", ThemeColors()...)
	set := map[string][2]string{}
	for _, role := range ThemeColors() {
		p, ok := s.get(role)
		if !ok {
			continue
		}
		if p.scalar() != notScalar {
			set[role] = [2]string{p.color(role)}
			at["light "+role] = p
			continue
		}
		var pair [2]string
		one := p.section(role, "light", "dark")
		for i, mode := range []string{"light", "dark"} {
			if p, ok := one.get(mode); ok {
				pair[i], at[mode+" "+role] = p.color(role), p
			}
		}
		set[role] = pair
	}
	c.p.App.Theme.Colors = set
	return at
}

// tell warns of two colours that are hard to tell apart, where the one that is set stands.
func (f Faint) tell(at map[string]place) {
	p, ok := at[f.Mode+" "+f.Fault]
	if !ok {
		return
	}
	hint := "no tone of it is clear enough there: choose the other colour anew"
	if f.Better != "" {
		hint = fmt.Sprintf("\"%s\" would do", f.Better)
	}
	p.warn(f.String(), hint)
}
