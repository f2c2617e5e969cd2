package project

import (
	"testing"

	"github.com/usherdev/usher/value"
)

// TestF196_EveryInputHasTheRules: whatever is filled in has a label, can be required, and takes a condition of the app's own, each with its message.
func TestF196_EveryInputHasTheRules(t *testing.T) {
	inputs := 0
	for _, s := range Widgets() {
		if !s.Input {
			continue
		}
		inputs++
		for _, name := range []string{"label", "help", "required", "requiredMessage", "check", "checkMessage", "disabled"} {
			if s.Prop(name) == nil {
				t.Errorf("%s has no %s", s.Kind, name)
			}
		}
		for limit, message := range map[string]string{"min": "rangeMessage", "max": "rangeMessage", "minLength": "lengthMessage", "maxLength": "lengthMessage",
			"minCount": "countMessage", "maxCount": "countMessage", "pattern": "patternMessage", "sameAs": "sameAsMessage"} {
			if s.Prop(limit) != nil && s.Prop(message) == nil {
				t.Errorf("%s has %s without %s", s.Kind, limit, message)
			}
		}
	}
	if inputs < 10 {
		t.Errorf("only %d inputs were looked at", inputs)
	}
}

// TestF196_NobodyKnowsWhatWasOffered: where the options cannot be found out, no choice is taken for one of them.
func TestF196_NobodyKnowsWhatWasOffered(t *testing.T) {
	p, problems := with(t, map[string]string{"pages/pick.yaml": `path: /pick
title: Pick
access: any
state: {sizes: list of text}
body:
  - dropdown: {id: size, label: Size, options: "${state.sizes}"}
  - checkboxGroup: {id: all, label: All, options: "${state.sizes}"}
`})
	if len(problems) > 0 {
		t.Fatal(told(problems))
	}
	posted := map[string]any{"size": "m", "all": []any{"m"}}
	wrong := func(sizes any) map[string]string {
		return p.Page("pick").Validate(nil, posted, value.Scope{"state": map[string]any{"sizes": sizes}})
	}
	if w := wrong([]any{"s", "m"}); len(w) > 0 {
		t.Errorf("what was offered is refused: %v", w)
	}
	for _, sizes := range []any{nil, []any{}, []any{"s"}} {
		if w := wrong(sizes); len(w) != 2 {
			t.Errorf("of %v, m is taken: %v", sizes, w)
		}
	}
}
