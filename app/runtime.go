package app

import (
	"fmt"
	"sync"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/flow"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/render"
	"github.com/usherdev/usher/value"
)

// runtime is one revision of the app, ready to serve. It is immutable: Swap puts another in its place, and requests under way
// finish on the one they began with.
type runtime struct {
	project *project.Project
	calls   *call.Client
	flows   *flow.Runner
	routes  routes
	plans   map[string]func() (*render.Plan, error) // by page name, in the app's own language; made once
	spoken  sync.Map                                // *render.Plan in the other languages, by language and page name
	assets  *assets
	chrome  render.Chrome
	csp     string
	own     *value.Locale // the app's own language
	ours    func(origin string) bool
	people  people
	paths   bool // widgets say where they are written
}

// newRuntime makes the runtime that takes the place of before, nil for the first.
func (a *App) newRuntime(p *project.Project, calls *call.Client, before *runtime) (*runtime, error) {
	if p.App.ID != a.id {
		return nil, fmt.Errorf("app: the project's id is %q, this app is %q", p.App.ID, a.id)
	}
	flows, err := flow.New(flow.Config{Project: p, Calls: calls, Sessions: a.cfg.Sessions, Mapper: calls.Mapper(), Now: a.cfg.Now})
	if err != nil {
		return nil, fmt.Errorf("app: %w", err)
	}
	as, err := newAssets(p, a.cfg.Assets, false)
	if err != nil {
		return nil, err
	}
	if before != nil {
		as.had = before.assets.ours
	}
	if a.cfg.Development.Inspect {
		if err := as.develop(); err != nil {
			return nil, err
		}
	}
	rt := &runtime{
		project: p, calls: calls, flows: flows, routes: newRoutes(p.Pages), plans: map[string]func() (*render.Plan, error){},
		assets: as, chrome: as.chrome(), csp: policy(calls.Origins(), p.App, a.guard.ours, ""), own: p.App.Locale(), ours: a.guard.ours, paths: a.cfg.Development.Inspect,
	}
	rt.chrome.Bars = render.BarsOf(p.App.Theme)
	if err := as.addWorkers(p.App, rt.chrome); err != nil {
		return nil, err
	}
	for _, page := range p.Pages {
		plan := sync.OnceValues(func() (*render.Plan, error) { return rt.compile(page, nil) })
		rt.plans[page.Name] = plan
		if before.couldDraw(p, page) {
			continue // its plan is made when it is first asked for
		}
		if _, err := plan(); err != nil {
			return nil, fmt.Errorf("app: %w", err)
		}
	}
	return rt, nil
}

// couldDraw reports whether rt has the same page in the same surroundings: what keeps a page from being drawn stands in its own file or in
// one that is of no page, so such a page can be drawn again. Its plan may be another, as it links to other pages.
func (rt *runtime) couldDraw(p *project.Project, page *project.Page) bool {
	if rt == nil || page.Revision == "" || p.Beside != rt.project.Beside {
		return false
	}
	had := rt.project.Page(page.Name)
	return had != nil && had.Revision == page.Revision
}

// start is the page where somebody begins: the first Logged In Page whose rule holds, or the Entry Page. nil when the app has
// no such page. (F064, F072)
func (rt *runtime) start(in bool, s value.Scope) (*project.Page, error) {
	auth := rt.project.App.Auth
	if !auth.Enabled || !in {
		return auth.EntryPage, nil
	}
	for _, l := range auth.Landing {
		if l.When == nil {
			return l.Page, nil
		}
		v, err := l.When.Eval(s)
		if err != nil {
			return nil, fmt.Errorf("loggedInPage: %w", err)
		}
		if value.Truth(v) {
			return l.Page, nil
		}
	}
	return nil, nil
}
