package app

import (
	"context"
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

// Keys of the sentences for a page that was drawn again instead of acting on what was posted.
const (
	staleForged = "stale.forged"
	staleRev    = "stale.revision"
	staleWho    = "stale.who"
	staleCookie = "stale.cookie"
)

// readForm reads a posted form within its limits; an answer means that it is refused.
func (q *ask) readForm(ctx context.Context) (*answer, error) {
	kind, params, err := mime.ParseMediaType(q.r.Header.Get("Content-Type"))
	var out *answer
	switch {
	case err == nil && kind == "application/x-www-form-urlencoded":
		out = q.readText()
	case err == nil && kind == "multipart/form-data":
		out, err = q.readParts(ctx, params["boundary"])
	default:
		return q.refusal(http.StatusUnsupportedMediaType, textMedia), nil
	}
	if out != nil || err != nil {
		return out, err
	}
	for name, v := range q.form {
		if strings.HasPrefix(name, "_") && len(v) > 1 {
			return q.refusal(http.StatusBadRequest, textForm), nil
		}
	}
	return nil, nil
}

// readText reads a form without files.
func (q *ask) readText() *answer {
	body, err := io.ReadAll(http.MaxBytesReader(nil, q.r.Body, maxForm))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		a := q.refusal(http.StatusRequestEntityTooLarge, textLarge)
		a.header.Set("Connection", "close") // what is left of it is not read
		return a
	case err != nil:
		return q.refusal(http.StatusBadRequest, textForm)
	}
	if q.form, err = url.ParseQuery(string(body)); err != nil {
		return q.refusal(http.StatusBadRequest, textForm)
	}
	return nil
}

// post acts on an event of a page, or draws the page again with the reason why it did not.
func (q *ask) post(ctx context.Context) (*answer, error) {
	page, raw := q.rt.routes.match(q.r.URL.EscapedPath())
	if page == nil {
		return q.missing(ctx)
	}
	if q.v.s.Ended != "" {
		given, wrong := q.params(page, raw)
		return q.show(ctx, page, given, wrong, http.StatusOK)
	}
	want := bond{Who: q.v.key(), Rev: q.rt.project.Revision, Page: page.Name}
	st, stale := q.app.seal.openState(q.form.Get("_state"), want)
	if stale != nil {
		return q.stale(ctx, page, raw, stale)
	}
	o, err := q.restore(page, raw, st)
	if errors.Is(err, errParam) {
		return q.missing(ctx)
	}
	if err != nil {
		return nil, err
	}
	if out, err := o.enter(true); out != nil || err != nil {
		return out, err
	}
	o.switchTabs()
	o.askQueries()
	if q.form.Get("_pause") != "" {
		return q.proceed(ctx, o)
	}
	if q.form.Get("_event") == "" {
		o.readFields(nil)
		return o.draw(ctx, http.StatusOK)
	}
	ev, err := q.app.seal.openEvent(q.form.Get("_event"), st, q.app.now())
	trigger, actions, known := o.flowOf(ev.Trigger)
	if err != nil || !known || ev.Trigger == rootLoad {
		return o.forged(ctx)
	}
	key := strings.Join([]string{st.Who, st.Nonce, ev.Trigger, string(ev.Reads)}, "\x00")
	return q.app.twins.do(ctx, key, func() (*answer, error) {
		switch {
		case trigger == nil:
			return q.pressed(o, ev, actions)
		case trigger.Event == "onLeave":
			return q.left(o, trigger, ev)
		}
		return q.act(o, trigger, ev)
	})
}

// forged draws the page again instead of acting on what it never sent.
func (o *opened) forged(ctx context.Context) (*answer, error) {
	o.readFields(nil)
	o.notices = append(o.notices, note(o.q.say(staleForged), "error"))
	o.out.note = noteForged
	return o.draw(ctx, http.StatusConflict)
}

// restore opens a page as its posted state says it was.
func (q *ask) restore(page *project.Page, raw map[string]string, st pageState) (*opened, error) {
	hidden, err := decode(st.Params)
	if err != nil {
		return nil, err
	}
	query, err := url.ParseQuery(q.r.URL.RawQuery)
	if err != nil {
		return nil, errParam
	}
	given, err := params(page, raw, query, hidden)
	if err != nil {
		return nil, err
	}
	o, err := q.open(page, given)
	if err != nil {
		return nil, err
	}
	have, err := decode(st.State)
	if err != nil {
		return nil, err
	}
	if o.state, err = defaults(page.State, have); err != nil {
		return nil, err
	}
	if err := o.loadOwn(st.Own); err != nil {
		return nil, err
	}
	if !q.v.in() && len(st.App) > 0 {
		if err := o.loadApp(st.App); err != nil {
			return nil, err
		}
	}
	o.st = st
	if q.byItself() {
		o.errors = st.Wrong
	}
	if o.st.Tabs == nil {
		o.st.Tabs = map[string]int{}
	}
	return o, nil
}

// stale draws a page again whose posted state cannot be acted on: what was typed stays, passwords aside (design 8.3).
func (q *ask) stale(ctx context.Context, page *project.Page, raw map[string]string, why error) (*answer, error) {
	given, wrong := q.params(page, raw)
	o, wrong, err := q.openAny(page, given, wrong)
	if err != nil {
		return nil, err
	}
	if out, err := o.enter(wrong == nil); out != nil || err != nil {
		return out, err
	}
	if wrong != nil {
		return q.missing(ctx)
	}
	text := staleForged
	switch {
	case q.v.bare:
		text = staleCookie
	case errors.Is(why, errRev):
		text = staleRev
	case errors.Is(why, errWho):
		text = staleWho
	default:
		o.out.note = noteForged
	}
	if err := q.freshen(ctx, page); err != nil {
		return nil, err
	}
	if out, err := o.load(ctx); out != nil || err != nil {
		return out, err
	}
	o.switchTabs()
	o.readFields(nil)
	o.notices = append(o.notices, note(q.say(text), "error"))
	return o.draw(ctx, http.StatusConflict)
}

// act runs the flow of an event, once. It goes on when its browser has gone: what was begun is finished.
func (q *ask) act(o *opened, t *project.Trigger, ev event) (*answer, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(q.r.Context()), eventTime)
	defer cancel()
	if err := q.freshen(ctx, o.page); err != nil {
		return nil, err
	}
	if out, err := o.takeFields(ctx, t); out != nil || err != nil {
		return out, err
	}
	if len(o.badFiles) > 0 {
		o.errors = map[string]string{}
		if t.Event == "onSubmit" {
			o.errors = o.validate()
		}
		maps.Copy(o.errors, o.badFiles)
		return o.draw(ctx, http.StatusUnprocessableEntity)
	}
	if t.Event == "onSubmit" {
		if o.errors = o.validate(); len(o.errors) > 0 {
			return o.draw(ctx, http.StatusUnprocessableEntity)
		}
	}
	o.root, o.reads = t.ID, ev.Reads
	return o.once(ctx, t, t.Actions)
}

// once runs a flow unless its drawing has been acted on already. Nobody may try to log in too often by it. t is its trigger, nil for a load flow.
func (o *opened) once(ctx context.Context, t *project.Trigger, actions []*project.Action) (*answer, error) {
	q := o.q
	trying := o.root != rootLoad && !q.v.in() && logsIn(actions)
	if trying {
		if wait := q.app.guesses.wait(q.app.now(), q.addr(), o.account(t)); wait > 0 {
			return o.tooOften(ctx, wait)
		}
	}
	unspent, err := o.unspent(ctx, t)
	if err != nil {
		return nil, err
	}
	if !unspent {
		return o.draw(ctx, http.StatusOK)
	}
	s, err := o.handed()
	if err != nil {
		return nil, err
	}
	out, err := o.answer(ctx, actions, s)
	if trying && q.v.in() {
		q.app.guesses.right(q.app.now(), q.addr(), o.account(t))
	}
	if err == nil && trying && !q.v.in() && out.note == "" && o.pending == nil {
		out.note = noteFailed
	}
	return out, err
}

// handed is the scope of a flow with what was sealed into its control.
func (o *opened) handed() (value.Scope, error) {
	s := o.scope()
	reads, err := decode(o.reads)
	maps.Copy(s, reads)
	return s, err
}

// answer runs the flow of an event and draws what came of it.
func (o *opened) answer(ctx context.Context, actions []*project.Action, s value.Scope) (*answer, error) {
	to, err := o.run(ctx, actions, s)
	if err != nil {
		return nil, err
	}
	if out, err := o.settle(ctx, to); out != nil || err != nil {
		return out, err
	}
	if len(o.errors) > 0 {
		return o.draw(ctx, http.StatusUnprocessableEntity)
	}
	return o.draw(ctx, http.StatusOK)
}

// spend uses up the page's nonce, or that of a press; false means that an event of this drawing, or this button, has acted already (design 9.13).
func (q *ask) spend(ctx context.Context, st pageState, press *event) (unspent bool, err error) {
	nonce := st.Nonce
	if press != nil {
		nonce = press.Own
	}
	switch {
	case !q.v.in():
		return q.app.spent.first(st.Who + nonce), nil
	case press != nil:
		unspent, err = q.app.cfg.Sessions.SpendNonceAfter(ctx, q.v.s.ID, nonce, press.After)
	default:
		unspent, err = q.app.cfg.Sessions.SpendNonce(ctx, q.v.s.ID, nonce)
	}
	if errors.Is(err, session.ErrNotLoggedIn) {
		return false, errEnded
	}
	return unspent, err
}

// switchTabs shows the tabs that were asked for, and closes a dialog.
func (o *opened) switchTabs() {
	if o.q.form.Has("_close") {
		o.st.Open = ""
	}
	for name, v := range o.q.form {
		key, ok := strings.CutPrefix(name, "_tab.")
		if n := atoi(v[0]); ok && n >= 0 && len(key) <= 128 && len(o.st.Tabs) < 64 {
			o.st.Tabs[key] = n
		}
	}
}

// askQueries asks a query again, or for its next page, as the button of a list wants. A query only reads, so this needs no flow.
func (o *opened) askQueries() {
	for _, qu := range o.page.Queries {
		switch qu.Name {
		case o.q.form.Get("_again"):
			o.rerun[qu.Name] = true
		case o.q.form.Get("_more"):
			o.st.loadMore([]string{qu.Name})
		}
	}
}

// takeFields reads the posted inputs for a flow. What was shown is found out again, so that no input of it goes unchecked, and nothing comes
// to the flow that was sent for an input which nobody could fill in. What was typed stays in its input all the same.
func (o *opened) takeFields(ctx context.Context, t *project.Trigger) (*answer, error) {
	o.readFields(t)
	if o.page.FieldsReadQueries() {
		if out, err := o.runQueries(ctx); out != nil || err != nil {
			return out, err
		}
	}
	for _, w := range o.page.Closed(o.posted, o.scope()) {
		o.form[w.ID], _ = w.Read(nil, o.q.lang())
		delete(o.posted, w.ID)
	}
	return nil, nil
}

// readFields reads the posted inputs by the catalogue's types. Without script only the form that was sent is there; the inputs of
// others read as empty. t is the event, nil when none runs.
func (o *opened) readFields(t *project.Trigger) {
	whole := scripted(o.q.r)
	if t != nil {
		o.sent = formOf(t.Widget)
	}
	for name, text := range o.st.Typed {
		o.values[name] = text
	}
	o.posted = map[string]any{}
	defer o.readFiles()
	for _, w := range o.page.Fields {
		raw, there := o.q.form[w.Key]
		if w.Kind == "fileUpload" {
			continue
		}
		v, text := w.Read(raw, o.q.lang())
		o.form[w.ID] = nil
		if there || whole || t != nil && w.Form == o.sent {
			o.form[w.ID] = v
		}
		if there {
			o.posted[w.ID] = v
		}
		switch {
		case isPassword(w):
			delete(o.values, w.Key)
		case there || (w.Field.Kind == value.KindBool || w.Many()) && o.form[w.ID] != nil:
			o.values[w.Key] = text
			o.rowValues(w.Key)
		default:
			o.rowValues(w.Key)
		}
	}
}

// rowValues keeps what was typed into an input that lists repeat: there its name carries the key of the row.
func (o *opened) rowValues(key string) {
	for name, v := range o.q.form {
		if strings.HasPrefix(name, key+".") {
			o.values[name] = v[0]
		}
	}
}

// validate checks the inputs of the form that was sent.
func (o *opened) validate() map[string]string { return o.page.Validate(o.sent, o.posted, o.scope()) }

// formOf is the form that a control sends: the one it stands in or is. What is no control sends the inputs outside any.
func formOf(w *project.Widget) *project.Widget {
	if w == nil || w.Kind == "form" {
		return w
	}
	return w.Form
}

// isPassword reports whether what is typed into an input is never shown again. (design 8.2)
func isPassword(w *project.Widget) bool {
	if w.Field != nil && w.Field.Kind == value.KindSecret {
		return true
	}
	t := w.Prop("type")
	if t == nil {
		return false
	}
	v, _ := t.Constant()
	return w.Kind == "textField" && v == "password"
}

// maxTyped bounds what a page remembers of inputs that are not drawn.
const maxTyped = 8 << 10

// keepTyped remembers what was typed, so that another tab and back loses nothing.
func (o *opened) keepTyped() {
	n := 0
	o.st.Typed = nil
	for name, text := range o.values {
		if n += len(name) + len(text); n > maxTyped {
			o.st.Typed = nil
			return
		}
		if o.st.Typed == nil {
			o.st.Typed = map[string]string{}
		}
		o.st.Typed[name] = text
	}
}
