package render

import (
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// TestF192_LayoutWidgets: each holds its children in the order of the file, carries its place and gap as classes that the stylesheet
// knows, and stands inside any other.
func TestF192_LayoutWidgets(t *testing.T) {
	out, faults := render(t, `
path: /
title: Layout
body:
  - column: {gap: lg, align: center, children: [{text: one}, {row: {gap: xs, justify: between, wrap: true, children: [{text: two}, {text: three}]}}, {text: four}]}
  - container:
      width: sm
      background: subtle
      children:
        - card: {variant: outlined, padding: sm, children: [{text: five}, {column: [{text: six}]}]}
        - spacer: xl
        - divider: or
        - text: seven
`, nil)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	doc, err := html.Parse(strings.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, n := range cascadia.QueryAll(doc, cascadia.MustCompile("main .u-text")) {
		words = append(words, n.FirstChild.Data)
	}
	if !slices.Equal(words, strings.Fields("one two three four five six seven")) {
		t.Errorf("texts %v in\n%s", words, inside(out))
	}
	for _, selector := range []string{
		".u-col.u-g-lg.u-a-center > .u-row.u-g-xs.u-j-between.u-wrap > .u-text", ".u-container.u-bg-subtle.u-w-sm > .u-card.u-card-outlined.u-p-sm > .u-col > .u-text",
		".u-container > .u-space-xl[aria-hidden]", ".u-container > .u-divider-text > span",
	} {
		if cascadia.Query(doc, cascadia.MustCompile(selector)) == nil {
			t.Errorf("%s matches nothing in\n%s", selector, inside(out))
		}
	}
}
