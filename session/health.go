package session

import (
	"slices"
	"time"
)

// This file decides about the refresh endpoint as a whole: the breaker, which spares a backend that is
// down, and the hold on ends, which distrusts one that refuses everybody (promises 2.2). Like policy.go
// it does no I/O and reads no clock; endpoint.go keeps what it decides on. All times are the store's.

// breaker says whether calls may go out.
type breaker struct {
	Fails  []time.Time `json:"fails,omitempty"` // failed calls within the window, since one has worked
	Down   bool        `json:"down,omitempty"`  // one call in each Tuning.Probe
	Probed time.Time   `json:"probed,omitzero"` // when the last of them went out
}

// wait is how long no call may go out; 0: now.
func (b breaker) wait(t Tuning, now time.Time) time.Duration {
	wait := b.Probed.Add(t.Probe).Sub(now)
	if !b.Down || wait > t.Probe+clockSlack { // of a clock that has been set back since
		return 0
	}
	return min(max(wait, 0), t.Probe)
}

// take notes what has been seen.
func (b *breaker) take(t Tuning, seen sightings, now time.Time) {
	if seen.works {
		b.Fails, b.Down = nil, false
	}
	if b.Down {
		return
	}
	b.Fails = b.failing(t, now, seen.fails...)
	if len(b.Fails) >= t.BreakerFails {
		b.Fails, b.Down, b.Probed = nil, true, now
	}
}

// failing returns the failures that count at now, more of them included.
func (b breaker) failing(t Tuning, now time.Time, more ...time.Time) []time.Time {
	since := now.Add(-t.BreakerWindow)
	return slices.DeleteFunc(slices.Concat(b.Fails, more), func(at time.Time) bool { return !at.After(since) })
}

// endpoint is what all nodes of a store know together. The zero value is an endpoint in good health.
type endpoint struct {
	breaker
	Answers []tally `json:"answers,omitempty"` // within the hold's window
	Holding bool    `json:"holding,omitempty"` // a reject ends nobody
	N       int64   `json:"n"`                 // raised at each write
}

// tally counts the answers of one slice of the hold's window.
type tally struct {
	At      time.Time `json:"at"` // begin of the slice
	Rejects int       `json:"no,omitempty"`
	All     int       `json:"all"`
}

// slice is the grain in which answers are counted.
func (t Tuning) slice() time.Duration { return max(t.HoldWindow/12, time.Millisecond) }

// change is what an observation turned.
type change int

const (
	wentDown change = 1 << iota
	cameUp
	holds
)

// take brings what a node has seen into what all know.
func (e *endpoint) take(t Tuning, seen sightings, now time.Time) (turned change) {
	was := *e
	e.breaker.take(t, seen, now)
	e.Answers = counted(t, now, slices.Concat(e.Answers, seen.answers))
	e.Holding = e.tooManyRejects(t)
	e.N++
	if e.Down != was.Down {
		turned = map[bool]change{true: wentDown, false: cameUp}[e.Down]
	}
	if e.Holding && !was.Holding {
		turned |= holds
	}
	return turned
}

func (e endpoint) tooManyRejects(t Tuning) bool {
	rejects, all := 0, 0
	for _, c := range e.Answers {
		rejects, all = rejects+c.Rejects, all+c.All
	}
	return rejects >= t.HoldRejects && 2*rejects >= all
}

// worth reports whether the other nodes must be told. It is never so while all is well, so that the
// busiest hour of the renewal writes nothing that all share.
func (e endpoint) worth(t Tuning, seen sightings, now time.Time) bool {
	switch {
	case seen.rejects() > 0:
		return true
	case seen.works && (e.Down || len(e.failing(t, now)) > 0), len(seen.fails) > 0 && !e.Down:
		return true
	}
	// While some are refused, what others come to counts too; once a slice is soon enough.
	refused := slices.ContainsFunc(counted(t, now, e.Answers), func(c tally) bool { return c.Rejects > 0 })
	return refused && slices.ContainsFunc(seen.answers, func(c tally) bool { return c.At.Before(now.Truncate(t.slice())) })
}

// sightings are outcomes of calls that the other nodes have not been told of.
type sightings struct {
	works   bool        // a call has worked, fails came after it
	fails   []time.Time // no more than open the breaker
	answers []tally
}

// seen is one outcome.
func seen(t Tuning, c Class, now time.Time) sightings {
	s := sightings{answers: []tally{{At: now.Truncate(t.slice()), All: 1}}}
	switch c {
	case Reject:
		s.works, s.answers[0].Rejects = true, 1
	case Success:
		s.works = true
	default:
		s.fails = []time.Time{now}
	}
	return s
}

// and returns s with what came after it.
func (s sightings) and(later sightings, t Tuning, now time.Time) sightings {
	fails := slices.Concat(s.fails, later.fails)
	if later.works {
		fails = later.fails
	}
	return sightings{
		works: s.works || later.works, fails: fails[max(0, len(fails)-t.BreakerFails):],
		answers: counted(t, now, slices.Concat(s.answers, later.answers)),
	}
}

func (s sightings) rejects() (n int) {
	for _, c := range s.answers {
		n += c.Rejects
	}
	return n
}

// counted adds up the tallies of each slice and drops what is older than the window.
func counted(t Tuning, now time.Time, all []tally) (out []tally) {
	since := now.Add(-t.HoldWindow)
	for _, c := range all {
		if !c.At.After(since) {
			continue
		}
		i := slices.IndexFunc(out, func(o tally) bool { return o.At.Equal(c.At) })
		if i < 0 {
			out = append(out, c)
			continue
		}
		out[i].Rejects, out[i].All = out[i].Rejects+c.Rejects, out[i].All+c.All
	}
	return out
}
