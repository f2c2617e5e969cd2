package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
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
		if !isLoopback(addr) {
			return hinted(fmt.Errorf("the demo listens on this machine only, not on %s", addr), "usher serve is for others to reach")
		}
	}
	if c.Reset {
		if err := resetDemo(c.Data); err != nil {
			return err
		}
	}
	backend, password, err := c.backend(ctx, con)
	if err != nil {
		return err
	}
	defer backend.close(con)
	front, err := c.front(ctx, con)
	if err != nil {
		return err
	}
	defer front.close(con)
	c.welcome(con, front, password)
	return serveAll(ctx, con, backend.site, front.site)
}

// demoParts are the names that a demo makes in its data folder: what --reset may remove, and nothing else.
var demoParts = []string{"touristtrail", "issuer.db", "issuer.db-wal", "issuer.db-shm", "issuer.db.lock", "issuer.db.keys", "password.txt",
	"sessions.db", "sessions.db-wal", "sessions.db-shm", "sessions.db.lock", "usher.key", "secrets.json", "secrets.key"}

func resetDemo(dir string) error {
	for _, name := range demoParts {
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("reset: %w", err)
		}
	}
	return nil
}

// part is one listener of the demo and what must be closed after it.
type part struct {
	site    *site
	studio  string       // launch link, "" without studio
	stop    func() error // before requests are drained: ends streams that would last; may be nil
	public  *url.URL
	closers []func() error
}

func (p *part) close(con *console) {
	for i := len(p.closers) - 1; i >= 0; i-- {
		if err := p.closers[i](); err != nil {
			con.Log.Error("closing", "error", err)
		}
	}
}

// backend opens the issuer and seeds it on first start.
func (c demoCmd) backend(ctx context.Context, con *console) (*part, string, error) {
	ic := issuerCmd{Listen: c.Issuer, Data: c.Data, TokenTTL: c.TokenTTL, MinPassword: 8, TrustedProxy: []string{"127.0.0.0/8", "::1/128"}, Debug: c.Debug}
	srv, err := ic.open(con, "issuer.db")
	if err != nil {
		return nil, "", err
	}
	p := &part{closers: []func() error{srv.Close}}
	password, err := seed(ctx, srv, filepath.Join(c.Data, "password.txt"))
	if err == nil {
		p.site, err = listen(ctx, "the issuer", c.Issuer, srv)
	}
	if err != nil {
		p.close(con)
		return nil, "", err
	}
	return p, password, nil
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

// front opens the app and, unless left out, the studio over its files.
func (c demoCmd) front(ctx context.Context, con *console) (*part, error) {
	dir := filepath.Join(c.Data, "touristtrail")
	if err := copyExample(dir); err != nil {
		return nil, err
	}
	p := &part{}
	err := c.openFront(ctx, con, dir, p)
	if err != nil {
		p.close(con)
		return nil, err
	}
	return p, nil
}

func (c demoCmd) openFront(ctx context.Context, con *console, dir string, p *part) error {
	f, err := openFolder(dir)
	if err != nil {
		return err
	}
	p.closers = append(p.closers, f.Close)
	tree, err := f.Tree()
	if err != nil {
		return err
	}
	prj, err := loadProject(con, tree)
	if err != nil {
		return err
	}
	where, err := serveCmd{Listen: c.Listen}.address(prj.App.ID)
	if err != nil {
		return err
	}
	p.public = where.public
	secrets, err := appSecrets(con, prj, c.Data, "")
	if err != nil {
		return err
	}
	rt, err := openRuntime(ctx, con, runtimeConfig{
		project: prj, assets: f.FS(), env: map[string]string{"API_URL": "http://" + c.Issuer}, secrets: secrets, address: where,
		store: "sqlite:" + filepath.Join(c.Data, "sessions.db"), keyFile: filepath.Join(c.Data, "usher.key"), data: c.Data,
	})
	if err != nil {
		return err
	}
	p.closers = append(p.closers, rt.Close)
	handler := toOwnName(where.public, rt.app)
	if !c.NoStudio {
		if handler, err = c.withStudio(ctx, con, f, rt, p, handler); err != nil {
			return err
		}
	}
	if p.site, err = listen(ctx, "the app", c.Listen, handler); err != nil {
		return err
	}
	p.site.stop = func() error {
		err := rt.app.Close()
		if p.stop != nil {
			err = errors.Join(err, p.stop())
		}
		return err
	}
	return nil
}

// copyExample writes TouristTrail's files on first start; an edited folder is left as it is.
func copyExample(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, "app.yaml")); err == nil {
		return nil
	}
	return folder.Create(dir, examples.TouristTrail())
}

func (c demoCmd) welcome(con *console, front *part, password string) {
	fmt.Fprintf(con.Out, `
TouristTrail runs.

  App       %s/
  Log in    %s  with the password  %s
  Backend   http://%s  (what your own API would be; /openapi.yaml describes it)
`, front.public, demoUser, password, c.Issuer)
	if front.studio != "" {
		fmt.Fprintf(con.Out, "  Studio    %s  (this link works once)\n", front.studio)
	}
	fmt.Fprintf(con.Out, "  Data      %s  (the app's files are in touristtrail/)\n\nCtrl-C stops it.\n\n", c.Data)
}

// byHost chooses the handler by the name in Host; unknown names are the fallback's to refuse.
func byHost(names map[string]http.Handler, fallback http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if h, ok := names[r.Host]; ok {
			h.ServeHTTP(w, r)
			return
		}
		fallback.ServeHTTP(w, r)
	})
}

// sibling is another *.localhost name on the app's port.
func sibling(public *url.URL, name string) *url.URL {
	u := *public
	_, port, err := net.SplitHostPort(public.Host)
	if err != nil {
		u.Host = name + ".localhost"
		return &u
	}
	u.Host = net.JoinHostPort(name+".localhost", port)
	return &u
}
