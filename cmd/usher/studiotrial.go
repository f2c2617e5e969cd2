package main

import (
	"context"
	"errors"
	"net/url"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/entrance"
	"github.com/usherdev/usher/imports"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/studio"
	"github.com/usherdev/usher/trial"
	"github.com/usherdev/usher/value"
)

// trials sends the studio's calls. given is what they have from outside, in the environment of a name.
type trials struct {
	given func(p *project.Project, environment string) (map[string]string, map[string]call.Secret, error)
	debug *debugger // knows test users, and who is logged in in the running app
}

// Most of what the studio shows of a reply.
const (
	shownLines = 1500
	shownItems = 50
)

// Try implements studio.Trial.
func (t trials) Try(ctx context.Context, p *project.Project, ask studio.TrialRequest) (studio.TrialReply, error) {
	made := p.Call(ask.Call)
	if made == nil {
		return studio.TrialReply{}, studio.Declined("There is no such call.")
	}
	args, err := trial.Args(made, ask.Params, filesOf(ask.Files))
	if err != nil {
		return studio.TrialReply{}, studio.Declined(err.Error() + ".")
	}
	env, secrets, err := t.given(p, ask.Environment)
	if err != nil {
		return studio.TrialReply{}, studio.Declined("Nothing was sent: " + err.Error() + ".")
	}
	bench, err := trial.New(call.Config{Project: p, Env: env, Secrets: secrets})
	if err != nil {
		return studio.TrialReply{}, studio.Declined("Nothing was sent: " + err.Error() + ".")
	}
	defer bench.Close()
	result, err := t.send(ctx, p, bench, trial.Ask{Call: made, Args: args, As: ask.As, Lines: shownLines, Items: shownItems}, ask)
	if err != nil {
		return studio.TrialReply{}, err
	}
	return studio.TrialReply{View: trialView(result), Size: len(result.Raw), MakeType: result.MakeType}, nil
}

// filesOf are the files that go along. They are in memory for this one call.
func filesOf(sent map[string][]studio.TrialFile) map[string][]value.File {
	out := map[string][]value.File{}
	for name, files := range sent {
		for _, f := range files {
			out[name] = append(out[name], value.NewFile(f.Name, f.Type, f.Data))
		}
	}
	return out
}

// CURL implements studio.Trial.
func (t trials) CURL(p *project.Project, id string) (string, error) {
	env, _, err := t.given(p, "")
	if err != nil {
		return "", studio.Declined("The command cannot be written: " + err.Error() + ".")
	}
	command, err := imports.ExportCURL(p, id, env)
	if err != nil {
		return "", studio.Declined("The command cannot be written: " + err.Error() + ".")
	}
	return command, nil
}

// send sends the call: as nobody, with the login of a browser in the running app, or between a log-in and a log-out where an account was given.
func (t trials) send(ctx context.Context, p *project.Project, bench *trial.Bench, what trial.Ask, ask studio.TrialRequest) (*trial.Result, error) {
	switch {
	case ask.Browser != "":
		var err error
		if what.Login, err = t.login(ctx, ask); err != nil {
			return nil, err
		}
		return bench.Try(ctx, what)
	case ask.User != "":
		password, ok, err := t.debug.users.password(ask.User, bench.Calls().Origins())
		if errors.Is(err, errMoved) {
			return nil, studio.Declined("The app calls other addresses here than when " + ask.User + " was saved, so the password stays here.")
		} else if err != nil {
			return nil, err
		} else if !ok {
			return nil, studio.Declined("There is no test user " + ask.User + ".")
		}
		ask.Username, ask.Password = ask.User, password
	case ask.Username == "":
		return bench.Try(ctx, what)
	}
	in, err := entrance.New(entrance.Config{Project: p, Calls: bench.Calls(), Renew: true, Username: ask.Username, Password: ask.Password})
	if errors.Is(err, entrance.ErrNoLogIn) {
		return nil, studio.Declined("The app has no log-in page yet, by which an account could log in.")
	} else if err != nil {
		return nil, studio.Declined("Logging in: " + err.Error() + ".")
	}
	defer func() { _ = in.Close(ctx) }()
	out, err := in.LogIn(ctx)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, studio.Declined("Logging in: " + err.Error() + ".")
	case !out.In():
		return nil, studio.Declined("Logging in did not work: " + out.Why() + ".")
	}
	what.Login = in.Login(out.Session)
	result, err := bench.Try(ctx, what)
	_, _, _ = in.End(ctx) // the login was for this call alone; a backend that does not end it lets it expire
	return result, err
}

// login is that of a browser in the running app. It goes where the app runs, and to no other environment.
func (t trials) login(ctx context.Context, ask studio.TrialRequest) (call.Login, error) {
	if ask.Environment != "" {
		return nil, studio.Declined("The login of a browser goes where the app runs alone: choose the running environment, or log in first.")
	}
	rt := t.debug.app()
	if rt == nil {
		return nil, studio.Declined(string(errIdle))
	}
	_, s, err := t.debug.of(ctx, ask.Browser)
	var refused studio.Refused
	if errors.As(err, &refused) {
		return nil, studio.Declined(string(refused))
	} else if err != nil {
		return nil, err
	}
	return call.NewBearer(rt.sessions, s), nil
}

func trialView(r *trial.Result) studio.TrialView {
	v := studio.TrialView{
		Call: r.Call, Method: r.Method, Address: r.Address, Sent: r.Sent, OK: r.OK, Status: r.Status, Took: r.Took.String(), Refreshed: r.Refreshed, Replayed: r.Replayed,
		Sentence: r.Sentence, Trouble: r.Trouble, Headers: []studio.TrialHeader{}, Tree: []studio.TrialLine{}, More: r.More, Mismatches: []studio.TrialMismatch{}, Raw: r.Raw, Rewritten: r.Rewritten,
	}
	for _, h := range r.Headers {
		v.Headers = append(v.Headers, studio.TrialHeader{Name: h.Name, Value: h.Value})
	}
	for _, l := range r.Tree {
		v.Tree = append(v.Tree, studio.TrialLine{Path: l.Path, Depth: l.Depth, Kind: l.Kind, Count: l.Count, Value: l.Value})
	}
	for _, m := range r.Mismatches {
		v.Mismatches = append(v.Mismatches, studio.TrialMismatch{Path: m.Path, Want: m.Want, Got: m.Got})
	}
	return v
}

// Describe implements studio.Trial.
func (t trials) Describe(ctx context.Context, address string) (imports.Document, string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return imports.Document{}, "", errors.New("the address cannot be read")
	}
	found, err := describe(ctx, u)
	if err != nil || found.address == u.Redacted() {
		return found.doc, "", err
	}
	return found.doc, found.String() + ".", nil
}
