package main

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestG9_ANewerAppStaysUntouched: what was made for a newer Usher is refused by whatever would write into it, and told by check.
func TestG9_ANewerAppStaysUntouched(t *testing.T) {
	for _, version := range []string{"2", "3", "99", "2000000000"} {
		dir := filepath.Join(t.TempDir(), "app")
		if err := os.CopyFS(dir, os.DirFS(filepath.Join(repoExamples(t), "starter"))); err != nil {
			t.Fatal(err)
		}
		src, err := os.ReadFile(filepath.Join(dir, "app.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		newer := strings.Replace(string(src), "usher: 1", "usher:    "+version+"\nsomethingNew: {a:   b}", 1)
		if newer == string(src) {
			t.Fatal("the starter says no version")
		}
		if err := os.WriteFile(filepath.Join(dir, "app.yaml"), []byte(newer), 0o600); err != nil {
			t.Fatal(err)
		}
		before := bytesOf(t, dir)
		sample := filepath.Join(t.TempDir(), "post.json")
		if err := os.WriteFile(sample, []byte(`{"title":"x"}`), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{{"check", dir}, {"fmt", dir}, {"import", "json", "Post", sample, "--dir", dir, "--yes"}, {"import", "curl", "curl https://api.test/x", "--dir", dir, "--yes"}, {"add", "page", "list", "--dir", dir}, {"serve", dir}} {
			var out bytes.Buffer
			if code := run(context.Background(), args, &out, &out, func(string) (string, bool) { return "", false }); code == 0 {
				t.Errorf("%v is fine: %s", args, &out)
			}
			if after := bytesOf(t, dir); after != before {
				t.Fatalf("%v changed something", args)
			}
			if args[0] == "check" && !strings.Contains(out.String(), "newer Usher (grammar "+version) {
				t.Errorf("check says %s", &out)
			}
		}
	}
}

// bytesOf is the files of a folder, one after the other.
func bytesOf(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		src, err := os.ReadFile(filepath.Join(dir, name))
		b.WriteString(name + "\n" + string(src))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}
