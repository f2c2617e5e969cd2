package folder

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
)

// TestF221_ContentsLeaveSecretsBehind: what goes into an archive is the app, its assets and journeys; nothing that is hidden, no database, no key, no link.
func TestF221_ContentsLeaveSecretsBehind(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"app.yaml": "usher: 1\n", "pages/home.yaml": "path: /\n", "assets/a/b.png": "png", "tests/login.txt": "open /", "tests/deep/x.txt": "canary", "README.md": "about", "LICENSE": "free", "locales/de.yaml": "a: b\n",
		".env": "canary", ".git/config": "canary", ".git/hooks/post-checkout": "canary", "assets/.env": "canary", "pages/.home.yaml.swp": "canary", "data/sessions.db": "canary", "sessions.db": "canary", "app.yaml~": "canary", "docker-compose.yaml": "canary",
		"assets/store.bin": "SQLite format 3\x00canary", "assets/store.db-wal": "canary", "assets/id.pem": "canary", "assets/note.txt": "-----BEGIN " + "PRIVATE KEY-----canary", "node_modules/x/index.js": "canary", "assets/node_modules/x.js": "canary", "tests/.env": "canary", "secrets.json": "canary", "usher.key": "canary", "types/readme.md": "canary",
	} {
		full := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(full), 0o700), os.WriteFile(full, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	outside := filepath.Join(t.TempDir(), "outside.yaml")
	if err := errors.Join(os.WriteFile(outside, []byte("canary"), 0o600), os.Symlink(outside, filepath.Join(dir, "pages/link.yaml")), os.Symlink(filepath.Dir(outside), filepath.Join(dir, "assets/linked"))); err != nil {
		t.Fatal(err)
	}
	files, left, err := open(t, dir).Contents()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for name, src := range files {
		names = append(names, name)
		if bytes.Contains(src, []byte("canary")) {
			t.Errorf("%s goes along", name)
		}
	}
	slices.Sort(names)
	if got := strings.Join(names, " "); got != "LICENSE README.md app.yaml assets/a/b.png locales/de.yaml pages/home.yaml tests/login.txt" {
		t.Errorf("%s", got)
	}
	if got := strings.Join(left, " "); !strings.Contains(got, "data/") || !strings.Contains(got, "secrets.json") || strings.Contains(got, ".git") || !strings.Contains(got, "assets/linked") {
		t.Errorf("left behind: %s", got)
	}
}

func TestF221_TooMuchIsNoArchive(t *testing.T) {
	f := example(t)
	big, err := os.Create(filepath.Join(f.dir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(big.Truncate(project.MaxArchiveBytes+1), big.Close()); err != nil {
		t.Fatal(err)
	}
	if _, _, err := f.Contents(); err == nil || !strings.Contains(err.Error(), "64 MiB") {
		t.Errorf("%v", err)
	}
}

// TestF221_FillIsAllOrNothing stops a Fill before each of its steps: nothing is left, and while it runs app.yaml is the last to come.
func TestF221_FillIsAllOrNothing(t *testing.T) {
	files := map[string][]byte{"app.yaml": []byte("usher: 1\n"), "pages/home.yaml": []byte("path: /\n"), "assets/a/b.png": []byte("png"), "tests/a.txt": []byte("open /\n")}
	stopped := 0
	for n := 1; ; n++ {
		f := open(t, t.TempDir())
		if err := os.WriteFile(filepath.Join(f.dir, ".keep"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		steps := 0
		f.step = func(op, name string) error {
			_, err := os.Stat(filepath.Join(f.dir, "app.yaml"))
			if app := err == nil; app && op != "sync" {
				t.Errorf("%s %s: app.yaml is there already", op, name)
			}
			if steps++; steps == n {
				return errPower
			}
			return nil
		}
		err := f.Fill(t.Context(), files)
		if err == nil {
			if got := read(t, f); got.Bytes("pages/home.yaml") == nil {
				t.Error("the page is missing")
			}
			if err := f.Fill(t.Context(), map[string][]byte{"other.yaml": nil}); !errors.Is(err, fs.ErrExist) {
				t.Errorf("filled twice: %v", err)
			}
			break
		}
		stopped++
		there, readErr := os.ReadDir(f.dir)
		if readErr != nil || len(there) != 1 {
			t.Fatalf("step %d leaves %v (%v)", n, there, readErr)
		}
	}
	if stopped < 8 {
		t.Errorf("only %d steps", stopped)
	}
	f := open(t, t.TempDir())
	if err := f.Fill(t.Context(), map[string][]byte{"../out.yaml": nil}); err == nil {
		t.Error("a name outside")
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(f.dir), "out.yaml")); !errors.Is(err, fs.ErrNotExist) {
		t.Error("something was written outside")
	}
}
