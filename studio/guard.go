package studio

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// guard says which requests may come near a handler: those for our own host, sent by our own page (promises E2, E4; 3.4).
type guard struct {
	hosts  []string // Host in each spelling that browsers use
	origin string   // scheme://host[:port], what Origin must be
	frame  string   // origin of the canvas, the only one that may be framed
	secure bool     // the cookie gets its prefix: https, or a loopback name that browsers trust
}

func newGuard(u *url.URL, frame string) (guard, error) {
	if u.Scheme != "http" && u.Scheme != "https" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		return guard{}, errors.New("studio: URL must be a scheme and a host alone")
	}
	fu, err := url.Parse(frame)
	if err != nil || fu.Host == "" || fu.Scheme != "http" && fu.Scheme != "https" || frame != fu.Scheme+"://"+fu.Host || strings.ContainsAny(frame, " ;,'\"*") {
		return guard{}, errors.New("studio: the preview's origin must be scheme://host[:port]")
	}
	host := strings.ToLower(u.Host)
	if strings.EqualFold(fu.Hostname(), u.Hostname()) {
		return guard{}, errors.New("studio: the preview must live on another host name: a port is no boundary for cookies")
	}
	g := guard{hosts: []string{host}, origin: u.Scheme + "://" + host, frame: frame}
	port := map[string]string{"http": "80", "https": "443"}[u.Scheme]
	switch u.Port() {
	case "":
		g.hosts = append(g.hosts, net.JoinHostPort(strings.ToLower(u.Hostname()), port))
	case port:
		bare := strings.TrimSuffix(host, ":"+port)
		g.hosts, g.origin = append(g.hosts, bare), u.Scheme+"://"+bare
	}
	g.secure = u.Scheme == "https" || loopback(u.Hostname())
	return g, nil
}

// loopback reports whether a name can only mean this machine.
func loopback(name string) bool {
	if name = strings.ToLower(name); name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true
	}
	ip := net.ParseIP(name)
	return ip != nil && ip.IsLoopback()
}

func (g guard) host(r *http.Request) bool { return slices.Contains(g.hosts, strings.ToLower(r.Host)) }

// one returns a header that may be there once at most.
func one(h http.Header, name string) (string, bool) {
	v := h.Values(name)
	switch len(v) {
	case 0:
		return "", true
	case 1:
		return v[0], true
	}
	return "", false
}

// proof reports whether our own page sent r. What changes something must carry our header too, which no form can send.
func (g guard) proof(r *http.Request) bool {
	site, once := one(r.Header, "Sec-Fetch-Site")
	from, onceFrom := one(r.Header, "Origin")
	if !once || !onceFrom || from != "" && from != g.origin {
		return false
	}
	if site != "same-origin" && (site != "" || from == "") {
		return false
	}
	return safe(r) || slices.Equal(r.Header.Values("X-Usher"), []string{"1"})
}

func safe(r *http.Request) bool { return r.Method == http.MethodGet || r.Method == http.MethodHead }

// opened reports whether r opens a page of ours in a window of its own: typed, by a link, or by ourselves. A page that fetches,
// frames or fetches ahead is refused.
func (g guard) opened(r *http.Request) bool {
	site, once := one(r.Header, "Sec-Fetch-Site")
	if !once || r.Header.Get("Sec-Purpose") != "" || r.Header.Get("Purpose") != "" {
		return false
	}
	switch site {
	case "same-origin", "none", "":
		return r.Header.Get("Sec-Fetch-Dest") == "" || r.Header.Get("Sec-Fetch-Dest") == "document"
	case "cross-site", "same-site":
		return r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
	}
	return false
}

// fetched reports whether r asks for an asset from our own page, or from nobody's.
func (g guard) fetched(r *http.Request) bool {
	site, once := one(r.Header, "Sec-Fetch-Site")
	from, onceFrom := one(r.Header, "Origin")
	return once && onceFrom && (site == "" || site == "same-origin" || site == "none") && (from == "" || from == g.origin)
}

// secure sets the headers that every response carries.
func secure(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Cookie, Origin, Sec-Fetch-Site")
}

// pagePolicy is the Content-Security-Policy of the studio's page. The nonce is for the style elements of its component library.
func (g guard) pagePolicy(nonce string) string {
	return strings.Join([]string{
		"default-src 'none'", "script-src 'self'", "style-src 'self' 'nonce-" + nonce + "'", "img-src 'self' data:", "font-src 'self'", "connect-src 'self'",
		"frame-src " + g.frame, "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'", "object-src 'none'",
	}, "; ")
}
