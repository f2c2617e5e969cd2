package flow

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

const changing = `path: /start
title: Start
access: any
state:
  count: {type: int, default: 7}
  open: bool
  tags: {type: list of text, default: [x]}
  lines: list of Line
  draft: Line
  loose: json
body:
  - text: Lines
  - button:
      text: Go
      onTap:
        - `

// TestF150_Change: each way to change a variable, on what stands in it.
func TestF150_Change(t *testing.T) {
	line := func(name string, n any) map[string]any { return map[string]any{"name": name, "n": n} }
	state := map[string]any{"count": 1, "open": nil, "tags": []any{"a", "b"}, "lines": []any{line("tea", 1), line("milk", 2)}, "draft": nil, "loose": 1.5}
	for flow, want := range map[string]any{
		"change: state.count, set: 3":                                                     3,
		"change: state.count, reset: true":                                                7,
		"change: state.count, clear: true":                                                nil,
		"change: state.count, increment: -5":                                              -4,
		"change: state.loose, increment: 0.5":                                             2.0,
		"change: state.open, toggle: true":                                                true,
		"change: state.tags, reset: true":                                                 []any{"x"},
		"change: state.tags, clear: true":                                                 []any{},
		"change: state.tags, append: c":                                                   []any{"a", "b", "c"},
		"change: state.tags, prepend: c":                                                  []any{"c", "a", "b"},
		"change: state.tags, insert: c, at: 1":                                            []any{"a", "c", "b"},
		"change: state.tags, insert: c, at: 2":                                            []any{"a", "b", "c"},
		"change: state.tags, removeAt: 0":                                                 []any{"b"},
		"change: state.tags, updateAt: 1, to: z":                                          []any{"a", "z"},
		`change: state.tags, removeWhere: "${each == 'a'}"`:                               []any{"b"},
		`change: state.tags, updateWhere: "${each != 'a'}", to: "${upper(each)}"`:         []any{"a", "B"},
		`change: state.lines, updateWhere: "${each.n > 1}", fields: {n: "${each.n + 1}"}`: []any{line("tea", 1), line("milk", 3)},
		`change: state.lines, updateAt: 0, fields: {name: coffee}`:                        []any{line("coffee", 1), line("milk", 2)},
		`change: state.lines, append: {name: "${form.name}", n: 9}`:                       []any{line("tea", 1), line("milk", 2), line("typed", 9)},
		`change: state.draft.name, set: new`:                                              map[string]any{"name": "new"},
		`change: state.draft.n, increment: 2`:                                             map[string]any{"n": 2},
		`change: {variable: state.tags, removeWhere: "${each in ['a', 'b']}"}`:            []any{},
	} {
		t.Run(flow, func(t *testing.T) {
			a := newApp(t, "http://127.0.0.1:1", "", map[string]string{
				"types/Line.yaml": "fields: {name: text, n: int}\n", "pages/start.yaml": strings.Replace(changing, "  - text: Lines", "  - textField: {id: name, label: Name}", 1) + "{" + flow + "}\n",
			})
			res, err := a.runner.Run(t.Context(), Input{Actions: a.actions(), Page: a.project.Page("start"), State: state, Form: map[string]any{"name": "typed"}})
			name, _, _ := strings.Cut(flow[strings.Index(flow, "state.")+6:], ",")
			name, _, _ = strings.Cut(name, ".")
			if err != nil || !reflect.DeepEqual(res.State[name], want) {
				t.Errorf("%#v, %v; want %#v", res.State[name], err, want)
			}
		})
	}
	if !reflect.DeepEqual(state["tags"], []any{"a", "b"}) || !reflect.DeepEqual(state["lines"], []any{line("tea", 1), line("milk", 2)}) {
		t.Errorf("the state that was given has changed: %v", state)
	}
}

// TestF150_ChangeFails: what cannot be done is a fault, and nothing is changed by it.
func TestF150_ChangeFails(t *testing.T) {
	for flow, want := range map[string]string{
		"change: state.tags, removeAt: 2":                       "no such place",
		"change: state.tags, updateAt: -1, to: x":               "no such place",
		"change: state.tags, insert: x, at: 3":                  "no such place",
		"change: state.loose, append: x":                        "not a list",
		"change: state.loose, increment: 1":                     "increment needs numbers",
		"change: state.loose, updateAt: 0, fields: {a: 1}":      "not a list",
		"change: state.tags, append: full":                      "no room",
		"setState: {tags: [full]}":                              "no room",
		`change: state.count, increment: "${state.loose ?? 1}"`: "increment needs numbers",
	} {
		t.Run(flow, func(t *testing.T) {
			a := newApp(t, "http://127.0.0.1:1", "", map[string]string{"types/Line.yaml": "fields: {name: text, n: int}\n", "pages/start.yaml": changing + "{" + flow + "}\n"})
			in := Input{Actions: a.actions(), Page: a.project.Page("start"), State: map[string]any{"tags": []any{"a", "b"}, "loose": "text", "count": 1}}
			in.Fits = func(state, _, _ map[string]any, _ bool) error {
				if strings.Contains(fmt.Sprint(state), "full") {
					return errors.New("no room")
				}
				return nil
			}
			res, err := a.runner.Run(t.Context(), in)
			if err == nil || !strings.Contains(err.Error(), want) || !reflect.DeepEqual(res.State, in.State) {
				t.Errorf("%v with %v; want %q", err, res.State, want)
			}
		})
	}
}

// TestF150_ChangeApp: the app state changes in a block as well, and a secret is kept nowhere but in the page's own variable for one.
func TestF150_ChangeApp(t *testing.T) {
	a := newApp(t, "http://127.0.0.1:1", "        - block: more", map[string]string{
		"flows/more.yaml": "actions:\n  - {change: app.cart, increment: 2}\n  - {change: app.theme, reset: true}\n",
	})
	if res := a.mustRun(""); res.AppState["cart"] != 5 || res.AppState["theme"] != "light" {
		t.Errorf("%v", res.AppState)
	}
}
