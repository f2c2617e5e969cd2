package studio

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
)

const greeting = project.Path("/pages/home/body/0")

func set(at project.Path, name, value string) WireEdit {
	return WireEdit{Op: "prop", At: at, Name: name, Value: json.RawMessage(value)}
}

func TestAnEditIsSplicedIn(t *testing.T) {
	for name, c := range map[string]struct {
		edit     WireEdit
		file     string
		from, to string
	}{
		"a text, in a short mapping":       {set(greeting, "text", `"Hello ${user.firstName}"`), "pages/home.yaml", "Welcome", "Hello"},
		"a property that is not there yet": {set(greeting, "color", `"muted"`), "pages/home.yaml", `style: headline}`, `style: headline, color: muted}`},
		"a property that goes":             {set(greeting, "style", `null`), "pages/home.yaml", `", style: headline}`, `"}`},
		"a property that never was":        {set(greeting, "lines", `null`), "pages/home.yaml", "", ""},
		"the main property, written alone": {set("/pages/home/body/2/column/0", "text", `"Hi"`), "pages/home.yaml", "text: Hello", "text: Hi"},
		"another one beside it":            {set("/pages/home/body/2/column/0", "color", `"muted"`), "pages/home.yaml", "text: Hello", "text: {text: Hello, color: muted}"},
		"visible":                          {set("/pages/home/body/2/column/1", "visible", `"${auth.loggedIn}"`), "pages/home.yaml", "text: World #", `text: {text: World, visible: "${auth.loggedIn}"} #`},
		"a widget without any":             {set("/pages/home/body/1", "text", `"or"`), "pages/home.yaml", "- divider # bare", "- divider: {text: or} # bare"},
		"a tab":                            {set("/pages/home/body/3/tabBar/tabs/0", "label", `"Two"`), "pages/home.yaml", "label: One", "label: Two"},
		"a truth of the settings":          {WireEdit{Op: "set", At: "/app/authentication/persistSessions", Value: json.RawMessage("false")}, "app.yaml", "persistSessions: true", "persistSessions: false"},
		"a page of the settings":           {WireEdit{Op: "set", At: "/app/authentication/loggedInPage", Value: json.RawMessage(`"login"`)}, "app.yaml", "loggedInPage: home", "loggedInPage: login"},
		"a widget that moves":              {WireEdit{Op: "move", From: "/pages/home/body/2/column/1", At: "/pages/home/body/2/column/0"}, "pages/home.yaml", "      # first\n      - text: Hello\n      - text: World # second\n", "      - text: World # second\n      # first\n      - text: Hello\n"},
		"children that were the whole value": {set("/pages/home/body/2", "gap", `"lg"`), "pages/home.yaml", "  - column: # short form\n      # first\n      - text: Hello\n      - text: World # second\n",
			"  - column:\n      children: # short form\n        # first\n        - text: Hello\n        - text: World # second\n      gap: lg\n"},
	} {
		t.Run(name, func(t *testing.T) {
			w := opened(t)
			before := w.text(c.file)
			view := decode[ProjectView](t, w.edit(c.edit))
			if got, want := w.text(c.file), strings.Replace(before, c.from, c.to, 1); got != want {
				t.Fatalf("the file is\n%s\nnot\n%s", got, want)
			}
			if c.from == "" {
				if view.Undo != "" {
					t.Error("an edit that changes nothing can be undone")
				}
				return
			}
			if view.Revision != w.files.Tree().Revision() || view.Undo != "a change" || len(w.canvas.shown) != 1 {
				t.Errorf("%+v, shown %v", view, w.canvas.shown)
			}
			undone := decode[ProjectView](t, w.ask("POST", "/api/undo", RevisionRequest{view.Revision}))
			if got := w.text(c.file); got != before || undone.Undo != "" || undone.Redo != "a change" {
				t.Fatalf("undo gives\n%s", got)
			}
			decode[ProjectView](t, w.ask("POST", "/api/redo", RevisionRequest{undone.Revision}))
			if got, want := w.text(c.file), strings.Replace(before, c.from, c.to, 1); got != want {
				t.Errorf("redo gives\n%s", got)
			}
		})
	}
}

func TestE11_AStaleEditIsRefused(t *testing.T) {
	w := opened(t)
	old := w.files.Tree().Revision()
	w.files.edit(t, "pages/home.yaml", "World", "world")
	for _, path := range []string{"/api/edit", "/api/undo", "/api/redo"} {
		var in any = RevisionRequest{old}
		if path == "/api/edit" {
			in = EditRequest{Revision: old, Edits: []WireEdit{set(greeting, "text", `"X"`)}}
		}
		if got := w.ask("POST", path, in); got.Code != http.StatusPreconditionFailed || !strings.Contains(got.Body.String(), `"stale"`) {
			t.Errorf("%s: %d %s", path, got.Code, got.Body)
		}
	}
	if strings.Contains(w.text("pages/home.yaml"), "X") {
		t.Error("the edit was made")
	}
	if got := decode[ProjectView](t, w.ask("GET", "/api/project", nil)); got.Revision != w.files.Tree().Revision() {
		t.Error("the new revision was not taken up")
	}
}

// racing lets somebody else write between our reading and our saving.
type racing struct {
	*memory
	t *testing.T
}

func (r racing) Save(context.Context, *project.Tree, *project.Tree) error {
	r.edit(r.t, "app.yaml", "Trail", "Track")
	return errors.New("the file has been changed by somebody else")
}

func TestE11_ASaveThatLosesTheRaceIsStale(t *testing.T) {
	w := opened(t)
	w.Studio.files = racing{w.files, t}
	if got := w.edit(set(greeting, "text", `"X"`)); got.Code != http.StatusPreconditionFailed {
		t.Errorf("%d %s", got.Code, got.Body)
	}
	if got := w.snapshot().text("/app/name"); got != "Track" {
		t.Errorf("the studio shows %s", got)
	}
}

func TestTypingIsOneUndoStep(t *testing.T) {
	w := opened(t)
	before := w.text("pages/home.yaml")
	var view ProjectView
	for _, s := range []string{`"A"`, `"Ab"`, `"Abc"`} {
		view = decode[ProjectView](t, w.ask("POST", "/api/edit", EditRequest{Revision: w.files.Tree().Revision(), Edits: []WireEdit{set(greeting, "text", s)}, Step: "s1", Label: "typing"}))
	}
	decode[ProjectView](t, w.ask("POST", "/api/undo", RevisionRequest{view.Revision}))
	if w.text("pages/home.yaml") != before {
		t.Errorf("undo leaves\n%s", w.text("pages/home.yaml"))
	}
}

func TestUndoAfterAnOutsideEdit(t *testing.T) {
	w := opened(t)
	decode[ProjectView](t, w.edit(set(greeting, "text", `"Mine"`)))
	w.files.edit(t, "pages/home.yaml", "text: World", "text: Earth")
	w.Changed(nil)
	view := decode[ProjectView](t, w.ask("POST", "/api/undo", RevisionRequest{w.files.Tree().Revision()}))
	if text := w.text("pages/home.yaml"); !strings.Contains(text, "Welcome") || !strings.Contains(text, "Earth") {
		t.Errorf("undo elsewhere in the file:\n%s", text)
	}
	if view.Select != greeting {
		t.Errorf("undo selects %s", view.Select)
	}
	decode[ProjectView](t, w.edit(set(greeting, "text", `"Mine"`)))
	w.files.edit(t, "pages/home.yaml", "Mine", "Theirs")
	if got := w.ask("POST", "/api/undo", RevisionRequest{w.files.Tree().Revision()}); got.Code != http.StatusConflict {
		// the first request takes the outside edit up only if the revision fits, which it does
		t.Errorf("undo of the same line: %d %s", got.Code, got.Body)
	}
	if !strings.Contains(w.text("pages/home.yaml"), "Theirs") {
		t.Error("the outside edit is lost")
	}
}

func TestAnEditWithErrorsIsSavedAndSaid(t *testing.T) {
	w := opened(t)
	view := decode[ProjectView](t, w.edit(set(greeting, "text", `"Hi ${user.nickname}"`)))
	if len(view.Problems) != 1 || !strings.HasPrefix(string(view.Problems[0].At), string(greeting)) {
		t.Fatalf("%+v", view.Problems)
	}
	page := decode[PageView](t, w.ask("GET", "/api/page/home", nil))
	if got := string(page.Widgets[0].Props["text"]); got != `"Hi ${user.nickname}"` || page.Widgets[0].Fault == "" {
		t.Errorf("%s, fault %q", got, page.Widgets[0].Fault)
	}
	w.canvas.fail = errors.New("cannot show")
	if view := decode[ProjectView](t, w.edit(set(greeting, "text", `"Hi"`))); view.Preview == "" || len(view.Problems) != 0 {
		t.Errorf("%+v", view)
	}
}

func TestEditsThatCannotBeMade(t *testing.T) {
	w := opened(t)
	before := w.files.Tree().Revision()
	for name, e := range map[string]WireEdit{
		"no such operation":  {Op: "bytes", At: greeting},
		"no such widget":     set("/pages/home/body/9", "text", `"x"`),
		"no such page":       set("/pages/none/body/0", "text", `"x"`),
		"no such property":   set(greeting, "onTap", `[]`),
		"outside":            {Op: "set", At: "/../etc/passwd", Value: json.RawMessage(`"x"`)},
		"nothing to delete":  {Op: "delete", At: "/pages/home/body/77"},
		"not JSON for paths": {Op: "set", At: "nowhere", Value: json.RawMessage(`"x"`)},
	} {
		if got := w.edit(e); got.Code != http.StatusUnprocessableEntity && got.Code != http.StatusBadRequest {
			t.Errorf("%s: %d %s", name, got.Code, got.Body)
		}
	}
	for name, body := range map[string]string{"unknown keys": `{"revision":"x","edit":[]}`, "two values": `{"revision":"x","edits":[]} {}`, "not JSON": `{`, "none": `{"revision":"` + before + `","edits":[]}`} {
		if got := w.send("POST", "/api/edit", strings.NewReader(body), ours); got.Code != http.StatusBadRequest {
			t.Errorf("%s: %d %s", name, got.Code, got.Body)
		}
	}
	if got := w.send("POST", "/api/edit", io.MultiReader(strings.NewReader(`{"revision":"`), strings.NewReader(strings.Repeat("x", maxBody))), ours); got.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("too large: %d", got.Code)
	}
	if w.files.Tree().Revision() != before {
		t.Error("something was changed")
	}
}

func TestAnUnreadableFileKeepsTheRest(t *testing.T) {
	w := opened(t)
	w.files.edit(t, "pages/home.yaml", "body:", "body: [")
	w.Changed(nil)
	view := decode[ProjectView](t, w.ask("GET", "/api/project", nil))
	if len(view.Pages) != 2 || !view.Problems.Errors() {
		t.Fatalf("%+v", view)
	}
	page := decode[PageView](t, w.ask("GET", "/api/page/home", nil))
	if !page.Broken {
		t.Errorf("%+v", page)
	}
	if got := w.edit(set(greeting, "text", `"x"`)); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("%d %s", got.Code, got.Body)
	}
	if got := w.ask("GET", "/api/page/none", nil); got.Code != http.StatusNotFound {
		t.Errorf("%d", got.Code)
	}
}

func TestStreamTellsOfChangesAndEnds(t *testing.T) {
	w := opened(t)
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		r.Host = "studio.localhost:7070"
		w.ServeHTTP(rw, r)
	}))
	defer srv.Close()
	r, err := http.NewRequest("GET", srv.URL+"/api/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Cookie", w.cookie)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	answer, err := srv.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	buf := make([]byte, 4096)
	read := func(want string) {
		t.Helper()
		n, err := answer.Body.Read(buf)
		if err != nil || !strings.Contains(string(buf[:n]), "data: "+want+"\n\n") {
			t.Fatalf("%q %v, want %s", buf[:n], err, want)
		}
	}
	read(w.snapshot().revision)
	w.files.edit(t, "pages/home.yaml", "World", "world")
	w.Changed(nil)
	read(w.files.Tree().Revision())
	decode[ProjectView](t, w.edit(set(greeting, "text", `"Hi"`)))
	read(w.files.Tree().Revision())
	w.Changed(project.NewTree(nil)) // late news of an older tree
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if rest, err := io.ReadAll(answer.Body); err != nil || len(rest) != 0 {
		t.Errorf("after Close: %q %v", rest, err)
	}
	srv.Client().CloseIdleConnections()
}

// TestG9_ANewerAppIsNotEdited: nothing is written into an app that was made for a newer Usher, not even by undo.
func TestG9_ANewerAppIsNotEdited(t *testing.T) {
	w := opened(t)
	decode[ProjectView](t, w.edit(set(greeting, "text", `"One"`)))
	w.files.edit(t, "app.yaml", "usher: 1", "usher: 2")
	w.Changed(nil)
	before := w.files.Tree().Revision()
	for what, got := range map[string]*httptest.ResponseRecorder{
		"an edit": w.edit(set(greeting, "text", `"Two"`)), "text": w.edit(WireEdit{Op: "text", At: "/pages/home", Value: json.RawMessage(`"x"`)}), "undo": w.ask("POST", "/api/undo", RevisionRequest{before}),
	} {
		if got.Code != http.StatusConflict || !strings.Contains(got.Body.String(), "newer Usher") || w.files.Tree().Revision() != before {
			t.Errorf("%s: %d %s", what, got.Code, got.Body)
		}
	}
}

// TestF221_EveryPartIsMadeAndTakenAway: what the panels make and delete is one edit each; it comes out as written, and undo gives the bytes back.
func TestF221_EveryPartIsMadeAndTakenAway(t *testing.T) {
	w := opened(t)
	start := w.files.Tree().Revision()
	for at, value := range map[project.Path]string{
		"/pages/about": `{"path":"/about","title":"About","body":[]}`, "/components/Card": `{"props":{"title":"text"},"body":[{"text":"${props.title}"}]}`, "/calls/posts": `{"url":"https://api.test","calls":{"list":{"path":"/"}}}`, "/types/Post": `{"fields":{"title":"text"}}`,
		"/flows/greet": `{"actions":[{"snackBar":"Hi"}]}`, "/app/constants/limit": `10`, "/app/env/API_URL": `"https://api.test"`, "/app/state/cart": `"text"`, "/locales/en": `{"home":{"title":"Hello"}}`,
	} {
		view := decode[ProjectView](t, w.edit(WireEdit{Op: "set", At: at, Value: json.RawMessage(value)}))
		if view.Problems.Errors() {
			t.Errorf("%s: %v", at, view.Problems)
		}
		if raw, ok := w.files.Tree().Value(at); !ok || string(raw) != value {
			t.Errorf("%s: %s", at, raw)
		}
		made := view.Revision
		decode[ProjectView](t, w.edit(WireEdit{Op: "delete", At: at}))
		if _, ok := w.files.Tree().Value(at); ok {
			t.Errorf("%s is still there", at)
		}
		view = decode[ProjectView](t, w.ask("POST", "/api/undo", RevisionRequest{w.files.Tree().Revision()}))
		if view.Revision != made {
			t.Errorf("%s: undo of the deletion", at)
		}
		if view = decode[ProjectView](t, w.ask("POST", "/api/undo", RevisionRequest{made})); view.Revision != start {
			t.Errorf("%s: undo of the making", at)
		}
	}
}
