package studio

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/usherdev/usher/imports"
	"github.com/usherdev/usher/project"
)

// Trial sends calls of the project for real, and reads documents from the net, for whoever builds the app: the studio itself calls nobody. What it
// hands out holds no secret.
type Trial interface {
	Try(ctx context.Context, p *project.Project, ask TrialRequest) (TrialReply, error) // a Declined says why nothing was sent
	CURL(p *project.Project, call string) (string, error)                              // the call as a command, with names in place of secrets; a Declined says why not
	// Describe reads the OpenAPI document that an address leads to; where it is at another address, found says so.
	Describe(ctx context.Context, address string) (doc imports.Document, found string, err error)
}

// TrialReply is what came of a call.
type TrialReply struct {
	View     TrialView
	Size     int                                                          // bytes of the body that MakeType holds
	MakeType func(tree *project.Tree, name string) (*imports.Plan, error) // the data types that the reply shows
}

// Declined is the error of a Trial that sends nothing: a sentence for people, without values.
type Declined string

// Error returns the sentence.
func (d Declined) Error() string { return string(d) }

// TrialRequest is POST /api/trial: a call to send.
type TrialRequest struct {
	Call        string                 `json:"call"`        // group.call
	Params      map[string]string      `json:"params"`      // as they are typed; what is not there is left out
	Files       map[string][]TrialFile `json:"files"`       // by parameter
	Environment string                 `json:"environment"` // of app.yaml; "" the one that the app runs in
	Username    string                 `json:"username"`    // who logs in first, by the app's own log-in page; "" nobody
	Password    string                 `json:"password"`
	User        string                 `json:"user"`    // a saved test user who logs in instead; "" none
	Browser     string                 `json:"browser"` // the browser whose login in the running app goes along instead; "" none
	As          string                 `json:"as"`      // what actions call the output; "" the call's name
}

func (t TrialRequest) fileBytes() (n int) {
	for _, files := range t.Files {
		for _, f := range files {
			n += len(f.Data)
		}
	}
	return n
}

// TrialFile is a file that goes along with a call. It is in memory while the call is sent, and nowhere else.
type TrialFile struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Data []byte `json:"data"` // as base64
}

// MaxTrialFiles is how many bytes the files of one trial have at most, together: as base64 they fit into what the studio takes.
const MaxTrialFiles = 5 << 20

// CURLView is GET /api/curl?call=: a call as a command for a shell.
type CURLView struct {
	Command string `json:"command"`
}

// TrialView is the answer, and GET /api/trial?call=: what came of a call when it was tried last. It holds no secret.
type TrialView struct {
	Call       string          `json:"call"`
	Known      bool            `json:"known"` // false: it was not tried yet
	Method     string          `json:"method"`
	Address    string          `json:"address"` // "" nothing was sent
	Sent       []string        `json:"sent"`    // names of headers
	OK         bool            `json:"ok"`
	Status     int             `json:"status"` // 0: nothing came back
	Took       string          `json:"took"`
	Refreshed  bool            `json:"refreshed"` // the login was renewed for it
	Replayed   bool            `json:"replayed"`  // and it was sent a second time
	Sentence   string          `json:"sentence"`  // what people read when it failed
	Trouble    string          `json:"trouble"`   // what went wrong, for whoever builds the app
	Class      string          `json:"class"`     // ok, odd, login, refused, missing, busy, down, none
	Meaning    string          `json:"meaning"`   // the class in words
	Headers    []TrialHeader   `json:"headers"`
	Tree       []TrialLine     `json:"tree"`
	More       int             `json:"more"` // values that the tree leaves out
	Mismatches []TrialMismatch `json:"mismatches"`
	Raw        string          `json:"raw"`
	Cut        bool            `json:"cut"`       // the body is longer
	Rewritten  bool            `json:"rewritten"` // it held secrets
}

// TrialHeader is a header of a reply.
type TrialHeader struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// TrialLine is a value of a reply beside the expression that reads it.
type TrialLine struct {
	Path  string `json:"path"`
	Depth int    `json:"depth"`
	Kind  string `json:"kind"` // text, int, number, bool, time, null, secret, list, object
	Count int    `json:"count"`
	Value string `json:"value"` // a preview
}

// TrialMismatch is a place where a reply is not what its type says.
type TrialMismatch struct {
	Path string `json:"path"`
	Want string `json:"want"`
	Got  string `json:"got"`
}

const (
	maxTried     = 30      // calls whose last reply is kept
	maxTriedBody = 1 << 20 // bytes of a body that data types can be made of later
	maxTriedRaw  = 64 << 10
)

// tried keeps what came of each call last, in memory alone. Safe for concurrent use.
type tried struct {
	mu      sync.Mutex
	replies map[string]TrialReply
	order   []string // the oldest first
}

func (t *tried) keep(r TrialReply) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.replies == nil {
		t.replies = map[string]TrialReply{}
	}
	id := r.View.Call
	if r.Size > maxTriedBody {
		r.MakeType = nil
	}
	for i, have := range t.order {
		if have == id {
			t.order = append(t.order[:i], t.order[i+1:]...)
			break
		}
	}
	t.order = append(t.order, id)
	t.replies[id] = r
	if len(t.order) > maxTried {
		delete(t.replies, t.order[0])
		t.order = t.order[1:]
	}
}

func (t *tried) last(call string) (TrialReply, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	r, ok := t.replies[call]
	return r, ok
}

// getTrial is GET /api/trial?call=auth.login.
func (s *Studio) getTrial(r *http.Request, _ none) (TrialView, error) {
	call := r.URL.Query().Get("call")
	if reply, ok := s.tried.last(call); ok {
		return reply.View, nil
	}
	return TrialView{Call: call, Sent: []string{}, Headers: []TrialHeader{}, Tree: []TrialLine{}, Mismatches: []TrialMismatch{}}, nil
}

// postTrial sends a call. Nothing of what was typed is kept or logged.
func (s *Studio) postTrial(r *http.Request, in TrialRequest) (TrialView, error) {
	if s.trial == nil {
		return TrialView{}, fault{http.StatusNotFound, "missing", "This studio sends no calls."}
	}
	v := s.snapshot()
	if v.project == nil || v.project.Call(in.Call) == nil {
		return TrialView{}, fault{http.StatusUnprocessableEntity, "call", "There is no such call any more, or its file cannot be read."}
	}
	for _, p := range v.problems {
		if !p.Warning && (p.File == "app.yaml" || strings.HasPrefix(p.File, "calls/") || strings.HasPrefix(p.File, "types/")) {
			return TrialView{}, fault{http.StatusUnprocessableEntity, "problems", fmt.Sprintf("A call can be sent when the API, the data types and the settings have no errors. %s, line %d: %s.", p.File, p.Line, p.Msg)}
		}
	}
	if n := in.fileBytes(); n > MaxTrialFiles {
		return TrialView{}, fault{http.StatusRequestEntityTooLarge, "large", fmt.Sprintf("Files for a test have %d MB at most, together.", MaxTrialFiles>>20)}
	}
	reply, err := s.trial.Try(r.Context(), v.project, in)
	var declined Declined
	if errors.As(err, &declined) {
		return TrialView{}, fault{http.StatusUnprocessableEntity, "declined", string(declined)}
	} else if err != nil {
		return TrialView{}, err
	}
	reply.View.Known = true
	reply.View.Class, reply.View.Meaning = outcome(reply.View)
	if len(reply.View.Raw) > maxTriedRaw {
		reply.View.Raw, reply.View.Cut = strings.ToValidUTF8(reply.View.Raw[:maxTriedRaw], ""), true
	}
	s.tried.keep(reply)
	return reply.View, nil
}

// getCURL is GET /api/curl?call=auth.login. Secrets stand there as $NAMES.
func (s *Studio) getCURL(r *http.Request, _ none) (CURLView, error) {
	v := s.snapshot()
	id := r.URL.Query().Get("call")
	if s.trial == nil || v.project == nil || v.project.Call(id) == nil {
		return CURLView{}, fault{http.StatusNotFound, "missing", "There is no such call any more, or its file cannot be read."}
	}
	command, err := s.trial.CURL(v.project, id)
	var declined Declined
	if errors.As(err, &declined) {
		return CURLView{}, fault{http.StatusUnprocessableEntity, "declined", string(declined)}
	}
	return CURLView{Command: command}, err
}

// outcome says what an answer is, in a word and in a sentence.
func outcome(v TrialView) (class, meaning string) {
	switch {
	case v.OK && len(v.Mismatches) > 0:
		return "odd", "It worked, but parts of the reply are not as its type says."
	case v.OK:
		return "ok", "It worked."
	case v.Address == "":
		return "none", "Nothing was sent."
	case v.Status == 0:
		return "none", "Nothing came back: the backend was not reached, or did not answer in time."
	case v.Status == http.StatusUnauthorized:
		return "login", "The backend does not know who asks: there is no login, or its token is not good. With a refresh declared, the app would renew the token and ask again."
	case v.Status == http.StatusForbidden:
		return "refused", "The backend knows who asks, and does not allow it. Nobody is logged out for that."
	case v.Status == http.StatusNotFound || v.Status == http.StatusGone:
		return "missing", "The backend has nothing at this address. Are the path and the variables right?"
	case v.Status == http.StatusMethodNotAllowed:
		return "refused", "The backend does not take this method at this address."
	case v.Status == http.StatusTooManyRequests:
		return "busy", "The backend was asked too often. A repetition, if declared, waits as long as it says."
	case v.Status >= 500:
		return "down", "The backend failed. Nobody is logged out for that."
	case v.Status >= 400:
		return "refused", "The backend refuses what was sent. Its reply usually says why."
	case v.Status >= 300:
		return "odd", "The backend answers with a redirect, which is not followed unless the call says so."
	}
	return "odd", "The status says that it worked, but the reply is not what the call says: unreadable, empty, or not of its type."
}
