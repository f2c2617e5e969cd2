package app

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/usherdev/usher/session"
)

// TestC6_AHundredClosedBrowsers: with Persist off each ends within the window after its browser was closed, by itself, and the backend is
// told of each.
func TestC6_AHundredClosedBrowsers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended, told := 0, 0
		var all []*stay
		for range 100 {
			y := newStay(t, false)
			closed := y.open(t)
			time.Sleep(time.Second)
			closed()
			all = append(all, y)
		}
		time.Sleep(5*time.Minute + 10*time.Second) // and no request asks
		synctest.Wait()
		for _, y := range all {
			told += int(y.revoked.Load())
		}
		for _, y := range all {
			if y.state(t) == session.TimeoutAway {
				ended++
			}
		}
		if ended != 100 || told != 100 {
			t.Errorf("%d ended, the backend was told of %d", ended, told)
		}
	})
}
