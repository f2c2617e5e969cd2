package render

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/usherdev/usher/internal/naughty"
	"github.com/usherdev/usher/value"
	"golang.org/x/net/html"
)

var dataPath = regexp.MustCompile(` data-(path|kind)="[^"]*"`)

// awkward are strings that break out of places where data is written without care.
var awkward = slices.Concat([]string{
	"", " ", "\x00", "\x00<script>", "\xff\xfe", "\xc0\xbc", "\u202e", "\ufeff", "\u2028", "&", "&amp;", "&#x3c;", "&lt;script&gt;", "<", ">", "\"", "'", "`", "\\", "\r\n", "\n", "\t",
	"<script>alert(1)</script>", "</script><script>alert(1)</script>", "</title><script>alert(1)</script>", "</textarea><script>alert(1)</script>",
	"</option></select><img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>", "' onmouseover='alert(1)", "\" onfocus=\"alert(1)\" autofocus=\"",
	"` onload=`alert(1)", "<!--", "-->", "<![CDATA[x]]>", "<?xml?>", "</svg><script>", "</main></body></html>", "{{constructor}}", "${alert(1)}", "%3Cscript%3E",
	"<a href=\"javascript:alert(1)\">x</a>", "<style>*{display:none}</style>", "<link rel=stylesheet href=//evil>", "<base href=//evil>", "<meta http-equiv=refresh content=0>", "<iframe srcdoc=x>",
	"<p hx-get=/x hx-on:click=alert(1)>", "[x](javascript:alert(1))", "[x](data:text/html,x)", "[x](x:y)", "<intent://x>", "![x](javascript:alert(1))", "[x](<java\tscript:alert(1)>)", "<javascript:alert(1)>", "[x]: javascript:alert(1)\n\n[x]",
	"# <script>", "```html\n<script>\n```", "| <b> |\n|---|\n| x |", "<svg/onload=alert(1)>", "<math><mtext></math><img src onerror=alert(1)>", "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
	"<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>", "<x style=\"background:url(//evil)\">", "u-c-error onclick=x", "red;background:url(//evil)",
}, badURLs, strings.Fields("a=b&c=d ../../etc/passwd //evil.com /\\evil.com https://example.com/?q=\"x\" mailto:a@b tel:+1 #frag ?q=1 1;DROP a:b:c .. ~x %00 x;y"))

// badURLs must never be the address of anything.
var badURLs = []string{"javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "java\nscript:alert(1)", " javascript:alert(1)", "\x01javascript:alert(1)", "javascript\x00:alert(1)",
	"vbscript:x", "data:text/html,<script>alert(1)</script>", "DATA:image/svg+xml,x", "blob:x", "file:///etc/passwd", "filesystem:x", "about:blank", "view-source:x", "x-y:z", "ftp://x", "intent://x",
	"javascript://%0aalert(1)", "\u0000data:x", "\x7fhttp:x", "ws://x", "jar:x", "feed:javascript:x", "/broken\xff", "https://example.com/\xc0\xbc"}

// TestF1_DataIsNeverCode writes each awkward string into every place of a page that takes data, and reads the page
// as a browser does: the page has the same elements as with harmless data, and nothing the audit forbids.
func TestF1_DataIsNeverCode(t *testing.T) {
	plan := compile(t, everySink, Options{})
	want := shape(sink(t, plan, "harmless"))
	for _, s := range awkward {
		out := sink(t, plan, s)
		if bad := audit(out); len(bad) > 0 {
			t.Errorf("%q: %v", s, bad)
		}
		if got := shape(out); strings.TrimSpace(s) != "" && got != want {
			t.Errorf("%q changes the page from\n%s\nto\n%s", s, want, got)
		}
	}
}

// everySink has a hole in every place that takes data: text, attributes, addresses, and the values of a frame.
const everySink = `path: /
title: "${state.s}"
state: {s: text}
body:
  - text: {text: "${state.s}", style: title}
  - text: "before ${state.s} after"
  - divider: ${state.s}
  - markdown: ${state.s}
  - image: {src: "https://example.com/x", alt: "${state.s}"}
  - link: {text: "x${state.s}", url: "${state.s}"}
  - link: {text: "x${state.s}", page: other, with: {id: "${state.s}"}}
  - avatar: {name: "${state.s}"}
  - icon: {name: star, label: "${state.s}"}
  - progress: {label: "${state.s}", value: 1}
  - chart: {label: "${state.s}", data: "${[{a: state.s, b: 1}]}", x: a, y: b, unit: "${state.s}"}
  - textField: {id: a, label: "${state.s}", help: "${state.s}", placeholder: "${state.s}", initial: "${state.s}", required: true}
  - textField: {id: b, label: B, type: multiline, required: true}
  - dropdown: {id: c, label: C, options: "${[state.s]}", placeholder: "${state.s}", required: true}
  - button: {text: "x${state.s}", onTap: [{snackBar: "${state.s}"}]}
  - iconButton: {icon: star, label: "x${state.s}", onTap: [{snackBar: x}]}
  - list: {data: "${[{id: state.s}]}", key: id, item: [{text: "${item.id}"}]}
  - list: {data: "${[]}", emptyText: "${state.s}", item: [{text: x}]}
`

func sink(t testing.TB, plan *Plan, s string) string {
	f := frameFor(nil)
	f.State, f.Values, f.Errors = s, map[string]string{"b": s}, map[string]string{"a": s + "x", "b": "x"}
	f.Notices = []Notice{{Text: s, Tone: s, Action: s, Href: s}, {Text: s, Action: s, Event: s}}
	if s == "" {
		f.State = "x"
	}
	return draws(t, plan, View{Scope: value.Scope{"state": map[string]any{"s": s}}, Frame: f})
}

// shape lists the elements and attribute names of a document, without what Markdown makes of its text and without
// href, which a bad address loses.
func shape(src string) string {
	doc, err := html.Parse(strings.NewReader(src))
	if err != nil {
		return err.Error()
	}
	var b strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.ElementNode {
			b.WriteString(n.Data)
			for _, a := range n.Attr {
				if a.Key != "href" && (a.Key != "value" || n.Data == "option") {
					b.WriteString(" " + a.Key)
				}
			}
			b.WriteString("\n")
			if get(n, "class") == "u-prose" {
				return
			}
		} else if n.Type == html.CommentNode {
			b.WriteString("comment\n")
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(doc)
	return b.String()
}

// TestF2_SafeURL: addresses that a page may open, and those it may not.
func TestF2_SafeURL(t *testing.T) {
	for _, s := range badURLs {
		if u, ok := safeURL(s); ok {
			t.Errorf("%q passes as %q", s, u)
		}
	}
	for _, s := range []string{"/", "/a?b=c:d", "#x", "?a=javascript:x", "a/b:c", "https://example.com", "HTTP://x", "mailto:a@b.c", "tel:+43", "", "..", " https://x "} {
		if _, ok := safeURL(s); !ok {
			t.Errorf("%q is refused", s)
		}
	}
}

// TestClosed: a class is one of the catalogue's words whatever is asked for.
func TestClosed(t *testing.T) {
	set := []string{"md", "lg"}
	for v, want := range map[any]markup{"lg": "lg", "x\" onload": "md", nil: "md", 3: "md"} {
		if got := closed(v, set); got != want {
			t.Errorf("closed(%v) is %q", v, got)
		}
	}
}

// FuzzContexts writes one string as text, attribute, address and row key, and reads it back.
func FuzzContexts(f *testing.F) {
	for _, s := range awkward {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want := strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
		src := `<!doctype html><p title="` + string(appendEscaped(nil, s)) + `" id="` + RowKey(s) + `">` + string(appendEscaped(nil, s)) + "</p>"
		doc, err := html.Parse(strings.NewReader(src))
		if err != nil {
			t.Fatal(err)
		}
		p := find(doc, "body > *")
		if len(p) != 1 || len(p[0].Attr) != 2 {
			t.Fatalf("%q makes %s", s, src)
		}
		if got := get(p[0], "title"); got != lines(want) {
			t.Fatalf("attribute %q reads %q", s, got)
		}
		if got := textOf(p[0]); got != lines(want) {
			t.Fatalf("text %q reads %q", s, got)
		}
		if strings.ContainsFunc(RowKey(s), func(c rune) bool {
			return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_~", c)
		}) {
			t.Fatalf("row key %q", RowKey(s))
		}
		if u, ok := safeURL(s); ok {
			checkURL(t, u)
		}
	})
}

// lines reads line ends as HTML does.
func lines(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// checkURL reads an address as a browser does: it drops tabs and line ends and leading controls, then looks for a scheme.
func checkURL(t *testing.T, u string) {
	t.Helper()
	u = strings.TrimLeftFunc(strings.Map(func(c rune) rune {
		if c == '\t' || c == '\n' || c == '\r' {
			return -1
		}
		return c
	}, u), func(c rune) bool { return c <= ' ' })
	if m := urlScheme.FindStringSubmatch(u); m != nil && !slices.Contains([]string{"http", "https", "mailto", "tel"}, strings.ToLower(m[1])) {
		t.Fatalf("address %q has the scheme %s", u, m[1])
	}
}

var urlScheme = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9+.-]*):`)

// TestEscapingLivesInTheBuilder reads the source: only builder.go, escape.go and run.go may turn data into markup or touch
// the bytes of a page; markdown.go writes what the sanitiser returned, chart.go and list.go numbers and
// row keys; favicon.go returns the builder's bytes.
func TestEscapingLivesInTheBuilder(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	allowed := []string{"builder.go", "escape.go", "run.go"}
	for _, e := range entries {
		name := e.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || slices.Contains(allowed, name) {
			continue
		}
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range conversions(t, name, src) {
			if !slices.Contains([]string{"markdown.go lit", "markdown.go buf", "chart.go buf", "list.go buf", "render.go buf", "favicon.go lit"}, found) {
				t.Errorf("%s stands outside the builder", found)
			}
		}
	}
	bad := conversions(t, "bad.go", []byte("package render\nfunc f(s string, b *builder, r *run) { _ = markup(s); b.lit = append(b.lit, s...); r.buf = nil }"))
	if len(bad) != 4 {
		t.Errorf("the check can not fail: %v", bad)
	}
}

// conversions lists conversions of anything but literals to markup, and touches of the bytes of a page.
func conversions(t *testing.T, name string, src []byte) (found []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, src, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.CallExpr:
			if id, ok := x.Fun.(*ast.Ident); ok && id.Name == "markup" {
				if _, literal := x.Args[0].(*ast.BasicLit); !literal {
					found = append(found, name+" markup")
				}
			}
		case *ast.SelectorExpr:
			if id, ok := x.X.(*ast.Ident); ok && (x.Sel.Name == "buf" || x.Sel.Name == "lit") && (id.Name == "b" || id.Name == "r") {
				if x.Sel.Name == "buf" || id.Name == "b" {
					found = append(found, name+" "+x.Sel.Name)
				}
			}
		}
		return true
	})
	return found
}

// TestF3_RichTextIsSanitised: whatever stands in Markdown, the page gets the elements and attributes that Markdown makes and no
// others; and one file alone reaches for the one library that does it.
func TestF3_RichTextIsSanitised(t *testing.T) {
	allowed := map[string]bool{}
	for _, name := range strings.Fields("p br hr h2 h3 h4 h5 h6 em strong del code pre blockquote ul ol li table thead tbody tr th td a img") {
		allowed[name] = true
	}
	attributes := map[string]bool{"start": true, "align": true, "href": true, "title": true, "rel": true, "src": true, "alt": true, "loading": true}
	m := newMarker()
	judge := func(src string, clean []byte) (faults []string) {
		z := html.NewTokenizer(bytes.NewReader(clean))
		for z.Next() != html.ErrorToken {
			tok := z.Token()
			if tok.Type != html.StartTagToken && tok.Type != html.SelfClosingTagToken {
				continue
			}
			if !allowed[tok.Data] {
				faults = append(faults, tok.Data)
			}
			for _, a := range tok.Attr {
				u, err := url.Parse(a.Val)
				if !attributes[a.Key] || (a.Key == "href" || a.Key == "src") && (err != nil || !slices.Contains([]string{"", "http", "https", "mailto", "tel"}, u.Scheme)) {
					faults = append(faults, tok.Data+" "+a.Key+"="+a.Val)
				}
			}
		}
		return faults
	}
	for _, s := range slices.Concat(awkward, naughty.Mutations(), corpus(naughty.Strings(), naughty.Payloads())) {
		for _, src := range []string{s, "# " + s, "[" + s + "](" + s + ")", "> " + s + "\n\n- " + s, "a\n\n" + s + "\n\nb", "![" + s + "](" + s + " \"" + s + "\")"} {
			if faults := judge(src, m.clean(src)); len(faults) > 0 {
				t.Errorf("%q leaves %v", src, faults)
			}
		}
	}
	if len(judge("", []byte(`<p onclick=x><a href="java:x">a</a><script>b</script>`))) != 3 {
		t.Error("the judge lets through what it must not")
	}
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var uses []string
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, imp := range parsed.Imports {
			if strings.Contains(imp.Path.Value, "bluemonday") {
				uses = append(uses, f.Name())
			}
		}
	}
	if !slices.Equal(uses, []string{"markdown.go"}) {
		t.Errorf("sanitised in %v", uses)
	}
}
