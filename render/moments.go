package render

import (
	"strconv"

	"github.com/usherdev/usher/project"
)

// moments writes what the page does by itself, for the script: its timers, what runs when it is left and when somebody comes back to it.
func (b *builder) moments() {
	if b.of == nil || b.opts.Edit {
		return
	}
	for i, t := range b.of.Timers {
		mark := func() {
			b.attr("id", "u-timer-"+strconv.Itoa(i))
			b.attr("data-timer", strconv.FormatInt(t.Every.Milliseconds(), 10))
		}
		b.when(prop{t.When, t.Trigger.At}, func() { b.moment(t.Trigger, mark) }, nil)
	}
	if t := b.of.OnLeave; t != nil && len(t.Actions) > 0 {
		b.moment(t, func() { b.raw(" data-leave") })
	}
	if t := b.app.resume; t != nil && len(t.Actions) > 0 {
		b.moment(t, func() { b.raw(` id="u-resume" data-resume`) })
	}
}

func (b *builder) moment(t *project.Trigger, mark func()) {
	b.raw("<i")
	mark()
	b.do(func(r *run) { r.event("", "data-event", t, t.At) })
	b.raw("></i>")
}
