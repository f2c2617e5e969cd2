package flow

import (
	"errors"
	"strings"
	"testing"
)

func TestF144_Loops(t *testing.T) {
	for name, tt := range map[string]struct{ flow, want string }{
		"over a list":            {"  - forEach: \"${['a', 'b', 'c']}\"\n    as: letter\n    index: n\n    do:\n      - snackBar: \"${n}${letter}\"", "0a|1b|2c"},
		"the usual name":         {"  - forEach: [x, y]\n    do:\n      - snackBar: ${each}", "x|y"},
		"twice one name":         {"  - forEach: [x]\n    as: a\n    do: [{snackBar: \"${a}\"}]\n  - forEach: [y]\n    as: a\n    do: [{snackBar: \"${a}\"}]", "x|y"},
		"backwards by two":       {"  - forEach: [a, b, c, d]\n    reverse: true\n    step: 2\n    do: [{snackBar: \"${each}\"}]", "d|b"},
		"a part":                 {"  - forEach: [a, b, c, d]\n    start: 1\n    end: 3\n    do: [{snackBar: \"${each}\"}]", "b|c"},
		"far beyond":             {"  - forEach: [a, b]\n    start: -5\n    end: 9\n    step: 1000000000\n    do: [{snackBar: \"${each}\"}]", "a"},
		"nothing":                {"  - forEach: []\n    do: [{snackBar: \"${each}\"}]\n  - snackBar: end", "end"},
		"break":                  {"  - forEach: [a, b, c]\n    do:\n      - if: \"${each == 'b'}\"\n        then: [break]\n      - snackBar: ${each}\n  - snackBar: end", "a|end"},
		"continue":               {"  - forEach: [a, b, c]\n    do:\n      - if: \"${each == 'b'}\"\n        then: [continue]\n      - snackBar: ${each}", "a|c"},
		"break of the inner one": {"  - forEach: [a, b]\n    do:\n      - forEach: [x, y]\n        as: inner\n        do:\n          - snackBar: \"${each}${inner}\"\n          - break", "ax|bx"},
		"stop ends all":          {"  - forEach: [a, b]\n    do:\n      - snackBar: ${each}\n      - stop\n  - snackBar: end", "a"},
		"while":                  {"  - while: ${state.count < 4}\n    do:\n      - snackBar: \"${state.count}\"\n      - setState: {count: \"${state.count + 1}\"}", "1|2|3"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := notes(newApp(t, "http://127.0.0.1:1", "      "+tt.flow, nil).mustRun("")); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestF144_LoopsAreBounded(t *testing.T) {
	for name, tt := range map[string]struct{ flow, want string }{
		"while":             {"  - while: ${true}\n    do: [{setState: {note: x}}]", "still holds after the 100 rounds"},
		"while, most":       {"  - while: ${true}\n    most: 3\n    do: [{snackBar: hi}]", "after the 3 rounds"},
		"a long list":       {"  - forEach: \"${1..101}\"\n    do: [{snackBar: hi}]", "101 rounds are more than the 100"},
		"actions of a flow": {"  - forEach: \"${1..100}\"\n    onError: [{snackBar: survived}]\n    do:\n      - forEach: \"${1..100}\"\n        as: b\n        onError: [{snackBar: survived}]\n        do: [{setState: {note: x}}]", "more actions than one flow may"},
	} {
		t.Run(name, func(t *testing.T) {
			res, err := newApp(t, "http://127.0.0.1:1", "      "+tt.flow, nil).run("", nil)
			var f *Fault
			if !errors.As(err, &f) || !strings.Contains(err.Error(), tt.want) || strings.Contains(notes(res), "survived") {
				t.Errorf("%v, %q", err, notes(res))
			}
		})
	}
}

func TestF142_ElseIf(t *testing.T) {
	flow := "  - if: ${state.count == 9}\n    then: [{snackBar: nine}]\n    elseIf:\n      - if: ${state.count == COUNT}\n        then: [{snackBar: first}]\n      - if: ${state.count < 5}\n        then: [{snackBar: second}]\n    else: [{snackBar: none}]"
	for count, want := range map[string]string{"1": "first", "2": "second"} {
		if got := notes(newApp(t, "http://127.0.0.1:1", "      "+strings.Replace(flow, "COUNT", count, 1), nil).mustRun("")); got != want {
			t.Errorf("%s: %q, want %q", count, got, want)
		}
	}
	flow = strings.ReplaceAll(strings.ReplaceAll(flow, "< 5", "> 5"), "COUNT", "7")
	if got := notes(newApp(t, "http://127.0.0.1:1", "      "+flow, nil).mustRun("")); got != "none" {
		t.Errorf("%q, want none", got)
	}
}

func TestF158_ErrorBranch(t *testing.T) {
	api := serve(t, map[string]string{"POST /login": `200 {"n":"x"}`, "POST /save": "422 {}"})
	for name, tt := range map[string]struct{ flow, want string }{
		"a value that does not fit": {"  - call: backend.login\n    with: {username: a, password: b}\n    as: p\n  - setState: {count: \"${p.body.n}\"}\n    onError: [{snackBar: \"${error.kind} ${error.action}\"}]\n  - snackBar: on", "value setState|on"},
		"nobody is logged in":       {"  - updateAuthenticatedUser: {uid: x}\n    onError: [{snackBar: \"${error.kind}: ${error.message}\"}]\n  - snackBar: on", "notLoggedIn: Nobody is logged in.|on"},
		"around a loop":             {"  - forEach: [a, b]\n    onError: [{snackBar: caught}]\n    do:\n      - snackBar: ${each}\n      - updateAuthenticatedUser: {uid: x}", "a|caught"},
		"a reply":                   {"  - call: backend.save\n    onError: [{snackBar: \"${error.kind}\"}]\n  - snackBar: on", "reply|on"},
		"else goes before it":       {"  - call: backend.save\n    else: [{snackBar: else}]\n    onError: [{snackBar: wrong}]", "else"},
		"it can stop":               {"  - updateAuthenticatedUser: {uid: x}\n    onError: [stop]\n  - snackBar: on", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := notes(newApp(t, api, "      "+tt.flow, nil).mustRun("")); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
	if _, err := newApp(t, api, "        - updateAuthenticatedUser: {uid: x}\n  - snackBar: on", nil).run("", nil); err == nil {
		t.Error("without an error branch the flow went on")
	}
}

// TestF158_WhatIsNoted: a fault that was caught is there for the log; what a backend refused is none. A branch that fails is not run for itself.
func TestF158_WhatIsNoted(t *testing.T) {
	api := serve(t, map[string]string{"POST /save": "422 {}"})
	res := newApp(t, api, "        - updateAuthenticatedUser: {uid: x}\n    onError: []\n  - call: backend.save\n    onError: []", nil).mustRun("")
	if len(res.Caught) != 1 || !strings.Contains(res.Caught[0].Error(), "updateAuthenticatedUser: nobody is logged in") {
		t.Errorf("%v", res.Caught)
	}
	res, err := newApp(t, api, "        - call: backend.save\n    onError:\n      - snackBar: once\n      - updateAuthenticatedUser: {uid: x}", nil).run("", nil)
	if err == nil || notes(res) != "once" {
		t.Errorf("%v, %q", err, notes(res))
	}
}
