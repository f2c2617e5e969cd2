package main

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

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
		"user": map[string]any{"firstName": mark("firstName"), "lastName": mark("lastName"), "avatar": mark("avatar"), "image": "/avatars/" + mark("avatar")},
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

// renderAgainstTemplate draws both home pages by their plans, by html/template and by gomponents. Theirs are made of the plan's own output, with
// a hole wherever data stands, so all write equal bytes.
func renderAgainstTemplate(f *fixture) error {
	widgets, err := widgetsContest()
	if err != nil {
		return err
	}
	if err := widgets.hold("a home page with 50 widgets and 20 bindings (the others' initials and sealed text are fixed)"); err != nil {
		return err
	}
	stories, err := templateFor(f)
	if err != nil {
		return err
	}
	return stories.hold(fmt.Sprintf("TouristTrail's home page with %d stories (the others' chart and sealed text are fixed)", posts))
}

// hold lets all draw in turns and prints what each takes.
func (c *contest) hold(what string) error {
	drawings := []struct {
		name string
		draw func() error
	}{
		{"usher's plan", func() error { return c.plan.Render(io.Discard, view(c.scope)) }},
		{"html/template", func() error { return c.tmpl.Execute(io.Discard, c.data) }},
		{"gomponents", func() error { return c.made.draws(io.Discard, c.data) }},
	}
	ns, ratios := make([][]float64, len(drawings)), make([][]float64, len(drawings))
	for range turns {
		for i, d := range drawings {
			each, err := turn(d.draw)
			if err != nil {
				return err
			}
			ns[i] = append(ns[i], each)
			ratios[i] = append(ratios[i], each/ns[0][len(ns[0])-1])
		}
	}
	fmt.Printf("rendering alone, equal bytes: %s\n", what)
	for i, d := range drawings {
		allocs := testing.AllocsPerRun(100, func() { _ = d.draw() }) // it has just been drawn without a fault
		fmt.Printf("  %-14s %8.2f µs, %5.0f allocations, %5.1f × the time of the plan\n", d.name, median(ns[i])/1000, allocs, median(ratios[i]))
	}
	fmt.Println()
	return nil
}

// Many short turns, one right after the other, meet the same disturbance by the rest of the machine.
const (
	turns    = 41
	eachTurn = 50 * time.Millisecond
)

// turn draws for a while and returns the nanoseconds that processors spent on one drawing, its garbage included; that of the turn before is
// collected first. Time in which the machine did something else does not count.
func turn(draw func() error) (float64, error) {
	runtime.GC()
	const batch = 8 // between two looks at the clock
	n, began, spent := 0, time.Now(), processorTime()
	for time.Since(began) < eachTurn {
		for range batch {
			if err := draw(); err != nil {
				return 0, err
			}
		}
		n += batch
	}
	return float64(processorTime()-spent) / float64(n), nil
}

// processorTime is what this process has used so far.
func processorTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err) // it knows no other fault than a wrong argument
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// contest is all renderers with the same data.
type contest struct {
	plan  *render.Plan
	tmpl  *template.Template
	made  *recipe
	scope value.Scope
	data  map[string]any
}

// templateFor prepares all for TouristTrail's home page.
func templateFor(f *fixture) (*contest, error) {
	plan, err := render.Compile(f.project, f.project.Page("home"), render.Options{})
	if err != nil {
		return nil, err
	}
	var items []any
	for i := range posts {
		items = append(items, story(i, func(field string) string { return fmt.Sprintf("%s %d", field, i) }))
	}
	s := scope(items)
	return contestOf(plan, scope([]any{story(0, mark)}), s, map[string]any{"posts": items, "user": s["user"]})
}

// contestOf prepares all to draw data, which the plan reads from s, and makes sure that they draw the same page. marks is such a scope with
// marks for data.
func contestOf(plan *render.Plan, marks, s value.Scope, data map[string]any) (*contest, error) {
	var page strings.Builder
	if err := plan.Render(&page, view(marks)); err != nil {
		return nil, err
	}
	tmpl, err := templateOf(page.String())
	if err != nil {
		return nil, err
	}
	made, err := recipeOf(page.String())
	if err != nil {
		return nil, err
	}
	c := &contest{plan: plan, tmpl: tmpl, made: made, scope: s, data: data}
	return c, c.equal()
}

// templateOf turns the marks of a page into holes and the row, if it has one, into a range.
func templateOf(page string) (*template.Template, error) {
	if at := strings.Index(page, "<li "); at >= 0 {
		end := strings.LastIndex(page, "</li>") + len("</li>")
		row := page[at:end]
		for _, field := range []string{"title", "place", "country", "image", "likes", "readMinutes"} {
			row = strings.ReplaceAll(row, mark(field), "{{."+field+"}}")
		}
		row = strings.NewReplacer("/covers/{{.image}}", "{{.image}}", `.0"`, `.{{.id}}"`, `="0"`, `="{{.id}}"`).Replace(row)
		page = page[:at] + "{{range .posts}}" + row + "{{end}}" + page[end:]
	}
	return template.New("home").Parse(hole.ReplaceAllString(page, "{{.user.$1}}"))
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
