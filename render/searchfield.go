package render

import "github.com/usherdev/usher/project"

// searchField draws an input that is a form of its own where it stands in none and has an event: Enter and the button send it, script or not.
func searchField(b *builder, w *project.Widget) {
	sends := w.Triggers["onSubmit"]
	if sends == nil {
		sends = w.Triggers["onChange"]
	}
	alone := b.form == nil && sends != nil
	if alone {
		b.openForm(w, ` role="search"`, "u-field")
	} else {
		b.raw("<div")
		b.mark(w, "u-field")
		b.raw(">")
	}
	label := markup("u-label")
	if b.is(w, "hideLabel") {
		label = "u-vh"
	}
	b.label(w, label, true)
	b.search(w, alone, sends)
	b.below(w)
	if !alone {
		b.raw("</div>")
		return
	}
	b.closeForm()
}

func (b *builder) search(w *project.Widget, alone bool, sends *project.Trigger) {
	b.raw(`<div class="u-control">`)
	if !alone {
		b.raw(glyph("search"))
	}
	b.raw(`<input type="search" enterkeyhint="search" autocomplete="off"`)
	b.control(w)
	b.placeheld(w)
	if w.Triggers["onChange"] != nil {
		b.bind("data-typing", b.prop(w, "wait"))
	}
	b.stands(w)
	b.raw(">")
	b.clear(w)
	if alone {
		b.raw(`<button type="submit" class="u-eye u-find"`)
		b.sends(sends)
		b.flag("disabled", b.prop(w, "disabled"))
		b.attr("aria-label", b.own("field.search"))
		b.raw(">", glyph("search"), "</button>")
	}
	b.raw("</div>")
}

// placeheld writes the placeholder of an input that can be emptied: the style sheet knows by it whether it is empty.
func (b *builder) placeheld(w *project.Widget) {
	if p := b.prop(w, "placeholder"); p.written() {
		b.bind("placeholder", p)
		return
	}
	b.raw(` placeholder=" "`)
}

// clear draws the button that empties an input. It needs script; the stylesheet hides it without, and while there is nothing to empty.
func (b *builder) clear(w *project.Widget) {
	b.raw(`<button type="button" class="u-eye u-clear" data-clear`)
	b.id("aria-controls", w.Key, "")
	b.attr("aria-label", b.own("field.clear"))
	b.raw(">", glyph("x"), "</button>")
}
