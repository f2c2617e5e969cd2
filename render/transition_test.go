package render

import (
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
)

// TestF148_Transitions: an app that names none pays for none; one that does moves only where people want motion.
func TestF148_Transitions(t *testing.T) {
	for name, want := range map[string]int{"": 0, "none": 0, "odd}": 0, "fade": 1, "slide": 1} {
		css := string(CSS(project.Theme{Transition: name}))
		if strings.Count(css, "@view-transition") != want || strings.Contains(css, "u-leave") != (name == "slide") {
			t.Errorf("%q: %s", name, css[max(0, len(css)-400):])
		}
		if want == 1 && !strings.Contains(css, "@media (prefers-reduced-motion:no-preference){@view-transition{navigation:auto}") {
			t.Errorf("%q moves whatever people want", name)
		}
		if name == "slide" && (!strings.Contains(css, "u-leave{to{opacity:0;translate:calc(var(--turn,1)*-1.5rem)}}") || !strings.Contains(css, "[dir=rtl]{--turn:-1}")) {
			t.Errorf("%q leaves to the same side whatever the direction", name)
		}
		if strings.Count(css, "{") != strings.Count(css, "}") {
			t.Errorf("%q: braces do not match", name)
		}
	}
	for name, want := range map[string]bool{"none": false, "fade": true} {
		src := files("path: /\ntitle: T\nbody: [text: T]\n")
		src["app.yaml"] = []byte("usher: 1\nname: T\ntheme: {transition: " + name + "}\n")
		p := load(t, src)
		plan, err := Compile(p, p.Page("test"), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if out := draws(t, plan, View{Frame: frameFor(nil)}); strings.Contains(out, "<html lang=\"en\" data-moves>") != want {
			t.Errorf("%s: %s", name, out[:200])
		}
	}
}
