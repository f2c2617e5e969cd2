package call

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"

	"github.com/usherdev/usher/project"
)

const defaultFormat = "Bearer {token}"

// placementOf says where the token of a login travels in a call of this group.
func (c *Client) placementOf(g *project.Group) project.Placement {
	if g.Token != nil {
		return *g.Token
	}
	a := c.project.App.Auth
	if a.Token.In != "" {
		return a.Token
	}
	return project.Placement{In: project.InHeader, Name: cmp.Or(a.Header, "Authorization"), Format: cmp.Or(a.TokenFormat, defaultFormat)}
}

// attach puts a token into a request where p says. It takes the place of what is declared there under the same name.
func attach(req *http.Request, h http.Header, p project.Placement, token string) error {
	text := strings.ReplaceAll(p.Format, "{token}", token)
	if !ascii(text) {
		return refusal("the token holds a character that no header may carry")
	}
	switch p.In {
	case project.InHeader:
		h.Set(p.Name, text)
	case project.InCookie:
		if strings.ContainsAny(text, "\"\\;, ") {
			return refusal("the token holds a character that no cookie may carry")
		}
		pair := p.Name + "=" + text
		if others := h.Get("Cookie"); others != "" {
			pair = others + "; " + pair
		}
		h.Set("Cookie", pair)
	case project.InQuery:
		q := url.QueryEscape(p.Name) + "=" + url.QueryEscape(text)
		req.URL.RawQuery = strings.Trim(req.URL.RawQuery+"&"+q, "&")
	}
	return nil
}
