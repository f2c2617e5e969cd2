package flow

import (
	"context"
	"slices"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// doResetForm puts inputs back to what stood in them at first (F151). form.* reads that from then on.
func doResetForm(_ context.Context, n *run, f *frame, a *project.Action) error {
	fields, err := n.formFields(f, a)
	if err != nil {
		return err
	}
	form, _ := n.top.scope["form"].(map[string]any)
	form = orEmpty(form)
	n.refresh(n.top)
	for _, w := range fields {
		delete(n.res.Form, w.ID)
		n.res.Reset = append(n.res.Reset, w.ID)
		form[w.ID], _ = w.Read(n.atFirst(w), nil)
	}
	n.top.scope["form"] = form
	return nil
}

// atFirst is what a browser would post of an input that nobody has touched. What reads the row of a list, or a query that has not run, reads
// as nothing here; the page draws it all the same.
func (n *run) atFirst(w *project.Widget) []string {
	v, err := w.Prop("initial").Eval(n.top.scope)
	if v == nil && w.Kind == "slider" { // it stands at its lower end
		v, err = w.Prop("min").Eval(n.top.scope)
	}
	if list, ok := v.([]any); ok {
		return value.Texts(list)
	}
	text := value.Text(v)
	if err != nil || w.Field.Kind == value.KindBool && text != "true" && text != "on" {
		return nil
	}
	return []string{text}
}

// doClearFields empties inputs (F151).
func doClearFields(_ context.Context, n *run, f *frame, a *project.Action) error {
	fields, err := n.formFields(f, a)
	if err != nil {
		return err
	}
	form, _ := n.top.scope["form"].(map[string]any)
	form = orEmpty(form)
	for _, w := range fields {
		empty, _ := w.Read(nil, nil)
		form[w.ID], n.res.Form[w.ID] = empty, empty
		n.res.Reset = append(n.res.Reset, w.ID)
	}
	n.top.scope["form"] = form
	return nil
}

// formFields is the inputs that an action names, else those of the form whose event runs, else those that stand in no form.
func (n *run) formFields(f *frame, a *project.Action) ([]*project.Widget, error) {
	if n.in.Page == nil {
		return nil, nil
	}
	named, err := eval(f, a, "fields")
	if err != nil {
		return nil, err
	}
	ids, given := named.([]any)
	var out []*project.Widget
	for _, w := range n.in.Page.Fields {
		if w.ID == "" || given && !slices.Contains(ids, any(w.ID)) || !given && w.Form != n.in.Sent {
			continue
		}
		out = append(out, w)
	}
	return out, nil
}
