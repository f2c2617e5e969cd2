package project

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// galleryFaults says which kinds have no page in the gallery, or one that does not hold the kind, its example or its address.
func galleryFaults(kinds []string, page func(kind string) (string, bool)) []string {
	var faults []string
	for _, kind := range kinds {
		src, ok := page(kind)
		switch {
		case !ok:
			faults = append(faults, kind+": examples/gallery/pages/"+kind+".yaml is missing")
		case !strings.HasPrefix(src, "path: /"+kind+"\n") && !strings.Contains(src, "\npath: /"+kind+"\n"):
			faults = append(faults, kind+": its page is not at /"+kind)
		case strings.Count(src, "# example\n") != 1:
			faults = append(faults, kind+": its page marks no example, or several; write one line “# example” before it")
		}
	}
	return faults
}

func kindsOfWidgets() []string {
	var kinds []string
	for _, s := range Widgets() {
		kinds = append(kinds, s.Kind)
	}
	return kinds
}

// TestEveryWidgetIsInTheGallery: each kind has a page, and the page uses it.
func TestEveryWidgetIsInTheGallery(t *testing.T) {
	const dir = "../examples/gallery"
	for _, f := range galleryFaults(kindsOfWidgets(), func(kind string) (string, bool) {
		src, err := os.ReadFile(dir + "/pages/" + kind + ".yaml")
		return string(src), err == nil
	}) {
		t.Error(f)
	}
	tree, err := LoadTree(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	p, problems := tree.Project()
	for _, problem := range problems {
		t.Error(problem)
	}
	for _, kind := range kindsOfWidgets() {
		if page := p.Page(kind); page != nil && !shows(page.Body, kind) {
			t.Errorf("the page of %s does not show it", kind)
		}
	}
}

func shows(widgets []*Widget, kind string) bool {
	return slices.ContainsFunc(widgets, func(w *Widget) bool {
		if w.Spec != nil && w.Spec.Kind == kind {
			return true
		}
		for _, inner := range w.Slots {
			if shows(inner, kind) {
				return true
			}
		}
		return false
	})
}

func TestGalleryGuardCanFail(t *testing.T) {
	pages := map[string]string{"good": "path: /good\n# example\n", "moved": "path: /elsewhere\n# example\n", "bare": "path: /bare\n"}
	faults := galleryFaults([]string{"good", "moved", "bare", "absent"}, func(kind string) (string, bool) {
		src, ok := pages[kind]
		return src, ok
	})
	if len(faults) != 3 {
		t.Errorf("three of four are wrong, not %q", faults)
	}
}
