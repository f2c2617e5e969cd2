package render

import (
	"bytes"
	"fmt"
	"io/fs"
	"slices"
	"strconv"

	"github.com/usherdev/usher/project"
)

const maxColumns = 6

// hiddenOn are the classes of the screens on which w is not shown.
func hiddenOn(w *project.Widget) markup {
	v, _ := w.Prop("showOn").Constant()
	shown, _ := v.([]any)
	if len(shown) == 0 {
		return ""
	}
	var out markup
	all := project.Sizes()
	for _, size := range all {
		if !slices.Contains(shown, any(size)) {
			out += " u-off-" + closed(size, all)
		}
	}
	return out
}

// responsive prints what depends on the size class of the screen: its breakpoints are the theme's, so no sheet can hold them.
func responsive(b *bytes.Buffer, t project.Theme) {
	w := t.Widths()
	screens := []string{
		fmt.Sprintf("(max-width:%dpx)", w[0]),
		fmt.Sprintf("(min-width:%d.02px) and (max-width:%dpx)", w[0], w[1]),
		fmt.Sprintf("(min-width:%d.02px) and (max-width:%dpx)", w[1], w[2]),
		fmt.Sprintf("(min-width:%d.02px)", w[2]),
	}
	for i, size := range project.Sizes() {
		b.WriteString("@media " + screens[i] + "{.u-off-" + size + "{display:none!important}")
		for n := 1; n <= maxColumns; n++ {
			c := strconv.Itoa(n)
			b.WriteString(".u-cols-" + size + "-" + c + "{--cols:" + c + "}")
		}
		b.WriteString("}\n")
	}
	for i, size := range []string{"phone", "tablet"} {
		fmt.Fprintf(b, "@media (max-width:%dpx){.u-stack-%s{flex-direction:column;align-items:stretch}.u-stack-%s>.u-grow{flex-basis:auto}}\n", w[i], size, size)
	}
	fmt.Fprintf(b, "@media (max-width:%dpx){\n", w[0])
	names, err := fs.Glob(sheets, "css/phone/*.css")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	for _, name := range names {
		sheet, err := sheets.ReadFile(name)
		if err != nil {
			panic(err) // embedded: it was listed above
		}
		b.Write(sheet)
	}
	b.WriteString("}\n")
}
