package studio

import (
	"net/http"
	"strings"
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
	having(cfg, map[string]string{
		"components/TripCard.yaml": cardYAML,
		"pages/login.yaml":         "path: /login\ntitle: Log in\naccess: loggedOut\nbody:\n  - TripCard: {name: Oslo}\n  - TripCard:\n      name: Rome\n      more: [divider]\n",
		"app.yaml":                 string(testFiles()["app.yaml"]) + "bars:\n  - appBar: {title: \"${props.title}\"}\n",
	})
}

// having adds files to those of the app, or puts them in their place.
func having(cfg *Config, more map[string]string) {
	m := cfg.Files.(*memory)
	files := map[string][]byte{}
	for name, text := range more {
		files[name] = []byte(text)
	}
	m.tree = m.tree.With(files)
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

const leaderYAML = `  # who leads
  - column:
      children:
        - text: {text: "Guided by ${state.guide} for ${user.firstName}", style: title} # big
        - textField: {id: note, label: Note}
        - button:
            text: Join
            onTap: # right away
              - setState: {joined: true}
              - snackBar: ${form.note}
        - button: {text: Say it, onTap: [{snackBar: "${state.guide}"}]}
`

const turnedYAML = `path: /trips
title: Trips
state:
  joined: {type: bool, default: false}
  guide: {type: text, default: Ada}
body:
` + leaderYAML + `  - list:
      data: ${["a", "b"]}
      item:
        - text: ${item}
        - list: {data: "${[item]}", item: [{text: "${item}"}]}
  - textField: {id: code, label: Code}
  - button: {text: Send, onTap: [{snackBar: "${form.code}"}]}
  - divider
  - row:
      children:
        - card: {grow: true, width: md, showOn: [tablet, laptop], padding: none, children: [{text: "${state.guide}"}]}
        - column:
            visible: ${state.joined && form.code != ""} # once that is known
            children:
              - text: Welcome
        - button:
            text: Join
            width: full
            onTap: # at once
              - setState: {joined: true}
`

func withTrips(cfg *Config) { having(cfg, map[string]string{"pages/trips.yaml": turnedYAML}) }

func TestF201_WidgetsBecomeAComponent(t *testing.T) {
	for name, c := range map[string]struct {
		edit       WireEdit
		part, page string
	}{
		"what is read becomes a property, and what needs the page an event": {
			WireEdit{Op: "component", At: "/pages/trips/body/0", Name: "Guide"},
			"props:\n  guide: text\nevents:\n  - tap\nbody:\n" + strings.NewReplacer("state.guide", "props.guide", " # right away\n              - setState: {joined: true}\n              - snackBar: ${form.note}\n", "\n              - emit: tap\n").Replace(leaderYAML),
			`body:
  - Guide:
      guide: ${state.guide}
      onTap: # right away
        - setState: {joined: true}
        - snackBar: ${form.note}
  - list:
`},
		"the item of a list around is one, that of a list inside is not": {
			WireEdit{Op: "component", At: "/pages/trips/body/1/list/item/0", Name: "Row", Value: []byte("2")},
			`props:
  item: text
body:
  - text: ${props.item}
  - list: {data: "${[props.item]}", item: [{text: "${item}"}]}
`, `      item:
        - Row: {item: "${item}"}
`},
		"an input around is read where it is": {
			WireEdit{Op: "component", At: "/pages/trips/body/3", Name: "Send"},
			`events:
  - tap
body:
  - button:
      text: Send
      onTap:
        - emit: tap
`, `  - Send:
      onTap:
        - snackBar: ${form.code}
`},
		"what is said of its place is said of the component, which it fills": {
			WireEdit{Op: "component", At: "/pages/trips/body/5/row/children/0", Name: "Lead"},
			`props:
  guide: text
body:
  - card: {grow: true, width: full, padding: none, children: [{text: "${props.guide}"}]}
`, `        - Lead:
            guide: ${state.guide}
            grow: true
            width: md
            showOn:
              - tablet
              - laptop
`},
		"when it is shown is said of the component": {
			WireEdit{Op: "component", At: "/pages/trips/body/5/row/children/1", Name: "Welcome"},
			`body:
  - column:
      children:
        - text: Welcome
`, `        - Welcome:
            visible: ${state.joined && form.code != ""} # once that is known
`},
		"beside a flow that stays with the page": {
			WireEdit{Op: "component", At: "/pages/trips/body/5/row/children/2", Name: "Join"},
			`events:
  - tap
body:
  - button:
      text: Join
      width: full
      onTap:
        - emit: tap
`, `        - Join:
            width: full
            onTap: # at once
              - setState: {joined: true}
`},
		"nothing is given where nothing is read": {
			WireEdit{Op: "component", At: "/pages/trips/body/4", Name: "Line"}, "body:\n  - divider\n", "  - Line\n"},
	} {
		t.Run(name, func(t *testing.T) {
			w := opened(t, withTrips)
			view := decode[ProjectView](t, w.edit(c.edit))
			if view.Problems.Errors() {
				t.Error(view.Problems)
			}
			if got := w.text("components/" + c.edit.Name + ".yaml"); got != c.part {
				t.Errorf("the component:\n%s", got)
			}
			if got := w.text("pages/trips.yaml"); !strings.Contains(got, c.page) {
				t.Errorf("the page:\n%s", got)
			}
			decode[ProjectView](t, w.ask("POST", "/api/undo", RevisionRequest{view.Revision}))
			if got := w.text("pages/trips.yaml"); got != turnedYAML || w.text("components/"+c.edit.Name+".yaml") != "" {
				t.Errorf("after undo:\n%s", got)
			}
		})
	}
}

func TestF201_WhatCannotBeAComponentIsRefusedWithAReason(t *testing.T) {
	w := opened(t, withTrips, func(cfg *Config) { having(cfg, map[string]string{"components/Card.yaml": "body:\n  - divider\n"}) })
	for want, e := range map[string]WireEdit{
		"begin with a capital letter": {Op: "component", At: "/pages/trips/body/0", Name: "guide"},
		"there is a component Card":   {Op: "component", At: "/pages/trips/body/0", Name: "Card"},
		"there is no widget at":       {Op: "component", At: "/pages/trips/body/5", Name: "Both", Value: []byte("2")},
		"is no place of a widget":     {Op: "component", At: "/pages/trips/title", Name: "Title"},
		"a part of another widget":    {Op: "component", At: "/pages/home/body/3/tabBar/tabs/0", Name: "One"},
	} {
		if answer := w.edit(e); answer.Code == http.StatusOK || !strings.Contains(answer.Body.String(), want) {
			t.Errorf("%s: %d %s", want, answer.Code, answer.Body)
		}
	}
}

// fitter fits one page, with a journey.
type fitter struct{}

func (fitter) Templates() ([]TemplateView, error) {
	return []TemplateView{{Name: "about", Title: "About", Page: "about", Path: "/about", Roles: []string{}}}, nil
}

func (fitter) Fit(tree *project.Tree, wish TemplateRequest) (*Fitting, error) {
	if wish.Template != "about" {
		return nil, &Misfit{Msg: "the app has nothing to say"}
	}
	next := tree.With(map[string][]byte{
		"app.yaml":         append(tree.Bytes("app.yaml"), "notFound: about\n"...),
		"pages/about.yaml": []byte("path: /about\ntitle: About\nbody:\n  - text: About\n"),
		"tests/about.txt":  []byte("visit /about\n"),
	})
	return &Fitting{Base: tree, Next: next, Page: "about", Made: []string{"pages/about.yaml"}}, nil
}

func TestF191_APageOfATemplateIsOneStepWithItsJourney(t *testing.T) {
	w := opened(t, func(cfg *Config) { cfg.Templates = fitter{} })
	plan := decode[TemplatePlan](t, w.ask("POST", "/api/template/plan", TemplateRequest{Template: "about"}))
	if len(plan.Files) != 3 || plan.Files[0].Before == nil || plan.Files[2].File != "tests/about.txt" || plan.Canvas == "" || w.text("pages/about.yaml") != "" {
		t.Fatalf("%+v", plan)
	}
	if no := decode[TemplatePlan](t, w.ask("POST", "/api/template/plan", TemplateRequest{Template: "blog"})); no.Misfit != "the app has nothing to say" {
		t.Errorf("%+v", no)
	}
	was := w.files.Tree().Revision()
	for _, try := range []struct {
		name   string
		answer int
	}{{"blog", http.StatusUnprocessableEntity}, {"about", http.StatusOK}} {
		if got := w.ask("POST", "/api/template", TemplateRequest{Revision: was, Template: try.name}); got.Code != try.answer {
			t.Fatalf("%s: %d %s", try.name, got.Code, got.Body)
		}
	}
	if got := w.ask("POST", "/api/template", TemplateRequest{Revision: was, Template: "about"}); got.Code != http.StatusPreconditionFailed {
		t.Errorf("for an older revision: %d", got.Code)
	}
	made := w.files.Tree().Revision()
	if w.text("pages/about.yaml") == "" || w.files.journeys["tests/about.txt"] == "" {
		t.Fatal("not written")
	}
	decode[ProjectView](t, w.ask("POST", "/api/undo", RevisionRequest{made}))
	if w.files.Tree().Revision() != was || len(w.files.journeys) > 0 {
		t.Errorf("after undo there are %v", w.files.journeys)
	}
	decode[ProjectView](t, w.ask("POST", "/api/redo", RevisionRequest{was}))
	if w.files.Tree().Revision() != made || w.files.journeys["tests/about.txt"] == "" {
		t.Error("redo does not bring it back")
	}
	w.files.journeys["tests/about.txt"] = "mine\n"
	decode[ProjectView](t, w.ask("POST", "/api/undo", RevisionRequest{made}))
	if w.files.Tree().Revision() != was || w.files.journeys["tests/about.txt"] != "mine\n" {
		t.Error("a journey that somebody has changed since does not stay as it is")
	}
}
