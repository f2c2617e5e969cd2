package render

import (
	"strings"
	"testing"
)

// TestF193_TheAppIsInNoFrame: neither where its address is written nor where data brings it, whatever the app names.
func TestF193_TheAppIsInNoFrame(t *testing.T) {
	own := func(origin string) bool { return origin == "https://maps.example.com" }
	p := load(t, files("path: /\ntitle: Test\nstate: {src: text}\nbody:\n  - frame: {src: \"https://MAPS.example.com:443/a\", title: A}\n  - frame: {src: \"${state.src}\", title: B}\n"))
	plan, err := Compile(p, p.Page("test"), Options{Own: own})
	if err != nil {
		t.Fatal(err)
	}
	html := draws(t, plan, View{Scope: map[string]any{"state": map[string]any{"src": "https://maps.example.com/b"}}})
	if strings.Contains(html, "<iframe") || strings.Count(html, "cannot be shown here") != 2 {
		t.Errorf("the app is in a frame:\n%s", html)
	}
}

// TestF193_TheCanvasCallsNobody: where apps are built, a frame is its place.
func TestF193_TheCanvasCallsNobody(t *testing.T) {
	p := load(t, files("path: /\ntitle: Test\nbody:\n  - frame: {src: \"https://maps.example.com/a\", title: A}\n  - video: {src: hill.mp4, label: B, silent: true, muted: true, autoplay: true}\n"))
	plan, err := Compile(p, p.Page("test"), Options{Edit: true})
	if err != nil {
		t.Fatal(err)
	}
	if html := draws(t, plan, View{}); strings.Contains(html, "maps.example.com") || strings.Contains(html, "autoplay") || !strings.Contains(html, `data-kind="frame"`) {
		t.Errorf("the canvas shows\n%s", html)
	}
}
