package guards

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// source is a package of the product, to be checked with other text in some of its files.
type source struct {
	ImportPath, Dir, Export string
	GoFiles                 []string
	Module                  *struct{ Main bool }
}

// sources reads the product's packages by their folders, and an importer of all that they import.
func sources(t *testing.T, fset *token.FileSet) (map[string]source, types.Importer) {
	t.Helper()
	cmd := exec.Command("go", "list", "-export", "-deps", "-json=ImportPath,Dir,Export,GoFiles,Module", "./...")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, complaint.String())
	}
	ours, exports := map[string]source{}, map[string]string{}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var s source
		if err := d.Decode(&s); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		exports[s.ImportPath] = s.Export
		if s.Module != nil && s.Module.Main {
			ours[s.Dir] = s
		}
	}
	return ours, importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
}

// builds reports what is wrong with a package in which files have other texts, by their paths.
func builds(fset *token.FileSet, imports types.Importer, s source, texts map[string]string) error {
	var files []*ast.File
	for _, name := range s.GoFiles {
		path := filepath.Join(s.Dir, name)
		var text any
		if other, ok := texts[path]; ok {
			text = other
		}
		f, err := parser.ParseFile(fset, path, text, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		files = append(files, f)
	}
	_, err := (&types.Config{Importer: imports}).Check(s.ImportPath, fset, files, nil)
	return err
}

// TestWithoutAGuardTheSourceStillBuilds looks at all of the table in every run: a guard whose package does not build without it would be found on the
// day alone on which its turn comes. All guards of a package are taken out at once; only where that does not build is each tried by itself.
func TestWithoutAGuardTheSourceStillBuilds(t *testing.T) {
	fset := token.NewFileSet()
	ours, imports := sources(t, fset)
	byFolder := map[string][]guard{}
	for _, g := range table {
		dir, err := filepath.Abs(filepath.Join(root, filepath.Dir(g.file)))
		if err != nil {
			t.Fatal(err)
		}
		byFolder[dir] = append(byFolder[dir], g)
	}
	for dir, guards := range byFolder {
		s, ok := ours[dir]
		if !ok {
			t.Errorf("%s is no package of the product", dir)
			continue
		}
		if builds(fset, imports, s, without(t, dir, guards)) == nil {
			continue
		}
		for _, g := range guards {
			if err := builds(fset, imports, s, without(t, dir, []guard{g})); err != nil {
				t.Errorf("without the guard %q (%s): %v", g.name, g.row, err)
			}
		}
	}
}

// without are the texts of a folder's files without some guards.
func without(t *testing.T, dir string, guards []guard) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, g := range guards {
		path := filepath.Join(dir, filepath.Base(g.file))
		if _, ok := texts[path]; !ok {
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			texts[path] = string(b)
		}
		texts[path] = strings.Replace(texts[path], g.find, g.put, 1)
	}
	return texts
}

func TestASourceThatDoesNotBuildIsSeen(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.go")
	s := source{ImportPath: "a", Dir: dir, GoFiles: []string{"a.go"}}
	fset := token.NewFileSet()
	for text, right := range map[string]bool{
		"package a\nfunc f(n int) bool { return n > 1 }\n":          true,
		"package a\nfunc f(n int) bool { m := n; return n > 1 }\n":  false,
		"package a\nimport \"fmt\"\nfunc f() {}\n":                  false,
		"package a\nfunc f(n int) bool { return }\n":                false,
		"package a\nfunc f(n int) bool { return false && n > 1 }\n": true,
	} {
		if err := builds(fset, importer.Default(), s, map[string]string{path: text}); (err == nil) != right {
			t.Errorf("%q: %v", text, fmt.Sprint(err))
		}
	}
}
