package studio

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/usherdev/usher/project"
)

// TestF194_AFieldThatIsNamedTellsPasswordManagers: a text field that was put in and gets a telling id or label says what it is, in the same step; what
// somebody chose stays, and what came of an older name goes with it.
func TestF194_AFieldThatIsNamedTellsPasswordManagers(t *testing.T) {
	const at = "/pages/login/body/1"
	prop := func(name, v string) WireEdit {
		raw, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return WireEdit{Op: "prop", At: at, Name: name, Value: raw}
	}
	rename := func(to string) WireEdit { return WireEdit{Op: "rename", At: at + "/textField/id", Name: to} }
	for name, c := range map[string]struct {
		field string
		edits []WireEdit
		want  string
	}{
		"by its label":            {"id: field, label: Field", []WireEdit{prop("label", "Password")}, "id: field, label: Password, type: password, autocomplete: current-password"},
		"by its id":               {"id: field, label: Field", []WireEdit{rename("newPassword")}, "id: newPassword, label: Field, type: password, autocomplete: new-password"},
		"an address":              {"id: field, label: Field", []WireEdit{prop("label", "E-mail address")}, "id: field, label: E-mail address, type: email, autocomplete: email"},
		"the more exact counts":   {"id: password, label: Field, type: password", []WireEdit{prop("label", "New password")}, "id: password, label: New password, type: password, autocomplete: new-password"},
		"no type of its own":      {"id: field, label: Field", []WireEdit{prop("label", "One-time code")}, "id: field, label: One-time code, autocomplete: one-time-code"},
		"phone":                   {"id: field, label: Field", []WireEdit{rename("phone")}, "id: phone, label: Field, type: tel, autocomplete: tel"},
		"a name":                  {"id: field, label: Field", []WireEdit{rename("username")}, "id: username, label: Field, autocomplete: username"},
		"what was chosen stays":   {"id: field, label: Field, type: multiline, autocomplete: off", []WireEdit{prop("label", "E-mail")}, "id: field, label: E-mail, type: multiline, autocomplete: off"},
		"what is computed stays":  {`id: field, label: Field, autocomplete: "${1 > 0 ? 'on' : 'off'}"`, []WireEdit{prop("label", "E-mail")}, `id: field, label: E-mail, autocomplete: "${1 > 0 ? 'on' : 'off'}", type: email`},
		"it follows the name":     {"id: field, label: Field", []WireEdit{prop("label", "Phone"), prop("label", "E-mail")}, "id: field, label: E-mail, type: email, autocomplete: email"},
		"and goes with it":        {"id: field, label: Field", []WireEdit{prop("label", "Phone"), prop("label", "Phone of the shop")}, "id: field, label: Phone of the shop"},
		"what was removed":        {"id: field, label: Password", []WireEdit{prop("label", "Your password")}, "id: field, label: Your password"},
		"no word that says it":    {"id: field, label: Field", []WireEdit{prop("label", "Password hint")}, "id: field, label: Password hint"},
		"not another property":    {"id: password, label: Field", []WireEdit{prop("help", "Password")}, "id: password, label: Field, help: Password"},
		"what is said by a value": {"id: field, label: Field", []WireEdit{prop("label", "${t('password')}")}, `id: field, label: "${t('password')}"`},
	} {
		files := testFiles()
		before := "path: /login\ntitle: Log in\naccess: loggedOut\nbody:\n  - text: Log in\n  - textField: {" + c.field + "}\n"
		files["pages/login.yaml"] = []byte(before)
		w := opened(t)
		w.files.tree = project.NewTree(files)
		if got := w.edit(c.edits...); got.Code != http.StatusOK {
			t.Errorf("%s: %d %s", name, got.Code, got.Body)
			continue
		}
		if got := w.text("pages/login.yaml"); !strings.HasSuffix(got, "  - textField: {"+c.want+"}\n") {
			t.Errorf("%s:\n%s", name, got)
		}
		if got := w.ask("POST", "/api/undo", RevisionRequest{w.files.Tree().Revision()}); got.Code != http.StatusOK || w.text("pages/login.yaml") != before {
			t.Errorf("%s: undo: %d\n%s", name, got.Code, w.text("pages/login.yaml"))
		}
	}
}
