package render

import "github.com/usherdev/usher/project"

func dateTimeField(b *builder, w *project.Widget) { b.clock(w, "datetime-local") }
