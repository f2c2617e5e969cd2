package render

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/usherdev/usher/internal/naughty"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
	"golang.org/x/net/html"
)

// corpus is every string and payload with USHER_LONG=1, and otherwise some of each family.
func corpus(all ...[]string) []string {
	return naughty.Sample(slices.Concat(all...), every(41), 0)
}

// every is how many of a corpus there are for one that is tried: all are with USHER_LONG=1.
func every(n int) int {
	if os.Getenv("USHER_LONG") != "" {
		return 1
	}
	return n
}

// showing is the app with every place that shows text, compiled.
type showing struct {
	app   naughty.App
	plans map[string]*Plan
	over  map[string]string // page → key of its dialog
}

func newShowing(t *testing.T) *showing { return showingOf(t, naughty.Sinks()) }

func showingOf(t *testing.T, app naughty.App) *showing {
	t.Helper()
	s := &showing{app: app, plans: map[string]*Plan{}, over: map[string]string{}}
	p := load(t, s.app.Files)
	for _, name := range s.app.Pages {
		plan, err := Compile(p, p.Page(name), Options{})
		if err != nil {
			t.Fatal(err)
		}
		s.plans[name] = plan
		for _, w := range p.Page(name).Body {
			if w.Spec.Over {
				s.over[name] = w.Key
			}
		}
	}
	return s
}

// draw draws a page with a text in every field, and in every input if one was posted; each says which text, by the field's number.
func (s *showing) draw(t *testing.T, page string, posted bool, each func(i int) string) string {
	t.Helper()
	body := map[string]any{}
	for i, field := range s.app.Fields() {
		body[field] = each(i)
	}
	one := each(0)
	f := frameFor(nil)
	f.Open, f.Action = s.over[page], "/full"
	f.Notices = []Notice{{Text: one, Tone: one, Action: "Go" + one, Href: one}, {Text: one, Action: "Go" + one, Event: one}, {Text: one, Action: "Go" + one, Href: one, Launch: "tab"}, {Clip: "c" + one}}
	f.Event = func(*project.Trigger, value.Scope) (string, error) { return one, nil }
	f.Href = func(_ *project.Page, with map[string]any) (string, error) {
		return "/other/" + value.Text(with["id"]), nil
	}
	f.Live, f.State, f.Insecure = one, one, true
	f.Errors, f.Values = map[string]string{}, map[string]string{}
	for i := range 100 {
		key := fmt.Sprintf("%sInput%d", page, i)
		f.Errors[key] = "e" + one
		if posted {
			f.Values[key] = one
		}
	}
	if s.over[page] == "" {
		f.Ask = &Ask{Token: one, Kind: "dialog", Title: one, Text: one, Input: one, Value: one, Yes: one, No: one, Two: true}
	}
	ok := map[string]any{"ok": true, "status": 200, "body": body}
	scope := value.Scope{"queries": map[string]any{"s": ok, "bad": map[string]any{"ok": false, "status": 500, "error": one}}}
	return draws(t, s.plans[page], View{Scope: scope, Frame: f})
}

// TestF1_EveryPlaceThatShowsTextShowsText: each place that the catalogue has is filled with each string and each payload, and the page is
// read as browsers read it: the same elements with the same attributes as with a harmless word, what was fixed unchanged, and each address
// one that a page may open.
func TestF1_EveryPlaceThatShowsTextShowsText(t *testing.T) {
	s := newShowing(t)
	all := corpus(naughty.Strings(), naughty.Payloads())
	drawn := 0
	for _, page := range s.app.Pages {
		var harmless [2]naughty.Shape
		for i, text := range append([]string{naughty.Harmless, naughty.Harmless}, all...) {
			got := shapeOf(t, s.draw(t, page, i%2 == 0, func(int) string { return text }))
			if i < 2 {
				harmless[i%2] = got
			} else if fault := harmless[i%2].Differs(got, text, RowKey(text)); fault != "" {
				t.Errorf("%s with %q: %s", page, text, fault)
			}
			drawn++
		}
	}
	t.Logf("%d places, %d texts, %d pages drawn", len(s.app.Sinks), len(all), drawn)
}

// unwritable are characters that a project's files may not hold, or that mean something in them.
var unwritable = regexp.MustCompile(`[\x00-\x1f\x7f-\x9f\x{2028}\x{2029}\x{d800}-\x{dfff}\x{feff}\x{fffd}-\x{ffff}]`)

// longWritten reports whether a text would not fit into an expression that has it three times, of 4 KiB at most.
func longWritten(text string) bool {
	b, err := json.Marshal(text)
	return err != nil || len(b) > 1300
}

// TestF1_WhatABuilderWritesIsText: the same places with the text in the app's own files, which is drawn when the app is loaded.
func TestF1_WhatABuilderWritesIsText(t *testing.T) {
	plain := func(int) string { return naughty.Harmless }
	want := map[string]naughty.Shape{}
	s := newShowingOf(t, naughty.Harmless)
	for _, page := range s.app.Pages {
		want[page] = shapeOf(t, s.draw(t, page, false, plain))
	}
	n := 0
	for _, text := range naughty.Sample(slices.Concat(naughty.Strings(), naughty.Payloads()), every(120), 0) {
		if !utf8.ValidString(text) || unwritable.MatchString(text) || strings.Trim(text, " \t\n.") == "" || longWritten(text) { // the check refuses "." as a part of a path
			continue
		}
		n++
		s := newShowingOf(t, text)
		for _, page := range s.app.Pages {
			if fault := want[page].Restructured(shapeOf(t, s.draw(t, page, false, plain)), text); fault != "" {
				t.Errorf("%s with %q: %s", page, text, fault)
			}
		}
	}
	if n < 20 {
		t.Errorf("only %d texts", n)
	}
}

func newShowingOf(t *testing.T, text string) *showing { return showingOf(t, naughty.Written(text)) }

func shapeOf(t *testing.T, src string) naughty.Shape {
	t.Helper()
	shape, err := naughty.Read(src)
	if err != nil {
		t.Fatal(err)
	}
	return shape
}

// unseen are the properties whose text a page never shows as it is: what a choice of fixed words or numbers is made of, and the sentences of
// rules that the server alone checks, which come back as errors of their inputs.
var unseen = strings.Fields("badge.tone stat.data dropdown.initial radioGroup.initial checkboxGroup.initial checkbox.initial switch.initial slider.initial video.src video.captions frame.src")

// said are the sentences among them.
var said = strings.Fields("checkMessage sameAsMessage rangeMessage typeMessage countMessage")

// TestF1_ThePlacesAreFilled: every property of the app does show what stands in its field, so that the test above misses none.
func TestF1_ThePlacesAreFilled(t *testing.T) {
	s := newShowing(t)
	var all strings.Builder
	for _, page := range s.app.Pages {
		for _, posted := range []bool{false, true} {
			all.WriteString(s.draw(t, page, posted, func(i int) string { return fmt.Sprintf("mark%dx", i) }))
		}
	}
	seen := map[string]bool{}
	for i, sink := range s.app.Sinks {
		seen[sink.Name] = seen[sink.Name] || strings.Contains(all.String(), fmt.Sprintf("mark%dx", i))
	}
	for name, shown := range seen {
		_, property, _ := strings.Cut(name, ".")
		hidden := strings.HasPrefix(property, "on") || slices.Contains(unseen, name) || slices.Contains(said, property)
		if !shown && !hidden {
			t.Errorf("no page shows %s", name)
		}
	}
	if len(seen) < 200 {
		t.Errorf("only %d properties are filled", len(seen))
	}
	for _, name := range unseen {
		if seen[name] {
			t.Errorf("%s is shown: it need not be excused", name)
		}
	}
}

// TestF2_NoAddressRuns writes each spelling into every place of the app that takes an address: what a browser would make of each address
// of the page has no scheme of its own, or one that a page may open.
func TestF2_NoAddressRuns(t *testing.T) {
	for c := range 0x80 {
		if _, ok := safeURL("/a" + string(rune(c)) + "b"); ok == (c < 0x20 || c == 0x7f) {
			t.Errorf("an address with the character %#x: %t", c, ok)
		}
	}
	s := newShowing(t)
	places := map[string]bool{}
	for _, text := range naughty.Addresses() {
		if u, ok := safeURL(text); ok {
			checkURL(t, u)
		}
	}
	for _, text := range append(naughty.Sample(naughty.Addresses(), every(5), 0), naughty.Harmless) {
		for _, posted := range []bool{false, true} {
			doc := parse(t, s.draw(t, "full", posted, func(int) string { return text }))
			for _, n := range find(doc, "*") {
				for _, a := range n.Attr {
					if naughty.IsAddress(a.Key) && !(n.Data == "link" || n.Data == "form") {
						places[n.Data+" "+a.Key] = true
						checkURL(t, a.Val)
					}
				}
			}
		}
	}
	for _, place := range []string{"a href", "img src", "img data-fallback"} {
		if !places[place] {
			t.Errorf("%s was never written: %v", place, places)
		}
	}
}

// TestF3_NothingMutates: what is left of Markdown and of HTML in it, read by a browser, written down and read again, is the same elements each
// time, none of them other than those of Markdown; so that nothing of it means one thing to the sanitiser and another to a browser.
func TestF3_NothingMutates(t *testing.T) {
	allowed := strings.Fields("p br hr h2 h3 h4 h5 h6 em strong del code pre blockquote ul ol li table thead tbody tr th td a img")
	m := newMarker()
	again := func(src string) (string, *html.Node) {
		doc := parse(t, `<!doctype html><main><div id="rich">`+src+"</div></main>")
		box := one(t, doc, "#rich")
		var out strings.Builder
		for c := box.FirstChild; c != nil; c = c.NextSibling {
			if err := html.Render(&out, c); err != nil {
				t.Fatal(err)
			}
		}
		return out.String(), doc
	}
	for _, s := range slices.Concat(naughty.Mutations(), corpus(naughty.Payloads())) {
		for _, src := range []string{s, "x " + s, "> " + s, "| " + s + " |\n|---|\n| " + s + " |", "[" + s + "](/x)", "[x](/x \"" + s + "\")"} {
			first, doc := again(string(m.clean(src)))
			if second, _ := again(first); second != first {
				t.Errorf("%q becomes %q and then %q", src, first, second)
			}
			if n := len(find(doc, "body > *")); n != 1 {
				t.Errorf("%q leaves its box: %s", src, first)
			}
			for _, n := range find(doc, "#rich *") {
				if !slices.Contains(allowed, n.Data) || n.Namespace != "" {
					t.Errorf("%q leaves <%s>", src, n.Data)
				}
				for _, a := range n.Attr {
					if naughty.IsAddress(a.Key) {
						checkURL(t, a.Val)
					}
				}
			}
		}
	}
	if first, _ := again("<table><b>x</table>"); strings.HasPrefix(first, "<table>") {
		t.Error("the reader moves nothing, so it is not how browsers read")
	}
}

// TestASliderShowsANumber: a text that is none, or none that can be shown, leaves it where it begins.
func TestASliderShowsANumber(t *testing.T) {
	plan := compile(t, "path: /\ntitle: T\nbody:\n  - slider: {id: a, label: A}\n", Options{})
	for posted, want := range map[string]string{"NaN": "0", "Inf": "0", "-Infinity": "0", "1e999": "0", "x": "0", "": "0", "12": "12", " 7 ": "7"} {
		f := frameFor(nil)
		f.Values = map[string]string{"a": posted}
		doc := parse(t, draws(t, plan, View{Frame: f}))
		if got := get(one(t, doc, "input[type=range]"), "value") + " " + textOf(one(t, doc, "output")); got != want+" "+want {
			t.Errorf("%q posted: %s", posted, got)
		}
	}
}
