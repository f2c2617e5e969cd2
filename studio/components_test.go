package studio

import (
	"net/http"
	"testing"

	"github.com/usherdev/usher/project"
)

const cardYAML = `# A card.
doc: A card of a trip.
props: {name: text}
events: [choose]
slots: [more]
body:
  - card:
      children:
        - text: {text: "${props.name}", style: title}
        - slot: more
        - button: {text: Choose, onTap: [{emit: choose}]}
`

// withComponents has a component that is used twice, once with something in its slot, and bars.
func withComponents(cfg *Config) {
	files := testFiles()
	files["components/TripCard.yaml"] = []byte(cardYAML)
	files["pages/login.yaml"] = []byte("path: /login\ntitle: Log in\naccess: loggedOut\nbody:\n  - TripCard: {name: Oslo}\n  - TripCard:\n      name: Rome\n      more: [divider]\n")
	files["app.yaml"] = append(files["app.yaml"], "bars:\n  - appBar: {title: \"${props.title}\"}\n"...)
	cfg.Files.(*memory).tree = project.NewTree(files)
}

func TestF201_ComponentsAreSheetsOfTheCanvas(t *testing.T) {
	w := opened(t, withComponents)
	view := decode[ProjectView](t, w.ask("GET", "/api/project", nil))
	if len(view.Problems) > 0 || len(view.Parts) != 1 || view.Parts[0] != (ComponentEntry{Name: "TripCard", Doc: "A card of a trip.", Uses: 2}) || !view.Bars {
		t.Fatalf("%+v %v %v", view.Parts, view.Bars, view.Problems)
	}
	sheet := decode[PageView](t, w.ask("GET", "/api/component/TripCard", nil))
	if sheet.Kind != "component" || sheet.Root != "/components/TripCard" || len(sheet.Widgets) != 1 || sheet.Widgets[0].At != "/components/TripCard/body/0" || len(sheet.Scope) == 0 {
		t.Errorf("%+v", sheet)
	}
	bars := decode[PageView](t, w.ask("GET", "/api/bars", nil))
	if bars.Kind != "bars" || bars.At != "/app/bars" || len(bars.Widgets) != 1 || bars.Widgets[0].Kind != "appBar" {
		t.Errorf("%+v", bars)
	}
	login := decode[PageView](t, w.ask("GET", "/api/page/login", nil))
	if slots := login.Widgets[1].Slots; len(slots) != 1 || len(slots[0].Widgets) != 1 || slots[0].Widgets[0].At != "/pages/login/body/1/TripCard/more/0" {
		t.Errorf("what is put into a slot is not seen: %+v", slots)
	}
	for _, at := range []string{"/api/component/Nobody", "/api/component/..%2fapp"} {
		if answer := w.ask("GET", at, nil); answer.Code != http.StatusNotFound {
			t.Errorf("%s: %d", at, answer.Code)
		}
	}
}

func TestF201_WidgetsOfComponentsAndBarsAreEditedLikeThoseOfPages(t *testing.T) {
	w := opened(t, withComponents)
	for _, e := range []WireEdit{
		{Op: "prop", At: "/components/TripCard/body/0/card/children/2", Name: "variant", Value: quoted("text")},
		{Op: "paste", At: "/app/bars/1", Value: quoted("divider")},
		{Op: "prop", At: "/app/bars/0", Name: "visible", Value: quoted("${auth.loggedIn}")},
		{Op: "duplicate", At: "/pages/login/body/1/TripCard/more/0"},
	} {
		if answer := w.edit(e); answer.Code != http.StatusOK {
			t.Errorf("%v: %s", e, answer.Body)
		}
	}
	if _, problems := w.files.Tree().Project(); problems.Errors() {
		t.Error(problems)
	}
}
