package project

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// accents are colours that people choose, easy ones and hard ones.
var accents = []string{"#0f766e", "#4f46e5", "#2563eb", "#dc2626", "#ea580c", "#f59e0b", "#facc15", "#fde047", "#84cc16", "#22c55e", "#10b981", "#06b6d4",
	"#0ea5e9", "#8b5cf6", "#d946ef", "#ec4899", "#f43f5e", "#78716c", "#000000", "#ffffff", "#808080", "#00ff00", "#ff00ff", "#0000ff", "#ffff00", "#111827", "#fff", "not a colour", ""}

// pairs are text and its background; edges need 3:1 as parts of controls do.
func pairs() (texts, edges [][2]string) {
	for _, ground := range []string{"bg", "surface", "subtle", "field"} {
		for _, role := range []string{"text", "muted", "accent-text", "secondary", "tertiary", "success", "warning", "error", "info"} {
			texts = append(texts, [2]string{role, ground})
		}
	}
	texts = append(texts, [][2]string{{"text", "raised"}, {"on-accent", "accent"}, {"on-accent", "accent-hover"}, {"on-soft", "soft"}, {"on-soft", "soft-hover"}, {"accent-text", "soft"},
		{"success", "success-soft"}, {"warning", "warning-soft"}, {"error", "error-soft"}, {"info", "info-soft"}, {"on-danger", "danger"}, {"on-bar", "bar"},
		{"surface", "success"}, {"surface", "error"}, {"text", "soft"}, {"text", "soft-2"}, {"text", "soft-3"}}...)
	for _, hue := range []string{"hue-0", "hue-1", "hue-2", "hue-3", "hue-4", "hue-5"} {
		texts = append(texts, [2]string{"on-hue", hue})
	}
	edges = [][2]string{{"edge", "bg"}, {"edge", "surface"}, {"edge", "field"}, {"accent-text", "bg"}, {"accent-text", "surface"}}
	for _, hue := range []string{"s1", "s2", "s3", "s4", "s5"} {
		edges = append(edges, [2]string{hue, "bg"}, [2]string{hue, "surface"}, [2]string{hue, "subtle"})
	}
	return texts, edges
}

// TestF200_ColoursRead: whatever the accent, these and 200 by chance, text has 4.5:1 on every background it is used on and edges have 3:1, in light and
// in dark.
func TestF200_ColoursRead(t *testing.T) {
	texts, edges := pairs()
	random := rand.New(rand.NewPCG(20, 26))
	all := accents
	for range 200 {
		all = append(all, fmt.Sprintf("#%06x", random.IntN(1<<24)))
	}
	for _, accent := range all {
		light, dark := Theme{Accent: accent}.Palette()
		for name, p := range map[string]map[string]string{"light": light, "dark": dark} {
			for _, pair := range texts {
				reads(t, accent+" "+name, p, pair, 4.5)
			}
			for _, pair := range edges {
				reads(t, accent+" "+name, p, pair, 3)
			}
		}
	}
}

func reads(t *testing.T, where string, p map[string]string, pair [2]string, ratio float64) {
	t.Helper()
	a, ok := parseHex(p[pair[0]])
	b, ok2 := parseHex(p[pair[1]])
	if !ok || !ok2 {
		t.Errorf("%s: %v is %q on %q", where, pair, p[pair[0]], p[pair[1]])
		return
	}
	if c := contrast(a, b); c < ratio {
		t.Errorf("%s: %s %s on %s %s has %.2f:1", where, pair[0], p[pair[0]], pair[1], p[pair[1]], c)
	}
}

// TestContrast knows the ends of the scale and a pair from the standard.
func TestContrast(t *testing.T) {
	white, _ := parseHex("#fff")
	black, _ := parseHex("#000000")
	grey, _ := parseHex("#767676")
	if c := contrast(white, black); c < 20.99 || c > 21.01 {
		t.Errorf("white on black is %v", c)
	}
	if c := contrast(white, grey); c < 4.5 || c > 4.6 {
		t.Errorf("white on #767676 is %v", c)
	}
	for _, hex := range []string{"#0f766e", "#ff00ff", "#fde047", "#000000", "#ffffff"} {
		c, _ := parseHex(hex)
		if got := c.lch().linear().hex(); got != hex {
			t.Errorf("%s comes back as %s", hex, got)
		}
	}
}

// TestF200_WhatIsSetStands: a colour that a theme sets is in the palette as it is, and what is computed reads on it.
func TestF200_WhatIsSetStands(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 11))
	color := func() string { return fmt.Sprintf("#%06x", random.IntN(1<<24)) }
	for range 200 {
		th := Theme{Accent: color(), Colors: map[string][2]string{"primary": {color(), color()}, "error": {"", color()}, "accent1": {color(), color()}}}
		light, dark := th.Palette()
		for i, p := range []map[string]string{light, dark} {
			for role, pair := range th.Colors {
				if pair[i] != "" && p[CSSRole(role)] != pair[i] {
					t.Errorf("%s is %s, not %s", role, p[CSSRole(role)], pair[i])
				}
			}
			for _, pair := range [][2]string{{"on-accent", "accent"}, {"on-danger", "danger"}, {"accent-text", "bg"}, {"muted", "bg"}} {
				reads(t, fmt.Sprint(th.Colors), p, pair, 4.5)
			}
		}
	}
}

// TestF200_ADarkBackgroundForLightMode: light text is computed for it, and the browser's own controls follow.
func TestF200_ADarkBackgroundForLightMode(t *testing.T) {
	light, dark := Theme{Colors: map[string][2]string{"primaryBackground": {"#101820", "#fafafa"}}}.Palette()
	for name, p := range map[string]map[string]string{"light": light, "dark": dark} {
		for _, role := range []string{"text", "muted", "accent-text", "success", "error"} {
			reads(t, name, p, [2]string{role, "bg"}, 4.5)
		}
	}
	if light["scheme"] != "dark" || dark["scheme"] != "light" {
		t.Errorf("the schemes are %s and %s", light["scheme"], dark["scheme"])
	}
}

// TestF200_FaintColoursAreTold: the measured ratio, and a colour that really is better.
func TestF200_FaintColoursAreTold(t *testing.T) {
	th := Theme{Colors: map[string][2]string{"secondaryText": {"#bbbbbb", "#444444"}, "primary": {"#fde047", ""}}}
	found := th.Faint()
	if len(found) != 3 {
		t.Fatalf("%v", found)
	}
	for _, f := range found {
		if !strings.Contains(f.String(), fmt.Sprintf("%.2f:1", f.Ratio)) || f.Ratio >= f.Least || f.Better == "" {
			t.Errorf("%s: %+v", f, f)
		}
		mode := map[string]int{"light": 0, "dark": 1}[f.Mode]
		pair := th.Colors[f.Fault]
		pair[mode] = f.Better
		th.Colors[f.Fault] = pair
	}
	if still := th.Faint(); len(still) != 0 {
		t.Errorf("with what was suggested: %v", still)
	}
	if none := (Theme{Accent: "#fde047"}).Faint(); len(none) != 0 {
		t.Errorf("what is computed is faint: %v", none)
	}
}

// TestContrastsAreTheWorst: the figures of a computed theme are as they ought to be, and one that is set too faint is told with its background.
func TestContrastsAreTheWorst(t *testing.T) {
	all := Theme{Accent: "#0f766e"}.Contrasts()
	if len(all) != 18 {
		t.Fatalf("%d figures", len(all))
	}
	for _, c := range all {
		if c.Ratio < c.Least || c.On == "" {
			t.Errorf("%+v", c)
		}
	}
	for _, c := range (Theme{Colors: map[string][2]string{"secondaryText": {"#bbbbbb", ""}}}).Contrasts() {
		if c.Role == "secondaryText" && c.Mode == "light" && (c.Ratio > 2 || c.Least != 4.5 || c.On != "accent4") {
			t.Errorf("%+v", c)
		}
	}
}
