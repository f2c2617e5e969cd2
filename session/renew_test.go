package session_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/usherdev/usher/session"
)

// bubble runs fn on fake time.
func bubble(t *testing.T, fn func(t *testing.T)) { synctest.Test(t, fn) }

func TestB1_OneExpiryIsOneRefresh(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		b.latency = 50 * time.Millisecond
		m, _ := manager(t, b)
		id := logIn(t, m, b).ID
		expiries := volume(20, 1000)
		for i := range expiries {
			time.Sleep(time.Hour)
			var wg sync.WaitGroup
			for range 200 {
				wg.Go(func() {
					s, _, err := m.Fresh(t.Context(), id)
					if err != nil || s.Ver != int64(i+2) || s.Expired(time.Now()) {
						t.Errorf("round %d: ver %d, %v", i, s.Ver, err)
					}
				})
			}
			wg.Wait()
		}
		if b.count() != expiries || b.maxFlying != 1 || b.reuses != 0 {
			t.Errorf("%d calls for %d expiries, %d at once, %d spent tokens presented", b.count(), expiries, b.maxFlying, b.reuses)
		}
	})
}

func TestB1_InRealTime(t *testing.T) {
	b := newBackend()
	m, _ := manager(t, b)
	id := logIn(t, m, b).ID
	for range volume(20, 1000) {
		if _, err := m.ExpireNow(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		before := b.count()
		var wg sync.WaitGroup
		for range 200 {
			wg.Go(func() {
				if s, _, err := m.Fresh(t.Context(), id); err != nil || s.Expired(time.Now()) {
					t.Error(s.Ended, err)
				}
			})
		}
		wg.Wait()
		if n := b.count() - before; n != 1 {
			t.Fatalf("%d calls for one expiry", n)
		}
	}
}

func TestB2_OneRefreshAcrossNodes(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		b.strict, b.latency = true, 50*time.Millisecond
		st := session.NewMemory()
		shared := func(c *session.Config) { c.Store, c.Volatile = st, st }
		var nodes []*session.Manager
		for range 3 {
			m, _ := manager(t, b, shared)
			nodes = append(nodes, m)
		}
		id := logIn(t, nodes[0], b).ID
		for round := range 10 {
			time.Sleep(time.Hour)
			var wg sync.WaitGroup
			for i := range 150 {
				wg.Go(func() {
					if s, _, err := nodes[i%3].Fresh(t.Context(), id); err != nil || s.Ver != int64(round+2) {
						t.Errorf("ver %d %q, %v", s.Ver, s.Ended, err)
					}
				})
			}
			wg.Wait()
		}
		if b.count() != 10 || b.maxFlying != 1 || b.reuses != 0 {
			t.Errorf("%d calls, %d at once, %d reuses", b.count(), b.maxFlying, b.reuses)
		}
	})
}

func TestB4_ClosingTheTabCostsNothing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		b.strict, b.latency = true, 100*time.Millisecond
		m, _ := manager(t, b)
		id := logIn(t, m, b).ID
		for i := range volume(100, 1000) {
			time.Sleep(time.Hour)
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(1+rand.IntN(99))*time.Millisecond)
			if _, _, err := m.Fresh(ctx, id); err == nil {
				t.Error("the waiter outlived its context")
			}
			cancel()
			time.Sleep(time.Second)
			if s := current(t, m, id); s.Auth.RefreshToken.Reveal() != b.live() || s.Ver != int64(i+2) || b.count() != i+1 {
				t.Fatalf("stored %s of generation %d, live %s after %d calls: the refresh did not go on", s.Auth.RefreshToken.Reveal(), s.Ver, b.live(), b.count())
			}
		}
	})
}

// TestB5_AFailedRefreshIsNotRepeatedAtOnce: many requests in the last minute of a token ask a failing endpoint once in five seconds.
func TestB5_AFailedRefreshIsNotRepeatedAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		b.always(refused)
		m, _ := manager(t, b, func(c *session.Config) {
			c.Tuning.NotSentDelays, c.Tuning.BreakerFails = []time.Duration{}, 1000
		})
		id := logIn(t, m, b).ID
		time.Sleep(time.Hour - 40*time.Second)
		for range 300 { // half a minute
			fresh(t, m, id)
			time.Sleep(100 * time.Millisecond)
		}
		if b.count() > 7 || b.count() < 5 {
			t.Errorf("%d calls in half a minute", b.count())
		}
	})
}

// TestB5_TokensThatAreDeadOnArrivalDoNotSpin: a backend hands out tokens that have expired already.
func TestB5_TokensThatAreDeadOnArrivalDoNotSpin(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		m, _ := manager(t, b)
		id := logIn(t, m, b).ID
		b.ttl = -time.Second
		time.Sleep(time.Hour)
		for range 300 {
			if _, _, err := m.Fresh(t.Context(), id); err != nil && !errors.Is(err, session.ErrUnavailable) && !errors.Is(err, session.ErrBusy) {
				t.Fatal(err)
			}
			time.Sleep(100 * time.Millisecond)
		}
		if b.count() > 10 {
			t.Errorf("%d calls in half a minute", b.count())
		}
	})
}

func TestB5_BeforeExpiryAndNeverInALoop(t *testing.T) {
	for _, ttl := range []time.Duration{5 * time.Second, 15 * time.Second, time.Minute, 5 * time.Minute, time.Hour, 24 * time.Hour, 0} {
		t.Run(ttl.String(), func(t *testing.T) {
			bubble(t, func(t *testing.T) { aDay(t, ttl) })
		})
	}
}

// aDay lives through a day of steady traffic, at full volume; in every run through a hundred lives of a short token. The
// second refresh fails (the only one, if a token lives for a day), and is the one that shows whether the next comes.
func aDay(t *testing.T, ttl time.Duration) {
	b := newBackend()
	b.ttl = ttl
	failing := 2
	if ttl == 24*time.Hour {
		failing = 1
	}
	b.script = func(call int) fault { return map[bool]fault{true: refused}[call == failing] }
	m, _ := manager(t, b, func(c *session.Config) { c.Tuning.NotSentDelays = []time.Duration{} })
	a := b.login()
	if ttl == 0 {
		a.Expiry = time.Time{}
	}
	s, err := m.LogIn(t.Context(), "", a, true)
	if err != nil {
		t.Fatal(err)
	}
	length := max(24*time.Hour, ttl+time.Hour)
	if volume(0, 1) == 0 {
		length = min(length, max(ttl, time.Minute)*100)
	}
	step := min(max(ttl/20, 250*time.Millisecond), time.Minute)
	late, refused, asked, last := 0, 0, 0, s.Ver
	for start := time.Now(); time.Since(start) < length; time.Sleep(step) {
		asked++
		s, _, err := m.Fresh(t.Context(), s.ID)
		if err != nil {
			refused++
			continue
		}
		if ttl > 20*time.Second && time.Until(s.Auth.Expiry) < 5*time.Second {
			late++
		}
		last = s.Ver
	}
	most := 0
	if ttl > 0 {
		most = int((length + ttl/2 - 1) / (ttl / 2)) // ceil
	}
	switch {
	case late > 0 && ttl > 0:
		t.Errorf("%d requests left with less than 5 s of life", late)
	case b.count() > most:
		t.Errorf("%d refreshes in %v, %d at most", b.count(), length, most)
	case ttl > 0 && (b.count() < failing+1 || last < int64(length/ttl/2)):
		t.Errorf("%d refreshes and only %d generations: it did not resume", b.count(), last)
	}
	t.Logf("%v of tokens that live for %v: %d requests (%d told to come back), %d refreshes of at most %d", length, ttl, asked, refused, b.count(), most)
}

func TestB6_ExpiredReplyRefreshesOncePerVersion(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		b.latency = 50 * time.Millisecond
		m, _ := manager(t, b)
		s := logIn(t, m, b)
		var wg sync.WaitGroup
		for range 100 { // as many calls came back with 401
			wg.Go(func() {
				got, err := m.Renew(t.Context(), s.ID, s.Ver)
				if err != nil || got.Ver != s.Ver+1 {
					t.Errorf("ver %d, %v", got.Ver, err)
				}
			})
		}
		wg.Wait()
		if got, err := m.Renew(t.Context(), s.ID, s.Ver); err != nil || got.Ver != s.Ver+1 || b.count() != 1 {
			t.Errorf("a late 401 of the old version: ver %d, %v, %d calls", got.Ver, err, b.count())
		}
	})
}

func TestB6_AVersionIsRefreshedForA401OnlyOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		b.always(refused)
		m, _ := manager(t, b)
		s := logIn(t, m, b)
		if _, err := m.Renew(t.Context(), s.ID, s.Ver); !errors.Is(err, session.ErrUnavailable) {
			t.Errorf("backend down: %v", err)
		}
		if _, err := m.Renew(t.Context(), s.ID, s.Ver); !errors.Is(err, session.ErrNoRefresh) {
			t.Errorf("the same version again: %v", err)
		}
		b.always(works)
		time.Sleep(5 * time.Second)
		if got := fresh(t, m, s.ID); got.Ver != s.Ver+1 {
			t.Errorf("a token that was called expired is not renewed: ver %d", got.Ver)
		}
	})
}

func TestB8_LostAnswersOfARetrySafeBackend(t *testing.T) {
	for _, pause := range []time.Duration{2 * time.Second, time.Minute, 9 * time.Hour} {
		bubble(t, func(t *testing.T) {
			b := newBackend()
			r := rand.New(rand.NewPCG(1, 2))
			b.script = func(int) fault { return map[bool]fault{true: lost}[r.IntN(20) < 5] }
			m, ev := manager(t, b)
			id := logIn(t, m, b).ID
			for range 300 {
				time.Sleep(b.ttl)
				if _, _, err := m.Fresh(t.Context(), id); err != nil {
					time.Sleep(pause)
				}
				if s := current(t, m, id); s.Ended != "" {
					t.Fatalf("ended: %s", s.Ended)
				}
			}
			if len(ev.of(session.EventRenewFailed)) == 0 {
				t.Error("no fault was injected")
			}
		})
	}
}

func TestB9_LostAnswerOfAStrictBackendIsNamed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		b.strict = true
		b.script = func(call int) fault { return map[bool]fault{true: lost}[call == 1] }
		m, _ := manager(t, b, func(c *session.Config) { c.Rotation = session.RotationStrict })
		id := logIn(t, m, b).ID
		time.Sleep(time.Hour - 30*time.Second)
		fresh(t, m, id) // the flight beside it loses the answer
		synctest.Wait()
		fresh(t, m, id)
		time.Sleep(15 * time.Second)
		if fresh(t, m, id); b.count() != 1 {
			t.Errorf("%d calls while the token is still good", b.count())
		}
		time.Sleep(time.Minute)
		s, _, err := m.Fresh(t.Context(), id)
		if err != nil || s.Ended != session.LostRotation || s.Auth.UID != "u1" || !s.Auth.Token.IsZero() {
			t.Errorf("ended %q uid %q, %v", s.Ended, s.Auth.UID, err)
		}
	})
}

func TestB10_BackendDownIsNoLogout(t *testing.T) {
	for name, f := range map[string]fault{"refused": refused, "silent": down} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				b := newBackend()
				m, ev := manager(t, b)
				var ids []string
				for range 20 {
					ids = append(ids, logIn(t, m, b).ID)
				}
				b.always(f)
				time.Sleep(time.Hour)
				for range 600 { // half an hour of people trying
					for _, id := range ids {
						_, _, err := m.Fresh(t.Context(), id)
						if !errors.Is(err, session.ErrUnavailable) || session.RetryAfter(err) < time.Second {
							t.Fatalf("err = %v, retry after %v", err, session.RetryAfter(err))
						}
					}
					time.Sleep(3 * time.Second)
				}
				if n := b.count(); n > 30*60+60 {
					t.Errorf("%d calls in half an hour: more than one a second", n)
				}
				if len(ev.of(session.EventEndpointDown)) == 0 || len(ev.of(session.EventEnd)) != 0 {
					t.Errorf("down events %d, ends %d", len(ev.of(session.EventEndpointDown)), len(ev.of(session.EventEnd)))
				}
				b.always(works)
				b.noRotate = true
				time.Sleep(5 * time.Second)
				for _, id := range ids {
					fresh(t, m, id)
				}
			})
		})
	}
}

func TestB10_LivingTokenIsUsedWhileTheBackendIsDown(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		b.always(refused)
		m, _ := manager(t, b)
		id := logIn(t, m, b).ID
		time.Sleep(time.Hour - 4*time.Second)
		if s := fresh(t, m, id); s.Auth.Token.Reveal() != "a0" {
			t.Error("another token")
		}
	})
}

func TestB11_StaleNoEndsNothing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		b.latency = time.Second
		b.always(rejected)
		m, _ := manager(t, b)
		s := logIn(t, m, b)
		time.Sleep(time.Hour)
		done := make(chan session.Session)
		go func() { s, _, _ := m.Fresh(t.Context(), s.ID); done <- s }()
		time.Sleep(500 * time.Millisecond) // the "no" is on its way
		token, refresh, expiry := session.NewSecret("new"), session.NewSecret("newer"), time.Now().Add(time.Hour)
		if _, err := m.Update(t.Context(), s.ID, session.Update{Token: &token, RefreshToken: &refresh, Expiry: &expiry}, session.UpdateOptions{}); err != nil {
			t.Fatal(err)
		}
		if got := <-done; got.Ended != "" || got.Auth.Token.Reveal() != "new" {
			t.Errorf("ended %q", got.Ended)
		}
		b.always(rejected)
		if _, err := m.ExpireNow(t.Context(), s.ID); err != nil {
			t.Fatal(err)
		}
		if got, _, err := m.Fresh(t.Context(), s.ID); err != nil || got.Ended != session.Revoked {
			t.Errorf("a true reject: %q, %v", got.Ended, err)
		}
	})
}

func TestB12_MisconfiguredEndpointLogsNobodyOut(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		b.always(misplaced)
		m, ev := manager(t, b)
		var ids []string
		for range 100 {
			ids = append(ids, logIn(t, m, b).ID)
		}
		time.Sleep(time.Hour)
		for _, id := range ids {
			if _, _, err := m.Fresh(t.Context(), id); !errors.Is(err, session.ErrUnavailable) {
				t.Fatal(err)
			}
			if s := current(t, m, id); s.Ended != "" {
				t.Fatalf("ended: %s", s.Ended)
			}
		}
		if b.count() > 20 || len(ev.of(session.EventEndpointDown)) != 1 {
			t.Errorf("%d calls, %d alerts", b.count(), len(ev.of(session.EventEndpointDown)))
		}
	})
}

func TestB13_BadDeployDoesNotEmptyTheHouse(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		b.noRotate = true
		m, ev := manager(t, b)
		var ids []string
		for i := range 1000 {
			ids = append(ids, logInAs(t, m, fmt.Sprint(i), true).ID)
		}
		b.always(rejected)
		time.Sleep(time.Hour)
		for _, id := range ids {
			m.Fresh(t.Context(), id)
			time.Sleep(50 * time.Millisecond)
		}
		b.always(works)
		time.Sleep(2 * time.Minute)
		alive := 0
		for _, id := range ids {
			if s, _, err := m.Fresh(t.Context(), id); err == nil && s.Ended == "" {
				alive++
			}
		}
		if alive < 975 || len(ev.of(session.EventMassReject)) != 1 {
			t.Errorf("%d of 1000 alive, %d alerts", alive, len(ev.of(session.EventMassReject)))
		}
	})
}

func TestB14_UnusableAnswerChangesNothing(t *testing.T) {
	for name, token := range map[string]string{"empty": "", "line break": "a\r\nX: y", "not ASCII": "tök", "NUL": "a\x00", "huge": string(make([]byte, 17<<10))} {
		bubble(t, func(t *testing.T) {
			m, ev := manager(t, newBackend(), func(c *session.Config) {
				c.Refresh = func(context.Context, session.AuthData) (session.Answer, error) {
					tok := session.NewSecret(token)
					return session.Answer{Class: session.Success, Update: session.Update{Token: &tok}}, nil
				}
			})
			s := logIn(t, m, newBackend())
			time.Sleep(time.Hour)
			if _, _, err := m.Fresh(t.Context(), s.ID); !errors.Is(err, session.ErrUnavailable) {
				t.Errorf("%s: %v", name, err)
			}
			if got := current(t, m, s.ID); got.Ver != s.Ver || got.Auth.Token.Reveal() != "a0" || got.Ended != "" {
				t.Errorf("%s: ver %d ended %q", name, got.Ver, got.Ended)
			}
			if failed := ev.of(session.EventRenewFailed); len(failed) != 1 || failed[0].Class != session.Misconfig {
				t.Errorf("%s: reported as %+v", name, failed)
			}
		})
	}
}

func TestB17_LogOutBeatsRefresh(t *testing.T) {
	for range volume(1, 50) {
		logOutAtEachMillisecond(t)
	}
}

func logOutAtEachMillisecond(t *testing.T) {
	for i := range 200 {
		bubble(t, func(t *testing.T) {
			b := newBackend()
			b.latency = 100 * time.Millisecond
			m, _ := manager(t, b)
			id := logIn(t, m, b).ID
			time.Sleep(time.Hour)
			var wg sync.WaitGroup
			wg.Go(func() { m.Fresh(t.Context(), id) })
			time.Sleep(time.Duration(i) * time.Millisecond)
			if err := m.LogOut(t.Context(), id); err != nil {
				t.Fatal(err)
			}
			if s := current(t, m, id); s.Ended != session.LoggedOut || !s.Auth.Token.IsZero() {
				t.Fatalf("after the log-out: %q", s.Ended)
			}
			wg.Wait()
			time.Sleep(time.Minute)
			if s := current(t, m, id); s.Ended != session.LoggedOut || !s.Auth.Token.IsZero() {
				t.Fatalf("revived: %q", s.Ended)
			}
			if got := b.told(); len(got) == 0 || got[len(got)-1] != b.live() {
				t.Fatalf("%d ms: revoked %v, live %s", i, got, b.live())
			}
		})
	}
}

func TestB20_SlowBackendGivesWaitersAnAnswerInFiveSeconds(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		b.latency = 15 * time.Second
		m, _ := manager(t, b)
		id := logIn(t, m, b).ID
		time.Sleep(time.Hour)
		var busy atomic.Int32
		var wg sync.WaitGroup
		start := time.Now()
		for range 500 {
			wg.Go(func() {
				if _, _, err := m.Fresh(t.Context(), id); errors.Is(err, session.ErrBusy) && session.RetryAfter(err) > 0 {
					busy.Add(1)
				}
			})
		}
		wg.Wait()
		if busy.Load() != 500 || time.Since(start) != 5*time.Second {
			t.Errorf("%d busy after %v", busy.Load(), time.Since(start))
		}
		time.Sleep(15 * time.Second)
		if s := fresh(t, m, id); s.Ver != 2 || b.count() != 1 {
			t.Errorf("ver %d after %d calls: the flight did not go on", s.Ver, b.count())
		}
	})
}

func TestB23_UpdateChangesOnlyWhatItNames(t *testing.T) {
	for mask := range 32 {
		for _, flying := range []bool{false, true} {
			t.Run(fmt.Sprintf("%05b flying %v", mask, flying), func(t *testing.T) {
				bubble(t, func(t *testing.T) { patchOne(t, mask, flying) })
			})
		}
	}
}

// patchOne updates the fields of mask, maybe while a refresh is under way, and compares all five.
func patchOne(t *testing.T, mask int, flying bool) {
	b := newBackend()
	b.latency = time.Second
	m, _ := manager(t, b)
	s := logIn(t, m, b)
	want := s.Auth
	renewed := false
	if flying {
		time.Sleep(time.Hour - 30*time.Second)
		fresh(t, m, s.ID)
		time.Sleep(500 * time.Millisecond)
	}
	token, refresh, expiry, uid := session.NewSecret("T"), session.NewSecret("R"), time.Now().Add(7*time.Hour), "U"
	var u session.Update
	if mask&1 != 0 {
		u.Token, want.Token = &token, token
	}
	if mask&2 != 0 {
		u.RefreshToken, want.RefreshToken = &refresh, refresh
	}
	if mask&4 != 0 {
		u.Expiry, want.Expiry = &expiry, expiry
	}
	if mask&8 != 0 {
		u.UID, want.UID = &uid, uid
	}
	if mask&16 != 0 {
		u.User, want.User = []byte(`{"x":1}`), []byte(`{"x":1}`)
	}
	got, err := m.Update(t.Context(), s.ID, u, session.UpdateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "at once", got.Auth, want)
	time.Sleep(2 * time.Second)
	if flying && mask&2 == 0 { // the answer fills what the update left
		want.RefreshToken = session.NewSecret(b.live())
		if renewed = mask&5 == 0; renewed {
			want.Token, want.Expiry = session.NewSecret("a1"), current(t, m, got.ID).Auth.Expiry
		}
	}
	same(t, "at last", current(t, m, got.ID).Auth, want)
	if (got.ID != s.ID) != (mask&8 != 0) {
		t.Errorf("new id: %v", got.ID != s.ID)
	}
}

func same(t *testing.T, when string, got, want session.AuthData) {
	t.Helper()
	if !got.Token.Equal(want.Token) || !got.RefreshToken.Equal(want.RefreshToken) || !got.Expiry.Equal(want.Expiry) ||
		got.UID != want.UID || string(got.User) != string(want.User) {
		t.Errorf("%s: %s %s %v %s %s, want %s %s %v %s %s", when,
			got.Token.Reveal(), got.RefreshToken.Reveal(), got.Expiry, got.UID, got.User,
			want.Token.Reveal(), want.RefreshToken.Reveal(), want.Expiry, want.UID, want.User)
	}
}

func TestB24_PanicInTheRefreshStopsNothing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		b.always(explodes)
		m, ev := manager(t, b)
		id := logIn(t, m, b).ID
		time.Sleep(time.Hour)
		if _, _, err := m.Fresh(t.Context(), id); !errors.Is(err, session.ErrUnavailable) {
			t.Errorf("err = %v", err)
		}
		failed := ev.of(session.EventRenewFailed)
		for _, e := range failed {
			if e.Err == nil || e.Err.Error() != "panic of type string" { // the value would show the token
				t.Errorf("event tells %v", e.Err)
			}
		}
		if len(failed) == 0 {
			t.Error("the panic was not reported")
		}
		b.always(works)
		time.Sleep(5 * time.Second)
		fresh(t, m, id)
	})
}

func TestB26_NoRefreshTokenInTheAnswerKeepsTheOld(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		b.noRotate = true
		m, _ := manager(t, b)
		id := logIn(t, m, b).ID
		for i := range 50 {
			time.Sleep(b.ttl)
			if s := fresh(t, m, id); s.Auth.RefreshToken.Reveal() != "r0" || s.Ver != int64(i+2) {
				t.Fatalf("%d: %s ver %d", i, s.Auth.RefreshToken.Reveal(), s.Ver)
			}
		}
	})
}

func TestB26_AnEmptyRefreshTokenIsNone(t *testing.T) {
	bubble(t, func(t *testing.T) {
		m, _ := manager(t, newBackend(), func(c *session.Config) {
			c.Refresh = func(context.Context, session.AuthData) (session.Answer, error) {
				token, empty := session.NewSecret("new"), session.NewSecret("")
				return session.Answer{Class: session.Success, Update: session.Update{Token: &token, RefreshToken: &empty}}, nil
			}
		})
		id := logIn(t, m, newBackend()).ID
		time.Sleep(time.Hour)
		if s := fresh(t, m, id); s.Auth.Token.Reveal() != "new" || s.Auth.RefreshToken.Reveal() != "r0" || !s.Refreshable {
			t.Errorf("refresh token %q", s.Auth.RefreshToken.Reveal())
		}
	})
}

// TestB23_UserDataOfAnUpdateStays: an answer that was asked for before it does not bring the older data back.
func TestB23_UserDataOfAnUpdateStays(t *testing.T) {
	for name, answer := range map[string]session.Update{"whole": {User: []byte(`{"name":"Old"}`)}, "merged": {MergeUser: []byte(`{"name":"Old"}`)}} {
		bubble(t, func(t *testing.T) {
			m, _ := manager(t, newBackend(), func(c *session.Config) {
				c.Refresh = func(context.Context, session.AuthData) (session.Answer, error) {
					time.Sleep(time.Second)
					token, u := session.NewSecret("new"), answer
					u.Token = &token
					return session.Answer{Class: session.Success, Update: u}, nil
				}
			})
			id := logIn(t, m, newBackend()).ID
			time.Sleep(time.Hour - 30*time.Second)
			fresh(t, m, id)
			time.Sleep(500 * time.Millisecond)
			if _, err := m.Update(t.Context(), id, session.Update{MergeUser: []byte(`{"name":"New"}`)}, session.UpdateOptions{}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
			if s := current(t, m, id); string(s.Auth.User) != `{"name":"New"}` || s.Auth.Token.Reveal() != "new" {
				t.Errorf("%s: user %s, token %s", name, s.Auth.User, s.Auth.Token.Reveal())
			}
		})
	}
}

func TestAnotherPersonInTheAnswerEndsTheSession(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		b.uid = "u2"
		m, _ := manager(t, b)
		id := logIn(t, m, b).ID
		time.Sleep(time.Hour)
		if s, _, err := m.Fresh(t.Context(), id); err != nil || s.Ended != session.UIDChanged || s.Auth.UID != "u1" {
			t.Errorf("ended %q, %v", s.Ended, err)
		}
		synctest.Wait()
		if len(b.told()) != 1 || b.told()[0] != b.live() {
			t.Errorf("revoked %v", b.told())
		}
	})
}

func TestWithoutDeclaredRefreshExpiryEndsNothing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		m, _ := manager(t, b, func(c *session.Config) { c.Refresh = nil })
		s := logIn(t, m, b)
		time.Sleep(2 * time.Hour)
		if got := fresh(t, m, s.ID); !got.Expired(time.Now()) || got.Refreshable {
			t.Errorf("expired %v refreshable %v", got.Expired(time.Now()), got.Refreshable)
		}
		if _, err := m.Renew(t.Context(), s.ID, s.Ver); !errors.Is(err, session.ErrNoRefresh) {
			t.Errorf("Renew: %v", err)
		}
	})
}

func TestShortTokensAreRenewedEachTime(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		b.ttl = 2 * time.Second
		m, _ := manager(t, b)
		id := logIn(t, m, b).ID
		for i := range 5 {
			time.Sleep(3 * time.Second)
			if s := fresh(t, m, id); s.Expired(time.Now()) || b.count() != i+1 {
				t.Fatalf("round %d: expired %v, %d calls", i, s.Expired(time.Now()), b.count())
			}
		}
	})
}

func TestCloseCutsOffWhatHangs(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		b.latency = 15 * time.Second
		st := session.NewMemory()
		m, err := session.New(session.Config{App: "app", Store: st, Keys: testKeys(), Refresh: b.refresh})
		if err != nil {
			t.Fatal(err)
		}
		id := logIn(t, m, b).ID
		time.Sleep(time.Hour)
		go m.Fresh(t.Context(), id)
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := m.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Close: %v", err)
		}
		if _, _, err := m.Fresh(t.Context(), id); !errors.Is(err, session.ErrClosed) && !errors.Is(err, session.ErrUnavailable) {
			t.Errorf("Fresh after Close: %v", err)
		}
		b.latency = 0
		next, _ := manager(t, b, func(c *session.Config) { c.Store = st })
		time.Sleep(30 * time.Second)
		fresh(t, next, id) // the lease was given back or has lapsed
	})
}
