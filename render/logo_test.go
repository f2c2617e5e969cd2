package render

import (
	"strings"
	"testing"
)

// TestF200_TheLogoIsThatOfTheColours: that for light or dark colours where somebody chose, either as the device says otherwise; app bars and
// messages show it too, with the room that it needs.
func TestF200_TheLogoIsThatOfTheColours(t *testing.T) {
	chrome := Chrome{Icon: "/icon.svg", Logo: Logo{Light: "/light.svg", Dark: "/dark.svg", Width: 120, Height: 40}}
	plan := compile(t, "path: /\ntitle: Test\nbody:\n  - appBar: {title: Trips}\n  - logo: {size: xl, icon: star}\n  - text: Hello\n", Options{Chrome: chrome})
	for mode, want := range map[string][2]int{"light": {2, 0}, "dark": {0, 2}, "system": {2, 2}, "": {2, 2}} {
		html := draws(t, plan, View{Frame: Frame{Mode: mode}})
		if l, d := strings.Count(html, `"/light.svg"`), strings.Count(html, `"/dark.svg"`); l != want[0] || d != want[1] {
			t.Errorf("%s: %d light, %d dark\n%s", mode, l, d, html)
		}
		if n := strings.Count(html, `alt="Testing" width="120" height="40">`); n != 2 || strings.Contains(html, "u-icon-xl") {
			t.Errorf("%s: %d logos keep their place\n%s", mode, n, html)
		}
	}
	var out strings.Builder
	if err := Document(&out, DocumentInput{Heading: "Away", Chrome: chrome}); err != nil || !strings.Contains(out.String(), "/light.svg") {
		t.Errorf("%v\n%s", err, out.String())
	}
	chrome.Logo = Logo{Light: "/one.png", Alt: "<The & Company>"}
	html := draws(t, compile(t, "path: /\ntitle: Test\nbody:\n  - appBar: {title: Trips, logo: false}\n  - logo\n", Options{Chrome: chrome}), View{})
	if strings.Count(html, "/one.png") != 1 || !strings.Contains(html, `alt="&lt;The &amp; Company&gt;">`) {
		t.Errorf("one logo for both:\n%s", html)
	}
	chrome.Logo = Logo{}
	html = draws(t, compile(t, "path: /\ntitle: Test\nbody:\n  - appBar: Trips\n  - logo\n", Options{Chrome: chrome}), View{})
	if strings.Count(html, `<img src="/icon.svg" alt="Testing"`) != 1 {
		t.Errorf("the icon stands for a logo:\n%s", html)
	}
}
