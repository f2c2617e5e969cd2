package render

import "github.com/usherdev/usher/project"

// toggle draws a switch: a checkbox that says it is one.
func toggle(b *builder, w *project.Widget) {
	b.yesNo(w, "u-field u-switch", ` role="switch"`)
}
