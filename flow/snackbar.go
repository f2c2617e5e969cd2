package flow

import (
	"context"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// doSnackBar shows a message; an empty one is not shown.
func doSnackBar(_ context.Context, n *run, f *frame, a *project.Action) error {
	text, err := eval(f, a, "text")
	if err != nil {
		return err
	}
	tone, err := eval(f, a, "tone")
	if err != nil {
		return err
	}
	if value.HasSecret(text) {
		return fault(a, "a secret may not be shown", nil)
	}
	message := Notify{Text: value.Text(text), Tone: value.Text(tone)}
	if message.Tone == "" {
		message.Tone = "info"
	}
	if message.Text != "" {
		n.res.Effects = append(n.res.Effects, message)
	}
	return nil
}
