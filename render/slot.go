package render

import "github.com/usherdev/usher/project"

// slot draws what the place of use of a component puts into it, which reads what is read there.
func slot(b *builder, w *project.Widget) {
	if w.Use == nil {
		b.slotBox(w)
		return
	}
	bare, inside, around := b.bare, b.inside, b.around
	b.bare, b.inside, b.around = false, around[len(around)-1], around[:len(around)-1]
	body := b.sub(func() { b.put(w) })
	b.bare, b.inside, b.around = bare, inside, around
	b.do(func(r *run) {
		inner, before := r.scope, r.known
		r.scope, r.known = project.Outside(inner), known{}
		r.block(body)
		r.scope, r.known = inner, before
	})
}

// put draws what is put into a slot; in edit mode the place of an empty one.
func (b *builder) put(w *project.Widget) {
	if b.opts.Edit && !b.inside && len(w.Slots["content"]) == 0 {
		b.hollow(w.Use, b.word(w, "name"))
	}
	b.children(w, "content")
}

// slotBox stands in the canvas of a component where the place of use puts something.
func (b *builder) slotBox(w *project.Widget) {
	b.raw(`<div class="u-slot" role="note"`)
	b.where(w)
	b.raw(">")
	b.say(b.word(w, "name"))
	b.raw("</div>")
}
