package session

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	mrand "math/rand/v2"
	"time"
)

// flight is one renewal of one session in this process. Many may wait for it.
type flight struct {
	key     string
	st      Store
	expired int64     // see beginning
	until   time.Time // the attempt in hand may not be sent any more
	asked   time.Time // when at was asked for
	at      clocks
	shared  time.Time // the clock of Config.Store at asked
	done    chan struct{}
	err     error // of the outcome, once done is closed; nil: read the row again
}

// errLanded is the outcome of a flight that gave up: the session lives, its token is as it was.
func (m *Manager) errLanded(cause error) error {
	return &delayError{kind: ErrUnavailable, after: m.p.t.FailGuard, cause: cause}
}

// Fresh returns the session of id like Current, after renewing its token where that is due: beside
// the caller while the token still has some life, before returning when it has not. It never logs
// anybody out for a fault on the way. Errors: ErrUnavailable and ErrBusy, both with RetryAfter, only
// if the token is of no use any more; or a fault of the store.
func (m *Manager) Fresh(ctx context.Context, id string) (Session, bool, error) {
	key := keyOf(id)
	for range 3 {
		e, st, at, found, err := m.load(ctx, key)
		if err != nil || !found || e.Told {
			return Session{}, false, err
		}
		s := m.session(id, key, e, at.store)
		if e.Ended != "" {
			return s, true, nil
		}
		n, wait := m.p.need(key, e.Row, at.store)
		if n == needPatience && m.inFlight(key) {
			n = needWait
		}
		switch n {
		case needPatience:
			return Session{}, false, &delayError{kind: ErrUnavailable, after: wait}
		case needBackground:
			_, err := m.join(ctx, st, key, 0)
			return s, true, ignoreClosed(err)
		case needNothing:
			return s, true, nil
		}
		if err := m.await(ctx, st, key, 0); err != nil {
			if errors.Is(err, ErrBusy) && !dead(e.Row, at.store) {
				return s, true, nil
			}
			return m.afterFlight(ctx, id, err)
		}
	}
	return Session{}, false, &delayError{kind: ErrBusy, after: time.Second}
}

// FreshOf is Fresh for a session that the same request read a moment ago: where its token needed nothing then, it is the answer, and the
// store is not asked again.
func (m *Manager) FreshOf(ctx context.Context, s Session) (Session, bool, error) {
	if s.Active() && s.glance.rested && s.glance.fresh() {
		return s, true, nil
	}
	return m.Fresh(ctx, s.ID)
}

func ignoreClosed(err error) error {
	if errors.Is(err, ErrClosed) {
		return nil // the token still has some life
	}
	return err
}

// afterFlight decides for a waiter whose flight came to nothing: a token that has some life left
// is used.
func (m *Manager) afterFlight(ctx context.Context, id string, cause error) (Session, bool, error) {
	if err := ctx.Err(); err != nil {
		return Session{}, false, err
	}
	if errors.Is(cause, ErrBusy) { // the row is as it was
		return Session{}, false, cause
	}
	key := keyOf(id)
	e, _, at, found, err := m.load(ctx, key)
	if err != nil || !found || e.Told {
		return Session{}, false, err
	}
	if e.Ended != "" || !dead(e.Row, at.store) || errors.Is(cause, ErrNoRefresh) {
		return m.session(id, key, e, at.store), true, nil
	}
	return Session{}, false, cause
}

// Renew is for a reply that says "expired" to a call made with generation ver of id's tokens. It
// returns the session with a newer generation: the stored one, if there is one by now, else the
// outcome of a refresh. The call may then be sent once more.
// A login that nothing can renew ends here where Config.EndExpired says so.
// Errors: ErrNotLoggedIn (with the ended Session), ErrNoRefresh: hand the reply on; ErrBusy,
// ErrUnavailable; or a fault of the store.
func (m *Manager) Renew(ctx context.Context, id string, ver int64) (Session, error) {
	key := keyOf(id)
	for range 3 {
		e, st, at, found, err := m.load(ctx, key)
		if err != nil {
			return Session{}, err
		}
		if !found || e.Told {
			return Session{}, ErrNotLoggedIn
		}
		s := m.session(id, key, e, at.store)
		switch {
		case e.Ended != "":
			return s, ErrNotLoggedIn
		case e.Ver > ver:
			return s, nil
		case !m.p.canFly(e.Row, at.store) && m.p.endExpired:
			if err := m.refused(ctx, st, key, ver, at.store); err != nil {
				return Session{}, err
			}
			continue
		case !m.p.canFly(e.Row, at.store):
			return s, ErrNoRefresh
		}
		if err := m.await(ctx, st, key, ver); err != nil {
			return Session{}, err
		}
	}
	return Session{}, ErrNoRefresh
}

// refused ends a login whose token of generation ver a backend calls expired, and which nothing can renew, unless it has another by now.
func (m *Manager) refused(ctx context.Context, st Store, key string, ver int64, now time.Time) error {
	e, err := m.change(ctx, st, key, func(e *entry) error {
		if e.Ended != "" || e.Ver > ver {
			return errUnchanged
		}
		m.p.end(e, TokenExpired, now)
		return nil
	})
	switch {
	case errors.Is(err, errUnchanged), errors.Is(err, ErrNotLoggedIn):
		return nil
	case err != nil:
		return err
	}
	m.ended(ctx, st, key, e)
	m.unlist(ctx, e.whose, key)
	return nil
}

func (m *Manager) inFlight(key string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.flights[key] != nil
}

// await joins the flight of key and waits for it, as long as patience and ctx last. The flight
// goes on without the waiter.
func (m *Manager) await(ctx context.Context, st Store, key string, expired int64) error {
	f, err := m.join(ctx, st, key, expired)
	if err != nil {
		return err
	}
	m.waiters.Add(1)
	defer m.waiters.Add(-1)
	patience := time.NewTimer(m.p.t.Patience)
	defer patience.Stop()
	select {
	case <-f.done:
		return f.err
	case <-ctx.Done():
		return ctx.Err()
	case <-patience.C:
		return &delayError{kind: ErrBusy, after: m.queue()}
	}
}

// queue is how long the flights that are there will take: who comes back sooner only slows them.
func (m *Manager) queue() time.Duration {
	m.mu.Lock()
	n := len(m.flights)
	m.mu.Unlock()
	return min(m.health.pace()*time.Duration(n)/time.Duration(m.p.t.Parallel), time.Minute)
}

// join returns the flight of key, started if there is none.
func (m *Manager) join(ctx context.Context, st Store, key string, expired int64) (*flight, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if f := m.flights[key]; f != nil {
		return f, nil
	}
	f := &flight{key: key, st: st, expired: expired, done: make(chan struct{})}
	f.err = m.errLanded(errors.New("the flight ended early"))
	if !m.tasks.start(ctx, func(ctx context.Context) { m.fly(ctx, f) }, func(error) {}) {
		return nil, ErrClosed
	}
	m.flights[key] = f
	return f, nil
}

// fly runs a flight to its end, whatever happens on the way (B24).
func (m *Manager) fly(ctx context.Context, f *flight) {
	defer func() {
		if err := recovered(recover()); err != nil {
			f.err = m.errLanded(err)
			m.event(ctx, Event{Kind: EventPanic, Err: err}, f.key)
		}
		m.mu.Lock()
		delete(m.flights, f.key)
		m.mu.Unlock()
		close(f.done)
	}()
	select {
	case m.slots <- struct{}{}:
		defer func() { <-m.slots }()
	case <-ctx.Done():
		return
	}
	began := time.Now()
	f.err = m.run(ctx, f)
	m.health.flew(time.Since(began))
}

// run is the loop of 2.4: journal, send, settle, and again where that may help.
func (m *Manager) run(ctx context.Context, f *flight) error {
	giveUpAt := time.Now().Add(2 * m.p.t.Lease) // spans are measured by time.Now, which no jump of the clock moves (B18)
	tries := map[Class]int{}
	marked := false
	for {
		if err := m.setClocks(ctx, f); err != nil {
			return err
		}
		if wait, ok := m.admit(ctx, f.endpointNow); !ok {
			return m.land(ctx, f, &delayError{kind: ErrUnavailable, after: wait, cause: errors.New("the refresh endpoint is down")})
		}
		a, sent, v, err := m.beginAttempt(ctx, f, marked)
		if err != nil {
			return err
		}
		switch v {
		case allDone, isEnded:
			return nil
		case noRefresh:
			return ErrNoRefresh
		case isBusy:
			if time.Now().After(giveUpAt) {
				return &delayError{kind: ErrBusy, after: time.Second}
			}
			if err := sleep(ctx, 20*time.Millisecond+mrand.N(30*time.Millisecond)); err != nil {
				return m.errLanded(err)
			}
			continue
		}
		marked = f.expired > 0
		ans := m.send(WithLogin(context.WithValue(ctx, attemptKey{}, a.ID), f.key), f.until, sent)
		v, err = m.settleAttempt(ctx, f, a, sent, ans)
		if err != nil {
			return err
		}
		if v != again {
			return m.outcome(v, ans)
		}
		tries[ans.Class]++
		delay, more := m.p.retry(ans.Class, tries[ans.Class], ans.RetryAfter)
		if !more {
			return m.land(ctx, f, m.errLanded(fmt.Errorf("refresh failed: %v", ans.Class)))
		}
		if err := sleep(ctx, delay); err != nil {
			return m.land(ctx, f, m.errLanded(err))
		}
	}
}

// setClocks asks for the time of an attempt.
func (m *Manager) setClocks(ctx context.Context, f *flight) (err error) {
	f.asked = time.Now()
	if f.at, err = m.clocks(ctx, f.st); err != nil {
		return err
	}
	f.shared = f.at.store
	if f.st != m.cfg.Store {
		if now, err := m.cfg.Store.Now(ctx); err == nil { // else what is known of the endpoint cannot be asked for either
			f.shared = now
		}
	}
	return nil
}

// endpointNow is the time by which the nodes tell each other of the endpoint.
func (f *flight) endpointNow() time.Time { return f.shared.Add(time.Since(f.asked)) }

func (m *Manager) outcome(v verdict, ans Answer) error {
	if v == giveUp {
		return m.errLanded(fmt.Errorf("refresh failed: %v", ans.Class))
	}
	return nil
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// beginAttempt takes the lease and writes the attempt down before anything is sent.
func (m *Manager) beginAttempt(ctx context.Context, f *flight, marked bool) (Attempt, AuthData, verdict, error) {
	epoch, err := m.storeEpoch(ctx, f.st, true)
	if err != nil {
		return Attempt{}, AuthData{}, isEnded, err
	}
	v := goSend
	b := beginning{key: f.key, now: f.at.store, owner: m.owner, attempt: rand.Text(), expired: f.expired, mine: marked}
	e, err := m.change(ctx, f.st, f.key, func(e *entry) error {
		if v = m.p.begin(e, b); v == goSend && e.StoreEpoch < epoch {
			v = isEnded // a restored row presents nothing
		}
		if v != goSend {
			return errUnchanged
		}
		return nil
	})
	switch {
	case errors.Is(err, errUnchanged):
		return Attempt{}, AuthData{}, v, nil
	case errors.Is(err, ErrNotLoggedIn):
		return Attempt{}, AuthData{}, isEnded, nil
	case err != nil:
		return Attempt{}, AuthData{}, isEnded, err
	}
	if time.Since(f.asked) > 5*time.Second { // the lease is too old to cover a call
		m.change(ctx, f.st, f.key, func(e *entry) error {
			if e.Attempt.ID != b.attempt {
				return errUnchanged
			}
			e.Attempt = Attempt{}
			land(e, m.owner)
			return nil
		})
		return Attempt{}, AuthData{}, isBusy, nil
	}
	// Counted from before the lease was taken: whoever stands still in between must not send when it has lapsed (C10).
	f.until = f.asked.Add((m.p.t.AttemptBudget + m.p.t.Lease) / 2)
	return e.Attempt, e.Auth.clone(), goSend, nil
}

type attemptKey struct{}

// AttemptID returns the journalled id of the refresh attempt that ctx was handed to Config.Refresh
// with, so that the request can carry it; "" outside of one. (B21)
func AttemptID(ctx context.Context) string {
	id, _ := ctx.Value(attemptKey{}).(string)
	return id
}

// send makes the one call of an attempt. A panic or error of the app's code counts as Ambiguous: the
// request may have left.
func (m *Manager) send(ctx context.Context, until time.Time, a AuthData) (ans Answer) {
	ctx, release := context.WithDeadline(ctx, until)
	defer release()
	ctx, cancel := context.WithTimeout(ctx, m.p.t.AttemptBudget)
	defer cancel()
	defer func() {
		if err := recovered(recover()); err != nil {
			ans = Answer{Class: Ambiguous, Reason: "panic", Err: err}
		}
	}()
	ans, err := m.cfg.Refresh(ctx, a)
	if err != nil {
		return Answer{Class: Ambiguous, Reason: ans.Reason, Err: err}
	}
	return checked(ans, a)
}

// checked refuses an answer whose tokens may not be stored (A17, B14).
func checked(ans Answer, a AuthData) Answer {
	switch ans.Class {
	case Success:
	case Reject, NotSent, Misconfig:
		return ans
	default:
		ans.Class = Ambiguous
		return ans
	}
	if ans.Update.Token == nil || ans.Update.Token.IsZero() {
		return Answer{Class: Misconfig, Reason: "the answer holds no token"}
	}
	u := ans.Update
	u.Clear = nil
	if _, err := a.patch(u); err != nil {
		return Answer{Class: Misconfig, Reason: "the answer cannot be stored", Err: err}
	}
	return ans
}

// settleAttempt brings an answer into the row, of a moved session into its successor's. A store
// that does not answer is asked again until the Manager closes: the answer may be the only copy.
func (m *Manager) settleAttempt(ctx context.Context, f *flight, a Attempt, sent AuthData, ans Answer) (verdict, error) {
	turned, hold := m.observe(ctx, ans.Class, f.endpointNow())
	m.tell(ctx, f.key, turned, ans, sent)
	s := settling{attempt: a, sent: sent, answer: ans, hold: hold}
	ctx, cancel := m.lastChance(ctx)
	defer cancel()
	for pause := 50 * time.Millisecond; ; pause = min(2*pause, 2*time.Second) {
		v, err := m.settleOnce(ctx, f, s)
		if err == nil || !errors.Is(err, ErrUnavailable) {
			return v, err
		}
		if sleep(ctx, pause) != nil {
			return isEnded, err
		}
	}
}

// lastChance outlives the end of ctx by five seconds, so that an answer in hand is stored even
// while the Manager closes.
func (m *Manager) lastChance(ctx context.Context) (context.Context, context.CancelFunc) {
	last, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(5*time.Second, cancel) })
	return last, func() { stop(); cancel() }
}

func (m *Manager) settleOnce(ctx context.Context, f *flight, s settling) (verdict, error) {
	at, err := m.clocks(ctx, f.st)
	if err != nil {
		return isEnded, err
	}
	s.at = at
	key, v := f.key, isEnded
	for hops := 0; ; hops++ {
		successor := ""
		if s.epoch, err = m.firstNamed(ctx, key, s); err != nil {
			return isEnded, err
		}
		e, err := m.change(ctx, f.st, key, func(e *entry) error {
			if successor = e.Successor; e.Ended == Moved && hops < 8 {
				return errUnchanged
			}
			v = m.p.settle(e, s)
			return nil
		})
		switch {
		case errors.Is(err, errUnchanged):
			key = m.follow(ctx, f.st, key, successor)
		case errors.Is(err, ErrNotLoggedIn):
			return isEnded, m.orphan(ctx, f, s)
		case err != nil:
			return isEnded, err
		default:
			m.settled(ctx, f.st, key, v, s, e)
			return v, nil
		}
	}
}

// firstNamed enlists a session of which the answer is the first to say whose it is.
func (m *Manager) firstNamed(ctx context.Context, key string, s settling) (int64, error) {
	if s.answer.Class != Success || s.answer.Update.UID == nil || s.sent.UID != "" {
		return 0, nil
	}
	return m.enlist(ctx, *s.answer.Update.UID, key, s.at.store)
}

// follow waits a little for a successor that is just being made.
func (m *Manager) follow(ctx context.Context, st Store, key, successor string) string {
	if _, found, err := st.Read(ctx, successor); err == nil && found {
		return successor
	}
	if sleep(ctx, 20*time.Millisecond) != nil {
		return successor
	}
	return key
}

// orphan keeps a pair whose session is gone without a trace: in a row that is nothing but an outbox.
func (m *Manager) orphan(ctx context.Context, f *flight, s settling) error {
	if s.answer.Class != Success || !m.p.revoke {
		return nil
	}
	key := keyOf(NewID())
	epoch, err := m.storeEpoch(ctx, f.st, true)
	if err != nil {
		return err
	}
	e := entry{Row: Row{App: m.cfg.App, Created: s.at.store, Seen: s.at.store, Ver: 1, Ended: LoggedOut, EndedAt: s.at.store, Told: true, StoreEpoch: epoch}}
	m.p.enqueue(&e, newPair(s.sent, s.answer.Update))
	if err := f.st.Create(ctx, key, m.close(key, &e)); err != nil {
		return m.storeFault(ctx, err)
	}
	st := f.st
	m.background(ctx, key, func(ctx context.Context) { m.deliver(ctx, st, key) })
	return nil
}

// settled tells what an answer has come to.
func (m *Manager) settled(ctx context.Context, st Store, key string, v verdict, s settling, e entry) {
	switch {
	case v == allDone && s.answer.Class == Success:
		m.event(ctx, Event{Kind: EventRenewed, UID: e.Auth.UID, Class: Success}, key)
	case v == dropped:
		m.event(ctx, Event{Kind: EventDropped, UID: e.Auth.UID, Class: s.answer.Class}, key)
	case v == isEnded && (s.answer.Class == Reject || s.answer.Class == Success):
		m.ended(ctx, st, key, e)
		m.unlist(ctx, e.whose, key)
	}
}

// tell reports an answer and what it means for the endpoint.
func (m *Manager) tell(ctx context.Context, key string, turned change, ans Answer, sent AuthData) {
	if ans.Class != Success {
		m.event(ctx, Event{Kind: EventRenewFailed, UID: sent.UID, Class: ans.Class, Detail: ans.Reason, Err: ans.Err}, key)
	}
	for _, k := range []struct {
		turn change
		kind EventKind
	}{{wentDown, EventEndpointDown}, {cameUp, EventEndpointUp}, {holds, EventMassReject}} {
		if turned&k.turn != 0 {
			m.event(ctx, Event{Kind: k.kind, Class: ans.Class, Detail: ans.Reason, Err: ans.Err}, "")
		}
	}
}

// land gives the lease back and passes the outcome on.
func (m *Manager) land(ctx context.Context, f *flight, outcome error) error {
	ctx, cancel := m.lastChance(ctx)
	defer cancel()
	_, err := m.change(ctx, f.st, f.key, func(e *entry) error {
		if !land(e, m.owner) {
			return errUnchanged
		}
		return nil
	})
	if err != nil && !errors.Is(err, errUnchanged) && !errors.Is(err, ErrNotLoggedIn) {
		return errors.Join(outcome, err) // the lease lapses by itself
	}
	return outcome
}
