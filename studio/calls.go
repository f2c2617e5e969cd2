package studio

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/usherdev/usher/project"
)

// CallsView is GET /api/calls: the API groups with their calls, as they are written and as they are understood.
type CallsView struct {
	Revision string      `json:"revision"`
	Groups   []GroupView `json:"groups"`
}

// GroupView is an API group. The calls of a broken one are not known.
type GroupView struct {
	Name   string          `json:"name"`
	Broken bool            `json:"broken"`
	Value  json.RawMessage `json:"value"` // the file, in its order; null where it cannot be read
	Calls  []CallView      `json:"calls"`
}

// CallView is what a call comes to with what its group says.
type CallView struct {
	Name   string      `json:"name"`
	Auth   string      `json:"auth"`
	Params []ParamView `json:"params"` // its own and its group's
	Reply  *TypeView   `json:"reply"`  // null: whatever comes
}

// ParamView is a parameter of a call.
type ParamView struct {
	Name     string          `json:"name"`
	Type     TypeView        `json:"type"`
	Required bool            `json:"required"`
	Default  json.RawMessage `json:"default"` // null: none
	Doc      string          `json:"doc"`
	Group    bool            `json:"group"` // the group has it
}

func (s *Studio) getCalls(*http.Request, none) (CallsView, error) {
	v := s.snapshot()
	out := CallsView{Revision: v.revision, Groups: []GroupView{}}
	for _, file := range v.tree.Files() {
		name, ok := strings.CutPrefix(file, "calls/")
		if !ok {
			continue
		}
		out.Groups = append(out.Groups, v.group(strings.TrimSuffix(name, ".yaml")))
	}
	return out, nil
}

func (v *snapshot) group(name string) GroupView {
	out := GroupView{Name: name, Broken: true, Value: json.RawMessage("null"), Calls: []CallView{}}
	if raw, ok := v.tree.Value(project.Path("/calls").Join(name)); ok {
		out.Value, out.Broken = raw, !isObject(raw)
	}
	if v.project == nil {
		return out
	}
	for _, g := range v.project.Groups {
		if g.Name != name {
			continue
		}
		for _, c := range g.Calls {
			out.Calls = append(out.Calls, v.call(g, c))
		}
	}
	return out
}

func (v *snapshot) call(g *project.Group, c *project.Call) CallView {
	out := CallView{Name: c.Name, Auth: string(c.Auth), Params: []ParamView{}}
	for i, p := range c.Params {
		view := ParamView{Name: p.Name, Type: v.namedType(p.Type), Required: p.Required && p.Default == nil, Default: json.RawMessage("null"), Doc: p.Doc, Group: i < len(g.Params)}
		if def, ok := p.Default.Constant(); ok && p.Default != nil {
			if raw, err := json.Marshal(def); err == nil {
				view.Default = raw
			}
		}
		out.Params = append(out.Params, view)
	}
	if c.Reply != nil {
		t := v.namedType(c.Reply)
		out.Reply = &t
	}
	return out
}

// callMoved puts the call at At into the API group Name.
func callMoved(tree *project.Tree, e WireEdit) (*project.Tree, []project.Edit, error) {
	return tree.MoveCall(e.At, e.Name)
}
