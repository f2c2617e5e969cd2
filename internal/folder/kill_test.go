package folder

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/usherdev/usher/project"
)

const saverEnv = "USHER_TEST_SAVE_IN"

// signed is a file's text that says whether it is whole, and which save wrote it.
func signed(name string, n int) []byte {
	body := fmt.Sprintf("n: %d\ntext: %s\n", n, strings.Repeat(strconv.Itoa(n%10), 20_000+7*n%3_000))
	sum := sha256.Sum256([]byte(name + body))
	return []byte(body + "sum: " + hex.EncodeToString(sum[:]) + "\n")
}

// signedBy reads what signed wrote; an error says that it is torn.
func signedBy(name string, src []byte) (int, error) {
	body, sum, ok := strings.Cut(string(src), "sum: ")
	want := sha256.Sum256([]byte(name + body))
	if !ok || strings.TrimSpace(sum) != hex.EncodeToString(want[:]) {
		return 0, fmt.Errorf("%s is torn: %d bytes", name, len(src))
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(body, "n: "), "\n")
	return strconv.Atoi(first)
}

var savedNames = []string{"app.yaml", "flows/one.yaml", "pages/home.yaml"}

func states(n int) map[string][]byte {
	out := map[string][]byte{}
	for _, name := range savedNames {
		out[name] = signed(name, n)
	}
	return out
}

// TestSaver saves one state after the other and tells of each once it is acknowledged, until it is killed. Alone it does nothing.
func TestSaver(t *testing.T) {
	dir := os.Getenv(saverEnv)
	if dir == "" {
		return
	}
	f, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	n, err := signedBy("app.yaml", read(t, f).Bytes("app.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for {
		n++
		if err := f.Save(t.Context(), read(t, f), project.NewTree(states(n))); err != nil {
			t.Fatal(err)
		}
		fmt.Printf("saved %d\n", n)
	}
}

// TestG7_E12_KilledWhileSaving: a process that saves is killed at any moment, again and again: the files are whole, all of them are what was
// acknowledged last or all what was being saved, and the next process goes on.
func TestG7_E12_KilledWhileSaving(t *testing.T) {
	kills := 12
	if os.Getenv("USHER_LONG") != "" {
		kills = 500
	}
	dir := t.TempDir()
	if err := CreateOf(dir, states(1)); err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(7, 7))
	acknowledged := 1
	for range kills {
		acknowledged = killOne(t, dir, acknowledged, 1+rng.IntN(4), time.Duration(rng.IntN(3_000))*time.Microsecond)
		f := open(t, dir)
		tree := read(t, f)
		newest := map[int]bool{}
		for _, name := range savedNames {
			n, err := signedBy(name, tree.Bytes(name))
			if err != nil {
				t.Fatal(err)
			}
			if n != acknowledged && n != acknowledged+1 {
				t.Fatalf("%s is of save %d, and %d was acknowledged", name, n, acknowledged)
			}
			newest[n] = true
			acknowledged = max(acknowledged, n)
		}
		if len(newest) != 1 {
			t.Fatalf("the files are of the saves %v", newest)
		}
	}
}

// killOne runs a saver, kills it a moment after it has acknowledged some saves, and returns the last one that it acknowledged.
func killOne(t *testing.T, dir string, last, saves int, moment time.Duration) int {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestSaver$")
	cmd.Env = append(os.Environ(), saverEnv+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for seen := 0; lines.Scan(); {
		n, err := strconv.Atoi(strings.TrimPrefix(lines.Text(), "saved "))
		if err != nil {
			t.Fatalf("the saver says %q", lines.Text())
		}
		last = n
		if seen++; seen == saves {
			time.AfterFunc(moment, func() { _ = cmd.Process.Kill() }) // the end of its output tells when
		}
	}
	if err := cmd.Wait(); err == nil {
		t.Fatal("the saver ended by itself")
	}
	return last
}

// TestE10_TwoHundredNames: a save of a tree with any of these names, and an edit with any of these paths, writes nothing outside the project.
func TestE10_TwoHundredNames(t *testing.T) {
	around := t.TempDir()
	dir := filepath.Join(around, "app")
	if err := CreateOf(dir, map[string][]byte{"app.yaml": []byte("name: X\n"), "pages/home.yaml": []byte("path: /\n")}); err != nil {
		t.Fatal(err)
	}
	outside := filepath.Join(around, "outside")
	if err := errors.Join(os.Mkdir(outside, 0o700), os.WriteFile(filepath.Join(outside, "x.yaml"), []byte("theirs"), 0o600), os.Symlink(outside, filepath.Join(dir, "flows")), os.Symlink(filepath.Join(outside, "x.yaml"), filepath.Join(dir, "pages", "link.yaml")), os.Symlink(outside, filepath.Join(dir, "types"))); err != nil {
		t.Fatal(err)
	}
	before := everything(t, around)
	names := tricks(outside)
	if len(names) < 200 {
		t.Errorf("only %d names", len(names))
	}
	f := open(t, dir)
	for _, name := range names {
		base := read(t, f)
		if err := f.Save(t.Context(), base, base.With(map[string][]byte{name: []byte("evil: 1\n")})); err == nil && !strings.HasPrefix(name, "assets/") { // assets are never written
			t.Errorf("%q was saved", name)
		}
		if next, _, err := base.Apply(project.Edit{Op: project.OpSet, At: project.Path("/" + strings.TrimSuffix(name, ".yaml")), Value: []byte(`{"evil":1}`)}); err == nil {
			if err := f.Save(t.Context(), base, next); err == nil {
				t.Errorf("an edit of %q was saved", name)
			}
		}
	}
	if after := everything(t, around); after != before {
		t.Errorf("before:\n%s\nafter:\n%s", before, after)
	}
}

// tricks are names that lead out of a project, or that some system takes for something else.
func tricks(outside string) (names []string) {
	ups := []string{"..", "../..", "../../..", "./..", "pages/..", "pages/../..", "pages/../../..", "assets/../..", "pages/./../..", "pages//../.."}
	ends := []string{"evil.yaml", "outside/x.yaml", "app.yaml", "pages/home.yaml", ".git/config"}
	for _, up := range ups {
		for _, end := range ends {
			for _, sep := range []string{"/", "\\"} {
				names = append(names, strings.ReplaceAll(up+"/"+end, "/", sep))
			}
		}
	}
	for _, root := range []string{outside, "/etc", "//etc", "C:", "C:\\", "\\\\server\\share", "\\\\?\\C:\\x", "file://" + outside, "C:~", "/proc/self/cwd/.."} {
		for _, end := range ends {
			names = append(names, root+"/"+end)
		}
	}
	for _, folder := range []string{"flows/", "types/", "flows/sub/", "types/../flows/"} { // links to the outside
		for _, end := range []string{"x.yaml", "new.yaml", "a/b.yaml"} {
			names = append(names, folder+end)
		}
	}
	return append(names,
		"pages/home.yaml:stream", "pages/home.yaml::$DATA", "pages:evil.yaml", "pages/a\x00b.yaml", "pages/a\x00/../../b.yaml", "pages/link.yaml", "Pages/home.yaml", "PAGES/HOME.YAML", "pages/Home.yaml", "pages/HOME.yaml", "APP.yaml", "App.yaml", "app.YAML",
		"", ".", "/", "//", "pages/", "pages/.", "/app.yaml", "./app.yaml", "pages/./home.yaml", "pages//home.yaml", "pages/home.yaml/", "pages/home.yaml/x.yaml", "app.yaml/x.yaml", "pages/"+strings.Repeat("a", 300)+".yaml", strings.Repeat("pages/../", 500)+"x.yaml", "pages\\home.yaml", "..\\evil.yaml", "%2e%2e/evil.yaml:", "pages/..\\..\\evil.yaml", "CON:", "pages/con:.yaml",
		"\x00", "pages/\x00", "a:b/c.yaml", "\\evil.yaml", "\\\\evil.yaml", "pages\\..\\..\\x.yaml")
}

// everything lists all files below a folder with their bytes; links are not followed.
func everything(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		src := []byte("link")
		if d.Type().IsRegular() {
			src, err = os.ReadFile(path)
		}
		fmt.Fprintf(&b, "%s %q\n", path, src)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}
