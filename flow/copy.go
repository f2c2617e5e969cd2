package flow

import (
	"context"
	"fmt"

	"github.com/usherdev/usher/project"
)

// maxCopy bounds what one action puts on the clipboard.
const maxCopy = 64 << 10

// Clip is an Effect: a text for the clipboard.
type Clip struct{ Text string }

func (Clip) effect() {}

// doCopy puts a text on the clipboard; an empty one leaves it alone.
func doCopy(_ context.Context, n *run, f *frame, a *project.Action) error {
	text, err := asText(f, a, "text")
	switch {
	case err != nil:
		return err
	case len(text) > maxCopy:
		return fault(a, fmt.Sprintf("the text is longer than %d bytes", maxCopy), nil)
	case text != "":
		n.res.Effects = append(n.res.Effects, Clip{Text: text})
	}
	return nil
}
