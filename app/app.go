// Package app is the running app as an http.Handler: it checks where a request comes from, finds out who asks, decides who may
// open a page, runs its flows and queries, and answers with a page or a redirect.
//
// It keeps nothing of a page between requests: page state travels sealed in the page itself. It never shows a token, never
// takes a flow, a URL or an expression from the browser, and runs nothing of a page before its gate. It reads no environment.
package app

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"reflect"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

// Limits of a request.
const (
	maxForm   = 1 << 20         // bytes of a posted form
	eventTime = 2 * time.Minute // an event runs to its end when its browser has gone, but no longer
)

// Config is what an App works with.
type Config struct {
	Project      *project.Project // required, without errors
	Sessions     *session.Manager // required
	Calls        *call.Client     // of Project; required
	Keys         *session.Keys    // seal what browsers keep; required
	URL          *url.URL         // the public address, scheme and host; required
	Hosts        []string         // further names (with or without port) under which the app may be asked for
	TrustedProxy bool             // X-Forwarded-Proto and X-Forwarded-For are written by our own proxy
	Insecure     bool             // allow log-ins over plain http to names that are not this machine's (A5)
	Log          *slog.Logger     // nil: nothing is logged
	Observe      func(Served)     // told of each request; nil: nobody. It must be quick and safe for concurrent use
	Assets       fs.FS            // the project's assets/ folder; nil: none
	Temp         string           // folder for files that people send, while their event runs; "": the system's
	Now          func() time.Time // nil: time.Now
	Development  Development      // while somebody builds the app; the zero value everywhere else
}

// App serves one project. It is safe for concurrent use.
type App struct {
	cfg       Config
	id        string
	log       *slog.Logger
	guard     *guard
	cookies   cookies
	seal      sealer
	memory    *memory
	addresses *memory // of files that calls bring
	files     *crowd  // that are on their way
	spent     *once   // events of guests
	told      *once   // ends of sessions
	read      *once   // sessions whose user data has been looked at
	twins     *twins
	guesses   *guesses
	live      *live
	rt        atomic.Pointer[runtime]
	rooms     sync.Pool    // of *[]byte, in which pages are held
	spooled   atomic.Int64 // bytes of files that people send, on disk
}

// New makes an App. It fails when the project cannot be drawn or the public address is none.
func New(cfg Config) (*App, error) {
	switch {
	case cfg.Project == nil || cfg.Sessions == nil || cfg.Calls == nil || cfg.Keys == nil:
		return nil, errors.New("app: Project, Sessions, Calls and Keys are required")
	case cfg.Now == nil:
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	g, err := newGuard(cfg.URL, cfg.Hosts, cfg.TrustedProxy, cfg.Insecure)
	if err != nil {
		return nil, err
	}
	id := cfg.Project.App.ID
	plain := cfg.Insecure && g.scheme == "http" && !loopback(g.homeName)
	a := &App{
		cfg: cfg, id: id, log: cfg.Log, guard: g, cookies: newCookies(id, plain), seal: sealer{cfg.Keys, []byte(id)},
		memory: newMemory(maxResults), addresses: newMemory(maxAddress), files: newCrowd(), spent: newOnce(), told: newOnce(), read: newOnce(), twins: newTwins(), guesses: newGuesses(),
		live: newLive(cfg.Sessions, cfg.Log),
	}
	return a, a.Swap(cfg.Project, cfg.Calls)
}

// Swap serves another revision of the same app from now on. Requests under way finish on the one they began with; pages drawn
// from it are drawn anew when they are used next. With an error the old revision stays.
func (a *App) Swap(p *project.Project, calls *call.Client) error {
	if p == nil || calls == nil {
		return errors.New("app: Swap needs a project and its calls")
	}
	rt, err := a.newRuntime(p, calls, a.rt.Load())
	if err != nil {
		return err
	}
	a.rt.Store(rt)
	return nil
}

// Close ends the streams that tell open pages about their login; they would last for ever. Other requests are still answered. Call it
// before the server waits for requests under way.
func (a *App) Close() error {
	a.live.close()
	return nil
}

// Revision returns the revision that is served.
func (a *App) Revision() string { return a.rt.Load().project.Revision }

// ask is one request.
type ask struct {
	app    *App
	rt     *runtime
	r      *http.Request
	id     string // names the request in the log and on fault pages
	v      visitor
	next   next
	locale *value.Locale // see lang
	mode   string        // see theme
	users  struct {      // see user
		of whose
		is any
	}
	form   url.Values // of a POST
	files  *uploads   // of a POST that had some
	w      http.ResponseWriter
	conn   *http.ResponseController
	was    visitor     // v at first
	flows  []FlowSeen  // that ran, for whoever watches
	drawn  value.Scope // what the page was drawn with, likewise
	caught []error     // faults that error branches of flows have dealt with, for the log
	begun  bool        // a long page leaves while it is drawn: nothing else can be answered
	reopen bool        // a POST whose login ended meanwhile: the page is opened, nothing is run
}

// ServeHTTP answers one request.
func (a *App) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := a.now()
	q := &ask{app: a, rt: a.rt.Load(), id: newRequestID(), w: w, conn: http.NewResponseController(w)}
	defer func() { q.files.close() }()
	q.r = r.WithContext(session.WithRequest(r.Context(), q.id))
	secure(w.Header(), q.rt.csp, a.guard.encrypted(r))
	w.Header().Set("X-Request-Id", q.id)
	out := q.safely()
	if q.begun {
		out.sent, out.cut = true, out.fault != nil
	}
	if out.stream != nil { // how long a stream lasts says nothing of how fast we are
		a.record(q, out, a.now().Sub(began))
		out.write(w, r)
		return
	}
	out.write(w, r)
	a.leave(out)
	a.record(q, out, a.now().Sub(began))
	if out.cut {
		panic(http.ErrAbortHandler) // the connection ends, so that nobody takes a part for the whole
	}
}

var requestIDs = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567")

func newRequestID() string {
	var b [10]byte
	rand.Read(b[:])
	return requestIDs.EncodeToString(b[:])
}

// errPanic stands for a panic where an error is wanted.
var errPanic = errors.New("panic")

// safely answers a request whatever happens: a panic becomes the page of a fault. (H9, F18)
func (q *ask) safely() (out *answer) {
	defer func() {
		if p := recover(); p != nil {
			out = q.failed(fmt.Errorf("%w: %s\n%s", errPanic, thrown(p), debug.Stack()))
		}
	}()
	out, err := q.guarded()
	if err != nil {
		return q.failed(err)
	}
	return out
}

// thrown describes what a panic threw. Only the runtime's own words are told: anything else may hold a value of the app.
func thrown(p any) string {
	if err, ok := p.(interface {
		error
		RuntimeError()
	}); ok {
		return err.Error()
	}
	return reflect.TypeOf(p).String()
}

// guarded is the order of the guards (promises 3.4): Host list, method, proof, then who asks.
func (q *ask) guarded() (*answer, error) {
	g, r := q.app.guard, q.r
	if r.URL.Path == "/healthz" && (g.origin(r) != "" || bare(r.Host)) {
		return plain(http.StatusOK, "ok\n"), nil
	}
	if g.origin(r) == "" {
		if to := g.moved(r); to != "" {
			a := newAnswer(http.StatusTemporaryRedirect)
			a.header.Set("Location", to)
			return a, nil
		}
		return q.refusal(http.StatusMisdirectedRequest, textHost), nil
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodPost {
		a := q.refusal(http.StatusMethodNotAllowed, textMethod)
		a.header.Set("Allow", "GET, HEAD, POST")
		return a, nil
	}
	if r.URL.Path == manifestPath && r.Method != http.MethodPost {
		return q.rt.assets.describe(), nil
	}
	if own := strings.TrimPrefix(r.URL.Path, "/_usher/"); own != r.URL.Path {
		return q.own(own)
	}
	if g.open(r) && !g.insecure {
		return q.refusal(http.StatusForbidden, textOpen), nil
	}
	check := g.navigation
	if r.Method == http.MethodPost {
		check = g.proof
	}
	if err := check(r); err != nil {
		return q.refusal(http.StatusForbidden, textProof), nil
	}
	if part(r) {
		return plain(http.StatusNotFound, q.say(textMissing)), nil
	}
	return q.pages()
}

// part reports whether a browser asks for a piece of a page, such as an icon: nothing of ours lies beside pages, and drawing one
// for it would use up a message meant for people.
func part(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Dest") {
	case "", "document", "empty", "iframe", "frame":
		return r.URL.Path == "/favicon.ico"
	}
	return true
}

// own serves what is not the project's: assets, files, and the state of the login.
func (q *ask) own(path string) (*answer, error) {
	if q.r.Method == http.MethodPost {
		a := q.refusal(http.StatusMethodNotAllowed, textMethod)
		a.header.Set("Allow", "GET, HEAD")
		return a, nil
	}
	if path == backPath {
		return q.comeBack(q.r.Context())
	}
	if sealed, ok := strings.CutPrefix(path, filePath); ok {
		return q.file(q.r.Context(), sealed)
	}
	if file := strings.TrimPrefix(path, workerPath); file != path {
		return q.worker(file), nil
	}
	if path != "session" && path != "live" {
		return q.rt.assets.find(q.r, path), nil
	}
	if q.app.guard.proof(q.r) != nil {
		return q.refusal(http.StatusForbidden, textProof), nil
	}
	if path == "live" {
		return q.stream(q.r.Context())
	}
	return q.state(q.r.Context())
}

// pages serves a page. When the login ends while it is being made, it starts over as what the visitor is then.
func (q *ask) pages() (*answer, error) {
	ctx := q.r.Context()
	if q.r.Method == http.MethodPost {
		if a, err := q.readForm(ctx); a != nil || err != nil {
			return a, err
		}
	}
	for range 2 {
		out, err := q.page(ctx)
		if !errors.Is(err, errEnded) {
			return out, err
		}
		q.reopen = true
	}
	return nil, fmt.Errorf("%w: %w", session.ErrBusy, errEnded)
}

func (q *ask) page(ctx context.Context) (*answer, error) {
	var err error
	if q.v, err = q.app.visit(ctx, q.r); err != nil {
		return nil, err
	}
	q.was = q.v
	if q.comesFromElsewhere() {
		return q.again(), nil
	}
	q.readUser()
	q.next = q.app.readNext(q.r, q.v)
	if q.r.Method == http.MethodPost && !q.reopen {
		return q.post(ctx)
	}
	return q.get(ctx)
}
