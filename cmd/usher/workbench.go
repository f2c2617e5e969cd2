package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/usherdev/usher/app"
	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/internal/folder"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/studio"
)

// benchConfig says what a workbench is for.
type benchConfig struct {
	dir         string            // the project's
	data        string            // folder of sessions, keys and secrets
	listen      string            // loopback
	env         map[string]string // values of env.* that win over all others
	envFile     string            // as the flag --env-file
	environment string            // as the flag --env
	trusted     *trusted          // which folders may run; nil: this one may
	noStudio    bool
}

// workbench is what demo and dev share: a project's folder, the studio and the canvas over it, and the app that runs as soon as its files are
// right, each under a name of its own: a port is no boundary for cookies. It is safe for concurrent use.
type workbench struct {
	con         *console
	cfg         benchConfig
	folder      *folder.Folder
	where       address
	site        *site
	canvas      *app.Canvas
	studio      *studio.Studio // nil: left out
	secrets     *keeper
	development *development // nil: no studio follows the app
	ground      *runtime     // keys and store, which outlast every revision
	sample      samples
	open        func(*project.Project, map[string]string, map[string]call.Secret) (*runtime, error)

	playing sync.Mutex              // one revision at a time
	chosen  atomic.Pointer[string]  // the environment that the studio chose; nil: as the flag says
	rt      atomic.Pointer[runtime] // the app; nil: none has run yet
	idle    atomic.Pointer[idle]    // why not
	ending  sync.WaitGroup          // of runtimes that another has followed
}

// openWorkbench opens the folder and listens. Close it after it was served, and after an error there is nothing to close.
func openWorkbench(ctx context.Context, con *console, cfg benchConfig) (*workbench, error) {
	b := &workbench{con: con, cfg: cfg, secrets: newKeeper(con, cfg.data, cfg.envFile), sample: samples{con: con, data: cfg.data}}
	if err := b.begin(ctx); err != nil {
		return nil, errors.Join(err, b.close())
	}
	return b, nil
}

func (b *workbench) begin(ctx context.Context) (err error) {
	if b.folder, err = folder.Open(b.cfg.dir); err != nil {
		return fmt.Errorf("opening %s: %w", b.cfg.dir, err)
	}
	tree, err := b.folder.Tree()
	if err != nil {
		return fmt.Errorf("reading %s: %w", b.cfg.dir, err)
	}
	if b.where, err = (serveCmd{Listen: b.cfg.listen}).address(b.name(tree)); err != nil {
		return err
	}
	if err := b.stand(ctx); err != nil {
		return err
	}
	if err := b.sample.resume(ctx); err != nil {
		b.con.Log.Warn("the sample backend does not run", "error", err)
	}
	handler := http.Handler(http.HandlerFunc(b.serveApp))
	if b.cfg.noStudio {
		err = b.alone(tree)
	} else {
		handler, err = b.withStudio(ctx, tree, handler)
	}
	if err != nil {
		return err
	}
	if b.site, err = listen(ctx, "the app", b.cfg.listen, toOwnName(b.where.public, handler)); err != nil {
		return err
	}
	b.site.stop = b.stop
	return nil
}

// name is what the app is reached under: its id, or one of the folder's name while it has none.
func (b *workbench) name(tree *project.Tree) string {
	if prj, _ := tree.Project(); prj != nil && prj.App.Name != "" {
		return prj.App.ID
	}
	return project.Slug(filepath.Base(b.folder.Dir()))
}

// alone plays an app without a studio to mend it in.
func (b *workbench) alone(tree *project.Tree) error {
	prj, err := loadProject(b.con, tree)
	if err != nil {
		return err
	}
	return b.play(prj, nil)
}

// stand opens keys and store, and says how an app is opened on them.
func (b *workbench) stand(ctx context.Context) (err error) {
	cfg := runtimeConfig{
		assets: b.folder.FS(), address: b.where, data: b.cfg.data,
		store: "sqlite:" + filepath.Join(b.cfg.data, "sessions.db"), keyFile: filepath.Join(b.cfg.data, "usher.key"),
	}
	if b.ground, err = openGround(ctx, b.con, cfg); err != nil {
		return err
	}
	cfg.ground = b.ground
	if !b.cfg.noStudio {
		b.development = newDevelopment(b.cfg.data)
		cfg.development = b.development
	}
	b.open = func(prj *project.Project, env map[string]string, secrets map[string]call.Secret) (*runtime, error) {
		cfg := cfg
		cfg.project, cfg.env, cfg.secrets = prj, env, secrets
		return openRuntime(ctx, b.con, cfg)
	}
	return nil
}

// withStudio puts the studio and its canvas before the app.
func (b *workbench) withStudio(ctx context.Context, tree *project.Tree, next http.Handler) (_ http.Handler, err error) {
	id := b.name(tree)
	at, canvasAt := sibling(b.where.public, "studio-"+id), sibling(b.where.public, "preview-"+id)
	dbg := &debugger{development: b.development, app: b.rt.Load, origin: b.where.public.String()}
	if b.canvas, err = app.NewCanvas(app.CanvasConfig{URL: canvasAt, Studio: at.String(), Nonce: rand.Text(), Assets: b.folder.FS(), Sample: dbg.sampleFor}); err != nil {
		return nil, fmt.Errorf("studio: %w", err)
	}
	pv := &preview{b}
	if err := pv.Show(tree); err != nil {
		b.con.Log.Warn("the app does not run yet", "error", err)
	}
	cfg := studio.Config{
		Files: &files{folder: b.folder, log: b.con, last: tree}, Preview: pv, History: gitHistory{b.folder.Dir()}, Trial: trials{b.given, dbg}, Sample: app.SampleOf, Debug: dbg, URL: at, AppURL: b.where.public.String() + "/",
		Title: titled(filepath.Base(b.folder.Dir())), Log: b.con.Log.With("part", "studio"),
	}
	cfg.Assets, cfg.Logins, cfg.Values = shelf{b.folder}, b, b
	cfg.Templates = pageMaker{b.folder}
	if b.cfg.trusted != nil {
		cfg.Trust, cfg.Starter = b, &starter{bench: b, name: cfg.Title}
	}
	if b.studio, err = studio.New(cfg); err != nil {
		return nil, err
	}
	err = b.folder.Watch(ctx, func(t *project.Tree, err error) {
		if err != nil {
			b.con.Log.Warn("the app's files cannot be read; the last good state stays up", "error", err)
			return
		}
		b.studio.Changed(t)
	})
	next = &door{dev: b.development, app: b.rt.Load, host: b.where.public.Host, next: next}
	return byHost(map[string]http.Handler{at.Host: b.studio, canvasAt.Host: b.canvas}, next), err
}

// play has the app go on with a revision. One that has errors, or that cannot be opened, leaves the app as it is; before there is one, those who
// ask for it read why.
func (b *workbench) play(prj *project.Project, problems project.Problems) error {
	b.playing.Lock()
	defer b.playing.Unlock()
	if ok, err := b.mayRun(); err != nil || !ok {
		b.idle.Store(&idle{Untrusted: true})
		return err
	}
	if prj != nil {
		b.buryDead(prj)
	}
	if prj == nil || problems.Errors() {
		b.idle.Store(&idle{Problems: problems})
		return nil
	}
	if err := b.run(prj); err != nil {
		b.idle.Store(idleFor(err))
		return err
	}
	return nil
}

// run swaps the app to a revision, or opens it anew when its sessions would be others.
func (b *workbench) run(prj *project.Project) error {
	env, secrets, err := b.given(prj, "")
	if err != nil {
		return err
	}
	old := b.rt.Load()
	if old != nil {
		if err := old.swap(prj, env, secrets); !errors.Is(err, errOtherSessions) {
			b.revised(prj, err)
			return err
		}
	}
	rt, err := b.open(prj, env, secrets)
	if err != nil {
		return err
	}
	b.rt.Store(rt)
	b.revised(prj, nil)
	if old != nil {
		b.ending.Go(func() { // renewals under way end first
			if err := errors.Join(old.app.Close(), old.Close()); err != nil {
				b.con.Log.Error("closing", "error", err)
			}
		})
	}
	return nil
}

// given is what an app has from outside: the values of env.* in an environment, "" the one that the app runs in, and its secrets.
func (b *workbench) given(prj *project.Project, environment string) (map[string]string, map[string]call.Secret, error) {
	name := environment
	if name == "" {
		name = b.environment(prj)
	}
	env, err := appEnv(b.con, prj.App, b.cfg.envFile, name)
	if err != nil {
		return nil, nil, err
	}
	maps.Copy(env, b.cfg.env)
	if chosen, ok := prj.App.Environment(environment); ok {
		maps.Copy(env, chosen.Values) // one that was asked for by its name is meant
	}
	secrets, err := b.secrets.of(prj)
	return env, secrets, err
}

// revised tells the open pages that the app goes on with another revision, unless it does not.
func (b *workbench) revised(prj *project.Project, fault error) {
	if b.development != nil && fault == nil {
		b.development.pages.revised(prj.Revision)
	}
}

// mayRun reports whether the builder trusts the folder.
func (b *workbench) mayRun() (bool, error) {
	if b.cfg.trusted == nil {
		return true, nil
	}
	return b.cfg.trusted.has(b.folder.Dir())
}

// Trusted implements studio.Trust.
func (b *workbench) Trusted() bool {
	ok, err := b.mayRun()
	if err != nil {
		b.con.Log.Warn("whether the folder is trusted cannot be read", "error", err)
	}
	return ok
}

// Trust implements studio.Trust: it remembers the folder and lets the app run.
func (b *workbench) Trust(context.Context) error {
	if err := b.cfg.trusted.add(b.folder.Dir()); err != nil {
		return err
	}
	tree, err := b.folder.Tree()
	if err != nil {
		return err
	}
	if err := b.play(tree.Project()); err != nil {
		b.con.Log.Warn("the app does not run yet", "error", err)
	}
	return nil
}

// Distrust implements studio.Trust: what is written into the folder next does not run before it is trusted again.
func (b *workbench) Distrust(context.Context) error {
	return b.cfg.trusted.remove(b.folder.Dir())
}

// serveApp answers with the app, or says why there is none.
func (b *workbench) serveApp(w http.ResponseWriter, r *http.Request) {
	if rt := b.rt.Load(); rt != nil {
		rt.app.ServeHTTP(w, r)
		return
	}
	b.idle.Load().serve(w, r, b.where.public.Host)
}

// knows saves a test user for the studio.
func (b *workbench) knows(name, password string) error {
	rt := b.rt.Load()
	if b.development == nil || rt == nil {
		return nil
	}
	return b.development.users.save(name, password, rt.calls.Load().Origins())
}

// launch is the link that opens the studio, "" without one.
func (b *workbench) launch() string {
	if b.studio == nil {
		return ""
	}
	return b.studio.LaunchURL()
}

// stop ends the streams that would last.
func (b *workbench) stop() error {
	var err error
	if b.development != nil {
		b.development.pages.close()
	}
	if rt := b.rt.Load(); rt != nil {
		err = rt.app.Close()
	}
	if b.studio != nil {
		err = errors.Join(err, b.studio.Close())
	}
	return err
}

// close ends everything in the reverse order of its beginning: the watcher, which would still swap the app, comes before the app.
func (b *workbench) close() error {
	var err error
	if b.folder != nil {
		err = b.folder.Close()
	}
	if rt := b.rt.Load(); rt != nil {
		err = errors.Join(err, rt.Close())
	}
	b.ending.Wait()
	err = errors.Join(err, b.sample.close())
	if b.ground != nil {
		err = errors.Join(err, b.ground.Close())
	}
	return err
}

// byHost chooses the handler by the name in Host; unknown names are the fallback's to refuse.
func byHost(names map[string]http.Handler, fallback http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if h, ok := names[r.Host]; ok {
			h.ServeHTTP(w, r)
			return
		}
		fallback.ServeHTTP(w, r)
	})
}

// sibling is another *.localhost name on the app's port.
func sibling(public *url.URL, name string) *url.URL {
	u := *public
	u.Host = name + ".localhost"
	if port := public.Port(); port != "" {
		u.Host = net.JoinHostPort(u.Host, port)
	}
	return &u
}
