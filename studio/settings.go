package studio

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/http"
	"slices"
	"strings"

	"github.com/usherdev/usher/project"
)

// schemaNode is what the settings read of the JSON Schema of app.yaml.
type schemaNode struct {
	Type                 any
	Description          string
	Enum                 []any
	Required             []string
	Default              any
	Minimum, Maximum     *float64
	Pattern              string
	Properties           map[string]json.RawMessage
	AdditionalProperties json.RawMessage
	AnyOf                []schemaNode
	Ref                  string `json:"$ref"`
}

// nodeOf reads a part of the schema; true, which takes anything, is an empty one.
func nodeOf(raw json.RawMessage) schemaNode {
	var n schemaNode
	if json.Unmarshal(raw, &n) != nil {
		return schemaNode{}
	}
	return n
}

// settings are all keys of app.yaml, from the schema that editors get: one place says what they mean.
func settings() []SettingView {
	out := []SettingView{}
	addSettings(&out, "/app", nodeOf(project.Schemas()["app.schema.json"]))
	return out
}

// addSettings adds the keys of a mapping, and those of the mappings in it.
func addSettings(out *[]SettingView, at project.Path, n schemaNode) {
	for _, key := range slices.Sorted(maps.Keys(n.Properties)) {
		c := nodeOf(n.Properties[key])
		v := SettingView{At: at.Join(key), Kind: settingKind(c), Values: []string{}, Default: c.Default, Required: slices.Contains(n.Required, key), Min: c.Minimum, Max: c.Maximum, Doc: c.Description}
		for _, one := range append([]schemaNode{c}, c.AnyOf...) {
			for _, e := range one.Enum {
				v.Values = append(v.Values, fmt.Sprint(e))
			}
		}
		*out = append(*out, v)
		for _, one := range append([]schemaNode{c}, c.AnyOf...) {
			addSettings(out, v.At, one)
			addSettings(out, v.At.Join("*"), nodeOf(one.AdditionalProperties))
		}
	}
}

// settingKind names the control that a key needs.
func settingKind(n schemaNode) string {
	switch {
	case strings.HasSuffix(n.Ref, "/flow"):
		return "flow"
	case strings.HasSuffix(n.Ref, "/widgets"):
		return "widgets"
	case len(n.Enum) > 0:
		return "enum"
	case len(n.Properties) > 0:
		return "mapping"
	case len(n.AnyOf) > 0:
		if first := settingKind(n.AnyOf[0]); first != "bool" {
			return first
		}
		return "condition"
	case strings.HasPrefix(n.Pattern, "^#"):
		return "color"
	}
	switch t := fmt.Sprint(n.Type); {
	case strings.Contains(t, "object"):
		return "values"
	case t == "boolean":
		return "bool"
	case t == "integer":
		return "int"
	case t == "number":
		return "number"
	case t == "array":
		return "list"
	}
	return "text"
}

// getTheme is GET /api/theme.
func (s *Studio) getTheme(*http.Request, none) (ThemeView, error) {
	v := s.snapshot()
	out := ThemeView{Revision: v.revision, Roles: []RoleView{}, Contrasts: []ContrastView{}}
	if v.project == nil {
		return out, nil
	}
	theme := v.project.App.Theme
	light, dark := theme.Palette()
	docs := nodeOf(nodeOf(nodeOf(project.Schemas()["app.schema.json"]).Properties["theme"]).Properties["colors"]).Properties
	for _, name := range project.ThemeColors() {
		css := project.CSSRole(name)
		out.Roles = append(out.Roles, RoleView{Name: name, Doc: nodeOf(docs[name]).Description, Light: light[css], Dark: dark[css]})
	}
	for _, c := range theme.Contrasts() {
		out.Contrasts = append(out.Contrasts, ContrastView{Role: c.Role, On: c.On, Mode: c.Mode, Ratio: math.Round(c.Ratio*100) / 100, Least: c.Least})
	}
	return out, nil
}

// getWords is GET /api/words?lang=de. A regional language speaks as its parent does.
func (s *Studio) getWords(r *http.Request, _ none) (WordsView, error) {
	out := WordsView{English: project.OwnWords("en"), Own: json.RawMessage("null")}
	lang, _, _ := strings.Cut(r.URL.Query().Get("lang"), "-")
	if own := project.OwnWords(strings.ToLower(lang)); own != nil {
		out.Own = own
	}
	return out, nil
}
