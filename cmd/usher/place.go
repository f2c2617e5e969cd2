package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/usherdev/usher/internal/sqldb"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
)

// place names an app and where its sessions and keys lie, with the same defaults as serve.
type place struct {
	Dir     string `arg:"" help:"${dir_help}" default:"."`
	Store   string `help:"The app's session store, as given to serve. A file below --data when unset." env:"USHER_STORE"`
	Data    string `help:"The app's data folder, as given to serve. Below your home folder when unset." env:"USHER_DATA" placeholder:"DIR"`
	KeyFile string `help:"The app's key file, as given to serve. Below --data when unset." env:"USHER_KEY_FILE"`
}

// settled reads the app's project and fills in what the flags leave open.
func (p place) settled(con *console) (place, *project.Project, error) {
	tree, err := readTree(p.Dir)
	if err != nil {
		return p, nil, err
	}
	prj, err := loadProject(con, tree)
	if err != nil {
		return p, nil, err
	}
	c, err := serveCmd{Store: p.Store, Data: p.Data, KeyFile: p.KeyFile}.placed(con, prj.App.ID)
	p.Store, p.Data, p.KeyFile = c.Store, c.Data, c.KeyFile
	return p, prj, err
}

// operator carries commands to an admin: that of the running server, or one of its own.
type operator struct {
	http  http.Client
	live  bool // a server runs
	close func() error
}

// operator finds the running server of the place, or opens the store itself.
func (p place) operator(ctx context.Context, con *console, prj *project.Project) (*operator, error) {
	if op := p.running(ctx); op != nil {
		return op, nil
	}
	rt, err := p.offline(ctx, con, prj)
	if err != nil {
		return nil, err
	}
	a := rt.admin(con, runtimeConfig{project: prj, keyFile: p.KeyFile, store: p.Store})
	return &operator{http: http.Client{Transport: inProcess{a.handler()}}, close: rt.Close}, nil
}

// running reaches the server that uses the data folder; nil when none answers.
func (p place) running(ctx context.Context) *operator {
	if p.Data == "" {
		return nil
	}
	path := filepath.Join(p.Data, socketName)
	conn, err := dialSocket(ctx, path)
	if err != nil {
		return nil
	}
	_ = conn.Close()
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) { return dialSocket(ctx, path) }
	tr := &http.Transport{DialContext: dial, DisableKeepAlives: true}
	return &operator{http: http.Client{Transport: tr}, live: true, close: func() error { tr.CloseIdleConnections(); return nil }}
}

// errAway is what log-outs find that are made while no server runs: the server tells the backend when it is up again.
var errAway = errors.New("no server runs")

// offline opens keys, store and sessions without an app. Nothing is renewed, and the backend is told nothing.
func (p place) offline(ctx context.Context, con *console, prj *project.Project) (_ *runtime, err error) {
	rt := &runtime{project: prj}
	defer func() {
		if err != nil {
			err = errors.Join(err, rt.Close())
		}
	}()
	if p.Store == "memory" {
		return nil, hinted(errors.New("sessions in memory are known to their server alone, and none answers in "+p.Data), "--data DIR, as given to serve")
	}
	if file, ok := strings.CutPrefix(p.Store, "sqlite:"); ok {
		if _, err := os.Stat(file); err != nil {
			return nil, hinted(fmt.Errorf("no session store: %w", err), "--store and --data are those of serve; it is made on the first start")
		}
	}
	if rt.keys, _, err = session.LoadKeys(p.KeyFile, false); err != nil {
		return nil, hinted(fmt.Errorf("key file: %w", err), "--key-file and --data are those of serve")
	}
	if rt.store, rt.shared, err = rt.openStore(ctx, con, runtimeConfig{project: prj, store: p.Store, acceptLoss: true}); err != nil {
		if errors.Is(err, sqldb.ErrInUse) {
			err = hinted(err, "a server has it open and offers no socket in "+p.Data+": name its --data, or stop it")
		}
		return nil, err
	}
	log := sessionLog(con, nil)
	auth := prj.App.Auth
	sc := session.Config{
		App: prj.App.ID, Store: rt.store, Keys: rt.keys,
		PersistOn: session.Limits{Idle: auth.Idle, Absolute: auth.Absolute}, PersistOff: session.Limits{Idle: auth.Idle, Absolute: auth.Absolute},
		Events: func(e session.Event) {
			if !errors.Is(e.Err, errAway) {
				log(e)
			}
		},
	}
	if rt.shared {
		sc.Volatile = rt.store
	}
	if auth.Refresh != nil {
		sc.Refresh = func(context.Context, session.AuthData) (session.Answer, error) {
			return session.Answer{Class: session.NotSent, Err: errAway}, nil
		}
	}
	if auth.LogOut != nil {
		sc.Revoke = func(context.Context, session.AuthData) error { return errAway }
	}
	if rt.sessions, err = session.New(sc); err != nil {
		return nil, err
	}
	rt.closers = append(rt.closers, func() error { return rt.sessions.Close(context.WithoutCancel(ctx)) })
	return rt, nil
}

// finish lets go of the server or the store and adds what goes wrong then.
func (op *operator) finish(err *error) {
	if e := op.close(); e != nil {
		*err = errors.Join(*err, e)
	}
}

// ask sends a command. The answer's body is the caller's to close.
func (op *operator) ask(ctx context.Context, method, path string, form url.Values) (io.ReadCloser, error) {
	target, body := "http://usher"+path, io.Reader(nil)
	if method == http.MethodPost {
		body = strings.NewReader(form.Encode())
	} else {
		target += "?" + form.Encode()
	}
	r, err := http.NewRequestWithContext(ctx, method, target, body)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := op.http.Do(r)
	if err != nil {
		return nil, fmt.Errorf("the server does not answer: %w", err)
	}
	if res.StatusCode == http.StatusOK {
		return res.Body, nil
	}
	defer res.Body.Close()
	var said reply
	if err := json.NewDecoder(io.LimitReader(res.Body, 1<<20)).Decode(&said); err != nil || said.Error == "" {
		return nil, fmt.Errorf("the server answered %s", res.Status)
	}
	return nil, hinted(errors.New(said.Error), said.Hint)
}

// tell sends a command and decodes its answer into out, which may be nil.
func (op *operator) tell(ctx context.Context, path string, form url.Values, out any) error {
	body, err := op.ask(ctx, http.MethodPost, path, form)
	if err != nil {
		return err
	}
	defer body.Close()
	if out == nil {
		return nil
	}
	return json.NewDecoder(body).Decode(out)
}

// inProcess is an http.RoundTripper that asks a handler of this process, so that a command without a server goes the same way.
type inProcess struct{ h http.Handler }

// RoundTrip implements http.RoundTripper.
func (t inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	pr, pw := io.Pipe()
	w := &pipeWriter{header: http.Header{}, body: pw, begun: make(chan int, 1)}
	if r.Body == nil {
		r.Body = http.NoBody
	}
	go func() {
		t.h.ServeHTTP(w, r)
		w.WriteHeader(http.StatusOK)
		_ = pw.Close()
	}()
	status := <-w.begun
	return &http.Response{StatusCode: status, Status: http.StatusText(status), Header: w.header, Body: pr, Request: r}, nil
}

type pipeWriter struct {
	header http.Header
	body   *io.PipeWriter
	begun  chan int
	done   bool
}

// Header implements http.ResponseWriter.
func (w *pipeWriter) Header() http.Header { return w.header }

// WriteHeader implements http.ResponseWriter.
func (w *pipeWriter) WriteHeader(status int) {
	if !w.done {
		w.done = true
		w.begun <- status
	}
}

// Write implements http.ResponseWriter.
func (w *pipeWriter) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(b)
}
