package folder

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestF224_TestsAreReadBesideTheTree(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"app.yaml": "usher: 1", "tests/login.txt": "open /", "tests/backend.yaml": "standin: 1", "tests/.hidden.txt": "x", "tests/notes.md": "x", "tests/deep/x.txt": "x"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("/etc/hostname", filepath.Join(dir, "tests", "link.txt")); err != nil {
		t.Fatal(err)
	}
	f, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	tests, err := f.Tests()
	if err != nil || len(tests) != 2 || string(tests["tests/login.txt"]) != "open /" || string(tests["tests/backend.yaml"]) != "standin: 1" {
		t.Errorf("%q %v", tests, err)
	}
	tree, err := f.Tree()
	if err != nil || !slices.Equal(tree.Files(), []string{"app.yaml"}) {
		t.Errorf("%v %v", tree.Files(), err)
	}
}

func TestNoTestsFolderIsNoFault(t *testing.T) {
	f, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if tests, err := f.Tests(); err != nil || len(tests) != 0 {
		t.Errorf("%v %v", tests, err)
	}
}

// TestF224_AFileForAJourney: one of tests/ is read whatever it is; what lies elsewhere, leads elsewhere or is too large is not.
func TestF224_AFileForAJourney(t *testing.T) {
	dir := t.TempDir()
	for name, size := range map[string]int{"tests/hut.png": 9, "tests/sub/a.pdf": 3, "tests/large": maxTestFile + 1, "app.yaml": 5} {
		at := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(at), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, make([]byte, size), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(dir, "app.yaml"), filepath.Join(dir, "tests/link")); err != nil {
		t.Fatal(err)
	}
	f, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for name, size := range map[string]int{"hut.png": 9, "sub/a.pdf": 3, "large": -1, "../app.yaml": -1, "link": -1, "sub": -1, "gone": -1, "": -1, "/etc/passwd": -1, ".": -1} {
		if b, err := f.TestFile(name); (err == nil) != (size >= 0) || err == nil && len(b) != size {
			t.Errorf("%q: %d bytes, %v", name, len(b), err)
		}
	}
}
