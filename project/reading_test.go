package project

import (
	"reflect"
	"testing"
)

// TestReadAgainOnlyWhatChanged: trees that come of one another read a file once, and find what they would find alone.
func TestReadAgainOnlyWhatChanged(t *testing.T) {
	files := map[string][]byte{
		"app.yaml": []byte("usher: 1\nname: Testing\n"), "pages/a.yaml": []byte("path: /a\nbody: [{text: A}]\n"), "pages/b.yaml": []byte("path: /b\nbody: [{txet: B}]\n"),
		"pages/c.yaml": []byte("path: [\n"),
	}
	first := NewTree(files)
	_, want := first.Project()
	if len(want) < 2 {
		t.Fatalf("problems: %v", want)
	}
	rootOf := func(tree *Tree, name string) any { return tree.read.by[name].root }
	a, b := rootOf(first, "pages/a.yaml"), rootOf(first, "pages/b.yaml")
	next := first.With(map[string][]byte{"pages/b.yaml": []byte("path: /b\nbody: [{text: B}]\n")})
	_, got := next.Project()
	if rootOf(next, "pages/a.yaml") != a || rootOf(next, "pages/b.yaml") == b {
		t.Error("what stayed was read again, or what changed was not")
	}
	if _, alone := NewTree(map[string][]byte{"app.yaml": files["app.yaml"], "pages/a.yaml": files["pages/a.yaml"], "pages/b.yaml": next.Bytes("pages/b.yaml"), "pages/c.yaml": files["pages/c.yaml"]}).Project(); !reflect.DeepEqual(got, alone) {
		t.Errorf("%v, alone %v", got, alone)
	}
	if _, again := first.Project(); !reflect.DeepEqual(again, want) {
		t.Errorf("the first tree now has %v, it had %v", again, want)
	}
	loaded := NewTree(files).After(next)
	if _, got := loaded.Project(); !reflect.DeepEqual(got, want) || rootOf(loaded, "pages/a.yaml") != a {
		t.Errorf("loaded after another: %v, want %v", got, want)
	}
}

// TestInParallelPanics: what one of many throws reaches the caller.
func TestInParallelPanics(t *testing.T) {
	defer func() {
		if p := recover(); p != "a bug" {
			t.Errorf("it threw %v", p)
		}
	}()
	inParallel(100, func(i int) {
		if i == 57 {
			panic("a bug")
		}
	})
}
