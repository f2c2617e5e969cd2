package render

import (
	"github.com/usherdev/usher/project"
)

// component draws one use of a component: its body, which reads the props that are given here.
func (b *builder) component(w *project.Widget) {
	if b.bare {
		b.within(w)
		return
	}
	var around markup
	if len(w.Body) == 1 && w.Body[0].Kind == "container" {
		around = " u-around" // it stands where a container may stand, and is as wide
	}
	b.root(w, "div", "u-col"+around, "u-g-md", "u-a-stretch", "u-j-start", "u-p-none")
	b.raw(">")
	b.within(w)
	b.raw("</div>")
}

// bars draws what app.yaml draws on every page. Bars stand directly in the page, those of components too, for only there they have their place.
func (b *builder) bars(w *project.Widget) {
	b.bare = true
	b.within(w)
	b.bare = false
}

// within draws what stands in a component.
func (b *builder) within(w *project.Widget) {
	inside := b.inside
	b.inside, b.around = true, append(b.around, inside)
	body := b.gather(func() {
		for _, c := range w.Body {
			bare := b.bare
			b.bare = bare && c.Spec.Component
			b.widget(c)
			b.bare = bare
		}
	})
	b.inside, b.around = inside, b.around[:len(b.around)-1]
	b.do(func(r *run) {
		outer, before := r.scope, r.known
		r.scope, r.known = w.Inside(outer, r.row, r.fault), known{}
		r.block(body)
		r.scope, r.known = outer, before
	})
}
