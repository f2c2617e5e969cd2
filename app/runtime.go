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
	plans   map[string]*render.Plan // by page name, in the app's own language
	spoken  sync.Map                // *render.Plan in the other languages, by language and page name
	assets  *assets
	chrome  render.Chrome
	csp     string
	own     *value.Locale // the app's own language
	ours    func(origin string) bool
}

func (a *App) newRuntime(p *project.Project, calls *call.Client) (*runtime, error) {
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
	rt := &runtime{
		project: p, calls: calls, flows: flows, routes: newRoutes(p.Pages), plans: map[string]*render.Plan{},
		assets: as, chrome: as.chrome(), csp: policy(calls.Origins(), p.App, a.guard.ours, ""), own: p.App.Locale(), ours: a.guard.ours,
	}
	rt.chrome.Bars = render.BarsOf(p.App.Theme)
	if err := as.addWorkers(p.App, rt.chrome); err != nil {
		return nil, err
	}
	for _, page := range p.Pages {
		plan, err := rt.compile(page, nil)
		if err != nil {
			return nil, fmt.Errorf("app: %w", err)
		}
		rt.plans[page.Name] = plan
	}
	return rt, nil
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
