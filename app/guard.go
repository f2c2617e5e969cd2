package app

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// guard is what a request must pass before anything reads its cookie: the Host list, the methods and the proof that one of
// our own pages sent it (promises A5, A13; 3.4). It is immutable.
type guard struct {
	scheme   string
	home     string            // the public origin
	homeName string            // its host without the port
	hosts    map[string]string // Host as browsers send it → origin
	proxy    bool
	insecure bool
}

func newGuard(public *url.URL, names []string, proxy, insecure bool) (*guard, error) {
	if public == nil || public.Host == "" || public.Scheme != "http" && public.Scheme != "https" {
		return nil, errors.New("app: URL must be the public address, http://… or https://…")
	}
	if public.User != nil || public.RawQuery != "" || strings.Trim(public.Path, "/") != "" {
		return nil, fmt.Errorf("app: the public address %s must be a scheme and a host alone", public.Redacted())
	}
	g := &guard{scheme: public.Scheme, homeName: strings.ToLower(public.Hostname()), hosts: map[string]string{}, proxy: proxy, insecure: insecure}
	port := public.Port()
	if port == "" {
		port = defaultPort(g.scheme)
	}
	g.home = g.allow(net.JoinHostPort(strings.ToLower(public.Hostname()), port))
	for _, n := range names {
		n = strings.ToLower(n)
		if _, _, err := net.SplitHostPort(n); err != nil {
			n = net.JoinHostPort(strings.Trim(n, "[]"), port)
		}
		g.allow(n)
	}
	return g, nil
}

// allow adds host:port to the list in each spelling of it that a browser uses and returns its origin.
func (g *guard) allow(hostport string) string {
	name, port, _ := net.SplitHostPort(hostport)
	bare := hostport
	if port == defaultPort(g.scheme) {
		bare = strings.TrimSuffix(hostport, ":"+port)
	}
	origin := g.scheme + "://" + bare
	g.hosts[bare], g.hosts[net.JoinHostPort(name, port)] = origin, origin
	return origin
}

// ours reports whether the app is served at an origin.
func (g *guard) ours(origin string) bool {
	for _, o := range g.hosts {
		if o == origin {
			return true
		}
	}
	return false
}

func defaultPort(scheme string) string {
	if scheme == "https" {
		return "443"
	}
	return "80"
}

// origin returns the origin that a request was sent to, "" when its Host is not on the list.
func (g *guard) origin(r *http.Request) string { return g.hosts[strings.ToLower(r.Host)] }

// moved returns where a request for a bare loopback name belongs: a port is no boundary between cookies, so an app lives on a
// name of its own. "" when it does not apply.
func (g *guard) moved(r *http.Request) string {
	if !strings.HasSuffix(g.homeName, ".localhost") || r.Method != http.MethodGet || !strings.HasPrefix(r.RequestURI, "/") {
		return ""
	}
	if !bare(r.Host) {
		return ""
	}
	return g.home + r.RequestURI
}

// bare reports whether a Host is one of the names that every program on this machine shares.
func bare(host string) bool {
	name := hostName(host)
	return name == "localhost" || name == "127.0.0.1" || name == "::1"
}

func hostName(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.Trim(host, "[]"))
}

// loopback reports whether a name can only mean the machine of whoever asks.
func loopback(name string) bool {
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true
	}
	ip := net.ParseIP(name)
	return ip != nil && ip.IsLoopback()
}

// encrypted reports whether the browser reached us by https. Without a trusted proxy the public address is taken at its word.
func (g *guard) encrypted(r *http.Request) bool {
	switch {
	case r.TLS != nil:
		return true
	case g.proxy:
		proto := r.Header.Values("X-Forwarded-Proto")
		return len(proto) == 1 && strings.EqualFold(proto[0], "https")
	}
	return g.scheme == "https"
}

// open reports whether what is sent can be read on the way: plain http to a name that is not this machine's.
func (g *guard) open(r *http.Request) bool {
	return !g.encrypted(r) && !loopback(hostName(r.Host))
}

// errProof says that nothing shows that a request came from one of our own pages.
var errProof = errors.New("no proof that one of our own pages sent this")

// navigation checks a request for a page shell: anybody may link to one, nobody may embed or fetch one.
func (g *guard) navigation(r *http.Request) error {
	site, ok := one(r.Header, "Sec-Fetch-Site")
	if !ok {
		return errProof
	}
	switch site {
	case "same-origin", "none":
		return nil
	case "cross-site", "same-site":
		if r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document" {
			return nil
		}
	case "":
		if from, ok := one(r.Header, "Origin"); ok && (from == "" || from == g.origin(r)) {
			return nil
		}
	}
	return errProof
}

// proof checks a request that reads or changes something for whoever is logged in.
func (g *guard) proof(r *http.Request) error {
	site, ok1 := one(r.Header, "Sec-Fetch-Site")
	from, ok2 := one(r.Header, "Origin")
	ours := from == g.origin(r)
	switch {
	case !ok1 || !ok2 || from != "" && !ours:
		return errProof
	case site == "same-origin":
		return nil
	case site == "" && ours:
		return nil
	case site == "" && from == "" && r.Method != http.MethodPost && scripted(r):
		return nil // a header of our own cannot be sent from elsewhere without a preflight, which is refused
	}
	return errProof
}

// within checks a request for a part of one of our own pages: no other page may show or fetch it. One that is opened by itself, in a tab, is as good.
func (g *guard) within(r *http.Request) error {
	site, ok1 := one(r.Header, "Sec-Fetch-Site")
	from, ok2 := one(r.Header, "Origin")
	if !ok1 || !ok2 || from != "" && from != g.origin(r) {
		return errProof
	}
	switch site {
	case "same-origin", "none", "":
		return nil
	}
	return errProof
}

// scripted reports whether app.js sent the request.
func scripted(r *http.Request) bool { return slices.Equal(r.Header.Values("X-Usher"), []string{"1"}) }

// crossSite reports whether a request is a click on somebody else's page.
func crossSite(r *http.Request) bool { return r.Header.Get("Sec-Fetch-Site") == "cross-site" }

// one returns the value of a header that may be there once at most.
func one(h http.Header, name string) (string, bool) {
	v := h.Values(name)
	switch len(v) {
	case 0:
		return "", true
	case 1:
		return v[0], v[0] != ""
	}
	return "", false
}
