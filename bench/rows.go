package main

import (
	"fmt"
	"io"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/render"
	"github.com/usherdev/usher/value"
)

// longLists draws a list of 1,000 and of 10,000 rows in turns: what a row costs should not depend on how many there are.
func longLists() error {
	p, problems := project.NewTree(map[string][]byte{
		"app.yaml": []byte("usher: 1\nname: Bench\n"),
		"pages/home.yaml": []byte("path: /\ntitle: Home\naccess: any\nstate: {rows: json}\nbody:\n" +
			"- list: {data: \"${state.rows}\", key: id, item: [{card: {children: [{text: {text: \"${item.title}\", style: title}}, {text: \"${item.place}\"}]}}]}\n"),
	}).Project()
	if problems.Errors() {
		return fmt.Errorf("the project of the rows: %v", problems)
	}
	plan, err := render.Compile(p, p.Page("home"), render.Options{})
	if err != nil {
		return err
	}
	draw := func(n int) func() error {
		rows := make([]any, n)
		for i := range rows {
			rows[i] = map[string]any{"id": i, "title": fmt.Sprintf("Row %d & more", i), "place": "Here"}
		}
		v := view(value.Scope{"state": map[string]any{"rows": rows}})
		return func() error { return plan.Render(io.Discard, v) }
	}
	few, many := draw(1000), draw(10_000)
	var a, b, ratios []float64
	for range turns {
		short, err := turn(few)
		if err != nil {
			return err
		}
		long, err := turn(many)
		if err != nil {
			return err
		}
		a, b, ratios = append(a, short), append(b, long), append(ratios, long/short)
	}
	fmt.Printf("a list, streamed\n  1,000 rows     %8.0f µs\n  10,000 rows    %8.0f µs\n  ratio          %8.1f   (10 would be in proportion)\n\n", median(a)/1000, median(b)/1000, median(ratios))
	return nil
}
