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
