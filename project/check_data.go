package project

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/usherdev/usher/value"
)

const maxColumns = 6

// sizes decodes a list of size classes.
func (p place) sizes(what string) *value.Template {
	out, ok := p.someOf(what, "a size", sizes...)
	if !ok {
		return nil
	}
	if len(out) == 0 {
		if p.null() || len(p.n.Content) == 0 {
			p.fail(what+" names no size, so it would be shown nowhere", "remove it, or name some of "+strings.Join(sizes, ", "))
		}
		return nil
	}
	return value.Const(out)
}

// breakpoints decodes where the size classes end.
func (p place) breakpoints() [3]int {
	s := p.section("breakpoints", sizes[:3]...)
	var out [3]int
	for i, size := range sizes[:3] {
		out[i] = s.count(size, 0, 200, 4000)
	}
	w := Theme{Breakpoints: out}.Widths()
	for i := range w[1:] {
		if w[i] >= w[i+1] {
			p.fail(fmt.Sprintf("a %s (up to %d px) is not narrower than a %s (up to %d px)", sizes[i], w[i], sizes[i+1], w[i+1]), "widths rise from phone to tablet to laptop")
			return [3]int{}
		}
	}
	return out
}

func checkColumns(s section) {
	for _, prop := range columnProps {
		s.count(prop.Name, 1, 1, maxColumns)
	}
}

func (sc scope) checkStat(w *Widget, s section) {
	p, ok := s.get("y")
	if !ok {
		return
	}
	if _, ok := s.get("data"); !ok {
		p.fail("y belongs to data", "give data, or remove y")
		return
	}
	mustBeNumber(w, p, sc.elementField(w, s, "y"))
}

func (sc scope) checkTable(w *Widget, s section) {
	if p, ok := s.get("query"); ok && w.Props["query"] != nil {
		if _, ok := sc.page.queries[p.n.Value]; !ok {
			p.misnamed(fmt.Sprintf("the page has no query %q", p.n.Value), p.n.Value, slices.Collect(maps.Keys(sc.page.queries)))
		}
	}
	sc.elementField(w, s, "key")
	s.count("pageSize", 1, 1, 1000)
	p, ok := s.get("columns")
	if !ok || len(p.n.Content) == 0 {
		s.lacks("columns").fail("a table needs columns", "such as - {label: Name, field: name}")
		return
	}
	s.count("sortBy", 1, 1, len(p.n.Content))
}

// checkTableColumn asks for one thing to show, and knows the fields of the element.
func (sc scope) checkTableColumn(w *Widget, s section) {
	_, hasField := s.get("field")
	val, hasValue := s.get("value")
	_, hasCell := s.get("cell")
	switch {
	case !hasField && !hasValue && !hasCell:
		s.lacks("field").fail("the column shows nothing", "give it field, value or cell")
	case hasField && hasValue:
		val.fail("a column shows a field or a value, not both", "remove one of them")
	}
	for name, t := range map[string]*value.Template{"label": w.Props["label"], "visible": w.Visible} {
		if p, ok := s.get(name); ok && t != nil && slices.ContainsFunc(t.Reads(), ofItem) {
			p.fail(name+" of a column is the same for all rows, so it reads no item", "")
		}
	}
	p, ok := s.get("field")
	elem, found := sc.env.Lookup("item")
	if !ok || !found || w.Props["field"] == nil || elem.Kind != value.KindObject {
		return
	}
	f, known := elem.Field(p.n.Value)
	switch {
	case !known && !elem.Open:
		p.misnamed(fmt.Sprintf("%s has no field %q", elem, p.n.Value), p.n.Value, fieldNames(elem))
	case known && f.Type.HasSecret():
		p.fail(fmt.Sprintf("%s of %s is secret and may not be shown in a table", p.n.Value, elem), "")
	}
}

func ofItem(read string) bool {
	root, _, _ := strings.Cut(read, ".")
	return root == "item" || root == "index"
}
