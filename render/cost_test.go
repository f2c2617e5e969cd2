package render

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// bindings is a page of n bindings: plain texts, numbers, texts with holes, attributes and expressions, none of them twice.
func bindings(n int) string {
	var b strings.Builder
	b.WriteString("path: /\ntitle: T\nstate: {v: json}\nbody:\n")
	for i := range n {
		field := fmt.Sprintf("state.v.f%d", i)
		switch i % 5 {
		case 0:
			fmt.Fprintf(&b, "  - text: \"${%s}\"\n", field)
		case 1:
			fmt.Fprintf(&b, "  - text: \"It is ${%s} now\"\n", field)
		case 2:
			fmt.Fprintf(&b, "  - image: {src: \"${%s}\", alt: A hill}\n", field)
		case 3:
			fmt.Fprintf(&b, "  - text: {text: Words, visible: \"${%s != 'none'}\"}\n", field)
		case 4:
			fmt.Fprintf(&b, "  - text: \"${%s ?? 'nothing'}\"\n", field)
		}
	}
	return b.String()
}

// allocationsOf counts the allocations of one drawing.
func allocationsOf(t *testing.T, plan *Plan, s value.Scope) float64 {
	t.Helper()
	view := View{Scope: s, Frame: frameFor(nil)}
	return testing.AllocsPerRun(20, func() {
		if err := plan.Render(io.Discard, view); err != nil {
			t.Fatal(err)
		}
	})
}

// TestABindingCostsThreeAllocations: 20 bindings more cost at most three allocations each, whatever they bind.
func TestABindingCostsThreeAllocations(t *testing.T) {
	v := map[string]any{}
	for i := range 40 {
		v[fmt.Sprintf("f%d", i)] = fmt.Sprintf("Value <%d>", i)
		if i%10 == 5 {
			v[fmt.Sprintf("f%d", i)] = 1000 + i
		}
	}
	scope := value.Scope{"state": map[string]any{"v": v}}
	few, many := allocationsOf(t, compile(t, bindings(20), Options{}), scope), allocationsOf(t, compile(t, bindings(40), Options{}), scope)
	if each := (many - few) / 20; each > 3 {
		t.Errorf("a binding costs %.1f allocations: %v with 20, %v with 40", each, few, many)
	}
}

// rowsOf are n rows of a reply.
func rowsOf(n int) value.Scope {
	list := make([]any, n)
	for i := range list {
		list[i] = map[string]any{"id": fmt.Sprint("r", i), "title": fmt.Sprintf("Row %d & more", i), "place": "Here"}
	}
	return value.Scope{"state": map[string]any{"v": list}}
}

// rowPages draw a row an element, each its own way. Each row has a control, which asks the frame for its event.
func rowPages() map[string]string {
	head := "path: /\ntitle: T\nstate: {v: json}\nbody:\n"
	tap := "onTap: [{snackBar: \"${item.title}\"}]"
	item := "item: [{card: {" + tap + ", children: [{text: \"${item.title}\"}, {text: \"${item.place}\"}]}}]"
	return map[string]string{
		"list":   head + "  - list: {data: \"${state.v}\", key: id, " + item + "}\n",
		"repeat": head + "  - repeat: {data: \"${state.v}\", key: id, " + item + "}\n",
		"table":  head + "  - table: {label: Rows, data: \"${state.v}\", key: id, columns: [{label: Title, field: title}, {label: Place, field: place}], " + tap + "}\n",
	}
}

// TestRowsCostInProportion: ten times the rows cost ten times the allocations and bytes, up to 10,000 rows.
func TestRowsCostInProportion(t *testing.T) {
	for name, page := range rowPages() {
		plan := compile(t, page, Options{})
		size := func(n int) float64 { return float64(len(draws(t, plan, View{Scope: rowsOf(n), Frame: frameFor(nil)}))) }
		for what, cost := range map[string]func(n int) float64{
			"allocations": func(n int) float64 { return allocationsOf(t, plan, rowsOf(n)) },
			"bytes":       size,
		} {
			at100, at1000, at10000 := cost(100), cost(1000), cost(10_000)
			each, later := (at1000-at100)/900, (at10000-at1000)/9000
			if each <= 0 || later > each*1.1+0.1 {
				t.Errorf("%s: %.2f %s for each of the first 1,000 rows, %.2f for each of 10,000", name, each, what, later)
			}
		}
	}
}

// pieces is a writer that keeps nothing but how it was written to.
type pieces struct {
	drawn   *int // rows so far
	first   int  // rows that were drawn before the first piece
	n       int
	largest int
}

func (p *pieces) Write(b []byte) (int, error) {
	if p.n++; p.n == 1 {
		p.first = *p.drawn
	}
	p.largest = max(p.largest, len(b))
	return len(b), nil
}

// TestLongPagesAreStreamed: the first bytes leave long before the last row is drawn, and no more than a little is held at a time.
func TestLongPagesAreStreamed(t *testing.T) {
	const rows = 10_000
	for name, page := range rowPages() {
		drawn := 0
		f := frameFor(nil)
		f.Event = func(*project.Trigger, value.Scope) (string, error) { drawn++; return "event", nil }
		out := &pieces{drawn: &drawn}
		if err := compile(t, page, Options{}).Render(out, View{Scope: rowsOf(rows), Frame: f}); err != nil {
			t.Fatal(err)
		}
		if drawn != rows {
			t.Errorf("%s: %d rows were drawn", name, drawn)
		}
		if out.first > rows/10 || out.largest > 2*flushAt {
			t.Errorf("%s: %d rows were drawn before the first of %d pieces, the largest of which has %d bytes", name, out.first, out.n, out.largest)
		}
	}
}

// TestRepeatedHoles: a hole that comes again says the same, escaped where it has to be, and what it said outside says nothing of an element's scope.
func TestRepeatedHoles(t *testing.T) {
	page := "path: /\ntitle: T\nstate: {item: text, v: list of text}\nbody:\n" +
		"  - text: \"${state.item}\"\n  - text: {text: \"${state.item}\", style: title}\n  - repeat: {data: \"${state.v}\", item: [{text: \"${item} of ${state.item}\"}]}\n  - text: \"${state.item}\"\n"
	for said, want := range map[string]string{"Fine": "Fine", "A <b>": "A &lt;b&gt;", "\xff\xfe\xfd": "\uFFFD", "": ""} {
		out, _ := render(t, page, value.Scope{"state": map[string]any{"item": said, "v": []any{"one", "<two>"}}})
		for _, part := range []string{">" + want + "</p>", ">" + want + "</h1>", ">one of " + want + "</p>", ">&lt;two&gt; of " + want + "</p>"} {
			if !strings.Contains(out, part) {
				t.Errorf("%q: no %q in %s", said, part, out)
			}
		}
	}
}

// TestHeadingsAfterWhatMayBeHidden: levels go on from the headings that are drawn, whether that is known beforehand or not.
func TestHeadingsAfterWhatMayBeHidden(t *testing.T) {
	page := "path: /\ntitle: T\nstate: {on: bool}\nbody:\n  - text: {text: A, style: headline}\n  - text: {text: B, style: title}\n" +
		"  - text: {text: C, style: headline, visible: \"${state.on}\"}\n  - text: {text: D, style: title}\n"
	for on, want := range map[bool]string{true: "<h1 A <h2 B <h2 C <h3 D", false: "<h1 A <h2 B <h2 D"} {
		out, _ := render(t, page, value.Scope{"state": map[string]any{"on": on}})
		var got []string
		for _, h := range find(parse(t, out), "h1, h2, h3") {
			got = append(got, "<"+h.Data+" "+textOf(h))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%v: %s", on, got)
		}
	}
}
