package entrance

import (
	"maps"
	"slices"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// start is where the app logs people in: a form and its flow.
type start struct {
	page           *project.Page
	trigger        project.Path
	actions        []*project.Action
	name, password *project.Widget
	logIn          *project.Action
	state          map[string]any
	form           map[string]any // what other inputs hold at first
}

// findStart finds the first form whose flow logs in: of the Entry Page, else of any page.
func findStart(p *project.Project) *start {
	pages := slices.Clone(p.Pages)
	if entry := p.App.Auth.EntryPage; entry != nil {
		pages = append([]*project.Page{entry}, pages...)
	}
	for _, page := range pages {
		for _, id := range slices.Sorted(maps.Keys(page.Actions)) {
			if s := startAt(page, page.Actions[id]); s != nil {
				return s
			}
		}
	}
	return nil
}

func startAt(page *project.Page, t *project.Trigger) *start {
	logIn := findAction(t.Actions, map[*project.Flow]bool{})
	if logIn == nil || t.Widget == nil {
		return nil
	}
	s := &start{page: page, trigger: t.Widget.At, actions: t.Actions, logIn: logIn, state: map[string]any{}, form: map[string]any{}}
	form := t.Widget.Form
	if t.Widget.Kind == "form" {
		form = t.Widget
	}
	for _, w := range page.Fields {
		s.form[w.ID] = nil
		if w.Form != form || w.Kind != "textField" {
			continue
		}
		switch {
		case isPassword(w):
			if s.password != nil {
				return nil // a sign-up repeats it
			}
			s.password = w
		case s.name == nil:
			s.name = w
		}
	}
	if s.name == nil || s.password == nil || word(s.password, "autocomplete") == "new-password" {
		return nil
	}
	for _, v := range page.State {
		if v.Default != nil {
			s.state[v.Name], _ = v.Default.Eval(nil)
		}
	}
	return s
}

func isPassword(w *project.Widget) bool {
	return word(w, "type") == "password" || w.Field != nil && w.Field.Kind == value.KindSecret
}

// word is a property that is written as a plain word, "" when it is not.
func word(w *project.Widget, name string) string {
	t := w.Prop(name)
	if t == nil {
		return ""
	}
	v, _ := t.Constant()
	text, _ := v.(string)
	return text
}

// findAction finds the first Log In of a flow, in its branches and blocks too.
func findAction(list []*project.Action, been map[*project.Flow]bool) *project.Action {
	for _, a := range list {
		if a.Kind == "logIn" && !a.Disabled {
			return a
		}
		for _, key := range slices.Sorted(maps.Keys(a.Branches)) {
			if found := findAction(a.Branches[key], been); found != nil {
				return found
			}
		}
		if a.Block != nil && !been[a.Block] {
			been[a.Block] = true
			if found := findAction(a.Block.Actions, been); found != nil {
				return found
			}
		}
	}
	return nil
}
