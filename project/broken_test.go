package project

import (
	"flag"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/rogpeppe/go-internal/txtar"
)

var updateBroken = flag.Bool("update-broken", false, "write what the checker says into testdata/broken")

const brokenDir = "testdata/broken"

// archiveFiles splits an archive into files and what the checker must say. A file that reads <absent> is taken away.
func archiveFiles(t testing.TB, name string, base map[string][]byte) (files map[string][]byte, want string, a *txtar.Archive) {
	t.Helper()
	a, err := txtar.ParseFile(filepath.Join(brokenDir, name))
	if err != nil {
		t.Fatal(err)
	}
	files = maps.Clone(base)
	for _, f := range a.Files {
		switch {
		case f.Name == "want":
			want = string(f.Data)
		case string(f.Data) == "<absent>\n":
			delete(files, f.Name)
		default:
			files[f.Name] = f.Data
		}
	}
	return files, want, a
}

// baseFiles is the sound app that broken cases build upon.
func baseFiles(t testing.TB) map[string][]byte {
	t.Helper()
	files, _, _ := archiveFiles(t, "base.txtar", map[string][]byte{})
	return files
}

// differ is what has to be changed in want to have got, "" nothing.
func differ(want, got string) string {
	return string(diff.Diff("want", []byte(want), "got", []byte(got)))
}

func told(problems Problems) string {
	var b strings.Builder
	for _, p := range problems {
		b.WriteString(p.String() + "\n")
	}
	return b.String()
}

func TestBaseOfBrokenProjectsIsSound(t *testing.T) {
	p, problems := NewTree(baseFiles(t)).Project()
	if p == nil || len(problems) > 0 {
		t.Fatalf("the base has problems:\n%s", told(problems))
	}
}

func TestBrokenProjects(t *testing.T) {
	base := baseFiles(t)
	names, err := filepath.Glob(filepath.Join(brokenDir, "*.txtar"))
	if err != nil || len(names) < 41 {
		t.Fatalf("%d cases, %v", len(names), err)
	}
	for _, path := range names {
		name := filepath.Base(path)
		if name == "base.txtar" {
			continue
		}
		t.Run(strings.TrimSuffix(name, ".txtar"), func(t *testing.T) {
			files, want, a := archiveFiles(t, name, base)
			_, problems := NewTree(files).Project()
			got := told(problems)
			if *updateBroken {
				writeWant(t, path, a, got)
				return
			}
			if diff := differ(want, got); diff != "" || got == "" {
				t.Errorf("what the checker says (-want +got):\n%s", diff)
			}
		})
	}
}

func writeWant(t *testing.T, path string, a *txtar.Archive, got string) {
	t.Helper()
	var kept []txtar.File
	for _, f := range a.Files {
		if f.Name != "want" {
			kept = append(kept, f)
		}
	}
	a.Files = append(kept, txtar.File{Name: "want", Data: []byte(got)})
	if err := os.WriteFile(path, txtar.Format(a), 0o600); err != nil {
		t.Fatal(err)
	}
}
