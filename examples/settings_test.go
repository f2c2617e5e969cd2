package examples_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
)

// schemaNode is what the reference reads of a JSON Schema.
type schemaNode struct {
	Type                 any
	Title, Description   string
	Enum, Required       []any
	Default              any
	Minimum, Maximum     *float64
	Pattern              string
	Properties           map[string]json.RawMessage
	AdditionalProperties json.RawMessage
	AnyOf                []schemaNode
	Items                *schemaNode
	Ref                  string `json:"$ref"`
}

func nodeOf(raw json.RawMessage) schemaNode {
	var n schemaNode
	if json.Unmarshal(raw, &n) != nil { // true: anything
		return schemaNode{}
	}
	return n
}

// settingsReference writes the settings of app.yaml, a table for each mapping, from the schema that editors get.
func settingsReference() string {
	var b strings.Builder
	b.WriteString("# app.yaml\n\nThe settings of an app. `usher schema` gives an editor the same ([how](../editors.md)). [Theme](../theme.md), [On a device](../installing.md) and\n[OpenID Connect](../openid.md) say more of their parts.\n")
	settingsTable(&b, "app.yaml", nodeOf(project.Schemas()["app.schema.json"]))
	return b.String()
}

// settingsTable writes one mapping and then those in it. Widgets and flows have pages of their own.
func settingsTable(b *strings.Builder, title string, n schemaNode) {
	keys := make([]string, 0, len(n.Properties))
	for k := range n.Properties {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	if title != "app.yaml" {
		fmt.Fprintf(b, "\n## %s\n\n%s\n", title, n.Description)
	}
	b.WriteString("\n| Key | Takes | Unless set | |\n|---|---|---|---|\n")
	for _, k := range keys {
		c := nodeOf(n.Properties[k])
		otherwise := "–"
		switch {
		case slices.Contains(n.Required, any(k)):
			otherwise = "required"
		case c.Default != nil:
			otherwise = fmt.Sprintf("`%v`", c.Default)
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", k, takes(k, title, c), otherwise, strings.ReplaceAll(c.Description, "|", `\|`))
	}
	for _, k := range keys {
		c := nodeOf(n.Properties[k])
		name := strings.TrimPrefix(title+"."+k, "app.yaml.")
		switch {
		case len(c.Properties) > 0 && !repeats(title):
			settingsTable(b, name, c)
		case len(nodeOf(c.AdditionalProperties).Properties) > 0 && !repeats(title):
			inner := nodeOf(c.AdditionalProperties)
			inner.Description = c.Description
			settingsTable(b, name+".NAME", inner)
		}
	}
}

// repeats reports whether the mappings in one are all alike, so that they are described where it stands.
func repeats(title string) bool {
	return title == "theme.colors" || strings.HasPrefix(title, "theme.variants.")
}

// takes says in a few words what a key takes.
func takes(key, title string, n schemaNode) string {
	if repeats(title) && len(n.AnyOf) > 0 {
		return "a colour, or `light` and `dark`"
	}
	switch {
	case strings.HasSuffix(n.Ref, "/flow"):
		return "[actions](actions.md)"
	case strings.HasSuffix(n.Ref, "/widgets"):
		return "[widgets](README.md)"
	case len(n.Enum) > 10 && slices.Contains(n.Enum, any("none")):
		return "a [colour role](#themecolors), or `none`"
	case len(n.Enum) > 10:
		return "a [colour role](#themecolors)"
	case len(n.Enum) > 0:
		return words(n.Enum)
	case len(n.Properties) > 0 && title == "theme.fonts":
		return "`file` and `adjust`"
	case len(n.Properties) > 0:
		return fmt.Sprintf("[a mapping](#%s)", anchor(title, key))
	case len(nodeOf(n.AdditionalProperties).Properties) > 0:
		return fmt.Sprintf("[mappings by name](#%sname)", anchor(title, key))
	case len(n.AnyOf) > 0:
		var kinds []string
		for _, one := range n.AnyOf {
			if t := takes(key, title, one); !slices.Contains(kinds, t) {
				kinds = append(kinds, t)
			}
		}
		return strings.Join(kinds, ", or ")
	case strings.Contains(n.Pattern, `\$`):
		return "`${…}`"
	case strings.HasPrefix(n.Pattern, "^#"):
		return "a colour: `\"#0f766e\"`"
	}
	switch t := fmt.Sprint(n.Type); {
	case strings.Contains(t, "object"):
		return "values by name"
	case t == "boolean":
		return "`true`, `false`"
	case t == "integer" || t == "number":
		if n.Minimum != nil {
			return fmt.Sprintf("%v to %v", *n.Minimum, *n.Maximum)
		}
		return "a number"
	case t == "array":
		return "a list"
	}
	return "text"
}

func words(list []any) string {
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = fmt.Sprintf("`%v`", w)
	}
	return strings.Join(out, ", ")
}

func anchor(title, key string) string {
	return strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(title+"."+key, "app.yaml."), ".", ""))
}

// TestSettingsAreExplained: every setting says what it is for.
func TestSettingsAreExplained(t *testing.T) {
	for line := range strings.SplitSeq(settingsReference(), "\n") {
		if strings.HasPrefix(line, "| `") && strings.HasSuffix(line, "|  |") {
			t.Errorf("nothing is said of %s", line)
		}
	}
}
