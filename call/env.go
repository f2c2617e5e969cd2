package call

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/value"
)

// base is where the calls of a group go: fixed when the Client is made, so no value can move it.
type base struct {
	origin string // scheme://host
	path   string // escaped, without a slash at its end
}

// environment resolves env.*.
func environment(p *project.Project, given map[string]string) map[string]any {
	env := make(map[string]any, len(p.App.Env))
	for _, v := range p.App.Env {
		text := cmp.Or(given[v.Name], v.Default)
		switch {
		case text == "":
		case v.Secret:
			env[v.Name] = value.NewSecret(text)
		default:
			env[v.Name] = text
		}
	}
	return env
}

// MissingError says which values nobody gives, all of them at once (F219).
type MissingError struct{ Names []string }

// Error names them.
func (e *MissingError) Error() string {
	return fmt.Sprintf("no value for %s (set it in the environment, or give it a default under env: in app.yaml)", strings.Join(e.Names, ", "))
}

// Missing lists what the calls of a project read and nobody gives: names of env.*, then secrets as GROUP.NAME. A secret that is there
// without a value, because its origin changed, is not missing: its calls are refused one by one.
func Missing(p *project.Project, env map[string]string, secrets map[string]Secret) []string {
	var names []string
	read := envReads(p)
	for _, v := range p.App.Env {
		if cmp.Or(env[v.Name], v.Default) == "" && slices.Contains(read, v.Name) {
			names = append(names, v.Name)
		}
	}
	uses := secretUses(p)
	for _, g := range p.Groups {
		for _, s := range g.Secrets {
			id := g.Name + "." + s.Name
			_, given := secrets[id]
			reads := func(c *project.Call) bool { return slices.Contains(uses[c], s.Name) }
			if !given && slices.ContainsFunc(g.Calls, reads) {
				names = append(names, id)
			}
		}
	}
	return names
}

// envReads lists the names of env.* that some group, call or identity provider reads.
func envReads(p *project.Project) []string {
	var names []string
	for _, o := range p.App.Auth.Providers {
		names = append(names, namesOf("env.", o.Issuer, o.ClientID, o.ClientSecret)...)
	}
	for _, g := range p.Groups {
		names = append(names, namesOf("env.", g.URL)...)
		names = append(names, namesOf("env.", valuesOf(g.Headers)...)...)
		for _, c := range g.Calls {
			names = append(names, namesOf("env.", c.URL)...)
			names = append(names, namesOf("env.", templatesOf(c)...)...)
		}
	}
	return names
}

// namesOf lists the names below root, such as "env.", that templates read.
func namesOf(root string, templates ...*value.Template) []string {
	var names []string
	for _, t := range templates {
		for _, r := range t.Reads() {
			if name, ok := strings.CutPrefix(r, root); ok {
				name, _, _ = strings.Cut(name, ".")
				names = append(names, name)
			}
		}
	}
	return names
}

func valuesOf(kvs []project.KV) []*value.Template {
	out := make([]*value.Template, len(kvs))
	for i, kv := range kvs {
		out[i] = kv.Value
	}
	return out
}

// templatesOf are the templates that a call itself is made of, but for its address.
func templatesOf(c *project.Call) []*value.Template {
	out := append(append([]*value.Template{c.Path, c.Body}, valuesOf(c.Headers)...), valuesOf(c.Query)...)
	for _, p := range c.Parts {
		out = append(out, p.Value, p.FileName, p.Type)
	}
	return out
}

// resolveAddresses fixes where the calls of each group, and those with an address of their own, go.
func (c *Client) resolveAddresses() error {
	c.bases, c.own = make(map[*project.Group]base, len(c.project.Groups)), map[*project.Call]base{}
	var faults []error
	for _, g := range c.project.Groups {
		b, err := c.resolveBase(g.URL)
		if err == nil {
			err = checkHeaders(g)
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("calls/%s.yaml: %w", g.Name, err))
			continue
		}
		c.bases[g] = b
		for _, call := range g.Calls {
			if call.URL == nil {
				continue
			}
			if c.own[call], err = c.resolveBase(call.URL); err != nil {
				faults = append(faults, fmt.Errorf("calls/%s.yaml: %s: %w", g.Name, call.Name, err))
			}
		}
	}
	return errors.Join(faults...)
}

// baseOf is where a call goes.
func (c *Client) baseOf(call *project.Call) base {
	if b, ok := c.own[call]; ok {
		return b
	}
	return c.bases[call.Group]
}

// resolveBase reads a base URL. Errors never show it: it may hold what is not for logs.
func (c *Client) resolveBase(t *value.Template) (base, error) {
	v, err := t.Eval(value.Scope{"env": c.env, "constants": c.project.App.Constants})
	if err != nil {
		return base{}, fmt.Errorf("url: %w", err)
	}
	if value.HasSecret(v) {
		return base{}, errors.New("url: a secret may not be part of an address")
	}
	u, err := url.Parse(value.Text(v))
	switch {
	case err != nil:
		return base{}, errors.New("url: this is not an address")
	case u.Scheme != "http" && u.Scheme != "https":
		return base{}, errors.New("url: it must begin with http:// or https://")
	case u.Hostname() == "" || u.Opaque != "":
		return base{}, errors.New("url: it names no host")
	case u.User != nil:
		return base{}, errors.New("url: it may not hold a user name or password")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return base{}, errors.New("url: it may not hold a query or fragment (put them into the calls)")
	case strings.ContainsAny(u.Host, "\\ \t") || !ascii(u.Host):
		return base{}, errors.New("url: the host holds a character that no host has")
	}
	return base{origin: u.Scheme + "://" + u.Host, path: strings.TrimRight(u.EscapedPath(), "/")}, nil
}

// reserved are the headers that the connection owns, and those that would carry cookies.
var reserved = map[string]string{
	"Host": "", "Content-Length": "", "Transfer-Encoding": "", "Connection": "", "Keep-Alive": "", "Proxy-Connection": "",
	"Proxy-Authorization": "", "Te": "", "Trailer": "", "Upgrade": "", "Expect": "", "Accept-Encoding": "",
	"Cookie": "cookies are never sent to a backend", "Cookie2": "cookies are never sent to a backend",
}

// checkHeaders refuses declared headers that may not be (F4, F12, F13).
func checkHeaders(g *project.Group) error {
	var faults []error
	check := func(where string, kvs []project.KV) {
		for _, kv := range kvs {
			if err := checkHeaderName(kv.Name); err != nil {
				faults = append(faults, fmt.Errorf("%s: %w", where, err))
			}
		}
	}
	check("headers", g.Headers)
	for _, c := range g.Calls {
		check("calls/"+c.Name+"/headers", c.Headers)
	}
	if g.ClientAddress != "" {
		check("clientAddress", []project.KV{{Name: g.ClientAddress}})
	}
	return errors.Join(faults...)
}

func checkHeaderName(name string) error {
	if !isToken(name) {
		return fmt.Errorf("%q is not the name of a header", name)
	}
	why, bad := reserved[http.CanonicalHeaderKey(name)]
	switch {
	case bad && why == "":
		return fmt.Errorf("the header %s is set by the connection itself", name)
	case bad:
		return fmt.Errorf("the header %s may not be declared: %s", name, why)
	}
	return nil
}

// isToken reports whether s is a header name by RFC 9110.
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		alnum := c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !alnum && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return s != ""
}

// ascii reports whether s holds only printable ASCII: what a header value or host may hold.
func ascii(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return false
		}
	}
	return true
}
