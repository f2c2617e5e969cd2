package render

import (
	"bytes"
	"maps"
	"slices"

	"github.com/usherdev/usher/project"
)

// look writes the classes of a widget's variant: one of the catalogue, and behind it one of the theme that builds on it.
func (b *builder) look(w *project.Widget, prefix markup) markup {
	spec := w.Spec.Prop("variant")
	v, _ := w.Prop("variant").Constant()
	name, _ := v.(string)
	themed, ok := b.app.theme.Variants[w.Kind][name]
	if !ok || !slices.Contains(b.app.theme.Looks(w.Spec), name) {
		return prefix + b.enum(w, "variant")
	}
	base := themed.Like
	if base == "" {
		base = name
	}
	if !slices.Contains(spec.Values, base) {
		base, _ = spec.Default.(string)
	}
	return prefix + closed(base, spec.Values) + " u-v-" + closed(w.Kind, []string{w.Spec.Kind}) + "-" + closed(name, b.app.theme.Looks(w.Spec))
}

// variants prints the theme's variants of widgets: tokens alone, so that none can break what the sheets hold together.
func variants(b *bytes.Buffer, t project.Theme) {
	for _, kind := range slices.Sorted(maps.Keys(t.Variants)) {
		spec := project.WidgetSpecOf(kind)
		if spec == nil || spec.Prop("variant") == nil {
			continue
		}
		for _, name := range t.Looks(spec) {
			if v, ok := t.Variants[kind][name]; ok {
				variant(b, ".u-app .u-v-"+kind+"-"+name, "--v-"+kind+"-"+name, v)
			}
		}
	}
}

func variant(b *bytes.Buffer, class, ink string, v project.Variant) {
	b.WriteString(class + "{")
	if c := role(v.Background); c != "" {
		b.WriteString("background:" + c + ";border-color:transparent;")
		if v.Color == "" && v.Background != "none" {
			b.WriteString("color:var(" + ink + ");")
		}
	}
	if c := role(v.Color); c != "" {
		b.WriteString("color:" + c + ";")
	}
	if c := role(v.Border); c != "" {
		b.WriteString("border:1px solid " + c + ";")
	}
	for _, token := range [][2]string{{"border-radius", corner(v.Radius)}, {"font-weight", weights[v.Weight]}, {"box-shadow", casts[v.Shadow]}} {
		if token[1] != "" {
			b.WriteString(token[0] + ":" + token[1] + ";")
		}
	}
	b.WriteString("}")
	if role(v.Background) != "" {
		b.WriteString(class + ":is(button):hover{background:" + role(v.Background) + ";filter:brightness(.94)}")
	}
	b.WriteString("\n")
}

// role is the value of a colour token, "" when it is not set.
func role(name string) string {
	if name == "none" {
		return "transparent"
	}
	if css := project.CSSRole(name); css != "" {
		return "var(--" + css + ")"
	}
	return ""
}

func corner(word string) string {
	switch word {
	case "":
		return ""
	case "full":
		return "10rem"
	}
	return radius(word)
}

var (
	weights = map[string]string{"regular": "400", "medium": "560", "bold": "700"}
	casts   = map[string]string{"none": "none", "small": "var(--shadow-s)", "medium": "var(--shadow-m)", "large": "var(--shadow-l)"}
)
