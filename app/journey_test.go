package app

import "testing"

func TestJourney(t *testing.T) {
	w := newWorld(t, nil)
	c := w.browser()
	p := c.logIn("ada")
	p.want(t, 200, "Welcome Ada", "Story of ada", "4.5 km")
	t.Log(w.log.String(), w.backend.calls, p.body)
}
