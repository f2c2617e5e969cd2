package render

import (
	"bytes"
	"fmt"
	"html/template"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/usherdev/usher/value"
)

const benchRows = 20

// benchPage has 50 widgets: 20 bound texts and 30 that say the same to everybody.
func benchPage() string {
	var b strings.Builder
	b.WriteString("path: /\ntitle: Bench\nstate: {v: json}\nbody:\n  - container:\n      children:\n")
	for i := range benchRows {
		fmt.Fprintf(&b, "        - text: {text: \"${state.v.f%d}\", color: muted}\n", i)
	}
	b.WriteString("        - divider\n        - spacer: sm\n")
	for i := range 9 {
		fmt.Fprintf(&b, "        - row: [{icon: clock}, {text: \"Fixed words %d\"}]\n", i)
	}
	return b.String()
}

func benchScope() value.Scope {
	v := map[string]any{}
	for i := range benchRows {
		v[fmt.Sprintf("f%d", i)] = fmt.Sprintf("Value <%d> & more", i)
	}
	return value.Scope{"state": map[string]any{"v": v}}
}

// goTemplate is the same page written for html/template: our bytes with actions at the holes.
func goTemplate(b testing.TB, plan *Plan) *template.Template {
	b.Helper()
	marks := map[string]any{}
	for i := range benchRows {
		marks[fmt.Sprintf("f%d", i)] = fmt.Sprintf("((f%d))", i)
	}
	src := draws(b, plan, View{Scope: value.Scope{"state": map[string]any{"v": marks}}, Frame: frameFor(nil)})
	for i := range benchRows {
		src = strings.Replace(src, fmt.Sprintf("((f%d))", i), fmt.Sprintf("{{.state.v.f%d}}", i), 1)
	}
	return template.Must(template.New("page").Parse(src))
}

// TestBenchPagesAgree: what is measured draws the same page.
func TestBenchPagesAgree(t *testing.T) {
	plan := compile(t, benchPage(), Options{})
	var theirs bytes.Buffer
	if err := goTemplate(t, plan).Execute(&theirs, map[string]any(benchScope())); err != nil {
		t.Fatal(err)
	}
	if ours := draws(t, plan, View{Scope: benchScope(), Frame: frameFor(nil)}); ours != theirs.String() {
		t.Error("the two pages differ")
	}
}

// BenchmarkRender draws a page of 50 widgets and 20 bindings, and prints how many times longer html/template takes
// for the same bytes.
func BenchmarkRender(b *testing.B) {
	plan := compile(b, benchPage(), Options{})
	tmpl, scope := goTemplate(b, plan), benchScope()
	view := View{Scope: scope, Frame: frameFor(nil)}
	ours := func() {
		if err := plan.Render(io.Discard, view); err != nil {
			b.Fatal(err)
		}
	}
	theirs := func() {
		if err := tmpl.Execute(io.Discard, map[string]any(scope)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		ours()
	}
	t, o := quickest(theirs, ours)
	b.ReportMetric(float64(t)/float64(o), "html/template-ratio")
}

// quickest takes f and g in turns and returns the shortest turn of each, which is the one that the rest of the machine
// disturbed least. What one leaves for the collector is collected before the other's turn.
func quickest(f, g func()) (least, leastOf time.Duration) {
	turn := func(f func(), least time.Duration) time.Duration {
		runtime.GC()
		start := time.Now()
		for range 200 {
			f()
		}
		return min(least, time.Since(start))
	}
	least, leastOf = time.Hour, time.Hour
	for range 100 {
		least, leastOf = turn(f, least), turn(g, leastOf)
	}
	return least, leastOf
}

// BenchmarkHTMLTemplate is the baseline for allocations.
func BenchmarkHTMLTemplate(b *testing.B) {
	tmpl, scope := goTemplate(b, compile(b, benchPage(), Options{})), benchScope()
	b.ReportAllocs()
	for b.Loop() {
		if err := tmpl.Execute(io.Discard, map[string]any(scope)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkHome draws TouristTrail's home: a chart and a list of six cards.
func BenchmarkHome(b *testing.B) {
	plan, scope := trailPage(b, "home", Options{})
	view := View{Scope: scope, Frame: frameFor(nil)}
	b.ReportAllocs()
	for b.Loop() {
		if err := plan.Render(io.Discard, view); err != nil {
			b.Fatal(err)
		}
	}
}

// TestAllocations: a binding costs at most three allocations.
func TestAllocations(t *testing.T) {
	plan := compile(t, benchPage(), Options{})
	view := View{Scope: benchScope(), Frame: frameFor(nil)}
	n := testing.AllocsPerRun(50, func() {
		if err := plan.Render(io.Discard, view); err != nil {
			t.Fatal(err)
		}
	})
	if n > 3*benchRows {
		t.Errorf("%v allocations for %d bindings", n, benchRows)
	}
}
