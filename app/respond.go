package app

import (
	"bytes"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/render"
	"github.com/usherdev/usher/session"
)

// answer is a whole response before it is sent: nothing is written until all of it is known.
type answer struct {
	status  int
	header  http.Header
	cookies []string // Set-Cookie lines
	body    []byte
	stream  func(http.ResponseWriter, *http.Request) // writes the body, over time; nil: it is body
	fault   error                                    // for the log alone
	note    string                                   // for the log: what the guard or the gate said
	page    string                                   // the page drawn or opened, for the log
}

func newAnswer(status int) *answer { return &answer{status: status, header: http.Header{}} }

func (a *answer) addCookie(line string) { a.cookies = append(a.cookies, line) }

// seeOther sends the browser to a path of this app with a GET.
func seeOther(path string) *answer {
	a := newAnswer(http.StatusSeeOther)
	a.header.Set("Location", path)
	return a
}

// write sends the answer. Headers that every response carries are set already.
func (a *answer) write(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	for k, v := range a.header {
		h[k] = v
	}
	for _, c := range a.cookies {
		h.Add("Set-Cookie", c)
	}
	if a.body != nil {
		h.Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	w.WriteHeader(a.status)
	if a.stream != nil {
		a.stream(w, r)
		return
	}
	if r.Method != http.MethodHead {
		_, _ = w.Write(a.body) // the browser has gone: nobody is left to tell
	}
}

// Sentences for people. Each says what happened and what to do; causes are in the log under the id.
const (
	textHost       = "This server has no app at this address."
	textMethod     = "This page cannot be asked for in this way."
	textProof      = "This did not come from a page of this app, so nothing was done. Open the app itself and try again."
	textOpen       = "This app is not reached by https here, so what you type could be read on the way. Logging in is refused. Open the app by its https address, or ask whoever runs it."
	textForbidden  = "You may not open this page."
	textMissing    = "There is no page at this address."
	textLarge      = "What was sent is too large."
	textForm       = "What was sent could not be read."
	textMedia      = "This page takes forms alone."
	textOften      = "Too many attempts to log in. Please wait a little, then try again."
	textBusy       = "Your login could not be checked just now. You are still logged in; please try again in a moment."
	textStranger   = "This log-in was not begun in this browser, or it took too long. Nothing was done; please start again."
	textDenied     = "The log-in was cancelled."
	textNoProvider = "Logging in there did not work just now. Please try again; if it happens again, tell whoever runs this app the number %s."
	textStreams    = "This login is open in too many places at once."
	textFault      = "Something went wrong on our side. Please try again; if it happens again, tell whoever runs this app the number below."
	textMapping    = "The service that checks log-ins answered in a way that this app does not understand, so nothing was stored. Please try again later; if it happens again, tell whoever runs this app the number below."
)

// shell draws a page that is no page of the project: faults, refusals and the like.
func (q *ask) shell(status int, in render.DocumentInput) *answer {
	a := newAnswer(status)
	in.App, in.Chrome = q.rt.project.App, q.rt.chrome
	in.Insecure = q.app.guard.insecure && q.app.guard.open(q.r)
	var b bytes.Buffer
	if err := render.Document(&b, in); err != nil {
		a.fault = err
	}
	a.html(b.Bytes())
	return a
}

func (a *answer) html(b []byte) {
	a.header.Set("Content-Type", "text/html; charset=utf-8")
	a.body = b
}

// failed is the page of a fault: a sentence and an id for people, the cause for the log. (H9)
func (q *ask) failed(err error) *answer {
	in := render.DocumentInput{Heading: "Something went wrong", Text: textFault, ID: q.id, Links: []render.DocumentLink{{Text: "Try again", Href: q.retry()}}}
	status := http.StatusInternalServerError
	var wait time.Duration
	if errors.Is(err, session.ErrUnavailable) || errors.Is(err, session.ErrBusy) || errors.Is(err, session.ErrClosed) {
		status, in.Heading, in.Text, in.Icon = http.StatusServiceUnavailable, "Just a moment", textBusy, "clock"
		wait = max(session.RetryAfter(err), time.Second)
	}
	if _, ok := call.AsMapping(err); ok {
		status, in.Text = http.StatusBadGateway, textMapping
	}
	a := q.shell(status, in)
	a.fault = err
	if wait > 0 {
		a.header.Set("Retry-After", strconv.Itoa(int((wait+time.Second-1)/time.Second)))
	}
	var f *flowFault
	if errors.As(err, &f) {
		a.cookies = f.cookies
	}
	return a
}

// retry is where the link of a fault page leads: the same page for a GET, the start otherwise.
func (q *ask) retry() string {
	if p := q.r.URL.EscapedPath(); q.r.Method == http.MethodGet && strings.HasPrefix(p, "/") && !strings.HasPrefix(p, "//") && len(p) < 1024 {
		return p
	}
	return "/"
}

// refusal is the page of a request that is not served, with the reason.
func (q *ask) refusal(status int, sentence string) *answer {
	heading, icon := "This did not work", "alert"
	switch status {
	case http.StatusNotFound:
		heading, icon = "Page not found", "compass"
	case http.StatusForbidden:
		heading, icon = "Not allowed", "lock"
	}
	a := q.shell(status, render.DocumentInput{Heading: heading, Icon: icon, Text: sentence, ID: q.id, Links: []render.DocumentLink{{Text: "To the start", Href: "/"}}})
	a.note = sentence
	return a
}
