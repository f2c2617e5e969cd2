package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/internal/folder"
	"github.com/usherdev/usher/probe"
	"github.com/usherdev/usher/project"
)

type probeCmd struct {
	Dir      string        `arg:"" help:"${dir_help}" default:"."`
	Username string        `help:"Who logs in: the user name or e-mail address of a test account; USHER_PROBE_USERNAME when unset, else asked for."`
	Env      string        `help:"Environment of the app (environments: in app.yaml)." placeholder:"NAME"`
	EnvFile  string        `help:"File with NAME=value lines for env.*; the environment wins." env:"USHER_ENV_FILE"`
	Data     string        `help:"Folder with the app's sealed secrets (usher secrets)." placeholder:"DIR"`
	Patience time.Duration `default:"65s" help:"How long a spent refresh token is presented again, to learn how long the backend takes it."`
	Write    bool          `help:"Write what was learned into the app's files."`
	JSON     bool          `name:"json" help:"Print the findings as JSON."`
}

func (probeCmd) Help() string {
	return `Logs in to the app's backend by the app's own log-in flow, with an account that you name, and learns how the backend treats tokens: which field
was read from where, the kind of expiry, whether refresh tokens rotate, how long a spent one is taken, what an old and an unknown token
get. No token is ever printed. Use a test account: the probe logs in twice, renews, and presents spent tokens on purpose.

The password comes from the environment (USHER_PROBE_PASSWORD) or is asked for, never from a flag. Exits with 1 when something does not fit.

Examples:
  usher probe shop
  USHER_PROBE_USERNAME=test@example.com USHER_PROBE_PASSWORD=… usher probe shop --env staging --write`
}

// Run probes the backend and prints a line for each finding.
func (c probeCmd) Run(ctx context.Context, con *console) error {
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
	calls, err := c.calls(con, p)
	if err != nil {
		return err
	}
	defer calls.Close()
	cfg := probe.Config{Project: p, Calls: calls, Patience: c.Patience}
	if c.Patience == 0 {
		cfg.Patience = -1
	}
	if cfg.Username, cfg.Password, err = c.credentials(con, os.Stdin); err != nil {
		return err
	}
	if !c.JSON {
		cfg.Tell = func(f probe.Finding) { fmt.Fprintf(con.Out, "%-5s %s: %s\n", f.Level, f.Topic, f.Text) }
	}
	report, err := probe.Run(ctx, cfg)
	if errors.Is(err, probe.ErrNoLogIn) {
		return hinted(err, "the probe uses the app's own log-in page; give it one")
	} else if err != nil {
		return err
	}
	if c.JSON {
		enc := json.NewEncoder(con.Out)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		if err := enc.Encode(report); err != nil {
			return err
		}
	}
	if err := c.settle(ctx, con, f, tree, report); err != nil {
		return err
	}
	if report.Faults() {
		return errSilent
	}
	return nil
}

func (c probeCmd) calls(con *console, p *project.Project) (*call.Client, error) {
	env, err := appEnv(con, p.App, c.EnvFile, c.Env)
	if err != nil {
		return nil, err
	}
	dir := c.Data
	if dir == "" {
		if dir, err = dataDir(con); err != nil {
			return nil, err
		}
	}
	secrets, err := appSecrets(con, p, dir, c.EnvFile)
	if err != nil {
		return nil, err
	}
	calls, err := call.New(call.Config{Project: p, Env: env, Secrets: secrets})
	if err != nil {
		return nil, hinted(err, "give it in the environment, or in a file: --env-file FILE")
	}
	return calls, nil
}

// credentials come from the environment, or from whoever sits at the terminal.
func (c probeCmd) credentials(con *console, in *os.File) (name, password string, err error) {
	if name = c.Username; name == "" {
		name, _ = con.Env("USHER_PROBE_USERNAME")
	}
	password, _ = con.Env("USHER_PROBE_PASSWORD")
	if name != "" && password != "" {
		return name, password, nil
	}
	if !term.IsTerminal(int(in.Fd())) {
		return "", "", hinted(errors.New("whose log-in to probe with is not known"), "set USHER_PROBE_USERNAME and USHER_PROBE_PASSWORD, or run it on a terminal")
	}
	if name == "" {
		fmt.Fprint(con.Err, "User name or e-mail of a test account: ")
		line, err := bufio.NewReader(in).ReadString('\n')
		if err != nil {
			return "", "", fmt.Errorf("reading the user name: %w", err)
		}
		name = strings.TrimSpace(line)
	}
	if password == "" {
		if password, err = readSecret(con, in, "Password of "+name+": "); err != nil {
			return "", "", err
		}
	}
	return name, password, nil
}

// settle tells what would be written, and writes it when it was asked for. An app that would have errors afterwards is left alone.
func (c probeCmd) settle(ctx context.Context, con *console, f *folder.Folder, tree *project.Tree, report probe.Report) error {
	if len(report.Edits) == 0 {
		return nil
	}
	out := con.Out
	if c.JSON {
		out = con.Err
	}
	for _, e := range report.Edits {
		fmt.Fprintf(out, "      set %s to %s\n", e.At, e.Value)
	}
	if !c.Write {
		fmt.Fprintln(out, "Nothing was written; --write sets them.")
		return nil
	}
	next, _, err := tree.Apply(report.Edits...)
	if err != nil {
		return fmt.Errorf("writing the findings: %w", err)
	}
	if _, problems := next.Project(); problems.Errors() {
		printProblems(&console{Out: con.Err}, problems)
		return errors.New("the findings do not fit the app's files, so nothing was written")
	}
	if err := f.Save(ctx, tree, next); err != nil {
		return fmt.Errorf("writing the findings: %w", err)
	}
	fmt.Fprintln(out, "Written.")
	return nil
}
