package folder

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestAssets: a file is made, replaced and taken away, whole each time, and listed with its size.
func TestAssets(t *testing.T) {
	f := example(t)
	sizes := func() (out []int64) {
		t.Helper()
		all, err := f.Assets()
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range all {
			if a.Name == "icons/new.svg" {
				out = append(out, a.Size)
			}
		}
		return out
	}
	for _, src := range [][]byte{[]byte("<svg/>"), []byte("<svg></svg>")} {
		if err := f.PutAsset(t.Context(), "icons/new.svg", src); err != nil {
			t.Fatal(err)
		}
		if got := sizes(); !slices.Equal(got, []int64{int64(len(src))}) {
			t.Errorf("%v", got)
		}
	}
	if err := f.PutAsset(t.Context(), "icons/new.svg", nil); err != nil || sizes() != nil {
		t.Errorf("%v %v", err, sizes())
	}
	if err := f.PutAsset(t.Context(), "icons/new.svg", nil); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	noTemps(t, f.dir)
}

// TestE10_AssetsStayInside: no name and no link leads an asset out of assets/, neither in nor away.
func TestE10_AssetsStayInside(t *testing.T) {
	outside := t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "kept.svg"), []byte("kept"), 0o600); err != nil {
		t.Fatal(err)
	}
	f := example(t)
	if err := f.PutAsset(t.Context(), "a.svg", []byte("<svg/>")); err != nil {
		t.Fatal(err)
	}
	for from, to := range map[string]string{"out": outside, "in": filepath.Join("..", "pages"), "kept.svg": filepath.Join(outside, "kept.svg")} {
		if err := os.Symlink(to, filepath.Join(f.dir, "assets", from)); err != nil {
			t.Fatal(err)
		}
	}
	base := read(t, f)
	for _, name := range []string{"../x.svg", "../pages/x.svg", "/x.svg", outside + "/x.svg", "", ".", "..", "a/../../x.svg", "a\\x.svg", "x\x00.svg", "x.svg:stream", "C:/x.svg", "out/x.svg", "out/kept.svg", "in/x.svg", "in/login.yaml", "kept.svg", "a.svg/x.svg"} {
		for _, src := range [][]byte{[]byte("gotcha"), nil} {
			if err := f.PutAsset(t.Context(), name, src); err == nil {
				t.Errorf("%q was written", name)
			}
		}
	}
	if got := read(t, f); got.Revision() != base.Revision() {
		t.Error("the project changed")
	}
	if left, err := os.ReadDir(outside); err != nil || len(left) != 1 {
		t.Errorf("outside: %v (%v)", left, err)
	}
	if b, err := os.ReadFile(filepath.Join(outside, "kept.svg")); err != nil || string(b) != "kept" {
		t.Errorf("%s %v", b, err)
	}
	noTemps(t, f.dir)
}
