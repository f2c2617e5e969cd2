package render

import (
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// list draws its item once an element, as an HTML list; or its empty or error state.
func list(b *builder, w *project.Widget) {
	b.root(w, "div", "u-list")
	b.raw(">")
	items := b.sub(func() { b.items(w) })
	failed := b.sub(func() { b.listState(w, "error", "errorText", "alert") })
	query := b.word(w, "query")
	b.do(func(r *run) {
		if queryFailed(r.scope, query) {
			r.block(failed)
		} else {
			r.block(items)
		}
	})
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
	b.raw("</p></div>")
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
