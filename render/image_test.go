package render

import (
	"strings"
	"testing"
)

// TestF193_Images: a picture among the assets brings its size, one from elsewhere the size that is written; a fallback passes the same
// gate as any address.
func TestF193_Images(t *testing.T) {
	p := load(t, files(`
path: /
title: Test
state: {src: image}
body:
  - image: {src: hill.png, alt: a}
  - image: {src: hill.png, alt: b}
  - image: {src: https://example.com/x.png, alt: c, pixels: 30x20}
  - image: {src: https://example.com/x.png, alt: d, fallback: "${state.src}"}
`))
	plan, err := Compile(p, p.Page("test"), Options{Measure: func(name string) (int, int) {
		if name != "hill.png" {
			return 0, 0
		}
		return 640, 480
	}})
	if err != nil {
		t.Fatal(err)
	}
	var faults []string
	out := inside(draws(t, plan, View{Scope: map[string]any{"state": map[string]any{"src": "javascript:alert(1)"}}, Frame: frameFor(&faults)}))
	for _, want := range []string{`alt="a" width="640" height="480"`, `alt="b" width="640" height="480"`, `alt="c" width="30" height="20"`, `alt="d" loading`} {
		if !strings.Contains(out, want) {
			t.Errorf("no %s in\n%s", want, out)
		}
	}
	if strings.Contains(out, "javascript") || len(faults) != 1 {
		t.Errorf("faults %v in\n%s", faults, out)
	}
}
