package main

import (
	"context"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(tidy{m}, map[string]func(){
		"usher": func() {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr, os.LookupEnv))
		},
	})
}

// tidy runs the tests and removes what they share.
type tidy struct{ *testing.M }

func (m tidy) Run() int {
	defer func() { _ = os.RemoveAll(shared) }()
	return m.M.Run()
}

// TestScripts runs the command as people do; each script reads like a page of the manual.
// It is the one that people get: hundreds of short runs that watch for races would cost most of the time of all tests, and what runs at
// once in the command is run by the other tests.
func TestScripts(t *testing.T) {
	bin := released(t)
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("HOME", e.WorkDir)
			e.Setenv("PATH", filepath.Dir(bin)+string(filepath.ListSeparator)+e.Getenv("PATH"))
			e.Setenv("USHER_EXAMPLES", repoExamples(t))
			e.Setenv("STANDINS", filepath.Join(filepath.Dir(repoExamples(t)), "standin", "testdata"))
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"await": await, "freeport": freePort, "get": get, "port": port, "until": until,
		},
	})
}
