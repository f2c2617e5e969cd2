package project

import (
	"flag"
	"maps"
	"os"
	"path/filepath"
	"regexp"
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

// whole are the problems that are of a file as a whole: of its name, its text, or of how it goes together with others.
var whole = regexp.MustCompile(`^(the file |app\.yaml is missing|no such f|files of an app|files stand|a file cannot|.* lacks |.*cannot be named|.*is not a language tag|.* must be a mapping|.*no page is the start|the project has|the YAML |.*is not quoted|.*cannot start with|.*is not closed)`)

// TestF217_AProblemHasThePathOfItsField: what the checker says leads to the place that ends it. What is lacking has the path of the key that is not
// there, and only what is of a whole file has the path of a file.
func TestF217_AProblemHasThePathOfItsField(t *testing.T) {
	base := baseFiles(t)
	names, err := filepath.Glob(filepath.Join(brokenDir, "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	lacking := regexp.MustCompile(` needs (?:an? )?"?([a-zA-Z]+)"?(?: \([a-z ]+\))?$`)
	keys := 0
	for _, path := range names {
		files, _, _ := archiveFiles(t, filepath.Base(path), base)
		_, problems := NewTree(files).Project()
		for _, p := range problems {
			parts, err := p.At.Parts()
			if err != nil {
				t.Errorf("%s: %s: %v", path, p, err)
				continue
			}
			if m := lacking.FindStringSubmatch(p.Msg); m != nil && m[1] != "authentication" && m[1] != "login" && m[1] != "refresh" && m[1] != "userDataType" && m[1] != "text" {
				if keys++; parts[len(parts)-1] != m[1] {
					t.Errorf("%s: %s: its path does not name %s", filepath.Base(path), p, m[1])
				}
			}
			if file, rest := p.At.File(); file != "" && len(rest) == 0 && !whole.MatchString(p.Msg) {
				t.Errorf("%s: %s: there is a nearer place", filepath.Base(path), p)
			}
		}
	}
	if keys < 40 {
		t.Errorf("%d problems say what is lacking", keys)
	}
}
