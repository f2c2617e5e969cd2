package hostile_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/session/redisstore"
	"github.com/usherdev/usher/session/sqlstore"
)

// This file is a node in a process of its own: the test binary, started again, reads questions on its standard input
// and answers on its standard output, a line of JSON each. fleet_test.go starts and stops it.

// question asks a node for one thing. Do names it, see ask.
type question struct {
	N       int // of the question; its reply has the same
	Do      string
	ID, UID string        `json:",omitempty"`
	Auth    *login        `json:",omitempty"`
	Ver     int64         `json:",omitempty"`
	Set     string        `json:",omitempty"`
	IDs     []string      `json:",omitempty"`
	Callers int           `json:",omitempty"`
	Budget  time.Duration `json:",omitempty"`
}

// login is what a backend handed out, on its way to a node.
type login struct {
	Access, Refresh, UID string
	Expiry               time.Time
}

// reply is what came of a question.
type reply struct {
	N    int
	Seen seen   `json:",omitzero"`
	Err  string `json:",omitempty"` // a kind that faultOf knows, or a text
	All  []seen `json:",omitempty"` // of "storm": what was seen of each session, once for each different view
	At   string `json:",omitempty"` // not a reply: the node's refresh of Seen.UID stands at this point
	OK   bool   `json:",omitempty"` // with At "answer in hand": the answer is a good one
}

// seen is a session as a caller sees it.
type seen struct {
	ID, Token, Refresh, User string         `json:",omitempty"`
	UID                      string         `json:",omitempty"`
	Ver                      int64          `json:",omitempty"`
	Ended                    session.Reason `json:",omitempty"`
	Found                    bool           `json:",omitempty"`
	Times                    int            `json:",omitempty"` // in All: callers that saw just this
}

func view(s session.Session) seen {
	return seen{
		ID: s.ID, Token: s.Auth.Token.Reveal(), Refresh: s.Auth.RefreshToken.Reveal(), User: string(s.Auth.User), UID: s.Auth.UID,
		Ver: s.Ver, Ended: s.Ended, Found: s.Key != "",
	}
}

// active reports whether somebody is logged in.
func (s seen) active() bool { return s.Found && s.Ended == "" }

// The kinds of Err.
const (
	errNotLoggedIn = "not logged in"
	errNoRefresh   = "no refresh"
	errLater       = "later" // the session lives: ask again
)

func faultOf(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, session.ErrNotLoggedIn):
		return errNotLoggedIn
	case errors.Is(err, session.ErrNoRefresh):
		return errNoRefresh
	case errors.Is(err, session.ErrBusy), errors.Is(err, session.ErrUnavailable):
		return errLater
	}
	return err.Error()
}

// member is a node: a Manager over a store, in front of a hostile backend.
type member struct {
	m       *session.Manager
	backend string
	gate    *gate
	c       *call.Client
	wire    *http.Transport // of calls that are no refresh
}

// newMember makes a node over st. at hears which refreshes stand at a closed gate; nil: nobody listens.
func newMember(o order, st session.Store, at func(reply)) (*member, error) {
	c, err := call.New(call.Config{Project: app(o.URL)})
	if err != nil {
		return nil, err
	}
	refresh := c.Refresher()
	me := &member{backend: o.URL, gate: &gate{at: at}, c: c, wire: &http.Transport{MaxIdleConnsPerHost: 64}}
	me.m, err = session.New(session.Config{
		App: "test", Store: st, Volatile: st, Keys: session.NewKeys([32]byte{1}), Rotation: o.Rotation, Tuning: o.Tuning, Revoke: c.Revoker(),
		Refresh: func(ctx context.Context, a session.AuthData) (session.Answer, error) {
			me.gate.pass("before send", a.UID, false)
			ans, err := refresh(ctx, a)
			me.gate.pass("answer in hand", a.UID, err == nil && ans.Class == session.Success)
			return ans, err
		},
	})
	return me, err
}

func (me *member) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	err := me.m.Close(ctx)
	me.wire.CloseIdleConnections()
	me.c.Close()
	return err
}

// gate is a point that refreshes pass, or stand at while it is closed.
type gate struct {
	at   func(reply)
	mu   sync.Mutex
	name string
	open chan struct{}
}

func (g *gate) shut(name string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.name, g.open = name, make(chan struct{})
}

func (g *gate) release() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.name = ""
	close(g.open)
}

func (g *gate) pass(name, uid string, ok bool) {
	g.mu.Lock()
	open, shut := g.open, g.name == name
	g.mu.Unlock()
	if shut {
		g.at(reply{At: name, Seen: seen{UID: uid}, OK: ok})
		<-open
	}
}

// ask answers one question.
func (me *member) ask(ctx context.Context, q question) (r reply) {
	r.N = q.N
	var s session.Session
	var err error
	switch q.Do {
	case "log in": // ID: the session that this one takes the place of, if any
		s, err = me.m.LogIn(ctx, q.ID, session.AuthData{
			Token: session.NewSecret(q.Auth.Access), RefreshToken: session.NewSecret(q.Auth.Refresh), Expiry: q.Auth.Expiry, UID: q.Auth.UID, User: []byte(q.Set),
		}, true)
	case "read":
		s, _, err = me.m.Current(ctx, q.ID)
	case "fresh":
		s, _, err = me.m.Fresh(ctx, q.ID)
	case "settle":
		s, err = me.settle(ctx, q.ID)
	case "renew":
		s, err = me.m.Renew(ctx, q.ID, q.Ver)
	case "expire":
		s, err = me.m.ExpireNow(ctx, q.ID)
	case "set user":
		s, err = me.m.Update(ctx, q.ID, session.Update{User: []byte(q.Set)}, session.UpdateOptions{})
	case "set token":
		token := session.NewSecret(q.Set)
		s, err = me.m.Update(ctx, q.ID, session.Update{Token: &token}, session.UpdateOptions{})
	case "log out":
		err = me.m.LogOut(ctx, q.ID)
	case "log out everywhere":
		_, err = me.m.EndAll(ctx, q.UID, "")
	case "call":
		s.Auth.UID, err = me.call(ctx, q.ID)
	case "storm":
		r.All, err = me.storm(ctx, q.IDs, q.Callers)
	case "close gate":
		me.gate.shut(q.Set)
	case "open gate":
		me.gate.release()
	case "land": // until no refresh is under way
		for me.m.Stats().Flights > 0 {
			time.Sleep(time.Millisecond)
		}
	default:
		err = fmt.Errorf("nobody knows how to %q", q.Do)
	}
	r.Seen, r.Err = view(s), faultOf(err)
	return r
}

// settle asks for a session, as a person who tries again does, until it is usable or has ended.
func (me *member) settle(ctx context.Context, id string) (session.Session, error) {
	for {
		s, _, err := me.m.Fresh(ctx, id)
		if !errors.Is(err, session.ErrBusy) && !errors.Is(err, session.ErrUnavailable) {
			return s, err
		}
		select {
		case <-ctx.Done():
			return s, err
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// call makes one call to the backend as the login of id and returns who the backend says that is.
func (me *member) call(ctx context.Context, id string) (string, error) {
	rt, err := me.m.Transport(id, session.Hooks{Origin: me.backend, Base: me.wire})
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, me.backend+"/me", nil)
	if err != nil {
		return "", err
	}
	resp, err := rt.RoundTrip(req)
	if err != nil {
		return "", err
	}
	defer drain(resp)
	if resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("the backend answers %d", resp.StatusCode)
	}
	var who struct{ UID string }
	return who.UID, json.NewDecoder(resp.Body).Decode(&who)
}

// atOnce is how many sessions a storm is at, so that the store's own limit of time is not spent on waiting for a turn.
const atOnce = 16

// storm has callers ask for each session at once, and returns what they saw.
func (me *member) storm(ctx context.Context, ids []string, callers int) ([]seen, error) {
	var mu sync.Mutex
	views := map[seen]int{}
	var faults []error
	slots := make(chan struct{}, atOnce)
	var wg sync.WaitGroup
	for _, id := range ids {
		slots <- struct{}{}
		left := &sync.WaitGroup{}
		for range callers {
			left.Add(1)
			wg.Go(func() {
				defer left.Done()
				s, err := me.settle(ctx, id)
				mu.Lock()
				defer mu.Unlock()
				views[view(s)]++
				if err != nil {
					faults = append(faults, err)
				}
			})
		}
		wg.Go(func() { left.Wait(); <-slots })
	}
	wg.Wait()
	var all []seen
	for v, n := range views {
		v.Times = n
		all = append(all, v)
	}
	return all, errors.Join(faults...)
}

// serve is the life of a node in a process of its own. It ends when its input does.
func serve(o order, in io.Reader, out io.Writer) error {
	st, closeStore, err := openStore(context.Background(), o.Store)
	for range 100 { // its way to the store may be cut just now
		if err == nil {
			break
		}
		time.Sleep(100 * time.Millisecond)
		st, closeStore, err = openStore(context.Background(), o.Store)
	}
	if err != nil {
		return err
	}
	var mu sync.Mutex
	enc := json.NewEncoder(out)
	say := func(r reply) {
		mu.Lock()
		defer mu.Unlock()
		_ = enc.Encode(r) // who does not listen any more has killed us
	}
	me, err := newMember(o, st, say)
	if err != nil {
		return errors.Join(err, closeStore())
	}
	var wg sync.WaitGroup
	dec := json.NewDecoder(in)
	for {
		var q question
		if err := dec.Decode(&q); err != nil {
			break
		}
		if strings.HasSuffix(q.Do, " gate") { // in their order with what is asked next
			say(me.ask(context.Background(), q))
			continue
		}
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(context.Background(), q.Budget)
			defer cancel()
			say(me.ask(ctx, q))
		})
	}
	wg.Wait()
	return errors.Join(me.close(), closeStore())
}

// openStore opens a store by its address: postgres://…, redis://…, or the path of a SQLite file.
func openStore(ctx context.Context, at string) (session.Store, func() error, error) {
	switch {
	case strings.HasPrefix(at, "postgres:"):
		st, err := sqlstore.OpenPostgres(ctx, at)
		if err != nil {
			return nil, nil, err
		}
		return st, st.Close, nil
	case strings.HasPrefix(at, "redis:"):
		st, err := redisstore.Open(ctx, redisstore.Config{URL: at, AcceptLoss: true})
		if err != nil {
			return nil, nil, err
		}
		return st, st.Close, nil
	}
	st, err := sqlstore.Open(ctx, at)
	if err != nil {
		return nil, nil, err
	}
	return st, st.Close, nil
}

func open(t testing.TB, at string) (session.Store, func()) {
	t.Helper()
	st, shut, err := openStore(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	return st, func() {
		if err := shut(); err != nil {
			t.Error(err)
		}
	}
}

// answerQuestions is what the process of a node does.
func answerQuestions(o order) int {
	if err := serve(o, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}
