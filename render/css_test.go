package render

import (
	"bytes"
	"compress/gzip"
	"regexp"
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
)

// accents are colours that people choose, easy ones and hard ones.
var accents = []string{"#0f766e", "#4f46e5", "#2563eb", "#dc2626", "#ea580c", "#f59e0b", "#facc15", "#fde047", "#84cc16", "#22c55e", "#10b981", "#06b6d4",
	"#0ea5e9", "#8b5cf6", "#d946ef", "#ec4899", "#f43f5e", "#78716c", "#000000", "#ffffff", "#808080", "#00ff00", "#ff00ff", "#0000ff", "#ffff00", "#111827", "#fff", "not a colour", ""}

// pairs are text and its background; edges need 3:1 as parts of controls do.
func pairs() (texts, edges [][2]string) {
	for _, ground := range []string{"bg", "surface", "subtle", "field"} {
		for _, role := range []string{"text", "muted", "accent-text", "secondary", "success", "warning", "error", "info"} {
			texts = append(texts, [2]string{role, ground})
		}
	}
	texts = append(texts, [][2]string{{"text", "raised"}, {"on-accent", "accent"}, {"on-accent", "accent-hover"}, {"on-soft", "soft"}, {"on-soft", "soft-hover"}, {"accent-text", "soft"},
		{"success", "success-soft"}, {"warning", "warning-soft"}, {"error", "error-soft"}, {"info", "info-soft"}, {"on-danger", "danger"}, {"on-bar", "bar"},
		{"surface", "success"}, {"surface", "error"}, {"text", "soft"}}...)
	for _, hue := range []string{"hue-0", "hue-1", "hue-2", "hue-3", "hue-4", "hue-5"} {
		texts = append(texts, [2]string{"on-hue", hue})
	}
	edges = [][2]string{{"edge", "bg"}, {"edge", "surface"}, {"edge", "field"}, {"accent-text", "bg"}, {"accent-text", "surface"}}
	for _, hue := range []string{"s1", "s2", "s3", "s4", "s5"} {
		edges = append(edges, [2]string{hue, "bg"}, [2]string{hue, "surface"}, [2]string{hue, "subtle"})
	}
	return texts, edges
}

// TestColoursRead: whatever the accent, text has 4.5:1 on every background it is used on and edges have 3:1, in light and
// in dark.
func TestColoursRead(t *testing.T) {
	texts, edges := pairs()
	for _, accent := range accents {
		light, dark := Palette(project.Theme{Accent: accent})
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

// TestStylesheet: small, closed, and free of addresses, so that it needs no other file and no exception of a policy.
func TestStylesheet(t *testing.T) {
	css := CSS(project.Theme{Accent: "#0f766e", Radius: "large", Density: "compact", Font: "serif"})
	var z bytes.Buffer
	w, err := gzip.NewWriterLevel(&z, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(css); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	if z.Len() > 16<<10 { // of the 60 KB that the first page may cost on its way
		t.Errorf("%d bytes compressed", z.Len())
	}
	for _, bad := range []string{"url(", "@import", "expression(", "</"} {
		if bytes.Contains(css, []byte(bad)) {
			t.Errorf("the stylesheet holds %s", bad)
		}
	}
	if bytes.Count(css, []byte("{")) != bytes.Count(css, []byte("}")) {
		t.Error("braces do not match")
	}
	if !bytes.Equal(css, CSS(project.Theme{Accent: "#0f766e", Radius: "large", Density: "compact", Font: "serif"})) {
		t.Error("the same theme makes other bytes")
	}
	if evil := CSS(project.Theme{Accent: "red;}body{x:y", Radius: "1px}", Font: "x;", Density: "}"}); !bytes.Equal(evil, CSS(project.Theme{})) {
		t.Error("a theme writes CSS of its own")
	}
	for _, m := range regexp.MustCompile(`var\(--([a-z0-9-]+)`).FindAllSubmatch(css, -1) {
		if !bytes.Contains(css, append([]byte("--"), append(m[1], ':')...)) {
			t.Errorf("--%s is never set", m[1])
		}
	}
}

// TestThemes: modes are forced by an attribute, sizes follow the theme.
func TestThemes(t *testing.T) {
	css := string(CSS(project.Theme{Radius: "none", Density: "compact", Font: "mono"}))
	for _, want := range []string{"--radius:0rem", "--control:2.25rem", "ui-monospace", ":root[data-mode=dark]", ":root:not([data-mode=light])"} {
		if !strings.Contains(css, want) {
			t.Errorf("no %s", want)
		}
	}
}
