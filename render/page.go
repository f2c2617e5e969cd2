package render

import (
	"strings"
	"time"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// frame is what the document around a page needs to know of the app.
type frame struct {
	name   string
	locale *value.Locale
	theme  project.Theme
	resume *project.Trigger // what runs when somebody comes back to the app; nil: nothing
	media  []string         // origins whose videos may be shown
	frames []string         // and whose pages
}

func frameOf(app project.App, l *value.Locale) frame {
	if l == nil {
		l = app.Locale()
	}
	return frame{name: app.Name, locale: l, theme: app.Theme, resume: app.OnResume, media: app.Media, frames: app.Frames}
}

// document draws the whole of a page: head, bars, the page's own form, main with body in it, and the snack bars.
func (b *builder) document(title prop, body func()) {
	b.raw("<!doctype html><html")
	b.direction(b.app.locale)
	own := b.app.theme.Mode
	b.do(func(r *run) {
		switch orText(r.frame.Mode, own) {
		case "light":
			r.lit(` data-mode="light"`)
		case "dark":
			r.lit(` data-mode="dark"`)
		}
	})
	if moves(b.app.theme) {
		b.raw(" data-moves")
	}
	b.raw("><head>")
	b.head(title)
	b.raw(`</head><body class="u-app"`)
	if b.page != "" {
		b.attr("data-page", b.page)
		b.attr("data-offline", b.own("page.offline"))
		b.attr("data-close", b.own("page.dismiss"))
		b.do(func(r *run) {
			if r.frame.Live != "" {
				r.attr("data-live", r.frame.Live)
			}
		})
	}
	b.raw(`><a class="u-skip" href="#main">`)
	b.say(b.own("page.skip"))
	b.raw("</a>")
	b.insecure()
	if b.page != "" {
		b.pageForm()
	}
	b.main(body)
	b.notices()
	b.ask()
	b.raw("</body></html>\n")
}

// pageForm draws the form of all controls outside other forms; they name it. Its default button is disabled: Enter in
// one of its inputs does nothing, instead of pressing the page's first button.
func (b *builder) pageForm() {
	b.raw(`<form id="page" method="post"`)
	b.encoding(nil)
	b.do(func(r *run) { r.url("action", r.frame.Action, "") })
	b.raw(` hidden><button disabled></button>`)
	b.state()
	b.moments()
	b.raw("</form>")
}

func (b *builder) head(title prop) {
	b.raw(`<meta charset="utf-8"><title>`)
	b.title(title)
	b.raw(`</title><meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">`)
	b.themeColor()
	c := b.opts.Chrome
	for _, m := range c.Meta {
		b.raw("<meta")
		b.attr("name", m.Name)
		b.attr("content", m.Content)
		b.raw(">")
	}
	if c.Icon != "" {
		b.raw(`<link rel="icon"`)
		b.attr("href", c.Icon)
		b.raw(">")
	}
	if c.Touch != "" {
		b.raw(`<link rel="apple-touch-icon"`)
		b.attr("href", c.Touch)
		b.raw(">")
	}
	if c.Manifest != "" {
		b.raw(`<link rel="manifest"`)
		b.attr("href", c.Manifest)
		b.raw(">")
	}
	for _, u := range c.Fonts {
		b.raw(`<link rel="preload" as="font" type="font/woff2" crossorigin`)
		b.attr("href", u)
		b.raw(">")
	}
	for _, u := range c.CSS {
		b.raw(`<link rel="stylesheet"`)
		b.attr("href", u)
		b.raw(">")
	}
	for _, u := range c.JS {
		b.raw("<script defer")
		b.attr("src", u)
		b.raw("></script>")
	}
}

// themeColor tells the browser the colours of its own bars.
func (b *builder) themeColor() {
	bars := b.opts.Chrome.Bars
	if bars == (Bars{}) {
		bars = BarsOf(b.app.theme)
	}
	own := b.app.theme.Mode
	light := written(func(r *run) { r.scheme("light", bars.Light) })
	dark := written(func(r *run) { r.scheme("dark", bars.Dark) })
	either := written(func(r *run) {
		r.lit(`<meta name="color-scheme" content="light dark"><meta name="theme-color" media="(prefers-color-scheme: light)"`)
		r.attr("content", bars.Light)
		r.lit(`><meta name="theme-color" media="(prefers-color-scheme: dark)"`)
		r.attr("content", bars.Dark)
		r.lit(">")
	})
	b.do(func(r *run) {
		switch orText(r.frame.Mode, own) {
		case "light":
			r.lit(light)
		case "dark":
			r.lit(dark)
		default:
			r.lit(either)
		}
	})
}

func (r *run) scheme(mode markup, bar string) {
	r.lit(`<meta name="color-scheme" content="` + mode + `"><meta name="theme-color"`)
	r.attr("content", bar)
	r.lit(">")
}

// title writes the page's title with the app's name behind it, once.
func (b *builder) title(p prop) {
	name := b.app.name
	b.fold(func(r *run) {
		t := strings.TrimSpace(r.say(p))
		r.text(t)
		if t != "" && !strings.Contains(t, name) {
			r.lit(" · ")
			r.text(name)
		} else if t == "" {
			r.text(name)
		}
	}, p)
}

// state writes the sealed page state into a form.
func (b *builder) state() {
	b.do(func(r *run) {
		if r.frame.State == "" {
			return
		}
		r.lit(`<input type="hidden" name="_state"`)
		r.attr("value", r.frame.State)
		r.lit(">")
	})
}

// insecure draws the red bar of a connection that anybody can read (A5).
func (b *builder) insecure() {
	warning := b.own("page.insecure")
	b.do(func(r *run) {
		if !r.frame.Insecure {
			return
		}
		r.lit(`<div class="u-insecure" role="alert">`)
		r.lit(glyph("alert"))
		r.lit("<span>")
		r.text(warning)
		r.lit("</span></div>")
	})
}

// notices draws the snack bars. Their place is there while empty, so that screen readers watch it.
func (b *builder) notices() {
	words := noticeWords{dismiss: b.own("page.dismiss"), byHand: b.own("page.byHand"), copy: b.own("shown.copy"), copied: b.own("shown.copied")}
	b.raw(`<div class="u-snacks" id="u-notices" role="status" aria-live="polite">`)
	b.do(func(r *run) {
		for _, n := range r.frame.Notices {
			if n.Clip != "" {
				r.clip(n, words)
				continue
			}
			r.notice(n, words.dismiss)
		}
	})
	b.raw("</div>")
}

func (r *run) notice(n Notice, dismiss string) {
	if n.Text == "" {
		r.lit(`<div class="u-snack" data-replace hidden></div>`)
		return
	}
	switch n.Tone {
	case "success":
		r.snack(n, `<div class="u-snack u-success"`, "check")
	case "error":
		r.snack(n, `<div class="u-snack u-error" role="alert"`, "alert")
	default:
		r.snack(n, `<div class="u-snack"`, "info")
	}
	r.lit("<p>")
	r.text(n.Text)
	r.lit("</p>")
	switch {
	case strings.TrimSpace(n.Action) == "":
	case n.Href != "":
		r.lit(`<a class="u-snack-act"`)
		switch n.Launch {
		case "tab":
			r.lit(` data-launch="tab" target="_blank" rel="noopener noreferrer"`)
		case "same":
			r.lit(` data-launch="same" rel="noreferrer"`)
		case "file":
			r.lit(` data-launch="file"`)
		}
		r.url("href", n.Href, "")
		r.lit(">")
		r.text(n.Action)
		r.lit("</a>")
	case n.Event != "":
		r.lit(`<button form="page" formnovalidate class="u-snack-act" name="_event"`)
		r.attr("value", n.Event)
		r.lit(">")
		r.text(n.Action)
		r.lit("</button>")
	}
	r.dismiss(dismiss)
}

func (r *run) dismiss(word string) {
	r.lit(`<button type="button" class="u-snack-x" data-dismiss`)
	r.attr("aria-label", word)
	r.lit(">")
	r.lit(glyph("x"))
	r.lit("</button></div>")
}

// noticeWords are what the house says in snack bars.
type noticeWords struct{ dismiss, byHand, copy, copied string }

// clip draws a text for the clipboard: script puts it there and takes this away; without it a click chooses the whole text.
func (r *run) clip(n Notice, words noticeWords) {
	r.lit(`<div class="u-snack" data-clip>`)
	r.lit(glyph("copy"))
	r.lit("<p>")
	r.text(words.byHand)
	r.lit(` <span id="u-clip" class="u-clip" tabindex="0">`)
	r.text(n.Clip)
	r.lit(`</span></p><button type="button" class="u-snack-act" data-copy="u-clip"`)
	r.attr("data-copied", words.copied)
	r.lit("><span>")
	r.text(words.copy)
	r.lit("</span></button>")
	r.dismiss(words.dismiss)
}

func (r *run) snack(n Notice, open markup, icon string) {
	r.lit(open)
	if n.Replace {
		r.lit(" data-replace")
	}
	if n.For > 0 {
		r.open("data-for")
		r.int(int(n.For / time.Millisecond))
		r.lit(`"`)
	}
	r.lit(">")
	r.lit(glyph(icon))
}
