package studio

import (
	"context"
	"net/http"
	"strconv"
	"time"
)

// Debugger follows the app that Run opens, while somebody builds it. What it hands out is masked: no token, no password and no session id of
// the app is in it. (promises A1, H1)
type Debugger interface {
	Look(ctx context.Context, browser string) (DebugView, error)    // what is known; "" is the browser that was seen last
	Call(ctx context.Context, id int) (CallDetail, bool)            // a call of the log with what was sent and came back; false: it is no longer known
	Do(ctx context.Context, what DebugRequest) (DebugAnswer, error) // a button; a Refused says in a sentence why not
	Follow(changed func(), pointed func(path string))               // says when there is something new, and what was pointed at in the app
}

// Refused is the error of a Debugger that cannot do what was asked: a sentence for people.
type Refused string

// Error returns the sentence.
func (r Refused) Error() string { return string(r) }

// DebugView is GET /api/debug?browser=: what the app did lately.
type DebugView struct {
	On        bool           `json:"on"`     // false: nobody follows the app
	Picked    string         `json:"picked"` // the browser that login and variables are of, "" none
	Browsers  []BrowserView  `json:"browsers"`
	Login     *LoginView     `json:"login"` // null: nobody is logged in there, nor was
	Calls     []CallSeen     `json:"calls"` // the oldest first, as all that follows
	Flows     []TraceView    `json:"flows"`
	Events    []EventView    `json:"events"`
	Variables []VariableView `json:"variables"`
	Armed     string         `json:"armed"`   // the fault that the next renewal or call of the picked browser meets, "" none
	Sample    string         `json:"sample"`  // the browser whose data the canvas shows, "" sample data
	Users     []string       `json:"users"`   // saved test users
	Inspect   bool           `json:"inspect"` // a click in the app selects here
}

// BrowserView is a browser that has opened the app.
type BrowserView struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"` // such as Chrome on Linux
	Who      string    `json:"who"`  // such as the user name, "" a guest
	Page     string    `json:"page"` // opened last
	Seen     time.Time `json:"seen"`
	LoggedIn bool      `json:"loggedIn"`
}

// LoginView is a login, masked.
type LoginView struct {
	Active       bool           `json:"active"`
	UID          string         `json:"uid"`
	Token        string         `json:"token"`
	RefreshToken string         `json:"refreshToken"` // "" none
	Expiry       *time.Time     `json:"expiry"`       // of the token; null: not known
	Renewable    bool           `json:"renewable"`
	Persist      bool           `json:"persist"`
	Since        time.Time      `json:"since"`
	Via          string         `json:"via"`    // the identity provider, "" the app's own backend
	Claims       []VariableView `json:"claims"` // read from the token, which nobody has verified; none where it is no JWT
	User         []VariableView `json:"user"`
	Ended        string         `json:"ended"`   // why it is over, "" it is not
	EndedAt      *time.Time     `json:"endedAt"` // null: it is not
}

// CallSeen is a call of the app to its backend.
type CallSeen struct {
	ID        int       `json:"id"`
	Browser   string    `json:"browser"` // "" not known
	Who       string    `json:"who"`     // whose login went along, "" nobody's, or not known
	LogIn     bool      `json:"logIn"`   // it belongs to the log-in of that test user, by a button
	At        time.Time `json:"at"`
	Call      string    `json:"call"`
	Method    string    `json:"method"`
	URL       string    `json:"url"`    // "" nothing was sent
	Status    int       `json:"status"` // 0: no reply
	MS        float64   `json:"ms"`
	Outcome   string    `json:"outcome"` // ok, refused, expired, trouble, none; of a renewal success, reject, not_sent, ambiguous, config
	Renewal   bool      `json:"renewal"`
	Refreshed bool      `json:"refreshed"` // the login was renewed because of it
	Replayed  bool      `json:"replayed"`  // this is the second sending
	Tries     int       `json:"tries"`
	Error     string    `json:"error"`
}

// CallDetail is GET /api/debug/call?id=.
type CallDetail struct {
	Call CallSeen    `json:"call"`
	Sent MessageView `json:"sent"`
	Got  MessageView `json:"got"`
}

// MessageView is what was sent, or came back, masked.
type MessageView struct {
	Headers []HeaderView `json:"headers"`
	Body    string       `json:"body"`
	Size    int64        `json:"size"`
	Cut     bool         `json:"cut"` // the body is longer, or no text
}

// HeaderView is a header.
type HeaderView struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// TraceView is a flow that ran.
type TraceView struct {
	ID      int        `json:"id"`
	Browser string     `json:"browser"`
	At      time.Time  `json:"at"`
	Page    string     `json:"page"`
	Flow    string     `json:"flow"` // the path of its list of actions
	MS      float64    `json:"ms"`
	Steps   []StepSeen `json:"steps"`
	More    int        `json:"more"`  // steps that are not listed
	Waits   bool       `json:"waits"` // it asks or waits, and goes on later
	Error   string     `json:"error"`
}

// StepSeen is an action that ran.
type StepSeen struct {
	At    string  `json:"at"`
	Kind  string  `json:"kind"`
	Way   string  `json:"way"`  // the branch that was taken, "" none
	Note  string  `json:"note"` // such as auth.login: 200
	From  float64 `json:"from"` // milliseconds since the flow began
	MS    float64 `json:"ms"`
	Error string  `json:"error"`
}

// EventView is something that happened to a login.
type EventView struct {
	Browser string    `json:"browser"`
	At      time.Time `json:"at"`
	Kind    string    `json:"kind"`
	Reason  string    `json:"reason"`
	Class   string    `json:"class"`
	Detail  string    `json:"detail"`
}

// VariableView is a value that expressions can read, with what is in it.
type VariableView struct {
	Name  string         `json:"name"`
	Kind  string         `json:"kind"` // text, number, bool, time, secret, list, object, nothing
	Text  string         `json:"text"` // of a list or an object how much is in it
	Items []VariableView `json:"items"`
}

// DebugRequest is POST /api/debug: a button.
type DebugRequest struct {
	Act      string `json:"act"`
	Browser  string `json:"browser,omitempty"`
	User     string `json:"user,omitempty"`     // of logIn, saveUser and forgetUser
	Password string `json:"password,omitempty"` // of saveUser
	On       bool   `json:"on,omitempty"`       // of inspect
}

// DebugAnswer is what a button did.
type DebugAnswer struct {
	Said string `json:"said"`
	URL  string `json:"url"` // to be opened in a tab; it works once. "" none
}

// emptyDebug is what there is to see where nobody follows the app.
func emptyDebug() DebugView {
	return DebugView{Browsers: []BrowserView{}, Calls: []CallSeen{}, Flows: []TraceView{}, Events: []EventView{}, Variables: []VariableView{}, Users: []string{}}
}

func (s *Studio) getDebug(r *http.Request, _ none) (DebugView, error) {
	if s.debugger == nil {
		return emptyDebug(), nil
	}
	return s.debugger.Look(r.Context(), r.URL.Query().Get("browser"))
}

func (s *Studio) getDebugCall(r *http.Request, _ none) (CallDetail, error) {
	id, err := strconv.Atoi(r.URL.Query().Get("id"))
	if err == nil && s.debugger != nil {
		if out, ok := s.debugger.Call(r.Context(), id); ok {
			return out, nil
		}
	}
	return CallDetail{}, fault{http.StatusNotFound, "missing", "This call is no longer in the log."}
}

func (s *Studio) postDebug(r *http.Request, in DebugRequest) (DebugAnswer, error) {
	if s.debugger == nil {
		return DebugAnswer{}, fault{http.StatusConflict, "debug", "Nobody follows the app here."}
	}
	out, err := s.debugger.Do(r.Context(), in)
	if why, ok := err.(Refused); ok {
		return out, fault{http.StatusConflict, "debug", string(why)}
	}
	return out, err
}
