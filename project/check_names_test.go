package project

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// disguises are names of which none is what it looks like, each with the code point that the hint must tell.
var disguises = []struct{ name, point string }{
	{"us\u200bername", "U+200B"}, {"us\u200cername", "U+200C"}, {"us\u200dername", "U+200D"}, {"us\u2060ername", "U+2060"}, {"us\ufeffername", "U+FEFF"}, {"us\u00adername", "U+00AD"}, {"us\u180eername", "U+180E"}, {"us\u200eername", "U+200E"},
	{"us\u200fername", "U+200F"}, {"us\u061cername", "U+061C"}, {"us\u202aername", "U+202A"}, {"us\u202bername", "U+202B"}, {"us\u202cername", "U+202C"}, {"us\u202dername", "U+202D"}, {"us\u202eername", "U+202E"}, {"us\u2066ername", "U+2066"},
	{"us\u2067ername", "U+2067"}, {"us\u2068ername", "U+2068"}, {"us\u2069ername", "U+2069"}, {"us\u00a0ername", "U+00A0"}, {"us\u3164ername", "U+3164"}, {"us\uffa0ername", "U+FFA0"}, {"us\u034fername", "U+034F"}, {"us\ufe0fername", "U+FE0F"},
	{"us\U000e0041ername", "U+E0041"}, {"us\u0435rname", "U+0435"}, {"usern\u0430me", "U+0430"}, {"u\u0455ername", "U+0455"}, {"\u0430\u0441\u0435", "U+0430"}, {"us\u03bfrname", "U+03BF"}, {"\u03bf\u03c1\u03b1", "U+03C1"}, {"usernam\uff45", "U+FF45"},
	{"\uff55\uff53\uff45\uff52", "U+FF55"}, {"\U0001d42e\U0001d42c\U0001d41e\U0001d42b", "U+1D42E"}, {"us\u13acrname", "U+13AC"}, {"us\u0585rname", "U+0585"}, {"us\ua4f3rname", "U+A4F3"}, {"us\u24d4rname", "U+24D4"}, {"usernam\u0131", "U+0131"}, {"u\u01c3ername", "U+01C3"}, {"use\u217cname", "U+217C"}, {"\u212aey", "U+212A"},
}

// TestG10_DisguisedNamesAreFlagged: each of these names is flagged wherever a name stands, and the hint tells what it is made of.
func TestG10_DisguisedNamesAreFlagged(t *testing.T) {
	if len(disguises) < 40 {
		t.Errorf("only %d names", len(disguises))
	}
	const app, page = "usher: 1\nname: X\n", "path: /\ntitle: Home\nbody:\n"
	for _, d := range disguises {
		places := map[string]map[string]string{
			"id":             {"pages/home.yaml": page + "  - textField: {id: \"" + d.name + "\", label: Name}\n"},
			"page":           {"pages/home.yaml": page + "  - text: Hello\n", "pages/" + d.name + ".yaml": "path: /b\ntitle: B\nbody:\n  - text: b\n"},
			"data type":      {"pages/home.yaml": page + "  - text: Hello\n", "types/" + d.name + ".yaml": "fields:\n  a: text\n"},
			"asset":          {"pages/home.yaml": page + "  - text: Hello\n", "assets/" + d.name + ".png": ""},
			"key":            {"pages/home.yaml": page + "  - text: Hello\n\"" + d.name + "\": 1\n"},
			"field":          {"pages/home.yaml": page + "  - text: Hello\n", "types/User.yaml": "fields:\n  \"" + d.name + "\": text\n"},
			"kind of widget": {"pages/home.yaml": page + "  - \"" + d.name + "\": Hello\n"},
			"call":           {"pages/home.yaml": page + "  - text: Hello\n", "calls/a.yaml": "url: https://a.test\ncalls:\n  \"" + d.name + "\": {path: /}\n"},
			"header":         {"pages/home.yaml": page + "  - text: Hello\n", "calls/a.yaml": "url: https://a.test\nheaders: {\"" + d.name + "\": x}\ncalls:\n  get: {path: /}\n"},
		}
		for place, files := range places {
			all := map[string][]byte{"app.yaml": []byte(app)}
			for name, src := range files {
				all[name] = []byte(src)
			}
			problems := NewTree(all).Check(CheckOptions{})
			if !strings.Contains(fmt.Sprint(problems), d.point) {
				t.Errorf("%+q as a %s is not flagged: %v", d.name, place, problems)
			}
		}
	}
}

// TestG10_TurnedLinesAreFlagged: a line that is shown in another order than it is read is flagged wherever it stands, also in a comment and in an expression.
func TestG10_TurnedLinesAreFlagged(t *testing.T) {
	for _, line := range []string{"# a comment \u202e with an end\n", "  - text: \"a \u2067 b\"\n", "  - text: ${\"x\" ?? \"\u202d y\"}\n", "  - text: |\n      many words \u202a and more\n"} {
		problems := NewTree(map[string][]byte{"app.yaml": []byte("usher: 1\nname: X\n"), "pages/home.yaml": []byte("path: /\ntitle: T\nbody:\n  - text: Hello\n" + line)}).Check(CheckOptions{})
		if got := fmt.Sprint(problems); !strings.Contains(got, "another order") || !strings.Contains(got, "pages/home.yaml:5") && !strings.Contains(got, "pages/home.yaml:6") {
			t.Errorf("%+q: %s", line, got)
		}
	}
}

// TestG10_WordsOfOtherScriptsAreFine: what people write in their language is no disguise.
func TestG10_WordsOfOtherScriptsAreFine(t *testing.T) {
	for _, word := range []string{"Größe", "имя", "сор", "όνομα", "名前", "ＡＢＣ", "Ελλάδα", "می\u200cخواهم", "👨\u200d👩\u200d👧", "m²", "1º", "½", "naïve", "ﬁ", "日本語Text", "שלום", "₂", "µs", "Straße", "Łódź"} {
		if odd := disguised(word, false); len(odd) > 0 {
			t.Errorf("%s: %s", word, points(odd))
		}
	}
	for _, key := range []string{"größe", "имя", "名前", "user_name", "X-Api-Key", "naïve", "日本語Text"} {
		if odd := disguised(key, true); len(odd) > 0 {
			t.Errorf("the key %s: %s", key, points(odd))
		}
	}
	for _, name := range []string{"touristtrail", "gallery", "manual-refresh", "starter"} {
		tree, err := LoadTree(os.DirFS("../examples/" + name))
		if err != nil {
			t.Fatal(err)
		}
		if files, _ := tree.parse(); len(tree.nameWarnings(files)) > 0 {
			t.Errorf("%s: %v", name, tree.nameWarnings(files))
		}
	}
}
