package render

import "github.com/usherdev/usher/project"

// bottomSheet draws a dialog that stands at the bottom of the screen.
func bottomSheet(b *builder, w *project.Widget) { b.overlay(w, "u-dialog u-sheet") }
