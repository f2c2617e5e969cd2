package render

import (
	"fmt"
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"github.com/usherdev/usher/project"
)

// TestF140_Gestures: what can be tapped can be tapped twice and held, names the keys that do the same, and without onTap does nothing else.
func TestF140_Gestures(t *testing.T) {
	out, faults := render(t, `
path: /
title: Gestures
state: {tags: list of json, n: int}
body:
  - button: {id: both, text: Both, onTap: [{setState: {n: 1}}], onDoubleTap: [{setState: {n: 2}}], onLongPress: [{setState: {n: 3}}]}
  - button: {id: held, text: Held, onLongPress: [{setState: {n: 3}}]}
  - iconButton: {id: twice, icon: plus, label: Add, onDoubleTap: [{setState: {n: 2}}]}
  - card: {id: box, onLongPress: [{setState: {n: 3}}], children: [{text: Box}]}
  - form:
      children:
        - button: {id: sent, text: Send, submit: true, onLongPress: [{setState: {n: 3}}]}
`, nil)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	doc, err := html.Parse(strings.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	for _, selector := range []string{
		`#w-both[type=submit][value="both.onTap"][data-double="both.onDoubleTap"][data-long="both.onLongPress"][aria-keyshortcuts="Shift+Enter Shift+F10"]`,
		`#w-held[type=button][form=page][data-long="held.onLongPress"][aria-keyshortcuts="Shift+F10"]:not([data-double]):not([name])`,
		`#w-twice[type=button][form=page][data-double="twice.onDoubleTap"][aria-keyshortcuts="Shift+Enter"]`,
		`#w-box.u-tap > button[type=button][form=page][data-long="box.onLongPress"]`,
		`form #w-sent[type=submit][data-long="sent.onLongPress"]:not([form])`,
	} {
		if cascadia.Query(doc, cascadia.MustCompile(selector)) == nil {
			t.Errorf("%s matches nothing in\n%s", selector, inside(out))
		}
	}
}

// TestF140_FocusOfEveryInput: each input of the catalogue, a group of several as one, tells when somebody comes to it and leaves it.
func TestF140_FocusOfEveryInput(t *testing.T) {
	for _, spec := range project.Widgets() {
		if !spec.Input {
			continue
		}
		options := ""
		if spec.Prop("options") != nil {
			options = "options: [a, b], "
		}
		out, faults := render(t, fmt.Sprintf("path: /\ntitle: T\nstate: {n: int}\nbody:\n  - %s: {id: it, label: It, %sonFocus: [{setState: {n: 1}}], onBlur: [{setState: {n: 2}}]}\n", spec.Kind, options), nil)
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		if strings.Count(out, `data-focus="it.onFocus"`) != 1 || strings.Count(out, `data-blur="it.onBlur"`) != 1 {
			t.Errorf("%s: %s", spec.Kind, inside(out))
		}
	}
}
