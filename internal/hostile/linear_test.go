package hostile_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/usherdev/usher/internal/hostile"
	"github.com/usherdev/usher/session"
)

// A session behaves as if all that is done to it, on whichever node, were done one after another, each at some moment
// between its begin and its end (B15). This file holds that sequential session, the model; drivers that do things to
// sessions on several nodes and write down what they saw; and what goes wrong meanwhile.

// state is a session of the model. It is a value.
type state struct {
	made, ended bool
	ver         int64
	gen         int    // of the refresh token, as the backend counts
	token       string // anyToken: of that generation, but not seen yet
	user        string
}

const anyToken = "?"

// op is what was asked for. Unknown: nobody was told what came of it, because the node died, gave up or lost its store;
// it may have happened at any moment since, or never.
type op struct {
	do      string
	ver     int64  // of "renew": the version that is called expired
	set     string // of "set user" and "set token"
	unknown bool
}

// sight is what a caller was shown.
type sight struct {
	active, ended bool // neither: no such session
	ver           int64
	gen           int    // of the refresh token
	token         string // and its own generation, -1 where no refresh brought it
	tokenGen      int
	user          string
}

// shows returns s if it may look like o, having learned the token where it was open.
func (s state) shows(o sight) []state {
	switch {
	case !s.made || s.ended != o.ended || s.ended == o.active:
		return nil
	case s.ended:
		return []state{s}
	case s.ver != o.ver || s.gen != o.gen || s.user != o.user:
		return nil
	case s.token == anyToken && o.tokenGen == s.gen:
		s.token = o.token
	case s.token != o.token:
		return nil
	}
	return []state{s}
}

// renewed returns what a refresh makes of s. It keeps the token where an update has set one since the call began.
func (s state) renewed() []state {
	if !s.made || s.ended {
		return nil
	}
	s.ver, s.gen = s.ver+1, s.gen+1
	kept := s
	s.token = anyToken
	return []state{s, kept}
}

// updated returns what an update makes of s.
func (s state) updated(in op) []state {
	if !s.made || s.ended {
		return nil
	}
	if in.do == "set user" {
		s.user = in.set
	} else {
		s.ver, s.token = s.ver+1, in.set
	}
	return []state{s}
}

// step returns the states that s may be in after in, of which o was shown.
func (s state) step(in op, o sight) (next []state) {
	var done []state // what s becomes if in happens
	switch in.do {
	case "log in":
		if s.made || !o.active || in.unknown {
			return nil
		}
		return []state{{made: true, ver: o.ver, gen: o.gen, token: o.token, user: o.user}}
	case "read", "fresh": // what a refresh does, it does before: see refresh
		return s.shows(o)
	case "renew":
		if o.ver > in.ver || o.ended {
			return s.shows(o)
		}
		return nil
	case "refresh":
		done = s.renewed()
	case "set user", "set token":
		done = s.updated(in)
	case "end":
		s.ended = true
		if in.unknown {
			was := s
			was.ended = false
			return []state{was, s}
		}
		return []state{s}
	}
	if in.unknown {
		return append(done, s)
	}
	for _, d := range done {
		next = append(next, d.shows(o)...)
	}
	if o.ended { // nothing can be done to it any more
		return s.shows(o)
	}
	return next
}

func model() porcupine.Model {
	n := porcupine.NondeterministicModel{
		Init: func() []any { return []any{state{}} },
		Step: func(s, in, out any) (next []any) {
			for _, t := range s.(state).step(in.(op), out.(sight)) {
				next = append(next, t)
			}
			return next
		},
		Equal: func(a, b any) bool { return a == b },
	}
	return n.ToModel()
}

// history is what was done to one session.
type history struct {
	mu  sync.Mutex
	ops []porcupine.Operation
}

// never is the end of what may still happen.
const never = math.MaxInt64

func (h *history) add(in op, o sight, call, ret int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ops = append(h.ops, porcupine.Operation{Input: in, Output: o, Call: call, Return: ret})
}

// faults checks a history. A check that does not come to an end is a fault too.
func (h *history) faults() error {
	switch porcupine.CheckOperationsTimeout(model(), h.ops, time.Minute) {
	case porcupine.Illegal:
		return fmt.Errorf("not linearizable:\n%s", h)
	case porcupine.Unknown:
		return fmt.Errorf("not decided within a minute:\n%s", h)
	}
	return nil
}

func (h *history) String() string {
	var b strings.Builder
	slices.SortFunc(h.ops, func(x, y porcupine.Operation) int { return cmp.Compare(x.Call, y.Call) })
	for _, o := range h.ops {
		fmt.Fprintf(&b, "%10d … %19d  %+v  ->  %+v\n", o.Call/1000, o.Return/1000, o.Input, o.Output)
	}
	return b.String()
}

// regressions counts the uses of an older version than one that had been shown to somebody before they began.
func (h *history) regressions() (n int) {
	for _, o := range h.ops {
		for _, before := range h.ops {
			if o.Output.(sight).active && before.Return < o.Call && before.Output.(sight).ver > o.Output.(sight).ver {
				n++
				break
			}
		}
	}
	return n
}

// asker is a node, wherever it runs.
type asker interface {
	ask(ctx context.Context, q question) (reply, error)
}

// local is a node of this process.
type local struct{ *member }

func (l local) ask(ctx context.Context, q question) (reply, error) { return l.member.ask(ctx, q), nil }

// world is where sessions are driven.
type world struct {
	srv     *hostile.Server
	nodes   []asker
	began   time.Time
	logIns  atomic.Int64
	ops     atomic.Int64
	unknown atomic.Int64 // of these: nobody knows what came of them
}

func (w *world) now() int64 { return int64(time.Since(w.began)) }

// any asks a node that is up, and returns when that began. errDown: none is.
func (w *world) any(ctx context.Context, q question) (r reply, began int64, err error) {
	for range 2000 {
		began = w.now()
		r, err = w.nodes[rand.IntN(len(w.nodes))].ask(ctx, q)
		if !errors.Is(err, errDown) {
			return r, began, err
		}
		time.Sleep(time.Millisecond)
	}
	return r, began, err
}

func (w *world) sight(s seen) sight {
	o := sight{active: s.active(), ended: s.Found && s.Ended != ""}
	if o.active {
		o.ver, o.gen, o.token, o.tokenGen, o.user = s.Ver, w.srv.IssuedAs(s.Refresh), s.Token, w.srv.IssuedAs(s.Token), s.User
	}
	return o
}

// do does one thing to the session of id, writes it down and returns what was shown.
func (w *world) do(ctx context.Context, h *history, id string, in op) sight {
	r, call, err := w.any(ctx, question{Do: in.do, ID: id, Ver: in.ver, Set: in.set, Budget: 10 * time.Second})
	ret, o := w.now(), w.sight(r.Seen)
	switch {
	case errors.Is(err, errDown), err == nil && r.Err == errNoRefresh:
		return sight{} // nothing was done
	case err == nil && r.Err == errNotLoggedIn:
		o = sight{ended: true}
	case err == nil && r.Err == "":
	case in.do == "read":
		return sight{}
	default:
		in.unknown, o, ret = true, sight{}, never
		w.unknown.Add(1)
	}
	w.ops.Add(1)
	if in.do == "fresh" || in.do == "renew" {
		refresh(h, in, call, ret)
		if in.unknown {
			return o
		}
	}
	h.add(in, o, call, ret)
	return o
}

// refresh writes down what may happen within a "fresh" or "renew": the refresh is stored, and then the session is read
// again. A "fresh" finds the new token called expired, it may be, and begins again.
func refresh(h *history, in op, call, ret int64) {
	n := 1
	if in.do == "fresh" {
		n = 2
	}
	for range n {
		h.add(op{do: "refresh", unknown: true}, sight{}, call, ret)
	}
}

// end ends a session in one of the ways there are; the last is a log-in that takes its place, whose id it returns.
func (w *world) end(ctx context.Context, h *history, id, uid string) (replaced seen) {
	q := question{Do: []string{"log out", "log out everywhere", "log in"}[rand.IntN(3)], ID: id, UID: uid, Budget: 10 * time.Second}
	if q.Do == "log in" {
		q.Auth, q.Set = loginOf(w.srv.LogIn(fmt.Sprint("user", w.logIns.Add(1)))), `{}`
	}
	r, call, err := w.any(ctx, q)
	in, ret := op{do: "end"}, w.now()
	if errors.Is(err, errDown) {
		return seen{}
	}
	if err != nil || r.Err != "" {
		in.unknown, ret = true, never
		w.unknown.Add(1)
	}
	w.ops.Add(1)
	h.add(in, sight{}, call, ret)
	return r.Seen
}

// The shape of a life.
const (
	clients = 4
	each    = 12 // things that a client does
)

// life drives one session from its log-in to its end. It returns nil where the log-in came to nothing.
func (w *world) life(ctx context.Context) *history {
	h := &history{}
	uid := fmt.Sprint("user", w.logIns.Add(1))
	r, call, err := w.any(ctx, question{Do: "log in", Auth: loginOf(w.srv.LogIn(uid)), Set: `{"by":"log in"}`, Budget: 10 * time.Second})
	if err != nil || r.Err != "" {
		return nil
	}
	first, id := w.sight(r.Seen), r.Seen.ID
	w.ops.Add(1)
	h.add(op{do: "log in"}, first, call, w.now())
	var wg sync.WaitGroup
	for c := range clients {
		wg.Go(func() {
			ver := first.ver
			ends := c == 0 && rand.IntN(4) > 0
			for i := range each {
				if ends && i == each*2/3 {
					w.end(ctx, h, id, uid)
					continue
				}
				in := something(ver, fmt.Sprintf("%d-%d", c, i))
				if o := w.do(ctx, h, id, in); o.active {
					ver = o.ver
				} else if !o.ended {
					time.Sleep(upTo(40 * time.Millisecond)) // as people do before they try again
				}
			}
		})
	}
	wg.Wait()
	for range 3 {
		w.do(ctx, h, id, op{do: "read"})
	}
	return h
}

// something picks what a client does next. mark is unique in the life.
func something(ver int64, mark string) op {
	switch n := rand.IntN(100); {
	case n < 40:
		return op{do: "read"}
	case n < 50:
		return op{do: "fresh"}
	case n < 70:
		return op{do: "renew", ver: ver}
	case n < 88:
		return op{do: "set user", set: fmt.Sprintf(`{"by":%q}`, mark)}
	}
	return op{do: "set token", set: "set-" + mark}
}

// found is what came of many lives.
type found struct {
	lives, regressions int
	faults             []error
}

// run lives until so many things have been done, sixteen sessions at a time.
func (w *world) run(ctx context.Context, ops int) (all found) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for {
				mu.Lock()
				enough := w.ops.Load() >= int64(ops) || len(all.faults) >= 3
				mu.Unlock()
				if enough {
					return
				}
				h := w.life(ctx)
				if h == nil {
					continue
				}
				err, back := h.faults(), h.regressions()
				mu.Lock()
				all.lives, all.regressions = all.lives+1, all.regressions+back
				if err != nil {
					all.faults = append(all.faults, err)
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return all
}

// brisk is the tuning of nodes that come to grief all the time.
func brisk() session.Tuning {
	q := quick()
	q.AttemptBudget, q.Lease, q.Patience = 400*time.Millisecond, 600*time.Millisecond, 2*time.Second
	q.BreakerFails, q.HoldRejects = 1<<20, 1<<20
	return q
}

// troubled is a backend that loses a few of its answers.
func troubled(t *testing.T) *hostile.Server {
	srv := start(t, hostile.Config{})
	lose := losing(0.02)
	srv.Script(func(call int) hostile.Step {
		step := lose(call)
		step.DelayBefore = upTo(4 * time.Millisecond)
		return step
	})
	return srv
}

// TestB15_Linearizable: log-ins, reads, refreshes, updates and log-outs of all kinds on three nodes, while answers are lost
// and nodes stand still; those in processes of their own are stopped, killed and cut off from the store as well. Each
// session's history has an order in which it could have happened one thing after another, and nobody is ever shown an older
// version than somebody before.
func TestB15_Linearizable(t *testing.T) {
	for store, at := range allStores() {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			w := &world{srv: troubled(t), began: time.Now()}
			var troubles func() string
			if store == "sqlite" {
				st, closeStore := open(t, at(t))
				t.Cleanup(closeStore)
				troubles = w.here(t, st)
			} else {
				troubles = w.apart(t, at(t))
			}
			w.proves(t, troubles)
		})
	}
	t.Run("memory", func(t *testing.T) {
		t.Parallel()
		w := &world{srv: troubled(t), began: time.Now()}
		w.proves(t, w.here(t, session.NewMemory()))
	})
}

func (w *world) proves(t *testing.T, troubles func() string) {
	t.Helper()
	all := w.run(t.Context(), volume(1500, 100_000))
	told := troubles()
	for _, err := range all.faults {
		t.Error(err)
	}
	if all.regressions != 0 {
		t.Errorf("%d regressions", all.regressions)
	}
	t.Logf("%d operations on %d sessions in %v, of %d nobody knows what came; %d refreshes; %s: linearizable, 0 regressions",
		w.ops.Load(), all.lives, time.Since(w.began).Round(time.Millisecond), w.unknown.Load(), w.srv.Sends(), told)
}

// here makes three nodes of this process over one store. Now and then all refreshes of one stand still with their
// answers in hand. The function it returns ends that.
func (w *world) here(t *testing.T, st session.Store) func() string {
	t.Helper()
	var all []*member
	for range 3 {
		me, err := newMember(order{URL: w.srv.URL(), Rotation: session.RotationRetrySafe, Tuning: brisk()}, st, func(reply) {})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := me.close(); err != nil {
				t.Error(err)
			}
		})
		all, w.nodes = append(all, me), append(w.nodes, local{me})
	}
	return forever(func(wait func(time.Duration)) string {
		me := all[rand.IntN(len(all))]
		me.gate.shut([]string{"before send", "answer in hand"}[rand.IntN(2)])
		wait(upTo(time.Second))
		me.gate.release()
		return "stood still"
	})
}

// apart makes three nodes in processes of their own over one store, each with a cable of its own to it. Now and then one
// is stopped for a while, killed and started again, or its cable cut.
func (w *world) apart(t *testing.T, store string) func() string {
	t.Helper()
	var nodes []*remote
	var cables []*cable
	for range 3 {
		c := newCable(t, store)
		n := newRemote(t, order{Store: c.url, URL: w.srv.URL(), Rotation: session.RotationRetrySafe, Tuning: brisk()})
		nodes, cables, w.nodes = append(nodes, n), append(cables, c), append(w.nodes, n)
	}
	return forever(func(wait func(time.Duration)) string {
		i := rand.IntN(len(nodes))
		n := nodes[i]
		switch rand.IntN(3) {
		case 0:
			if err := n.freeze(); err != nil {
				t.Error(err)
			}
			wait(upTo(time.Second))
			if err := n.thaw(); err != nil {
				t.Error(err)
			}
			return "stopped"
		case 1:
			if err := n.kill(); err != nil {
				t.Error(err)
			}
			if err := n.start(); err != nil {
				t.Error(err)
			}
			return "killed"
		}
		cables[i].cut()
		wait(upTo(500 * time.Millisecond))
		cables[i].mend()
		return "cut off"
	})
}

// forever makes trouble again and again until the function it returns is called, which tells what there was.
func forever(trouble func(wait func(time.Duration)) string) func() string {
	stop, done := make(chan struct{}), make(chan struct{})
	count := map[string]int{}
	wait := func(d time.Duration) {
		select {
		case <-stop:
		case <-time.After(d):
		}
	}
	go func() {
		defer close(done)
		for {
			wait(upTo(600 * time.Millisecond))
			select {
			case <-stop:
				return
			default:
				count[trouble(wait)]++
			}
		}
	}()
	return func() string { close(stop); <-done; return fmt.Sprint("nodes ", count) }
}

// broken is a store that breaks its promise now and then.
type broken struct {
	session.Store
	mu    sync.Mutex
	n     int
	older map[string]session.Row
	loses bool // acknowledges a write that it does not make; else it reads what was there before
}

func (b *broken) turn() bool {
	b.n++
	return b.n%20 == 0
}

func (b *broken) Update(ctx context.Context, key string, fn func(session.Row) (session.Row, error)) (session.Row, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	was, found, err := b.Store.Read(ctx, key)
	if err != nil || !found {
		return b.Store.Update(ctx, key, fn)
	}
	if b.loses && b.turn() {
		next, err := fn(was.Clone())
		next.Rev = was.Rev + 1
		return next, err
	}
	b.older[key] = was
	return b.Store.Update(ctx, key, fn)
}

func (b *broken) Read(ctx context.Context, key string) (session.Row, bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if r, ok := b.older[key]; ok && !b.loses && b.turn() {
		return r.Clone(), true, nil
	}
	return b.Store.Read(ctx, key)
}

// TestB15_TheCheckCanFail: a store that loses a write, and one that reads what was there before, are found out.
func TestB15_TheCheckCanFail(t *testing.T) {
	for name, loses := range map[string]bool{"loses writes": true, "reads stale rows": false} {
		t.Run(name, func(t *testing.T) {
			w := &world{srv: troubled(t), began: time.Now()}
			calm := w.here(t, &broken{Store: session.NewMemory(), older: map[string]session.Row{}, loses: loses})
			all := w.run(t.Context(), 5000)
			calm()
			if len(all.faults) == 0 {
				t.Errorf("%d operations on %d sessions, and the check saw nothing", w.ops.Load(), all.lives)
			}
		})
	}
}

// TestB15_TheModel: histories that could have happened and histories that could not.
func TestB15_TheModel(t *testing.T) {
	see := func(ver int64, gen int, token, user string) sight {
		return sight{active: true, ver: ver, gen: gen, token: token, user: user, tokenGen: map[bool]int{true: -1, false: gen}[token == "mine"]}
	}
	over := sight{ended: true}
	made := porcupine.Operation{Input: op{do: "log in"}, Output: see(1, 0, "a", "u"), Call: 0, Return: 1}
	at := func(call, ret int64, in op, o sight) porcupine.Operation {
		return porcupine.Operation{Input: in, Output: o, Call: call, Return: ret}
	}
	read, renew, end := op{do: "read"}, op{do: "renew", ver: 1}, op{do: "end"}
	lost := func(in op) op { in.unknown = true; return in }
	maybe := op{do: "refresh", unknown: true}
	for name, tc := range map[string]struct {
		possible bool
		ops      []porcupine.Operation
	}{
		"read":                               {true, []porcupine.Operation{at(2, 3, read, see(1, 0, "a", "u"))}},
		"another token":                      {false, []porcupine.Operation{at(2, 3, read, see(1, 0, "b", "u"))}},
		"nothing there":                      {false, []porcupine.Operation{at(2, 3, read, sight{})}},
		"refresh":                            {true, []porcupine.Operation{at(2, 3, renew, see(2, 1, "b", "u")), at(4, 5, read, see(2, 1, "b", "u"))}},
		"read before a refresh ends":         {true, []porcupine.Operation{at(2, 6, renew, see(2, 1, "b", "u")), at(3, 4, read, see(1, 0, "a", "u"))}},
		"old version after a refresh":        {false, []porcupine.Operation{at(2, 3, renew, see(2, 1, "b", "u")), at(4, 5, read, see(1, 0, "a", "u"))}},
		"back within a refresh":              {false, []porcupine.Operation{at(2, 9, renew, see(2, 1, "b", "u")), at(3, 4, read, see(2, 1, "b", "u")), at(5, 6, read, see(1, 0, "a", "u"))}},
		"two share a refresh":                {true, []porcupine.Operation{at(2, 6, renew, see(2, 1, "b", "u")), at(3, 7, renew, see(2, 1, "b", "u"))}},
		"two refreshes of one":               {false, []porcupine.Operation{at(2, 6, renew, see(2, 1, "b", "u")), at(3, 7, renew, see(3, 2, "c", "u")), at(8, 9, read, see(2, 1, "b", "u"))}},
		"refresh that changes nothing":       {false, []porcupine.Operation{at(2, 3, renew, see(1, 0, "a", "u"))}},
		"a version without a refresh":        {false, []porcupine.Operation{at(2, 3, read, see(2, 1, "b", "u"))}},
		"unknown refresh that happened":      {true, []porcupine.Operation{at(2, never, maybe, sight{}), at(3, 4, read, see(1, 0, "a", "u")), at(5, 6, read, see(2, 1, "b", "u"))}},
		"unknown refresh that did not":       {true, []porcupine.Operation{at(2, never, maybe, sight{}), at(5, 6, read, see(1, 0, "a", "u"))}},
		"unknown refresh that was undone":    {false, []porcupine.Operation{at(2, never, maybe, sight{}), at(3, 4, read, see(2, 1, "b", "u")), at(5, 6, read, see(1, 0, "a", "u"))}},
		"unknown refresh, two tokens":        {false, []porcupine.Operation{at(2, never, maybe, sight{}), at(3, 4, read, see(2, 1, "b", "u")), at(5, 6, read, see(2, 1, "c", "u"))}},
		"unknown refresh, token of another":  {false, []porcupine.Operation{at(2, never, maybe, sight{}), at(3, 4, read, sight{active: true, ver: 2, gen: 1, token: "b", tokenGen: 0, user: "u"})}},
		"update":                             {true, []porcupine.Operation{at(2, 3, op{do: "set user", set: "v"}, see(1, 0, "a", "v")), at(4, 5, read, see(1, 0, "a", "v"))}},
		"lost update":                        {false, []porcupine.Operation{at(2, 3, op{do: "set user", set: "v"}, see(1, 0, "a", "v")), at(4, 5, read, see(1, 0, "a", "u"))}},
		"update wiped by a refresh":          {false, []porcupine.Operation{at(2, 6, op{do: "set user", set: "v"}, see(1, 0, "a", "v")), at(3, 7, renew, see(2, 1, "b", "u")), at(8, 9, read, see(2, 1, "b", "u"))}},
		"token set during a refresh":         {true, []porcupine.Operation{at(2, 6, renew, see(3, 1, "mine", "u")), at(3, 4, op{do: "set token", set: "mine"}, see(2, 0, "mine", "u"))}},
		"set token wiped":                    {false, []porcupine.Operation{at(2, 3, op{do: "set token", set: "mine"}, see(2, 0, "mine", "u")), at(4, 5, read, see(2, 0, "a", "u"))}},
		"log-out":                            {true, []porcupine.Operation{at(2, 3, end, sight{}), at(4, 5, read, over), at(6, 7, renew, over), at(8, 9, op{do: "set user", set: "v"}, over)}},
		"revived":                            {false, []porcupine.Operation{at(2, 3, end, sight{}), at(4, 5, read, see(1, 0, "a", "u"))}},
		"revived by a refresh":               {false, []porcupine.Operation{at(2, 9, renew, see(2, 1, "b", "u")), at(2, 3, end, sight{}), at(4, 5, read, over), at(6, 7, read, see(2, 1, "b", "u"))}},
		"ended by nobody":                    {false, []porcupine.Operation{at(2, 3, read, over)}},
		"unknown log-out":                    {true, []porcupine.Operation{at(2, never, lost(end), sight{}), at(3, 4, read, see(1, 0, "a", "u")), at(5, 6, read, over)}},
		"unknown log-out that took it back":  {false, []porcupine.Operation{at(2, never, lost(end), sight{}), at(3, 4, read, over), at(5, 6, read, see(1, 0, "a", "u"))}},
		"unknown update that came very late": {true, []porcupine.Operation{at(2, never, lost(op{do: "set user", set: "v"}), sight{}), at(3, 4, renew, see(2, 1, "b", "u")), at(5, 6, read, see(2, 1, "b", "v"))}},
	} {
		h := &history{ops: append(tc.ops, made)}
		for _, o := range tc.ops {
			if in := o.Input.(op); in.do == "renew" {
				refresh(h, in, o.Call, o.Return)
			}
		}
		if err := h.faults(); (err == nil) != tc.possible {
			t.Errorf("%s: possible %v, but: %v", name, tc.possible, err)
		}
	}
}
