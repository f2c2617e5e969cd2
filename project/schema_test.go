package project

import (
	"encoding/json"
	"testing"
)

// TestSchemasHoldTheCatalogue: every kind with its properties, slots and events is in the schema of pages, with a sentence each.
func TestSchemasHoldTheCatalogue(t *testing.T) {
	var page struct {
		Defs map[string]json.RawMessage `json:"$defs"`
	}
	if err := json.Unmarshal(Schemas()["page.schema.json"], &page); err != nil {
		t.Fatal(err)
	}
	for _, s := range Widgets() {
		var w struct {
			AnyOf []struct {
				Properties map[string]struct{ Description string }
			}
		}
		if err := json.Unmarshal(page.Defs["widget."+s.Kind], &w); err != nil || len(w.AnyOf) == 0 {
			t.Errorf("widget %s is not in the schema (%v)", s.Kind, err)
			continue
		}
		names := propNames(s.Props)
		for _, slot := range s.Slots {
			names = append(names, slot.Name)
		}
		for _, e := range s.Events {
			names = append(names, e.Name)
		}
		for _, name := range names {
			if w.AnyOf[0].Properties[name].Description == "" {
				t.Errorf("widget %s: %s has no description in the schema", s.Kind, name)
			}
		}
	}
	for _, s := range Actions() {
		if page.Defs["action."+s.Kind] == nil {
			t.Errorf("action %s is not in the schema", s.Kind)
		}
	}
}
