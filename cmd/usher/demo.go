package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/usherdev/usher/examples"
	"github.com/usherdev/usher/internal/folder"
	"github.com/usherdev/usher/issuer"
)

type demoCmd struct {
	Listen   string        `help:"Address of the app and the studio." default:"127.0.0.1:7070"`
	Issuer   string        `help:"Address of the backend." default:"127.0.0.1:7071"`
	Data     string        `help:"Folder for the app's files, accounts, sessions and keys. Below your home folder when unset." env:"USHER_DEMO_DATA" placeholder:"DIR"`
	Reset    bool          `help:"Begin anew: remove what an earlier demo left in --data."`
	TokenTTL time.Duration `name:"token-ttl" help:"Life of an authentication token; a short one shows renewal." default:"1h"`
	NoStudio bool          `help:"Leave the studio out."`
	Debug    bool          `hidden:"" help:"Open the issuer's debug endpoints."`
}

func (demoCmd) Help() string {
	return `Runs the tutorial's app TouristTrail, its backend (reached by HTTP alone, like yours would be) and the studio over the app's files.
Everything listens on this machine only. Stop it with Ctrl-C; people stay logged in across a restart.

Examples:
  usher demo
  usher demo --token-ttl 10s        # watch tokens being renewed
  usher demo --reset                # begin anew`
}

// demoUser is who can log in at once. The password is made on first start and kept in the data folder: no default secrets.
const demoUser = "emily"

// Run starts the three parts and serves until ctx ends.
func (c demoCmd) Run(ctx context.Context, con *console) error {
	if c.Data == "" {
		base, err := dataDir(con)
		if err != nil {
			return err
		}
		c.Data = filepath.Join(base, "demo")
	}
	for _, addr := range []string{c.Listen, c.Issuer} {
		if err := onlyHere("the demo", addr); err != nil {
			return err
		}
	}
	if c.Reset {
		if err := resetDemo(c.Data); err != nil {
			return err
		}
	}
	at, srv, password, err := c.backend(ctx, con)
	if err != nil {
		return err
	}
	bench, err := c.bench(ctx, con)
	if err != nil {
		return errors.Join(err, at.ln.Close(), srv.Close())
	}
	if err := bench.knows(demoUser, password); err != nil {
		con.Log.Warn("the studio cannot log the demo's person in by one click", "error", err)
	}
	c.welcome(con, bench, password)
	err = serveAll(ctx, con, at, bench.site)
	return errors.Join(err, bench.close(), srv.Close())
}

// demoParts are the names that a demo makes in its data folder: what --reset may remove, and nothing else.
var demoParts = []string{"touristtrail", "issuer.db", "issuer.db-wal", "issuer.db-shm", "issuer.db.lock", "issuer.db.keys", "password.txt",
	"sessions.db", "sessions.db-wal", "sessions.db-shm", "sessions.db.lock", "usher.key", "secrets.json", "secrets.key", "testusers.json", "testusers.key"}

func resetDemo(dir string) error {
	for _, name := range demoParts {
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("reset: %w", err)
		}
	}
	return nil
}

// backend opens the issuer and seeds it on first start.
func (c demoCmd) backend(ctx context.Context, con *console) (_ *site, _ *issuer.Server, password string, err error) {
	ic := issuerCmd{Listen: c.Issuer, Data: c.Data, TokenTTL: c.TokenTTL, MinPassword: 8, TrustedProxy: []string{"127.0.0.0/8", "::1/128"}, Debug: c.Debug}
	srv, err := ic.open(con, "issuer.db")
	if err != nil {
		return nil, nil, "", err
	}
	var at *site
	if password, err = seed(ctx, srv, filepath.Join(c.Data, "password.txt")); err == nil {
		at, err = listen(ctx, "the issuer", c.Issuer, srv)
	}
	if err != nil {
		return nil, nil, "", errors.Join(err, srv.Close())
	}
	return at, srv, password, nil
}

// seed makes the demo's person and posts once. The password is random and stays in a file that only its owner can read.
func seed(ctx context.Context, srv *issuer.Server, file string) (string, error) {
	if b, err := os.ReadFile(file); err == nil {
		return string(b), nil
	}
	password, err := seedUnder(ctx, srv)
	if err != nil {
		return "", fmt.Errorf("seeding the issuer: %w", err)
	}
	if err := os.WriteFile(file, []byte(password), 0o600); err != nil {
		return "", fmt.Errorf("seeding the issuer: %w", err)
	}
	return password, nil
}

// seedTries is how many passwords are drawn: chance spells a word that the issuer's policy refuses once in a while.
const seedTries = 8

// seedUnder seeds the issuer under a random password that its policy takes.
func seedUnder(ctx context.Context, srv *issuer.Server) (password string, err error) {
	for range seedTries {
		text := strings.ToLower(rand.Text())
		password = strings.Join([]string{text[:5], text[5:10], text[10:15]}, "-")
		if err = srv.Seed(ctx, issuer.DemoData(password)); err == nil || ctx.Err() != nil {
			return password, err
		}
	}
	return "", err
}

// bench opens the app and, unless left out, the studio over its files.
func (c demoCmd) bench(ctx context.Context, con *console) (*workbench, error) {
	dir := filepath.Join(c.Data, "touristtrail")
	if err := copyExample(dir); err != nil {
		return nil, err
	}
	return openWorkbench(ctx, con, benchConfig{
		dir: dir, data: c.Data, listen: c.Listen, env: map[string]string{"API_URL": "http://" + c.Issuer}, noStudio: c.NoStudio,
	})
}

// copyExample writes TouristTrail's files on first start; an edited folder is left as it is.
func copyExample(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, "app.yaml")); err == nil {
		return nil
	}
	return folder.Create(dir, examples.TouristTrail())
}

func (c demoCmd) welcome(con *console, bench *workbench, password string) {
	fmt.Fprintf(con.Out, `
TouristTrail runs.

  App       %s/
  Log in    %s  with the password  %s
  Backend   http://%s  (what your own API would be; /openapi.yaml describes it)
`, bench.where.public, demoUser, password, c.Issuer)
	if link := bench.launch(); link != "" {
		fmt.Fprintf(con.Out, "  Studio    %s  (this link works once)\n", link)
	}
	fmt.Fprintf(con.Out, "  Data      %s  (the app's files are in touristtrail/)\n\nCtrl-C stops it.\n\n", c.Data)
}
