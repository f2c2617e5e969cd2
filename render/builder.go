package render

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// markup is HTML that this package wrote. Literals become markup by themselves; only this file and escape.go convert
// anything else to it (a test reads the source for that).
type markup string

// op is a piece of a plan: bytes, then something that depends on the view: the text of a hole, which is the most of them, or what do does.
type op struct {
	lit  []byte
	hole *hole
	do   func(*run)
}

// hole is where data stands as text. Holes of the same source have the same slot.
type hole struct {
	prop
	slot int
}

type block []op

// prop is a template with the place it is written at. The zero prop is "not written".
type prop struct {
	t  *value.Template
	at project.Path
}

func (p prop) written() bool { return p.t != nil }

// literal is a prop that holds text known now.
func literal(s string) prop { return prop{t: value.Const(s)} }

// builder gathers a plan. Its methods escape what they are given.
type builder struct {
	app      frame
	opts     Options
	page     string
	assets   map[string]bool
	lit      []byte
	ops      block
	faults   []error
	form     *project.Widget // the form being drawn, nil: the page's own
	of       *project.Page   // the page being drawn, nil: another document
	filled   []summed        // the inputs of the form being drawn
	ruled    bool            // an input has rules
	lists    int             // lists around
	inside   bool            // in a component: what is edited there is its file, not the page
	around   []bool          // inside as it is where each component around is used, the innermost last
	bare     bool            // of a component, the body alone is drawn
	ways     bool            // in a bar or a menu, where the link of this page is marked
	marks    *marker
	slots    map[string]int // by the source of a hole
	levels   *levels        // headings so far; nil: known only when the page is drawn
	levelled bool           // a heading was emitted whose level is known only then
	draws    map[string]draw
}

func newBuilder(app frame, o Options) *builder {
	return &builder{app: app, opts: o, assets: map[string]bool{}, slots: map[string]int{}, draws: drawings()}
}

// take ends the plan being gathered and returns it.
func (b *builder) take() block {
	if len(b.lit) > 0 {
		b.ops = append(b.ops, op{lit: b.lit})
	}
	ops := b.ops
	b.ops, b.lit = nil, nil
	return slices.Clip(ops)
}

// gather makes what f emits a plan of its own, one that is drawn once wherever the plan around it is.
func (b *builder) gather(f func()) block {
	ops, lit := b.ops, b.lit
	b.ops, b.lit = nil, nil
	f()
	out := b.take()
	b.ops, b.lit = ops, lit
	return out
}

// sub is gather for what may be drawn, or not, or often: which headings come before something is not known from there on.
func (b *builder) sub(f func()) block {
	before, levelled := b.levels, b.levelled
	b.levels, b.levelled = nil, false
	out := b.gather(f)
	if b.levelled && before != nil {
		from := *before
		b.do(func(r *run) { r.levels = from })
		before = nil
	}
	b.levels, b.levelled = before, b.levelled || levelled
	return out
}

// fold emits what f writes: now, where it reads nothing but constants, else when the page is drawn.
func (b *builder) fold(f func(*run), reads ...prop) {
	for _, p := range reads {
		if v, ok := p.t.Constant(); !ok || value.HasSecret(v) {
			b.do(f)
			return
		}
	}
	b.raw(written(f))
}

// written is what f writes without a view.
func written(f func(*run)) markup {
	var r run
	f(&r)
	return markup(r.buf)
}

func (b *builder) do(f func(*run)) {
	b.ops = append(b.ops, op{lit: slices.Clip(b.lit), do: f})
	b.lit = nil
}

func (b *builder) raw(h ...markup) {
	for _, s := range h {
		b.lit = append(b.lit, s...)
	}
}

// say writes text known now.
func (b *builder) say(s string) { b.lit = appendEscaped(b.lit, s) }

// attr writes an attribute known now.
func (b *builder) attr(name markup, v string) {
	b.raw(" ", name, `="`)
	b.say(v)
	b.raw(`"`)
}

// constant returns what p is when that is known now. A constant secret is nothing.
func constant(p prop) (any, bool) {
	v, ok := p.t.Constant()
	if ok && value.HasSecret(v) {
		return nil, true
	}
	return v, ok
}

// text writes p as text.
func (b *builder) text(p prop) {
	if v, ok := constant(p); ok {
		b.say(value.Text(v))
		return
	}
	if parts := p.t.Parts(); parts != nil { // each is written where it goes, without making one text of them before
		for _, part := range parts {
			b.text(prop{part, p.at})
		}
		return
	}
	slot, ok := b.slots[p.t.Src()]
	if !ok {
		slot = len(b.slots)
		b.slots[p.t.Src()] = slot
	}
	b.ops = append(b.ops, op{lit: slices.Clip(b.lit), hole: &hole{p, slot}})
	b.lit = nil
}

// bind writes p as an attribute; an unwritten p writes nothing.
func (b *builder) bind(name markup, p prop) {
	if !p.written() {
		return
	}
	b.raw(" ", name, `="`)
	b.text(p)
	b.raw(`"`)
}

// when emits yes if p is true and no (which may be nil) if it is not. An unwritten p is true.
func (b *builder) when(p prop, yes, no func()) {
	if !p.written() {
		yes()
		return
	}
	if no == nil {
		no = func() {}
	}
	if v, ok := p.t.Constant(); ok {
		if value.Truth(v) {
			yes()
		} else {
			no()
		}
		return
	}
	then, other := b.sub(yes), b.sub(no)
	b.do(func(r *run) {
		if r.truth(p) {
			r.block(then)
		} else {
			r.block(other)
		}
	})
}

// flag writes a boolean attribute while p is true; an unwritten p writes nothing.
func (b *builder) flag(name markup, p prop) {
	if p.written() {
		b.when(p, func() { b.raw(" ", name) }, nil)
	}
}

// prop returns a property of w, its default when it is not written.
func (b *builder) prop(w *project.Widget, name string) prop {
	return prop{w.Prop(name), below(w, name)}
}

// is reports whether a literal bool property is true.
func (b *builder) is(w *project.Widget, name string) bool {
	v, _ := w.Prop(name).Constant()
	return value.Truth(v)
}

// word returns a literal text property.
func (b *builder) word(w *project.Widget, name string) string {
	v, _ := w.Prop(name).Constant()
	return value.Text(v)
}

// enum returns an enum property as part of a class name: one of the catalogue's values, nothing else.
func (b *builder) enum(w *project.Widget, name string) markup {
	spec := w.Spec.Prop(name)
	if spec == nil {
		return ""
	}
	v, _ := w.Prop(name).Constant()
	if s, _ := v.(string); !slices.Contains(spec.Values, s) {
		v = spec.Default
	}
	return closed(v, spec.Values)
}

// id writes an attribute that names a DOM id: w-KEY, the row of the lists around, and a suffix.
func (b *builder) id(attr markup, key string, suffix markup) {
	b.raw(" ", attr, `="`)
	b.ref(key, suffix)
	b.raw(`"`)
}

func (b *builder) ref(key string, suffix markup) {
	b.raw("w-")
	b.rowed(key)
	b.raw(suffix)
}

// rowed writes a name followed by the row of the lists around.
func (b *builder) rowed(key string) {
	b.say(key)
	if b.lists > 0 {
		b.do(func(r *run) { r.buf = append(r.buf, r.row...) })
	}
}

// root opens a widget's outermost element, up to its attributes: <tag id class data-path.
func (b *builder) root(w *project.Widget, tag markup, classes ...markup) {
	b.raw("<", tag)
	b.id("id", w.Key, "")
	b.mark(w, classes...)
}

// mark writes what every widget's root carries beside its id.
func (b *builder) mark(w *project.Widget, classes ...markup) {
	b.raw(` class="`)
	for i, c := range classes {
		if i > 0 {
			b.raw(" ")
		}
		b.raw(c)
	}
	if w.Spec.Prop("grow") != nil && b.is(w, "grow") {
		b.raw(" u-grow")
	}
	if width := b.enum(w, "width"); width != "" && width != "auto" {
		b.raw(" u-w-", width)
	}
	b.raw(hiddenOn(w))
	b.raw(`"`)
	b.where(w)
	if w.Spec.Input {
		b.sealed(w, "onFocus", "data-focus")
		b.sealed(w, "onBlur", "data-blur")
	}
}

// where writes the path of a widget in edit mode, and while an app is developed.
func (b *builder) where(w *project.Widget) {
	if (b.opts.Edit || b.opts.Paths) && !b.inside {
		b.attr("data-path", string(w.At))
		b.attr("data-kind", w.Kind)
	}
}

// holds reports whether a slot is what a widget is there for, so that the canvas shows its place while it is empty.
func holds(w *project.Widget, slot string) bool {
	return w.Kind == "conditional" || slot == "children" || slot == "item"
}

// children draws a slot. In edit mode the place of an empty one is drawn.
func (b *builder) children(w *project.Widget, slot string) {
	if b.opts.Edit && !b.inside && len(w.Slots[slot]) == 0 && holds(w, slot) {
		b.hollow(w, slot)
	}
	for _, c := range w.Slots[slot] {
		b.widget(c)
	}
}

// hollow is the place of an empty slot, for things to be dropped into.
func (b *builder) hollow(w *project.Widget, slot string) {
	b.raw(`<div data-slot="`)
	b.say(slot)
	b.raw(`"`)
	b.attr("data-of", string(w.At))
	b.raw("></div>")
}

// each emits item once for every element of p, with item and index in scope, between before and after; none when
// there is no element. key is the field that identifies an element, "" for its index.
func (b *builder) each(p prop, key string, open, item, end, none func()) {
	b.lists++
	one := b.sub(item)
	b.lists--
	l := &loop{data: p, key: key, open: b.sub(open), item: one, end: b.sub(end), none: b.sub(none)}
	b.do(l.run)
}

// loop draws a plan once an element.
type loop struct {
	data                  prop
	key                   string
	open, item, end, none block
}

func (l *loop) run(r *run) {
	list := r.list(l.data)
	if len(list) == 0 {
		r.block(l.none)
		return
	}
	r.block(l.open)
	r.rows(list, nil, l.key, func() { r.block(l.item) })
	r.block(l.end)
}

// rows calls draw once an element with item, index and the element's key in scope: for those whose places order names, for all in
// their order when it is nil. key is the field that identifies an element, "" for its index.
func (r *run) rows(list []any, order []int, key string, draw func()) {
	outer, before, row, base := r.scope, r.known, len(r.row), r.base
	inner := make(value.Scope, len(outer)+2)
	maps.Copy(inner, outer)
	r.scope = inner
	r.deep, r.base = r.deep+1, r.last+1
	n := len(list)
	if order != nil {
		n = len(order)
	}
	var seen map[string]bool
	if key != "" {
		seen = make(map[string]bool, n)
	}
	for k := range n {
		i := k
		if order != nil {
			i = order[k]
		}
		inner["item"], inner["index"] = list[i], i
		r.known = known{}
		r.row = append(r.row[:row], '.')
		r.row = appendKey(r.row, key, list[i], i, seen)
		draw()
	}
	r.deep, r.base = r.deep-1, base
	r.row, r.scope, r.known = r.row[:row], outer, before
}

// appendKey appends the key of el. A key that is missing, secret or was there before gets the index.
func appendKey(dst []byte, key string, el any, i int, seen map[string]bool) []byte {
	m, _ := el.(map[string]any)
	v, ok := m[key]
	if !ok || key == "" || value.HasSecret(v) {
		return strconv.AppendInt(dst, int64(i), 10)
	}
	k := value.Text(v)
	dst = appendRowKey(dst, k)
	if seen[k] || k == "" {
		dst = append(dst, '~')
		dst = strconv.AppendInt(dst, int64(i), 10)
	}
	seen[k] = true
	return dst
}

// chosen writes an enum property as an attribute; what an expression yields is one of the catalogue's values or becomes its default.
func (b *builder) chosen(attr markup, w *project.Widget, name string) {
	p, spec := b.prop(w, name), w.Spec.Prop(name)
	b.raw(" ", attr, `="`)
	if _, ok := constant(p); ok {
		b.raw(b.enum(w, name))
	} else {
		b.do(func(r *run) {
			v := r.eval(p)
			if s, _ := v.(string); !slices.Contains(spec.Values, s) {
				v = spec.Default
			}
			r.lit(closed(v, spec.Values))
		})
	}
	b.raw(`"`)
}

// fail notes that something can not be drawn: a fault of compiling, except in edit mode, where it is drawn empty.
func (b *builder) fail(at project.Path, msg string) {
	if !b.opts.Edit {
		b.faults = append(b.faults, fmt.Errorf("%s: %s", at, msg))
	}
}
