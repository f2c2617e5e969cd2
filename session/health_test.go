package session

import (
	"testing"
	"time"
)

// The tests of this file go through the decisions about the endpoint as data.

var standard = Tuning{}.filled()

// fails returns n failures that happened gap apart, the last of them at t0.
func fails(n int, gap time.Duration) (out []time.Time) {
	for i := range n {
		out = append(out, t0.Add(-gap*time.Duration(n-1-i)))
	}
	return out
}

func TestB10_BreakerAsData(t *testing.T) {
	shut := endpoint{breaker: breaker{Down: true, Probed: t0.Add(-time.Minute)}}
	for name, c := range map[string]struct {
		was    endpoint
		seen   sightings
		down   bool
		turned change
	}{
		"nine failures":                 {endpoint{}, sightings{fails: fails(9, time.Millisecond)}, false, 0},
		"ten failures":                  {endpoint{}, sightings{fails: fails(10, time.Millisecond)}, true, wentDown},
		"ten in eleven seconds":         {endpoint{}, sightings{fails: fails(10, 1200*time.Millisecond)}, false, 0},
		"the tenth, nine of others":     {endpoint{breaker: breaker{Fails: fails(9, time.Second)}}, sightings{fails: fails(1, 0)}, true, wentDown},
		"the tenth, but one has worked": {endpoint{breaker: breaker{Fails: fails(9, time.Second)}}, sightings{works: true, fails: fails(1, 0)}, false, 0},
		"more while down":               {shut, sightings{fails: fails(3, 0)}, true, 0},
		"one works":                     {shut, sightings{works: true}, false, cameUp},
		"one works, ten fail after it":  {shut, sightings{works: true, fails: fails(10, 0)}, true, 0},
	} {
		e := c.was
		if turned := e.take(standard, c.seen, t0); e.Down != c.down || turned != c.turned {
			t.Errorf("%s: down %v turned %d, want %v %d", name, e.Down, turned, c.down, c.turned)
		}
	}
}

func TestB10_ProbesAsData(t *testing.T) {
	for name, c := range map[string]struct {
		b    breaker
		want time.Duration
	}{
		"healthy":                  {breaker{}, 0},
		"just probed":              {breaker{Down: true, Probed: t0}, time.Second},
		"probed half a second ago": {breaker{Down: true, Probed: t0.Add(-time.Second / 2)}, time.Second / 2},
		"probed a second ago":      {breaker{Down: true, Probed: t0.Add(-time.Second)}, 0},
		"probed by one who asked the clock later":  {breaker{Down: true, Probed: t0.Add(time.Second)}, time.Second},
		"probed by a clock that has been set back": {breaker{Down: true, Probed: t0.Add(time.Hour)}, 0},
	} {
		if got := c.b.wait(standard, t0); got != c.want {
			t.Errorf("%s: wait %v, want %v", name, got, c.want)
		}
	}
}

// answers makes a window of n answers with so many rejects among them, age old.
func answers(rejects, all int, age time.Duration) []tally {
	return []tally{{At: t0.Add(-age).Truncate(standard.slice()), Rejects: rejects, All: all}}
}

func TestB13_HoldAsData(t *testing.T) {
	for name, c := range map[string]struct {
		was     endpoint
		seen    []tally
		holding bool
		turned  change
	}{
		"nineteen rejects":                  {endpoint{}, answers(19, 19, 0), false, 0},
		"twenty":                            {endpoint{}, answers(20, 20, 0), true, holds},
		"twenty of forty":                   {endpoint{}, answers(20, 40, 0), true, holds},
		"twenty of forty-one":               {endpoint{}, answers(20, 41, 0), false, 0},
		"the twentieth, the rest of others": {endpoint{Answers: answers(19, 19, 30*time.Second)}, answers(1, 1, 0), true, holds},
		"others have successes":             {endpoint{Answers: answers(19, 60, 30*time.Second)}, answers(1, 1, 0), false, 0},
		"the others' are too old":           {endpoint{Answers: answers(19, 19, 61*time.Second)}, answers(1, 1, 0), false, 0},
		"held already":                      {endpoint{Answers: answers(30, 30, 0), Holding: true}, answers(1, 1, 0), true, 0},
		"held a day ago":                    {endpoint{Answers: answers(30, 30, 24*time.Hour), Holding: true}, answers(1, 1, 0), false, 0},
	} {
		e := c.was
		if turned := e.take(standard, sightings{answers: c.seen}, t0); e.Holding != c.holding || turned != c.turned {
			t.Errorf("%s: holding %v turned %d, want %v %d", name, e.Holding, turned, c.holding, c.turned)
		}
	}
}

// TestB10_B13_OnlyTroubleIsTold: what is written to the row that all share, and what is not.
func TestB10_B13_OnlyTroubleIsTold(t *testing.T) {
	healthy, now := endpoint{}, t0.Add(time.Second)
	down := endpoint{breaker: breaker{Down: true}}
	failing := endpoint{breaker: breaker{Fails: fails(1, 0)}}
	refusing := endpoint{Answers: answers(1, 1, 0)}
	success, reject, fault := seen(standard, Success, now), seen(standard, Reject, now), seen(standard, NotSent, now)
	old := seen(standard, Success, now.Add(-standard.slice()))
	for name, c := range map[string]struct {
		known endpoint
		seen  sightings
		want  bool
	}{
		"a success":                                {healthy, success, false},
		"successes of a minute":                    {healthy, old.and(success, standard, now), false},
		"a reject":                                 {healthy, reject, true},
		"a failure":                                {healthy, fault, true},
		"nothing":                                  {down, sightings{}, false},
		"a success while down":                     {down, success, true},
		"a failure while down":                     {down, fault, false},
		"a success after a failure":                {failing, success, true},
		"a success long after a failure":           {endpoint{breaker: breaker{Fails: fails(1, 0)}}, seen(standard, Success, t0.Add(time.Minute)), false},
		"a success while others are refused":       {refusing, success, false},
		"those of a slice, while others are":       {refusing, old, true},
		"those of a slice, long after others were": {endpoint{Answers: answers(1, 1, 2*time.Minute)}, old, false},
	} {
		at := now
		if name == "a success long after a failure" {
			at = t0.Add(time.Minute)
		}
		if got := c.known.worth(standard, c.seen, at); got != c.want {
			t.Errorf("%s: told %v, want %v", name, got, c.want)
		}
	}
}

func TestSightingsAddUp(t *testing.T) {
	var s sightings
	for _, c := range []Class{NotSent, Ambiguous, Success, Misconfig, Reject, NotSent} {
		s = s.and(seen(standard, c, t0), standard, t0)
	}
	if !s.works || len(s.fails) != 1 || len(s.answers) != 1 || s.answers[0] != (tally{At: s.answers[0].At, Rejects: 1, All: 6}) {
		t.Errorf("%+v", s)
	}
	for range 100 {
		s = s.and(seen(standard, NotSent, t0), standard, t0)
	}
	if len(s.fails) != standard.BreakerFails {
		t.Errorf("%d failures kept", len(s.fails))
	}
	for i := range 1000 {
		at := t0.Add(time.Duration(i) * time.Second)
		s = s.and(seen(standard, Success, at), standard, at)
	}
	if len(s.answers) > 13 {
		t.Errorf("%d slices kept", len(s.answers))
	}
}
