package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/flow"
	"github.com/usherdev/usher/openid"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/render"
)

const (
	backPath = "back"           // below /_usher/: where providers send browsers back to
	awayLife = 15 * time.Minute // how long somebody may take to log in at a provider
)

// away is a log-in with an identity provider while the browser is there. It lies sealed in the next cookie, so that only the browser
// that left can come back (A14).
type away struct {
	call.Handover
	Persist bool   `json:"k,omitempty"`
	From    *place `json:"f,omitempty"` // the page to show when nothing comes of it
	Until   int64  `json:"u"`           // Unix seconds
}

// redirectURI is the address that providers send browsers back to; it has to be registered with them.
func (a *App) redirectURI() string { return a.guard.home + "/_usher/" + backPath }

// goAway sends the browser to a provider. The answer is a page that leads there by itself: a redirect after a form would be
// stopped by the page's own form-action policy.
func (o *opened) goAway(ctx context.Context) (*answer, error) {
	q := o.q
	to, h, err := q.rt.calls.LeaveFor(ctx, o.leave.Provider, q.app.redirectURI())
	if err != nil {
		q.app.log.Warn("identity provider", "id", q.id, "provider", o.leave.Provider, "err", err)
		o.leave = nil
		o.notices = append(o.notices, note(q.say(textNoProvider, "id", q.id), "error"))
		return o.draw(ctx, http.StatusOK)
	}
	from, err := o.place()
	if err != nil {
		return nil, err
	}
	if err := o.saveApp(ctx); err != nil {
		return nil, err
	}
	out := q.shell(http.StatusOK, render.DocumentInput{
		Heading: q.say("heading.moment"), Icon: "log-in", Text: q.say("text.leaving"),
		Links: []render.DocumentLink{{Text: q.say("link.goNow"), Href: to}},
	})
	out.header.Set("Refresh", "0;url="+to)
	out.header.Set("X-Usher-Leave", to)
	out.page, out.cookies = o.page.Name, o.out.cookies
	q.app.keepGuest(&q.v, out)
	n := q.next.kept()
	n.Away = &away{Handover: h, Persist: o.leave.Persist, From: from, Until: q.app.now().Add(awayLife).Unix()}
	return out, q.app.writeNext(n, q.v, q.app.sentNext(q.r), out)
}

// comeBack ends a log-in with a provider. An answer that does not belong to this browser's own attempt has no effect.
func (q *ask) comeBack(ctx context.Context) (*answer, error) {
	g := q.app.guard
	if g.open(q.r) && !g.insecure {
		return q.refusal(http.StatusForbidden, textOpen), nil
	}
	if g.navigation(q.r) != nil {
		return q.refusal(http.StatusForbidden, textProof), nil
	}
	var err error
	if q.v, err = q.app.visit(ctx, q.r); err != nil {
		return nil, err
	}
	if q.comesFromElsewhere() {
		return q.again(), nil
	}
	q.next = q.app.readNext(q.r, q.v)
	w := q.next.Away
	if w == nil {
		return q.refusal(http.StatusBadRequest, textStranger), nil
	}
	q.next.Away = nil // one answer for one attempt
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), eventTime)
	defer cancel()
	a, err := q.rt.calls.ComeBack(ctx, w.Handover, q.app.redirectURI(), q.r.URL.Query())
	var no *openid.Refusal
	switch {
	case errors.Is(err, openid.ErrForeign):
		return q.refusal(http.StatusBadRequest, textStranger), nil
	case errors.As(err, &no):
		q.app.log.Info("identity provider", "id", q.id, "provider", w.Provider, "answer", no.Code)
		if no.Code == "access_denied" {
			return q.backTo(w.From, q.say(textDenied), "info")
		}
		return q.backTo(w.From, q.say(textNoProvider, "id", q.id), "error")
	case err != nil:
		q.app.log.Warn("identity provider", "id", q.id, "provider", w.Provider, "err", err)
		return q.backTo(w.From, q.say(textNoProvider, "id", q.id), "error")
	}
	o := q.blank(&project.Page{Name: "/"})
	if err := o.loadApp(q.next.App); err != nil {
		return nil, err
	}
	in := flow.Input{Scope: o.scope(), AppState: o.app, ClientAddr: q.addr(), Device: deviceOf(q.r.UserAgent())}
	if q.v.in() {
		in.SessionID = q.v.s.ID
	}
	res, err := q.rt.flows.Enter(ctx, in, a, w.Persist)
	if err != nil && res.State == nil {
		return nil, err
	}
	to, lost := o.absorb(ctx, res)
	if err = errors.Join(err, lost); err != nil {
		return nil, &flowFault{err: fmt.Errorf("log in with %s: %w", w.Provider, err), cookies: o.out.cookies}
	}
	if out, err := o.settle(ctx, to); out != nil || err != nil {
		return out, err
	}
	return o.sendTo("/", nil)
}

// backTo returns to the page that the browser left, with a sentence.
func (q *ask) backTo(from *place, text, tone string) (*answer, error) {
	page, given := q.rt.find(from)
	o := q.blank(&project.Page{Name: "/"})
	o.notices = append(o.notices, note(text, tone))
	q.next.Replace = true
	if page == nil {
		return o.sendTo("/", nil)
	}
	return o.redirect(page, given)
}
