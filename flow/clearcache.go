package flow

import (
	"context"

	"github.com/usherdev/usher/project"
)

// doClearCache forgets what was remembered of a call, for this person and for everybody; without a call, of all of them (F102).
func doClearCache(_ context.Context, n *run, _ *frame, a *project.Action) error {
	n.r.calls.ClearCache(a.Call, n.seen.Key)
	return nil
}
