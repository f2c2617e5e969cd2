package call

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/usherdev/usher/openid"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/value"
)

// Handover is a log-in with an identity provider between the browser's leaving and its coming back. It is secret.
type Handover struct {
	Provider string `json:"p"`
	openid.Attempt
}

// identity is an identity provider of the project, ready to be asked.
type identity struct {
	*openid.Provider
	of       *project.Provider
	clientID string
	secret   string // "" none
}

// identities makes the project's providers. Errors name the provider, never a value.
func (c *Client) identities() (map[string]*identity, error) {
	out := map[string]*identity{}
	var faults []error
	for _, p := range c.project.App.Auth.Providers {
		id, err := c.identity(p)
		if err != nil {
			faults = append(faults, fmt.Errorf("authentication/providers/%s: %w", p.Name, err))
			continue
		}
		out[p.Name] = id
	}
	return out, errors.Join(faults...)
}

func (c *Client) identity(p *project.Provider) (*identity, error) {
	scope := value.Scope{"env": c.env, "constants": c.project.App.Constants}
	text := func(t *value.Template) (string, error) {
		v, err := t.Eval(scope)
		return value.Text(value.Reveal(v)), err
	}
	issuer, err1 := text(p.Issuer)
	clientID, err2 := text(p.ClientID)
	secret, err3 := text(p.ClientSecret)
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, err
	}
	pr, err := openid.New(openid.Config{Issuer: issuer, ClientID: clientID, Transport: c.fresh, Now: c.now})
	if err != nil {
		return nil, err
	}
	return &identity{Provider: pr, of: p, clientID: clientID, secret: secret}, nil
}

// errNoProvider says that a login is of a provider that this revision no longer declares.
var errNoProvider = errors.New("the app declares no such provider")

// LeaveFor begins a log-in with a provider: the address to send the browser to, and what must be kept for its return. redirect is
// the address of this app that the provider sends it back to.
func (c *Client) LeaveFor(ctx context.Context, provider, redirect string) (string, Handover, error) {
	id := c.providers[provider]
	if id == nil {
		return "", Handover{}, errNoProvider
	}
	a, to, err := id.Begin(ctx, redirect, id.of.Scopes, id.of.Params)
	if err != nil {
		return "", Handover{}, fmt.Errorf("provider %s: %w", provider, err)
	}
	return to, Handover{Provider: provider, Attempt: a}, nil
}

// ComeBack ends a log-in with a provider: it checks what the browser brought, spends the code and reads who it is. The result is a
// whole login, Via included. Errors: openid.ErrForeign when the answer is not to this handover, an *openid.Refusal when the provider
// logs nobody in, a MappingError, or what went wrong on the way; none holds a code or token.
func (c *Client) ComeBack(ctx context.Context, h Handover, redirect string, answer url.Values) (session.AuthData, error) {
	id := c.providers[h.Provider]
	if id == nil {
		return session.AuthData{}, errNoProvider
	}
	code, err := id.Code(ctx, h.Attempt, answer)
	if err != nil {
		return session.AuthData{}, err
	}
	start := c.now()
	g, ans := c.grant(ctx, id, "log in", url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {redirect}, "code_verifier": {h.Verifier},
	})
	if ans.Class != session.Success {
		return session.AuthData{}, fmt.Errorf("provider %s: %s: %s", h.Provider, ans.Class, ans.Reason)
	}
	claims, err := id.Verify(ctx, g.IDToken, h.Nonce, g.AccessToken)
	if errors.Is(err, openid.ErrForeign) {
		return session.AuthData{}, err
	} else if err != nil {
		return session.AuthData{}, fmt.Errorf("provider %s: %w", h.Provider, err)
	}
	if err := c.userInfo(ctx, id, g.AccessToken, claims); err != nil {
		return session.AuthData{}, fmt.Errorf("provider %s: %w", h.Provider, err)
	}
	return c.enrol(id, g, claims, start)
}

// granted is a token answer (RFC 6749 5.1).
type granted struct {
	AccessToken  string      `json:"access_token"`
	TokenType    string      `json:"token_type"`
	RefreshToken string      `json:"refresh_token"`
	IDToken      string      `json:"id_token"`
	ExpiresIn    json.Number `json:"expires_in"`
}

// grant asks the token endpoint once. The Answer has the class of promises 2.5 and a reason that names no value; its Update is empty.
func (c *Client) grant(ctx context.Context, id *identity, doing string, form url.Values) (granted, session.Answer) {
	at, err := id.Endpoints(ctx)
	if err != nil {
		return granted{}, session.Answer{Class: session.NotSent, Reason: "the provider's endpoints are not known", Err: err}
	}
	req, err := id.post(ctx, at.Token, form, at.PostSecret)
	if err != nil {
		return granted{}, session.Answer{Class: session.Misconfig, Reason: err.Error()}
	}
	ans := c.exchangeWith(ctx, id, doing, req)
	out := classify(&project.Refresh{}, ans, nil, c.now())
	if out.Class != session.Success {
		return granted{}, out
	}
	var g granted
	if err := json.Unmarshal(ans.body, &g); err != nil {
		return granted{}, session.Answer{Class: session.Misconfig, Reason: "the answer is of another shape"}
	}
	if g.AccessToken == "" || g.TokenType != "" && !strings.EqualFold(g.TokenType, "bearer") {
		return granted{}, session.Answer{Class: session.Misconfig, Reason: "the answer holds no bearer token"}
	}
	return g, out
}

// post makes a request for the token or the revocation endpoint, with the client's own authentication.
func (id *identity) post(ctx context.Context, to string, form url.Values, secretInForm bool) (*http.Request, error) {
	if id.secret == "" || secretInForm {
		form.Set("client_id", id.clientID)
	}
	if id.secret != "" && secretInForm {
		form.Set("client_secret", id.secret)
	}
	body := []byte(form.Encode())
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, nil)
	if err != nil {
		return nil, errors.New("the endpoint is not an address")
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	if attempt := session.AttemptID(ctx); attempt != "" {
		req.Header.Set(attemptHeader, attempt)
	}
	if id.secret != "" && !secretInForm {
		req.SetBasicAuth(url.QueryEscape(id.clientID), url.QueryEscape(id.secret)) // RFC 6749 2.3.1
	}
	req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body)) // no GetBody: never sent twice (N9)
	return req, nil
}

// exchangeWith sends to a provider, tells of it, and never follows a redirect.
func (c *Client) exchangeWith(ctx context.Context, id *identity, doing string, req *http.Request) answer {
	start := c.now()
	ans := c.exchange(ctx, c.fresh, req, defaultTimeout, maxRefreshReply)
	e := Event{
		Call: "provider " + id.of.Name + ": " + doing, Method: req.Method, URL: req.URL.Scheme + "://" + req.URL.Host + req.URL.Path,
		Status: ans.status, OK: ans.err == nil && ans.status >= 200 && ans.status < 300, Took: c.now().Sub(start),
	}
	if ans.err != nil {
		e.Err = ans.describe()
	}
	c.observe(e)
	return ans
}

// userInfo adds what the provider's userinfo endpoint knows to the claims of the ID token, which win. Its answer must be about the
// same person (OpenID Connect Core 5.3.2).
func (c *Client) userInfo(ctx context.Context, id *identity, token string, claims map[string]any) error {
	at, err := id.Endpoints(ctx)
	if err != nil || at.UserInfo == "" {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.UserInfo, nil)
	if err != nil {
		return errors.New("userinfo: the endpoint is not an address")
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Accept", "application/json")
	ans := c.exchangeWith(ctx, id, "userinfo", req)
	switch {
	case ans.err != nil:
		return fmt.Errorf("userinfo: %s", ans.describe())
	case ans.status != http.StatusOK:
		return fmt.Errorf("userinfo: status %d", ans.status)
	}
	body, ok := decodeBody(ans, 0)
	more, isMap := body.(map[string]any)
	if !ok || !isMap || more["sub"] != claims["sub"] {
		return errors.New("userinfo: the answer is not about this person")
	}
	for k, v := range more {
		if _, there := claims[k]; !there {
			claims[k] = v
		}
	}
	return nil
}

// enrol maps tokens and claims to a login.
func (c *Client) enrol(id *identity, g granted, claims map[string]any, start time.Time) (session.AuthData, error) {
	a := session.AuthData{Via: id.of.Name}
	u, err := c.tokens(id, g, start)
	if err != nil {
		return a, err
	}
	a.Token, a.Expiry = *u.Token, *u.Expiry
	if u.RefreshToken != nil {
		a.RefreshToken = *u.RefreshToken
	}
	fields := project.AuthFields{UID: id.of.UID, User: id.of.User}
	if fields.UID == nil {
		fields.UID = value.Const(claims["sub"])
	}
	if fields.User == nil {
		fields.User = value.Const(claims)
	}
	who, err := c.mapper.Fields(Mapping{
		At: project.Path("/app/authentication/providers/" + id.of.Name), Fields: fields,
		Scope: value.Scope{"claims": claims, "env": c.env, "constants": c.project.App.Constants, "now": start},
	})
	switch {
	case err != nil:
		return a, err
	case who.UID == nil || *who.UID == "":
		return a, &MappingError{Field: "uid", Msg: "uid: the provider's claims do not name it"}
	}
	a.UID, a.User = *who.UID, who.MergeUser
	return a, nil
}

// tokens are the session fields of a token answer. The expiry counts from the start of the request.
func (c *Client) tokens(id *identity, g granted, start time.Time) (session.Update, error) {
	text := g.AccessToken
	if id.of.Token == project.ProviderIDToken {
		text = g.IDToken
	}
	if text == "" {
		return session.Update{}, &MappingError{Field: "token", Msg: "token: the provider's answer holds no " + id.of.Token}
	}
	token := session.NewSecret(text)
	u := session.Update{Token: &token, Expiry: &time.Time{}}
	if secs, err := g.ExpiresIn.Int64(); err == nil && secs > 0 && id.of.Token != project.ProviderIDToken {
		at := start.Add(time.Duration(min(secs, int64(10*365*24*time.Hour/time.Second))) * time.Second)
		u.Expiry = &at
	} else {
		at := c.mapper.hint(token)
		u.Expiry = &at
	}
	if g.RefreshToken != "" {
		refresh := session.NewSecret(g.RefreshToken)
		u.RefreshToken = &refresh
	}
	return u, nil
}

// renewVia renews the login of a provider with its refresh token.
func (c *Client) renewVia(ctx context.Context, a session.AuthData) session.Answer {
	id := c.providers[a.Via]
	if id == nil {
		return session.Answer{Class: session.Misconfig, Reason: errNoProvider.Error()}
	}
	start := c.now()
	g, ans := c.grant(sending(ctx, SendingRenewal), id, "renew", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {a.RefreshToken.Reveal()}})
	if ans.Class != session.Success {
		return ans
	}
	if id.of.Token == project.ProviderIDToken {
		if _, err := id.Verify(ctx, g.IDToken, "", g.AccessToken); err != nil {
			return session.Answer{Class: session.Misconfig, Reason: "the ID token of the answer is not good", Err: err}
		}
	}
	u, err := c.tokens(id, g, start)
	if err != nil {
		return session.Answer{Class: session.Misconfig, Reason: "the answer does not fit", Err: err}
	}
	return session.Answer{Class: session.Success, Update: u, Reason: "renewed"}
}

// revokeVia tells a provider that a login's tokens are no longer wanted (RFC 7009); one that has no revocation endpoint need not know.
func (c *Client) revokeVia(ctx context.Context, a session.AuthData) error {
	id := c.providers[a.Via]
	if id == nil {
		return nil // nobody is left to tell
	}
	at, err := id.Endpoints(ctx)
	if err != nil || at.Revocation == "" {
		return err
	}
	form := url.Values{"token": {a.RefreshToken.Reveal()}, "token_type_hint": {"refresh_token"}}
	if a.RefreshToken.IsZero() {
		form = url.Values{"token": {a.Token.Reveal()}, "token_type_hint": {"access_token"}}
	}
	req, err := id.post(ctx, at.Revocation, form, at.PostSecret)
	if err != nil {
		return err
	}
	ans := c.exchangeWith(ctx, id, "log out", req)
	switch {
	case ans.err != nil && ans.status == 0:
		return fmt.Errorf("provider %s: log out: %s", a.Via, ans.describe())
	case ans.status >= 200 && ans.status < 300, ans.status >= 400 && ans.status < 500 && ans.status != http.StatusTooManyRequests:
		return nil
	}
	return fmt.Errorf("provider %s: log out: status %d", a.Via, ans.status)
}
