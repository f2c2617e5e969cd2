package flow

import (
	"context"
	"net/url"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// Launch is an Effect: an address outside the app.
type Launch struct {
	URL    string
	NewTab bool
}

func (Launch) effect() {}

// doOpenURL opens an address. Whoever has written it, it opens nothing but pages of the web, mail and telephone: a javascript: or data: address
// would run as this app does.
func doOpenURL(_ context.Context, n *run, f *frame, a *project.Action) error {
	text, err := asText(f, a, "url")
	if err != nil {
		return err
	}
	u, err := url.Parse(text)
	if err != nil || !opens(u) {
		return fault(a, "url is not a whole address that begins with https:, http:, mailto: or tel:", nil)
	}
	tab, err := eval(f, a, "newTab")
	if err != nil {
		return err
	}
	web := u.Scheme == "http" || u.Scheme == "https"
	n.res.Effects = append(n.res.Effects, Launch{URL: u.String(), NewTab: web && value.Truth(tab)})
	return nil
}

func opens(u *url.URL) bool {
	switch u.Scheme {
	case "http", "https":
		return u.Host != "" && u.User == nil
	case "mailto", "tel":
		return u.Opaque != ""
	}
	return false
}
