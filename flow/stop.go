package flow

import (
	"context"

	"github.com/usherdev/usher/project"
)

// doStop ends the flow here, the blocks around it included.
func doStop(context.Context, *run, *frame, *project.Action) error { return errStop }
