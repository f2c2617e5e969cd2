package render

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

const walksPage = `
path: /
title: Walks
state: {rows: json}
body:
  - table:
      id: walks
      label: Walks
      data: ${state.rows}
      key: id
      pageSize: 3
      columns: [{label: Name, field: name}, {label: Length, field: km, format: number}, {label: Steep, field: steep, format: percent}, {label: Mark, cell: [badge: "${item.id}"]}]
      onTap: [{snackBar: "${item.name}"}]
`

func walks() value.Scope {
	row := func(id int, name any, km, steep any) any {
		return map[string]any{"id": id, "name": name, "km": km, "steep": steep}
	}
	return value.Scope{"state": map[string]any{"rows": []any{
		row(1, "Walk 10", 1204.5, 0.25), row(2, "walk 9", 3, nil), row(3, "Åre", nil, 0.625), row(4, "Zeche", 21, 0), row(5, "", 3, 1.0),
	}}}
}

// walked draws the table with a choice and returns the first cell of each row.
func walked(t *testing.T, choice int) []string {
	t.Helper()
	plan := compile(t, walksPage, Options{})
	f := frameFor(nil)
	f.Tabs = map[string]int{"walks": choice}
	var names []string
	for _, n := range find(parse(t, draws(t, plan, View{walks(), f})), ".u-table tbody th > div") {
		names = append(names, textOf(n))
	}
	return names
}

// TestF193_TableSorts: a choice names a column and a direction. Letters go by the language, numbers by size, equal ones stay as they
// are, and what has no value comes last either way.
func TestF193_TableSorts(t *testing.T) {
	for choice, want := range map[int]string{
		0: "Walk 10|walk 9|Åre", 1: "Åre|walk 9|Walk 10", 2: "Zeche|Walk 10|walk 9", 3: "walk 9|–|Zeche", 4: "Walk 10|Zeche|walk 9",
		5: "Zeche|Walk 10|Åre", 7: "Walk 10|walk 9|Åre", // a column of widgets is not sorted by
	} {
		if got := strings.Join(walked(t, choice), "|"); got != want {
			t.Errorf("choice %d shows %s, want %s", choice, got, want)
		}
	}
}

// TestF193_TablePages: each page has its rows, buttons that need no script lead to those beside it, and a page that is no more is the last.
func TestF193_TablePages(t *testing.T) {
	const ways = 2*4 + 1 // to sort four columns
	if got := strings.Join(walked(t, ways+2), "|"); got != "Åre|–" {
		t.Errorf("the second page by name, backwards, shows %s", got)
	}
	if got, want := walked(t, 1000*ways), walked(t, ways); !slices.Equal(got, want) {
		t.Errorf("a page that is no more shows %v, want %v", got, want)
	}
	if got, want := walked(t, -5), walked(t, 0); !slices.Equal(got, want) {
		t.Errorf("a choice below nothing shows %v, want %v", got, want)
	}
	doc := parse(t, draws(t, compile(t, walksPage, Options{}), View{walks(), frameFor(nil)}))
	steps := find(doc, "nav.u-pager button[type=submit][name='_tab.walks'][form=page]")
	if len(steps) != 2 || !strings.Contains(textOf(one(t, doc, ".u-pager-now")), "1–3 of 5") {
		t.Fatalf("the pager has %d buttons and says %q", len(steps), textOf(one(t, doc, ".u-pager-now")))
	}
	if !has(steps[0], "disabled") || has(steps[1], "disabled") || get(steps[1], "value") != strconv.Itoa(ways) {
		t.Error("the pager's buttons are wrong")
	}
}

// TestF193_TableCells: numbers as the language writes them, a row that is tapped sends its key, each cell knows its heading.
func TestF193_TableCells(t *testing.T) {
	doc := parse(t, draws(t, compile(t, walksPage, Options{}), View{walks(), frameFor(nil)}))
	cells := find(doc, ".u-table tbody tr:first-child td > div")
	if len(cells) != 3 || textOf(cells[0]) != "1,204.5" || textOf(cells[1]) != "25%" {
		t.Errorf("the first row says %q", textOf(one(t, doc, ".u-table tbody tr:first-child")))
	}
	taps := find(doc, "tbody button.u-card-tap[aria-label=Walks]")
	if len(taps) != 3 || get(taps[1], "value") != "walks.onTap@2" {
		t.Error("a row is not a button of its own")
	}
	if len(find(doc, ".u-td[data-label=Length]")) != 3 {
		t.Error("cells do not know their heading")
	}
}

// TestTableHidesSecrets: data that holds a secret is neither shown nor sorted by, and noted.
func TestTableHidesSecrets(t *testing.T) {
	scope := walks()
	rows := scope["state"].(map[string]any)["rows"].([]any)
	for _, r := range rows {
		r.(map[string]any)["name"] = value.NewSecret(accessToken)
	}
	out, faults := render(t, walksPage, scope)
	if strings.Contains(out, accessToken[:12]) || len(faults) == 0 || !strings.Contains(strings.Join(faults, "\n"), "a secret can not be shown") {
		t.Errorf("faults %v", faults)
	}
	for _, f := range faults {
		if strings.Contains(f, accessToken[:12]) {
			t.Errorf("a fault holds the secret: %s", f)
		}
	}
}

// TestF199_SizeClasses: what is shown on some screens is hidden on the others, where the theme's breakpoints end them.
func TestF199_SizeClasses(t *testing.T) {
	out, _ := render(t, `
path: /
title: T
body:
  - text: {text: Small, showOn: [phone, tablet]}
  - row: {stackOn: tablet, children: [text: A]}
  - grid: {columns: 4, phoneColumns: 2, children: [text: B]}
`, nil)
	doc := parse(t, out)
	small := get(one(t, doc, "p.u-off-laptop.u-off-desktop"), "class")
	if strings.Contains(small, "u-off-phone") || strings.Contains(small, "u-off-tablet") {
		t.Errorf("hidden where it should stand: %s", small)
	}
	one(t, doc, ".u-row.u-stack-tablet")
	one(t, doc, ".u-grid.u-cols-desktop-4.u-cols-laptop-4.u-cols-tablet-2.u-cols-phone-2")
	for theme, want := range map[[3]int][]string{
		{}:             {"(max-width:479px){.u-off-phone{", "(min-width:479.02px) and (max-width:767px){.u-off-tablet{", "and (max-width:991px){.u-off-laptop{", "(min-width:991.02px){.u-off-desktop{"},
		{0, 800, 1200}: {"(max-width:479px){.u-off-phone{", "(max-width:800px){.u-off-tablet{", "(max-width:800px){.u-stack-tablet{", "(min-width:1200.02px){.u-off-desktop{"},
	} {
		css := string(CSS(project.Theme{Breakpoints: theme}))
		for _, w := range want {
			if !strings.Contains(css, w) {
				t.Errorf("with %v the sheet has no %s", theme, w)
			}
		}
	}
}
