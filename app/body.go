package app

import (
	"bytes"
	"io"
	"net/http"
	"slices"

	"github.com/usherdev/usher/render"
)

// holdAt is how much of a page is held back. Up to there its answer has a length and can still become another; a longer page leaves while it
// is drawn, so that it takes no more room than this. (design 9.15)
const holdAt = 256 << 10

// body takes a page while it is drawn.
type body struct {
	held  []byte
	begin func() io.Writer // sends what stands before the page
	rest  io.Writer        // where the page goes once it has begun to leave
}

// Write implements io.Writer.
func (b *body) Write(p []byte) (int, error) {
	if b.rest == nil && len(b.held)+len(p) > holdAt {
		b.rest = b.begin()
		if _, err := b.rest.Write(b.held); err != nil {
			return 0, err
		}
		b.held = b.held[:0]
	}
	if b.rest != nil {
		return b.rest.Write(p)
	}
	b.held = append(b.held, p...)
	return len(p), nil
}

// paint draws the page into its answer. All else of the answer is known: a long page takes it along.
func (o *opened) paint(plan *render.Plan, frame render.Frame) error {
	q, out := o.q, o.out
	out.header.Set("Content-Type", htmlType)
	b := &body{begin: func() io.Writer {
		q.begun = true
		out.head(q.w)
		q.w.WriteHeader(out.status)
		if q.lent() {
			return cloned{q.w}
		}
		return q.w
	}}
	switch {
	case q.r.Method != http.MethodGet || out.status != http.StatusOK: // what two requests may share, or another answer is made of, is held whole
		b.rest = (*whole)(&b.held)
	case q.lent():
		b.held = make([]byte, 0, min(plan.Size(), holdAt))
	default:
		b.held, out.room = q.app.room(plan.Size())
	}
	scope := o.scope()
	o.watchScope(scope, out.status)
	err := plan.Render(b, render.View{Scope: scope, Frame: frame})
	out.body = b.held
	if q.begun {
		return nil // the browser has gone: nobody is left to tell
	}
	return err
}

// whole keeps all that is written.
type whole []byte

// Write implements io.Writer.
func (w *whole) Write(p []byte) (int, error) {
	*w = append(*w, p...)
	return len(p), nil
}

// lent reports whether bytes that were written may be read afterwards as well. From HTTP/2 on they may: a stream that was reset lets its writer
// go while the connection still sends. What is used again then would reach somebody else.
func (q *ask) lent() bool { return q.r.ProtoMajor != 1 }

// cloned writes bytes that nobody uses again.
type cloned struct{ w io.Writer }

// Write implements io.Writer.
func (c cloned) Write(p []byte) (int, error) { return c.w.Write(bytes.Clone(p)) }

// room is where a page is held, for about so many bytes, and what it goes back to when it has been sent.
func (a *App) room(size int) ([]byte, *[]byte) {
	room, ok := a.rooms.Get().(*[]byte)
	if !ok {
		room = new([]byte)
	}
	return slices.Grow((*room)[:0], min(size, holdAt)), room
}

// leave gives back the room of an answer that has been sent.
func (a *App) leave(out *answer) {
	if out.room != nil {
		*out.room = out.body[:0]
		a.rooms.Put(out.room)
		out.room, out.body = nil, nil
	}
}
