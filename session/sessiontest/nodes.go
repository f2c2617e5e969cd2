package sessiontest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/usherdev/usher/session"
)

// The size of Nodes.
const (
	nodes    = 3
	people   = 60
	askers   = 20 // for each person at once, spread over the nodes
	duration = 20 * time.Millisecond
)

// Nodes tests a store that several nodes share: each call of open returns another node's own
// connection to the same, empty store, that closes itself with the test. Managers over them renew
// many expired sessions at once, and each must be renewed by exactly one call (B2).
func Nodes(t *testing.T, open func(t *testing.T) session.Store) {
	b := &issuing{people: map[string]*issued{}}
	var managers []*session.Manager
	for range nodes {
		managers = append(managers, node(t, open(t), b))
	}
	var ids []string
	for i := range people {
		a := b.logIn(fmt.Sprint("uid", i))
		s, err := managers[i%nodes].LogIn(t.Context(), "", a, true)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, s.ID)
	}
	var wg sync.WaitGroup
	for i, id := range ids {
		for k := range askers {
			wg.Go(func() {
				s, found, err := managers[k%nodes].Fresh(t.Context(), id)
				if want := fmt.Sprintf("token1-uid%d", i); err != nil || !found || s.Auth.Token.Reveal() != want {
					t.Errorf("person %d, asker %d: found %v, ended %q, %v", i, k, found, s.Ended, err)
				}
			})
		}
	}
	wg.Wait()
	if b.calls != people || b.most != 1 || b.spent != 0 {
		t.Errorf("%d calls for %d expiries, at most %d at once for a session, %d with a spent token; want %d, 1, 0",
			b.calls, people, b.most, b.spent, people)
	}
}

func node(t *testing.T, st session.Store, b *issuing) *session.Manager {
	t.Helper()
	m, err := session.New(session.Config{
		App: "app", Store: st, Volatile: st, Keys: session.NewKeys([32]byte{7}), Refresh: b.refresh,
		Rotation: session.RotationStrict, Tuning: session.Tuning{Patience: time.Minute},
		Events: func(e session.Event) {
			if e.Err != nil {
				t.Errorf("event %s: %v", e.Kind, e.Err)
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return m
}

// issuing stands for a backend whose refresh tokens work once. It keeps the truth.
type issuing struct {
	mu     sync.Mutex
	people map[string]*issued

	calls int
	most  int // calls at once for one person
	spent int // calls with a token that was not the current one
}

type issued struct {
	refresh string
	n       int
	flying  int
}

func (b *issuing) logIn(uid string) session.AuthData {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.people[uid] = &issued{refresh: "refresh0-" + uid}
	return session.AuthData{
		Token: session.NewSecret("token0-" + uid), RefreshToken: session.NewSecret("refresh0-" + uid),
		Expiry: time.Now().Add(-time.Second), UID: uid,
	}
}

func (b *issuing) refresh(ctx context.Context, a session.AuthData) (session.Answer, error) {
	p := b.enter(a.UID)
	select {
	case <-time.After(duration):
	case <-ctx.Done():
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	p.flying--
	if a.RefreshToken.Reveal() != p.refresh {
		b.spent++
		return session.Answer{Class: session.Reject}, nil
	}
	p.n++
	p.refresh = fmt.Sprintf("refresh%d-%s", p.n, a.UID)
	token, refresh, expiry := session.NewSecret(fmt.Sprintf("token%d-%s", p.n, a.UID)), session.NewSecret(p.refresh), time.Now().Add(time.Hour)
	return session.Answer{Class: session.Success, Update: session.Update{Token: &token, RefreshToken: &refresh, Expiry: &expiry}}, nil
}

func (b *issuing) enter(uid string) *issued {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.calls++
	p := b.people[uid]
	p.flying++
	b.most = max(b.most, p.flying)
	return p
}
