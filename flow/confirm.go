package flow

import (
	"context"
	"fmt"
	"time"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// doConfirm asks a question; the flow goes on when it is answered. A no ends the flow where no branch says what it means.
func doConfirm(ctx context.Context, n *run, f *frame, a *project.Action) error {
	q, err := readAsk(f, a)
	if err != nil {
		return err
	}
	q.NeedsDecision = true
	answer, err := n.asks(a, q)
	if err != nil {
		return err
	}
	n.note(a, "%t", answer.Yes)
	switch {
	case answer.Yes:
		return n.branch(ctx, f, a, "then")
	case len(a.Branches) == 0:
		return errStop
	}
	return n.branch(ctx, f, a, "else")
}

// doDialog shows a message, or asks for a line of text; its output says which button was pressed and what was typed.
func doDialog(_ context.Context, n *run, f *frame, a *project.Action) error {
	q, err := readAsk(f, a)
	if err != nil {
		return err
	}
	q.NeedsDecision = q.No != "" || q.Input != ""
	answer, err := n.asks(a, q)
	if err != nil {
		return err
	}
	if a.As != "" {
		f.scope[a.As] = map[string]any{"ok": answer.Yes, "value": answer.Value}
	}
	return nil
}

// doWait lets the flow go on later.
func doWait(_ context.Context, n *run, f *frame, a *project.Action) error {
	text, err := asText(f, a, "for")
	if err != nil {
		return err
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return fault(a, "for is not a length of time", nil)
	}
	_, err = n.asks(a, Ask{For: d})
	return err
}

// readAsk reads what a dialog says.
func readAsk(f *frame, a *project.Action) (Ask, error) {
	var q Ask
	for name, into := range map[string]*string{
		"title": &q.Title, "text": &q.Text, "confirm": &q.Yes, "cancel": &q.No, "tone": &q.Tone, "input": &q.Input, "value": &q.Value,
	} {
		if a.Spec.Prop(name) == nil {
			continue
		}
		v, err := asText(f, a, name)
		if err != nil {
			return q, err
		}
		*into = v
	}
	return q, nil
}

// asText evaluates a property that people read.
func asText(f *frame, a *project.Action, name string) (string, error) {
	v, err := eval(f, a, name)
	if err != nil {
		return "", err
	}
	if value.HasSecret(v) {
		return "", fault(a, fmt.Sprintf("%s: a secret may not be shown", name), nil)
	}
	return value.Text(v), nil
}
