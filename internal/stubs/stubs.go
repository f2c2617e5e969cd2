// Package stubs replays what real backends send: log-ins, refreshes, errors and log-outs in exactly their shapes, one row a backend,
// each with the small project that an app would need to talk to it. Conformance runs every row through the same checks.
//
// It holds no secret, reaches no network, and is for tests and presets; nothing that serves people imports it.
package stubs

import (
	"embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"
)

//go:embed projects/*.txtar
var projects embed.FS

// Password is the one that every stub takes.
const Password = "good-password"

// Row is one backend.
type Row struct {
	Name    string
	Refresh string // "rotate", "keep", "live", or "" where there is none
	Expiry  bool   // the log-in, or the token in it, says how long it lives
	UID     bool   // somebody says whose it is
	User    bool   // somebody says the person's name
	LogOut  string // "DELETE /x" as it must be asked, "" where there is none
	Errand  string // what the log-out must hold: "bearer", "refresh", "token"
	Refused string // what people read after a bad log-in
	Expired int    // status of a reply to a dead token

	serve func(b *Backend, a Ask) Say
}

// Project returns the files of the row's project, as a txtar archive; Common returns those that all share.
func (r Row) Project() ([]byte, error) { return projects.ReadFile("projects/" + r.Name + ".txtar") }

// Common returns the files that the projects of all rows share.
func Common() ([]byte, error) { return projects.ReadFile("projects/common.txtar") }

// Ask is a request as a stub sees it.
type Ask struct {
	Kind         string // login, refresh, data, me, logout, other
	Method, Path string
	Query        url.Values
	Header       http.Header
	Raw          string
	JSON         map[string]any
	Form         url.Values
}

// Field is a field of the JSON body that is text, "" otherwise.
func (a Ask) Field(name string) string {
	s, _ := a.JSON[name].(string)
	return s
}

// Say is a reply. A string as Body is sent as it is, everything else as JSON.
type Say struct {
	Status int
	Body   any
	Header map[string]string
}

// Backend is a running stub. Its methods are safe for concurrent use.
type Backend struct {
	Row Row

	mu      sync.Mutex
	n       int
	access  map[string]bool // tokens that are good now
	refresh map[string]bool
	issued  []string
	asked   []Ask
	fail    int  // status of every refresh, 0 none
	second  bool // a second factor is wanted
	odd     string
	delay   time.Duration
}

// New returns a stub of row.
func New(row Row) *Backend {
	return &Backend{Row: row, access: map[string]bool{}, refresh: map[string]bool{}}
}

// Expire makes every access token a dead one.
func (b *Backend) Expire() { b.mu.Lock(); defer b.mu.Unlock(); clear(b.access) }

// Revoke makes every token a dead one, refresh tokens too.
func (b *Backend) Revoke() { b.mu.Lock(); defer b.mu.Unlock(); clear(b.access); clear(b.refresh) }

// FailRefresh answers each refresh with a status; 0 ends that.
func (b *Backend) FailRefresh(status int) { b.mu.Lock(); defer b.mu.Unlock(); b.fail = status }

// Second wants a second factor at each log-in.
func (b *Backend) Second() { b.mu.Lock(); defer b.mu.Unlock(); b.second = true }

// Slow makes each refresh take so long.
func (b *Backend) Slow(d time.Duration) { b.mu.Lock(); defer b.mu.Unlock(); b.delay = d }

// Odd switches on one of the oddities that a row knows by name.
func (b *Backend) Odd(name string) { b.mu.Lock(); defer b.mu.Unlock(); b.odd = name }

func (b *Backend) is(name string) bool { b.mu.Lock(); defer b.mu.Unlock(); return b.odd == name }

// Issued returns every token that was handed out.
func (b *Backend) Issued() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.issued...)
}

// Asked returns the requests of a kind, all of them for "".
func (b *Backend) Asked(kind string) (out []Ask) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, a := range b.asked {
		if kind == "" || a.Kind == kind {
			out = append(out, a)
		}
	}
	return out
}

// ServeHTTP answers as the row's backend does.
func (b *Backend) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw := ""
	if r.Body != nil {
		body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		raw = string(body)
	}
	a := Ask{Method: r.Method, Path: r.URL.Path, Query: r.URL.Query(), Header: r.Header.Clone(), Raw: raw}
	_ = json.Unmarshal([]byte(raw), &a.JSON) // what is no JSON has no fields
	a.Form, _ = url.ParseQuery(raw)
	say := b.Row.serve(b, a)
	for k, v := range say.Header {
		w.Header().Add(k, v)
	}
	text, plain := say.Body.(string)
	if !plain && say.Body != nil {
		encoded, _ := json.Marshal(say.Body)
		text = string(encoded)
		w.Header().Set("Content-Type", "application/json")
	}
	w.WriteHeader(say.Status)
	_, _ = io.WriteString(w, text)
}

// note writes a request down as one of a kind.
func (b *Backend) note(kind string, a Ask) {
	b.mu.Lock()
	defer b.mu.Unlock()
	a.Kind = kind
	b.asked = append(b.asked, a)
}

// enter reports whether a log-in is good.
func (b *Backend) enter(a Ask, password string) bool {
	b.note("login", a)
	return password == Password
}

// wantsSecond reports whether a second factor is asked for.
func (b *Backend) wantsSecond() bool { b.mu.Lock(); defer b.mu.Unlock(); return b.second }

// opaque hands out an access token that says nothing.
func (b *Backend) opaque() string { return b.hand(b.access, "canary-access-%d") }

// jwt hands out an access token that says who it is of, and until when.
func (b *Backend) jwt(life time.Duration) string {
	claims := fmt.Sprintf(`{"sub":"7","user_id":7,"exp":%d,"data":{"user":{"id":"7"}},"n":%%d}`, time.Now().Add(life).Unix())
	b.mu.Lock()
	defer b.mu.Unlock()
	b.n++
	t := "eyJhbGciOiJub25lIn0." + base64.RawURLEncoding.EncodeToString([]byte(fmt.Sprintf(claims, b.n))) + ".canary" // gitleaks:allow, an unsigned token made up here
	b.access[t], b.issued = true, append(b.issued, t)
	return t
}

// spendable hands out a refresh token.
func (b *Backend) spendable() string { return b.hand(b.refresh, "canary-refresh-%d") }

func (b *Backend) hand(to map[string]bool, format string) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.n++
	t := fmt.Sprintf(format, b.n)
	to[t], b.issued = true, append(b.issued, t)
	return t
}

// renew judges a refresh: 200 where the presented token is good, which spends it with rotate; the failure that was asked for; else 401.
func (b *Backend) renew(a Ask, presented string, rotate bool) int {
	b.note("refresh", a)
	b.mu.Lock()
	delay := b.delay
	b.mu.Unlock()
	time.Sleep(delay) // how long the backend takes
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.fail != 0:
		return b.fail
	case !b.refresh[presented]:
		return 401
	}
	if rotate {
		delete(b.refresh, presented)
	}
	clear(b.access)
	return 200
}

// renewLive judges a refresh that presents an access token.
func (b *Backend) renewLive(a Ask, presented string) int {
	b.note("refresh", a)
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.fail != 0:
		return b.fail
	case !b.access[presented]:
		return 401
	}
	return 200
}

// knows reports whether the token of a request for data, me or the like is good.
func (b *Backend) knows(kind string, a Ask, token string) bool {
	b.note(kind, a)
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.access[token] && !(kind == "me" && b.odd == "nobody")
}
