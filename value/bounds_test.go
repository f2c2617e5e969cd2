package value

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
)

func TestE15_WorkIsBounded(t *testing.T) {
	big := make([]any, 1000)
	for i := range big {
		big[i] = map[string]any{"a": i, "s": strings.Repeat("x", 1000)}
	}
	env := NewEnv().With("n", AnyType()).With("big", AnyType()).With("s", TextType())
	scope := Scope{"n": 1_000_000_000, "big": big, "s": strings.Repeat("a", 1<<20)}
	doubling := "let a0 = [n, n]; "
	for i := 1; i < 30; i++ {
		doubling += fmt.Sprintf("let a%d = [a%d, a%d]; ", i, i-1, i-1)
	}
	for _, src := range []string{
		"map(1..n, #)", "len(1..n)", "map(0..n / 2000, map(0..n / 2000, #))", "all(big, all(big, all(big, .a >= 0)))", "count(big, count(big, .a > 3) > -1)",
		"map(big, big)", "map(big, map(big, big))", "map(big, json(big))", "map(big, big == big)", "map(big, upper(s))", "map(big, s contains 'b')",
		"map(big, sort(big))", "reduce(big, [#acc, #acc], 1)", "reduce(big, #acc + #acc, 'ab')", "replace(s, 'a', s)", "join(map(big, s), s)",
		doubling + "json(a29)", doubling + "a29", doubling + "a29 == a29", doubling + "string(a29)", "map(big, s matches '(a*)*b')", "map(big, split(s, ''))",
		"s matches '(a|aa)+$'", "filter(big, any(big, any(big, false)))", "sortBy(big, sum(map(big, sum(big, .a))))", "map(big, unique(big))", "map(big, groupBy(big, .s))",
	} {
		tmpl, faults := env.Parse("${"+src+"}", nil)
		if faults != nil {
			t.Errorf("%s: %v", src, faults)
			continue
		}
		if v, err := tmpl.Eval(scope); err == nil {
			t.Errorf("%.60s ends with %.60s", src, Text(v))
		}
	}
	if tmpl, _ := env.Parse("${map(1..50000, # * 2)}", nil); tmpl != nil {
		if _, err := tmpl.Eval(nil); err != nil {
			t.Errorf("honest work is refused: %v", err)
		}
	}
}

func TestF17_ShapeIsBounded(t *testing.T) {
	for name, src := range map[string]string{
		"brackets": strings.Repeat("(", 2000) + strings.Repeat(")", 2000), "lists": strings.Repeat("[", 1000) + strings.Repeat("]", 1000),
		"nots": strings.Repeat("!", 3000) + "true", "sums": "1" + strings.Repeat("+1", 1500), "fields": "item" + strings.Repeat(".a", 1500),
		"long": strings.Repeat(" ", 5000) + "1", "elvis": strings.Repeat("(item", 300) + strings.Repeat(" ?: 1)", 300),
		"maps": strings.Repeat("map([1], ", 300) + "1" + strings.Repeat(")", 300), "compare": "1" + strings.Repeat("<1", 1000), "pattern": "'a' matches '" + strings.Repeat("a{1000}", 200) + "'",
		"ternary": strings.Repeat("true ? 1 : ", 300) + "1", "open": strings.Repeat("item[", 700),
	} {
		if tmpl, faults := house().Parse("${"+src+"}", nil); len(faults) == 0 {
			t.Errorf("%s is accepted as %v", name, tmpl.Type())
		}
	}
	if _, faults := house().Parse("${map(1..1000000000, #)}", nil); len(faults) != 1 || faults[0].Msg != "map(1..1000000000, #): it does too much work" {
		t.Errorf("work that is known to be endless: %v", faults)
	}
	if _, faults := house().Parse("${'a'"+strings.Repeat(" + user.firstName", 60)+"}", nil); faults != nil {
		t.Errorf("an honest join is refused: %v", faults)
	}
}

func TestErrorsHoldNoValues(t *testing.T) {
	for _, src := range []string{"${item.n - auth.uid}", "${item.s / 2}", "${fromJson(item.s) - item.s}"} {
		_, err := mustParse(t, strings.ReplaceAll(src, "auth.uid", "item.s"), nil).Eval(Scope{"item": map[string]any{"n": 1, "s": canary}})
		if err != nil && strings.Contains(err.Error(), canary) {
			t.Errorf("%s: %v", src, err)
		}
	}
	_, err := mustParse(t, "${1 / item.n}", nil).Eval(Scope{"item": map[string]any{"n": 0}})
	if !errors.Is(err, errZero) || err.Error() != "${1 / item.n}: division by zero" {
		t.Errorf("got %v", err)
	}
}

func TestTemplatesRunConcurrently(t *testing.T) {
	tmpl := mustParse(t, "${join(map(posts, .title + user.firstName), '')}", nil)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 200 {
				if v, err := tmpl.Eval(houseScope()); v != "BAdaAAda" || err != nil {
					t.Errorf("got %v, %v", v, err)
					return
				}
			}
		})
	}
	wg.Wait()
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"${user.firstName}", "a ${item.x ?? 'b'} $${", "${map(posts, .title)}", "${let x = 1; x}", "${{a: [1, 2.5]}.a[0]}", "${1..3 | map(# + 1)}",
		"${auth.token + ''}", "${if true {1} else {2}}", "${user.age in [1,2] and not false}", "${reduce(posts, #acc + .likes, 0)}", "${'a' matches 'b'}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		tmpl, faults := house().Parse(src, nil)
		for _, fault := range faults {
			if fault.Offset < 0 || fault.Len < 0 || fault.Offset+fault.Len > len(src) {
				t.Fatalf("%q: a fault outside: %+v", src, fault)
			}
		}
		if tmpl == nil {
			return
		}
		v, err := tmpl.Eval(houseScope())
		if err == nil && !tmpl.Secret() && (HasSecret(v) || strings.Contains(Text(v), canary)) {
			t.Fatalf("%q lets a secret out", src)
		}
		if _, err := tmpl.Eval(nil); err != nil && strings.Contains(err.Error(), "it could not be computed") {
			t.Fatalf("%q made the machine panic: %v", src, err)
		}
	})
}

// TestF17_EvilPatternsStayShort: more than a hundred patterns that keep other engines busy for ever cost a bounded number of steps.
func TestF17_EvilPatternsStayShort(t *testing.T) {
	text := strings.Repeat("ab", 32<<10)
	evils := []string{"[ab]*a[ab]{900}c", "(a|aa)+$", "(.*)(.*)(.*)(.*)(.*)x", strings.Repeat("(a|b|ab)*", 90) + "c", "([ab]{0,30}){30}c", "(((a*)*)*)*b"}
	for _, inner := range []string{"a", "ab", "[ab]", "a|b", "a|ab", "a*", "a?", ".", "(a|b)c?", `\w`} { // each of these, repeated in each of those ways
		for _, outer := range []string{"(%)*c", "((%)*)*c", "((%)+)+$", "(%|%)*c", "(%){0,20}(%){20}c", "(?:(%)?){20}c", "^((%)*)+c", "(%)*(%)*(%)*(%)*c", "(.*%){10}c", "(%)*?c", "(?i)((%)+)*z"} {
			evils = append(evils, strings.ReplaceAll(outer, "%", inner))
		}
	}
	if len(evils) < 100 {
		t.Errorf("%d patterns", len(evils))
	}
	for i, evil := range evils {
		if i%4 != 0 && os.Getenv("USHER_LONG") == "" {
			continue
		}
		p, err := compilePattern(evil)
		if err != nil {
			t.Fatal(err)
		}
		r := run{}
		if _, err := matchesOp(&r, []any{text[:min(len(text), maxMatch/p.size)], p}); r.steps > 0 && err != nil {
			t.Errorf("%s: %v", evil, err)
		}
		if r.steps > maxSteps*6/10 {
			t.Errorf("%s costs %d steps", evil, r.steps)
		}
		if _, err := matchesOp(&run{}, []any{text, p}); (err == nil) != (len(text)*p.size <= maxMatch) {
			t.Errorf("%s on a long text: %v", evil, err)
		}
	}
}

func TestE15_NothingButTheLanguage(t *testing.T) {
	for _, src := range []string{
		"$env", "$env.user", "$env['user']", "$", "get($env, 'auth')", "user.firstName.String()", "auth.token.Reveal()", "(auth.token).Reveal()",
		"inSeconds(1).Year()", "inSeconds(1).Year", "os.Getenv('HOME')", "exec('ls')", "require('fs')", "process.env", "this.constructor", "env.HOME",
		"__proto__", "import('os')", "eval('1')", "duration('1h')", "timezone('Europe/Bern')", "date('2024-01-01')", "repeat('a', 1000000000)",
		"toPairs(user)", "type(user)", "fromBase64('aGk=')", "float('1')", "toJSON(user)", "get(user, 'age')", "b'bytes'", "$path(1)", "$truth(1)", "::upper",
		"let user = 1; user", "let upper = 1; 2", "user.age(1)", "(1)(2)", "#", ".x", "map(posts, #acc.x.y())", "reduce(posts, 1)", "bitand(1, 2)",
	} {
		if tmpl, faults := house().Parse("${"+src+"}", nil); len(faults) == 0 {
			t.Errorf("%s is accepted as %s", src, tmpl.Type())
		}
	}
	for _, src := range []string{"item.__proto__", "item.constructor.constructor", "item['Reveal']", "reply.String"} {
		if v := mustEval(t, "${"+src+"}"); v != nil {
			t.Errorf("%s = %v", src, v)
		}
	}
}
