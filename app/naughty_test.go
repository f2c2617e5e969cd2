package app

import (
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"

	"github.com/usherdev/usher/internal/naughty"
	"github.com/usherdev/usher/project"
)

// some is every nth of a corpus, or all of it with USHER_LONG=1.
func some(nth int, all ...[]string) []string {
	if os.Getenv("USHER_LONG") != "" {
		nth = 1
	}
	return naughty.Sample(slices.Concat(all...), nth, 0)
}

// channels are the calls and the page by which text comes in: from addresses, from people, from the backend, and by every action that shows some.
var channels = map[string]string{
	"calls/wild.yaml": `
url: ${env.API_URL}/wild
auth: none
calls:
  say: {path: /say}
  refuse: {path: /refuse}
  file: {path: /file}
  fields: {method: POST, path: /fields, fieldErrors: "${reply.body.errors}"}
`,
	"pages/wild.yaml": `
path: /wild/{r}
title: "Wild ${params.q ?? ''}"
access: any
params: {r: text, q: {type: text, required: false}}
state: {s: {type: text, default: ""}, list: {type: list of text, default: []}}
queries: {said: {call: wild.say}, bad: {call: wild.refuse}}
body:
  - text: "Route ${params.r}"
  - text: "Query ${params.q ?? ''}"
  - text: "Body ${queries.said.body.text}"
  - text: "Error ${queries.bad.error}"
  - text: "Message ${queries.bad.body.message}"
  - text: "State ${state.s}"
  - text: "List ${join(state.list, ', ')}"
  - text: "User ${user.firstName ?? ''} ${auth.uid ?? ''}"
  - markdown: ${queries.said.body.text}
  - list: {data: "${queries.bad.body.items}", query: bad, item: [{text: "${item.a}"}]}
  - link: {text: "Link ${queries.said.body.text}", page: wild, with: {r: "${queries.said.body.text}", q: "${queries.said.body.text}"}}
  - textField: {id: a, label: A, type: multiline}
  - form:
      onSubmit: [{setState: {s: "${form.photo.name} ${form.photo.type}"}}]
      children:
        - fileUpload: {id: photo, label: Photo}
        - button: {text: Upload, submit: true}
  - form:
      onSubmit: [{call: wild.fields, as: sent}]
      children:
        - textField: {id: b, label: B}
        - button: {text: Check, submit: true}
  - button: {text: Keep, onTap: [{setState: {s: "${form.a}"}}, {change: {variable: state.list, append: "${form.a}"}}]}
  - button: {text: Fill, onTap: [{setField: {b: "${form.a}"}}, {fieldError: {b: "${form.a}"}}]}
  - button: {text: Snack, onTap: [{snackBar: {text: "${form.a}", action: "Go ${form.a}", page: wild, with: {r: "x${form.a}"}}}]}
  - button: {text: Ask, onTap: [{dialog: {text: "${form.a}", title: "${form.a}", input: "${form.a}", value: "${form.a}", confirm: "${form.a}", cancel: "${form.a}"}}]}
  - button: {text: Sure, onTap: [{confirm: {text: "${form.a}", title: "${form.a}", confirm: "${form.a}", cancel: "${form.a}"}}]}
  - button: {text: Copy it, onTap: [{copy: "${form.a}"}]}
  - button: {text: Open it, onTap: [{openUrl: "${form.a}"}]}
  - button: {text: Save, onTap: [{download: {call: wild.file, name: "${form.a}"}}]}
  - button: {text: Save theirs, onTap: [{download: wild.file}]}
  - button: {text: Tell, onTap: [{call: wild.refuse, as: told, else: [{snackBar: "${told.error} ${told.body.message}"}]}]}
  - button: {text: Stop, onTap: [{block: stopping, with: {why: "${form.a}"}}]}
  - button: {text: Go, onTap: [{snackBar: "${form.a}"}, {navigate: {page: wild, with: {r: "x${form.a}", q: "${form.a}"}}}]}
`,
	"flows/stopping.yaml": `
params: {why: text}
actions:
  - snackBar: ${params.why}
  - stop
`,
}

// shows says by which step of the tour below the text of an action is shown, or why it never is. A new action needs a line here.
var shows = map[string]string{
	"snackBar.text": "Snack", "snackBar.action": "Snack", "confirm.text": "Sure", "confirm.title": "Sure", "confirm.confirm": "Sure", "confirm.cancel": "Sure",
	"dialog.text": "Ask", "dialog.title": "Ask", "dialog.input": "Ask", "dialog.value": "Ask", "dialog.confirm": "Ask", "dialog.cancel": "Ask",
	"copy.text": "Copy it", "download.name": "Save", "openUrl.url": "Open it",
	"setLanguage.language": "is one of the app's, or an error of the flow", "fail.error": "is the error of a call: Tell",
	"logIn.uid": "user data", "updateAuthenticatedUser.uid": "user data",
	"change.set": "Keep", "change.append": "Keep", "change.prepend": "Keep", "change.insert": "Keep", "change.to": "Keep", "emit.value": "is a value of the flow that receives it",
}

// tour is each way for a text to get onto a page; in is a browser that is logged in.
func tour(in *client) map[string]func(c *client, text string) *page {
	press := func(button string) func(c *client, text string) *page {
		return func(c *client, text string) *page {
			return c.press(c.get("/wild/x"), button, map[string]string{"a": text})
		}
	}
	all := map[string]func(c *client, text string) *page{
		"route":      func(c *client, text string) *page { return c.get("/wild/" + url.PathEscape("x"+text)) },
		"query":      func(c *client, text string) *page { return c.get("/wild/x?q=" + url.QueryEscape(text)) },
		"wrong page": func(c *client, text string) *page { return c.get("/nowhere/" + url.PathEscape("x"+text)) },
		"upload": func(c *client, text string) *page {
			return c.send(c.get("/wild/x"), "Upload", nil, upload{"photo", "x" + text, aPicture})
		},
		"Check": func(c *client, text string) *page {
			return c.press(c.get("/wild/x"), "Check", map[string]string{"b": text})
		},
		"user data": func(_ *client, text string) *page {
			in.press(in.get("/profile"), "Update from the backend", nil)
			return in.get("/wild/x")
		},
		"profile": func(*client, string) *page { return in.press(in.get("/profile"), "Update from the backend", nil) },
	}
	for _, button := range []string{"Save", "Save theirs"} {
		all[button] = func(c *client, text string) *page {
			p := press(button)(c, text)
			if link := cascadia.Query(p.doc, cascadia.MustCompile("a.u-snack-act")); link != nil {
				c.get(attr(link, "href"))
			}
			return p
		}
	}
	for _, button := range []string{"Keep", "Fill", "Snack", "Ask", "Sure", "Copy it", "Open it", "Tell", "Stop", "Go"} {
		all[button] = press(button)
	}
	return all
}

// wild makes the backend say a text wherever a reply is shown.
func (w *world) wild(text string) {
	w.backend.on("GET /wild/say", func(rw http.ResponseWriter, _ *http.Request) { reply(rw, 200, map[string]any{"text": text}) })
	w.backend.on("GET /wild/refuse", func(rw http.ResponseWriter, _ *http.Request) {
		reply(rw, 422, map[string]any{"message": text, "error": text, "items": []any{}})
	})
	w.backend.on("POST /wild/fields", func(rw http.ResponseWriter, _ *http.Request) {
		reply(rw, 422, map[string]any{"errors": map[string]any{"b": text, "c" + text: text}})
	})
	w.backend.on("GET /wild/file", func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "text/html")
		rw.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": text}))
		_, _ = io.WriteString(rw, text)
	})
	w.backend.on("GET /auth/me", func(rw http.ResponseWriter, _ *http.Request) {
		reply(rw, 200, map[string]any{"id": 7, "username": text, "email": text, "firstName": text, "lastName": text, "image": text, "role": "traveller"})
	})
}

// TestF1_WhateverBringsIt: text that comes by an address, an input, a file's name, a reply, an error of a backend or user data, shown by a page or
// by an action, changes no element and no attribute of the page.
func TestF1_WhateverBringsIt(t *testing.T) {
	w := newWorld(t, channels)
	c, in := w.browser(), w.browser()
	in.logIn("ada")
	n, refused := 0, 0
	for step, visit := range tour(in) {
		w.wild(naughty.Harmless)
		before := visit(c, naughty.Harmless)
		whole := shapeOf(t, before.body)
		w.wild("\xff")
		without := shapeOf(t, visit(c, "\xff").body) // what is no text at all counts as not entered
		for _, text := range some(151, naughty.Strings(), naughty.Payloads()) {
			w.wild(text)
			p := visit(c, text)
			n++
			if p.StatusCode != before.StatusCode {
				if refused++; p.StatusCode >= 500 {
					t.Errorf("%s with %q: status %d, not %d", step, text, p.StatusCode, before.StatusCode)
				}
				continue
			}
			got := shapeOf(t, p.body) // of what is no text, nothing may be left
			if fault := whole.Restructured(got, text); fault != "" && without.Restructured(got, text) != "" {
				t.Errorf("%s with %q: %s", step, text, fault)
			}
		}
	}
	if t.Logf("%d pages, %d of them refused", n, refused); refused > n/10 {
		t.Error("what is refused shows nothing")
	}
}

// TestF4_AnswersGainNoHeader: on the same tour, redirects among it, no text adds a header to an answer, repeats one, or stands in one with a
// character that ends lines.
func TestF4_AnswersGainNoHeader(t *testing.T) {
	w := newWorld(t, channels)
	c, in := w.browser(), w.browser()
	in.logIn("ada")
	known := map[string]bool{}
	var step, text string
	look := func(h http.Header) {
		for name, values := range h {
			if text == naughty.Harmless {
				known[name] = true
			} else if !known[name] || len(values) > 1 && name != "Set-Cookie" {
				t.Errorf("%s with %q: %s: %q", step, text, name, values)
			}
			for _, v := range values {
				if strings.ContainsFunc(v, func(r rune) bool { return r < 0x20 || r == 0x7f }) {
					t.Errorf("%s with %q: %s: %q", step, text, name, v)
				}
			}
		}
	}
	c.heads, in.heads = look, look
	breaks := slices.DeleteFunc(slices.Concat(naughty.Strings(), naughty.Payloads()), func(s string) bool { return !strings.ContainsAny(s, "\r\n\x00\x0b\u2028\u0085") })
	breaks = append([]string{naughty.Harmless}, some(13, breaks)...)
	steps := tour(in)
	for _, text = range breaks {
		w.wild(text)
		for step = range steps {
			steps[step](c, text)
		}
	}
	if !known["Location"] || !known["Set-Cookie"] || !known["Content-Disposition"] {
		t.Errorf("nothing was sent on: %v", known)
	}
	t.Logf("%d texts", len(breaks))
}

func shapeOf(t *testing.T, src string) naughty.Shape {
	t.Helper()
	shape, err := naughty.Read(src)
	if err != nil {
		t.Fatal(err)
	}
	return shape
}

// TestF1_EveryActionThatShowsTextIsOnTheTour reads the catalogue: an action with a text of its own is on the tour above.
func TestF1_EveryActionThatShowsTextIsOnTheTour(t *testing.T) {
	for _, s := range project.Actions() {
		for _, p := range s.Props {
			if !p.Literal && slices.Contains([]project.PropKind{project.PropText, project.PropJSON, project.PropImage}, p.Kind) && shows[s.Kind+"."+p.Name] == "" {
				t.Errorf("nobody says where %s.%s is shown", s.Kind, p.Name)
			}
		}
	}
	steps := tour(nil)
	for name, step := range shows {
		kind, property, _ := strings.Cut(name, ".")
		if s := project.ActionSpecOf(kind); s == nil || s.Prop(property) == nil {
			t.Errorf("there is no %s", name)
		}
		if step != "user data" && !strings.Contains(step, ": ") && !strings.HasPrefix(step, "is ") && steps[step] == nil {
			t.Errorf("there is no step %s", step)
		}
	}
}

// TestF1_SentencesOfLocales: what an app's own files of languages say is text as well.
func TestF1_SentencesOfLocales(t *testing.T) {
	texts := slices.DeleteFunc(some(29, naughty.Strings(), naughty.Payloads()), func(s string) bool {
		return strings.ContainsAny(s, "{}$") || strings.ToValidUTF8(s, "") != s || regexp.MustCompile(`[\x00-\x1f\x7f-\x9f\x{2028}\x{2029}\x{feff}\x{fffe}\x{ffff}]`).MatchString(s) || strings.TrimSpace(s) == ""
	})
	draw := func(say func(string) string) naughty.Shape {
		var words, body strings.Builder
		for i, s := range texts {
			b, _ := json.Marshal(say(s))
			fmt.Fprintf(&words, "k%d: %s\n", i, b)
			fmt.Fprintf(&body, "  - text: \"${t('k%d')}\"\n", i)
		}
		w := newWorld(t, map[string]string{"locales/en.yaml": words.String(), "pages/said.yaml": "path: /said\ntitle: Said\naccess: any\nbody:\n" + body.String()})
		p := w.browser().get("/said")
		p.want(t, 200)
		return shapeOf(t, p.body)
	}
	want, got := draw(func(string) string { return naughty.Harmless }), draw(func(s string) string { return s })
	if fault := want.Restructured(got, "x"); fault != "" {
		t.Error(fault)
	}
	if len(texts) < 30 {
		t.Errorf("only %d sentences", len(texts))
	}
}

// TestF1_ScriptsMakeNoMarkup: the scripts of pages and of the studio never turn a string into markup or code; the one place that hands a
// page on to be drawn takes it from the parser that has read it, and the studio's icons are paths of a table of its own.
func TestF1_ScriptsMakeNoMarkup(t *testing.T) {
	sinks := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|setHTMLUnsafe|\beval\(|new Function|dangerouslySetInnerHTML|srcdoc|set(?:Timeout|Interval)\(\s*["'` + "`]")
	likely := []string{"HTML", ".write", "createContextualFragment", "eval(", "new Function", "srcdoc", "setTimeout(", "setInterval("} // each sink has one of them
	found := map[string]int{}
	read := 0
	for _, dir := range []string{"assets", "../studio/ui/src"} {
		err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() || !regexp.MustCompile(`\.(js|ts|tsx)$`).MatchString(path) || strings.HasSuffix(path, "htmx.min.js") {
				return err
			}
			src, err := os.ReadFile(path)
			read++
			if !slices.ContainsFunc(likely, func(word string) bool { return strings.Contains(string(src), word) }) {
				return err // the expression is slow where races are watched
			}
			for _, m := range sinks.FindAllString(string(src), -1) {
				found[filepath.Base(path)+" "+m]++
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(found) != 2 || found["draw.js outerHTML"] == 0 || found["icons.tsx dangerouslySetInnerHTML"] != 1 || read < 30 {
		t.Errorf("%d scripts: %v", read, found)
	}
}
