package render

import (
	"io"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// DocumentInput is a page outside all plans: an error, a refusal, a page that is not there. Only Heading is required.
type DocumentInput struct {
	App      project.App // name, language and theme; the zero App stands for a server without one
	Chrome   Chrome
	Locale   *value.Locale // nil: the app's own language
	Title    string        // of the window; Heading when empty
	Icon     string        // name of project.Icons; "" draws the alert
	Heading  string
	Text     string   // what happened and what to do, in plain sentences
	Details  []string // further paragraphs
	ID       string   // what to quote when asking for help; it is also in the log
	Links    []DocumentLink
	Insecure bool   // the red bar (A5)
	Mode     string // light, dark or system; "": as the theme says
}

// DocumentLink is a way on. The first one is drawn as the main button.
type DocumentLink struct {
	Text, Href string
	Again      bool // leads to the address that the page stands at, whatever it is; Href is passed over
}

// Document writes a page in the app's theme. The error is the writer's.
func Document(w io.Writer, in DocumentInput) error {
	b := newBuilder(frameOf(in.App, in.Locale), Options{Chrome: in.Chrome})
	title := in.Title
	if title == "" {
		title = in.Heading
	}
	b.document(literal(title), func() { b.message(in) })
	p := &Plan{ops: b.take()}
	return p.Render(w, View{Frame: Frame{Insecure: in.Insecure, Mode: in.Mode}})
}

func (b *builder) message(in DocumentInput) {
	icon := in.Icon
	if iconPaths[icon] == "" {
		icon = "alert"
	}
	b.raw(`<div class="u-container u-fill u-w-sm u-g-lg u-a-center u-p-md">`)
	if in.Chrome.Logo.Light != "" {
		b.raw(`<span class="u-logo u-logo-md">`)
		b.logo()
		b.raw("</span>")
	}
	b.raw(`<span class="u-badge">`, glyph(icon), `</span><div class="u-col u-g-sm u-a-center"><h1 class="u-text u-t-headline u-ta-center">`)
	b.say(in.Heading)
	b.raw("</h1>")
	for _, s := range append([]string{in.Text}, in.Details...) {
		if s != "" {
			b.raw(`<p class="u-text u-c-muted u-ta-center">`)
			b.say(s)
			b.raw("</p>")
		}
	}
	b.raw("</div>")
	if len(in.Links) > 0 {
		b.raw(`<div class="u-row u-wrap u-g-sm u-j-center">`)
		for i, l := range in.Links {
			b.way(l, i == 0)
		}
		b.raw("</div>")
	}
	if in.ID != "" {
		b.raw(`<p class="u-code">`)
		b.say(in.ID)
		b.raw("</p>")
	}
	b.raw("</div>")
}

func (b *builder) way(l DocumentLink, first bool) {
	u, ok := safeURL(l.Href)
	if !ok || u == "" && !l.Again {
		return
	}
	class := markup("u-btn-outlined")
	if first {
		class = "u-btn-filled"
	}
	b.raw(`<a class="u-btn `, class, ` u-btn-md"`)
	if l.Again {
		b.raw(` data-again href=""`)
	} else {
		b.attr("href", u)
	}
	b.raw("><span>")
	b.say(l.Text)
	b.raw("</span></a>")
}
