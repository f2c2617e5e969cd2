package render

import (
	"bytes"
	"slices"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// table draws a list as rows. What it is sorted by and which page of it is shown travels as the choice of a tab does, in one number:
// the headings and the pager are buttons that ask for the page with another number, so they need no script.
func table(b *builder, w *project.Widget) {
	t := &tablePlan{w: w.Key, data: b.prop(w, "data"), query: b.word(w, "query"), key: b.word(w, "key"), own: b.own, locale: b.app.locale}
	t.size, _ = b.whole(w, "pageSize")
	for _, c := range w.Slots["columns"] {
		if msg := b.undrawable(c); msg != "" {
			b.fail(c.At, msg)
			if b.unfit(c) != "" {
				continue
			}
		}
		t.cols = append(t.cols, b.tableCol(c))
	}
	if by, ok := b.whole(w, "sortBy"); ok && by >= 1 && by <= len(t.cols) {
		t.first = sorting(by-1, b.is(w, "descending"))
	}
	t.label = b.prop(w, "label")
	t.failed = b.sub(func() { b.listState(w, "error", "errorText", "alert") })
	t.none = b.sub(func() { b.listState(w, "empty", "emptyText", "table") })
	t.frames(b, w)
	if b.enum(w, "phone") == "cards" {
		b.root(w, "div", "u-table-box", "u-table-cards")
	} else {
		b.root(w, "div", "u-table-box")
	}
	b.raw(">")
	b.do(t.run)
	b.raw("</div>")
}

// whole returns a literal whole number.
func (b *builder) whole(w *project.Widget, name string) (int, bool) {
	v, _ := w.Prop(name).Constant()
	n, ok := v.(int)
	return n, ok
}

type tablePlan struct {
	w, query, key             string
	data                      prop
	size, first               int // rows of a page, 0 for all; how it is sorted at first
	cols                      []tableCol
	own                       func(key string, pairs ...any) string
	locale                    *value.Locale
	label                     prop
	failed, none              block
	open, choose, rowTap, row block
}

// frames compiles the parts that do not depend on the data.
func (t *tablePlan) frames(b *builder, w *project.Widget) {
	hide := markup("")
	if b.is(w, "hideLabel") {
		hide = " u-vh"
	}
	t.open = b.sub(func() {
		b.raw(`<div class="u-table-scroll u-h-`, b.enum(w, "height"), `" role="region" tabindex="0"`)
		b.id("aria-labelledby", w.Key, "-label")
		b.raw(`><table class="u-table" role="table"`)
		b.id("aria-labelledby", w.Key, "-label")
		b.raw(`><caption class="u-table-label`, hide, `"`)
		b.id("id", w.Key, "-label")
		b.raw(">")
		b.text(b.prop(w, "label"))
		b.raw(`</caption><thead role="rowgroup"><tr role="row">`)
	})
	t.choose = b.sub(func() {
		b.raw(`<button type="submit" formnovalidate name="_tab.`)
		b.rowed(w.Key)
		b.raw(`"`)
		if b.form == nil {
			b.raw(` form="page"`)
		}
	})
	b.lists++
	t.row = b.sub(func() {
		b.raw(`<tr role="row"`)
		b.id("id", w.Key, "")
		if tappable(w) {
			b.raw(` class="u-tr-tap"`)
		}
		b.raw(">")
	})
	t.rowTap = b.sub(func() {
		if !tappable(w) {
			return
		}
		b.raw(`<button class="u-card-tap"`)
		b.presses(w)
		b.id("aria-labelledby", w.Key, "-name")
		b.raw(` aria-label="`) // counts where the first cell has no words
		b.text(b.prop(w, "label"))
		b.raw(`"></button>`)
	})
	b.lists--
}

// sorting is one of the 2n+1 ways to sort n columns: 0 is the order of the data.
func sorting(col int, down bool) int {
	if down {
		return 2*col + 2
	}
	return 2*col + 1
}

// tableView is what one drawing of a table shows.
type tableView struct {
	list    []any
	order   []int // of the rows that are shown
	shown   []int // columns
	numbers []bool
	sort    int
	page    int
	pages   int
}

func (t *tablePlan) run(r *run) {
	if queryFailed(r.scope, t.query) {
		r.block(t.failed)
		return
	}
	list, _ := r.eval(t.data).([]any)
	if len(list) == 0 || len(t.cols) == 0 {
		r.block(t.none)
		return
	}
	v := t.view(r, list)
	r.block(t.open)
	t.head(r, v)
	r.lit(`</tr></thead><tbody role="rowgroup">`)
	r.rows(v.list, v.order, t.key, func() { t.tr(r, v) })
	r.lit("</tbody></table></div>")
	if v.pages > 1 {
		t.pager(r, v)
	}
}

// view chooses columns, order and page.
func (t *tablePlan) view(r *run, list []any) *tableView {
	v := &tableView{list: list, sort: t.first, numbers: make([]bool, len(t.cols)), order: make([]int, len(list))}
	for i := range t.cols {
		if c := &t.cols[i]; !c.visible.written() || r.truth(c.visible) {
			v.shown = append(v.shown, i)
		}
	}
	span := 2*len(t.cols) + 1
	if n, ok := r.frame.Tabs[r.name(t.w)]; ok && n >= 0 {
		v.sort, v.page = n%span, n/span
	}
	for i := range v.order {
		v.order[i] = i
	}
	if v.sort > 0 && t.cols[(v.sort-1)/2].sorts {
		t.arrange(r, v)
	} else {
		v.sort = 0
	}
	if v.pages = 1; t.size > 0 {
		v.pages = (len(list) + t.size - 1) / t.size
		v.page = min(v.page, v.pages-1)
		v.order = v.order[v.page*t.size : min((v.page+1)*t.size, len(list))]
	}
	r.rows(list, v.order[:1], t.key, func() {
		for _, i := range v.shown {
			c := &t.cols[i]
			_, isNumber := number(c.value(r))
			v.numbers[i] = isNumber && !c.own
		}
	})
	return v
}

// sortKey is what a row is sorted by: numbers before texts, nothing last.
type sortKey struct {
	kind int
	num  float64
	text []byte
}

func keyOf(v any, sorter func(string) []byte) sortKey {
	if f, ok := number(v); ok {
		return sortKey{num: f}
	}
	if s := value.Text(v); s != "" {
		return sortKey{kind: 1, text: sorter(s)}
	}
	return sortKey{kind: 2}
}

// arrange sorts the rows; equal ones stay in the order of the data, and those without a value come last either way.
func (t *tablePlan) arrange(r *run, v *tableView) {
	col, down := &t.cols[(v.sort-1)/2], v.sort%2 == 0
	keys, sorter := make([]sortKey, 0, len(v.list)), t.locale.Sorter()
	r.rows(v.list, nil, "", func() { keys = append(keys, keyOf(col.value(r), sorter)) })
	slices.SortStableFunc(v.order, func(i, j int) int {
		a, b := keys[i], keys[j]
		if a.kind != b.kind {
			return a.kind - b.kind
		}
		if down {
			a, b = b, a
		}
		if a.num != b.num {
			if a.num < b.num {
				return -1
			}
			return 1
		}
		return bytes.Compare(a.text, b.text)
	})
}

func (t *tablePlan) head(r *run, v *tableView) {
	for _, i := range v.shown {
		c := &t.cols[i]
		r.lit(`<th scope="col" role="columnheader"`)
		r.block(c.place)
		t.class(r, v, i, "u-th")
		up, down := v.sort == sorting(i, false), v.sort == sorting(i, true)
		switch {
		case up:
			r.lit(` aria-sort="ascending"`)
		case down:
			r.lit(` aria-sort="descending"`)
		}
		r.lit(">")
		if !c.sorts {
			r.block(c.label)
			r.lit("</th>")
			continue
		}
		r.block(t.choose)
		r.lit(` class="u-sort" value="`)
		r.int(sorting(i, up))
		r.lit(`">`)
		r.block(c.label)
		switch {
		case up:
			r.lit(glyph("arrow-up"))
		case down:
			r.lit(glyph("arrow-down"))
		default:
			r.lit(glyph("sort"))
		}
		r.lit("</button></th>")
	}
}

// class writes the classes of a cell of column i.
func (t *tablePlan) class(r *run, v *tableView, i int, base markup) {
	c := &t.cols[i]
	r.lit(` class="`)
	r.lit(base)
	r.lit(c.off)
	r.lit(c.align)
	if v.numbers[i] && c.align == "" {
		r.lit(" u-num")
	}
	r.lit(`"`)
}

// tr writes one row; its first cell names it.
func (t *tablePlan) tr(r *run, v *tableView) {
	r.block(t.row)
	for n, i := range v.shown {
		c := &t.cols[i]
		tag := markup("td")
		if n == 0 {
			tag = "th"
			r.lit(`<th scope="row" role="rowheader"`)
		} else {
			r.lit(`<td role="cell"`)
		}
		t.class(r, v, i, "u-td")
		r.lit(` data-label="`)
		r.block(c.label)
		r.lit(`">`)
		if n == 0 {
			r.lit("<div")
			r.id(t.w, "-name")
			r.lit(">")
		} else {
			r.lit("<div>")
		}
		if c.own {
			r.block(c.cell)
		} else {
			c.say(r, t.locale, c.value(r))
		}
		r.lit("</div>")
		if n == 0 {
			r.block(t.rowTap)
		}
		r.lit("</")
		r.lit(tag)
		r.lit(">")
	}
	r.lit("</tr>")
}

// pager writes which rows are shown, and the way to those before and after.
func (t *tablePlan) pager(r *run, v *tableView) {
	r.lit(`<nav class="u-pager"`)
	r.attr("aria-label", t.own("shown.pages", "name", r.say(t.label)))
	r.lit(`><bdi class="u-pager-now">`)
	r.text(t.own("shown.range", "first", v.page*t.size+1, "last", v.page*t.size+len(v.order), "count", len(v.list)))
	r.lit("</bdi>")
	t.step(r, v, v.page-1, t.own("shown.before"), glyph("chevron-left"))
	t.step(r, v, v.page+1, t.own("shown.after"), glyph("chevron-right"))
	r.lit("</nav>")
}

func (t *tablePlan) step(r *run, v *tableView, to int, name string, icon markup) {
	r.block(t.choose)
	r.lit(` class="u-ibtn u-ibtn-outlined" value="`)
	r.int(to*(2*len(t.cols)+1) + v.sort)
	r.lit(`"`)
	r.attr("aria-label", name)
	if to < 0 || to >= v.pages {
		r.lit(" disabled")
	}
	r.lit(">")
	r.lit(icon)
	r.lit("</button>")
}
