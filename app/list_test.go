package app

import "testing"

const asksPage = `
path: /asks
title: Asks
access: loggedIn
queries:
  posts:
    call: feed.posts
    with: {page: "${page.index}", loaded: "${page.loaded}", after: "${page.last?.body.next}", word: all}
    pages: {items: "${reply.body.posts}", more: "${page.loaded < reply.body.total}"}
body:
  - list: {data: "${queries.posts.items}", query: posts, key: id, errorText: Nothing came., more: scroll, refresh: true, item: [{text: "${item.title}"}]}
`

// TestF197_ListAsks: a list brings its own buttons: one for the next page, which after a fault tries that page again, one that asks the
// query anew, and one that tries again what failed from the start. None needs a flow or script.
func TestF197_ListAsks(t *testing.T) {
	f, _, c := newFeed(t, 5)
	p := c.get("/asks")
	p.want(t, 200, "all 0. all 1.")
	f.since()
	p = c.press(p, "Load more", nil)
	p.want(t, 200, "all 0. all 1. all 2. all 3.")
	if got := f.since(); got != "1,2,c1,all" || !p.has("button[name=_more][data-scroll]") {
		t.Errorf("asked: %s", got)
	}
	f.broken.Store(true)
	p = c.press(p, "Load more", nil)
	if p.want(t, 200, "all 3.", "Nothing came."); p.has("[data-scroll]") {
		t.Error("a page that failed is asked for again without end")
	}
	f.broken.Store(false)
	f.since()
	p = c.press(p, "Try again", nil)
	if p.want(t, 200, "all 3. all 4."); p.button("Load more") != nil || p.button("Try again") != nil || f.since() != "2,4,c2,all" {
		t.Errorf("the page is not asked for again: %s", p.text())
	}
	p = c.press(p, "Refresh", nil)
	if p.want(t, 200, "all 4."); f.since() != "0,0,,all 1,2,c1,all 2,4,c2,all" {
		t.Error("the query is not asked again")
	}
	f.broken.Store(true)
	p = c.get("/asks")
	if p.want(t, 200, "Nothing came."); p.has("main li") || !p.has("button[name=_again] ~ .u-empty button[name=_again]") {
		t.Errorf("a list that failed does not try again: %s", p.body)
	}
	f.broken.Store(false)
	c.press(p, "Try again", nil).want(t, 200, "all 0. all 1.")
}
