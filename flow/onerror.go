package flow

import (
	"context"
	"errors"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
)

// onError runs the error branch of an action that failed (F158); without one the fault goes on. What is never survived is the end of the time,
// or of the actions, that one flow has. A reply that an app's backend refused is no fault of the house; all else is noted for the log.
func (n *run) onError(ctx context.Context, f *frame, a *project.Action, err error) error {
	branch, ok := a.Branches["onError"]
	if !ok || ctx.Err() != nil || errors.Is(err, errTooMany) {
		return err
	}
	said := map[string]any{"action": a.Kind}
	kind, message := "internal", ""
	var known *Fault
	if errors.As(err, &known) {
		said["action"] = known.Kind
		kind, message = known.kind, known.Msg
	}
	words := project.Locale(f.scope)
	switch {
	case errors.Is(err, session.ErrNotLoggedIn):
		kind, message = "notLoggedIn", words.Say("usher.text.notLoggedIn")
	case kind == "internal":
		message = words.Say("usher.text.failed")
	case kind == "":
		kind = "value"
	}
	said["kind"], said["message"] = kind, message
	if kind != "reply" {
		n.res.Caught = append(n.res.Caught, err)
	}
	if _, have := f.scope[a.As]; a.As != "" && a.Call != nil && !have {
		f.scope[a.As] = call.Reply{Headers: map[string]string{}, Error: message}.Value()
	}
	defer restore(f, "error")()
	f.scope["error"] = said
	n.went(a, "onError")
	err = n.list(ctx, f, branch)
	if known != nil {
		n.tellOnce(known.untold)
	}
	return err
}
