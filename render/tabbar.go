package render

import "github.com/usherdev/usher/project"

// tabBar draws its tabs as buttons that ask for the page with another tab shown, and the panel of the shown one.
// Fields of a hidden tab are not drawn.
func tabBar(b *builder, w *project.Widget) {
	t := &tabs{key: w.Key}
	for i, c := range w.Slots["tabs"] {
		if c.Spec == nil {
			continue
		}
		if msg := b.undrawable(c); msg != "" {
			b.fail(c.At, msg)
		}
		one := shownTab{visible: prop{c.Visible, below(c, "visible")}}
		one.on = b.sub(func() { b.tabButton(w, c, i, true) })
		one.off = b.sub(func() { b.tabButton(w, c, i, false) })
		one.panel = b.sub(func() { tab(b, c) })
		t.all = append(t.all, one)
	}
	b.root(w, "div", "u-tabs")
	b.raw(`><div class="u-tablist" role="tablist"`)
	b.bind("aria-label", b.prop(w, "label"))
	b.raw(">")
	b.do(t.buttons)
	b.raw("</div>")
	b.do(t.panel)
	b.raw("</div>")
}

func (b *builder) tabButton(bar, c *project.Widget, i int, on bool) {
	b.raw(`<button type="submit" role="tab" class="u-tab"`)
	b.id("id", c.Key, "-tab")
	if on {
		b.raw(` aria-selected="true"`)
		b.id("aria-controls", c.Key, "")
	} else {
		b.raw(` aria-selected="false"`)
		b.where(c)
	}
	b.raw(` name="_tab.`)
	b.rowed(bar.Key)
	b.raw(`"`)
	b.do(func(r *run) { r.open("value"); r.int(i); r.lit(`"`) })
	if b.form == nil {
		b.raw(` form="page"`)
	}
	b.raw(" formnovalidate>")
	b.text(b.prop(c, "label"))
	b.raw("</button>")
}

// tabs draws a tab bar.
type tabs struct {
	key string
	all []shownTab
}

type shownTab struct {
	visible        prop
	on, off, panel block
}

// shown returns the index of the tab to show: the one asked for when it is visible, else the first that is; -1 for
// none.
func (t *tabs) shown(r *run) int {
	want := r.frame.Tabs[r.name(t.key)]
	if want >= 0 && want < len(t.all) && t.all[want].seen(r) {
		return want
	}
	for i := range t.all {
		if t.all[i].seen(r) {
			return i
		}
	}
	return -1
}

func (s *shownTab) seen(r *run) bool { return !s.visible.written() || r.truth(s.visible) }

func (t *tabs) buttons(r *run) {
	shown := t.shown(r)
	for i := range t.all {
		switch {
		case i == shown:
			r.block(t.all[i].on)
		case t.all[i].seen(r):
			r.block(t.all[i].off)
		}
	}
}

func (t *tabs) panel(r *run) {
	if i := t.shown(r); i >= 0 {
		r.block(t.all[i].panel)
	}
}
