package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/usherdev/usher/client"
	"github.com/usherdev/usher/session"
)

// stores are the places of storage that every test of behaviour runs over.
func stores(t *testing.T, test func(*testing.T, client.Storage)) {
	t.Run("memory", func(t *testing.T) { test(t, client.Memory()) })
	t.Run("file", func(t *testing.T) { test(t, file(t, filepath.Join(t.TempDir(), "login"))) })
}

func file(t *testing.T, path string) client.Storage {
	t.Helper()
	st, err := client.SealedFile(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return st
}

func TestLogInCurrentUpdateLogOut(t *testing.T) {
	stores(t, func(t *testing.T, st client.Storage) {
		b := newBackend(t)
		c := open(t, b, st)
		if l, ok := current(t, c); ok || l.LoggedIn() || l.Ended != "" {
			t.Errorf("before: %+v", l)
		}
		l := logIn(t, c)
		got, ok := current(t, c)
		if !ok || !got.LoggedIn() || got.UID != "7" || got.User.Name != "ada" || !got.Token.Equal(session.NewSecret("canary-a1")) || got.Generation != l.Generation {
			t.Errorf("logged in: %+v", got)
		}
		if left := time.Until(got.Expiry); left < 59*time.Minute || got.Expired(time.Now()) {
			t.Errorf("%v left", left)
		}
		l, err := c.Update(t.Context(), client.Change[person]{User: &person{Name: "Ada", City: "Turin"}})
		if err != nil || l.User.City != "Turin" || l.UID != "7" || !l.RefreshToken.Equal(session.NewSecret("canary-r1")) {
			t.Errorf("update: %+v, %v", l, err)
		}
		if err := c.LogOut(t.Context()); err != nil {
			t.Fatal(err)
		}
		if l, ok := current(t, c); ok || l.LoggedIn() || l.Ended != session.LoggedOut || !l.Token.IsZero() || l.User.Name != "" {
			t.Errorf("logged out: %+v", l)
		}
		eventually(t, "the backend is told", func() bool { return slices.Equal(b.told(), []string{"canary-r1"}) })
		if err := c.LogOut(t.Context()); err != nil {
			t.Errorf("log out twice: %v", err)
		}
		if _, err := c.HTTPClient().Get(b.URL + "/data"); !errors.Is(err, session.ErrNotLoggedIn) || len(b.data) != 0 {
			t.Errorf("a request of nobody: %v", err)
		}
		if _, err := c.Fresh(t.Context()); !errors.Is(err, session.ErrNotLoggedIn) {
			t.Errorf("fresh of nobody: %v", err)
		}
		if _, err := c.Update(t.Context(), client.Change[person]{}); !errors.Is(err, session.ErrNotLoggedIn) {
			t.Errorf("update of nobody: %v", err)
		}
	})
}

func TestLogInAgainEndsTheFirst(t *testing.T) {
	stores(t, func(t *testing.T, st client.Storage) {
		b := newBackend(t)
		c := open(t, b, st)
		logIn(t, c)
		if _, err := c.LogIn(t.Context(), client.Password("ada", "wrong")); err == nil {
			t.Fatal("a wrong password was taken")
		}
		if l, ok := current(t, c); !ok || l.Token.Reveal() != "canary-a1" {
			t.Errorf("after a refusal: %+v", l)
		}
		logIn(t, c)
		eventually(t, "the first pair is revoked", func() bool { return slices.Equal(b.told(), []string{"canary-r1"}) })
		if status, _ := get(t, c, b.URL+"/data"); status != 200 {
			t.Errorf("status %d", status)
		}
	})
}

// TestLogInAgainWithTheSameToken: of a backend that hands out one token a person.
func TestLogInAgainWithTheSameToken(t *testing.T) {
	b := newBackend(t)
	c := open(t, b, client.Memory())
	for range 2 {
		g := client.Grant[person]{Token: session.NewSecret("canary-same"), RefreshToken: session.NewSecret("canary-same-r")}
		if _, err := c.LogInWith(t.Context(), g); err != nil {
			t.Fatal(err)
		}
	}
	logIn(t, c)
	eventually(t, "the pair is revoked once", func() bool { return slices.Equal(b.told(), []string{"canary-same-r"}) })
}

// TestB1_ManyGoroutinesOneRefresh: also where the backend alone knows that the token has expired.
func TestB1_ManyGoroutinesOneRefresh(t *testing.T) {
	for name, life := range map[string]time.Duration{"past its expiry": -time.Second, "called expired": time.Hour} {
		t.Run(name, func(t *testing.T) {
			stores(t, func(t *testing.T, st client.Storage) {
				b := newBackend(t)
				b.firstLife = max(life, time.Nanosecond)
				c := open(t, b, st)
				logIn(t, c)
				b.expire()
				const many = 200
				web := c.HTTPClient()
				var wg sync.WaitGroup
				for i := range many {
					wg.Go(func() {
						r, err := web.Post(b.URL+"/data", "text/plain", strings.NewReader(fmt.Sprint(i)))
						if err != nil {
							t.Error(err)
							return
						}
						defer r.Body.Close()
						if r.StatusCode != 200 {
							t.Errorf("status %d", r.StatusCode)
						}
					})
				}
				wg.Wait()
				if n := b.count(); n != 1 {
					t.Errorf("%d refreshes, want 1", n)
				}
			})
		})
	}
}

func TestA3_TokenStaysAtItsOrigin(t *testing.T) {
	b, away := newBackend(t), newBackend(t)
	c := open(t, b, client.Memory())
	logIn(t, c)
	localhost := strings.Replace(away.URL, "127.0.0.1", "localhost", 1)
	for _, url := range []string{
		away.URL + "/data", b.URL + "/away?to=" + away.URL + "/data", b.URL + "/away?to=" + localhost + "/data",
	} {
		if status, _ := get(t, c, url); status != 401 {
			t.Errorf("%s: status %d", url, status)
		}
	}
	if !slices.Equal(away.data, []string{"", "", ""}) {
		t.Errorf("the other origin got %q", away.data)
	}
	if err := c.LogOut(t.Context()); err != nil {
		t.Fatal(err)
	}
	if status, _ := get(t, c, away.URL+"/data"); status != 401 { // needs no login
		t.Errorf("status %d", status)
	}
}

func TestNewRefusesWhatCannotWork(t *testing.T) {
	for _, origin := range []string{"", "api", "https://", "ftp://h", "https://u@h", "https://h/p", "https://h?q"} {
		if _, err := client.New(client.Config[person]{Name: "test", Origin: origin}); err == nil {
			t.Errorf("origin %q was taken", origin)
		}
	}
	for _, name := range []string{"", "A", "a/b"} {
		if _, err := client.New(client.Config[person]{Name: name, Origin: "https://h"}); err == nil {
			t.Errorf("name %q was taken", name)
		}
	}
	if _, err := client.New(client.Config[person]{Name: "a", Origin: "https://h", Store: client.Storage{Store: session.NewMemory()}}); err == nil {
		t.Error("a store without keys was taken")
	}
	if _, err := client.New(client.Issuer("https://user:pass@h")); err == nil || strings.Contains(err.Error(), "pass") {
		t.Errorf("an address with a password: %v", err)
	}
}

func TestB6_SecondExpiredReplyIsHandedOn(t *testing.T) {
	b := newBackend(t)
	c := open(t, b, client.Memory())
	logIn(t, c)
	b.onData = func(string) { b.expire() }
	if status, _ := get(t, c, b.URL+"/data"); status != 401 || b.count() != 1 || len(b.data) != 2 {
		t.Errorf("status %d, %d refreshes, %d sends", status, b.count(), len(b.data))
	}
}

func TestB10_BackendDownLogsNobodyOut(t *testing.T) {
	b := newBackend(t)
	b.firstLife, b.down = time.Nanosecond, true
	c := open(t, b, client.Memory())
	logIn(t, c)
	_, err := c.HTTPClient().Get(b.URL + "/data")
	if !errors.Is(err, session.ErrUnavailable) || session.RetryAfter(err) < time.Second {
		t.Errorf("err = %v", err)
	}
	if _, err := c.Fresh(t.Context()); !errors.Is(err, session.ErrUnavailable) {
		t.Errorf("fresh: %v", err)
	}
	if l, ok := current(t, c); !ok {
		t.Errorf("logged out: %+v", l)
	}
}

func TestB11_RefusedRefreshEndsTheLoginWithAReason(t *testing.T) {
	b := newBackend(t)
	b.dead = true
	c := open(t, b, client.Memory())
	logIn(t, c)
	b.expire()
	if status, _ := get(t, c, b.URL+"/data"); status != 401 {
		t.Errorf("status %d", status)
	}
	if l, ok := current(t, c); ok || l.Ended != session.Revoked || l.UID != "7" {
		t.Errorf("%+v", l)
	}
}

// TestB22_BareClientFollowsNoRedirect: neither with a password nor with a refresh token.
func TestB22_BareClientFollowsNoRedirect(t *testing.T) {
	target := newFixed(t)
	target.body = `{"token":"stolen"}`
	for _, code := range []int{301, 302, 303, 307, 308} {
		b := newFixed(t)
		b.status, b.header = code, map[string]string{"Location": target.URL}
		c, err := client.New(config(t, b.URL, client.Memory()))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.LogIn(t.Context(), client.Password("ada", password)); err == nil {
			t.Errorf("%d: logged in", code)
		}
		if _, err := c.LogInWith(t.Context(), client.Grant[person]{Token: session.NewSecret("a"), RefreshToken: session.NewSecret("r"), Expiry: time.Unix(1, 0)}); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Fresh(t.Context()); !errors.Is(err, session.ErrUnavailable) || b.calls != 2 {
			t.Errorf("%d: %v, %d calls", code, err, b.calls)
		}
		shut(t, c)
	}
	if target.calls != 0 {
		t.Errorf("%d requests reached the target", target.calls)
	}
}

func TestB17_LogOutIsFinal(t *testing.T) {
	b := newBackend(t)
	b.firstLife = time.Nanosecond
	c := open(t, b, client.Memory())
	logIn(t, c)
	var wg sync.WaitGroup
	wg.Go(func() { // a renewal may be under way
		if r, err := c.HTTPClient().Get(b.URL + "/data"); err == nil {
			r.Body.Close()
		}
	})
	if err := c.LogOut(t.Context()); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	if _, ok := current(t, c); ok {
		t.Error("logged in again")
	}
	eventually(t, "the newest pair is revoked", func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return slices.Contains(b.revoked, b.refresh)
	})
}

// TestA8_AnotherUIDGoesOnUnderANewID: the pointer follows, also for another Client.
func TestA8_AnotherUIDGoesOnUnderANewID(t *testing.T) {
	st := file(t, filepath.Join(t.TempDir(), "login"))
	b := newBackend(t)
	c, other := open(t, b, st), open(t, b, st)
	logIn(t, c)
	uid := "8"
	if l, err := c.Update(t.Context(), client.Change[person]{UID: &uid}); err != nil || l.UID != "8" {
		t.Fatalf("%+v, %v", l, err)
	}
	for _, c := range []*client.Client[person]{c, other} {
		if l, ok := current(t, c); !ok || l.UID != "8" || l.User.Name != "ada" {
			t.Errorf("%+v", l)
		}
		if status, _ := get(t, c, b.URL+"/data"); status != 200 {
			t.Errorf("status %d", status)
		}
	}
}

func TestC7_IdleLimitHolds(t *testing.T) {
	now := time.Now()
	clock := &clocked{session.NewMemory(), &now}
	st := client.Memory()
	st.Store = clock
	b := newBackend(t)
	b.firstLife = 100 * time.Hour
	var heard []session.Reason
	c := open(t, b, st, func(cfg *client.Config[person]) {
		cfg.Limits.Idle = time.Hour
		cfg.OnChange = func(_ context.Context, l client.Login[person]) error { heard = append(heard, l.Ended); return nil }
	})
	logIn(t, c)
	for range 3 {
		now = now.Add(50 * time.Minute)
		if _, err := c.Fresh(t.Context()); err != nil {
			t.Fatalf("used every 50 minutes: %v", err)
		}
	}
	now = now.Add(2 * time.Hour)
	if l, ok := current(t, c); ok || l.Ended != session.TimeoutIdle {
		t.Errorf("%+v", l)
	}
	if !slices.Equal(heard, []session.Reason{"", session.TimeoutIdle}) {
		t.Errorf("the hook heard %q", heard)
	}
}

// clocked is a store whose clock is set by hand.
type clocked struct {
	*session.Memory
	now *time.Time
}

func (c *clocked) Now(context.Context) (time.Time, error) { return *c.now, nil }

// brokenStore fails at will.
type brokenStore struct {
	session.Store
	broken bool
}

func (s *brokenStore) Read(ctx context.Context, key string) (session.Row, bool, error) {
	if s.broken {
		return session.Row{}, false, errors.New("disk on fire")
	}
	return s.Store.Read(ctx, key)
}

func (s *brokenStore) Create(ctx context.Context, key string, r session.Row) error {
	if s.broken {
		return errors.New("disk on fire")
	}
	return s.Store.Create(ctx, key, r)
}

func TestC11_StoreDownIsNoLogOut(t *testing.T) {
	st := client.Memory()
	s := &brokenStore{Store: st.Store}
	st.Store = s
	b := newBackend(t)
	c := open(t, b, st)
	logIn(t, c)
	s.broken = true
	if _, _, err := c.Current(t.Context()); !errors.Is(err, session.ErrUnavailable) {
		t.Errorf("current: %v", err)
	}
	if _, err := c.HTTPClient().Get(b.URL + "/data"); !errors.Is(err, session.ErrUnavailable) {
		t.Errorf("request: %v", err)
	}
	if err := c.LogOut(t.Context()); err == nil {
		t.Error("a log-out that was not stored succeeded")
	}
	s.broken = false
	if _, ok := current(t, c); !ok {
		t.Error("logged out")
	}
}

// refusesCreate takes no new session.
type refusesCreate struct{ session.Store }

func (s refusesCreate) Create(context.Context, string, session.Row) error {
	return errors.New("disk full")
}

func TestC1_AGrantThatCannotBeKeptIsRevoked(t *testing.T) {
	st := client.Memory()
	st.Store = refusesCreate{st.Store}
	b := newBackend(t)
	c := open(t, b, st)
	if _, err := c.LogIn(t.Context(), client.Password("ada", password)); !errors.Is(err, session.ErrUnavailable) {
		t.Errorf("err = %v", err)
	}
	if !slices.Equal(b.told(), []string{"canary-r1"}) {
		t.Errorf("revoked %q", b.told())
	}
}

func TestTwoNamesInOneStore(t *testing.T) {
	st := client.Memory()
	b := newBackend(t)
	work := open(t, b, st)
	home := open(t, b, st, func(cfg *client.Config[person]) { cfg.Name = "home" })
	logIn(t, work)
	if _, ok := current(t, home); ok {
		t.Error("the other name is logged in")
	}
	logIn(t, home)
	if err := home.LogOut(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, ok := current(t, work); !ok {
		t.Error("a log-out reached the other name")
	}
}

func TestUserDataOfAnOlderType(t *testing.T) {
	st := client.Memory()
	b := newBackend(t)
	logIn(t, open(t, b, st))
	type other struct{ Name []int }
	c, err := client.New(client.Config[other]{Name: "test", Origin: b.URL, Store: st})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	l, ok, err := c.Current(t.Context())
	if err != nil || !ok || l.UserFault == nil || strings.Contains(l.UserFault.Error(), "ada") || l.Token.IsZero() {
		t.Errorf("%+v, %v, %v", l, ok, err)
	}
}

func TestA17_LogInWithRefusesWhatNoHeaderCarries(t *testing.T) {
	c := open(t, newBackend(t), client.Memory())
	for _, token := range []string{"", "a\nb", "tök", strings.Repeat("x", 17<<10)} {
		if _, err := c.LogInWith(t.Context(), client.Grant[person]{Token: session.NewSecret(token)}); !errors.Is(err, session.ErrInvalid) {
			t.Errorf("%.9q: %v", token, err)
		}
	}
	if _, ok := current(t, c); ok {
		t.Error("logged in")
	}
	if _, err := c.LogInWith(t.Context(), client.Grant[person]{Token: session.NewSecret("fine")}); err != nil {
		t.Error(err)
	}
}

func TestCustomPlacementAndExpiredRule(t *testing.T) {
	b := newBackend(t)
	var seen []string
	b.Config.Handler.(*http.ServeMux).HandleFunc("/raw", func(w http.ResponseWriter, r *http.Request) {
		b.mu.Lock()
		defer b.mu.Unlock()
		seen = append(seen, r.Header.Get("X-Session")+r.Header.Get("Authorization"))
		if r.Header.Get("X-Session") != b.live {
			w.WriteHeader(419)
		}
	})
	c := open(t, b, client.Memory(), func(cfg *client.Config[person]) {
		cfg.Attach = func(r *http.Request, s session.Secret) { r.Header.Set("X-Session", s.Reveal()) }
		cfg.Expired = func(r *http.Response) bool { return r.StatusCode == 419 }
	})
	logIn(t, c)
	b.expire()
	if status, _ := get(t, c, b.URL+"/raw"); status != 200 || !slices.Equal(seen, []string{"canary-a1", "canary-a2"}) {
		t.Errorf("status %d, seen %q", status, seen)
	}
}
