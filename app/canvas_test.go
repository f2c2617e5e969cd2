package app

import (
	"bytes"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"github.com/usherdev/usher/project"
)

const (
	studioOrigin = "http://studio.localhost:7070"
	launch       = "0123456789abcdef0123"
)

func newTestCanvas(t *testing.T, p *project.Project) *Canvas {
	t.Helper()
	u, _ := url.Parse("http://preview.localhost:7070")
	c, err := NewCanvas(CanvasConfig{URL: u, Studio: studioOrigin, Nonce: launch})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Show(p); err != nil {
		t.Fatal(err)
	}
	return c
}

func canvasGet(t *testing.T, c *Canvas, target string) *page {
	t.Helper()
	rec := httptest.NewRecorder()
	c.ServeHTTP(rec, httptest.NewRequest("GET", target, nil))
	doc, err := html.Parse(bytes.NewReader(rec.Body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	return &page{Response: rec.Result(), body: rec.Body.String(), doc: doc, url: target}
}

func TestCanvasDrawsSampleData(t *testing.T) {
	p := load(t, tourist(t, extra))
	c := newTestCanvas(t, p)
	for _, pg := range p.Pages {
		got := canvasGet(t, c, c.PageURL(pg.Name))
		got.want(t, 200)
		if !got.has("[data-path][data-kind]") || !got.has(`meta[name="usher-canvas"]`) || !got.has(`script[src*="edit.js"]`) || got.has(`script[src*="app.js"]`) {
			t.Errorf("%s is not in edit mode", pg.Name)
		}
		if csp := got.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "frame-ancestors "+studioOrigin) {
			t.Errorf("%s: %s", pg.Name, csp)
		}
		if len(got.Header.Values("Set-Cookie")) > 0 || strings.Contains(got.body, "sample-authentication-token") {
			t.Errorf("%s sets a cookie or shows a token", pg.Name)
		}
	}
	home := canvasGet(t, c, c.PageURL("home")+"&mode=dark")
	home.want(t, 200, "Welcome Ada", "A title of some words")
	if !home.has(`html[data-mode=dark]`) {
		t.Error("the look is not fixed")
	}
}

func TestCanvasIsForTheStudioAlone(t *testing.T) {
	c := newTestCanvas(t, load(t, tourist(t, nil)))
	for target, want := range map[string]int{
		"http://preview.localhost:7070/page/home":                                403,
		"http://preview.localhost:7070/page/home?key=x":                          403,
		"http://preview.localhost:7070/home":                                     403,
		"http://preview.localhost:7070/bars":                                     403,
		"http://preview.localhost:7070/component/Nobody":                         403,
		"http://preview.localhost:7070/component/Nobody?key=" + launch:           404,
		"http://preview.localhost:7070/page/nothing?key=" + launch:               404,
		"http://evil.example/page/home?key=" + launch:                            421,
		"http://touristtrail.localhost:7070/page/home?key=" + launch:             421,
		"http://preview.localhost:7070" + c.shown.Load().assets.url("edit.js"):   200,
		"http://preview.localhost:7070/_usher/assets/0123456789abcdef/app.js":    404,
		"http://preview.localhost:7070/page/home?key=" + launch + "&mode=purple": 200,
	} {
		if got := canvasGet(t, c, target); got.StatusCode != want {
			t.Errorf("%s: %d, want %d", target, got.StatusCode, want)
		}
	}
	for _, cfg := range []CanvasConfig{
		{Studio: studioOrigin, Nonce: launch},
		{URL: c.cfg.URL, Studio: "http://preview.localhost:7070", Nonce: launch},
		{URL: c.cfg.URL, Studio: "http://studio.localhost:7070/x", Nonce: launch},
		{URL: c.cfg.URL, Studio: studioOrigin, Nonce: "short"},
	} {
		if _, err := NewCanvas(cfg); err == nil {
			t.Errorf("taken: %+v", cfg)
		}
	}
}

// TestCanvasDrawsFaults: an unfinished edit never takes the canvas away.
// TestF191_TheCanvasDrawsAPageToBe: a page of a project that is not shown is drawn at an address of its own, with the files that it needs, for the studio
// alone; what is shown stays, and the next one takes its place.
func TestF191_TheCanvasDrawsAPageToBe(t *testing.T) {
	c := newTestCanvas(t, load(t, tourist(t, nil)))
	if got := canvasGet(t, c, "http://preview.localhost:7070/plan/extra?key="+launch); got.StatusCode != 404 {
		t.Errorf("before: %d", got.StatusCode)
	}
	p := load(t, tourist(t, map[string]string{"pages/extra.yaml": "path: /extra\ntitle: To be\naccess: any\nbody:\n  - text: Not there yet\n"}))
	if _, err := c.Plan(p, "nobody"); err == nil {
		t.Error("a page that is not in it")
	}
	if _, err := c.Plan(nil, "extra"); err == nil {
		t.Error("no project")
	}
	address, err := c.Plan(p, "extra")
	if err != nil {
		t.Fatal(err)
	}
	got := canvasGet(t, c, address)
	got.want(t, 200, "Not there yet")
	if !got.has(`meta[name="usher-canvas"]`) || !strings.Contains(got.Header.Get("Content-Security-Policy"), "frame-ancestors "+studioOrigin) {
		t.Errorf("%s", got.Header.Get("Content-Security-Policy"))
	}
	if dark := canvasGet(t, c, address+"&mode=dark"); !dark.has("html[data-mode=dark]") {
		t.Error("its look is not that of the canvas")
	}
	if css := attr(cascadia.Query(got.doc, cascadia.MustCompile(`link[rel=stylesheet]`)), "href"); canvasGet(t, c, "http://preview.localhost:7070"+css).StatusCode != 200 {
		t.Errorf("its style %s is not served", css)
	}
	bare, _, _ := strings.Cut(address, "?")
	for target, want := range map[string]int{bare: 403, bare + "?key=x": 403, "http://evil.example/plan/extra?key=" + launch: 421, "http://preview.localhost:7070/plan/nobody?key=" + launch: 404, c.PageURL("extra"): 404, c.PageURL("home"): 200} {
		if got := canvasGet(t, c, target); got.StatusCode != want {
			t.Errorf("%s: %d, want %d", target, got.StatusCode, want)
		}
	}
	if _, err := c.Plan(load(t, tourist(t, nil)), "home"); err != nil {
		t.Fatal(err)
	}
	if got := canvasGet(t, c, address); got.StatusCode != 404 {
		t.Errorf("after another one: %d", got.StatusCode)
	}
}

func TestCanvasDrawsFaults(t *testing.T) {
	p, problems := tourist(t, map[string]string{"pages/half.yaml": "path: /half\ntitle: Half\naccess: any\nbody:\n  - text: \"${nothing.here}\"\n  - image: {}\n  - text: Whole\n  - button: {text: Go, onTap: [{navigate: nowhere}]}\n"}).Project()
	if !problems.Errors() || p == nil {
		t.Fatal("the project should have faults and be there")
	}
	c := newTestCanvas(t, p)
	canvasGet(t, c, c.PageURL("half")).want(t, 200, "Whole", "Go")
	canvasGet(t, c, c.PageURL("home")).want(t, 200, "Welcome Ada")
}

func TestCanvasOpensTheTabOfWhatIsShown(t *testing.T) {
	p := load(t, tourist(t, extra))
	c := newTestCanvas(t, p)
	var second *project.Widget
	var walk func([]*project.Widget)
	walk = func(all []*project.Widget) {
		for _, w := range all {
			if w.ID == "newPassword" {
				second = w
			}
			for _, slot := range w.Slots {
				walk(slot)
			}
		}
	}
	walk(p.Page("login").Body)
	if got := canvasGet(t, c, c.PageURL("login")); got.has("#w-newPassword") {
		t.Error("the second tab is open by itself")
	}
	for _, at := range []project.Path{second.At, second.At.Join("textField", "label")} {
		if got := canvasGet(t, c, c.PageURL("login")+"&show="+url.QueryEscape(string(at))); !got.has("#w-newPassword") {
			t.Errorf("%s is not drawn", at)
		}
	}
	canvasGet(t, c, c.PageURL("login")+"&show=nonsense").want(t, 200)
}

// TestF198_TheCanvasFollowsTheLogIn: what is shown to those who are logged in alone is drawn for them, and not for others; an empty place can be
// dropped into.
func TestF198_TheCanvasFollowsTheLogIn(t *testing.T) {
	const file = "pages/either.yaml"
	p := load(t, tourist(t, map[string]string{file: "path: /either\ntitle: Either\naccess: any\nbody:\n  - text: {text: In, id: inside, visible: \"${auth.loggedIn}\"}\n  - text: {text: Out, id: outside, visible: \"${not auth.loggedIn}\"}\n  - card: {children: []}\n"}))
	c := newTestCanvas(t, p)
	for as, want := range map[string][2]bool{"": {true, false}, "in": {true, false}, "out": {false, true}, "nonsense": {true, false}} {
		got := canvasGet(t, c, c.PageURL("either")+"&as="+as)
		if got.has("#w-inside") != want[0] || got.has("#w-outside") != want[1] {
			t.Errorf("as %q: %s", as, got.body)
		}
		if !got.has(`[data-slot="children"][data-of="/pages/either/body/2"]`) {
			t.Error("the empty card has no place")
		}
	}
}

func TestF201_TheCanvasDrawsAComponentByItself(t *testing.T) {
	tree := project.NewTree(map[string][]byte{
		"app.yaml":               []byte("usher: 1\nname: Trail\nbars:\n  - appBar: {title: \"${props.title}\"}\n"),
		"pages/home.yaml":        []byte("path: /\ntitle: Home\nbody:\n  - Fold: {title: One, inside: [divider]}\n  - Fold: {title: Two}\n"),
		"components/Fold.yaml":   []byte("props: {title: text, note: {type: text, default: By default}}\nstate: {open: {type: bool, default: true}}\nslots: [inside]\nbody:\n  - text: ${props.title}\n  - text: {text: \"${props.note}\", visible: \"${own.open}\"}\n  - slot: inside\n"),
		"components/Hidden.yaml": []byte("body:\n  - text: Nobody uses it\n"),
	})
	prj, problems := tree.Project()
	if problems.Errors() {
		t.Fatal(problems)
	}
	c := newTestCanvas(t, prj)
	for address, want := range map[string][]string{
		c.ComponentURL("Fold"):   {`data-path="/components/Fold/body/0"`, "A title of some words", "By default", `class="u-slot"`, ">inside<"},
		c.ComponentURL("Hidden"): {"Nobody uses it"},
		c.BarsURL():              {`data-path="/app/bars/0"`},
		c.PageURL("home"):        {`data-path="/pages/home/body/0/Fold/inside/0"`, `data-slot="inside" data-of="/pages/home/body/1"`},
	} {
		body := canvasGet(t, c, address).body
		for _, text := range want {
			if !strings.Contains(body, text) {
				t.Errorf("%s lacks %s:\n%s", address, text, body)
			}
		}
	}
	if body := canvasGet(t, c, c.PageURL("home")).body; strings.Contains(body, "/components/") {
		t.Error("on a page what stands in a component can be selected")
	}
}
