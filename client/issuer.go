package client

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"github.com/usherdev/usher/issuer/wire"
	"github.com/usherdev/usher/session"
)

// Issuer describes Usher's own issuer at baseURL, such as "https://accounts.example.com": log-in with
// username (or e-mail address) and password, renewal, log-out. Name and Store are left to the program.
// A baseURL that cannot be used is told of by New.
func Issuer(baseURL string) Config[wire.User] {
	b, at := parseBase(baseURL)
	return Config[wire.User]{
		Origin:   at,
		Rotation: session.RotationRetrySafe,
		LogIn: func(ctx context.Context, bare *http.Client, c Credentials) (Grant[wire.User], error) {
			return issuerLogIn(ctx, bare, b+"/auth/login", c)
		},
		Refresh: func(ctx context.Context, bare *http.Client, a session.AuthData) (session.Answer, error) {
			return issuerRefresh(ctx, bare, b+"/auth/refresh", a), nil
		},
		Revoke: func(ctx context.Context, bare *http.Client, a session.AuthData) error {
			return revoked(sendJSON(ctx, bare, b+"/auth/logout", wire.Logout{RefreshToken: a.RefreshToken.Reveal()}))
		},
	}
}

func issuerLogIn(ctx context.Context, bare *http.Client, to string, c Credentials) (Grant[wire.User], error) {
	r := sendJSON(ctx, bare, to, wire.Login{Username: c.Username, Password: c.Password.Reveal()})
	if !r.ok() {
		var no wire.Error
		_ = json.Unmarshal(r.body, &no)                                            // a proxy's page has no message for us
		return Grant[wire.User]{}, refused(r, no.Message, no.Code, no.Fields, nil) // it repeats nothing
	}
	var in wire.LoggedIn
	if json.Unmarshal(r.body, &in) != nil || in.AccessToken == "" { // the cause may quote a token
		return Grant[wire.User]{}, errors.New("log-in: the reply is not the issuer's")
	}
	g := issuerGrant(r, in.Tokens)
	g.UID, g.User = strconv.FormatInt(in.ID, 10), &in.User
	return g, nil
}

func issuerRefresh(ctx context.Context, bare *http.Client, to string, a session.AuthData) session.Answer {
	r := sendJSON(ctx, bare, to, wire.Refresh{RefreshToken: a.RefreshToken.Reveal()})
	ans := classify(r)
	if ans.Class != session.Success {
		return ans
	}
	var in wire.Tokens
	if json.Unmarshal(r.body, &in) != nil || in.AccessToken == "" {
		return session.Answer{Class: session.Misconfig, Reason: "the reply is not the issuer's"}
	}
	return Renewed(issuerGrant(r, in))
}

// issuerGrant brings the expiry to our clock.
func issuerGrant(r reply, in wire.Tokens) Grant[wire.User] {
	g := Grant[wire.User]{Token: session.NewSecret(in.AccessToken), RefreshToken: session.NewSecret(in.RefreshToken)}
	if at, ok := jwtExpiry(in.AccessToken); ok {
		g.Expiry = at.Add(-r.skew())
	}
	return g
}

// sendJSON posts a body of wire, which always encodes.
func sendJSON(ctx context.Context, bare *http.Client, to string, body any) reply {
	b, err := json.Marshal(body)
	if err != nil {
		return reply{err: errors.New("the request cannot be encoded"), unspent: true}
	}
	return send(ctx, bare, request{method: http.MethodPost, url: to, body: b, kind: "application/json"})
}
