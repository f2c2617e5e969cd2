package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	goruntime "runtime"
	"sync"
	"sync/atomic"

	"github.com/usherdev/usher/app"
	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
)

// runtimeConfig says how an app of a folder is to run.
type runtimeConfig struct {
	ground     *runtime // its keys and store are used; nil: those named below are opened
	project    *project.Project
	assets     fs.FS
	env        map[string]string
	secrets    map[string]call.Secret
	store      string // as the flag --store
	acceptLoss bool   // of a Redis that forgets
	keyFile    string
	data       string // folder where files that people send lie meanwhile; the system's when it is not there
	address    address
	transport  http.RoundTripper // nil: the calls' own
	metrics    *metrics          // nil: nothing is counted
	watch      func(call.Event)  // told of each call as well; nil: nobody

	development *development // what the studio follows and disturbs it by; nil: nothing, as in production
}

// runtime is an app with everything that it stands on.
type runtime struct {
	app       *app.App
	sessions  *session.Manager
	store     session.Store
	volatile  session.Store // of sessions that end with the browser; nil: the manager's own
	shared    bool          // other nodes may use the store as well
	keys      *session.Keys
	calls     atomic.Pointer[call.Client] // of the revision that is served
	project   *project.Project            // likewise; swap alone changes it, one at a time
	env       map[string]string
	secrets   map[string]call.Secret
	transport http.RoundTripper
	traits    traits // of the revision that it was opened with
	observe   func(call.Event)
	drifted   func(call.Drift)
	develops  *development // nil: nobody
	closers   []func() error
}

// openRuntime joins store, keys, sessions, calls and app. Close undoes it; after an error nothing is left open.
func openRuntime(ctx context.Context, con *console, cfg runtimeConfig) (_ *runtime, err error) {
	rt := &runtime{project: cfg.project, env: cfg.env, secrets: cfg.secrets, transport: cfg.transport, observe: callLog(con, cfg.metrics, cfg.watch), drifted: driftLog(con), develops: cfg.development}
	defer func() {
		if err != nil {
			err = errors.Join(err, rt.Close())
		}
	}()
	if err = rt.stand(ctx, con, cfg); err != nil {
		return nil, err
	}
	calls, err := rt.newCalls(cfg.project)
	if err != nil {
		return nil, hinted(err, "give env.* in the environment, in a file (--env-file FILE) or by --env NAME; secrets with usher secrets set GROUP.NAME")
	}
	rt.calls.Store(calls)
	rt.closers = append(rt.closers, func() error { rt.calls.Load().Close(); return nil })
	rt.traits = traitsOf(cfg.project, calls)
	sc := rt.traits.config()
	sc.Store, sc.Volatile, sc.Keys, sc.Events = rt.store, rt.volatile, rt.keys, sessionLog(con, cfg.metrics)
	if d := rt.develops; d != nil {
		log := sc.Events
		sc.Events = func(e session.Event) { log(e); d.rec.event(e) }
	}
	if rt.traits.refresh {
		sc.Refresh = rt.refresh
	}
	if rt.traits.revoke {
		sc.Revoke = rt.revoke
	}
	if rt.sessions, err = session.New(sc); err != nil {
		return nil, err
	}
	rt.closers = append(rt.closers, func() error { return rt.sessions.Close(context.WithoutCancel(ctx)) })
	cfg.metrics.watch(rt.sessions.Stats, rowCounter(rt.store, sc.App))
	temp := cfg.data
	if _, err := os.Stat(temp); err != nil {
		temp = "" // store and key file are elsewhere
	}
	ac := app.Config{
		Project: cfg.project, Sessions: rt.sessions, Calls: calls, Keys: rt.keys, Hosts: cfg.address.hosts, URL: cfg.address.public,
		TrustedProxy: cfg.address.trustedProxy, Insecure: cfg.address.insecure, Log: con.Log, Observe: cfg.metrics.served, Assets: cfg.assets, Temp: temp,
	}
	if d := rt.develops; d != nil {
		ac.Development = app.Development{Watch: d.rec.request, Inspect: true}
	}
	rt.app, err = app.New(ac)
	return rt, err
}

// stand opens keys and store, or takes those of the ground.
func (rt *runtime) stand(ctx context.Context, con *console, cfg runtimeConfig) (err error) {
	if g := cfg.ground; g != nil {
		rt.keys, rt.store, rt.volatile, rt.shared = g.keys, g.store, g.volatile, g.shared
		return nil
	}
	if rt.keys, err = openKeys(con, cfg.keyFile); err != nil {
		return err
	}
	if rt.store, rt.shared, err = rt.openStore(ctx, con, cfg); err != nil {
		return err
	}
	if rt.shared { // sessions that end with the browser are then known to all nodes, and end by their presence limit
		rt.volatile = rt.store
	}
	return nil
}

// openGround opens keys and store alone, for apps that follow one another on them. The store is one of this machine.
func openGround(ctx context.Context, con *console, cfg runtimeConfig) (*runtime, error) {
	g := &runtime{}
	if err := g.stand(ctx, con, cfg); err != nil {
		return nil, errors.Join(err, g.Close())
	}
	g.volatile = session.NewMemory()
	return g, nil
}

// traits is what of a revision its sessions are made by. A revision with others needs a manager of its own.
type traits struct {
	app                                     string
	refresh, byToken, viaOnly, live, revoke bool
	endExpired                              bool
	rotation                                session.Rotation
	limits                                  session.Limits
}

func traitsOf(p *project.Project, calls *call.Client) traits {
	auth := p.App.Auth
	t := traits{
		app: p.App.ID, refresh: calls.Refresher() != nil, byToken: calls.RefreshByToken(), viaOnly: calls.RefreshViaOnly(), revoke: calls.Revoker() != nil,
		endExpired: auth.WhenExpired == "logOut", limits: session.Limits{Idle: auth.Idle, Absolute: auth.Absolute},
	}
	if auth.Refresh != nil {
		t.rotation, t.live = session.Rotation(auth.Refresh.Rotation), auth.Refresh.Mode == project.RefreshLive
	}
	return t
}

func (t traits) config() session.Config {
	return session.Config{
		App: t.app, RefreshByToken: t.byToken, RefreshViaOnly: t.viaOnly, Rotation: t.rotation, RefreshLive: t.live, EndExpired: t.endExpired, PersistOn: t.limits, PersistOff: t.limits,
	}
}

// errOtherSessions says that a revision cannot follow the one that runs.
var errOtherSessions = errors.New("the revision's sessions are others")

// swap lets the running app go on with another revision, with values and secrets of its own; calls under way end on the one they began with.
func (rt *runtime) swap(prj *project.Project, env map[string]string, secrets map[string]call.Secret) error {
	oldEnv, oldSecrets := rt.env, rt.secrets
	rt.env, rt.secrets = env, secrets
	calls, err := rt.newCalls(prj)
	if err != nil {
		rt.env, rt.secrets = oldEnv, oldSecrets
		return err
	}
	err = errOtherSessions
	if traitsOf(prj, calls) == rt.traits {
		err = rt.app.Swap(prj, calls)
	}
	if err != nil {
		rt.env, rt.secrets = oldEnv, oldSecrets
		calls.Close()
		return err
	}
	old := rt.calls.Swap(calls)
	rt.project = prj
	old.Close()
	return nil
}

// newCalls makes the calls of a revision.
func (rt *runtime) newCalls(p *project.Project) (*call.Client, error) {
	cfg := call.Config{Project: p, Env: rt.env, Secrets: rt.secrets, Transport: rt.transport, Observe: rt.observe, Drifted: rt.drifted}
	if d := rt.develops; d != nil {
		cfg.Witness, cfg.Wrap = d.rec.exchange, d.faults.wrap
	}
	return call.New(cfg)
}

// refresh renews by the revision that is served now.
func (rt *runtime) refresh(ctx context.Context, a session.AuthData) (session.Answer, error) {
	renew := rt.calls.Load().Refresher()
	if renew == nil {
		return session.Answer{Class: session.Misconfig, Reason: "this revision declares no refresh"}, nil
	}
	return renew(ctx, a)
}

// revoke tells the backend about a log-out by the revision that is served now.
func (rt *runtime) revoke(ctx context.Context, a session.AuthData) error {
	if tell := rt.calls.Load().Revoker(); tell != nil {
		return tell(ctx, a)
	}
	return nil
}

// Close ends the app's parts in the reverse order of their making.
func (rt *runtime) Close() error {
	var err error
	for i := len(rt.closers) - 1; i >= 0; i-- {
		err = errors.Join(err, rt.closers[i]())
	}
	rt.closers = nil
	return err
}

func openKeys(con *console, file string) (*session.Keys, error) {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return nil, fmt.Errorf("key file: %w", err)
	}
	keys, created, err := session.LoadKeys(file, true)
	if err != nil {
		return nil, hinted(fmt.Errorf("key file: %w", err), "without its key file no stored session can be read; restore it, or move it away and everybody logs in anew")
	}
	if created {
		con.Log.Warn("made a new key file: it seals all sessions, keep a copy apart from the data", "file", file)
	}
	return keys, nil
}

// rowCounter counts the rows of an app where the store can do that quickly; nil where not.
func rowCounter(store session.Store, app string) func(context.Context) (int, error) {
	c, ok := store.(interface {
		Count(ctx context.Context, app string) (int, error)
	})
	if !ok {
		return nil
	}
	return func(ctx context.Context) (int, error) { return c.Count(ctx, app) }
}

// ready reports whether the session store answers.
func (rt *runtime) ready(ctx context.Context) error {
	_, _, err := rt.store.Read(ctx, "readyz "+rand.Text()) // a key that nobody has asked for: what was read before comes from memory
	return err
}

// driftLog writes, once for each mapping, that a reply lacks what the app reads from it: names alone, never a value.
func driftLog(con *console) func(call.Drift) {
	return func(d call.Drift) {
		con.Log.Warn("a reply does not fit its mapping", "event", "mapping_drift", "at", string(d.At), "field", d.Field, "from", d.From, "kept", d.Kept, "err", d.Msg)
	}
}

// sessionLog writes security events, one line each (promise H4), and counts them. They hold hashes of sessions, never tokens or ids.
func sessionLog(con *console, m *metrics) func(session.Event) {
	return func(e session.Event) {
		m.session(e)
		level := con.Log.Info
		switch e.Kind {
		case session.EventEndpointDown, session.EventMassReject, session.EventRenewFailed, session.EventRevokeFailed, session.EventRevokeGivenUp:
			level = con.Log.Warn
		case session.EventStoreFault, session.EventPanic:
			level = con.Log.Error
		case session.EventEnd:
			if e.Reason == session.Tampered || e.Reason == session.KeyMissing || e.Reason == session.UIDChanged {
				level = con.Log.Warn
			}
		}
		args := []any{"event", string(e.Kind)}
		add := func(k, v string) {
			if v != "" {
				args = append(args, k, v)
			}
		}
		add("id", e.Request)
		add("session", e.Hash)
		add("uid", e.UID)
		add("reason", string(e.Reason))
		if e.Class != 0 {
			add("outcome", e.Class.String())
		}
		add("detail", e.Detail)
		if e.Err != nil {
			args = append(args, "error", e.Err.Error())
		}
		level("session", args...)
	}
}

// callLog writes one debug line a call: which, how it ended, how long it took. watch, when not nil, is told as well.
func callLog(con *console, m *metrics, watch func(call.Event)) func(call.Event) {
	told := onceEach{}
	return func(e call.Event) {
		m.call(e)
		if watch != nil {
			watch(e)
		}
		for _, miss := range e.Mismatches {
			if field := itemIndex.ReplaceAllString(miss.Path, "[]"); told.first(e.Call + " " + field + " " + miss.Got) {
				con.Log.Warn("a reply does not fit its type", "event", "reply_mismatch", "call", e.Call, "field", field, "want", miss.Want, "got", miss.Got)
			}
		}
		con.Log.Debug("call", "call", e.Call, "status", e.Status, "took", e.Took, "refreshed", e.Refreshed, "replayed", e.Replayed)
	}
}

var itemIndex = regexp.MustCompile(`\[\d+\]`)

// onceEach remembers what was told, up to a bound: after that nothing is told any more.
type onceEach struct {
	mu   sync.Mutex
	told map[string]bool
}

const maxTold = 1000

// first reports whether key comes for the first time.
func (o *onceEach) first(key string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.told == nil {
		o.told = map[string]bool{}
	}
	if o.told[key] || len(o.told) >= maxTold {
		return false
	}
	o.told[key] = true
	return true
}

// address is where people reach an app.
type address struct {
	public       *url.URL
	hosts        []string // names (with port unless it is the scheme's own) that requests may bear
	trustedProxy bool
	insecure     bool
}

// loadProject reads and checks the folder; with any error the problems are printed and nothing is served.
func loadProject(con *console, tree *project.Tree) (*project.Project, error) {
	p, problems := tree.Project()
	if problems.Errors() {
		printProblems(&console{Out: con.Err}, problems)
		return nil, hinted(errors.New("the app has errors"), "mend them first; usher check DIR prints them too")
	}
	for _, w := range problems {
		con.Log.Warn(w.String())
	}
	return p, nil
}

// dataDir is where usher keeps what is not part of any project: databases and keys.
func dataDir(con *console) (string, error) {
	if d, ok := con.Env("USHER_DATA"); ok && d != "" {
		return d, nil
	}
	if d, ok := con.Env("XDG_DATA_HOME"); ok && d != "" {
		return filepath.Join(d, "usher"), nil
	}
	home, ok := con.Env("HOME")
	if goruntime.GOOS == "windows" {
		home, ok = con.Env("USERPROFILE")
	}
	if !ok || home == "" {
		return "", hinted(errors.New("no place for data: there is no home folder"), "name one: --data DIR")
	}
	return filepath.Join(home, ".local", "share", "usher"), nil
}
