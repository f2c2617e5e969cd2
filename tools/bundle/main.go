// Command bundle builds the studio's browser code with esbuild's Go API: no Node is needed to build or to run.
//
//	go -C tools run ./bundle [-check] DIR    DIR/src/main.tsx → DIR/dist
//
// The result depends on the sources and the locked npm packages alone. With -check nothing is written: it fails when DIR/dist is not
// what the sources make.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/evanw/esbuild/pkg/api"
)

func main() {
	check := flag.Bool("check", false, "compare with what is there, write nothing")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: bundle [-check] DIR")
		os.Exit(2)
	}
	if err := run(flag.Arg(0), *check); err != nil {
		fmt.Fprintln(os.Stderr, "bundle:", err)
		os.Exit(1)
	}
}

func run(dir string, check bool) error {
	files, err := build(dir)
	if err != nil {
		return err
	}
	dist := filepath.Join(dir, "dist")
	if check {
		return compare(dist, files)
	}
	if err := os.RemoveAll(dist); err != nil {
		return err
	}
	for name, content := range files {
		path := filepath.Join(dist, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func build(dir string) (map[string][]byte, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	dist := filepath.Join(abs, "dist")
	result := api.Build(api.BuildOptions{
		AbsWorkingDir: abs, EntryPoints: []string{"src/main.tsx"}, Outdir: dist, Bundle: true, Splitting: true, Format: api.FormatESModule,
		Target: api.ES2022, JSX: api.JSXAutomatic, MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true, Write: false,
		LegalComments: api.LegalCommentsLinked, Charset: api.CharsetUTF8, LogLevel: api.LogLevelSilent,
		Define: map[string]string{"process.env.NODE_ENV": `"production"`},
		Loader: map[string]api.Loader{".svg": api.LoaderText},
	})
	var faults []error
	for _, text := range api.FormatMessages(result.Errors, api.FormatMessagesOptions{}) {
		faults = append(faults, errors.New(text))
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	files := map[string][]byte{}
	for _, f := range result.OutputFiles {
		name, err := filepath.Rel(dist, f.Path)
		if err != nil {
			return nil, err
		}
		files[filepath.ToSlash(name)] = f.Contents
	}
	return files, nil
}

// compare names each file of dist that is missing, left over or different.
func compare(dist string, want map[string][]byte) error {
	var faults []error
	for name, content := range want {
		have, err := os.ReadFile(filepath.Join(dist, name))
		if err != nil {
			faults = append(faults, err)
		} else if !bytes.Equal(have, content) {
			faults = append(faults, fmt.Errorf("%s is not what the sources make; run make generate", name))
		}
	}
	err := filepath.WalkDir(dist, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(dist, path)
		if _, ok := want[filepath.ToSlash(name)]; err == nil && !ok {
			faults = append(faults, fmt.Errorf("%s is left over; run make generate", name))
		}
		return err
	})
	return errors.Join(append(faults, err)...)
}
