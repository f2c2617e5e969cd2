package render

import (
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// TestF193_StatsByLanguage: what is a number by itself is written as the reader's language does, with its sign where it is a change.
func TestF193_StatsByLanguage(t *testing.T) {
	plan := func(lang string) string {
		return draws(t, compile(t, `path: /
title: Stat
state: {n: number, less: number, zero: int}
body:
  - stat: {label: A, value: "${state.n}", change: "${state.less}", changeFormat: percent}
  - stat: {label: B, value: "${state.n} km", change: "${state.n}", lessIsBetter: true}
  - stat: {label: C, value: "7", change: "${state.zero}"}
  - stat: {label: D, value: "7", change: +12 %}
`, Options{Locale: project.Speak(lang)}), View{Scope: value.Scope{"state": map[string]any{"n": 1234.5, "less": -0.125, "zero": 0}}, Frame: frameFor(nil)})
	}
	for lang, want := range map[string][]string{
		"en": {"<bdi>1,234.5</bdi>", `data-tone="error"`, "<bdi>-12.5%</bdi>", "<bdi>1234.5 km</bdi>", "<bdi>+1,234.5</bdi>", `data-tone="neutral"><bdi>0</bdi>`, "<bdi>+12 %</bdi>"},
		"de": {"<bdi>1.234,5</bdi>", "<bdi>-12,5\u00a0%</bdi>", "<bdi>+1.234,5</bdi>"},
	} {
		page := plan(lang)
		for _, w := range want {
			if !strings.Contains(page, w) {
				t.Errorf("%s: no %s in\n%s", lang, w, inside(page))
			}
		}
	}
}
