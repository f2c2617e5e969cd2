package main

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/usherdev/usher/session"
)

// devPath is where the door answers itself. No app has anything there.
const devPath = "/_usher/dev/"

// door stands before the app while somebody builds it: it does what needs the browser itself.
type door struct {
	dev  *development
	app  func() *runtime // that runs; nil while none does
	host string          // the app's own
	next http.Handler
}

// ServeHTTP implements http.Handler.
func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rt := d.app()
	switch {
	case r.Host == d.host && strings.HasPrefix(r.URL.Path, devPath) && ofOurPage(r):
		d.forPage(w, r)
	case rt == nil || r.Host != d.host || !opensPage(r):
		d.next.ServeHTTP(w, r)
	case r.URL.Path == devPath+"login":
		d.letIn(w, r, rt)
	case d.takeReset(r, rt.traits.app):
		forget(w, rt.traits.app)
		leave(w, http.StatusSeeOther)
	default:
		d.next.ServeHTTP(w, r)
	}
}

// forPage answers what a page of the app asks by develop.js.
func (d *door) forPage(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method == http.MethodGet && r.URL.Path == devPath+"events":
		d.dev.pages.stream(w, r)
	case r.Method == http.MethodPost && r.URL.Path == devPath+"point":
		d.dev.pages.point(w, r)
	default:
		http.NotFound(w, r)
	}
}

// ofOurPage reports whether a page of the app asks by script, on this machine.
func ofOurPage(r *http.Request) bool {
	return fromHere(r) && slices.Equal(r.Header.Values("Sec-Fetch-Site"), []string{"same-origin"}) && r.Header.Get("Sec-Fetch-Mode") != "navigate" &&
		(r.Method == http.MethodGet || slices.Equal(r.Header.Values("X-Usher"), []string{"1"}))
}

// fromHere reports whether this machine asks.
func fromHere(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	ip := net.ParseIP(host)
	return err == nil && ip != nil && ip.IsLoopback()
}

// opensPage reports whether a person of this machine opens a page in a window of its own.
func opensPage(r *http.Request) bool {
	return fromHere(r) && r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document" && r.Header.Get("Sec-Purpose") == ""
}

// leave sends the browser to the start of the app.
func leave(w http.ResponseWriter, status int) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Location", "/")
	w.WriteHeader(status)
}

// takeReset reports whether the browser of r is to begin anew, once.
func (d *door) takeReset(r *http.Request, app string) bool {
	id, _ := session.SessionCookie(app, false).Read(r.Header)
	guest, _ := session.GuestCookie(app, false).Read(r.Header)
	rec := d.dev.rec
	rec.mu.Lock()
	defer rec.mu.Unlock()
	for _, b := range rec.browsers {
		if b.resetDue && (id != "" && b.login.Reveal() == id || guest != "" && b.guest == sum(guest)) {
			b.resetDue, b.login, b.key, b.guest, b.ended = false, session.Secret{}, "", "", ""
			return true
		}
	}
	return false
}

// forget takes the app's cookies away.
func forget(w http.ResponseWriter, app string) {
	for _, c := range []session.Cookie{session.SessionCookie(app, false), session.GuestCookie(app, false), session.NextCookie(app, false),
		session.LanguageCookie(app, false), session.ThemeCookie(app, false)} {
		w.Header().Add("Set-Cookie", c.Clear())
	}
	w.Header().Set("Clear-Site-Data", `"cache", "storage"`)
}

// letIn logs a browser in that brings a ticket.
func (d *door) letIn(w http.ResponseWriter, r *http.Request, rt *runtime) {
	t, ok := d.dev.tickets.take(r.URL.RawQuery)
	if !ok {
		http.Error(w, "This link does not log anybody in: each works once, for a minute. Press the button in the studio again.", http.StatusForbidden)
		return
	}
	cookie, guest := session.SessionCookie(rt.traits.app, false), session.GuestCookie(rt.traits.app, false)
	old, _ := cookie.Read(r.Header)
	s, err := rt.sessions.LogIn(r.Context(), old, t.auth, t.persist)
	if err != nil {
		http.Error(w, "The login could not be stored: "+err.Error(), http.StatusServiceUnavailable)
		return
	}
	w.Header().Add("Set-Cookie", cookie.Write(s.ID, s.CookieMaxAge))
	w.Header().Add("Set-Cookie", guest.Clear())
	leave(w, http.StatusSeeOther)
}

// tickets let a browser in, each once: whoever has just logged in at the backend for the studio. They are kept by their hashes, in memory.
type tickets struct {
	mu  sync.Mutex
	now func() time.Time
	all map[[sha256.Size]byte]ticket
}

type ticket struct {
	auth    session.AuthData
	persist bool
	until   time.Time
}

const ticketLife = time.Minute

func newTickets() *tickets { return &tickets{now: time.Now, all: map[[sha256.Size]byte]ticket{}} }

// issue makes a ticket and returns what its bearer shows.
func (t *tickets) issue(s session.Session) string {
	token := rand.Text() // 128 bits
	t.mu.Lock()
	defer t.mu.Unlock()
	for k, old := range t.all {
		if old.until.Before(t.now()) {
			delete(t.all, k)
		}
	}
	t.all[sha256.Sum256([]byte(token))] = ticket{s.Auth, s.Persist, t.now().Add(ticketLife)}
	return token
}

// take uses a ticket up.
func (t *tickets) take(token string) (ticket, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	key := sha256.Sum256([]byte(token))
	found, ok := t.all[key]
	delete(t.all, key)
	return found, ok && !found.until.Before(t.now())
}

// link is where a ticket is shown.
func ticketLink(origin, token string) string {
	return fmt.Sprintf("%s%slogin?%s", origin, devPath, token)
}
