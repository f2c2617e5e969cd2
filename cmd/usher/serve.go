package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
)

type serveCmd struct {
	Dir          string   `arg:"" help:"${dir_help}" default:"."`
	Listen       string   `help:"Address to listen on." default:"127.0.0.1:7070" env:"USHER_LISTEN"`
	URL          string   `name:"url" help:"Public address of the app, such as https://app.example.com." env:"USHER_URL"`
	Host         []string `help:"Further host names that requests may bear." env:"USHER_HOST" placeholder:"NAME"`
	TrustedProxy bool     `help:"A proxy of yours stands in front: believe its X-Forwarded-For." env:"USHER_TRUSTED_PROXY"`
	InsecureHTTP bool     `name:"insecure-http" help:"Allow plain http to other machines. Cookies can then be read on the way." env:"USHER_INSECURE_HTTP"`
	Store        string   `help:"Where sessions live: sqlite:FILE, postgres://…, redis://… or memory. A file below --data when unset." env:"USHER_STORE"`
	AcceptLoss   bool     `help:"Use a Redis that may lose logins, such as one without an append-only file." env:"USHER_ACCEPT_LOSS"`
	Data         string   `help:"Folder for database and key file. Below your home folder when unset." env:"USHER_DATA" placeholder:"DIR"`
	KeyFile      string   `help:"File with the keys that seal sessions; made on first start. Below --data when unset." env:"USHER_KEY_FILE"`
	Environment  string   `name:"env" help:"Which of the app's environments gives env.* their values." env:"USHER_ENV" placeholder:"NAME"`
	EnvFile      string   `help:"File with NAME=value lines for env.*; the environment wins." env:"USHER_ENV_FILE"`
	privateFlags `embed:""`
}

func (serveCmd) Help() string {
	return `Serves the app until Ctrl-C, which lets requests in flight finish. An app with errors is refused; its env.* come from the environment.
There is no studio here.

Several nodes serve one app when all have the same --url, --key-file and a --store that they share: PostgreSQL, Redis or Valkey. An address with a password
belongs into USHER_STORE, not on the command line.

While it runs, usher sessions, keys and backup reach it through usher.sock in the data folder; SIGHUP takes the key file up anew.

Examples:
  API_URL=https://api.example.com usher serve ./shop --url https://shop.example.com --listen 127.0.0.1:8080 --metrics 127.0.0.1:9090
  USHER_STORE=postgres://usher:secret@db/usher usher serve ./shop --url https://shop.example.com --key-file /etc/usher/shop.key
  usher serve ./shop --env staging               # env.* from environments: in app.yaml; the environment still wins
  usher serve examples/touristtrail --store memory`
}

// Run serves the folder until ctx ends.
func (c serveCmd) Run(ctx context.Context, con *console) error {
	f, err := openFolder(c.Dir)
	if err != nil {
		return err
	}
	defer f.Close()
	tree, err := f.Tree()
	if err != nil {
		return fmt.Errorf("reading %s: %w", c.Dir, err)
	}
	p, err := loadProject(con, tree)
	if err != nil {
		return err
	}
	env, err := appEnv(con, p.App, c.EnvFile, c.Environment)
	if err != nil {
		return err
	}
	if c, err = c.placed(con, p.App.ID); err != nil {
		return err
	}
	secrets, err := appSecrets(con, p, c.Data, c.EnvFile)
	if err != nil {
		return err
	}
	where, err := c.address(p.App.ID)
	if err != nil {
		return err
	}
	if err := c.check(); err != nil {
		return err
	}
	cfg := runtimeConfig{project: p, assets: f.FS(), env: env, secrets: secrets, store: c.Store, acceptLoss: c.AcceptLoss, keyFile: c.KeyFile, data: c.Data, address: where}
	if c.Metrics != "" {
		cfg.metrics = newMetrics()
	}
	rt, err := openRuntime(ctx, con, cfg)
	if err != nil {
		return err
	}
	a := rt.admin(con, cfg)
	sites, err := c.sites(ctx, con, cfg, rt, a)
	if err != nil {
		return errors.Join(err, rt.Close())
	}
	fmt.Fprintf(con.Out, "%s is at %s/\n", p.App.Name, where.public)
	con.Log.Info("serving", "app", p.App.Name, "url", where.public.String(), "listen", sites[0].ln.Addr().String(), "store", storeName(c.Store), "keys", c.KeyFile)
	stop := onHangUp(ctx, con, a)
	err = serveAll(ctx, con, sites...)
	stop()
	return errors.Join(err, rt.Close())
}

// sites opens the listeners: the app's, the admin socket and, if wanted, the private one.
func (c serveCmd) sites(ctx context.Context, con *console, cfg runtimeConfig, rt *runtime, a *admin) (sites []*site, err error) {
	public, err := listen(ctx, "the app", c.Listen, toOwnName(cfg.address.public, rt.app))
	if err != nil {
		return nil, err
	}
	public.stop = rt.app.Close // streams would hold the drain up
	sites = append(sites, public)
	private, err := c.site(ctx, cfg.metrics, rt.ready)
	if private != nil {
		sites = append(sites, private)
	}
	if err == nil {
		var socket *site
		if socket, err = adminSite(ctx, con, c.Data, a.handler()); socket != nil {
			sites = append(sites, socket)
		}
	}
	if err != nil {
		for _, s := range sites {
			err = errors.Join(err, s.ln.Close())
		}
	}
	return sites, err
}

// onHangUp takes the key file up anew whenever the process gets SIGHUP, until stop is called.
func onHangUp(ctx context.Context, con *console, a *admin) (stop func()) {
	hangUps, done := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(hangUps, syscall.SIGHUP)
	go func() {
		defer close(done)
		for range hangUps {
			if err := a.reload(ctx); err != nil {
				con.Log.Error("the key file stays as it was taken up last", "error", err)
			}
		}
	}()
	return func() {
		signal.Stop(hangUps)
		close(hangUps)
		<-done
	}
}

// placed fills in where data lies.
func (c serveCmd) placed(con *console, id string) (serveCmd, error) {
	if c.Data == "" && (c.Store == "" || c.KeyFile == "") {
		base, err := dataDir(con)
		if err != nil {
			return c, err
		}
		c.Data = filepath.Join(base, "apps", id)
	}
	if c.Store == "" {
		c.Store = "sqlite:" + filepath.Join(c.Data, "sessions.db")
	}
	if c.KeyFile == "" {
		c.KeyFile = filepath.Join(c.Data, "usher.key")
	}
	return c, nil
}

// address works out the public address and refuses what would be insecure in silence (promise A5).
func (c serveCmd) address(id string) (address, error) {
	where := address{trustedProxy: c.TrustedProxy, insecure: c.InsecureHTTP, hosts: c.Host}
	host, port, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return where, hinted(fmt.Errorf("--listen %q: %w", c.Listen, err), "write it as 127.0.0.1:7070")
	}
	if c.URL == "" {
		if !isLoopback(host) {
			return where, hinted(fmt.Errorf("listening on %s needs the public address of the app", c.Listen), "--url https://app.example.com")
		}
		where.public = &url.URL{Scheme: "http", Host: hostPort("http", id+".localhost", port)}
		where.insecure = false
		where.hosts = append([]string{where.public.Host}, c.Host...)
		return where, nil
	}
	u, err := url.Parse(c.URL)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.User != nil {
		return where, hinted(fmt.Errorf("--url %q is not the address of a site", c.URL), "write it as https://app.example.com, without a path")
	}
	if u.Scheme == "http" && !isLoopback(u.Host) && !c.InsecureHTTP {
		return where, hinted(fmt.Errorf("--url %s: over plain http people's sessions could be read on the way", c.URL),
			"use https (a proxy in front can do it), or say --insecure-http")
	}
	u.Path = ""
	where.public = u
	where.hosts = append([]string{u.Host}, c.Host...)
	return where, nil
}

// hostPort joins name and port and leaves out the port that the scheme implies.
func hostPort(scheme, name, port string) string {
	if scheme == "http" && port == "80" || scheme == "https" && port == "443" {
		return name
	}
	return net.JoinHostPort(name, port)
}

// toOwnName sends those who typed localhost or 127.0.0.1 to the app's own name, before any cookie is set: a port is no boundary for cookies.
func toOwnName(public *url.URL, next http.Handler) http.Handler {
	if !isLoopback(public.Host) || public.Hostname() == "localhost" || net.ParseIP(public.Hostname()) != nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		if ip := net.ParseIP(strings.Trim(host, "[]")); r.Method == http.MethodGet && r.URL.Path != "/healthz" && (host == "localhost" || ip != nil && ip.IsLoopback()) {
			w.Header().Set("Cache-Control", "no-store")
			http.Redirect(w, r, public.String()+r.URL.RequestURI(), http.StatusTemporaryRedirect)
			return
		}
		next.ServeHTTP(w, r)
	})
}
