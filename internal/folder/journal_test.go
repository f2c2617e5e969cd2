package folder

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// left makes a folder in which a save of two files was cut short between them.
func left(t *testing.T) (dir string) {
	t.Helper()
	f := example(t)
	base := read(t, f)
	renames := 0
	f.step = func(op, _ string) error {
		if op == "rename" {
			if renames++; renames == 2 {
				panic(errPower)
			}
		}
		return nil
	}
	if saveOrDie(t, f, base, apply(t, base, set("/app/name", `"Other"`), set("/flows/x", `{"doc":"d"}`))) == nil {
		t.Fatal("the save was not cut short")
	}
	if _, err := os.Stat(filepath.Join(f.dir, "flows", "x.yaml")); err == nil {
		t.Fatal("the second file is there already")
	}
	return f.dir
}

func TestE12_AnInterruptedSaveIsFinished(t *testing.T) {
	dir := left(t)
	tree := read(t, open(t, dir))
	if !strings.Contains(string(tree.Bytes("app.yaml")), "Other") || tree.Bytes("flows/x.yaml") == nil {
		t.Errorf("files %v", tree.Files())
	}
	noTemps(t, dir)
}

// TestE12_WhatSomebodyChangedSinceStays: what an interrupted save would write is dropped where the file is another by now.
func TestE12_WhatSomebodyChangedSinceStays(t *testing.T) {
	dir := left(t)
	if err := os.WriteFile(filepath.Join(dir, "flows", "x.yaml"), []byte("doc: mine\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := string(read(t, open(t, dir)).Bytes("flows/x.yaml")); got != "doc: mine\n" {
		t.Errorf("it is %q", got)
	}
	noTemps(t, dir)
}

// TestE10_AForgedJournalLeadsNowhere: a folder that came from elsewhere may bring a journal; none writes outside, or renames what no save wrote.
func TestE10_AForgedJournalLeadsNowhere(t *testing.T) {
	for _, src := range []string{
		`[{"name":"../evil.yaml","temp":".usher-a.tmp"}]`, `[{"name":"pages/x.yaml","temp":"../.usher-a.tmp"}]`, `[{"name":"pages/x.yaml","temp":"app.yaml"}]`,
		`[{"name":"/etc/passwd"}]`, `[{"name":"pages/x.yaml","temp":"pages/../../.usher-a.tmp"}]`, `{`, ``,
	} {
		around := t.TempDir()
		dir := filepath.Join(around, "app")
		if err := CreateOf(dir, map[string][]byte{"app.yaml": []byte("name: X\n"), ".usher-a.tmp": []byte("evil")}); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, journal), []byte(src), 0o600); err != nil {
			t.Fatal(err)
		}
		before := everything(t, around)
		if f, err := Open(dir); err == nil {
			t.Errorf("%s was taken", src)
			_ = f.Close()
		}
		if after := everything(t, around); after != before {
			t.Errorf("%s\nbefore:\n%s\nafter:\n%s", src, before, after)
		}
	}
}

// TestE12_TwoWhoFinishTheSame: one that opens the folder while another saves finishes the save; the other does not take that for a change by somebody else.
func TestE12_TwoWhoFinishTheSame(t *testing.T) {
	f := example(t)
	base := read(t, f)
	next := apply(t, base, set("/app/name", `"Other"`), set("/flows/x", `{"doc":"d"}`))
	opened := false
	f.step = func(op, _ string) error {
		if op == "rename" && !opened {
			opened = true
			open(t, f.dir)
		}
		return nil
	}
	if err := f.Save(t.Context(), base, next); err != nil {
		t.Fatal(err)
	}
	f.step = nil
	if got := read(t, f).Revision(); !opened || got != next.Revision() {
		t.Errorf("revision %s", got)
	}
	noTemps(t, f.dir)
}
