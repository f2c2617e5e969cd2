package render

import (
	"strings"
	"testing"

	"github.com/usherdev/usher/value"
)

// TestF193_Charts: several series have a legend, a colour each and a table with a column each; a point without a number is a gap; slices
// leave out what is not above nothing, gather what is too many, and close a circle of one.
func TestF193_Charts(t *testing.T) {
	page := func(more string) string {
		return "path: /\ntitle: Test\nstate: {d: json}\nbody:\n  - chart: {label: L, data: \"${state.d}\", x: n, " + more + "}\n"
	}
	data := func(rows ...map[string]any) value.Scope {
		list := make([]any, len(rows))
		for i, r := range rows {
			list[i] = r
		}
		return value.Scope{"state": map[string]any{"d": list}}
	}
	for _, c := range []struct {
		name, more string
		scope      value.Scope
		has, not   []string
	}{
		{"two lines, a gap", "type: line, series: [{label: One, y: a}, {label: Two, y: b}]",
			data(map[string]any{"n": "x", "a": 1, "b": 2}, map[string]any{"n": "y", "a": 3}, map[string]any{"n": "z", "a": 2, "b": 1}),
			[]string{`<th scope="col">One</th><th scope="col">Two</th>`, `<th scope="row">y</th><td>3</td><td></td>`, `<g class="u-s1"><path class="u-line" d="M100 66.7h0M500 133.3h0"/>`, "x: One 1, Two 2", "y: One 3<",
				"One: Lowest: 1 (x), highest: 3 (y); Two: Lowest: 1 (z), highest: 2 (x)"}, []string{"NaN"}},
		{"a series without numbers", "type: area, series: [{label: One, y: a}, {label: Two, y: b}]", data(map[string]any{"n": "x", "a": 1}), []string{`class="u-legend"`}, []string{"NaN", "Two: Lowest"}},
		{"slices", "type: pie, y: a", data(map[string]any{"n": "x", "a": 1}, map[string]any{"n": "y", "a": -3}, map[string]any{"n": "z", "a": 0}, map[string]any{"n": "w", "a": 3}),
			[]string{"<i>25%</i>", "<i>75%</i>", `<th scope="row">w</th><td>3</td>`}, []string{"y: -3", "z: 0"}},
		{"one slice is a circle", "type: donut, y: a", data(map[string]any{"n": "x", "a": 1}), []string{`d="M100 4A96 96 0 0 1 100 196A96 96 0 0 1 100 4L100 42A58 58 0 0 0 100 158A58 58 0 0 0 100 42z"`}, nil},
		{"nothing above nothing", "type: pie, y: a", data(map[string]any{"n": "x", "a": 0}), []string{"u-empty"}, []string{"<svg viewBox"}},
		{"axes", "y: a, xLabel: Across, yLabel: Up", data(map[string]any{"n": "x", "a": 1}), []string{`class="u-xname">Across<`, `class="u-yname">Up<`}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, faults := render(t, page(c.more), c.scope)
			if len(faults) > 0 {
				t.Fatal(faults)
			}
			for _, want := range c.has {
				if !strings.Contains(out, want) {
					t.Errorf("no %s in\n%s", want, inside(out))
				}
			}
			for _, bad := range c.not {
				if strings.Contains(out, bad) {
					t.Errorf("%s in\n%s", bad, inside(out))
				}
			}
		})
	}
}
