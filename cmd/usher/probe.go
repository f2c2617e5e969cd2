package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/entrance"
	"github.com/usherdev/usher/internal/folder"
	"github.com/usherdev/usher/probe"
	"github.com/usherdev/usher/project"
)

type probeCmd struct {
	Dir string `arg:"" help:"${dir_help}" default:"."`
	reach
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
	f, tree, p, err := openApp(con, c.Dir)
	if err != nil {
		return err
	}
	defer f.Close()
	given, err := c.calls(con, p)
	if err != nil {
		return err
	}
	calls, err := call.New(given)
	if err != nil {
		return missing(err)
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
	if errors.Is(err, entrance.ErrNoLogIn) {
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
