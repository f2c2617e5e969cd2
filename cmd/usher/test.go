package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/internal/folder"
	"github.com/usherdev/usher/journey"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/standin"
	"github.com/usherdev/usher/value"
)

type testCmd struct {
	Dir     string   `arg:"" help:"${dir_help}" default:"."`
	Run_    string   `name:"run" help:"Only journeys whose file and name match this regular expression." placeholder:"PATTERN"`
	Verbose bool     `short:"v" help:"Print each step and each call as it happens."`
	Backend []string `help:"Address of a real backend instead of the stand-in: URL, or NAME=URL for an env.* of that name; may be repeated." placeholder:"URL" sep:"none"`
	Env     string   `help:"Environment of the app (environments: in app.yaml) to take env.* from; with --backend only." placeholder:"NAME"`
	EnvFile string   `help:"File with NAME=value lines for env.* and for $NAME in journeys; the environment wins." env:"USHER_ENV_FILE"`
}

func (testCmd) Help() string {
	return `Runs the journeys in tests/*.txt, each in a fresh copy of the app with nobody logged in: sessions and keys lie in a folder of their own
that is removed afterwards. The backend is the one that tests/backend.yaml describes, or a real one. Exits with 1 when a journey fails.

Examples:
  usher test examples/touristtrail
  usher test --run 'log in' -v .
  PASSWORD=… usher test --backend https://staging.example.com .`
}

// standinFile describes the backend that journeys run against when none is named.
const standinFile = "tests/backend.yaml"

// Run runs the journeys and prints a line for each.
func (c testCmd) Run(ctx context.Context, con *console) error {
	only, err := regexp.Compile(c.Run_)
	if err != nil {
		return hinted(fmt.Errorf("--run: %w", err), "quote signs such as ( and [ with \\")
	}
	f, err := openFolder(c.Dir)
	if err != nil {
		return err
	}
	defer f.Close()
	t, err := c.theatre(con, f)
	if err != nil {
		return err
	}
	var passed, failed, skipped int
	for _, j := range t.journeys {
		if !only.MatchString(j.File + ": " + j.Name) {
			continue
		}
		if j.StandIn && t.spec == nil {
			fmt.Fprintf(con.Out, "skip  %s: %s (it needs what only the stand-in has)\n", j.File, j.Name)
			skipped++
			continue
		}
		ok, err := t.play(ctx, con, c.Verbose, j)
		if err != nil {
			return fmt.Errorf("%s: %s: %w", j.File, j.Name, err)
		}
		if ok {
			passed++
		} else {
			failed++
		}
	}
	if passed+failed+skipped == 0 {
		return hinted(errors.New("no journey was run"), "journeys are tests/*.txt; --run chooses among them by file and name")
	}
	fmt.Fprintf(con.Out, "%d passed, %d failed", passed, failed)
	if skipped > 0 {
		fmt.Fprintf(con.Out, ", %d skipped", skipped)
	}
	fmt.Fprintln(con.Out)
	if failed > 0 {
		return errSilent
	}
	return nil
}

// theatre is an app with its journeys and what they are played against.
type theatre struct {
	project  *project.Project
	folder   *folder.Folder
	journeys []journey.Journey
	spec     *standin.Spec // nil: a real backend
	env      map[string]string
	lookup   func(string) (string, bool)
}

// theatre reads the folder; with any error in it nothing is run.
func (c testCmd) theatre(con *console, f *folder.Folder) (*theatre, error) {
	tree, err := f.Tree()
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", c.Dir, err)
	}
	p, err := loadProject(&console{Out: con.Out, Err: con.Err, Env: con.Env, Log: slog.New(slog.DiscardHandler)}, tree)
	if err != nil {
		return nil, err
	}
	files, err := f.Tests()
	if err != nil {
		return nil, err
	}
	js, spec, problems := readTests(files)
	problems = append(problems, mismatches(p, f, js, spec)...)
	if len(problems) > 0 {
		for _, one := range problems {
			one.Warning = false
			fmt.Fprintln(con.Err, one)
		}
		return nil, hinted(errors.New("the tests have errors"), "mend them first; docs/testing.md lists the steps")
	}
	t := &theatre{project: p, folder: f, journeys: js, spec: spec}
	return t, c.against(con, t)
}

// against settles the backend and where values come from.
func (c testCmd) against(con *console, t *theatre) error {
	if len(c.Backend) == 0 {
		if t.spec == nil {
			return hinted(errors.New("there is no backend to run against"), "describe one in "+standinFile+", or name a real one: --backend URL")
		}
		t.env = t.spec.Env
		t.lookup = func(name string) (string, bool) { v, ok := t.spec.Variables[name]; return v, ok }
		return nil
	}
	t.spec = nil
	var err error
	if t.lookup, err = fromOutside(con, c.EnvFile); err != nil {
		return err
	}
	if t.env, err = appEnv(con, t.project.App, c.EnvFile, c.Env); err != nil {
		return err
	}
	for _, b := range c.Backend {
		name, address, err := backendEnv(t.project.App, b)
		if err != nil {
			return err
		}
		t.env[name] = address
	}
	return nil
}

// secrets are the app's secrets for a run: from where journeys get their values, never from the files of usher secrets. A stand-in gets
// text that means nothing where it names none.
func (t *theatre) secrets() map[string]call.Secret {
	out := map[string]call.Secret{}
	for _, d := range declaredSecrets(t.project) {
		text, ok := t.lookup(d.name)
		if !ok && t.spec != nil {
			text, ok = "stand-in", true
		}
		if ok {
			out[d.id] = call.Secret{Value: value.NewSecret(text), Origin: d.origin}
		}
	}
	return out
}

// backendEnv reads URL or NAME=URL: which env.* of the app a real backend's address is for.
func backendEnv(app project.App, given string) (name, address string, err error) {
	name, address, named := strings.Cut(given, "=")
	if !named || strings.Contains(name, ":") {
		name, address = "", given
	}
	if !isBackendAddress(address) {
		return "", "", hinted(fmt.Errorf("--backend %q is no address of a backend", given), "write --backend https://api.example.com, or --backend API_URL=https://api.example.com")
	}
	var names, addresses []string
	for _, v := range app.Env {
		names = append(names, v.Name)
		if !v.Secret && (v.Name == "API_URL" || strings.HasPrefix(v.Default, "http://") || strings.HasPrefix(v.Default, "https://")) {
			addresses = append(addresses, v.Name)
		}
	}
	switch {
	case name == "" && slices.Contains(addresses, "API_URL"):
		name = "API_URL"
	case name == "" && len(addresses) == 1:
		name = addresses[0]
	case name == "":
		return "", "", hinted(errors.New("--backend: which env.* of the app holds the address is not known"), "write --backend NAME=URL with one of "+strings.Join(names, ", "))
	case !slices.Contains(names, name):
		return "", "", hinted(fmt.Errorf("--backend: the app declares no env.%s", name), "it declares "+strings.Join(names, ", "))
	}
	return name, strings.TrimSuffix(address, "/"), nil
}

// isBackendAddress reports whether a text can be the address of a backend.
func isBackendAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") && u.User == nil && u.RawQuery == "" && u.Fragment == ""
}

// play runs one journey in a fresh copy of the app and prints what became of it.
func (t *theatre) play(ctx context.Context, con *console, verbose bool, j journey.Journey) (ok bool, err error) {
	quiet := &console{Out: con.Out, Err: con.Err, Env: con.Env, Log: slog.New(slog.DiscardHandler)}
	s, err := t.raise(ctx, quiet)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	cfg := journey.Config{
		Handler: s, URL: s.cfg.address.public, Control: s, Pages: pagesOf(t.project), Lookup: t.lookup, Files: t.folder.TestFile,
		Unique: strings.ToLower(rand.Text()[:8]),
	}
	if verbose {
		cfg.Trace = func(line string) { fmt.Fprintln(con.Out, "      "+line) }
	}
	res, err := journey.Run(ctx, cfg, j)
	if err != nil {
		return false, err
	}
	if res.Failure == nil {
		fmt.Fprintf(con.Out, "ok    %s: %s\n", j.File, j.Name)
		return true, nil
	}
	fmt.Fprintf(con.Out, "FAIL  %s: %s\n", j.File, j.Name)
	for _, line := range res.Failure.Lines() {
		fmt.Fprintln(con.Out, "      "+line)
	}
	return false, nil
}

func pagesOf(p *project.Project) []journey.Page {
	var out []journey.Page
	for _, page := range p.Pages {
		out = append(out, journey.Page{Name: page.Name, Path: page.Path})
	}
	return out
}

func callsOf(p *project.Project) []string {
	var out []string
	for _, g := range p.Groups {
		for _, c := range g.Calls {
			out = append(out, g.Name+"."+c.Name)
		}
	}
	return out
}

// readTests parses the journeys and the stand-in backend. Its problems are warnings: they keep no app from being served.
func readTests(files map[string][]byte) (js []journey.Journey, spec *standin.Spec, problems project.Problems) {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		switch {
		case name == standinFile:
			var found []standin.Problem
			spec, found = standin.Parse(name, files[name])
			for _, p := range found {
				problems = append(problems, project.Problem{File: p.File, Line: p.Line, Col: p.Col, Msg: p.Msg, Hint: p.Hint, Warning: true})
			}
		case strings.HasSuffix(name, ".txt"):
			more, found := journey.Parse(name, files[name])
			js = append(js, more...)
			problems = append(problems, warnings(found)...)
		}
	}
	return js, spec, problems
}

// mismatches finds what the tests name and the app does not have.
func mismatches(p *project.Project, f *folder.Folder, js []journey.Journey, spec *standin.Spec) project.Problems {
	missing := func(file string) bool {
		_, err := f.TestFile(file)
		return err != nil
	}
	problems := warnings(journey.Check(js, pagesOf(p), callsOf(p), missing))
	if spec == nil {
		return problems
	}
	for _, name := range slices.Sorted(maps.Keys(spec.Env)) {
		if !slices.ContainsFunc(p.App.Env, func(v project.EnvVar) bool { return v.Name == name }) {
			problems = append(problems, project.Problem{File: standinFile, Msg: "the app declares no env." + name, Hint: "env: of app.yaml lists them", Warning: true})
		}
	}
	return problems
}

func warnings(found []journey.Problem) project.Problems {
	var out project.Problems
	for _, p := range found {
		out = append(out, project.Problem{File: p.File, Line: p.Line, Col: p.Col, Msg: p.Msg, Hint: p.Hint, Warning: true})
	}
	return out
}

// testProblems checks the tests folder of an app, for usher check.
func testProblems(dir string, tree *project.Tree) (project.Problems, error) {
	f, err := openFolder(dir)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	files, err := f.Tests()
	if err != nil {
		return nil, err
	}
	js, spec, problems := readTests(files)
	if p, faults := tree.Project(); !faults.Errors() {
		problems = append(problems, mismatches(p, f, js, spec)...)
	}
	slices.SortStableFunc(problems, func(a, b project.Problem) int {
		return cmp.Or(strings.Compare(a.File, b.File), a.Line-b.Line, a.Col-b.Col)
	})
	return problems, nil
}
