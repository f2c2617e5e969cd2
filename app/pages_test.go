package app

import (
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
)

const pagingTypes = "fields: {posts: list of Post, next: text, total: int}\n"

const pagingCalls = `
url: ${env.API_URL}
auth: required
calls:
  posts:
    path: /posts
    params: {page: int, loaded: int, after: {type: text, required: false}, word: {type: text, required: false}}
    query: {page: "${params.page}", loaded: "${params.loaded}", after: "${params.after}", word: "${params.word}"}
    reply: Posts
  like: {method: POST, path: /like, replyAs: none}
`

const pagingPage = `
path: /feed
title: Feed
access: loggedIn
state: {word: {type: text, default: all}}
queries:
  posts:
    call: feed.posts
    with: {page: "${page.index}", loaded: "${page.loaded}", after: "${page.last?.body.next}", word: "${state.word}"}
    pages: {items: "${reply.body.posts}", more: "${page.loaded < reply.body.total}", most: 3}
body:
  - list: {data: "${queries.posts.items}", query: posts, key: id, errorText: Nothing came., item: [{text: "${item.title}"}]}
  - text: "${queries.posts.ok ? \"\" : queries.posts.error}"
  - button: {text: More, visible: "${queries.posts.more}", onTap: [{loadMore: posts}]}
  - button: {text: Twice, onTap: [{loadMore: posts}, {loadMore: {query: posts}}]}
  - button: {text: Draw, onTap: []}
  - button: {text: Again, onTap: [{refresh: posts}]}
  - button: {text: Like, onTap: [{call: feed.like}]}
  - button: {text: Other, onTap: [{setState: {word: other}}]}
`

// feed is a backend with so many posts, two a page; what was asked of it stands in asked.
type feed struct {
	total  int
	broken atomic.Bool
	asked  chan string
}

func (f *feed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	f.asked <- strings.Join([]string{q.Get("page"), q.Get("loaded"), q.Get("after"), q.Get("word")}, ",")
	if f.broken.Load() {
		reply(w, 500, map[string]any{"message": "The feed is asleep."})
		return
	}
	page, _ := strconv.Atoi(q.Get("page"))
	posts := []any{}
	for i := page * 2; i < min(page*2+2, f.total); i++ {
		posts = append(posts, map[string]any{"id": i, "title": q.Get("word") + " " + strconv.Itoa(i) + "."})
	}
	reply(w, 200, map[string]any{"posts": posts, "next": "c" + strconv.Itoa(page+1), "total": f.total})
}

// since is what was asked of the feed since it was read last.
func (f *feed) since() string {
	var out []string
	for {
		select {
		case a := <-f.asked:
			out = append(out, a)
		default:
			return strings.Join(out, " ")
		}
	}
}

func newFeed(t *testing.T, total int) (*feed, *world, *client) {
	t.Helper()
	w := newWorld(t, map[string]string{"calls/feed.yaml": pagingCalls, "types/Posts.yaml": pagingTypes, "pages/feed.yaml": pagingPage, "pages/asks.yaml": asksPage})
	f := &feed{total: total, asked: make(chan string, 100)}
	w.backend.on("GET /posts", f.ServeHTTP)
	w.backend.on("POST /like", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) })
	c := w.browser()
	c.logIn("emily")
	f.since()
	return f, w, c
}

// TestF104_LoadMore: each press asks for one page, with its index, how much is loaded and the cursor of the reply before, and adds its items;
// what is loaded is not asked for again, and at the end there is no more. No script is needed.
func TestF104_LoadMore(t *testing.T) {
	f, _, c := newFeed(t, 5)
	p := c.get("/feed")
	p.want(t, 200, "all 0. all 1.")
	if got := f.since(); got != "0,0,,all" {
		t.Errorf("first asked: %s", got)
	}
	p = c.press(p, "More", nil)
	p.want(t, 200, "all 0. all 1. all 2. all 3.")
	if got := f.since(); got != "1,2,c1,all" {
		t.Errorf("then asked: %s", got)
	}
	p = c.press(p, "Draw", nil)
	p.want(t, 200, "all 0. all 1. all 2. all 3.")
	if got := f.since(); got != "" {
		t.Errorf("drawing again asked: %s", got)
	}
	p = c.press(p, "More", nil)
	p.want(t, 200, "all 0. all 1. all 2. all 3. all 4.")
	if p.button("More") != nil {
		t.Error("there seems to be more after the last")
	}
	p = c.press(p, "Twice", nil)
	p.want(t, 200, "all 4.")
	if got := f.since(); got != "2,4,c2,all" {
		t.Errorf("at the end asked: %s", got)
	}
	p = c.get("/feed")
	if p.want(t, 200, "all 1."); strings.Contains(p.text(), "all 2.") {
		t.Error("a new visit begins in the middle")
	}
}

// TestF104_OneActionOnePage: twice in one flow is once, and `most` is the end although the backend has more.
func TestF104_OneActionOnePage(t *testing.T) {
	f, _, c := newFeed(t, 100)
	p := c.press(c.get("/feed"), "Twice", nil)
	if p.want(t, 200, "all 3."); strings.Contains(p.text(), "all 4.") {
		t.Error("one flow loaded two pages")
	}
	p = c.press(p, "More", nil)
	p.want(t, 200, "all 5.")
	if p.button("More") != nil {
		t.Error("more than `most` pages are offered")
	}
	f.since()
	p = c.press(p, "Twice", nil)
	if got := f.since(); got != "" || strings.Contains(p.text(), "all 6.") {
		t.Errorf("beyond `most` asked: %s", got)
	}
}

// TestF104_FailedPage: a page that fails keeps those before it and says why; pressing again asks for that page, and a lost memory for all.
func TestF104_FailedPage(t *testing.T) {
	f, w, c := newFeed(t, 5)
	p := c.get("/feed")
	f.broken.Store(true)
	p = c.press(p, "More", nil)
	p.want(t, 200, "all 0. all 1.", "The feed is asleep.")
	if strings.Contains(p.text(), "Nothing came.") {
		t.Error("the list hides what it has")
	}
	f.broken.Store(false)
	f.since()
	p = c.press(p, "More", nil)
	p.want(t, 200, "all 2. all 3.")
	if got := f.since(); got != "1,2,c1,all" || strings.Contains(p.text(), "all 4.") {
		t.Errorf("after a failure asked: %s", got)
	}
	for name, lose := range map[string]func(*page) *page{
		"the memory was lost": func(p *page) *page { w.app.memory = newMemory(maxResults); return c.press(p, "Draw", nil) },
		"the data changed":    func(p *page) *page { return c.press(p, "Like", nil) },
		"a refresh":           func(p *page) *page { return c.press(p, "Again", nil) },
	} {
		p = lose(p)
		p.want(t, 200, "all 0. all 1. all 2. all 3.")
		if got := f.since(); got != "0,0,,all 1,2,c1,all" {
			t.Errorf("%s, and asked: %s", name, got)
		}
	}
	p = c.press(p, "Other", nil)
	if p.want(t, 200, "other 0. other 1."); strings.Contains(p.text(), "other 2.") || f.since() != "0,0,,other" {
		t.Error("another search begins in the middle")
	}
}

// TestF104_OddLists: null is a list of none, and what is no list is a failure with a sentence.
func TestF104_OddLists(t *testing.T) {
	calls := strings.Replace(pagingCalls, "    reply: Posts\n", "", 1)
	w := newWorld(t, map[string]string{"calls/feed.yaml": calls, "pages/feed.yaml": strings.Replace(pagingPage, "item.title", "string(item)", 1)})
	c := w.browser()
	c.logIn("emily")
	for body, want := range map[string]string{`{"posts": null, "total": 3}`: "", `{"posts": 7, "total": 3}`: "another shape"} {
		w.backend.on("GET /posts", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) })
		p := c.get("/feed")
		if p.want(t, 200, want); want == "" && strings.Contains(p.text(), "shape") {
			t.Errorf("%s: %s", body, p.text())
		}
	}
}
