package render

import "github.com/usherdev/usher/project"

// chartSeries draws nothing by itself: its chart draws it.
func chartSeries(*builder, *project.Widget) {}
