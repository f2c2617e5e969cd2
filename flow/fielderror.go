package flow

import (
	"context"
	"fmt"
	"strings"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// doFieldError shows a message beside inputs; one that is empty is not shown, several are joined.
func doFieldError(_ context.Context, n *run, f *frame, a *project.Action) error {
	values, err := evalMap(f, a, "values")
	if err != nil {
		return err
	}
	fields := n.fieldTypes()
	for id, v := range values {
		if _, ok := fields[id]; !ok {
			return fault(a, fmt.Sprintf("there is no input %q", id), nil)
		}
		if value.HasSecret(v) {
			return fault(a, "a secret may not be shown", nil)
		}
		if text := message(v); text != "" {
			n.res.FieldErrors[id] = text
		}
	}
	return nil
}

// message is v as a sentence; backends often send a list of them.
func message(v any) string {
	list, ok := v.([]any)
	if !ok {
		return value.Text(v)
	}
	parts := make([]string, 0, len(list))
	for _, e := range list {
		parts = append(parts, value.Text(e))
	}
	return strings.Join(parts, " ")
}
