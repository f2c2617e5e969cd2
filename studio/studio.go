// Package studio edits a project in the browser: its pages, properties, bindings and settings. The files are the only truth: each
// edit is spliced into them, saved, checked and shown, and can be undone; changes made elsewhere join at Changed.
//
// It serves one person, the builder, who proves to be the one that started it by a link that works once. It never runs the app,
// never holds a session of the app and never calls a backend: the canvas is another origin that the Preview serves.
package studio

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// Files is the project on disk.
type Files interface {
	Tree() *project.Tree                                      // as it is now; nil while it cannot be read
	Save(ctx context.Context, base, next *project.Tree) error // all or nothing; refused when the disk is not as base
	Contents() (map[string][]byte, error)                     // what an archive of it holds, assets and journeys included
	Fill(ctx context.Context, files map[string][]byte) error  // the same the other way round, all or nothing; fs.ErrExist unless it is empty
}

// Preview shows the project: the canvas, and the app that Run opens.
type Preview interface {
	Page(page string) string // address of a page's canvas; its query holds the nonce of edit.js as “key”
	Component(string) string // the same of a component by its name
	Bars() string            // the same of what is drawn on every page
	// Plan draws a page of a tree that is not written yet, beside what is shown, until the next one.
	Plan(tree *project.Tree, page string) (string, error)
	Origin() string           // scheme://host:port of the canvas, never the studio's own
	Show(*project.Tree) error // swaps both to this revision; an error keeps what was shown
}

// History is what version control knows of the project. It only reads, and runs nothing that the project names.
type History interface {
	Commits(context.Context) ([]Commit, error) // the newest first; none where there is no version control
}

// Sample makes up values for the names of env, as the canvas shows them on a page; page is nil outside pages. Nothing in it is true.
type Sample func(p *project.Project, page *project.Page, env *value.Env) value.Scope

// Trust says whether anything of the project may run: a folder of unknown origin is looked at, and nothing more (promise E6).
type Trust interface {
	Trusted() bool
	Trust(context.Context) error    // from now on; remembered outside of the project
	Distrust(context.Context) error // likewise, until it is trusted again
}

// Config is what New needs.
type Config struct {
	Files     Files
	Preview   Preview
	History   History          // nil: none
	Trial     Trial            // sends calls for real; nil: none is sent
	Sample    Sample           // nil: what expressions give is not shown
	Trust     Trust            // nil: the project is trusted
	Debug     Debugger         // nil: nobody follows the app
	Assets    Assets           // nil: none are shown
	Logins    Logins           // nil: none can be tested
	Values    Values           // nil: none are given
	Starter   Starter          // nil: no app is begun here
	Templates Templates        // nil: pages begin empty
	URL       *url.URL         // the studio's own address, such as http://studio.localhost:7070; no other Host is answered
	AppURL    string           // what Run opens; "" leaves the button out
	Title     string           // shown while the project has no name; may be ""
	Log       *slog.Logger     // nil: slog.Default; gets no link and no cookie
	Now       func() time.Time // nil: time.Now
	Rand      io.Reader        // nil: crypto/rand
}

// Studio is the studio's http.Handler. It is safe for concurrent use. Close it before the server is shut down: open event streams end then.
type Studio struct {
	files     Files
	preview   Preview
	commits   History
	sample    Sample
	schemas   func() map[string][]byte
	trust     Trust
	starter   Starter
	templates Templates
	guard     guard
	keys      *keys
	assets    *assets
	mux       *http.ServeMux
	appURL    string
	title     string
	log       *slog.Logger
	now       func() time.Time
	events    *events
	trial     Trial
	debugger  Debugger
	tried     tried
	planned   planned
	faultID   func() string
	link      string

	media  Assets
	logins Logins
	values Values

	edits  sync.Mutex    // one edit at a time
	undone history       // guarded by edits
	began  *project.Tree // what this sitting began with

	state sync.RWMutex
	seen  *snapshot // guarded by state
}

// New makes a studio over a project. An error names the field of cfg that is wrong.
func New(cfg Config) (*Studio, error) {
	switch {
	case cfg.Files == nil:
		return nil, errors.New("studio: Files is missing")
	case cfg.Preview == nil:
		return nil, errors.New("studio: Preview is missing")
	case cfg.URL == nil || cfg.URL.Host == "":
		return nil, errors.New("studio: URL must be the studio's own address")
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Rand == nil {
		cfg.Rand = rand.Reader
	}
	g, err := newGuard(cfg.URL, cfg.Preview.Origin())
	if err != nil {
		return nil, err
	}
	as, err := newAssets()
	if err != nil {
		return nil, fmt.Errorf("studio: %w", err)
	}
	s := &Studio{
		files: cfg.Files, preview: cfg.Preview, commits: cfg.History, sample: cfg.Sample, schemas: sync.OnceValue(project.Schemas), trust: cfg.Trust, starter: cfg.Starter, templates: cfg.Templates, guard: g, keys: newKeys(cfg.Rand, g.secure), assets: as, appURL: cfg.AppURL, title: cfg.Title,
		log: cfg.Log, now: cfg.Now, events: newEvents(), trial: cfg.Trial, debugger: cfg.Debug, faultID: func() string { return rand.Text()[:8] },
	}
	s.media, s.logins, s.values = cfg.Assets, cfg.Logins, cfg.Values
	token, err := s.keys.mint()
	if err != nil {
		return nil, fmt.Errorf("studio: launch link: %w", err)
	}
	s.link = g.origin + "/launch?" + token
	s.mux = s.routes()
	tree := cfg.Files.Tree()
	if tree == nil {
		return nil, errors.New("studio: the project cannot be read")
	}
	s.seen, s.began = look(tree), tree
	if cfg.Debug != nil {
		cfg.Debug.Follow(func() { s.events.tell("debug", "") }, func(path string) { s.events.tell("pointed", path) })
	}
	return s, nil
}

// ServeHTTP answers requests for the studio's own host.
func (s *Studio) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	secure(w.Header())
	if !s.guard.host(r) {
		refuse(w, r, fault{http.StatusMisdirectedRequest, "host", "This server has no studio at this address."})
		return
	}
	s.mux.ServeHTTP(w, r)
}

// LaunchURL returns the link that opens the studio. It works once; print it where its builder alone reads, and never log it.
func (s *Studio) LaunchURL() string { return s.link }

// Changed takes up a change of the files that was made elsewhere and tells open browsers. The disk is read again, for the tree given may be
// older than an edit of ours; a nil tree is fine.
func (s *Studio) Changed(*project.Tree) {
	s.edits.Lock()
	defer s.edits.Unlock()
	if tree := s.files.Tree(); tree != nil {
		s.adopt(tree)
	}
}

// Close ends the open event streams; later ones end at once.
func (s *Studio) Close() error {
	s.events.close()
	return nil
}

// snapshot is one revision, checked. Immutable.
type snapshot struct {
	tree     *project.Tree
	revision string
	project  *project.Project // nil: a file cannot be read
	problems project.Problems
	preview  string // why the preview does not show this revision, "" when it does
}

func look(t *project.Tree) *snapshot {
	p, problems := t.Project()
	return &snapshot{tree: t, revision: t.Revision(), project: p, problems: problems}
}

// snapshot returns the revision seen last.
func (s *Studio) snapshot() *snapshot {
	s.state.RLock()
	defer s.state.RUnlock()
	return s.seen
}

// adopt makes tree the current revision: checks it, shows it and tells the browsers. It does nothing when it is current already. The caller
// holds edits.
func (s *Studio) adopt(tree *project.Tree) *snapshot {
	if seen := s.snapshot(); seen.revision == tree.Revision() {
		return seen
	}
	next := look(tree)
	if err := s.preview.Show(tree); err != nil {
		next.preview = "The preview still shows an earlier revision."
		s.log.Warn("the preview keeps what it shows", "revision", next.revision, "error", err)
	}
	s.state.Lock()
	s.seen = next
	s.state.Unlock()
	s.events.tell("revision", next.revision)
	return next
}

// pageNamed returns a page of the project, nil when there is none or a file cannot be read.
func (v *snapshot) pageNamed(name string) *project.Page {
	if v.project == nil {
		return nil
	}
	return v.project.Page(name)
}

// pageNames returns the names of the page files, sorted, whether or not they can be read.
func (v *snapshot) pageNames() []string {
	var names []string
	for _, file := range v.tree.Files() {
		if rest, ok := strings.CutPrefix(file, "pages/"); ok && strings.HasSuffix(rest, ".yaml") {
			names = append(names, strings.TrimSuffix(rest, ".yaml"))
		}
	}
	return names
}
