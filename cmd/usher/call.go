package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/usherdev/usher/entrance"
	"github.com/usherdev/usher/internal/folder"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/trial"
	"github.com/usherdev/usher/value"
)

type callCmd struct {
	Dir      string            `arg:"" help:"${dir_help}"`
	Call     string            `arg:"" help:"The call, as group.call."`
	With     map[string]string `help:"A parameter of the call; lists, data types and json as JSON." placeholder:"NAME=VALUE" mapsep:"none"`
	WithEnv  map[string]string `help:"A parameter whose value is that of an environment variable, as for passwords." placeholder:"NAME=VARIABLE" mapsep:"none"`
	LogIn    bool              `help:"Log in first, by the app's own log-in page, and log out afterwards where the app declares how."`
	As       string            `help:"What your actions call the output (as:); the call's name when unset." placeholder:"NAME"`
	Paths    *string           `help:"List the expressions that hold this text, with a preview; '' for all." placeholder:"FILTER" xor:"show"`
	Raw      bool              `help:"Print the body as it came." xor:"show"`
	JSON     bool              `name:"json" help:"Print the result as JSON."`
	Lines    int               `default:"300" help:"Most lines of the tree; of a raw body as many kilobytes."`
	MakeType string            `help:"Make data types of the reply, by this name, and set them as the call's reply." placeholder:"NAME"`
	Yes      bool              `help:"Write the data types without asking."`
	reach
}

func (callCmd) Help() string {
	return `Sends the call for real, so it does what it does there. The reply is a tree: each value beside the expression that reads it, so that it can be copied
into a page or a flow. What is a secret, a token or named like one is never printed. With --log-in the account comes from the environment
(USHER_PROBE_USERNAME, USHER_PROBE_PASSWORD) or is asked for. Exits with 1 when the call failed.

Examples:
  usher call shop trail.post --with id=7 --with 'tags=["a","b"]'
  usher call shop auth.me --log-in --paths email
  usher call shop trail.posts --make-type Post`
}

// Run sends the call and prints what came back.
func (c callCmd) Run(ctx context.Context, con *console) error {
	f, tree, p, err := openApp(con, c.Dir)
	if err != nil {
		return err
	}
	defer f.Close()
	ask, err := c.ask(con, p)
	if err != nil {
		return err
	}
	given, err := c.calls(con, p)
	if err != nil {
		return err
	}
	bench, err := trial.New(given)
	if err != nil {
		return missing(err)
	}
	defer bench.Close()
	result, err := c.try(ctx, con, p, bench, ask)
	if err != nil {
		return err
	}
	if err := c.show(con, ask.Call, result); err != nil {
		return err
	}
	if c.MakeType != "" {
		if err := c.makeType(ctx, con, f, tree, result); err != nil {
			return err
		}
	}
	if !result.OK {
		return errSilent
	}
	return nil
}

// ask reads what the flags say of the call.
func (c callCmd) ask(con *console, p *project.Project) (trial.Ask, error) {
	made := p.Call(c.Call)
	if made == nil {
		var all []string
		for _, g := range p.Groups {
			for _, one := range g.Calls {
				all = append(all, one.ID)
			}
		}
		hint := "the app has no calls"
		if near := value.Nearest(c.Call, all); near != "" {
			hint = fmt.Sprintf("did you mean %s?", near)
		} else if len(all) > 0 {
			hint = "the app has " + strings.Join(all[:min(len(all), 20)], ", ")
		}
		return trial.Ask{}, hinted(fmt.Errorf("the app has no call %q", c.Call), hint)
	}
	if c.As != "" && !project.LegalOutput(c.As) {
		return trial.Ask{}, hinted(fmt.Errorf("an output cannot be named %q", c.As), "give --as a name that your actions can use")
	}
	typed := maps.Clone(c.With)
	if typed == nil {
		typed = map[string]string{}
	}
	for name, variable := range c.WithEnv {
		text, ok := con.Env(variable)
		if !ok {
			return trial.Ask{}, fmt.Errorf("parameter %s: the environment has no %s", name, variable)
		}
		typed[name] = text
	}
	args, err := trial.Args(made, typed, nil)
	if err != nil {
		return trial.Ask{}, hinted(err, "--with NAME=VALUE, or --with-env NAME=VARIABLE for what no history may hold")
	}
	return trial.Ask{Call: made, Args: args, As: c.As, Lines: c.Lines}, nil
}

// try sends the call, between a log-in and a log-out where they are asked for.
func (c callCmd) try(ctx context.Context, con *console, p *project.Project, bench *trial.Bench, ask trial.Ask) (*trial.Result, error) {
	if !c.LogIn {
		return bench.Try(ctx, ask)
	}
	cfg := entrance.Config{Project: p, Calls: bench.Calls(), Renew: true}
	var err error
	if cfg.Username, cfg.Password, err = c.credentials(con, os.Stdin); err != nil {
		return nil, err
	}
	in, err := entrance.New(cfg)
	if errors.Is(err, entrance.ErrNoLogIn) {
		return nil, hinted(err, "--log-in uses the app's own log-in page; give it one")
	} else if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close(ctx) }()
	out, err := in.LogIn(ctx)
	switch {
	case err != nil:
		return nil, err
	case !out.In():
		return nil, hinted(errors.New("logging in: "+out.Why()), "usher probe "+c.Dir+" tells more about the log-in")
	}
	ask.Login = in.Login(out.Session)
	result, err := bench.Try(ctx, ask)
	if _, failed, lost := in.End(ctx); failed > 0 {
		fmt.Fprintln(con.Err, "the login could not be ended:", lost)
	}
	return result, err
}

// show prints the result in the form that was asked for.
func (c callCmd) show(con *console, made *project.Call, r *trial.Result) error {
	switch {
	case c.JSON && c.Paths != nil:
		return printJSON(con.Out, r.Find(*c.Paths))
	case c.JSON && c.Raw:
		return printJSON(con.Out, map[string]any{"body": r.Raw, "redacted": r.Rewritten, "ok": r.OK, "status": r.Status})
	case c.JSON:
		return printJSON(con.Out, r)
	case c.Paths != nil:
		printPaths(con, r.Find(*c.Paths), *c.Paths)
	case c.Raw:
		printRaw(con, r, c.Lines)
	default:
		c.printResult(con.Out, r)
	}
	if !r.OK {
		fmt.Fprintf(con.Err, "The call failed. People read: %s\n", r.Sentence)
		if made.Auth == project.AuthRequired && !c.LogIn {
			fmt.Fprintln(con.Err, "hint: this call needs a login: --log-in")
		}
	}
	return nil
}

func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// printResult prints the exchange and the tree of the body.
func (c callCmd) printResult(w io.Writer, r *trial.Result) {
	if r.Address == "" {
		fmt.Fprintf(w, "%s %s was not sent.\n", r.Method, r.Call)
		return
	}
	fmt.Fprintf(w, "%s %s\n", r.Method, r.Address)
	for _, name := range r.Sent {
		fmt.Fprintf(w, "  %s: …\n", name)
	}
	switch {
	case r.Status == 0:
		fmt.Fprintf(w, "no reply after %s: %s\n", r.Took, r.Trouble)
		return
	case r.Replayed:
		fmt.Fprintf(w, "status %d after %s, sent again after the login was renewed\n", r.Status, r.Took)
	default:
		fmt.Fprintf(w, "status %d after %s\n", r.Status, r.Took)
	}
	for _, h := range r.Headers {
		fmt.Fprintf(w, "  %s: %s\n", h.Name, printable(h.Value))
	}
	fmt.Fprintln(w)
	printLines(w, r.Tree)
	if r.More > 0 {
		fmt.Fprintf(w, "… and %d more values\n", r.More)
	}
	if len(r.Tree) == 1 && r.Tree[0].Kind == "null" && r.Raw != "" {
		fmt.Fprintln(w, "\nExpressions read nothing of this body:")
		fmt.Fprintln(w, bounded(r.Raw, c.Lines))
	}
	if len(r.Mismatches) > 0 {
		fmt.Fprintln(w, "\nNot as the reply type says:")
	}
	for _, m := range r.Mismatches[:min(len(r.Mismatches), c.Lines)] {
		fmt.Fprintf(w, "  %s: wanted %s, got %s\n", printable(m.Path), m.Want, m.Got)
	}
}

// printLines prints values beside their expressions, in columns.
func printLines(w io.Writer, lines []trial.Line) {
	const widest = 60
	width := 0
	for _, l := range lines {
		if n := 2*l.Depth + utf8.RuneCountInString(l.Path); n <= widest {
			width = max(width, n)
		}
	}
	for _, l := range lines {
		text := fmt.Sprintf("%-*s  %-6s  %s", width, strings.Repeat("  ", l.Depth)+l.Path, l.Kind, l.Value)
		fmt.Fprintln(w, printable(strings.TrimRight(text, " ")))
	}
}

func printPaths(con *console, lines []trial.Line, filter string) {
	if len(lines) == 0 {
		fmt.Fprintf(con.Err, "no expression holds %q\n", filter)
		return
	}
	printLines(con.Out, lines)
}

func printRaw(con *console, r *trial.Result, lines int) {
	if r.Rewritten {
		fmt.Fprintln(con.Err, "The body holds secrets, so it is not quite as it came.")
	}
	fmt.Fprintln(con.Out, bounded(r.Raw, lines))
}

// bounded is a text for a terminal: without what would steer it, at most 1,000 bytes for each of the lines.
func bounded(s string, lines int) string {
	most := max(lines, 1) * 1000
	if len(s) <= most {
		return printable(s)
	}
	return printable(strings.ToValidUTF8(s[:most], "")) + fmt.Sprintf("\n… and %d more bytes", len(s)-most)
}

// printable is s without what would steer a terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || unicode.IsPrint(r) {
			return r
		}
		return '\uFFFD'
	}, s)
}

// makeType plans data types of the reply, shows and saves them.
func (c callCmd) makeType(ctx context.Context, con *console, f *folder.Folder, tree *project.Tree, r *trial.Result) error {
	plan, err := r.MakeType(tree, c.MakeType)
	if err != nil {
		return fmt.Errorf("making %s: %w", c.MakeType, err)
	}
	out := *con
	if c.JSON {
		out.Out = con.Err // what programs read is JSON alone
	} else {
		fmt.Fprintln(con.Out)
	}
	return importInto{Dir: c.Dir, Yes: c.Yes}.settle(ctx, &out, f, tree, plan, nil)
}
