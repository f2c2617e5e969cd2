package studio

import (
	"bytes"
	"maps"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
)

// everything is each file of the app, the assets with their bytes.
func (s *shelf) everything(t *testing.T) map[string]string {
	t.Helper()
	files, err := s.w.files.Contents()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for name, src := range files {
		out[name] = string(src)
	}
	for name, src := range s.have {
		out["assets/"+name] = string(src)
	}
	return out
}

func (w *world) again(which string) (int, ProjectView) {
	w.t.Helper()
	got := w.ask("POST", "/api/"+which, RevisionRequest{Revision: w.files.Tree().Revision()})
	if got.Code != http.StatusOK {
		return got.Code, ProjectView{}
	}
	return got.Code, decode[ProjectView](w.t, got)
}

// TestF221_UndoBringsBackEverything: pages, languages, calls, types, what was imported, and pictures that were added, replaced and removed among
// them come back in order, byte by byte, and go again.
func TestF221_UndoBringsBackEverything(t *testing.T) {
	w, s := withShelf(t)
	w.files.mu.Lock()
	w.files.tree = w.files.tree.With(map[string][]byte{
		"calls/api.yaml":   []byte("url: https://api.example.com # theirs\ncalls:\n  me: {path: /me} # who\n  all: {path: /all}\n"),
		"locales/en.yaml":  []byte("# ours\nhello: Hello\n"),
		"assets/photo.png": nil,
	})
	w.files.mu.Unlock()
	s.have["photo.png"] = []byte("\x89PNG\r\n\x1a\n\x00\xff\xfe binary")
	w.Changed(nil)
	edit := func(e ...WireEdit) func() (int, string) {
		return func() (int, string) { got := w.edit(e...); return got.Code, got.Body.String() }
	}
	del := func(at string) func() (int, string) { return edit(WireEdit{Op: "delete", At: project.Path(at)}) }
	states := []map[string]string{s.everything(t)}
	for _, do := range []func() (int, string){
		edit(WireEdit{Op: "set", At: "/app/theme/logo", Value: []byte(`"photo.png"`)}),
		func() (int, string) { return w.put("photo.png?replace=1", strings.NewReader("\x00other")) },
		del("/pages/login"),
		func() (int, string) { return w.put("film.mp4", strings.NewReader("\x00\x01film")) },
		del("/locales/en"),
		del("/calls/api/calls/me"),
		func() (int, string) { got := w.drop("photo.png"); return got.Code, got.Body.String() },
		del("/calls/api"),
		func() (int, string) {
			plan := decode[ImportView](t, w.ask("POST", "/api/import", ImportRequest{Revision: w.files.Tree().Revision(), Kind: "curl", Text: "curl https://pets.example.com/pets"}))
			got := w.ask("POST", "/api/import/write", ImportChoice{Revision: w.files.Tree().Revision(), ID: plan.ID})
			return got.Code, got.Body.String()
		},
		del("/types/User"),
		func() (int, string) { return w.put("photo.png", strings.NewReader("a third")) },
	} {
		if code, body := do(); code != http.StatusOK {
			t.Fatalf("step %d: %s", len(states), body)
		}
		states = append(states, s.everything(t))
		if maps.Equal(states[len(states)-1], states[len(states)-2]) {
			t.Fatalf("step %d changed nothing", len(states)-1)
		}
	}
	for range 2 {
		for i := len(states) - 2; i >= 0; i-- {
			if code, _ := w.again("undo"); code != http.StatusOK || !reflect.DeepEqual(s.everything(t), states[i]) {
				t.Fatalf("undo to %d: %d %v", i, code, s.everything(t))
			}
		}
		for i := 1; i < len(states); i++ {
			if code, _ := w.again("redo"); code != http.StatusOK || !reflect.DeepEqual(s.everything(t), states[i]) {
				t.Fatalf("redo to %d: %d %v", i, code, s.everything(t))
			}
		}
	}
}

// TestE11_AnAssetIsNotChangedUnseen: a stale request changes none, and undo leaves one alone that somebody else has changed since.
func TestE11_AnAssetIsNotChangedUnseen(t *testing.T) {
	w, s := withShelf(t)
	old := w.files.Tree().Revision()
	if code, body := w.put("a.png", strings.NewReader("one")); code != http.StatusOK {
		t.Fatal(body)
	}
	for method, body := range map[string]string{"PUT": "two", "DELETE": ""} {
		if got := w.send(method, "/api/asset/a.png?replace=1&revision="+old, strings.NewReader(body), ours); got.Code != http.StatusPreconditionFailed || string(s.have["a.png"]) != "one" {
			t.Errorf("%s: %d %s", method, got.Code, got.Body)
		}
	}
	if code, body := w.put("a.png?replace=1", strings.NewReader("two")); code != http.StatusOK {
		t.Fatal(body)
	}
	s.have["a.png"] = []byte("by an editor")
	if code, _ := w.again("undo"); code != http.StatusConflict || string(s.have["a.png"]) != "by an editor" {
		t.Errorf("%d %s", code, s.have["a.png"])
	}
	s.have["a.png"] = []byte("two")
	if code, v := w.again("undo"); code != http.StatusOK || string(s.have["a.png"]) != "one" || v.Redo != "replacing a.png" || v.Select != "/assets/a.png" {
		t.Errorf("%d %s %+v", code, s.have["a.png"], v)
	}
}

// TestF221_KeptAssetsAreBounded: the oldest go first, and what they were kept for alone is no longer undone.
func TestF221_KeptAssetsAreBounded(t *testing.T) {
	large := make([]byte, maxShelved/4)
	h := history{}
	for i := range 6 {
		h.add(change{label: "an edit"})
		h.add(change{label: "replacing", asset: &shelved{name: string(rune('a' + i)), was: large}})
	}
	var kept []string
	edits := 0
	for _, c := range h.past {
		if c.asset != nil {
			kept = append(kept, c.asset.name)
		} else {
			edits++
		}
	}
	if strings.Join(kept, "") != "cdef" || edits != 6 {
		t.Errorf("%v, %d edits", kept, edits)
	}
	w, s := withShelf(t)
	s.have["film.mp4"] = bytes.Repeat([]byte{1}, maxShelved+1)
	w.files.mu.Lock()
	w.files.tree = w.files.tree.With(map[string][]byte{"assets/film.mp4": nil})
	w.files.mu.Unlock()
	w.Changed(nil)
	if got := w.drop("film.mp4"); got.Code != http.StatusConflict || s.have["film.mp4"] == nil {
		t.Errorf("%d %s", got.Code, got.Body)
	}
}
