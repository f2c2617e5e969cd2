package main

import (
	"fmt"
	"io"
	"regexp"
	"strings"

	"golang.org/x/net/html"
	g "maragu.dev/gomponents"
)

// recipe is an element of the home page as somebody would write it in Go with gomponents: what is fixed, and where data goes.
type recipe struct {
	tag      string // "" for text
	attrs    []attribute
	text     phrase
	children []*recipe
	row      bool // once for each story
}

type attribute struct {
	name  string
	value phrase
}

// phrase is fixed text and the names of fields in turns.
type phrase []string

var hole = regexp.MustCompile(`Zq([A-Za-z]+)qZ`)

func phraseOf(s string) phrase {
	var out phrase
	at := 0
	for _, m := range hole.FindAllStringSubmatchIndex(s, -1) {
		out = append(out, s[at:m[0]], s[m[2]:m[3]])
		at = m[1]
	}
	return append(out, s[at:])
}

// with puts the fields of row, and of user, into p.
func (p phrase) with(user, row map[string]any) string {
	if len(p) == 1 {
		return p[0]
	}
	var b strings.Builder
	for i, s := range p {
		switch {
		case i%2 == 0:
			b.WriteString(s)
		case row[s] != nil:
			b.WriteString(strings.TrimPrefix(fmt.Sprint(row[s]), "/covers/"))
		default:
			b.WriteString(fmt.Sprint(user[s]))
		}
	}
	return b.String()
}

// recipeOf reads the page that the plan draws with marks where data goes.
func recipeOf(page string) (*recipe, error) {
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return nil, err
	}
	for n := range doc.ChildNodes() {
		if n.Type == html.ElementNode {
			return readRecipe(n), nil
		}
	}
	return nil, io.ErrUnexpectedEOF
}

func readRecipe(n *html.Node) *recipe {
	if n.Type == html.TextNode {
		return &recipe{text: phraseOf(n.Data)}
	}
	r := &recipe{tag: n.Data, row: n.Data == "li" && hole.MatchString(drawn(n))}
	for _, a := range n.Attr {
		r.attrs = append(r.attrs, attribute{a.Key, phraseOf(a.Val)})
	}
	for c := range n.ChildNodes() {
		if c.Type == html.TextNode || c.Type == html.ElementNode {
			r.children = append(r.children, readRecipe(c))
		}
	}
	return r
}

func drawn(n *html.Node) string {
	var b strings.Builder
	_ = html.Render(&b, n)
	return b.String()
}

// node builds what gomponents draws, as a handler does for each request.
func (r *recipe) node(user, row map[string]any, stories []any) g.Node {
	if r.tag == "" {
		return g.Text(r.text.with(user, row))
	}
	nodes := make([]g.Node, 0, len(r.attrs)+len(r.children))
	for _, a := range r.attrs {
		nodes = append(nodes, g.Attr(a.name, a.value.with(user, row)))
	}
	for _, c := range r.children {
		if !c.row {
			nodes = append(nodes, c.node(user, row, stories))
			continue
		}
		for _, s := range stories {
			story, _ := s.(map[string]any)
			nodes = append(nodes, c.node(user, story, nil))
		}
	}
	return g.El(r.tag, nodes...)
}

// draws writes the page with gomponents.
func (r *recipe) draws(w io.Writer, data map[string]any) error {
	user, _ := data["user"].(map[string]any)
	stories, _ := data["posts"].([]any)
	if _, err := io.WriteString(w, "<!doctype html>"); err != nil {
		return err
	}
	return r.node(user, nil, stories).Render(w)
}
