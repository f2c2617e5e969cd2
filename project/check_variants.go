package project

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"sync"
)

var variantPattern = regexp.MustCompile(`^[a-z][A-Za-z0-9]{0,30}$`)

// varied are the kinds of widgets that have variants.
func varied() []string {
	var kinds []string
	for _, s := range widgetSpecs {
		if s.Prop("variant") != nil {
			kinds = append(kinds, s.Kind)
		}
	}
	return kinds
}

// readVariants decodes variants: kind: name: tokens. A name of the catalogue is given another look; any other is new.
func (c *checker) readVariants(t section) {
	p, ok := t.get("variants")
	if !ok {
		return
	}
	out := map[string]map[string]Variant{}
	palette := sync.OnceValues(c.p.App.Theme.Palette) // the same for all, and some work
	for _, kind := range p.entries("variants") {
		if !slices.Contains(varied(), kind.name) {
			kind.key.misnamed(fmt.Sprintf("%s has no variants", quoted(kind.name)), kind.name, varied())
			continue
		}
		out[kind.name] = map[string]Variant{}
		for _, e := range kind.val.entries("the variants of " + kind.name) {
			if !variantPattern.MatchString(e.name) {
				e.key.fail("a variant cannot be named "+quoted(e.name), "use letters and digits, beginning with a small letter")
				continue
			}
			v, s := e.val.variant(WidgetSpecOf(kind.name))
			out[kind.name][e.name] = v
			variantReads(v, s, palette)
		}
	}
	c.p.App.Theme.Variants = out
}

// variantReads warns of a text colour that is hard to read on the variant's background, or on those of pages where it has none.
func variantReads(v Variant, s section, palette func() (light, dark map[string]string)) {
	p, ok := s.get("color")
	grounds := []string{v.Background}
	if v.Background == "" || v.Background == "none" {
		grounds = []string{"primaryBackground", "secondaryBackground"}
	}
	if !ok || v.Color == "" {
		return
	}
	light, dark := palette()
	for i, colors := range []map[string]string{light, dark} {
		for _, ground := range grounds {
			on, _ := parseHex(colors[CSSRole(ground)])
			ink, _ := parseHex(colors[CSSRole(v.Color)])
			if r := contrast(ink, on); r < readsAt {
				f := Faint{Role: v.Color, On: ground, Mode: []string{"light", "dark"}[i], Ratio: r, Least: readsAt}
				p.warn(f.String(), "leave color out, and a text that reads is computed")
				return
			}
		}
	}
}

func (p place) variant(spec *WidgetSpec) (Variant, section) {
	s := p.section("a variant", variantKeys...)
	roles := append(ThemeColors(), "none")
	return Variant{
		Like:       s.choice("like", "", spec.Prop("variant").Values...),
		Background: s.choice("background", "", roles...), Color: s.choice("color", "", ThemeColors()...), Border: s.choice("border", "", roles...),
		Radius: s.choice("radius", "", append(slices.Clone(radii), "full")...), Weight: s.choice("weight", "", weights...), Shadow: s.choice("shadow", "", shadows...),
	}, s
}

var variantKeys = []string{"like", "background", "color", "border", "radius", "weight", "shadow"}

// Looks returns the names that variant of a widget takes: those of the catalogue and those of the theme.
func (t Theme) Looks(spec *WidgetSpec) []string {
	names := slices.Clone(spec.Prop("variant").Values)
	for _, name := range slices.Sorted(maps.Keys(t.Variants[spec.Kind])) {
		if !slices.Contains(names, name) && variantPattern.MatchString(name) {
			names = append(names, name)
		}
	}
	return names
}

// variants computes the text of each variant that has a background and names no colour.
func (x *painter) variants(all map[string]map[string]Variant) {
	for kind, variants := range all {
		for name, v := range variants {
			ground, ok := parseHex(x.p[CSSRole(v.Background)])
			if ok && v.Color == "" && variantPattern.MatchString(name) && slices.Contains(varied(), kind) {
				x.put("v-"+kind+"-"+name, inkOn(ground))
			}
		}
	}
}
