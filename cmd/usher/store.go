package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/session/redisstore"
	"github.com/usherdev/usher/session/sqlstore"
)

// storeKinds is what people read who named no store that there is.
const storeKinds = "--store sqlite:FILE, postgres://HOST/DATABASE, redis://HOST:PORT/NUMBER or memory"

// openStore opens the session store of cfg. shared says that other nodes may use it as well.
func (rt *runtime) openStore(ctx context.Context, con *console, cfg runtimeConfig) (store session.Store, shared bool, err error) {
	scheme, rest, _ := strings.Cut(cfg.store, ":")
	switch {
	case cfg.store == "memory":
		return session.NewMemory(), false, nil
	case scheme == "sqlite" && rest != "":
		store, err = rt.openSQLite(ctx, rest)
		return store, false, err
	case scheme == "postgres" || scheme == "postgresql":
		st, err := sqlstore.OpenPostgres(ctx, cfg.store)
		if err != nil {
			return nil, false, hinted(err, "is it running, and may this user make a table there?")
		}
		rt.closers = append(rt.closers, st.Close)
		store = st
	case scheme == "redis" || scheme == "rediss" || scheme == "valkey" || scheme == "valkeys":
		if store, err = rt.openRedis(ctx, con, cfg); err != nil {
			return nil, false, err
		}
	default:
		return nil, false, hinted(fmt.Errorf("unknown session store %q", storeName(cfg.store)), storeKinds)
	}
	return store, true, sameKeys(ctx, store, cfg.project.App.ID, rt.keys)
}

func (rt *runtime) openSQLite(ctx context.Context, file string) (session.Store, error) {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return nil, fmt.Errorf("session store: %w", err)
	}
	st, err := sqlstore.Open(ctx, file)
	if err != nil {
		return nil, fmt.Errorf("session store: %w", err)
	}
	rt.closers = append(rt.closers, st.Close)
	return st, nil
}

func (rt *runtime) openRedis(ctx context.Context, con *console, cfg runtimeConfig) (session.Store, error) {
	st, err := redisstore.Open(ctx, redisstore.Config{URL: cfg.store, AcceptLoss: cfg.acceptLoss})
	if errors.Is(err, redisstore.ErrForgets) {
		return nil, hinted(err, "set appendonly yes and appendfsync always in redis.conf, or say --accept-loss")
	}
	if err != nil {
		return nil, err
	}
	rt.closers = append(rt.closers, st.Close)
	for _, w := range st.Warnings() {
		con.Log.Warn("session store: "+w, "store", storeName(cfg.store))
	}
	return st, nil
}

// storeName is a store as logs may show it: without user, password and options.
func storeName(spec string) string {
	scheme, rest, more := strings.Cut(spec, ":")
	if scheme == "sqlite" || !more {
		return spec
	}
	u, err := url.Parse(spec)
	if err != nil || !strings.HasPrefix(rest, "//") {
		return scheme + ":…"
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}

// sameKeys refuses a store whose sessions are sealed with keys that this node does not have: it would
// end each session that it cannot open. A row that no session can have holds the proof; it is sealed
// anew at each start, so that old keys can go.
func sameKeys(ctx context.Context, store session.Store, app string, keys *session.Keys) error {
	const use = "same keys/v1"
	key := "user.keys of " + app // what begins so is no session
	seal := func() []byte { return keys.Seal(use, []byte(app), []byte(app)) }
	for {
		_, err := store.Update(ctx, key, func(r session.Row) (session.Row, error) {
			_, err := keys.Open(use, []byte(app), r.State)
			r.State = seal()
			return r, err
		})
		if errors.Is(err, session.ErrAbsent) {
			err = store.Create(ctx, key, session.Row{App: app, State: seal()})
		}
		switch {
		case errors.Is(err, session.ErrExists): // another node was first
			continue
		case errors.Is(err, session.ErrKeyMissing), errors.Is(err, session.ErrTampered):
			return hinted(errors.New("the sessions in this store are sealed with other keys than this node has"),
				"copy the key file of the other nodes and name it: --key-file FILE")
		}
		return err
	}
}
