package render

import (
	"errors"
	"io"
	"strconv"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

var (
	errSecret = errors.New("a secret can not be shown; masked() shows the last characters of one")
	errURL    = errors.New("not an address that a page may open: use https, http, mailto, tel or a relative one")
)

// levels is what the level of the next heading depends on.
type levels struct {
	h1   bool // the page's first heading is drawn
	h2   bool // a section heading is drawn: titles go below it
	last int  // level of the last heading
}

// belowTitle is where the headings of a dialog go on: its own is an h2.
var belowTitle = levels{h1: true, h2: true, last: 2}

// known is what one rendering remembers of a scope.
type known struct {
	held  value.Held
	texts []string // by slot: what stands in the page as it is; "" is not known. None in the scopes of elements and components
}

// run is one rendering of a plan. Its methods escape what they append.
type run struct {
	buf   []byte
	w     io.Writer
	err   error
	sent  int64
	scope value.Scope
	known known // of scope
	frame Frame
	row   []byte // ".KEY" of each list element around, for names and ids
	deep  int    // lists around
	levels
	base int    // level of headings in the list being drawn
	keep bool   // what is drawn is not sent yet: its place in the page is another
	file string // address of the picture that is being drawn, where a call brings it
	over []byte // the dialog that stands over the page
}

func (r *run) block(ops block) {
	for i := range ops {
		o := &ops[i]
		r.buf = append(r.buf, o.lit...)
		switch {
		case o.hole != nil:
			r.hole(o.hole)
		case o.do != nil:
			o.do(r)
		}
	}
	if len(r.buf) >= flushAt && !r.keep {
		r.flush()
	}
}

// under draws the page below the dialog that is open: only when all of it is drawn is it known whether there is one.
func (r *run) under(page block) {
	before := r.buf
	r.buf, r.keep = nil, true
	r.block(page)
	content := r.buf
	r.buf, r.keep = before, false
	r.openMain(r.frame.Ask.modal() || len(r.over) > 0)
	r.buf = append(r.buf, content...)
	r.lit("</main>")
	r.buf = append(r.buf, r.over...)
}

// aside draws what stands over the page. Its headings go on from the one that it begins with.
func (r *run) aside(box block) {
	before, levels := r.buf, r.levels
	r.buf, r.levels = nil, belowTitle
	r.block(box)
	r.over = r.buf
	r.buf, r.levels = before, levels
}

func (r *run) flush() {
	if r.err == nil && len(r.buf) > 0 {
		_, r.err = r.w.Write(r.buf)
		r.sent += int64(len(r.buf))
	}
	r.buf = r.buf[:0]
}

func (r *run) fault(at project.Path, err error) {
	if r.frame.Faults != nil {
		r.frame.Faults(at, err)
	}
}

// hole writes data as text.
func (r *run) hole(h *hole) {
	texts := r.known.texts
	if h.slot < len(texts) && texts[h.slot] != "" {
		r.buf = append(r.buf, texts[h.slot]...)
		return
	}
	s, ok := h.t.TextIn(r.scope, &r.known.held)
	if !ok {
		r.value(r.eval(h.prop))
		return
	}
	from := len(r.buf)
	r.text(s)
	if h.slot < len(texts) && string(r.buf[from:]) == s { // nothing had to be escaped, nor will it where it stands next
		texts[h.slot] = s
	}
}

// eval returns the value of p. A fault, and a secret, are reported and read as nil.
func (r *run) eval(p prop) any {
	v, err := p.t.EvalIn(r.scope, &r.known.held)
	if err == nil && value.HasSecret(v) {
		err = errSecret
	}
	if err != nil {
		r.fault(p.at, err)
		return nil
	}
	return v
}

// list returns the elements of p, secrets among them: what is drawn of an element is evaluated, and looked at, by itself.
func (r *run) list(p prop) []any {
	v, err := p.t.EvalIn(r.scope, &r.known.held)
	list, ok := v.([]any)
	if err == nil && !ok && value.HasSecret(v) {
		err = errSecret
	}
	if err != nil {
		r.fault(p.at, err)
	}
	return list
}

// truth reads p as a condition. Conditions may read secrets: only their outcome shows.
func (r *run) truth(p prop) bool {
	v, err := p.t.EvalIn(r.scope, &r.known.held)
	if err != nil {
		r.fault(p.at, err)
		return false
	}
	return value.Truth(v)
}

// say returns the text of p.
func (r *run) say(p prop) string {
	switch v := r.eval(p).(type) {
	case nil:
		return ""
	case string:
		return v
	default:
		return value.Text(v)
	}
}

func (r *run) lit(h markup) { r.buf = append(r.buf, h...) }

func (r *run) text(s string) { r.buf = appendEscaped(r.buf, s) }

func (r *run) int(n int) { r.buf = strconv.AppendInt(r.buf, int64(n), 10) }

func (r *run) attr(name markup, v string) {
	r.open(name)
	r.buf = appendEscaped(r.buf, v)
	r.buf = append(r.buf, '"')
}

func (r *run) open(name markup) {
	r.buf = append(r.buf, ' ')
	r.buf = append(r.buf, name...)
	r.buf = append(r.buf, '=', '"')
}

// url writes the attribute when s is an address that a page may open, and reports it otherwise. Empty is left out.
func (r *run) url(name markup, s string, at project.Path) {
	if s == "" {
		return
	}
	u, ok := safeURL(s)
	if !ok {
		r.fault(at, errURL)
		return
	}
	r.attr(name, u)
}

// value appends v as text without making a string of common kinds.
func (r *run) value(v any) {
	switch x := v.(type) {
	case nil:
	case string:
		r.text(x)
	case int:
		r.int(x)
	default:
		r.text(value.Text(v))
	}
}

// name is an input's name within the lists around it.
func (r *run) name(key string) string {
	if len(r.row) == 0 {
		return key
	}
	return key + string(r.row)
}

// event writes, after what is said before it, the attribute that fires t. A fault is reported and leaves a control that
// only sends its form.
func (r *run) event(before, attr markup, t *project.Trigger, at project.Path) {
	if r.frame.Event == nil {
		return
	}
	sealed, err := r.frame.Event(t, r.scope)
	if err != nil {
		r.fault(at, err)
		return
	}
	r.lit(before)
	r.attr(attr, sealed)
}
