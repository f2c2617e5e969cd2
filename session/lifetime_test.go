package session_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/usherdev/usher/session"
)

// TestB5_RefreshTokenThatHasExpired: no refresh is tried with it; the token serves until its own end, and then the login is over
// with a reason.
func TestB5_RefreshTokenThatHasExpired(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBackend()
		m, _ := manager(t, b)
		a := b.login()
		a.RefreshExpiry = time.Now().Add(30 * time.Minute)
		s, err := m.LogIn(t.Context(), "", a, true)
		if err != nil || !s.Refreshable {
			t.Fatal(s, err)
		}
		time.Sleep(31 * time.Minute)
		if s := current(t, m, s.ID); s.Refreshable || !s.Active() {
			t.Errorf("after its refresh token: %+v", s)
		}
		if _, err := m.Renew(t.Context(), s.ID, s.Ver); !errors.Is(err, session.ErrNoRefresh) {
			t.Errorf("a renewal: %v", err)
		}
		time.Sleep(30 * time.Minute)
		if s := current(t, m, s.ID); s.Ended != session.TokenExpired || b.count() != 0 {
			t.Errorf("after its token: %q, %d refreshes", s.Ended, b.count())
		}
	})
}

// TestB5_LiveToken: a backend that renews only tokens that live is asked before the expiry and never after it.
func TestB5_LiveToken(t *testing.T) {
	live := func(c *session.Config) { c.RefreshByToken, c.RefreshLive = true, true }
	synctest.Test(t, func(t *testing.T) {
		b := newBackend()
		b.cur = "" // it is asked without a refresh token
		m, _ := manager(t, b, live)
		a := b.login()
		a.RefreshToken = session.Secret{}
		s, err := m.LogIn(t.Context(), "", a, true)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour - 5*time.Second)
		if s = fresh(t, m, s.ID); b.count() != 1 || s.Auth.Token.Reveal() == "a0" {
			t.Errorf("before its end: %d refreshes, %+v", b.count(), s)
		}
		time.Sleep(2 * time.Hour)
		if s = current(t, m, s.ID); b.count() != 1 || s.Ended != session.TokenExpired {
			t.Errorf("after its end: %d refreshes, %q", b.count(), s.Ended)
		}
	})
}

// TestB5_TheSameTokenAgain: a backend may answer a renewal with the token and the end that are there. That settles what was said of the
// token before: one refresh for each refusal, and none for the calls after it.
func TestB5_TheSameTokenAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, n := newBackend(), 0
		m, _ := manager(t, b, func(c *session.Config) {
			c.RefreshByToken, c.RefreshLive = true, true
			c.Refresh = func(_ context.Context, a session.AuthData) (session.Answer, error) {
				n++
				return session.Answer{Class: session.Success, Update: session.Update{Token: &a.Token, Expiry: &a.Expiry}}, nil
			}
		})
		s := logIn(t, m, b)
		for i := range 3 {
			next, err := m.Renew(t.Context(), s.ID, s.Ver)
			if err != nil || next.Ver <= s.Ver || next.Auth.Token.Reveal() != "a0" {
				t.Fatalf("version %d after %d: %v", next.Ver, s.Ver, err)
			}
			if s = fresh(t, m, s.ID); n != i+1 || s.Ver != next.Ver {
				t.Errorf("%d refreshes after %d refusals", n, i+1)
			}
		}
	})
}

// TestF017_WhenExpired: without a refresh an expiry ends nothing, unless the app says so.
func TestF017_WhenExpired(t *testing.T) {
	for _, end := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			b := newBackend()
			m, _ := manager(t, b, func(c *session.Config) { c.Refresh, c.EndExpired = nil, end })
			s := logIn(t, m, b)
			time.Sleep(time.Hour + time.Second)
			if s = current(t, m, s.ID); s.Active() == end || end && s.Ended != session.TokenExpired {
				t.Errorf("end %t: %q", end, s.Ended)
			}
		})
	}
}

// TestF017_ARefusedTokenEndsTheLogin: where nothing can renew a token, a backend's word that it has expired ends the login if the app
// wants that, once and with a reason, and never one that has got another token since.
func TestF017_ARefusedTokenEndsTheLogin(t *testing.T) {
	for _, end := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			b := newBackend()
			m, _ := manager(t, b, func(c *session.Config) { c.Refresh, c.EndExpired = nil, end })
			s := logIn(t, m, b)
			if _, err := m.Renew(t.Context(), s.ID, s.Ver); end != errors.Is(err, session.ErrNotLoggedIn) || end == errors.Is(err, session.ErrNoRefresh) {
				t.Errorf("end %t: %v", end, err)
			}
			if now := current(t, m, s.ID); now.Active() == end || end && now.Ended != session.TokenExpired {
				t.Errorf("end %t: %q", end, now.Ended)
			}
			s = logIn(t, m, b)
			token := session.NewSecret("another")
			if _, err := m.Update(t.Context(), s.ID, session.Update{Token: &token}, session.UpdateOptions{}); err != nil {
				t.Fatal(err)
			}
			if now, err := m.Renew(t.Context(), s.ID, s.Ver); err != nil || now.Ver <= s.Ver || !current(t, m, s.ID).Active() {
				t.Errorf("end %t: a login with a newer token: %v, %q", end, err, now.Ended)
			}
		})
	}
}

// TestB5_Slide: each use lengthens a life that is known, at few writes, and never shortens one or changes a generation.
func TestB5_Slide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBackend()
		b.ttl = 30 * time.Minute
		m, _ := manager(t, b, func(c *session.Config) { c.Refresh, c.EndExpired = nil, true })
		s := logIn(t, m, b)
		for range 5 {
			time.Sleep(20 * time.Minute)
			if err := m.Slide(t.Context(), s.ID, s.Ver, 30*time.Minute); err != nil {
				t.Fatal(err)
			}
		}
		if now := current(t, m, s.ID); !now.Active() || now.Ver != s.Ver || time.Until(now.Auth.Expiry) != 30*time.Minute {
			t.Errorf("after 100 minutes of use: %+v", now)
		}
		for _, other := range []struct {
			ver int64
			ttl time.Duration
		}{{s.Ver + 1, time.Hour}, {s.Ver, 10 * time.Minute}, {s.Ver, 31 * time.Minute}} {
			if err := m.Slide(t.Context(), s.ID, other.ver, other.ttl); err != nil {
				t.Fatal(err)
			}
		}
		if left := time.Until(current(t, m, s.ID).Auth.Expiry); left != 30*time.Minute {
			t.Errorf("left %v", left)
		}
		time.Sleep(31 * time.Minute)
		if now := current(t, m, s.ID); now.Ended != session.TokenExpired {
			t.Errorf("unused: %q", now.Ended)
		}
	})
}
