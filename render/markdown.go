package render

import (
	"bytes"
	"regexp"

	"github.com/microcosm-cc/bluemonday"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	gmtext "github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

func markdown(b *builder, w *project.Widget) {
	if b.marks == nil {
		b.marks = newMarker()
	}
	m, p := b.marks, b.prop(w, "text")
	b.root(w, "div", "u-prose"+b.cut(w))
	b.raw(">")
	if v, ok := constant(p); ok {
		b.lit = append(b.lit, m.clean(value.Text(v))...)
	} else {
		b.do(func(r *run) { r.buf = append(r.buf, m.clean(r.say(p))...) })
	}
	b.raw("</div>")
}

// marker turns Markdown into sanitised HTML. It is safe for concurrent use.
type marker struct {
	md     goldmark.Markdown
	policy *bluemonday.Policy
}

func newMarker() *marker {
	return &marker{
		md: goldmark.New(
			goldmark.WithExtensions(extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)), extension.Strikethrough, extension.Linkify),
			goldmark.WithParserOptions(parser.WithASTTransformers(util.Prioritized(tidy{}, 500)))),
		policy: sanitizer(),
	}
}

// sanitizer allows what Markdown makes and nothing more: no class, id, style, data-* or hx-*.
func sanitizer() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "em", "strong", "del", "code", "pre", "blockquote", "ul", "li",
		"table", "thead", "tbody", "tr", "th", "td")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowElements("ol")
	p.AllowAttrs("align").Matching(regexp.MustCompile(`^(left|right|center)$`)).OnElements("th", "td")
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("title").OnElements("a", "img")
	p.AllowAttrs("rel").Matching(regexp.MustCompile(`^noopener$`)).OnElements("a")
	p.AllowAttrs("src", "alt").OnElements("img")
	p.AllowAttrs("loading").Matching(regexp.MustCompile(`^lazy$`)).OnElements("img")
	p.RequireParseableURLs(true)
	p.AllowRelativeURLs(true)
	p.AllowURLSchemes("http", "https", "mailto", "tel")
	return p
}

// clean returns the HTML of src. Markdown that can not be read shows as nothing.
func (m *marker) clean(src string) []byte {
	var out bytes.Buffer
	if err := m.md.Convert([]byte(src), &out); err != nil {
		return nil
	}
	return m.policy.SanitizeBytes(out.Bytes())
}

// tidy puts Markdown's headings below the page's own, and marks links and pictures.
type tidy struct{}

func (tidy) Transform(doc *ast.Document, _ gmtext.Reader, _ parser.Context) {
	top := 6
	each(doc, func(n ast.Node) {
		if h, ok := n.(*ast.Heading); ok {
			top = min(top, h.Level)
		}
	})
	each(doc, func(n ast.Node) {
		switch x := n.(type) {
		case *ast.Heading:
			x.Level = min(x.Level-top+2, 6)
		case *ast.Link, *ast.AutoLink:
			n.SetAttributeString("rel", []byte("noopener"))
		case *ast.Image:
			n.SetAttributeString("loading", []byte("lazy"))
		}
	})
}

// each calls f for every node of doc.
func each(doc ast.Node, f func(ast.Node)) {
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			f(n)
		}
		return ast.WalkContinue, nil
	})
}
