package app

import (
	"strings"
	"testing"
)

var overlayFiles = map[string]string{
	"components/Ask.yaml": `
props: {name: text}
events: {said: text}
body:
  - button: {text: "Ask ${props.name}", onTap: [{open: box}]}
  - dialog:
      id: box
      label: "About ${props.name}"
      children:
        - button: {text: "Say ${props.name}", onTap: [{emit: {event: said, value: "${props.name}"}}, close]}
`,
	"pages/over.yaml": `
path: /over
title: Over
access: any
state: {log: {type: text, default: ""}, seen: {type: bool, default: true}}
body:
  - text: "Log ${state.log}"
  - textField: {id: outer, label: Outer}
  - button: {text: Open, onTap: [{open: one}]}
  - button: {text: Send, onTap: [validate, {setState: {log: "sent ${form.outer}"}}]}
  - dialog:
      id: one
      label: One
      visible: ${state.seen}
      children:
        - textField: {id: inner, label: Inner, required: true, requiredMessage: Inner is missing}
        - button: {text: Keep, onTap: [validate, {setState: {log: "kept ${form.inner} ${form.outer}"}}, close]}
        - button: {text: Next, onTap: [{open: two}]}
        - button: {text: Hide, onTap: [{setState: {seen: false}}]}
  - bottomSheet: {id: two, label: Two, children: [{button: {text: Sure, onTap: [{confirm: "Really?"}, close, {setState: {log: sure}}]}}]}
  - Ask: {id: a, name: Ada, onSaid: [{setState: {log: "${event.value}"}}]}
  - Ask: {id: b, name: Bob, onSaid: [{setState: {log: "${event.value}"}}]}
`,
}

// TestF153_Overlays: a dialog is drawn over a page that is out of reach while it is open; its inputs are the page's, and are asked for only
// there; one takes the place of another, and one that is not shown leaves the page usable.
func TestF153_Overlays(t *testing.T) {
	c := newWorld(t, overlayFiles).browser()
	p := c.get("/over")
	if p.has("dialog") || p.has("main[inert]") {
		t.Fatalf("a dialog is open from the start: %s", p.body)
	}
	c.press(p, "Send", map[string]string{"outer": "x"}).want(t, 200, "Log sent x")
	p = c.press(c.get("/over"), "Open", map[string]string{"outer": "kept"})
	p.want(t, 200, "One")
	if !p.has("main[inert]") || !p.has("main[inert] ~ dialog#w-one[open]") {
		t.Fatalf("the dialog does not stand over the page: %s", p.body)
	}
	p = c.press(p, "Keep", nil)
	p.want(t, 422, "Inner is missing")
	p = c.press(p, "Keep", map[string]string{"inner": "i", "outer": "o"})
	p.want(t, 200, "Log kept i o")
	if p.has("dialog") || p.has("main[inert]") {
		t.Error("the dialog stays open")
	}
	p = c.press(c.press(p, "Open", nil), "Next", nil)
	if p.has("#w-one") || !p.has("dialog.u-sheet#w-two") {
		t.Fatalf("one dialog does not take the place of the other: %s", p.body)
	}
	p = c.press(p, "Sure", nil)
	if p.want(t, 200, "Really?"); !p.has("dialog#w-two[inert]") || !p.has("main[inert]") {
		t.Errorf("what stands behind a question is in reach: %s", p.body)
	}
	p = c.press(p, "OK", nil)
	if p.want(t, 200, "Log sure"); p.has("dialog") {
		t.Error("the sheet stays open")
	}
	p = c.press(c.press(p, "Open", nil), "Hide", nil)
	if p.has("dialog") || p.has("main[inert]") {
		t.Errorf("a dialog that is not shown keeps the page out of reach: %s", p.body)
	}
}

// TestF153_OverlaysOfComponents: a component opens its own dialog, each use its own.
func TestF153_OverlaysOfComponents(t *testing.T) {
	c := newWorld(t, overlayFiles).browser()
	p := c.press(c.get("/over"), "Ask Bob", nil)
	if p.want(t, 200, "About Bob"); strings.Contains(p.body, "About Ada") || !p.has("dialog#w-b-box") {
		t.Errorf("the dialog of another use is open: %s", p.body)
	}
	c.press(p, "Say Bob", nil).want(t, 200, "Log Bob")
}
