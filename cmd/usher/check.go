package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/internal/folder"
	"github.com/usherdev/usher/project"
)

type checkCmd struct {
	Dir    string `arg:"" help:"${dir_help}" default:"."`
	JSON   bool   `name:"json" help:"Print the problems as a JSON list."`
	Env    string `name:"env" help:"Say also which values nobody gives when this environment of the app is served." placeholder:"NAME"`
	Strict bool   `help:"Count warnings as errors, and add the security advice of NIST and OWASP."`
}

func (checkCmd) Help() string {
	return `Prints every problem as file:line:column: path: sentence (hint). Exits with 0 when there is no error, else with 1.

Examples:
  usher check examples/touristtrail
  usher check --strict --json .`
}

// Run checks the folder and prints what it found.
func (c checkCmd) Run(con *console) error {
	defer debug.SetGCPercent(debug.SetGCPercent(800)) // it ends before what it makes has to be collected often
	tree, err := readTree(c.Dir)
	if err != nil {
		return err
	}
	problems := tree.Check(project.CheckOptions{Strict: c.Strict})
	if c.Env != "" {
		missing, err := c.missing(con, tree)
		if err != nil {
			return err
		}
		problems = append(problems, missing...)
	}
	tests, err := testProblems(c.Dir, tree)
	if err != nil {
		return err
	}
	problems = append(problems, tests...)
	if c.JSON {
		if problems == nil {
			problems = project.Problems{}
		}
		enc := json.NewEncoder(con.Out)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		if err := enc.Encode(problems); err != nil {
			return err
		}
	} else {
		printProblems(con, problems)
	}
	if problems.Errors() || c.Strict && len(problems) > 0 {
		return errSilent
	}
	return nil
}

// missing reports what the calls read and neither this environment of the app nor that of the process gives. Secrets lie in a data
// folder, which is the business of serve.
func (c checkCmd) missing(con *console, tree *project.Tree) (project.Problems, error) {
	p, _ := tree.Project()
	if p == nil {
		return nil, nil
	}
	env, err := appEnv(con, p.App, "", c.Env)
	if err != nil {
		return nil, err
	}
	var out project.Problems
	for _, name := range call.Missing(p, env, nil) {
		if !strings.Contains(name, ".") {
			at := project.Path("/app/env/" + name)
			where, _ := tree.Locate(at)
			out = append(out, project.Problem{File: "app.yaml", Line: where.Line, Col: where.Col, At: at, Msg: "the environment " + c.Env + " gives no value for " + name,
				Hint: "give it below environments:, or from outside", Warning: true})
		}
	}
	return out, nil
}

func printProblems(con *console, problems project.Problems) {
	errs := 0
	for _, p := range problems {
		fmt.Fprintln(con.Out, p)
		if !p.Warning {
			errs++
		}
	}
	switch warnings := len(problems) - errs; {
	case len(problems) == 0:
		fmt.Fprintln(con.Out, "no problems")
	default:
		fmt.Fprintf(con.Out, "%s, %s\n", count(errs, "error"), count(warnings, "warning"))
	}
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// readTree reads the app in dir, or says what is there instead.
func readTree(dir string) (*project.Tree, error) {
	f, err := openFolder(dir)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	tree, err := f.Tree()
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", dir, err)
	}
	return tree, nil
}

func openFolder(dir string) (*folder.Folder, error) {
	if _, err := os.Stat(filepath.Join(dir, "app.yaml")); errors.Is(err, fs.ErrNotExist) {
		return nil, hinted(fmt.Errorf("%s holds no app.yaml", dir), "name the folder of an app, or make one: usher new "+strings.TrimSuffix(dir, "/"))
	}
	f, err := folder.Open(dir)
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", dir, err)
	}
	return f, nil
}

// openApp opens the folder of an app that has no errors. The caller closes the folder.
func openApp(con *console, dir string) (*folder.Folder, *project.Tree, *project.Project, error) {
	f, err := openFolder(dir)
	if err != nil {
		return nil, nil, nil, err
	}
	tree, err := f.Tree()
	if err != nil {
		return nil, nil, nil, errors.Join(fmt.Errorf("reading %s: %w", dir, err), f.Close())
	}
	p, err := loadProject(con, tree)
	if err != nil {
		return nil, nil, nil, errors.Join(err, f.Close())
	}
	return f, tree, p, nil
}

type fmtCmd struct {
	Dir   string `arg:"" help:"${dir_help}" default:"."`
	Check bool   `help:"Change nothing; print the files that would change and exit with 1 if there are any."`
}

func (fmtCmd) Help() string {
	return `Rewrites the YAML files of an app in the one format. Comments, blank lines and the order of keys stay; running it twice changes nothing more.
Files that are not valid YAML are left alone and named.

Examples:
  usher fmt .
  usher fmt --check examples/touristtrail`
}

// Run formats the folder; every file is written atomically or not at all.
func (c fmtCmd) Run(ctx context.Context, con *console) error {
	f, err := openFolder(c.Dir)
	if err != nil {
		return err
	}
	defer f.Close()
	tree, err := f.Tree()
	if err != nil {
		return fmt.Errorf("reading %s: %w", c.Dir, err)
	}
	if err := tree.Newer(); err != nil {
		return hinted(err, "nothing was changed; update usher")
	}
	next, changed, failures := formatAll(tree)
	for _, name := range changed {
		fmt.Fprintln(con.Out, name)
	}
	for _, err := range failures {
		fmt.Fprintln(con.Err, err)
	}
	if !c.Check && len(changed) > 0 {
		if err := f.Save(ctx, tree, next); err != nil {
			return fmt.Errorf("saving %s: %w", c.Dir, err)
		}
	}
	if len(failures) > 0 || c.Check && len(changed) > 0 {
		return errSilent
	}
	return nil
}

func formatAll(tree *project.Tree) (next *project.Tree, changed []string, failures []error) {
	files := map[string][]byte{}
	for _, name := range tree.Files() {
		src := tree.Bytes(name)
		if !strings.HasSuffix(name, ".yaml") {
			continue
		}
		out, err := project.Format(name, src)
		switch {
		case err != nil:
			failures = append(failures, err)
		case string(out) != string(src):
			files[name] = out
			changed = append(changed, name)
		}
	}
	return tree.With(files), changed, failures
}
