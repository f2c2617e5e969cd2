package project

import (
	"fmt"
	"slices"
	"strings"

	"github.com/usherdev/usher/value"
)

// Bounds of how many pages of a query are loaded in one visit.
const (
	defaultPages = 20
	maxPages     = 100
)

// readPaging decodes `pages` of a query and returns the scope of its `with`, which may read how far it has come (F104).
func (w *pageWork) readPaging(sc scope, q *Query, call *callWork, p place) scope {
	s := p.section("pages", "items", "more", "most")
	q.Pages = &Paging{}
	sc = sc.with("page", pagingType(call))
	over := sc.with("reply", call.output(false))
	if ip, ok := s.need("items", "the list of the reply, such as ${reply.body.items}"); ok {
		q.Pages.Items = over.value(ip, want{what: "items", list: true})
		if t := q.Pages.Items; t != nil && t.Type().Kind != value.KindList && t.Type().Kind != value.KindAny {
			ip.fail(fmt.Sprintf("items needs a list, not %s", t.Type()), "say where in the reply it is: ${reply.body.items}")
			q.Pages.Items = nil
		}
	}
	if mp, ok := s.get("more"); ok {
		q.Pages.More = over.value(mp, want{what: "more", typ: value.BoolType(), secret: true})
	}
	q.Pages.Most = s.count("most", defaultPages, 1, maxPages)
	w.paging[q.Name] = q.Pages
	return sc
}

// checkPaging warns of a query whose pages would all be the same.
func (w *pageWork) checkPaging(q *Query, s section) {
	if q.Pages == nil || slices.ContainsFunc(q.With.Reads(), func(r string) bool {
		return r == "page" || strings.HasPrefix(r, "page.index") || strings.HasPrefix(r, "page.loaded") || strings.HasPrefix(r, "page.last")
	}) {
		return
	}
	p, _ := s.get("pages")
	p.warn(q.Call.ID+" is asked for the same page each time", "let `with` read page.index, page.loaded or page.last")
}

// pagingType is what page.* holds in a query with pages: how far it has come, beside the name and the address of the page.
func pagingType(call *callWork) *value.Type {
	t := pageType()
	t.Fields = append(t.Fields, value.Field{Name: "index", Type: value.IntType()}, value.Field{Name: "loaded", Type: value.IntType()},
		value.Field{Name: "last", Type: call.output(false)})
	return t
}

// queryType is what queries.NAME holds: the reply and, with pages, what all of them have added up to.
func (w *pageWork) queryType(name string) *value.Type {
	t := w.queries[name].output(false)
	pages := w.paging[name]
	if pages == nil {
		return t
	}
	items := value.ListOf(value.AnyType())
	if pages.Items != nil && pages.Items.Type().Kind == value.KindList {
		items = pages.Items.Type()
	}
	t.Fields = append(slices.Clone(t.Fields), value.Field{Name: "items", Type: items}, value.Field{Name: "more", Type: value.BoolType()})
	return t
}

// ofReply turns a path below queries.NAME that begins at its items into the path in each reply.
func (g *Paging) ofReply(path []string) []string {
	if g == nil || g.Items == nil || path[0] != "items" {
		return path
	}
	if reads := g.Items.Reads(); len(reads) == 1 && strings.HasPrefix(reads[0], "reply.") {
		return append(strings.Split(reads[0], ".")[1:], path[1:]...)
	}
	return path
}
