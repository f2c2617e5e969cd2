package render

import (
	"strconv"

	"github.com/usherdev/usher/project"
)

// grid draws columns of equal width: as many as fit, or a number for each size class.
func grid(b *builder, w *project.Widget) {
	b.root(w, "div", "u-grid"+b.columns(w), "u-g-"+b.enum(w, "gap"), "u-p-"+b.enum(w, "padding"))
	b.raw(">")
	b.children(w, "children")
	b.raw("</div>")
}

// columns are the classes of a number of columns, on small screens fewer where nothing else is said.
func (b *builder) columns(w *project.Widget) markup {
	n, ok := b.count(w, "columns")
	if !ok {
		n = maxColumns
	}
	some := ok
	var out markup
	for _, size := range []struct {
		name  markup
		prop  string
		least int
	}{{"desktop", "columns", n}, {"laptop", "laptopColumns", n}, {"tablet", "tabletColumns", min(n, 2)}, {"phone", "phoneColumns", 1}} {
		c, said := b.count(w, size.prop)
		if !said {
			c = size.least
		}
		some = some || said
		out += " u-cols-" + size.name + "-" + digits(c)
	}
	if !some {
		return " u-fit-" + b.enum(w, "minWidth")
	}
	return " u-cols" + out
}

// count returns a literal number of columns.
func (b *builder) count(w *project.Widget, name string) (int, bool) {
	v, _ := w.Prop(name).Constant()
	n, ok := v.(int)
	return min(max(n, 1), maxColumns), ok
}

// digits writes a small number as part of a class name.
func digits(n int) markup {
	return closed(strconv.Itoa(n), []string{"1", "2", "3", "4", "5", "6"})
}
