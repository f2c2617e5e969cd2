package project

import (
	"encoding/json"
	"slices"
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

// TestF080_KeysOfCallsStandWherePeoplePutThem: what is added to a group, a call and a data type later does not end up behind what comes last.
func TestF080_KeysOfCallsStandWherePeoplePutThem(t *testing.T) {
	for what, c := range map[string]struct{ order, keys []string }{"a group": {groupOrder, slices.Concat(groupKeys, settingKeys)}, "a call": {callOrder, slices.Concat(callKeys, settingKeys)}} {
		for _, k := range c.keys {
			if !slices.Contains(c.order, k) {
				t.Errorf("%s: %s has no place", what, k)
			}
		}
		if len(c.order) != len(c.keys) {
			t.Errorf("%s: %d keys in order, %d that there are", what, len(c.order), len(c.keys))
		}
	}
	tree := NewTree(map[string][]byte{"calls/x.yaml": []byte("url: https://x.test\ncalls:\n  a:\n    path: /a # here\n    json: {}\n    reply: text\n"), "types/T.yaml": []byte("fields: {a: text}\n")})
	next, _, err := tree.Apply(
		Edit{Op: OpSet, At: "/calls/x/calls/a/query/q", Value: []byte(`1`)}, Edit{Op: OpSet, At: "/calls/x/calls/a/method", Value: []byte(`"POST"`)}, Edit{Op: OpSet, At: "/calls/x/headers/X-A", Value: []byte(`"b"`)},
		Edit{Op: OpSet, At: "/types/T/doc", Value: []byte(`"A note."`)})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(next.Bytes("calls/x.yaml")), "url: https://x.test\nheaders:\n  X-A: b\ncalls:\n  a:\n    method: POST\n    path: /a # here\n    query: {q: 1}\n    json: {}\n    reply: text\n"; got != want {
		t.Errorf("%s", got)
	}
	if got := string(next.Bytes("types/T.yaml")); got != "doc: A note.\nfields: {a: text}\n" {
		t.Errorf("%s", got)
	}
}
