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

// TestKeysOfTheAppStandWherePeoplePutThem: what the settings add to app.yaml later stands where a person would have written it.
func TestKeysOfTheAppStandWherePeoplePutThem(t *testing.T) {
	for what, c := range map[string]struct{ order, keys []string }{"the app": {appOrder, slices.Concat(appKeys, appEvents)}, "authentication": {authOrder, authKeys}} {
		if got, want := slices.Sorted(slices.Values(c.order)), slices.Sorted(slices.Values(c.keys)); !slices.Equal(got, want) {
			t.Errorf("%s: in order %v, there are %v", what, got, want)
		}
	}
	tree := NewTree(map[string][]byte{"app.yaml": []byte("usher: 1\nname: A\nauthentication:\n  enabled: true\n  userDataType: User\nonLogIn: [stop]\n")})
	next, _, err := tree.Apply(Edit{Op: OpSet, At: "/app/env/API_URL", Value: []byte(`"https://x.test"`)}, Edit{Op: OpSet, At: "/app/authentication/entryPage", Value: []byte(`"login"`)},
		Edit{Op: OpSet, At: "/app/authentication/refresh/call", Value: []byte(`"auth.renew"`)})
	if err != nil {
		t.Fatal(err)
	}
	want := "usher: 1\nname: A\nenv:\n  API_URL: https://x.test\nauthentication:\n  enabled: true\n  entryPage: login\n  userDataType: User\n  refresh: {call: auth.renew}\nonLogIn: [stop]\n"
	if got := string(next.Bytes("app.yaml")); got != want {
		t.Errorf("%s", got)
	}
}

// TestANewLineStandsWithThoseThatItBelongsTo: a page's title and who may open it stand together above the blank line, and the parts of a login in
// their order.
func TestANewLineStandsWithThoseThatItBelongsTo(t *testing.T) {
	tree := NewTree(map[string][]byte{"pages/a.yaml": []byte("path: /\ntitle: A\n\nbody:\n  - button:\n      onTap:\n        - logIn:\n            token: x\n            user: y\n")})
	next, _, err := tree.Apply(Edit{Op: OpSet, At: "/pages/a/access", Value: []byte(`"loggedIn"`)}, Edit{Op: OpSet, At: "/pages/a/body/0/button/onTap/0/logIn/expiry", Value: []byte(`"z"`)},
		Edit{Op: OpSet, At: "/pages/a/state/step", Value: []byte(`"text"`)})
	if err != nil {
		t.Fatal(err)
	}
	want := "path: /\ntitle: A\naccess: loggedIn\n\nstate:\n  step: text\n\nbody:\n  - button:\n      onTap:\n        - logIn:\n            token: x\n            expiry: z\n            user: y\n"
	if got := string(next.Bytes("pages/a.yaml")); got != want {
		t.Errorf("%s", got)
	}
}

// TestWhatIsSmallNoMoreStandsOnLinesOfItsOwn: a mapping in braces that an edit makes too long for a line, or puts another into, is written over
// several lines, with the comment beside it; one that was no small one before stays as somebody wrote it.
func TestWhatIsSmallNoMoreStandsOnLinesOfItsOwn(t *testing.T) {
	const long = `"a sentence that is so long that it makes the line longer than lines get"`
	for _, c := range []struct{ was, at, value, want string }{
		{"a: {method: POST, path: /a} # here", "a/params/x", `"text"`, "a: # here\n    method: POST\n    path: /a\n    params: {x: text}\n"},
		{"a: {path: /a, errorMessage: \"it did not work\"}", "a/doc", long, "a:\n    doc: a sentence that is so long that it makes the line longer than lines get\n    path: /a\n    errorMessage: it did not work\n"},
		{"a: {path: /a}", "a/auth", `"required"`, "a: {path: /a, auth: required}\n"},
		{"a: {path: /a, params: {x: text}}", "a/query/limit", `1`, "a: {path: /a, params: {x: text}, query: {limit: 1}}\n"},
		{"a: {path: /a, doc: old}", "a/doc", long, "a: {path: /a, doc: a sentence that is so long that it makes the line longer than lines get}\n"},
	} {
		tree := NewTree(map[string][]byte{"calls/x.yaml": []byte("url: https://x.test\ncalls:\n  " + c.was + "\n")})
		next, undo, err := tree.Apply(Edit{Op: OpSet, At: Path("/calls/x/calls/" + c.at), Value: []byte(c.value)})
		if err != nil {
			t.Errorf("%s: %v", c.was, err)
			continue
		}
		if got, want := string(next.Bytes("calls/x.yaml")), "url: https://x.test\ncalls:\n  "+c.want; got != want {
			t.Errorf("%s:\n%s", c.was, got)
		}
		if back, _, err := next.Apply(undo...); err != nil || back.Revision() != tree.Revision() {
			t.Errorf("%s: undo does not give the bytes back: %v", c.was, err)
		}
	}
}
