package app

import (
	"bytes"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/render"
	"github.com/usherdev/usher/value"
)

// CanvasConfig is what a Canvas works with.
type CanvasConfig struct {
	URL    *url.URL // the canvas's own address: a name of its own, for a port is no boundary; required
	Studio string   // the studio's origin: the one that may frame the canvas and is spoken to; required
	Nonce  string   // of this launch: in each page's URL and each message; required
	Assets fs.FS    // the project's assets/ folder; nil: none
	// Sample gives what a page shows to somebody who is logged in, or not, for instance a masked snapshot of a development session; nil or a nil
	// Scope: made of the types.
	Sample func(p *project.Project, page *project.Page, loggedIn bool) value.Scope
}

// Canvas draws pages in edit mode for the studio's frame (design 8.8, 9.26). It has no session, reads no cookie, runs no flow and
// makes no call; what is wrong in a page is drawn as a labelled box. It is safe for concurrent use.
type Canvas struct {
	cfg   CanvasConfig
	guard *guard
	shown atomic.Pointer[sketch]
	plan  atomic.Pointer[sketch] // what may be shown later
}

// sketch is the project on the canvas.
type sketch struct {
	project *project.Project
	assets  *assets
}

// NewCanvas makes a Canvas that shows nothing yet.
func NewCanvas(cfg CanvasConfig) (*Canvas, error) {
	g, err := newGuard(cfg.URL, nil, false, false)
	if err != nil {
		return nil, err
	}
	studio, err := url.Parse(cfg.Studio)
	if err != nil || studio.Host == "" || cfg.Studio != studio.Scheme+"://"+studio.Host || cfg.Studio == g.home {
		return nil, fmt.Errorf("app: the studio's origin %q must be a scheme and a host, other than the canvas's", cfg.Studio)
	}
	if len(cfg.Nonce) < 16 {
		return nil, errors.New("app: the canvas needs a nonce of at least 16 characters")
	}
	return &Canvas{cfg: cfg, guard: g}, nil
}

// Show puts a project on the canvas; it may have faults. With an error the old one stays.
func (c *Canvas) Show(p *project.Project) error {
	if p == nil {
		return errors.New("app: there is no project to show")
	}
	as, err := newAssets(p, c.cfg.Assets, true)
	if err != nil {
		return err
	}
	if before := c.shown.Load(); before != nil {
		as.had = before.assets.ours
	}
	c.shown.Store(&sketch{project: p, assets: as})
	return nil
}

// Plan draws a page of a project that is not shown, and returns the address; the one before goes.
func (c *Canvas) Plan(p *project.Project, page string) (string, error) {
	if p == nil || p.Page(page) == nil {
		return "", errors.New("app: there is no such page to draw")
	}
	as, err := newAssets(p, c.cfg.Assets, true)
	if err != nil {
		return "", err
	}
	c.plan.Store(&sketch{project: p, assets: as})
	return c.guard.home + "/plan/" + url.PathEscape(page) + "?key=" + url.QueryEscape(c.cfg.Nonce), nil
}

// Origin returns the canvas's origin, to and from which the studio's messages go.
func (c *Canvas) Origin() string { return c.guard.home }

// PageURL returns the address of a page on the canvas. `&mode=light` or `&mode=dark` fixes the look; `&show=PATH` opens the tabs that the widget
// at that path stands in; `&as=in` or `&as=out` shows it to somebody who is logged in, or not, instead of to those it is for.
func (c *Canvas) PageURL(page string) string {
	return c.guard.home + "/page/" + url.PathEscape(page) + "?key=" + url.QueryEscape(c.cfg.Nonce)
}

// ComponentURL is PageURL of a component that is drawn by itself.
func (c *Canvas) ComponentURL(name string) string {
	return c.guard.home + "/component/" + url.PathEscape(name) + "?key=" + url.QueryEscape(c.cfg.Nonce)
}

// BarsURL is PageURL of what is drawn on every page, by itself.
func (c *Canvas) BarsURL() string {
	return c.guard.home + "/bars?key=" + url.QueryEscape(c.cfg.Nonce)
}

// ServeHTTP draws a page or serves a file that it needs.
func (c *Canvas) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var shown project.App
	if sk := c.shown.Load(); sk != nil {
		shown.Media = sk.project.App.Media // a frame is drawn as its place
	}
	secure(w.Header(), policy(nil, shown, nil, c.cfg.Studio), c.guard.encrypted(r))
	w.Header().Del("Cross-Origin-Opener-Policy") // it stands in a frame of the studio
	out := c.answer(r)
	out.write(w, r)
}

func (c *Canvas) answer(r *http.Request) *answer {
	sk := c.shown.Load()
	switch {
	case c.guard.origin(r) == "":
		return plain(http.StatusMisdirectedRequest, english(textHost))
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		return plain(http.StatusMethodNotAllowed, english(textMethod))
	case sk == nil:
		return plain(http.StatusServiceUnavailable, "There is no project on the canvas yet.")
	}
	if own, ok := strings.CutPrefix(r.URL.Path, "/_usher/"); ok {
		if plan := c.plan.Load(); plan != nil {
			if out := plan.assets.find(r, own); out.status == http.StatusOK {
				return out
			}
		}
		return sk.assets.find(r, own)
	}
	if key := r.URL.Query().Get("key"); subtle.ConstantTimeCompare([]byte(key), []byte(c.cfg.Nonce)) != 1 {
		return plain(http.StatusForbidden, "This page is for the studio alone.")
	}
	if name, ok := strings.CutPrefix(r.URL.Path, "/plan/"); ok {
		if sk = c.plan.Load(); sk == nil || sk.project.Page(name) == nil {
			return plain(http.StatusNotFound, english(textMissing))
		}
		return c.draw(sk, sk.project.Page(name), nil, r.URL.Query())
	}
	page, part := sk.find(r.URL.Path)
	if page == nil {
		return plain(http.StatusNotFound, english(textMissing))
	}
	return c.draw(sk, page, part, r.URL.Query())
}

// find is what an address of the canvas names: a page, or a component as if it were one.
func (sk *sketch) find(path string) (*project.Page, *project.Component) {
	var part *project.Component
	if name, ok := strings.CutPrefix(path, "/page/"); ok {
		return sk.project.Page(name), nil
	} else if name, ok := strings.CutPrefix(path, "/component/"); ok {
		part = sk.project.Component(name)
	} else if path == "/bars" {
		part = sk.project.Bars
	}
	if part == nil {
		return nil, nil
	}
	return part.Sheet, part
}

// draw draws a page; part is the component that it stands for, nil for none.
func (c *Canvas) draw(sk *sketch, page *project.Page, part *project.Component, asked url.Values) *answer {
	mode, show := asked.Get("mode"), project.Path(asked.Get("show"))
	p := *sk.project
	if mode == "light" || mode == "dark" {
		p.App.Theme.Mode = mode
	}
	chrome := sk.assets.chrome()
	config, err := json.Marshal(map[string]string{"origin": c.cfg.Studio, "nonce": c.cfg.Nonce, "revision": p.Revision})
	if err != nil {
		return c.broken(&p, chrome, err)
	}
	chrome.Meta = append(chrome.Meta, render.Meta{Name: "usher-canvas", Content: string(config)})
	plan, err := render.Compile(&p, page, render.Options{Edit: true, Assets: sk.assets.fileURL, Measure: sk.assets.measure, Chrome: chrome})
	if err != nil {
		return c.broken(&p, chrome, err)
	}
	in := page.Access != project.AccessLoggedOut
	if as := asked.Get("as"); as == "in" || as == "out" {
		in = as == "in"
	}
	var scope value.Scope
	if c.cfg.Sample != nil {
		scope = c.cfg.Sample(sk.project, page, in)
	}
	if scope == nil {
		scope = Sample(sk.project, page, in)
	}
	if part != nil {
		scope = sampleUse(scope, part)
	}
	var b bytes.Buffer
	frame := render.Frame{Href: func(*project.Page, map[string]any) (string, error) { return "#", nil }, Tabs: map[string]int{}}
	openTabs(page.Body, show, frame.Tabs)
	if err := plan.Render(&b, render.View{Scope: scope, Frame: frame}); err != nil {
		return c.broken(&p, chrome, err)
	}
	a := newAnswer(http.StatusOK)
	a.html(b.Bytes())
	return a
}

// openTabs notes which tab of each tab bar must be shown for the widget at a path to be drawn.
func openTabs(all []*project.Widget, at project.Path, tabs map[string]int) {
	for _, w := range all {
		if at != w.At && !strings.HasPrefix(string(at), string(w.At)+"/") {
			continue
		}
		if w.Kind == "tabBar" {
			for n, tab := range w.Slots["tabs"] {
				if at == tab.At || strings.HasPrefix(string(at), string(tab.At)+"/") {
					tabs[w.Key] = n
				}
			}
		}
		for _, slot := range w.Slots {
			openTabs(slot, at, tabs)
		}
	}
}

// broken is a page that cannot be drawn at all. The builder is at the other end, so the cause is shown.
func (c *Canvas) broken(p *project.Project, chrome render.Chrome, cause error) *answer {
	a := newAnswer(http.StatusOK)
	var b bytes.Buffer
	in := render.DocumentInput{App: p.App, Chrome: chrome, Heading: "This page cannot be drawn yet", Text: cause.Error()}
	if err := render.Document(&b, in); err != nil {
		return plain(http.StatusInternalServerError, english(textFault))
	}
	a.html(b.Bytes())
	return a
}
