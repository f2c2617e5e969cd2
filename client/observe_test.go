package client_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/usherdev/usher/client"
	"github.com/usherdev/usher/session"
)

// diary is an OnChange that notes what it hears.
type diary struct {
	mu   sync.Mutex
	all  []string
	fail error
}

func (d *diary) hear(_ context.Context, l client.Login[person]) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.all = append(d.all, strings.TrimSpace(l.Token.Reveal()+" "+l.User.City+string(l.Ended)))
	return d.fail
}

func (d *diary) heard() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.all)
}

func (d *diary) set(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fail = err
}

func TestOnChangeHearsEachDurableChange(t *testing.T) {
	stores(t, func(t *testing.T, st client.Storage) {
		b := newBackend(t)
		d := &diary{}
		c := open(t, b, st, func(cfg *client.Config[person]) { cfg.OnChange = d.hear })
		logIn(t, c)
		get(t, c, b.URL+"/data")
		b.expire()
		get(t, c, b.URL+"/data")
		if _, err := c.Update(t.Context(), client.Change[person]{User: &person{City: "Turin"}}); err != nil {
			t.Fatal(err)
		}
		logIn(t, c)
		if err := c.LogOut(t.Context()); err != nil {
			t.Fatal(err)
		}
		want := []string{"canary-a1", "canary-a2", "canary-a2 Turin", "canary-a3", "logged_out"}
		if got := d.heard(); !slices.Equal(got, want) {
			t.Errorf("heard %q, want %q", got, want)
		}
	})
}

// TestOnChangeComesBeforeTheRequest: a program's own copy is written before the new token is sent.
func TestOnChangeComesBeforeTheRequest(t *testing.T) {
	b := newBackend(t)
	d := &diary{}
	c := open(t, b, client.Memory(), func(cfg *client.Config[person]) { cfg.OnChange = d.hear })
	logIn(t, c)
	b.expire()
	b.set(func() {
		b.onData = func(token string) {
			if !slices.Contains(d.heard(), token) {
				t.Errorf("%s was sent before the hook had heard of it", token)
			}
		}
	})
	if status, _ := get(t, c, b.URL+"/data"); status != 200 {
		t.Errorf("status %d", status)
	}
}

func TestOnChangeFailureUndoesNothingAndIsRepeated(t *testing.T) {
	b := newBackend(t)
	d := &diary{fail: errors.New("no room")}
	var mu sync.Mutex
	var events []session.Event
	c := open(t, b, client.Memory(), func(cfg *client.Config[person]) {
		cfg.OnChange = d.hear
		cfg.Events = func(e session.Event) {
			mu.Lock()
			defer mu.Unlock()
			if e.Kind == client.EventHookFailed {
				events = append(events, e)
			}
		}
	})
	l, err := c.LogIn(t.Context(), client.Password("ada", password))
	if !errors.Is(err, client.ErrOnChange) || !l.LoggedIn() {
		t.Fatalf("%+v, %v", l, err)
	}
	b.expire()
	if status, _ := get(t, c, b.URL+"/data"); status != 200 {
		t.Errorf("status %d", status)
	}
	if len(events) == 0 || !errors.Is(events[0].Err, client.ErrOnChange) {
		t.Errorf("events %+v", events)
	}
	d.set(nil)
	get(t, c, b.URL+"/data")
	n := len(d.heard())
	get(t, c, b.URL+"/data")
	if got := d.heard(); got[n-1] != "canary-a2" || len(got) != n {
		t.Errorf("heard %q", got)
	}
}

func TestOnChangePanicIsAnError(t *testing.T) {
	b := newBackend(t)
	c := open(t, b, client.Memory(), func(cfg *client.Config[person]) {
		cfg.OnChange = func(_ context.Context, l client.Login[person]) error { panic(l.Token.Reveal()) }
	})
	_, err := c.LogIn(t.Context(), client.Password("ada", password))
	if !errors.Is(err, client.ErrOnChange) || strings.Contains(err.Error(), "canary") {
		t.Errorf("err = %v", err)
	}
	b.expire()
	if status, _ := get(t, c, b.URL+"/data"); status != 200 {
		t.Errorf("status %d", status)
	}
}

func TestOnChangeMayReadButNotChange(t *testing.T) {
	b := newBackend(t)
	var c *client.Client[person]
	var errs []error
	c = open(t, b, client.Memory(), func(cfg *client.Config[person]) {
		cfg.OnChange = func(ctx context.Context, l client.Login[person]) error {
			if now, ok, err := c.Current(ctx); err != nil || !ok || now.Generation != l.Generation {
				t.Errorf("current in the hook: %+v, %v", now, err)
			}
			_, e1 := c.LogIn(ctx, client.Password("ada", password))
			_, e2 := c.LogInWith(ctx, client.Grant[person]{})
			_, e3 := c.Update(ctx, client.Change[person]{})
			errs = []error{e1, e2, e3, c.LogOut(ctx)}
			return nil
		}
	})
	logIn(t, c)
	for _, err := range errs {
		if !errors.Is(err, client.ErrInHook) {
			t.Errorf("err = %v", err)
		}
	}
}

func next(t *testing.T, ch <-chan client.Login[person]) client.Login[person] {
	t.Helper()
	select {
	case l, ok := <-ch:
		if !ok {
			t.Fatal("the channel is closed")
		}
		return l
	case <-time.After(10 * time.Second):
		t.Fatal("nothing came")
		return client.Login[person]{}
	}
}

func TestWatchSeesChangesOfAllPrograms(t *testing.T) {
	path := filepath.Join(t.TempDir(), "login")
	b := newBackend(t)
	c, other := open(t, b, file(t, path)), open(t, b, file(t, path))
	ch := c.Watch(t.Context())
	if l := next(t, ch); l.LoggedIn() {
		t.Errorf("at first: %+v", l)
	}
	logIn(t, c)
	if l := next(t, ch); !l.LoggedIn() || l.User.Name != "ada" {
		t.Errorf("after log-in: %+v", l)
	}
	b.expire()
	get(t, c, b.URL+"/data")
	if l := next(t, ch); l.Token.Reveal() != "canary-a2" {
		t.Errorf("after a renewal: %+v", l)
	}
	if err := other.LogOut(t.Context()); err != nil {
		t.Fatal(err)
	}
	if l := next(t, ch); l.LoggedIn() || l.Ended != session.LoggedOut {
		t.Errorf("after a log-out elsewhere: %+v", l)
	}
}

func TestWatchGivesALateReaderTheLatest(t *testing.T) {
	b := newBackend(t)
	c := open(t, b, client.Memory())
	ch := c.Watch(t.Context())
	for i := range 5 {
		logIn(t, c)
		if _, err := c.Update(t.Context(), client.Change[person]{User: &person{City: fmt.Sprint(i)}}); err != nil {
			t.Fatal(err)
		}
	}
	var last client.Login[person]
	eventually(t, "the latest comes", func() bool {
		select {
		case last = <-ch:
		default:
		}
		return last.User.City == "4"
	})
}

func TestWatchEnds(t *testing.T) {
	c := open(t, newBackend(t), client.Memory())
	ctx, cancel := context.WithCancel(t.Context())
	byContext, byClose := c.Watch(ctx), c.Watch(t.Context())
	next(t, byContext)
	cancel()
	eventually(t, "the context ends it", func() bool { _, ok := <-byContext; return !ok })
	shut(t, c)
	for range byClose {
	}
	if _, ok := <-c.Watch(t.Context()); ok {
		t.Error("a watch after Close says something")
	}
}
