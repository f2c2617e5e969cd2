package project

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/rogpeppe/go-internal/txtar"
	"pgregory.net/rapid"
)

func TestFormatGolden(t *testing.T) {
	const golden = "testdata/format.txtar"
	archive, err := txtar.ParseFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, c := range spliceCases(t, archive) {
		out, err := Format("x.yaml", []byte(c.in))
		got[c.name] = string(out)
		if err != nil {
			got[c.name] = "error: " + err.Error() + "\n"
		} else {
			formatsOnce(t, out)
		}
		if diff := differ(c.want, got[c.name]); diff != "" && !*update {
			t.Errorf("%s: -want +got:\n%s", c.name, diff)
		}
	}
	if *update {
		rewriteGolden(t, golden, archive, got)
	}
}

// formatsOnce checks that a formatted file stays as it is, with either line break.
func formatsOnce(t interface {
	Helper()
	Fatalf(string, ...any)
}, out []byte) {
	t.Helper()
	again, err := Format("x.yaml", out)
	if err != nil {
		t.Fatalf("formatted text cannot be formatted: %v\n%q", err, out)
	}
	if diff := differ(string(out), string(again)); diff != "" {
		t.Fatalf("formatting twice changes more: -once +twice:\n%s", diff)
	}
}

// TestG9_FormatKeepsExamples: the examples and the starter are in the one format.
func TestG9_FormatKeepsExamples(t *testing.T) {
	files, err := filepath.Glob("../examples/*/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	deeper, err := filepath.Glob("../examples/*/*/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if files = append(files, deeper...); len(files) < 10 {
		t.Fatalf("only %d files found", len(files))
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		out, err := Format(file, src)
		if err != nil {
			t.Error(err)
		} else if diff := differ(string(src), string(out)); diff != "" {
			t.Errorf("%s: -file +formatted:\n%s", file, diff)
		}
		crlf := strings.ReplaceAll(string(src), "\n", "\r\n")
		if out, err := Format(file, []byte(crlf)); err != nil || string(out) != crlf {
			t.Errorf("%s with CRLF does not stay as it is (%v)", file, err)
		}
	}
}

// words are what a line says apart from space: comments and values must all survive.
func words(s string) string { return strings.Join(strings.Fields(s), "") }

// mess spreads a formatted file out: other indentation, more space, comments anywhere a line starts.
func mess(t *rapid.T, src string) string {
	factor := rapid.IntRange(1, 3).Draw(t, "factor")
	var b strings.Builder
	for line := range strings.SplitSeq(strings.TrimSuffix(src, "\n"), "\n") {
		text := strings.TrimLeft(line, " ")
		depth := (len(line) - len(text)) / 2
		for range strings.Count(text[:len(text)-len(strings.TrimLeft(text, "- "))], "- ") {
			text = "-" + strings.Repeat(" ", 2*factor-1) + text[2:]
			break
		}
		if rapid.IntRange(0, 9).Draw(t, "comment") == 0 {
			b.WriteString(strings.Repeat(" ", rapid.IntRange(0, 9).Draw(t, "column")) + "# said\n")
		}
		b.WriteString(strings.Repeat(" ", 2*factor*depth) + text)
		b.WriteString(rapid.SampledFrom([]string{"", "", " ", "  \n", "  # end", "\t"}).Draw(t, "tail") + "\n")
	}
	return b.String()
}

// TestFormatMess: however the tutorial app is spread out, formatting keeps all it says and settles at once.
func TestFormatMess(t *testing.T) {
	tree := loadExample(t, "touristtrail")
	rapid.Check(t, func(t *rapid.T) {
		src := mess(t, string(tree.Bytes(rapid.SampledFrom(tree.Files()).Draw(t, "file"))))
		out, err := Format("x.yaml", []byte(src))
		if err != nil {
			t.Fatalf("%v\n%s", err, src)
		}
		if words(src) != words(string(out)) {
			t.Fatalf("something is lost:\n%s\n%s", src, out)
		}
		if strings.Count(src, "\n") != strings.Count(string(out), "\n") {
			t.Fatalf("lines are lost:\n%s\n%s", src, out)
		}
		formatsOnce(t, out)
	})
}

// TestFormatGenerated: any value, written by an edit, is formatted without a change of meaning.
func TestFormatGenerated(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := object{{"first", drawValue(t, 0)}, {"second", drawValue(t, 0)}}
		next, _, err := NewTree(nil).Apply(Edit{Op: OpSet, At: "/app", Value: toJSON(o)})
		if err != nil {
			t.Fatal(err)
		}
		src := next.Bytes("app.yaml")
		out, err := Format("app.yaml", src)
		if err != nil {
			t.Fatalf("%v\n%s", err, src)
		}
		if diff := differ(string(src), string(out)); diff != "" {
			t.Fatalf("edits do not write the one format: -edit +format:\n%s", diff)
		}
	})
}

// FuzzFormat: what can be formatted means the same and settles at once; the rest is an error.
func FuzzFormat(f *testing.F) {
	for _, golden := range []string{"testdata/format.txtar", "testdata/edit.txtar"} {
		archive, err := txtar.ParseFile(golden)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			if !strings.HasSuffix(file.Name, "/edit") {
				f.Add(file.Data)
			}
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		out, err := Format("x.yaml", src)
		if err != nil {
			if strings.Contains(err.Error(), "without changing") {
				t.Fatalf("%v: %q", err, src)
			}
			return
		}
		if said(string(src)) != said(string(out)) {
			t.Fatalf("something is lost: %q became %q", src, out)
		}
		formatsOnce(t, out)
	})
}

// said is a text without what formatting may write differently: space, quotes, a comma at the end, the width of a text's indentation, null.
func said(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ReplaceAll(s, "null", ""), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsDigit(r) || strings.ContainsRune(`'",\`+"\ufeff", r)
	}), "")
}

// FuzzApply: whatever the file, an edit gives what it means or an error, and its undo gives the file back.
func FuzzApply(f *testing.F) {
	archive, err := txtar.ParseFile("testdata/edit.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range archive.Files {
		if strings.HasSuffix(file.Name, "/in") {
			f.Add(file.Data, "/a/0", "x", uint8(0))
		}
	}
	f.Fuzz(func(t *testing.T, src []byte, at, text string, op uint8) {
		ops := []Op{OpSet, OpInsert, OpDelete, OpMove}
		tree := NewTree(map[string][]byte{xFile: src})
		e := Edit{Op: ops[int(op)%len(ops)], At: Path("/pages/x" + at), From: "/pages/x/b", Value: toJSON(text)}
		next, undo, err := tree.Apply(e)
		if err != nil {
			return
		}
		back, _, err := next.Apply(undo...)
		if err != nil || string(back.Bytes(xFile)) != string(src) {
			t.Fatalf("undo: %v: %q", err, src)
		}
	})
}
