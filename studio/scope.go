package studio

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// nothingYet stands where an expression is to be written.
const nothingYet = "${nil}"

// getScope is GET /api/scope?at=/pages/home/body/0&prop=visible&kind=bool: what an expression there may read. Without prop, at is the place itself.
func (s *Studio) getScope(r *http.Request, _ none) (ScopeView, error) {
	q := r.URL.Query()
	v := s.snapshot()
	o, _, err := v.outlook(q, "")
	if err != nil {
		return ScopeView{}, err
	}
	out := ScopeView{Revision: v.revision, Scope: v.names(o.Env), Exact: o.Exact, Secret: o.Secret}
	for i := range out.Scope {
		t, _ := o.Env.Lookup(out.Scope[i].Name)
		s.learned(&out.Scope[i].Type, t, 1)
	}
	if o.Type != nil {
		t := v.namedType(o.Type)
		out.Needs = &t
	}
	return out, nil
}

// outlook asks the checker about the place that a query names, and about a text there.
func (v *snapshot) outlook(q url.Values, text string) (project.Outlook, project.Path, error) {
	at := project.Path(q.Get("at"))
	if file, _ := at.File(); !slices.Contains(v.tree.Files(), file) {
		return project.Outlook{}, at, fault{http.StatusNotFound, "missing", "There is no such file any more."}
	}
	tree := v.tree
	if prop := q.Get("prop"); prop != "" {
		tree, at = propPlace(tree, at, prop)
	}
	o, ok := tree.Outlook(at, project.PropKind(q.Get("kind")), text)
	if !ok || v.project == nil {
		return o, at, fault{http.StatusConflict, "unread", "A file of the app cannot be read, so it is not known what stands to choose from. The problems say which."}
	}
	return o, at, nil
}

// names lists an environment. It has types alone: values of the environment stay on the server.
func (v *snapshot) names(env *value.Env) []FieldView {
	out := []FieldView{}
	for _, name := range env.Names() {
		t, _ := env.Lookup(name)
		out = append(out, FieldView{Name: name, Type: v.namedType(t)})
	}
	return out
}

// propPlace is where a property of a widget or an action stands, or would; with/id is what stands in one. The tree has room for it there.
func propPlace(tree *project.Tree, at project.Path, prop string) (*project.Tree, project.Path) {
	parts := strings.Split(prop, "/")
	tree, at = ownPlace(tree, at, parts[0])
	for _, part := range parts[1:] {
		if raw, _ := tree.Value(at); !isObject(raw) {
			tree = with(tree, at, jsonObject(part, json.RawMessage(`"`+nothingYet+`"`)))
		}
		at = at.Join(part)
	}
	return tree, at
}

// ownPlace is propPlace for a property itself.
func ownPlace(tree *project.Tree, at project.Path, prop string) (*project.Tree, project.Path) {
	raw, _ := tree.Value(at)
	kind, body, whole := item(raw)
	if parts, err := at.Parts(); kind == "" && err == nil && parts[len(parts)-1] == prop && !isObject(raw) {
		return tree, at // it was named already
	}
	if kind == "" && raw != nil && !isObject(raw) && raw[0] != '[' && string(raw) != "null" {
		return tree, at // a value stands there: it is the place itself
	}
	if kind == "" {
		return tree, at.Join(prop)
	}
	_, beside := whole[prop]
	widget := standsAsWidget(at)
	main := ""
	if spec := project.WidgetSpecOf(kind); widget && spec != nil {
		main = spec.Main
	} else if spec := project.ActionSpecOf(kind); !widget && spec != nil {
		main = spec.Main
		if p := spec.Prop(main); p != nil && p.Kind == project.PropValues && prop == main {
			return tree, at.Join(kind)
		}
		if beside || !isObject(body) && body != nil && prop != main {
			return tree, at.Join(prop)
		}
	}
	switch {
	case isObject(body):
		return tree, at.Join(kind, prop)
	case prop == main && body != nil:
		return tree, at.Join(kind)
	case body == nil:
		return with(tree, at, jsonObject(kind, jsonObject(prop, json.RawMessage(`"`+nothingYet+`"`)))), at.Join(kind, prop)
	case main == "":
		return tree, at.Join(kind, prop)
	}
	return with(tree, at.Join(kind), jsonObject(main, body, prop, json.RawMessage(`"`+nothingYet+`"`))), at.Join(kind, prop)
}

// item reads an item of a list of widgets or actions: its kind, what is written of it, and the keys beside. The kind is "" when it is none; body is
// nil when nothing is written of it.
func item(raw json.RawMessage) (kind string, body json.RawMessage, whole map[string]json.RawMessage) {
	var bare string
	if json.Unmarshal(raw, &bare) == nil {
		return bare, nil, nil
	}
	if !isObject(raw) || json.Unmarshal(raw, &whole) != nil {
		return "", nil, nil
	}
	for key, val := range whole {
		isKind := project.ActionSpecOf(key) != nil || len(whole) == 1 && (project.WidgetSpecOf(key) != nil || key != "" && key[0] >= 'A' && key[0] <= 'Z')
		if isKind {
			if string(val) == "null" {
				val = nil
			}
			return key, val, whole
		}
	}
	return "", nil, whole
}

// standsAsWidget reports whether a path is that of an item of a list of widgets: in a body, a slot, or a widget that is written as its children.
func standsAsWidget(at project.Path) bool {
	parts, err := at.Parts()
	if err != nil || len(parts) < 3 {
		return false
	}
	if _, err := strconv.Atoi(parts[len(parts)-1]); err != nil {
		return false
	}
	list := parts[len(parts)-2]
	if list == "body" || list == "bars" || project.WidgetSpecOf(list) != nil {
		return true
	}
	return slices.ContainsFunc(project.Widgets(), func(spec *project.WidgetSpec) bool { return spec.Slot(list) != nil })
}

// with is a tree with a value at a path; the same one where it cannot be written.
func with(tree *project.Tree, at project.Path, v json.RawMessage) *project.Tree {
	next, _, err := tree.Apply(project.Edit{Op: project.OpSet, At: at, Value: v})
	if err != nil {
		return tree
	}
	return next
}

const maxExpression = 64 << 10

// postExpression is POST /api/expression: what the checker says of a text at a place, its type, and what it gives for sample data.
func (s *Studio) postExpression(_ *http.Request, in ExpressionRequest) (ExpressionView, error) {
	if len(in.Text) > maxExpression {
		return ExpressionView{}, fault{http.StatusRequestEntityTooLarge, "large", "This is longer than an expression may be."}
	}
	v := s.snapshot()
	o, at, err := v.outlook(url.Values{"at": {string(in.At)}, "prop": {in.Prop}, "kind": {in.Kind}}, in.Text)
	if err != nil {
		return ExpressionView{}, err
	}
	out := ExpressionView{Revision: v.revision, Problems: []TextProblem{}}
	for _, f := range o.Faults {
		out.Problems = append(out.Problems, TextProblem{Offset: f.Offset, Message: f.Msg, Hint: f.Hint, Warning: f.Warning})
	}
	if o.Value == nil {
		return out, nil
	}
	t := v.namedType(o.Value.Type())
	out.Type = &t
	if s.sample != nil && !strings.HasPrefix(string(at), "/locales/") {
		out.Preview = previewOf(o.Value, s.sample(v.project, v.pageOf(at), o.Env))
	}
	return out, nil
}

// pageOf is the page that a path is in, nil for none.
func (v *snapshot) pageOf(at project.Path) *project.Page {
	parts, err := at.Parts()
	if err != nil || parts[0] != "pages" || len(parts) < 2 {
		return nil
	}
	return v.pageNamed(parts[1])
}

const maxPreview = 2000 // bytes of a value that is shown

// previewOf is what a template gives; of a secret it says no more than that it is one.
func previewOf(t *value.Template, sample value.Scope) *PreviewView {
	got, err := t.Eval(sample)
	switch {
	case err != nil:
		return &PreviewView{Kind: "fault", Text: sentence(err)}
	case got == nil:
		return &PreviewView{Kind: "none"}
	case value.HasSecret(got) && !structured(got):
		return &PreviewView{Kind: "secret"}
	case structured(got):
		return &PreviewView{Kind: "json", Text: cut(jsonOf(got))}
	}
	return &PreviewView{Kind: "text", Text: cut(value.Text(got))}
}

func structured(v any) bool {
	switch v.(type) {
	case []any, map[string]any:
		return true
	}
	return false
}

// jsonOf writes a value as people read it; what is secret in it reads as [redacted].
func jsonOf(v any) string {
	raw, err := value.EncodeJSON(v)
	if err != nil {
		return ""
	}
	return string(raw)
}

func cut(text string) string {
	if len(text) <= maxPreview {
		return text
	}
	n := maxPreview
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n] + "…"
}
