package value

import (
	"testing"
	"time"

	"github.com/expr-lang/expr/parser"
)

// machineOnly compiles src as the expression machine would run it, without the shortcut for plain paths.
func machineOnly(tb testing.TB, src string) *program {
	tb.Helper()
	c := &checker{env: house(), part: part{text: src, hole: true}}
	tree, err := parser.ParseWithConfig(src, c.parserConfig())
	if err != nil {
		tb.Fatal(err)
	}
	node, _ := c.visit(tree.Node)
	p, err := c.compile(tree.Source, node)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

// BenchmarkPath measures a plain path and prints how many times longer the machine takes for it.
func BenchmarkPath(b *testing.B) {
	tmpl, program, scope := mustParse(b, "${user.firstName}", nil), machineOnly(b, "user.firstName"), houseScope()
	run := func() { _, _ = program.run(scope) }
	allocs := testing.AllocsPerRun(1000, run)
	const rounds = 200_000
	start := time.Now()
	for range rounds {
		run()
	}
	machine := float64(time.Since(start).Nanoseconds()) / rounds
	b.ReportAllocs()
	for b.Loop() {
		_, _ = tmpl.Eval(scope)
	}
	own := float64(b.Elapsed().Nanoseconds()) / float64(b.N)
	b.ReportMetric(machine, "machine-ns/op")
	b.ReportMetric(allocs, "machine-allocs/op")
	b.ReportMetric(machine/own, "machine/path")
}

func BenchmarkEval(b *testing.B) {
	scope := houseScope()
	for name, src := range map[string]string{
		"text": "Welcome ${user.firstName}!", "compare": "${user.age > 18 && auth.loggedIn}", "list": "${join(map(posts, .title), ', ')}",
	} {
		tmpl := mustParse(b, src, nil)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = tmpl.Eval(scope)
			}
		})
	}
}

func TestPlainPathsSkipTheMachine(t *testing.T) {
	scope := houseScope()
	for _, src := range []string{"${user.firstName}", "${reply.body.items[0].x}", "${user['firstName']}", "${user.city}"} {
		tmpl := mustParse(t, src, nil)
		if n := testing.AllocsPerRun(100, func() { _, _ = tmpl.Eval(scope) }); n != 0 || tmpl.kind != pathTemplate {
			t.Errorf("%s: %v allocations", src, n)
		}
	}
}

// BenchmarkTime writes a time in English, in another language, and in one with digits of its own.
func BenchmarkTime(b *testing.B) {
	at := time.Date(2030, 3, 2, 15, 4, 5, 0, time.UTC)
	for _, l := range []*Locale{nil, NewLocale("de", nil, nil), NewLocale("ar", nil, nil)} {
		b.Run(l.Language(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = l.Time(at, "datetime")
			}
		})
	}
}
