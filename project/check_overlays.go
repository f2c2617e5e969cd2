package project

import (
	"fmt"
	"slices"

	"github.com/usherdev/usher/value"
)

// opening is an action that opens what may be declared further down.
type opening struct {
	at place
	id string
}

// fillOpen decodes which dialog an action opens: one of the page, or in a component one of its own.
func (sc scope) fillOpen(a *Action, s section) {
	p, ok := s.get("id")
	if !ok {
		return
	}
	id, ok := p.literal("id")
	if !ok {
		return
	}
	if sc.stray(s.place, a.Kind) {
		return
	}
	if use := sc.within(); use != nil { // whether it is there is said where the component is checked by itself
		a.Props["id"] = value.Const(use.Key + "-" + id)
		return
	}
	a.Props["id"] = value.Const(id)
	sc.page.opens = append(sc.page.opens, opening{p, id})
}

// checkOverlay says where a dialog can stand.
func (sc scope) checkOverlay(w *Widget, s section, in nest) {
	if _, ok := s.get("id"); !ok {
		s.lacks("id").fail(w.Kind+" needs an id", "the action open names it")
	}
	switch {
	case in.row:
		s.fail("a "+w.Kind+" cannot stand in the item of a list", "put it beside the list, and what it shows into the page state before it is opened")
	case in.over:
		s.fail("a "+w.Kind+" cannot stand in another", "put it beside it: open shows one in place of the other")
	case in.form != nil:
		s.fail("a "+w.Kind+" cannot stand in a form", "put a form into the "+w.Kind)
	}
	if sc.within() == nil {
		sc.page.overlays = append(sc.page.overlays, w.ID)
	}
}

// checkOpens reports what is opened and not there.
func (w *pageWork) checkOpens() {
	for _, o := range w.opens {
		if !slices.Contains(w.overlays, o.id) {
			o.at.misnamed(fmt.Sprintf("there is no dialog or bottomSheet %q here", o.id), o.id, w.overlays)
		}
	}
}
