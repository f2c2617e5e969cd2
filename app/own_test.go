package app

import (
	"strings"
	"testing"
)

var ownFiles = map[string]string{
	"components/Fold.yaml": `
props: {title: text}
state: {open: {type: bool, default: false}, n: {type: int, default: 3}, tags: {type: list of text, default: [a, b]}}
events: [told, asked]
slots: [inside]
body:
  - text: "${props.title} is ${own.open ? 'open' : 'shut'} ${string(own.n)} ${join(own.tags, '+')}"
  - button: {text: "Turn ${props.title}", onTap: [{change: own.open, toggle: true}, {setState: {n: "${own.n + 1}"}}, {snackBar: "now ${string(own.n)}"}]}
  - button: {text: "Add ${props.title}", onTap: [{change: own.tags, append: c}, {change: own.tags, insert: z, at: 0}, {change: own.tags, removeWhere: "${each == 'b'}"}, {change: own.tags, updateAt: 1, to: A}]}
  - button: {text: "Back ${props.title}", onTap: [{change: own.n, reset: true}, {change: own.tags, clear: true}, {change: own.n, increment: -1}]}
  - button: {text: "Tell ${props.title}", onTap: [{emit: told}, {change: own.n, increment: 10}, {emit: asked}]}
  - button: {text: "Sure ${props.title}", onTap: [{change: own.n, increment: 100}, {confirm: "Sure?"}, {change: own.n, increment: 1000}]}
  - slot: inside
`,
	"components/Pair.yaml": `
state: {sum: {type: int, default: 0}}
body:
  - text: "sum ${string(own.sum)}"
  - list:
      data: "${['l', 'r']}"
      item:
        - Fold: {title: "${item}", onTold: [{change: own.sum, increment: 1}], inside: [{text: "in ${string(own.sum)}"}]}
`,
	"pages/own.yaml": `
path: /own
title: Own
access: any
state: {n: {type: int, default: 50}, order: {type: json, default: [{id: x}, {id: y}]}}
body:
  - text: "page ${string(state.n)}"
  - button: {text: Swap, onTap: [{setState: {order: "${reverse(state.order)}"}}]}
  - Fold: {title: first, onTold: [{setState: {n: "${state.n + 1}"}}]}
  - Fold: {id: mine, title: second, onAsked: [{confirm: "Go on?"}, {setState: {n: 0}}]}
  - list:
      data: ${state.order}
      key: id
      item: [{Fold: {title: "${item.id}"}}]
  - Pair
`,
}

// TestF150_ComponentState: each use of a component keeps values of its own, by the key of the element of a list and in a component within it; they
// survive what else happens on the page and are gone when it is opened anew.
func TestF150_ComponentState(t *testing.T) {
	c := newWorld(t, ownFiles).browser()
	p := c.get("/own")
	p.want(t, 200, "page 50", "first is shut 3 a+b", "second is shut 3", "x is shut 3", "y is shut 3", "l is shut 3", "r is shut 3", "sum 0")
	p = c.press(p, "Turn second", nil)
	p.want(t, 200, "first is shut 3", "second is open 4", "x is shut 3", "now 4")
	p = c.press(p, "Turn y", nil)
	p.want(t, 200, "second is open 4", "x is shut 3", "y is open 4")
	p = c.press(p, "Swap", nil)
	if y, x := strings.Index(p.text(), "y is open 4"), strings.Index(p.text(), "x is shut 3"); y < 0 || x < y {
		t.Errorf("the state does not move with its element: %d, %d", y, x)
	}
	p = c.press(p, "Add first", nil)
	p.want(t, 200, "first is shut 3 z+A+c", "second is open 4 a+b")
	p = c.press(p, "Back first", nil)
	p.want(t, 200, "first is shut 2")
	p = c.press(p, "Turn r", nil)
	p.want(t, 200, "l is shut 3", "r is open 4", "y is open 4", "first is shut 2", "page 50")
	c.get("/own").want(t, 200, "first is shut 3 a+b", "second is shut 3", "y is shut 3", "r is shut 3")
}

// TestF150_ComponentStateAndEvents: what is emitted acts on the state of whoever wrote it, the page or the component around, and what follows it on
// the component's own; also across a question.
func TestF150_ComponentStateAndEvents(t *testing.T) {
	c := newWorld(t, ownFiles).browser()
	p := c.press(c.get("/own"), "Tell first", nil)
	p.want(t, 200, "page 51", "first is shut 13", "second is shut 3")
	p = c.press(p, "Tell r", nil)
	p.want(t, 200, "sum 1", "in 1", "r is shut 13", "l is shut 3", "page 51")
	p = c.press(p, "Tell l", nil)
	p.want(t, 200, "sum 2", "l is shut 13", "r is shut 13")
	p = c.press(p, "Sure y", nil)
	p.want(t, 200, "Sure?", "y is shut 103", "x is shut 3")
	p = c.press(p, "OK", nil)
	p.want(t, 200, "y is shut 1103", "x is shut 3", "first is shut 13")
	p = c.press(p, "Tell second", nil)
	p.want(t, 200, "Go on?", "second is shut 13", "page 51")
	p = c.press(p, "OK", nil)
	p.want(t, 200, "second is shut 13", "page 0")
}

// TestF150_ComponentStateIsBounded: the state of components counts to that of the page, and what is too large names the variable and its use.
func TestF150_ComponentStateIsBounded(t *testing.T) {
	c := newWorld(t, map[string]string{
		"components/Pile.yaml": `
state: {pile: {type: list of text, default: []}}
body:
  - text: "${string(len(own.pile))} high"
  - button:
      text: Pile
      onTap:
        - while: ${true}
          most: 1000
          do: [{change: own.pile, append: "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"}]
          onError: [{snackBar: "${error.message}"}]
`,
		"pages/pile.yaml": "path: /pile\ntitle: Pile\naccess: any\nbody:\n  - Pile: {id: heap}\n  - Pile\n",
	}).browser()
	p := c.press(c.get("/pile"), "Pile", nil)
	p.want(t, 200, "0 high", "high", "the page state takes", "the variable pile of heap")
}

// TestF150_ComponentStateKeepsSecrets: what is typed secret is there for the component's flows, and in no page that is drawn.
func TestF150_ComponentStateKeepsSecrets(t *testing.T) {
	c := newWorld(t, map[string]string{
		"components/Safe.yaml": `
state: {word: secret}
body:
  - textField: {id: pin, label: Pin, type: password}
  - text: "${isSet(own.word) ? 'kept' : 'empty'}"
  - button: {text: Keep, onTap: [{setState: {word: "${form.pin}"}}]}
  - button: {text: Show, onTap: [{snackBar: "ends ${masked(own.word)}"}]}
`,
		"pages/safe.yaml": "path: /safe\ntitle: Safe\naccess: any\nbody: [Safe]\n",
	}).browser()
	p := c.press(c.get("/safe"), "Keep", map[string]string{"pin": "canary-4711-word"})
	p.want(t, 200, "kept")
	if strings.Contains(p.body, "canary") {
		t.Error("the page shows the secret")
	}
	p = c.press(p, "Show", nil)
	p.want(t, 200, "kept", "ends ")
	if strings.Contains(p.body, "canary") || !strings.Contains(p.body, "word") {
		t.Errorf("what is masked is not: %s", p.text())
	}
}
