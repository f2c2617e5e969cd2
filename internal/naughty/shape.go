package naughty

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Harmless is the word in whose place a text is put: a page with the text must have the shape of the page with this.
const Harmless = "harmless"

// Shape is what a page consists of, in its order.
type Shape []part

// part is one element of a page, or one run of text.
type part struct {
	path   string
	attrs  []html.Attribute
	text   string
	faults []string // of what is drawn in one way or another
}

// Read reads a page as a browser does. What Markdown makes of a text is left out; which picture is drawn, or which initials instead, and
// whether a change is good, goes by the text: of those it looks at what they may consist of.
func Read(src string) (Shape, error) {
	doc, err := html.Parse(strings.NewReader(src))
	if err != nil {
		return nil, err
	}
	var out Shape
	out.walk(doc, "")
	return out, nil
}

func (s *Shape) walk(n *html.Node, path string) {
	switch n.Type {
	case html.ElementNode:
		class := " " + attribute(n, "class") + " "
		for _, either := range []string{" u-image ", " u-avatar ", " u-stat-change "} {
			if strings.Contains(class, either) {
				*s = append(*s, part{path: path + "/picture", faults: sound(n)})
				return
			}
		}
		path += "/" + n.Data
		*s = append(*s, part{path: path, attrs: n.Attr})
		if class == " u-prose " || path == "/html/head/title" {
			return
		}
	case html.TextNode:
		*s = append(*s, part{path: path + "/#text", text: n.Data})
	case html.CommentNode:
		*s = append(*s, part{path: path + "/#comment", text: n.Data})
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		s.walk(c, path)
	}
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// What a picture, a video, a frame, an avatar or a change is drawn with.
var (
	drawnWith = strings.Fields("img video track iframe div span bdi svg path circle rect line polyline polygon")
	written   = strings.Fields("id class src data-fallback alt width height loading decoding fetchpriority data-tone aria-hidden aria-label role " +
		"poster preload playsinline controls crossorigin kind srclang label default title sandbox allow referrerpolicy")
)

func sound(n *html.Node) (faults []string) {
	if n.Type == html.ElementNode && !slices.Contains(drawnWith, n.Data) {
		faults = append(faults, "a picture holds <"+n.Data+">")
	}
	for _, a := range n.Attr {
		if n.Namespace == "" && !slices.Contains(written, a.Key) {
			faults = append(faults, "a picture has the attribute "+a.Key)
		}
		if f := opens(a); f != "" {
			faults = append(faults, f)
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		faults = append(faults, sound(c)...)
	}
	return faults
}

// addresses are the attributes by which HTML has ever opened, fetched or run something.
var addresses = strings.Fields("href src srcset data-fallback action formaction poster data cite background ping manifest xlink:href codebase archive profile longdesc usemap classid icon lowsrc dynsrc srcdoc")

// IsAddress reports whether an attribute holds an address.
func IsAddress(attribute string) bool { return slices.Contains(addresses, attribute) }

var scheme = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9+.-]*):`)

// schemeOf reads an address as a browser does, which drops tabs and line ends and what is not seen before it: "" for one without a scheme.
func schemeOf(address string) string {
	address = strings.TrimLeftFunc(strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(address), func(c rune) bool { return c <= ' ' })
	if m := scheme.FindStringSubmatch(address); m != nil {
		return strings.ToLower(m[1])
	}
	return ""
}

// opens says what is wrong with an address.
func opens(a html.Attribute) string {
	if IsAddress(a.Key) && !slices.Contains([]string{"", "http", "https", "mailto", "tel"}, schemeOf(a.Val)) {
		return fmt.Sprintf("%s is %q", a.Key, a.Val)
	}
	return ""
}

// Differs says how a page with a text is another than the page with the harmless word: in an element, an attribute, or a value that is not the
// text where the word was. also are other ways in which the text may be written.
func (s Shape) Differs(got Shape, text string, also ...string) string {
	return s.compare(got, text, func(w, g part) string { return w.values(g, append(forms(text), also...)) })
}

// Restructured is Differs without a look at values: of a page of which other things are different each time, too.
func (s Shape) Restructured(got Shape, text string) string {
	return s.compare(got, text, part.keys)
}

func (s Shape) compare(got Shape, text string, same func(w, g part) string) string {
	want := s
	if strings.TrimSpace(text) == "" { // nothing is drawn of a change that says nothing
		picture := func(p part) bool { return strings.HasSuffix(p.path, "/picture") }
		want, got = slices.DeleteFunc(slices.Clone(want), picture), slices.DeleteFunc(slices.Clone(got), picture)
	}
	for i := range max(len(want), len(got)) {
		if i >= len(want) || i >= len(got) || want[i].path != got[i].path {
			return fmt.Sprintf("part %d is %s, not %s", i, got.at(i), want.at(i))
		}
		if len(got[i].faults) > 0 {
			return strings.Join(got[i].faults, ", ")
		}
		for _, a := range got[i].attrs {
			if f := opens(a); f != "" {
				return f
			}
		}
		if f := same(want[i], got[i]); f != "" {
			return f
		}
	}
	return ""
}

func (s Shape) at(i int) string {
	if i >= len(s) {
		return "nothing"
	}
	return fmt.Sprintf("%s %v %.60q", s[i].path, s[i].attrs, s[i].text)
}

// keys compares the names of attributes. An address that no page may open is left out; what is chosen goes by what was posted.
func (p part) keys(got part) string {
	i := 0
	got.attrs = unchosen(got.attrs)
	for _, w := range unchosen(p.attrs) {
		switch {
		case i < len(got.attrs) && got.attrs[i].Key == w.Key:
			i++
		case !IsAddress(w.Key):
			return fmt.Sprintf("%s lost %s: %v", p.path, w.Key, got.attrs)
		}
	}
	if i < len(got.attrs) {
		return fmt.Sprintf("%s has the attribute %v too", p.path, got.attrs[i])
	}
	return ""
}

func unchosen(attrs []html.Attribute) []html.Attribute {
	return slices.DeleteFunc(slices.Clone(attrs), func(a html.Attribute) bool { return a.Key == "checked" || a.Key == "selected" })
}

// values compares the names of attributes, what stands in them, and text. A slider's number is one of its own.
func (p part) values(got part, forms []string) string {
	if f := p.keys(got); f != "" {
		return f
	}
	for _, w := range p.attrs {
		i := slices.IndexFunc(got.attrs, func(a html.Attribute) bool { return a.Key == w.Key })
		number := w.Key == "value" && w.Val == "0" && strings.HasSuffix(p.path, "/input")
		if i >= 0 && !number && !follows(w.Val, got.attrs[i].Val, forms) {
			return fmt.Sprintf("%s %s is %q, not %q", p.path, w.Key, got.attrs[i].Val, w.Val)
		}
	}
	if output := strings.HasSuffix(p.path, "/output/#text"); !output && !follows(p.text, got.text, forms) {
		return fmt.Sprintf("%s says %q, not %q", p.path, got.text, p.text)
	}
	return ""
}

// forms are the ways in which a page shows a text: as it is, without the space around it, and in the JSON that scripts read.
func forms(text string) []string {
	inJSON, _ := json.Marshal(text)
	shown := strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
	shown = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(shown)
	return []string{shown, strings.TrimSpace(shown), string(inJSON[1 : len(inJSON)-1])}
}

func follows(want, got string, forms []string) bool {
	return slices.ContainsFunc(forms, func(form string) bool {
		return strings.TrimSpace(strings.ReplaceAll(want, Harmless, form)) == strings.TrimSpace(got)
	})
}
