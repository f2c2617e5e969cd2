package main

import (
	"net/http"

	"github.com/usherdev/usher/session"
)

// door stands before the app while somebody builds it: it does what needs the browser itself.
type door struct {
	rec  *recorder
	app  func() *runtime // that runs; nil while none does
	next http.Handler
}

// ServeHTTP implements http.Handler.
func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if rt := d.app(); rt != nil && d.opensPage(r) && d.takeReset(r, rt.traits.app) {
		forget(w, rt.traits.app)
		w.Header().Set("Cache-Control", "no-store")
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	d.next.ServeHTTP(w, r)
}

// opensPage reports whether a person opens a page.
func (d *door) opensPage(r *http.Request) bool {
	return r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
}

// takeReset reports whether the browser of r is to begin anew, once.
func (d *door) takeReset(r *http.Request, app string) bool {
	id, _ := session.SessionCookie(app, false).Read(r.Header)
	guest, _ := session.GuestCookie(app, false).Read(r.Header)
	due := false
	d.rec.news(func() {
		for _, b := range d.rec.browsers {
			if b.resetDue && (id != "" && b.login.Reveal() == id || guest != "" && b.guest == sum(guest)) {
				b.resetDue, b.login, b.key, b.guest, b.ended = false, session.Secret{}, "", "", ""
				due = true
			}
		}
	})
	return due
}

// forget takes the app's cookies away.
func forget(w http.ResponseWriter, app string) {
	for _, c := range []session.Cookie{session.SessionCookie(app, false), session.GuestCookie(app, false), session.NextCookie(app, false),
		session.LanguageCookie(app, false), session.ThemeCookie(app, false)} {
		w.Header().Add("Set-Cookie", c.Clear())
	}
	w.Header().Set("Clear-Site-Data", `"cache", "storage"`)
}
