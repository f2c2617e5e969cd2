package project

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
)

// everyExampleFile calls f with each file of the examples.
func everyExampleFile(t testing.TB, f func(tree *Tree, name string, src []byte)) {
	t.Helper()
	for _, example := range []string{"touristtrail", "manual-refresh", "starter"} {
		tree := exampleTree(t, example)
		for _, name := range tree.Files() {
			f(tree, name, tree.Bytes(name))
		}
	}
}

// replaced returns the tree with one file's bytes replaced.
func replaced(tree *Tree, name string, src []byte) *Tree {
	files := map[string][]byte{}
	for _, n := range tree.Files() {
		files[n] = tree.Bytes(n)
	}
	files[name] = src
	return NewTree(files)
}

func TestG1_CutAndFlippedFilesGiveProblemsNeverPanics(t *testing.T) {
	tree := exampleTree(t, "touristtrail")
	step := 3 // each place is a check of the whole project
	if os.Getenv("USHER_LONG") != "" {
		step = 1
	}
	for n, name := range tree.Files() {
		src := tree.Bytes(name)
		for i := n % step; i < 20; i += step {
			cut := src[:len(src)*i/20]
			placed(t, name, replaced(tree, name, cut))
			flipped := bytes.Clone(src)
			flipped[len(src)*i/20] ^= byte(1 << (i % 8))
			placed(t, name, replaced(tree, name, flipped))
		}
	}
}

// placed checks a tree; every problem must say a file, and a line and column within it.
func placed(t *testing.T, changed string, tree *Tree) {
	t.Helper()
	_, problems := tree.Project()
	for _, p := range problems {
		lines := bytes.Count(tree.Bytes(p.File), []byte("\n")) + 2
		if p.File == "" || p.Msg == "" || p.Line < 0 || p.Line > lines || p.Line > 0 && p.Col < 1 {
			t.Errorf("%s changed: badly placed: %s", changed, p)
		}
	}
}

func TestG2_BombsAreRefusedCheaply(t *testing.T) {
	layers := func(n, wide int) string {
		var b strings.Builder
		b.WriteString("a0: &a0 [x]\n")
		for i := 1; i < n; i++ {
			fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i-1), wide), ","))
		}
		return b.String()
	}
	bombs := map[string]string{
		"laughs":           layers(9, 9),
		"laughs, deep":     layers(40, 2),
		"laughs, wide":     layers(4, 5000),
		"merge keys":       "a: &a {x: 1}\nb: &b {<<: [*a, *a]}\nc: {<<: [*b, *b]}\n",
		"self":             "a: &a [*a]\n",
		"self by merge":    "a: &a {<<: *a}\n",
		"tag":              "a: !!python/object/apply:os.system [ls]\n",
		"local tag":        "a: !include /etc/passwd\n",
		"binary":           "a: !!binary " + strings.Repeat("QUJD", 1000) + "\n",
		"open brackets":    strings.Repeat("[", 1<<20),
		"open braces":      strings.Repeat("{a: ", 1<<18),
		"many scalars":     "[" + strings.Repeat("a,", MaxFileBytes/2-1) + "]",
		"many lines":       strings.Repeat("- a\n", MaxFileBytes/4),
		"deep block":       deepBlock(3000),
		"question marks":   strings.Repeat("? ", 100_000),
		"one large anchor": "a: &a " + strings.Repeat("x", MaxFileBytes-100) + "\nb: [*a]\n",
	}
	for name, src := range bombs {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		root, problems := parseYAML("pages/x.yaml", []byte(src))
		runtime.ReadMemStats(&after)
		if root != nil || !problems.Errors() {
			t.Errorf("%s is not refused", name)
		}
		// All that was ever allocated; the most in use at one time is below 32 MiB when this is below 40.
		if used := after.TotalAlloc - before.TotalAlloc; used > 40<<20 {
			t.Errorf("%s (%d KiB) allocated %d MiB before it was refused", name, len(src)>>10, used>>20)
		}
	}
}

func deepBlock(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

func TestG3_LimitsAreExact(t *testing.T) {
	refused := func(src string) bool {
		_, problems := parseYAML("pages/x.yaml", []byte(src))
		return problems.Errors()
	}
	pad := func(n int) string { return "a: " + strings.Repeat("x", n-3) }
	list := func(nodes int) string { return "- a\n" + strings.Repeat("- b\n", nodes-2) } // one node is the list
	nest := func(depth int) string { return strings.Repeat("[", depth) + strings.Repeat("]", depth) }
	block := func(depth int) string {
		var b strings.Builder
		for i := range depth {
			b.WriteString(strings.Repeat(" ", i) + "a:\n")
		}
		return strings.TrimSuffix(b.String(), "\n") + " b\n"
	}
	for name, c := range map[string]struct {
		at, over string
	}{
		"bytes": {pad(MaxFileBytes), pad(MaxFileBytes + 1)},
		"nodes": {list(MaxNodes), list(MaxNodes + 1)},
		"flow":  {nest(MaxDepth), nest(MaxDepth + 1)},
		"block": {block(MaxDepth), block(MaxDepth + 1)},
	} {
		if refused(c.at) {
			t.Errorf("%s: refused at the limit", name)
		}
		if !refused(c.over) {
			t.Errorf("%s: accepted one beyond the limit", name)
		}
	}
	files := fstest.MapFS{}
	for i := range MaxFiles {
		files[fmt.Sprintf("assets/%d.png", i)] = &fstest.MapFile{}
	}
	if _, err := LoadTree(files); err != nil {
		t.Errorf("files: refused at the limit: %v", err)
	}
	files["app.yaml"] = &fstest.MapFile{}
	if _, err := LoadTree(files); err == nil {
		t.Error("files: accepted one beyond the limit")
	}
}

func TestG4_TextNeverTurnsIntoSomethingElse(t *testing.T) {
	for _, word := range []string{"no", "NO", "yes", "on", "off", "y", "n", "2024-01-01", "12", "1.50", "0777", "0x1f", "1_000", "1e3", ".inf", ".nan", "12:30:45", "+1", "=", "~x", "nope"} {
		p, problems := with(t, map[string]string{"pages/x.yaml": "path: /x\ntitle: X\nbody:\n  - text: " + word + "\n"})
		if problems.Errors() {
			t.Errorf("%s as text:\n%s", word, told(problems))
			continue
		}
		if got, _ := p.Page("x").Body[0].Prop("text").Constant(); got != word {
			t.Errorf("%s became %v (%T)", word, got, got)
		}
	}
	for _, word := range []string{"no", "yes", "on", "off", "True", "TRUE", "1", "\"true\"", "0"} {
		_, problems := with(t, map[string]string{"pages/x.yaml": "path: /x\ntitle: X\nbody:\n  - row: {wrap: " + word + ", children: []}\n"})
		expect(t, problems, false, "pages/x.yaml:4", "must be true or false")
	}
	for _, word := range []string{"\"2\"", "2.5", "010", "0x10", "1_000", "two", "true", "+2"} {
		_, problems := with(t, map[string]string{"pages/x.yaml": "path: /x\ntitle: X\nbody:\n  - text: {text: a, lines: " + word + "}\n"})
		expect(t, problems, false, "pages/x.yaml:4", "must be a whole number")
	}
	for _, word := range []string{"true", "null", "~", "[a]", "{a: b}"} {
		_, problems := with(t, map[string]string{"pages/x.yaml": "path: /x\ntitle: X\nbody:\n  - text: {text: " + word + "}\n"})
		expect(t, problems, false, "pages/x.yaml:4", "text of text")
	}
}

func TestG4_UnknownKeysAreRefusedWithASuggestion(t *testing.T) {
	base := baseFiles(t)
	for _, c := range []struct{ file, right, wrong string }{
		{"app.yaml", "name:", "nmae:"}, {"app.yaml", "entryPage:", "entrypage:"}, {"app.yaml", "authentication:", "autentication:"},
		{"calls/auth.yaml", "method:", "methd:"}, {"calls/auth.yaml", "json:", "jsn:"}, {"calls/auth.yaml", "reply:", "replly:"},
		{"pages/login.yaml", "access:", "acces:"}, {"pages/login.yaml", "children:", "childern:"}, {"pages/login.yaml", "submit:", "sumbit:"},
		{"pages/login.yaml", "logIn:", "login:"}, {"pages/login.yaml", "textField:", "textfield:"}, {"pages/login.yaml", "type:", "typ:"},
		{"pages/home.yaml", "queries:", "querys:"}, {"types/User.yaml", "fields:", "feilds:"},
	} {
		src := strings.Replace(string(base[c.file]), c.right, c.wrong, 1)
		_, problems := with(t, map[string]string{c.file: src})
		expect(t, problems, false, c.file+":", strings.TrimSuffix(c.wrong, ":"), "did you mean "+strings.TrimSuffix(c.right, ":"))
	}
}

func TestLoadTreePassesOverWhatIsNotOfTheApp(t *testing.T) {
	tree, err := LoadTree(fstest.MapFS{
		"app.yaml": {Data: []byte("usher: 1\n")}, "pages/a.yaml": {}, "pages/.b.yaml.swp": {}, ".git/config": {}, "README.md": {},
		"assets/logo.png": {Data: []byte("PNG")}, "assets/.DS_Store": {}, "tests/login.txt": {}, "pages/link.yaml": {Mode: fs.ModeSymlink}, "node_modules/x/a.yaml": {},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(tree.Files(), " "); got != "app.yaml assets/logo.png pages/a.yaml" {
		t.Errorf("files: %s", got)
	}
	if tree.Bytes("assets/logo.png") != nil {
		t.Error("the bytes of an asset were read")
	}
	broken := fstest.MapFS{"app.yaml": {}, "pages": {Mode: 0}}
	if _, err := LoadTree(brokenFS{broken}); !errors.Is(err, errBroken) {
		t.Errorf("a fault while reading gives %v", err)
	}
}

var errBroken = errors.New("disk on fire")

type brokenFS struct{ fs.FS }

func (b brokenFS) Open(name string) (fs.File, error) {
	if name == "app.yaml" {
		return nil, errBroken
	}
	return b.FS.Open(name)
}

func TestRevisionIsAHashOfAllBytes(t *testing.T) {
	a := NewTree(map[string][]byte{"app.yaml": []byte("x"), "pages/a.yaml": []byte("y")})
	same := NewTree(map[string][]byte{"pages/a.yaml": []byte("y"), "app.yaml": []byte("x")})
	moved := NewTree(map[string][]byte{"app.yaml": []byte("y"), "pages/a.yaml": []byte("x")})
	if a.Revision() != same.Revision() || a.Revision() == moved.Revision() {
		t.Errorf("%s %s %s", a.Revision(), same.Revision(), moved.Revision())
	}
}

func FuzzProject(f *testing.F) {
	everyExampleFile(f, func(_ *Tree, name string, src []byte) { f.Add(name, src) })
	base := baseFiles(f)
	f.Fuzz(func(t *testing.T, name string, src []byte) {
		files := map[string][]byte{}
		for n, b := range base {
			files[n] = b
		}
		files[name] = src
		p, problems := NewTree(files).Project()
		if p == nil && len(problems) == 0 {
			t.Error("neither a project nor a problem")
		}
	})
}

func BenchmarkCheck1000Pages(b *testing.B) {
	tree := exampleTree(b, "touristtrail")
	files := map[string][]byte{}
	for _, n := range tree.Files() {
		files[n] = tree.Bytes(n)
	}
	home := string(files["pages/home.yaml"])
	for i := range 1000 {
		files[fmt.Sprintf("pages/home%d.yaml", i)] = []byte(strings.Replace(home, "path: /home", fmt.Sprintf("path: /home%d", i), 1))
	}
	b.ReportAllocs()
	for b.Loop() {
		if problems := NewTree(files).Check(CheckOptions{}); len(problems) > 0 {
			b.Fatal(problems[0])
		}
	}
}
