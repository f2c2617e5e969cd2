package project

import (
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "write golden files anew")

const xFile = "pages/x.yaml"

// spliceCase is one case of testdata/edit.txtar.
type spliceCase struct {
	name, in, want string
	edits          []Edit
}

// style gives a text the line breaks that the case's name asks for.
func (c spliceCase) style(s string) string {
	if strings.HasPrefix(c.name, "crlf-") {
		return strings.ReplaceAll(s, "\n", "\r\n")
	}
	if strings.HasPrefix(c.name, "nonl-") {
		return strings.TrimSuffix(s, "\n")
	}
	return s
}

func spliceCases(t *testing.T, archive *txtar.Archive) []*spliceCase {
	t.Helper()
	var cases []*spliceCase
	for _, f := range archive.Files {
		name, part, _ := strings.Cut(f.Name, "/")
		if len(cases) == 0 || cases[len(cases)-1].name != name {
			cases = append(cases, &spliceCase{name: name})
		}
		switch c := cases[len(cases)-1]; part {
		case "edit":
			if err := json.Unmarshal(f.Data, &c.edits); err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
		case "in":
			c.in = c.style(string(f.Data))
			if strings.HasPrefix(c.name, "ends-") { // without a line break at the end of the file, and with one after the edit
				c.in = strings.TrimSuffix(c.in, "\n")
			}
		case "want":
			c.want = c.style(string(f.Data))
		}
	}
	return cases
}

func TestApplySplices(t *testing.T) {
	const golden = "testdata/edit.txtar"
	archive, err := txtar.ParseFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, c := range spliceCases(t, archive) {
		t.Run(c.name, func(t *testing.T) {
			tree := NewTree(map[string][]byte{xFile: []byte(c.in)})
			next, undo, err := tree.Apply(c.edits...)
			text := ""
			if err != nil {
				text = c.style("error: " + err.Error() + "\n")
			} else {
				text = string(next.Bytes(xFile))
				undoes(t, next, undo, c.in)
			}
			got[c.name] = text
			if diff := differ(c.want, text); diff != "" && !*update {
				t.Errorf("-want +got:\n%s", diff)
			}
			if strings.HasPrefix(c.name, "error-") != (err != nil) {
				t.Errorf("error: %v", err)
			}
		})
	}
	if *update {
		rewriteGolden(t, golden, archive, got)
	}
}

// undoes checks that undo gives the very bytes back, and that the undo of the undo gives the edit again.
func undoes(t *testing.T, next *Tree, undo []Edit, want string) {
	t.Helper()
	back, redo, err := next.Apply(undo...)
	if err != nil {
		t.Fatalf("undo: %v", err)
	}
	if diff := differ(want, string(back.Bytes(xFile))); diff != "" {
		t.Fatalf("undo does not give the file back: -want +got:\n%s", diff)
	}
	again, _, err := back.Apply(redo...)
	if err != nil {
		t.Fatalf("redo: %v", err)
	}
	if diff := differ(string(next.Bytes(xFile)), string(again.Bytes(xFile))); diff != "" {
		t.Fatalf("redo: -want +got:\n%s", diff)
	}
}

func rewriteGolden(t *testing.T, golden string, archive *txtar.Archive, got map[string]string) {
	t.Helper()
	out := &txtar.Archive{Comment: archive.Comment}
	for _, f := range archive.Files {
		name, part, _ := strings.Cut(f.Name, "/")
		if part == "want" {
			continue
		}
		out.Files = append(out.Files, f)
		if part == "in" {
			text := strings.TrimSuffix(strings.ReplaceAll(got[name], "\r\n", "\n"), "\n") + "\n"
			out.Files = append(out.Files, txtar.File{Name: name + "/want", Data: []byte(text)})
		}
	}
	if err := os.WriteFile(golden, txtar.Format(out), 0o644); err != nil {
		t.Fatal(err)
	}
}
