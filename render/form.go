package render

import "github.com/usherdev/usher/project"

// form draws an HTML form. HTML forms never nest: a form inside a form is drawn as a group of it.
func form(b *builder, w *project.Widget) {
	if b.form != nil {
		b.root(w, "div", "u-col", "u-g-"+b.enum(w, "gap"))
		b.raw(` role="group">`)
		b.children(w, "children")
		b.raw("</div>")
		return
	}
	b.openForm(w, "", "u-col", "u-g-"+b.enum(w, "gap"))
	if t := w.Triggers["onSubmit"]; t != nil && !submitsFirst(w) {
		// Enter presses a form's first button: this one stands before those that do something else.
		b.raw(`<button type="submit" class="u-default" tabindex="-1" aria-hidden="true"`)
		b.sends(t)
		b.raw("></button>")
	}
	b.summary(func() { b.children(w, "children") })
	b.closeForm()
}

// openForm begins an HTML form of w's own.
func (b *builder) openForm(w *project.Widget, attrs markup, classes ...markup) {
	b.form = w
	b.raw("<form", attrs, ` id="f-`)
	b.rowed(w.Key)
	b.raw(`"`)
	b.mark(w, classes...)
	b.raw(` method="post"`)
	b.encoding(w)
	b.do(func(r *run) { r.url("action", r.frame.Action, "") })
	b.raw(">")
	b.state()
}

func (b *builder) closeForm() {
	b.raw("</form>")
	b.form = nil
}

// submitsFirst reports whether the first button of a form is one that submits it and is always there.
func submitsFirst(form *project.Widget) bool {
	var find func(ws []*project.Widget, sure bool) (found, ok bool)
	find = func(ws []*project.Widget, sure bool) (bool, bool) {
		for _, c := range ws {
			here := sure && c.Visible == nil
			switch {
			case c.Kind == "button":
				return true, here && submits(c)
			case c.Kind == "iconButton", c.Kind == "tabBar", c.Kind == "list", c.Triggers["onTap"] != nil:
				return true, false
			}
			if found, ok := find(append(c.Slots["children"], c.Body...), here); found {
				return true, ok
			}
		}
		return false, false
	}
	_, ok := find(form.Slots["children"], true)
	return ok
}

// submits reports whether a button of a form submits it instead of running a flow of its own.
func submits(w *project.Widget) bool {
	v, _ := w.Prop("submit").Constant()
	return v == true || w.Triggers["onTap"] == nil
}
