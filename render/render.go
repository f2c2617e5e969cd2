// Package render turns a page of a project and the values in scope into HTML.
//
// A widget's code runs once, when the page is compiled: constants become static bytes, bindings become holes,
// conditions and lists become plans inside the plan. Rendering copies bytes and fills holes. All escaping lives in
// the builder (builder.go, run.go, escape.go); a widget can not write data as markup. It never does I/O beyond the
// io.Writer it is given, never sees a request or a session, and never prints a secret or a posted password.
package render

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// Options say how pages are compiled. The zero value compiles for serving, without assets or chrome.
type Options struct {
	Paths  bool                     // data-path and data-kind on each widget's root, of pages that are otherwise as they are served
	Edit   bool                     // data-path and data-kind on each widget's root; an invalid widget is drawn as a labelled box
	Assets func(name string) string // URL of a file in assets/; nil: assets are not served, their names stay as they are
	Chrome Chrome

	Measure func(name string) (width, height int) // of a picture in assets/, 0 where it is not known; nil: none is

	Locale *value.Locale // the language of the page, nil: the app's own

	Own func(origin string) bool // whether the app is served at an origin: its pages are in no frame; nil: at none
}

// Chrome is what the document around a page links to.
type Chrome struct {
	CSS  []string // stylesheet URLs, in order
	JS   []string // script URLs, deferred, in order
	Meta []Meta   // further <meta name content>
	Icon string   // URL of the favicon; "" links none
	Bars Bars     // what BarsOf makes of the theme; the zero Bars: found out for each page
	Logo Logo     // of the app; the zero Logo is none

	Fonts    []string // URLs of typefaces, asked for before the style sheet says so
	Touch    string   // URL of the icon for devices that read no manifest; "" links none
	Manifest string   // URL of the manifest; "": the app cannot be installed
}

// Bars are the colours of the browser's own bars.
type Bars struct{ Light, Dark string }

// BarsOf are those of a theme.
func BarsOf(t project.Theme) Bars {
	light, dark := t.Palette()
	return Bars{light["bg"], dark["bg"]}
}

// Meta is one <meta> element of the document's head.
type Meta struct{ Name, Content string }

// Plan is a compiled page. It is safe for concurrent use.
type Plan struct {
	ops   block
	slots int       // of the holes
	runs  sync.Pool // of *run: buffers are worth keeping between renderings
	size  atomic.Int64
}

// Size is about how many bytes the next rendering will have; 0 before the first.
func (p *Plan) Size() int { return int(p.size.Load()) }

// View is what one rendering shows.
type View struct {
	Scope value.Scope // everything the page's expressions read, except item and index
	Frame Frame
}

// Frame carries what belongs to this one answer rather than to the app's data. In lists, the names of inputs and tab
// bars are followed by a dot and the element's key as RowKey writes it. The zero Frame draws a page whose controls do
// nothing.
type Frame struct {
	Action   string                                                       // form action: the page's own URL
	State    string                                                       // sealed page state, in the hidden field _state of every form
	Event    func(t *project.Trigger, s value.Scope) (string, error)      // value of a control's _event; called while drawing, with item and index in s
	Href     func(p *project.Page, params map[string]any) (string, error) // URL of a page
	File     func(c *project.Call, with map[string]any) (string, error)   // address of the picture that a call brings; nil: there is none
	Values   map[string]string                                            // text of inputs to show again, by input name; a checkbox is "on" or ""; never a password
	Errors   map[string]string                                            // input name → message
	Notices  []Notice                                                     // snack bars
	Live     string                                                       // login and its generation, by which app.js tells drawings apart; "": a guest
	Mode     string                                                       // light, dark or system; "": as the theme says
	Insecure bool                                                         // the red bar of an unencrypted connection (A5)
	Open     string                                                       // key of the dialog that is open over the page; "": none
	Tabs     map[string]int                                               // tab bar name → index of the tab to show; absent: the first
	Ask      *Ask                                                         // what a flow waits for; nil: nothing
	Faults   func(at project.Path, err error)                             // what could not be evaluated and was drawn empty; nil: dropped
}

// Notice is one snack bar. Tone is info, success or error; anything else is drawn as info.
type Notice struct {
	Text   string // "": there is only Replace to it
	Tone   string
	For    time.Duration `json:",omitempty"` // how long it stays; 0: as long as such a one does
	Action string        `json:",omitempty"` // text of its button, "" none
	Event  string        `json:",omitempty"` // what the button posts, or
	Href   string        `json:",omitempty"` // where it leads
	Launch string        `json:",omitempty"` // script opens Href by itself: tab, same, or file, which leaves the page where it is; "": a link of the app
	Clip   string        `json:",omitempty"` // instead of all that: a text for the clipboard

	Replace bool `json:",omitempty"` // script takes away what is shown or waits
}

// Compile makes the plan of a page. It returns an error when a widget is not drawable (its kind is unknown or a
// required property is missing); with Options.Edit such a widget is drawn as a labelled box instead.
func Compile(p *project.Project, page *project.Page, o Options) (*Plan, error) {
	b := newBuilder(frameOf(p.App, o.Locale), o)
	b.page, b.of = page.Name, page
	for _, a := range p.Assets {
		b.assets[a] = true
	}
	b.document(prop{page.Title, filePath(page)}, func() {
		if page.Bars != nil {
			b.bars(page.Bars)
		}
		for _, w := range page.Body {
			b.widget(w)
		}
		b.wrongTemplate()
	})
	if err := errors.Join(b.faults...); err != nil {
		return nil, fmt.Errorf("page %s: %w", page.Name, err)
	}
	return &Plan{ops: b.take(), slots: len(b.slots)}, nil
}

// filePath is where a page's own properties stand: the path of its file, with the key.
func filePath(page *project.Page) project.Path {
	return project.Path("/pages/" + page.Name + "/title")
}

// Render writes the page. Faults of evaluation go to Frame.Faults; the error is the writer's.
func (p *Plan) Render(w io.Writer, v View) error {
	r, ok := p.runs.Get().(*run)
	if !ok {
		r = &run{}
	}
	*r = run{buf: r.buf[:0], row: r.row[:0], w: w, scope: v.Scope, frame: v.Frame, known: known{texts: slices.Grow(r.known.texts, p.slots)[:p.slots]}}
	r.block(p.ops)
	r.flush()
	err := r.err
	p.size.Store(r.sent + r.sent/8)
	clear(r.known.texts)
	*r = run{buf: r.buf[:0], row: r.row[:0], known: known{texts: r.known.texts[:0]}}
	if cap(r.buf) <= maxKept {
		p.runs.Put(r)
	}
	return err
}

// Page bytes are handed to the writer in pieces of flushAt; buffers above maxKept are not kept.
const (
	flushAt = 64 << 10
	maxKept = 512 << 10
)
