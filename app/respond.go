package app

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/project"
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
	sent    bool                                     // it has gone out already
	cut     bool                                     // it broke off on its way
	content io.ReadSeekCloser                        // is the body, of which a browser may ask for a part; nil: it is body
	fault   error                                    // for the log alone
	note    string                                   // for the log: what the guard or the gate said
	page    string                                   // the page drawn or opened, for the log
	room    *[]byte                                  // where body stands, to be used again when it has been sent; nil: body is its own
}

func newAnswer(status int) *answer { return &answer{status: status, header: http.Header{}} }

func (a *answer) addCookie(line string) { a.cookies = append(a.cookies, line) }

// seeOther sends the browser to a path of this app with a GET.
func seeOther(path string) *answer {
	a := newAnswer(http.StatusSeeOther)
	a.header.Set("Location", path)
	return a
}

// head puts what stands before the body into the response. Headers that every response carries are there already.
func (a *answer) head(w http.ResponseWriter) {
	h := w.Header()
	for k, v := range a.header {
		h[k] = v
	}
	for _, c := range a.cookies {
		h.Add("Set-Cookie", c)
	}
}

// write sends the answer.
func (a *answer) write(w http.ResponseWriter, r *http.Request) {
	if a.sent {
		return
	}
	a.head(w)
	if a.content != nil {
		a.writePart(w, r)
		return
	}
	if a.body != nil {
		w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	w.WriteHeader(a.status)
	if a.stream != nil {
		a.stream(w, r)
		return
	}
	if r.Method != http.MethodHead && a.body != nil {
		_, _ = w.Write(a.body) // the browser has gone: nobody is left to tell
	}
}

// writePart sends the content, or the part of it that is asked for: 206, 304 and 416 are the standard library's to decide, by the answer's ETag.
func (a *answer) writePart(w http.ResponseWriter, r *http.Request) {
	defer a.content.Close()
	seen := &statusWriter{ResponseWriter: w}
	http.ServeContent(seen, r, "", time.Time{}, a.content)
	a.status = seen.status
}

// statusWriter notes the status that is sent.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Keys of the sentences for people (project/words). Each says what happened and what to do; causes are in the log under the id.
const (
	textHost       = "text.host"
	textMethod     = "text.method"
	textProof      = "text.proof"
	textOpen       = "text.open"
	textForbidden  = "text.forbidden"
	textMissing    = "text.missing"
	textLarge      = "text.large"
	textForm       = "text.form"
	textMedia      = "text.media"
	textOften      = "text.often"
	textBusy       = "text.busy"
	textStranger   = "text.stranger"
	textDenied     = "text.denied"
	textNoProvider = "text.noProvider"
	textUploads    = "text.uploads"
	textStreams    = "text.streams"
	textFault      = "text.fault"
	textMapping    = "text.mapping"
)

// shell draws a page that is no page of the project: faults, refusals and the like.
func (q *ask) shell(status int, in render.DocumentInput) *answer {
	a := newAnswer(status)
	q.varies(a)
	in.App, in.Chrome, in.Locale = q.rt.project.App, q.rt.chrome, q.lang()
	in.Mode = q.theme()
	in.Insecure = q.app.guard.insecure && q.app.guard.open(q.r)
	var b bytes.Buffer
	if err := render.Document(&b, in); err != nil {
		a.fault = err
	}
	a.html(b.Bytes())
	return a
}

const htmlType = "text/html; charset=utf-8"

func (a *answer) html(b []byte) {
	a.header.Set("Content-Type", htmlType)
	a.body = b
}

// failed is the page of a fault: a sentence and an id for people, the cause for the log. (H9)
func (q *ask) failed(err error) *answer {
	in := render.DocumentInput{Heading: q.say("heading.fault"), Text: q.say(textFault), ID: q.id, Links: []render.DocumentLink{{Text: q.say("link.retry"), Href: q.retry()}}}
	status := http.StatusInternalServerError
	var wait time.Duration
	if errors.Is(err, session.ErrUnavailable) || errors.Is(err, session.ErrBusy) || errors.Is(err, session.ErrClosed) {
		status, in.Heading, in.Text, in.Icon = http.StatusServiceUnavailable, q.say("heading.busy"), q.say(textBusy), "clock"
		wait = max(session.RetryAfter(err), time.Second)
	}
	if _, ok := call.AsMapping(err); ok {
		status, in.Text = http.StatusBadGateway, q.say(textMapping)
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
	q.dressed(a)
	return a
}

// dressed puts the app's own page for faults in place of ours, with the same status, headers and cookies. Where it cannot be drawn either, and
// while sessions cannot be read, ours stays.
func (q *ask) dressed(a *answer) {
	page := q.rt.project.App.ErrorPage
	if page == nil || a.status == http.StatusServiceUnavailable {
		return
	}
	defer func() {
		if p := recover(); p != nil {
			a.fault = errors.Join(a.fault, fmt.Errorf("%w: the page for faults: %s", errPanic, thrown(p)))
		}
	}()
	given := map[string]any{}
	if slices.ContainsFunc(page.Params, func(p project.Param) bool { return p.Name == "id" }) {
		given["id"] = q.id
	}
	o, wrong, err := q.openAny(page, given, nil)
	if err == nil && wrong == nil {
		var own *answer
		if own, err = o.draw(q.r.Context(), a.status); err == nil && own != nil && own.stream == nil {
			for name, values := range own.header {
				a.header[name] = values
			}
			a.body = own.body
			return
		}
	}
	a.fault = errors.Join(a.fault, fmt.Errorf("the page for faults: %w", errors.Join(wrong, err)))
}

// retry is where the link of a fault page leads: the same page for a GET, the start otherwise.
func (q *ask) retry() string {
	if p := q.r.URL.EscapedPath(); q.r.Method == http.MethodGet && strings.HasPrefix(p, "/") && !strings.HasPrefix(p, "//") && len(p) < 1024 {
		return p
	}
	return "/"
}

// refusal is the page of a request that is not served, with the reason: the key of a sentence.
func (q *ask) refusal(status int, key string) *answer {
	heading, icon := "heading.refused", "alert"
	switch status {
	case http.StatusNotFound:
		heading, icon = "heading.missing", "compass"
	case http.StatusForbidden:
		heading, icon = "heading.forbidden", "lock"
	}
	a := q.shell(status, render.DocumentInput{
		Heading: q.say(heading), Icon: icon, Text: q.say(key), ID: q.id, Links: []render.DocumentLink{{Text: q.say("link.start"), Href: "/"}},
	})
	a.note = key
	return a
}
