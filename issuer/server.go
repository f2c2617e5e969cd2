// Package issuer is the reference backend: accounts, logins with rotating refresh tokens, travel
// posts and a week of activity, as an http.Handler over SQLite.
//
// It is reached by HTTP alone, like anybody's backend, and is what the tutorial, the tests and the
// demo log in against. It keeps to the rules of docs/promises.md, rows D1 to D13: refresh tokens
// rotate and reuse ends the login, passwords are Argon2id, guessing is throttled. It never sets a
// cookie, never allows a foreign origin, never logs a token, a password or a name that was typed,
// and it starts empty: only Seed makes accounts and posts.
package issuer

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/usherdev/usher/internal/sqldb"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Config says how an issuer works. The zero value of each field but Path has the meaning named.
type Config struct {
	// Path of the SQLite file, or ":memory:". Required.
	Path string
	// KeyFile holds the signing key and the token secret; it is made (0600) at the first start and
	// refused when others can read it. "" means Path + ".keys"; a memory database has keys of its own.
	KeyFile string
	// Issuer is the public base URL: the iss and aud of access tokens and the base of picture URLs.
	// "" means http://127.0.0.1:7071.
	Issuer string
	// TokenTTL is the life of an access token, at least a second; clients may ask for less, never
	// for more. 0 means an hour.
	TokenTTL time.Duration
	// RefreshIdle ends a login that has not been refreshed for so long; 0 means 14 days.
	RefreshIdle time.Duration
	// RefreshAbsolute ends a login however busy it is; 0 means 90 days.
	RefreshAbsolute time.Duration
	// MinPassword is the least length in characters: 0 means 15, less than 8 is refused.
	MinPassword int
	// TrustedProxies may say the client's address in X-Forwarded-For. None by default.
	TrustedProxies []netip.Prefix
	// Mail sends a code to a person; it should not wait for the mail to arrive. Several requests may call it at once. Its error is logged, so
	// it must not hold the text; the client hears nothing of it, for that would tell who has an account. nil: nobody gets a mail.
	Mail func(context.Context, Mail) error
	// Debug adds GET /debug/stats and POST /debug/revoke, which need no login. Never in production.
	Debug bool
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Log gets what happened, without secrets; nil means nowhere.
	Log *slog.Logger

	cost argonCost // the tests' own, so that they are quick
}

// Server is the issuer. It is safe for concurrent use; Close it when no request runs any more.
type Server struct {
	cfg      Config
	store    *store
	keys     *keys
	hasher   *hasher
	policy   *policy
	throttle *throttle
	stats    counters
	mux      *http.ServeMux
	routes   []route
}

// New opens or makes the data of cfg and returns the issuer over it. It starts nothing in the
// background. Errors name the field or file that is wrong.
func New(cfg Config) (*Server, error) {
	cfg, err := cfg.complete()
	if err != nil {
		return nil, err
	}
	k, err := loadKeys(cfg)
	if err != nil {
		return nil, err
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	db, err := sqldb.Open(context.Background(), sqldb.Config{Path: cfg.Path, Migrations: files})
	if err != nil {
		return nil, fmt.Errorf("issuer: %w", err)
	}
	s := &Server{
		cfg:      cfg,
		store:    &store{db: db},
		keys:     k,
		hasher:   newHasher(cfg.cost),
		policy:   newPolicy(cfg.MinPassword, cfg.Issuer),
		throttle: newThrottle(),
	}
	s.routes = s.table()
	s.mux = newMux(s)
	return s, nil
}

// Close closes the database. A request that still runs fails.
func (s *Server) Close() error { return s.store.db.Close() }

// complete fills in what is unset and refuses what cannot work; it changes nothing outside.
func (c Config) complete() (Config, error) {
	if c.Path == "" {
		return c, errors.New("issuer: Config.Path is required (a file, or :memory:)")
	}
	if c.Issuer == "" {
		c.Issuer = "http://127.0.0.1:7071"
	}
	u, err := url.Parse(c.Issuer)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return c, errors.New("issuer: Config.Issuer is not an absolute http or https URL")
	}
	c.Issuer = strings.TrimRight(c.Issuer, "/")
	c.TokenTTL = cmp.Or(c.TokenTTL, time.Hour)
	c.RefreshIdle = cmp.Or(c.RefreshIdle, 14*24*time.Hour)
	c.RefreshAbsolute = cmp.Or(c.RefreshAbsolute, 90*24*time.Hour)
	c.MinPassword = cmp.Or(c.MinPassword, 15)
	c.cost = cmp.Or(c.cost, argonCost{memory: 19 * 1024, time: 2, threads: 1})
	switch {
	case c.TokenTTL < time.Second:
		return c, errors.New("issuer: Config.TokenTTL is less than a second")
	case c.RefreshIdle < c.TokenTTL:
		return c, errors.New("issuer: Config.RefreshIdle is less than TokenTTL")
	case c.RefreshAbsolute < c.RefreshIdle:
		return c, errors.New("issuer: Config.RefreshAbsolute is less than RefreshIdle")
	case c.MinPassword < 8 || c.MinPassword > 64:
		return c, errors.New("issuer: Config.MinPassword is not between 8 and 64")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c, nil
}
