package studio

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

type none struct{}

func (s *Studio) getProject(*http.Request, none) (ProjectView, error) {
	s.edits.Lock()
	defer s.edits.Unlock()
	return s.projectView(""), nil
}

// projectView is what the browser knows of the current revision. The caller holds edits.
func (s *Studio) projectView(selected project.Path) ProjectView {
	v := s.snapshot()
	out := ProjectView{
		Revision: v.revision, Name: s.title, AppURL: s.appURL, Trusted: s.trusted(), Pages: v.pages(), Parts: v.parts(), Bars: v.has("/app/bars"), Files: append([]string{}, v.tree.Files()...), Problems: v.problems, Auth: v.auth(), Types: v.types(), Kinds: v.kinds(), Undo: s.undone.undoLabel(),
		Redo: s.undone.redoLabel(), Preview: v.preview, Origin: s.preview.Origin(), Select: selected, Guide: v.guide(),
	}
	if name := v.text("/app/name"); name != "" {
		out.Name = name
	}
	if out.Problems == nil {
		out.Problems = project.Problems{}
	}
	return out
}

func (v *snapshot) pages() []PageEntry {
	out := []PageEntry{}
	for _, name := range v.pageNames() {
		e := PageEntry{Name: name, Broken: true}
		if p := v.pageNamed(name); p != nil {
			e = PageEntry{Name: name, Path: p.Path, Access: string(p.Access)}
		}
		out = append(out, e)
	}
	return out
}

// has reports whether something is written at a path.
func (v *snapshot) has(at project.Path) bool {
	_, ok := v.tree.Value(at)
	return ok
}

// text returns the text that is written at a path, "" for anything else.
func (v *snapshot) text(at project.Path) string {
	var s string
	raw, _ := v.tree.Value(at)
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}

// truth returns the truth that is written at a path, else def.
func (v *snapshot) truth(at project.Path, def bool) bool {
	raw, _ := v.tree.Value(at)
	switch string(raw) {
	case "true":
		return true
	case "false":
		return false
	}
	return def
}

func (v *snapshot) auth() AuthView {
	const at = project.Path("/app/authentication")
	_, written := v.tree.Value(at)
	out := AuthView{
		Enabled: written && v.truth(at.Join("enabled"), true), Type: "custom", EntryPage: v.text(at.Join("entryPage")), LoggedInPage: json.RawMessage(`""`),
		Persist: v.truth(at.Join("persistSessions"), true), UserDataType: v.text(at.Join("userDataType")),
	}
	if raw, ok := v.tree.Value(at.Join("loggedInPage")); ok {
		out.LoggedInPage = raw
	}
	return out
}

func (v *snapshot) types() []TypeView {
	out := []TypeView{}
	if v.project == nil {
		return out
	}
	for _, d := range v.project.Types {
		if d.Type == nil {
			continue
		}
		t := shape(d.Type, 0)
		t.Name, t.Doc = d.Name, d.Doc
		out = append(out, t)
	}
	return out
}

// kinds describes the components of the project as the catalogue does its widgets.
func (v *snapshot) kinds() []SpecView {
	out := []SpecView{}
	if v.project == nil {
		return out
	}
	for _, spec := range append(slices.Clip(v.project.Kinds), project.SlotWidget()) {
		out = append(out, specView(spec))
	}
	return out
}

const maxShape = 6 // how deep unnamed objects are described

// typeView describes a type; data types by their name.
func typeView(t *value.Type, depth int) TypeView {
	if t == nil {
		return TypeView{Kind: value.KindAny.String()}
	}
	if t.Name != "" && depth > 0 {
		return TypeView{Kind: t.Kind.String(), Name: t.Name}
	}
	return shape(t, depth)
}

func shape(t *value.Type, depth int) TypeView {
	out := TypeView{Kind: t.Kind.String()}
	if depth == maxShape {
		return out
	}
	for _, e := range t.Enum {
		out.Enum = append(out.Enum, e.Name)
	}
	if t.Kind == value.KindList {
		elem := typeView(t.Elem, depth+1)
		out.Elem = &elem
	}
	for _, f := range t.Fields {
		out.Fields = append(out.Fields, FieldView{Name: f.Name, Type: typeView(f.Type, depth+1), Doc: f.Doc})
	}
	return out
}

func (s *Studio) getPage(r *http.Request, _ none) (PageView, error) {
	v, name := s.snapshot(), r.PathValue("name")
	if !slices.Contains(v.pageNames(), name) {
		return PageView{}, fault{http.StatusNotFound, "missing", "There is no such page any more."}
	}
	root := project.Path("/pages").Join(name)
	return v.sheet(PageView{Name: name, Kind: "page", Root: root, At: root.Join("body"), Canvas: s.preview.Page(name)}, v.pageNamed(name))
}

// sheet adds to a view what stands on the canvas: a page, or a component that is shown like one. It is nil where the file cannot be read.
func (v *snapshot) sheet(out PageView, p *project.Page) (PageView, error) {
	u, err := url.Parse(out.Canvas)
	if err != nil {
		return PageView{}, err
	}
	out.Revision, out.Nonce, out.Broken, out.Widgets, out.Scope = v.revision, u.Query().Get("key"), true, []WidgetView{}, []FieldView{}
	if p != nil {
		out.Broken, out.Widgets, out.Scope = false, v.widgets(p.Body), v.scope(p)
	}
	return out, nil
}

// scope lists what the widgets of a page may read. Values of the environment stay on the server.
func (v *snapshot) scope(p *project.Page) []FieldView {
	out := []FieldView{}
	if p.Env == nil {
		return out
	}
	for _, name := range p.Env.Names() {
		if name == "env" {
			continue
		}
		t, _ := p.Env.Lookup(name)
		out = append(out, FieldView{Name: name, Type: v.namedType(t)})
	}
	return out
}

// namedType describes a type of the scope: a data type of the project by its name, anything else by its fields.
func (v *snapshot) namedType(t *value.Type) TypeView {
	if t != nil && t.Name != "" && slices.ContainsFunc(v.project.Types, func(d *project.DataType) bool { return d.Name == t.Name && d.Type == t }) {
		return TypeView{Kind: t.Kind.String(), Name: t.Name}
	}
	if t == nil {
		return typeView(nil, 0)
	}
	out := TypeView{Kind: t.Kind.String()}
	if slices.ContainsFunc(v.project.Types, func(d *project.DataType) bool { return t.Name != "" && d.Name == t.Name }) {
		out.Name = t.Name // one of its own that differs, such as a reply that holds a token
	}
	if t.Kind == value.KindList {
		elem := v.namedType(t.Elem)
		out.Elem = &elem
	}
	for _, e := range t.Enum {
		out.Enum = append(out.Enum, e.Name)
	}
	for _, f := range t.Fields {
		out.Fields = append(out.Fields, FieldView{Name: f.Name, Type: v.namedType(f.Type), Doc: f.Doc})
	}
	return out
}

func (v *snapshot) widgets(all []*project.Widget) []WidgetView {
	out := []WidgetView{}
	for _, w := range all {
		out = append(out, v.widget(w))
	}
	return out
}

func (v *snapshot) widget(w *project.Widget) WidgetView {
	out := WidgetView{At: w.At, Kind: w.Kind, Slots: []SlotView{}, Events: []string{}, Fault: w.Fault}
	how := v.written(w)
	out.Props = how.props(w.Spec)
	for _, slot := range w.Spec.Slots {
		out.Slots = append(out.Slots, SlotView{Name: slot.Name, At: how.slot(slot.Name, w.Spec), Item: slot.Item, Widgets: v.widgets(inSlot(w, slot.Name))})
		if slot.Item {
			t := typeView(nil, 0)
			if data := w.Props["data"]; data != nil && data.Type().Kind == value.KindList {
				t = v.namedType(data.Type().Elem)
			}
			out.Item = &t
		}
	}
	for _, ev := range w.Spec.Events {
		if w.Triggers[ev.Name] != nil {
			out.Events = append(out.Events, ev.Name)
		}
	}
	return out
}

func (s *Studio) getCatalogue(*http.Request, none) (CatalogueView, error) {
	out := CatalogueView{Icons: project.Icons(), Group: propViews(project.GroupProps()), Call: propViews(project.CallProps()), Settings: settings()}
	for _, spec := range project.Widgets() {
		out.Widgets = append(out.Widgets, specView(spec))
	}
	for _, spec := range project.Actions() {
		out.Actions = append(out.Actions, ActionView{
			Kind: spec.Kind, Title: spec.Title, Group: spec.Group, Icon: spec.Icon, Doc: spec.Doc, Main: spec.Main, Props: propViews(spec.Props),
			Branches: append([]string{}, spec.AllBranches()...), Output: spec.Output,
		})
	}
	for _, f := range value.Functions() {
		out.Functions = append(out.Functions, FunctionView{Name: f.Name, Group: f.Group, Signature: f.Signature, Usage: f.Usage, Doc: f.Doc, Example: f.Example, Gives: f.Gives})
	}
	return out, nil
}

func specView(spec *project.WidgetSpec) SpecView {
	v := SpecView{
		Kind: spec.Kind, Title: spec.Title, Group: spec.Group, Icon: spec.Icon, Doc: spec.Doc, Main: spec.Main, Part: spec.Part, Input: spec.Input, Props: propViews(spec.Props),
		Slots: []SlotSpecView{}, Events: []FieldDoc{},
	}
	for _, slot := range spec.Slots {
		v.Slots = append(v.Slots, SlotSpecView{Name: slot.Name, Of: slot.Of, Holds: append([]string{}, slot.Holds...), Item: slot.Item, Doc: slot.Doc})
	}
	for _, e := range spec.Events {
		v.Events = append(v.Events, FieldDoc{e.Name, e.Doc})
	}
	return v
}

// getValue is GET /api/value?at=/calls/auth: what is written there, as JSON.
func (s *Studio) getValue(r *http.Request, _ none) (ValueView, error) {
	v := s.snapshot()
	raw, ok := v.tree.Value(project.Path(r.URL.Query().Get("at")))
	if !ok {
		raw = json.RawMessage("null")
	}
	return ValueView{Revision: v.revision, Value: raw}, nil
}

func propViews(props []project.Prop) []PropView {
	out := []PropView{}
	for _, p := range props {
		out = append(out, propView(p))
	}
	return out
}

func propView(p project.Prop) PropView {
	values := p.Values
	switch {
	case p.Kind == project.PropSizes:
		values = project.Sizes()
	case values == nil:
		values = []string{}
	}
	return PropView{Name: p.Name, Kind: string(p.Kind), Values: values, Default: p.Default, Required: p.Required, Bindable: bindable(p), Group: p.Group, Doc: p.Doc}
}

// bindable reports whether ${…} may stand in a property.
func bindable(p project.Prop) bool {
	switch p.Kind {
	case project.PropSizes, project.PropWords, project.PropIcon, project.PropPage, project.PropCall, project.PropBlock, project.PropVia, project.PropField, project.PropName, project.PropFields, project.PropArgs:
		return false
	}
	return !p.Literal
}
