package studio

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

var componentName = regexp.MustCompile(`^[A-Z][A-Za-z0-9]*$`)

// maxTold bounds how many flows may turn out, one by one, to need the page.
const maxTold = 50

// turned makes a component Name of the widget at At, or of as many beside it as the number Value says, and uses it in their place. What they read
// of the place becomes properties of the component. A flow that needs the place, for it sets the page's state or reads inputs around, stays there:
// the component has an event for it. What says where one widget stands and when is said of the component then.
func turned(tree *project.Tree, e WireEdit) (*project.Tree, []project.Edit, error) {
	t, err := newTurn(tree, e)
	if err != nil {
		return nil, nil, err
	}
	for range maxTold {
		next, undo, err := t.make()
		if err != nil {
			return nil, nil, err
		}
		p := newProblem(tree, next)
		if p == nil {
			return next, undo, nil
		}
		flow := flowOf(p.At)
		if flow == "" || slices.Contains(t.told, flow) || !strings.HasPrefix(string(flow), string(t.at)+"/") {
			return nil, nil, fmt.Errorf("it cannot be a component: %s", p.Msg)
		}
		t.told = append(t.told, flow)
	}
	return nil, nil, fmt.Errorf("it cannot be a component: too many of its flows need the page")
}

// turn is the state of one turned.
type turn struct {
	tree   *project.Tree
	e      WireEdit
	at     project.Path // of the component
	list   project.Path // that the widgets stand in
	first  int
	body   []any // the widgets, as they are written
	inputs []string
	rows   []project.Path // slots in them that are drawn once an item
	told   []project.Path // flows that stay with the page, where they stand in the component
	given  givings
	placed []string // properties of the one widget that are the component's then
}

// outer are the properties of a widget that are about its place, where its component stands then.
var outer = []string{"grow", "width", "showOn", "visible"}

func newTurn(tree *project.Tree, e WireEdit) (*turn, error) {
	list, first, err := itemOf(e.At)
	if err != nil {
		return nil, err
	}
	n := 1
	if len(e.Value) > 0 && (json.Unmarshal(e.Value, &n) != nil || n < 1) {
		return nil, fmt.Errorf("%s: so many widgets are none", e.At)
	}
	t := &turn{tree: tree, e: e, at: project.Path("/components").Join(e.Name), list: list, first: first}
	taken := func(file string) bool { return strings.EqualFold(file, "components/"+e.Name+".yaml") }
	switch {
	case !componentName.MatchString(e.Name):
		return nil, fmt.Errorf("a component cannot be named %q: begin with a capital letter, then letters and digits", e.Name)
	case slices.ContainsFunc(tree.Files(), taken):
		return nil, fmt.Errorf("there is a component %s already", e.Name)
	}
	for i := range n {
		var v any
		raw, there := tree.Value(list.Join(strconv.Itoa(first + i)))
		if !there || json.Unmarshal(raw, &v) != nil {
			return nil, fmt.Errorf("there is no widget at %s", list.Join(strconv.Itoa(first+i)))
		}
		if m, ok := v.(map[string]any); ok && len(m) != 1 {
			return nil, fmt.Errorf("a part of another widget, such as a tab, cannot be a component")
		}
		t.body = append(t.body, v)
	}
	kind := func(name string) bool { return kindOf(tree, name) }
	t.inputs = idsIn(t.body, kind)
	t.rows = rowsIn(t.body, t.at.Join("body"))
	t.placed = t.outer()
	return t, t.look()
}

// outer finds the properties of the one widget that are about its place.
func (t *turn) outer() (names []string) {
	if root, ok := t.body[0].(map[string]any); !ok || len(t.body) > 1 || len(root) != 1 {
		return nil
	}
	for _, name := range outer {
		raw, there := t.tree.Value(t.rootProp(t.e.At, name))
		if says := string(raw); there && says != `"auto"` && (name != "grow" || says == "true") {
			names = append(names, name)
		}
	}
	return names
}

// rootProp is where a property of the one widget stands, which is at a path.
func (t *turn) rootProp(at project.Path, name string) project.Path {
	root, _ := t.body[0].(map[string]any)
	for kind := range root {
		return at.Join(kind, name)
	}
	return at
}

// kindOf reports whether a name is one of a kind of widget or of a component.
func kindOf(tree *project.Tree, name string) bool {
	return project.WidgetSpecOf(name) != nil || slices.Contains(tree.Files(), "components/"+name+".yaml")
}

// look finds out what may be read where the widgets stand, and what in the component, and which flows read inputs around.
func (t *turn) look() error {
	made, _, err := t.tree.Apply(t.empty())
	if err != nil {
		return err
	}
	outside, ok := t.tree.Outlook(t.e.At, "", "")
	within, okIn := made.Outlook(t.at.Join("body", "0"), "", "")
	if !ok || !okIn {
		return fmt.Errorf("a file of the app cannot be read")
	}
	t.given = givings{outside: outside.Env, within: within.Env}
	eachText(t.body, t.at.Join("body"), func(at project.Path, text string) {
		flow := flowOf(at)
		value.EachPath(text, func(path []string) string {
			if flow != "" && path[0] == "form" && !t.own(at, path) && !slices.Contains(t.told, flow) {
				t.told = append(t.told, flow)
			}
			return ""
		})
	})
	return nil
}

// empty makes the component's file, without its widgets.
func (t *turn) empty() project.Edit {
	var file, props []any
	for _, x := range t.given.list {
		props = append(props, x.param, quoted(x.typ))
	}
	if len(props) > 0 {
		file = append(file, "props", jsonObject(props...))
	}
	if events := t.events(); len(events) > 0 {
		raw, _ := json.Marshal(events) // texts cannot fail
		file = append(file, "events", json.RawMessage(raw))
	}
	return project.Edit{Op: project.OpSet, At: t.at, Value: jsonObject(append(file, "body", json.RawMessage("[]"))...)}
}

// events are what the component tells, one for each flow that stays with the page.
func (t *turn) events() (events []string) {
	for _, flow := range t.told {
		parts, _ := flow.Parts() // a path, as flowOf has seen
		key := strings.TrimPrefix(parts[len(parts)-1], "on")
		event := strings.ToLower(key[:1]) + key[1:]
		if slices.Contains(events, event) {
			event = freshName(event, events)
		}
		events = append(events, event)
	}
	return events
}

// own reports whether a path is read in the component as it was before: what everybody reads, an input of the widgets, the item of a list in them.
func (t *turn) own(at project.Path, path []string) bool {
	switch path[0] {
	case "form":
		return len(path) > 1 && slices.Contains(t.inputs, path[1])
	case "item", "index":
		for _, row := range t.rows {
			if strings.HasPrefix(string(at), string(row)+"/") {
				return true
			}
		}
	}
	_, outside := t.given.outside.Lookup(path[0])
	_, within := t.given.within.Lookup(path[0])
	return !outside || within && path[0] != "props"
}

// rowsIn are the slots in widgets that are drawn once an item.
func rowsIn(v any, at project.Path) (rows []project.Path) {
	switch v := v.(type) {
	case []any:
		for i, item := range v {
			rows = append(rows, rowsIn(item, at.Join(strconv.Itoa(i)))...)
		}
	case map[string]any:
		for key, val := range v {
			if spec := project.WidgetSpecOf(key); spec != nil {
				_, bare := val.([]any)
				for _, slot := range spec.Slots {
					if slot.Item && bare && slot.Name == spec.Main {
						rows = append(rows, at.Join(key))
					} else if slot.Item {
						rows = append(rows, at.Join(key, slot.Name))
					}
				}
			}
			rows = append(rows, rowsIn(val, at.Join(key))...)
		}
	}
	return rows
}

// make carries out the whole, with the flows that are known to stay with the page.
func (t *turn) make() (*project.Tree, []project.Edit, error) {
	t.given.list = nil
	texts := t.texts()
	edits := []project.Edit{t.empty()}
	for i := range t.body {
		edits = append(edits, project.Edit{Op: project.OpMove, From: t.list.Join(strconv.Itoa(t.first)), At: t.at.Join("body", strconv.Itoa(i))})
	}
	return t.tree.Apply(slices.Concat(edits, texts, t.use())...)
}

// place says of the component what was said of the place of its one widget, which fills it then as it had filled its place.
func (t *turn) place() (edits []project.Edit) {
	for _, name := range t.placed {
		from, at := t.rootProp(t.at.Join("body", "0"), name), t.e.At.Join(t.e.Name, name)
		now, _ := t.tree.Value(t.rootProp(t.e.At, name))
		set := project.Edit{Op: project.OpSet, At: at, Value: now}
		switch name {
		case "grow":
			edits = append(edits, set)
		case "width":
			edits = append(edits, set, project.Edit{Op: project.OpSet, At: from, Value: quoted("full")})
		case "showOn":
			edits = append(edits, set, project.Edit{Op: project.OpDelete, At: from})
		case "visible": // as it is written, with its comment
			edits = append(edits, project.Edit{Op: project.OpMove, From: from, At: at})
		}
	}
	return edits
}

// texts are the edits by which the component reads its properties.
func (t *turn) texts() (edits []project.Edit) {
	eachText(t.body, t.at.Join("body"), func(at project.Path, text string) {
		if slices.Contains(t.told, flowOf(at)) || slices.Contains(t.placed, "visible") && at == t.rootProp(t.at.Join("body", "0"), "visible") { // what goes along
			return
		}
		now := value.EachPath(text, func(path []string) string {
			if t.own(at, path) {
				return ""
			}
			return "props." + t.prop(path)
		})
		if now != text {
			edits = append(edits, project.Edit{Op: project.OpSet, At: at, Value: quoted(now)})
		}
	})
	slices.SortFunc(edits, func(a, b project.Edit) int { return strings.Compare(string(a.At), string(b.At)) })
	return edits
}

// prop is the property that holds what a path reads; a new one where there is none yet.
func (t *turn) prop(path []string) string {
	dotted := strings.Join(path, ".")
	taken := []string{"id", "visible"}
	for _, p := range project.SharedProps() {
		taken = append(taken, p.Name)
	}
	for _, x := range t.given.list {
		if x.path == dotted {
			return x.param
		}
		taken = append(taken, x.param)
	}
	name := path[len(path)-1]
	if !project.LegalName(name) {
		name = "value"
	}
	if slices.Contains(taken, name) && len(path) > 1 && project.LegalName(path[len(path)-2]) {
		name = path[len(path)-2] + strings.ToUpper(name[:1]) + name[1:] // item.id is itemId
	}
	if slices.Contains(taken, name) {
		name = freshName(name, taken)
	}
	t.given.list = append(t.given.list, giving{param: name, path: dotted, typ: t.given.typeOf(dotted)})
	return name
}

// use puts the component where the widgets stood, and moves to it the flows that stay with the page.
func (t *turn) use() []project.Edit {
	var body []any
	for _, x := range t.given.list {
		body = append(body, x.param, quoted("${"+x.path+"}"))
	}
	insert := func(item json.RawMessage) project.Edit {
		return project.Edit{Op: project.OpInsert, At: t.e.At, Value: item}
	}
	switch {
	case len(body)+len(t.told)+len(t.placed) == 0:
		return []project.Edit{insert(quoted(t.e.Name))}
	case len(t.told) == 0:
		return append([]project.Edit{insert(jsonObject(t.e.Name, jsonObject(body...)))}, t.place()...)
	}
	edits := []project.Edit{insert(jsonObject(t.e.Name, json.RawMessage("{}")))}
	at, aside := t.e.At.Join(t.e.Name), t.at.Join("aside")
	move := func(from, to project.Path) {
		edits = append(edits, project.Edit{Op: project.OpMove, From: from, At: to})
	}
	set := func(at project.Path, v json.RawMessage) {
		edits = append(edits, project.Edit{Op: project.OpSet, At: at, Value: v})
	}
	for i, event := range t.events() {
		handler := at.Join("on" + strings.ToUpper(event[:1]) + event[1:])
		move(t.told[i], handler)
		set(t.told[i], json.RawMessage(`[{"emit":`+string(quoted(event))+`}]`))
		if i > 0 || len(t.given.list)+len(t.placed) == 0 {
			continue
		}
		for _, x := range t.given.list { // behind the flow, whose lines and comments they are to leave as they are
			set(at.Join(x.param), quoted("${"+x.path+"}"))
		}
		edits = append(edits, t.place()...)
		move(handler, aside) // and the flow behind them, where people write it
		move(aside, handler)
	}
	return edits
}
