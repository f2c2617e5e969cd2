package journey

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// page is what a browser shows: the document, with what was typed and chosen in it as attributes.
type page struct {
	url     *url.URL
	status  int
	doc     *html.Node
	files   map[*html.Node][]chosenFile
	refused []string // what the browser itself objects to, until the next page
}

// address is the page's URL without query.
func (p *page) address() string {
	u := *p.url
	u.RawQuery, u.Fragment, u.User = "", "", nil
	return u.String()
}

func (p *page) title() string {
	for n := range p.doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == "title" && n.Namespace == "" {
			return words(rawText(n))
		}
	}
	return ""
}

// text is the visible text, with single spaces.
func (p *page) text() string { return words(visible(p.doc)) }

// notices are the texts that the page announces: in role status or alert.
func (p *page) notices() []string { return p.said("status", "alert") }

// errors are the texts that the page announces as wrong (role alert), and what the browser itself objects to.
func (p *page) errors() []string { return append(p.said("alert"), p.refused...) }

func (p *page) said(roles ...string) []string {
	var out []string
	for n := range p.doc.Descendants() {
		if n.Type != html.ElementNode || !slices.Contains(roles, attr(n, "role")) || hidden(n) {
			continue
		}
		if s := words(visible(n)); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// visible collects the text that a person sees below n. Blocks are parted by spaces.
func visible(n *html.Node) string { return without(n, unseen) }

// spoken is visible as a screen reader says it: without what is for the eye alone.
func spoken(n *html.Node) string {
	return without(n, func(n *html.Node) bool { return unseen(n) || attr(n, "aria-hidden") == "true" })
}

// without collects the text below n, but for that of the elements that are left out.
func without(n *html.Node, left func(*html.Node) bool) string {
	var b strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
			return
		}
		if n.Type == html.ElementNode && left(n) {
			return
		}
		inline := n.Type == html.ElementNode && slices.Contains(inlines, n.Data)
		if !inline {
			b.WriteByte(' ')
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
		if !inline {
			b.WriteByte(' ')
		}
	}
	walk(n)
	return b.String()
}

// inlines are the elements at whose ends a word goes on.
var inlines = []string{"a", "abbr", "b", "bdi", "cite", "code", "em", "i", "mark", "s", "small", "strong", "sub", "sup", "u", "wbr"}

// unseen reports whether an element shows nothing.
func unseen(n *html.Node) bool {
	switch n.Data {
	case "head", "script", "style", "template", "datalist", "select", "textarea", "title":
		return true
	case "dialog":
		return !has(n, "open")
	}
	return has(n, "hidden")
}

// hidden reports whether n or anything around it is not shown.
func hidden(n *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n.Type == html.ElementNode && (n.Data == "template" || n.Data == "dialog" && !has(n, "open") || has(n, "hidden")) {
			return true
		}
	}
	return false
}

func rawText(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

func words(s string) string { return strings.Join(strings.Fields(s), " ") }

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name && a.Namespace == "" {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name && a.Namespace == "" })
}

func set(n *html.Node, name, val string) {
	drop(n, name)
	n.Attr = append(n.Attr, html.Attribute{Key: name, Val: val})
}

func drop(n *html.Node, name string) {
	n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name && a.Namespace == "" })
}

// kindOf is the type of a button or an input, as browsers read it.
func kindOf(n *html.Node) string {
	kind := strings.ToLower(attr(n, "type"))
	switch {
	case kind != "":
		return kind
	case n.Data == "button":
		return "submit"
	case n.Data == "input":
		return "text"
	}
	return n.Data
}

// named finds the things of a kind that people call name: by accessible name, then whatever the case of its letters. also gives further
// names of an element, such as its id.
func (p *page) named(name string, kind func(*html.Node) bool, also func(*html.Node) []string) []*html.Node {
	want := words(name)
	var exact, near []*html.Node
	for n := range p.doc.Descendants() {
		if n.Type != html.ElementNode || !kind(n) || hidden(n) {
			continue
		}
		all := append([]string{p.nameOf(n)}, also(n)...)
		switch {
		case slices.Contains(all, want):
			exact = append(exact, n)
		case slices.ContainsFunc(all, func(s string) bool { return strings.EqualFold(s, want) }):
			near = append(near, n)
		}
	}
	if len(exact) > 0 {
		return exact
	}
	return near
}

// nameOf is the accessible name: what a screen reader says.
func (p *page) nameOf(n *html.Node) string {
	if ids := strings.Fields(attr(n, "aria-labelledby")); len(ids) > 0 {
		var parts []string
		for _, id := range ids {
			if at := p.byID(id); at != nil {
				parts = append(parts, spoken(at))
			}
		}
		if s := words(strings.Join(parts, " ")); s != "" {
			return s
		}
	}
	if s := words(attr(n, "aria-label")); s != "" {
		return s
	}
	switch n.Data {
	case "button", "a", "summary":
		if s := words(spoken(n)); s != "" {
			return s
		}
		return words(cmp.Or(p.picture(n), attr(n, "title")))
	case "input", "select", "textarea":
		if s := p.labelOf(n); s != "" {
			return s
		}
		if slices.Contains([]string{"submit", "button", "reset"}, kindOf(n)) {
			return words(attr(n, "value"))
		}
	}
	return words(cmp.Or(attr(n, "title"), attr(n, "placeholder")))
}

// picture is the text for a picture inside n.
func (p *page) picture(n *html.Node) string {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && d.Data == "img" {
			return attr(d, "alt")
		}
	}
	return ""
}

func (p *page) labelOf(n *html.Node) string {
	id := attr(n, "id")
	for l := range p.doc.Descendants() {
		if l.Type == html.ElementNode && l.Data == "label" && (id != "" && attr(l, "for") == id || within(n, l)) {
			return words(spoken(l))
		}
	}
	return ""
}

func within(n, around *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n == around {
			return true
		}
	}
	return false
}

func (p *page) byID(id string) *html.Node {
	for n := range p.doc.Descendants() {
		if n.Type == html.ElementNode && attr(n, "id") == id {
			return n
		}
	}
	return nil
}

// field finds the one input that is called name: by label, id or name.
func (p *page) field(name string) (*html.Node, error) {
	found := p.named(name, isField, func(n *html.Node) []string {
		id := attr(n, "id")
		return []string{id, strings.TrimPrefix(id, "w-"), attr(n, "name")}
	})
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return nil, sayf("there is no field %q%s", name, p.list("the fields are", isField))
	}
	return nil, sayf("%d fields are called %q; say which by its id", len(found), name)
}

func isField(n *html.Node) bool {
	switch n.Data {
	case "select", "textarea":
		return true
	case "input":
		return !slices.Contains([]string{"hidden", "submit", "button", "reset", "image", "radio"}, kindOf(n))
	}
	return false
}

// pressable finds the one button or link that is called name; in, when not "", is a text of the list item that it belongs to.
func (p *page) pressable(name, in string) (*html.Node, error) {
	found := p.named(name, isPressable, func(*html.Node) []string { return nil })
	if len(found) == 0 {
		return nil, sayf("there is no button or link %q%s", name, p.list("there are", doesSomething))
	}
	if in != "" {
		if found = closest(found, words(in)); len(found) == 0 {
			return nil, sayf("no %q belongs to %q", name, in)
		}
	}
	if len(found) > 1 && !sameLink(found) {
		return nil, sayf("%d buttons or links are called %q; say which: click %q in \"text beside it\"", len(found), name, name)
	}
	return found[0], nil
}

func isPressable(n *html.Node) bool {
	switch n.Data {
	case "button", "summary":
		return attr(n, "aria-hidden") != "true"
	case "a":
		return has(n, "href")
	case "input":
		return slices.Contains([]string{"submit", "button", "image"}, kindOf(n))
	}
	return false
}

// doesSomething leaves out what needs script.
func doesSomething(n *html.Node) bool { return isPressable(n) && kindOf(n) != "button" }

func sameLink(all []*html.Node) bool {
	for _, n := range all {
		if n.Data != "a" || attr(n, "href") != attr(all[0], "href") {
			return false
		}
	}
	return true
}

// closest keeps those whose smallest surrounding that holds text lies deepest: of the buttons of a list, those of the item with the text.
func closest(all []*html.Node, text string) []*html.Node {
	var kept []*html.Node
	deepest := -1
	for _, n := range all {
		at := n.Parent
		for at != nil && !strings.Contains(words(visible(at)), text) {
			at = at.Parent
		}
		if at == nil {
			continue
		}
		depth := 0
		for up := range at.Ancestors() {
			_ = up
			depth++
		}
		if depth > deepest {
			deepest, kept = depth, nil
		}
		if depth == deepest {
			kept = append(kept, n)
		}
	}
	return kept
}

// list names what there is instead, for messages.
func (p *page) list(intro string, kind func(*html.Node) bool) string {
	var names []string
	for n := range p.doc.Descendants() {
		if n.Type != html.ElementNode || !kind(n) || hidden(n) {
			continue
		}
		if s := p.nameOf(n); s != "" && !slices.Contains(names, s) && len(names) < 12 {
			names = append(names, s)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "; " + intro + " " + strings.Join(names, ", ")
}
