package studio

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/usherdev/usher/project"
)

// shelf is Assets in memory; what is put there joins the project's tree.
type shelf struct {
	w    *world
	have map[string][]byte
	fail error
}

func (s *shelf) Assets() (map[string]int64, error) {
	out := map[string]int64{}
	for name, b := range s.have {
		out[name] = int64(len(b))
	}
	return out, nil
}

func (s *shelf) Asset(name string) (fs.File, error) {
	all := fstest.MapFS{}
	for name, b := range s.have {
		all[name] = &fstest.MapFile{Data: b}
	}
	return all.Open(name)
}

func (s *shelf) PutAsset(_ context.Context, name string, src []byte) error {
	if s.fail != nil {
		return s.fail
	}
	if _, ok := s.have[name]; !ok && src == nil {
		return fs.ErrNotExist
	}
	files, _ := s.w.files.Contents()
	if src == nil {
		delete(s.have, name)
		delete(files, "assets/"+name)
	} else {
		s.have[name] = src
		files["assets/"+name] = nil
	}
	s.w.files.mu.Lock()
	s.w.files.tree = project.NewTree(files)
	s.w.files.mu.Unlock()
	return nil
}

func withShelf(t *testing.T) (*world, *shelf) {
	t.Helper()
	w := opened(t)
	s := &shelf{w: w, have: map[string][]byte{}}
	w.media = s
	return w, s
}

func (w *world) put(name string, body io.Reader) (int, string) {
	at := "/api/asset/" + name + "?revision=" + w.files.Tree().Revision()
	if plain, ok := strings.CutSuffix(name, "?replace=1"); ok {
		at = "/api/asset/" + plain + "?replace=1&revision=" + w.files.Tree().Revision()
	}
	got := w.send("PUT", at, body, ours)
	return got.Code, got.Body.String()
}

func (w *world) drop(name string) *httptest.ResponseRecorder {
	return w.send("DELETE", "/api/asset/"+name+"?revision="+w.files.Tree().Revision(), nil, ours)
}

// TestAssetsComeAndGo: one is put, listed with what names it, shown so that nothing in it runs, replaced under its name, and taken away.
func TestAssetsComeAndGo(t *testing.T) {
	w, s := withShelf(t)
	if code, body := w.put("logo.svg", strings.NewReader("<svg/>")); code != http.StatusOK {
		t.Fatal(body)
	}
	if got := w.edit(WireEdit{Op: "set", At: "/app/theme/logo", Value: []byte(`"logo.svg"`)}); got.Code != http.StatusOK {
		t.Fatal(got.Body)
	}
	v := decode[AssetsView](t, w.ask("GET", "/api/assets", nil))
	if len(v.Assets) != 1 || v.Assets[0].Name != "logo.svg" || v.Assets[0].Size != 6 || v.Assets[0].Media != "image/svg+xml" || len(v.Assets[0].Uses) != 1 || v.Assets[0].Uses[0] != "/app/theme/logo" {
		t.Errorf("%+v", v)
	}
	got := w.send("GET", "/api/asset/logo.svg", nil, ours)
	if got.Body.String() != "<svg/>" || !strings.Contains(got.Header().Get("Content-Security-Policy"), "sandbox") || got.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%s %v", got.Body, got.Header())
	}
	shown := len(w.canvas.shown)
	if code, body := w.put("logo.svg", strings.NewReader("<svg>other</svg>")); code != http.StatusConflict || string(s.have["logo.svg"]) != "<svg/>" {
		t.Errorf("what is there was replaced unasked: %d %s", code, body)
	}
	if code, _ := w.put("logo.svg?replace=1", strings.NewReader("<svg></svg>")); code != http.StatusOK || len(w.canvas.shown) != shown+1 {
		t.Error("another picture under the same name is not shown")
	}
	for name, code := range map[string]int{"logo.svg": http.StatusOK, "gone.svg": http.StatusNotFound} {
		if got := w.drop(name); got.Code != code {
			t.Errorf("%s: %d %s", name, got.Code, got.Body)
		}
	}
	if len(s.have) != 0 {
		t.Errorf("%v", s.have)
	}
}

// TestE10_AnAssetHasAPlainName: what is no plain name below assets/, is of no kind that browsers show, or is too large, is refused before anything is written.
func TestE10_AnAssetHasAPlainName(t *testing.T) {
	w, s := withShelf(t)
	for _, name := range []string{"..%2Fapp.svg", "%2Fetc%2Fx.svg", "a%2F..%2F..%2Fx.svg", ".hidden.svg", "a%2F.git%2Fx.svg", "a%5Cx.svg", "x%00.svg", "C%3Ax.svg", "a%2F%2Fx.svg", "x.svg.", "%20x.svg",
		"page.html", "run.js", "x.yaml", "noending", "ä.svg", strings.Repeat("x", 300) + ".svg"} {
		if code, body := w.put(name, strings.NewReader("gotcha")); code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", name, code, body)
		}
	}
	if code, _ := w.put("x.png", strings.NewReader("")); code != http.StatusUnprocessableEntity {
		t.Errorf("an empty one: %d", code)
	}
	if code, _ := w.put("x.png", bytes.NewReader(make([]byte, MaxAssetBytes+1))); code != http.StatusRequestEntityTooLarge {
		t.Errorf("a large one: %d", code)
	}
	if code, body := w.put("a%2Fx%20y@2x.png", strings.NewReader("p")); code != http.StatusOK {
		t.Error(body)
	}
	if code, body := w.put("A%2Fx%20y@2x.png", strings.NewReader("p")); code != http.StatusConflict {
		t.Errorf("a twin: %d %s", code, body)
	}
	if len(s.have) != 1 {
		t.Errorf("%v", s.have)
	}
	s.fail = errors.New("the disk is full")
	if code, _ := w.put("y.png", strings.NewReader("p")); code != http.StatusInternalServerError {
		t.Error(code)
	}
	w.media = nil
	if code, _ := w.put("y.png", strings.NewReader("p")); code != http.StatusNotImplemented {
		t.Error(code)
	}
}
