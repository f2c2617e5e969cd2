package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/usherdev/usher/internal/folder"
	"github.com/usherdev/usher/project"
)

type devCmd struct {
	Dir         string `arg:"" help:"Folder of the app. An empty one is fine, and one that is not there is made." default:"."`
	Listen      string `help:"Address of the app and the studio." default:"127.0.0.1:7070" env:"USHER_LISTEN"`
	Data        string `help:"Folder for sessions, keys and secrets. One of this project's own below your home folder when unset." env:"USHER_DATA" placeholder:"DIR"`
	Environment string `name:"env" help:"Which of the app's environments gives env.* their values." env:"USHER_ENV" placeholder:"NAME"`
	EnvFile     string `help:"File with NAME=value lines for env.*; the environment wins." env:"USHER_ENV_FILE"`
	Trust       bool   `help:"Let the app of this folder run, from now on."`
}

func (devCmd) Help() string {
	return `Opens the studio over the files of an app, and runs the app beside it. What is saved in either place or in an editor shows at once; while there are errors
the app goes on as it was, or says what is wrong. Everything listens on this machine only. Stop it with Ctrl-C.

A folder that you did not make here asks for trust first: until then the studio shows it, but nothing of it runs and nobody is called.

Examples:
  usher dev shop                    # a new folder: the studio asks what backend you have
  API_URL=http://localhost:3000 usher dev shop
  usher dev shop --env staging      # env.* from environments: in app.yaml
  usher dev ~/Downloads/shop --trust`
}

// Run serves the studio and the app until ctx ends.
func (c devCmd) Run(ctx context.Context, con *console) error {
	if err := onlyHere("usher dev", c.Listen); err != nil {
		return err
	}
	seen, err := c.memory(con)
	if err != nil {
		return err
	}
	made, err := developed(c.Dir)
	if err != nil {
		return err
	}
	if made.folder {
		defer os.Remove(c.Dir) // takes an empty folder only: a slip in a name leaves nothing
	}
	if c.Trust || made.empty {
		if err := seen.add(c.Dir); err != nil {
			return err
		}
	}
	if c.Data == "" {
		if c.Data, err = developedData(con, c.Dir); err != nil {
			return err
		}
	}
	bench, err := openWorkbench(ctx, con, benchConfig{dir: c.Dir, data: c.Data, listen: c.Listen, envFile: c.EnvFile, environment: c.Environment, trusted: seen})
	if err != nil {
		return err
	}
	c.welcome(con, bench)
	err = serveAll(ctx, con, bench.site)
	return errors.Join(err, bench.close())
}

// onlyHere refuses an address that other machines could reach (promise E1).
func onlyHere(who, addr string) error {
	if isLoopback(addr) {
		return nil
	}
	return hinted(fmt.Errorf("%s listens on this machine only, not on %s", who, addr), "usher serve is for others to reach")
}

// memory is where it is remembered which folders may run.
func (c devCmd) memory(con *console) (*trusted, error) {
	if c.Data != "" {
		return trustedOf(c.Data), nil
	}
	base, err := dataDir(con)
	if err != nil {
		return nil, err
	}
	return trustedOf(base), nil
}

// developedData is the data folder of a project that is developed: each folder has its own, whatever its app is called.
func developedData(con *console, dir string) (string, error) {
	base, err := dataDir(con)
	if err != nil {
		return "", err
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("opening %s: %w", dir, err)
	}
	sum := sha256.Sum256([]byte(abs))
	return filepath.Join(base, "dev", project.Slug(filepath.Base(abs))+"-"+hex.EncodeToString(sum[:4])), nil
}

// found is what a folder was when it was opened.
type found struct{ empty, folder bool } // nothing in it; it was not there itself

// developed looks at the folder to develop and makes it when its parent is there. One that holds something else than an app is refused.
func developed(dir string) (found, error) {
	there, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err = os.Stat(filepath.Dir(filepath.Clean(dir))); err == nil {
			return found{empty: true, folder: true}, folder.CreateOf(dir, nil)
		}
	}
	if err != nil {
		return found{}, hinted(fmt.Errorf("opening %s: %w", dir, err), "name a folder, or one to make in a folder that is there")
	}
	there = slices.DeleteFunc(there, func(d fs.DirEntry) bool { return strings.HasPrefix(d.Name(), ".") })
	if len(there) == 0 {
		return found{empty: true}, nil
	}
	if !slices.ContainsFunc(there, func(d fs.DirEntry) bool { return d.Name() == "app.yaml" || d.Name() == "pages" && d.IsDir() }) {
		return found{}, hinted(fmt.Errorf("%s holds no app, and something else", dir), "name the folder of an app, or an empty one for a new app")
	}
	return found{}, nil
}

func (c devCmd) welcome(con *console, bench *workbench) {
	fmt.Fprintf(con.Out, "\n  Studio    %s  (this link works once)\n  App       %s/\n  Files     %s\n  Data      %s\n", bench.launch(), bench.where.public, bench.folder.Dir(), c.Data)
	if !bench.Trusted() {
		fmt.Fprint(con.Out, "\nThis folder is not trusted yet: nothing of it runs until you say so in the studio.\n")
	}
	fmt.Fprint(con.Out, "\nCtrl-C stops it.\n\n")
}
