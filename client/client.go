// Package client logs a Go program in against a backend (CLI, desktop, server) and keeps it logged in.
//
// It is session.Manager for one login: renewal ahead of expiry and on an expired reply, one refresh call
// however many goroutines and programs ask, each new pair on disk before anybody uses it, and no log-out
// for a backend that is down. Issuer and JSON describe backends, SealedFile and Keychain keep the login
// across restarts, OnChange hands each change to the program. The package never logs, never prints a
// token or password, and never sends a token to another origin.
package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/usherdev/usher/session"
)

// EventHookFailed is the kind of the Event that tells of an error of OnChange after a renewal.
const EventHookFailed session.EventKind = "on_change_failed"

// Faults of a Client, beside session's ErrNotLoggedIn, ErrUnavailable, ErrBusy and ErrInvalid.
var (
	// ErrOnChange wraps an error of Config.OnChange. What was to be done is done and stored.
	ErrOnChange = errors.New("the change is stored, but OnChange failed")
	// ErrInHook says that OnChange called a method that changes the login.
	ErrInHook = errors.New("OnChange must not change the login")
)

// Config says how a Client works. Issuer and JSON fill in what depends on the backend; U is the type of
// the user data. The functions get a bare client: it attaches no token, follows no redirect, keeps no
// connection and gives up after 20 seconds.
type Config[U any] struct {
	// Name of the login: several may share a Store. Lower-case letters, digits and hyphens. Required.
	Name string
	// Store keeps the login; the zero value means Memory.
	Store Storage
	// Origin is where the token may go: scheme, host and port, as "https://api.example.com". Required.
	Origin string

	// LogIn asks the backend for a Grant. A refusal is best returned as a *Refusal. nil: the program
	// uses LogInWith.
	LogIn func(ctx context.Context, bare *http.Client, c Credentials) (Grant[U], error)
	// Refresh makes one refresh call with what the login holds and reads its answer; see Renewed. It
	// sends at most once and honours ctx. An error counts as session.Ambiguous. nil: no renewal.
	Refresh func(ctx context.Context, bare *http.Client, a session.AuthData) (session.Answer, error)
	// RefreshByToken: a login without refresh token is renewed with its token.
	RefreshByToken bool
	// Revoke tells the backend that a pair is no longer wanted; an error means "again later". nil: it
	// is not told.
	Revoke func(ctx context.Context, bare *http.Client, a session.AuthData) error
	// Rotation says what the backend does with a refresh token that comes twice; zero: unknown.
	Rotation session.Rotation

	// Attach puts the token on a request of HTTPClient; nil: "Authorization: Bearer TOKEN".
	Attach func(*http.Request, session.Secret)
	// Expired says, without reading the body, that a reply means an expired token; nil: status 401.
	Expired func(*http.Response) bool
	// Base sends the requests of HTTPClient; nil: http.DefaultTransport. The bare client uses a copy of
	// it if it is an *http.Transport, else Base itself.
	Base http.RoundTripper

	// OnChange is called after each change that this Client has stored (log-in, renewal, Update, end) and
	// before whoever waits for the change goes on, one call at a time; so a program may keep the tokens
	// in a place of its own. An error is returned by LogIn, Update and LogOut; after a renewal it goes to
	// Events. It undoes nothing, and the hook is called again at the next request. It must not change the
	// login.
	OnChange func(context.Context, Login[U]) error
	// Events is told what an operator may want to know, without secrets; nil: nobody is.
	Events func(session.Event)

	Limits session.Limits // of the login's life; zero: none but 400 days without use
	Tuning session.Tuning // of the renewal; zero: the defaults
}

// Client is a program's login. It is safe for concurrent use; Close it.
type Client[U any] struct {
	cfg    Config[U]
	m      *session.Manager
	store  session.Store
	at     pointer
	origin string
	bare   *http.Client

	mu      sync.Mutex // held while the pointer moves
	touched atomic.Int64

	hook  sync.Mutex // held while OnChange runs
	told  mark       // what OnChange has heard of, guarded by hook
	dirty atomic.Bool

	watch watchers
}

// New checks cfg and returns its Client, which has the login that cfg.Store holds. It asks no backend.
func New[U any](cfg Config[U]) (*Client[U], error) {
	at, err := originOf(cfg.Origin)
	if err != nil {
		return nil, err
	}
	if cfg.Store == (Storage{}) {
		cfg.Store = Memory()
	}
	if cfg.Store.Store == nil || cfg.Store.Keys == nil {
		return nil, errors.New("client: Config.Store needs a Store and Keys")
	}
	if cfg.Events == nil {
		cfg.Events = func(session.Event) {}
	}
	c := &Client[U]{
		cfg: cfg, store: cfg.Store.Store, origin: at, bare: bareClient(cfg.Base),
		at:    pointer{cfg.Store.Store, cfg.Store.Keys, cfg.Name},
		watch: watchers{closed: make(chan struct{})},
	}
	if c.m, err = session.New(c.managerConfig()); err != nil {
		return nil, fmt.Errorf("client: %w", err)
	}
	return c, nil
}

func (c *Client[U]) managerConfig() session.Config {
	st := &observed{c.store, c.changed} // a pointer: the Manager compares stores
	cfg := session.Config{
		App: c.cfg.Name, Store: st, Volatile: st, Keys: c.cfg.Store.Keys, RefreshByToken: c.cfg.RefreshByToken,
		Rotation: c.cfg.Rotation, PersistOn: c.cfg.Limits, Tuning: c.cfg.Tuning, Events: c.cfg.Events,
	}
	if c.cfg.Refresh != nil {
		cfg.Refresh = func(ctx context.Context, a session.AuthData) (session.Answer, error) {
			return c.cfg.Refresh(ctx, c.bare, a)
		}
	}
	if c.cfg.Revoke != nil {
		cfg.Revoke = func(ctx context.Context, a session.AuthData) error { return c.cfg.Revoke(ctx, c.bare, a) }
	}
	return cfg
}

// Close ends Watch channels and lets renewals and log-outs under way finish until ctx ends; what is cut
// off is journalled in the store. It returns ctx's error if anything was. The login stays.
func (c *Client[U]) Close(ctx context.Context) error {
	c.watch.close()
	return c.m.Close(ctx)
}

// LogIn logs in with credentials. A login that was there ends, once the new one is granted; on an error
// it stays. Errors: those of Config.LogIn, such as *Refusal, session.ErrInvalid for a grant that cannot
// be kept, ErrOnChange, or a fault of the store.
func (c *Client[U]) LogIn(ctx context.Context, cr Credentials) (Login[U], error) {
	if hooked(ctx) {
		return Login[U]{}, ErrInHook
	}
	if c.cfg.LogIn == nil {
		return Login[U]{}, errors.New("client: Config.LogIn is not set")
	}
	g, err := c.cfg.LogIn(ctx, c.bare, cr)
	if err != nil {
		return Login[U]{}, err
	}
	return c.LogInWith(ctx, g)
}

// LogInWith logs in with a grant that the program has got by itself, as from a browser's round trip.
// Errors are those of LogIn.
func (c *Client[U]) LogInWith(ctx context.Context, g Grant[U]) (Login[U], error) {
	if hooked(ctx) {
		return Login[U]{}, ErrInHook
	}
	a, err := g.auth()
	if err != nil {
		return Login[U]{}, err
	}
	if a.Token.IsZero() {
		return Login[U]{}, fmt.Errorf("%w: the grant has no token", session.ErrInvalid)
	}
	c.mu.Lock()
	s, err := c.enter(muted(ctx), a)
	c.mu.Unlock()
	if err != nil {
		return Login[U]{}, err
	}
	c.prune(ctx)
	return loginOf[U](s), c.tell(ctx, s.Key)
}

// enter makes the session of a, then the pointer to it, then ends the one before: at every moment, and
// after a crash at any, one of the two is the login.
func (c *Client[U]) enter(ctx context.Context, a session.AuthData) (session.Session, error) {
	s, err := c.m.LogIn(ctx, "", a, true)
	if err != nil {
		c.discard(ctx, a)
		return session.Session{}, err
	}
	before, err := c.at.set(ctx, s.ID)
	late := context.WithoutCancel(ctx)
	if err != nil {
		return session.Session{}, errors.Join(storeFault(err), c.m.LogOut(late, s.ID))
	}
	_ = c.retire(late, before, a) // the new login stands; of a store that fails Events is told
	return s, nil
}

// retire ends the session that a new login takes the place of. Where the backend hands out the same
// token again, revoking the old one would kill the new login.
func (c *Client[U]) retire(ctx context.Context, id string, a session.AuthData) error {
	if id == "" {
		return nil
	}
	s, found, err := c.m.Current(ctx, id)
	if err != nil || !found || !s.Active() {
		return err
	}
	same := func(x, y session.Secret) bool { return !x.IsZero() && x.Equal(y) }
	if same(s.Auth.Token, a.Token) || same(s.Auth.RefreshToken, a.RefreshToken) {
		clear := session.Update{Clear: []session.Field{session.FieldToken, session.FieldRefreshToken}}
		if _, err := c.m.Update(ctx, id, clear, session.UpdateOptions{}); err != nil && !errors.Is(err, session.ErrNotLoggedIn) {
			return err
		}
	}
	return c.m.LogOut(ctx, id)
}

// discard tells the backend of a grant that could not be kept; there is nowhere to note a failure.
func (c *Client[U]) discard(ctx context.Context, a session.AuthData) {
	if c.cfg.Revoke == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer cancel()
	_ = c.cfg.Revoke(ctx, c.bare, a)
}

// Current returns the login as it is stored, without renewing anything. false means that nobody is
// logged in; Login.Ended may say why. An error means that the store could not be asked.
func (c *Client[U]) Current(ctx context.Context) (Login[U], bool, error) {
	s, err := c.session(ctx)
	if err != nil {
		return Login[U]{}, false, err
	}
	return loginOf[U](s), s.Active(), nil
}

// Fresh returns the login like Current, its token renewed where that is due, for what does not go
// through HTTPClient. Errors: session.ErrNotLoggedIn (with the ended Login); session.ErrUnavailable and
// session.ErrBusy, see session.RetryAfter; or a fault of the store.
func (c *Client[U]) Fresh(ctx context.Context) (Login[U], error) {
	s, err := c.session(ctx)
	if err != nil {
		return Login[U]{}, err
	}
	if !s.Active() {
		return loginOf[U](s), session.ErrNotLoggedIn
	}
	c.used(ctx, s.ID)
	s, found, err := c.m.Fresh(ctx, s.ID)
	if err == nil && (!found || !s.Active()) {
		err = session.ErrNotLoggedIn
	}
	return loginOf[U](s), err
}

// Update patches the login and returns it; while a renewal is under way, its answer fills in only what
// the patch did not set. Errors: session.ErrNotLoggedIn, session.ErrInvalid, ErrOnChange, or a fault of
// the store.
func (c *Client[U]) Update(ctx context.Context, ch Change[U]) (Login[U], error) {
	if hooked(ctx) {
		return Login[U]{}, ErrInHook
	}
	u, err := ch.update()
	if err != nil {
		return Login[U]{}, err
	}
	s, err := c.patch(muted(ctx), u)
	if err != nil {
		return Login[U]{}, err
	}
	return loginOf[U](s), c.tell(ctx, s.Key)
}

func (c *Client[U]) patch(ctx context.Context, u session.Update) (session.Session, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, err := c.session(ctx)
	if err != nil {
		return s, err
	}
	if !s.Active() {
		return s, session.ErrNotLoggedIn
	}
	id := s.ID
	if s, err = c.m.Update(ctx, id, u, session.UpdateOptions{}); err != nil || s.ID == id {
		return s, err
	}
	if _, err := c.at.set(context.WithoutCancel(ctx), s.ID); err != nil { // another uid: another session
		return s, storeFault(err)
	}
	return s, nil
}

// LogOut ends the login at once and for good; no request that starts later carries its token. Telling
// the backend happens beside: Close waits for it, and what fails is tried again for a day while a
// program with this store runs. Nobody logged in is no error.
func (c *Client[U]) LogOut(ctx context.Context) error {
	if hooked(ctx) {
		return ErrInHook
	}
	quiet := muted(ctx)
	c.mu.Lock()
	s, err := c.session(quiet)
	if err == nil && s.Active() {
		err = c.m.LogOut(quiet, s.ID)
	}
	c.mu.Unlock()
	if err != nil {
		return err
	}
	return c.tell(ctx, s.Key)
}

// session returns the current session; the zero Session if there is none. The pointer may move while
// it looks, and a session that goes on under a new id is between the two for a moment.
func (c *Client[U]) session(ctx context.Context) (session.Session, error) {
	id, why, err := c.at.id(ctx)
	if err != nil {
		return session.Session{}, storeFault(err)
	}
	for try := 0; ; try++ {
		if id == "" {
			return session.Session{Ended: why}, nil
		}
		s, found, err := c.m.Current(ctx, id)
		if err != nil {
			return session.Session{}, err
		}
		if found && s.Active() || try == 200 {
			return s, nil
		}
		was := id
		if id, why, err = c.at.id(ctx); err != nil {
			return session.Session{}, storeFault(err)
		}
		if id != was {
			continue
		}
		if s.Ended != session.Moved {
			return s, nil
		}
		if err := pause(ctx, 10*time.Millisecond); err != nil {
			return session.Session{}, err
		}
	}
}

// storeFault says about a store's own error what the Manager says.
func storeFault(err error) error {
	return fmt.Errorf("%w: session store: %w", session.ErrUnavailable, err)
}

// used notes that the login is in use: as the idle limit needs it, without one once an hour.
func (c *Client[U]) used(ctx context.Context, id string) {
	now := time.Now()
	last := c.touched.Load()
	if c.cfg.Limits.Idle <= 0 && now.Sub(time.Unix(0, last)) < time.Hour {
		return
	}
	if c.touched.CompareAndSwap(last, now.UnixNano()) {
		_, _ = c.m.Touch(ctx, id) // a store that is down is told of by what comes next
	}
}

// prune removes logins that ended long ago, for programs too short-lived for the Manager's sweeper.
// What cannot be removed now is removed another time.
func (c *Client[U]) prune(ctx context.Context) {
	now, err := c.store.Now(ctx)
	if err != nil {
		return
	}
	due, err := c.store.Sweep(ctx, c.cfg.Name, now, 100)
	if err != nil {
		return
	}
	for _, k := range due {
		if k.Row.Ended != "" && k.Row.Ended != session.Moved && len(k.Row.Outbox) == 0 {
			_ = c.store.Delete(ctx, k.Key)
		}
	}
}
