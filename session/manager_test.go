package session_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/usherdev/usher/session"
)

func TestA7_PlantedIDNeverBecomesValid(t *testing.T) {
	b := newBackend()
	m, _ := manager(t, b)
	planted := session.NewID()
	s, err := m.LogIn(t.Context(), planted, b.login(), true)
	if err != nil || s.ID == planted {
		t.Fatalf("id kept: %v, %v", s.ID == planted, err)
	}
	if _, found, err := m.Current(t.Context(), planted); found || err != nil {
		t.Errorf("the planted id is known: %v, %v", found, err)
	}
}

// TestA7_IDsAreUnlike: no id comes twice, and each of the 256 bits is set as often as chance has it.
func TestA7_IDsAreUnlike(t *testing.T) {
	n := volume(100_000, 1_000_000)
	seen := make(map[string]bool, n)
	bits := unfair(n, func() []byte {
		id := session.NewID()
		b, err := base64.RawURLEncoding.DecodeString(id)
		if len(id) != 43 || seen[id] || err != nil {
			t.Fatalf("id of %d characters, repeated %v, %v", len(id), seen[id], err)
		}
		seen[id] = true
		return b
	})
	if len(bits) > 0 {
		t.Errorf("bits %v are not left to chance", bits)
	}
	t.Logf("%d ids, none twice, no bit with p < 0.001 in three samples", len(seen))
}

// unfair draws n ids of 32 bytes and returns the bits that are set too often or too rarely: χ² of one degree of freedom
// beyond p = 0.001. One bit in a thousand is there by chance alone, so a suspect has to be there again in a second and a
// third sample.
func unfair(n int, draw func() []byte) (bits []int) {
	const p001 = 10.828
	for bit := range 256 {
		bits = append(bits, bit)
	}
	for range 3 {
		var ones [256]int
		for range n {
			for i, b := range draw() {
				for k := range 8 {
					ones[8*i+k] += int(b >> k & 1)
				}
			}
		}
		bits = slices.DeleteFunc(bits, func(bit int) bool {
			off := float64(2*ones[bit] - n)
			return off*off/float64(n) < p001
		})
		if len(bits) == 0 {
			break
		}
	}
	return bits
}

// TestA7_TheCountOfBitsCanFail: a bit that is set in 52 of 100 ids, and one that never is, are seen.
func TestA7_TheCountOfBitsCanFail(t *testing.T) {
	r := mathrand.New(mathrand.NewPCG(1, 2))
	draw := func() []byte {
		b := make([]byte, 32)
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		b[31] &^= 0x80
		if r.IntN(25) == 0 {
			b[0] |= 1
		}
		return b
	}
	if got := unfair(100_000, draw); !slices.Equal(got, []int{0, 255}) {
		t.Errorf("found %v", got)
	}
}

func TestA8_NewIDAtLogInLogOutAndChangeOfUIDOrRole(t *testing.T) {
	b := newBackend()
	m, _ := manager(t, b)
	first := logIn(t, m, b)
	second, err := m.LogIn(t.Context(), first.ID, session.AuthData{Token: session.NewSecret("b0"), UID: "u2"}, true)
	if err != nil {
		t.Fatal(err)
	}
	dead(t, m, first.ID, session.Replaced)
	uid := "u3"
	third, err := m.Update(t.Context(), second.ID, session.Update{UID: &uid}, session.UpdateOptions{})
	if err != nil || third.ID == second.ID || third.Auth.UID != "u3" || third.Auth.Token.Reveal() != "b0" {
		t.Fatalf("uid change: %v, %v", third.Auth.UID, err)
	}
	dead(t, m, second.ID, session.Moved)
	fourth, err := m.Update(t.Context(), third.ID, session.Update{MergeUser: []byte(`{"role":"admin"}`)}, session.UpdateOptions{Rotate: true})
	if err != nil || fourth.ID == third.ID {
		t.Fatal("role change keeps the id", err)
	}
	dead(t, m, third.ID, session.Moved)
	same, err := m.Update(t.Context(), fourth.ID, session.Update{MergeUser: []byte(`{"city":"Oslo"}`)}, session.UpdateOptions{})
	if err != nil || same.ID != fourth.ID || string(same.Auth.User) != `{"city":"Oslo","role":"admin"}` {
		t.Fatalf("merge: %s, %v", same.Auth.User, err)
	}
	if err := m.LogOut(t.Context(), fourth.ID); err != nil {
		t.Fatal(err)
	}
	dead(t, m, fourth.ID, session.LoggedOut)
}

func dead(t *testing.T, m *session.Manager, id string, why session.Reason) {
	t.Helper()
	s := current(t, m, id)
	if s.Ended != why || !s.Auth.Token.IsZero() || !s.Auth.RefreshToken.IsZero() || s.Active() {
		t.Errorf("ended %q with token %v, want %q", s.Ended, !s.Auth.Token.IsZero(), why)
	}
	if _, err := m.Update(t.Context(), id, session.Update{}, session.UpdateOptions{}); !errors.Is(err, session.ErrNotLoggedIn) {
		t.Errorf("Update of an ended session: %v", err)
	}
	if err := m.RaiseData(t.Context(), id); !errors.Is(err, session.ErrNotLoggedIn) {
		t.Errorf("RaiseData of an ended session: %v", err)
	}
}

func TestA8_RefreshMeetsTheMovedSession(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		b.latency, b.strict = time.Second, true
		m, _ := manager(t, b)
		id := logIn(t, m, b).ID
		time.Sleep(time.Hour)
		var wg sync.WaitGroup
		wg.Go(func() { m.Fresh(t.Context(), id) })
		time.Sleep(500 * time.Millisecond)
		s, err := m.Update(t.Context(), id, session.Update{}, session.UpdateOptions{Rotate: true})
		if err != nil {
			t.Fatal(err)
		}
		wg.Wait()
		if got := fresh(t, m, s.ID); got.Auth.RefreshToken.Reveal() != b.live() || b.reuses != 0 {
			t.Errorf("stored %s, live %s, %d reuses", got.Auth.RefreshToken.Reveal(), b.live(), b.reuses)
		}
		if len(b.told()) != 0 {
			t.Errorf("revoked %v of a living session", b.told())
		}
	})
}

func TestMoveThatNeverArrivesIsRevoked(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		st := &faulty{Store: session.NewMemory()}
		m, _ := manager(t, b, func(c *session.Config) { c.Store = st })
		id := logIn(t, m, b).ID
		st.failCreate.Store(true)
		if _, err := m.Update(t.Context(), id, session.Update{}, session.UpdateOptions{Rotate: true}); !errors.Is(err, session.ErrUnavailable) {
			t.Fatal(err)
		}
		st.failCreate.Store(false)
		time.Sleep(2 * time.Hour)
		if !slices.Equal(b.told(), []string{"r0"}) {
			t.Errorf("revoked %v", b.told())
		}
	})
}

func TestA17_UnstorableLoginIsRefused(t *testing.T) {
	b := newBackend()
	st := session.NewMemory()
	m, _ := manager(t, b, func(c *session.Config) { c.Store = st })
	s := logIn(t, m, b)
	for name, a := range map[string]session.AuthData{
		"CR":            {Token: session.NewSecret("a\rb")},
		"LF":            {Token: session.NewSecret("a\nb")},
		"NUL":           {RefreshToken: session.NewSecret("a\x00b")},
		"not ASCII":     {Token: session.NewSecret("tökén")},
		"16 KiB":        {RefreshToken: session.NewSecret(strings.Repeat("a", 16<<10+1))},
		"user list":     {Token: session.NewSecret("a"), User: []byte(`[1]`)},
		"user broken":   {Token: session.NewSecret("a"), User: []byte(`{"a":`)},
		"user too much": {Token: session.NewSecret("a"), User: fmt.Appendf(nil, `{"a":%q}`, strings.Repeat("x", 256<<10))},
	} {
		if _, err := m.LogIn(t.Context(), "", a, true); !errors.Is(err, session.ErrInvalid) {
			t.Errorf("%s: LogIn: %v", name, err)
		}
		u := session.Update{Token: &a.Token, RefreshToken: &a.RefreshToken, User: a.User}
		if _, err := m.Update(t.Context(), s.ID, u, session.UpdateOptions{}); !errors.Is(err, session.ErrInvalid) {
			t.Errorf("%s: Update: %v", name, err)
		}
	}
	if got := current(t, m, s.ID); got.Auth.Token.Reveal() != "a0" || got.Ver != s.Ver {
		t.Error("a refused update changed the session")
	}
}

func TestUpdateClears(t *testing.T) {
	b := newBackend()
	m, _ := manager(t, b)
	s := logIn(t, m, b)
	all := []session.Field{session.FieldToken, session.FieldRefreshToken, session.FieldExpiry, session.FieldUser}
	got, err := m.Update(t.Context(), s.ID, session.Update{Clear: all}, session.UpdateOptions{})
	if a := got.Auth; err != nil || !a.Token.IsZero() || !a.RefreshToken.IsZero() || !a.Expiry.IsZero() || a.User != nil || a.UID != "u1" {
		t.Errorf("%+v, %v", a, err)
	}
	if !got.Active() || got.Refreshable {
		t.Errorf("active %v refreshable %v", got.Active(), got.Refreshable)
	}
	tok := session.NewSecret("x")
	for _, u := range []session.Update{{Clear: []session.Field{"nonsense"}}, {Token: &tok, Clear: []session.Field{session.FieldToken}}} {
		if _, err := m.Update(t.Context(), s.ID, u, session.UpdateOptions{}); !errors.Is(err, session.ErrInvalid) {
			t.Errorf("Clear %v: %v", u.Clear, err)
		}
	}
}

func TestB23_ParallelUpdatesLoseNothing(t *testing.T) {
	b := newBackend()
	m, _ := manager(t, b)
	s := logIn(t, m, b)
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			if _, err := m.Update(t.Context(), s.ID, session.Update{MergeUser: fmt.Appendf(nil, `{"f%d":%d}`, i, i)}, session.UpdateOptions{}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := strings.Count(string(current(t, m, s.ID).Auth.User), `"f`); n != 50 {
		t.Errorf("%d of 50 fields", n)
	}
}

// faulty is a store that can be switched off.
type faulty struct {
	session.Store
	off, failCreate atomic.Bool
}

var errOff = errors.New("store is off")

func (f *faulty) Create(ctx context.Context, key string, r session.Row) error {
	if f.off.Load() || f.failCreate.Load() {
		return errOff
	}
	return f.Store.Create(ctx, key, r)
}

func (f *faulty) Read(ctx context.Context, key string) (session.Row, bool, error) {
	if f.off.Load() {
		return session.Row{}, false, errOff
	}
	return f.Store.Read(ctx, key)
}

func (f *faulty) Update(ctx context.Context, key string, fn func(session.Row) (session.Row, error)) (session.Row, error) {
	if f.off.Load() {
		return session.Row{}, errOff
	}
	return f.Store.Update(ctx, key, fn)
}

func TestC11_StoreDownIsTryAgainNotLoggedOut(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		st := &faulty{Store: session.NewMemory()}
		m, ev := manager(t, b, func(c *session.Config) { c.Store = st })
		s := logIn(t, m, b)
		st.off.Store(true)
		_, found, err := m.Current(t.Context(), s.ID)
		if found || !errors.Is(err, session.ErrUnavailable) || session.RetryAfter(err) == 0 {
			t.Errorf("Current = %v, %v", found, err)
		}
		if _, err := m.LogIn(t.Context(), "", b.login(), true); !errors.Is(err, session.ErrUnavailable) {
			t.Errorf("LogIn: %v", err)
		}
		if err := m.LogOut(t.Context(), s.ID); !errors.Is(err, session.ErrUnavailable) {
			t.Errorf("LogOut: %v", err)
		}
		time.Sleep(time.Minute)
		st.off.Store(false)
		fresh(t, m, s.ID)
		if len(ev.of(session.EventStoreFault)) == 0 || len(ev.of(session.EventEnd)) != 0 {
			t.Error("faults not reported, or a session ended")
		}
	})
}

func TestB16_AnswerInHandSurvivesAStoreThatIsAway(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		b.latency, b.strict = time.Second, true
		st := &faulty{Store: session.NewMemory()}
		m, _ := manager(t, b, func(c *session.Config) { c.Store = st })
		id := logIn(t, m, b).ID
		time.Sleep(time.Hour)
		done := make(chan error)
		go func() { _, _, err := m.Fresh(t.Context(), id); done <- err }()
		time.Sleep(500 * time.Millisecond)
		st.off.Store(true)
		if err := <-done; !errors.Is(err, session.ErrBusy) && !errors.Is(err, session.ErrUnavailable) {
			t.Errorf("the waiter got %v before the answer was stored", err)
		}
		time.Sleep(time.Minute)
		st.off.Store(false)
		time.Sleep(5 * time.Second)
		if s := fresh(t, m, id); s.Auth.RefreshToken.Reveal() != b.live() || b.count() != 1 {
			t.Errorf("stored %s, live %s, %d calls", s.Auth.RefreshToken.Reveal(), b.live(), b.count())
		}
	})
}

func TestA10_TamperingEndsTheSession(t *testing.T) {
	b := newBackend()
	var st session.Store
	m, ev := manager(t, b, func(c *session.Config) { st = c.Store })
	ctx := t.Context()
	sealed := func(key string) session.Row {
		r, _, err := st.Read(ctx, key)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	put := func(key string, fn func(*session.Row)) {
		if _, err := st.Update(ctx, key, func(r session.Row) (session.Row, error) { fn(&r); return r, nil }); err != nil {
			t.Fatal(err)
		}
	}
	s := logIn(t, m, b)
	n := len(sealed(s.Key).Sealed)
	for i := range n { // every byte
		s := logIn(t, m, b)
		put(s.Key, func(r *session.Row) { r.Sealed[i%len(r.Sealed)] ^= 1 << (i % 8) })
		if got := current(t, m, s.ID); got.Ended != session.Tampered && got.Ended != session.KeyMissing || !got.Auth.Token.IsZero() {
			t.Fatalf("byte %d: ended %q", i, got.Ended)
		}
	}
	one, two := logIn(t, m, b), logIn(t, m, b)
	swapped := sealed(two.Key).Sealed
	put(one.Key, func(r *session.Row) { r.Sealed = swapped })
	if got := current(t, m, one.ID); got.Ended != session.Tampered {
		t.Errorf("swapped blob: %q", got.Ended)
	}
	old := sealed(two.Key).Sealed
	if _, err := m.ExpireNow(ctx, two.ID); err != nil {
		t.Fatal(err)
	}
	put(two.Key, func(r *session.Row) { r.Sealed = old })
	if got, _, err := m.Fresh(ctx, two.ID); err != nil || got.Ended != session.Tampered {
		t.Errorf("rolled back blob: %q, %v", got.Ended, err)
	}
	third := logIn(t, m, b)
	put(third.Key, func(r *session.Row) { r.Ver++ })
	if err := m.LogOut(ctx, third.ID); err != nil {
		t.Errorf("log-out of a tampered session: %v", err)
	}
	if got := current(t, m, third.ID); got.Active() {
		t.Error("a raised version was accepted")
	}
	if len(ev.of(session.EventEnd)) < n {
		t.Errorf("%d ends reported, want %d", len(ev.of(session.EventEnd)), n)
	}
}

func TestA11_KeyRotationKeepsSessionsAndAMissingKeyEndsItsOwn(t *testing.T) {
	b := newBackend()
	st := session.NewMemory()
	old, next := [32]byte{1}, [32]byte{2}
	with := func(k *session.Keys) func(*session.Config) {
		return func(c *session.Config) { c.Store, c.Keys = st, k }
	}
	before, _ := manager(t, b, with(session.NewKeys(old)))
	stays, goes := logIn(t, before, b), logIn(t, before, b)
	during, _ := manager(t, b, with(session.NewKeys(next, old)))
	fresh(t, during, stays.ID)
	if _, err := during.Update(t.Context(), stays.ID, session.Update{MergeUser: []byte(`{}`)}, session.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	after, _ := manager(t, b, with(session.NewKeys(next)))
	fresh(t, after, stays.ID)
	if s := current(t, after, goes.ID); s.Ended != session.KeyMissing {
		t.Errorf("ended %q", s.Ended)
	}
}

func TestRowsOfAnotherAppAreNotOurs(t *testing.T) {
	b := newBackend()
	st := session.NewMemory()
	one, _ := manager(t, b, func(c *session.Config) { c.Store, c.App = st, "one" })
	two, _ := manager(t, b, func(c *session.Config) { c.Store, c.App = st, "two" })
	s := logIn(t, one, b)
	if got, found, err := two.Current(t.Context(), s.ID); found && got.Active() || err != nil {
		t.Errorf("another app's session: active %v, %v", got.Active(), err)
	}
}

func TestC6_PersistOffEndsWithTheServer(t *testing.T) {
	b := newBackend()
	st := session.NewMemory()
	cfg := func(c *session.Config) { c.Store = st }
	m, _ := manager(t, b, cfg)
	on := logIn(t, m, b)
	off, err := m.LogIn(t.Context(), "", b.login(), false)
	if err != nil || off.CookieMaxAge != 0 || on.CookieMaxAge != 400*24*time.Hour {
		t.Fatalf("max age off %v on %v, %v", off.CookieMaxAge, on.CookieMaxAge, err)
	}
	fresh(t, m, off.ID)
	restarted, _ := manager(t, b, cfg)
	fresh(t, restarted, on.ID)
	if _, found, err := restarted.Current(t.Context(), off.ID); found || err != nil {
		t.Errorf("persist off after a restart: %v, %v", found, err)
	}
}

func TestC7_IdleAbsoluteAndPresenceEndOnTheServer(t *testing.T) {
	short := session.Limits{Idle: 10 * time.Minute, Absolute: time.Hour, Presence: 5 * time.Minute}
	run := func(name string, want session.Reason, live func(m *session.Manager, id string)) {
		bubble(t, func(t *testing.T) {
			b := newBackend()
			m, _ := manager(t, b, func(c *session.Config) { c.PersistOn = short; c.Refresh = nil })
			id := logIn(t, m, b).ID
			live(m, id)
			if s := current(t, m, id); s.Ended != want {
				t.Errorf("%s: ended %q, want %q", name, s.Ended, want)
			}
			synctest.Wait()
			if ended := want != ""; (len(b.told()) == 1) != ended {
				t.Errorf("%s: revoked %v", name, b.told())
			}
		})
	}
	ctx := t.Context()
	run("a second before idle", "", func(*session.Manager, string) { time.Sleep(10*time.Minute - time.Second) })
	run("a second after idle", session.TimeoutIdle, func(*session.Manager, string) { time.Sleep(10*time.Minute + time.Second) })
	click := func(after, then time.Duration) func(m *session.Manager, id string) {
		return func(m *session.Manager, id string) {
			time.Sleep(after)
			m.Touch(ctx, id)
			time.Sleep(then)
		}
	}
	for _, after := range []time.Duration{1, 300 * time.Millisecond, 999 * time.Millisecond, time.Second, 1700 * time.Millisecond, 5 * time.Minute} {
		run(fmt.Sprint("a second before idle, clicked after ", after), "", click(after, 10*time.Minute-time.Second))
		run(fmt.Sprint("a second after idle, clicked after ", after), session.TimeoutIdle, click(after, 10*time.Minute+time.Second))
	}
	stays := func(d time.Duration) func(m *session.Manager, id string) {
		return func(m *session.Manager, id string) {
			for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(min(time.Minute, time.Until(end))) {
				m.Touch(ctx, id)
			}
		}
	}
	run("a second before its greatest age", "", stays(time.Hour-time.Second))
	run("a second after its greatest age", session.TimeoutAbsolute, stays(time.Hour+time.Second))
	present := func(then time.Duration) func(m *session.Manager, id string) {
		return func(m *session.Manager, id string) {
			m.Present(ctx, id)
			time.Sleep(then)
		}
	}
	run("a second before it is away", "", present(5*time.Minute-time.Second))
	run("a second after it is away", session.TimeoutAway, present(5*time.Minute+time.Second))
	run("polling is no action", session.TimeoutIdle, func(m *session.Manager, id string) {
		for range 12 {
			time.Sleep(time.Minute)
			m.Fresh(ctx, id)
		}
	})
	act := func(n int) func(m *session.Manager, id string) {
		return func(m *session.Manager, id string) {
			for range n {
				time.Sleep(5 * time.Minute)
				m.Touch(ctx, id)
			}
		}
	}
	run("active", "", act(11))
	run("active too long", session.TimeoutAbsolute, act(12))
	run("away", session.TimeoutAway, func(m *session.Manager, id string) {
		m.Present(ctx, id)
		time.Sleep(5 * time.Minute)
	})
	run("here", "", func(m *session.Manager, id string) {
		for range 8 {
			m.Present(ctx, id)
			time.Sleep(time.Minute)
		}
	})
}

func TestC16_SweepEndsAndForgetsUnasked(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		st := session.NewMemory()
		m, ev := manager(t, b, func(c *session.Config) {
			c.Store = st
			c.PersistOn = session.Limits{Idle: time.Hour}
			c.Tuning.SweepEvery = 10 * time.Minute
		})
		for i := range 500 {
			logInAs(t, m, fmt.Sprint(i), true)
		}
		time.Sleep(2 * time.Hour)
		if n := len(ev.of(session.EventEnd)); n != 500 || len(b.told()) != 500 {
			t.Errorf("%d ended, %d revoked", n, len(b.told()))
		}
		time.Sleep(8 * 24 * time.Hour)
		if left, _ := st.Sweep(t.Context(), "app", time.Now().Add(1000*24*time.Hour), 1000); len(left) != 0 {
			t.Errorf("%d rows left", len(left))
		}
	})
}

func TestOutboxIsRetriedAndGivenUpAfterADay(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		b.revokeErr = errors.New("no route")
		m, ev := manager(t, b)
		one, two := logIn(t, m, b).ID, logIn(t, m, b).ID
		if err := m.LogOut(t.Context(), one); err != nil {
			t.Fatalf("a log-out failed because the backend is down: %v", err)
		}
		time.Sleep(3 * time.Hour)
		if n := len(ev.of(session.EventRevokeFailed)); n < 3 || n > 20 {
			t.Errorf("%d tries in three hours", n)
		}
		b.mu.Lock()
		b.revokeErr = nil
		b.mu.Unlock()
		time.Sleep(2 * time.Hour)
		if len(b.told()) != 1 {
			t.Errorf("revoked %v after the backend came back", b.told())
		}
		b.mu.Lock()
		b.revokeErr = errors.New("no route")
		b.mu.Unlock()
		if err := m.LogOut(t.Context(), two); err != nil {
			t.Fatal(err)
		}
		time.Sleep(26 * time.Hour)
		if n := len(ev.of(session.EventRevokeGivenUp)); n != 1 {
			t.Errorf("%d given up", n)
		}
	})
}

func TestReplacedLoginIsRevokedUnlessTheTokenIsTheSame(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		m, _ := manager(t, b)
		s := logIn(t, m, b)
		s, err := m.LogIn(t.Context(), s.ID, b.login(), true) // a backend with one token a person
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if len(b.told()) != 0 {
			t.Errorf("revoked the token of the new login")
		}
		if _, err := m.LogIn(t.Context(), s.ID, session.AuthData{Token: session.NewSecret("other")}, true); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if !slices.Equal(b.told(), []string{"r0"}) {
			t.Errorf("revoked %v", b.told())
		}
	})
}

func TestForgetDropsOnlyWhatHasEnded(t *testing.T) {
	b := newBackend()
	m, _ := manager(t, b)
	s := logIn(t, m, b)
	if err := m.Forget(t.Context(), s.ID); err != nil {
		t.Fatal(err)
	}
	fresh(t, m, s.ID)
	if err := m.Kill(t.Context(), s.Key); err != nil {
		t.Fatal(err)
	}
	if got := current(t, m, s.ID); got.Ended != session.LoggedOutAway || got.Auth.UID != "u1" {
		t.Errorf("ended %q uid %q", got.Ended, got.Auth.UID)
	}
	for range 2 {
		if err := m.Forget(t.Context(), s.ID); err != nil {
			t.Fatal(err)
		}
		if _, found, err := m.Current(t.Context(), s.ID); found || err != nil {
			t.Errorf("still known: %v, %v", found, err)
		}
	}
	if err := m.LogOut(t.Context(), session.NewID()); err != nil {
		t.Errorf("log-out of an unknown id: %v", err)
	}
}

// TestNoncesThatMayBeForgotten: a nonce that was made long ago is spent where too many others have been since for anybody to know.
func TestNoncesThatMayBeForgotten(t *testing.T) {
	b := newBackend()
	m, _ := manager(t, b)
	s := logIn(t, m, b)
	spend := func(nonce, last string, want bool) {
		t.Helper()
		if ok, err := m.SpendNonceAfter(t.Context(), s.ID, nonce, last); ok != want || err != nil {
			t.Errorf("%s after %q: %v, %v", nonce, last, ok, err)
		}
	}
	others := func(name string, n int) {
		t.Helper()
		for i := range n {
			if ok, err := m.SpendNonce(t.Context(), s.ID, fmt.Sprint(name, i)); !ok || err != nil {
				t.Fatal(i, ok, err)
			}
		}
	}
	spend("first", "", true)
	spend("first", "", false)
	others("a", 30)
	spend("second", "", true) // the 32nd
	spend("third", "", false)
	spend("third", "second", true)
	others("b", 30)
	spend("fourth", "second", true)
	spend("third", "second", false)
	spend("fifth", "second", false)
	spend("fifth", "fourth", true)
}

func TestNoncesStateAndData(t *testing.T) {
	b := newBackend()
	m, _ := manager(t, b)
	s := logIn(t, m, b)
	var once atomic.Int32
	var wg sync.WaitGroup
	for range 20 { // a double click acts once
		wg.Go(func() {
			ok, err := m.SpendNonce(t.Context(), s.ID, "n")
			if err != nil {
				t.Error(err)
			}
			if ok {
				once.Add(1)
			}
		})
	}
	wg.Wait()
	if once.Load() != 1 {
		t.Errorf("spent %d times", once.Load())
	}
	for i := range 32 {
		if ok, err := m.SpendNonce(t.Context(), s.ID, fmt.Sprint(i)); !ok || err != nil {
			t.Fatal(i, ok, err)
		}
	}
	if ok, _ := m.SpendNonce(t.Context(), s.ID, "1"); ok {
		t.Error("one of the last 32 is fresh again")
	}
	if got := current(t, m, s.ID).LastSpent; got != "31" {
		t.Errorf("the last one is %q", got)
	}
	if err := m.SetAppState(t.Context(), s.ID, []byte("state")); err != nil {
		t.Fatal(err)
	}
	if err := m.SetAppState(t.Context(), s.ID, make([]byte, 16<<10+1)); !errors.Is(err, session.ErrTooLarge) {
		t.Errorf("17 KB of state: %v", err)
	}
	if err := m.RaiseData(t.Context(), s.ID); err != nil {
		t.Fatal(err)
	}
	moved, err := m.Update(t.Context(), s.ID, session.Update{}, session.UpdateOptions{Rotate: true})
	if got := current(t, m, moved.ID); err != nil || string(got.AppState) != "state" || got.Data != 1 {
		t.Errorf("state %q data %d, %v", got.AppState, got.Data, err)
	}
	if ok, _ := m.SpendNonce(t.Context(), moved.ID, "1"); ok {
		t.Error("a nonce is fresh again under the new id")
	}
}

func TestTouchIsCoarse(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		m, _ := manager(t, b)
		id := logIn(t, m, b).ID
		writes := 0
		for range 600 {
			time.Sleep(time.Second)
			if w, err := m.Touch(t.Context(), id); err != nil {
				t.Fatal(err)
			} else if w {
				writes++
			}
		}
		if writes != 10 {
			t.Errorf("%d writes in ten minutes", writes)
		}
	})
}

func TestConfigIsChecked(t *testing.T) {
	ok := session.Config{App: "app", Store: session.NewMemory(), Keys: testKeys()}
	for name, spoil := range map[string]func(*session.Config){
		"app":      func(c *session.Config) { c.App = "No Name" },
		"store":    func(c *session.Config) { c.Store = nil },
		"keys":     func(c *session.Config) { c.Keys = nil },
		"rotation": func(c *session.Config) { c.Rotation = "often" },
		"lease":    func(c *session.Config) { c.Tuning.Lease = time.Second },
	} {
		cfg := ok
		spoil(&cfg)
		if _, err := session.New(cfg); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
