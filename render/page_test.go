package render

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
	"golang.org/x/net/html"
)

const accessToken = "header.payload.forbidden-signature"

// trail is TouristTrail with a logged-in person and replies.
func trail(t testing.TB) (*project.Project, value.Scope) {
	t.Helper()
	tree, err := project.LoadTree(os.DirFS("../examples/touristtrail"))
	if err != nil {
		t.Fatal(err)
	}
	p, problems := tree.Project()
	if problems.Errors() {
		t.Fatal(problems)
	}
	var posts []any
	for i := range 6 {
		posts = append(posts, map[string]any{"id": i + 1, "title": "Three days above the tree line", "place": "Jotunheimen", "country": "Norway",
			"likes": 128, "readMinutes": 6, "author": "Ana Lund", "image": "https://example.com/p.jpg", "body": "## Up\n\nWe left *early*."})
	}
	var days []any
	for i, d := range []string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"} {
		days = append(days, map[string]any{"label": d, "distance": float64(i*3%7) + 0.5})
	}
	return p, value.Scope{
		"user": map[string]any{"firstName": "Emily", "lastName": "Johnson", "username": "emilys", "email": "e@example.com", "image": "https://example.com/e.png"},
		"auth": map[string]any{"token": value.NewSecret(accessToken), "uid": "1", "expiry": time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC), "loggedIn": true},
		"queries": map[string]any{
			"posts":    map[string]any{"ok": true, "status": 200, "body": map[string]any{"posts": posts}},
			"activity": map[string]any{"ok": true, "status": 200, "body": map[string]any{"days": days, "totalDistance": 21.5}},
			"post":     map[string]any{"ok": true, "status": 200, "body": posts[0]},
		},
	}
}

func trailPage(t testing.TB, name string, o Options) (*Plan, value.Scope) {
	t.Helper()
	p, scope := trail(t)
	plan, err := Compile(p, p.Page(name), o)
	if err != nil {
		t.Fatal(err)
	}
	return plan, scope
}

// TestPagesAreSound audits TouristTrail, every golden page and the pages of our own, in several states. No inline
// script, no inline style and no event attribute anywhere (F1, A12), labels tied, names given.
func TestPagesAreSound(t *testing.T) {
	css := string(CSS(project.Theme{}))
	for name, src := range everyPage(t) {
		for _, fault := range audit(src) {
			t.Errorf("%s: %s", name, fault)
		}
		for class := range classes(src) {
			if !strings.Contains(css, "."+class) && !unstyled[class] {
				t.Errorf("%s: class %s has no style", name, class)
			}
		}
	}
}

// unstyled classes say what is the default.
var unstyled = map[string]bool{"u-bg-none": true, "u-p-none": true, "u-j-start": true, "u-ratio-auto": true, "u-avatar-md": true, "u-btn-md": true,
	"u-ibtn-plain": true, "u-list-column": true, "u-area": true, "u-at-center": true, "u-h-auto": true, "u-panel": true, "u-s0": true, "u-ring-part": true}

// everyPage draws what this package can draw.
func everyPage(t *testing.T) map[string]string {
	all := map[string]string{}
	p, scope := trail(t)
	states := map[string]Frame{"plain": frameFor(nil), "full": frameFor(nil)}
	full := states["full"]
	full.Insecure, full.Notices = true, []Notice{{Text: "Saved.", Tone: "success"}, {Text: "No.", Tone: "error"}, {Text: "Hm.", Action: "Undo", Event: "e"}, {Text: "Hm.", Action: "Show", Href: "/x"}}
	full.Errors = map[string]string{"username": "Wrong.", "password": "Wrong.", "email": "Wrong."}
	full.Values = map[string]string{"username": "emilys", "password": "hunter2hunter2"}
	full.Tabs = map[string]int{}
	states["full"] = full
	other := full
	other.Tabs = map[string]int{p.Page("login").Body[0].Slots["children"][1].Slots["children"][0].Key: 1}
	states["other tab"] = other
	for _, page := range p.Pages {
		for _, edit := range []bool{false, true} {
			plan, err := Compile(p, page, Options{Edit: edit, Chrome: Chrome{CSS: []string{"/a.css"}, JS: []string{"/a.js"}, Icon: "/i.svg"}})
			if err != nil {
				t.Fatal(err)
			}
			for state, f := range states {
				all[page.Name+", "+state] = draws(t, plan, View{Scope: scope, Frame: f})
				all[page.Name+" empty, "+state] = draws(t, plan, View{Scope: value.Scope{}, Frame: f})
			}
		}
	}
	for _, spec := range project.Widgets() {
		src, err := os.ReadFile(filepath.Join("testdata", spec.Kind, "page.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		plan := compile(t, string(src), Options{})
		names, views := readViews(t, filepath.Join("testdata", spec.Kind, "data.json"))
		for _, name := range names {
			f := frameFor(nil)
			f.Errors, f.Values, f.Tabs, f.Open = views[name].errors, views[name].values, views[name].tabs, views[name].open
			// Goldens show parts of pages: a heading of the page stands before them.
			all[spec.Kind+" "+name] = draws(t, plan, View{Scope: views[name].scope, Frame: f})
		}
	}
	all["message"] = message(t, DocumentInput{App: p.App, Heading: "Not found", Text: "No page here.", ID: "1-2", Links: []DocumentLink{{Text: "Start", Href: "/"}}, Insecure: true})
	return all
}

func message(t *testing.T, in DocumentInput) string {
	t.Helper()
	var out bytes.Buffer
	if err := Document(&out, in); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func parse(t *testing.T, src string) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(src))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func one(t *testing.T, doc *html.Node, selector string) *html.Node {
	t.Helper()
	found := find(doc, selector)
	if len(found) != 1 {
		t.Fatalf("%d elements match %s, want 1", len(found), selector)
	}
	return found[0]
}

// TestLoginPage checks the protocol between the page and the app on the page that everybody meets first.
func TestLoginPage(t *testing.T) {
	plan, _ := trailPage(t, "login", Options{})
	f := frameFor(nil)
	f.Errors = map[string]string{"password": "Please enter your password."}
	f.Values = map[string]string{"username": "emilys", "password": "hunter2"}
	src := draws(t, plan, View{Frame: f})
	if strings.Contains(src, "hunter2") {
		t.Error("the page holds the posted password")
	}
	doc := parse(t, src)
	if got := textOf(one(t, doc, "title")); got != "Welcome to TouristTrail" {
		t.Errorf("title is %q", got)
	}
	if got := textOf(one(t, doc, "h1")); got != "TouristTrail" {
		t.Errorf("h1 is %q", got)
	}
	user := one(t, doc, "form:not(#page) input[name=username]")
	if get(user, "value") != "emilys" || get(user, "autocomplete") != "username" {
		t.Errorf("username input is %v", user.Attr)
	}
	pass := one(t, doc, "form:not(#page) input[name=password][aria-invalid=true]")
	if got := textOf(one(t, doc, "#"+get(pass, "aria-describedby"))); got != "Please enter your password." {
		t.Errorf("the password is described by %q", got)
	}
	one(t, doc, "#w-password-error[role=alert]")
	submit := one(t, doc, "form:not(#page) button[name=_event]:not([formnovalidate])")
	if !strings.Contains(get(submit, "value"), "onSubmit") {
		t.Errorf("the submit button sends %q", get(submit, "value"))
	}
	tabs := find(doc, "[role=tablist] button[role=tab][form=page]")
	if len(tabs) != 2 || get(tabs[0], "aria-selected") != "true" || !strings.HasPrefix(get(tabs[1], "name"), "_tab.") || get(tabs[1], "value") != "1" {
		t.Errorf("the tabs are wrong")
	}
}

// TestSecretsStayOut: a template that yields a secret draws nothing and reports a fault; masked() shows its ends.
func TestSecretsStayOut(t *testing.T) {
	page := `path: /
title: "${state.secret}"
state: {secret: text, rows: json}
body:
  - text: "${state.secret}"
  - text: "Token ${state.secret}"
  - image: {src: "${state.secret}", alt: "${state.secret}"}
  - link: {text: "${state.secret}", url: "${state.secret}"}
  - avatar: {name: "${state.secret}"}
  - markdown: ${state.secret}
  - textField: {id: a, label: "${state.secret}", initial: "${state.secret}"}
  - dropdown: {id: b, label: B, options: [{value: "${state.secret}", label: x}]}
  - chart: {label: "${state.secret}", data: "${state.rows}", x: a, y: b}
  - list: {data: "${state.rows}", item: [text: x], emptyText: "${state.secret}"}
  - list: {data: "${[state.secret]}", key: id, item: [text: "${item}"]}
  - badge: {text: "${state.secret}", tone: "${state.secret}"}
  - stat: {label: "${state.secret}", value: "${state.secret}", change: "${state.secret}", help: "${state.secret}", data: "${[state.secret, 1, 2]}"}
  - codeBlock: {code: "${state.secret}", title: "${state.secret}"}
  - repeat: {data: "${[state.secret]}", key: id, item: [text: "${item}"]}
  - table:
      label: T
      data: "${[{n: 1}, {n: 2}]}"
      sortBy: 1
      columns: [{label: "${state.secret}", value: "${state.secret}"}, {label: B, cell: [badge: "${state.secret}"]}]
`
	out, faults := render(t, page, value.Scope{"state": map[string]any{"secret": value.NewSecret(accessToken), "rows": value.NewSecret(accessToken)}})
	for _, s := range []string{accessToken, "[redacted]", accessToken[:12]} {
		if strings.Contains(out, s) {
			t.Errorf("the page holds %q", s)
		}
	}
	if len(faults) < 24 {
		t.Errorf("%d faults: %v", len(faults), faults)
	}
	for _, f := range faults {
		if strings.Contains(f, accessToken[:12]) {
			t.Errorf("a fault holds the secret: %s", f)
		}
	}
	plan, scope := trailPage(t, "profile", Options{})
	src := draws(t, plan, View{Scope: scope, Frame: frameFor(nil)})
	if strings.Contains(src, accessToken) || !strings.Contains(src, "…") {
		t.Error("the profile does not show the masked token")
	}
}

// TestListsWithSecretsAreDrawn: a secret in an element keeps only itself from being shown.
func TestListsWithSecretsAreDrawn(t *testing.T) {
	const page = `path: /
title: T
state: {rows: json}
body:
  - list: {data: "${state.rows}", item: [{text: "${item.name}"}, {text: "${item.token}"}]}
`
	out, faults := render(t, page, value.Scope{"state": map[string]any{"rows": []any{
		map[string]any{"name": "Ann", "token": value.NewSecret(accessToken)}}}})
	if !strings.Contains(out, "Ann") || strings.Contains(out, accessToken[:12]) || len(faults) != 1 {
		t.Errorf("the row shows %s, with the faults %v", inside(out), faults)
	}
}

// TestF197_ListStates: rows, none, and a query that failed.
func TestF197_ListStates(t *testing.T) {
	plan, scope := trailPage(t, "home", Options{})
	f := frameFor(nil)
	doc := parse(t, draws(t, plan, View{scope, f}))
	if n := len(find(doc, ".u-list li")); n != 6 {
		t.Errorf("%d rows", n)
	}
	if n := len(find(doc, ".u-chart tbody tr")); n != 7 {
		t.Errorf("%d points in the chart", n)
	}
	q := scope["queries"].(map[string]any)
	q["posts"] = map[string]any{"ok": true, "status": 200, "body": map[string]any{"posts": []any{}}}
	if got := textOf(one(t, parse(t, draws(t, plan, View{scope, f})), ".u-list .u-empty")); got != "No stories yet." {
		t.Errorf("empty says %q", got)
	}
	q["posts"] = map[string]any{"ok": false, "status": 0, "error": "no network"}
	if got := textOf(one(t, parse(t, draws(t, plan, View{scope, f})), ".u-list .u-empty[role=alert]")); !strings.Contains(got, "could not be loaded") {
		t.Errorf("error says %q", got)
	}
}

// TestF198_Visible: what a condition hides is not in the page.
func TestF198_Visible(t *testing.T) {
	page := "path: /\ntitle: T\nstate: {on: bool}\nbody:\n  - card: {visible: \"${state.on}\", children: [text: Hidden words]}\n"
	for on, want := range map[any]bool{true: true, false: false, nil: false, "true": false} {
		out, _ := render(t, page, value.Scope{"state": map[string]any{"on": on}})
		if strings.Contains(out, "Hidden words") != want {
			t.Errorf("with %v it is drawn: %v", on, !want)
		}
	}
}

// TestA5_InsecureBar: over an unencrypted connection every page says so.
func TestA5_InsecureBar(t *testing.T) {
	plan, scope := trailPage(t, "home", Options{})
	f := frameFor(nil)
	if len(find(parse(t, draws(t, plan, View{scope, f})), ".u-insecure")) != 0 {
		t.Error("the bar is there without need")
	}
	f.Insecure = true
	bar := one(t, parse(t, draws(t, plan, View{scope, f})), ".u-insecure[role=alert]")
	if !strings.Contains(textOf(bar), "not encrypted") {
		t.Errorf("the bar says %q", textOf(bar))
	}
}

// TestEditMode: the same page with paths, and a fault box where a widget is wrong. Without it Compile refuses.
func TestEditMode(t *testing.T) {
	src := files("path: /\ntitle: T\nbody:\n  - text: {text: Fine, id: fine}\n  - txet: Wrong\n  - column:\n      gap: huge\n      children: [text: Inside]\n")
	p, problems := project.NewTree(src).Project()
	if !problems.Errors() || p == nil {
		t.Fatalf("problems: %v", problems)
	}
	if _, err := Compile(p, p.Page("test"), Options{}); err == nil || !strings.Contains(err.Error(), "/pages/test/body/1") {
		t.Errorf("compiling says %v", err)
	}
	plan, err := Compile(p, p.Page("test"), Options{Edit: true})
	if err != nil {
		t.Fatal(err)
	}
	doc := parse(t, draws(t, plan, View{}))
	if get(one(t, doc, "#w-fine"), "data-path") != "/pages/test/body/0" {
		t.Error("the text carries no path")
	}
	if box := one(t, doc, `.u-fault[data-path="/pages/test/body/1"]`); !strings.Contains(textOf(box), "txet") {
		t.Errorf("the box says %q", textOf(box))
	}
	one(t, doc, `.u-fault[data-path="/pages/test/body/2"]`)
	one(t, doc, `.u-col[data-path="/pages/test/body/2"] p[data-kind=text]`)
}

// TestServingPagesCarryNoPaths: edit mode adds paths and nothing else.
func TestServingPagesCarryNoPaths(t *testing.T) {
	served, scope := trailPage(t, "home", Options{})
	edited, _ := trailPage(t, "home", Options{Edit: true})
	f := frameFor(nil)
	a, b := draws(t, served, View{scope, f}), draws(t, edited, View{scope, f})
	if strings.Contains(a, "data-path") {
		t.Error("a served page carries paths")
	}
	if got := dataPath.ReplaceAllString(b, ""); got != a {
		t.Error("edit mode changes more than paths")
	}
}

// TestFaultsAreDrawnEmpty: what can not be evaluated leaves its place empty, names the place, and the rest is drawn.
func TestFaultsAreDrawnEmpty(t *testing.T) {
	out, faults := render(t, "path: /\ntitle: T\nstate: {d: json}\nbody:\n  - text: \"${state.d * 2}\"\n  - text: After\n",
		value.Scope{"state": map[string]any{"d": map[string]any{}}})
	if len(faults) != 1 || !strings.HasPrefix(faults[0], "/pages/test/body/0/text/text: ") {
		t.Errorf("faults: %v", faults)
	}
	if !strings.Contains(out, "After") {
		t.Error("the rest is missing")
	}
}

// TestEventFaults: an event that can not be sealed leaves a control that does nothing of its own.
func TestEventFaults(t *testing.T) {
	p := compile(t, "path: /\ntitle: T\nbody:\n  - button: {text: Go, onTap: [{snackBar: x}]}\n", Options{})
	var faults []string
	f := frameFor(&faults)
	f.Event = func(*project.Trigger, value.Scope) (string, error) { return "", errors.New("too large") }
	if out := draws(t, p, View{Frame: f}); strings.Contains(out, "_event") || len(faults) != 1 {
		t.Errorf("faults %v in %s", faults, inside(out))
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// TestRenderReportsTheWriter: the writer's error comes back.
func TestRenderReportsTheWriter(t *testing.T) {
	plan := compile(t, "path: /\ntitle: T\nbody: [text: x]\n", Options{})
	if err := plan.Render(brokenWriter{}, View{}); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("got %v", err)
	}
}

// TestRenderConcurrently: a plan serves many at once.
func TestRenderConcurrently(t *testing.T) {
	plan, scope := trailPage(t, "home", Options{})
	want := draws(t, plan, View{scope, frameFor(nil)})
	done := make(chan string)
	for range 8 {
		go func() {
			var out bytes.Buffer
			if err := plan.Render(&out, View{scope, frameFor(nil)}); err != nil {
				done <- err.Error()
				return
			}
			done <- out.String()
		}()
	}
	for range 8 {
		if got := <-done; got != want {
			t.Fatal("two drawings differ")
		}
	}
}

// TestDocument draws pages outside a plan.
func TestDocument(t *testing.T) {
	doc := parse(t, message(t, DocumentInput{App: project.App{Name: "Trail", Language: "ar", Theme: project.Theme{Mode: "dark"}},
		Heading: "No <entry>", Text: "Ask someone.", ID: "7f-1", Links: []DocumentLink{{Text: "Start", Href: "/"}, {Text: "Bad", Href: "javascript:x"}}}))
	root := one(t, doc, "html")
	if get(root, "lang") != "ar" || get(root, "dir") != "rtl" || get(root, "data-mode") != "dark" {
		t.Errorf("root is %v", root.Attr)
	}
	if got := textOf(one(t, doc, "h1")); got != "No <entry>" {
		t.Errorf("heading is %q", got)
	}
	if got := textOf(one(t, doc, "title")); got != "No <entry> · Trail" {
		t.Errorf("title is %q", got)
	}
	if got := textOf(one(t, doc, ".u-code")); got != "7f-1" {
		t.Errorf("id is %q", got)
	}
	one(t, doc, "main a")
}

// TestFavicon draws the first letter of a name, escaped.
func TestFavicon(t *testing.T) {
	if got := string(Favicon(project.App{Name: "<élan>", Theme: project.Theme{Accent: "#0f766e"}})); !strings.Contains(got, ">É</text>") || !strings.Contains(got, `fill="#0f766e"`) {
		t.Errorf("got %s", got)
	}
}

// TestIconsAreDrawn: each name of the icon set is a drawing, and each drawing has a name.
func TestIconsAreDrawn(t *testing.T) {
	seen := map[string]bool{}
	for _, name := range project.Icons() {
		seen[name] = true
		if Icon(name) == "" {
			t.Errorf("no icon %s", name)
		}
	}
	for name := range iconPaths {
		if !seen[name] {
			t.Errorf("icon %s is in no catalogue", name)
		}
	}
}
