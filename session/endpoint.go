package session

import (
	"context"
	"errors"
	"sync"
	"time"
)

// endpointRow is the prefix of the row in which all nodes of an app keep what they know of its refresh
// endpoint. It is made by the first trouble: an absent one means good health. (B10, B13)
const endpointRow = "endpoint."

// tellWithin bounds a write of that row: an answer waits for it.
const tellWithin = 5 * time.Second

// health is what this node knows of the refresh endpoint.
type health struct {
	t      Tuning
	turn   chan struct{} // who holds it writes, for all who wait
	mu     sync.Mutex
	known  endpoint  // as the store had it last
	untold sightings // of this node
	own    breaker   // of what this node alone has seen: others may reach an endpoint that it cannot
	alone  bool      // own has opened, and that was reported
	flight time.Duration
}

func newHealth(t Tuning) *health { return &health{t: t, turn: make(chan struct{}, 1)} }

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

// learn takes over what the store says, unless it was read before what is known was written.
func (h *health) learn(e endpoint) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if e.N >= h.known.N {
		h.known = e
	}
}

// look decides about a call at now; claim says that all nodes have one call between them.
func (h *health) look(now time.Time) (wait time.Duration, claim bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if wait = max(h.own.wait(h.t, now), h.known.wait(h.t, now)); wait > 0 {
		return wait, false
	}
	if !h.known.Down {
		h.own.Probed = now
	}
	return 0, h.known.Down
}

// claimed notes the outcome of a claim. A store that does not answer leaves the node to itself.
func (h *health) claimed(e endpoint, err error, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err == nil {
		h.known = e
	}
	h.known.Probed, h.own.Probed = now, now
}

// see notes an outcome, and what it turned for this node alone.
func (h *health) see(c Class, now time.Time) (turned change) {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := seen(h.t, c, now)
	h.untold = h.untold.and(s, h.t, now)
	was := h.own.Down
	h.own.take(h.t, s, now)
	switch {
	case h.own.Down && !was:
		return wentDown
	case was && !h.own.Down:
		return cameUp
	}
	return 0
}

// take hands out what has to be told; false if there is nothing.
func (h *health) take(now time.Time) (sightings, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.known.worth(h.t, h.untold, now) {
		return sightings{}, false
	}
	s := h.untold
	h.untold = sightings{}
	return s, true
}

// told notes what became of the telling.
func (h *health) told(e endpoint, s sightings, err error, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err != nil {
		h.untold = s.and(h.untold, h.t, now)
		return
	}
	h.known = e
}

// conclude returns what an outcome has turned, for all or, where the others see no trouble, for this
// node alone; and whether a reject must end nobody, by what is known here if the store does not answer.
func (h *health) conclude(shared, own change, now time.Time) (turned change, hold bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	e := h.known
	if e.worth(h.t, h.untold, now) {
		e.take(h.t, h.untold, now)
	}
	switch {
	case shared&(wentDown|cameUp) != 0:
		h.alone = false
	case own == wentDown && !h.known.Down:
		h.alone = true
		shared |= wentDown
	case own == cameUp && h.alone:
		h.alone = false
		shared |= cameUp
	}
	return shared, e.Holding
}

// endpointKey names the row. Its App is empty, so that nothing which goes through the app's sessions
// meets it.
func (m *Manager) endpointKey() string { return m.shared(endpointRow, "") }

// admit reports whether a call may go out now; else when to ask again. A call that may go out while the
// endpoint is down has been claimed for this node. (B10)
func (m *Manager) admit(ctx context.Context, clock func() time.Time) (wait time.Duration, ok bool) {
	var e endpoint
	if m.facts(ctx, m.cfg.Store, m.endpointKey(), &e) == nil {
		m.health.learn(e)
	}
	wait, claim := m.health.look(clock())
	if wait > 0 || !claim {
		return wait, wait == 0
	}
	select {
	case m.health.turn <- struct{}{}:
		defer func() { <-m.health.turn }()
	case <-ctx.Done():
		return m.p.t.Probe, false
	}
	now := clock()
	if wait, claim = m.health.look(now); wait > 0 || !claim { // another of this node was first
		return wait, wait == 0
	}
	ctx, cancel := context.WithTimeout(ctx, tellWithin)
	defer cancel()
	err := changeFacts(ctx, m.cfg.Store, m.endpointKey(), "", func(v *endpoint) bool {
		e = *v
		if wait = v.wait(m.p.t, now); wait > 0 || !v.Down {
			return false
		}
		v.Probed, v.N = now, v.N+1
		e = *v
		return true
	})
	if err == nil && wait > 0 {
		m.health.learn(e)
		return wait, false
	}
	m.health.claimed(e, err, now)
	return 0, true
}

// observe notes the outcome of a call and tells the other nodes where they must know. hold says that
// this reject must end nobody. (B13)
func (m *Manager) observe(ctx context.Context, c Class, now time.Time) (turned change, hold bool) {
	own := m.health.see(c, now)
	shared := m.share(ctx, now)
	turned, holding := m.health.conclude(shared, own, now)
	return turned, c == Reject && holding
}

// share tells the other nodes what they must know. One write carries what all flights of this node have
// seen; if the store does not answer, the next one carries it.
func (m *Manager) share(ctx context.Context, now time.Time) (turned change) {
	h := m.health
	if !h.trouble(now) {
		return 0
	}
	select {
	case h.turn <- struct{}{}:
		defer func() { <-h.turn }()
	case <-ctx.Done():
		return 0
	}
	s, ok := h.take(now)
	if !ok {
		return 0
	}
	ctx, cancel := context.WithTimeout(ctx, tellWithin)
	defer cancel()
	err := errors.New("the telling ended early")
	var e endpoint
	defer func() { h.told(e, s, err, now) }() // also if the store panics
	err = changeFacts(ctx, m.cfg.Store, m.endpointKey(), "", func(v *endpoint) bool {
		turned = v.take(m.p.t, s, now)
		e = *v
		return true
	})
	if err != nil {
		return 0
	}
	return turned
}

// trouble reports whether there is something to be told.
func (h *health) trouble(now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.known.worth(h.t, h.untold, now)
}
