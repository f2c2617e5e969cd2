package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/flow"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

// maxParallel bounds how many queries of one page run at once.
const maxParallel = 8

// errEnded says that the login ended while its page was being made: the request starts over as what the visitor is now.
var errEnded = errors.New("the login ended meanwhile")

// runQueries asks for what the page needs to draw itself, in parallel; what is remembered for this visit is not asked again
// (design 8.4, 9.12). An answer means that a flow around a call sent the browser elsewhere.
func (o *opened) runQueries(ctx context.Context) (*answer, error) {
	if len(o.page.Queries) == 0 {
		return nil, nil
	}
	send, done, err := o.sender(ctx)
	if err != nil {
		return nil, err
	}
	scope := o.scope()
	answers := make([]any, len(o.page.Queries))
	extents := make([]extent, len(o.page.Queries))
	faults := make([]error, len(o.page.Queries))
	slots := make(chan struct{}, maxParallel)
	var wg sync.WaitGroup
	for i, qu := range o.page.Queries {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			defer func() {
				if p := recover(); p != nil {
					faults[i] = fmt.Errorf("query %s: panic: %v", qu.Name, p)
				}
			}()
			answers[i], extents[i], faults[i] = o.query(ctx, qu, scope, send)
		})
	}
	wg.Wait()
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	o.queries = make(map[string]any, len(answers))
	for i, qu := range o.page.Queries {
		o.queries[qu.Name] = answers[i]
		o.st.reached(qu, extents[i])
	}
	return done()
}

// sender is how queries are sent.
type sender func(ctx context.Context, req call.Request) (call.Reply, error)

// sender says how the queries of the page are sent, and what follows when all have been: as the visitor, and through the flow runner where
// the app declares flows around one of their calls (F101).
func (o *opened) sender(ctx context.Context) (send sender, done func() (*answer, error), err error) {
	q := o.q
	if slices.ContainsFunc(o.page.Queries, func(qu *project.Query) bool { return qu.Call.Intercepted() }) {
		in := flow.Input{Scope: o.scope(), State: o.state, AppState: o.app, Form: o.form, Page: o.page, ClientAddr: q.addr()}
		if q.v.in() {
			in.SessionID = q.v.s.ID
		}
		asking, err := q.rt.flows.Ask(ctx, in)
		if err != nil {
			return nil, nil, err
		}
		return asking.Do, func() (*answer, error) { return o.asked(ctx, asking.Finish()) }, nil
	}
	login := q.login()
	var who call.Login
	if login != nil {
		who = login
	}
	send = func(ctx context.Context, req call.Request) (call.Reply, error) { return q.rt.calls.Do(ctx, req, who) }
	return send, func() (*answer, error) { return nil, q.see(login) }, nil
}

// asked takes over what flows around the queries came to. Who is somebody else now sees nothing that was asked for the one before: the page
// is opened again.
func (o *opened) asked(ctx context.Context, res flow.Result) (*answer, error) {
	if res.Ended != "" {
		return nil, errEnded
	}
	was := o.q.v.s.Key
	to, err := o.absorb(ctx, res)
	if err != nil {
		return nil, err
	}
	if out, err := o.settle(ctx, to); out != nil || err != nil {
		return out, err
	}
	if o.q.v.s.Key != was {
		return o.redirect(o.page, o.params)
	}
	return nil, nil
}

// login is the call.Login of who asks; nil for a guest.
func (q *ask) login() *call.Bearer {
	if !q.v.in() {
		return nil
	}
	return call.NewBearer(q.app.cfg.Sessions, q.v.s)
}

// see takes over what calls have learned of the login.
func (q *ask) see(login *call.Bearer) error {
	if login == nil {
		return nil
	}
	s, ok := login.Session()
	if !ok {
		return errEnded
	}
	q.v.s = s
	return nil
}

// query is one of them: its reply as scopes see it, nil when it is not wanted, and how far its pages go.
func (o *opened) query(ctx context.Context, qu *project.Query, s value.Scope, send sender) (any, extent, error) {
	if qu.When != nil {
		v, err := qu.When.Eval(s)
		if err != nil {
			return nil, extent{}, fmt.Errorf("query %s: when: %w", qu.Name, err)
		}
		if !value.Truth(v) {
			return nil, extent{}, nil
		}
	}
	if qu.Pages != nil {
		return o.pages(ctx, qu, s, send)
	}
	args, err := arguments(qu, s)
	if err != nil {
		return nil, extent{}, fmt.Errorf("query %s: %w", qu.Name, err)
	}
	v, err := o.ask(ctx, qu, s, send, o.memoryKey(qu, args, 0))
	return v, extent{}, err
}

// ask sends a query, unless what it came to in this visit is remembered under key.
func (o *opened) ask(ctx context.Context, qu *project.Query, s value.Scope, send sender, key string) (map[string]any, error) {
	if v, ok := o.q.app.memory.get(key); ok && !o.rerun[qu.Name] && !o.rerun[""] {
		return v, nil
	}
	req := call.Request{Call: qu.Call, ClientAddr: o.q.addr(), Locale: o.q.lang()}
	if qu.With != nil {
		req.Args = call.ArgsOf(qu.With, s)
	}
	reply, err := send(ctx, req)
	if err != nil {
		return nil, fmt.Errorf("query %s: %w", qu.Name, err)
	}
	v := reply.Value()
	if reply.OK {
		o.q.app.memory.put(key, o.q.v.key(), 1024+4*len(reply.Text), v)
	}
	return v, nil
}

// arguments are the arguments of a query as text that tells them apart. It may hold secrets and is only ever hashed.
func arguments(qu *project.Query, s value.Scope) (string, error) {
	var args any
	if qu.With != nil {
		v, err := qu.With.Eval(s)
		if err != nil {
			return "", fmt.Errorf("with: %w", err)
		}
		args = v
	}
	text, err := value.EncodeJSON(value.Reveal(args))
	if err != nil {
		return "", fmt.Errorf("with: %w", err)
	}
	return string(text), nil
}

// memoryKey names a result: who asked in which visit, for what (which page of it), and as of which data.
func (o *opened) memoryKey(qu *project.Query, args string, index int) string {
	sess := o.q.v.s
	sum := sha256.Sum256([]byte(strings.Join([]string{
		o.q.v.key(), o.st.Visit, o.q.rt.project.Revision, qu.Call.ID, args, strconv.Itoa(index), sess.Auth.UID,
		strconv.FormatInt(sess.Ver, 10), strconv.FormatUint(sess.Data, 10),
	}, "\x00")))
	return hex.EncodeToString(sum[:])
}

// needsFresh reports whether the page calls the backend with the login before it is drawn.
func needsFresh(page *project.Page) bool { return len(page.Queries) > 0 || len(page.OnLoad) > 0 }

// courtesy is how long a page that asks the backend nothing waits for a renewal of the login that it shows.
const courtesy = 2 * time.Second

// freshen renews the login ahead of its expiry, so that a page with several calls begins with a token that lives, and one without calls
// does not greet somebody whose login the backend has ended (F017). A page without calls is drawn whatever becomes of the renewal: a stored
// session is valid without the network (F024).
func (q *ask) freshen(ctx context.Context, page *project.Page) error {
	if !q.v.in() {
		return nil
	}
	calls := needsFresh(page)
	if !calls {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, courtesy)
		defer cancel()
	}
	s, ok, err := q.app.cfg.Sessions.FreshOf(ctx, q.v.s)
	switch {
	case !calls && (errors.Is(err, session.ErrUnavailable) || errors.Is(err, session.ErrBusy) || errors.Is(err, context.DeadlineExceeded)):
		return nil
	case errors.Is(err, session.ErrNotLoggedIn):
		return errEnded
	case err != nil:
		return err
	case !ok || !s.Active():
		return errEnded
	}
	q.v.s = s
	return nil
}
