package flow

import (
	"context"
	"fmt"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// Fetch is an Effect: a file that the browser keeps. The call that brings it is sent when the browser asks for it.
type Fetch struct {
	Call *project.Call
	With map[string]any // its arguments; never a secret
	Name string         // what it is called; "" as the backend says
}

func (Fetch) effect() {}

// doDownload hands a file to the browser.
func doDownload(_ context.Context, n *run, f *frame, a *project.Action) error {
	if a.Call == nil {
		return fault(a, "the action names no call", nil)
	}
	with, err := evalMap(f, a, "with")
	if err != nil {
		return err
	}
	if value.HasSecret(with) {
		return fault(a, "a secret may not be in the address of a file", nil)
	}
	for _, p := range a.Call.Params {
		if p.Required && with[p.Name] == nil {
			return fault(a, fmt.Sprintf("parameter %s has no value", p.Name), nil)
		}
	}
	name, err := asText(f, a, "name")
	if err != nil {
		return err
	}
	file := Fetch{Call: a.Call, With: with, Name: name}
	if n.in.Reaches != nil {
		if err := n.in.Reaches(file); err != nil {
			return fault(a, err.Error(), err)
		}
	}
	n.res.Effects = append(n.res.Effects, file)
	return nil
}
