package session

import (
	"sync"
	"time"
)

// health is what this process knows of the refresh endpoint: the breaker and the hold on ends. It is
// kept per process on purpose: a row that all nodes share would be written at each outcome of each
// flight, the busiest row of the store when many sessions expire at once, and would tie the breaker to
// the store's health. So n nodes ask a dead endpoint at most n times a probe interval.
type health struct {
	t       Tuning
	mu      sync.Mutex
	fails   []time.Time // failed calls within the breaker's window
	down    bool
	probed  time.Time
	answers []answered // within the hold's window
	holding bool
	flight  time.Duration // what one has lately taken
}

// flew notes how long a flight took.
func (h *health) flew(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.flight += (d - h.flight) / 8
}

// pace returns how long a flight has lately taken.
func (h *health) pace() time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.flight
}

type answered struct {
	at     time.Time
	reject bool
}

// change is what an observation turned.
type change int

const (
	unchanged change = iota
	wentDown
	cameUp
	holds
)

// admit reports whether a call may go out now; else when to ask again.
func (h *health) admit(now time.Time) (wait time.Duration, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.down {
		return 0, true
	}
	if wait := h.probed.Add(h.t.Probe).Sub(now); wait > 0 {
		return wait, false
	}
	h.probed = now
	return 0, true
}

// observe notes an answer. hold says that this reject must end nobody.
func (h *health) observe(c Class, now time.Time) (ch change, hold bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.answers = append(recent(h.answers, now.Add(-h.t.HoldWindow), func(a answered) time.Time { return a.at }),
		answered{now, c == Reject})
	if c == Success || c == Reject { // the endpoint works
		h.fails = nil
		if h.down {
			h.down, ch = false, cameUp
		}
		hold = c == Reject && h.tooManyRejects()
		if hold && !h.holding {
			ch = holds
		}
		h.holding = hold || c == Success && h.holding && h.tooManyRejects()
		return ch, hold
	}
	h.fails = append(recent(h.fails, now.Add(-h.t.BreakerWindow), func(t time.Time) time.Time { return t }), now)
	if !h.down && len(h.fails) >= h.t.BreakerFails {
		h.down, h.probed, ch = true, now, wentDown
	}
	return ch, false
}

func (h *health) tooManyRejects() bool {
	n := 0
	for _, a := range h.answers {
		if a.reject {
			n++
		}
	}
	return n >= h.t.HoldRejects && 2*n >= len(h.answers)
}

// recent drops what is older than since; the slice is in order of time.
func recent[T any](s []T, since time.Time, at func(T) time.Time) []T {
	for i := range s {
		if at(s[i]).After(since) {
			return s[i:]
		}
	}
	return nil
}
