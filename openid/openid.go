// Package openid speaks the browser's half of OpenID Connect for a log-in by an identity provider: it finds a provider's
// endpoints by discovery, makes the address that a browser is sent to (authorization code with PKCE, state and nonce), and
// verifies ID tokens against the provider's keys.
//
// It sends nothing but GETs for public documents, through the transport it is given. It never holds a client secret, never
// spends a code and keeps no token: package call does that.
package openid

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
)

const (
	wellKnown   = "/.well-known/openid-configuration"
	maxDocument = 1 << 20          // bytes of a discovery document, and of a key set
	documentTTL = time.Hour        // how long one is believed
	fetchTime   = 10 * time.Second // for one document or key set
)

// Config says which provider it is about.
type Config struct {
	Issuer    string            // as the provider writes it: https://…, or http:// on this machine. Required
	ClientID  string            // required
	Transport http.RoundTripper // required; it decides which addresses may be reached
	Now       func() time.Time  // nil: time.Now
}

// Provider is one identity provider. It is safe for concurrent use.
type Provider struct {
	cfg  Config
	home *url.URL

	mu    sync.Mutex
	found *document // nil: not asked yet
	until time.Time
	keys  oidc.KeySet
}

// Endpoints are where a provider does what. All but UserInfo and Revocation are there.
type Endpoints struct {
	Authorization, Token, UserInfo, Revocation string
	PostSecret                                 bool // the client's secret goes into the form, for the provider takes no Basic
	NamesItself                                bool // its answers carry iss (RFC 9207)
}

// document is what we read of a discovery document (OpenID Connect Discovery 1.0, section 3).
type document struct {
	Issuer        string   `json:"issuer"`
	Authorization string   `json:"authorization_endpoint"`
	Token         string   `json:"token_endpoint"`
	UserInfo      string   `json:"userinfo_endpoint"`
	Revocation    string   `json:"revocation_endpoint"`
	Keys          string   `json:"jwks_uri"`
	AuthMethods   []string `json:"token_endpoint_auth_methods_supported"`
	Algorithms    []string `json:"id_token_signing_alg_values_supported"`
	PKCE          []string `json:"code_challenge_methods_supported"`
	NamesItself   bool     `json:"authorization_response_iss_parameter_supported"`
}

// New returns a Provider. It asks nobody yet, so that an app starts while its provider is away.
func New(cfg Config) (*Provider, error) {
	u, err := url.Parse(cfg.Issuer)
	switch {
	case cfg.Transport == nil:
		return nil, errors.New("openid: Config.Transport is required")
	case cfg.ClientID == "":
		return nil, errors.New("the client id is empty")
	case err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, errors.New("the issuer must be an address such as https://accounts.example.com")
	case u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())):
		return nil, errors.New("the issuer must begin with https:// (http:// only on this machine)")
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Provider{cfg: cfg, home: u}, nil
}

func loopback(name string) bool {
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true
	}
	ip := net.ParseIP(name)
	return ip != nil && ip.IsLoopback()
}

// Endpoints returns where the provider does what, by its discovery document. A provider that cannot be reached, or whose document
// names another issuer or addresses that may not be trusted, is an error; the next call asks again.
func (p *Provider) Endpoints(ctx context.Context) (Endpoints, error) {
	d, _, err := p.discover(ctx)
	if err != nil {
		return Endpoints{}, err
	}
	return Endpoints{
		Authorization: d.Authorization, Token: d.Token, UserInfo: d.UserInfo, Revocation: d.Revocation, NamesItself: d.NamesItself,
		PostSecret: len(d.AuthMethods) > 0 && !slices.Contains(d.AuthMethods, "client_secret_basic") && slices.Contains(d.AuthMethods, "client_secret_post"),
	}, nil
}

func (p *Provider) discover(ctx context.Context) (*document, oidc.KeySet, error) {
	p.mu.Lock()
	d, keys := p.found, p.keys
	stale := d == nil || p.cfg.Now().After(p.until)
	p.mu.Unlock()
	if !stale {
		return d, keys, nil
	}
	next, err := p.fetch(ctx)
	if err != nil {
		if d != nil {
			return d, keys, nil // what was true an hour ago is better than nothing
		}
		return nil, nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.keys == nil || p.found == nil || p.found.Keys != next.Keys {
		// The key set outlives this request, so it gets a context of its own.
		p.keys = oidc.NewRemoteKeySet(oidc.ClientContext(context.Background(), p.client()), next.Keys)
	}
	p.found, p.until = next, p.cfg.Now().Add(documentTTL)
	return next, p.keys, nil
}

func (p *Provider) client() *http.Client {
	return &http.Client{
		Transport: bounded{p.cfg.Transport, maxDocument}, Timeout: fetchTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func (p *Provider) fetch(ctx context.Context) (*document, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimRight(p.cfg.Issuer, "/")+wellKnown, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	res, err := p.client().Do(req)
	if err != nil {
		return nil, fmt.Errorf("discovery: %w", err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	switch {
	case err != nil:
		return nil, fmt.Errorf("discovery: %w", err)
	case res.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("discovery: status %d", res.StatusCode)
	}
	d := &document{}
	if err := json.Unmarshal(b, d); err != nil {
		return nil, errors.New("discovery: the document is no JSON object of the expected shape")
	}
	return d, p.judge(d)
}

// judge refuses a document that another issuer wrote, or that would have us send secrets over an open line: what it says is data,
// and an address out of data is no operator's word.
func (p *Provider) judge(d *document) error {
	if d.Issuer != p.cfg.Issuer {
		return fmt.Errorf("discovery: the document is of another issuer than %s (mind the slash at the end)", p.cfg.Issuer)
	}
	for name, at := range map[string]string{
		"authorization_endpoint": d.Authorization, "token_endpoint": d.Token, "jwks_uri": d.Keys,
		"userinfo_endpoint": d.UserInfo, "revocation_endpoint": d.Revocation,
	} {
		if at == "" && (name == "userinfo_endpoint" || name == "revocation_endpoint") {
			continue
		}
		u, err := url.Parse(at)
		switch {
		case err != nil || u.Host == "" || u.User != nil || u.Fragment != "":
			return fmt.Errorf("discovery: %s is not an address", name)
		case u.Scheme == "https" && p.home.Scheme == "https":
		case u.Scheme != p.home.Scheme || u.Host != p.home.Host:
			return fmt.Errorf("discovery: %s is not by https", name)
		}
	}
	if len(d.PKCE) > 0 && !slices.Contains(d.PKCE, "S256") {
		return errors.New("discovery: the provider knows no PKCE with S256")
	}
	return nil
}

// Attempt is one log-in under way. All of it is secret until the browser has come back, and of no use afterwards.
type Attempt struct {
	State    string `json:"s"` // in the address, and back from it
	Nonce    string `json:"n"` // in the address, and back in the ID token
	Verifier string `json:"v"` // PKCE: for the exchange of the code alone
}

// Begin makes an attempt and the address that the browser goes to. redirect is where it comes back; extra are parameters of the
// provider's own, such as prompt: they cannot replace those of the protocol.
func (p *Provider) Begin(ctx context.Context, redirect string, scopes []string, extra map[string]string) (Attempt, string, error) {
	d, _, err := p.discover(ctx)
	if err != nil {
		return Attempt{}, "", err
	}
	a := Attempt{State: random(), Nonce: random(), Verifier: random()}
	u, err := url.Parse(d.Authorization)
	if err != nil {
		return Attempt{}, "", err
	}
	q := u.Query()
	for _, k := range slices.Sorted(maps.Keys(extra)) {
		q.Set(k, extra[k])
	}
	challenge := sha256.Sum256([]byte(a.Verifier))
	for k, v := range map[string]string{
		"response_type": "code", "response_mode": "query", "client_id": p.cfg.ClientID, "redirect_uri": redirect,
		"scope": strings.Join(scopes, " "), "state": a.State, "nonce": a.Nonce,
		"code_challenge": base64.RawURLEncoding.EncodeToString(challenge[:]), "code_challenge_method": "S256",
	} {
		q.Set(k, v)
	}
	u.RawQuery = q.Encode()
	return a, u.String(), nil
}

func random() string {
	var b [32]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// Refusal is what a provider says when it logs nobody in. Code is one of the protocol's words or "unknown": it is safe to log.
type Refusal struct{ Code string }

// Error returns the code in a sentence.
func (r *Refusal) Error() string { return "the provider answered " + r.Code }

// codes are the errors of an authorization answer (RFC 6749 4.1.2.1, OpenID Connect Core 3.1.2.6).
var codes = []string{
	"access_denied", "invalid_request", "unauthorized_client", "unsupported_response_type", "invalid_scope", "server_error",
	"temporarily_unavailable", "interaction_required", "login_required", "account_selection_required", "consent_required",
	"invalid_request_uri", "invalid_request_object", "request_not_supported", "request_uri_not_supported", "registration_not_supported",
}

// ErrForeign says that an answer is not one to the attempt: it must have no effect at all.
var ErrForeign = errors.New("the answer does not belong to this log-in")

// Code reads the provider's answer in the address that the browser came back to. Errors: ErrForeign, a *Refusal, or a fault of
// discovery.
func (p *Provider) Code(ctx context.Context, a Attempt, answer url.Values) (string, error) {
	for _, name := range []string{"state", "code", "error", "iss"} {
		if len(answer[name]) > 1 {
			return "", ErrForeign
		}
	}
	if a.State == "" || subtle.ConstantTimeCompare([]byte(answer.Get("state")), []byte(a.State)) != 1 {
		return "", ErrForeign
	}
	d, _, err := p.discover(ctx)
	if err != nil {
		return "", err
	}
	if iss := answer.Get("iss"); iss != "" && iss != d.Issuer || iss == "" && d.NamesItself {
		return "", ErrForeign // RFC 9207: the answer of another provider
	}
	if code := answer.Get("error"); code != "" {
		if !slices.Contains(codes, code) {
			code = "unknown"
		}
		return "", &Refusal{code}
	}
	if answer.Get("code") == "" {
		return "", ErrForeign
	}
	return answer.Get("code"), nil
}

// Verify checks an ID token: signature by one of the provider's keys, issuer, audience, times, the attempt's nonce, and that it was
// made for the access token where it says so. It returns the claims. An empty nonce is for a renewal, whose ID token need not have one.
func (p *Provider) Verify(ctx context.Context, idToken, nonce, accessToken string) (map[string]any, error) {
	d, keys, err := p.discover(ctx)
	if err != nil {
		return nil, err
	}
	v := oidc.NewVerifier(d.Issuer, keys, &oidc.Config{ClientID: p.cfg.ClientID, SupportedSigningAlgs: asymmetric(d.Algorithms), Now: p.cfg.Now})
	t, err := v.Verify(ctx, idToken)
	if err != nil {
		return nil, fmt.Errorf("ID token: %w", err)
	}
	claims := map[string]any{}
	dec := json.NewDecoder(strings.NewReader(payload(idToken)))
	dec.UseNumber()
	if err := dec.Decode(&claims); err != nil {
		return nil, errors.New("ID token: the claims are no JSON object")
	}
	if azp, ok := claims["azp"]; ok && azp != p.cfg.ClientID || !ok && len(t.Audience) > 1 {
		return nil, errors.New("ID token: it was made for another client")
	}
	if nonce != "" && subtle.ConstantTimeCompare([]byte(t.Nonce), []byte(nonce)) != 1 {
		return nil, ErrForeign
	}
	if t.Subject == "" {
		return nil, errors.New("ID token: it names nobody")
	}
	if t.AccessTokenHash != "" && accessToken != "" {
		if err := t.VerifyAccessToken(accessToken); err != nil {
			return nil, errors.New("ID token: it was made for another access token")
		}
	}
	return claims, nil
}

// payload is the middle part of a JWT that has been verified.
func payload(jwt string) string {
	parts := strings.Split(jwt, ".")
	if len(parts) != 3 {
		return ""
	}
	b, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return ""
	}
	return string(b)
}

// asymmetric leaves of a provider's algorithms those that need its private key; none named means RS256.
func asymmetric(algs []string) []string {
	good := []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA}
	out := slices.DeleteFunc(slices.Clone(algs), func(a string) bool { return !slices.Contains(good, a) })
	if len(out) == 0 {
		return []string{oidc.RS256}
	}
	return out
}
