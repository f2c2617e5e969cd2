// Package journey reads and runs journeys: plain-word scripts of what a person does in an app and then sees (F224).
//
// A journey drives an http.Handler as a browser without script does: it keeps cookies, fills in and sends HTML forms, presses buttons by
// their names and reads the page that comes back. What no browser can do (expire a token, restart the app, take the backend down) it asks
// of a Control. It knows nothing of projects, sessions or calls, opens no connection, and never shows a password or a token.
package journey

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// Journey is one script: a file, or the part of one below a line “journey: name”.
type Journey struct {
	File  string
	Line  int    // of its first line
	Name  string // the file's name without ending when it has none of its own
	Steps []Step

	StandIn bool // only a stand-in has what it needs, such as an account in an odd state
}

// Step is one line of a journey.
type Step struct {
	Line int
	Text string // as it is written, without comment
	do   action
	args []arg
}

// Problem is a line that is no step. Line and Col count from 1.
type Problem struct {
	File      string
	Line, Col int
	Msg, Hint string
}

// String prints file:line:column: sentence (hint).
func (p Problem) String() string {
	s := p.File + ":" + strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Col) + ": " + p.Msg
	if p.Hint != "" {
		s += " (" + p.Hint + ")"
	}
	return s
}

// Page is a page of the app: its name and its path, with {name} for a parameter.
type Page struct{ Name, Path string }

// Call is one request of the app to its backend.
type Call struct {
	Name      string // group.call
	Status    int    // 0: no reply
	Refreshed bool   // the login was renewed because of it
	Replayed  bool   // it is the second sending
	Err       string // without values
}

// Seen is what happened behind the app since the journey began.
type Seen struct {
	Calls  []Call
	Faults []string // what must fail any journey, such as a request that a stand-in backend does not know
}

// Act is something done to the login of a browser.
type Act int

// What can be done to a login.
const (
	ExpireToken   Act = iota // the backend takes the authentication token no more
	ExpireSoon               // the app believes that the token is about to expire
	RevokeRefresh            // the backend refuses the next renewal
)

// Control does what no browser can. Its methods are called one at a time.
type Control interface {
	// Restart stops the app and starts it again over the same store.
	Restart(ctx context.Context) error
	// Login acts on the login that a browser with these cookies has.
	Login(ctx context.Context, act Act, cookies []*http.Cookie) error
	// Backend takes the backend's connection away, or gives it back.
	Backend(up bool) error
	// Seen returns what happened so far.
	Seen() Seen
}

// Config is what a run needs.
type Config struct {
	Handler http.Handler                      // required: the app
	URL     *url.URL                          // required: its public address
	Control Control                           // required
	Pages   []Page                            // names for open and expect page
	Lookup  func(string) (string, bool)       // values of $NAME; nil: there are none
	Files   func(name string) ([]byte, error) // files beside the journeys, for choose file; nil: there are none
	Unique  string                            // stands for {unique} in texts, so that an account can be made anew each time
	Wait    time.Duration                     // how long a step waits for what comes by itself; 0: 5 s
	Trace   func(line string)                 // told of each step and call as it happens; nil: nobody
}

// Result is what became of a journey.
type Result struct {
	Journey Journey
	Failure *Failure // nil: it passed
}

// Failure is the step at which a journey ended, and what there was to see. It holds no password and no token.
type Failure struct {
	File    string
	Line    int
	Step    string
	Msg     string
	Browser int
	Page    Shown
	Calls   []Call
}

// Shown is a page as a person sees it.
type Shown struct {
	Name   string // "" where no page of the app has this address
	URL    string // without query
	Status int
	Title  string
	Text   string
	Errors []string
}

// Run goes through a journey until its end or its first failure. An error is returned only when ctx ends.
func Run(ctx context.Context, cfg Config, j Journey) (Result, error) {
	r := newRun(cfg)
	for _, st := range j.Steps {
		r.trace("%s:%d: %s", j.File, st.Line, st.Text)
		err := st.do(ctx, r, st.args)
		if ctx.Err() != nil {
			return Result{Journey: j}, ctx.Err()
		}
		seen := cfg.Control.Seen()
		r.traceCalls(seen.Calls)
		if err == nil && len(seen.Faults) > r.faults {
			err = sayf("the backend was asked for what it cannot answer: %s", seen.Faults[r.faults])
		}
		if err != nil {
			return Result{Journey: j, Failure: r.failure(j, st, err, seen.Calls)}, nil
		}
	}
	return Result{Journey: j}, nil
}

func (r *run) failure(j Journey, st Step, err error, calls []Call) *Failure {
	f := &Failure{File: j.File, Line: st.Line, Step: st.Text, Msg: r.redact(err.Error()), Browser: r.at + 1, Calls: slices.Clone(calls)}
	if p := r.browser().page; p != nil {
		f.Page = Shown{Name: r.pageName(p.url.Path), URL: r.redact(p.address()), Status: p.status, Title: r.redact(p.title()), Text: r.redact(p.text())}
		for _, e := range p.errors() {
			f.Page.Errors = append(f.Page.Errors, r.redact(e))
		}
	}
	return f
}
