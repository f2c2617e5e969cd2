package value

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestF121_AFileShowsItsNameAlone: an expression reads name, size and type of a file; its bytes come out of no door.
func TestF121_AFileShowsItsNameAlone(t *testing.T) {
	f := NewFile("hut.png", "image/png", []byte("CaNaRy bytes"))
	env := NewEnv().With("form", ObjectOf("form", Field{Name: "photo", Type: FileType()}))
	scope := Scope{"form": map[string]any{"photo": f}}
	for src, want := range map[string]any{
		"${form.photo.name}": "hut.png", "${form.photo.size}": 12, "${form.photo.type}": "image/png", "${(form.photo).size + 1}": 13,
		"${isSet(form.photo)}": true,
	} {
		tmpl, faults := env.Parse(src, nil)
		if len(faults) > 0 {
			t.Fatalf("%s: %v", src, faults)
		}
		if got, err := tmpl.Eval(scope); err != nil || got != want {
			t.Errorf("%s = %v, %v, want %v", src, got, err, want)
		}
	}
	for _, v := range []any{f, []any{f}, map[string]any{"photo": f}} {
		if s := fmt.Sprintf("%v %+v %#v %s %q %x", v, v, v, v, v, v) + Text(v); strings.Contains(s, "CaNaRy") || strings.Contains(s, "43614e61") {
			t.Errorf("the bytes come out: %s", s)
		}
		if b, err := EncodeJSON(v); err == nil {
			t.Errorf("a file is written as JSON: %s", b)
		}
	}
	for _, want := range []*Type{TextType(), SecretType(), ImageType(), ColorType(), IntType(), ListOf(TextType())} {
		if FileType().AssignableTo(want) {
			t.Errorf("a file may stand where %s is wanted", want)
		}
	}
	if _, faults := env.Parse("${form.photo.bytes}", nil); len(faults) == 0 {
		t.Error("an expression may name the bytes")
	}
}

// TestF121_NamesOfFilesAreCleaned: no folder, no line, no turned writing, and not without end.
func TestF121_NamesOfFilesAreCleaned(t *testing.T) {
	for in, want := range map[string]string{
		"hut.png": "hut.png", "../../etc/passwd": "passwd", `C:\Users\ann\hut.png`: "hut.png", "a\r\nb\x00.png": "ab.png",
		"exe\u202egnp.exe": "exegnp.exe", "\u2066\u200bx.png": "x.png", "..": "file", "": "file", " .hidden ": "hidden", "Hütte \"Süd\" 山.jpg": "Hütte \"Süd\" 山.jpg",
		"a\xffb.png": "ab.png", "a\u2028b": "a b", "a\u00a0b": "a b",
	} {
		if got := CleanFileName(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
	if got := CleanFileName(strings.Repeat("ü", 500) + ".png"); len(got) > maxFileName || !strings.HasSuffix(got, ".png") || !utf8.ValidString(got) {
		t.Errorf("a long name becomes %d bytes, %q", len(got), got[len(got)-6:])
	}
}
