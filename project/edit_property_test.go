package project

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
	"pgregory.net/rapid"
)

// loadExample reads the files of an example.
func loadExample(t testing.TB, name string) *Tree {
	t.Helper()
	tree, err := LoadTree(os.DirFS("../examples/" + name))
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// pathsOf lists the paths of all values of a file.
func pathsOf(n *yaml.Node, at Path) []Path {
	paths := []Path{at}
	for i, c := range n.Content {
		switch {
		case n.Kind == yaml.SequenceNode:
			paths = append(paths, pathsOf(c, at.item(i))...)
		case i%2 == 1:
			paths = append(paths, pathsOf(c, at.key(n.Content[i-1].Value))...)
		}
	}
	return paths
}

func drawValue(t *rapid.T, depth int) any {
	word := rapid.SampledFrom([]string{"", "plain", "two words", "a: b", "x # y", "{", "a, b", "yes", "null", "12", "1e3", "-", "- x", "it's", `say "hi"`,
		"${user.name}", `${a ?? "b"}`, "one\ntwo", "one\n\n  two\n", " lead", "trail ", "é 日本 😀", "#c", "@x", "a:", "back\\slash", "tab\t", "\r\n", "2024-01-01", "~", "?", "!t", "&a", "*a", "|", ">", "%", "`"})
	kinds := 5
	if depth > 2 {
		kinds = 3
	}
	switch rapid.IntRange(0, kinds).Draw(t, "kind") {
	case 0:
		return nil
	case 1:
		return rapid.Bool().Draw(t, "bool")
	case 2:
		return number(strconv.Itoa(rapid.IntRange(-9, 99999).Draw(t, "number")))
	case 4:
		list := []any{}
		for range rapid.IntRange(0, 3).Draw(t, "items") {
			list = append(list, drawValue(t, depth+1))
		}
		return list
	case 5:
		o := object{}
		for range rapid.IntRange(0, 3).Draw(t, "keys") {
			if key := word.Draw(t, "key"); o.find(key) < 0 && !strings.Contains(key, "\n") {
				o = append(o, member{key, drawValue(t, depth+1)})
			}
		}
		return o
	}
	return word.Draw(t, "text")
}

// toJSON writes a plain value with its key order.
func toJSON(v any) json.RawMessage {
	switch v := v.(type) {
	case number:
		return json.RawMessage(v)
	case object:
		parts := make([]string, len(v))
		for i, m := range v {
			key, _ := json.Marshal(m.key)
			parts[i] = string(key) + ":" + string(toJSON(m.value))
		}
		return json.RawMessage("{" + strings.Join(parts, ",") + "}")
	case []any:
		parts := make([]string, len(v))
		for i, item := range v {
			parts[i] = string(toJSON(item))
		}
		return json.RawMessage("[" + strings.Join(parts, ",") + "]")
	}
	raw, _ := json.Marshal(v)
	return raw
}

// drawEdit makes an edit that has a chance to be possible.
func drawEdit(t *rapid.T, tree *Tree) Edit {
	file := rapid.SampledFrom(tree.Files()).Draw(t, "file")
	node, problems := parseYAML(file, tree.Bytes(file))
	if problems != nil {
		t.Fatalf("%v", problems)
	}
	paths := pathsOf(node, filePath(file))[1:]
	if len(paths) == 0 {
		return Edit{Op: OpSet, At: filePath(file).key("again"), Value: toJSON(drawValue(t, 1))}
	}
	at := rapid.SampledFrom(paths).Draw(t, "at")
	var items []Path
	for _, p := range paths {
		if _, ok := index(string(p[strings.LastIndexByte(string(p), '/')+1:])); ok {
			items = append(items, p)
		}
	}
	if len(items) > 0 && rapid.IntRange(0, 3).Draw(t, "item") > 0 {
		paths = items
	}
	switch rapid.IntRange(0, 5).Draw(t, "op") {
	case 0:
		return Edit{Op: OpDelete, At: at}
	case 1:
		return Edit{Op: OpSet, At: at.key(rapid.SampledFrom([]string{"new", "0", "a/b", "no"}).Draw(t, "key")), Value: toJSON(drawValue(t, 0))}
	case 2:
		return Edit{Op: OpMove, From: rapid.SampledFrom(paths).Draw(t, "from"), At: rapid.SampledFrom(paths).Draw(t, "to")}
	case 3:
		at = rapid.SampledFrom(paths).Draw(t, "place")
		return Edit{Op: OpInsert, At: at, Value: toJSON(drawValue(t, 0))}
	case 4:
		return Edit{Op: OpInsert, At: at.key("-"), Value: toJSON(drawValue(t, 0))}
	}
	return Edit{Op: OpSet, At: at, Value: toJSON(drawValue(t, 0))}
}

// inMemory carries out an edit on plain values alone: the oracle of the property.
func inMemory(root any, e Edit) any {
	_, at := e.At.File()
	switch e.Op {
	case OpDelete:
		return step{op: OpDelete, at: at}.with(root)
	case OpMove:
		_, from := e.From.File()
		v, _ := lookup(root, from)
		return memoryMove(root, from, at, v)
	}
	v, _ := readJSON(e.Value)
	if e.Op == OpInsert && at[len(at)-1] == "-" {
		holder, _ := lookup(root, at[:len(at)-1])
		list, _ := holder.([]any)
		at = append(slices.Clone(at[:len(at)-1]), strconv.Itoa(len(list)))
	}
	return step{op: e.Op, at: at, value: v}.with(root)
}

// memoryMove marks the part, puts a copy in its new place and then takes the marked one away.
func memoryMove(root any, from, to []string, v any) any {
	type mark struct{}
	n := len(from) - 1
	if holder, _ := lookup(root, from[:n]); slices.Equal(from[:n], to[:len(to)-1]) {
		if _, ok := holder.(object); ok {
			return step{op: opRename, at: from, name: to[n]}.with(root)
		}
	}
	root = step{op: OpSet, at: from, value: mark{}}.with(root)
	op := OpSet
	if holder, _ := lookup(root, to[:len(to)-1]); holder != nil {
		if _, list := holder.([]any); list {
			op = OpInsert
		}
	}
	return unmark(step{op: op, at: to, value: v}.with(root), mark{})
}

func unmark(v, mark any) any {
	switch v := v.(type) {
	case []any:
		out := []any{}
		for _, item := range v {
			if item != mark {
				out = append(out, unmark(item, mark))
			}
		}
		return out
	case object:
		out := object{}
		for _, m := range v {
			if m.value != mark {
				out = append(out, member{m.key, unmark(m.value, mark)})
			}
		}
		return out
	}
	return v
}

// failer is a test, of rapid or not.
type failer interface{ Fatalf(string, ...any) }

// untouched checks that every line that holds nothing of the edited value is still there, in order. Blank lines may come and go.
func untouched(t failer, before, after string, keep func(line int) bool) {
	rest := strings.SplitAfter(after, "\n")
	for i, line := range strings.SplitAfter(before, "\n") {
		if strings.TrimSpace(line) == "" || !keep(i+1) {
			continue
		}
		at := slices.Index(rest, line)
		if at < 0 {
			t.Fatalf("line %d is gone: %q\nbefore:\n%s\nafter:\n%s", i+1, line, before, after)
		}
		rest = rest[at+1:]
	}
}

// touchable returns which lines an edit may change: those of the value it names, its key, its holder when that is in one line, and comments right above it.
func touchable(t failer, tree *Tree, at Path) (file string, keep func(int) bool) {
	file, rest := at.File()
	s, err := readSource(file, tree.Bytes(file))
	if err != nil {
		t.Fatalf("%v", err)
	}
	for len(rest) > 0 {
		if e, ok := s.find(rest); ok && e.up != nil {
			lines := strings.Split(s.src, "\n")
			from, to := s.line(e.up.start)+1, s.line(e.up.end)+1
			if !e.up.flow && len(e.up.entries) > 1 {
				i := e.up.entry(rest[len(rest)-1])
				from, to = s.line(e.up.entries[i].start())+1, s.line(e.up.entries[i].end())+1
				if i == 0 && !s.first(e.up.start) { // the next key takes its place behind the dash
					to = s.line(e.up.entries[1].start()) + 1
				}
			} else if !e.up.flow {
				for from--; from > 1 && (strings.TrimSpace(lines[from-1]) == "" || strings.HasPrefix(strings.TrimSpace(lines[from-1]), "#")); {
					from-- // to the key that gets {} or []
				}
			}
			for to < len(lines) && inside(lines[to], lines[max(from, 1)-1]) { // comments below its last line that are indented like a part of it
				to++
			}
			for from > 1 && strings.HasPrefix(strings.TrimSpace(lines[from-2]), "#") {
				from--
			}
			return file, func(n int) bool { return n < from || n > to }
		}
		rest = rest[:len(rest)-1]
	}
	return file, func(int) bool { return false }
}

// inside reports whether a line is blank or a comment that stands further in than the line that an entry begins with.
func inside(line, first string) bool {
	text := strings.TrimLeft(line, " ")
	return strings.TrimSpace(line) == "" || text[0] == '#' && len(line)-len(text) > len(first)-len(strings.TrimLeft(first, " "))
}

// TestApplyIsExact: random edits of the tutorial app leave untouched lines as they are, mean what they mean in memory, and are undone to the byte.
func TestApplyIsExact(t *testing.T) {
	start := loadExample(t, "touristtrail")
	done, refused := map[Op]int{}, map[Op]int{}
	rapid.Check(t, func(t *rapid.T) {
		tree := start
		var undos [][]Edit
		for range rapid.IntRange(3, 12).Draw(t, "edits") {
			e := drawEdit(t, tree)
			next, undo, err := tree.Apply(e)
			if err != nil {
				if strings.Contains(err.Error(), "cannot be written") {
					t.Fatalf("%+v: %v", e, err)
				}
				refused[e.Op]++
				continue
			}
			done[e.Op]++
			checkEdit(t, tree, next, e)
			undos, tree = append(undos, undo), next
		}
		for _, undo := range slices.Backward(undos) {
			var err error
			if tree, _, err = tree.Apply(undo...); err != nil {
				t.Fatalf("undo: %v", err)
			}
		}
		if tree.Revision() != start.Revision() {
			t.Fatal("undoing everything does not give the files back")
		}
	})
	t.Logf("done %v, refused %v", done, refused)
	for _, op := range []Op{OpSet, OpInsert, OpDelete, OpMove} {
		if done[op] < 10 {
			t.Errorf("only %d edits of kind %s were possible", done[op], op)
		}
	}
}

func checkEdit(t failer, tree, next *Tree, e Edit) {
	file, keep := touchable(t, tree, e.At)
	before, err := readSource(file, tree.Bytes(file))
	if err != nil {
		t.Fatalf("%v", err)
	}
	after, err := readSource(file, next.Bytes(file))
	if err != nil {
		t.Fatalf("%v", err)
	}
	if want := inMemory(before.value(), e); !equal(after.value(), want) {
		t.Fatalf("%s %s %s: got %s\nwant %s", e.Op, e.From, e.At, toJSON(after.value()), toJSON(want))
	}
	if e.Op == OpMove {
		_, keepFrom := touchable(t, tree, e.From)
		at := keep
		keep = func(n int) bool { return at(n) && keepFrom(n) }
	}
	untouched(t, before.src, after.src, keep)
	for _, name := range tree.Files() {
		if name != file && string(tree.Bytes(name)) != string(next.Bytes(name)) {
			if f, _ := e.From.File(); f != name {
				t.Fatalf("%s changed as well", name)
			}
		}
	}
}

// TestUndoOverOutsideEdits: an undo survives edits of other lines and refuses edits of its own.
func TestUndoOverOutsideEdits(t *testing.T) {
	start := loadExample(t, "touristtrail")
	edit := Edit{Op: OpSet, At: "/app/name", Value: json.RawMessage(`"Trails"`)}
	next, undo, err := start.Apply(edit)
	if err != nil {
		t.Fatal(err)
	}
	with := func(old, text string) *Tree {
		src := strings.Replace(string(next.Bytes("app.yaml")), old, text, 1)
		if src == string(next.Bytes("app.yaml")) {
			t.Fatalf("%q is not in the file", old)
		}
		files := map[string][]byte{"app.yaml": []byte(src)}
		return NewTree(files)
	}
	moved, _, err := with("# TouristTrail", "# One more line\n# TouristTrail").Apply(undo...)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(moved.Bytes("app.yaml")); !strings.HasPrefix(got, "# One more line\n# TouristTrail") || !strings.Contains(got, "\nname: TouristTrail\n") {
		t.Errorf("the undo went wrong: %s", got)
	}
	if _, _, err := with("name: Trails", "name: Other").Apply(undo...); err == nil || !strings.Contains(err.Error(), "app.yaml: these lines have been changed since") {
		t.Errorf("an outside edit of the same line must be kept, got %v", err)
	}
	twice := "\nusher: 1\nname: Trails\n\nusher: 1\nname: Trails\n\n"
	if _, _, err := with("\nusher: 1\nname: Trails\n\n", twice).Apply(undo...); err == nil {
		t.Error("a guess between two places must be refused")
	}
}

// TestApplyFiles makes, renames and deletes whole files.
func TestApplyFiles(t *testing.T) {
	start := loadExample(t, "touristtrail")
	made, undo, err := start.Apply(
		Edit{Op: OpSet, At: "/pages/about", Value: json.RawMessage(`{"path":"/about","title":"About","access":"any","body":[{"text":{"text":"Hi","style":"title"}},"divider"]}`)},
		Edit{Op: OpMove, From: "/pages/about", At: "/pages/info"},
		Edit{Op: OpDelete, At: "/pages/home"},
		Edit{Op: OpMove, From: "/pages/profile/body/0/container/children/0", At: "/pages/info/body/0"},
	)
	if err != nil {
		t.Fatal(err)
	}
	want := "path: /about\ntitle: About\naccess: any\nbody:\n  - row:\n      children:\n"
	if got := string(made.Bytes("pages/info.yaml")); !strings.HasPrefix(got, want) || !strings.HasSuffix(got, "  - text: {text: Hi, style: title}\n  - divider\n") {
		t.Errorf("got %s", got)
	}
	if slices.Contains(made.Files(), "pages/home.yaml") || slices.Contains(made.Files(), "pages/about.yaml") {
		t.Error("files are still there")
	}
	back, redo, err := made.Apply(undo...)
	if err != nil {
		t.Fatal(err)
	}
	if back.Revision() != start.Revision() {
		t.Error("undo does not give the files back")
	}
	if again, _, err := back.Apply(redo...); err != nil || again.Revision() != made.Revision() {
		t.Errorf("redo: %v", err)
	}
}

// TestApplyRefuses names the path of what is wrong, and changes nothing.
func TestApplyRefuses(t *testing.T) {
	start := loadExample(t, "touristtrail")
	revision := start.Revision()
	for _, c := range []struct {
		edit Edit
		want string
	}{
		{Edit{Op: OpSet, At: "/pages/../x", Value: json.RawMessage(`{}`)}, "names no file"},
		{Edit{Op: OpSet, At: "/pages/a~1b", Value: json.RawMessage(`{}`)}, "names no file"},
		{Edit{Op: OpSet, At: "pages", Value: json.RawMessage(`{}`)}, "names no file"},
		{Edit{Op: OpSet, At: "/app/~2", Value: json.RawMessage(`{}`)}, "names no file"},
		{Edit{Op: OpSet, At: "/pages/none/title", Value: json.RawMessage(`1`)}, "there is no file pages/none.yaml"},
		{Edit{Op: OpSet, At: "/pages/new", Value: json.RawMessage(`[1]`)}, "a file is made of a mapping"},
		{Edit{Op: OpSet, At: "/app/name"}, "the edit has no value"},
		{Edit{Op: OpSet, At: "/app/name", Value: json.RawMessage(`1 2`)}, "more than one JSON value"},
		{Edit{Op: OpInsert, At: "/app", Value: json.RawMessage(`1`)}, "not in place of a file"},
		{Edit{Op: OpDelete, At: "/pages/none"}, "there is no file"},
		{Edit{Op: OpMove, From: "/pages/home", At: "/pages/login"}, "there is a file pages/login.yaml already"},
		{Edit{Op: OpMove, From: "/pages/home/body/0", At: "/pages/login"}, "take the place of a file"},
		{Edit{Op: OpMove, From: "/pages/home/title", At: "/pages/login/title"}, "there is a key"},
		{Edit{Op: OpMove, From: "/pages/home/nothing", At: "/pages/login/x"}, "there is no key"},
		{Edit{Op: "twist", At: "/app/name"}, "is no edit"},
		{Edit{Op: OpBytes}, "names no file"},
		{Edit{Op: OpBytes, Patch: &Patch{File: "../x", New: "x"}}, "names no file"},
		{Edit{Op: OpBytes, Patch: &Patch{File: "app.yaml", New: "x"}}, "is there already"},
		{Edit{Op: OpBytes, Patch: &Patch{File: "gone.yaml", Old: "x", Hash: "y"}}, "is gone"},
		{Edit{Op: OpSet, At: "/app/name", Value: json.RawMessage(strings.Repeat("[", 60) + strings.Repeat("]", 60))}, "nested deeper"},
	} {
		next, undo, err := start.Apply(Edit{Op: OpSet, At: "/app/language", Value: json.RawMessage(`"de"`)}, c.edit)
		if err == nil || !strings.Contains(err.Error(), c.want) || next != nil || undo != nil {
			t.Errorf("%s %s: got %v, want %q", c.edit.Op, c.edit.At, err, c.want)
		} else if at := string(c.edit.At); c.edit.Op == OpSet && !strings.HasPrefix(err.Error(), at+": ") {
			t.Errorf("%s: the error does not name the path: %v", at, err)
		}
	}
	if start.Revision() != revision {
		t.Error("the tree changed")
	}
}

// TestPathParts: escaping goes both ways.
func TestPathParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.StringOf(rapid.RuneFrom([]rune("ab~/01é"))), 1, 4).Draw(t, "parts")
		got, err := Path("").Join(parts...).Parts()
		if err != nil || !slices.Equal(got, parts) {
			t.Fatalf("%q became %q (%v)", parts, got, err)
		}
	})
	for path, want := range map[Path]string{"/app": "app.yaml []", "/pages/login/body/0": "pages/login.yaml [body 0]", "/types/User": "types/User.yaml []", "/calls/auth/calls/a~1b": "calls/auth.yaml [calls a/b]", "/flows/x": "flows/x.yaml []", "/pages": " []", "/pages/.x": " []", "/x/y": " []"} {
		file, rest := path.File()
		if got := fmt.Sprint(file, " ", rest); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
}
