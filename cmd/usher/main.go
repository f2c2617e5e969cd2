// Command usher serves apps whose people log in against the builder's own backend.
//
// It reads flags, environment and disk, joins the packages of this module and owns the processes' listeners and logs. It decides
// nothing about sessions, pages or calls: that is the business of the packages it joins.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
)

// commands are what usher can do, a file a command.
type commands struct {
	Demo    demoCmd    `cmd:"" help:"Run TouristTrail, the tutorial's app, with its own backend and the studio."`
	Dev     devCmd     `cmd:"" help:"Open the studio over the app in a folder, and run the app beside it."`
	Serve   serveCmd   `cmd:"" help:"Serve the app in a folder."`
	Issuer  issuerCmd  `cmd:"" help:"Run the reference backend: sign up, log in, refresh, log out, posts."`
	Check   checkCmd   `cmd:"" help:"Check the files of an app; all problems at once."`
	Fmt     fmtCmd     `cmd:"" name:"fmt" help:"Format the files of an app; comments and blank lines stay."`
	New     newCmd     `cmd:"" help:"Make a new app in an empty folder."`
	Add     addCmd     `cmd:"" help:"Add a page of a template to an app."`
	Test    testCmd    `cmd:"" help:"Run the journeys in an app's tests folder."`
	Probe   probeCmd   `cmd:"" help:"Learn from the backend itself how it treats logins, with a test account."`
	Call    callCmd    `cmd:"" help:"Send one call for real and see what comes back: the reply with its expressions, and data types of it."`
	Import  importCmd  `cmd:"" help:"Make calls and data types of what you have (OpenAPI, cURL, a JSON sample), or an app of its archive."`
	Export  exportCmd  `cmd:"" help:"Write an app as one archive, or parts of it for other tools."`
	Schema  schemaCmd  `cmd:"" help:"Write JSON Schemas of an app's files, for editors."`
	Version versionCmd `cmd:"" help:"Print the version."`

	Sessions sessionsCmd `cmd:"" help:"See who is logged in to an app, and log people out."`
	Secrets  secretsCmd  `cmd:"" help:"Keep the secrets that an app's calls send: set, list, drop; never shown."`
	Keys     keysCmd     `cmd:"" help:"Rotate the keys that seal an app's sessions."`
	Backup   backupCmd   `cmd:"" help:"Back an app's session store up while it is used."`
	Restore  restoreCmd  `cmd:"" help:"Put a backup back."`

	LogLevel  string `name:"log-level" enum:"debug,info,warn,error" default:"info" env:"USHER_LOG_LEVEL" help:"Least important log line to print (debug, info, warn, error)."`
	LogFormat string `name:"log-format" enum:"text,json" default:"text" env:"USHER_LOG_FORMAT" help:"How log lines look (text, json)."`
}

// console is the way out to people and logs. Commands print to Out what was asked for, and to Err and Log everything else.
type console struct {
	In       io.Reader
	Out, Err io.Writer
	Env      func(string) (string, bool)
	Log      *slog.Logger
}

// fault is an error with a hint about what to do and an exit code.
type fault struct {
	err  error
	hint string
	code int
}

func (f *fault) Error() string { return f.err.Error() }
func (f *fault) Unwrap() error { return f.err }

// hinted wraps err with a hint for the person at the keyboard.
func hinted(err error, hint string) error { return &fault{err: err, hint: hint, code: 1} }

// quiet ends with a code after everything was said already.
var errSilent = errors.New("")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr, os.LookupEnv))
}

// run is main without the process: it returns the exit code (0 fine, 1 a fault, 2 wrong usage).
func run(ctx context.Context, args []string, out, errOut io.Writer, env func(string) (string, bool)) int {
	var c commands
	exit := -1
	parser, err := kong.New(&c,
		kong.Name("usher"),
		kong.Description("Apps whose people log in against your own backend. An app is a folder of YAML files."),
		kong.Writers(out, errOut),
		kong.Exit(func(code int) { exit = code }),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 110}),
		kong.Vars{"dir_help": "Folder of the app (it holds app.yaml)."},
	)
	if err != nil {
		fmt.Fprintln(errOut, "usher:", err)
		return 2
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	kctx, err := parser.Parse(args)
	if exit >= 0 {
		return exit
	}
	if err != nil {
		return wrongUsage(errOut, err)
	}
	con := &console{In: os.Stdin, Out: out, Err: errOut, Env: env, Log: newLogger(errOut, c.LogLevel, c.LogFormat)}
	kctx.BindTo(ctx, (*context.Context)(nil))
	return report(errOut, kctx.Run(con))
}

func wrongUsage(errOut io.Writer, err error) int {
	fmt.Fprintf(errOut, "usher: %v\nhint: usher --help lists the commands, usher COMMAND --help the flags of one\n", err)
	return 2
}

func report(errOut io.Writer, err error) int {
	if err == nil {
		return 0
	}
	var f *fault
	if !errors.As(err, &f) {
		f = &fault{err: err, code: 1}
	}
	if !errors.Is(err, errSilent) {
		fmt.Fprintf(errOut, "usher: %v\n", err)
		if f.hint != "" {
			fmt.Fprintf(errOut, "hint: %s\n", f.hint)
		}
	}
	return f.code
}

func newLogger(w io.Writer, level, format string) *slog.Logger {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		l = slog.LevelInfo
	}
	opts := &slog.HandlerOptions{Level: l, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey && a.Value.Kind() == slog.KindTime {
			a.Value = slog.TimeValue(a.Value.Time().UTC()) // lines of several machines are put side by side (H4)
		}
		return a
	}}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, opts))
	}
	return slog.New(slog.NewTextHandler(w, opts))
}

type versionCmd struct{}

// Run prints the module version, or the commit it was built from.
func (versionCmd) Run(con *console) error {
	_, err := fmt.Fprintln(con.Out, "usher", version())
	return err
}

func (versionCmd) Help() string { return "Example:\n  usher version" }

func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	if v == "" || v == "(devel)" {
		v = "development"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && !strings.Contains(v, s.Value[:min(12, len(s.Value))]) {
			v += " " + s.Value[:min(12, len(s.Value))]
		}
	}
	return v + " " + info.GoVersion
}
