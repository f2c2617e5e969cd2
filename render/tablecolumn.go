package render

import (
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// tableColumn draws nothing by itself: its table draws the cells of all columns row by row.
func tableColumn(*builder, *project.Widget) {}

// tableCol is a column of a compiled table.
type tableCol struct {
	visible              prop
	label, cell, place   block
	expr                 prop
	field                string
	at                   project.Path // of the field
	off, align           markup
	number, percent, own bool // own: widgets stand in its cells
	sorts                bool
}

func (b *builder) tableCol(w *project.Widget) tableCol {
	c := tableCol{visible: prop{w.Visible, below(w, "visible")}, field: b.word(w, "field"), at: below(w, "field"), off: hiddenOn(w), own: len(w.Slots["cell"]) > 0,
		number: b.enum(w, "format") == "number", percent: b.enum(w, "format") == "percent"}
	if t := w.Props["value"]; t != nil {
		c.expr = b.prop(w, "value")
	}
	c.sorts = b.is(w, "sortable") && (c.field != "" || c.expr.written())
	if a := b.enum(w, "align"); a != "auto" {
		c.align = " u-ta-" + a
	}
	c.label = b.sub(func() { b.text(b.prop(w, "label")) })
	c.place = b.sub(func() { b.where(w) })
	b.lists++
	c.cell = b.sub(func() { b.children(w, "cell") })
	b.lists--
	return c
}

// value is what a column says of the element in scope, nil for nothing and for a secret.
func (c *tableCol) value(r *run) any {
	if c.expr.written() {
		return r.eval(c.expr)
	}
	m, _ := r.scope["item"].(map[string]any)
	v := m[c.field]
	if value.HasSecret(v) {
		r.fault(c.at, errSecret)
		return nil
	}
	return v
}

// say writes a value as the column's format asks.
func (c *tableCol) say(r *run, l *value.Locale, v any) {
	f, ok := number(v)
	switch {
	case ok && c.percent:
		r.text(l.Percent(f))
	case ok && c.number:
		r.text(l.Number(f))
	case v == nil || value.Text(v) == "":
		r.lit("–")
	default:
		r.value(v)
	}
}
