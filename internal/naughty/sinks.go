package naughty

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/usherdev/usher/project"
)

// Sink is one place of the app that shows text: a property of a widget, bound to a field of what the backend sends.
type Sink struct {
	Field string // of the object that the call rows.all brings
	Name  string // kind.property
	Page  string
}

// App is an app with every place that shows text, and those places.
type App struct {
	Files map[string][]byte
	Sinks []Sink
	Pages []string // those that hold sinks
}

// Fields are the names of all fields that the app shows.
func (a App) Fields() []string {
	var out []string
	for _, s := range a.Sinks {
		out = append(out, s.Field)
	}
	return out
}

// writtenOut are the values of properties that the checker wants to be written out. A new widget that has such a property needs a line here,
// or its page has a fault.
var writtenOut = map[string]any{
	"chart.x": "a", "chart.y": "b", "chartSeries.y": "b", "stat.y": "b", "list.key": "a", "repeat.key": "a", "table.key": "a", "fileUpload.accept": "image/*",
	"link.page": "other", "pinCode.length": 4, "textField.pattern": "[a-z]+", "textField.minLength": 2, "searchField.maxLength": 9, "searchField.pattern": "[a-z]+", "checkboxGroup.minCount": 1, "table.pageSize": 1, "image.pixels": "8x6",
	"video.src": "https://naughty.example/a.mp4", "video.captions": "https://naughty.example/a.vtt", "frame.src": "https://naughty.example/a",
}

// otherwise are the properties whose values decide which elements a widget is drawn with: each value is drawn.
var otherwise = []string{"type", "layout", "shape", "phone"}

// Sinks makes the app from the catalogue. Its pages read what the query s brings; bad is a query that fails.
func Sinks() App { return sinks(nil) }

// Written is the same app with a text that its builder has written in each of those places; addresses, which are looked at when the app is
// loaded, are fixed ones.
func Written(text string) App { return sinks(&text) }

func sinks(text *string) App {
	a := App{Files: map[string][]byte{
		"app.yaml":         []byte("usher: 1\nname: Naughty\nmedia: [https://naughty.example]\nframes: [https://naughty.example]\nenv:\n  API_URL: http://127.0.0.1:9\n"),
		"calls/rows.yaml":  []byte("url: ${env.API_URL}\nauth: none\ncalls:\n  all: {path: /rows}\n  bad: {path: /bad}\n"),
		"pages/start.yaml": []byte("path: /\ntitle: Start\naccess: any\nbody:\n  - text: Start\n"),
		"pages/other.yaml": []byte("path: /other/{id}\ntitle: Other ${params.id}\naccess: any\nparams: {id: text, q: {type: text, required: false}}\nbody:\n  - text: \"Other ${params.id} ${params.q ?? ''}\"\n"),
	}}
	has := func(property string) func(*project.WidgetSpec) bool {
		return func(s *project.WidgetSpec) bool { return !s.Over && s.Prop(property) != nil }
	}
	full := &maker{app: &a, page: "full", fixed: text}
	full.write(
		state{rows: "[{a: %, b: 1}, {a: %, b: 2}]", query: "s", of: func(s *project.WidgetSpec) bool { return !s.Over }},
		state{rows: "[]", query: "s", of: has("data")},
		state{rows: "[]", query: "bad", of: has("query")},
	)
	for _, kind := range []string{"dialog", "bottomSheet"} { // of which one is open at a time
		over := &maker{app: &a, page: kind, fixed: text, load: "onLoad: [{open: over}]\n"}
		over.write(state{rows: "[]", query: "s", of: func(s *project.WidgetSpec) bool { return s.Kind == kind }})
	}
	return a
}

// maker writes one page.
type maker struct {
	app  *App
	page string
	load string // what runs first
	ids  int
	now  state

	fixed *string // the text that stands in each place, nil: an expression of its own
}

// state is what the widgets of a page are shown in: with data, without, with a query that failed.
type state struct {
	rows  string // a list, as an expression; % is a text
	query string // of widgets that name one
	of    func(*project.WidgetSpec) bool
}

func (m *maker) write(states ...state) {
	page := fmt.Sprintf("path: /%s\ntitle: %s\naccess: any\n%squeries: {s: {call: rows.all}, bad: {call: rows.bad}}\nbody:\n", strings.ToLower(m.page), flow(m.text("page.title")), m.load)
	for _, m.now = range states {
		for _, s := range project.Widgets() {
			if s.Part || !m.now.of(s) {
				continue
			}
			for _, props := range m.variants(s) {
				page += "  - " + flow(map[string]any{s.Kind: props}) + "\n"
			}
		}
	}
	m.app.Files["pages/"+m.page+".yaml"] = []byte(page)
	m.app.Pages = append(m.app.Pages, m.page)
}

// hole is the expression of a field that is new.
func (m *maker) hole(name string) string {
	field := fmt.Sprintf("p%d", len(m.app.Sinks))
	m.app.Sinks = append(m.app.Sinks, Sink{field, name, m.page})
	if m.fixed != nil {
		b, _ := json.Marshal(*m.fixed) // a text is always JSON
		return string(b)
	}
	return "queries.s.body." + field
}

func (m *maker) text(name string) string {
	hole := m.hole(name)
	if m.fixed != nil {
		return strings.ReplaceAll(*m.fixed, "${", "$${")
	}
	return "${" + hole + "}"
}

// variants are a widget's properties: as they are by default, and once for each other form that it has.
func (m *maker) variants(s *project.WidgetSpec) []map[string]any {
	out := []map[string]any{m.widget(s, nil)}
	for _, name := range otherwise {
		p := s.Prop(name)
		if p == nil || p.Kind != project.PropEnum || !p.Literal {
			continue
		}
		for _, v := range p.Values {
			set := map[string]any{name: v}
			if v == "password" {
				set["initial"] = nil // a page never holds one
			}
			if v == "number" {
				set["minLength"], set["pattern"] = nil, nil // rules of texts
			}
			if v != p.Default {
				out = append(out, m.widget(s, set))
			}
		}
	}
	switch s.Kind {
	case "conditional":
		out = append(out, m.widget(s, map[string]any{"when": "${1 == 2}"}))
	case "list", "table", "repeat": // sentences instead of slots
		out = append(out, m.widget(s, map[string]any{"empty": nil, "error": nil}))
	case "link": // a page or an address
		out = append(out, m.widget(s, map[string]any{"url": nil, "page": "other", "with": map[string]any{"id": m.text("link.with"), "q": m.text("link.with")}}))
	case "video", "frame": // which is shown from named origins alone
		if m.fixed != nil {
			break
		}
		out = append(out, m.widget(s, map[string]any{"src": m.text(s.Kind + ".src")}))
		if s.Prop("captions") != nil {
			out = append(out, m.widget(s, map[string]any{"captions": m.text("video.captions")}))
		}
	case "chart":
		out = append(out, m.widget(s, map[string]any{"y": nil, "series": []any{m.widget(project.WidgetSpecOf("chartSeries"), nil)}}))
	}
	return out
}

// widget has every property that can be bound to text; set goes before, nil leaves one out.
func (m *maker) widget(s *project.WidgetSpec, set map[string]any) map[string]any {
	out := map[string]any{}
	if s.Input {
		m.ids++
		out["id"] = fmt.Sprintf("%sInput%d", m.page, m.ids)
	}
	if s.Over {
		out["id"] = "over"
	}
	put := func(name string, made func() any) {
		v, ok := set[name]
		if !ok {
			v = made()
		}
		if v != nil {
			out[name] = v
		}
	}
	for _, p := range s.Props {
		put(p.Name, func() any { return m.value(s, p) })
	}
	for _, slot := range s.Slots {
		put(slot.Name, func() any { return m.slot(s, slot) })
	}
	for _, e := range s.Events {
		out[e.Name] = []any{map[string]any{"snackBar": m.text(s.Kind + "." + e.Name)}}
	}
	return out
}

// value is what a property takes: text from the backend wherever it can be, what writtenOut says, or nil to leave it out.
func (m *maker) value(s *project.WidgetSpec, p project.Prop) any {
	name := s.Kind + "." + p.Name
	switch {
	case name == "link.page" || name == "link.with" || name == "tableColumn.field":
		return nil // said by variants and by slot
	case p.Name == "query":
		return m.now.query
	case writtenOut[name] != nil:
		return writtenOut[name]
	case p.Name == "required" && p.Kind == project.PropBool:
		return true // so that its sentence is there
	case p.Kind == project.PropIcon:
		return "star"
	case p.Literal:
		return nil
	}
	if m.fixed != nil && (p.Kind == project.PropEnum || p.Kind == project.PropColor || slices.Contains([]string{"initial", "min", "max"}, p.Name)) {
		return nil // one of the catalogue's words, or a value of the input's own kind
	}
	if m.fixed != nil && (p.Kind == project.PropImage || name == "link.url") {
		return "https://example.com/x"
	}
	switch p.Kind {
	case project.PropText, project.PropImage, project.PropJSON, project.PropEnum, project.PropColor:
		return m.text(name)
	case project.PropOptions:
		return "${[" + m.hole(name) + ", {value: " + m.hole(name) + ", label: " + m.hole(name) + "}]}"
	case project.PropTexts:
		return "${[" + m.hole(name) + "]}"
	case project.PropList:
		return "${" + strings.ReplaceAll(m.now.rows, "%", m.hole(name)) + "}"
	case project.PropCond:
		if p.Name == "check" || p.Required {
			return "${1 == 1}"
		}
	}
	return nil
}

// slot is what stands in a slot: a text, a link where only links may, or parts with properties of their own.
func (m *maker) slot(s *project.WidgetSpec, slot project.Slot) any {
	name := s.Kind + "." + slot.Name
	switch of := project.WidgetSpecOf(slot.Of); {
	case name == "chart.series":
		return nil // instead of y
	case slot.Of == "tableColumn":
		return []any{
			m.widget(of, map[string]any{"cell": nil}),
			map[string]any{"label": m.text("tableColumn.label"), "field": "a"},
			map[string]any{"label": m.text("tableColumn.label"), "cell": []any{map[string]any{"text": "${item.a}"}}},
		}
	case of != nil:
		return []any{m.widget(of, nil), m.widget(of, nil)}
	case slot.Item:
		return []any{map[string]any{"text": "${item.a}"}}
	case slices.Contains([]string{"navBar", "breadcrumbs", "menu"}, s.Kind):
		with := map[string]any{"id": m.text(name)}
		link := map[string]any{"text": m.text(name), "page": "other", "with": with, "icon": "star"}
		return []any{map[string]any{"link": link}, map[string]any{"link": maps.Clone(link)}}
	case s.Kind == "form":
		return []any{map[string]any{"text": m.text(name)}, map[string]any{"button": map[string]any{"text": m.text("button.text"), "submit": true}}}
	}
	return []any{map[string]any{"text": m.text(name)}}
}

// flow writes v as YAML on one line.
func flow(v any) string {
	switch x := v.(type) {
	case map[string]any:
		var parts []string
		for _, k := range slices.Sorted(maps.Keys(x)) {
			parts = append(parts, k+": "+flow(x[k]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case []any:
		var parts []string
		for _, el := range x {
			parts = append(parts, flow(el))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	b, _ := json.Marshal(v) // texts, numbers and truths
	return string(b)
}
