package render

import (
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
)

// TestF200_Tokens: each token of a theme is in the style sheet, in the blocks of both modes where it is a colour.
func TestF200_Tokens(t *testing.T) {
	css := string(CSS(project.Theme{Radius: "6", Density: "comfortable", Base: 18, Ratio: 1.333, Width: 1280, Spacing: map[string]int{"lg": 32},
		Colors: map[string][2]string{"primary": {"#7c2d12", "#fdba74"}, "alternate": {"#d6d3d1", ""}}}))
	for _, want := range []string{"font-size:112.5%;", "--radius:.375rem;", "--d:1.25;", "--control:3rem;", "--s-lg:2rem;", "--s-md:1rem;", "--width:80rem;", "--t-title:1.204rem;",
		"--accent:#7c2d12;", "--accent:#fdba74;", "--line:#d6d3d1;"} {
		if !strings.Contains(css, want) {
			t.Errorf("no %s", want)
		}
	}
	usual := string(CSS(project.Theme{}))
	for _, want := range []string{"--t-display:clamp(2rem,1.6rem + 2vw,2.75rem)", "--t-title:1.125rem", "--t-label:.875rem", "--s-xs:.25rem", "--width:68rem", "--d:1;"} {
		if !strings.Contains(usual, want) {
			t.Errorf("by default no %s", want)
		}
	}
}

// TestF200_Variants: a variant of the theme builds on one of the catalogue, its text reads, and no theme can write CSS of its own.
func TestF200_Variants(t *testing.T) {
	theme := project.Theme{Variants: map[string]map[string]project.Variant{
		"button": {"danger": {Background: "error", Radius: "full"}, "quiet": {Like: "text", Color: "secondaryText", Border: "alternate", Weight: "bold", Shadow: "small"}},
		"badge":  {"x;}body{": {Background: "error"}, "evil": {Background: "red;}", Radius: "1px}", Weight: ";", Shadow: "}"}},
	}}
	css := string(CSS(theme))
	for _, want := range []string{
		".u-app .u-v-button-danger{background:var(--error);border-color:transparent;color:var(--v-button-danger);border-radius:10rem;}",
		".u-app .u-v-button-quiet{color:var(--muted);border:1px solid var(--line);font-weight:700;box-shadow:var(--shadow-s);}",
		".u-app .u-v-badge-evil{border-radius:.625rem;}",
	} {
		if !strings.Contains(css, want) {
			t.Errorf("no %s", want)
		}
	}
	if n := strings.Count(css, "--v-button-danger:#"); n != 3 {
		t.Errorf("its text has a colour in %d of 3 blocks", n)
	}
	if strings.Contains(css, "x;}body") {
		t.Error("a name writes CSS")
	}
	tree := project.NewTree(map[string][]byte{
		"app.yaml":        []byte("usher: 1\nname: Shop\ntheme:\n  variants:\n    button: {danger: {background: error}, quiet: {like: text, color: secondaryText}}\n    card: {hero: {background: accent1}}\n"),
		"pages/home.yaml": []byte("path: /\ntitle: Home\nbody:\n  - button: {id: a, text: A, variant: danger}\n  - button: {id: b, text: B, variant: quiet}\n  - card: {id: c, variant: hero}\n  - button: {id: d, text: D, variant: tonal}\n"),
	})
	p, problems := tree.Project()
	if problems.Errors() {
		t.Fatal(problems)
	}
	plan, err := Compile(p, p.Page("home"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := plan.Render(&b, View{}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`u-btn-danger u-v-button-danger `, `u-btn-text u-v-button-quiet `, `u-card-raised u-v-card-hero `, `u-btn-tonal u-btn-md`} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no class %q in %s", want, b.String())
		}
	}
}
