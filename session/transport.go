package session

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// maxReplay is the largest body that is held to be sent again.
const maxReplay = 1 << 20

// Hooks say how a Transport authenticates.
type Hooks struct {
	// Origin is where the tokens may go: scheme, host and port, as "https://api.example.com".
	// Requests to any other origin, also after a redirect, leave without them. Required (A3).
	Origin string
	// Base sends; nil means http.DefaultTransport.
	Base http.RoundTripper
	// Attach puts the login on a request; nil means "Authorization: Bearer TOKEN".
	Attach func(*http.Request, AuthData)
	// Expired reports whether a reply says that the token is expired; nil means status 401. It
	// must not read the body.
	Expired func(*http.Response) bool
}

// Transport returns a RoundTripper for Go programs that sends requests as the login of id. It
// renews ahead of expiry, and after a reply that says "expired" it renews once and sends once more;
// a second such reply is handed on. A body over 1 MiB is sent, but not twice unless the request has
// a GetBody. Where nobody is logged in the round trip fails with ErrNotLoggedIn.
func (m *Manager) Transport(id string, h Hooks) (http.RoundTripper, error) {
	u, err := url.Parse(h.Origin)
	if err != nil || u.Scheme == "" || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.User != nil || u.RawQuery != "" {
		return nil, errors.New("session: Hooks.Origin is not scheme://host[:port]")
	}
	if h.Base == nil {
		h.Base = http.DefaultTransport
	}
	if h.Attach == nil {
		h.Attach = func(r *http.Request, a AuthData) { r.Header.Set("Authorization", "Bearer "+a.Token.Reveal()) }
	}
	if h.Expired == nil {
		h.Expired = func(r *http.Response) bool { return r.StatusCode == http.StatusUnauthorized }
	}
	return &transport{m: m, id: id, h: h, origin: origin(u)}, nil
}

type transport struct {
	m      *Manager
	id     string
	h      Hooks
	origin string
}

// origin spells an origin in one way, with its port.
func origin(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[strings.ToLower(u.Scheme)]
	}
	return strings.ToLower(u.Scheme + "://" + u.Hostname() + ":" + port)
}

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if origin(r.URL) != t.origin {
		return t.h.Base.RoundTrip(r)
	}
	s, found, err := t.m.Fresh(r.Context(), t.id)
	if err == nil && (!found || s.Ended != "") {
		err = ErrNotLoggedIn
	}
	if err != nil {
		closeBody(r)
		return nil, err
	}
	r = r.Clone(r.Context())
	again, err := hold(r)
	if err != nil {
		closeBody(r)
		return nil, err
	}
	reply, err := t.send(r.Context(), r, r.Body, s)
	if err != nil || !t.h.Expired(reply) || again == nil {
		return reply, err
	}
	s, err = t.m.Renew(r.Context(), t.id, s.Ver)
	if err != nil {
		return reply, nil // the backend's own reply says more than our error would
	}
	body, err := again()
	if err != nil {
		return reply, nil
	}
	io.Copy(io.Discard, io.LimitReader(reply.Body, 64<<10)) // lets the connection be used again
	reply.Body.Close()
	return t.send(r.Context(), r, body, s)
}

func (t *transport) send(ctx context.Context, r *http.Request, body io.ReadCloser, s Session) (*http.Response, error) {
	r = r.Clone(ctx)
	r.Body = body
	t.h.Attach(r, s.Auth)
	return t.h.Base.RoundTrip(r)
}

// hold returns how to get the body a second time; nil if it is too large to be held.
func hold(r *http.Request) (func() (io.ReadCloser, error), error) {
	if r.Body == nil || r.Body == http.NoBody {
		return func() (io.ReadCloser, error) { return r.Body, nil }, nil
	}
	if r.GetBody != nil {
		return r.GetBody, nil
	}
	head, err := io.ReadAll(io.LimitReader(r.Body, maxReplay+1))
	if err != nil {
		return nil, err
	}
	if len(head) > maxReplay {
		r.Body = joined{io.MultiReader(bytes.NewReader(head), r.Body), r.Body}
		return nil, nil
	}
	r.Body.Close()
	again := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(head)), nil }
	r.Body, _ = again()
	return again, nil
}

type joined struct {
	io.Reader
	io.Closer
}

func closeBody(r *http.Request) {
	if r.Body != nil {
		r.Body.Close()
	}
}
