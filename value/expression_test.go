package value

import (
	"slices"
	"strings"
	"testing"
)

func samplesGive(t *testing.T, cases map[string]string) {
	t.Helper()
	for src, want := range cases {
		if got := asJSON(t, evalSample(t, src)); got != want {
			t.Errorf("%s = %s, not %s", src, got, want)
		}
	}
}

func TestF172_AChoiceBetweenValues(t *testing.T) {
	samplesGive(t, map[string]string{
		"count(posts) > 2 ? 'many' : 'few'": `"many"`, "isSet(user.city) ? user.city : 'somewhere'": `"somewhere"`, "nothing ? 1 : 2": "2",
		"if user.name == 'Ada' { 1 } else if count(posts) == 3 { 2 } else { 3 }": "2", "let n = count(posts); n > 5 ? 'a' : n > 2 ? 'b' : 'c'": `"b"`,
	})
	env, _ := sample()
	if tmpl, _ := env.Parse("${count(posts) > 2 ? 1 : 2.5}", nil); tmpl.Type().String() != "number" {
		t.Errorf("a choice of numbers is %s", tmpl.Type())
	}
	if _, faults := env.Parse("${user.name ? 1 : 2}", nil); len(faults) != 1 || faults[0].Hint != "compare it, or use isSet(user.name)" {
		t.Errorf("text as a condition: %v", faults)
	}
}

func TestF173_TextIsJoined(t *testing.T) {
	env, scope := sample()
	for src, want := range map[string]string{
		"${user.name} from ${user.city}.": "Ada Lovelace from .", "${user.name + ' (' + count(posts) + ')'}": "Ada Lovelace (3)", "${posts[0].likes} ${1.50} ${true} ${nil}": "3 1.5 true ",
		"born ${user.born}": "born 1990-12-10T06:30:00Z", "${[1, 'a']}!": `[1,"a"]!`, "a $${b} ${'c'}": "a ${b} c",
	} {
		tmpl, faults := env.Parse(src, TextType())
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		if got, err := tmpl.Eval(scope); got != want || err != nil {
			t.Errorf("%s is %v, %v", src, got, err)
		}
	}
}

func TestF174_ALanguageWithoutSurprises(t *testing.T) {
	samplesGive(t, map[string]string{
		"1 + 2 * 3 - 4 / 2": "5", "7 % 4 + 2 ** 3": "11", "not (1 > 2) and 'b' in ['a', 'b']": "true", "'abc' startsWith 'a' && 'abc' contains 'b' || false": "true",
		"'a1' matches '^[a-z][0-9]$'": "true", "posts[-1].title": `"Lakes"`, "posts[0:2] | map(.title) | join('+')": `"Hills+Alps"`, "{a: 1, b: [2]}.b[0]": "2", "1..3": "[1,2,3]",
		"user.born < time('2000-01-01')": "true", "let a = 2; a * a": "4",
	})
	env, _ := sample()
	for src, want := range map[string]string{
		"uper(user.name)": `unknown function "uper" (did you mean upper?)`, "toUpper(user.name)": `unknown function "toUpper" (use upper(text))`, "upper": "upper is a function (write upper(text))",
		"upper(user.name, 1)": "upper does not take 2 arguments (write upper(text))", "upper(posts)": "upper takes text, but posts is list of Post (use json(…))", "keys(user.name)": "keys takes an object, but user.name is text",
	} {
		_, faults := env.Parse("${"+src+"}", nil)
		if len(faults) != 1 || faults[0].String() != want {
			t.Errorf("%s: %v, not %s", src, faults, want)
		}
	}
}

func TestF175_WhatIsAbsentHasAStandIn(t *testing.T) {
	samplesGive(t, map[string]string{
		"user.city ?? 'Bern'": `"Bern"`, "nothing?.a?.b ?? 1": "1", "nothing.a.b[3].c": "nil", "default('', 'none')": `"none"`, "'' ?? 'none'": `""`, "posts[7].title ?? posts[0].title": `"Hills"`,
		"nothing > 3": "false", "nothing == nil": "true", "nothing + 1": "nil", "'a' + nothing": `"a"`, "map(nothing, .x)": "[]", "(nothing ?? []) == []": "true",
	})
}

// callsWithSecrets are calls of f as in its example, with a secret in the place of each argument that can hold one.
func callsWithSecrets(f Function) []string {
	var out []string
	for _, arg := range []string{"auth.token", "[auth.token]", "[[auth.token]]", "{a: auth.token, count: 1}", "[{kind: auth.token, title: auth.token, likes: 1}]", "held", "held.list", "fromJson(json(held))"} {
		out = append(out, withFirst(f, arg))
		if n := len(functions[f.Name].params); n > 1 && !functions[f.Name].closure {
			args := []string{"'a'", "1", "posts", "now", "held"}
			for _, first := range args {
				second := []string{first, arg}
				for len(second) < functions[f.Name].min {
					second = append(second, "'a'")
				}
				out = append(out, f.Name+"("+strings.Join(second, ", ")+")")
			}
		}
		if functions[f.Name].closure {
			out = append(out, strings.ReplaceAll(strings.ReplaceAll(withFirst(f, "[1, 2]"), "likes", "auth"), ".title", "auth.token"), f.Name+"([1], auth.token)", f.Name+"([1], #acc + auth.token, '')", f.Name+"(posts, auth.token == 'x')")
		}
	}
	return out
}

// TestA2_NoFunctionGivesASecretAway: whatever function is given a secret, its result is secret, or the call is refused, or what it says
// does not hold the text.
func TestA2_NoFunctionGivesASecretAway(t *testing.T) {
	env, scope := sample()
	env = env.With("held", AnyType()).With("now", TimeType())
	scope["auth"] = map[string]any{"token": NewSecret(canary)}
	scope["held"] = map[string]any{"a": NewSecret(canary), "list": []any{NewSecret(canary), "x"}}
	middle := canary[8 : len(canary)-6]
	for _, f := range Functions() {
		tried := 0
		for _, call := range callsWithSecrets(f) {
			for _, src := range []string{"${" + call + "}", "${string(" + call + ")}", "${lower(json([" + call + "]))}"} {
				tmpl, faults := env.Parse(src, nil)
				if len(faults) > 0 {
					continue
				}
				if rule := functions[f.Name].secrets; rule == keeps && !functions[f.Name].closure && strings.Contains(call, "(auth.token") && !tmpl.Secret() {
					t.Errorf("%s was made of a secret, and the check does not see it", src)
				}
				tried++
				v, err := tmpl.Eval(scope)
				if err != nil {
					if strings.Contains(err.Error(), "could not be computed") || strings.Contains(err.Error(), middle) {
						t.Errorf("%s: %v", src, err)
					}
					continue
				}
				if said, _ := EncodeJSON(v); v != nil && !HasSecret(v) && strings.Contains(strings.ToLower(string(said)), strings.ToLower(middle)) {
					t.Errorf("%s gives the secret away", src)
				}
				if HasSecret(v) && !tmpl.Secret() && !slices.Contains([]string{"held", "nothing"}, strings.SplitN(strings.Join(tmpl.Reads(), " ")+".", ".", 2)[0]) && !strings.Contains(call, "held") {
					t.Errorf("%s is secret, and the check does not see it", src)
				}
			}
		}
		if tried == 0 && functions[f.Name].params != "" && strings.ContainsAny(functions[f.Name].params, "txlco") {
			t.Errorf("%s was never given a secret", f.Name)
		}
	}
}
