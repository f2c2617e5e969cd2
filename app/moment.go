package app

import (
	"context"
	"net/http"

	"github.com/usherdev/usher/project"
)

// byItself reports a request of a page that nobody has asked for: a timer, or a drawing of what has become new. It prolongs no login.
func (q *ask) byItself() bool { return scripted(q.r) && q.r.Header.Get("X-Usher-Live") != "" }

// unspent uses up the drawing whose event runs; false: one has acted already. The ticks of a timer are no actions of somebody: they may come
// again, and leave the drawing to whoever looks at it. The button of a message uses up itself: it may be pressed on a later drawing.
func (o *opened) unspent(ctx context.Context, t *project.Trigger) (bool, error) {
	if t != nil && t.Event == "onTimer" && o.resume == nil {
		return true, nil
	}
	return o.q.spend(ctx, o.st, o.press)
}

// left runs what a page does when it is left, once for each drawing, also where an event of the drawing has led away. Nobody reads the answer.
func (q *ask) left(o *opened, t *project.Trigger, ev event) (*answer, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(q.r.Context()), eventTime)
	defer cancel()
	out := newAnswer(http.StatusNoContent)
	out.page = o.page.Name
	once := o.st
	once.Nonce += "/leave"
	unspent, err := q.spend(ctx, once, nil)
	if err != nil || !unspent {
		return out, err
	}
	if err := q.freshen(ctx, o.page); err != nil {
		return nil, err
	}
	if lost, err := o.takeFields(ctx, t); lost != nil || err != nil {
		return lost, err
	}
	o.reads = ev.Reads
	s, err := o.handed()
	if err != nil {
		return nil, err
	}
	if _, err := o.run(ctx, t.Actions, s); err != nil {
		return nil, err
	}
	out.cookies = o.out.cookies
	if !q.v.in() {
		return out, nil // what a guest's browser keeps goes with the next page
	}
	return out, o.saveApp(ctx)
}

// maxWrong bounds what a page remembers of what it says of inputs.
const maxWrong = 4 << 10

// keepWrong remembers what is said of inputs for drawings that nobody has asked for.
func (o *opened) keepWrong() {
	n := 0
	for name, text := range o.errors {
		n += len(name) + len(text)
	}
	if o.st.Wrong = o.errors; n > maxWrong {
		o.st.Wrong = nil
	}
}
