package render

import "github.com/usherdev/usher/project"

func timeField(b *builder, w *project.Widget) { b.clock(w, "time") }
