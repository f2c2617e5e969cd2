package project

import (
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"pgregory.net/rapid"
)

// handwritten is a project in every style that people write.
func handwritten(t testing.TB) *Tree {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/handwritten.txtar")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, f := range archive.Files {
		files[f.Name] = f.Data
	}
	return NewTree(files)
}

// styled is a project with its line breaks as another system writes them, or without the last.
func styled(t *Tree, how func(string) string) *Tree {
	files := map[string][]byte{}
	for _, name := range t.Files() {
		files[name] = []byte(how(string(t.Bytes(name))))
	}
	return NewTree(files)
}

// drawFarEdit is drawEdit, or a move of a part from one file into another.
func drawFarEdit(t *rapid.T, tree *Tree) Edit {
	if rapid.IntRange(0, 3).Draw(t, "far") > 0 {
		return drawEdit(t, tree)
	}
	path := func(label string) Path {
		file := rapid.SampledFrom(tree.Files()).Draw(t, label+" file")
		node, problems := parseYAML(file, tree.Bytes(file))
		if problems != nil {
			t.Fatalf("%v", problems)
		}
		paths := pathsOf(node, filePath(file))
		var items []Path
		for i, p := range paths {
			if _, ok := index(string(p[strings.LastIndexByte(string(p), '/')+1:])); i > 0 && ok {
				items = append(items, p)
			}
		}
		if len(items) == 0 {
			items = append(paths[1:], filePath(file).key("none"))
		}
		at := rapid.SampledFrom(items).Draw(t, label)
		if label == "to" && rapid.Bool().Draw(t, "end") {
			at = at[:strings.LastIndexByte(string(at), '/')] + "/-"
		}
		return at
	}
	from, to := path("from"), path("to")
	if file, _ := from.File(); strings.HasPrefix(string(to), string(filePath(file))+"/") {
		if rest, end := strings.CutSuffix(string(to), "/-"); end { // the oracle of a move within a file counts from the front
			to = Path(rest + "/0")
		}
	}
	return Edit{Op: OpMove, From: from, At: to}
}

// checkFarMove is checkEdit of a move between files.
func checkFarMove(t failer, tree, next *Tree, e Edit) {
	fromFile, from := e.From.File()
	toFile, to := e.At.File()
	for _, name := range []string{fromFile, toFile} {
		before, err := readSource(name, tree.Bytes(name))
		if err != nil {
			t.Fatalf("%v", err)
		}
		after, err := readSource(name, next.Bytes(name))
		if err != nil {
			t.Fatalf("%v", err)
		}
		var at Path
		var want any
		if name == fromFile {
			at, want = e.From, step{op: OpDelete, at: from}.with(before.value())
		} else {
			source, err := readSource(fromFile, tree.Bytes(fromFile))
			if err != nil {
				t.Fatalf("%v", err)
			}
			v, _ := lookup(source.value(), from)
			op := mover{from: from, to: to, value: v}.op(before.value())
			if list, ok := lookup(before.value(), to[:len(to)-1]); ok && op == OpInsert && to[len(to)-1] == "-" {
				items, _ := list.([]any)
				to = append(slices.Clone(to[:len(to)-1]), strconv.Itoa(len(items)))
			}
			at, want = e.At, step{op: op, at: to, value: v}.with(before.value())
		}
		if !equal(after.value(), want) {
			t.Fatalf("%s → %s: %s holds %s\nwant %s", e.From, e.At, name, toJSON(after.value()), toJSON(want))
		}
		_, keep := touchable(t, tree, at)
		untouched(t, before.src, after.src, keep)
	}
}

// blankLines checks that the blank lines stay that do not stand beside what an edit may change.
func blankLines(t failer, before, after string, keep func(int) bool) {
	lines, rest := strings.Split(before, "\n"), strings.Split(after, "\n")
	bare := func(s string) bool { return strings.TrimSpace(s) == "" }
	at := 0
	for i := 0; i < len(lines); i++ {
		if bare(lines[i]) || !keep(i+1) {
			continue
		}
		found := slices.Index(rest[at:], lines[i])
		if found < 0 {
			return // untouched tells of it
		}
		at += found
		blank, there := i+1, at+1
		for blank < len(lines) && bare(lines[blank]) {
			blank++
		}
		for there < len(rest) && bare(rest[there]) {
			there++
		}
		if blank < len(lines) && keep(blank+1) && keep(i+2) && there < len(rest) && rest[there] == lines[blank] && there-at != blank-i {
			t.Fatalf("below %q stood %d blank lines, and now %d:\n%s\nbecame\n%s", lines[i], blank-i-1, there-at-1, before, after)
		}
		at++
	}
}

// TestF221_AThousandEditsLeaveTheRestAlone: whatever is edited, also across files, every file can be read, means what the edit means, and keeps
// its comments, order and blank lines; a file in the one format stays in it; and undoing everything gives the bytes back.
func TestF221_AThousandEditsLeaveTheRestAlone(t *testing.T) {
	seed, edits := 20260728, 1_000
	if text := os.Getenv("USHER_SEED"); text != "" {
		var err error
		if seed, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	if os.Getenv("USHER_LONG") != "" {
		edits = 20_000
	}
	t.Logf("seed %d; USHER_SEED=n tries another", seed)
	own := handwritten(t)
	starts := []*Tree{own, loadExample(t, "touristtrail"), styled(own, func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }), loadExample(t, "starter"), styled(own, func(s string) string { return strings.TrimSuffix(s, "\n") })}
	rng := rand.New(rand.NewPCG(uint64(seed), 1))
	done := 0
	for n := 0; done < edits; n++ {
		done += sitting(t, starts[n%len(starts)], rng, 25)
	}
}

// sitting makes edits one after the other and takes them back; it returns how many were possible.
func sitting(t *testing.T, start *Tree, rng *rand.Rand, edits int) (done int) {
	t.Helper()
	tree := start
	var undos [][]Edit
	for range edits {
		before := tree
		e := rapid.Custom(func(t *rapid.T) Edit { return drawFarEdit(t, before) }).Example(rng.IntN(1 << 30))
		next, undo, err := before.Apply(e)
		if err != nil {
			if strings.Contains(err.Error(), "cannot be written") {
				t.Fatalf("%+v: %v", e, err)
			}
			continue
		}
		done++
		judge(t, before, next, e)
		undos, tree = append(undos, undo), next
	}
	for i, undo := range slices.Backward(undos) {
		var err error
		if tree, _, err = tree.Apply(undo...); err != nil {
			t.Fatalf("undo %d: %v", i, err)
		}
	}
	if tree.Revision() != start.Revision() {
		t.Fatal("undoing everything does not give the files back")
	}
	return done
}

func judge(t *testing.T, before, next *Tree, e Edit) {
	t.Helper()
	toFile, _ := e.At.File()
	fromFile, _ := e.From.File()
	if e.Op == OpMove && fromFile != toFile {
		checkFarMove(t, before, next, e)
	} else {
		checkEdit(t, before, next, e)
	}
	for _, name := range before.Files() {
		src, now := before.Bytes(name), next.Bytes(name)
		if string(src) == string(now) {
			continue
		}
		if e.Op != OpMove {
			_, keep := touchable(t, before, e.At)
			blankLines(t, string(src), string(now), keep)
		}
		if e.Op != OpMove || formatted(fromFile, before.Bytes(fromFile)) { // a move brings its own text along
			staysFormatted(t, name, src, now, e)
		}
	}
}

func formatted(name string, src []byte) bool {
	as, err := Format(name, src)
	return err == nil && string(as) == string(src)
}

// staysFormatted checks that a file in the one format is in it after an edit.
func staysFormatted(t *testing.T, name string, before, after []byte, e Edit) {
	t.Helper()
	if !formatted(name, before) {
		return
	}
	as, err := Format(name, after)
	if err != nil {
		t.Fatalf("%s after %s %s: %v", name, e.Op, e.At, err)
	}
	if string(as) != string(after) {
		t.Fatalf("%s is no longer in the one format after %s %s%s %s:\n%s", name, e.Op, e.From, e.At, e.Value, differ(string(as), string(after)))
	}
}
