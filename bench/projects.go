package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/usherdev/usher/app"
	"github.com/usherdev/usher/call"
	"github.com/usherdev/usher/project"
	"github.com/usherdev/usher/session"
	"github.com/usherdev/usher/session/sqlstore"
)

// many is a project of n pages, each with 50 widgets and 20 bindings.
func many(n int) map[string][]byte {
	files := map[string][]byte{}
	for name, b := range widgetsFiles() {
		files[name] = b
	}
	for i := range n - 2 {
		files[fmt.Sprintf("pages/page%d.yaml", i)] = []byte(strings.Replace(widgetsPage(), "path: /home", fmt.Sprintf("path: /page%d", i), 1))
	}
	return files
}

// projects measures what builders wait for: the check of a large project, and the time from an edit to the runtime that has it.
func projects(ctx context.Context, dir string) error {
	if err := checkMany(ctx, filepath.Join(dir, "many"), 1000); err != nil {
		return err
	}
	return editMany(ctx, filepath.Join(dir, "edits.db"), 100)
}

// checkMany times the command beside a parser that only reads the files.
func checkMany(ctx context.Context, dir string, n int) error {
	files := many(n)
	for name, b := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, b, 0o600)); err != nil {
			return err
		}
	}
	var checks, reads, ratios, spent []float64
	for range rounds {
		began := time.Now()
		effort, err := checkOnce(ctx, dir, files)
		if err != nil {
			return err
		}
		took := time.Since(began).Seconds() * 1000
		spent = append(spent, effort.Seconds()*1000)
		began = time.Now()
		for _, b := range files {
			var doc yaml.Node
			if err := yaml.Unmarshal(b, &doc); err != nil {
				return err
			}
		}
		alone := time.Since(began).Seconds() * 1000
		checks, reads, ratios = append(checks, took), append(reads, alone), append(ratios, took/alone)
	}
	fmt.Printf("usher check of %d pages of 50 widgets\n  usher check      %8.0f ms  (promise: at most 1 s), %.0f ms of processor time on all cores\n  the YAML alone   %8.0f ms, read one after the other\n  ratio            %8.2f\n\n", n, median(checks), median(spent), median(reads), median(ratios))
	return nil
}

// checkOnce runs the command, or what it does where there is no binary, and returns the processor time that it took.
func checkOnce(ctx context.Context, dir string, files map[string][]byte) (time.Duration, error) {
	binary := os.Getenv("USHER_BINARY")
	if binary == "" {
		spent := processorTime()
		if _, problems := project.NewTree(files).Project(); problems.Errors() {
			return 0, fmt.Errorf("%v", problems)
		}
		return processorTime() - spent, nil
	}
	cmd := exec.CommandContext(ctx, binary, "check", dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("usher check: %w: %s", err, out)
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), nil
}

// editMany changes one page of n and puts the new revision in the place of the old, as dev and studio do, beside starting from nothing.
func editMany(ctx context.Context, db string, n int) (err error) {
	tree := project.NewTree(many(n))
	store, err := sqlstore.Open(ctx, db)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	var edits, starts, ratios, spent []float64
	for range rounds {
		began := time.Now()
		fresh := project.NewTree(many(n))
		a, m, err := runs(ctx, fresh, store)
		if err != nil {
			return err
		}
		whole := time.Since(began).Seconds() * 1000
		for i := range rounds {
			text := strings.Replace(string(tree.Bytes("pages/page7.yaml")), "Made with Usher", fmt.Sprintf("Made with Usher, edition %d", i), 1)
			began, before := time.Now(), processorTime()
			fresh = fresh.With(map[string][]byte{"pages/page7.yaml": []byte(text)})
			if err := swap(a, fresh); err != nil {
				return errors.Join(err, m.Close(ctx))
			}
			took := time.Since(began).Seconds() * 1000
			spent = append(spent, (processorTime()-before).Seconds()*1000)
			edits, starts, ratios = append(edits, took), append(starts, whole), append(ratios, took/whole)
		}
		if err := m.Close(ctx); err != nil {
			return err
		}
	}
	fmt.Printf("an edit of one page of %d, up to the runtime that has it\n  the edit         %8.1f ms  (promise: at most 50 ms), %.1f ms of processor time on all cores\n  all from nothing %8.1f ms\n  ratio            %8.2f\n\n", n, median(edits), median(spent), median(starts), median(ratios))
	return nil
}

func runs(ctx context.Context, tree *project.Tree, store session.Store) (*app.App, *session.Manager, error) {
	p, problems := tree.Project()
	if problems.Errors() {
		return nil, nil, fmt.Errorf("%v", problems)
	}
	calls, err := call.New(call.Config{Project: p})
	if err != nil {
		return nil, nil, err
	}
	keys := session.NewKeys([32]byte{1})
	m, err := session.New(session.Config{App: p.App.ID, Store: store, Keys: keys})
	if err != nil {
		return nil, nil, err
	}
	a, err := app.New(app.Config{Project: p, Sessions: m, Calls: calls, Keys: keys, URL: &url.URL{Scheme: "http", Host: "bench.localhost"}})
	if err != nil {
		return nil, nil, errors.Join(err, m.Close(ctx))
	}
	return a, m, nil
}

func swap(a *app.App, tree *project.Tree) error {
	p, problems := tree.Project()
	if problems.Errors() {
		return fmt.Errorf("%v", problems)
	}
	calls, err := call.New(call.Config{Project: p})
	if err != nil {
		return err
	}
	return a.Swap(p, calls)
}
