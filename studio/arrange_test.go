package studio

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
)

func quoteJSON(s string) json.RawMessage {
	b, _ := json.Marshal(s)
	return b
}

// TestF221_ThePagesNameIsFollowed: a rename by the studio is one step, and undo gives the bytes back.
func TestF221_ThePagesNameIsFollowed(t *testing.T) {
	w := opened(t)
	before := w.files.Tree().Revision()
	view := decode[ProjectView](t, w.edit(WireEdit{Op: "rename", At: "/pages/login", Name: "signIn"}))
	if !strings.Contains(w.text("app.yaml"), "entryPage: signIn # where it begins") || w.text("pages/signIn.yaml") == "" || w.text("pages/login.yaml") != "" || view.Undo != "a change" {
		t.Errorf("%s %+v", w.text("app.yaml"), view)
	}
	decode[ProjectView](t, w.ask("POST", "/api/undo", RevisionRequest{view.Revision}))
	if w.files.Tree().Revision() != before {
		t.Error("undo does not give the bytes back")
	}
	if got := w.edit(WireEdit{Op: "rename", At: "/pages/login", Name: "home"}); got.Code != http.StatusUnprocessableEntity || w.files.Tree().Revision() != before {
		t.Errorf("a name that is taken: %d %s", got.Code, got.Body)
	}
	uses := decode[UsesView](t, w.ask("GET", "/api/uses?at="+url.QueryEscape("/pages/login"), nil))
	if len(uses.Uses) == 0 || uses.Uses[0].At != "/app/authentication/entryPage" {
		t.Errorf("%+v", uses)
	}
	if got := w.ask("GET", "/api/uses?at=/app/name", nil); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("%d", got.Code)
	}
}

// TestF221_WhatIsTypedIsKept: text typed in the code view is an edit like any other: kept as typed, also where it cannot be read, with its
// problems; refused for an older revision; undone to the byte.
func TestF221_WhatIsTypedIsKept(t *testing.T) {
	w := opened(t)
	file := decode[TextView](t, w.ask("GET", "/api/text?at=/pages/home", nil))
	if file.Text != homeYAML || file.File != "pages/home.yaml" {
		t.Fatalf("%+v", file)
	}
	before := w.files.Tree().Revision()
	for _, text := range []string{strings.Replace(homeYAML, "World", "Wörld\u00e9", 1), "path: [", "", "# é", homeYAML + "\n\n", "\t", strings.Repeat("# a long line\n", 100_000), "é\u200b"} {
		now := w.files.Tree().Revision()
		view := decode[ProjectView](t, w.edit(WireEdit{Op: "text", At: "/pages/home", Value: quoteJSON(text)}))
		if w.text("pages/home.yaml") != text {
			t.Errorf("%.40q is not kept", text)
		}
		if text == "path: [" && !view.Problems.Errors() {
			t.Error("a file that cannot be read has no problem")
		}
		if got := w.ask("POST", "/api/edit", EditRequest{Revision: now, Edits: []WireEdit{{Op: "text", At: "/pages/home", Value: quoteJSON("x")}}}); got.Code != http.StatusPreconditionFailed {
			t.Errorf("an older revision: %d", got.Code)
		}
		view = decode[ProjectView](t, w.ask("POST", "/api/undo", RevisionRequest{view.Revision}))
		if view.Revision != before {
			t.Errorf("undo of %.40q does not give the bytes back", text)
		}
	}
	made := decode[ProjectView](t, w.edit(WireEdit{Op: "text", At: "/pages/more", Value: quoteJSON("path: /more\ntitle: More\nbody: []\n")}))
	if len(made.Pages) != 3 {
		t.Errorf("%+v", made.Pages)
	}
	for _, at := range []project.Path{"/pages/home/body", "/assets/x", "/tests/login", "/pages/../x", "", "/pages/.env", "/.git/config"} {
		if got := w.edit(WireEdit{Op: "text", At: at, Value: quoteJSON("x")}); got.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", at, got.Code)
		}
	}
	for _, value := range []string{`1`, `null`, `{}`, `["x"]`} {
		if got := w.edit(WireEdit{Op: "text", At: "/pages/home", Value: json.RawMessage(value)}); got.Code != http.StatusUnprocessableEntity || w.text("pages/home.yaml") != homeYAML {
			t.Errorf("%s: %d", value, got.Code)
		}
	}
	if got := w.ask("GET", "/api/text?at=/pages/none", nil); got.Code != http.StatusNotFound {
		t.Errorf("%d", got.Code)
	}
}

// TestF221_WidgetsAreWrappedCopiedAndPasted: each is one step that undo takes back; comments stay, and no id is there twice.
func TestF221_WidgetsAreWrappedCopiedAndPasted(t *testing.T) {
	w := opened(t)
	w.files.edit(t, "pages/login.yaml", "  - text: Log in\n", "  - textField: {id: email, label: E-mail} # theirs\n  - text: Hello ${form.email}\n  - column:\n      # both\n      - textField: {id: code, label: Code, visible: \"${form.email != 'form.email'}\"}\n      - text: ${form.code}${form.email}\n")
	w.Changed(nil)
	start := w.files.Tree().Revision()
	for _, c := range []struct {
		edit WireEdit
		file string
		want []string
	}{
		{WireEdit{Op: "wrap", At: "/pages/home/body/0", Name: "row"}, "pages/home.yaml", []string{"- row:\n", "# the greeting\n", "- text: {text: \"Welcome ${user.firstName}\", style: headline} # big"}},
		{WireEdit{Op: "wrap", At: "/pages/home/body/2", Name: "card"}, "pages/home.yaml", []string{"card:", "# first\n", "# second"}},
		{WireEdit{Op: "wrap", At: "/pages/home/body/2/column/1", Name: "container"}, "pages/home.yaml", []string{"container:", "- text: World # second"}},
		{WireEdit{Op: "duplicate", At: "/pages/login/body/0"}, "pages/login.yaml", []string{"- textField: {id: email, label: E-mail} # theirs\n  - textField: {id: email2, label: E-mail}\n"}},
		{WireEdit{Op: "duplicate", At: "/pages/login/body/2"}, "pages/login.yaml", []string{"id: code2", "${form.code2}${form.email}", "form.email != 'form.email'"}},
		{WireEdit{Op: "paste", From: "/pages/login/body/2", At: "/pages/home/body/1"}, "pages/home.yaml", []string{"id: code,", "${form.code}"}},
		{WireEdit{Op: "paste", At: "/pages/login/body/0", Value: json.RawMessage(`{"textField":{"id":"email","label":"Again"}}`)}, "pages/login.yaml", []string{"body:\n  - textField: {id: email2, label: Again}\n  - textField: {id: email"}},
		{WireEdit{Op: "move", From: "/pages/login/body/0", At: "/pages/home/body/0"}, "pages/home.yaml", []string{"body:\n  - textField: {id: email, label: E-mail} # theirs\n  # the greeting\n"}},
	} {
		view := decode[ProjectView](t, w.edit(c.edit))
		for _, text := range c.want {
			if !strings.Contains(w.text(c.file), text) {
				t.Errorf("%+v: %q is not in\n%s", c.edit, text, w.text(c.file))
			}
		}
		for _, p := range view.Problems {
			if strings.Contains(p.Msg, "twice") {
				t.Errorf("%+v: %s", c.edit, p)
			}
		}
		if view = decode[ProjectView](t, w.ask("POST", "/api/undo", RevisionRequest{view.Revision})); view.Revision != start {
			t.Fatalf("%+v: undo does not give the bytes back", c.edit)
		}
	}
	for _, e := range []WireEdit{{Op: "wrap", At: "/pages/home/body/0", Name: "text"}, {Op: "wrap", At: "/pages/home/body/0", Name: "nothing"}, {Op: "wrap", At: "/pages/home/body/9", Name: "row"}, {Op: "wrap", At: "/pages/home/title", Name: "row"}, {Op: "wrap", At: "/app/name/0/0", Name: "row"},
		{Op: "duplicate", At: "/pages/home"}, {Op: "duplicate", At: "/pages/home/body/9"}, {Op: "paste", From: "/pages/home/body/9", At: "/pages/login/body/0"}, {Op: "paste", At: "/pages/login/body/0"}, {Op: "paste", At: "/pages/login/body/-", Value: json.RawMessage(`"divider"`)}} {
		if got := w.edit(e); got.Code != http.StatusUnprocessableEntity || w.files.Tree().Revision() != start {
			t.Errorf("%+v: %d %s", e, got.Code, got.Body)
		}
	}
}

// TestF221_TheSittingIsTold: the steps since the studio was started, those taken back, and each file that is another now, whoever changed it.
func TestF221_TheSittingIsTold(t *testing.T) {
	w := opened(t)
	decode[ProjectView](t, w.edit(set(greeting, "text", `"One"`)))
	view := decode[ProjectView](t, w.edit(WireEdit{Op: "delete", At: "/types/Place"}))
	decode[ProjectView](t, w.ask("POST", "/api/undo", RevisionRequest{view.Revision}))
	w.files.edit(t, "app.yaml", "Trail", "Path")
	w.Changed(nil)
	decode[ProjectView](t, w.edit(WireEdit{Op: "set", At: "/pages/more", Value: json.RawMessage(`{"path":"/more"}`)}))
	got := decode[HistoryView](t, w.ask("GET", "/api/history", nil))
	if len(got.Steps) != 2 || got.Steps[0].Undone || got.Steps[0].About != greeting || got.Steps[1].About != "/pages/more" {
		t.Errorf("%+v", got.Steps)
	}
	if len(got.Files) != 3 || got.Files[0].File != "app.yaml" || got.Files[1].File != "pages/home.yaml" || *got.Files[1].Before != homeYAML || got.Files[2].Before != nil || *got.Files[2].After != "path: /more\n" {
		t.Errorf("%+v", got.Files)
	}
	view = decode[ProjectView](t, w.ask("POST", "/api/undo", RevisionRequest{got.Revision}))
	got = decode[HistoryView](t, w.ask("GET", "/api/history", nil))
	if len(got.Steps) != 2 || !got.Steps[1].Undone || len(got.Files) != 2 {
		t.Errorf("%+v", got)
	}
}
