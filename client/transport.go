package client

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/usherdev/usher/session"
)

// budget is the longest that one call of the bare client takes.
const budget = 20 * time.Second

// HTTPClient returns a client that sends requests as the login that is current at each: to Config.Origin
// with its token, renewed ahead of expiry; after a reply that says "expired" the token is renewed once
// and the request sent once more, if its body is at most 1 MiB or has GetBody. To every other origin,
// also after a redirect, requests go without token. Where nobody is logged in a request to the origin
// fails with session.ErrNotLoggedIn and is not sent. It sets no time limit: give requests a context.
func (c *Client[U]) HTTPClient() *http.Client {
	return &http.Client{Transport: &transport[U]{c}}
}

type transport[U any] struct{ c *Client[U] }

// RoundTrip implements http.RoundTripper.
func (t *transport[U]) RoundTrip(r *http.Request) (*http.Response, error) {
	c := t.c
	if at, err := originOf(r.URL.Scheme + "://" + r.URL.Host); err != nil || at != c.origin {
		return c.base().RoundTrip(r)
	}
	rt, err := c.sender(r)
	if err != nil {
		if r.Body != nil {
			r.Body.Close()
		}
		return nil, err
	}
	return rt.RoundTrip(r)
}

// sender returns what sends r as the current login.
func (c *Client[U]) sender(r *http.Request) (http.RoundTripper, error) {
	s, err := c.session(r.Context())
	if err != nil {
		return nil, err
	}
	if !s.Active() {
		return nil, session.ErrNotLoggedIn
	}
	c.used(r.Context(), s.ID)
	c.retell(r.Context(), s.Key)
	h := session.Hooks{Origin: c.origin, Base: c.base(), Expired: c.cfg.Expired}
	if attach := c.cfg.Attach; attach != nil {
		h.Attach = func(r *http.Request, a session.AuthData) { attach(r, a.Token) }
	}
	return c.m.Transport(s.ID, h)
}

func (c *Client[U]) base() http.RoundTripper {
	if c.cfg.Base != nil {
		return c.cfg.Base
	}
	return http.DefaultTransport
}

// bareClient is what logs in, renews and logs out: it has no part in what it serves.
func bareClient(base http.RoundTripper) *http.Client {
	if base == nil {
		base = http.DefaultTransport
	}
	if t, ok := base.(*http.Transport); ok {
		t = t.Clone()
		t.DisableKeepAlives = true // a connection of its own: a stale one is the commonest lost send
		t.TLSHandshakeTimeout = 3 * time.Second
		if base == http.DefaultTransport {
			t.DialContext = (&net.Dialer{Timeout: 3 * time.Second}).DialContext
		}
		base = t
	}
	return &http.Client{
		Transport: base, Timeout: budget,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// originOf spells an origin in one way, with its port.
func originOf(text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", errors.New("client: Config.Origin is not scheme://host[:port]")
	}
	scheme, port := strings.ToLower(u.Scheme), u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[scheme]
	}
	if port == "" {
		return "", errors.New("client: Config.Origin is neither http nor https")
	}
	return scheme + "://" + net.JoinHostPort(strings.ToLower(u.Hostname()), port), nil
}
