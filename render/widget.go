package render

import (
	"github.com/usherdev/usher/project"
)

// draw emits one kind of widget. It runs while a page is compiled, only for widgets whose required properties are
// written.
type draw func(b *builder, w *project.Widget)

// drawings says how each widget of the catalogue is drawn.
func drawings() map[string]draw {
	return map[string]draw{
		"column": column, "row": row, "container": container, "card": card, "spacer": spacer, "divider": divider,
		"text": text, "markdown": markdown, "image": image, "video": video, "frame": embedded, "avatar": avatar, "icon": icon, "logo": logo, "progress": progress, "chart": chart, "chartSeries": chartSeries,
		"form": form, "textField": textField, "checkbox": checkbox, "dropdown": dropdown, "fileUpload": fileUpload, "button": button, "iconButton": iconButton,
		"numberField": numberField, "dateField": dateField, "timeField": timeField, "dateTimeField": dateTimeField, "radioGroup": radioGroup, "switch": toggle, "pinCode": pinCode, "slider": slider, "checkboxGroup": checkboxGroup, "searchField": searchField,
		"link": link, "tabBar": tabBar, "tab": tab, "list": list,
		"appBar": appBar, "navBar": navBar, "breadcrumbs": breadcrumbs, "menu": menu, "drawer": drawer, "dialog": dialog, "bottomSheet": bottomSheet,
		"wrap": wrap, "grid": grid, "stack": stack, "conditional": conditional, "badge": badge, "stat": stat, "codeBlock": codeBlock,
		"repeat": repeat, "table": table, "tableColumn": tableColumn,
	}
}

// widget draws w while it is visible.
func (b *builder) widget(w *project.Widget) {
	if msg := b.undrawable(w); msg != "" {
		b.fail(w.At, msg)
		if b.opts.Edit {
			b.faultBox(w, msg)
		}
		if b.unfit(w) != "" || len(w.Slots) == 0 {
			return
		}
	}
	draw := b.draws[w.Kind]
	switch {
	case w.Spec.Component:
		draw = (*builder).component
	case w.Kind == project.SlotKind:
		draw = slot
	}
	b.when(prop{w.Visible, below(w, "visible")}, func() { draw(b, w) }, nil)
}

// undrawable says in a sentence why w can not be drawn, "" when it can.
func (b *builder) undrawable(w *project.Widget) string {
	if w.Fault != "" {
		return w.Fault
	}
	return b.unfit(w)
}

// unfit is undrawable for what the draw function of w could not do without.
func (b *builder) unfit(w *project.Widget) string {
	if w.Spec == nil || b.draws[w.Kind] == nil && !w.Spec.Component && w.Kind != project.SlotKind {
		return "there is no widget called “" + w.Kind + "”"
	}
	for _, p := range w.Spec.Props {
		if p.Required && w.Props[p.Name] == nil {
			return w.Kind + " needs “" + p.Name + "”"
		}
	}
	return ""
}

// faultBox stands in the canvas where a widget can not be drawn.
func (b *builder) faultBox(w *project.Widget, msg string) {
	b.raw(`<div class="u-fault" role="note"`)
	b.where(w)
	b.raw(">", glyph("alert"), "<span>")
	b.say(msg)
	b.raw("</span></div>")
}
