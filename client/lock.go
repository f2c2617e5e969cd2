package client

import (
	"context"
	"math/rand/v2"
	"time"
)

// await asks try again every few milliseconds until it says yes or fails, or ctx ends.
func await(ctx context.Context, try func() (bool, error)) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		if done, err := try(); done || err != nil {
			return err
		}
		t := time.NewTimer(time.Millisecond + rand.N(4*time.Millisecond))
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
		}
	}
}
