package render

import "github.com/usherdev/usher/project"

// card draws a raised box. Where a tap does something a button covers it; what can be used inside stands above that button.
func card(b *builder, w *project.Widget) {
	var tapped markup
	if tappable(w) {
		tapped = " u-tap"
	}
	b.root(w, "div", "u-card"+tapped, b.look(w, "u-card-"), "u-g-"+b.enum(w, "gap"), "u-p-"+b.enum(w, "padding"))
	b.raw(">")
	if tappable(w) {
		b.cover(w)
	}
	b.children(w, "children")
	b.raw("</div>")
}

// cover draws the button over a card, named after the card's heading.
func (b *builder) cover(w *project.Widget) {
	b.raw(`<button class="u-card-tap"`)
	b.presses(w)
	if name := b.headline(w); name != nil {
		b.id("aria-labelledby", name.Key, "")
	} else {
		b.attr("aria-label", b.own("page.open"))
	}
	b.raw("></button>")
}

// headline returns the text widget that names what w holds: the first heading, else the first text; nil when there
// is none that is always drawn.
func (b *builder) headline(w *project.Widget) *project.Widget {
	var first *project.Widget
	var find func(ws []*project.Widget) *project.Widget
	find = func(ws []*project.Widget) *project.Widget {
		for _, c := range ws {
			if c.Visible != nil || c.Kind == "list" || c.Kind == "tabBar" || b.undrawable(c) != "" {
				continue
			}
			if c.Kind == "text" {
				if heading(c) {
					return c
				}
				if first == nil {
					first = c
				}
			}
			if found := find(append(c.Slots["children"], c.Body...)); found != nil {
				return found
			}
		}
		return nil
	}
	if found := find(w.Slots["children"]); found != nil {
		return found
	}
	return first
}
