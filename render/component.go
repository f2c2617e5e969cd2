package render

import "github.com/usherdev/usher/project"

// component draws one use of a component: its body, which reads the props that are given here.
func (b *builder) component(w *project.Widget) {
	b.root(w, "div", "u-col", "u-g-md", "u-a-stretch", "u-j-start", "u-p-none")
	b.raw(">")
	was := b.inside
	b.inside = true
	body := b.sub(func() {
		for _, c := range w.Body {
			b.widget(c)
		}
	})
	b.inside = was
	b.do(func(r *run) {
		outer := r.scope
		r.scope = w.Inside(outer, r.fault)
		r.block(body)
		r.scope = outer
	})
	b.raw("</div>")
}
