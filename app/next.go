package app

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

const (
	maxNextText = 3 << 10          // of the cookie's value
	nextLife    = 30 * time.Minute // how long a page asked for is remembered
)

// next is what crosses a redirect (design 9.11): the page asked for before the log-in, messages, sensitive parameters, and how
// the browser's history should take the step. Its notices and parameters are read once; the page asked for stays until a log-in
// goes there, a log-out forgets it or its time is over; so does a log-in with a provider until the browser is back; a guest's app
// state stays.
type next struct {
	Who     string          `json:"w"`
	Return  *place          `json:"r,omitempty"`
	Until   int64           `json:"u,omitempty"` // of Return, Unix seconds
	Notices []notice        `json:"n,omitempty"`
	To      *place          `json:"t,omitempty"` // a page with its sensitive parameters
	Replace bool            `json:"h,omitempty"`
	Move    string          `json:"v,omitempty"` // the motion in which the page comes
	App     json.RawMessage `json:"a,omitempty"`
	Started bool            `json:"s,omitempty"` // onAppStart has run in this run of the browser
	Away    *away           `json:"y,omitempty"` // a log-in with a provider that the browser has left for
}

func (n next) empty() bool {
	return n.Return == nil && len(n.Notices) == 0 && n.To == nil && !n.Replace && n.Move == "" && len(n.App) == 0 && !n.Started && n.Away == nil
}

// kept is what stays in the cookie after it has been read.
func (n next) kept() next {
	return next{Return: n.Return, Until: n.Until, App: n.App, Started: n.Started, Away: n.Away}
}

// readNext opens the cookie; one that is not of this visitor, or not ours, is as none.
func (a *App) readNext(r *http.Request, v visitor) next {
	text, ok := a.cookies.next.Read(r.Header)
	if !ok {
		return next{}
	}
	var n next
	if a.seal.open(sealNext, text, &n) != nil || n.Who != v.key() || n.Who == "" {
		return next{}
	}
	if n.Return != nil && a.now().Unix() > n.Until {
		n.Return = nil
	}
	if n.Away != nil && a.now().Unix() > n.Away.Until {
		n.Away = nil
	}
	return n
}

// writeNext puts n into the answer for the visitor as he will come back. had says whether the browser holds the cookie now.
// Messages that do not fit are dropped before anything else.
func (a *App) writeNext(n next, v visitor, had bool, out *answer) error {
	if n.empty() || v.key() == "" {
		if had {
			out.addCookie(a.cookies.next.Clear())
		}
		return nil
	}
	n.Who = v.key()
	for {
		text, err := a.seal.seal(sealNext, n)
		if err != nil {
			return err
		}
		if len(text) <= maxNextText {
			out.addCookie(a.cookies.next.Write(text, 0))
			return nil
		}
		switch {
		case len(n.Notices) > 0:
			n.Notices = n.Notices[1:]
		case n.Return != nil:
			n.Return = nil
		default:
			return fmt.Errorf("what has to cross a redirect takes more than %d bytes: sensitive page parameters or a guest's app state are too long", maxNextText)
		}
	}
}

// sentNext reports whether the browser holds a next cookie.
func (a *App) sentNext(r *http.Request) bool { return a.cookies.next.Sent(r.Header) }
