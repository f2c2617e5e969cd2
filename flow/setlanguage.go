package flow

import (
	"context"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// Speak is an Effect: from now on this browser is spoken to in a language of the app; nil: in the one that it asks for itself.
type Speak struct{ Locale *value.Locale }

func (Speak) effect() {}

// doSetLanguage chooses a language of the app for this browser. What runs after it speaks it already.
func doSetLanguage(_ context.Context, n *run, f *frame, a *project.Action) error {
	v, err := eval(f, a, "language")
	if err != nil {
		return err
	}
	if value.HasSecret(v) {
		return fault(a, "a secret is no language", nil)
	}
	var l *value.Locale
	if tag := value.Text(v); tag != "" {
		if l = n.r.project.App.Speaks(tag); l == nil {
			return fault(a, "the app does not speak this language", nil)
		}
		n.locale = l // of every list of the flow from here on, not of the block alone in which it is chosen
	}
	n.res.Effects = append(n.res.Effects, Speak{Locale: l})
	return nil
}
