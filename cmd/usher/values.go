package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/entrance"
	"github.com/usherdev/usher/internal/folder"
	"github.com/usherdev/usher/probe"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/studio"
)

// buryDead wipes the secrets whose origin changed (E9), also where the revision that changes it cannot run.
func (b *workbench) buryDead(prj *project.Project) {
	if _, err := b.secrets.of(prj); err != nil {
		b.con.Log.Warn("the secrets cannot be read", "error", err)
	}
}

// environment is the one in use. One that was chosen in the studio and is no longer there is none; one that a flag names must be there.
func (b *workbench) environment(prj *project.Project) string {
	chosen := b.chosen.Load()
	if chosen == nil {
		return b.cfg.environment
	}
	if _, ok := prj.App.Environment(*chosen); !ok {
		return ""
	}
	return *chosen
}

// playNow has the app go on with the files as they are.
func (b *workbench) playNow() error {
	tree, err := b.folder.Tree()
	if err != nil {
		return err
	}
	return b.play(tree.Project())
}

// Environment implements studio.Values.
func (b *workbench) Environment(prj *project.Project) (chosen string, outside []string) {
	given, err := fromOutside(b.con, b.cfg.envFile)
	if err != nil {
		b.con.Log.Warn("the environment cannot be read", "error", err)
		given = b.con.Env
	}
	for _, v := range prj.App.Env {
		_, there := given(v.Name)
		if _, own := b.cfg.env[v.Name]; there || own {
			outside = append(outside, v.Name)
		}
	}
	return b.environment(prj), outside
}

// UseEnvironment implements studio.Values. One that the app cannot run with is not taken.
func (b *workbench) UseEnvironment(_ context.Context, name string) error {
	before := b.chosen.Swap(&name)
	err := b.playNow()
	if err != nil {
		b.chosen.Store(before)
	}
	return err
}

// Secrets implements studio.Values. What was given for another origin is wiped before it is told of (E9).
func (b *workbench) Secrets(prj *project.Project) ([]studio.SecretView, error) {
	if _, err := b.secrets.of(prj); err != nil {
		return nil, err
	}
	f, err := openSecrets(b.cfg.data, prj.App.ID)
	if err != nil {
		return nil, err
	}
	outside, err := fromOutside(b.con, b.cfg.envFile)
	if err != nil {
		return nil, err
	}
	var out []studio.SecretView
	for _, g := range prj.Groups {
		for _, s := range g.Secrets {
			v := studio.SecretView{ID: g.Name + "." + s.Name, Group: g.Name, Name: s.Name, Origin: s.Origin, State: "missing"}
			if kept, ok := f.all[v.ID]; ok {
				if v.State = "set"; kept.Sealed == nil {
					v.State = "dead"
				}
			}
			if text, ok := outside(s.Name); ok && text != "" {
				v.State = "outside"
			}
			out = append(out, v)
		}
	}
	return out, nil
}

// SetSecret implements studio.Values, and lets the app go on with what is there then.
func (b *workbench) SetSecret(_ context.Context, prj *project.Project, id, text string) error {
	if err := b.keepSecret(prj, id, text); err != nil {
		return err
	}
	if err := b.playNow(); err != nil {
		b.con.Log.Warn("the app goes on as it was", "error", err)
	}
	return nil
}

func (b *workbench) keepSecret(prj *project.Project, id, text string) error {
	b.secrets.mu.Lock()
	defer b.secrets.mu.Unlock()
	declared := declaredSecrets(prj)
	i := slices.IndexFunc(declared, func(d declaredSecret) bool { return d.id == id })
	if i < 0 {
		return fmt.Errorf("the app declares no secret %s", id)
	}
	if err := os.MkdirAll(b.cfg.data, 0o700); err != nil {
		return fmt.Errorf("secrets: %w", err)
	}
	f, err := openSecrets(b.cfg.data, prj.App.ID)
	switch {
	case err != nil:
		return err
	case text != "":
		return f.set(id, declared[i].origin, text)
	}
	if _, there := f.all[id]; !there {
		return nil
	}
	return f.drop(id)
}

const (
	testPatience  = 2 * time.Minute  // of one test, whatever it tries
	probePatience = 20 * time.Second // how long a spent refresh token is presented again, to learn how long it is taken
)

// TestLogin implements studio.Logins: the app's own log-in flow over calls of its own; the app that runs beside it knows nothing of that.
func (b *workbench) TestLogin(ctx context.Context, prj *project.Project, account studio.LoginTest, tell func(studio.LoginLine)) (studio.LoginTestView, error) {
	ctx, cancel := context.WithTimeout(ctx, testPatience)
	defer cancel()
	env, secrets, err := b.given(prj, "")
	if err != nil {
		return cannotTest(err), nil
	}
	calls, err := call.New(call.Config{Project: prj, Env: env, Secrets: secrets})
	if err != nil {
		return cannotTest(err), nil
	}
	defer calls.Close()
	try := map[string]func(context.Context, probe.Config) (probe.Report, error){studio.TestLogIn: probe.LogIn, studio.TestRefresh: probe.Renew, studio.TestAll: probe.Run}[account.Kind]
	if try == nil {
		return studio.LoginTestView{}, fmt.Errorf("there is no test %q", account.Kind)
	}
	report, err := try(ctx, probe.Config{
		Project: prj, Calls: calls, Username: account.Username, Password: account.Password, Patience: probePatience,
		Begin: func(step string) { tell(studio.LoginLine{Step: step}) },
		Tell:  func(f probe.Finding) { one := findingOf(f); tell(studio.LoginLine{Finding: &one}) },
	})
	switch {
	case errors.Is(err, entrance.ErrNoLogIn):
		return cannotTest(fmt.Errorf("%w. Add one: Templates have a log-in page", err)), nil
	case errors.Is(err, context.DeadlineExceeded):
		return cannotTest(fmt.Errorf("the backend took longer than %v", testPatience)), nil
	case err != nil:
		return studio.LoginTestView{}, err
	}
	out := studio.LoginTestView{OK: !report.Faults(), Class: report.Class}
	for _, f := range report.Findings {
		out.Findings = append(out.Findings, findingOf(f))
	}
	for _, e := range report.Edits {
		out.Edits = append(out.Edits, studio.WireEdit{Op: string(e.Op), At: e.At, Value: e.Value})
	}
	return out, nil
}

func findingOf(f probe.Finding) studio.Finding {
	return studio.Finding{Level: string(f.Level), Topic: f.Topic, Text: f.Text, At: f.At}
}

// cannotTest says why nobody could be logged in at all. Errors of the wiring hold names, no values.
func cannotTest(err error) studio.LoginTestView {
	return studio.LoginTestView{Findings: []studio.Finding{{Level: string(probe.Fault), Topic: "log in", Text: err.Error()}}}
}

// shelf is the project's assets as the studio handles them.
type shelf struct{ folder *folder.Folder }

// Assets implements studio.Assets.
func (s shelf) Assets() (map[string]int64, error) {
	all, err := s.folder.Assets()
	out := make(map[string]int64, len(all))
	for _, a := range all {
		out[a.Name] = a.Size
	}
	return out, err
}

// Asset implements studio.Assets.
func (s shelf) Asset(name string) (fs.File, error) { return s.folder.FS().Open(name) }

// PutAsset implements studio.Assets.
func (s shelf) PutAsset(ctx context.Context, name string, content []byte) error {
	return s.folder.PutAsset(ctx, name, content)
}
