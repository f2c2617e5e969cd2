package flow

import (
	"context"
	"slices"
	"time"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// doSnackBar shows a message; an empty one is not shown, and may take the others away.
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
	message := Notify{Text: value.Text(text), Tone: value.Text(tone), Block: a.Pressed, Page: a.Page}
	message.For, _ = time.ParseDuration(word(a, "duration"))
	if err := message.button(f, a); err != nil {
		return err
	}
	if message.Tone == "" {
		message.Tone = "info"
	}
	if message.Replace = flagged(a, "replace"); message.Replace {
		n.res.Effects = slices.DeleteFunc(n.res.Effects, func(e Effect) bool { _, is := e.(Notify); return is })
	}
	if message.Text != "" || message.Replace {
		n.res.Effects = append(n.res.Effects, message)
	}
	return nil
}

// flagged reports a literal property that is true.
func flagged(a *project.Action, name string) bool {
	v, _ := prop(a, name).Constant()
	return value.Truth(v)
}

// button reads what the button of a message says and hands over.
func (m *Notify) button(f *frame, a *project.Action) error {
	var params []project.Param
	switch {
	case a.Pressed != nil:
		params = a.Pressed.Params
	case a.Page != nil:
		params = a.Page.Params
	default:
		return nil
	}
	var err error
	if m.Action, err = asText(f, a, "action"); err != nil {
		return err
	}
	given, err := evalMap(f, a, "with")
	if err != nil {
		return err
	}
	m.With, err = readParams(a, params, given)
	return err
}
