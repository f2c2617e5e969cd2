package session_test

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/usherdev/usher/session"
)

func TestStatsCountFlightsAndWaiters(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		b.latency = time.Second
		m, _ := manager(t, b)
		id := logIn(t, m, b).ID
		time.Sleep(2 * time.Hour)
		var wg sync.WaitGroup
		for range 7 {
			wg.Go(func() {
				if _, _, err := m.Fresh(t.Context(), id); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		if got := m.Stats(); got != (session.Stats{Flights: 1, Waiters: 7}) {
			t.Errorf("while it flies: %+v", got)
		}
		wg.Wait()
		synctest.Wait()
		if got := m.Stats(); got != (session.Stats{}) {
			t.Errorf("afterwards: %+v", got)
		}
	})
}
