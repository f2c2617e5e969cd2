package session_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/usherdev/usher/session"
)

// nodes are Managers that share a store, each with a volatile one of its own.
func nodes(t *testing.T, b *backend, n int, set ...func(*session.Config)) ([]*session.Manager, session.Store) {
	st := session.NewMemory()
	var out []*session.Manager
	for range n {
		m, _ := manager(t, b, append([]func(*session.Config){func(c *session.Config) { c.Store = st }}, set...)...)
		out = append(out, m)
	}
	return out, st
}

func logInAs(t *testing.T, m *session.Manager, uid string, persist bool) session.Session {
	t.Helper()
	s, err := m.LogIn(t.Context(), "", session.AuthData{
		Token: session.NewSecret("a-" + uid), RefreshToken: session.NewSecret("r0"), Expiry: time.Now().Add(time.Hour), UID: uid,
	}, persist)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestC8_LogOutElsewhere: all sessions of a person but one are over on every node, those in the memory of another node too; that one lives on, is
// listed with what it was made by, and a later log-out everywhere ends it.
func TestC8_LogOutElsewhere(t *testing.T) {
	bubble(t, func(t *testing.T) {
		ms, _ := nodes(t, newBackend(), 3)
		here, err := ms[0].LogIn(t.Context(), "", session.AuthData{Token: session.NewSecret("a-here"), UID: "ada", Device: session.Device{Browser: "Firefox", System: "Linux"}}, true)
		if err != nil {
			t.Fatal(err)
		}
		elsewhere := []session.Session{logInAs(t, ms[0], "ada", true), logInAs(t, ms[1], "ada", true), logInAs(t, ms[1], "ada", false)}
		other := logInAs(t, ms[0], "bob", true)
		if n, err := ms[0].EndOthers(t.Context(), here.ID); err != nil || n != 2 { // the third lies in the memory of another node
			t.Errorf("EndOthers = %d, %v", n, err)
		}
		for _, s := range elsewhere {
			if got, found, err := ms[1].Fresh(t.Context(), s.ID); !found || err != nil || got.Ended != session.LoggedOutAway {
				t.Errorf("persist %v: ended %q, %v, %v", s.Persist, got.Ended, found, err)
			}
		}
		fresh(t, ms[2], here.ID)
		fresh(t, ms[2], other.ID)
		list, err := ms[2].List(t.Context(), "ada")
		if err != nil || len(list) != 1 || list[0].Key != here.Key || list[0].Auth.Device.Browser != "Firefox" || !list[0].Auth.Token.IsZero() {
			t.Errorf("listed %+v, %v", list, err)
		}
		if _, err := ms[1].EndAll(t.Context(), "ada", ""); err != nil {
			t.Error(err)
		}
		if _, err := ms[0].EndOthers(t.Context(), here.ID); !errors.Is(err, session.ErrNotLoggedIn) {
			t.Errorf("of an ended session: %v", err)
		}
	})
}

// hooked is a store that asks before each step, which an error keeps from happening.
type hooked struct {
	session.Store
	before func(step, key string) error
}

func (h *hooked) Create(ctx context.Context, key string, r session.Row) error {
	if err := h.before("create", key); err != nil {
		return err
	}
	return h.Store.Create(ctx, key, r)
}

func (h *hooked) Read(ctx context.Context, key string) (session.Row, bool, error) {
	if err := h.before("read", key); err != nil {
		return session.Row{}, false, err
	}
	return h.Store.Read(ctx, key)
}

func (h *hooked) Update(ctx context.Context, key string, fn func(session.Row) (session.Row, error)) (session.Row, error) {
	if err := h.before("update", key); err != nil {
		return session.Row{}, err
	}
	return h.Store.Update(ctx, key, fn)
}

// TestC8_LogOutElsewhereMeetsLogOutEverywhere: a session that a log-out everywhere ends while it logs out the others stays ended, also where that
// one got no further than to begin an epoch, and logs nobody out any more.
func TestC8_LogOutElsewhereMeetsLogOutEverywhere(t *testing.T) {
	for name, cut := range map[string]bool{"whole": false, "cut off": true} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				b, st := newBackend(), session.NewMemory()
				var failing atomic.Bool // also asked by what runs beside
				quick, _ := manager(t, b, func(c *session.Config) {
					c.Store = &hooked{st, func(step, key string) error {
						if failing.Load() && step == "update" && !strings.HasPrefix(key, "user.") {
							return errors.New("the store is away")
						}
						return nil
					}}
				})
				here := logInAs(t, quick, "ada", true)
				var reads atomic.Int32
				var later session.Session
				slow, _ := manager(t, b, func(c *session.Config) {
					c.Store = &hooked{st, func(step, key string) error {
						if step != "read" || !strings.HasPrefix(key, "user.") {
							return nil
						}
						if reads.Add(1) == 2 { // the session was found alive, and its person is asked for
							failing.Store(cut)
							if _, err := quick.EndAll(t.Context(), "ada", ""); cut != (err != nil) {
								t.Errorf("EndAll: %v", err)
							}
							failing.Store(false)
							later = logInAs(t, quick, "ada", true)
						}
						return nil
					}}
				})
				if _, err := slow.EndOthers(t.Context(), here.ID); !errors.Is(err, session.ErrNotLoggedIn) {
					t.Errorf("EndOthers: %v", err)
				}
				if got := current(t, quick, here.ID); got.Ended != session.LoggedOutAway {
					t.Errorf("it is back: ended %q", got.Ended)
				}
				if got := current(t, quick, later.ID); got.Ended != "" {
					t.Errorf("it logged out who came later: ended %q", got.Ended)
				}
			})
		})
	}
}

// TestC8_LogOutElsewhereAgain: where the epoch could not begin, nobody is logged out, and the next call does it all.
func TestC8_LogOutElsewhereAgain(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var failing atomic.Bool // also asked by what runs beside
		m, _ := manager(t, newBackend(), func(c *session.Config) {
			c.Store = &hooked{session.NewMemory(), func(step, key string) error {
				if failing.Load() && step != "read" && strings.HasPrefix(key, "user.") {
					return errors.New("the store is away")
				}
				return nil
			}}
		})
		here, there := logInAs(t, m, "ada", true), logInAs(t, m, "ada", true)
		failing.Store(true)
		if _, err := m.EndOthers(t.Context(), here.ID); err == nil {
			t.Error("no error")
		}
		failing.Store(false)
		for _, s := range []session.Session{here, there} {
			if got := current(t, m, s.ID); got.Ended != "" {
				t.Errorf("ended %q", got.Ended)
			}
		}
		if n, err := m.EndOthers(t.Context(), here.ID); n != 1 || err != nil {
			t.Errorf("EndOthers = %d, %v", n, err)
		}
		if h, o := current(t, m, here.ID), current(t, m, there.ID); h.Ended != "" || o.Ended != session.LoggedOutAway {
			t.Errorf("ended %q and %q", h.Ended, o.Ended)
		}
	})
}

// TestC8_LogOutEverywhere: all sessions of a person on three nodes, persistent or not, are over when EndAll returns,
// those of others are not, and the backend is told of each.
func TestC8_LogOutEverywhere(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		ms, _ := nodes(t, b, 3)
		type login struct {
			m *session.Manager
			s session.Session
		}
		var hers []login
		for i := range 60 {
			m := ms[i%3]
			hers = append(hers, login{m, logInAs(t, m, "ada", i%2 == 0)})
		}
		other := logInAs(t, ms[0], "bob", true)
		if n, err := ms[1].EndAll(t.Context(), "ada", ""); err != nil || n != 40 { // 20 lie in the memory of the other nodes
			t.Errorf("EndAll = %d, %v", n, err)
		}
		for _, l := range hers {
			m := l.m
			if l.s.Persist {
				m = ms[2]
			}
			if s, found, err := m.Fresh(t.Context(), l.s.ID); !found || err != nil || s.Ended != session.LoggedOutAway || !s.Auth.Token.IsZero() {
				t.Fatalf("persist %v: ended %q, %v, %v", l.s.Persist, s.Ended, found, err)
			}
		}
		fresh(t, ms[2], other.ID)
		synctest.Wait()
		if n := len(b.told()); n != len(hers) {
			t.Errorf("the backend was told of %d of %d", n, len(hers))
		}
		if list, err := ms[0].List(t.Context(), "ada"); err != nil || len(list) != 0 {
			t.Errorf("%d listed, %v", len(list), err)
		}
		fresh(t, ms[2], logInAs(t, ms[0], "ada", true).ID)
	})
}

// TestC8_WhatIsUnderWay: a log-in, a move to a new id or a refresh that overlaps the log-out everywhere cannot carry a
// session past it.
func TestC8_WhatIsUnderWay(t *testing.T) {
	for name, act := range map[string]func(ctx context.Context, m *session.Manager, id string) (string, error){
		"log in": func(ctx context.Context, m *session.Manager, _ string) (string, error) {
			s, err := m.LogIn(ctx, "", session.AuthData{Token: session.NewSecret("t"), UID: "u1"}, true)
			return s.ID, err
		},
		"move": func(ctx context.Context, m *session.Manager, id string) (string, error) {
			s, err := m.Update(ctx, id, session.Update{}, session.UpdateOptions{Rotate: true})
			return s.ID, err
		},
		"refresh": func(ctx context.Context, m *session.Manager, id string) (string, error) {
			_, _, err := m.Fresh(ctx, id)
			return id, err
		},
	} {
		for delay := range volume(12, 60) {
			if name == "log in" && delay < 4 {
				continue // its epoch is read at 3 ms: before, it is the later of the two
			}
			t.Run(fmt.Sprint(name, delay), func(t *testing.T) {
				bubble(t, func(t *testing.T) { endAllDuring(t, time.Duration(delay)*time.Millisecond, act) })
			})
		}
	}
}

// slowly is a store in which everything takes a millisecond before and after.
type slowly struct{ session.Store }

func (s slowly) Create(ctx context.Context, key string, r session.Row) error {
	time.Sleep(time.Millisecond)
	defer time.Sleep(time.Millisecond)
	return s.Store.Create(ctx, key, r)
}

func (s slowly) Read(ctx context.Context, key string) (session.Row, bool, error) {
	time.Sleep(time.Millisecond)
	defer time.Sleep(time.Millisecond)
	return s.Store.Read(ctx, key)
}

func (s slowly) Update(ctx context.Context, key string, fn func(session.Row) (session.Row, error)) (session.Row, error) {
	time.Sleep(time.Millisecond)
	defer time.Sleep(time.Millisecond)
	return s.Store.Update(ctx, key, fn)
}

func endAllDuring(t *testing.T, delay time.Duration, act func(context.Context, *session.Manager, string) (string, error)) {
	b := newBackend()
	st := session.NewMemory()
	quick, _ := manager(t, b, func(c *session.Config) { c.Store = st })
	slow, _ := manager(t, b, func(c *session.Config) { c.Store = slowly{st} })
	id := logIn(t, quick, b).ID
	time.Sleep(time.Hour)
	began := make(chan struct{})
	var after string
	var wg sync.WaitGroup
	wg.Go(func() {
		close(began)
		after, _ = act(t.Context(), slow, id) // it may be told that nobody is logged in
	})
	<-began
	time.Sleep(delay)
	if _, err := quick.EndAll(t.Context(), "u1", session.LoggedOutAway); err != nil {
		t.Fatal(err)
	}
	ended := time.Now()
	wg.Wait()
	for _, id := range []string{id, after} {
		s, found, err := quick.Current(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if found && s.Active() && !s.Created.After(ended.Add(-delay)) {
			t.Errorf("a session lives on after %v", delay)
		}
	}
}

// TestC8_SessionsThatAreNotListed: the epoch ends what the list does not know, here a session whose person the first
// refresh names.
func TestC8_SessionsThatAreNotListed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		b.uid = "ada"
		m, _ := manager(t, b)
		if _, err := m.EndAll(t.Context(), "ada", ""); err != nil {
			t.Fatal(err)
		}
		a := b.login()
		a.UID = ""
		s, err := m.LogIn(t.Context(), "", a, true)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		if got := fresh(t, m, s.ID); got.Auth.UID != "ada" {
			t.Fatalf("uid %q", got.Auth.UID)
		}
		if list, err := m.List(t.Context(), "ada"); err != nil || len(list) != 1 {
			t.Fatalf("%d listed, %v", len(list), err)
		}
		if n, err := m.EndAll(t.Context(), "ada", session.Revoked); n != 1 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		if got := current(t, m, s.ID); got.Ended != session.Revoked {
			t.Errorf("ended %q", got.Ended)
		}
		if _, err := m.EndAll(t.Context(), "", ""); !errors.Is(err, session.ErrInvalid) {
			t.Errorf("nobody: %v", err)
		}
	})
}

// TestListShowsActiveSessionsWithoutSecrets: the oldest first, under new ids too, and no longer after the end.
func TestListShowsActiveSessionsWithoutSecrets(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		m, _ := manager(t, b)
		var keys []string
		for i := range 4 {
			time.Sleep(time.Second)
			s := logInAs(t, m, "ada", i != 1)
			if i == 2 {
				s, _ = m.Update(t.Context(), s.ID, session.Update{}, session.UpdateOptions{Rotate: true})
			}
			keys = append(keys, s.Key)
			if i == 3 {
				if err := m.LogOut(t.Context(), s.ID); err != nil {
					t.Fatal(err)
				}
			}
		}
		list, err := m.List(t.Context(), "ada")
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range list {
			got = append(got, s.Key)
			if s.ID != "" || !s.Auth.Token.IsZero() || !s.Auth.RefreshToken.IsZero() || s.Auth.UID != "ada" {
				t.Errorf("the list shows %+v", s)
			}
		}
		if !slices.Equal(got, keys[:3]) {
			t.Errorf("listed %v, want %v", got, keys[:3])
		}
		uid := "bob"
		if _, err := m.Update(t.Context(), logInAs(t, m, "carl", true).ID, session.Update{UID: &uid}, session.UpdateOptions{}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if hers, _ := m.List(t.Context(), "bob"); len(hers) != 1 {
			t.Errorf("%d sessions of the new person", len(hers))
		}
		if his, _ := m.List(t.Context(), "carl"); len(his) != 0 {
			t.Errorf("%d sessions of the old person", len(his))
		}
	})
}

// TestC15_SessionsOfOnePersonAreCapped: 200 log-ins at once leave the newest twenty.
func TestC15_SessionsOfOnePersonAreCapped(t *testing.T) {
	b := newBackend()
	ms, _ := nodes(t, b, 2, func(c *session.Config) { c.PerUser = 20 })
	old := logInAs(t, ms[0], "ada", true)
	var mu sync.Mutex
	var ids []string
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Go(func() {
			s := logInAs(t, ms[i%2], "ada", true)
			mu.Lock()
			defer mu.Unlock()
			ids = append(ids, s.ID)
		})
	}
	wg.Wait()
	live := 0
	for _, id := range ids {
		if s := current(t, ms[0], id); s.Active() {
			live++
		} else if s.Ended != session.LoggedOutAway {
			t.Errorf("ended %q", s.Ended)
		}
	}
	if live != 20 {
		t.Errorf("%d live, want 20", live)
	}
	dead(t, ms[0], old.ID, session.LoggedOutAway)
	if list, err := ms[0].List(t.Context(), "ada"); len(list) != 20 || err != nil {
		t.Errorf("%d listed, %v", len(list), err)
	}
	for range 30 { // who logs out makes room himself
		s := logInAs(t, ms[0], "bob", true)
		if err := ms[1].LogOut(t.Context(), s.ID); err != nil {
			t.Fatal(err)
		}
	}
	fresh(t, ms[0], logInAs(t, ms[0], "bob", true).ID)
}

// TestC14_RestoredSessionsPresentNothing: after a backup and three rotations the old rows come back; nothing of them is
// presented or revoked, the family at the backend lives, and the browser is told.
func TestC14_RestoredSessionsPresentNothing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		b.strict = true
		st := session.NewMemory()
		with := func(c *session.Config) { c.Store = st }
		m, _ := manager(t, b, with)
		s := logIn(t, m, b)
		idle := logInAs(t, m, "bob", true)
		gone := logInAs(t, m, "eve", true)
		b.refuseLogOuts(errors.New("down"))
		if err := m.LogOut(t.Context(), gone.ID); err != nil { // its pair waits in the outbox
			t.Fatal(err)
		}
		synctest.Wait()
		backup := map[string]session.Row{}
		for _, key := range []string{s.Key, idle.Key, gone.Key} {
			backup[key], _, _ = st.Read(t.Context(), key)
		}
		b.refuseLogOuts(nil)
		for range 3 {
			time.Sleep(time.Hour)
			fresh(t, m, s.ID)
		}
		live, calls, told := b.live(), b.count(), len(b.told())
		closeManager(t, m)
		for key, r := range backup {
			if err := errors.Join(st.Delete(t.Context(), key), st.Create(t.Context(), key, r)); err != nil {
				t.Fatal(err)
			}
		}
		if err := session.MarkRestored(t.Context(), st); err != nil {
			t.Fatal(err)
		}
		m, ev := manager(t, b, with)
		for _, id := range []string{s.ID, idle.ID} {
			if got, _, err := m.Fresh(t.Context(), id); err != nil || got.Ended != session.Restored {
				t.Errorf("Fresh: ended %q, %v", got.Ended, err)
			}
		}
		time.Sleep(time.Hour)
		if b.count() != calls || len(b.told()) != told || b.live() != live || b.dead || b.reuses != 0 {
			t.Errorf("%d calls, %d revoked, %d reuses", b.count()-calls, len(b.told())-told, b.reuses)
		}
		if n := len(ev.of(session.EventEnd)); n != 2 {
			t.Errorf("%d ends reported", n)
		}
		fresh(t, m, logIn(t, m, b).ID)
	})
}

// TestC14_RestoreUnderARunningNode: a node that runs while the store is restored notices before its next refresh.
func TestC14_RestoreUnderARunningNode(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		st := session.NewMemory()
		m, _ := manager(t, b, func(c *session.Config) { c.Store = st })
		s := logIn(t, m, b)
		time.Sleep(time.Hour)
		current(t, m, s.ID) // remembers the epoch
		for range 2 {
			if err := session.MarkRestored(t.Context(), st); err != nil {
				t.Fatal(err)
			}
		}
		if got, _, err := m.Fresh(t.Context(), s.ID); err != nil || got.Ended != session.Restored || b.count() != 0 {
			t.Errorf("ended %q after %d calls, %v", got.Ended, b.count(), err)
		}
	})
}

// without hides what a store offers besides the Store.
type without struct{ session.Store }

// TestA11_Rewrap: while people go on, all rows move to the active key, page by page or at once; then the old key can go.
func TestA11_Rewrap(t *testing.T) {
	for name, hide := range map[string]bool{"paged": false, "at once": true} {
		t.Run(name, func(t *testing.T) {
			b := newBackend()
			b.noRotate = true
			b.revokeErr = errors.New("down")
			var st session.Store = session.NewMemory()
			if hide {
				st = without{st}
			}
			old, next := [32]byte{1}, [32]byte{2}
			before, _ := manager(t, b, func(c *session.Config) { c.Store, c.Volatile, c.Keys = st, st, session.NewKeys(old) })
			var ids []string
			for i := range 450 {
				s := logInAs(t, before, fmt.Sprint(i), i%2 == 0)
				if err := before.SetAppState(t.Context(), s.ID, []byte("state")); err != nil {
					t.Fatal(err)
				}
				ids = append(ids, s.ID)
			}
			out := logInAs(t, before, "gone", true)
			if err := before.LogOut(t.Context(), out.ID); err != nil {
				t.Fatal(err)
			}
			closeManager(t, before)
			both := session.NewKeys(next, old)
			during, ev := manager(t, b, func(c *session.Config) {
				c.Store, c.Volatile, c.Keys = st, st, both
				c.Refresh = func(_ context.Context, a session.AuthData) (session.Answer, error) {
					token, expiry := session.NewSecret(a.Token.Reveal()+"+"), time.Now().Add(time.Hour)
					return session.Answer{Class: session.Success, Update: session.Update{Token: &token, Expiry: &expiry}}, nil
				}
			})
			var wg sync.WaitGroup
			for _, id := range ids {
				wg.Go(func() {
					if s, err := during.ExpireNow(t.Context(), id); err != nil || !s.Active() {
						t.Error(s.Ended, err)
					}
					if s, _, err := during.Fresh(t.Context(), id); err != nil || !s.Active() {
						t.Error(s.Ended, err)
					}
				})
			}
			if _, err := during.Rewrap(t.Context()); err != nil {
				t.Error(err)
			}
			wg.Wait()
			got, err := during.Rewrap(t.Context())
			if err != nil || got.Rows != len(ids)+1 || len(got.Keys) != 1 || got.Keys[both.IDs()[0]] != got.Rows {
				t.Fatalf("%+v, %v", got, err)
			}
			if n := len(ev.of(session.EventEnd)); n != 0 {
				t.Errorf("%d ended", n)
			}
			closeManager(t, during)
			b.refuseLogOuts(nil)
			after, _ := manager(t, b, func(c *session.Config) { c.Store, c.Volatile, c.Keys = st, st, session.NewKeys(next) })
			for _, id := range ids {
				if s := fresh(t, after, id); string(s.AppState) != "state" {
					t.Fatalf("app state %q", s.AppState)
				}
			}
		})
	}
}

// TestA11_RewrapWithoutTheKey: rows of a key that is gone are named, and their sessions end; others live.
func TestA11_RewrapWithoutTheKey(t *testing.T) {
	b := newBackend()
	st := session.NewMemory()
	lost, _ := manager(t, b, func(c *session.Config) { c.Store, c.Keys = st, session.NewKeys([32]byte{1}) })
	goes := logIn(t, lost, b)
	m, _ := manager(t, b, func(c *session.Config) { c.Store, c.Keys = st, session.NewKeys([32]byte{2}) })
	stays := logIn(t, m, b)
	got, err := m.Rewrap(t.Context())
	if err != nil || got.Rows != 2 || got.Keys[session.NewKeys([32]byte{1}).IDs()[0]] != 1 || got.Keys[session.NewKeys([32]byte{2}).IDs()[0]] != 1 {
		t.Errorf("%+v, %v", got, err)
	}
	fresh(t, m, stays.ID)
	if s := current(t, m, goes.ID); s.Ended != session.KeyMissing {
		t.Errorf("ended %q", s.Ended)
	}
}
