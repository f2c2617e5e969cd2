package render

import "github.com/usherdev/usher/project"

// slot draws what the place of use of a component puts into it, which reads what is read there.
func slot(b *builder, w *project.Widget) {
	if len(w.Slots["content"]) == 0 {
		return
	}
	bare := b.bare
	b.bare = false
	body := b.sub(func() { b.children(w, "content") })
	b.bare = bare
	b.do(func(r *run) {
		inner, before := r.scope, r.known
		r.scope, r.known = project.Outside(inner), known{}
		r.block(body)
		r.scope, r.known = inner, before
	})
}
