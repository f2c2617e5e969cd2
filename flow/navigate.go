package flow

import (
	"context"
	"fmt"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// doNavigate opens a page with parameters; without a page it is the start page.
func doNavigate(_ context.Context, n *run, f *frame, a *project.Action) error {
	replace, err := eval(f, a, "replace")
	if err != nil {
		return err
	}
	to := Navigate{Page: a.Page, Replace: value.Truth(replace), Move: word(a, "transition")}
	return n.goTo(f, a, to)
}

// goTo navigates with the parameters of the page that an action names, if it names one.
func (n *run) goTo(f *frame, a *project.Action, to Navigate) error {
	if a.Page != nil {
		given, err := evalMap(f, a, "with")
		if err != nil {
			return err
		}
		if to.Params, err = readParams(a, a.Page.Params, given); err != nil {
			return err
		}
	}
	n.navigate(to)
	return nil
}

// readParams reads given values as parameters: typed, with defaults, without secrets, those that are nil left out.
func readParams(a *project.Action, params []project.Param, given map[string]any) (map[string]any, error) {
	out := make(map[string]any, len(params))
	for _, p := range params {
		v, found := value.Coerce(given[p.Name], p.Type)
		if len(found) > 0 {
			return nil, fault(a, fmt.Sprintf("parameter %s: %s", p.Name, found[0]), nil)
		}
		if v == nil && p.Default != nil {
			var err error
			if v, err = p.Default.Eval(nil); err != nil {
				return nil, fault(a, fmt.Sprintf("parameter %s: %s", p.Name, err), err)
			}
		}
		switch {
		case v == nil && p.Required:
			return nil, fault(a, fmt.Sprintf("parameter %s has no value", p.Name), nil)
		case v == nil:
			continue
		}
		if page := a.Page; page != nil && page.InPath(p.Name) && !project.FillsPath(v) {
			return nil, fault(a, fmt.Sprintf("parameter %s stands in the path of page %s, so it cannot be %q", p.Name, page.Name, value.Text(v)), nil)
		}
		out[p.Name] = v
	}
	if value.HasSecret(out) && a.Block == nil && a.Pressed == nil {
		return nil, fault(a, "a secret may not be a page parameter", nil)
	}
	return out, nil
}
