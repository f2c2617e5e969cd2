package render

import (
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// list draws its item once an element, as an HTML list; or its empty or error state. What asks its query again or for more stands with it.
func list(b *builder, w *project.Widget) {
	b.root(w, "div", "u-list")
	b.raw(">")
	query := b.word(w, "query")
	if query != "" && b.is(w, "refresh") {
		b.queryButton(w, askAgain, "-again", "u-btn u-btn-text u-btn-md u-again", "refresh", b.own("shown.refresh"))
	}
	items := b.sub(func() { b.items(w) })
	failed := b.sub(func() { b.listState(w, "error", "errorText", "alert") })
	more, lost := b.further(w)
	b.do(func(r *run) {
		if queryFailed(r.scope, query) {
			r.block(failed)
			return
		}
		r.block(items)
		switch left, ok := further(r.scope, query); {
		case left && ok:
			r.block(more)
		case left:
			r.block(lost)
		}
	})
	if query != "" {
		b.loading(w)
	}
	b.raw("</div>")
}

// What the buttons of a list ask for: its query again, or the next page of it.
const (
	askAgain markup = "_again"
	askMore  markup = "_more"
)

// queryButton draws a button that asks for something of the widget's query. It needs no flow, so none is sealed into it.
func (b *builder) queryButton(w *project.Widget, ask, suffix, class markup, icon, text string) {
	b.raw(`<button type="submit" class="`, class, `" name="`, ask, `"`)
	b.attr("value", b.word(w, "query"))
	b.id("id", w.Key, suffix)
	if ask == askMore && b.enum(w, "more") == "scroll" && icon == "" {
		b.raw(" data-scroll")
	}
	if b.form == nil {
		b.raw(` form="page"`)
	}
	b.raw(" formnovalidate>")
	if icon != "" {
		b.raw(glyph(icon))
	}
	b.raw("<span>")
	b.say(text)
	b.raw("</span></button>")
}

// further is what stands below the items while there is another page: a button, or what happened to that page and a button.
func (b *builder) further(w *project.Widget) (more, lost block) {
	if b.enum(w, "more") == "none" || b.word(w, "query") == "" {
		return nil, nil
	}
	more = b.sub(func() {
		b.raw(`<div class="u-more">`)
		b.queryButton(w, askMore, "-more", "u-btn u-btn-outlined u-btn-md", "", b.own("shown.more"))
		b.raw("</div>")
	})
	lost = b.sub(func() {
		b.raw(`<div class="u-more" role="alert"><p>`)
		b.text(b.prop(w, "errorText"))
		b.raw("</p>")
		b.queryButton(w, askMore, "-more", "u-btn u-btn-outlined u-btn-md", "refresh", b.own("link.retry"))
		b.raw("</div>")
	})
	return more, lost
}

// loading is shown while an answer is on its way; only script knows of that.
func (b *builder) loading(w *project.Widget) {
	b.raw(`<div class="u-loading u-g-`, b.enum(w, "gap"), `" aria-hidden="true">`)
	if len(w.Slots["loading"]) > 0 {
		b.children(w, "loading")
	} else {
		b.raw(`<div class="u-bone"></div><div class="u-bone"></div><div class="u-bone"></div>`)
	}
	b.raw("</div>")
}

func (b *builder) items(w *project.Widget) {
	b.each(b.prop(w, "data"), b.word(w, "key"),
		func() {
			b.raw(`<ul role="list" class="u-list-`, b.enum(w, "layout"), " u-g-", b.enum(w, "gap"), `"`)
			b.id("id", w.Key, "-items")
			b.raw(">")
		},
		func() {
			b.raw("<li")
			b.id("id", w.Key, "")
			b.raw(` data-key="`)
			b.do(func(r *run) { r.buf = append(r.buf, r.lastKey()...) })
			b.raw(`">`)
			b.children(w, "item")
			b.raw("</li>")
		},
		func() { b.raw("</ul>") },
		func() { b.listState(w, "empty", "emptyText", "list") })
}

// listState draws a slot that stands for the list, or a sentence when the slot is not filled.
func (b *builder) listState(w *project.Widget, slot, sentence, icon string) {
	if len(w.Slots[slot]) > 0 {
		b.children(w, slot)
		return
	}
	b.raw(`<div class="u-empty"`)
	if slot == "error" {
		b.raw(` role="alert"`)
	}
	b.raw(">", glyph(icon), "<p>")
	b.text(b.prop(w, sentence))
	b.raw("</p>")
	if slot == "error" && b.word(w, "query") != "" {
		b.queryButton(w, askAgain, "-retry", "u-btn u-btn-outlined u-btn-sm", "refresh", b.own("link.retry"))
	}
	b.raw("</div>")
}

// further reports whether a query has another page, and whether the last one came.
func further(s value.Scope, name string) (left, came bool) {
	queries, _ := s["queries"].(map[string]any)
	q, _ := queries[name].(map[string]any)
	return q["more"] == true, q["ok"] == true
}

// queryFailed reports whether the named query ran and failed.
func queryFailed(s value.Scope, name string) bool {
	if name == "" {
		return false
	}
	queries, _ := s["queries"].(map[string]any)
	q, _ := queries[name].(map[string]any)
	if q == nil || q["ok"] != false {
		return false
	}
	if items, ok := q["items"].([]any); ok && len(items) > 0 {
		return false // a further page failed: those before it stay, and the page may show the error beside them
	}
	status, _ := q["status"].(int)
	return status != 0 || value.Text(q["error"]) != ""
}

// lastKey is the key of the innermost element, as RowKey writes it.
func (r *run) lastKey() []byte {
	for i := len(r.row) - 1; i >= 0; i-- {
		if r.row[i] == '.' {
			return r.row[i+1:]
		}
	}
	return r.row
}
