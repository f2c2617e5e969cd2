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

// renderAgainstTemplate draws the same home page by its plan and by html/template. The template is made of the plan's own output, with a
// hole wherever data stands, so both write equal bytes.
func renderAgainstTemplate(f *fixture) error {
	c, err := templateFor(f)
	if err != nil {
		return err
	}
	plan, tmpl, s, data := c.plan, c.tmpl, c.scope, c.data
	var nsPlan, nsTmpl, ratio []float64
	var last, lastTmpl testing.BenchmarkResult
	for range rounds {
		last = testing.Benchmark(func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := plan.Render(io.Discard, view(s)); err != nil {
					b.Fatal(err)
				}
			}
		})
		lastTmpl = testing.Benchmark(func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := tmpl.Execute(io.Discard, data); err != nil {
					b.Fatal(err)
				}
			}
		})
		a, t := float64(last.NsPerOp()), float64(lastTmpl.NsPerOp())
		nsPlan, nsTmpl, ratio = append(nsPlan, a), append(nsTmpl, t), append(ratio, t/a)
	}
	fmt.Printf("rendering alone: the same page, equal bytes (%d stories; the template's chart and events are fixed text)\n", posts)
	fmt.Printf("  usher's plan     %8.1f µs, %d allocations\n  html/template    %8.1f µs, %d allocations\n  ratio            %8.1f × as fast\n\n",
		median(nsPlan)/1000, last.AllocsPerOp(), median(nsTmpl)/1000, lastTmpl.AllocsPerOp(), median(ratio))
	return nil
}

// contest is both renderers with the same data.
type contest struct {
	plan  *render.Plan
	tmpl  *template.Template
	scope value.Scope
	data  map[string]any
}

// templateFor prepares both and makes sure that they draw the same page.
func templateFor(f *fixture) (*contest, error) {
	plan, err := render.Compile(f.project, f.project.Page("home"), render.Options{})
	if err != nil {
		return nil, err
	}
	tmpl, err := templateOf(plan)
	if err != nil {
		return nil, err
	}
	var items []any
	for i := range posts {
		items = append(items, story(i, func(field string) string { return fmt.Sprintf("%s %d", field, i) }))
	}
	s := scope(items)
	c := &contest{plan: plan, tmpl: tmpl, scope: s, data: map[string]any{"posts": items, "user": s["user"]}}
	return c, equal(plan, tmpl, s, c.data)
}

// templateOf draws one marked story and turns the marks into holes and the row into a range.
func templateOf(plan *render.Plan) (*template.Template, error) {
	var buf bytes.Buffer
	if err := plan.Render(&buf, view(scope([]any{story(0, mark)}))); err != nil {
		return nil, err
	}
	page := buf.String()
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

// equal makes sure that the two draw as many bytes but for how each escapes and for the keys of rows.
func equal(plan *render.Plan, tmpl *template.Template, s value.Scope, data any) error {
	var a, b bytes.Buffer
	if err := errors.Join(plan.Render(&a, view(s)), tmpl.Execute(&b, data)); err != nil {
		return err
	}
	if diff := a.Len() - b.Len(); diff > a.Len()/50 || -diff > a.Len()/50 {
		return fmt.Errorf("the baseline draws %d bytes where the plan draws %d", b.Len(), a.Len())
	}
	return nil
}
