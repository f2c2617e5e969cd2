package session_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/usherdev/usher/session"
)

// deaf is a store whose acknowledgements get lost: what it writes stays written.
type deaf struct {
	session.Store
	on atomic.Bool
}

func (d *deaf) Update(ctx context.Context, key string, fn func(session.Row) (session.Row, error)) (session.Row, error) {
	r, err := d.Store.Update(ctx, key, fn)
	if err == nil && d.on.Load() {
		return session.Row{}, errOff
	}
	return r, err
}

// TestF020_C3_LogOutIsReportedAndFinal: a log-out that could not be written is an error and changes nothing; one that was written is
// final, though its acknowledgement is lost and every write after it fails.
func TestF020_C3_LogOutIsReportedAndFinal(t *testing.T) {
	b := newBackend()
	off := &faulty{Store: session.NewMemory()}
	st := &deaf{Store: off}
	m, _ := manager(t, b, func(c *session.Config) { c.Store = st })
	s := logIn(t, m, b)
	off.off.Store(true)
	if err := m.LogOut(t.Context(), s.ID); !errors.Is(err, session.ErrUnavailable) {
		t.Errorf("a log-out that was not written: %v", err)
	}
	off.off.Store(false)
	if !current(t, m, s.ID).Active() {
		t.Error("it is logged out all the same")
	}
	st.on.Store(true)
	if err := m.LogOut(t.Context(), s.ID); !errors.Is(err, session.ErrUnavailable) {
		t.Errorf("a log-out without acknowledgement: %v", err)
	}
	uid := "u1"
	for name, try := range map[string]func(*session.Manager) error{
		"Update": func(m *session.Manager) error {
			_, err := m.Update(t.Context(), s.ID, session.Update{UID: &uid}, session.UpdateOptions{})
			return err
		},
		"Renew":       func(m *session.Manager) error { _, err := m.Renew(t.Context(), s.ID, s.Ver); return err },
		"SetAppState": func(m *session.Manager) error { return m.SetAppState(t.Context(), s.ID, []byte("x")) },
		"SpendNonce":  func(m *session.Manager) error { _, err := m.SpendNonce(t.Context(), s.ID, "n"); return err },
		"Touch":       func(m *session.Manager) error { _, err := m.Touch(t.Context(), s.ID); return err },
	} {
		if err := try(m); !errors.Is(err, session.ErrNotLoggedIn) {
			t.Errorf("%s of a session that is logged out: %v", name, err)
		}
	}
	next, _ := manager(t, b, func(c *session.Config) { c.Store = st }) // the next server, on the same rows
	for _, m := range []*session.Manager{m, next} {
		if got := current(t, m, s.ID); got.Ended != session.LoggedOut || !got.Auth.Token.IsZero() {
			t.Errorf("ended %q, token kept: %t", got.Ended, !got.Auth.Token.IsZero())
		}
	}
	st.on.Store(false)
	if err := m.LogOut(t.Context(), s.ID); err != nil {
		t.Errorf("once more: %v", err)
	}
}

// TestF021_WritesAreSerialisedAndAtomic changes token, refresh token and user data together from many sides, with failing writes
// between: no reader ever sees parts of two changes, and no change is lost half-way.
func TestF021_WritesAreSerialisedAndAtomic(t *testing.T) {
	b := newBackend()
	st := &faulty{Store: session.NewMemory()}
	m, _ := manager(t, b, func(c *session.Config) { c.Store = st })
	s := logIn(t, m, b)
	put := func(i int) error {
		token, refresh := session.NewSecret(fmt.Sprint("t", i)), session.NewSecret(fmt.Sprint("r", i))
		_, err := m.Update(t.Context(), s.ID, session.Update{Token: &token, RefreshToken: &refresh, User: fmt.Appendf(nil, `{"n":%d}`, i)}, session.UpdateOptions{})
		return err
	}
	if err := put(0); err != nil {
		t.Fatal(err)
	}
	whole := func(a session.AuthData) bool {
		n := strings.TrimPrefix(a.Token.Reveal(), "t")
		return a.RefreshToken.Reveal() == "r"+n && string(a.User) == `{"n":`+n+`}`
	}
	var writers, readers sync.WaitGroup
	var done atomic.Bool
	for range 3 {
		readers.Go(func() {
			for last := int64(0); !done.Load(); {
				got, _, err := m.Current(t.Context(), s.ID)
				if err == nil && (!whole(got.Auth) || got.Ver < last) {
					t.Errorf("read %s %s %s, version %d after %d", got.Auth.Token.Reveal(), got.Auth.RefreshToken.Reveal(), got.Auth.User, got.Ver, last)
					return
				}
				if err == nil {
					last = got.Ver
				}
			}
		})
	}
	var written atomic.Int64
	for w := range 8 {
		writers.Go(func() {
			for i := range 20 {
				st.off.Store((i+w)%5 == 0) // each fails the others too
				if put(1+w*20+i) == nil {
					written.Add(1)
				}
			}
		})
	}
	writers.Wait()
	st.off.Store(false)
	done.Store(true)
	readers.Wait()
	got := current(t, m, s.ID)
	if !whole(got.Auth) || got.Ver != s.Ver+1+written.Load() {
		t.Errorf("at the end %s %s, version %d after %d writes", got.Auth.Token.Reveal(), got.Auth.User, got.Ver-s.Ver, written.Load())
	}
	if whole(session.AuthData{Token: session.NewSecret("t1"), RefreshToken: session.NewSecret("r2"), User: []byte(`{"n":1}`)}) {
		t.Error("the check sees no mixture")
	}
}

// journal is a store that notes each attempt as it is written, and each refresh token that goes out.
type journal struct {
	session.Store
	mu        sync.Mutex
	attempts  map[string]bool
	presented []string
	early     int // sends without an entry that was written before
}

func (j *journal) Update(ctx context.Context, key string, fn func(session.Row) (session.Row, error)) (session.Row, error) {
	r, err := j.Store.Update(ctx, key, fn)
	j.mu.Lock()
	defer j.mu.Unlock()
	if err == nil && r.Attempt.ID != "" {
		j.attempts[r.Attempt.ID] = true
	}
	return r, err
}

// TestB3_B21_OneAttemptIsOneSend: under faults of every kind each send has its own entry, written before it goes out, and nobody ever
// presents a refresh token after it was replaced.
func TestB3_B21_OneAttemptIsOneSend(t *testing.T) {
	bubble(t, func(t *testing.T) {
		b := newBackend()
		b.strict, b.latency = true, 20*time.Millisecond
		b.script = func(call int) fault { return []fault{works, refused, works, down, misplaced, works, refused}[call%7] }
		j := &journal{Store: session.NewMemory(), attempts: map[string]bool{}}
		m, _ := manager(t, b, func(c *session.Config) {
			c.Store = j
			c.Refresh = func(ctx context.Context, a session.AuthData) (session.Answer, error) {
				j.mu.Lock()
				j.presented = append(j.presented, a.RefreshToken.Reveal())
				if len(j.presented) > len(j.attempts) {
					j.early++
				}
				j.mu.Unlock()
				return b.refresh(ctx, a)
			}
		})
		id := logIn(t, m, b).ID
		for range 30 {
			time.Sleep(time.Hour)
			var wg sync.WaitGroup
			for range 40 {
				wg.Go(func() { m.Fresh(t.Context(), id) })
			}
			wg.Wait()
		}
		if j.early != 0 || len(j.attempts) != b.count() || len(j.presented) != b.count() {
			t.Errorf("%d attempts, %d sends, %d of them early", len(j.attempts), b.count(), j.early)
		}
		if b.reuses != 0 || b.count() < 30 || !current(t, m, id).Active() {
			t.Errorf("%d spent tokens presented in %d calls", b.reuses, b.count())
		}
	})
}
