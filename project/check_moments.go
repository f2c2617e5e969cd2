package project

import (
	"fmt"
	"slices"
	"time"

	"github.com/usherdev/usher/value"
)

// Bounds of the timers of a page: each run is a request of every browser that looks at it.
const (
	leastTimer = time.Second
	mostTimer  = time.Hour
	maxTimers  = 8
)

// timerKeys are the keys of a timer.
var timerKeys = []string{"every", "when", "do", "doc"}

// leaveKinds are the actions that make sense while a page is left: nobody sees what comes of them, and the next page is on its way already.
var leaveKinds = []string{"call", "if", "forEach", "while", "parallel", "break", "continue", "block", "stop", "clearCache", "fail", "setRequest"}

// readOwnEvents decodes what happens on the page by itself: its timers, and what runs when it is left.
func (w *pageWork) readOwnEvents(sc scope) {
	if p, ok := w.s.get("onLeave"); ok {
		w.page.OnLeave = sc.ownEvent("onLeave", "onLeave", p)
	}
	p, ok := w.s.get("timers")
	if !ok {
		return
	}
	items := p.items("timers")
	if len(items) > maxTimers {
		p.fail(fmt.Sprintf("a page has up to %d timers", maxTimers), "let one timer do several things")
	}
	for i, item := range items {
		sc.timer(i, item)
	}
}

func (sc scope) timer(i int, p place) {
	s := p.section("a timer", timerKeys...)
	s.text("doc")
	s.need("every", "how long from one time to the next: 30s")
	t := &Timer{Every: s.duration("every", 0, leastTimer, mostTimer)}
	if when, ok := s.get("when"); ok {
		t.When = sc.value(when, want{what: "when", typ: value.BoolType(), secret: true})
	}
	do, ok := s.need("do", "the actions that it runs")
	if !ok || t.Every == 0 {
		return
	}
	t.Trigger = sc.ownEvent(fmt.Sprintf("timer:%d", i), "onTimer", do)
	sc.page.page.Timers = append(sc.page.page.Timers, t)
}

// ownEvent decodes the flow of an event that belongs to no widget. Its id has what no widget's has.
func (sc scope) ownEvent(id, event string, p place) *Trigger {
	sc.flow = newFlow(p.c)
	sc.flow.leaving = event == "onLeave"
	return sc.trigger(p, Trigger{ID: id, Event: event})
}

// leaveOnly reports what cannot run while a page is left, and notes it of an action block.
func (sc scope) leaveOnly(p place, kind, what string) {
	switch {
	case slices.Contains(leaveKinds, kind):
	case sc.flow.leaving:
		p.fail(what+" cannot run while the page is left: nobody sees what comes of it", "do it before, in the flow that leads to another page")
	case sc.flow.block != nil && sc.flow.block.stays == "":
		sc.flow.block.stays = kind
	}
}
