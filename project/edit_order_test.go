package project

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestNewKeysStandWherePeopleWriteThem: the parameters of an action before its branches, what a page asks for before its body.
func TestNewKeysStandWherePeopleWriteThem(t *testing.T) {
	const page = `path: /
title: Home # the first

body:
  - button:
      text: Go
      onTap:
        # sent
        - call: auth.login
          then: # it worked
            - stop
        - {navigate: home, note: away}
`
	const block = "actions: [stop]\nresult: 1\n"
	for at, want := range map[Path]string{
		"/pages/home/onLoad": `title: Home # the first

onLoad: x

body:`,
		"/flows/greet/params/who":                   "params:\n  who: x\nactions: [stop]\nresult: 1\n",
		"/pages/home/doc":                           "            - stop\n        - {navigate: home, note: away}\n\ndoc: x\n",
		"/pages/home/body/0/button/onTap/0/with":    "        - call: auth.login\n          with: x\n          then: # it worked\n",
		"/pages/home/body/0/button/onTap/0/else":    "            - stop\n          else: x\n",
		"/pages/home/body/0/button/onTap/1/with":    "{navigate: home, with: x, note: away}",
		"/pages/home/body/0/button/onTap/1/unknown": "{navigate: home, note: away, unknown: x}",
		"/pages/home/body/0/button/icon":            "        - {navigate: home, note: away}\n      icon: x\n",
	} {
		tree := NewTree(map[string][]byte{"pages/home.yaml": []byte(page), "flows/greet.yaml": []byte(block)})
		next, undo, err := tree.Apply(Edit{Op: OpSet, At: at, Value: json.RawMessage(`"x"`)})
		if err != nil {
			t.Errorf("%s: %v", at, err)
			continue
		}
		if got := string(next.Bytes("pages/home.yaml")) + string(next.Bytes("flows/greet.yaml")); !strings.Contains(got, want) {
			t.Errorf("%s:\n%s", at, got)
		}
		if back, _, err := next.Apply(undo...); err != nil || back.Revision() != tree.Revision() {
			t.Errorf("%s: undo does not give the bytes back: %v", at, err)
		}
	}
}
