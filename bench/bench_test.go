package main

import (
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session/sqlstore"
)

// TestBaselineDrawsTheSamePage keeps the comparison honest: the template must draw what the plan draws.
func TestBaselineDrawsTheSamePage(t *testing.T) {
	f, err := newFixture(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer f.close()
	page, _, err := f.fetchOnce()
	if err != nil {
		t.Fatal(err)
	}
	if len(page) < 2000 {
		t.Errorf("the home page has only %d bytes", len(page))
	}
	if _, err := templateFor(f); err != nil {
		t.Error(err)
	}
	if _, err := widgetsContest(); err != nil {
		t.Error(err)
	}
}

// TestThePageOfWidgetsHasThem keeps the measured page at what its line says: 50 widgets, 20 bindings.
func TestThePageOfWidgetsHasThem(t *testing.T) {
	p, err := widgetsApp()
	if err != nil {
		t.Fatal(err)
	}
	widgets := 0
	var count func([]*project.Widget)
	count = func(list []*project.Widget) {
		for _, w := range list {
			widgets++
			for _, children := range w.Slots {
				count(children)
			}
		}
	}
	count(p.Page("home").Body)
	if bindings := strings.Count(widgetsPage(), "${"); widgets != 50 || bindings != 20 {
		t.Errorf("%d widgets, %d bindings", widgets, bindings)
	}
}

// BenchmarkPageOfWidgets is one page through the handler alone.
func BenchmarkPageOfWidgets(b *testing.B) {
	p, err := widgetsApp()
	if err != nil {
		b.Fatal(err)
	}
	f, err := serveProject(b.Context(), p, "/home", filepath.Join(b.TempDir(), "a.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.close()
	req, err := f.request("http://" + f.host)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		f.app.ServeHTTP(&discard{header: http.Header{}}, req)
	}
}

// BenchmarkDrawWidgets is the drawing of that page alone.
func BenchmarkDrawWidgets(b *testing.B) {
	c, err := widgetsContest()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := c.plan.Render(io.Discard, view(c.scope)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkEdit is one edit of one page in 100, up to the runtime that has it.
func BenchmarkEdit(b *testing.B) {
	tree := project.NewTree(many(100))
	store, err := sqlstore.Open(b.Context(), filepath.Join(b.TempDir(), "edits.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	a, m, err := runs(b.Context(), tree, store)
	if err != nil {
		b.Fatal(err)
	}
	defer m.Close(b.Context())
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		text := strings.Replace(string(tree.Bytes("pages/page7.yaml")), "Made with Usher", fmt.Sprintf("Made with Usher, edition %d", i), 1)
		if err := swap(a, tree.With(map[string][]byte{"pages/page7.yaml": []byte(text)})); err != nil {
			b.Fatal(err)
		}
	}
}
