package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"time"

	"github.com/usherdev/usher/issuer"
)

type issuerCmd struct {
	Listen       string        `help:"Address to listen on." default:"127.0.0.1:7071" env:"USHER_ISSUER_LISTEN"`
	URL          string        `name:"url" help:"Public address, when it is not the listening one." env:"USHER_ISSUER_URL"`
	Data         string        `help:"Folder for accounts and keys. Below your home folder when unset." env:"USHER_ISSUER_DATA" placeholder:"DIR"`
	TokenTTL     time.Duration `name:"token-ttl" help:"Life of an authentication token." default:"1h"`
	MinPassword  int           `help:"Fewest characters of a password, 8 or more." default:"15"`
	TrustedProxy []string      `name:"trusted-proxy" help:"Networks whose X-Forwarded-For is believed, such as 127.0.0.0/8 for an usher serve on this machine." default:"127.0.0.0/8,::1/128" placeholder:"CIDR"`
	Debug        bool          `help:"Add /debug/stats and /debug/revoke for tests. Never in production."`
}

func (issuerCmd) Help() string {
	return `A backend to develop and test against: accounts, JWT access tokens, rotating refresh tokens, posts. It starts empty; sign up to get in.
Codes for a new password, or to log in with, are printed here instead of being sent by mail. GET /openapi.yaml describes all.

Examples:
  usher issuer --token-ttl 60s
  curl -s -H 'Content-Type: application/json' -d '{"username":"ann","email":"ann@example.com","firstName":"Ann","password":"a few words make one"}' http://127.0.0.1:7071/auth/signup`
}

// Run serves the issuer until ctx ends.
func (c issuerCmd) Run(ctx context.Context, con *console) error {
	if c.Data == "" {
		base, err := dataDir(con)
		if err != nil {
			return err
		}
		c.Data = filepath.Join(base, "issuer")
	}
	srv, err := c.open(con, "")
	if err != nil {
		return err
	}
	s, err := listen(ctx, "the issuer", c.Listen, srv)
	if err != nil {
		return errors.Join(err, srv.Close())
	}
	fmt.Fprintf(con.Out, "The issuer is at %s (API: %s/openapi.yaml), data in %s\n", c.public(), c.public(), c.Data)
	return errors.Join(serveAll(ctx, con, s), srv.Close())
}

// mailTo prints mails: a backend to develop against sends none.
func mailTo(out io.Writer) func(context.Context, issuer.Mail) error {
	if out == nil {
		return nil
	}
	return func(_ context.Context, m issuer.Mail) error {
		_, err := fmt.Fprintf(out, "Mail to %s: %s. %s\n", m.To, m.Subject, m.Text)
		return err
	}
}

func (c issuerCmd) public() string {
	if c.URL != "" {
		return c.URL
	}
	return "http://" + c.Listen
}

// open opens the issuer's data in c.Data.
func (c issuerCmd) open(con *console, name string) (*issuer.Server, error) {
	if name == "" {
		name = "issuer.db"
	}
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return nil, fmt.Errorf("issuer: %w", err)
	}
	var proxies []netip.Prefix
	for _, s := range c.TrustedProxy {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return nil, hinted(fmt.Errorf("--trusted-proxy: %w", err), "write a network as 127.0.0.0/8")
		}
		proxies = append(proxies, p)
	}
	srv, err := issuer.New(issuer.Config{
		Path: filepath.Join(c.Data, name), Issuer: c.public(), TokenTTL: c.TokenTTL, MinPassword: c.MinPassword, Mail: mailTo(con.Out), TrustedProxies: proxies, Debug: c.Debug, Log: con.Log.With("part", "issuer"),
	})
	if err != nil {
		return nil, fmt.Errorf("issuer: %w", err)
	}
	return srv, nil
}
