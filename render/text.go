package render

import (
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// text draws display, headline and title as headings and all else as a paragraph.
func text(b *builder, w *project.Widget) {
	classes := markup("u-text u-t-") + b.enum(w, "style")
	if c := b.enum(w, "color"); c != "default" {
		classes += " u-c-" + c
	}
	if a := b.enum(w, "align"); a != "start" {
		classes += " u-ta-" + a
	}
	if f := b.enum(w, "weight"); f != "auto" {
		classes += " u-fw-" + f
	}
	classes += b.cut(w)
	var end func()
	if heading(w) {
		end = b.headingTag(w)
	} else {
		b.raw("<p")
		end = func() { b.raw("</p>") }
	}
	b.id("id", w.Key, "")
	b.mark(w, classes)
	b.raw(">")
	b.text(b.prop(w, "text"))
	end()
}

func heading(w *project.Widget) bool {
	v, _ := w.Prop("style").Constant()
	return v == "display" || v == "headline" || v == "title"
}

// cut returns the classes by which text is cut after some lines, and of text that cannot be marked.
func (b *builder) cut(w *project.Widget) markup {
	var classes markup
	if n := b.lines(w); n != "" {
		classes = " u-lines u-lines-" + n
		if b.enum(w, "overflow") == "clip" {
			classes = " u-lines u-clipped u-lines-" + n
		}
	}
	if !b.is(w, "selectable") {
		classes += " u-unselectable"
	}
	return classes
}

// lines returns the class suffix for cutting after some lines: 1 to 10.
func (b *builder) lines(w *project.Widget) markup {
	v, _ := w.Prop("lines").Constant()
	n, ok := v.(int)
	if !ok || n < 1 {
		return ""
	}
	return closed(value.Text(min(n, project.MostLines)), []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"})
}

// headingTag opens a heading and returns what closes it. The level depends on what was drawn before: the page's
// first heading is h1, and a title below a section's heading goes one deeper.
func (b *builder) headingTag(w *project.Widget) func() {
	return b.headingOf(b.enum(w, "style") == "title")
}

// headingOf is headingTag for a heading that is no text widget.
func (b *builder) headingOf(title bool) func() {
	if b.levels != nil {
		tag := headingTags[b.levels.next(title, 0)]
		b.raw("<", tag)
		return func() { b.raw("</", tag, ">") }
	}
	b.levelled = true
	b.do(func(r *run) {
		within := 0
		if r.deep > 0 {
			within = max(r.base, 2)
		}
		r.lit("<")
		r.lit(headingTags[r.next(title, within)])
	})
	return func() {
		b.do(func(r *run) {
			r.lit("</")
			r.lit(headingTags[r.last])
			r.lit(">")
		})
	}
}

var headingTags = [...]markup{1: "h1", 2: "h2", 3: "h3", 4: "h4"}

// next chooses the level of the next heading. In a list it is within, one below the heading before the list; 0 stands for no list.
func (l *levels) next(title bool, within int) int {
	n := 2
	switch {
	case !l.h1:
		n = 1
	case within > 0:
		n = min(within, len(headingTags)-1)
	case title && l.h2:
		n = 3
	case !title:
		l.h2 = true
	}
	l.h1, l.last = true, n
	return n
}
