package app

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/render"
	"github.com/usherdev/usher/value"
)

// editedFiles are pages that refer to one another and share a component.
var editedFiles = map[string]string{
	"components/Sign.yaml": "props: {label: text}\nbody:\n  - text: {text: \"Sign: ${props.label}\"}\n",
	"pages/first.yaml":     "path: /first\ntitle: First\naccess: any\nbody:\n  - text: First words\n  - link: {text: On, page: second}\n",
	"pages/second.yaml":    "path: /second\ntitle: Second\naccess: any\nbody:\n  - Sign: {label: \"${string(1 + 1)}\"}\n  - link: {text: Back, page: first}\n  - link: {text: Third, page: third}\n",
	"pages/third.yaml":     "path: /third\ntitle: Third\naccess: any\nbody:\n  - text: Third words\n",
}

// edit puts a revision with other texts in some files in the place of the served one, as dev and studio do.
func (w *world) edit(tree *project.Tree, changed ...string) (*project.Tree, error) {
	w.t.Helper()
	files := map[string][]byte{}
	for i := 0; i < len(changed); i += 3 {
		had := string(tree.Bytes(changed[i]))
		if !strings.Contains(had, changed[i+1]) {
			w.t.Fatalf("%s has no %q", changed[i], changed[i+1])
		}
		files[changed[i]] = []byte(strings.ReplaceAll(had, changed[i+1], changed[i+2]))
	}
	tree = tree.With(files)
	p := load(w.t, tree)
	return tree, w.app.Swap(p, w.newCalls(p))
}

// drawings are what the app's pages look like with nothing in scope, by name.
func (w *world) drawings() map[string]string {
	w.t.Helper()
	rt, out := w.app.rt.Load(), map[string]string{}
	for _, page := range rt.project.Pages {
		plan, err := rt.plan(page, nil)
		if err != nil {
			w.t.Fatal(err)
		}
		var b bytes.Buffer
		href := func(p *project.Page, _ map[string]any) (string, error) { return p.Path, nil }
		event := func(t *project.Trigger, _ value.Scope) (string, error) { return t.ID, nil }
		if err := plan.Render(&b, render.View{Scope: value.Scope{}, Frame: render.Frame{Href: href, Event: event}}); err != nil {
			w.t.Fatal(err)
		}
		out[page.Name] = b.String()
	}
	return out
}

// TestAnEditTakesEffectAtTheNextRequest: of a page, of one that others lead to, of a component and of app.yaml; whatever was edited, each page
// is then what it is in an app that is started with these files.
func TestAnEditTakesEffectAtTheNextRequest(t *testing.T) {
	w := newWorld(t, editedFiles)
	tree, c := tourist(t, editedFiles), w.browser()
	for _, e := range []struct {
		what    string
		changed []string
		page    string
		has     string
		not     string
	}{
		{"a page", []string{"pages/first.yaml", "First words", "Other words"}, "/first", "Other words", "First words"},
		{"nothing of another page", nil, "/second", "Sign: 2", "Other words"},
		{"the path of a page that others lead to", []string{"pages/first.yaml", "path: /first", "path: /moved"}, "/second", `href="/moved"`, `href="/first"`},
		{"a component", []string{"components/Sign.yaml", "Sign: ", "Plate: "}, "/second", "Plate: 2", "Sign: 2"},
		{"the theme, which every page links to", []string{"app.yaml", "#0f766e", "#7c2d12"}, "/third", "Third words", "Sign"},
		{"a page and what leads to it", []string{"pages/third.yaml", "path: /third", "path: /last", "pages/second.yaml", "text: Third", "text: Last"}, "/second", `href="/last"`, `href="/third"`},
	} {
		var err error
		if tree, err = w.edit(tree, e.changed...); err != nil {
			t.Fatalf("%s: %v", e.what, err)
		}
		if p := c.get(e.page); p.StatusCode != 200 || !strings.Contains(p.body, e.has) || strings.Contains(p.body, e.not) {
			t.Errorf("%s: %d\n%s", e.what, p.StatusCode, p.body)
		}
		fresh := newWorldOf(t, load(t, tree)).drawings()
		for name, got := range w.drawings() {
			if got != fresh[name] {
				t.Errorf("%s: page %s is\n%s\nwhere an app that starts with it has\n%s", e.what, name, got, fresh[name])
			}
		}
	}
	if c.get("/first").StatusCode != 404 {
		t.Error("the path that a page had still leads to it")
	}
}

// TestAnEditThatRemovesAPage: with the links to it the page is gone; a link that is left in a page that was not edited is a fault of that page.
func TestAnEditThatRemovesAPage(t *testing.T) {
	w := newWorld(t, editedFiles)
	files := map[string]string{}
	for name, text := range editedFiles {
		files[name] = text
	}
	delete(files, "pages/third.yaml")
	if _, problems := tourist(t, files).After(tourist(t, editedFiles)).Project(); !strings.Contains(fmt.Sprint(problems), `there is no page "third"`) {
		t.Errorf("the link to nowhere: %v", problems)
	}
	files["pages/second.yaml"] = strings.Replace(files["pages/second.yaml"], "  - link: {text: Third, page: third}\n", "", 1)
	p := load(t, tourist(t, files))
	if err := w.app.Swap(p, w.newCalls(p)); err != nil {
		t.Fatal(err)
	}
	c := w.browser()
	c.get("/third").want(t, 404)
	if p := c.get("/second"); strings.Contains(p.body, "Third") {
		t.Errorf("the link is still there\n%s", p.body)
	}
}

// TestAnEditThatCannotBeDrawn: what only the drawing finds is refused when it is edited in, by a page and by a component, and the old revision
// stays, however many edits of other pages came before.
func TestAnEditThatCannotBeDrawn(t *testing.T) {
	w := newWorld(t, editedFiles)
	tree, err := w.edit(tourist(t, editedFiles), "pages/third.yaml", "Third words", "Others")
	if err != nil {
		t.Fatal(err)
	}
	for file, page := range map[string]string{"pages/first.yaml": "first", "components/Sign.yaml": "second"} {
		next := load(t, tree.With(map[string][]byte{file: slices.Concat(tree.Bytes(file), []byte("# edited\n"))}))
		next.Page(page).Body[0].Fault = "it is of no shape"
		if err := w.app.Swap(next, w.newCalls(next)); err == nil || !strings.Contains(err.Error(), "it is of no shape") {
			t.Errorf("%s: %v", file, err)
		}
		if got := w.app.Revision(); got != tree.Revision() {
			t.Errorf("%s: revision %s is served", file, got)
		}
	}
	w.browser().get("/third").want(t, 200, "Others")
}

// TestPagesThatStayAreDrawnWhenAskedFor: an edit of a page makes the plan of that one alone; many may ask at once for one that is not made yet.
func TestPagesThatStayAreDrawnWhenAskedFor(t *testing.T) {
	w := newWorld(t, editedFiles)
	before := w.app.rt.Load()
	tree, err := w.edit(tourist(t, editedFiles), "pages/first.yaml", "First words", "Other words")
	if err != nil {
		t.Fatal(err)
	}
	rt := w.app.rt.Load()
	for _, page := range rt.project.Pages {
		if stays := before.couldDraw(rt.project, page); stays != (page.Name != "first") {
			t.Errorf("page %s stays: %t", page.Name, stays)
		}
	}
	other := load(t, tree.With(map[string][]byte{"components/Sign.yaml": []byte("props: {label: text}\nbody: [{text: New}]\n")}))
	if page := other.Page("third"); rt.couldDraw(other, page) {
		t.Error("beside another component a page counts as the same")
	}
	var all sync.WaitGroup
	var plans sync.Map
	for range 16 {
		all.Go(func() {
			plan, err := rt.plan(rt.project.Page("second"), nil)
			plans.Store(plan, err)
		})
	}
	all.Wait()
	made := 0
	plans.Range(func(_, err any) bool {
		made++
		return err == nil
	})
	if made != 1 {
		t.Errorf("%d plans of one page", made)
	}
}

// TestE12_APageGetsItsStyleSheetThoughANewRevisionCame: a page that was drawn just before a swap asks for its files after it.
func TestE12_APageGetsItsStyleSheetThoughANewRevisionCame(t *testing.T) {
	w := newWorld(t, nil)
	c := w.browser()
	sheet := regexp.MustCompile(`href="(/_usher/assets/[^"]*theme\.css)"`)
	old := sheet.FindStringSubmatch(c.get("/login").body)[1]
	tree, had := tourist(t, nil), "#0f766e"
	for _, accent := range []string{"#aa2200", "#2200aa"} {
		var err error
		if tree, err = w.edit(tree, "app.yaml", had, accent); err != nil {
			t.Fatal(err)
		}
		now := sheet.FindStringSubmatch(c.get("/login").body)[1]
		if now == old {
			t.Fatal("another colour has the same style sheet")
		}
		c.get(old).want(t, 200)
		old, had = now, accent
	}
}

// TestE12_APublishedRevisionIsServedWhole: while revisions take each other's place, each page that is asked for is of one of them: its title, its
// text, a component's text, the address of another page and its style sheet.
func TestE12_APublishedRevisionIsServedWhole(t *testing.T) {
	files := func(n int) map[string]string {
		return map[string]string{
			"components/Sign.yaml": fmt.Sprintf("body:\n  - text: sign %d.\n", n),
			"pages/first.yaml":     fmt.Sprintf("path: /first\ntitle: title %d.\naccess: any\nbody:\n  - text: words %d.\n  - Sign: {}\n  - link: {text: On, page: second}\n", n, n),
			"pages/second.yaml":    fmt.Sprintf("path: /second-%d.\ntitle: Second\naccess: any\nbody: [text: Second]\n", n),
		}
	}
	w := newWorld(t, files(0))
	marks := regexp.MustCompile(`(?:title|words|sign|/second-) ?(\d+)\.`)
	stop, faults := make(chan struct{}), make(chan string, 2)
	var readers sync.WaitGroup
	for range 2 {
		c := w.browser()
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				found := marks.FindAllStringSubmatch(c.get("/first").body, -1)
				if len(found) < 4 || slices.ContainsFunc(found, func(m []string) bool { return m[1] != found[0][1] }) {
					faults <- fmt.Sprint(found)
					return
				}
			}
		})
	}
	seen := w.app.Revision()
	for n := 1; n <= 12; n++ {
		p := load(t, tourist(t, files(n)))
		if err := w.app.Swap(p, w.newCalls(p)); err != nil {
			t.Fatal(err)
		}
		if now := w.app.Revision(); now == seen {
			t.Fatal("the revision is the one before")
		} else {
			seen = now
		}
		w.browser().get("/first").want(t, 200, fmt.Sprintf("words %d.", n))
	}
	close(stop)
	readers.Wait()
	select {
	case f := <-faults:
		t.Errorf("a page is of several revisions: %s", f)
	default:
	}
}
