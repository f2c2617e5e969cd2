package app

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/usherdev/usher/session"
)

// fullStore is a store that reads and, while it is full, takes nothing. ahead is how much later than now it is.
type fullStore struct {
	session.Store
	full  bool
	ahead time.Duration
}

var errFull = errors.New("no space left on device")

func (s *fullStore) Create(ctx context.Context, key string, r session.Row) error {
	if s.full {
		return errFull
	}
	return s.Store.Create(ctx, key, r)
}

func (s *fullStore) Update(ctx context.Context, key string, fn func(session.Row) (session.Row, error)) (session.Row, error) {
	if s.full {
		return session.Row{}, errFull
	}
	return s.Store.Update(ctx, key, fn)
}

func (s *fullStore) Now(ctx context.Context) (time.Time, error) {
	now, err := s.Store.Now(ctx)
	return now.Add(s.ahead), err
}

// TestC4_FullDisk: pages are served to those who are logged in, also when it is time to note that they were there; who logs in or presses a
// button is asked to try again, and that works once there is space.
func TestC4_FullDisk(t *testing.T) {
	st := &fullStore{Store: session.NewMemory()}
	w := newWorldOver(t, st, nil)
	ada, bob := w.browser(), w.browser()
	ada.logIn("ada")
	login, home, cookie := bob.get("/login"), ada.get("/home"), ada.cookies[sessionName()]
	st.full, st.ahead = true, 5*time.Minute
	ada.get("/home").want(t, 200, "Welcome Ada")
	again := bob.press(login, "Sign in", map[string]string{"username": "bob", "password": "good-password"})
	again.want(t, 503)
	if again.Header.Get("Retry-After") == "" || bob.cookies[sessionName()] != "" {
		t.Errorf("log-in on a full disk: Retry-After %q, a cookie %t", again.Header.Get("Retry-After"), bob.cookies[sessionName()] != "")
	}
	ada.press(home, "Log out", nil).want(t, 503)
	if ada.cookies[sessionName()] != cookie {
		t.Error("a log-out that was not written took the cookie")
	}
	st.full = false
	bob.logIn("bob")
	ada.press(ada.get("/home"), "Log out", nil)
	if ada.cookies[sessionName()] == cookie {
		t.Error("the log-out did not work once there was space")
	}
}
