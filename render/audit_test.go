package render

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// audit returns what is wrong with a document: markup that our content policy forbids, and what keeps people from
// using a page.
func audit(src string) []string {
	doc, err := html.Parse(strings.NewReader(src))
	if err != nil {
		return []string{err.Error()}
	}
	a := &auditor{ids: map[string]int{}}
	a.walk(doc, func(n *html.Node) {
		if id := get(n, "id"); id != "" {
			a.ids[id]++
		}
	})
	a.walk(doc, a.element)
	for id, n := range a.ids {
		if n > 1 {
			a.say("id %q stands %d times", id, n)
		}
	}
	if n := len(find(doc, "main")); n != 1 {
		a.say("%d main elements", n)
	}
	a.headings(doc)
	slices.Sort(a.found)
	return a.found
}

type auditor struct {
	ids   map[string]int
	found []string
}

func (a *auditor) say(format string, args ...any) {
	a.found = append(a.found, fmt.Sprintf(format, args...))
}

func (a *auditor) walk(n *html.Node, f func(*html.Node)) {
	if n.Type == html.ElementNode {
		f(n)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		a.walk(c, f)
	}
}

func get(n *html.Node, name string) string {
	for _, at := range n.Attr {
		if at.Key == name {
			return at.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(at html.Attribute) bool { return at.Key == name })
}

func find(n *html.Node, selector string) []*html.Node {
	return cascadia.QueryAll(n, cascadia.MustCompile(selector))
}

func textOf(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.WriteString(textOf(c))
	}
	return b.String()
}

func (a *auditor) element(n *html.Node) {
	for _, at := range n.Attr {
		a.attribute(n, at)
	}
	switch n.Data {
	case "iframe":
		if !slices.ContainsFunc(n.Attr, func(at html.Attribute) bool { return at.Key == "sandbox" }) || get(n, "title") == "" || !strings.HasPrefix(get(n, "src"), "https://") {
			a.say("a frame that is open")
		}
	case "style", "object", "embed", "base":
		a.say("a <%s> element", n.Data)
	case "script":
		if get(n, "src") == "" || textOf(n) != "" {
			a.say("an inline script")
		}
	case "img":
		if !has(n, "alt") {
			a.say("img without alt")
		}
	case "form":
		if get(n, "method") != "post" || len(find(n, `input[type=hidden][name=_state]`)) != 1 {
			a.say("form %q without method or state", get(n, "id"))
		}
	case "input", "select", "textarea":
		a.control(n)
	case "button", "a":
		a.named(n)
	}
}

func (a *auditor) attribute(n *html.Node, at html.Attribute) {
	switch key := at.Key; {
	case key == "style", strings.HasPrefix(key, "on"), strings.HasPrefix(key, "hx-"):
		a.say("<%s %s>", n.Data, key)
	case key == "for", key == "aria-controls", key == "aria-labelledby", key == "aria-describedby", key == "form":
		for _, id := range strings.Fields(at.Val) {
			if a.ids[id] == 0 {
				a.say("%s of <%s> names %q, which is not there", key, n.Data, id)
			}
		}
	case key == "href", key == "src", key == "action":
		if _, ok := safeURL(at.Val); !ok {
			a.say("%s is %q", key, at.Val)
		}
	case strings.ContainsAny(at.Val, "\x00"):
		a.say("NUL in %s", key)
	}
}

func (a *auditor) control(n *html.Node) {
	kind := get(n, "type")
	if kind == "hidden" {
		return
	}
	if kind == "password" && has(n, "value") {
		a.say("a password with a value")
	}
	root := n
	for root.Parent != nil {
		root = root.Parent
	}
	labels := slices.DeleteFunc(find(root, "label"), func(l *html.Node) bool { return get(l, "for") != get(n, "id") })
	part := get(n, "role") == "combobox" && get(n, "name") == "" && get(n, "aria-label") != "" // beside the select that has the label
	if len(labels) != 1 && !part || get(n, "id") == "" {
		a.say("input %q has %d labels", get(n, "name"), len(labels))
	}
	a.owned(n)
}

func (a *auditor) named(n *html.Node) {
	if n.Data == "button" {
		a.owned(n)
	}
	if get(n, "aria-hidden") == "true" || has(n, "disabled") {
		return
	}
	if strings.TrimSpace(textOf(n)) == "" && get(n, "aria-label") == "" && get(n, "aria-labelledby") == "" {
		a.say("<%s> without a name", n.Data)
	}
}

// owned wants a control to belong to a form: one around it or the page's.
func (a *auditor) owned(n *html.Node) {
	if get(n, "type") == "button" || get(n, "form") != "" {
		return
	}
	for p := n.Parent; p != nil; p = p.Parent {
		if p.Data == "form" {
			return
		}
	}
	a.say("<%s> belongs to no form", n.Data)
}

func (a *auditor) headings(doc *html.Node) {
	last := 0
	for _, h := range find(doc, "h1,h2,h3,h4,h5,h6") {
		level := int(h.Data[1] - '0')
		if level > last+1 {
			a.say("%s after h%d", h.Data, last)
		}
		if level == 1 && last > 0 {
			a.say("a second h1")
		}
		last = level
	}
}

// TestAuditFinds shows that each rule of the audit can fail.
func TestAuditFinds(t *testing.T) {
	for src, want := range map[string]string{
		`<main><p style="color:red">`:             `<p style>`,
		`<main><p onclick="x">`:                   `<p onclick>`,
		`<main><p hx-get="/">`:                    `<p hx-get>`,
		`<main><script>x</script>`:                `inline script`,
		`<main><style>x</style>`:                  `<style> element`,
		`<main><a href="javascript:x">x</a>`:      `href is`,
		`<main><img src="/x">`:                    `img without alt`,
		`<main><form></form>`:                     `without method or state`,
		`<main><input id="a">`:                    `0 labels`,
		`<main><input type="password" value="x">`: `password with a value`,
		`<main><button type="button"></button>`:   `without a name`,
		`<main><button>x</button>`:                `belongs to no form`,
		`<main><p aria-describedby="nobody">`:     `which is not there`,
		`<main><p id="a"></p><p id="a"></p>`:      `stands 2 times`,
		`<main><h1>x</h1><h3>x</h3>`:              `h3 after h1`,
		`<main><h1>x</h1><h1>x</h1>`:              `second h1`,
		`<p>no main`:                              `0 main elements`,
	} {
		if got := strings.Join(audit(src), "; "); !strings.Contains(got, want) {
			t.Errorf("audit of %s says %q, not %q", src, got, want)
		}
	}
}

var classAttr = regexp.MustCompile(` class="([^"]*)"`)

// classes returns every class that a document uses.
func classes(src string) map[string]bool {
	out := map[string]bool{}
	for _, m := range classAttr.FindAllStringSubmatch(src, -1) {
		for _, c := range strings.Fields(m[1]) {
			out[c] = true
		}
	}
	return out
}
