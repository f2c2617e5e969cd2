package render

import (
	"errors"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

var errNoPage = errors.New("a link to a page needs values by name in “with”")

func link(b *builder, w *project.Widget) {
	b.root(w, "a", "u-link")
	switch url := b.prop(w, "url"); {
	case w.Target != nil:
		b.opens(w)
		if b.ways && w.Target.Name == b.page {
			b.raw(` aria-current="page"`)
		}
	case url.written():
		b.goes(url)
	}
	b.raw(">")
	if name := b.word(w, "icon"); name != "" {
		b.raw(glyph(name))
	}
	b.raw("<span>")
	b.text(b.prop(w, "text"))
	b.raw("</span></a>")
}

// goes writes the address that a link names.
func (b *builder) goes(url prop) {
	if v, ok := constant(url); ok {
		if u, safe := safeURL(value.Text(v)); safe {
			b.attr("href", u)
		} else {
			b.fail(url.at, errURL.Error())
		}
	} else {
		b.do(func(r *run) { r.url("href", r.say(url), url.at) })
	}
	b.raw(` rel="noopener"`)
}

// opens writes the URL of the page that a link names.
func (b *builder) opens(w *project.Widget) {
	with, at := b.prop(w, "with"), below(w, "page")
	if v, _ := constant(with); isEmpty(v) {
		with = prop{}
	}
	b.do(func(r *run) {
		if r.frame.Href == nil {
			return
		}
		var params map[string]any
		if with.written() {
			v := r.eval(with)
			m, ok := v.(map[string]any)
			if !ok && v != nil {
				r.fault(with.at, errNoPage)
			}
			params = m
		}
		u, err := r.frame.Href(w.Target, params)
		if err != nil {
			r.fault(at, err)
			return
		}
		r.url("href", u, at)
	})
}

// isEmpty reports whether v is a map of nothing.
func isEmpty(v any) bool {
	m, ok := v.(map[string]any)
	return ok && len(m) == 0
}
