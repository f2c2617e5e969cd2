package flow

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// errBreak leaves the loop around an action, errContinue its round.
var (
	errBreak    = errors.New("left the loop")
	errContinue = errors.New("left the round")
)

func doBreak(context.Context, *run, *frame, *project.Action) error    { return errBreak }
func doContinue(context.Context, *run, *frame, *project.Action) error { return errContinue }

// doForEach runs `do` once for each item of a list (F144). The list is read once; what the rounds change of it is not seen.
func doForEach(ctx context.Context, n *run, f *frame, a *project.Action) error {
	v, err := eval(f, a, "list")
	if err != nil {
		return err
	}
	items, ok := v.([]any)
	if !ok && v != nil {
		return fault(a, "list is not a list", nil)
	}
	at, err := rounds(f, a, len(items))
	if err != nil {
		return err
	}
	n.note(a, "%d rounds", len(at))
	as, index := word(a, "as"), word(a, "index")
	defer restore(f, as)()
	defer restore(f, index)()
	for _, i := range at {
		f.scope[as] = items[i]
		if index != "" {
			f.scope[index] = i
		}
		if done, err := n.round(ctx, f, a); done || err != nil {
			return err
		}
	}
	return nil
}

// rounds lists the indexes that a loop walks, in its order. More of them than it may walk is a fault, for half a list done looks like a whole one.
func rounds(f *frame, a *project.Action, length int) ([]int, error) {
	start, err := wholeNumber(f, a, "start", 0)
	if err != nil {
		return nil, err
	}
	end, err := wholeNumber(f, a, "end", length)
	if err != nil {
		return nil, err
	}
	step, err := wholeNumber(f, a, "step", 1)
	if err != nil {
		return nil, err
	}
	if step < 1 {
		return nil, fault(a, "step is less than 1", nil)
	}
	reverse, err := eval(f, a, "reverse")
	if err != nil {
		return nil, err
	}
	start, end = max(start, 0), min(end, length)
	var at []int
	if value.Truth(reverse) {
		for i := end - 1; i >= start; i -= min(step, length+1) {
			at = append(at, i)
		}
	} else {
		for i := start; i < end; i += min(step, length+1) {
			at = append(at, i)
		}
	}
	if most := most(a); len(at) > most {
		return nil, fault(a, fmt.Sprintf("%d rounds are more than the %d of most", len(at), most), nil)
	}
	return at, nil
}

// doWhile runs `do` for as long as its condition holds (F144).
func doWhile(ctx context.Context, n *run, f *frame, a *project.Action) error {
	most := most(a)
	for i := 0; ; i++ {
		n.refresh(f)
		v, err := eval(f, a, "condition")
		if err != nil {
			return err
		}
		if !value.Truth(v) {
			n.note(a, "%d rounds", i)
			return nil
		}
		if i == most {
			return fault(a, fmt.Sprintf("the condition still holds after the %d rounds of most", most), nil)
		}
		if done, err := n.round(ctx, f, a); done || err != nil {
			return err
		}
	}
}

// round runs the body of a loop once; true means that it was left.
func (n *run) round(ctx context.Context, f *frame, a *project.Action) (done bool, err error) {
	switch err := n.list(ctx, f, a.Branches["do"]); {
	case errors.Is(err, errBreak):
		return true, nil
	case errors.Is(err, errContinue):
		return false, nil
	default:
		return false, err
	}
}

// restore returns what gives a name of the scope back the value that it has now.
func restore(f *frame, name string) func() {
	was, had := f.scope[name]
	return func() {
		if had {
			f.scope[name] = was
			return
		}
		delete(f.scope, name)
	}
}

// wholeNumber evaluates a property that is a whole number; fallback when it is nil.
func wholeNumber(f *frame, a *project.Action, name string, fallback int) (int, error) {
	v, err := eval(f, a, name)
	if err != nil || v == nil {
		return fallback, err
	}
	i, err := strconv.Atoi(value.Text(v))
	if err != nil {
		return 0, fault(a, name+" is not a whole number", nil)
	}
	return i, nil
}

// most is how many rounds a loop may run.
func most(a *project.Action) int {
	i, err := wholeNumber(&frame{}, a, "most", project.LoopMost)
	if err != nil {
		return project.LoopMost
	}
	return i
}

// word is a property that is written as it is, or its default.
func word(a *project.Action, name string) string {
	v, _ := prop(a, name).Constant()
	text, _ := v.(string)
	return text
}
