package project

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/usherdev/usher/value"
)

// protocolParams are those of an authorization request that the protocol owns.
var protocolParams = []string{
	"response_type", "response_mode", "client_id", "client_secret", "redirect_uri", "scope", "state", "nonce", "code_challenge", "code_challenge_method",
}

// readProviders decodes authentication.providers: identity providers that people may log in with.
func (c *checker) readProviders() {
	p, ok := c.app.auth.get("providers")
	if !ok {
		return
	}
	for _, e := range p.entries("providers") {
		if e.key.name("a provider", e.name) {
			c.p.App.Auth.Providers = append(c.p.App.Auth.Providers, c.readProvider(e))
		}
	}
}

func (c *checker) readProvider(e entry) *Provider {
	s := e.val.section("a provider", providerKeys...)
	out := &Provider{Name: e.name, Token: s.choice("token", ProviderAccessToken, ProviderAccessToken, ProviderIDToken)}
	sc := scope{env: c.app.calls, calls: true}
	if ip, ok := s.need("issuer", "the provider's address, such as https://accounts.example.com"); ok {
		out.Issuer = sc.value(ip, want{what: "issuer", typ: value.TextType(), hint: "an issuer is no secret"})
		issuerAddress(ip, out.Issuer)
		c.addresses(ip.n.Value)
	}
	if ip, ok := s.need("clientId", "the name under which the provider knows this app"); ok {
		out.ClientID = sc.value(ip, want{what: "clientId", typ: value.TextType(), hint: "a client id is no secret"})
	}
	if sp, ok := s.get("clientSecret"); ok {
		out.ClientSecret = sc.value(sp, want{what: "clientSecret", typ: value.SecretType(), secret: true})
		if v, ok := out.ClientSecret.Constant(); ok && v != nil {
			sp.fail("a client secret is written into the project", "declare it under env: with secret: true, and write ${env.NAME}") // G8
		}
	}
	out.Scopes = []string{"openid"}
	if p, ok := s.get("scopes"); ok {
		for _, item := range p.items("scopes") {
			if v, ok := item.literal("a scope"); ok && !slices.Contains(out.Scopes, v) {
				if strings.ContainsAny(v, " \t\"\\") {
					item.fail(quoted(v)+" is not one scope", "write each on a line of its own")
				}
				out.Scopes = append(out.Scopes, v)
			}
		}
	}
	out.Params = readProviderParams(s)
	sc = scope{env: c.app.base.With("claims", value.AnyType())}
	if p, ok := s.get("uid"); ok {
		out.UID = sc.value(p, want{what: "uid", typ: value.TextType()})
	}
	if p, ok := s.get("user"); ok {
		out.User = sc.value(p, want{what: "user", typ: c.p.App.Auth.UserType})
	}
	return out
}

// issuerAddress judges an issuer that is written out.
func issuerAddress(p place, t *value.Template) {
	v, ok := t.Constant()
	text, isText := v.(string)
	if !ok || !isText {
		return
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		p.fail("issuer must be an address such as https://accounts.example.com", "")
	case u.Scheme != "https" && !(u.Scheme == "http" && ownMachine(u.Hostname())):
		p.fail("issuer must begin with https://", "http:// is for a provider on this machine")
	}
}

func ownMachine(name string) bool {
	ip := net.ParseIP(name)
	return name == "localhost" || strings.HasSuffix(name, ".localhost") || ip != nil && ip.IsLoopback()
}

func readProviderParams(s section) map[string]string {
	p, ok := s.get("params")
	if !ok {
		return nil
	}
	out := map[string]string{}
	for _, e := range p.entries("params") {
		if slices.Contains(protocolParams, e.name) {
			e.key.fail("the parameter "+e.name+" is set by the protocol", "")
		} else if v, ok := e.val.literal(e.name); ok {
			out[e.name] = v
		}
	}
	return out
}

// fillProvider decodes Log In With.
func (sc scope) fillProvider(a *Action, s section) {
	sc.fillProps(a, s, "provider")
	p, ok := s.get("provider")
	if !ok {
		return
	}
	name, ok := p.literal("provider")
	if !ok {
		return
	}
	if a.Provider = s.c.p.App.Auth.Provider(name); a.Provider == nil {
		var names []string
		for _, o := range s.c.p.App.Auth.Providers {
			names = append(names, o.Name)
		}
		hint := didYouMean(name, names)
		if len(names) == 0 {
			hint = "declare it: providers in authentication of app.yaml"
		}
		p.fail(fmt.Sprintf("there is no provider %q", name), hint)
		return
	}
	a.Props["provider"] = value.Const(name)
}
