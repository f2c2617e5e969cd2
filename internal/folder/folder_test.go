package folder

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/usherdev/usher/project"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t *testing.T, dir string) *Folder {
	t.Helper()
	f, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

// example is a folder with a copy of the tutorial app.
func example(t *testing.T) *Folder {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "app")
	if err := Create(dir, os.DirFS("../../examples/touristtrail")); err != nil {
		t.Fatal(err)
	}
	return open(t, dir)
}

func read(t *testing.T, f *Folder) *project.Tree {
	t.Helper()
	tree, err := f.Tree()
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func apply(t *testing.T, tree *project.Tree, edits ...project.Edit) *project.Tree {
	t.Helper()
	next, _, err := tree.Apply(edits...)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

func set(at project.Path, value string) project.Edit {
	return project.Edit{Op: project.OpSet, At: at, Value: json.RawMessage(value)}
}

// someEdits change a file, make two and take one away.
func someEdits(t *testing.T, base *project.Tree) *project.Tree {
	return apply(t, base, set("/app/name", `"Other"`), set("/pages/about", `{"path":"/about"}`), set("/flows/renew", `{"actions":[]}`),
		project.Edit{Op: project.OpDelete, At: "/pages/missing"})
}

func noTemps(t *testing.T, dir string) {
	t.Helper()
	_ = filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || strings.HasSuffix(path, ".tmp") {
			t.Errorf("%s is left (%v)", path, err)
		}
		return nil
	})
}

// TestG9_SaveIsByteStable: what is saved is read back to the byte, and files that no edit names are not written.
func TestG9_SaveIsByteStable(t *testing.T) {
	f := example(t)
	base := read(t, f)
	old := time.Now().Add(-time.Hour)
	for _, name := range base.Files() {
		if err := os.Chtimes(filepath.Join(f.dir, name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	next := someEdits(t, base)
	if err := f.Save(t.Context(), base, next); err != nil {
		t.Fatal(err)
	}
	if got := read(t, f); got.Revision() != next.Revision() {
		t.Error("the disk is not what was saved")
	}
	info, err := os.Stat(filepath.Join(f.dir, "pages/home.yaml"))
	if err != nil || time.Since(info.ModTime()) < time.Minute {
		t.Errorf("a file that was not edited was written (%v)", err)
	}
	if err := f.Save(t.Context(), next, base); err != nil {
		t.Fatal(err)
	}
	if got := read(t, f); got.Revision() != base.Revision() {
		t.Error("saving the old tree does not give the old bytes")
	}
	noTemps(t, f.dir)
}

// TestG9_GeneratedProjects: any bytes survive saving and loading.
func TestG9_GeneratedProjects(t *testing.T) {
	f := open(t, t.TempDir())
	last := read(t, f)
	rapid.Check(t, func(rt *rapid.T) {
		files := map[string][]byte{}
		for range rapid.IntRange(0, 6).Draw(rt, "files") {
			dir := rapid.SampledFrom([]string{"pages/", "types/", "calls/", "flows/", ""}).Draw(rt, "dir")
			name := rapid.StringMatching(`[a-z]{1,3}`).Draw(rt, "name")
			files[dir+name+".yaml"] = []byte(rapid.String().Draw(rt, "text"))
		}
		next := project.NewTree(files)
		if err := f.Save(context.Background(), last, next); err != nil {
			rt.Fatal(err)
		}
		got, err := f.Tree()
		if err != nil || got.Revision() != next.Revision() {
			rt.Fatalf("the disk is not what was saved (%v)", err)
		}
		last = next
	})
}

// TestG7_OutsideEditsAreKept: a file changed, made or removed by somebody else is never overwritten, and nothing else is saved then.
func TestG7_OutsideEditsAreKept(t *testing.T) {
	for name, outside := range map[string]func(dir string) error{
		"changed": func(dir string) error { return os.WriteFile(dir+"/app.yaml", []byte("name: Theirs\n"), 0o600) },
		"same size": func(dir string) error {
			src, err := os.ReadFile(dir + "/app.yaml")
			if err != nil {
				return err
			}
			src[0] = ' '
			return os.WriteFile(dir+"/app.yaml", src, 0o600)
		},
		"removed":     func(dir string) error { return os.Remove(dir + "/app.yaml") },
		"made":        func(dir string) error { return os.WriteFile(dir+"/pages/about.yaml", []byte("path: /theirs\n"), 0o600) },
		"made a link": func(dir string) error { return os.Symlink("home.yaml", dir+"/pages/about.yaml") },
		"became a link": func(dir string) error {
			return errors.Join(os.Rename(dir+"/app.yaml", dir+"/other"), os.Symlink("other", dir+"/app.yaml"))
		},
		"deleted file changed": func(dir string) error {
			return os.WriteFile(dir+"/pages/missing.yaml", []byte("path: /theirs\n"), 0o600)
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := example(t)
			base := read(t, f)
			next := someEdits(t, base)
			if err := outside(f.dir); err != nil {
				t.Fatal(err)
			}
			theirs := read(t, f)
			if err := f.Save(t.Context(), base, next); !errors.Is(err, ErrChanged) {
				t.Fatalf("got %v", err)
			}
			if read(t, f).Revision() != theirs.Revision() {
				t.Error("something was written")
			}
			noTemps(t, f.dir)
		})
	}
}

var errPower = errors.New("no power")

// TestG7_PowerLoss stops a save before each of its steps, with and without time to clean up: every file holds its old bytes or its new ones.
func TestG7_PowerLoss(t *testing.T) {
	for _, dies := range []bool{true, false} {
		for stop, finished := 0, false; !finished; stop++ {
			f := example(t)
			base := read(t, f)
			next := someEdits(t, base)
			n := 0
			f.step = func(op, name string) error {
				if n++; n != stop+1 {
					return nil
				}
				if dies {
					panic(errPower)
				}
				return errPower
			}
			err := saveOrDie(t, f, base, next)
			f.step = nil
			finished = err == nil
			if !finished && !errors.Is(err, errPower) {
				t.Fatal(err)
			}
			if dies {
				f = open(t, f.dir) // whoever comes next
			}
			whole(t, read(t, f), base, next)
			if !dies {
				noTemps(t, f.dir)
			}
			if finished && stop < 8 {
				t.Fatalf("the save has only %d steps", stop)
			}
		}
	}
}

// saveOrDie turns the panic that stands for a loss of power into its error.
func saveOrDie(t *testing.T, f *Folder, base, next *project.Tree) (err error) {
	defer func() {
		if recover() != nil {
			err = errPower
		}
	}()
	return f.Save(t.Context(), base, next)
}

// whole checks that each file is as in base or as in next, and all are from one of them.
func whole(t *testing.T, got, base, next *project.Tree) {
	t.Helper()
	for _, name := range slices.Concat(base.Files(), next.Files(), got.Files()) {
		text := content(got, name)
		if !same(text, content(base, name)) && !same(text, content(next, name)) {
			t.Fatalf("%s is torn: %q", name, text)
		}
	}
	if got.Revision() != base.Revision() && got.Revision() != next.Revision() {
		t.Fatal("a save that failed left a part behind")
	}
}

func same(a, b []byte) bool { return (a == nil) == (b == nil) && string(a) == string(b) }

// TestG7_Order: bytes are on the disk before the name is, and the directory after it.
func TestG7_Order(t *testing.T) {
	f := example(t)
	base := read(t, f)
	var steps []string
	f.step = func(op, name string) error {
		steps = append(steps, op+" "+name)
		return nil
	}
	if err := f.Save(t.Context(), base, apply(t, base, set("/app/name", `"Other"`), set("/flows/x", `{"doc":"d"}`))); err != nil {
		t.Fatal(err)
	}
	want := "mkdir ., write app.yaml, mkdir flows, write flows/x.yaml, sync ., sync flows, journal ., rename app.yaml, rename flows/x.yaml, sync ., sync flows, end ."
	if got := strings.Join(steps, ", "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestG7_KeepsPermissions: a save changes bytes alone.
func TestG7_KeepsPermissions(t *testing.T) {
	f := example(t)
	if err := os.Chmod(f.dir+"/app.yaml", 0o600); err != nil {
		t.Fatal(err)
	}
	base := read(t, f)
	if err := f.Save(t.Context(), base, apply(t, base, set("/app/name", `"Other"`))); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(f.dir + "/app.yaml"); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v (%v)", info.Mode(), err)
	}
}

// TestE10_SaveStaysInside: no name writes outside the project, whatever the tree says.
func TestE10_SaveStaysInside(t *testing.T) {
	outside := t.TempDir()
	f := example(t)
	if err := os.Symlink(outside, filepath.Join(f.dir, "flows")); err != nil {
		t.Fatal(err)
	}
	base := read(t, f)
	for _, name := range []string{
		"../x.yaml", "pages/../../x.yaml", "/x.yaml", outside + "/x.yaml", "pages/./x.yaml", "pages//x.yaml", "", ".", "..", "pages/..", "pages\\x.yaml",
		"..\\x.yaml", "pages/x\x00.yaml", "pages/x.yaml:stream", "C:/x.yaml", "flows/x.yaml", "pages/" + strings.Repeat("x", 300) + ".yaml", "pages/Login.yaml",
	} {
		files := map[string][]byte{name: []byte("a: 1\n")}
		for _, n := range base.Files() {
			files[n] = base.Bytes(n)
		}
		if err := f.Save(t.Context(), base, project.NewTree(files)); err == nil {
			t.Errorf("%q was saved", name)
		}
	}
	if got := read(t, f); got.Revision() != base.Revision() {
		t.Error("something was written")
	}
	if left, err := os.ReadDir(outside); err != nil || len(left) > 0 {
		t.Errorf("outside: %v (%v)", left, err)
	}
	noTemps(t, f.dir)
}

// TestE10_ReadStaysInside: links, names and devices lead to nothing outside the project or its assets.
func TestE10_ReadStaysInside(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "secret.yaml")
	f := example(t)
	err := errors.Join(os.WriteFile(outside, []byte("secret: 1\n"), 0o600), os.Mkdir(f.dir+"/assets", 0o755), os.WriteFile(f.dir+"/assets/ok.png", []byte("png"), 0o600),
		os.Symlink(outside, f.dir+"/pages/link.yaml"), os.Symlink(filepath.Dir(outside), f.dir+"/pages/dir"), os.Symlink(outside, f.dir+"/assets/link.png"),
		os.Symlink("../app.yaml", f.dir+"/assets/app.png"))
	if err != nil {
		t.Fatal(err)
	}
	tree := read(t, f)
	for _, name := range tree.Files() {
		if strings.Contains(name, "link") || strings.Contains(name, "dir") || strings.Contains(string(tree.Bytes(name)), "secret: 1") {
			t.Errorf("%s was read", name)
		}
	}
	if src, err := fs.ReadFile(f.FS(), "ok.png"); err != nil || string(src) != "png" {
		t.Errorf("got %q (%v)", src, err)
	}
	for _, name := range []string{"link.png", "app.png", "../app.yaml", "/etc/passwd", outside, "..", ".", "", "ok.png/..", "ok.png\x00", "none.png"} {
		if src, err := fs.ReadFile(f.FS(), name); err == nil {
			t.Errorf("%q was opened: %q", name, src)
		}
	}
}

func TestCreate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "new")
	files := fstest.MapFS{"app.yaml": {Data: []byte("name: X\n")}, "assets/logo.svg": {Data: []byte("<svg/>")}, "pages/home.yaml": {Data: []byte("path: /\n")}}
	if err := Create(dir, files); err != nil {
		t.Fatal(err)
	}
	f := open(t, dir)
	if got := fmt.Sprint(read(t, f).Files()); got != "[app.yaml assets/logo.svg pages/home.yaml]" {
		t.Errorf("got %s", got)
	}
	if err := Create(dir, fstest.MapFS{"other.yaml": {Data: []byte("a: 1\n")}}); err == nil || !strings.Contains(err.Error(), "is not empty") {
		t.Errorf("a folder with files in it: %v", err)
	}
	if _, err := os.Stat(dir + "/other.yaml"); !errors.Is(err, fs.ErrNotExist) {
		t.Error("something was written")
	}
	if err := Create(dir+"/app.yaml", files); err == nil {
		t.Error("a file is no folder")
	}
	half := filepath.Join(t.TempDir(), "half")
	if err := Create(half, badFS{files}); err == nil {
		t.Error("a file that cannot be read must be an error")
	}
	if _, err := os.Stat(half); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder was made (%v)", err)
	}
}

// badFS cannot read the pages.
type badFS struct{ fs.FS }

func (b badFS) Open(name string) (fs.File, error) {
	if name == "pages/home.yaml" {
		return nil, errPower
	}
	return b.FS.Open(name)
}

func TestOpenNeedsDirectory(t *testing.T) {
	if _, err := Open(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("an absent folder was opened")
	}
}

// seen is what a watcher told.
type seen struct {
	tree *project.Tree
	err  error
}

func watch(t *testing.T, f *Folder) <-chan seen {
	t.Helper()
	ch := make(chan seen, 100)
	if err := f.Watch(t.Context(), func(tree *project.Tree, err error) { ch <- seen{tree, err} }); err != nil {
		t.Fatal(err)
	}
	return ch
}

// until waits for a tree that fits.
func until(t *testing.T, ch <-chan seen, fits func(seen) bool) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	for {
		select {
		case s := <-ch:
			if fits(s) {
				return
			}
		case <-deadline:
			t.Fatal("the watcher did not tell")
		}
	}
}

func TestWatch(t *testing.T) {
	f := example(t)
	ch := watch(t, f)
	if err := os.WriteFile(f.dir+"/app.yaml", []byte("name: Theirs\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	until(t, ch, func(s seen) bool { return s.err == nil && string(s.tree.Bytes("app.yaml")) == "name: Theirs\n" })

	base := read(t, f)
	next := apply(t, base, set("/flows/renew", `{"doc":"d"}`))
	if err := f.Save(t.Context(), base, next); err != nil {
		t.Fatal(err)
	}
	until(t, ch, func(s seen) bool { return s.err == nil && s.tree.Revision() == next.Revision() })

	if err := os.WriteFile(f.dir+"/flows/more.yaml", []byte("doc: in a new folder\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	until(t, ch, func(s seen) bool { return s.err == nil && s.tree.Bytes("flows/more.yaml") != nil })

	if err := os.RemoveAll(f.dir + "/pages"); err != nil {
		t.Fatal(err)
	}
	until(t, ch, func(s seen) bool { return s.err == nil && s.tree.Bytes("pages/home.yaml") == nil })
}

// TestWatchEnds: Close waits for the watcher, and nothing is told afterwards; goleak sees to the goroutine.
func TestWatchEnds(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "app")
	if err := Create(dir, os.DirFS("../../examples/touristtrail")); err != nil {
		t.Fatal(err)
	}
	f, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	ch := watch(t, f)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dir+"/app.yaml", []byte("name: Theirs\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if len(ch) > 0 {
		t.Error("the watcher told something after Close")
	}
}
