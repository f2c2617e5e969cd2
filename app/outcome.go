package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/usherdev/usher/flow"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

// flowFault is a flow that could not go on. What it did until then stands, so its cookies go out with the page of the fault.
type flowFault struct {
	err     error
	cookies []string
}

func (f *flowFault) Error() string { return f.err.Error() }
func (f *flowFault) Unwrap() error { return f.err }

// run runs a flow of the page and takes over what it came to; the Navigate is returned, nil when there is none.
func (o *opened) run(ctx context.Context, actions []*project.Action, s value.Scope) (*flow.Navigate, error) {
	q := o.q
	in := flow.Input{
		Actions: actions, Scope: s, State: o.state, AppState: o.app, Own: o.owns, Form: o.form, Page: o.page, Sent: o.sent, ClientAddr: q.addr(), Device: deviceOf(q.r.UserAgent()), Validate: o.validate, Resume: o.resume,
		Fits: o.fits, Reaches: o.reaches,
	}
	o.resume = nil
	if q.v.in() {
		in.SessionID = q.v.s.ID
	}
	began := q.app.now()
	res, err := q.rt.flows.Run(ctx, in)
	o.watchFlow(in, res, q.app.now().Sub(began), err)
	if err != nil && res.State == nil {
		return nil, err
	}
	to, lost := o.absorb(ctx, res)
	if err = errors.Join(err, lost); err != nil {
		return nil, &flowFault{err: fmt.Errorf("flow of page %s: %w", o.page.Name, err), cookies: o.out.cookies}
	}
	return to, nil
}

// absorb takes over the result of a run.
func (o *opened) absorb(ctx context.Context, res flow.Result) (*flow.Navigate, error) {
	o.state, o.app, o.owns = res.State, res.AppState, res.Own
	o.q.caught = append(o.q.caught, res.Caught...)
	o.reset(res.Reset)
	for name, v := range res.Form {
		o.form[name] = v
		o.values[name] = shown(v)
		o.set = append(o.set, name)
	}
	slices.Sort(o.set)
	o.set = slices.Compact(o.set)
	if len(res.FieldErrors) > 0 {
		o.errors = res.FieldErrors
	}
	for _, name := range res.RefreshQueries {
		o.rerun[name] = true
	}
	if res.RefreshAll {
		o.rerun[""] = true
	}
	o.st.loadMore(res.MoreOf)
	if res.Open != nil {
		o.st.Open = *res.Open
	}
	o.pending = res.Pending
	var to *flow.Navigate
	var lost error
	for _, e := range res.Effects {
		switch e := e.(type) {
		case flow.Notify:
			n, err := o.notice(e)
			lost = errors.Join(lost, err)
			o.notices = append(o.notices, n)
		case flow.Navigate:
			to = &e
		case flow.Clip:
			o.notices = append(o.notices, clip(e.Text))
		case flow.Launch:
			o.notices = append(o.notices, o.launch(e))
		case flow.Fetch:
			n, err := o.fetch(e)
			lost = errors.Join(lost, err)
			o.notices = append(o.notices, n)
		case flow.Shine:
			o.q.shine(e.Mode, o.out)
		case flow.Speak:
			o.q.speak(e.Locale, o.out)
		case flow.Leave:
			o.leave = &e
		}
	}
	return to, errors.Join(lost, o.adopt(ctx, res))
}

// reset forgets what was typed into inputs, in each row where a list repeats them.
func (o *opened) reset(ids []string) {
	for _, id := range ids {
		o.set = append(o.set, id)
		delete(o.values, id)
		delete(o.errors, id)
		for name := range o.values {
			if strings.HasPrefix(name, id+".") {
				delete(o.values, name)
				o.set = append(o.set, name)
			}
		}
	}
}

// shown is how a value stands in an input.
func shown(v any) string {
	if b, ok := v.(bool); ok {
		if b {
			return "on"
		}
		return ""
	}
	if value.HasSecret(v) {
		return ""
	}
	if list, ok := v.([]any); ok {
		return project.Joined(value.Texts(list))
	}
	return value.Text(v)
}

// adopt makes the login of a run's result the visitor's.
func (o *opened) adopt(ctx context.Context, res flow.Result) error {
	q := o.q
	was := q.v
	if was.in() {
		q.app.live.stir(was.s.Key)
	}
	switch {
	case res.Ended != "":
		o.notices = nil // what the flow said of a dead login; the end itself is told instead
		q.v.s = res.Session
		q.v.s.Ended = res.Ended
		return nil
	case res.Session.Active() || was.in():
		q.app.became(&q.v, res.Session, o.out)
	}
	if was.key() != q.v.key() || res.DataChanged && !q.v.in() {
		q.app.forget(was.key())
	}
	if was.s.Key != q.v.s.Key {
		q.rt.calls.Forget(was.s.Key)
	}
	if res.LoggedOut {
		q.next = next{Notices: q.next.Notices, Started: q.next.Started}
	}
	if was.key() != q.v.key() {
		o.appWas = "" // the new session, or the guest, has none yet
	}
	if res.DataChanged && q.v.in() {
		s, ok, err := q.app.cfg.Sessions.Current(ctx, q.v.s.ID)
		if err != nil {
			return err
		}
		if ok && s.Active() {
			q.v.s = s
		}
	}
	return nil
}

// follow answers with the redirect that a flow asks for. (F063, F067, F074)
func (o *opened) follow(ctx context.Context, to *flow.Navigate) (*answer, error) {
	q := o.q
	page, given, err := o.destination(to)
	if err != nil {
		return nil, err
	}
	q.next.Replace, q.next.Move = to.Replace || to.Back || to.After != "", to.Move
	if err := o.saveApp(ctx); err != nil {
		return nil, err
	}
	if page == nil {
		return o.sendTo("/", nil)
	}
	return o.redirect(page, given)
}

// destination is the page that a Navigate means; nil is the start. A page remembered from before the log-in is used once.
func (o *opened) destination(to *flow.Navigate) (*project.Page, map[string]any, error) {
	q := o.q
	switch {
	case to.Back:
		if page, given := q.rt.find(o.st.From); page != nil {
			return page, given, nil
		}
		return to.Page, to.Params, nil
	case to.Page != nil:
		return to.Page, to.Params, nil
	case to.After == "logIn":
		page, given := q.rt.find(q.next.Return)
		q.next.Return = nil
		if page != nil && page.Access != project.AccessLoggedOut {
			return page, given, nil
		}
	}
	page, err := q.rt.start(q.v.in(), q.authScope())
	return page, nil, err
}

// begin runs onAppStart on the first page that a browser opens in one run of it (F156).
func (o *opened) begin(ctx context.Context) (*answer, error) {
	q := o.q
	actions := q.rt.project.App.Events["onAppStart"]
	if len(actions) == 0 || q.next.Started || crossSite(q.r) {
		return nil, nil
	}
	q.next.Started = true
	to, err := o.run(ctx, actions, o.scope())
	if err != nil {
		return nil, err
	}
	return o.settle(ctx, to)
}

// load runs the page's load flow, once for each GET; an answer means that it sent the browser elsewhere.
func (o *opened) load(ctx context.Context) (*answer, error) {
	if len(o.page.OnLoad) == 0 {
		return nil, nil
	}
	o.root = rootLoad
	to, err := o.run(ctx, o.page.OnLoad, o.scope())
	if err != nil {
		return nil, err
	}
	return o.settle(ctx, to)
}

// settle does what follows any run: the end of a login is told, a navigation followed, and the gate asked again of whoever the
// visitor is now. nil means that the page is drawn.
func (o *opened) settle(ctx context.Context, to *flow.Navigate) (*answer, error) {
	q := o.q
	if q.v.s.Ended != "" {
		if out, err := o.tellEnd(ctx); out != nil || err != nil {
			return out, err
		}
		to, o.leave, o.pending = nil, nil, nil
	}
	switch {
	case o.leave != nil:
		return o.goAway(ctx)
	case to != nil:
		return o.follow(ctx, to)
	}
	return o.enter(true)
}

// ending is what people read when a login has ended and the app says nothing itself.
func (q *ask) ending(why session.Reason) string {
	if key := "usher.ended." + string(why); q.lang().Message(key) != nil {
		return q.lang().Say(key)
	}
	return q.say("ended.other")
}

// tellEnd tells a browser, once, that its login has ended: by the app's onSessionExpired flow, which has session.reason and
// session.uid, or by a sentence of ours. Afterwards the visitor is a guest. (F044, design 9.7)
func (o *opened) tellEnd(ctx context.Context) (*answer, error) {
	q := o.q
	s := q.v.s
	if s.Ended == "" {
		return nil, nil
	}
	q.app.forget(bindKey(s.ID))
	q.rt.calls.Forget(s.Key)
	q.app.live.finish(s.Key, s.Ended)
	q.v.s = session.Session{}
	started := q.next.Started
	q.next = q.app.readNext(q.r, q.v)
	q.next.Started = q.next.Started || started
	q.app.keepGuest(&q.v, o.out)
	if err := o.loadApp(q.next.App); err != nil {
		return nil, err
	}
	if !told(s.Ended) || !q.app.told.first(s.Key) {
		return nil, nil
	}
	var to *flow.Navigate
	if actions := q.rt.project.App.Events["onSessionExpired"]; len(actions) > 0 {
		o.reason = &s
		var err error
		to, err = o.run(ctx, actions, o.scope())
		o.reason = nil
		if err != nil {
			return nil, err
		}
	} else {
		o.notices = append(o.notices, note(q.ending(s.Ended), "info"))
	}
	if err := q.app.cfg.Sessions.Forget(ctx, s.ID); err != nil {
		return nil, err
	}
	if to != nil {
		return o.follow(ctx, to)
	}
	return nil, nil
}
