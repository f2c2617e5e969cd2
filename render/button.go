package render

import "github.com/usherdev/usher/project"

func button(b *builder, w *project.Widget) {
	b.root(w, "button", "u-btn", b.look(w, "u-btn-"), "u-btn-"+b.enum(w, "size"))
	b.presses(w)
	b.raw(">")
	if name := b.word(w, "icon"); name != "" {
		b.raw(glyph(name))
	}
	b.raw("<span>")
	b.text(b.prop(w, "text"))
	b.raw("</span></button>")
}

// presses writes what a button does: submit the form it stands in, run its flow, or nothing.
func (b *builder) presses(w *project.Widget) {
	tap := w.Triggers["onTap"]
	switch {
	case b.form != nil && w.Kind == "button" && submits(w):
		b.raw(` type="submit"`)
		if t := b.form.Triggers["onSubmit"]; t != nil {
			b.sends(t)
		}
	case tap != nil:
		b.raw(` type="submit"`)
		b.fires(tap)
	default:
		b.raw(` type="button"`)
		if b.form == nil && gestures(w) {
			b.raw(` form="page"`)
		}
	}
	b.gestures(w)
	b.flag("disabled", b.prop(w, "disabled"))
}

// gestures reports whether w does something that script alone can tell from a tap.
func gestures(w *project.Widget) bool {
	return w.Triggers["onDoubleTap"] != nil || w.Triggers["onLongPress"] != nil
}

// gestures writes what a control does when it is tapped twice or held, and the keys that do the same.
func (b *builder) gestures(w *project.Widget) {
	if !gestures(w) {
		return
	}
	b.sealed(w, "onDoubleTap", "data-double")
	b.sealed(w, "onLongPress", "data-long")
	switch {
	case w.Triggers["onLongPress"] == nil:
		b.raw(` aria-keyshortcuts="Shift+Enter"`)
	case w.Triggers["onDoubleTap"] == nil:
		b.raw(` aria-keyshortcuts="Shift+F10"`)
	default:
		b.raw(` aria-keyshortcuts="Shift+Enter Shift+F10"`)
	}
}

// tappable reports whether w itself does something when it is tapped, twice or long.
func tappable(w *project.Widget) bool { return w.Triggers["onTap"] != nil || gestures(w) }

// fires writes the attributes of a control whose flow checks no input unless it starts with validate.
func (b *builder) fires(t *project.Trigger) {
	b.sends(t)
	if b.form == nil {
		b.raw(` form="page"`)
	}
	if !validates(t) {
		b.raw(" formnovalidate")
	}
}

// sends writes name and value of a control that fires t.
func (b *builder) sends(t *project.Trigger) {
	at := below(t.Widget, t.Event)
	b.do(func(r *run) { r.event(` name="_event"`, "value", t, at) })
}

func validates(t *project.Trigger) bool {
	for _, a := range t.Actions {
		if !a.Disabled {
			return a.Kind == "validate"
		}
	}
	return false
}
