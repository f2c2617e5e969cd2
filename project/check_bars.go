package project

import (
	"cmp"

	"github.com/usherdev/usher/value"
)

// readBarsHead takes what app.yaml draws on every page for a component that each page uses, with the page's title as its prop.
func (c *checker) readBarsHead() {
	p, ok := c.app.get("bars")
	if !ok {
		return
	}
	k := &component{name: "bars", props: []Param{{Name: "title", Type: value.TextType()}},
		s: section{place: p, what: "bars", vals: []entry{{"body", p, p}}}}
	k.work = standIn(k.name, k.s)
	k.spec = &WidgetSpec{Kind: k.name, Title: "Bars", Group: "Components", Component: true}
	c.bars = k
}

// barred reports whether the page is drawn with what app.yaml draws on every page.
func (w *pageWork) barred() bool {
	p, said := w.s.get("bars")
	if said && w.s.c.bars == nil {
		p.warn("app.yaml has no bars, so there is nothing to leave out", "")
	}
	return w.s.flag("bars", true) && w.s.c.bars != nil
}

// findBarInputs adds the inputs of the bars to those of the page.
func (w *pageWork) findBarInputs() {
	if !w.barred() {
		return
	}
	for id, in := range w.s.c.bars.inputs() {
		w.inputs[id] = cmp.Or(w.inputs[id], in)
	}
}

// readBars decodes the bars for this page.
func (w *pageWork) readBars(sc scope) {
	c := w.s.c
	if c.bars == nil || !w.s.flag("bars", true) {
		return
	}
	k := c.bars
	bars := &Widget{Kind: k.name, Key: k.name, At: k.s.at, Spec: k.spec, Props: map[string]*value.Template{"title": w.page.Title}, Given: []string{"title"},
		Slots: map[string][]*Widget{}, Triggers: map[string]*Trigger{}}
	inner := scope{env: k.env(c), page: w, use: &use{comp: k, widget: bars, s: k.s, outer: sc}}
	body, _ := k.s.get("body")
	bars.Body = inner.widgets(body, nest{})
	w.page.Bars = bars
}
