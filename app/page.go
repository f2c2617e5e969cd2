package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/render"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

// comesFromElsewhere reports whether this is a click on another site's page, for which browsers hold Strict cookies back.
func (q *ask) comesFromElsewhere() bool {
	if q.r.Method == http.MethodPost || !crossSite(q.r) || q.app.cookies.session.Sent(q.r.Header) {
		return false
	}
	return !strings.HasPrefix(q.r.Referer(), q.app.guard.origin(q.r)+"/") // our own page has sent it here once already
}

// again answers with a page that goes to the same address by itself: that request is our own and carries the cookies (3.1). It
// sets no cookie, for those the browser holds back must not be lost.
func (q *ask) again() *answer {
	to := q.app.guard.origin(q.r) + q.r.URL.EscapedPath()
	if q.r.URL.RawQuery != "" {
		to += "?" + q.r.URL.RawQuery
	}
	a := q.shell(http.StatusOK, render.DocumentInput{
		Heading: q.say("heading.moment"), Icon: "loader", Text: q.say("text.opens"), Links: []render.DocumentLink{{Text: q.say("link.openNow"), Href: to}},
	})
	a.header.Set("Refresh", "0;url="+to)
	a.note = "from another site"
	return a
}

// get opens a page.
func (q *ask) get(ctx context.Context) (*answer, error) {
	page, raw := q.rt.routes.match(q.r.URL.EscapedPath())
	if page == nil && q.r.URL.Path == "/" {
		return q.toStart(ctx)
	}
	if page == nil {
		return q.missing(ctx)
	}
	given, wrong := q.params(page, raw)
	return q.show(ctx, page, given, wrong, http.StatusOK)
}

// show takes a page through the gate, its load flow and its queries, and draws it. wrong says that its parameters are.
func (q *ask) show(ctx context.Context, page *project.Page, given map[string]any, wrong error, status int) (*answer, error) {
	o, wrong, err := q.openAny(page, given, wrong)
	if err != nil {
		return nil, err
	}
	if out, err := o.tellEnd(ctx); out != nil || err != nil {
		return out, err
	}
	if out, err := o.enter(wrong == nil); out != nil || err != nil {
		return out, err
	}
	if wrong != nil {
		return q.missing(ctx)
	}
	if err := q.freshen(ctx, page); err != nil {
		return nil, err
	}
	o.st.From = q.from(o)
	o.notices = append(o.notices, q.next.Notices...)
	if out, err := o.begin(ctx); out != nil || err != nil {
		return out, err
	}
	if out, err := o.load(ctx); out != nil || err != nil {
		return out, err
	}
	return o.draw(ctx, status)
}

// params types what the URL says, with the sensitive ones that crossed the redirect.
func (q *ask) params(page *project.Page, raw map[string]string) (map[string]any, error) {
	var hidden map[string]any
	if to := q.next.To; to != nil && to.Page == page.Name {
		hidden, _ = decode(to.Params)
	}
	query, err := url.ParseQuery(q.r.URL.RawQuery)
	if err != nil {
		return nil, fmt.Errorf("%w: the query", errParam)
	}
	return params(page, raw, query, hidden)
}

// openAny opens a page also when its parameters are wrong, so that the gate speaks first; then wrong comes back.
func (q *ask) openAny(page *project.Page, given map[string]any, wrong error) (*opened, error, error) {
	if wrong == nil {
		o, err := q.open(page, given)
		if !errors.Is(err, errParam) {
			return o, nil, err
		}
		wrong = err
	}
	o := q.blank(page)
	return o, wrong, o.loadApp(q.next.App)
}

// enter asks the gate; an answer means that the page is not shown.
func (o *opened) enter(remember bool) (*answer, error) {
	q := o.q
	e, err := q.rt.gate(o.page, q.v.in(), q.authScope)
	if err != nil {
		return nil, err
	}
	switch {
	case e.pass:
		return nil, nil
	case e.to == nil:
		out := q.refusal(http.StatusForbidden, textForbidden)
		out.cookies = append(out.cookies, o.out.cookies...)
		return out, nil
	}
	if e.remember && remember {
		if q.next.Return, err = o.place(); err != nil {
			return nil, err
		}
		q.next.Until = q.app.now().Add(nextLife).Unix()
	}
	q.next.Replace = true
	out, err := o.redirect(e.to, nil)
	if err == nil && e.remember {
		out.note = noteEntry
	}
	return out, err
}

// redirect answers with a 303 to a page.
func (o *opened) redirect(to *project.Page, given map[string]any) (*answer, error) {
	url, hidden, err := o.q.rt.routes.href(to, given)
	if err != nil {
		return nil, err
	}
	if len(hidden) == 0 {
		return o.sendTo(url, nil)
	}
	b, err := encode(hidden)
	if err != nil {
		return nil, err
	}
	return o.sendTo(url, &place{Page: to.Name, Params: b})
}

// sendTo answers with a 303 to a path of ours; what has not been shown yet crosses with it, and the sensitive parameters.
func (o *opened) sendTo(url string, hidden *place) (*answer, error) {
	q := o.q
	n := q.next.kept()
	n.Replace, n.Move, n.To = q.next.Replace, q.next.Move, hidden
	n.Notices = append(slices.Clone(o.notices), q.next.Notices...)
	out := seeOther(url)
	out.page, out.cookies = o.page.Name, o.out.cookies
	for k, v := range o.out.header {
		out.header[k] = v
	}
	q.keepGuestUnlessHeldBack(out)
	return out, q.app.writeNext(n, q.v, q.app.sentNext(q.r), out)
}

// keepGuestUnlessHeldBack gives a guest an id, except where a browser may only be holding his cookies back.
func (q *ask) keepGuestUnlessHeldBack(out *answer) {
	if !crossSite(q.r) {
		q.app.keepGuest(&q.v, out)
	}
}

// toStart sends whoever opens "/" to the page where he begins (F064).
func (q *ask) toStart(ctx context.Context) (*answer, error) {
	o := q.blank(&project.Page{Name: "/"})
	if out, err := o.tellEnd(ctx); out != nil || err != nil {
		return out, err
	}
	to, err := q.rt.start(q.v.in(), q.authScope())
	if err != nil {
		return nil, err
	}
	if to == nil {
		return q.missing(ctx)
	}
	e, err := q.rt.gate(to, q.v.in(), q.authScope)
	if err != nil {
		return nil, err
	}
	if !e.pass && e.to == nil {
		return q.refusal(http.StatusForbidden, textForbidden), nil
	}
	q.next.Replace = true
	return o.redirect(to, nil)
}

// missing is the answer to an unknown address: the app's own page for it, or ours. (F065)
func (q *ask) missing(ctx context.Context) (*answer, error) {
	page := q.rt.project.Page(q.rt.project.App.NotFound)
	if page != nil {
		e, err := q.rt.gate(page, q.v.in(), q.authScope)
		if err != nil {
			return nil, err
		}
		given, wrong := params(page, nil, nil, nil)
		if _, _, err := q.rt.routes.href(page, given); e.pass && wrong == nil && err == nil {
			return q.show(ctx, page, given, nil, http.StatusNotFound)
		}
	}
	return q.refusal(http.StatusNotFound, textMissing), nil
}

// from is the page that the browser came from, for Navigate Back: rebuilt from the route, never taken as an address.
func (q *ask) from(o *opened) *place {
	ref, err := url.Parse(q.r.Referer())
	if err != nil || ref.Host == "" || q.app.guard.hosts[strings.ToLower(ref.Host)] != q.app.guard.origin(q.r) || q.next.Replace {
		return nil
	}
	page, raw := q.rt.routes.match(ref.EscapedPath())
	if page == nil {
		return nil
	}
	given, err := params(page, raw, ref.Query(), nil)
	if err != nil {
		return nil
	}
	prev, err := q.open(page, given)
	if err != nil || prev.url == o.url {
		return nil
	}
	pl, err := prev.place()
	if err != nil {
		return nil
	}
	return pl
}

// draw runs the queries, seals the state and renders the page.
func (o *opened) draw(ctx context.Context, status int) (*answer, error) {
	q := o.q
	if out, err := o.runQueries(ctx); out != nil || err != nil {
		return out, err
	}
	out := o.out
	out.status, out.page = status, o.page.Name
	q.keepGuestUnlessHeldBack(out)
	if err := o.saveApp(ctx); err != nil {
		return nil, err
	}
	frame, err := o.frame()
	if err != nil {
		return nil, err
	}
	plan, err := q.rt.plan(o.page, q.lang())
	if err != nil {
		return nil, fmt.Errorf("draw page %s in %s: %w", o.page.Name, q.lang().Language(), err)
	}
	q.varies(out)
	if q.next.Replace {
		out.header.Set("X-Usher-History", "replace")
	}
	if q.next.Move != "" {
		out.header.Set("X-Usher-Move", q.next.Move)
	}
	if len(o.set) > 0 {
		out.header.Set("X-Usher-Set", strings.Join(o.set, ","))
	}
	// A note that a full disk does not take is no reason to keep the page back; the Manager has reported the fault.
	if err := q.prolong(ctx, out); err != nil && !errors.Is(err, session.ErrNotLoggedIn) && !errors.Is(err, session.ErrUnavailable) {
		return nil, err
	}
	n := q.next.kept()
	if had := q.app.sentNext(q.r); had || !n.empty() {
		if err := q.app.writeNext(n, q.v, had, out); err != nil {
			return nil, err
		}
	}
	if err := o.paint(plan, frame); err != nil {
		return nil, fmt.Errorf("draw page %s: %w", o.page.Name, err)
	}
	return out, nil
}

// frame is what the drawing gets beside the scope.
func (o *opened) frame() (render.Frame, error) {
	q := o.q
	o.st.bond = bond{Who: q.v.key(), Rev: q.rt.project.Revision, Page: o.page.Name}
	o.st.Nonce = random()
	var err error
	if o.st.State, err = encode(o.state); err != nil {
		return render.Frame{}, fmt.Errorf("page state: %w", err)
	}
	if o.st.Own, err = encode(o.owns); err != nil {
		return render.Frame{}, fmt.Errorf("component state: %w", err)
	}
	o.keepTyped()
	o.keepWrong()
	seal := q.app.seal.many(sealEvent)
	sealed, err := q.app.seal.sealState(o.st)
	if err != nil {
		return render.Frame{}, err
	}
	ask, err := o.question()
	if err != nil {
		return render.Frame{}, err
	}
	notices, err := o.drawnNotices(seal)
	if err != nil {
		return render.Frame{}, err
	}
	return render.Frame{
		Ask:    ask,
		Action: o.url, State: sealed, Values: o.values, Errors: o.errors, Notices: notices, Tabs: o.st.Tabs, Open: o.st.Open,
		Mode:     q.theme(),
		Live:     liveTag(q.v.s),
		Insecure: q.app.guard.insecure && q.app.guard.open(q.r),
		Event: func(t *project.Trigger, s value.Scope) (string, error) {
			reads, err := capture(t, s)
			if err != nil {
				return "", err
			}
			return seal(event{bond: o.st.bond, Nonce: o.st.Nonce, Trigger: t.ID, Reads: reads})
		},
		File: o.picture,
		Href: func(p *project.Page, given map[string]any) (string, error) {
			url, hidden, err := q.rt.routes.href(p, given)
			if err == nil && len(hidden) > 0 {
				err = fmt.Errorf("a link cannot carry the sensitive parameters of page %s", p.Name)
			}
			return url, err
		},
		Faults: func(at project.Path, err error) {
			q.app.log.Warn("drawn empty", "id", q.id, "page", o.page.Name, "at", string(at), "err", err)
		},
	}, nil
}
