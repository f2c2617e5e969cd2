package project

import (
	"slices"
	"testing"
)

func TestCatalogueIsWhole(t *testing.T) {
	kinds := map[string]bool{}
	for _, s := range Widgets() {
		if kinds[s.Kind] || s.Doc == "" || s.Title == "" || s.Group == "" || s.Icon == "" {
			t.Errorf("widget %s: twice, or without doc, title, group or icon", s.Kind)
		}
		kinds[s.Kind] = true
		if s.Main != "" && s.Prop(s.Main) == nil && s.Slot(s.Main) == nil {
			t.Errorf("widget %s: no property or slot %q for its main value", s.Kind, s.Main)
		}
		checkProps(t, "widget "+s.Kind, s.Props)
		for _, slot := range s.Slots {
			of := WidgetSpecOf(slot.Of)
			if slot.Doc == "" || slot.Of != "" && (of == nil || !of.Part) || s.Prop(slot.Name) != nil {
				t.Errorf("widget %s: slot %s", s.Kind, slot.Name)
			}
		}
		for _, e := range s.Events {
			if e.Doc == "" {
				t.Errorf("widget %s: event %s has no doc", s.Kind, e.Name)
			}
		}
	}
	for _, s := range Actions() {
		if kinds["action "+s.Kind] || s.Doc == "" || s.Title == "" || s.Group == "" || s.Icon == "" {
			t.Errorf("action %s: twice, or without doc, title, group or icon", s.Kind)
		}
		kinds["action "+s.Kind] = true
		if s.Main != "" && s.Prop(s.Main) == nil {
			t.Errorf("action %s: no property %q for its main value", s.Kind, s.Main)
		}
		checkProps(t, "action "+s.Kind, s.Props)
	}
}

func checkProps(t *testing.T, owner string, props []Prop) {
	t.Helper()
	seen := map[string]bool{}
	for _, p := range props {
		if seen[p.Name] || p.Doc == "" || p.Kind == "" {
			t.Errorf("%s: property %s is there twice, or has no doc or kind", owner, p.Name)
		}
		seen[p.Name] = true
		if p.Kind == PropEnum && len(p.Values) == 0 {
			t.Errorf("%s: enum %s has no values", owner, p.Name)
		}
		if d, ok := p.Default.(string); ok && p.Kind == PropEnum && !slices.Contains(p.Values, d) {
			t.Errorf("%s: default of %s is not one of its values", owner, p.Name)
		}
	}
}

func TestIconsAreSortedAndUnique(t *testing.T) {
	names := Icons()
	if !slices.IsSorted(names) {
		t.Error("icons are not sorted")
	}
	if n := len(slices.Compact(slices.Clone(names))); n != len(names) {
		t.Errorf("%d icons, %d names", n, len(names))
	}
}
