package main

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io"
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/render"
	"github.com/usherdev/usher/value"
)

// mark is a value that can be found again in a drawn page.
func mark(name string) string { return "Zq" + name + "qZ" }

// story is one row of the list, as both renderers get it.
func story(i int, text func(field string) string) map[string]any {
	return map[string]any{"id": i, "title": text("title"), "place": text("place"), "country": text("country"), "image": "/covers/" + text("image"),
		"likes": text("likes"), "readMinutes": text("readMinutes")}
}

func scope(items []any) value.Scope {
	days := []any{}
	for i, label := range []string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"} {
		days = append(days, map[string]any{"day": label, "label": label, "distance": float64(i)*1.5 + 2, "visits": i})
	}
	return value.Scope{
		"user": map[string]any{"firstName": mark("first"), "lastName": mark("last"), "image": "/avatars/" + mark("avatar")},
		"auth": map[string]any{"loggedIn": true},
		"queries": map[string]any{
			"posts":    map[string]any{"ok": true, "status": 200, "body": map[string]any{"posts": items, "total": len(items)}},
			"activity": map[string]any{"ok": true, "status": 200, "body": map[string]any{"days": days, "totalDistance": 55.4}},
		},
	}
}

func view(s value.Scope) render.View {
	return render.View{Scope: s, Frame: render.Frame{
		Action: "/home", State: "sealed",
		Event: func(*project.Trigger, value.Scope) (string, error) { return "event", nil },
		Href:  func(*project.Page, map[string]any) (string, error) { return "/page", nil },
	}}
}

// renderAgainstTemplate draws the same home page by its plan, by html/template and by gomponents. Theirs are made of the plan's own output, with
// a hole wherever data stands, so all write equal bytes.
func renderAgainstTemplate(f *fixture) error {
	c, err := templateFor(f)
	if err != nil {
		return err
	}
	drawings := []struct {
		name string
		draw func() error
	}{
		{"usher's plan", func() error { return c.plan.Render(io.Discard, view(c.scope)) }},
		{"html/template", func() error { return c.tmpl.Execute(io.Discard, c.data) }},
		{"gomponents", func() error { return c.made.draws(io.Discard, c.data) }},
	}
	ns, allocs, ratios := make([][]float64, len(drawings)), make([]int64, len(drawings)), make([][]float64, len(drawings))
	for range rounds {
		for i, d := range drawings {
			r := testing.Benchmark(func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := d.draw(); err != nil {
						b.Fatal(err)
					}
				}
			})
			ns[i], allocs[i] = append(ns[i], float64(r.NsPerOp())), r.AllocsPerOp()
			ratios[i] = append(ratios[i], ns[i][len(ns[i])-1]/ns[0][len(ns[0])-1])
		}
	}
	fmt.Printf("rendering alone: the same page, equal bytes (%d stories; the others' chart and events are fixed text)\n", posts)
	for i, d := range drawings {
		fmt.Printf("  %-14s %8.1f µs, %5d allocations, %5.1f × the time of the plan\n", d.name, median(ns[i])/1000, allocs[i], median(ratios[i]))
	}
	fmt.Println()
	return nil
}

// contest is all renderers with the same data.
type contest struct {
	plan  *render.Plan
	tmpl  *template.Template
	made  *recipe
	scope value.Scope
	data  map[string]any
}

// templateFor prepares all and makes sure that they draw the same page.
func templateFor(f *fixture) (*contest, error) {
	plan, err := render.Compile(f.project, f.project.Page("home"), render.Options{})
	if err != nil {
		return nil, err
	}
	page, err := marked(plan)
	if err != nil {
		return nil, err
	}
	tmpl, err := templateOf(page)
	if err != nil {
		return nil, err
	}
	made, err := recipeOf(page)
	if err != nil {
		return nil, err
	}
	var items []any
	for i := range posts {
		items = append(items, story(i, func(field string) string { return fmt.Sprintf("%s %d", field, i) }))
	}
	s := scope(items)
	c := &contest{plan: plan, tmpl: tmpl, made: made, scope: s, data: map[string]any{"posts": items, "user": s["user"]}}
	return c, c.equal()
}

// marked draws the page with one story and a mark wherever data stands.
func marked(plan *render.Plan) (string, error) {
	var buf bytes.Buffer
	err := plan.Render(&buf, view(scope([]any{story(0, mark)})))
	return buf.String(), err
}

// templateOf turns the marks of a page into holes and the row into a range.
func templateOf(page string) (*template.Template, error) {
	at := strings.Index(page, "<li ")
	end := strings.LastIndex(page, "</li>") + len("</li>")
	if at < 0 || end < at {
		return nil, errors.New("the list of stories is not where it was expected")
	}
	row := page[at:end]
	for _, field := range []string{"title", "place", "country", "image", "likes", "readMinutes"} {
		row = strings.ReplaceAll(row, mark(field), "{{."+field+"}}")
	}
	row = strings.NewReplacer("/covers/{{.image}}", "{{.image}}", `.0"`, `.{{.id}}"`, `="0"`, `="{{.id}}"`).Replace(row)
	text := page[:at] + "{{range .posts}}" + row + "{{end}}" + page[end:]
	for field, path := range map[string]string{"first": "firstName", "last": "lastName"} {
		text = strings.ReplaceAll(text, mark(field), "{{.user."+path+"}}")
	}
	return template.New("home").Parse(text)
}

// equal makes sure that all draw as many bytes but for how each escapes and for the keys of rows.
func (c *contest) equal() error {
	var plan, tmpl, made bytes.Buffer
	if err := errors.Join(c.plan.Render(&plan, view(c.scope)), c.tmpl.Execute(&tmpl, c.data), c.made.draws(&made, c.data)); err != nil {
		return err
	}
	for _, other := range []int{tmpl.Len(), made.Len()} {
		if diff := plan.Len() - other; diff > plan.Len()/50 || -diff > plan.Len()/50 {
			return fmt.Errorf("a baseline draws %d bytes where the plan draws %d", other, plan.Len())
		}
	}
	return nil
}
