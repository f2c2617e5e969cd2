package flow

import (
	"context"

	"github.com/usherdev/usher/project"
)

// Shine is an Effect: from now on this browser sees the app in light or dark colours, or as its device is set: light, dark, system.
type Shine struct{ Mode string }

func (Shine) effect() {}

// doSetTheme chooses the colours for this browser (F200).
func doSetTheme(_ context.Context, n *run, f *frame, a *project.Action) error {
	v, err := eval(f, a, "mode")
	if err != nil {
		return err
	}
	mode, _ := v.(string)
	if mode != "light" && mode != "dark" && mode != "system" {
		return fault(a, "mode is none of light, dark and system", nil)
	}
	was, _ := n.top.scope["page"].(map[string]any)
	page := orEmpty(was)
	page["theme"] = mode
	n.top.scope["page"] = page
	n.res.Effects = append(n.res.Effects, Shine{Mode: mode})
	return nil
}
